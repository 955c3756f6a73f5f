//! An inventory as an SPDX 2.3 document.
//!
//! Ids are functions of names. A package's is `SPDXRef-PACKAGE-` and its name in lower case, a file's `SPDXRef-FILE-` and
//! its location, with every run of characters that an id may not have made one `-`. What a base document gave an id keeps
//! it. Two packages of one name get their versions appended, both of them. Of files that would get the same id the first
//! keeps it, in the order of locations, those of nested containers last; the others get eight digits of the SHA-256 of
//! `SPDXRef-FILE-` and their location appended. So ids depend neither on the order of an archive nor on what a nested container holds.
//!
//! Why a component is listed stands in its `sourceInfo`, in the files that it contains, and for one without files of its
//! own, which no base document states, in an annotation: its CycloneDX `evidence` as JSON.
//!
//! The namespace is a UUID (version 5) of the rest of the document: the same content has the same, other content another.

use std::collections::{BTreeMap, HashSet};
use std::io::{self, Write};

use bonafide_ident::{DigestKinds, Hasher};
use bonafide_report::Confidence;
use bonafide_sbom::convert::evidence_annotation;
use bonafide_sbom::{
    Actor, ActorKind, Algorithm, Category, Claim, Digest, Document, Element, Encoding, File, Identity,
    IdentityMethod, Occurrence, Purpose, Reference, RelationshipKind, Style, VerificationCode,
    verification_code,
};

use crate::inventory::{Component, ComponentId, Evidence, FileRecord, Inventory, Method, RelationKind};

/// Makes the document. `created` is RFC 3339 in UTC, to the second.
#[must_use]
pub fn from_inventory(inventory: &Inventory, created: &str) -> Document {
    let root = inventory.root;
    let title = root.map_or_else(String::new, |root| title(&inventory.components[root.0 as usize]));
    let mut document = Document::new(&title, "");
    document.creation.created = Some(created.into());
    document.creation.creators = vec![tool()];

    let order = component_order(inventory);
    let mut taken = HashSet::from(["SPDXRef-DOCUMENT".to_owned()]);
    let component_ids = component_ids(inventory, &order, &mut taken);
    let file_ids = file_ids(inventory, &mut taken);

    let mut files_of: BTreeMap<ComponentId, Vec<usize>> = BTreeMap::new();
    for (at, file) in inventory.files.iter().enumerate() {
        if let (Some(owner), true) = (file.owner, file.is_listed()) {
            files_of.entry(owner).or_default().push(at);
        }
    }
    let inherited = root.map(|root| &inventory.components[root.0 as usize]);
    let mut elements = BTreeMap::new();
    for id in &order {
        let component = &inventory.components[id.0 as usize];
        let files = files_of.get(id).map_or(&[][..], Vec::as_slice);
        let mut package = package(component, inherited);
        package.id = component_ids.get(id).map(|id| id.as_str().into());
        package.files_analyzed = Some(!files.is_empty());
        let all = files.iter().all(|at| inventory.files[*at].digests.sha1.is_some());
        package.verification_code = (!files.is_empty() && all).then(|| {
            let digests: Vec<String> =
                files.iter().filter_map(|at| Some(inventory.files[*at].digests.sha1?.to_string())).collect();
            let value = verification_code(digests.iter().map(String::as_str));
            Box::new(VerificationCode { value: value.into(), ..VerificationCode::default() })
        });
        elements.insert(*id, document.add_component(package));
    }
    let mut numbers = vec![None; inventory.files.len()];
    for (at, file) in inventory.files.iter().enumerate() {
        if let Some(id) = &file_ids[at] {
            numbers[at] = Some(document.add_file(File { id: Some(id.as_str().into()), ..self::file(file) }));
        }
    }
    if let Some(element) = root.and_then(|root| elements.get(&root)) {
        document.relate(Element::Document, RelationshipKind::Describes, *element);
    }
    for id in &order {
        let from = inventory.relations.partition_point(|relation| relation.from < *id);
        let mut related: Vec<_> = inventory.relations[from..]
            .iter()
            .take_while(|relation| relation.from == *id)
            .filter_map(|relation| Some((elements.get(&relation.to)?, relation.kind)))
            .collect();
        related.sort();
        for (to, kind) in related {
            document.relate(elements[id], kind_of(kind), *to);
        }
        for at in files_of.get(id).into_iter().flatten() {
            if let Some(file) = numbers[*at] {
                document.relate(elements[id], RelationshipKind::Contains, file);
            }
        }
    }
    for id in &order {
        let is_stated = inventory.components[id.0 as usize].stated.is_some();
        let element = elements[id].into();
        let package = document.component(elements[id]);
        if let (Some(evidence), false, false) = (&package.evidence, is_stated, files_of.contains_key(id)) {
            let annotation = evidence_annotation(evidence, element, tool(), Some(created.into()));
            document.annotations.push(annotation);
        }
    }
    document.licenses.clone_from(&inventory.licenses);
    document.namespace = Some(namespace(&document, &title).into());
    document
}

