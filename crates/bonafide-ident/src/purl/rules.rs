//! What is canonical for each type: the rows of [`table`](super::table), applied, and the rules that the type
//! definitions say in prose only.

use super::read::shorten;
use super::table::TYPES;
use super::{Purl, PurlError};

/// Whether a type wants a namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Namespace {
    Optional,
    Required,
    Prohibited,
}

/// Whether a part keeps its letters' case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    Kept,
    Lowered,
}

/// The patterns of `permitted_characters` in the type definitions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Permitted {
    /// No pattern.
    Any,
    /// `^[a-p]{32}$`: the id of a Chrome extension.
    ExtensionId,
    /// `^\d+(\.\d+){0,3}$`: one to four numbers joined by dots.
    FourNumbers,
    /// `^[a-z0-9_]`: a first character.
    WordFirst,
}

impl Permitted {
    fn permits(self, text: &str) -> bool {
        match self {
            Self::Any => true,
            Self::ExtensionId => text.len() == 32 && text.bytes().all(|byte| (b'a'..=b'p').contains(&byte)),
            Self::FourNumbers => {
                let number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
                text.split('.').all(number) && text.split('.').count() <= 4
            }
            Self::WordFirst => text.starts_with(|first: char| {
                first.is_ascii_lowercase() || first.is_ascii_digit() || first == '_'
            }),
        }
    }
}

/// One type definition.
#[derive(Clone, Copy, Debug)]
pub(super) struct TypeRule {
    pub(super) ty: &'static str,
    pub(super) namespace: Namespace,
    pub(super) namespace_case: Case,
    pub(super) name_case: Case,
    pub(super) name: Permitted,
    pub(super) version_case: Case,
    pub(super) version: Permitted,
    pub(super) required_qualifiers: &'static [&'static str],
}

/// The rule of a type that has no definition: everything is kept.
const UNKNOWN: TypeRule = TypeRule {
    ty: "",
    namespace: Namespace::Optional,
    namespace_case: Case::Kept,
    name_case: Case::Kept,
    name: Permitted::Any,
    version_case: Case::Kept,
    version: Permitted::Any,
    required_qualifiers: &[],
};

fn rule(ty: &str) -> TypeRule {
    let found = TYPES.binary_search_by(|rule| rule.ty.cmp(ty)).ok();
    let mut rule = found.map_or(UNKNOWN, |index| TYPES[index]);
    if ty == "golang" {
        // The definition demands a namespace, yet a module path may have one segment (`go4.org`, `stdlib`).
        rule.namespace = Namespace::Optional;
    }
    rule
}

/// Whether the name of this type is a path: in `git` the namespace is the host alone and the name is all the rest.
pub(super) fn name_is_path(ty: &str) -> bool {
    ty == "git"
}

/// Brings decoded parts into canonical form.
pub(super) fn canonical(purl: Purl) -> Result<Purl, PurlError> {
    let Purl { mut ty, namespace, mut name, version, qualifiers, subpath } = purl;
    ty.make_ascii_lowercase();
    if ty.is_empty() {
        return Err(PurlError::NoType);
    }
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'-';
    if !ty.starts_with(|first: char| first.is_ascii_alphabetic()) || !ty.bytes().all(fits) {
        return Err(PurlError::BadType(shorten(&ty)));
    }
    let rule = rule(&ty);

    let mut namespace = segments(&namespace.unwrap_or_default(), |_| true);
    if name_is_path(&ty) {
        let path = segments(&format!("{namespace}/{name}"), |_| true);
        let (host, rest) = if namespace.is_empty() {
            ("", path.as_str())
        } else {
            path.split_once('/').unwrap_or((&path, ""))
        };
        (namespace, name) = (host.to_owned(), rest.to_owned());
    }
    if name.is_empty() {
        return Err(PurlError::NoName);
    }
    match rule.namespace {
        Namespace::Required if namespace.is_empty() => return Err(PurlError::NamespaceMissing(ty)),
        Namespace::Prohibited if !namespace.is_empty() => return Err(PurlError::NamespaceProhibited(ty)),
        _ => {}
    }
    let mut version = version.filter(|version| !version.is_empty());
    let mut qualifiers = canonical_qualifiers(qualifiers)?;
    let subpath = segments(&subpath.unwrap_or_default(), |segment| segment != "." && segment != "..");

    lower(&mut namespace, rule.namespace_case);
    lower(&mut name, rule.name_case);
    if let Some(version) = &mut version {
        lower(version, rule.version_case);
    }
    prose_rules(&ty, &mut namespace, &mut name, &mut qualifiers);

    let permitted = |part: &'static str, value: &str| PurlError::NotPermitted {
        ty: ty.clone(),
        part,
        value: shorten(value),
    };
    if !rule.name.permits(&name) || (ty == "cpan" && name.contains("::")) {
        return Err(permitted("name", &name));
    }
    if let Some(version) = version.as_deref().filter(|version| !rule.version.permits(version)) {
        return Err(permitted("version", version));
    }
    if let Some(key) =
        rule.required_qualifiers.iter().find(|key| qualifiers.iter().all(|(given, _)| given != *key))
    {
        return Err(PurlError::QualifierMissing { ty, key });
    }
    let some = |text: String| Some(text).filter(|text| !text.is_empty());
    Ok(Purl { ty, namespace: some(namespace), name, version, qualifiers, subpath: some(subpath) })
}

/// The rules that the definitions state in words.
fn prose_rules(ty: &str, namespace: &mut String, name: &mut String, qualifiers: &mut [(String, String)]) {
    match ty {
        "pypi" => *name = name.replace('_', "-"),
        "pub" => *name = name.replace(|letter: char| !letter.is_ascii_alphanumeric(), "_"),
        "cpan" => *namespace = namespace.to_uppercase(),
        // MLflow names are case sensitive on Azure ML and are not on Databricks.
        "mlflow" => {
            let databricks =
                |(key, value): &(String, String)| key == "repository_url" && value.contains("databricks");
            if qualifiers.iter().any(databricks) {
                lower(name, Case::Lowered);
            }
        }
        // A tag id that is a GUID is written in lower case.
        "swid" => {
            for (_, value) in qualifiers.iter_mut().filter(|(key, value)| key == "tag_id" && is_guid(value)) {
                value.make_ascii_lowercase();
            }
        }
        _ => {}
    }
}

fn is_guid(text: &str) -> bool {
    let lengths = text.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12]) && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

fn lower(text: &mut String, case: Case) {
    if case == Case::Lowered {
        *text = text.to_lowercase();
    }
}

/// Joins the segments that are wanted and not empty.
fn segments(path: &str, wanted: impl Fn(&str) -> bool) -> String {
    let segments: Vec<&str> =
        path.split('/').filter(|segment| !segment.is_empty() && wanted(segment)).collect();
    segments.join("/")
}

fn canonical_qualifiers(mut qualifiers: Vec<(String, String)>) -> Result<Vec<(String, String)>, PurlError> {
    for (key, value) in &mut qualifiers {
        key.make_ascii_lowercase();
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
        if !key.starts_with(|first: char| first.is_ascii_alphabetic()) || !key.bytes().all(fits) {
            return Err(PurlError::BadQualifier(shorten(&format!("{key}={value}"))));
        }
    }
    qualifiers.sort_unstable();
    if let Some([(key, _), _]) = qualifiers.array_windows().find(|[(a, _), (b, _)]| a == b) {
        return Err(PurlError::DuplicateQualifier(shorten(key)));
    }
    qualifiers.retain(|(_, value)| !value.is_empty());
    Ok(qualifiers)
}
