//! Texts of a script: characters, and codes for what is only known when it runs.

use std::cell::Cell;

/// Numbers of variables.
pub(super) mod variable {
    pub(in super::super) const INSTDIR: u32 = 21;
    pub(in super::super) const OUTDIR: u32 = 22;
    pub(in super::super) const EXEDIR: u32 = 23;
    pub(in super::super) const TEMP: u32 = 25;
    pub(in super::super) const PLUGINSDIR: u32 = 26;
    pub(in super::super) const SAVED_OUTDIR: u32 = 31;
}

/// The variables that have names of their own, from number 20 on.
const NAMES: [&str; 12] = [
    "CMDLINE",
    "INSTDIR",
    "OUTDIR",
    "EXEDIR",
    "LANGUAGE",
    "TEMP",
    "PLUGINSDIR",
    "EXEPATH",
    "EXEFILE",
    "HWNDPARENT",
    "_CLICK",
    "_OUTDIR",
];

/// How texts are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coding {
    /// NSIS 2: bytes, codes from 252 to 255.
    Ansi2,
    /// NSIS 3 without Unicode: bytes, codes from 1 to 4.
    Ansi3,
    /// NSIS 3: UTF-16, codes from 1 to 4.
    Unicode3,
    /// The fork of NSIS 2 with Unicode: UTF-16, codes from U+E000 on.
    Unicode2,
}

impl Coding {
    pub(super) const fn is_wide(self) -> bool {
        matches!(self, Self::Unicode3 | Self::Unicode2)
    }

    /// Known by which codes for variables are there, and more of them.
    pub(super) fn of(texts: &[u8]) -> Self {
        let units = || texts.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
        // The first text is empty; each text ends with a zero.
        if texts.starts_with(&[0, 0]) {
            let count = |code: u16, mark: u16| {
                units().zip(units().skip(1)).filter(|(a, b)| *a == code && b & mark == mark).count()
            };
            if count(0xe001, 0x8000) > count(3, 0x8080) { Self::Unicode2 } else { Self::Unicode3 }
        } else {
            let count = |code: u8| {
                texts.windows(3).filter(|bytes| bytes[0] == code && bytes[1] & bytes[2] & 0x80 != 0).count()
            };
            if count(253) > count(3) { Self::Ansi2 } else { Self::Ansi3 }
        }
    }
}

/// What a text begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Begin {
    Variable(u32),
    /// A folder of Windows.
    Shell,
    Other,
}

/// All texts of a script.
pub(super) struct Texts<'s> {
    bytes: &'s [u8],
    pub(super) coding: Coding,
    /// Characters that may still be read or put together: entries may share one long text, and a text may hold a variable
    /// that holds itself twice.
    left: Cell<u64>,
}

/// A character or a code.
enum Unit {
    Char(u32),
    Skip(u32),
    Variable(u32),
    Shell(u8, u8),
    Language(u32),
}

impl<'s> Texts<'s> {
    /// Texts of which so many characters may be read in all.
    pub(super) const fn new(bytes: &'s [u8], coding: Coding, left: u64) -> Self {
        Self { bytes, coding, left: Cell::new(left) }
    }

    /// Whether so many characters more may be read.
    pub(super) fn take(&self, count: usize) -> bool {
        let left = self.left.get().checked_sub(count as u64);
        self.left.set(left.unwrap_or(0));
        left.is_some()
    }

    /// Whether more was asked for than may be read: texts are cut then.
    pub(super) fn is_spent(&self) -> bool {
        self.left.get() == 0
    }

    /// Where the text of a number begins.
    fn place(&self, number: u32) -> usize {
        let at = usize::try_from(number).unwrap_or(usize::MAX);
        if self.coding.is_wide() { at.saturating_mul(2) } else { at }
    }

    /// The text of a number, in UTF-8 or in the bytes that it has, and what it begins with. `variable` says what a variable
    /// is, where that is known.
    pub(super) fn get(&self, number: u32, variable: &dyn Fn(u32) -> Option<Vec<u8>>) -> (Vec<u8>, Begin) {
        if number.cast_signed() < 0 {
            return (language(!number), Begin::Other);
        }
        let mut at = self.place(number);
        let (mut text, mut begin) = (Vec::new(), None);
        let mut high = None;
        while let Some(unit) = self.unit(&mut at) {
            begin.get_or_insert(match unit {
                Unit::Variable(number) => Begin::Variable(number),
                Unit::Shell(..) => Begin::Shell,
                _ => Begin::Other,
            });
            match unit {
                Unit::Char(char) | Unit::Skip(char) if self.coding.is_wide() => match (high.take(), char) {
                    (_, 0xd800..0xdc00) => high = Some(char),
                    (Some(high), 0xdc00..0xe000) => {
                        push(&mut text, 0x1_0000 + ((high - 0xd800) << 10) + char - 0xdc00);
                    }
                    (_, char) => push(&mut text, char),
                },
                // Which code page it is, nothing says.
                Unit::Char(byte) | Unit::Skip(byte) => text.push(u8::try_from(byte).unwrap_or(b'?')),
                Unit::Variable(number) => match variable(number) {
                    Some(value) if self.take(value.len()) => text.extend(value),
                    Some(_) => break,
                    None => text.extend(name(number).into_bytes()),
                },
                Unit::Shell(user, all) => text.extend(self.shell(user, all)),
                Unit::Language(number) => text.extend(language(number)),
            }
        }
        (text, begin.unwrap_or(Begin::Other))
    }

