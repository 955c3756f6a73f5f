//! The range coder and the probabilities of all that it codes.

use std::io;

use super::damaged;

/// The longest that a coded chunk can be, in bytes.
pub(super) const MOST_PACKED: usize = 1 << 16;

/// How likely a bit is 0, in units of 1/2048.
type Probability = u16;

const EVEN: Probability = 1 << 10;

/// All probabilities. Those of a tree lie so that node n has its children at 2 n and 2 n + 1; the root is 1.
pub(super) struct Probabilities {
    pub(super) is_match: [[Probability; 16]; 16],
    pub(super) is_repeated: [Probability; 16],
    pub(super) is_not_first: [Probability; 16],
    pub(super) is_first_long: [[Probability; 16]; 16],
    pub(super) is_not_second: [Probability; 16],
    pub(super) is_not_third: [Probability; 16],
    pub(super) length: Length,
    pub(super) repeated_length: Length,
    pub(super) distance: Distance,
    /// A tree, and behind it two for literals after a match; the last quarter is never used.
    pub(super) literal: [[Probability; 0x400]; 16],
}

/// Lengths of matches.
pub(super) struct Length {
    choice: [Probability; 2],
    low: [[Probability; 8]; 16],
    middle: [[Probability; 8]; 16],
    high: [Probability; 256],
}

/// Distances: a slot for the two highest bits and their place, then the bits below.
pub(super) struct Distance {
    slot: [[Probability; 64]; 4],
    low: [[Probability; 32]; 14],
    align: [Probability; 16],
}

impl Length {
    const START: Self =
        Self { choice: [EVEN; 2], low: [[EVEN; 8]; 16], middle: [[EVEN; 8]; 16], high: [EVEN; 256] };
}

impl Default for Probabilities {
    fn default() -> Self {
        Self {
            is_match: [[EVEN; 16]; 16],
            is_repeated: [EVEN; 16],
            is_not_first: [EVEN; 16],
            is_first_long: [[EVEN; 16]; 16],
            is_not_second: [EVEN; 16],
            is_not_third: [EVEN; 16],
            length: Length::START,
            repeated_length: Length::START,
            distance: Distance { slot: [[EVEN; 64]; 4], low: [[EVEN; 32]; 14], align: [EVEN; 16] },
            literal: [[EVEN; 0x400]; 16],
        }
    }
}

impl Probabilities {
    /// As they are before the first bit.
    pub(super) fn reset(&mut self) {
        *self = Self::default();
    }
}

/// The range coder, at work on one chunk.
pub(super) struct Coder<'p> {
    range: u32,
    code: u32,
    /// How many bytes were taken.
    taken: usize,
    packed: &'p [u8; MOST_PACKED],
    /// How many of the bytes are the chunk's.
    length: usize,
}

impl<'p> Coder<'p> {
    /// Begins a chunk: a zero byte, then the first four bytes of code.
    pub(super) fn new(packed: &'p [u8; MOST_PACKED], length: usize) -> io::Result<Self> {
        let [0, a, b, c, d, ..] = *packed else {
            return Err(damaged("the first byte of an LZMA2 chunk is not zero"));
        };
        Ok(Self { range: u32::MAX, code: u32::from_be_bytes([a, b, c, d]), taken: 5, packed, length })
    }

    /// Ends a chunk: all its bytes were taken, and nothing is left in the code.
    pub(super) fn end(mut self) -> io::Result<()> {
        self.normalize();
        if self.code == 0 && self.taken == self.length {
            Ok(())
        } else {
            Err(damaged("an LZMA2 chunk does not end where it should"))
        }
    }

    /// Takes a byte where the range has become small. Beyond the end it takes what is there, which does no harm: that
    /// it did is found at the end of the chunk.
    #[inline(always)]
    fn normalize(&mut self) {
        if self.range < 1 << 24 {
            self.range <<= 8;
            self.code = self.code << 8 | u32::from(self.packed[self.taken & (MOST_PACKED - 1)]);
            self.taken += 1;
        }
    }

    /// A bit that the processor can foresee mostly: it is branched on.
    #[inline(always)]
    pub(super) fn likely(&mut self, probability: &mut Probability) -> bool {
        self.normalize();
        let bound = (self.range >> 11) * u32::from(*probability);
        if self.code < bound {
            self.range = bound;
            *probability += (2048 - *probability) >> 5;
            false
        } else {
            self.range -= bound;
            self.code -= bound;
            *probability -= *probability >> 5;
            true
        }
    }

