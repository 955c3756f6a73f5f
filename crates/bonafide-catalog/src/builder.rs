//! Builds an [`Inventory`] when a walk has ended: catalogers add components, claim files, relate components.

use std::collections::{BTreeMap, BTreeSet};

use bonafide_ident::Digests;
use bonafide_report::{Finding, Place};
use bonafide_sbom::ExtractedLicense;

use crate::audit::Claims;
use crate::inventory::{
    Basis, Component, ComponentId, FileId, FileRecord, Inventory, Mention, Relation, RelationKind,
};

/// How strong a claim to a file is: the strongest has it. Of two equal ones the deeper anchor, then the earlier claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Strength {
    /// It lies in an archive or folder that is the component's.
    Carrier,
    /// A RECORD or the like of the component lists it.
    Record,
    /// It lies in the folder of a vendored copy of the component.
    Vendored,
    /// A document that somebody keeps for this very purpose lists it: a base document, `bonafide.toml`.
    Listed,
}

/// Why a component is the artifact itself: the strongest wins, the first of equals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RootClaim {
    /// Only the artifact's file name says so.
    FileName,
    /// A manifest of a build tool at its root: Cargo.toml, package.json, pyproject.toml.
    Manifest,
    /// Package metadata at its root: a wheel's or an sdist's.
    Metadata,
    /// A product rule.
    Product,
    /// `[project]` of the repository's own `bonafide.toml`.
    Project,
}

/// The artifact as a whole.
#[derive(Clone, Debug)]
pub struct Artifact {
    /// As the user named it: how findings call it.
    pub label: String,
    /// Its own name, without folders.
    pub name: String,
    /// What it is.
    pub shape: Shape,
    /// SHA-1 and SHA-256 of a file; none of a folder.
    pub digests: Digests,
}

/// What an artifact is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Shape {
    /// A folder on disk.
    Folder,
    /// A file: a container, or one that holds nothing.
    File,
}

/// The inventory in the making. All locations are final here.
#[derive(Debug)]
pub struct Builder {
    files: Vec<FileRecord>,
    /// Per file: whether it may prove anything.
    admitted: Vec<bool>,
    /// Files in order of location.
    by_location: Vec<FileId>,
    claims: Vec<Option<(Strength, usize, ComponentId)>>,
    components: Vec<Component>,
    relations: BTreeSet<Relation>,
    /// What the artifact itself depends on, whoever it turns out to be.
    root_needs: BTreeSet<ComponentId>,
    root: Option<(RootClaim, ComponentId)>,
    /// What the artifact is if nothing claims to be it.
    suggested: Option<Component>,
    findings: Vec<Finding>,
    licenses: BTreeMap<Box<str>, ExtractedLicense>,
    /// Components by Package URL, in order of finding.
    by_purl: BTreeMap<String, Vec<ComponentId>>,
    artifact: Artifact,
    claims_of_documents: Vec<Claims>,
    mentions: Vec<Mention>,
}

impl Builder {
    /// From the files of the walk, by number. `admitted` says of each whether it may prove a component.
    pub(crate) fn new(artifact: Artifact, files: Vec<FileRecord>, admitted: Vec<bool>) -> Self {
        let mut by_location: Vec<FileId> = (0..).map(FileId).take(files.len()).collect();
        by_location.sort_by(|a, b| {
            let (a, b) = (&files[a.0 as usize], &files[b.0 as usize]);
            (&a.location, a.digests.sha256).cmp(&(&b.location, b.digests.sha256))
        });
        Self {
            claims: vec![None; files.len()],
            files,
            admitted,
            by_location,
            components: Vec::new(),
            relations: BTreeSet::new(),
            root_needs: BTreeSet::new(),
            root: None,
            suggested: None,
            findings: Vec::new(),
            licenses: BTreeMap::new(),
            by_purl: BTreeMap::new(),
            artifact,
            claims_of_documents: Vec::new(),
            mentions: Vec::new(),
        }
    }

    /// Keeps what an SBOM inside the artifact says.
    pub(crate) fn keep_claims(&mut self, claims: Claims) {
        self.claims_of_documents.push(claims);
    }

    /// Keeps what a file was built with.
    pub(crate) fn keep_mention(&mut self, mention: Mention) {
        self.mentions.push(mention);
    }

    /// The artifact as a whole.
    #[must_use]
    pub const fn artifact(&self) -> &Artifact {
        &self.artifact
    }

