//! What git would export of a file: the bytes that end up in a release archive.
//!
//! A file in a work tree need not have the bytes that `git archive` writes: line ends may be converted on the way in
//! and on the way out. A checksum of the work tree's bytes would then hold on one system and fail on another, or pass
//! the check of the sources and break the release. So checksums are of the exported bytes.
//!
//! Source: gitattributes(5), "End-of-line conversion"; git's `convert.c` for `text=auto`.

use std::borrow::Cow;

use bonafide_ident::{DigestKinds, GitBlob, Hasher};
use bstr::ByteSlice as _;

use super::git::{Attributes, TextRule};

/// The exported bytes of a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Exported<'a> {
    /// The bytes.
    pub bytes: Cow<'a, [u8]>,
    /// The file has CRLF line ends and nothing in the repository says whether they are meant.
    pub unsettled: bool,
}

/// From the work tree's bytes, the attributes, and the content that is staged.
pub(super) fn exported<'a>(bytes: &'a [u8], attributes: Attributes, staged: Option<GitBlob>) -> Exported<'a> {
    let raw = |unsettled| Exported { bytes: Cow::Borrowed(bytes), unsettled };
    let crlf = bytes.contains_str("\r\n");
    let text = match attributes.text {
        TextRule::Binary => return raw(false),
        TextRule::Text => true,
        TextRule::Auto => !looks_binary(bytes),
        TextRule::Unsaid => false,
    };
    if !(crlf || text && attributes.crlf) {
        return raw(false);
    }
    let lf = bytes.replace("\r\n", "\n");
    let is_staged =
        |bytes: &[u8]| staged.is_some() && Hasher::digest(DigestKinds::GIT_BLOB, bytes).git_blob == staged;
    match attributes.text {
        // Text that was committed with CRLF stays so until it is renormalised.
        TextRule::Auto if text && is_staged(bytes) => raw(true),
        // A checkout with `core.autocrlf`: the repository has LF.
        TextRule::Unsaid if is_staged(&lf) => Exported { bytes: Cow::Owned(lf), unsettled: false },
        _ if !text => raw(attributes.text == TextRule::Unsaid && !looks_binary(bytes)),
        _ if attributes.crlf => Exported { bytes: Cow::Owned(lf.replace("\n", "\r\n")), unsettled: false },
        _ => Exported { bytes: Cow::Owned(lf), unsettled: false },
    }
}

/// Git's guess for `text=auto`, over the whole file: a NUL byte, a carriage return on its own, or more than one
/// unprintable character in 128.
fn looks_binary(bytes: &[u8]) -> bool {
    let (mut printable, mut unprintable) = (0_usize, 0_usize);
    let body = bytes.strip_suffix(b"\x1a").unwrap_or(bytes);
    for (at, byte) in body.iter().enumerate() {
        match byte {
            0 => return true,
            b'\r' if body.get(at + 1) != Some(&b'\n') => return true,
            b'\r' | b'\n' => {}
            8 | b'\t' | 0x0c | 0x1b => printable += 1,
            0..32 | 127 => unprintable += 1,
            _ => printable += 1,
        }
    }
    (printable >> 7) < unprintable
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: Attributes = Attributes { text: TextRule::Text, ..Attributes::NONE };

    fn blob(bytes: &[u8]) -> Option<GitBlob> {
        Hasher::digest(DigestKinds::GIT_BLOB, bytes).git_blob
    }

    #[test]
    fn text_is_exported_with_lf_or_as_eol_says() {
        assert_eq!(&*exported(b"a\r\nb\r", TEXT, None).bytes, b"a\nb\r");
        assert_eq!(&*exported(b"a\nb", Attributes { crlf: true, ..TEXT }, None).bytes, b"a\r\nb");
        assert_eq!(&*exported(b"a\r\nb\n", Attributes { crlf: true, ..TEXT }, None).bytes, b"a\r\nb\r\n");
    }

    #[test]
    fn binary_and_unsaid_files_keep_their_bytes() {
        let crlf = b"a\r\n";
        assert_eq!(&*exported(crlf, Attributes::NONE, None).bytes, crlf);
        let unsaid = Attributes { text: TextRule::Unsaid, ..Attributes::NONE };
        let kept = exported(crlf, unsaid, blob(crlf));
        assert_eq!((&*kept.bytes, kept.unsettled), (&crlf[..], true));
        assert!(!exported(b"\x89PNG\r\n\x1a\n\0", unsaid, None).unsettled);
    }

    #[test]
    fn a_checkout_with_autocrlf_gives_the_bytes_of_the_repository() {
        let unsaid = Attributes { text: TextRule::Unsaid, ..Attributes::NONE };
        let converted = exported(b"a\r\nb\r\n", unsaid, blob(b"a\nb\n"));
        assert_eq!((&*converted.bytes, converted.unsettled), (&b"a\nb\n"[..], false));
    }

    #[test]
    fn auto_converts_text_and_leaves_binary_alone() {
        let auto = Attributes { text: TextRule::Auto, ..Attributes::NONE };
        assert_eq!(&*exported(b"a\r\nb", auto, None).bytes, b"a\nb");
        assert_eq!(&*exported(b"a\r\nb\0", auto, None).bytes, b"a\r\nb\0");
        assert_eq!(&*exported(b"a\r\nb\rc", auto, None).bytes, b"a\r\nb\rc");
        let committed = exported(b"a\r\nb", auto, blob(b"a\r\nb"));
        assert_eq!((&*committed.bytes, committed.unsettled), (&b"a\r\nb"[..], true));
    }
}
