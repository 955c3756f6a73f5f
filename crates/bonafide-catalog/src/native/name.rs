//! The name of a bundled library without what repair tools and linkers add to it.
//!
//! auditwheel puts 8 hex digits of the file's SHA-256 before the ending (`libwebp-51b0b3f7.so.7.2.0`, twice where it was
//! run twice), delvewheel 32 (`zlib1-4d767210e087ff082d94ef0a09ddc7f8.dll`). Linux has the version after the ending, macOS
//! before it, Windows behind a dash. Some builds add their package's own name (`libcurl-fiona-1d984654.so.4.8.0`).

/// A library's name taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LibraryName {
    /// As it is spelt, without all that.
    pub(crate) stem: String,
    /// The version in the name: `7.2.0`.
    pub(crate) so: Option<String>,
    /// How many suffixes of repair tools it had: with more than one it came out of another repaired package.
    pub(crate) repairs: usize,
}

/// Takes a file name apart; `None` where it is not that of a shared library. `folder`: the folder that it lies in.
pub(crate) fn library(name: &str, folder: &str) -> Option<LibraryName> {
    let lower = name.to_lowercase();
    let ((stem, repairs, inner), so) = if let Some(stem) =
        lower.strip_suffix(".dylib").map(|stem| &name[..stem.len()])
    {
        let (stem, so) = numbers_at_end(stem, '.');
        (unhashed(stem), so.map(str::to_owned))
    } else if let Some(stem) = lower.strip_suffix(".dll").map(|stem| &name[..stem.len()]) {
        let (stem, repairs, inner) = unhashed(stem);
        let stem = ["-x64", "-x86", "-arm64"].iter().find_map(|end| stem.strip_suffix(end)).unwrap_or(stem);
        let (stem, so) = numbers_at_end(stem, '-');
        ((stem, repairs, inner), so.map(str::to_owned))
    } else {
        let at = name.find(".so")?;
        let so = &name[at + 3..];
        let so = if so.is_empty() { None } else { Some(so.strip_prefix('.')?) };
        if so.is_some_and(|so| !so.starts_with(|char: char| char.is_ascii_digit())) {
            return None;
        }
        (unhashed(&name[..at]), so.map(str::to_owned))
    };
    // The package's own name, which its folder tells.
    let package = folder.trim_end_matches('/').rsplit('/').next().and_then(|last| last.strip_suffix(".libs"));
    let own = package.and_then(|package| stem.strip_suffix(package)?.strip_suffix('-'));
    // A version in the stem: `libgeos-3.14`, and what comes before the ending of odd ones.
    let (stem, version) = numbers_at_end(own.unwrap_or(stem), '-');
    let so = so.or_else(|| match (version, inner) {
        (Some(version), Some(inner)) => Some(format!("{version}.{inner}")),
        (version, inner) => version.or(inner).map(str::to_owned),
    });
    (!stem.is_empty()).then(|| LibraryName { stem: stem.to_owned(), so, repairs })
}

/// Without the hex digits that repair tools add, how often they did, and the numbers that come after them, as in
/// `libopenblasp-r0-37b5f859.3.3.so`.
fn unhashed(stem: &str) -> (&str, usize, Option<&str>) {
    let (mut stem, mut repairs, mut inner) = (stem, 0, None);
    let bare = stem.trim_end_matches(|char: char| char.is_ascii_digit() || char == '.');
    let dotted = stem.rfind('-').and_then(|dash| Some(dash + stem[dash..].find('.')?));
    if let Some(dot) = dotted.filter(|dot| stem[*dot..].bytes().all(|it| it == b'.' || it.is_ascii_digit()))
        && hash(&stem[..dot]).is_some()
        && bare.len() < stem.len()
    {
        inner = Some(&stem[dot + 1..]);
        stem = &stem[..dot];
    }
    while let Some(before) = hash(stem) {
        stem = before;
        repairs += 1;
    }
    (stem, repairs, inner)
}