fn tool() -> Actor {
    Actor::new(ActorKind::Tool, concat!("bonafide-", env!("CARGO_PKG_VERSION")))
}

/// `name-version`, or the name alone.
fn title(component: &Component) -> String {
    match &component.version {
        Some(version) => format!("{}-{version}", component.name),
        None => component.name.clone(),
    }
}

/// The root first, then by name without regard to case, version, Package URL and evidence.
fn component_order(inventory: &Inventory) -> Vec<ComponentId> {
    let mut order: Vec<ComponentId> = (0..).map(ComponentId).take(inventory.components.len()).collect();
    order.sort_by_cached_key(|id| {
        let component = &inventory.components[id.0 as usize];
        (
            inventory.root != Some(*id),
            component.name.to_lowercase(),
            component.version.clone(),
            component.purl.clone(),
            component.evidence.iter().min().cloned(),
        )
    });
    order
}

fn component_ids(
    inventory: &Inventory,
    order: &[ComponentId],
    taken: &mut HashSet<String>,
) -> BTreeMap<ComponentId, String> {
    let mut ids = BTreeMap::new();
    let component = |id: &ComponentId| &inventory.components[id.0 as usize];
    for id in order {
        let stated = component(id).stated.as_ref().and_then(|stated| stated.id.as_deref());
        if let Some(stated) = stated.filter(|stated| is_id(stated) && taken.insert((*stated).to_owned())) {
            ids.insert(*id, stated.to_owned());
        }
    }
    let plain =
        |id: &ComponentId| format!("SPDXRef-PACKAGE-{}", sanitised(&component(id).name.to_lowercase()));
    let mut named: BTreeMap<String, usize> = BTreeMap::new();
    for id in order.iter().filter(|id| !ids.contains_key(id)) {
        *named.entry(plain(id)).or_default() += 1;
    }
    for id in order {
        if ids.contains_key(id) {
            continue;
        }
        let component = component(id);
        let plain = plain(id);
        let versioned = match &component.version {
            Some(version) => format!("{plain}-{}", sanitised(version)),
            None => plain.clone(),
        };
        let evidence = component.evidence.iter().min().map_or("", |evidence| evidence.location.as_str());
        let first = if named[&plain] > 1 || taken.contains(&plain) { versioned } else { plain };
        ids.insert(*id, free_id(first, evidence, taken));
    }
    ids
}

/// The id of each file that is listed, by its place in the inventory.
fn file_ids(inventory: &Inventory, taken: &mut HashSet<String>) -> Vec<Option<String>> {
    let mut ids = vec![None; inventory.files.len()];
    for (at, file) in inventory.files.iter().enumerate().filter(|(_, file)| file.is_listed()) {
        let stated = file.document_id.as_deref();
        if let Some(stated) = stated.filter(|stated| is_id(stated) && taken.insert((*stated).to_owned())) {
            ids[at] = Some(stated.to_owned());
        }
    }
    for nested in [false, true] {
        for (at, file) in inventory.files.iter().enumerate() {
            if ids[at].is_none() && file.is_listed() && file.location.contains("!/") == nested {
                let value = format!("SPDXRef-FILE-{}", file.location);
                ids[at] = Some(free_id(sanitised(&value), &value, taken));
            }
        }
    }
    ids
}

