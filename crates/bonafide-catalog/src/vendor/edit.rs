//! Edits of `bonafide.toml` that keep its comments and its order.

use bonafide_ident::Sha256;
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, value};

use super::version::Change;

/// A patch to be written into the configuration.
#[derive(Clone, Debug)]
pub(super) struct RecordedPatch {
    /// The package.
    pub package: String,
    /// Path below the root.
    pub file: String,
    /// Digest of upstream's file; `None` where it has none.
    pub upstream_sha256: Option<Sha256>,
    /// Digest of the file here.
    pub sha256: Sha256,
}

fn parse(text: &str) -> Result<DocumentMut, String> {
    text.parse::<DocumentMut>().map_err(|error| error.message().to_owned())
}

fn packages(document: &mut DocumentMut) -> Result<&mut ArrayOfTables, String> {
    let item = document.entry("package").or_insert(Item::ArrayOfTables(ArrayOfTables::new()));
    item.as_array_of_tables_mut().ok_or_else(|| "`package` must be written as [[package]]".to_owned())
}

fn package<'d>(document: &'d mut DocumentMut, name: &str) -> Result<&'d mut Table, String> {
    let found =
        packages(document)?.iter_mut().find(|table| table.get("name").and_then(Item::as_str) == Some(name));
    found.ok_or_else(|| format!("there is no package named {name}"))
}

/// Writes patches, over older ones of the same files.
pub(super) fn record_patches(text: &str, patches: &[RecordedPatch]) -> Result<String, String> {
    let mut document = parse(text)?;
    for patch in patches {
        let table = package(&mut document, &patch.package)?;
        let item = table.entry("patch").or_insert(Item::ArrayOfTables(ArrayOfTables::new()));
        let list = item.as_array_of_tables_mut().ok_or("`patch` must be written as [[package.patch]]")?;
        let at = list.iter().position(|old| old.get("file").and_then(Item::as_str) == Some(&patch.file));
        let at = at.unwrap_or_else(|| {
            list.push(Table::new());
            list.len() - 1
        });
        let entry = list.get_mut(at).expect("it was found or pushed");
        entry["file"] = value(&patch.file);
        match patch.upstream_sha256 {
            Some(digest) => entry["upstream-sha256"] = value(digest.to_string()),
            None => drop(entry.remove("upstream-sha256")),
        }
        entry["sha256"] = value(patch.sha256.to_string());
    }
    Ok(document.to_string())
}

/// A new entry.
#[derive(Clone, Debug, Default)]
pub struct NewPackage {
    /// Name.
    pub name: String,
    /// Patterns of its files.
    pub include: Vec<String>,
    /// Patterns of files that are not its own.
    pub exclude: Vec<String>,
    /// Version.
    pub version: Option<String>,
    /// Package URL, with `{version}` or a version.
    pub purl: Option<String>,
    /// CPE 2.3 names, likewise.
    pub cpes: Vec<String>,
    /// Supplier, SPDX style.
    pub supplier: Option<String>,
    /// Originator, SPDX style.
    pub originator: Option<String>,
    /// Download location, with `{version}` or a version.
    pub download_location: Option<String>,
    /// Licence expression.
    pub license: Option<String>,
}

/// Appends an entry.
pub(super) fn add_package(text: &str, new: &NewPackage, sha256: Option<Sha256>) -> Result<String, String> {
    let mut document = parse(text)?;
    let list = packages(&mut document)?;
    if list.iter().any(|table| table.get("name").and_then(Item::as_str) == Some(&new.name)) {
        return Err(format!("there is a package named {} already", new.name));
    }
    let mut table = Table::new();
    table["name"] = value(&new.name);
    table["include"] = value(toml_edit::Array::from_iter(&new.include));
    if !new.exclude.is_empty() {
        table["exclude"] = value(toml_edit::Array::from_iter(&new.exclude));
    }
    let texts = [
        ("version", &new.version),
        ("purl", &new.purl),
        ("supplier", &new.supplier),
        ("originator", &new.originator),
        ("download-location", &new.download_location),
        ("license", &new.license),
    ];
    for (key, text) in texts {
        if let Some(text) = text {
            table[key] = value(text);
        }
    }
    if !new.cpes.is_empty() {
        table["cpe"] = value(toml_edit::Array::from_iter(&new.cpes));
    }
    if let Some(sha256) = sha256 {
        table["sha256"] = value(sha256.to_string());
    }
    table.decor_mut().set_prefix("\n");
    list.push(table);
    Ok(document.to_string())
}

