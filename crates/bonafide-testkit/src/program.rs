//! Builds programs of Windows that carry containers.

/// Bytes before the first section.
const HEADERS: usize = 0x400;
/// Sections begin at multiples of this, in the file and in memory.
const STEP: usize = 0x200;

/// A 32-bit program in the making.
#[derive(Clone, Debug, Default)]
pub struct PeBuilder {
    sections: Vec<(String, Vec<u8>)>,
    resources: Vec<(String, String, u32, Vec<u8>)>,
    overlay: Vec<u8>,
    signature: Vec<u8>,
}

impl PeBuilder {
    /// Without sections.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a section.
    #[must_use]
    pub fn section(mut self, name: &str, bytes: impl AsRef<[u8]>) -> Self {
        self.sections.push((name.to_owned(), bytes.as_ref().to_vec()));
        self
    }

    /// Adds a resource; a type or a name of digits alone is a number. Those of one type come one after another, and so do
    /// those of one name.
    #[must_use]
    pub fn resource(mut self, kind: &str, name: &str, language: u32, bytes: impl AsRef<[u8]>) -> Self {
        self.resources.push((kind.to_owned(), name.to_owned(), language, bytes.as_ref().to_vec()));
        self
    }

    /// What lies behind the program.
    #[must_use]
    pub fn overlay(self, bytes: impl AsRef<[u8]>) -> Self {
        Self { overlay: bytes.as_ref().to_vec(), ..self }
    }

    /// A signature at the very end.
    #[must_use]
    pub fn signature(self, bytes: impl AsRef<[u8]>) -> Self {
        Self { signature: bytes.as_ref().to_vec(), ..self }
    }

    /// The file.
    #[must_use]
    pub fn end(self) -> Vec<u8> {
        let mut sections = self.sections;
        let (mut resources, mut place) = (0, HEADERS);
        for (_, bytes) in &sections {
            place += bytes.len().next_multiple_of(STEP);
        }
        if !self.resources.is_empty() {
            resources = place;
            sections.push((".rsrc".to_owned(), resource_tree(&self.resources, place)));
        }
        let mut file = vec![0; 0x40];
        file[..2].copy_from_slice(b"MZ");
        file[0x3c] = 0x40;
        file.extend(b"PE\0\0\x4c\x01");
        file.extend(half(sections.len()));
        file.extend([0; 12]);
        file.extend([224, 0, 2, 1]);
        let mut optional = vec![0; 224];
        optional[..2].copy_from_slice(&[0x0b, 0x01]);
        optional[60..64].copy_from_slice(&word(HEADERS));
        optional[92] = 16;
        let total: usize = sections.iter().map(|(_, bytes)| bytes.len().next_multiple_of(STEP)).sum();
        let end = (HEADERS + total + self.overlay.len()).next_multiple_of(8);
        for (number, address, size) in
            [(2, resources, usize::from(resources > 0)), (4, end, self.signature.len())]
        {
            if size > 0 {
                let at = 96 + number * 8;
                optional[at..at + 8].copy_from_slice(&[word(address), word(size)].concat());
            }
        }
        file.extend(optional);
        let mut place = HEADERS;
        for (name, bytes) in &sections {
            let mut field = name.as_bytes().to_vec();
            field.resize(8, 0);
            file.extend(field);
            let size = bytes.len().next_multiple_of(STEP);
            for number in [bytes.len(), place, size, place, 0, 0, 0, 0x4000_0040] {
                file.extend(word(number));
            }
            place += size;
        }
        file.resize(HEADERS, 0);
        for (_, bytes) in sections {
            file.extend(bytes);
            file.resize(file.len().next_multiple_of(STEP), 0);
        }
        file.extend(self.overlay);
        if !self.signature.is_empty() {
            file.resize(end, 0);
            file.extend(self.signature);
        }
        file
    }
}

fn half(number: usize) -> [u8; 2] {
    u16::try_from(number).unwrap_or(u16::MAX).to_le_bytes()
}

fn word(number: usize) -> [u8; 4] {
    u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes()
}