/// The id itself if it is free, else with eight digits of the value's SHA-256, else with more of them and a number.
fn free_id(plain: String, value: &str, taken: &mut HashSet<String>) -> String {
    if taken.insert(plain.clone()) {
        return plain;
    }
    let digest = Hasher::digest(DigestKinds::SHA256, value.as_bytes());
    let digest = digest.sha256.map_or_else(String::new, |sha256| sha256.to_string());
    let numbered = (2_u64..).map(|number| format!("{plain}-{digest}-{number}"));
    [format!("{plain}-{}", &digest[..8]), format!("{plain}-{digest}")]
        .into_iter()
        .chain(numbered)
        .find(|id| taken.insert(id.clone()))
        .expect("numbers do not end")
}

/// Every run of characters that an id may not have becomes one `-`.
fn sanitised(text: &str) -> String {
    let mut id = String::with_capacity(text.len());
    let mut in_run = false;
    for char in text.chars() {
        let fits = char.is_ascii_alphanumeric() || matches!(char, '.' | '-');
        if fits {
            id.push(char);
        } else if !in_run {
            id.push('-');
        }
        in_run = !fits;
    }
    id
}

/// Whether a text is an SPDX id: `SPDXRef-` and letters, digits, `.` and `-`.
fn is_id(text: &str) -> bool {
    text.strip_prefix("SPDXRef-").is_some_and(|rest| {
        !rest.is_empty()
            && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'))
    })
}

fn package(component: &Component, root: Option<&Component>) -> bonafide_sbom::Component {
    let mut package = component.stated.as_deref().cloned().unwrap_or_default();
    let actor = |text: Option<&String>| text.map_or(Claim::NoAssertion, |text| claim_actor(text));
    let text = |text: Option<&String>| text.map_or(Claim::NoAssertion, |text| Claim::from_spdx(text));
    package.name = Some(component.name.as_str().into());
    package.version = component.version.as_deref().map(Into::into);
    // What lies inside a release is supplied by whoever supplies the release.
    let supplier = component.supplier.as_ref().or_else(|| root.and_then(|root| root.supplier.as_ref()));
    package.supplier = actor(supplier);
    if component.originator.is_some() {
        package.originator = actor(component.originator.as_ref());
    }
    package.file_name = component.file_name.as_deref().map(Into::into).or(package.file_name);
    package.download_location = text(component.download_location.as_ref());
    package.license_concluded = text(component.license_concluded.as_ref());
    if component.license_declared.is_some() {
        package.license_declared = text(component.license_declared.as_ref());
    }
    let purpose = component.purpose.as_deref().or_else(|| root.and_then(|root| root.purpose.as_deref()));
    package.purpose = purpose.map(Purpose::from_spdx2);
    if component.comment.is_some() {
        package.comment = component.comment.as_deref().map(Into::into);
    }
    package.source_info = Some(source_info(&component.evidence).into());
    package.evidence = Some(Box::new(evidence(component)));
    if let Some(sha256) = component.archive_sha256
        && !package.digests.iter().any(|digest| digest.algorithm == Algorithm::Sha256)
    {
        package.digests.push(Digest::new(Algorithm::Sha256, sha256.to_string()));
    }
    for reference in &mut package.references {
        match reference.category {
            Category::PackageManagerUnderscored => reference.category = Category::PackageManager,
            Category::PersistentIdUnderscored => reference.category = Category::PersistentId,
            _ => {}
        }
    }
    // What a base document states stands in its references already, as it spells it.
    if component.stated.is_none() {
        component.purl.iter().for_each(|purl| package.references.push(Reference::purl(purl)));
        component.cpes.iter().for_each(|cpe| package.references.push(Reference::cpe23(cpe)));
    }
    package
}

fn claim_actor(text: &str) -> Claim<Actor> {
    match text {
        "NOASSERTION" => Claim::NoAssertion,
        "NONE" => Claim::None,
        text => Claim::Known(Actor::from_spdx(text)),
    }
}