/// Takes an entry away.
pub(super) fn remove_package(text: &str, name: &str) -> Result<String, String> {
    let mut document = parse(text)?;
    let list = packages(&mut document)?;
    let at = list.iter().position(|table| table.get("name").and_then(Item::as_str) == Some(name));
    list.remove(at.ok_or_else(|| format!("there is no package named {name}"))?);
    Ok(document.to_string())
}

/// Changes every field of an entry that names the version. Without an archive a stated checksum goes, since it is the old
/// archive's. The text is unchanged where the entry states no metadata.
pub(super) fn bump_package(text: &str, change: Change<'_>) -> Result<String, String> {
    let mut document = parse(text)?;
    let table = package(&mut document, change.name)?;
    if table.contains_key("version") {
        replace(table, "version", change.new.to_owned());
    }
    for key in ["purl", "cpe", "download-location"] {
        let bumped = |text: &str| change.apply(text);
        match table.get_mut(key) {
            Some(Item::Value(toml_edit::Value::Array(array))) => {
                for at in 0..array.len() {
                    let text = array.get(at).and_then(toml_edit::Value::as_str).map(bumped);
                    if let Some(text) = text {
                        array.replace(at, text);
                    }
                }
            }
            Some(item) => {
                if let Some(text) = item.as_str().map(bumped) {
                    replace(table, key, text);
                }
            }
            None => {}
        }
    }
    match change.sha256 {
        Some(sha256) if table.contains_key("sha256") || table.contains_key("version") => {
            replace(table, "sha256", sha256.to_string());
        }
        Some(_) => {}
        None => drop(table.remove("sha256")),
    }
    Ok(document.to_string())
}

/// Sets a text and keeps the comment behind it.
fn replace(table: &mut Table, key: &str, text: String) {
    let mut new = toml_edit::Value::from(text);
    if let Some(old) = table.get(key).and_then(Item::as_value) {
        *new.decor_mut() = old.decor().clone();
    }
    table[key] = Item::Value(new);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bumping_keeps_comments_and_order() {
        let text = "# top\n[[package]]\nname = \"expat\" # the parser\ninclude = [\"x/**\"]\nversion = \"2.6.3\" # pinned\n\
                    purl = \"pkg:generic/expat@2.6.3\"\ncpe = [\"cpe:2.3:a:libexpat_project:libexpat:{version}:*:*:*:*:*:*:*\"]\n\
                    download-location = \"https://example.org/R_2_6_3/expat-2.6.3.tar.gz\" # tag\nsha256 = \"aa\"\n";
        let change =
            Change { name: "expat", old: Some("2.6.3"), new: "2.7.1", sha256: Some(Sha256([1; 32])) };
        let bumped = bump_package(text, change).unwrap();
        let wanted = text
            .replace("\"2.6.3\"", "\"2.7.1\"")
            .replace("@2.6.3", "@2.7.1")
            .replace("R_2_6_3/expat-2.6.3", "R_2_7_1/expat-2.7.1")
            .replace("\"aa\"", &format!("\"{}\"", Sha256([1; 32])));
        assert_eq!(bumped, wanted);
    }

    #[test]
    fn packages_are_added_and_removed_without_a_trace() {
        let text = "# mine\n[document]\npath = \"sbom.json\"\n";
        let new =
            NewPackage { name: "zlib".into(), include: vec!["deps/zlib/**".into()], ..NewPackage::default() };
        let added = add_package(text, &new, None).unwrap();
        assert_eq!(added, format!("{text}\n[[package]]\nname = \"zlib\"\ninclude = [\"deps/zlib/**\"]\n"));
        assert!(add_package(&added, &new, None).is_err());
        assert_eq!(remove_package(&added, "zlib").unwrap(), text);
        assert!(remove_package(text, "zlib").is_err());
    }
}
