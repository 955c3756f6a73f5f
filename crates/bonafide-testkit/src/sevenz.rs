//! Builds 7z archives.

/// One coder that all files of a folder go through.
#[derive(Clone, Debug)]
pub struct SevenZipCoder {
    /// The method's number, as bytes.
    pub method: Vec<u8>,
    /// Its properties.
    pub properties: Vec<u8>,
    /// What it makes of the bytes.
    pub pack: fn(&[u8]) -> Vec<u8>,
}

impl SevenZipCoder {
    /// Bytes as they are.
    #[must_use]
    pub fn copy() -> Self {
        Self { method: vec![0], properties: Vec::new(), pack: <[u8]>::to_vec }
    }
}

/// A 7z of these files: each list of files is one folder; an empty file has no stream. The header is not packed.
#[must_use]
pub fn seven_zip(coder: &SevenZipCoder, folders: &[&[(&str, &[u8])]]) -> Vec<u8> {
    let number = |value: usize| {
        // Eight bytes after a first one of ones: always right.
        [&[0xff][..], &(value as u64).to_le_bytes()].concat()
    };
    let crc = |bytes: &[u8]| {
        let mut sum = flate2::Crc::new();
        sum.update(bytes);
        sum.sum().to_le_bytes()
    };
    let full: Vec<Vec<&[u8]>> = folders
        .iter()
        .map(|files| files.iter().map(|(_, body)| *body).filter(|body| !body.is_empty()).collect())
        .filter(|bodies: &Vec<_>| !bodies.is_empty())
        .collect();
    let packed: Vec<_> = full.iter().map(|bodies| (coder.pack)(&bodies.concat())).collect();
    let mut header = vec![0x01];
    if !full.is_empty() {
        header.extend_from_slice(&[0x04, 0x06, 0x00]);
        header.extend(number(packed.len()));
        header.push(0x09);
        packed.iter().for_each(|packed| header.extend(number(packed.len())));
        header.extend_from_slice(&[0x00, 0x07, 0x0b]);
        header.extend(number(full.len()));
        header.push(0);
        for _ in &full {
            let flags = coder.method.len() | if coder.properties.is_empty() { 0 } else { 0x20 };
            header.extend_from_slice(&[1, u8::try_from(flags).unwrap_or(0)]);
            header.extend_from_slice(&coder.method);
            if !coder.properties.is_empty() {
                header.extend(number(coder.properties.len()));
                header.extend_from_slice(&coder.properties);
            }
        }
        header.push(0x0c);
        full.iter().for_each(|bodies| header.extend(number(bodies.concat().len())));
        header.extend_from_slice(&[0x00, 0x08, 0x0d]);
        full.iter().for_each(|bodies| header.extend(number(bodies.len())));
        header.push(0x09);
        for bodies in &full {
            bodies[1..].iter().zip(bodies).for_each(|(_, body)| header.extend(number(body.len())));
        }
        header.extend_from_slice(&[0x0a, 1]);
        full.iter().flatten().for_each(|body| header.extend_from_slice(&crc(body)));
        header.extend_from_slice(&[0x00, 0x00]);
    }
    let files: Vec<_> = folders.iter().flat_map(|files| files.iter()).collect();
    header.push(0x05);
    header.extend(number(files.len()));
    let bits = |bits: Vec<bool>| {
        bits.chunks(8)
            .map(|byte| {
                byte.iter()
                    .zip([128, 64, 32, 16, 8, 4, 2, 1])
                    .filter(|(set, _)| **set)
                    .map(|(_, bit)| bit)
                    .sum()
            })
            .collect::<Vec<u8>>()
    };
    let empty = bits(files.iter().map(|(_, body)| body.is_empty()).collect());
    let names: Vec<u8> = files
        .iter()
        .flat_map(|(name, _)| name.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect::<Vec<_>>())
        .collect();
    let without = files.iter().filter(|(_, body)| body.is_empty()).count();
    for (kind, body) in
        [(0x0e, empty), (0x0f, bits(vec![true; without])), (0x11, [&[0][..], &names].concat())]
    {
        header.push(kind);
        header.extend(number(body.len()));
        header.extend(body);
    }
    header.extend_from_slice(&[0x00, 0x00]);
    let body = packed.concat();
    let mut start = (body.len() as u64).to_le_bytes().to_vec();
    start.extend_from_slice(&(header.len() as u64).to_le_bytes());
    start.extend_from_slice(&crc(&header));
    [b"7z\xbc\xaf\x27\x1c\0\x04", &crc(&start)[..], &start, &body, &header].concat()
}
