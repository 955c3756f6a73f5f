//! What object files say of themselves, for `artifact list --facts`.

use std::fmt::Write as _;

use bonafide_artifact::object::{GoModule, Object, ObjectFormat, ObjectKind};
use bonafide_report::printable;
use serde_json::{Map, Value, json};

/// One object; what it does not say is left out.
pub(super) fn json(object: &Object) -> Value {
    let mut facts = Map::new();
    facts.insert("format".into(), format(object.format).into());
    facts.insert("kind".into(), kind(object.kind).into());
    let mut insert = |key: &str, value: Option<Value>| {
        value.map(|value| facts.insert(key.into(), value));
    };
    let list = |list: &[String]| (!list.is_empty()).then(|| Value::from(list.to_vec()));
    insert("name", object.name.as_deref().map(Value::from));
    insert("needed", list(&object.needed));
    insert("build-id", object.build_id.as_deref().map(Value::from));
    insert("producers", list(&object.producers));
    let resources: Map<String, Value> =
        object.resources.iter().map(|(key, value)| (key.clone(), value.as_str().into())).collect();
    insert("resources", (!resources.is_empty()).then_some(Value::Object(resources)));
    // What is no JSON after all is shown as the text that it is.
    insert(
        "rust-audit",
        object.rust_audit.as_deref().map(|bytes| {
            serde_json::from_slice(bytes).unwrap_or_else(|_| String::from_utf8_lossy(bytes).into())
        }),
    );
    insert(
        "go",
        object.go.as_ref().map(|build| {
            let module = |module: &GoModule| json!({"path": module.path, "version": module.version});
            let modules: Vec<Value> = build.modules.iter().map(module).collect();
            json!({"version": build.version, "main": build.main.as_ref().map(module), "modules": modules})
        }),
    );
    let sections: Vec<Value> = object
        .sections
        .iter()
        .map(|it| json!({"name": it.name, "offset": it.offset, "size": it.size, "address": it.address}))
        .collect();
    insert("sections", (!sections.is_empty()).then_some(Value::Array(sections)));
    insert("export-count", Some(object.exports.into()));
    insert("exports", list(&object.exported));
    insert("damage", object.damage.as_deref().map(Value::from));
    Value::Object(facts)
}

/// The same as lines for people, without the sections.
pub(super) fn text(object: &Object) -> String {
    let mut text = String::new();
    let mut line = |key: &str, value: &str| {
        // Writing to a String cannot fail.
        let _written = write!(text, "\n    {key:10} {}", printable(value));
    };
    line("object", &format!("{} {}", format(object.format), kind(object.kind)));
    object.name.iter().for_each(|it| line("name", it));
    object.needed.iter().for_each(|it| line("needed", it));
    object.build_id.iter().for_each(|it| line("build id", it));
    object.producers.iter().for_each(|it| line("producer", it));
    object.resources.iter().for_each(|(key, value)| line("resource", &format!("{key}: {value}")));
    if object.rust_audit.is_some() {
        line("rust", "it carries the list of its crates");
    }
    object.go.iter().for_each(|it| line("go", &it.version));
    object.exported.iter().for_each(|it| line("export", it));
    object.damage.iter().for_each(|it| line("damage", it));
    text
}

const fn format(format: ObjectFormat) -> &'static str {
    match format {
        ObjectFormat::Elf => "elf",
        ObjectFormat::Pe => "pe",
        ObjectFormat::MachO => "mach-o",
    }
}

const fn kind(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::Executable => "executable",
        ObjectKind::Shared => "shared",
        ObjectKind::Other => "other",
    }
}
