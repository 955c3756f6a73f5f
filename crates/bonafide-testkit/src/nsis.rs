//! Builds installers of NSIS.

use crate::PeBuilder;

/// How the texts of a script are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NsisText {
    /// NSIS 2: bytes, codes from 252 to 255.
    Ansi2,
    /// NSIS 3 without Unicode: bytes, codes from 1 to 4.
    Ansi3,
    /// NSIS 3: UTF-16, codes from 1 to 4.
    Unicode3,
    /// The fork of NSIS 2 with Unicode: UTF-16, codes from U+E000 on.
    Unicode2,
}

/// How script and data are packed.
#[derive(Clone, Copy, Debug)]
pub enum NsisPacking {
    /// Not at all.
    Stored,
    /// Each block by itself.
    Blocks(fn(&[u8]) -> Vec<u8>),
    /// All together.
    Solid(fn(&[u8]) -> Vec<u8>),
}

/// An installer in the making. In texts `{21}` is the variable of a number, `{s:26:35}` a folder of Windows, `{l:1}` a text of
/// the language, and `{k:1}` a character that would else be a code.
#[derive(Clone, Debug)]
pub struct NsisBuilder {
    coding: NsisText,
    texts: Vec<u8>,
    entries: Vec<[u32; 7]>,
    blocks: Vec<Vec<u8>>,
    length: u32,
    wide_places: bool,
}

impl NsisBuilder {
    /// Without entries.
    #[must_use]
    pub fn new(coding: NsisText) -> Self {
        let texts = if matches!(coding, NsisText::Ansi2 | NsisText::Ansi3) { vec![0] } else { vec![0, 0] };
        Self { coding, texts, entries: Vec::new(), blocks: Vec::new(), length: 0, wide_places: false }
    }

    /// As for programs of 64 bits.
    #[must_use]
    pub fn wide_places(self) -> Self {
        Self { wide_places: true, ..self }
    }

    /// Later files go there.
    #[must_use]
    pub fn folder(mut self, text: &str) -> Self {
        let text = self.text(text);
        self.entries.push([11, text, 1, 0, 0, 0, 0]);
        self
    }

    /// Sets a variable.
    #[must_use]
    pub fn assign(mut self, number: u32, text: &str) -> Self {
        let text = self.text(text);
        self.entries.push([25, number, text, 0, 0, 0, 0]);
        self
    }

    /// Installs a block of its own.
    #[must_use]
    pub fn file(mut self, text: &str, body: &[u8]) -> Self {
        let text = self.text(text);
        let offset = self.block(body);
        // 2024-01-31 12:34:56.
        self.entries.push([20, 1, text, offset, 0x90ff_c000, 0x01da_5441, 0]);
        self
    }

    /// Installs the last block again.
    #[must_use]
    pub fn again(mut self, text: &str) -> Self {
        let text = self.text(text);
        let offset = self.length - 4 - self.blocks.last().map_or(0, |body| body.len() as u32);
        self.entries.push([20, 1, text, offset, u32::MAX, u32::MAX, 0]);
        self
    }

    /// Writes the uninstaller: the program with so many of its first bytes changed, and a block.
    #[must_use]
    pub fn uninstaller(mut self, text: &str, first: &[u8], body: &[u8]) -> Self {
        let text = self.text(text);
        let changes = [&(first.len() as u32).to_le_bytes(), &[0; 4], first, &[0; 4]].concat();
        let offset = self.block(&changes);
        self.block(body);
        let number = if self.coding == NsisText::Unicode2 { 64 } else { 62 };
        self.entries.push([number, text, offset, changes.len() as u32, 0, 0, 0]);
        self
    }

    /// Data that no entry installs.
    #[must_use]
    pub fn spare(mut self, body: &[u8]) -> Self {
        self.block(body);
        self
    }

    fn block(&mut self, body: &[u8]) -> u32 {
        let offset = self.length;
        self.blocks.push(body.to_vec());
        self.length += 4 + body.len() as u32;
        offset
    }

    fn text(&mut self, text: &str) -> u32 {
        let is_wide = matches!(self.coding, NsisText::Unicode2 | NsisText::Unicode3);
        let place = self.texts.len() / if is_wide { 2 } else { 1 };
        let mut rest = text;
        while !rest.is_empty() {
            let code = rest.strip_prefix('{').and_then(|inner| inner.split_once('}'));
            if let Some((code, after)) = code {
                self.code(code);
                rest = after;
                continue;
            }
            let mut chars = rest.chars();
            if let Some(char) = chars.next() {
                if is_wide {
                    let units = char.encode_utf16(&mut [0; 2]).to_vec();
                    self.texts.extend(units.iter().flat_map(|unit| unit.to_le_bytes()));
                } else {
                    self.texts.push(char as u8);
                }
            }
            rest = chars.as_str();
        }
        self.texts.extend(if is_wide { &[0, 0][..] } else { &[0] });
        place as u32
    }