/// Types, names, languages, leaves, texts, bytes; addresses begin at `base`.
fn resource_tree(resources: &[(String, String, u32, Vec<u8>)], base: usize) -> Vec<u8> {
    struct Tree<'r> {
        bytes: Vec<u8>,
        fixes: Vec<(usize, &'r str)>,
        leaves: Vec<(usize, &'r [u8])>,
    }
    type Rows<'r> = &'r [(String, String, u32, Vec<u8>)];
    fn folder<'r>(tree: &mut Tree<'r>, rows: Rows<'r>, level: usize) {
        let key = |row: &(String, String, u32, Vec<u8>)| match level {
            0 => row.0.clone(),
            1 => row.1.clone(),
            _ => row.2.to_string(),
        };
        let groups: Vec<Rows<'r>> = rows.chunk_by(|a, b| key(a) == key(b)).collect();
        let at = tree.bytes.len();
        tree.bytes.extend([0; 12]);
        tree.bytes.extend([half(0), half(groups.len())].concat());
        tree.bytes.resize(at + 16 + groups.len() * 8, 0);
        for (number, group) in groups.into_iter().enumerate() {
            let entry = at + 16 + number * 8;
            let name: &'r str = if level == 0 { &group[0].0 } else { &group[0].1 };
            match key(&group[0]).parse::<u32>() {
                Ok(id) => tree.bytes[entry..entry + 4].copy_from_slice(&id.to_le_bytes()),
                Err(_) => tree.fixes.push((entry, name)),
            }
            let below = tree.bytes.len();
            if level == 2 {
                tree.bytes[entry + 4..entry + 8].copy_from_slice(&word(below));
                tree.leaves.push((below, &group[0].3));
                tree.bytes.extend([0; 16]);
            } else {
                tree.bytes[entry + 4..entry + 8].copy_from_slice(&word(below | 0x8000_0000));
                folder(tree, group, level + 1);
            }
        }
    }
    let mut tree = Tree { bytes: Vec::new(), fixes: Vec::new(), leaves: Vec::new() };
    folder(&mut tree, resources, 0);
    let Tree { mut bytes, fixes, leaves } = tree;
    for (entry, name) in fixes {
        let at = word(bytes.len() | 0x8000_0000);
        bytes[entry..entry + 4].copy_from_slice(&at);
        bytes.extend(half(name.len()));
        bytes.extend(name.encode_utf16().flat_map(u16::to_le_bytes));
    }
    for (leaf, content) in leaves {
        bytes.resize(bytes.len().next_multiple_of(8), 0);
        let row = [word(base + bytes.len()), word(content.len())].concat();
        bytes[leaf..leaf + 8].copy_from_slice(&row);
        bytes.extend(content);
    }
    bytes
}

/// A bundle of WiX: a program, the UX container, and attached containers behind a first signature, where there is one.
#[must_use]
pub fn burn(ux: &[u8], attached: &[&[u8]], signature: &[u8]) -> Vec<u8> {
    let section = |stub: usize, signed: usize| {
        let mut bytes = [word(0x00f1_4300), word(2)].concat();
        bytes.extend([0x1d; 16]);
        bytes.extend([word(stub), word(0)].concat());
        bytes.extend([word(signed), word(signature.len())].concat());
        bytes.extend([word(1), word(attached.len() + 1), word(ux.len())].concat());
        bytes.extend(attached.iter().flat_map(|container| word(container.len())));
        bytes
    };
    let stub = PeBuilder::new().section(".text", [0x90; 64]).section(".wixburn", section(0, 0)).end().len();
    let place = (stub + ux.len()).next_multiple_of(8);
    let signed = if signature.is_empty() { 0 } else { place };
    let program = PeBuilder::new().section(".text", [0x90; 64]).section(".wixburn", section(stub, signed));
    let mut overlay = ux.to_vec();
    if signed > 0 {
        overlay.resize(place - stub, 0);
        overlay.extend(signature);
    }
    overlay.extend(attached.concat());
    program.overlay(overlay).signature(signature).end()
}
