//! Two records of one thing become one: what only one knows is taken, lists are joined, contradictions are told.
//!
//! Where both know and disagree the smaller value stays, so that the answer does not depend on who comes first.

use crate::json::{Extra, Json};
use crate::model::{
    Actor, Claim, Component, Creation, Evidence, ExtractedLicense, File, FileDetail, Purpose, Snippet, Text,
    VerificationCode,
};

/// What is told of contradictions: the field, what stayed, what did not.
pub(super) type Conflicts = Vec<(String, String, String)>;

/// Joining of two records of one thing.
pub(super) trait Unite {
    /// Takes what the other knows.
    fn unite(&mut self, other: Self, field: &str, conflicts: &mut Conflicts);
}

/// The smaller of two values that differ; the other is told.
fn smaller<T: Ord + std::fmt::Debug>(mine: &mut T, mut other: T, field: &str, conflicts: &mut Conflicts) {
    if *mine == other {
        return;
    }
    if other < *mine {
        std::mem::swap(mine, &mut other);
    }
    conflicts.push((field.to_owned(), format!("{mine:?}"), format!("{other:?}")));
}

macro_rules! values {
    ($($type:ty),*) => {$(
        impl Unite for $type {
            fn unite(&mut self, other: Self, field: &str, conflicts: &mut Conflicts) {
                smaller(self, other, field, conflicts);
            }
        }
    )*};
}

values!(Text, bool, u64, Actor, Purpose, Box<VerificationCode>);

impl<T: Unite> Unite for Option<T> {
    fn unite(&mut self, other: Self, field: &str, conflicts: &mut Conflicts) {
        match (self.as_mut(), other) {
            (Some(mine), Some(other)) => mine.unite(other, field, conflicts),
            (None, other) => *self = other,
            (Some(_), None) => {}
        }
    }
}

impl<T: Unite> Unite for Claim<T> {
    /// A value says more than `NONE`, that more than `NOASSERTION`, that more than nothing.
    fn unite(&mut self, other: Self, field: &str, conflicts: &mut Conflicts) {
        const fn rank<T>(claim: &Claim<T>) -> u8 {
            match claim {
                Claim::Absent => 0,
                Claim::NoAssertion => 1,
                Claim::None => 2,
                Claim::Known(_) => 3,
            }
        }
        match (self, other) {
            (Self::Known(mine), Self::Known(other)) => mine.unite(other, field, conflicts),
            (mine, other) if rank(&other) > rank(mine) => *mine = other,
            _ => {}
        }
    }
}

impl<T: Ord> Unite for Vec<T> {
    fn unite(&mut self, other: Self, _: &str, _: &mut Conflicts) {
        self.extend(other);
        self.sort();
        self.dedup();
    }
}

impl Unite for Json {
    fn unite(&mut self, other: Self, field: &str, conflicts: &mut Conflicts) {
        match (self, other) {
            (Self::Array(mine), Self::Array(other)) => mine.unite(other, field, conflicts),
            (mine, other) => smaller(mine, other, field, conflicts),
        }
    }
}

impl Unite for Extra {
    fn unite(&mut self, mut other: Self, _: &str, conflicts: &mut Conflicts) {
        let (Some(format), names) = (
            self.format().or(other.format()),
            self.fields()
                .iter()
                .chain(other.fields())
                .map(|(name, _)| name.clone())
                .collect::<std::collections::BTreeSet<_>>(),
        ) else {
            return;
        };
        let mut united = Self::default();
        for name in names {
            let mut value = self.remove(&name);
            value.unite(other.remove(&name), &name, conflicts);
            if let Some(value) = value {
                united.push(format, name, value);
            }
        }
        *self = united;
    }
}

impl Unite for Box<Evidence> {
    fn unite(&mut self, other: Self, field: &str, conflicts: &mut Conflicts) {
        Evidence::unite(self, *other, field, conflicts);
    }
}

impl Unite for Box<FileDetail> {
    fn unite(&mut self, other: Self, field: &str, conflicts: &mut Conflicts) {
        FileDetail::unite(self, *other, field, conflicts);
    }
}

/// A record whose fields are joined one by one. Its id is not among them: the merge gives ids.
macro_rules! record {
    ($type:ident { $($field:ident),* $(,)? }) => {
        impl Unite for $type {
            fn unite(&mut self, other: Self, _: &str, conflicts: &mut Conflicts) {
                $(self.$field.unite(other.$field, stringify!($field), conflicts);)*
            }
        }
    };
}

record!(Component {
    name,
    group,
    version,
    purpose,
    supplier,
    originator,
    authors,
    file_name,
    download_location,
    homepage,
    digests,
    files_analyzed,
    verification_code,
    license_concluded,
    license_declared,
    license_info_from_files,
    licenses,
    license_comments,
    copyright,
    summary,
    description,
    comment,
    source_info,
    attribution_texts,
    built,
    released,
    valid_until,
    references,
    evidence,
    properties,
    extra,
});
record!(Evidence { occurrences, identities, extra });
record!(File { name, digests, license_concluded, license_info, copyright, detail });
record!(FileDetail { types, license_comments, comment, notice, contributors, attribution_texts, extra });
record!(Snippet {
    from_file,
    ranges,
    name,
    license_concluded,
    license_info,
    license_comments,
    copyright,
    comment,
    attribution_texts,
    extra,
});
record!(ExtractedLicense { text, name, see_also, comment, extra });
record!(Creation {
    creators,
    tools,
    manufacturer,
    supplier,
    lifecycles,
    licenses,
    license_list_version,
    comment,
    properties,
    extra,
});

/// Replaces licence references by others, in every expression of a record.
pub(super) trait Relicense {
    /// `rename` gives the new name of a reference that has one.
    fn relicense(&mut self, rename: &dyn Fn(&str) -> Option<Text>);
}

impl Relicense for Claim<Text> {
    fn relicense(&mut self, rename: &dyn Fn(&str) -> Option<Text>) {
        if let Self::Known(text) = self {
            text.relicense(rename);
        }
    }
}

impl Relicense for Text {
    fn relicense(&mut self, rename: &dyn Fn(&str) -> Option<Text>) {
        let mut renamed = String::new();
        let mut rest = &**self;
        while !rest.is_empty() {
            let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | ':');
            let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
            let (word, more) = rest.split_at(end);
            match rename(word) {
                Some(new) => renamed.push_str(&new),
                None => renamed.push_str(word),
            }
            let end = more.find(is_part).unwrap_or(more.len());
            let (gap, more) = more.split_at(end);
            renamed.push_str(gap);
            rest = more;
        }
        *self = renamed.into();
    }
}

impl Relicense for Component {
    fn relicense(&mut self, rename: &dyn Fn(&str) -> Option<Text>) {
        self.license_concluded.relicense(rename);
        self.license_declared.relicense(rename);
        self.license_info_from_files.iter_mut().for_each(|claim| claim.relicense(rename));
    }
}

impl Relicense for File {
    fn relicense(&mut self, rename: &dyn Fn(&str) -> Option<Text>) {
        self.license_concluded.relicense(rename);
        self.license_info.iter_mut().for_each(|claim| claim.relicense(rename));
    }
}

impl Relicense for Snippet {
    fn relicense(&mut self, rename: &dyn Fn(&str) -> Option<Text>) {
        self.license_concluded.relicense(rename);
        self.license_info.iter_mut().for_each(|claim| claim.relicense(rename));
    }
}
