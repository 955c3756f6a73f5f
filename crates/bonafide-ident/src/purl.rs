//! Package URLs: `pkg:type/namespace/name@version?qualifiers#subpath`.
//!
//! A Package URL (ECMA-427, the package-url specification) names a package in the words of its own ecosystem. The same
//! package can be spelt in many ways; [`Purl`] holds the canonical one only, so equality is equality of text. What is
//! canonical depends on the type: some lower-case the name, some demand a namespace, some forbid one. Those rules come
//! from the published type definitions (module `table`, generated) and, where the definitions only say it in prose, from
//! module `rules`.

mod encoding;
mod matching;
mod read;
mod rules;
mod table;

use std::fmt;
use std::str::FromStr;

pub use matching::PurlMismatch;

/// Why a text, or a set of parts, is no Package URL.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PurlError {
    /// The text does not begin with `pkg:`.
    #[error("a package url begins with `pkg:`")]
    Scheme,
    /// There is no type, or no `/` after it.
    #[error("the package url has no type")]
    NoType,
    /// The type has a character that none may have.
    #[error("`{0}` is no package url type: ascii letters, digits, `.` and `-` only, a letter first")]
    BadType(String),
    /// The name is missing or empty.
    #[error("the package url has no name")]
    NoName,
    /// The type needs a namespace.
    #[error("type `{0}` needs a namespace")]
    NamespaceMissing(String),
    /// The type forbids a namespace.
    #[error("type `{0}` has no namespaces")]
    NamespaceProhibited(String),
    /// The type needs a qualifier that is not there.
    #[error("type `{ty}` needs the qualifier `{key}`")]
    QualifierMissing {
        /// The type.
        ty: String,
        /// The qualifier that it needs.
        key: &'static str,
    },
    /// A qualifier has no `=`, or a key with a character that none may have.
    #[error("`{0}` is no qualifier: `key=value` with a key of ascii letters, digits, `.`, `-` and `_`")]
    BadQualifier(String),
    /// A qualifier key stands twice.
    #[error("the qualifier `{0}` is given twice")]
    DuplicateQualifier(String),
    /// A `%` is not followed by two hexadecimal digits, or the decoded bytes are not UTF-8.
    #[error("`{0}` is not percent-encoded utf-8")]
    Encoding(String),
    /// A segment of a namespace or subpath has an encoded `/` in it.
    #[error("the segment `{0}` has a slash in it")]
    SlashInSegment(String),
    /// The type does not permit such a name or version.
    #[error("type `{ty}` does not permit the {part} `{value}`")]
    NotPermitted {
        /// The type.
        ty: String,
        /// `name` or `version`.
        part: &'static str,
        /// What was given.
        value: String,
    },
}

/// A Package URL in canonical form. Parts are held decoded; [`fmt::Display`] writes the canonical text.
///
/// ```
/// use bonafide_ident::Purl;
/// let purl = Purl::parse("pkg:PyPI/Django_Package@1.11?b=2&a=x/y").unwrap();
/// assert_eq!(purl.to_string(), "pkg:pypi/django-package@1.11?a=x%2Fy&b=2");
/// assert_eq!(purl.version(), Some("1.11"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Purl {
    ty: String,
    namespace: Option<String>,
    name: String,
    version: Option<String>,
    qualifiers: Vec<(String, String)>,
    subpath: Option<String>,
}

impl Purl {
    /// Reads a Package URL, canonical or not.
    ///
    /// # Errors
    ///
    /// A [`PurlError`] that names the part that is wrong.
    pub fn parse(text: &str) -> Result<Self, PurlError> {
        read::read(text)
    }

    /// Starts one from parts, given decoded: `Purl::builder("npm", "core").namespace("@babel").build()`.
    pub fn builder(ty: impl Into<String>, name: impl Into<String>) -> PurlBuilder {
        PurlBuilder {
            purl: Self {
                ty: ty.into(),
                namespace: None,
                name: name.into(),
                version: None,
                qualifiers: Vec::new(),
                subpath: None,
            },
        }
    }

    /// The type, in lower case: `pypi`.
    #[must_use]
    pub fn ty(&self) -> &str {
        &self.ty
    }

    /// The namespace, its segments joined by `/`: `@babel`, `org.apache.commons`, `github.com/owner`.
    #[must_use]
    pub fn namespace(&self) -> Option<&str> {
        self.namespace.as_deref()
    }

    /// The name; never empty.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The version.
    #[must_use]
    pub fn version(&self) -> Option<&str> {
        self.version.as_deref()
    }

    /// The qualifiers, sorted by key, no value empty.
    pub fn qualifiers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.qualifiers.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// The value of one qualifier.
    #[must_use]
    pub fn qualifier(&self, key: &str) -> Option<&str> {
        self.qualifiers().find(|(given, _)| *given == key).map(|(_, value)| value)
    }

    /// The path inside the package, without a slash at either end.
    #[must_use]
    pub fn subpath(&self) -> Option<&str> {
        self.subpath.as_deref()
    }

    /// The same package in another version.
    ///
    /// # Errors
    ///
    /// [`PurlError::NotPermitted`] where the type permits no such version.
    pub fn with_version(&self, version: impl Into<String>) -> Result<Self, PurlError> {
        PurlBuilder { purl: self.clone() }.version(version).build()
    }

    /// The same package in no version.
    #[must_use]
    pub fn without_version(&self) -> Self {
        Self { version: None, ..self.clone() }
    }
}

impl FromStr for Purl {
    type Err = PurlError;

    fn from_str(text: &str) -> Result<Self, PurlError> {
        Self::parse(text)
    }
}

impl fmt::Display for Purl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "pkg:{}/", self.ty)?;
        if let Some(namespace) = &self.namespace {
            encoding::write_path(f, namespace)?;
            f.write_str("/")?;
        }
        if rules::name_is_path(&self.ty) {
            encoding::write_path(f, &self.name)?;
        } else {
            encoding::write(f, &self.name)?;
        }
        if let Some(version) = &self.version {
            f.write_str("@")?;
            encoding::write(f, version)?;
        }
        for (index, (key, value)) in self.qualifiers.iter().enumerate() {
            write!(f, "{}{key}=", if index == 0 { '?' } else { '&' })?;
            encoding::write(f, value)?;
        }
        if let Some(subpath) = &self.subpath {
            f.write_str("#")?;
            encoding::write_path(f, subpath)?;
        }
        Ok(())
    }
}

/// Parts of a Package URL, not yet checked. Made by [`Purl::builder`].
#[derive(Clone, Debug)]
pub struct PurlBuilder {
    purl: Purl,
}

impl PurlBuilder {
    /// Sets the namespace, segments joined by `/`. Empty means none.
    #[must_use]
    pub fn namespace(mut self, namespace: impl Into<String>) -> Self {
        self.purl.namespace = Some(namespace.into());
        self
    }

    /// Sets the version. Empty means none.
    #[must_use]
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.purl.version = Some(version.into());
        self
    }

    /// Adds a qualifier. An empty value means none.
    #[must_use]
    pub fn qualifier(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.purl.qualifiers.push((key.into(), value.into()));
        self
    }

    /// Sets the subpath, segments joined by `/`. Empty means none.
    #[must_use]
    pub fn subpath(mut self, subpath: impl Into<String>) -> Self {
        self.purl.subpath = Some(subpath.into());
        self
    }

    /// Brings the parts into canonical form.
    ///
    /// # Errors
    ///
    /// A [`PurlError`] that names the part that is wrong.
    pub fn build(self) -> Result<Purl, PurlError> {
        rules::canonical(self.purl)
    }
}

#[cfg(test)]
mod tests;
