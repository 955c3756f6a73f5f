//! CRC-64 as xz has it: ECMA-182, reflected, first and last inverted.

/// The polynomial, lowest power first.
const POLYNOMIAL: u64 = 0xc96c_5795_d787_0f42;

/// `TABLES[n][byte]`: what a byte that is followed by `n` zero bytes adds.
static TABLES: [[u64; 256]; 8] = tables();

const fn tables() -> [[u64; 256]; 8] {
    let mut tables = [[0; 256]; 8];
    let mut byte = 0;
    while byte < 256 {
        let mut sum = byte as u64;
        let mut bit = 0;
        while bit < 8 {
            sum = if sum & 1 == 0 { sum >> 1 } else { sum >> 1 ^ POLYNOMIAL };
            bit += 1;
        }
        tables[0][byte] = sum;
        byte += 1;
    }
    let mut after = 1;
    while after < 8 {
        let mut byte = 0;
        while byte < 256 {
            let before = tables[after - 1][byte];
            tables[after][byte] = before >> 8 ^ tables[0][(before & 0xff) as usize];
            byte += 1;
        }
        after += 1;
    }
    tables
}

/// A running sum.
pub(crate) struct Crc64(u64);

impl Crc64 {
    pub(crate) const fn new() -> Self {
        Self(!0)
    }

    /// Takes eight bytes at a time.
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        let (eights, rest) = bytes.as_chunks::<8>();
        let mut sum = self.0;
        for eight in eights {
            let [a, b, c, d, e, f, g, h] = (sum ^ u64::from_le_bytes(*eight)).to_le_bytes();
            sum = TABLES[7][usize::from(a)]
                ^ TABLES[6][usize::from(b)]
                ^ TABLES[5][usize::from(c)]
                ^ TABLES[4][usize::from(d)]
                ^ TABLES[3][usize::from(e)]
                ^ TABLES[2][usize::from(f)]
                ^ TABLES[1][usize::from(g)]
                ^ TABLES[0][usize::from(h)];
        }
        for byte in rest {
            sum = sum >> 8 ^ TABLES[0][usize::from(sum.to_le_bytes()[0] ^ byte)];
        }
        self.0 = sum;
    }

    pub(crate) const fn sum(&self) -> u64 {
        !self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(parts: &[&[u8]]) -> u64 {
        let mut sum = Crc64::new();
        parts.iter().for_each(|part| sum.update(part));
        sum.sum()
    }

    #[test]
    fn the_check_value_is_that_of_the_catalogue() {
        assert_eq!(sum(&[b"123456789"]), 0x995d_c9bb_df19_39fa);
        assert_eq!(sum(&[b"1", b"23456789"]), 0x995d_c9bb_df19_39fa);
        assert_eq!(sum(&[]), 0);
    }
}
