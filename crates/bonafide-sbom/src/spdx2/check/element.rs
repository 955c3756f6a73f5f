//! Ids, files, snippets, annotations.

use super::{At, Check, Edition, extra};
use crate::model::{Algorithm, Element, End};
use crate::rules;
use crate::spdx2::grammar;
use bonafide_json::shorten;
use std::collections::HashMap;

pub(crate) const FILE_TYPES: &[&str] = &[
    "APPLICATION",
    "ARCHIVE",
    "AUDIO",
    "BINARY",
    "DOCUMENTATION",
    "IMAGE",
    "OTHER",
    "SOURCE",
    "SPDX",
    "TEXT",
    "VIDEO",
];

impl<'d> Check<'d> {
    /// That ids have the right form and are given once.
    pub(super) fn ids(&mut self) {
        let document = self.document;
        let packages =
            document.components.iter().enumerate().map(|(at, p)| (At::Package(at), p.id.as_deref()));
        let files = document.files.iter().enumerate().map(|(at, f)| (At::File(at), f.id.as_deref()));
        let snippets = document.snippets.iter().enumerate().map(|(at, s)| (At::Snippet(at), s.id.as_deref()));
        let count = document.components.len() + document.files.len() + document.snippets.len() + 1;
        let mut first: HashMap<&'d str, At> = HashMap::with_capacity(count);
        if let Some(id) = document.id.as_deref() {
            first.insert(id, At::Document);
        }
        for (at, id) in packages.chain(files).chain(snippets) {
            let Some(id) = id else { continue };
            if !grammar::is_element_id(id) {
                let message = format!("`SPDXID` is {:?} ({} bytes)", shorten(id), id.len());
                self.fault(&rules::ID_SYNTAX, at, "SPDXID", message).remedy =
                    Some("write `SPDXRef-` and letters, digits, `.`, `-`".to_owned());
            }
            if let Some(earlier) = first.get(id) {
                let message = format!("{:?} is also the id of {}", shorten(id), earlier.pointer());
                self.fault(&rules::DUPLICATE_ID, at, "SPDXID", message).remedy = Some(
                    "give each element an id of its own, and mend the relationships that mean this one"
                        .to_owned(),
                );
            } else {
                first.insert(id, at);
            }
        }
    }

    pub(super) fn files(&mut self) {
        for (item, file) in self.document.files.iter().enumerate() {
            let at = At::File(item);
            let none = crate::Extra::default();
            let more = file.detail.as_deref().map_or(&none, |detail| &detail.extra);
            self.extras(at, more, extra::FILE);
            self.required(at, "SPDXID", file.id.is_some(), more);
            self.required(at, "fileName", file.name.is_some(), more);
            if let Some(name) = &file.name {
                self.file_name(at, "fileName", name);
            }
            if !file.digests.iter().any(|digest| digest.algorithm == Algorithm::Sha1)
                && more.get("checksums").is_none_or(|value| value.as_array().is_some_and(<[_]>::is_empty))
            {
                let has: Vec<String> =
                    file.digests.iter().map(|digest| digest.algorithm.to_string()).collect();
                let has = if has.is_empty() { "no checksum".to_owned() } else { has.join(", ") };
                self.fault(&rules::FILE_SHA1, at, "", format!("the file has {has}")).remedy =
                    Some("add the SHA1 of the file's bytes".to_owned());
            }
            for (number, digest) in file.digests.iter().enumerate() {
                if !digest.is_well_formed()
                    || self.edition == Edition::V2_2
                    || digest.algorithm.spdx2().is_none()
                {
                    self.digest(at, &format!("checksums/{number}"), digest);
                }
            }
            self.license(at, "licenseConcluded", &file.license_concluded);
            for (number, claim) in file.license_info.iter().enumerate() {
                if claim.is_known() {
                    self.license(at, &format!("licenseInfoInFiles/{number}"), claim);
                }
            }
            if let Some(detail) = &file.detail {
                for (number, word) in detail.types.iter().enumerate() {
                    if !FILE_TYPES.contains(&&**word) {
                        let message = format!("no type of files is called {:?}", shorten(word));
                        self.fault(&rules::UNKNOWN_VALUE, at, &format!("fileTypes/{number}"), message)
                            .remedy = Some(format!("use one of {}", FILE_TYPES.join(", ")));
                    }
                }
            }
            if self.edition == Edition::V2_2 {
                self.required(at, "licenseConcluded", !file.license_concluded.is_absent(), more);
                if file.license_info.is_empty() {
                    self.missing(at, "licenseInfoInFiles");
                }
                self.required(at, "copyrightText", !file.copyright.is_absent(), more);
            }
        }
    }

