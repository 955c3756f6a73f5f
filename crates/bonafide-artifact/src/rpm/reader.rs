//! What comes before the payload, and the members of the payload compared with it.

use std::io::{self, Read as _};

use super::MAGIC;
use super::files::{Files, algorithm};
use super::header::Header;
use crate::cpio::{Cpio, Described};
use crate::entry::Kind;
use crate::fault::{Fault, FaultKind};
use crate::input::{Forward, Input};
use crate::limits::Limits;
use crate::member::{Member, Pull};
use crate::package::Package;
use crate::verify::{Algorithm, Check, Verified, hex};

/// Tags of the signature header.
mod signature {
    pub(super) const SHA1: u32 = 269;
    pub(super) const LONG_SIZE: u32 = 270;
    pub(super) const SHA256: u32 = 273;
    pub(super) const SIZE: u32 = 1000;
    pub(super) const MD5: u32 = 1004;
}

/// Tags of the main header.
mod tag {
    pub(super) const NAME: u32 = 1000;
    pub(super) const VERSION: u32 = 1001;
    pub(super) const RELEASE: u32 = 1002;
    pub(super) const EPOCH: u32 = 1003;
    pub(super) const VENDOR: u32 = 1011;
    pub(super) const LICENSE: u32 = 1014;
    pub(super) const URL: u32 = 1020;
    pub(super) const ARCH: u32 = 1022;
    pub(super) const SOURCE_RPM: u32 = 1044;
    pub(super) const PAYLOAD_FORMAT: u32 = 1124;
    pub(super) const PAYLOAD_DIGEST: u32 = 5092;
    pub(super) const PAYLOAD_ALGORITHM: u32 = 5093;
}

/// All that comes before the payload.
pub(crate) struct Lead {
    files: Files,
    /// What the compressed payload must have.
    checks: Vec<Check>,
    /// Bytes of the payload, where the signature header says it.
    pub(crate) payload: Option<u64>,
    /// What the package is, where the main header says it.
    pub(crate) package: Option<Package>,
    pub(crate) faults: Vec<Fault>,
}

impl Lead {
    /// Reads lead, signature header and main header.
    pub(crate) fn read(input: &mut Input<'_>, limits: &Limits) -> io::Result<Self> {
        let mut lead = [0; 96];
        input.read_exact(&mut lead).map_err(|error| match Fault::carried(&error) {
            Some(fault) => fault.clone().into_io(),
            None => Fault::at(FaultKind::Truncated, 0, "ends in the lead of an rpm").into_io(),
        })?;
        if !lead.starts_with(MAGIC) || !matches!(lead[4], 3 | 4) {
            let message = format!("version {} of the rpm lead is not read", lead[4]);
            return Err(Fault::at(FaultKind::Unsupported, 0, message).into_io());
        }
        if lead[78..80] != [0, 5] {
            let message = "a signature that is no header (rpm before 3) is not read";
            return Err(Fault::at(FaultKind::Unsupported, 78, message).into_io());
        }
        let mut faults = Vec::new();
        let signature = Header::read(input, input.count, limits.memory_bytes)?;
        let fill = (signature.bytes.len() as u64).wrapping_neg() % 8;
        let (at, mut padding) = (input.count, Vec::new());
        input.take(fill).read_to_end(&mut padding)?;
        if padding.iter().any(|&byte| byte != 0) {
            let message = "bytes that fill up the signature header are not zero";
            faults.push(Fault::at(FaultKind::Padding, at, message));
        }
        let at = input.count;
        let header = Header::read(input, at, limits.memory_bytes)?;
        for (algorithm, tag) in [(Algorithm::Sha1, signature::SHA1), (Algorithm::Sha256, signature::SHA256)] {
            let Some(text) = signature.text(tag) else { continue };
            if let Some(mut check) = Check::digest(algorithm, text, "of the rpm header") {
                check.update(&header.bytes);
                faults.extend(check.finish().err().map(|fault| Fault { offset: Some(at), ..fault }));
            }
        }
        if let Some(format) = header.text(tag::PAYLOAD_FORMAT)
            && format != "cpio"
        {
            let message = format!("a payload of format `{format}` is not read");
            return Err(Fault::at(FaultKind::Unsupported, input.count, message).into_io());
        }
        let mut checks = Vec::new();
        if let Some(mut check) = signature
            .binary(signature::MD5)
            .and_then(|md5| Check::digest(Algorithm::Md5, &hex(md5), "of header and payload"))
        {
            check.update(&header.bytes);
            checks.push(check);
        }
        let kind = header.number(tag::PAYLOAD_ALGORITHM).and_then(|number| algorithm(Some(number)));
        if let (Some(kind), Some(text)) = (kind, header.text(tag::PAYLOAD_DIGEST)) {
            checks.extend(Check::digest(kind, text, "of the payload"));
        }
        let size = signature.number(signature::LONG_SIZE).or_else(|| signature.number(signature::SIZE));
        let payload = size.and_then(|size| size.checked_sub(header.bytes.len() as u64));
        let files = Files::of(&header, limits).map_err(Fault::into_io)?;
        Ok(Self { files, checks, payload, package: package(&header), faults })
    }