/// What stands before `-` and 8 hex digits or more at the end.
fn hash(stem: &str) -> Option<&str> {
    let (before, last) = stem.rsplit_once('-')?;
    let hex = last.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    (hex && matches!(last.len(), 8 | 16 | 32 | 40 | 64) && !before.is_empty()).then_some(before)
}

/// The numbers, joined by dots, that a name ends with after a separator: `libpng16.16`, `avcodec-61`.
fn numbers_at_end(stem: &str, separator: char) -> (&str, Option<&str>) {
    let end = stem.trim_end_matches(|char: char| char.is_ascii_digit() || char == '.');
    let Some(start) = end.len().checked_sub(usize::from(end.ends_with(separator) && separator != '.')) else {
        return (stem, None);
    };
    let rest = &stem[start..];
    // With dots the name keeps its own digits: `libpng16.16`.
    let cut = if separator == '.' {
        let mut cut = stem.len();
        while let Some(at) = stem[..cut].rfind('.') {
            let part = &stem[at + 1..cut];
            if part.is_empty() || !part.bytes().all(|byte| byte.is_ascii_digit()) {
                break;
            }
            cut = at;
        }
        cut
    } else if rest.starts_with(separator) && rest.len() > 1 && !rest.ends_with('.') {
        start
    } else {
        stem.len()
    };
    if cut == stem.len() || cut == 0 { (stem, None) } else { (&stem[..cut], Some(&stem[cut + 1..])) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suffixes_and_versions_are_taken_off() {
        for (name, folder, stem, so) in [
            ("libwebp-51b0b3f7.so.7.2.0", "pillow.libs/", "libwebp", Some("7.2.0")),
            ("libgfortran-040039e1-0352e75f.so.5.0.0", "scipy.libs/", "libgfortran", Some("5.0.0")),
            ("libcurl-fiona-1d984654.so.4.8.0", "fiona.libs/", "libcurl", Some("4.8.0")),
            ("libscipy_openblas64_-4b78795a.so", "numpy.libs/", "libscipy_openblas64_", None),
            ("libopenblasp-r0-37b5f859.3.3.so", "x.libs/", "libopenblasp-r0", Some("3.3")),
            ("libelf-0-3d9de92a.176.so", "pygame.libs/", "libelf", Some("0.176")),
            ("libxcb-shape-7716c890.so.0.0.0", "av.libs/", "libxcb-shape", Some("0.0.0")),
            ("libcrypto-64b40125.so.1.1.1k", "pymssql.libs/", "libcrypto", Some("1.1.1k")),
            ("libImath-3_2-98e3d33b.so.30.3.2.3", "", "libImath-3_2", Some("30.3.2.3")),
            ("libpng16.16.dylib", "PIL/.dylibs/", "libpng16", Some("16")),
            ("libz.1.3.1.zlib-ng.dylib", "PIL/.dylibs/", "libz.1.3.1.zlib-ng", None),
            ("libavcodec.61.19.101.dylib", "", "libavcodec", Some("61.19.101")),
            ("zlib1-4d767210e087ff082d94ef0a09ddc7f8.dll", "av.libs", "zlib1", None),
            ("libpng16-16-98d4adf2f1a2eebe5cf64dd6bc8b8b7c.dll", "", "libpng16", Some("16")),
            ("avcodec-61-c66d5f7d3a4b5a1ea7a5b6c8d9e0f1a2.dll", "", "avcodec", Some("61")),
            ("libcrypto-3-x64.dll", "", "libcrypto", Some("3")),
            ("msvcp140-a4c2229bdc2a2a630acdc095b4d86008.dll", "", "msvcp140", None),
            ("vcruntime140_1.dll", "", "vcruntime140_1", None),
            ("libstdc++-6.dll", "", "libstdc++", Some("6")),
            ("libarrow_python.so", "", "libarrow_python", None),
        ] {
            let found = library(name, folder).unwrap();
            assert_eq!((found.stem.as_str(), found.so.as_deref()), (stem, so), "{name}");
        }
        assert_eq!(library("module.sock", ""), None);
        assert_eq!(library("README", ""), None);
    }
}
