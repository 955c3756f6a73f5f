//! What an SPDX 3 document must hold to: the official JSON schema's demands, and those of the model that no schema can
//! say (ids that are unique and lead somewhere, ends of the right class, dates that exist, digests that can be).
//!
//! Two passes over the text, one element of it in memory at a time: the first notes which ids are given and of what
//! class, the second judges. Linear. The schema itself is not embedded: what it says is in [`super::classes`], and a
//! test holds both to the same answers.

mod meaning;
mod value;

use super::classes::{Class, Count, Kind, Property, Value};
use super::{CONTEXT, is_iri};
use crate::findings::Findings;
use crate::json::pointer::escape;
use crate::json::{self, Json};
use crate::rules;
use bonafide_json::shorten;
use bonafide_json::{Kind as JsonKind, Read, Reader};
use bonafide_report::{Finding, Place, Rule, Severity};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

/// The context of 3.0.0, whose words are those of 3.0.1.
const CONTEXT_3_0_0: &str = "https://spdx.org/rdf/3.0.0/spdx-context.jsonld";

/// Findings about a document, of which `text` is the JSON, in the order of the text.
pub(crate) fn check(text: &str) -> Vec<Finding> {
    let mut ids = Ids::default();
    let collected = ids.collect(&mut json::reader(text));
    let mut check = Check { ids, documents: 0, findings: Findings::default() };
    // The text has been read before, and is read again by the same rules; should it not be, that is no clean document.
    if let Err(fault) = collected.and_then(|()| check.whole(&mut json::reader(text))) {
        let message = format!("the check of the document ended early: {fault}");
        check.findings.push(Finding::new(&rules::UNREADABLE, Place::default(), message));
    }
    check.findings.finish()
}

/// What ids the document gives, and of what class.
#[derive(Default)]
struct Ids<'s> {
    given: HashMap<Cow<'s, str>, Given>,
    /// Elements of other documents: the `externalSpdxId` of an import.
    imported: HashSet<Cow<'s, str>>,
}

/// The first object that has an id.
struct Given {
    /// Nothing where the class is an extension's own, or none at all.
    class: Option<&'static Class>,
    /// Where it stands, and a hash of what it says, once it was judged.
    judged: Option<(Box<str>, u64)>,
}

impl<'s> Ids<'s> {
    /// Notes the ids of the next value and of all inside it.
    fn collect(&mut self, reader: &mut Reader<'s>) -> Read<()> {
        match reader.peek()? {
            JsonKind::Object => {
                let (mut class, mut id) = (None, None);
                reader.begin_object()?;
                while let Some(key) = reader.next_key()? {
                    let is_text = reader.peek()? == JsonKind::String;
                    match &*key {
                        "type" if is_text => class = Some(reader.string()?),
                        "spdxId" | "@id" if is_text => id = Some(reader.string()?),
                        "externalSpdxId" if is_text => {
                            self.imported.insert(reader.string()?);
                        }
                        _ => self.collect(reader)?,
                    }
                }
                if let (Some(class), Some(id)) = (class, id) {
                    let class = Class::find(&class);
                    self.given.entry(id).or_insert(Given { class, judged: None });
                }
                Ok(())
            }
            JsonKind::Array => {
                reader.begin_array()?;
                while reader.next_item()? {
                    self.collect(reader)?;
                }
                Ok(())
            }
            _ => reader.skip(),
        }
    }
}

/// The way to a value, as a list that lives on the stack; text is made of it when there is something to say.
#[derive(Clone, Copy)]
enum Path<'p> {
    Top,
    Key(&'p Self, &'p str),
    Item(&'p Self, usize),
}

impl Path<'_> {
    fn pointer(&self) -> String {
        let mut parts = Vec::new();
        let mut here = self;
        loop {
            here = match here {
                Path::Top => break,
                Path::Key(parent, key) => {
                    parts.push(escape(key));
                    parent
                }
                Path::Item(parent, item) => {
                    parts.push(item.to_string());
                    parent
                }
            };
        }
        parts.iter().rev().fold(String::new(), |pointer, part| pointer + "/" + part)
    }
}

type Fields<'v> = &'v [(Box<str>, Json)];

fn get<'v>(fields: Fields<'v>, key: &str) -> Option<&'v Json> {
    fields.iter().find(|(name, _)| **name == *key).map(|(_, value)| value)
}

fn text<'v>(fields: Fields<'v>, key: &str) -> Option<&'v str> {
    get(fields, key).and_then(Json::as_str)
}

struct Check<'s> {
    ids: Ids<'s>,
    /// How many `SpdxDocument`s there were.
    documents: usize,
    findings: Findings,
}

