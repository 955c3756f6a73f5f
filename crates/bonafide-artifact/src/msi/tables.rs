//! Names of streams, the pool of texts, and tables.

use crate::fault::{Fault, FaultKind};
use crate::input::ReadAt as _;
use crate::limits::Limits;
use crate::ole::Ole;

/// Begins the name of a stream that is a table.
const TABLE: u16 = 0x4840;

/// The name of a stream as 7-Zip and msitools show it: tables begin with `!`, other marks are `[5]`.
pub(crate) fn show(name: &[u16]) -> Vec<u8> {
    let digit = |value: u16| {
        const DIGITS: &[u8; 64] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._";
        char::from(DIGITS[usize::from(value & 63)])
    };
    let mut text = String::new();
    for unit in char::decode_utf16(name.iter().copied()) {
        match unit.map_or_else(|broken| u32::from(broken.unpaired_surrogate()), u32::from) {
            0x4840 => text.push('!'),
            unit @ 0x3800..0x4800 => {
                let unit = u16::try_from(unit - 0x3800).unwrap_or(0);
                text.push(digit(unit));
                text.push(digit(unit >> 6));
            }
            unit @ 0x4800..0x4840 => text.push(digit(u16::try_from(unit - 0x4800).unwrap_or(0))),
            unit @ 0..0x20 => text.push_str(&format!("[{unit}]")),
            unit => text.push(char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER)),
        }
    }
    text.into_bytes()
}

/// A value of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// The number of a text in the pool, or of nothing.
    Text(u32),
    Number(i64),
    Null,
}

#[derive(Clone, Debug)]
struct Column {
    name: Vec<u8>,
    kind: u16,
}

/// The database of an installer.
pub(super) struct Database {
    data: Vec<u8>,
    /// Where each text lies in the data: begin and end.
    texts: Vec<(usize, usize)>,
    /// Bytes of a number of a text.
    width: usize,
}

/// A table: rows of values.
pub(super) struct Table {
    columns: Vec<Column>,
    bytes: Vec<u8>,
    width: usize,
    rows: usize,
}

/// The bytes of a stream that is a table, where there is one.
fn stream(ole: &Ole<'_>, name: &[u8], limits: &Limits) -> Result<Option<Vec<u8>>, Fault> {
    let wanted = [b"!", name].concat();
    let found = ole
        .streams
        .iter()
        .find(|stream| stream.depth == 0 && stream.name.first() == Some(&TABLE) && stream.path == wanted);
    let Some(found) = found else { return Ok(None) };
    if found.size > limits.memory_bytes {
        let message = format!("bytes of a table exceed the limit of {} (memory_bytes)", limits.memory_bytes);
        return Err(Fault::new(FaultKind::Limit, message));
    }
    let at = ole.bytes(found)?;
    let mut bytes = vec![0; usize::try_from(at.length()).unwrap_or(0)];
    at.read_exact_at(&mut bytes, 0).map_err(|error| Fault::from_io(&error))?;
    Ok(Some(bytes))
}

impl Database {
    /// The pool of texts; `None` where the compound file is no installer.
    pub(super) fn open(ole: &Ole<'_>, limits: &Limits) -> Result<Option<Self>, Fault> {
        let (Some(pool), Some(data)) =
            (stream(ole, b"_StringPool", limits)?, stream(ole, b"_StringData", limits)?)
        else {
            return Ok(None);
        };
        let words: Vec<u16> =
            pool.chunks_exact(2).map(|word| u16::from_le_bytes([word[0], word[1]])).collect();
        let width = if words.get(1).is_some_and(|flags| flags & 0x8000 != 0) { 3 } else { 2 };
        // Number 0 is no text.
        let mut texts = vec![(0, 0)];
        let (mut at, mut place) = (2, 0_usize);
        while let Some(&[length, references]) = words.get(at..at + 2) {
            let mut length = usize::from(length);
            at += 2;
            if length == 0 && references != 0 {
                // Longer than 16 bits can say: the length follows.
                let Some(&[low, high]) = words.get(at..at + 2) else { break };
                length = usize::from(low) | usize::from(high) << 16;
                at += 2;
            }
            let end = place.saturating_add(length);
            if end > data.len() {
                return Err(Fault::new(FaultKind::Malformed, "the pool of texts is longer than its data"));
            }
            texts.push((place, end));
            place = end;
        }
        Ok(Some(Self { data, texts, width }))
    }

