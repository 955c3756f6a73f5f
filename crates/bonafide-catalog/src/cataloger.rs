//! The seam that every way of finding components stands on.
//!
//! One walk over the artifact is shared by all [`Cataloger`]s. For each regular file they are asked what they want of
//! its bytes ([`Cataloger::want`], by its place and name), then shown what they asked for ([`Cataloger::see`]). They
//! remember little: a [`FileId`] and what the bytes say. When the walk has ended, [`Cataloger::finish`] tells the
//! [`Builder`] which components that proves, whose the files are and how components relate.
//!
//! Three things are known only at the end, so a cataloger asks the builder for them then and not before: the final
//! location of a file (a release's root folder is cut off), whether the file may prove anything (test data may not:
//! [`Builder::proof`] is then `None`), and the digests of files that came later. Since the order of an archive's
//! members means nothing, a cataloger's answer must not depend on it.

use bonafide_artifact::object::Object;
use bonafide_artifact::{Body, Entry, Format, Package};
use bonafide_ident::Digests;

use crate::builder::Builder;
use crate::inventory::FileId;

/// A regular file whose body is about to pass by.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a> {
    /// Its place in the artifact, the release's root folder not yet cut off, nested containers joined by `!/`.
    pub location: &'a str,
    /// The entry, for its size and container.
    pub entry: &'a Entry,
}

impl<'a> Candidate<'a> {
    /// The last part of the location: the file's own name.
    #[must_use]
    pub fn name(&self) -> &'a str {
        file_name(self.location)
    }
}

/// A file that a cataloger asked for, with its bytes.
#[derive(Clone, Copy, Debug)]
pub struct Sighting<'a> {
    /// Its number, by which the builder knows it later.
    pub file: FileId,
    /// As in [`Candidate::location`]: for looking at the file's name, not for keeping.
    pub location: &'a str,
    /// The bytes that were asked for. Where [`Body::Whole`] was asked for and the file is longer than the limit these
    /// are only its head: the walk reports that as a gap itself, and does not show the file.
    pub bytes: &'a [u8],
    /// SHA-256, and SHA-1 where it was asked for.
    pub digests: Digests,
}

impl<'a> Sighting<'a> {
    /// The last part of the location: the file's own name.
    #[must_use]
    pub fn name(&self) -> &'a str {
        file_name(self.location)
    }
}

/// A container that says which package it is: an rpm, an MSI.
#[derive(Clone, Copy, Debug)]
pub struct PackageSighting<'a> {
    /// Its number; none for the artifact itself.
    pub file: Option<FileId>,
    /// What it is.
    pub format: Format,
    /// What it says.
    pub package: &'a Package,
}

/// One way to find components. A file of its own, and a line in `registry.rs`.
pub trait Cataloger {
    /// What it wants of this file. [`Body::Skip`]: nothing, it will not be shown.
    fn want(&self, candidate: &Candidate<'_>) -> Body;

    /// Is shown a file that it wanted. It may get more bytes than it asked for, where another cataloger wanted more.
    fn see(&mut self, sighting: &Sighting<'_>);

    /// Is shown a file that is an object, whether it wanted it or not: what it says of itself.
    fn see_object(&mut self, _sighting: &Sighting<'_>, _object: &Object) {}

    /// Is shown a container that says which package it is.
    fn see_package(&mut self, _sighting: &PackageSighting<'_>) {}

    /// Whether it has seen something that must be checked by the SHA-1 of files.
    fn needs_sha1(&self) -> bool {
        false
    }

    /// Tells what was found. Called once, after the walk, in the order of the registry.
    fn finish(self: Box<Self>, builder: &mut Builder);
}

/// What follows the last `/` of a location.
pub(crate) fn file_name(location: &str) -> &str {
    location.rsplit('/').next().unwrap_or(location)
}

/// Shows files to catalogers without an artifact.
#[cfg(test)]
pub(crate) mod testing {
    use bonafide_artifact::{EntryId, Format, Kind, MemberPath};
    use bonafide_ident::{DigestKinds, Hasher};
    use bonafide_report::{Confidence, Finding};

    use super::*;
    use crate::builder::{Artifact, Shape};
    use crate::inventory::{Component, Evidence, FileForm, FileRecord, Inventory, Method};

    /// The inventory that catalogers make of some files (location, bytes), all of which may prove something. Where
    /// none of them knows the root it is `artifact`.
    pub(crate) fn inventory(
        mut catalogers: Vec<Box<dyn Cataloger>>,
        files: &[(&str, &[u8])],
    ) -> (Inventory, Vec<Finding>) {
        let mut records = Vec::new();
        for (number, (location, bytes)) in (0..).zip(files) {
            let digests = Hasher::digest(DigestKinds::SPDX, bytes);
            let size = bytes.len() as u64;
            let entry = Entry {
                id: EntryId(number),
                container: None,
                path: MemberPath::new(location.as_bytes()),
                kind: Kind::File,
                size: Some(size),
                mode: None,
                mtime: None,
                owner: None,
                extent: None,
                within: Format::Tar,
            };
            for cataloger in &mut catalogers {
                if cataloger.want(&Candidate { location, entry: &entry }) != Body::Skip {
                    cataloger.see(&Sighting { file: FileId(number), location, bytes, digests });
                }
            }
            let location = (*location).to_owned();
            records.push(FileRecord {
                location,
                kind: Kind::File,
                size,
                digests,
                owner: None,
                document_id: None,
                form: FileForm::Stored,
            });
        }
        let admitted = vec![true; records.len()];
        let artifact = Artifact {
            label: "artifact.tar".into(),
            name: "artifact.tar".into(),
            shape: Shape::File,
            digests: Digests::default(),
        };
        let mut builder = Builder::new(artifact, records, admitted);
        for cataloger in catalogers {
            cataloger.finish(&mut builder);
        }
        builder.build(|_| Component {
            name: "artifact".into(),
            evidence: vec![Evidence {
                method: Method::FileName,
                location: "artifact".into(),
                line: None,
                confidence: Confidence::Low,
            }],
            ..Component::default()
        })
    }

    #[test]
    fn files_without_a_claim_belong_to_the_root_and_are_sorted() {
        let (inventory, findings) = inventory(Vec::new(), &[("b", b"2"), ("a/c", b"1")]);
        let found: Vec<_> = inventory.files.iter().map(|file| (file.location.as_str(), file.owner)).collect();
        assert_eq!(found, [("a/c", inventory.root), ("b", inventory.root)]);
        assert!(findings.is_empty());
    }
}
