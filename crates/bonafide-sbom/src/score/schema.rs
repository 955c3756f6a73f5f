//! Whether a document is valid by the official JSON schema of its format, as sbomqs asks it.
//!
//! SPDX 2 documents of every version are held against the schema of 2.3. That schema is simple, so its verdict is given
//! by the model: what the model does not know stands in the extras, and what must be there is looked for. CycloneDX is
//! held against its own schema, which is compiled when it is first needed.

use super::Schema;
use crate::json::{Extra, Json};
use crate::model::{
    Actor, Algorithm, Annotation, Category, Component, Digest, Document, Encoding, End, File, Format,
    Purpose, RelationshipKind, Snippet, SnippetPointer,
};

/// Whether a document is valid by its schema. `text` is what the document was read from.
///
/// Linear. CycloneDX documents take several times their size in memory while this lasts, SPDX documents nothing.
#[must_use]
pub fn validity(text: &[u8], document: &Document) -> Schema {
    let verdict = match (document.format, document.encoding) {
        (Format::Spdx2, Encoding::Json) => Some(spdx_2_3(document)),
        (Format::CycloneDx, Encoding::Json) => cyclonedx(text, &document.version),
        _ => None,
    };
    match verdict {
        Some(true) => Schema::Valid,
        Some(false) => Schema::Invalid,
        None => Schema::Unchecked,
    }
}

fn cyclonedx(text: &[u8], version: &str) -> Option<bool> {
    crate::cyclonedx::is_valid(version, text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text))
}

/// What may stand in extras although the model knows it: a list that is empty.
fn empty_list(name: &str, value: &Json, lists: &[&str]) -> bool {
    lists.contains(&name) && value.as_array().is_some_and(<[Json]>::is_empty)
}

/// Extras hold nothing but empty lists of these names, and what `also` allows.
fn only(extra: &Extra, lists: &[&str], also: impl Fn(&str, &Json) -> bool) -> bool {
    extra.fields().iter().all(|(name, value)| empty_list(name, value, lists) || also(name, value))
}

fn nothing(extra: &Extra) -> bool {
    only(extra, &[], |_, _| false)
}

fn texts(value: &Json) -> bool {
    value.as_array().is_some_and(|items| items.iter().all(|item| item.as_str().is_some()))
}

/// The schema of SPDX 2.3 (spdx-spec, tag v2.3).
fn spdx_2_3(document: &Document) -> bool {
    const LISTS: &[&str] = &[
        "annotations",
        "documentDescribes",
        "externalDocumentRefs",
        "files",
        "hasExtractedLicensingInfos",
        "packages",
        "relationships",
        "revieweds",
        "snippets",
    ];
    let version = |name: &str, value: &Json| name == "spdxVersion" && value.as_str().is_some();
    let reviewed = |name: &str, value: &Json| name == "revieweds" && value.as_array().is_some_and(reviews);
    let creation = &document.creation;
    document.id.is_some()
        && document.data_license.is_some()
        && document.name.is_some()
        && (!document.version.is_empty() || document.extra.get("spdxVersion").is_some())
        && only(&document.extra, LISTS, |name, value| version(name, value) || reviewed(name, value))
        && creation.created.is_some()
        && !creation.creators.is_empty()
        && nothing(&creation.extra)
        && document.components.iter().all(package)
        && document.files.iter().all(file)
        && document.snippets.iter().all(snippet)
        && document.annotations.iter().all(annotation)
        && document.licenses.iter().all(|license| {
            license.id.is_some()
                && license.text.is_some()
                && only(&license.extra, &["seeAlsos", "crossRefs"], |name, value| {
                    name == "crossRefs" && value.as_array().is_some_and(cross_references)
                })
        })
        && document.external_documents.iter().all(|external| {
            external.id.is_some()
                && external.uri.is_some()
                && external.digest.as_ref().is_some_and(digest)
                && nothing(&external.extra)
        })
        && document.relationships.iter().all(|edge| {
            let named = |end: &End| !matches!(end, End::Dangling(id) if id.is_empty());
            !matches!(edge.kind, RelationshipKind::Unknown(_))
                && named(&edge.from)
                && named(&edge.to)
                && edge.detail.as_ref().is_none_or(|detail| nothing(&detail.extra))
        })
}

