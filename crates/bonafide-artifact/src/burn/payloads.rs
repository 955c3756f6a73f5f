//! The members of a bundle's containers, under the paths of the files that they stand for.

use std::collections::BTreeMap;
use std::io;

use super::manifest::Manifest;
use crate::beside::Beside;
use crate::cab::Cab;
use crate::entry::Kind;
use crate::fault::{Fault, FaultKind};
use crate::input::{Forward, ReadAt};
use crate::limits::Budget;
use crate::member::{Member, Pull};
use crate::path::MemberPath;
use crate::verify::Verified;

/// What the UX container calls the manifest.
pub(crate) const MANIFEST: &[u8] = b"0";
/// The folder under which what the UX container holds is told: it is unpacked elsewhere than the payloads.
const UX: &str = "UX/";

/// Which of a bundle's payloads a container had.
pub(crate) struct Bundle {
    manifest: Manifest,
    seen: Vec<bool>,
}

impl Bundle {
    pub(crate) fn new(manifest: Manifest) -> Self {
        Self { seen: vec![false; manifest.payloads.len()], manifest }
    }

    pub(crate) const fn manifest(&self) -> &Manifest {
        &self.manifest
    }
}

/// Where a container lies: its members' names mean other files in each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place<'i> {
    Ux,
    /// A container by its id.
    Payloads(&'i str),
}

/// The members of one container.
pub(crate) struct Payloads<'c> {
    cab: Cab<'c>,
    seen: &'c mut [bool],
    manifest: &'c Manifest,
    is_ux: bool,
    /// Numbers of payloads by what the container calls them.
    by_source: BTreeMap<&'c [u8], Vec<usize>>,
    /// Other payloads that the last member stands for, and its path.
    links: Vec<usize>,
    path: MemberPath,
    /// The payload that the body at hand is of.
    payload: Option<usize>,
}

impl<'c> Payloads<'c> {
    pub(crate) fn open(
        at: &'c dyn ReadAt,
        beside: &'c dyn Beside,
        budget: &'c Budget,
        bundle: &'c mut Bundle,
        place: Place<'_>,
    ) -> io::Result<Self> {
        let Bundle { manifest, seen } = bundle;
        let mut by_source: BTreeMap<&[u8], Vec<usize>> = BTreeMap::new();
        for (number, payload) in manifest.payloads.iter().enumerate() {
            let lies_here = match place {
                Place::Ux => payload.is_ux,
                Place::Payloads(id) => !payload.is_ux && payload.container == id,
            };
            if lies_here {
                by_source.entry(payload.source.as_bytes()).or_default().push(number);
            }
        }
        Ok(Self {
            cab: Cab::open(at, beside, budget)?,
            seen,
            manifest,
            is_ux: place == Place::Ux,
            by_source,
            links: Vec::new(),
            path: MemberPath::new(&b""[..]),
            payload: None,
        })
    }

    fn path(&self, number: usize) -> MemberPath {
        path(self.is_ux, &self.manifest.payloads[number].path)
    }
}

fn path(is_ux: bool, path: &str) -> MemberPath {
    MemberPath::new([if is_ux { UX } else { "" }, path].concat().into_bytes())
}

impl Pull for Payloads<'_> {
    fn next(&mut self) -> io::Result<Option<Member>> {
        self.payload = None;
        if let Some(number) = self.links.pop() {
            return Ok(Some(Member::new(self.path(number), Kind::Hardlink(self.path.clone()))));
        }
        let Some(mut member) = self.cab.next()? else { return Ok(None) };
        if self.is_ux && member.path.raw() == MANIFEST {
            member.path = path(true, "manifest.xml");
            return Ok(Some(member));
        }
        let numbers = self.by_source.get(member.path.raw()).cloned().unwrap_or_default();
        let Some(&number) = numbers.first() else {
            let message = "the manifest does not list this member of a container";
            member.faults.push(Fault::new(FaultKind::HeaderMismatch, message));
            member.path = path(self.is_ux, &member.path.text());
            return Ok(Some(member));
        };
        for &number in &numbers {
            self.seen[number] = true;
            let size = self.manifest.payloads[number].size;
            if size.is_some() && size != member.size {
                let message = "container and manifest disagree on the size";
                member.faults.push(Fault::new(FaultKind::HeaderMismatch, message));
            }
        }
        member.path = self.path(number);
        self.path = member.path.clone();
        self.links = numbers[1..].iter().copied().filter(|&other| self.path(other) != self.path).collect();
        self.links.reverse();
        self.payload = Some(number);
        Ok(Some(member))
    }

    fn body(&mut self) -> Box<Forward<'_>> {
        let check = self.payload.and_then(|number| self.manifest.payloads[number].check());
        match check {
            Some(check) => Box::new(Verified::new(self.cab.body(), vec![check])),
            None => self.cab.body(),
        }
    }

    fn take_faults(&mut self) -> Vec<Fault> {
        self.cab.take_faults()
    }
}

/// Payloads that no container had: members without bytes.
pub(crate) struct Rest<'b> {
    bundle: &'b Bundle,
    next: usize,
}

impl<'b> Rest<'b> {
    pub(crate) const fn of(bundle: &'b Bundle) -> Self {
        Self { bundle, next: 0 }
    }
}

impl Pull for Rest<'_> {
    fn next(&mut self) -> io::Result<Option<Member>> {
        while let Some(payload) = self.bundle.manifest.payloads.get(self.next) {
            self.next += 1;
            if self.bundle.seen[self.next - 1] {
                continue;
            }
            let container = payload.container.escape_debug();
            let message = match (&*payload.container, &*payload.url) {
                _ if payload.is_ux => "the UX container does not have it".to_owned(),
                ("", "") => "it lies beside the bundle, not in it".to_owned(),
                ("", url) => format!("it is not in the bundle, but downloaded from {}", url.escape_debug()),
                _ => format!("its container `{container}` is not here, or does not have it"),
            };
            return Ok(Some(Member {
                size: payload.size,
                lost: Some(Fault::new(FaultKind::Unsupported, message)),
                ..Member::new(path(payload.is_ux, &payload.path), Kind::File)
            }));
        }
        Ok(None)
    }

    fn body(&mut self) -> Box<Forward<'_>> {
        Box::new(io::empty())
    }

    fn take_faults(&mut self) -> Vec<Fault> {
        Vec::new()
    }
}
