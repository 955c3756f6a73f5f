//! Recognises products while a walk goes on.

use std::collections::BTreeMap;

use bonafide_artifact::Body;
use bonafide_report::{Confidence, Finding};

use super::{Form, Product, RULES, cpe};
use crate::builder::{Builder, RootClaim, Strength};
use crate::cataloger::{Candidate, Sighting};
use crate::inventory::{Basis, Component, ComponentId, Evidence, FileId, Method, RelationKind};

/// Products of one artifact whose test data is looked for; more than this is no release.
const KNOWN: usize = 64;

/// Sees files that products are known by.
///
/// A product may lie anywhere: at the artifact's root, which it then names, or in a folder or nested archive.
#[derive(Default)]
pub(crate) struct Recogniser {
    seen: BTreeMap<Place, Partial>,
    known: Known,
}

/// Products that are known to be there: where, and by which rule.
pub(crate) type Known = Vec<(String, usize)>;

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    /// The folder or container that the product's files lie in; empty for the root.
    prefix: String,
    rule: usize,
    form: usize,
}

/// What was seen of a product.
#[derive(Default)]
struct Partial {
    /// One file for each pattern of the form.
    files: BTreeMap<usize, FileId>,
    version: Option<String>,
    series: Option<String>,
}

impl Recogniser {
    /// One that knows from the start which products will come, from an earlier walk.
    pub(crate) fn knowing(known: Known) -> Self {
        Self { known, ..Self::default() }
    }

    /// The products that are known by now.
    pub(crate) fn known(&self) -> &Known {
        &self.known
    }

    /// What it wants of a file.
    pub(crate) fn want(&self, candidate: &Candidate<'_>) -> Body {
        let mut want = Body::Skip;
        for form in RULES.iter().flat_map(|rule| &rule.forms) {
            for (at, pattern) in form.files.iter().enumerate() {
                if pattern.prefix(candidate.location).is_some() {
                    let read = form.version.as_ref().is_some_and(|(file, _)| *file == at);
                    want = want.max(if read { Body::Whole } else { Body::Head(0) });
                }
            }
        }
        want
    }

    /// Is shown it.
    pub(crate) fn see(&mut self, sighting: &Sighting<'_>) {
        for (rule, product) in RULES.iter().enumerate() {
            for (form, details) in product.forms.iter().enumerate() {
                for (at, pattern) in details.files.iter().enumerate() {
                    if let Some(prefix) = pattern.prefix(sighting.location) {
                        let place = Place { prefix: prefix.to_owned(), rule, form };
                        self.note(place, details, at, sighting);
                    }
                }
            }
        }
    }

    fn note(&mut self, place: Place, form: &Form, at: usize, sighting: &Sighting<'_>) {
        let partial = self.seen.entry(place.clone()).or_default();
        partial.files.insert(at, sighting.file);
        if let Some((_, regex)) = form.version.as_ref().filter(|(file, _)| *file == at) {
            let text = String::from_utf8_lossy(sighting.bytes);
            partial.version = regex.captures(&text).map(|found| found["version"].to_owned());
        }
        if let Some((_, regex)) = form.series.as_ref().filter(|(file, _)| *file == at) {
            partial.series = regex
                .captures(sighting.name())
                .map(|found| format!("{}.{}", &found["major"], &found["minor"]));
        }
        let known = (place.prefix, place.rule);
        if partial.files.len() == form.files.len() && self.known.len() < KNOWN && !self.known.contains(&known)
        {
            self.known.push(known);
        }
    }

    /// Whether a location is test data of a product that is known by now: the file itself, or the container around it.
    pub(crate) fn is_test_data(&self, location: &str) -> bool {
        self.known.iter().any(|(prefix, rule)| {
            location.strip_prefix(prefix.as_str()).is_some_and(|rest| {
                let outermost = rest.split("!/").next().unwrap_or(rest);
                RULES[*rule].test_data.contains(outermost.as_bytes())
            })
        })
    }

    /// Tells what was found. `cut` is the artifact's root folder, which locations no longer have.
    pub(crate) fn finish(self, builder: &mut Builder, cut: &str) {
        for (place, partial) in self.seen {
            let product = &RULES[place.rule];
            let form = &product.forms[place.form];
            let Some(prefix) = place.prefix.strip_prefix(cut) else { continue };
            let proofs: Vec<String> =
                partial.files.values().filter_map(|file| builder.proof(*file).map(str::to_owned)).collect();
            if proofs.len() == form.files.len() {
                add(builder, product, form, prefix, proofs, (partial.version, partial.series));
            }
        }
    }
}

