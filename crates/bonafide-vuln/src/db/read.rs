//! An open database: packages by key, records by number, groups by name.

use std::fs::File;

use bonafide_advisory::osv::EventKind;
use bonafide_ident::Scheme;

use super::meta::{InputKind, Meta};
use super::store::{Bytes, Cursor, Store};
use super::{APPLICABILITY, DbError, PACKAGE, PRODUCT, Section, fold, hash};
use crate::configuration::Node;
use crate::product::Product;
use crate::range::{At, Event, Extent, Listed, Range};
use crate::rating::Rating;

/// One source, open for look-ups.
#[derive(Debug)]
pub struct Database {
    store: Store,
    meta: Meta,
}

/// One record of a package.
#[derive(Debug)]
pub(crate) struct Row {
    /// The record's number.
    pub(crate) record: u32,
    extent: Vec<u8>,
}

/// A record without its packages.
#[derive(Clone, Debug)]
pub(crate) struct RecordHead {
    pub(crate) id: String,
    pub(crate) withdrawn: String,
    pub(crate) rating: Option<Rating>,
    pub(crate) group: u32,
}

/// An id that some record has or names.
#[derive(Clone, Debug)]
pub(crate) struct Name {
    pub(crate) group: u32,
    /// When CISA listed it as exploited.
    pub(crate) exploited: Option<String>,
    /// Its EPSS score in millionths.
    pub(crate) likelihood: Option<u32>,
}

impl Database {
    /// Opens a database file. Reads its header; a file of up to 64 MiB is read and checked whole.
    ///
    /// # Errors
    /// [`DbError`]
    pub fn open(file: File) -> Result<Self, DbError> {
        Self::new(Bytes::File(file))
    }

    /// The same of bytes at hand.
    ///
    /// # Errors
    /// [`DbError`]
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, DbError> {
        Self::new(Bytes::Memory(bytes))
    }

    fn new(bytes: Bytes) -> Result<Self, DbError> {
        let store = Store::open(bytes)?;
        let mut meta = Vec::new();
        store.cursor(Section::Meta, 0)?.take(store.length(Section::Meta), &mut meta)?;
        let meta = serde_json::from_slice(&meta)
            .map_err(|_| DbError::Damaged { what: "its own description is not readable", offset: 0 })?;
        Ok(Self { store, meta })
    }

    /// What it says of itself.
    #[must_use]
    pub fn meta(&self) -> &Meta {
        &self.meta
    }

    /// Reads and checks all of it.
    ///
    /// # Errors
    /// [`DbError`]
    pub fn verify(&self) -> Result<(), DbError> {
        self.store.check()
    }

    /// The offsets that an index gives for a key: nearly always none or one.
    fn find(&self, index: Section, key: &[u8]) -> Result<Vec<u64>, DbError> {
        let wanted = hash(key);
        let (mut low, mut high) = (0, self.store.length(index) / 12);
        while low < high {
            let middle = low + (high - low) / 2;
            if u64::from_le_bytes(self.store.cursor(index, middle * 12)?.array()?) < wanted {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        let mut offsets = Vec::new();
        let mut cursor = self.store.cursor(index, low * 12)?;
        while !cursor.is_at_end() && u64::from_le_bytes(cursor.array()?) == wanted {
            offsets.push(u64::from(u32::from_le_bytes(cursor.array()?)));
        }
        Ok(offsets)
    }

    /// The records that name a package.
    pub(crate) fn package(&self, key: &str) -> Result<Vec<Row>, DbError> {
        for offset in self.find(Section::Keys, key.as_bytes())? {
            let mut cursor = self.store.cursor(Section::Packages, offset)?;
            if !cursor.is_text(key)? {
                continue;
            }
            let count = cursor.count()?;
            let mut rows = Vec::with_capacity(count.min(1024));
            for _ in 0..count {
                let record = cursor.small()?;
                rows.push(Row { record, extent: cursor.bytes()? });
            }
            return Ok(rows);
        }
        Ok(Vec::new())
    }

    /// A record by its number.
    pub(crate) fn record(&self, number: u32) -> Result<RecordHead, DbError> {
        let offset = u32::from_le_bytes(self.store.cursor(Section::Records, u64::from(number) * 4)?.array()?);
        let mut cursor = self.store.cursor(Section::RecordData, u64::from(offset))?;
        let id = cursor.text()?;
        cursor.byte()?;
        let withdrawn = cursor.text()?;
        cursor.text()?;
        let rating = Rating::read(&cursor.text()?);
        cursor.text()?;
        let group = cursor.small()?;
        Ok(RecordHead { id, withdrawn, rating, group })
    }

    /// An id, without regard to case.
    pub(crate) fn name(&self, id: &str) -> Result<Option<Name>, DbError> {
        let id = fold(id);
        for offset in self.find(Section::Names, id.as_bytes())? {
            let mut cursor = self.store.cursor(Section::NameData, offset)?;
            if cursor.is_text(&id)? {
                let group = cursor.small()?;
                let exploited = Some(cursor.text()?).filter(|date| !date.is_empty());
                let likelihood = cursor.small()?.checked_sub(1);
                return Ok(Some(Name { group, exploited, likelihood }));
            }
        }
        Ok(None)
    }

    /// Whether any id is marked as exploited or likely to be.
    pub(crate) fn has_marks(&self) -> bool {
        [InputKind::Kev, InputKind::Epss].iter().any(|kind| self.meta.kinds.contains_key(kind))
    }

    /// Every id of a group, sorted.
    pub(crate) fn group(&self, number: u32) -> Result<Vec<String>, DbError> {
        let offset = u32::from_le_bytes(self.store.cursor(Section::Groups, u64::from(number) * 4)?.array()?);
        let mut cursor = self.store.cursor(Section::GroupData, u64::from(offset))?;
        let count = cursor.count()?;
        (0..count).map(|_| cursor.text()).collect()
    }
}

/// What a row holds, decoded: what it borrows is in the row.
pub(crate) enum Decoded<'r> {
    /// Of an OSV record.
    Package {
        /// The release of the distribution; empty: all.
        release: &'r str,
        extent: Extent<'r>,
    },
    /// Of a CVE record.
    Product(Product),
    /// Of a CVE record or the NVD: who says it, and what.
    Applicability(String, Node),
}

impl Row {
    /// Which versions it is about.
    pub(crate) fn decode(&self) -> Result<Decoded<'_>, DbError> {
        let decoded = match self.extent.split_first() {
            Some((&PACKAGE, bytes)) => Slice { bytes }.decode(),
            Some((&PRODUCT, json)) => serde_json::from_slice(json).ok().map(Decoded::Product),
            Some((&APPLICABILITY, json)) => {
                serde_json::from_slice(json).ok().map(|(party, node)| Decoded::Applicability(party, node))
            }
            _ => None,
        };
        decoded.ok_or(DbError::Damaged { what: "a package's versions are not readable", offset: 0 })
    }
}

