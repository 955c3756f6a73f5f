//! Ids in fields that the model does not know.

use std::collections::BTreeMap;

use crate::json::{Extra, Json};

/// The fields of CycloneDX whose values are `bom-ref`s, in what the model does not know.
const REFERENCES: &[&str] =
    &["ref", "assemblies", "dependencies", "vulnerabilities", "subjects", "dependsOn", "provides", "bom-ref"];

/// Gives references in CycloneDX fields their new ids.
pub(super) fn rename_extra(extra: &mut Extra, renamed: &BTreeMap<&str, &str>) {
    let Some(format) = extra.format() else { return };
    let mut fresh = Extra::default();
    for (name, value) in extra.fields() {
        let mut value = value.clone();
        rename_json(&mut value, false, renamed);
        fresh.push(format, name.clone(), value);
    }
    *extra = fresh;
}

fn rename_json(value: &mut Json, is_reference: bool, renamed: &BTreeMap<&str, &str>) {
    match value {
        Json::String(text) if is_reference => {
            if let Some(new) = renamed.get(&**text) {
                *text = (*new).into();
            }
        }
        Json::Array(items) => items.iter_mut().for_each(|item| rename_json(item, is_reference, renamed)),
        Json::Object(fields) => {
            for (name, value) in fields {
                rename_json(value, REFERENCES.contains(&&**name), renamed);
            }
        }
        _ => {}
    }
}
