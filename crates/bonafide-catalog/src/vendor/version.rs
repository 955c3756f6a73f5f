//! Texts that name a version, with another version in its place: identifiers, locations, tags.

use bonafide_ident::{Cpe, Purl, Sha256};

use super::base::fill;

/// From one version of a package to another.
#[derive(Clone, Copy, Debug)]
pub(super) struct Change<'a> {
    /// The package.
    pub name: &'a str,
    /// Its version so far, where that is known.
    pub old: Option<&'a str>,
    /// Its version from now on.
    pub new: &'a str,
    /// SHA-256 of the new archive.
    pub sha256: Option<Sha256>,
}

impl Change<'_> {
    /// An identifier or location of the new version, its other parts letter by letter as they were. Of a text with
    /// `{version}` in it only a stated checksum changes.
    pub(super) fn apply(&self, text: &str) -> String {
        if text.starts_with("pkg:") {
            return self.purl(text);
        }
        let is_template = text.contains("{version}") && fill(text, self.name, Some(self.new)) != text;
        if is_template {
            return text.to_owned();
        }
        match text.parse::<Cpe>() {
            Ok(cpe) if cpe.version().plain().as_deref() == Some(self.new) => text.to_owned(),
            Ok(cpe) => cpe.with_version(self.new).map_or_else(|_| text.to_owned(), |cpe| cpe.to_string()),
            Err(_) => self.in_words(text),
        }
    }

    /// A text with the old version replaced, also where its dots are written otherwise.
    pub(super) fn in_words(&self, text: &str) -> String {
        let Some(old) = self.old.filter(|old| !old.is_empty()) else { return text.to_owned() };
        let mut text = replace_whole(text, old, self.new);
        for separator in ["_", "-"] {
            if old.contains('.') {
                text = replace_whole(&text, &old.replace('.', separator), &self.new.replace('.', separator));
            }
        }
        text
    }

    /// A package URL: its version, and what its qualifiers say of one archive.
    fn purl(&self, text: &str) -> String {
        let (rest, subpath) = match text.split_once('#') {
            Some((rest, subpath)) => (rest, format!("#{subpath}")),
            None => (text, String::new()),
        };
        let (head, qualifiers) = rest.split_once('?').unwrap_or((rest, ""));
        let head = if head.contains("{version}") { head.to_owned() } else { self.versioned(head) };
        let qualifiers: Vec<String> =
            qualifiers.split('&').filter_map(|qualifier| self.qualifier(qualifier)).collect();
        let mark = if qualifiers.is_empty() { "" } else { "?" };
        format!("{head}{mark}{}{subpath}", qualifiers.join("&"))
    }

    fn versioned(&self, head: &str) -> String {
        let Ok(purl) = head.parse::<Purl>() else { return head.to_owned() };
        let version = match (purl.version(), self.old) {
            // The version of a forge's package is a tag, which may say more: `v1.2.0`, `R_2_7_1`.
            (Some(tag), Some(old)) if is_forge(&purl) && tag != old && mentions(tag, old) => {
                self.in_words(tag)
            }
            (Some(tag), _) if is_forge(&purl) && mentions(tag, self.new) => tag.to_owned(),
            _ => self.new.to_owned(),
        };
        if purl.version() == Some(version.as_str()) {
            return head.to_owned();
        }
        purl.with_version(version).map_or_else(|_| head.to_owned(), |purl| purl.to_string())
    }

    /// A qualifier; `None` where it speaks of the old archive and nothing is known of the new one.
    fn qualifier(&self, text: &str) -> Option<String> {
        match text.split_once('=') {
            None if text.is_empty() => None,
            Some(("checksum", _)) => match self.sha256 {
                Some(sha256) => Some(format!("checksum=sha256:{sha256}")),
                None if self.old == Some(self.new) => Some(text.to_owned()),
                None => None,
            },
            Some(("download_url" | "vcs_url" | "file_name", _)) => Some(self.in_words(text)),
            _ => Some(text.to_owned()),
        }
    }
}

/// Whether a purl is of a forge, where versions are tags or commits.
pub(super) fn is_forge(purl: &Purl) -> bool {
    matches!(purl.ty(), "github" | "gitlab" | "bitbucket")
}

