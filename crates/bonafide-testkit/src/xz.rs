//! Builds xz files whose blocks are stored, not compressed: small, and every field can be set.

use sha2::Digest as _;

/// The check after each block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum XzCheck {
    /// None.
    None,
    /// CRC-32.
    Crc32,
    /// CRC-64.
    Crc64,
    /// SHA-256.
    Sha256,
    /// A number that no check has, with four bytes.
    Unknown,
}

impl XzCheck {
    const fn id(self) -> u8 {
        match self {
            Self::None => 0,
            Self::Crc32 => 1,
            Self::Unknown => 2,
            Self::Crc64 => 4,
            Self::Sha256 => 10,
        }
    }

    fn of(self, body: &[u8]) -> Vec<u8> {
        match self {
            Self::None => Vec::new(),
            Self::Crc32 | Self::Unknown => crc32(body).to_vec(),
            Self::Crc64 => crc64(body).to_le_bytes().to_vec(),
            Self::Sha256 => sha2::Sha256::digest(body).to_vec(),
        }
    }
}

/// One xz stream with one block for each body; `dictionary` is the LZMA2 property (18 is 2 MiB, 40 is 4 GiB).
///
/// # Panics
/// If a body is longer than 2 MiB.
#[must_use]
pub fn xz(bodies: &[&[u8]], check: XzCheck, dictionary: u8) -> Vec<u8> {
    let mut bytes = b"\xfd7zXZ\0".to_vec();
    let flags = [0, check.id()];
    bytes.extend_from_slice(&flags);
    bytes.extend_from_slice(&crc32(&flags));
    let mut index = vec![0];
    number(&mut index, bodies.len() as u64);
    for body in bodies {
        let start = bytes.len();
        let header = [2, 0, 0x21, 1, dictionary, 0, 0, 0];
        bytes.extend_from_slice(&header);
        bytes.extend_from_slice(&crc32(&header));
        for (at, chunk) in body.chunks(1 << 16).enumerate() {
            bytes.push(if at == 0 { 1 } else { 2 });
            bytes.extend_from_slice(&u16::try_from(chunk.len() - 1).expect("at most 64 KiB").to_be_bytes());
            bytes.extend_from_slice(chunk);
        }
        bytes.push(0);
        let unpadded = bytes.len() - start;
        bytes.resize(start + unpadded.next_multiple_of(4), 0);
        let check = check.of(body);
        bytes.extend_from_slice(&check);
        number(&mut index, (unpadded + check.len()) as u64);
        number(&mut index, body.len() as u64);
    }
    index.resize(index.len().next_multiple_of(4), 0);
    let sum = crc32(&index);
    index.extend_from_slice(&sum);
    bytes.extend_from_slice(&index);
    let mut footer = u32::try_from(index.len() / 4 - 1).expect("small").to_le_bytes().to_vec();
    footer.extend_from_slice(&flags);
    bytes.extend_from_slice(&crc32(&footer));
    bytes.extend_from_slice(&footer);
    bytes.extend_from_slice(b"YZ");
    bytes
}

fn number(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push(u8::try_from(value & 0x7f).expect("seven bits") | 0x80);
        value >>= 7;
    }
    bytes.push(u8::try_from(value).expect("seven bits"));
}

fn crc32(bytes: &[u8]) -> [u8; 4] {
    let mut sum = flate2::Crc::new();
    sum.update(bytes);
    sum.sum().to_le_bytes()
}

/// A bit at a time, unlike the reader.
fn crc64(bytes: &[u8]) -> u64 {
    !bytes.iter().fold(!0_u64, |sum, &byte| {
        (0..8).fold(sum ^ u64::from(byte), |sum, _| {
            if sum & 1 == 0 { sum >> 1 } else { sum >> 1 ^ 0xc96c_5795_d787_0f42 }
        })
    })
}
