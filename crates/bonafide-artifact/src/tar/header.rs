//! One tar header: 512 bytes of fields.

use super::{BLOCK, TarDialect};
use crate::entry::Owner;
use crate::fault::{Fault, FaultKind};

/// A header as it lies in the file.
#[derive(Clone)]
pub(super) struct Header(pub(super) [u8; BLOCK as usize]);

/// Which checksum fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sum {
    /// The standard's, over unsigned bytes.
    Unsigned,
    /// The one of some old Unix systems, over signed bytes.
    Signed,
    No,
}

/// Whether a file's first bytes are a tar header: the checksum fits, or the magic is there.
pub(crate) fn looks_like(head: &[u8]) -> bool {
    let Some(block) = head.first_chunk::<{ BLOCK as usize }>() else { return false };
    let header = Header(*block);
    // The magic alone is a weak sign, since a text may have the word there; but a header has zero bytes and a text has
    // none. So is a checksum alone: without the magic the fields must be numbers, too.
    (header.dialect() != TarDialect::V7 && header.0.contains(&0))
        || (header.sum() != Sum::No
            && header.0[0] != 0
            && header.size().is_ok()
            && [100..108, 108..116, 116..124, 136..148]
                .into_iter()
                .all(|field| number(&header.0[field]).is_some()))
}

impl Header {
    pub(super) fn is_zero(&self) -> bool {
        self.0.iter().all(|&byte| byte == 0)
    }

    /// The dialect that the magic shows; pax looks like ustar.
    pub(super) fn dialect(&self) -> TarDialect {
        match &self.0[257..265] {
            b"ustar  \0" | b"ustar   " => TarDialect::Gnu,
            [b'u', b's', b't', b'a', b'r', ..] => TarDialect::Ustar,
            _ => TarDialect::V7,
        }
    }

    fn sum(&self) -> Sum {
        let Some(wanted) = number(&self.0[148..156]) else { return Sum::No };
        let (mut unsigned, mut signed) = (0_i64, 0_i64);
        for (at, &byte) in self.0.iter().enumerate() {
            let byte = if (148..156).contains(&at) { b' ' } else { byte };
            unsigned += i64::from(byte);
            signed += i64::from(byte.cast_signed());
        }
        match wanted {
            wanted if wanted == unsigned => Sum::Unsigned,
            wanted if wanted == signed => Sum::Signed,
            _ => Sum::No,
        }
    }

    pub(super) fn sum_fits(&self) -> bool {
        self.sum() != Sum::No
    }

    pub(super) const fn kind(&self) -> u8 {
        self.0[156]
    }

    /// The declared size of the body in bytes.
    pub(super) fn size(&self) -> Result<u64, Fault> {
        number(&self.0[124..136])
            .and_then(|size| u64::try_from(size).ok())
            .ok_or_else(|| Fault::new(FaultKind::Malformed, "the size in the header is no number"))
    }

    pub(super) fn mode(&self) -> Option<u32> {
        number(&self.0[100..108]).and_then(|mode| u32::try_from(mode & 0o7777).ok())
    }

    /// Numbers, and names where the dialect has them.
    pub(super) fn owner(&self) -> Owner {
        let id = |field| number(field).and_then(|id| u64::try_from(id).ok());
        let named = self.dialect() != TarDialect::V7;
        let name = |field| match String::from_utf8_lossy(text(field)) {
            name if named && !name.is_empty() => Some(name.into()),
            _ => None,
        };
        Owner {
            uid: id(&self.0[108..116]),
            gid: id(&self.0[116..124]),
            user: name(&self.0[265..297]),
            group: name(&self.0[297..329]),
        }
    }

    pub(super) fn mtime(&self) -> Option<i64> {
        number(&self.0[136..148])
    }

    /// The name, with the prefix of ustar where there is one.
    pub(super) fn name(&self) -> Vec<u8> {
        let name = text(&self.0[..100]);
        let prefix = match self.dialect() {
            TarDialect::Ustar | TarDialect::Pax => {
                // star keeps times behind a prefix of 131 bytes and says so by `tar\0` at the end.
                let end = if &self.0[508..512] == b"tar\0" { 476 } else { 500 };
                text(&self.0[345..end])
            }
            TarDialect::Gnu | TarDialect::V7 => b"",
        };
        if prefix.is_empty() { name.to_vec() } else { [prefix, b"/", name].concat() }
    }

    pub(super) fn link(&self) -> Vec<u8> {
        text(&self.0[157..257]).to_vec()
    }
}

/// The bytes before the first zero byte.
fn text(field: &[u8]) -> &[u8] {
    field.split(|&byte| byte == 0).next().unwrap_or_default()
}

/// A number field: octal digits between blanks, or base 256 where the first bit is set; empty is 0.
pub(super) fn number(field: &[u8]) -> Option<i64> {
    let (&first, rest) = field.split_first()?;
    if first & 0x80 != 0 {
        // GNU: big-endian two's complement, without the marking bit.
        let start = if first & 0x40 == 0 { i64::from(first & 0x3f) } else { i64::from(first.cast_signed()) };
        return rest
            .iter()
            .try_fold(start, |value, &byte| value.checked_mul(256)?.checked_add(i64::from(byte)));
    }
    let field = text(field).trim_ascii();
    if field.len() > 21 {
        return None;
    }
    field.iter().try_fold(0_i64, |value, &byte| match byte {
        b'0'..=b'7' => value.checked_mul(8)?.checked_add(i64::from(byte - b'0')),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers_are_octal_or_base_256() {
        assert_eq!(number(b"0000644\0"), Some(0o644));
        assert_eq!(number(b"   644 \0"), Some(0o644));
        assert_eq!(number(b"\0\0\0\0\0\0\0\0"), Some(0));
        assert_eq!(number(b"77777777777"), Some(0o77_777_777_777));
        assert_eq!(number(&[0x80, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0]), Some(1 << 24));
        assert_eq!(number(&[0xff; 12]), Some(-1));
        assert_eq!(number(&[0xbf, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), None);
        assert_eq!(number(b"12x4"), None);
    }
}