/// Why we say that it is there, in words.
fn source_info(evidence: &[Evidence]) -> String {
    let mut evidence: Vec<&Evidence> = evidence.iter().collect();
    evidence.sort();
    let words = |evidence: &&Evidence| {
        let how = match evidence.method {
            Method::Metadata => "its metadata",
            Method::Manifest => "a list of vendored packages",
            Method::EmbeddedSbom => "an embedded SBOM",
            Method::LockFile => "a lock file",
            Method::FileName => "a file name",
            Method::ProductRule => "a file that only this product has",
            Method::LibraryName => "the name of a library",
            Method::Symbol => "an exported symbol",
            Method::BinaryText => "a text in its data",
            Method::FileDigest => "a digest that is known",
            Method::BuildId => "a build id that is known",
            Method::VersionResource => "a version resource",
            Method::Sibling => "a library of the same release beside it",
            Method::BuildInfo => "what its compiler stored",
        };
        let line = evidence.line.map_or_else(String::new, |line| format!(" line {line}"));
        format!("{how}: {}{line} ({} confidence)", evidence.location, evidence.confidence.as_str())
    };
    format!("Known by {}", evidence.iter().map(words).collect::<Vec<_>>().join("; "))
}

/// The same as CycloneDX has it: the places, and by which methods the component's main identifier is known.
fn evidence(component: &Component) -> bonafide_sbom::Evidence {
    let mut found: Vec<&Evidence> = component.evidence.iter().collect();
    found.sort();
    found.dedup();
    let mut occurrences: Vec<Occurrence> = Vec::new();
    for evidence in &found {
        let occurrence = Occurrence { line: evidence.line, ..Occurrence::new(&evidence.location) };
        if !occurrences.contains(&occurrence) {
            occurrences.push(occurrence);
        }
    }
    let methods = found.iter().map(|evidence| IdentityMethod {
        technique: Some(technique(evidence.method).into()),
        confidence: Some(share(evidence.confidence).into()),
        value: Some(evidence.location.as_str().into()),
        ..IdentityMethod::default()
    });
    let identity = Identity {
        field: Some(if component.purl.is_some() { "purl" } else { "name" }.into()),
        confidence: found.iter().map(|evidence| evidence.confidence).max().map(|best| share(best).into()),
        methods: methods.collect(),
        ..Identity::default()
    };
    bonafide_sbom::Evidence { occurrences, identities: vec![identity], ..Default::default() }
}

/// The word that CycloneDX has for a method.
const fn technique(method: Method) -> &'static str {
    match method {
        Method::Metadata | Method::Manifest | Method::LockFile => "manifest-analysis",
        Method::EmbeddedSbom => "attestation",
        Method::FileName | Method::LibraryName => "filename",
        Method::Symbol
        | Method::BinaryText
        | Method::BuildId
        | Method::VersionResource
        | Method::BuildInfo => "binary-analysis",
        Method::FileDigest => "hash-comparison",
        Method::Sibling => "other",
        Method::ProductRule => "source-code-analysis",
    }
}

/// A confidence as a number from 0 to 1.
const fn share(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Low => "0.3",
        Confidence::Medium => "0.6",
        Confidence::High => "1",
    }
}

fn file(record: &FileRecord) -> File {
    let mut digests = Vec::with_capacity(2);
    digests.extend(record.digests.sha1.map(|sha1| Digest::new(Algorithm::Sha1, sha1.to_string())));
    digests.extend(record.digests.sha256.map(|sha256| Digest::new(Algorithm::Sha256, sha256.to_string())));
    File::new(&record.location, digests)
}

const fn kind_of(kind: RelationKind) -> RelationshipKind {
    match kind {
        RelationKind::DependsOn => RelationshipKind::DependsOn,
        RelationKind::Contains => RelationshipKind::Contains,
    }
}

