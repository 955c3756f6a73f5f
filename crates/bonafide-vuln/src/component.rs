//! What is matched: a component as the scan sees it.

use bonafide_ident::Purl;
use bonafide_sbom::{Document, Element, End, Format, Purpose, RelationshipKind};

/// A piece of software with everything that can identify it to an advisory or a VEX statement.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Component {
    /// The name as its document spells it.
    pub name: String,
    /// The version text; empty text is no version.
    pub version: Option<String>,
    /// Package URLs, canonical where they parse, as they stand where they do not; the first one names the component.
    pub purls: Vec<String>,
    /// CPE names as they stand.
    pub cpes: Vec<String>,
    /// Digests of its archive or file, `(algorithm in lower case without dashes, lower-case hex)`.
    pub digests: Vec<(String, String)>,
    /// Absolute names of it: BOM-Link, SPDX namespace with id, and always `input#id`.
    pub links: Vec<String>,
    /// The indices of the components that contain it or depend on it in its document: the products of which it is a
    /// subcomponent to a VEX statement. What nothing contains is part of the document's root, where there is one root.
    pub parents: Vec<usize>,
    /// Whether it is the one thing that its document is about, or a file. Without an identifier it is no package to look up,
    /// but the name of a project or of one of a package's files.
    pub is_incidental: bool,
    /// The input that named it, as given on the command line.
    pub input: String,
}

impl Component {
    /// The components of a document, in its order: the index of each is that of [`Document::components`]. `input` is what the
    /// document is called on the command line. Linear.
    #[must_use]
    pub fn all(document: &Document, input: &str) -> Vec<Self> {
        let base = base(document);
        let mut components: Vec<Self> =
            document.components.iter().map(|component| of(component, base.as_deref(), input)).collect();
        for edge in &document.relationships {
            let (End::Element(Element::Component(from)), End::Element(Element::Component(to))) =
                (&edge.from, &edge.to)
            else {
                continue;
            };
            let (parent, child) = match holds(&edge.kind) {
                Some(true) => (from.0 as usize, to.0 as usize),
                Some(false) => (to.0 as usize, from.0 as usize),
                None => continue,
            };
            if parent != child {
                components[child].parents.push(parent);
            }
        }
        let roots: Vec<usize> = document
            .roots()
            .iter()
            .filter_map(|root| match root {
                Element::Component(id) => Some(id.0 as usize),
                _ => None,
            })
            .collect();
        if let [root] = roots[..] {
            for (at, component) in components.iter_mut().enumerate() {
                if component.parents.is_empty() && at != root {
                    component.parents.push(root);
                }
            }
            // The document as a whole is what it is about.
            components[root].links.extend(base);
            components[root].is_incidental = true;
        }
        for component in &mut components {
            component.parents.sort_unstable();
            component.parents.dedup();
        }
        components
    }

    /// The absolute name of a component by its input and its id there.
    #[must_use]
    pub fn link(input: &str, id: &str) -> String {
        format!("{input}#{id}")
    }

    /// What names it: its first Package URL, else its name.
    #[must_use]
    pub fn label(&self) -> &str {
        self.purls.first().map_or(&self.name, String::as_str)
    }

    /// The version that is shown: its own, else that of its first Package URL, else nothing.
    #[must_use]
    pub fn shown_version(&self) -> String {
        let of_purl = || Purl::parse(self.purls.first()?).ok()?.version().map(str::to_owned);
        self.version.clone().filter(|version| !version.trim().is_empty()).or_else(of_purl).unwrap_or_default()
    }
}

/// The absolute name of a document, without `#`.
fn base(document: &Document) -> Option<String> {
    let namespace = document.namespace.as_deref()?;
    Some(match document.format {
        Format::CycloneDx => {
            let serial = namespace.trim_start_matches("urn:uuid:");
            format!("urn:cdx:{serial}/{}", document.revision.unwrap_or(1))
        }
        Format::Spdx2 | Format::Spdx3 => namespace.to_owned(),
    })
}