    /// A bit that nobody can foresee, without a branch on it. Its probability was loaded before, and goes to `store`.
    #[inline(always)]
    fn bit(&mut self, probability: Probability, store: &mut Probability) -> bool {
        self.normalize();
        let probability = u32::from(probability);
        let bound = (self.range >> 11) * probability;
        let (rest, zero) = self.code.overflowing_sub(bound);
        self.range = if zero { bound } else { self.range - bound };
        self.code = if zero { self.code } else { rest };
        // p - (p >> 5) for 1, p + ((2048 - p) >> 5) for 0, which is p - ((p - 2017) >> 5).
        let towards = if zero { probability.wrapping_sub(2017) } else { probability }.cast_signed() >> 5;
        *store = probability.wrapping_sub(towards.cast_unsigned()) as Probability;
        !zero
    }

    /// A number of so many bits, the highest first, with a one before it.
    #[inline(always)]
    fn tree<const N: usize>(&mut self, probabilities: &mut [Probability; N], bits: u32) -> u32 {
        let mut node = 1;
        let mut probability = probabilities[1];
        for left in (0..bits).rev() {
            let child = 2 * node as usize;
            let (zero, one) =
                if left > 0 { (probabilities[child], probabilities[child + 1]) } else { (0, 0) };
            let bit = self.bit(probability, &mut probabilities[node as usize]);
            probability = if bit { one } else { zero };
            node = node << 1 | u32::from(bit);
        }
        node
    }

    /// A number of so many bits, the lowest first.
    #[inline(always)]
    fn reverse_tree<const N: usize>(&mut self, probabilities: &mut [Probability; N], bits: u32) -> u32 {
        let (mut node, mut number) = (1, 0);
        for place in 0..bits {
            let probability = &mut probabilities[node & (N - 1)];
            let bit = self.bit(*probability, probability);
            node = node << 1 | usize::from(bit);
            number |= u32::from(bit) << place;
        }
        number
    }

    #[inline(always)]
    pub(super) fn literal(&mut self, probabilities: &mut [Probability; 0x400]) -> u8 {
        self.tree(probabilities, 8) as u8
    }

    /// A literal that comes after a match, and so is likely to differ from the byte that the match would go on with.
    /// While its bits are those of that byte, they are coded by the second and third tree.
    #[inline(always)]
    pub(super) fn literal_after_match(&mut self, probabilities: &mut [Probability; 0x400], other: u8) -> u8 {
        let mut other = u32::from(other) << 1;
        let mut node = 1;
        // 0x100 while all bits were the same.
        let mut same = 0x100;
        let mut expected = other & same;
        let mut index = same + expected + node;
        let mut probability = probabilities[index as usize];
        for _ in 0..8 {
            other <<= 1;
            let (same_zero, same_one) = (same & !expected, expected);
            let (expected_zero, expected_one) = (other & same_zero, other & same_one);
            let child = node << 1 & 0xff;
            let index_zero = same_zero + expected_zero + child;
            let index_one = same_one + expected_one + (child | 1);
            let (zero, one) = (probabilities[index_zero as usize], probabilities[index_one as usize]);
            let bit = self.bit(probability, &mut probabilities[index as usize]);
            node = node << 1 | u32::from(bit);
            (probability, same, expected, index) = if bit {
                (one, same_one, expected_one, index_one)
            } else {
                (zero, same_zero, expected_zero, index_zero)
            };
        }
        node as u8
    }

    /// The length of a match.
    #[inline(always)]
    pub(super) fn length(&mut self, lengths: &mut Length, position_state: usize) -> usize {
        let length = if !self.likely(&mut lengths.choice[0]) {
            self.tree(&mut lengths.low[position_state & 15], 3) - 8 + 2
        } else if !self.likely(&mut lengths.choice[1]) {
            self.tree(&mut lengths.middle[position_state & 15], 3) - 8 + 10
        } else {
            self.tree(&mut lengths.high, 8) - 256 + 18
        };
        length as usize
    }

    /// The distance, less one, of a match of so many bytes.
    #[inline(always)]
    pub(super) fn distance(&mut self, distances: &mut Distance, length: usize) -> u32 {
        let slot = self.tree(&mut distances.slot[(length - 2).min(3)], 6) - 64;
        if slot < 4 {
            return slot;
        }
        let below = (slot >> 1) - 1;
        let high = (2 | slot & 1) << below;
        match distances.low.get_mut(slot as usize) {
            Some(low) => high | self.reverse_tree(low, below),
            None => high | self.direct(below - 4) << 4 | self.reverse_tree(&mut distances.align, 4),
        }
    }

    /// A number of so many bits of which none is likelier.
    #[inline(always)]
    fn direct(&mut self, bits: u32) -> u32 {
        let mut number = 0_u32;
        for _ in 0..bits {
            self.normalize();
            self.range >>= 1;
            let less = self.code.wrapping_sub(self.range);
            let if_zero = 0_u32.wrapping_sub(less >> 31);
            self.code = less.wrapping_add(self.range & if_zero);
            number = (number << 1).wrapping_add(if_zero.wrapping_add(1));
        }
        number
    }
}
