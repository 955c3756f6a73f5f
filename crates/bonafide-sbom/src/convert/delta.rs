//! What one document says and another does not, element by element, and putting it back.

use super::ConvertError;
use super::carried::Carried;
use super::flat::{Fields, Flat};
use crate::json::Json;
use crate::model::{Document, Element, Text};
use std::collections::HashMap;

/// Fields that are not compared: they say what the format is.
const OF_THE_FORM: &[&str] = &["spdxVersion", "specVersion", "$schema", "bomFormat"];

/// Whether a field is not compared. A context of one's own says more than what the format is.
fn is_of_the_form(name: &str, value: &Json) -> bool {
    let is_standard = |value: &Json| {
        value.as_str().is_some_and(|iri| {
            iri.starts_with("https://spdx.org/rdf/3.0") && iri.ends_with("/spdx-context.jsonld")
        })
    };
    OF_THE_FORM.contains(&name)
        || name == "@context"
            && (is_standard(value) || value.as_array().is_some_and(|all| all.iter().all(is_standard)))
}

/// A field that the ids of elements are in.
pub(super) const IDS: &[&str] = &["SPDXID", "spdxId", "bom-ref"];

/// What must be added to a document to make it the original.
#[derive(Default)]
pub(super) struct Difference {
    /// Of the whole, lists included: a list `x` is told as `x[]`, see [`list_delta`].
    pub(super) whole: Carried,
    /// Of elements of the original.
    pub(super) elements: Vec<(Element, Carried)>,
}

/// Compares `copy` with `original`. `pairs` names the elements that are the same, of the original first.
pub(super) fn difference(
    (original, original_document): (&Flat, &Document),
    (copy, copy_document): (&Flat, &Document),
    pairs: &[(Element, Element)],
) -> Difference {
    let mut difference = Difference::default();
    let mut partner: Vec<Vec<Option<(usize, usize)>>> =
        original.lists.iter().map(|list| vec![None; list.items.len()]).collect();
    for (mine, other) in pairs {
        let (Some(from), Some(to)) =
            (original.place(original_document, *mine), copy.place(copy_document, *other))
        else {
            continue;
        };
        // A file that became a package is not found again where files are.
        if from.0 != to.0 {
            continue;
        }
        partner[from.0][from.1] = Some(to);
        let carried = of_fields(
            &original.lists[from.0].items[from.1],
            &copy.lists[to.0].items[to.1],
            &mut |_, _, _| None,
        );
        if !carried.is_empty() {
            difference.elements.push((*mine, carried));
        }
    }
    difference.whole = of_fields(&original.whole, &copy.whole, &mut |_, mine, other| match (mine, other) {
        (Json::Array(mine), Json::Array(other)) if !other.is_empty() => {
            let mut known = Known::new(other.iter());
            let steps: Vec<_> = mine.iter().map(|item| known.take(item).map_err(|()| item.clone())).collect();
            list_delta(steps, other.len())
        }
        _ => None,
    });
    for (at, list) in original.lists.iter().enumerate() {
        let other = &copy.lists[at];
        let mut used = vec![false; other.items.len()];
        partner[at].iter().flatten().filter(|(to, _)| *to == at).for_each(|(_, item)| used[*item] = true);
        let free: Vec<usize> = (0..used.len()).filter(|item| !used[*item]).collect();
        let objects: Vec<Json> = free.iter().map(|item| Json::Object(other.items[*item].clone())).collect();
        let mut known = Known::new(objects.iter());
        let steps = list.items.iter().zip(&partner[at]).map(|(item, partner)| match partner {
            Some((to, item)) if *to == at => Ok(*item),
            _ => {
                let object = Json::Object(item.clone());
                known.take(&object).map(|found| free[found]).map_err(|()| object)
            }
        });
        if let Some(delta) = list_delta(steps.collect(), other.items.len()) {
            difference.whole.set.push((format!("{}[]", list.key).into(), delta));
        }
    }
    difference
}

