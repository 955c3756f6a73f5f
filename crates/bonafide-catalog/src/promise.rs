//! What an artifact's name promises of its content.
//!
//! Content alone decides what is opened. But half a download, or an error page in its place, is no release: a document that
//! lists it as one file would be true and useless. So the name is asked once, and only where nothing was found inside.

/// Endings of what holds files.
const CONTAINERS: [&str; 30] = [
    "7z", "apk", "appx", "cab", "cpio", "crate", "deb", "ear", "egg", "gem", "ipa", "jar", "msi", "msix",
    "nupkg", "pkg", "rpm", "tar", "tbz", "tbz2", "tgz", "tlz", "txz", "tzst", "vsix", "war", "whl", "xar",
    "xpi", "zip",
];

/// Endings of one compressed stream. What stands before them says what is compressed.
const COMPRESSIONS: [&str; 5] = ["bz2", "gz", "lzma", "xz", "zst"];

/// What the content was found to be, as far as a promise can be broken by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// Of no format that is known.
    Plain,
    /// A compressed stream of a file of no format that is known.
    Compressed,
}

/// How the content breaks what the name promises; `None` where it does not, or the name promises nothing.
pub(crate) fn broken(name: &str, content: Content) -> Option<String> {
    let is_one_of =
        |endings: &[&str], ending: &str| endings.iter().any(|one| one.eq_ignore_ascii_case(ending));
    let (stem, last) = name.rsplit_once('.')?;
    let compressed = is_one_of(&COMPRESSIONS, last);
    match content {
        Content::Plain => (compressed || is_one_of(&CONTAINERS, last)).then(|| {
            format!(
                "its name ends in .{}, but its content is of no format that is known",
                last.to_lowercase()
            )
        }),
        Content::Compressed => {
            let ending = if compressed { stem.rsplit_once('.')?.1 } else { last };
            let all = &name[name.len() - last.len() - usize::from(compressed) * (ending.len() + 1)..];
            is_one_of(&CONTAINERS, ending).then(|| {
                let all = all.to_lowercase();
                format!("its name ends in .{all}, but what is compressed in it is of no format that is known")
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compression_promises_what_stands_before_it() {
        for (name, content, ending) in [
            ("p-1.tar.gz", Content::Compressed, Some(".tar.gz,")),
            ("p-1.TAR.Zst", Content::Compressed, Some(".tar.zst,")),
            ("p-1.tgz", Content::Compressed, Some(".tgz,")),
            ("p-1.whl", Content::Compressed, Some(".whl,")),
            ("p-1.cpio.xz", Content::Compressed, Some(".cpio.xz,")),
            ("words.gz", Content::Compressed, None),
            ("words.txt.gz", Content::Compressed, None),
            ("gz", Content::Compressed, None),
            (".gz", Content::Compressed, None),
            ("p-1.tar.gz", Content::Plain, Some(".gz,")),
            ("words.gz", Content::Plain, Some(".gz,")),
            ("p-1.7z", Content::Plain, Some(".7z,")),
            ("a.c", Content::Plain, None),
            ("ä", Content::Plain, None),
        ] {
            let told = broken(name, content);
            assert_eq!(told.is_some(), ending.is_some(), "{name}: {told:?}");
            assert!(told.unwrap_or_default().contains(ending.unwrap_or_default()), "{name}");
        }
    }
}