fn fields(value: &Json, required: &[&str], right: impl Fn(&str, &Json) -> bool) -> bool {
    value.as_object().is_some_and(|fields| {
        required.iter().all(|name| fields.iter().any(|(key, _)| **key == **name))
            && fields.iter().all(|(key, value)| right(key, value))
    })
}

fn reviews(items: &[Json]) -> bool {
    items.iter().all(|item| {
        fields(item, &["reviewDate"], |key, value| {
            matches!(key, "comment" | "reviewDate" | "reviewer") && value.as_str().is_some()
        })
    })
}

fn cross_references(items: &[Json]) -> bool {
    items.iter().all(|item| {
        fields(item, &["url"], |key, value| match key {
            "isLive" | "isValid" | "isWayBackLink" => matches!(value, Json::Bool(_)),
            "match" | "timestamp" | "url" => value.as_str().is_some(),
            "order" => matches!(value, Json::Number(digits) if !digits.contains(['.', 'e', 'E'])),
            _ => false,
        })
    })
}

fn digest(digest: &Digest) -> bool {
    !matches!(digest.algorithm, Algorithm::Unknown(_)) && digest.algorithm.spdx2().is_some()
}

fn package(package: &Component) -> bool {
    const LISTS: &[&str] =
        &["annotations", "attributionTexts", "checksums", "externalRefs", "hasFiles", "licenseInfoFromFiles"];
    package.id.is_some()
        && package.name.is_some()
        && !package.download_location.is_absent()
        && only(&package.extra, LISTS, |_, _| false)
        && package.digests.iter().all(digest)
        && package.verification_code.as_ref().is_none_or(|code| {
            only(&code.extra, &["packageVerificationCodeExcludedFiles"], |_, _| false)
        })
        // The schema spells OPERATING_SYSTEM what the specification spells with a hyphen.
        && match &package.purpose {
            Some(Purpose::OperatingSystem) => false,
            Some(Purpose::Unknown(word)) => &**word == "OPERATING_SYSTEM",
            _ => true,
        }
        && package.references.iter().all(|reference| {
            matches!(
                reference.category,
                Category::Other | Category::PersistentId | Category::Security | Category::PackageManager
            ) && nothing(&reference.extra)
        })
}

fn file(file: &File) -> bool {
    const LISTS: &[&str] = &[
        "annotations",
        "artifactOfs",
        "attributionTexts",
        "fileContributors",
        "fileDependencies",
        "fileTypes",
        "licenseInfoInFiles",
    ];
    const TYPES: &[&str] = &[
        "OTHER",
        "DOCUMENTATION",
        "IMAGE",
        "VIDEO",
        "ARCHIVE",
        "SPDX",
        "APPLICATION",
        "SOURCE",
        "BINARY",
        "TEXT",
        "AUDIO",
    ];
    let also = |name: &str, value: &Json| match name {
        "artifactOfs" => {
            value.as_array().is_some_and(|items| items.iter().all(|item| item.as_object().is_some()))
        }
        "fileDependencies" => texts(value),
        _ => false,
    };
    file.id.is_some()
        && file.name.is_some()
        && !file.digests.is_empty()
        && file.digests.iter().all(digest)
        && file.detail.as_ref().is_none_or(|detail| {
            detail.types.iter().all(|kind| TYPES.contains(&&**kind)) && only(&detail.extra, LISTS, also)
        })
}

fn snippet(snippet: &Snippet) -> bool {
    let pointer = |pointer: &SnippetPointer| pointer.reference.is_some() && nothing(&pointer.extra);
    snippet.id.is_some()
        && snippet.name.is_some()
        && snippet.from_file.is_some()
        && !snippet.ranges.is_empty()
        && snippet
            .ranges
            .iter()
            .all(|range| pointer(&range.start) && pointer(&range.end) && nothing(&range.extra))
        && only(&snippet.extra, &["annotations", "attributionTexts", "licenseInfoInSnippets"], |_, _| false)
}

fn annotation(annotation: &Annotation) -> bool {
    annotation.kind.as_deref().is_some_and(|kind| matches!(kind, "OTHER" | "REVIEW"))
        && annotation.annotator.as_ref().is_some_and(|actor: &Actor| !actor.to_spdx().is_empty())
        && annotation.date.is_some()
        && annotation.comment.is_some()
        && nothing(&annotation.extra)
}