/// Items by value; of equal ones the first that is not taken yet.
struct Known<'j>(HashMap<&'j Json, std::collections::VecDeque<usize>>);

impl<'j> Known<'j> {
    fn new(items: impl Iterator<Item = &'j Json>) -> Self {
        let mut known: HashMap<&Json, std::collections::VecDeque<usize>> = HashMap::new();
        for (at, item) in items.enumerate() {
            known.entry(item).or_default().push_back(at);
        }
        Self(known)
    }

    fn take(&mut self, item: &Json) -> Result<usize, ()> {
        self.0.get_mut(item).and_then(std::collections::VecDeque::pop_front).ok_or(())
    }
}

/// Compares the fields of two objects. `lists` may tell two values apart in a shorter way than by the value itself.
fn of_fields(
    original: &Fields,
    copy: &Fields,
    lists: &mut dyn FnMut(&str, &Json, &Json) -> Option<Json>,
) -> Carried {
    let mut carried = Carried::default();
    let of_copy: HashMap<&str, &Json> = copy.iter().map(|(name, value)| (&**name, value)).collect();
    let mut of_original = std::collections::HashSet::new();
    for (name, value) in original {
        of_original.insert(&**name);
        if is_of_the_form(name, value) {
            continue;
        }
        match of_copy.get(&**name) {
            Some(other) if *other == value => {}
            Some(other) => match lists(name, value, other) {
                Some(delta) => carried.set.push((format!("{name}[]").into(), delta)),
                None => carried.set.push((name.clone(), value.clone())),
            },
            None => carried.set.push((name.clone(), value.clone())),
        }
    }
    for (name, value) in copy {
        if !of_original.contains(&**name) && !is_of_the_form(name, value) {
            carried.unset.push(name.clone());
        }
    }
    carried
}

/// How a list is made of another of a known length: `{"of": LENGTH, "items": […]}`, where an item is `[FROM, COUNT]`, that
/// many items of the other list, or `{"new": …}`. Nothing where it is the other list.
fn list_delta(steps: Vec<Result<usize, Json>>, of: usize) -> Option<Json> {
    let mut items: Vec<Json> = Vec::new();
    let mut run: Option<(usize, usize)> = None;
    let number = |number: usize| Json::Number(number.to_string().into());
    let pair = |(from, count): (usize, usize)| Json::Array(vec![number(from), number(count)]);
    for step in steps {
        match (step, &mut run) {
            (Ok(at), Some((from, count))) if *from + *count == at => *count += 1,
            (Ok(at), open) => {
                items.extend(open.take().map(pair));
                *open = Some((at, 1));
            }
            (Err(new), open) => {
                items.extend(open.take().map(pair));
                items.push(Json::Object(vec![("new".into(), new)]));
            }
        }
    }
    if items.is_empty() && run == Some((0, of)) || items.is_empty() && run.is_none() && of == 0 {
        return None;
    }
    items.extend(run.map(pair));
    Some(Json::Object(vec![("of".into(), number(of)), ("items".into(), Json::Array(items))]))
}

/// The steps of [`list_delta`] again. Nothing where it is of a list of another length, or no such thing.
fn steps(delta: &Json, length: usize) -> Option<Vec<Result<usize, Json>>> {
    let number = |json: &Json| match json {
        Json::Number(digits) => digits.parse::<usize>().ok(),
        _ => None,
    };
    if delta.get("of").and_then(number) != Some(length) {
        return None;
    }
    let mut steps = Vec::new();
    let mut taken = vec![false; length];
    for item in delta.get("items")?.as_array()? {
        match item {
            Json::Array(pair) => {
                let [from, count] = pair.as_slice() else { return None };
                let (from, count) = (number(from)?, number(count)?);
                // Each item at most once, so that a few digits cannot ask for much memory.
                let run = from..from.checked_add(count)?;
                for taken in taken.get_mut(run.clone())? {
                    if std::mem::replace(taken, true) {
                        return None;
                    }
                }
                steps.extend(run.map(Ok));
            }
            other => steps.push(Err(other.get("new")?.clone())),
        }
    }
    Some(steps)
}

