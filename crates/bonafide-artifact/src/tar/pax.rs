//! Pax records: `length keyword=value\n`, where the decimal length counts the whole record.

use crate::fault::{Fault, FaultKind};

/// What the records of one member, or of all that follow, say. `None` means that they say nothing.
#[derive(Clone, Debug, Default)]
pub(super) struct Records {
    pub(super) path: Option<Vec<u8>>,
    pub(super) linkpath: Option<Vec<u8>>,
    pub(super) size: Option<u64>,
    pub(super) mtime: Option<i64>,
    pub(super) sparse: Sparse,
}

/// The keywords of GNU sparse files (`GNU.sparse.*`), formats 0.0, 0.1 and 1.0.
#[derive(Clone, Debug, Default)]
pub(super) struct Sparse {
    pub(super) major: Option<u64>,
    pub(super) name: Option<Vec<u8>>,
    pub(super) real_size: Option<u64>,
    /// Offset and length of each run of data, formats 0.0 and 0.1.
    pub(super) map: Vec<(u64, u64)>,
    pub(super) present: bool,
    offset: Option<u64>,
}

/// Runs of data that one sparse file may have in its pax records.
const RUNS: usize = 1 << 16;

impl Records {
    /// Adds the records of one extended header. An empty value takes back what was said before.
    pub(super) fn add(&mut self, mut bytes: &[u8]) -> Result<(), Fault> {
        let whole = bytes.len();
        while !bytes.is_empty() {
            let at = (whole - bytes.len()) as u64;
            let broken = |what| Fault::at(FaultKind::Malformed, at, format!("pax record: {what}"));
            if bytes.iter().all(|&byte| byte == 0) {
                // Some writers pad the body itself.
                return Ok(());
            }
            let space =
                memchr::memchr(b' ', &bytes[..bytes.len().min(21)]).ok_or_else(|| broken("no length"))?;
            let length = decimal(&bytes[..space])
                .and_then(|length| usize::try_from(length).ok())
                .filter(|&length| length > space + 2 && length <= bytes.len())
                .ok_or_else(|| broken("the length does not fit"))?;
            let (record, rest) = bytes.split_at(length);
            let Some(record) = record[space + 1..].strip_suffix(b"\n") else {
                return Err(broken("does not end with a line feed"));
            };
            let equals = memchr::memchr(b'=', record).ok_or_else(|| broken("no `=`"))?;
            self.set(&record[..equals], &record[equals + 1..]).map_err(broken)?;
            bytes = rest;
        }
        Ok(())
    }

    fn set(&mut self, keyword: &[u8], value: &[u8]) -> Result<(), &'static str> {
        let text = || (!value.is_empty()).then(|| value.to_vec());
        let count = || match value {
            b"" => Ok(None),
            value => decimal(value).map(Some).ok_or("the value is no number"),
        };
        match keyword {
            b"path" => self.path = text(),
            b"linkpath" => self.linkpath = text(),
            b"size" => self.size = count()?,
            b"mtime" => self.mtime = seconds(value),
            b"GNU.sparse.name" => (self.sparse.name, self.sparse.present) = (text(), true),
            b"GNU.sparse.major" => (self.sparse.major, self.sparse.present) = (count()?, true),
            b"GNU.sparse.minor" | b"GNU.sparse.numblocks" => self.sparse.present = true,
            b"GNU.sparse.realsize" | b"GNU.sparse.size" => {
                (self.sparse.real_size, self.sparse.present) = (count()?, true);
            }
            b"GNU.sparse.offset" => (self.sparse.offset, self.sparse.present) = (count()?, true),
            b"GNU.sparse.numbytes" => {
                let (Some(offset), Some(length)) = (self.sparse.offset.take(), count()?) else {
                    return Err("a run of data without its offset");
                };
                self.sparse.push(offset, length)?;
            }
            b"GNU.sparse.map" => {
                self.sparse.present = true;
                self.sparse.map.clear();
                let mut numbers = value.split(|&byte| byte == b',');
                while let Some(offset) = numbers.next() {
                    let length = numbers.next().and_then(decimal).ok_or("the sparse map does not fit")?;
                    self.sparse.push(decimal(offset).ok_or("the sparse map does not fit")?, length)?;
                }
            }
            // hdrcharset says how names are spelt; they are kept as bytes whatever it says. The other keywords
            // (uid, uname, atime, comment, SCHILY.xattr, …) change nothing that an entry tells.
            _ => {}
        }
        Ok(())
    }

    /// These records over those of the global header.
    pub(super) fn over(self, global: &Self) -> Self {
        Self {
            path: self.path.or_else(|| global.path.clone()),
            linkpath: self.linkpath.or_else(|| global.linkpath.clone()),
            size: self.size.or(global.size),
            mtime: self.mtime.or(global.mtime),
            sparse: self.sparse,
        }
    }
}

impl Sparse {
    fn push(&mut self, offset: u64, length: u64) -> Result<(), &'static str> {
        if self.map.len() == RUNS {
            return Err("the sparse map has too many runs");
        }
        self.map.push((offset, length));
        Ok(())
    }
}

/// Decimal digits only, at least one.
pub(super) fn decimal(text: &[u8]) -> Option<u64> {
    if text.is_empty() {
        return None;
    }
    text.iter().try_fold(0_u64, |value, &byte| match byte {
        b'0'..=b'9' => value.checked_mul(10)?.checked_add(u64::from(byte - b'0')),
        _ => None,
    })
}

/// Seconds since 1970, rounded down; a fraction and a sign are allowed.
fn seconds(value: &[u8]) -> Option<i64> {
    let (negative, value) = match value.strip_prefix(b"-") {
        Some(rest) => (true, rest),
        None => (false, value),
    };
    let mut parts = value.splitn(2, |&byte| byte == b'.');
    let whole = i64::try_from(decimal(parts.next()?)?).ok()?;
    let fraction = parts.next().is_some_and(|digits| digits.iter().any(|&digit| digit != b'0'));
    Some(if negative { -whole - i64::from(fraction) } else { whole })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_read_and_taken_back() {
        let mut records = Records::default();
        records.add(b"12 path=a/b\n18 mtime=-1.250000\n9 size=9\n").unwrap_err();
        let mut records = Records::default();
        records.add(b"12 path=a/b\n15 mtime=-1.25\n10 size=9\n").unwrap();
        assert_eq!(records.path.as_deref(), Some(&b"a/b"[..]));
        assert_eq!(records.mtime, Some(-2));
        assert_eq!(records.size, Some(9));
        records.add(b"8 path=\n").unwrap();
        assert_eq!(records.path, None);
    }

    #[test]
    fn broken_records_are_refused() {
        for bytes in [
            &b"x"[..],
            b"5 a=b",
            b"99 path=a\n",
            b"0 a=b\n",
            b"6 a=b\n9",
            b"7 abcd\n",
            b"18446744073709551616 a=b\n",
        ] {
            assert!(Records::default().add(bytes).is_err(), "{}", bytes.escape_ascii());
        }
    }
}