struct Slice<'r> {
    bytes: &'r [u8],
}

impl<'r> Slice<'r> {
    fn decode(&mut self) -> Option<Decoded<'r>> {
        let release = self.text()?;
        let scheme = self.scheme()?;
        let beyond = Some(self.text()?).filter(|text| !text.is_empty());
        let mut ranges = Vec::new();
        for _ in 0..self.count()? {
            let scheme = self.scheme()?;
            let mut events = Vec::new();
            for _ in 0..self.count()? {
                let code = self.byte()?;
                let kind = match code & 3 {
                    0 => EventKind::Introduced,
                    1 => EventKind::Fixed,
                    2 => EventKind::LastAffected,
                    _ => EventKind::Limit,
                };
                let at = match code >> 2 {
                    0 => At::Start,
                    1 => At::Key(self.slice()?),
                    2 => At::End,
                    3 => At::Unread,
                    _ => return None,
                };
                events.push(Event { kind, at, text: self.text()? });
            }
            ranges.push(Range { scheme, events });
        }
        let mut listed = Vec::new();
        for _ in 0..self.count()? {
            listed.push(Listed { key: self.slice()?, text: self.text()? });
        }
        Some(Decoded::Package { release, extent: Extent { ranges, scheme, listed, beyond } })
    }

    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(*first)
    }

    fn varint(&mut self) -> Option<usize> {
        let mut value = 0_usize;
        for shift in (0..56).step_by(7) {
            let byte = self.byte()?;
            value |= usize::from(byte & 0x7f).checked_shl(shift)?;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    fn count(&mut self) -> Option<usize> {
        self.varint().filter(|count| *count <= self.bytes.len())
    }

    fn slice(&mut self) -> Option<&'r [u8]> {
        let count = self.count()?;
        let (slice, rest) = self.bytes.split_at_checked(count)?;
        self.bytes = rest;
        Some(slice)
    }

    fn text(&mut self) -> Option<&'r str> {
        std::str::from_utf8(self.slice()?).ok()
    }

    fn scheme(&mut self) -> Option<Scheme> {
        Scheme::ALL.get(usize::from(self.byte()?)).copied()
    }
}

impl Cursor<'_> {
    /// A number below 2^32.
    fn small(&mut self) -> Result<u32, DbError> {
        u32::try_from(self.varint()?).map_err(|_| self.damaged("a number is too large"))
    }

    /// Reads a text and says whether it is the given one.
    fn is_text(&mut self, text: &str) -> Result<bool, DbError> {
        let length = self.varint()?;
        if length != text.len() as u64 {
            self.skip(length)?;
            return Ok(false);
        }
        let mut found = Vec::with_capacity(text.len());
        self.take(length, &mut found)?;
        Ok(found == text.as_bytes())
    }
}