    fn unit(&self, at: &mut usize) -> Option<Unit> {
        if !self.take(1) {
            return None;
        }
        let mut next = || {
            let unit = if self.coding.is_wide() {
                let pair = self.bytes.get(*at..at.checked_add(2)?)?;
                *at += 2;
                u32::from(u16::from_le_bytes([pair[0], pair[1]]))
            } else {
                let byte = *self.bytes.get(*at)?;
                *at += 1;
                u32::from(byte)
            };
            (unit != 0).then_some(unit)
        };
        let first = next()?;
        let code = match (self.coding, first) {
            (Coding::Ansi2, 252..=255) => first - 252,
            // The other way round.
            (Coding::Ansi3 | Coding::Unicode3, 1..=4) => 4 - first,
            (Coding::Unicode2, 0xe000..=0xe003) => first - 0xe000,
            _ => return Some(Unit::Char(first)),
        };
        let second = next()?;
        if code == 0 {
            return Some(Unit::Skip(second));
        }
        let low = |unit: u32| u8::try_from(unit & 0xff).unwrap_or(0);
        let (user, all) =
            if self.coding.is_wide() { (low(second), low(second >> 8)) } else { (low(second), low(next()?)) };
        let number = match self.coding {
            Coding::Unicode2 => second & 0x7fff,
            _ => u32::from(user & 0x7f) | u32::from(all & 0x7f) << 7,
        };
        Some(match code {
            1 => Unit::Variable(number),
            2 => Unit::Shell(user, all),
            _ => Unit::Language(number),
        })
    }

    /// The characters that a text begins with, up to its first code.
    fn plain(&self, number: u32) -> Vec<u8> {
        let mut at = self.place(number);
        let char = |unit| match unit {
            Unit::Char(char) => u8::try_from(char).ok(),
            _ => None,
        };
        std::iter::from_fn(|| self.unit(&mut at).and_then(char)).collect()
    }

    /// A folder of Windows by its numbers for one user and for all, or by the name that the registry has for it.
    fn shell(&self, user: u8, all: u8) -> Vec<u8> {
        if user & 0x80 != 0 {
            let value = self.plain(u32::from(user & 0x3f));
            let suffix = if user & 0x40 != 0 { "64" } else { "" };
            return match &*value {
                b"ProgramFilesDir" => format!("$PROGRAMFILES{suffix}").into_bytes(),
                b"CommonFilesDir" => format!("$COMMONFILES{suffix}").into_bytes(),
                value => [b"$_REGISTRY_", value, b"_"].concat(),
            };
        }
        let name = folder(user).or_else(|| folder(all));
        name.map_or_else(|| format!("$_FOLDER_{user}_{all}_"), |name| format!("${name}")).into_bytes()
    }
}

/// Names that NSIS has for folders of Windows, by their CSIDL.
const fn folder(number: u8) -> Option<&'static str> {
    Some(match number {
        0x00 | 0x10 | 0x19 => "DESKTOP",
        0x02 | 0x17 => "SMPROGRAMS",
        0x05 | 0x2e => "DOCUMENTS",
        0x06 | 0x1f => "FAVORITES",
        0x07 | 0x18 => "SMSTARTUP",
        0x08 => "RECENT",
        0x09 => "SENDTO",
        0x0b | 0x16 => "STARTMENU",
        0x0d | 0x35 => "MUSIC",
        0x0e | 0x37 => "VIDEOS",
        0x13 => "NETHOOD",
        0x14 => "FONTS",
        0x15 | 0x2d => "TEMPLATES",
        0x1a | 0x23 => "APPDATA",
        0x1b => "PRINTHOOD",
        0x1c => "LOCALAPPDATA",
        0x20 => "INTERNET_CACHE",
        0x21 => "COOKIES",
        0x22 => "HISTORY",
        0x24 => "WINDIR",
        0x25 => "SYSDIR",
        0x26 | 0x2a => "PROGRAMFILES",
        0x27 | 0x36 => "PICTURES",
        0x28 => "PROFILE",
        0x2b | 0x2c => "COMMONFILES",
        0x2f | 0x30 => "ADMINTOOLS",
        0x38 => "RESOURCES",
        0x39 => "RESOURCES_LOCALIZED",
        0x3b => "CDBURN_AREA",
        _ => return None,
    })
}

fn name(number: u32) -> String {
    match number {
        0..10 => format!("${number}"),
        10..20 => format!("$R{}", number - 10),
        number => match NAMES.get(number as usize - 20) {
            Some(name) => format!("${name}"),
            None => format!("$_{}_", number - 32),
        },
    }
}

fn language(number: u32) -> Vec<u8> {
    format!("$(LSTR_{number})").into_bytes()
}

fn push(text: &mut Vec<u8>, char: u32) {
    let char = char::from_u32(char).unwrap_or(char::REPLACEMENT_CHARACTER);
    text.extend(char.encode_utf8(&mut [0; 4]).bytes());
}
