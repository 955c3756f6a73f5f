//! Packs by LZX as cabinets have it: every kind of block, every window.

use std::collections::HashMap;

/// Bytes of a frame: what a cabinet's block stands for.
const FRAME: usize = 32 << 10;
const LENGTHS: usize = 249;

/// The kinds of blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LzxKind {
    /// Codes for literals, matches and lengths.
    Verbatim,
    /// Another one for the lowest bits of distances.
    Aligned,
    /// Bytes as they are.
    Stored,
}

/// How to pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LzxOptions {
    /// The window has 2^n bytes, n from 15 to 21.
    pub window: u32,
    /// Bytes of each block.
    pub block: usize,
    /// The kinds that blocks have in turn.
    pub kinds: &'static [LzxKind],
    /// The size that jumps of x86 programs are changed for; 0 for not at all.
    pub translation: i32,
}

impl Default for LzxOptions {
    fn default() -> Self {
        Self {
            window: 15,
            block: 20_000,
            kinds: &[LzxKind::Verbatim, LzxKind::Aligned, LzxKind::Stored],
            translation: 0,
        }
    }
}

/// Bits in words of 16, the highest first.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    held: u32,
    count: u32,
}

impl Bits {
    fn put(&mut self, value: u32, count: u32) {
        for bit in (0..count).rev() {
            self.held = self.held << 1 | value >> bit & 1;
            self.count += 1;
            if self.count == 16 {
                self.bytes.extend((self.held as u16).to_le_bytes());
                (self.held, self.count) = (0, 0);
            }
        }
    }

    /// Up to the next word.
    fn align(&mut self) {
        if self.count > 0 {
            self.put(0, 16 - self.count);
        }
    }
}

#[derive(Clone, Copy)]
enum Token {
    Literal(u8),
    /// Length, slot of the distance, and what is left of it.
    Match(usize, usize, u32),
}

/// Packs the bytes of a folder; what each of its blocks is packed to, and how many bytes it stands for.
pub(crate) fn lzx(bytes: &[u8], options: LzxOptions) -> Vec<(Vec<u8>, usize)> {
    let bytes = translated(bytes, options.translation);
    let slots = match options.window {
        20 => 42,
        21 => 50,
        bits => bits as usize * 2,
    };
    let mut packer = Packer {
        bytes: &bytes,
        bits: Bits::default(),
        frames: Vec::new(),
        main: vec![0; 256 + slots * 8],
        lengths: vec![0; LENGTHS],
        recent: [1; 3],
        seen: HashMap::new(),
        window: 1 << options.window,
    };
    packer.bits.put(u32::from(options.translation != 0), 1);
    if options.translation != 0 {
        packer.bits.put(options.translation as u32 >> 16, 16);
        packer.bits.put(options.translation as u32 & 0xffff, 16);
    }
    let mut kinds = options.kinds.iter().cycle();
    let mut at = 0;
    while at < bytes.len() {
        let end = bytes.len().min(at + options.block.max(1));
        let kind = kinds.next().copied().unwrap_or(LzxKind::Verbatim);
        packer.block(kind, at, end);
        at = end;
    }
    if !bytes.len().is_multiple_of(FRAME) {
        packer.frame(bytes.len() % FRAME);
    }
    packer.frames
}

/// The relative targets of calls as absolute ones, frame by frame.
fn translated(bytes: &[u8], size: i32) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for (number, frame) in bytes.chunks_mut(FRAME).enumerate() {
        let mut index = 0;
        while size != 0 && number < 32_768 && index + 10 < frame.len() {
            if frame[index] != 0xe8 {
                index += 1;
                continue;
            }
            let here = (number * FRAME + index) as i32;
            let target = &mut frame[index + 1..index + 5];
            let relative = i32::from_le_bytes([target[0], target[1], target[2], target[3]]);
            let absolute = if relative >= -here && relative < size - here {
                relative + here
            } else if relative >= size - here && relative < size {
                relative - size
            } else {
                relative
            };
            target.copy_from_slice(&absolute.to_le_bytes());
            index += 5;
        }
    }
    bytes
}

struct Packer<'b> {
    bytes: &'b [u8],
    bits: Bits,
    frames: Vec<(Vec<u8>, usize)>,
    /// Lengths of codes of the block before.
    main: Vec<u8>,
    lengths: Vec<u8>,
    recent: [usize; 3],
    /// The last places of three bytes.
    seen: HashMap<[u8; 3], Vec<usize>>,
    window: usize,
}