impl Check<'_> {
    fn fault(
        &mut self,
        rule: &'static Rule,
        path: &Path<'_>,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) -> &mut Finding {
        let place = Place::default().pointer(path.pointer());
        self.findings.push(Finding::new(rule, place, message).remedy(remedy))
    }

    fn whole(&mut self, reader: &mut Reader<'_>) -> Read<()> {
        let path = Path::Top;
        let (mut has_context, mut has_graph) = (false, false);
        let mut beside: Vec<(Box<str>, Json)> = Vec::new();
        reader.begin_object()?;
        while let Some(key) = reader.next_key()? {
            match &*key {
                "@context" => {
                    has_context = true;
                    let value = Json::read(reader)?;
                    self.context(&value, &Path::Key(&path, "@context"));
                }
                "@graph" if reader.peek()? == JsonKind::Array => {
                    has_graph = true;
                    self.graph(reader)?;
                }
                _ => beside.push((key.into(), Json::read(reader)?)),
            }
        }
        if !has_context {
            self.fault(
                &rules::CONTEXT,
                &path,
                "`@context` is missing, so that no word of the document has a meaning",
                format!("add `\"@context\": \"{CONTEXT}\"`"),
            );
        }
        if has_graph {
            for (key, _) in &beside {
                self.fault(
                    &rules::UNKNOWN_FIELD,
                    &Path::Key(&path, key),
                    format!("`{}` stands beside `@graph`", shorten(key)),
                    "put it into an element of the graph, or leave it out",
                )
                .severity = Severity::Error;
            }
        } else {
            // A document of one element may stand without a graph.
            self.object(&beside, &path, None);
        }
        Ok(())
    }

    fn context(&mut self, value: &Json, path: &Path<'_>) {
        if value.as_str().is_some_and(|context| context == CONTEXT || context == CONTEXT_3_0_0) {
            return;
        }
        let found = match value.as_str() {
            Some(text) => format!("{:?}", shorten(text)),
            None => value.kind().to_owned(),
        };
        self.fault(
            &rules::CONTEXT,
            path,
            format!("`@context` is {found}, not the one address that SPDX 3.0 asks for"),
            format!("write `\"@context\": \"{CONTEXT}\"`"),
        );
    }

    fn graph(&mut self, reader: &mut Reader<'_>) -> Read<()> {
        let top = Path::Top;
        let graph = Path::Key(&top, "@graph");
        let mut item = 0;
        reader.begin_array()?;
        while reader.next_item()? {
            let path = Path::Item(&graph, item);
            match Json::read(reader)? {
                Json::Object(fields) => self.object(&fields, &path, None),
                other => self.wrong_type(&path, "an object", &other),
            }
            item += 1;
        }
        Ok(())
    }

    fn wrong_type(&mut self, path: &Path<'_>, wanted: &str, found: &Json) {
        let message = format!("{wanted} should stand here, not {}", found.kind());
        self.fault(
            &rules::WRONG_TYPE,
            path,
            message,
            "write a value of that kind, or leave the property out",
        );
    }

    /// An object, which should be of the class `wanted` or below it where one is wanted.
    fn object(&mut self, fields: Fields<'_>, path: &Path<'_>, wanted: Option<&'static str>) {
        let Some(name) = get(fields, "type") else {
            self.fault(&rules::MISSING_FIELD, path, "`type` is missing", "add `type`, the name of its class");
            return;
        };
        let Some(name) = name.as_str() else {
            return self.wrong_type(&Path::Key(path, "type"), "the name of a class", name);
        };
        let Some(class) = Class::find(name) else {
            return self.extension(fields, path, name, wanted);
        };
        if class.kind == Kind::Abstract {
            self.fault(
                &rules::CLASS,
                &Path::Key(path, "type"),
                format!("`{name}` is only what other classes are made of"),
                "use one of the classes below it, as `software_Package` is below `Artifact`",
            );
        } else if let Some(wanted) = wanted.filter(|wanted| !class.is_a(wanted)) {
            self.wrong_class(path, name, wanted);
        }
        self.identity(class, fields, path);
        for (key, value) in fields {
            if matches!(&**key, "type" | "spdxId" | "@id") {
                continue;
            }
            let path = Path::Key(path, key);
            match class.properties().find(|(name, ..)| *name == &**key) {
                Some(property) => self.property(property, value, &path),
                None => {
                    self.fault(
                        &rules::UNKNOWN_FIELD,
                        &path,
                        format!("no property of `{name}` is called `{}`", shorten(key)),
                        "mend the spelling (SPDX 3 writes `software_packageVersion`), or leave it out",
                    )
                    .severity = Severity::Error;
                }
            }
        }
        for (property, count, _) in class.properties() {
            if matches!(count, Count::One | Count::AtLeastOne | Count::AtLeastTwo)
                && get(fields, property).is_none()
            {
                self.fault(
                    &rules::MISSING_FIELD,
                    path,
                    format!("`{property}` is missing"),
                    format!("add `{property}`"),
                );
            }
        }
        self.meaning(class, fields, path);
    }

    /// A class that the specification does not have. Extensions bring classes of their own, named by an IRI, and with
    /// whatever is in them.
    fn extension(&mut self, fields: Fields<'_>, path: &Path<'_>, name: &str, wanted: Option<&'static str>) {
        if !is_iri(name) {
            self.fault(
                &rules::CLASS,
                &Path::Key(path, "type"),
                format!("no class is called {:?}", shorten(name)),
                "use a class of SPDX 3.0.1 by its name, or one of an extension by its IRI",
            );
        } else if let Some(wanted) = wanted.filter(|wanted| *wanted != "extension_Extension") {
            self.wrong_class(path, name, wanted);
        }
        if let Some(id) = get(fields, "@id") {
            match id.as_str() {
                Some(id) => self.given(id, fields, path),
                None => self.wrong_type(&Path::Key(path, "@id"), "a string", id),
            }
        }
    }

    fn wrong_class(&mut self, path: &Path<'_>, found: &str, wanted: &str) {
        self.fault(
            &rules::REFERENCE_CLASS,
            path,
            format!("this is of class `{}`, where `{wanted}` or a class below it belongs", shorten(found)),
            format!("name an element of class `{wanted}`"),
        );
    }

    /// `spdxId` of an element, `@id` of a node: an IRI, given once.
    fn identity(&mut self, class: &'static Class, fields: Fields<'_>, path: &Path<'_>) {
        let (own, other) = match class.kind {
            Kind::Element => ("spdxId", "@id"),
            Kind::Node | Kind::Abstract => ("@id", "spdxId"),
        };
        if class.kind != Kind::Abstract && get(fields, other).is_some() {
            self.fault(
                &rules::UNKNOWN_FIELD,
                &Path::Key(path, other),
                format!("a `{}` has `{own}`, not `{other}`", class.name),
                format!("write `{own}`"),
            )
            .severity = Severity::Error;
        }
        let here = Path::Key(path, own);
        match get(fields, own) {
            None if class.kind == Kind::Element => {
                self.fault(
                    &rules::MISSING_FIELD,
                    path,
                    "`spdxId` is missing",
                    "add `spdxId`, an IRI of its own",
                );
            }
            None => {}
            Some(Json::String(id)) => {
                let is_right =
                    is_iri(id) || class.kind != Kind::Element && id.starts_with("_:") && id.len() > 2;
                if !is_right {
                    self.fault(
                        &rules::ID_SYNTAX,
                        &here,
                        format!("`{own}` is {:?} ({} bytes), no IRI", shorten(id), id.len()),
                        "write an IRI, such as https://example.org/name-1.0#package",
                    );
                }
                self.given(id, fields, &here);
            }
            Some(other) => self.wrong_type(&here, "a string", other),
        }
    }

    /// That an id is given once. An object that is there twice word for word says nothing new: a graph is a set.
    fn given(&mut self, id: &str, fields: Fields<'_>, path: &Path<'_>) {
        let Some(given) = self.ids.given.get_mut(id) else { return };
        let mut hasher = DefaultHasher::new();
        fields.hash(&mut hasher);
        let hash = hasher.finish();
        let Some((earlier, first)) = &given.judged else {
            given.judged = Some((path.pointer().into(), hash));
            return;
        };
        let is_same = *first == hash;
        let message = format!("{:?} is also the id of {earlier}", shorten(id));
        let (message, remedy) = if is_same {
            (message + ", which says the same", "leave one of them out")
        } else {
            (message, "give each element an id of its own, and mend the references that mean this one")
        };
        let finding = self.fault(&rules::DUPLICATE_ID, path, message, remedy);
        if is_same {
            finding.severity = Severity::Warning;
        }
    }

    fn property(&mut self, (_, count, value): &Property, found: &Json, path: &Path<'_>) {
        let least = match count {
            Count::Optional | Count::One => return self.value(*value, found, path),
            Count::Any => 0,
            Count::AtLeastOne => 1,
            Count::AtLeastTwo => 2,
        };
        let Json::Array(items) = found else { return self.wrong_type(path, "a list", found) };
        if items.len() < least {
            self.fault(
                &rules::MISSING_FIELD,
                path,
                format!("the list has {} of at least {least}", items.len()),
                "add what belongs there",
            );
        }
        for (at, item) in items.iter().enumerate() {
            self.value(*value, item, &Path::Item(path, at));
        }
    }

    /// A value of a class: an object, or the id of one.
    fn node(&mut self, wanted: &'static str, found: &Json, path: &Path<'_>) {
        match found {
            Json::Object(fields) => self.object(fields, path, Some(wanted)),
            Json::String(id) => self.reference(wanted, id, path),
            other => self.wrong_type(path, "an object or the id of one", other),
        }
    }

    fn value(&mut self, value: Value, found: &Json, path: &Path<'_>) {
        match value {
            Value::Node(class) => self.node(class, found, path),
            other => self.literal(other, found, path),
        }
    }
}