    /// Whether a folder (empty: the root) is the whole inside of an archive, nested or not.
    #[must_use]
    pub fn is_container_root(&self, folder: &str) -> bool {
        folder.ends_with("!/") || folder.is_empty() && self.artifact.shape == Shape::File
    }

    /// The location of a file that a cataloger has seen, if the file may prove anything; `None` for test data.
    /// Begin with this: what it refuses is to be dropped.
    #[must_use]
    pub fn proof(&self, file: FileId) -> Option<&str> {
        self.admitted[file.0 as usize].then(|| self.files[file.0 as usize].location.as_str())
    }

    /// The record of a file.
    #[must_use]
    pub fn file(&self, file: FileId) -> &FileRecord {
        &self.files[file.0 as usize]
    }

    /// The file at a location; of several with one name the first by digest. Costs a binary search.
    #[must_use]
    pub fn file_at(&self, location: &str) -> Option<FileId> {
        let at = self.by_location.partition_point(|id| self.file(*id).location.as_str() < location);
        self.by_location.get(at).copied().filter(|id| self.file(*id).location == location)
    }

    /// The files whose locations begin with a prefix (end it with `/` for a folder, `!/` for a container; empty: all),
    /// in order of location.
    pub fn files_under<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = FileId> + 'a {
        let from = self.by_location.partition_point(|id| self.file(*id).location.as_str() < prefix);
        self.by_location[from..]
            .iter()
            .copied()
            .take_while(move |id| self.file(*id).location.starts_with(prefix))
    }

    /// Gives a file the id that a document gave it; the first one counts.
    pub(crate) fn keep_document_id(&mut self, file: FileId, id: &str) {
        self.files[file.0 as usize].document_id.get_or_insert_with(|| id.into());
    }

    /// Adds licence texts that components' licences refer to; the first of one id counts.
    pub(crate) fn add_licenses(&mut self, licenses: &[ExtractedLicense]) {
        for license in licenses {
            if let Some(id) = &license.id {
                self.licenses.entry(id.clone()).or_insert_with(|| license.clone());
            }
        }
    }

    /// Adds a component. It must have evidence and a basis.
    pub fn add(&mut self, component: Component) -> ComponentId {
        let id = ComponentId(u32::try_from(self.components.len()).expect("fewer components than entries"));
        if let Some(purl) = &component.purl {
            self.by_purl.entry(purl.clone()).or_default().push(id);
        }
        self.components.push(component);
        id
    }

    /// A component that was added.
    #[must_use]
    pub fn component(&self, id: ComponentId) -> &Component {
        &self.components[id.0 as usize]
    }

    /// A component that was added, to say more of it.
    pub fn component_mut(&mut self, id: ComponentId) -> &mut Component {
        &mut self.components[id.0 as usize]
    }

    /// The component with a Package URL that some evidence below a folder proves.
    #[must_use]
    pub fn find(&self, purl: &str, folder: &str) -> Option<ComponentId> {
        let below = |id: &&ComponentId| {
            self.component(**id).evidence.iter().any(|evidence| evidence.location.starts_with(folder))
        };
        self.by_purl.get(purl)?.iter().find(below).copied()
    }

    /// All components so far, in order of finding.
    pub fn components(&self) -> impl Iterator<Item = (ComponentId, &Component)> {
        (0..).map(ComponentId).zip(&self.components)
    }

    /// Says that a component is the artifact itself.
    pub fn claim_root(&mut self, component: ComponentId, claim: RootClaim) {
        if self.root.is_none_or(|(held, _)| claim > held) {
            self.root = Some((claim, component));
        }
    }

    /// Says what the artifact is if nothing claims to be it: the first suggestion counts.
    pub(crate) fn suggest_root(&mut self, component: Component) {
        self.suggested.get_or_insert(component);
    }

    /// The component that is the artifact itself, as far as is known now, and why.
    #[must_use]
    pub const fn root(&self) -> Option<(RootClaim, ComponentId)> {
        self.root
    }

    /// Claims a file for a component. `anchor` is the folder or container that the claim comes from (empty for the
    /// root): of two claims of equal strength the one with the longer anchor wins.
    pub fn claim(&mut self, file: FileId, component: ComponentId, strength: Strength, anchor: &str) {
        let held = &mut self.claims[file.0 as usize];
        if held.is_none_or(|(by, length, _)| (strength, anchor.len()) > (by, length)) {
            *held = Some((strength, anchor.len(), component));
        }
    }

    /// The component with the strongest claim to a file so far.
    #[must_use]
    pub fn claimant(&self, file: FileId) -> Option<ComponentId> {
        self.claims[file.0 as usize].map(|(_, _, component)| component)
    }

    /// The component with the strongest claim to a file so far, else to the nearest container that it lies in.
    #[must_use]
    pub fn carrier(&self, file: FileId) -> Option<ComponentId> {
        let mut at = file;
        loop {
            if let Some(component) = self.claimant(at) {
                return Some(component);
            }
            let location = &self.file(at).location;
            at = self.file_at(&location[..location.rfind("!/")?])?;
        }
    }

    /// Relates two components. A component that nothing relates to is put under the root at the end.
    pub fn relate(&mut self, from: ComponentId, kind: RelationKind, to: ComponentId) {
        if from != to {
            self.relations.insert(Relation { from, kind, to });
        }
    }

    /// Says that what a file belongs to depends on a component: who claims the file by now, else the artifact itself,
    /// whoever that turns out to be.
    pub fn relate_owner(&mut self, file: FileId, to: ComponentId) {
        match self.claimant(file) {
            Some(owner) => self.relate(owner, RelationKind::DependsOn, to),
            None => drop(self.root_needs.insert(to)),
        }
    }

    /// Where a finding about a member of this artifact is.
    #[must_use]
    pub fn place(&self, location: &str) -> Place {
        let place = Place::file(self.artifact.label.clone());
        if location.is_empty() { place } else { place.member(location) }
    }

    /// Reports a finding.
    pub fn report(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// Ends with nothing but what was reported.
    pub(crate) fn into_findings(self) -> Vec<Finding> {
        self.findings
    }

    /// Ends: gives every file its owner, puts stray components under the root, sorts files by location.
    ///
    /// `named` makes the root where no cataloger knew what the artifact is.
    pub(crate) fn build(mut self, named: impl FnOnce(&Artifact) -> Component) -> (Inventory, Vec<Finding>) {
        let (claim, root) = match (self.root, self.suggested.take()) {
            (Some(held), _) => held,
            (None, Some(suggested)) => (RootClaim::Manifest, self.add(suggested)),
            (None, None) => {
                let named = named(&self.artifact);
                (RootClaim::FileName, self.add(named))
            }
        };
        if self.artifact.shape == Shape::File {
            let file_name = self.artifact.name.clone();
            let sha256 = self.artifact.digests.sha256;
            let root = self.component_mut(root);
            root.file_name = Some(file_name);
            root.archive_sha256 = sha256;
        }
        for needed in std::mem::take(&mut self.root_needs) {
            self.relate(root, RelationKind::DependsOn, needed);
        }
        self.relate_strays(claim, root);
        self.resolve_owners(root);
        let mut slots: Vec<Option<FileRecord>> = self.files.into_iter().map(Some).collect();
        let files = self.by_location.iter().filter_map(|id| slots[id.0 as usize].take()).collect();
        let inventory = Inventory {
            root: Some(root),
            files,
            components: self.components,
            relations: self.relations.into_iter().collect(),
            claims: self.claims_of_documents,
            mentions: self.mentions,
            licenses: self.licenses.into_values().collect(),
        };
        (inventory, self.findings)
    }

    /// Gives every file its owner: who claims it, else the owner of the container that it lies in, else the root.
    fn resolve_owners(&mut self, root: ComponentId) {
        // A container comes before what lies in it, for its location is the begin of theirs.
        for at in 0..self.by_location.len() {
            let id = self.by_location[at];
            let container = || {
                let location = &self.file(id).location;
                self.file(self.file_at(&location[..location.rfind("!/")?])?).owner
            };
            let owner = self.claimant(id).or_else(container).unwrap_or(root);
            self.files[id.0 as usize].owner = Some(owner);
        }
    }

    /// Puts every component that nothing relates to under the root: what is known to be software needs what lies in it,
    /// a mere folder or archive contains it.
    fn relate_strays(&mut self, claim: RootClaim, root: ComponentId) {
        let related: BTreeSet<ComponentId> = self.relations.iter().map(|relation| relation.to).collect();
        for (id, component) in (0..).map(ComponentId).zip(&self.components) {
            debug_assert!(!component.evidence.is_empty(), "{} has no evidence", component.name);
            if id == root || related.contains(&id) {
                continue;
            }
            let kind = match (claim, component.basis) {
                (RootClaim::FileName, Some(Basis::Present)) => RelationKind::Contains,
                _ => RelationKind::DependsOn,
            };
            self.relations.insert(Relation { from: root, kind, to: id });
        }
    }
}