/// Puts fields back. Answers where the items of each list went; `None` for those that are gone.
pub(super) fn restore(
    flat: &mut Flat,
    document: &Document,
    whole: &Carried,
    elements: &[(Element, Carried)],
) -> Vec<Vec<Option<usize>>> {
    for (element, carried) in elements {
        if let Some((list, item)) = flat.place(document, *element) {
            set(&mut flat.lists[list].items[item], carried);
        }
    }
    let mut places: Vec<Vec<Option<usize>>> =
        flat.lists.iter().map(|list| (0..list.items.len()).map(Some).collect()).collect();
    let mut rest = Carried { set: Vec::new(), unset: whole.unset.clone() };
    for (name, value) in &whole.set {
        let Some(key) = name.strip_suffix("[]") else {
            rest.set.push((name.clone(), value.clone()));
            continue;
        };
        if let Some(at) = flat.lists.iter().position(|list| list.key == key) {
            if let Some(steps) = steps(value, flat.lists[at].items.len()) {
                let old = std::mem::take(&mut flat.lists[at].items);
                let mut old: Vec<Option<Fields>> = old.into_iter().map(Some).collect();
                places[at] = vec![None; old.len()];
                for step in steps {
                    let to = flat.lists[at].items.len();
                    match step {
                        Ok(from) => {
                            places[at][from] = Some(to);
                            flat.lists[at].items.extend(old[from].take());
                        }
                        Err(Json::Object(new)) => flat.lists[at].items.push(new),
                        Err(_) => {}
                    }
                }
            }
        } else if let Some((_, Json::Array(items))) = flat.whole.iter_mut().find(|(name, _)| **name == *key)
            && let Some(steps) = steps(value, items.len())
        {
            let old = std::mem::take(items);
            *items =
                steps.into_iter().map(|step| step.map_or_else(|new| new, |at| old[at].clone())).collect();
        }
    }
    set(&mut flat.whole, &rest);
    places
}

fn set(fields: &mut Fields, carried: &Carried) {
    // What is carried goes last, in the order of the original.
    let is_stale =
        |name: &Text| carried.unset.contains(name) || carried.set.iter().any(|(known, _)| known == name);
    fields.retain(|(name, _)| !is_stale(name));
    fields.extend(carried.set.iter().cloned());
}

/// Gives elements the ids that are carried for them.
pub(super) fn restore_ids(document: &mut Document, elements: &mut [(Element, Carried)]) {
    for (element, carried) in elements {
        let found = carried.set.iter().find(|(name, _)| IDS.contains(&&**name));
        let id: Option<Option<Text>> = match found {
            Some((_, Json::String(id))) => Some(Some(id.clone())),
            Some(_) => None,
            None if carried.unset.iter().any(|name| IDS.contains(&&**name)) => Some(None),
            None => None,
        };
        if let (Some(id), Some(slot)) = (id, id_mut(document, *element)) {
            *slot = id;
        }
    }
}

/// The id of an element.
pub(super) fn id_mut(document: &mut Document, element: Element) -> Option<&mut Option<Text>> {
    Some(match element {
        Element::Document => &mut document.id,
        Element::Component(id) => &mut document.components.get_mut(id.0 as usize)?.id,
        Element::File(id) => &mut document.files.get_mut(id.0 as usize)?.id,
        Element::Snippet(at) => &mut document.snippets.get_mut(at as usize)?.id,
        Element::License(at) => &mut document.licenses.get_mut(at as usize)?.id,
        Element::Service(_) | Element::Other(_) => return None,
    })
}

/// The text of a document of which something was put back.
pub(super) fn read_again(flat: Flat) -> Result<Document, ConvertError> {
    Ok(crate::read(flat.tree().to_text().as_bytes())?)
}
