//! What git would export of a file: the bytes that end up in a release archive.
//!
//! A file in a work tree need not have the bytes that `git archive` writes: line ends may be converted on the way in
//! and on the way out. A checksum of the work tree's bytes would then hold on one system and fail on another, or pass
//! the check of the sources and break the release. So checksums are of the exported bytes.
//!
//! Source: gitattributes(5), "End-of-line conversion"; git's `convert.c` for `text=auto`.

use std::borrow::Cow;

use bstr::ByteSlice as _;

use super::git::{Attributes, Staged, TextRule};

/// The exported bytes of a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Exported<'a> {
    /// The bytes.
    pub bytes: Cow<'a, [u8]>,
    /// What its line ends rest on.
    pub line_ends: LineEnds,
}

/// What the line ends of an exported file rest on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LineEnds {
    /// On what the repository says, or there is no CRLF in it.
    Settled,
    /// It has CRLF, and nothing in the repository says whether that is meant.
    Unsaid,
    /// It was committed with CRLF, and `.gitattributes` says that it is text with LF: so it stays until it is
    /// normalised, by whatever commit comes first.
    NotNormalised,
}

/// From the work tree's bytes, the attributes, and the content that is staged.
///
/// What is exported is made of what is in the repository: that is the work tree's bytes if they are staged as they are,
/// else what `git add` would make of them.
pub(super) fn exported<'a>(bytes: &'a [u8], attributes: Attributes, staged: Staged) -> Exported<'a> {
    let crlf = bytes.contains_str("\r\n");
    let kept = |line_ends| Exported { bytes: Cow::Borrowed(bytes), line_ends };
    let converts = match attributes.text {
        TextRule::Binary => return kept(LineEnds::Settled),
        TextRule::Unsaid => false,
        TextRule::Text => true,
        TextRule::Auto => !looks_binary(bytes),
    };
    if !(crlf || converts && attributes.crlf) {
        return kept(LineEnds::Settled);
    }
    if attributes.text == TextRule::Unsaid {
        let lf = bytes.replace("\r\n", "\n");
        // A checkout with `core.autocrlf`: the repository has LF.
        if staged.is(&lf) {
            return Exported { bytes: Cow::Owned(lf), line_ends: LineEnds::Settled };
        }
        return kept(if looks_binary(bytes) { LineEnds::Settled } else { LineEnds::Unsaid });
    }
    let stored: Cow<'a, [u8]> = if !converts || !crlf || staged.is(bytes) {
        Cow::Borrowed(bytes)
    } else {
        Cow::Owned(bytes.replace("\r\n", "\n"))
    };
    let has_crlf = stored.contains_str("\r\n");
    if !attributes.crlf {
        let line_ends = if has_crlf && converts { LineEnds::NotNormalised } else { LineEnds::Settled };
        return Exported { bytes: stored, line_ends };
    }
    // On the way out a bare LF becomes CRLF; of `text=auto` only where no CR is there yet.
    let bytes = match attributes.text {
        TextRule::Auto if !converts || has_crlf => stored,
        _ => Cow::Owned(with_crlf(&stored)),
    };
    Exported { bytes, line_ends: LineEnds::Settled }
}

/// Every LF with a CR before it.
fn with_crlf(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + bytes.len() / 16);
    let mut before = 0;
    for byte in bytes {
        if *byte == b'\n' && before != b'\r' {
            out.push(b'\r');
        }
        out.push(*byte);
        before = *byte;
    }
    out
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
    use bonafide_ident::{DigestKinds, Hasher};

    use super::*;

    const TEXT: Attributes = Attributes { text: TextRule::Text, ..Attributes::NONE };
    const AUTO: Attributes = Attributes { text: TextRule::Auto, ..Attributes::NONE };
    const UNSAID: Attributes = Attributes { text: TextRule::Unsaid, ..Attributes::NONE };

    fn blob(bytes: &[u8]) -> Staged {
        Staged::Sha1(Hasher::digest(DigestKinds::GIT_BLOB, bytes).git_blob.unwrap())
    }

    fn bytes(bytes: &[u8], attributes: Attributes) -> Vec<u8> {
        exported(bytes, attributes, Staged::Unknown).bytes.into_owned()
    }

    #[test]
    fn text_is_exported_with_lf_or_as_eol_says() {
        assert_eq!(bytes(b"a\r\nb\r", TEXT), b"a\nb\r");
        assert_eq!(bytes(b"a\nb", Attributes { crlf: true, ..TEXT }), b"a\r\nb");
        assert_eq!(bytes(b"a\r\nb\n", Attributes { crlf: true, ..TEXT }), b"a\r\nb\r\n");
        assert_eq!(bytes(b"a\r\r\n", Attributes { crlf: true, ..TEXT }), b"a\r\n");
    }

    #[test]
    fn binary_and_unsaid_files_keep_their_bytes() {
        let crlf = b"a\r\n";
        assert_eq!(bytes(crlf, Attributes::NONE), crlf);
        let kept = exported(crlf, UNSAID, blob(crlf));
        assert_eq!((&*kept.bytes, kept.line_ends), (&crlf[..], LineEnds::Unsaid));
        assert_eq!(exported(b"\x89PNG\r\n\x1a\n\0", UNSAID, Staged::Unknown).line_ends, LineEnds::Settled);
    }

    #[test]
    fn a_checkout_with_autocrlf_gives_the_bytes_of_the_repository() {
        let converted = exported(b"a\r\nb\r\n", UNSAID, blob(b"a\nb\n"));
        assert_eq!((&*converted.bytes, converted.line_ends), (&b"a\nb\n"[..], LineEnds::Settled));
    }

    #[test]
    fn auto_converts_text_and_leaves_binary_alone() {
        assert_eq!(bytes(b"a\r\nb", AUTO), b"a\nb");
        assert_eq!(bytes(b"a\r\nb\0", AUTO), b"a\r\nb\0");
        assert_eq!(bytes(b"a\r\nb\rc", AUTO), b"a\r\nb\rc");
    }

    #[test]
    fn text_that_was_committed_with_crlf_is_exported_with_crlf() {
        for rule in [AUTO, TEXT] {
            let committed = exported(b"a\r\nb", rule, blob(b"a\r\nb"));
            assert_eq!((&*committed.bytes, committed.line_ends), (&b"a\r\nb"[..], LineEnds::NotNormalised));
        }
        let meant = exported(b"a\r\nb\n", Attributes { crlf: true, ..TEXT }, blob(b"a\r\nb\n"));
        assert_eq!((&*meant.bytes, meant.line_ends), (&b"a\r\nb\r\n"[..], LineEnds::Settled));
    }

    #[test]
    fn ids_of_both_hashes_are_known() {
        // `printf abc | git hash-object --stdin`, in a repository of SHA-256 objects.
        let id = "c1cf6e465077930e88dc5136641d402f72a229ddd996f627d60e9639eaba35a6".parse().unwrap();
        assert!(Staged::Sha256(id).is(b"abc") && !Staged::Sha256(id).is(b"abd"));
        assert!(blob(b"abc").is(b"abc"));
    }
}
