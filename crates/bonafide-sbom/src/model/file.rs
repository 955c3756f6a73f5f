//! Files, and parts of files. A document may have a million files: what most of them lack is one word.

use super::claim::{Claim, Text};
use super::digest::Digest;
use crate::json::Extra;

/// A file.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct File {
    /// The document's own id.
    pub id: Option<Text>,
    /// Its path, as it stands: `./src/main.c`.
    pub name: Option<Text>,
    /// Digests, in the order of the document.
    pub digests: Vec<Digest>,
    /// `licenseConcluded`.
    pub license_concluded: Claim,
    /// `licenseInfoInFiles`.
    pub license_info: Vec<Claim>,
    /// Copyright text.
    pub copyright: Claim,
    /// What few files have.
    pub detail: Option<Box<FileDetail>>,
}

/// What few files have.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileDetail {
    /// `fileTypes`: `SOURCE`, `BINARY`, …, as they stand.
    pub types: Vec<Text>,
    /// Remark on the licences.
    pub license_comments: Option<Text>,
    /// Remark.
    pub comment: Option<Text>,
    /// `noticeText`.
    pub notice: Option<Text>,
    /// `fileContributors`.
    pub contributors: Vec<Text>,
    /// Texts to be given with it.
    pub attribution_texts: Vec<Text>,
    /// Fields that the model does not know: `artifactOfs`, `fileDependencies`, …
    pub extra: Extra,
}

impl File {
    /// A file with a name and digests.
    #[must_use]
    pub fn new(name: &str, digests: Vec<Digest>) -> Self {
        Self { name: Some(name.into()), digests, ..Self::default() }
    }

    /// The detail, made where there is none yet.
    pub fn detail_mut(&mut self) -> &mut FileDetail {
        self.detail.get_or_insert_default()
    }
}

/// A part of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Snippet {
    /// The document's own id.
    pub id: Option<Text>,
    /// The id of the file that it is of, as it stands.
    pub from_file: Option<Text>,
    /// Which parts.
    pub ranges: Vec<SnippetRange>,
    /// A name for it.
    pub name: Option<Text>,
    /// `licenseConcluded`.
    pub license_concluded: Claim,
    /// `licenseInfoInSnippets`.
    pub license_info: Vec<Claim>,
    /// Remark on the licences.
    pub license_comments: Option<Text>,
    /// Copyright text.
    pub copyright: Claim,
    /// Remark.
    pub comment: Option<Text>,
    /// Texts to be given with it.
    pub attribution_texts: Vec<Text>,
    /// Fields that the model does not know.
    pub extra: Extra,
}

/// A range of a snippet, both ends included.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SnippetRange {
    /// Where it begins.
    pub start: SnippetPointer,
    /// Where it ends.
    pub end: SnippetPointer,
    /// Fields that the model does not know.
    pub extra: Extra,
}

/// One end of a range.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SnippetPointer {
    /// Byte, from 1.
    pub offset: Option<i64>,
    /// Line, from 1.
    pub line: Option<i64>,
    /// The id of the file, as it stands.
    pub reference: Option<Text>,
    /// Fields that the model does not know.
    pub extra: Extra,
}

/// A licence text that the document brings along: SPDX 2 `hasExtractedLicensingInfos`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExtractedLicense {
    /// `LicenseRef-…`.
    pub id: Option<Text>,
    /// The text.
    pub text: Option<Text>,
    /// A name for it.
    pub name: Claim,
    /// Addresses.
    pub see_also: Vec<Text>,
    /// Remark.
    pub comment: Option<Text>,
    /// Fields that the model does not know: `crossRefs`.
    pub extra: Extra,
}