    pub(super) fn file_name(&mut self, at: At, field: &str, name: &str) {
        if name.starts_with('/') {
            self.fault(&rules::FILE_NAME, at, field, format!("{:?} begins at the root", shorten(name)))
                .remedy = Some("write the path from the package's own root, beginning with `./`".to_owned());
        }
    }

    pub(super) fn snippets(&mut self) {
        for (item, snippet) in self.document.snippets.iter().enumerate() {
            let at = At::Snippet(item);
            self.extras(at, &snippet.extra, extra::SNIPPET);
            self.required(at, "SPDXID", snippet.id.is_some(), &snippet.extra);
            self.required(at, "snippetFromFile", snippet.from_file.is_some(), &snippet.extra);
            self.required(at, "ranges", !snippet.ranges.is_empty(), &snippet.extra);
            if let Some(id) = snippet.from_file.as_deref() {
                let there = id.contains(':') || matches!(self.elements.get(id), Some(Element::File(_)));
                if !there {
                    let message = format!("no file has the id {:?}", shorten(id));
                    self.fault(&rules::DANGLING, at, "snippetFromFile", message).remedy =
                        Some("name a file of this document".to_owned());
                }
            }
            for (number, range) in snippet.ranges.iter().enumerate() {
                for (word, start, end) in [
                    ("offset", range.start.offset, range.end.offset),
                    ("lineNumber", range.start.line, range.end.line),
                ] {
                    let fault = match (start, end) {
                        (Some(start), _) if start < 1 => format!("{word} {start} is below 1"),
                        (Some(start), Some(end)) if start > end => {
                            format!("it begins at {word} {start}, after its end at {end}")
                        }
                        (Some(_), None) | (None, Some(_)) => format!("only one end has `{word}`"),
                        _ => continue,
                    };
                    self.fault(&rules::SNIPPET_RANGE, at, &format!("ranges/{number}"), fault).remedy =
                        Some("count from 1, both ends included".to_owned());
                }
            }
            self.license(at, "licenseConcluded", &snippet.license_concluded);
            for (number, claim) in snippet.license_info.iter().enumerate() {
                self.license(at, &format!("licenseInfoInSnippets/{number}"), claim);
            }
            if self.edition == Edition::V2_2 {
                self.required(at, "licenseConcluded", !snippet.license_concluded.is_absent(), &snippet.extra);
                self.required(at, "copyrightText", !snippet.copyright.is_absent(), &snippet.extra);
            }
        }
    }

    pub(super) fn annotations(&mut self) {
        let mut number = 0;
        let mut last = None;
        for annotation in &self.document.annotations {
            let subject = annotation.subject.element();
            number = if subject == last { number + 1 } else { 0 };
            last = subject;
            let at = match &annotation.subject {
                End::Element(Element::Component(id)) => At::Package(id.0 as usize),
                End::Element(Element::File(id)) => At::File(id.0 as usize),
                End::Element(Element::Snippet(id)) => At::Snippet(*id as usize),
                End::Dangling(id) => {
                    let message =
                        format!("an annotation is of {:?}, which no element has as its id", shorten(id));
                    self.fault(&rules::DANGLING, At::Document, "annotations", message).remedy =
                        Some("mend the id, or leave the annotation out".to_owned());
                    continue;
                }
                _ => At::Document,
            };
            let field = format!("annotations/{number}");
            self.extras_below(at, &format!("{field}/"), &annotation.extra, extra::ANNOTATION_FIELDS);
            for (name, there) in [
                ("annotationType", annotation.kind.is_some()),
                ("annotator", annotation.annotator.is_some()),
                ("annotationDate", annotation.date.is_some()),
                ("comment", annotation.comment.is_some()),
            ] {
                if !there && annotation.extra.get(name).is_none() {
                    self.fault(&rules::MISSING_FIELD, at, &field, format!("`{name}` is missing")).remedy =
                        Some(format!("add `{name}`"));
                }
            }
            if let Some(kind) = annotation.kind.as_deref().filter(|kind| !matches!(*kind, "REVIEW" | "OTHER"))
            {
                let message = format!("no type of annotations is called {:?}", shorten(kind));
                self.fault(&rules::UNKNOWN_VALUE, at, &format!("{field}/annotationType"), message).remedy =
                    Some("use REVIEW or OTHER".to_owned());
            }
            if let Some(actor) = &annotation.annotator {
                self.actor(at, &format!("{field}/annotator"), actor);
            }
            if let Some(date) = &annotation.date {
                self.date(at, &format!("{field}/annotationDate"), date);
            }
        }
    }
}