    pub(super) fn text(&self, value: Value) -> &[u8] {
        let Value::Text(number) = value else { return &[] };
        let place = usize::try_from(number).ok().and_then(|number| self.texts.get(number));
        place.map_or(&[], |&(start, end)| &self.data[start..end])
    }

    /// A table by its name, where there is one; its columns are in `_Columns`.
    pub(super) fn table(&self, ole: &Ole<'_>, name: &str, limits: &Limits) -> Result<Option<Table>, Fault> {
        let Some(bytes) = stream(ole, name.as_bytes(), limits)? else { return Ok(None) };
        let own = |name: &str, kind: u16| Column { name: name.as_bytes().to_vec(), kind };
        let columns =
            vec![own("Table", 0x2d40), own("Number", 0x2502), own("Name", 0x0d40), own("Type", 0x0502)];
        let Some(all) = stream(ole, b"_Columns", limits)? else { return Ok(None) };
        let all = Table::new(columns, all, self.width)?;
        let mut columns = Vec::new();
        for row in 0..all.rows {
            let [table, number, column, kind] = [0, 1, 2, 3].map(|index| all.value(row, index, self.width));
            if let (Value::Number(number), Value::Number(kind)) = (number, kind)
                && self.text(table) == name.as_bytes()
            {
                // The type is a number of 16 bits without a sign, written as others are.
                let kind = u16::try_from(kind.rem_euclid(1 << 16)).unwrap_or(0);
                columns.push((number, Column { name: self.text(column).to_vec(), kind }));
            }
        }
        columns.sort_by_key(|(number, _)| *number);
        let columns = columns.into_iter().map(|(_, column)| column).collect();
        Table::new(columns, bytes, self.width).map(Some)
    }

    /// A value of a row by the name of its column.
    pub(super) fn value(&self, table: &Table, row: usize, name: &str) -> Value {
        let column = table.columns.iter().position(|column| column.name == name.as_bytes());
        column.map_or(Value::Null, |column| table.value(row, column, self.width))
    }
}

impl Column {
    /// Bytes of a value; a text's number has `texts`.
    const fn width(&self, texts: usize) -> usize {
        let binary = self.kind & !0x1000 == 0x0900;
        if self.kind & 0x0800 != 0 && !binary {
            texts
        } else if binary || self.kind & 0xff <= 2 {
            2
        } else {
            4
        }
    }
}

impl Table {
    fn new(columns: Vec<Column>, bytes: Vec<u8>, texts: usize) -> Result<Self, Fault> {
        let width: usize = columns.iter().map(|column| column.width(texts)).sum();
        if width == 0 || !bytes.len().is_multiple_of(width) {
            return Err(Fault::new(FaultKind::Malformed, "a table is no multiple of its row"));
        }
        Ok(Self { rows: bytes.len() / width, columns, bytes, width })
    }

    pub(super) const fn rows(&self) -> usize {
        self.rows
    }

    fn value(&self, row: usize, column: usize, texts: usize) -> Value {
        let before: usize = self.columns[..column].iter().map(|column| column.width(texts)).sum();
        let column = &self.columns[column];
        let width = column.width(texts);
        let start = before * self.rows + row * width;
        debug_assert!(before + width <= self.width, "a column lies within its row");
        let bytes = self.bytes.get(start..start + width).unwrap_or_default();
        let raw = bytes.iter().rev().fold(0_u32, |value, &byte| value << 8 | u32::from(byte));
        match (column.kind & 0x0800 != 0, width) {
            (true, _) => Value::Text(raw),
            (false, _) if raw == 0 => Value::Null,
            (false, 2) => Value::Number(i64::from(raw) - 0x8000),
            (false, _) => Value::Number(i64::from(raw) - 0x8000_0000),
        }
    }
}