/// Whether a text names a version: as it is, or with its dots written otherwise (`2_7_1`, `2-7-1`, `271`).
pub(super) fn mentions(text: &str, version: &str) -> bool {
    ["\u{0}", "_", "-", ""].iter().any(|separator| match *separator {
        "\u{0}" => text.contains(version),
        "" => version.matches('.').count() > 1 && text.contains(&version.replace('.', "")),
        separator => version.contains('.') && text.contains(&version.replace('.', separator)),
    })
}

/// Why a text can be no version; `None` where it can.
pub(super) fn implausible(version: &str) -> Option<&'static str> {
    let odd = |letter: char| letter.is_whitespace() || letter.is_control() || "\"'`{}".contains(letter);
    if version.is_empty() {
        Some("it is empty")
    } else if version.contains(odd) {
        Some("it has a space, a quote or a brace in it")
    } else {
        None
    }
}

/// Replaces a version where it is not part of a longer one: `1.2` in `1.2.tar.gz`, but not in `1.21`.
fn replace_whole(text: &str, old: &str, new: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(old) {
        let (before, after) = (&rest[..at], &rest[at + old.len()..]);
        let digit = |character: Option<char>| character.is_some_and(|character| character.is_ascii_digit());
        let inside = digit(before.chars().next_back().or_else(|| out.chars().next_back()))
            || digit(after.chars().next());
        out.push_str(before);
        out.push_str(if inside { old } else { new });
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHANGE: Change<'_> = Change { name: "x", old: Some("1.2.0"), new: "1.3.0", sha256: None };

    #[test]
    fn identifiers_are_bumped_and_nothing_else_in_them() {
        for (text, wanted) in [
            ("cpe:2.3:a:tukaani:xz:1.2.0:*:*:*:*:*:*:*", "cpe:2.3:a:tukaani:xz:1.3.0:*:*:*:*:*:*:*"),
            ("pkg:pypi/macholib@1.2.0", "pkg:pypi/macholib@1.3.0"),
            ("pkg:pypi/macholib@1.3.0", "pkg:pypi/macholib@1.3.0"),
            ("https://example.org/R_1_2_0/x-1.2.0.tgz", "https://example.org/R_1_3_0/x-1.3.0.tgz"),
            ("https://example.org", "https://example.org"),
        ] {
            assert_eq!(CHANGE.apply(text), wanted);
        }
    }

    #[test]
    fn a_tag_of_a_forge_keeps_its_form() {
        for (text, wanted) in [
            ("pkg:github/o/x@v1.2.0", "pkg:github/o/x@v1.3.0"),
            ("pkg:github/o/x@R_1_2_0#src", "pkg:github/o/x@R_1_3_0#src"),
            ("pkg:github/o/x@1.2.0", "pkg:github/o/x@1.3.0"),
            ("pkg:github/o/x@v1.3.0", "pkg:github/o/x@v1.3.0"),
        ] {
            assert_eq!(CHANGE.apply(text), wanted);
        }
    }

    #[test]
    fn qualifiers_that_speak_of_one_archive_change_with_it() {
        let text =
            "pkg:generic/x@1.2.0?checksum=sha256:aa&download_url=https:%2F%2Fe.org%2Fx-1.2.0.tgz&epoch=1.2.0";
        let bumped = "pkg:generic/x@1.3.0?download_url=https:%2F%2Fe.org%2Fx-1.3.0.tgz&epoch=1.2.0";
        assert_eq!(CHANGE.apply(text), bumped);
        let known = Change { sha256: Some(Sha256([1; 32])), ..CHANGE };
        let sum = Sha256([1; 32]);
        assert_eq!(
            known.apply("pkg:generic/x@{version}?checksum=sha256:aa"),
            format!("pkg:generic/x@{{version}}?checksum=sha256:{sum}")
        );
        assert_eq!(
            CHANGE.apply("pkg:generic/x@{version}?checksum=sha256:aa#sub"),
            "pkg:generic/x@{version}#sub"
        );
    }

    #[test]
    fn a_version_inside_a_longer_one_is_left_alone() {
        assert_eq!(replace_whole("a-1.2/b-1.21-1.2.tgz", "1.2", "1.3"), "a-1.3/b-1.21-1.3.tgz");
        assert_eq!(replace_whole("11.2", "1.2", "1.3"), "11.2");
    }
}
