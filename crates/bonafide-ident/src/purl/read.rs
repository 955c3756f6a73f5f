//! Taking a Package URL apart, from the right to the left: subpath, qualifiers, version, then type, namespace and name.

use super::{Purl, PurlError, encoding, rules};

/// At most 160 characters of a text, for messages.
pub(super) fn shorten(text: &str) -> String {
    text.chars().take(160).collect()
}

pub(super) fn read(text: &str) -> Result<Purl, PurlError> {
    let (scheme, rest) = text.split_once(':').ok_or(PurlError::Scheme)?;
    if !scheme.eq_ignore_ascii_case("pkg") {
        return Err(PurlError::Scheme);
    }
    let (rest, subpath) = match rest.split_once('#') {
        Some((rest, subpath)) => (rest, Some(encoding::decode_path(subpath)?)),
        None => (rest, None),
    };
    let (rest, qualifiers) = match rest.split_once('?') {
        Some((rest, list)) => (rest, qualifiers(list)?),
        None => (rest, Vec::new()),
    };
    let (path, version) = split_version(rest.trim_start_matches('/'));
    let (ty, path) = path.split_once('/').ok_or(PurlError::NoType)?;
    let version = version.map(encoding::decode).transpose()?.map(Into::into);

    let (namespace, name) = if rules::name_is_path(&ty.to_ascii_lowercase()) {
        let path = path.trim_start_matches('/');
        path.split_once('/').unwrap_or(("", path))
    } else {
        path.rsplit_once('/').unwrap_or(("", path))
    };
    rules::canonical(Purl {
        ty: ty.to_owned(),
        namespace: Some(encoding::decode_path(namespace)?),
        name: encoding::decode(name)?.into_owned(),
        version,
        qualifiers,
        subpath,
    })
}

/// Splits at the last `@`, save where it is the first character of a segment that others follow: an npm scope that
/// was left unencoded, `pkg:npm/@babel/core`.
fn split_version(path: &str) -> (&str, Option<&str>) {
    match path.rsplit_once('@') {
        Some((before, after)) if before.ends_with('/') && after.contains('/') => (path, None),
        Some((before, after)) => (before, Some(after)),
        None => (path, None),
    }
}

fn qualifiers(list: &str) -> Result<Vec<(String, String)>, PurlError> {
    let mut qualifiers = Vec::new();
    for pair in list.split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').ok_or_else(|| PurlError::BadQualifier(shorten(pair)))?;
        qualifiers.push((key.to_owned(), encoding::decode(value)?.into_owned()));
    }
    Ok(qualifiers)
}
