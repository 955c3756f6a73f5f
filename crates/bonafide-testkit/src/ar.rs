//! Builds ar archives and debs.

/// How names are kept that are longer than a header has room for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ArNames {
    /// In a member `//`; every name ends with a slash.
    #[default]
    Gnu,
    /// Before the body.
    Bsd,
    /// As they are, cut at 16 bytes: what `dpkg-deb` writes.
    Plain,
}

/// An ar in the making.
#[derive(Clone, Debug, Default)]
pub struct ArBuilder {
    names: ArNames,
    members: Vec<(Vec<u8>, Vec<u8>)>,
}

impl ArBuilder {
    /// Without members.
    #[must_use]
    pub const fn new(names: ArNames) -> Self {
        Self { names, members: Vec::new() }
    }

    /// Adds a member of mode 0644, owner 7, group 8, time 1000.
    #[must_use]
    pub fn file(mut self, name: impl AsRef<[u8]>, body: impl AsRef<[u8]>) -> Self {
        self.members.push((name.as_ref().to_vec(), body.as_ref().to_vec()));
        self
    }

    /// The archive.
    #[must_use]
    pub fn end(self) -> Vec<u8> {
        let mut bytes = b"!<arch>\n".to_vec();
        let mut long = Vec::new();
        let mut fields = Vec::new();
        for (name, _) in &self.members {
            fields.push(match self.names {
                ArNames::Gnu if name.len() > 15 || name.contains(&b'/') => {
                    let field = format!("/{}", long.len()).into_bytes();
                    long.extend_from_slice(name);
                    long.extend_from_slice(b"/\n");
                    field
                }
                ArNames::Gnu => [&name[..], b"/"].concat(),
                ArNames::Bsd if name.len() > 16 || name.contains(&b' ') || name.starts_with(b"#1/") => {
                    format!("#1/{}", name.len().next_multiple_of(4)).into_bytes()
                }
                ArNames::Bsd | ArNames::Plain => name[..name.len().min(16)].to_vec(),
            });
        }
        if !long.is_empty() {
            push(&mut bytes, b"//", [&b""[..]; 4], &long);
        }
        for ((name, body), field) in self.members.iter().zip(&fields) {
            let mut whole = Vec::new();
            if field.starts_with(b"#1/") {
                whole.extend_from_slice(name);
                whole.resize(name.len().next_multiple_of(4), 0);
            }
            whole.extend_from_slice(body);
            push(&mut bytes, field, [b"1000", b"7", b"8", b"100644"], &whole);
        }
        bytes
    }
}

fn push(bytes: &mut Vec<u8>, name: &[u8], [mtime, uid, gid, mode]: [&[u8]; 4], body: &[u8]) {
    let size = body.len().to_string();
    for (field, width) in [(name, 16), (mtime, 12), (uid, 6), (gid, 6), (mode, 8), (size.as_bytes(), 10)] {
        let mut field = field.to_vec();
        field.resize(width, b' ');
        bytes.extend_from_slice(&field);
    }
    bytes.extend_from_slice(b"`\n");
    bytes.extend_from_slice(body);
    if body.len() % 2 == 1 {
        bytes.push(b'\n');
    }
}

/// A deb of these two members, named with their endings: `control.tar.gz`, `data.tar.xz`.
#[must_use]
pub fn deb(control: (&str, &[u8]), data: (&str, &[u8])) -> Vec<u8> {
    let ar = ArBuilder::new(ArNames::Plain).file("debian-binary", b"2.0\n");
    ar.file(control.0, control.1).file(data.0, data.1).end()
}
