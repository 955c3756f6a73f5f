//! Small object files: enough of each family for a reader of facts.

/// A 64-bit little-endian ELF shared library for x86-64.
#[derive(Clone, Debug, Default)]
pub struct ElfBuilder {
    soname: String,
    needed: Vec<String>,
    data: Vec<u8>,
    functions: Vec<(String, Vec<u8>)>,
    producer: String,
    build_id: Option<Vec<u8>>,
}

/// Where a section lies, and its row in the table.
struct Row {
    name: &'static str,
    kind: u32,
    flags: u64,
    offset: usize,
    size: usize,
    link: u32,
}

impl ElfBuilder {
    /// With a soname.
    #[must_use]
    pub fn new(soname: &str) -> Self {
        Self { soname: soname.to_owned(), ..Self::default() }
    }

    /// Needs a library.
    #[must_use]
    pub fn needs(mut self, name: &str) -> Self {
        self.needed.push(name.to_owned());
        self
    }

    /// Adds a text to the read-only data, with a zero byte after it.
    #[must_use]
    pub fn text(mut self, text: &str) -> Self {
        self.data.extend(text.as_bytes());
        self.data.push(0);
        self
    }

    /// Exports a function.
    #[must_use]
    pub fn function(mut self, name: &str, code: &[u8]) -> Self {
        self.functions.push((name.to_owned(), code.to_vec()));
        self
    }

    /// Says what compiled it.
    #[must_use]
    pub fn producer(mut self, text: &str) -> Self {
        text.clone_into(&mut self.producer);
        self
    }

    /// Has this build id; without, `abcdef01`.
    #[must_use]
    pub fn build_id(mut self, id: &[u8]) -> Self {
        self.build_id = Some(id.to_vec());
        self
    }

    /// The file. Addresses are places in the file.
    #[must_use]
    pub fn end(&self) -> Vec<u8> {
        let mut file = vec![0; 64 + 3 * 56];
        let mut rows = vec![Row { name: "", kind: 0, flags: 0, offset: 0, size: 0, link: 0 }];
        let mut put = |file: &mut Vec<u8>, name, kind, flags, link, bytes: &[u8]| {
            file.resize(file.len().next_multiple_of(8), 0);
            let offset = file.len();
            file.extend(bytes);
            rows.push(Row { name, kind, flags, offset, size: bytes.len(), link });
            offset
        };
        let mut strings = vec![0];
        let mut name = |text: &str| {
            let at = strings.len();
            strings.extend(text.as_bytes());
            strings.push(0);
            at as u64
        };
        let mut code = Vec::new();
        let mut symbols = vec![0; 24];
        let text_offset = file.len().next_multiple_of(8);
        for (function, bytes) in &self.functions {
            let address = (text_offset + code.len()) as u64;
            symbols.extend((name(function) as u32).to_le_bytes());
            symbols.extend([0x12, 0, 1, 0]);
            symbols.extend(address.to_le_bytes());
            symbols.extend((bytes.len() as u64).to_le_bytes());
            code.extend(bytes);
        }
        let mut dynamic: Vec<(u64, u64)> = self.needed.iter().map(|needed| (1, name(needed))).collect();
        dynamic.push((14, name(&self.soname)));
        put(&mut file, ".text", 1, 6, 0, &code);
        put(&mut file, ".rodata", 1, 2, 0, &self.data);
        let strings_offset = put(&mut file, ".dynstr", 3, 2, 0, &strings);
        put(&mut file, ".dynsym", 11, 2, 3, &symbols);
        dynamic.extend([(5, strings_offset as u64), (0, 0)]);
        let dynamic: Vec<u8> = dynamic
            .iter()
            .flat_map(|(tag, value)| [tag.to_le_bytes(), value.to_le_bytes()].concat())
            .collect();
        let dynamic_offset = put(&mut file, ".dynamic", 6, 2, 3, &dynamic);
        let id = self.build_id.as_deref().unwrap_or(&[0xab, 0xcd, 0xef, 0x01]);
        let size = (id.len() as u32).to_le_bytes();
        let note = [&[4, 0, 0, 0][..], &size, &[3, 0, 0, 0], b"GNU\0", id].concat();
        let note_offset = put(&mut file, ".note.gnu.build-id", 7, 2, 0, &note);
        let producer = [self.producer.as_bytes(), b"\0"].concat();
        put(&mut file, ".comment", 1, 0, 0, &producer);
        let mut names = vec![0];
        let mut at_names: Vec<usize> = Vec::new();
        for row in &rows {
            at_names.push(if row.name.is_empty() { 0 } else { names.len() });
            if !row.name.is_empty() {
                names.extend(row.name.as_bytes());
                names.push(0);
            }
        }
        at_names.push(names.len());
        names.extend(b".shstrtab\0");
        let offset = file.len();
        file.extend(&names);
        rows.push(Row { name: ".shstrtab", kind: 3, flags: 0, offset, size: names.len(), link: 0 });
        let table = file.len();
        for (row, at) in rows.iter().zip(at_names) {
            file.extend((at as u32).to_le_bytes());
            file.extend(row.kind.to_le_bytes());
            file.extend(row.flags.to_le_bytes());
            for number in [row.offset, row.offset, row.size] {
                file.extend((number as u64).to_le_bytes());
            }
            file.extend(row.link.to_le_bytes());
            file.extend([0; 20]);
        }
        let head = [
            &b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0"[..],
            &[3, 0, 62, 0, 1, 0, 0, 0],
            &[0; 8],
            &64_u64.to_le_bytes(),
            &(table as u64).to_le_bytes(),
            &[0, 0, 0, 0, 64, 0, 56, 0, 3, 0, 64, 0],
            &(rows.len() as u16).to_le_bytes(),
            &(rows.len() as u16 - 1).to_le_bytes(),
        ]
        .concat();
        file[..64].copy_from_slice(&head);
        let segments = [(1_u32, 0, table), (2, dynamic_offset, dynamic.len()), (4, note_offset, note.len())];
        for (number, (kind, offset, size)) in segments.into_iter().enumerate() {
            let mut row = [&kind.to_le_bytes()[..], &4_u32.to_le_bytes()].concat();
            for value in [offset, offset, offset, size, size, 8] {
                row.extend((value as u64).to_le_bytes());
            }
            file[64 + number * 56..64 + (number + 1) * 56].copy_from_slice(&row);
        }
        file
    }
}