    /// The payload with its checks: they are made when all of it has passed.
    pub(crate) fn checked<'a>(&mut self, input: Input<'a>) -> Verified<'a> {
        Verified::new(Box::new(input), std::mem::take(&mut self.checks))
    }
}

fn package(header: &Header) -> Option<Package> {
    let text = |tag| header.text(tag).filter(|text| !text.is_empty()).map(str::to_owned);
    // A source package has the architecture that it was made on, and names no package that it was made of.
    let architecture = if header.has(tag::SOURCE_RPM) { text(tag::ARCH) } else { Some("src".to_owned()) };
    Some(Package {
        name: text(tag::NAME)?,
        version: text(tag::VERSION),
        release: text(tag::RELEASE),
        epoch: header.number(tag::EPOCH),
        architecture,
        vendor: text(tag::VENDOR),
        license: text(tag::LICENSE),
        url: text(tag::URL),
    })
}

/// The members of a payload, compared with the header.
pub(crate) struct Rpm<'a> {
    cpio: Cpio<'a>,
    files: &'a Files,
    seen: usize,
    check: Option<Check>,
    ended: bool,
    faults: Vec<Fault>,
}

impl<'a> Rpm<'a> {
    pub(crate) fn new(lead: &'a Lead, payload: Box<Forward<'a>>, limits: &'a Limits) -> Self {
        let files: &'a Files = &lead.files;
        let cpio = Cpio::new(payload, limits, Some(files as &dyn Described));
        Self { cpio, files, seen: 0, check: None, ended: false, faults: Vec::new() }
    }
}

impl Pull for Rpm<'_> {
    fn next(&mut self) -> io::Result<Option<Member>> {
        self.check = None;
        let Some(mut member) = self.cpio.next()? else {
            let (seen, expected) = (self.seen, self.files.expected());
            if !std::mem::replace(&mut self.ended, true) && seen < expected {
                let message =
                    format!("the header describes {expected} files, the payload has {seen} of them");
                self.faults.push(Fault::new(FaultKind::HeaderMismatch, message));
            }
            return Ok(None);
        };
        match self.files.number(member.path.raw()) {
            Some(number) => {
                self.seen += 1;
                Files::spell(&mut member);
                let digest = self.files.complete(number, &mut member);
                let check = digest.zip(self.files.algorithm);
                self.check = check
                    .and_then(|(digest, algorithm)| Check::digest(algorithm, digest, "that the header has"))
                    .filter(|_| member.kind == Kind::File);
            }
            None => {
                let message = "the header does not describe this member";
                member.faults.push(Fault::new(FaultKind::HeaderMismatch, message));
            }
        }
        Ok(Some(member))
    }

    fn body(&mut self) -> Box<Forward<'_>> {
        match self.check.take() {
            Some(check) => Box::new(Verified::new(self.cpio.body(), vec![check])),
            None => self.cpio.body(),
        }
    }

    fn take_faults(&mut self) -> Vec<Fault> {
        let mut faults = self.cpio.take_faults();
        faults.append(&mut self.faults);
        faults
    }
}