fn add(
    builder: &mut Builder,
    product: &Product,
    form: &Form,
    prefix: &str,
    proofs: Vec<String>,
    (version, series): (Option<String>, Option<String>),
) {
    let artifact = builder.artifact().name.clone();
    let mut evidence: Vec<Evidence> = proofs
        .into_iter()
        .map(|location| Evidence {
            method: Method::ProductRule,
            location,
            line: None,
            confidence: Confidence::High,
        })
        .collect();
    // A file name may say more than the content does, where the content agrees with what it begins with.
    let named =
        form.artifact.as_ref().filter(|_| prefix.is_empty()).and_then(|regex| regex.captures(&artifact));
    let named = named.map(|found| found["version"].to_owned());
    let named =
        named.filter(|named| series.as_ref().is_some_and(|series| named.starts_with(&format!("{series}."))));
    let version = match (version, named) {
        (Some(version), _) => Some(version),
        (None, Some(named)) => {
            evidence.push(Evidence {
                method: Method::FileName,
                location: artifact.clone(),
                line: None,
                confidence: Confidence::Low,
            });
            Some(named)
        }
        (None, None) => series,
    };
    let project = &product.project;
    if version.is_none() {
        let message = format!("{} is here, but no file says which version", project.name);
        builder.report(Finding::new(&crate::rules::PRODUCT_VERSION_UNKNOWN, builder.place(prefix), message));
    }
    let component = Component {
        name: project.name.clone(),
        cpes: version
            .iter()
            .flat_map(|version| project.cpes.iter().filter_map(|t| cpe(t, version)))
            .collect(),
        supplier: project.supplier.clone(),
        originator: project.originator.clone(),
        download_location: version
            .as_ref()
            .filter(|_| prefix.is_empty())
            .and_then(|version| download(product, form, version, &artifact)),
        license_concluded: project.license.clone(),
        purpose: Some(form.purpose.clone()),
        basis: Some(Basis::Present),
        evidence,
        version,
        ..Component::default()
    };
    require_base(builder, form, prefix, &component);
    let id = builder.add(component);
    if prefix.is_empty() {
        builder.claim_root(id, RootClaim::Product);
    } else {
        let files: Vec<FileId> = builder.files_under(prefix).collect();
        for file in files {
            builder.claim(file, id, Strength::Carrier, prefix);
        }
    }
    add_parts(builder, form, prefix, id);
}

/// Where this very file can be had, if it is called as the releases are.
fn download(product: &Product, form: &Form, version: &str, artifact: &str) -> Option<String> {
    let template = product.project.download_location.as_ref()?;
    form.downloads.iter().find(|name| name.replace("{version}", version) == artifact)?;
    let release =
        version.find(|c: char| !c.is_ascii_digit() && c != '.').map_or(version, |at| &version[..at]);
    Some(template.replace("{version}", version).replace("{release}", release).replace("{file}", artifact))
}

fn require_base(builder: &mut Builder, form: &Form, prefix: &str, component: &Component) {
    let (Some(base), Some(version)) = (&form.base, &component.version) else { return };
    let location = format!("{prefix}{}", base.path);
    if base.applies(version) && builder.file_at(&location).is_none() {
        let message = format!(
            "{} {version} should hold `{location}`: without it the sources that it vendors are not known",
            component.name
        );
        builder.report(
            Finding::new(&crate::rules::BASE_DOCUMENT_MISSING, builder.place(&location), message)
                .subject(&component.name),
        );
    }
}

/// Components of which only a file's name tells: one each, however many files it has.
fn add_parts(builder: &mut Builder, form: &Form, prefix: &str, product: ComponentId) {
    if form.parts.is_empty() {
        return;
    }
    let mut parts: BTreeMap<&str, Vec<FileId>> = BTreeMap::new();
    for file in builder.files_under(prefix) {
        let name = &builder.file(file).location[prefix.len()..];
        if let Some((_, part)) = form.parts.iter().find(|(glob, _)| glob.matches(name.as_bytes())) {
            parts.entry(part).or_default().push(file);
        }
    }
    for (name, files) in parts {
        let evidence = files.iter().map(|file| Evidence {
            method: Method::FileName,
            location: builder.file(*file).location.clone(),
            line: None,
            confidence: Confidence::Low,
        });
        let component = Component {
            name: name.to_owned(),
            basis: Some(Basis::Present),
            evidence: evidence.collect(),
            ..Component::default()
        };
        let part = builder.add(component);
        builder.relate(product, RelationKind::DependsOn, part);
        for file in files {
            builder.claim(file, part, Strength::Vendored, prefix);
        }
    }
}
