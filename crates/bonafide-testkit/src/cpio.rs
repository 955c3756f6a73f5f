//! Builds cpio archives.

/// A form of cpio.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CpioForm {
    /// `070701`.
    #[default]
    Newc,
    /// `070702`, with sums.
    Crc,
    /// `070707`.
    Odc,
    /// The old binary one, little-endian.
    Little,
    /// The same, big-endian.
    Big,
    /// `07070X`: numbers of files that an rpm's header describes.
    Stripped,
}

/// One member: a regular file of mode 0644 unless said otherwise.
#[derive(Clone, Debug)]
pub struct CpioMember {
    /// Its name.
    pub name: Vec<u8>,
    /// Type and permission bits.
    pub mode: u32,
    /// Its number: the same for all names of one file.
    pub inode: u32,
    /// How many names the file has.
    pub links: u32,
    /// Its body; a link's target.
    pub body: Vec<u8>,
}

impl CpioMember {
    /// A regular file.
    #[must_use]
    pub fn new(name: impl AsRef<[u8]>, body: impl AsRef<[u8]>) -> Self {
        let (name, body) = (name.as_ref().to_vec(), body.as_ref().to_vec());
        Self { name, mode: 0o100_644, inode: 0, links: 1, body }
    }
}

/// A cpio in the making.
#[derive(Clone, Debug, Default)]
pub struct CpioBuilder {
    form: CpioForm,
    bytes: Vec<u8>,
    count: u32,
}

impl CpioBuilder {
    /// Without members.
    #[must_use]
    pub const fn new(form: CpioForm) -> Self {
        Self { form, bytes: Vec::new(), count: 0 }
    }

    /// Adds a regular file.
    #[must_use]
    pub fn file(self, name: impl AsRef<[u8]>, body: impl AsRef<[u8]>) -> Self {
        self.member(&CpioMember::new(name, body))
    }

    /// Adds a member. A member without a number gets its own.
    #[must_use]
    pub fn member(mut self, member: &CpioMember) -> Self {
        self.count += 1;
        let inode = if member.inode == 0 { self.count } else { member.inode };
        let start = self.bytes.len();
        let (name, size) = (member.name.len() + 1, member.body.len());
        let sum: u32 = member.body.iter().map(|&byte| u32::from(byte)).sum();
        let text = match self.form {
            CpioForm::Newc | CpioForm::Crc => {
                let (digit, sum) = if self.form == CpioForm::Crc { (2, sum) } else { (1, 0) };
                format!(
                    "07070{digit}{inode:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{size:08x}{:08x}{:08x}{:08x}{:08x}{name:08x}{sum:08x}",
                    member.mode, 7, 8, member.links, 1000, 0, 1, 0, 0
                )
            }
            CpioForm::Odc => format!(
                "070707{:06o}{inode:06o}{:06o}{:06o}{:06o}{:06o}{:06o}{:011o}{name:06o}{size:011o}",
                1, member.mode, 7, 8, member.links, 0, 1000
            ),
            CpioForm::Stripped => format!("07070X{:08x}", inode - 1),
            CpioForm::Little | CpioForm::Big => String::new(),
        };
        self.bytes.extend_from_slice(text.as_bytes());
        if text.is_empty() {
            let low = |value: usize| value & 0xffff;
            let (mode, links) = (member.mode as usize, member.links as usize);
            let fields =
                [0o070_707, 1, inode as usize, mode, 7, 8, links, 0, 0, 1000, name, size >> 16, low(size)];
            for field in fields {
                let field = u16::try_from(low(field)).unwrap_or(0);
                let pair =
                    if self.form == CpioForm::Little { field.to_le_bytes() } else { field.to_be_bytes() };
                self.bytes.extend_from_slice(&pair);
            }
        }
        if self.form != CpioForm::Stripped {
            self.bytes.extend_from_slice(&member.name);
            self.bytes.push(0);
        }
        self.fill(start);
        let start = self.bytes.len();
        self.bytes.extend_from_slice(&member.body);
        self.fill(start);
        self
    }

    fn fill(&mut self, start: usize) {
        let alignment = match self.form {
            CpioForm::Newc | CpioForm::Crc | CpioForm::Stripped => 4,
            CpioForm::Odc => 1,
            CpioForm::Little | CpioForm::Big => 2,
        };
        self.bytes.resize(start + (self.bytes.len() - start).next_multiple_of(alignment), 0);
    }

    /// Adds the trailer and ends.
    #[must_use]
    pub fn end(self) -> Vec<u8> {
        let form = if self.form == CpioForm::Stripped { CpioForm::Newc } else { self.form };
        let trailer = CpioMember { mode: 0, ..CpioMember::new("TRAILER!!!", b"") };
        Self { form, ..self }.member(&trailer).bytes
    }
}