impl Packer<'_> {
    fn frame(&mut self, size: usize) {
        self.bits.align();
        self.frames.push((std::mem::take(&mut self.bits.bytes), size));
    }

    fn block(&mut self, kind: LzxKind, start: usize, end: usize) {
        let number = match kind {
            LzxKind::Verbatim => 1,
            LzxKind::Aligned => 2,
            LzxKind::Stored => 3,
        };
        self.bits.put(number, 3);
        self.bits.put((end - start) as u32 >> 8, 16);
        self.bits.put((end - start) as u32 & 0xff, 8);
        if kind == LzxKind::Stored {
            self.stored(start, end);
            return;
        }
        let tokens = self.tokens(start, end);
        let (mut main, mut lengths) = (vec![0; self.main.len()], vec![0; LENGTHS]);
        // Readers ask for a whole code here, used or not.
        let mut low = vec![1; 8];
        for token in &tokens {
            match *token {
                Token::Literal(byte) => main[usize::from(byte)] += 1,
                Token::Match(length, slot, rest) => {
                    main[256 + slot * 8 + (length - 2).min(7)] += 1;
                    if length >= 9 {
                        lengths[length - 9] += 1;
                    }
                    if extra(slot) >= 3 {
                        low[(rest & 7) as usize] += 1;
                    }
                }
            }
        }
        let aligned = Code::of(&low, 7);
        if kind == LzxKind::Aligned {
            aligned.lengths.iter().for_each(|&length| self.bits.put(u32::from(length), 3));
        }
        let (main, lengths) = (Code::of(&main, 16), Code::of(&lengths, 16));
        put_lengths(&mut self.bits, &self.main[..256], &main.lengths[..256]);
        put_lengths(&mut self.bits, &self.main[256..], &main.lengths[256..]);
        put_lengths(&mut self.bits, &self.lengths, &lengths.lengths);
        let mut at = start;
        for token in tokens {
            match token {
                Token::Literal(byte) => {
                    main.put(&mut self.bits, usize::from(byte));
                    at += 1;
                }
                Token::Match(length, slot, rest) => {
                    main.put(&mut self.bits, 256 + slot * 8 + (length - 2).min(7));
                    if length >= 9 {
                        lengths.put(&mut self.bits, length - 9);
                    }
                    let extra = extra(slot);
                    if kind == LzxKind::Aligned && extra >= 3 {
                        self.bits.put(rest >> 3, extra - 3);
                        aligned.put(&mut self.bits, (rest & 7) as usize);
                    } else {
                        self.bits.put(rest >> 16, extra.saturating_sub(16));
                        self.bits.put(rest & 0xffff, extra.min(16));
                    }
                    at += length;
                }
            }
            if at.is_multiple_of(FRAME) {
                self.frame(FRAME);
            }
        }
        (self.main, self.lengths) = (main.lengths, lengths.lengths);
    }

    fn stored(&mut self, start: usize, end: usize) {
        // Up to the next word; a whole one where there are no bits.
        if self.bits.count == 0 {
            self.bits.put(0, 16)
        } else {
            self.bits.align()
        }
        for recent in self.recent {
            self.bits.bytes.extend((recent as u32).to_le_bytes());
        }
        for at in start..end {
            self.bits.bytes.push(self.bytes[at]);
            self.remember(at);
            if at + 1 == end && !(end - start).is_multiple_of(2) {
                self.bits.bytes.push(0);
            }
            if (at + 1).is_multiple_of(FRAME) {
                self.frame(FRAME);
            }
        }
    }

    fn remember(&mut self, at: usize) {
        if let Some(&[a, b, c]) = self.bytes.get(at..at + 3) {
            self.seen.entry([a, b, c]).or_default().push(at);
        }
    }

    fn tokens(&mut self, start: usize, end: usize) -> Vec<Token> {
        let mut tokens = Vec::new();
        let mut at = start;
        while at < end {
            // No match goes beyond its block or its frame.
            let most = (end - at).min(257).min(FRAME - at % FRAME);
            let fits = |distance: usize| {
                if distance > at || distance > self.window - 3 {
                    return 0;
                }
                (0..most)
                    .take_while(|&index| self.bytes[at + index] == self.bytes[at + index - distance])
                    .count()
            };
            let mut best =
                self.recent.iter().map(|&distance| (fits(distance), distance)).max_by_key(|best| best.0);
            let places = self.bytes.get(at..at + 3).and_then(|key| self.seen.get(key));
            for place in places.into_iter().flat_map(|places| places.iter().rev().take(8)) {
                let found = (fits(at - place), at - place);
                best = best.filter(|best| best.0 + 1 >= found.0).or(Some(found));
            }
            let (length, distance) = best.unwrap_or((0, 0));
            let made = if length >= 2 {
                tokens.push(self.found(length, distance));
                length
            } else {
                tokens.push(Token::Literal(self.bytes[at]));
                1
            };
            (at..at + made).for_each(|at| self.remember(at));
            at += made;
        }
        tokens
    }

    fn found(&mut self, length: usize, distance: usize) -> Token {
        if let Some(number) = self.recent.iter().position(|&recent| recent == distance) {
            self.recent.swap(0, number);
            return Token::Match(length, number, 0);
        }
        self.recent = [distance, self.recent[0], self.recent[1]];
        let value = distance as u32 + 2;
        let (mut slot, mut base) = (0, 0);
        while base + (1 << extra(slot)) <= value {
            base += 1 << extra(slot);
            slot += 1;
        }
        Token::Match(length, slot, value - base)
    }
}

