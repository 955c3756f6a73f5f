//! An object that is gathered field by field from text that is no JSON.

use super::value::Json;
use std::collections::HashMap;

/// From this number of fields they are found by hash and no longer one by one.
const MANY: usize = 24;

/// The fields of an object in the making, each with the place (a line, an offset) where it stood first.
#[derive(Default)]
pub(crate) struct Gathered {
    fields: Vec<(Box<str>, Json)>,
    places: Vec<usize>,
    /// Where each field is, once there are many.
    index: HashMap<Box<str>, usize>,
}

impl Gathered {
    fn find(&self, name: &str) -> Option<usize> {
        if self.fields.len() < MANY {
            return self.fields.iter().position(|(known, _)| **known == *name);
        }
        self.index.get(name).copied()
    }

    fn push(&mut self, name: &str, value: Json, place: usize) {
        self.fields.push((name.into(), value));
        self.places.push(place);
        match self.fields.len() {
            MANY => self.index_all(),
            count if count > MANY => {
                self.index.insert(name.into(), count - 1);
            }
            _ => {}
        }
    }

    fn index_all(&mut self) {
        self.index = self.fields.iter().enumerate().map(|(at, (name, _))| (name.clone(), at)).collect();
    }

    /// Adds a field. Where it is there already, the error is the place where it stood first.
    pub(crate) fn put(&mut self, name: &str, value: Json, place: usize) -> Result<(), usize> {
        match self.find(name) {
            Some(at) => Err(self.places[at]),
            None => {
                self.push(name, value, place);
                Ok(())
            }
        }
    }

    /// Adds an item to a list, or makes one. Where a field of the name is no list, the error is its place.
    pub(crate) fn add(&mut self, name: &str, item: Json, place: usize) -> Result<(), usize> {
        match self.find(name) {
            Some(at) => match &mut self.fields[at].1 {
                Json::Array(items) => {
                    items.push(item);
                    Ok(())
                }
                _ => Err(self.places[at]),
            },
            None => {
                self.push(name, Json::Array(vec![item]), place);
                Ok(())
            }
        }
    }

    /// The items of a field that is a list.
    pub(crate) fn items_mut(&mut self, name: &str) -> Option<&mut Vec<Json>> {
        let at = self.find(name)?;
        match &mut self.fields[at].1 {
            Json::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The text of a field that is one.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.fields[self.find(name)?].1.as_str()
    }

    /// Takes a field out.
    pub(crate) fn remove(&mut self, name: &str) {
        if let Some(at) = self.find(name) {
            self.fields.remove(at);
            self.places.remove(at);
            self.index_all();
        }
    }

    /// The object.
    pub(crate) fn done(self) -> Json {
        Json::Object(self.fields)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_few_and_many() {
        let mut gathered = Gathered::default();
        for at in 0..100 {
            assert_eq!(gathered.put(&format!("k{at}"), Json::Null, at), Ok(()));
            assert_eq!(gathered.put("k0", Json::Null, at), Err(0));
            assert_eq!(gathered.put(&format!("k{at}"), Json::Null, at + 1), Err(at));
        }
        gathered.remove("k7");
        assert_eq!(gathered.put("k8", Json::Null, 0), Err(8));
        assert_eq!(gathered.add("k7", Json::Null, 1), Ok(()));
        assert_eq!(gathered.add("k7", Json::Null, 2), Ok(()));
        assert_eq!(gathered.items_mut("k7").unwrap().len(), 2);
        assert_eq!(gathered.add("k9", Json::Null, 2), Err(9));
    }
}
