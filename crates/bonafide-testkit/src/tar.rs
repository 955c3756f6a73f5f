//! Builds tars, right ones and wrong ones: every field can be set, and nothing is checked.

/// The magic of a header, which tells the dialect.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TarMagic {
    /// None at all.
    V7,
    /// `ustar\0` and version `00`.
    #[default]
    Ustar,
    /// `ustar  \0`.
    Gnu,
}

/// What stands in the checksum field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TarSum {
    /// The sum of unsigned bytes.
    #[default]
    Right,
    /// The sum of signed bytes, as some old systems wrote it.
    Signed,
    /// One more than right.
    Wrong,
}

/// One header.
#[derive(Clone, Debug)]
pub struct TarHeader {
    /// Name field; cut at 100 bytes.
    pub name: Vec<u8>,
    /// Type byte.
    pub kind: u8,
    /// The size that it declares; that of the body if `None`.
    pub size: Option<u64>,
    /// Link target field.
    pub link: Vec<u8>,
    /// Permission bits.
    pub mode: u32,
    /// Seconds since 1970.
    pub mtime: u64,
    /// Magic.
    pub magic: TarMagic,
    /// Prefix field of ustar.
    pub prefix: Vec<u8>,
    /// Bytes written over the header at these places, before the checksum is made.
    pub patches: Vec<(usize, Vec<u8>)>,
    /// Checksum.
    pub sum: TarSum,
}

impl TarHeader {
    /// A regular file of this name.
    pub fn new(name: impl AsRef<[u8]>) -> Self {
        Self {
            name: name.as_ref().to_vec(),
            kind: b'0',
            size: None,
            link: Vec::new(),
            mode: 0o644,
            mtime: 1,
            magic: TarMagic::default(),
            prefix: Vec::new(),
            patches: Vec::new(),
            sum: TarSum::default(),
        }
    }

    /// Of another type.
    #[must_use]
    pub fn kind(mut self, kind: u8) -> Self {
        self.kind = kind;
        self
    }

    /// Declaring this size, whatever the body is.
    #[must_use]
    pub fn size(mut self, size: u64) -> Self {
        self.size = Some(size);
        self
    }

    /// With this link target.
    #[must_use]
    pub fn link(mut self, link: impl AsRef<[u8]>) -> Self {
        self.link = link.as_ref().to_vec();
        self
    }

    /// With this magic.
    #[must_use]
    pub fn magic(mut self, magic: TarMagic) -> Self {
        self.magic = magic;
        self
    }

    /// With these bytes at this place.
    #[must_use]
    pub fn patch(mut self, place: usize, bytes: impl AsRef<[u8]>) -> Self {
        self.patches.push((place, bytes.as_ref().to_vec()));
        self
    }

    /// With this checksum.
    #[must_use]
    pub fn sum(mut self, sum: TarSum) -> Self {
        self.sum = sum;
        self
    }

    /// The 512 bytes, for a body of this length.
    #[must_use]
    pub fn block(&self, body: u64) -> [u8; 512] {
        let mut block = [0; 512];
        let mut put = |place: usize, length: usize, bytes: &[u8]| {
            let bytes = &bytes[..bytes.len().min(length)];
            block[place..place + bytes.len()].copy_from_slice(bytes);
        };
        let octal = |value: u64, digits: usize| format!("{value:0digits$o}\0").into_bytes();
        put(0, 100, &self.name);
        put(100, 8, &octal(u64::from(self.mode), 7));
        put(108, 8, &octal(0, 7));
        put(116, 8, &octal(0, 7));
        put(124, 12, &octal(self.size.unwrap_or(body), 11));
        put(136, 12, &octal(self.mtime, 11));
        put(156, 1, &[self.kind]);
        put(157, 100, &self.link);
        match self.magic {
            TarMagic::V7 => {}
            TarMagic::Ustar => put(257, 8, b"ustar\x0000"),
            TarMagic::Gnu => put(257, 8, b"ustar  \0"),
        }
        put(345, 155, &self.prefix);
        for (place, bytes) in &self.patches {
            put(*place, 512 - place, bytes);
        }
        block[148..156].fill(b' ');
        let sum: i64 = match self.sum {
            TarSum::Right => block.iter().map(|&byte| i64::from(byte)).sum(),
            TarSum::Signed => block.iter().map(|&byte| i64::from(byte.cast_signed())).sum(),
            TarSum::Wrong => block.iter().map(|&byte| i64::from(byte)).sum::<i64>() + 1,
        };
        let sum = format!("{sum:06o}\0 ");
        block[148..156].copy_from_slice(&sum.as_bytes()[..8]);
        block
    }
}

/// A tar in the making.
#[derive(Clone, Debug, Default)]
pub struct TarBuilder {
    bytes: Vec<u8>,
}

impl TarBuilder {
    /// Without members.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a regular file.
    #[must_use]
    pub fn file(self, name: impl AsRef<[u8]>, body: impl AsRef<[u8]>) -> Self {
        self.member(&TarHeader::new(name), body)
    }

    /// Adds a header and a body, padded with zeros.
    #[must_use]
    pub fn member(mut self, header: &TarHeader, body: impl AsRef<[u8]>) -> Self {
        let body = body.as_ref();
        self.bytes.extend_from_slice(&header.block(body.len() as u64));
        self.bytes.extend_from_slice(body);
        self.bytes.resize(self.bytes.len().next_multiple_of(512), 0);
        self
    }

    /// Adds pax records for the next member.
    #[must_use]
    pub fn pax(self, records: &[(&str, &[u8])]) -> Self {
        self.member(&TarHeader::new("PaxHeaders/x").kind(b'x'), pax_records(records))
    }

    /// Adds pax records for all members that follow.
    #[must_use]
    pub fn pax_global(self, records: &[(&str, &[u8])]) -> Self {
        self.member(&TarHeader::new("pax_global_header").kind(b'g'), pax_records(records))
    }

    /// Adds a GNU long name (`L`) or long link target (`K`) for the next member.
    #[must_use]
    pub fn gnu_long(self, kind: u8, text: &[u8]) -> Self {
        let header = TarHeader::new("././@LongLink").kind(kind).magic(TarMagic::Gnu);
        self.member(&header, [text, b"\0"].concat())
    }

    /// Adds bytes as they are.
    #[must_use]
    pub fn raw(mut self, bytes: impl AsRef<[u8]>) -> Self {
        self.bytes.extend_from_slice(bytes.as_ref());
        self
    }

    /// Adds the two zero blocks and ends.
    #[must_use]
    pub fn end(self) -> Vec<u8> {
        self.raw([0; 1024]).cut()
    }

    /// Ends without anything.
    #[must_use]
    pub fn cut(self) -> Vec<u8> {
        self.bytes
    }
}

/// Pax records, each with its own length before it.
#[must_use]
pub fn pax_records(records: &[(&str, &[u8])]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (keyword, value) in records {
        let rest = keyword.len() + value.len() + 3;
        let mut length = rest + 1;
        while length != rest + length.to_string().len() {
            length = rest + length.to_string().len();
        }
        bytes.extend_from_slice(format!("{length} {keyword}=").as_bytes());
        bytes.extend_from_slice(value);
        bytes.push(b'\n');
    }
    bytes
}