fn extra(slot: usize) -> u32 {
    (slot as u32 / 2).saturating_sub(1).min(17)
}

/// A prefix code: the length of each symbol's code, and the codes.
struct Code {
    lengths: Vec<u8>,
    codes: Vec<u32>,
}

impl Code {
    /// For symbols that come so often; no longer than so many bits. Two symbols have a code at least, or none.
    fn of(counts: &[u32], longest: u8) -> Self {
        let mut counts = counts.to_vec();
        if counts.iter().filter(|count| **count > 0).count() == 1 {
            let spare = usize::from(counts[0] > 0);
            counts[spare] = 1;
        }
        let lengths = loop {
            let lengths = huffman(&counts);
            if lengths.iter().all(|&length| length <= longest) {
                break lengths;
            }
            // Flatter, until it fits.
            counts.iter_mut().filter(|count| **count > 0).for_each(|count| *count = count.div_ceil(2) + 1);
        };
        let (mut codes, mut next) = (vec![0; lengths.len()], 0);
        for length in 1..=longest {
            for (symbol, _) in lengths.iter().enumerate().filter(|(_, other)| **other == length) {
                codes[symbol] = next;
                next += 1;
            }
            next <<= 1;
        }
        Self { lengths, codes }
    }

    fn put(&self, bits: &mut Bits, symbol: usize) {
        bits.put(self.codes[symbol], u32::from(self.lengths[symbol]));
    }
}

fn huffman(counts: &[u32]) -> Vec<u8> {
    let mut lengths = vec![0; counts.len()];
    let mut trees: Vec<(u32, Vec<usize>)> = (0..counts.len())
        .filter(|&symbol| counts[symbol] > 0)
        .map(|symbol| (counts[symbol], vec![symbol]))
        .collect();
    while trees.len() > 1 {
        trees.sort_by_key(|tree| std::cmp::Reverse(tree.0));
        let (Some(a), Some(b)) = (trees.pop(), trees.pop()) else { break };
        let symbols = [a.1, b.1].concat();
        symbols.iter().for_each(|&symbol| lengths[symbol] += 1);
        trees.push((a.0 + b.0, symbols));
    }
    lengths
}

/// Lengths as differences from those before, runs of equal ones together.
fn put_lengths(bits: &mut Bits, before: &[u8], now: &[u8]) {
    let difference = |at: usize| (i32::from(before[at]) - i32::from(now[at])).rem_euclid(17) as usize;
    let (mut symbols, mut at) = (Vec::new(), 0);
    while at < now.len() {
        let equal = now[at..].iter().take_while(|length| **length == now[at]).count();
        let (symbol, rest, width, count) = match (now[at], equal) {
            (0, 20..) => (18, equal.min(51) - 20, 5, equal.min(51)),
            (0, 4..) => (17, equal.min(19) - 4, 4, equal.min(19)),
            (_, 4..) => (19, equal.min(5) - 4, 1, equal.min(5)),
            _ => (difference(at), 0, 0, 1),
        };
        symbols.push((symbol, rest as u32, width));
        if symbol == 19 {
            symbols.push((difference(at), 0, 0));
        }
        at += count;
    }
    let mut counts = [0; 20];
    symbols.iter().for_each(|(symbol, _, _)| counts[*symbol] += 1);
    let code = Code::of(&counts, 15);
    code.lengths.iter().for_each(|&length| bits.put(u32::from(length), 4));
    for (symbol, rest, width) in symbols {
        code.put(bits, symbol);
        bits.put(rest, width);
    }
}