/// A 64-bit Mach-O library for Arm with an install name, one library that it needs, and a text.
#[must_use]
pub fn macho(install_name: &str, needed: &str, text: &str) -> Vec<u8> {
    let dylib = |command: u32, name: &str| {
        let mut body = [name.as_bytes(), b"\0"].concat();
        body.resize(body.len().next_multiple_of(8), 0);
        let mut bytes = command.to_le_bytes().to_vec();
        bytes.extend((24 + body.len() as u32).to_le_bytes());
        bytes.extend(24_u32.to_le_bytes());
        bytes.extend([0; 12]);
        bytes.extend(body);
        bytes
    };
    let uuid = [&0x1b_u32.to_le_bytes()[..], &24_u32.to_le_bytes(), &[0x5a; 16]].concat();
    let mut commands = [dylib(0xd, install_name), dylib(0xc, needed), uuid].concat();
    let data = [text.as_bytes(), b"\0"].concat();
    let start = 32 + commands.len() + 152;
    let mut segment =
        [&0x19_u32.to_le_bytes()[..], &152_u32.to_le_bytes(), b"__TEXT\0\0\0\0\0\0\0\0\0\0"].concat();
    for number in [start, start + data.len(), 0, start + data.len()] {
        segment.extend((number as u64).to_le_bytes());
    }
    segment.extend([5, 0, 0, 0, 5, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
    segment.extend(b"__const\0\0\0\0\0\0\0\0\0__TEXT\0\0\0\0\0\0\0\0\0\0");
    segment.extend((start as u64).to_le_bytes());
    segment.extend((data.len() as u64).to_le_bytes());
    segment.extend((start as u32).to_le_bytes());
    segment.extend([0; 28]);
    commands.extend(segment);
    let mut file = [0xcf, 0xfa, 0xed, 0xfe, 0x0c, 0, 0, 1, 0, 0, 0, 0, 6, 0, 0, 0, 4, 0, 0, 0].to_vec();
    file.extend((commands.len() as u32).to_le_bytes());
    file.extend([0; 8]);
    file.extend(commands);
    file.extend(data);
    file
}

/// A 64-bit DLL with a text in its data section.
#[must_use]
pub fn pe(text: &str) -> Vec<u8> {
    let data = [text.as_bytes(), b"\0"].concat();
    let mut file = vec![0; 0x40];
    file[..2].copy_from_slice(b"MZ");
    file[0x3c] = 0x40;
    file.extend(b"PE\0\0\x64\x86\x01\0");
    file.extend([0; 12]);
    file.extend([240, 0, 0x22, 0x20]);
    let mut optional = vec![0; 240];
    optional[..2].copy_from_slice(&[0x0b, 0x02]);
    optional[24..32].copy_from_slice(&0x1_8000_0000_u64.to_le_bytes());
    optional[108] = 16;
    file.extend(optional);
    let start = (file.len() + 40) as u32;
    file.extend(b".rdata\0\0");
    for number in [data.len() as u32, 0x1000, data.len() as u32, start, 0, 0, 0, 0x4000_0040] {
        file.extend(number.to_le_bytes());
    }
    file.extend(data);
    file
}