/// A namespace that is a function of the document, which must not have one yet.
fn namespace(document: &Document, title: &str) -> String {
    struct Hashing(Hasher);
    impl Write for Hashing {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.update(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut content = Hashing(Hasher::new(DigestKinds::SHA256, None));
    bonafide_sbom::write(document, Encoding::Json, Style::Compact, &mut content)
        .expect("every element has an id, and hashing does not fail");
    let digest = content.0.finish().sha256.map_or_else(Vec::new, |sha256| sha256.0.to_vec());
    let uuid = uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, &digest);
    format!("https://spdx.org/spdxdocs/{}-{uuid}", sanitised(title))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::{Basis, FileForm};

    fn file(location: &str, owner: u32) -> FileRecord {
        FileRecord {
            location: location.to_owned(),
            kind: bonafide_artifact::Kind::File,
            size: 0,
            digests: Hasher::digest(DigestKinds::SPDX, location.as_bytes()),
            owner: Some(ComponentId(owner)),
            document_id: None,
            form: FileForm::Stored,
        }
    }

    fn component(name: &str, version: &str) -> Component {
        let evidence = Evidence {
            method: Method::Metadata,
            location: format!("{name}/METADATA"),
            line: None,
            confidence: Confidence::High,
        };
        Component {
            name: name.to_owned(),
            version: Some(version.to_owned()),
            basis: Some(Basis::Present),
            evidence: vec![evidence],
            ..Component::default()
        }
    }

    fn ids(document: &Document) -> Vec<String> {
        document.files.iter().map(|file| file.id.as_deref().unwrap().to_owned()).collect()
    }

    /// Named for a fault of the originals: ids that collide, and that depend on the order of the archive.
    #[test]
    fn ids_do_not_collide_nor_depend_on_nested_files() {
        let mut inventory = Inventory {
            root: Some(ComponentId(0)),
            components: vec![component("demo", "1")],
            files: ["a!/v/a.c", "v/_a.c", "v/a.c"].map(|location| file(location, 0)).to_vec(),
            ..Inventory::default()
        };
        let plain = "SPDXRef-FILE-v-a.c".to_owned();
        let made = ids(&from_inventory(&inventory, ""));
        assert_eq!(made[1], plain);
        assert!(
            made[2].starts_with("SPDXRef-FILE-v-a.c-") && made[2].len() == plain.len() + 9,
            "{}",
            made[2]
        );
        inventory.files.remove(0);
        assert_eq!(ids(&from_inventory(&inventory, "")), made[1..]);
        // What a base document names is reserved first.
        inventory.files[1].document_id = Some(plain.as_str().into());
        let kept = ids(&from_inventory(&inventory, ""));
        assert_eq!(kept[1], plain);
        assert_ne!(kept[0], plain);
    }

    #[test]
    fn two_packages_of_one_name_get_their_versions() {
        let inventory = Inventory {
            root: Some(ComponentId(0)),
            components: vec![
                component("demo", "1"),
                component("Expat", "2.6"),
                component("expat", "2.7"),
                component("expat", "2.7"),
            ],
            ..Inventory::default()
        };
        let document = from_inventory(&inventory, "");
        let ids: Vec<_> = document.components.iter().map(|package| package.id.as_deref().unwrap()).collect();
        assert_eq!(
            ids[..3],
            ["SPDXRef-PACKAGE-demo", "SPDXRef-PACKAGE-expat-2.6", "SPDXRef-PACKAGE-expat-2.7"]
        );
        assert!(ids[3].starts_with("SPDXRef-PACKAGE-expat-2.7-"), "{}", ids[3]);
        // Named for a fault of the originals: a verification code of nothing.
        assert!(document.components.iter().all(|package| package.verification_code.is_none()));
        assert!(document.components.iter().all(|package| package.files_analyzed == Some(false)));
    }

    /// Named for a fault of the originals: a namespace that is the same for every regeneration.
    #[test]
    fn the_namespace_is_a_function_of_the_content() {
        let mut inventory = Inventory {
            root: Some(ComponentId(0)),
            components: vec![component("demo", "1")],
            ..Inventory::default()
        };
        let first = from_inventory(&inventory, "2025-01-01T00:00:00Z").namespace;
        assert_eq!(first, from_inventory(&inventory, "2025-01-01T00:00:00Z").namespace);
        assert_ne!(first, from_inventory(&inventory, "2025-01-01T00:00:01Z").namespace);
        inventory.files.push(file("a", 0));
        assert_ne!(first, from_inventory(&inventory, "2025-01-01T00:00:00Z").namespace);
    }

    #[test]
    fn ids_have_no_other_characters_than_spdx_allows() {
        assert_eq!(sanitised("Lib/importlib/_abc.py"), "Lib-importlib-abc.py");
        assert_eq!(sanitised("a b\u{e9}\u{1}c-/-d"), "a-b-c---d");
        assert!(is_id("SPDXRef-a.b-1") && !is_id("SPDXRef-") && !is_id("SPDXRef-a b") && !is_id("a"));
    }
}
