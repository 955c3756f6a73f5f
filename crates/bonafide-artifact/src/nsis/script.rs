//! The script: which blocks of data become which files.

use super::text::{Begin, Coding, Texts, variable};
use crate::fault::{Fault, FaultKind};
use crate::limits::Limits;

/// Bytes of an entry: its number and six values.
const ENTRY: usize = 28;

mod entry {
    pub(super) const CREATE_FOLDER: u32 = 11;
    pub(super) const EXTRACT: u32 = 20;
    pub(super) const ASSIGN: u32 = 25;
    pub(super) const WRITE_UNINSTALLER: u32 = 62;
}

/// What a file is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Content {
    /// A block.
    Block,
    /// The installer's own program, changed as a block says, and the next block.
    Uninstaller,
}

/// A file that an entry installs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Item {
    /// Where its block lies in the data.
    pub(super) offset: u64,
    pub(super) content: Content,
    pub(super) path: Vec<u8>,
    /// Seconds since 1970.
    pub(super) mtime: Option<i64>,
}

/// The files of a script in the order of their blocks, each path of a block once.
pub(super) fn items(script: &[u8], limits: &Limits) -> Result<Vec<Item>, Fault> {
    let broken = |message: &str| Fault::new(FaultKind::Malformed, format!("the script: {message}"));
    let word = |at: usize| {
        let bytes = script.get(at..at.checked_add(4)?)?;
        Some(u32::from_le_bytes(bytes.try_into().expect("four bytes")))
    };
    let short = || broken("it ends before it should");
    // Places have 64 bits where the program has: their upper halves are zero.
    let wide = (0..8).all(|block| word(4 + block * 12 + 4) == Some(0));
    let step = if wide { 12 } else { 8 };
    let block = |number: usize| -> Result<(usize, usize), Fault> {
        let at = 4 + number * step;
        let (place, count) = word(at).zip(word(at + step - 4)).ok_or_else(short)?;
        Ok((place as usize, count as usize))
    };
    let ((entries, count), (texts, _), (after, _)) = (block(2)?, block(3)?, block(4)?);
    let end = if after > texts { after.min(script.len()) } else { script.len() };
    let bytes = script.get(texts..end).ok_or_else(|| broken("its texts are not in it"))?;
    let table = entries.checked_add(count.saturating_mul(ENTRY)).and_then(|end| script.get(entries..end));
    let table = table.ok_or_else(|| broken("its entries are not in it"))?;
    let coding = Coding::of(bytes);
    let mut state = State {
        texts: Texts::new(bytes, coding, limits.memory_bytes.saturating_mul(4)),
        longest: limits.path_bytes,
        folder: b"$INSTDIR".to_vec(),
        saved: None,
        // The fork has two more kinds of entries before it.
        uninstaller: entry::WRITE_UNINSTALLER + if coding == Coding::Unicode2 { 2 } else { 0 },
        items: Vec::new(),
    };
    for row in table.chunks_exact(ENTRY) {
        let mut values = [0; 7];
        for (value, bytes) in values.iter_mut().zip(row.chunks_exact(4)) {
            *value = u32::from_le_bytes(bytes.try_into().expect("four bytes"));
        }
        state.entry(values)?;
        if state.texts.is_spent() {
            let message = "texts of the script exceed four times the limit of memory (memory_bytes)";
            return Err(Fault::new(FaultKind::Limit, message));
        }
    }
    let mut items = state.items;
    items.sort_by(|a, b| (a.offset, a.content, &a.path).cmp(&(b.offset, b.content, &b.path)));
    items.dedup_by(|a, b| (a.offset, a.content, &a.path) == (b.offset, b.content, &b.path));
    Ok(items)
}

struct State<'s> {
    texts: Texts<'s>,
    /// Bytes of a path, at most.
    longest: u64,
    /// Where files are installed to now, with backslashes.
    folder: Vec<u8>,
    /// Where they were when that was last saved.
    saved: Option<Vec<u8>>,
    uninstaller: u32,
    items: Vec<Item>,
}

impl State<'_> {
    fn text(&self, number: u32) -> (Vec<u8>, Begin) {
        let (text, begin) = self.texts.get(number, &|number| match number {
            variable::OUTDIR => Some(self.folder.clone()),
            variable::SAVED_OUTDIR => self.saved.clone(),
            _ => None,
        });
        (text, begin)
    }

    fn entry(&mut self, [number, a, b, c, d, e, _]: [u32; 7]) -> Result<(), Fault> {
        match number {
            // The second value: whether later files go there.
            entry::CREATE_FOLDER if b != 0 => self.folder = self.path(a)?,
            entry::ASSIGN if a == variable::SAVED_OUTDIR => self.saved = Some(self.text(b).0),
            entry::EXTRACT => {
                let time = u64::from(d) | u64::from(e) << 32;
                // 100 nanoseconds since 1601.
                let seconds = i64::try_from(time / 10_000_000).ok().map(|seconds| seconds - 11_644_473_600);
                let mtime = seconds.filter(|_| !matches!(time, 0 | u64::MAX));
                self.add(b, c, Content::Block, mtime)?;
            }
            number if number == self.uninstaller => self.add(a, b, Content::Uninstaller, None)?,
            _ => {}
        }
        Ok(())
    }

    fn add(&mut self, name: u32, offset: u32, content: Content, mtime: Option<i64>) -> Result<(), Fault> {
        let mut path = self.path(name)?;
        path.iter_mut().filter(|byte| **byte == b'\\').for_each(|byte| *byte = b'/');
        // Where it is installed, only the installation knows.
        let path = path.strip_prefix(b"$INSTDIR/").map_or(path.clone(), <[u8]>::to_vec);
        self.items.push(Item { offset: u64::from(offset), content, path, mtime });
        Ok(())
    }

    /// A path, below the folder at hand where it does not begin with a folder of its own.
    fn path(&self, number: u32) -> Result<Vec<u8>, Fault> {
        let (text, begin) = self.text(number);
        let own = match begin {
            Begin::Variable(number) => {
                matches!(
                    number,
                    variable::INSTDIR
                        | variable::OUTDIR
                        | variable::EXEDIR
                        | variable::TEMP
                        | variable::PLUGINSDIR
                        | variable::SAVED_OUTDIR
                ) || text.contains(&b'\\')
            }
            Begin::Shell => true,
            Begin::Other => text.get(1) == Some(&b':') || text.starts_with(b"\\\\"),
        };
        let text = text.strip_suffix(b"\\").unwrap_or(&text);
        let path = if own || text.is_empty() {
            text.to_vec()
        } else {
            self.texts.take(self.folder.len());
            let text = text.strip_prefix(b"\\").unwrap_or(text);
            [&self.folder, b"\\".as_slice(), text].concat()
        };
        if path.len() as u64 > self.longest {
            let message = format!("path bytes exceed the limit of {} (path_bytes)", self.longest);
            return Err(Fault::new(FaultKind::Limit, message));
        }
        Ok(path)
    }
}
