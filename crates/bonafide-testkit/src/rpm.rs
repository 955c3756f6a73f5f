//! Builds small rpm packages.

use sha2::Digest as _;

use crate::{CpioBuilder, CpioForm};

/// A value in an rpm header.
#[derive(Clone, Debug)]
pub enum RpmValue {
    /// Numbers of 16 bits.
    Int16(Vec<u16>),
    /// Numbers of 32 bits.
    Int32(Vec<u32>),
    /// A text.
    Text(String),
    /// Texts.
    Texts(Vec<String>),
}

/// A header with these tags, magic and all.
#[must_use]
pub fn rpm_header(tags: &[(u32, RpmValue)]) -> Vec<u8> {
    let mut entries = Vec::new();
    let mut data: Vec<u8> = Vec::new();
    for (tag, value) in tags {
        let (kind, alignment) = match value {
            RpmValue::Int16(_) => (3_u32, 2),
            RpmValue::Int32(_) => (4, 4),
            RpmValue::Text(_) => (6, 1),
            RpmValue::Texts(_) => (8, 1),
        };
        data.resize(data.len().next_multiple_of(alignment), 0);
        let offset = data.len();
        let mut text = |text: &str| data.extend_from_slice(&[text.as_bytes(), b"\0"].concat());
        let count = match value {
            RpmValue::Int16(numbers) => {
                numbers.iter().for_each(|number| data.extend_from_slice(&number.to_be_bytes()));
                numbers.len()
            }
            RpmValue::Int32(numbers) => {
                numbers.iter().for_each(|number| data.extend_from_slice(&number.to_be_bytes()));
                numbers.len()
            }
            RpmValue::Text(one) => {
                text(one);
                1
            }
            RpmValue::Texts(texts) => {
                texts.iter().for_each(|one| text(one));
                texts.len()
            }
        };
        for field in [*tag, kind, word(offset), word(count)] {
            entries.extend_from_slice(&field.to_be_bytes());
        }
    }
    let mut bytes = b"\x8e\xad\xe8\x01\0\0\0\0".to_vec();
    bytes.extend_from_slice(&word(tags.len()).to_be_bytes());
    bytes.extend_from_slice(&word(data.len()).to_be_bytes());
    bytes.extend_from_slice(&entries);
    bytes.extend_from_slice(&data);
    bytes
}

fn word(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// A package of these regular files below `/usr/`, whose payload is compressed by `compress`; its payload is a cpio of
/// this form, which spells that folder `usr`: `./usr/` as rpm does, `/usr/` as some other builders do.
#[must_use]
pub fn rpm(
    usr: &str,
    files: &[(&str, &[u8])],
    form: CpioForm,
    compress: impl Fn(&[u8]) -> Vec<u8>,
) -> Vec<u8> {
    let cpio = files
        .iter()
        .fold(CpioBuilder::new(form), |cpio, (name, body)| cpio.file(format!("{usr}{name}"), body));
    let payload = compress(&cpio.end());
    let sha256 = |bytes: &[u8]| {
        sha2::Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>()
    };
    let all = |value: fn(&[u8]) -> u32| files.iter().map(|(_, body)| value(body)).collect::<Vec<_>>();
    let main = rpm_header(&[
        (1000, RpmValue::Text("demo".to_owned())),
        (1001, RpmValue::Text("1.0".to_owned())),
        (1002, RpmValue::Text("2.fc40".to_owned())),
        (1011, RpmValue::Text("Fedora Project".to_owned())),
        (1014, RpmValue::Text("MIT".to_owned())),
        (1022, RpmValue::Text("noarch".to_owned())),
        (1028, RpmValue::Int32(all(|body| word(body.len())))),
        (1030, RpmValue::Int16(vec![0o100_644; files.len()])),
        (1034, RpmValue::Int32(vec![1000; files.len()])),
        (1035, RpmValue::Texts(files.iter().map(|(_, body)| sha256(body)).collect())),
        (1036, RpmValue::Texts(vec![String::new(); files.len()])),
        (1039, RpmValue::Texts(vec!["root".to_owned(); files.len()])),
        (1044, RpmValue::Text("demo-1.0-2.fc40.src.rpm".to_owned())),
        (1095, RpmValue::Int32(vec![1; files.len()])),
        (1096, RpmValue::Int32((1..=word(files.len())).collect())),
        (1116, RpmValue::Int32(vec![0; files.len()])),
        (1117, RpmValue::Texts(files.iter().map(|(name, _)| (*name).to_owned()).collect())),
        (1118, RpmValue::Texts(vec!["/usr/".to_owned()])),
        (1124, RpmValue::Text("cpio".to_owned())),
        (5011, RpmValue::Int32(vec![8])),
        (5092, RpmValue::Texts(vec![sha256(&payload)])),
        (5093, RpmValue::Int32(vec![8])),
    ]);
    let mut signature = rpm_header(&[
        (273, RpmValue::Text(sha256(&main))),
        (1000, RpmValue::Int32(vec![word(main.len() + payload.len())])),
    ]);
    signature.resize(signature.len().next_multiple_of(8), 0);
    let mut lead = vec![0; 96];
    lead[..6].copy_from_slice(b"\xed\xab\xee\xdb\x03\0");
    lead[79] = 5;
    [lead, signature, main, payload].concat()
}