    fn code(&mut self, code: &str) {
        let (kind, values) = match code.split_once(':') {
            Some(("s", values)) => (2, values),
            Some(("l", values)) => (3, values),
            Some((_, values)) => (0, values),
            None => (1, code),
        };
        let mut values = values.split(':').map(|value| value.parse::<u16>().unwrap_or(0));
        let (first, second) = (values.next().unwrap_or(0), values.next().unwrap_or(0));
        let [low, high] = match kind {
            2 => [first as u8, second as u8],
            _ => [(first & 0x7f | 0x80) as u8, (first >> 7 & 0x7f | 0x80) as u8],
        };
        let pair = u16::from_le_bytes([low, high]);
        match self.coding {
            NsisText::Ansi2 | NsisText::Ansi3 => {
                self.texts.push(if self.coding == NsisText::Ansi2 { 252 + kind } else { 4 - kind });
                if kind == 0 {
                    self.texts.push(first as u8);
                } else {
                    self.texts.extend([low, high]);
                }
            }
            NsisText::Unicode3 => {
                let value = if kind == 0 { first } else { pair };
                self.texts.extend([4 - kind, 0]);
                self.texts.extend(value.to_le_bytes());
            }
            NsisText::Unicode2 => {
                let value = match kind {
                    0 => first,
                    2 => pair,
                    _ => first | 0x8000,
                };
                self.texts.extend([kind, 0xe0]);
                self.texts.extend(value.to_le_bytes());
            }
        }
    }

    /// The file.
    #[must_use]
    pub fn end(&self, packing: NsisPacking) -> Vec<u8> {
        let step = if self.wide_places { 12 } else { 8 };
        let entries = 4 + 8 * step;
        let texts = entries + self.entries.len() * 28;
        let mut script = vec![0; entries];
        let mut place = |number: usize, place: usize, count: usize| {
            let at = 4 + number * step;
            script[at..at + 4].copy_from_slice(&(place as u32).to_le_bytes());
            script[at + step - 4..at + step].copy_from_slice(&(count as u32).to_le_bytes());
        };
        place(2, entries, self.entries.len());
        place(3, texts, 0);
        place(4, texts + self.texts.len(), 0);
        // The places of blocks that are packed by themselves are others.
        let mut places = Vec::new();
        let mut data = Vec::new();
        let mut before = 0_u32;
        for body in &self.blocks {
            places.push((before, data.len() as u32));
            before += 4 + body.len() as u32;
            match packing {
                NsisPacking::Blocks(pack) => {
                    let packed = pack(body);
                    data.extend((packed.len() as u32 | 1 << 31).to_le_bytes());
                    data.extend(packed);
                }
                _ => {
                    data.extend((body.len() as u32).to_le_bytes());
                    data.extend(body);
                }
            }
        }
        let moved =
            |offset: u32| places.iter().find(|(from, _)| *from == offset).map_or(offset, |(_, to)| *to);
        for entry in &self.entries {
            let mut entry = *entry;
            let value = if entry[0] == 20 { 3 } else { 2 };
            if matches!(entry[0], 20 | 62 | 64) {
                entry[value] = moved(entry[value]);
            }
            script.extend(entry.iter().flat_map(|value| value.to_le_bytes()));
        }
        script.extend(&self.texts);
        let length = (script.len() as u32).to_le_bytes();
        let body = match packing {
            NsisPacking::Stored => [&length[..], &script, &data].concat(),
            NsisPacking::Solid(pack) => pack(&[&length[..], &script, &data].concat()),
            NsisPacking::Blocks(pack) => {
                let script = pack(&script);
                [&(script.len() as u32 | 1 << 31).to_le_bytes()[..], &script, &data].concat()
            }
        };
        let mut file = PeBuilder::new().section(".text", [0xcc; 300]).end();
        let mut follows = vec![0; 4];
        follows.extend(b"\xef\xbe\xad\xdeNullsoftInst");
        follows.extend(length);
        follows.extend((28 + body.len() as u32 + 4).to_le_bytes());
        follows.extend(body);
        file.extend(follows);
        let mut sum = flate2::Crc::new();
        sum.update(&file[512..]);
        file.extend(sum.sum().to_le_bytes());
        file
    }
}

/// A bzip2 stream without what NSIS leaves out: its header, the blocks' checksums and scrambling bits, all but the first byte of
/// each mark, and its end's checksum.
#[must_use]
pub fn nsis_bzip2(stream: &[u8]) -> Vec<u8> {
    const BLOCK: u64 = 0x3141_5926_5359;
    const END: u64 = 0x1772_4538_5090;
    let bit = |at: usize| u64::from(stream[at / 8] >> (7 - at % 8) & 1);
    let (mut bits, mut at) = (Vec::new(), 32);
    let mut next: u64 = (at..at + 48).fold(0, |next, at| next << 1 | bit(at));
    loop {
        let skipped = match next {
            BLOCK => 48 + 32 + 1,
            END => break,
            _ => 0,
        };
        if skipped > 0 {
            bits.extend([0, 0, 1, 1, 0, 0, 0, 1]);
            at += skipped;
        } else {
            bits.push(bit(at));
            at += 1;
        }
        next = (at..at + 48).fold(0, |next, at| next << 1 | bit(at));
    }
    bits.extend([0, 0, 0, 1, 0, 1, 1, 1]);
    bits.chunks(8)
        .map(|bits| bits.iter().chain([0; 8].iter()).take(8).fold(0, |byte, &bit| byte << 1 | bit as u8))
        .collect()
}