fn of(component: &bonafide_sbom::Component, base: Option<&str>, input: &str) -> Component {
    let text = |text: &Option<Box<str>>| text.as_deref().map(str::to_owned);
    let mut links = Vec::new();
    if let Some(id) = component.id.as_deref() {
        links.push(Component::link(input, id));
        links.extend(base.map(|base| format!("{base}#{id}")));
        if id.contains("://") || id.starts_with("urn:") {
            links.push(id.to_owned());
        }
    }
    Component {
        name: text(&component.name).unwrap_or_default(),
        version: text(&component.version).filter(|version| !version.is_empty()),
        purls: component
            .purls()
            .map(|purl| Purl::parse(purl).map_or_else(|_| purl.to_owned(), |purl| purl.to_string()))
            .collect(),
        cpes: component.cpes().map(str::to_owned).collect(),
        digests: component
            .digests
            .iter()
            .filter_map(|digest| {
                let name = digest.algorithm.spdx3().or(digest.algorithm.cyclonedx())?;
                let plain: String = name.chars().filter(|letter| !matches!(letter, '-' | '_')).collect();
                Some((plain.to_ascii_lowercase(), digest.value.to_ascii_lowercase()))
            })
            .collect(),
        links,
        parents: Vec::new(),
        is_incidental: component.purpose == Some(Purpose::File),
        input: input.to_owned(),
    }
}

/// Whether an edge says that its beginning holds its end (true) or the other way round (false).
fn holds(kind: &RelationshipKind) -> Option<bool> {
    use RelationshipKind as Kind;
    match kind {
        Kind::Contains
        | Kind::DependsOn
        | Kind::DynamicLink
        | Kind::StaticLink
        | Kind::HasPrerequisite
        | Kind::DistributionArtifact => Some(true),
        Kind::ContainedBy
        | Kind::DependencyOf
        | Kind::BuildDependencyOf
        | Kind::DevDependencyOf
        | Kind::OptionalDependencyOf
        | Kind::ProvidedDependencyOf
        | Kind::TestDependencyOf
        | Kind::RuntimeDependencyOf
        | Kind::OptionalComponentOf
        | Kind::PackageOf
        | Kind::PrerequisiteFor => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_links_and_parents_come_from_the_document() {
        let text = r##"{"bomFormat": "CycloneDX", "specVersion": "1.6", "serialNumber": "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79",
        "version": 3, "metadata": {"component": {"type": "application", "bom-ref": "app", "name": "app", "version": "1"}},
        "components": [
          {"type": "library", "bom-ref": "a", "name": "a", "version": "", "purl": "pkg:PyPI/A_b@1", "cpe": "cpe:/a:v:a", "hashes": [{"alg": "SHA3-256", "content": "AB"}]},
          {"type": "library", "bom-ref": "b", "name": "b", "components": [{"type": "library", "bom-ref": "c", "name": "c"}]}],
        "dependencies": [{"ref": "b", "dependsOn": ["a", "b"]}]}"##;
        let all = Component::all(&bonafide_sbom::read(text.as_bytes()).unwrap(), "in.json");
        let by = |name: &str| all.iter().position(|component| component.name == name).unwrap();
        let (app, a, b, c) = (by("app"), by("a"), by("b"), by("c"));
        assert_eq!(all[a].purls, ["pkg:pypi/a-b@1"]);
        assert_eq!(all[a].version, None);
        assert_eq!(all[a].digests, [("sha3256".to_owned(), "ab".to_owned())]);
        assert_eq!(all[a].links, ["in.json#a", "urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/3#a"]);
        assert_eq!(all[app].links.last().unwrap(), "urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/3");
        assert_eq!(
            [&all[app].parents, &all[a].parents, &all[b].parents, &all[c].parents],
            [&vec![], &vec![b], &vec![app], &vec![b]]
        );
        assert_eq!((all[a].label(), all[c].label()), ("pkg:pypi/a-b@1", "c"));
    }
}
