//! Builds an [`Inventory`] when a walk has ended: catalogers add components, claim files, relate components.

use std::collections::BTreeSet;

use bonafide_report::{Finding, Place};

use crate::inventory::{
    Basis, Component, ComponentId, FileId, FileRecord, Inventory, Relation, RelationKind,
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
    root: Option<(RootClaim, ComponentId)>,
    findings: Vec<Finding>,
    artifact: String,
}

impl Builder {
    /// From the files of the walk, by number. `admitted` says of each whether it may prove a component.
    pub(crate) fn new(artifact: String, files: Vec<FileRecord>, admitted: Vec<bool>) -> Self {
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
            root: None,
            findings: Vec::new(),
            artifact,
        }
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

    /// Adds a component. It must have evidence and a basis.
    pub fn add(&mut self, component: Component) -> ComponentId {
        let id = ComponentId(u32::try_from(self.components.len()).expect("fewer components than entries"));
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

    /// Relates two components. A component that nothing relates to is put under the root at the end.
    pub fn relate(&mut self, from: ComponentId, kind: RelationKind, to: ComponentId) {
        if from != to {
            self.relations.insert(Relation { from, kind, to });
        }
    }

    /// Where a finding about a member of this artifact is.
    #[must_use]
    pub fn place(&self, location: &str) -> Place {
        Place::file(self.artifact.clone()).member(location)
    }

    /// Reports a finding.
    pub fn report(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// Ends: gives every file its owner, puts stray components under the root, sorts files by location.
    ///
    /// `root` is used where no cataloger knew what the artifact is.
    pub(crate) fn build(mut self, root: impl FnOnce() -> Component) -> (Inventory, Vec<Finding>) {
        let (claim, root) = match self.root {
            Some(held) => held,
            None => (RootClaim::FileName, self.add(root())),
        };
        let related: BTreeSet<ComponentId> = self.relations.iter().map(|relation| relation.to).collect();
        for (id, component) in (0..).map(ComponentId).zip(&self.components) {
            if id == root {
                continue;
            }
            debug_assert!(!component.evidence.is_empty(), "{} has no evidence", component.name);
            if !related.contains(&id) {
                let kind = match (claim, component.basis) {
                    (RootClaim::FileName, Some(Basis::Present)) => RelationKind::Contains,
                    _ => RelationKind::DependsOn,
                };
                self.relations.insert(Relation { from: root, kind, to: id });
            }
        }
        let mut slots: Vec<Option<FileRecord>> = self.files.into_iter().map(Some).collect();
        let claims = &self.claims;
        let files = self
            .by_location
            .iter()
            .filter_map(|id| {
                let mut file = slots[id.0 as usize].take()?;
                file.owner = Some(claims[id.0 as usize].map_or(root, |(_, _, component)| component));
                Some(file)
            })
            .collect();
        let inventory = Inventory {
            root: Some(root),
            files,
            components: self.components,
            relations: self.relations.into_iter().collect(),
        };
        (inventory, self.findings)
    }
}
