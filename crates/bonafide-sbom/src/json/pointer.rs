//! JSON pointers (RFC 6901), and finding again what they point to.

use bonafide_json::{Kind, Reader};
use std::borrow::Cow;

pub(crate) use bonafide_json::escape;

fn unescape(part: &str) -> Cow<'_, str> {
    if part.contains('~') { part.replace("~1", "/").replace("~0", "~").into() } else { part.into() }
}

/// Byte offsets of the values that pointers point to, or of the nearest thing around them that is there. One pass
/// over the text for all of them; `text` must have been read before. Linear in the text and
/// in the pointers, which may stand in any order.
pub(crate) fn locate(text: &str, pointers: &[&str]) -> Vec<usize> {
    let mut tree = Node::default();
    for (at, pointer) in pointers.iter().enumerate() {
        let mut node = &mut tree;
        for part in pointer.split('/').skip(1) {
            node = node.children.entry(unescape(part).into_owned()).or_default();
        }
        node.wanted.push(at);
    }
    let mut offsets = vec![0; pointers.len()];
    visit(&mut super::reader(text), &tree, &mut offsets);
    offsets
}

#[derive(Default)]
struct Node {
    wanted: Vec<usize>,
    children: std::collections::HashMap<String, Self>,
}

impl Node {
    /// Says that everything below stands here, until it is found nearer.
    fn settle(&self, offset: usize, offsets: &mut [usize]) {
        for at in &self.wanted {
            offsets[*at] = offset;
        }
        for child in self.children.values() {
            child.settle(offset, offsets);
        }
    }
}

/// Visits the next value. The text has been read before, so there is nothing to say about a fault: it ends the visit.
fn visit(reader: &mut Reader<'_>, node: &Node, offsets: &mut [usize]) -> Option<()> {
    let offset = reader.offset();
    node.settle(offset, offsets);
    if node.children.is_empty() {
        return reader.skip().ok();
    }
    match reader.peek().ok()? {
        Kind::Object => {
            reader.begin_object().ok()?;
            while let Some(key) = reader.next_key().ok()? {
                match node.children.get(&*key) {
                    Some(child) => visit(reader, child, offsets)?,
                    None => reader.skip().ok()?,
                }
            }
        }
        Kind::Array => {
            let mut item = 0_usize;
            reader.begin_array().ok()?;
            while reader.next_item().ok()? {
                match node.children.get(item.to_string().as_str()) {
                    Some(child) => visit(reader, child, offsets)?,
                    None => reader.skip().ok()?,
                }
                item += 1;
            }
        }
        _ => reader.skip().ok()?,
    }
    Some(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn finds_what_is_there_and_what_is_around_the_rest() {
        let text = r#"{"a": [10, {"b/c": 20}], "d": 1}"#;
        let found = super::locate(text, &["", "/a/0", "/a/1/b~1c", "/a/1/gone", "/gone"]);
        assert_eq!(found, [0, 7, 19, 11, 0]);
    }
}
