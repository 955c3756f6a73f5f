//! The components of a document as a tree: what contains what, what depends on what.

use std::collections::VecDeque;
use std::io::{self, Write};

use bonafide_report::{counted, printable};
use bonafide_sbom::{Component, ComponentId, Document, Element, End, Relationship, RelationshipKind, Stated};

/// Levels below a root. What lies deeper is shown again as a root of its own: indentation of a chain of a hundred
/// thousand would be gigabytes.
const DEEPEST: usize = 40;

/// Prints the tree; with a width no line is wider.
///
/// Roots are what the document describes, then what nothing leads to, then what only leads round in a circle. A component
/// is expanded where it is met first.
pub(super) fn print(out: &mut dyn Write, document: &Document, width: Option<usize>) -> io::Result<()> {
    let mut tree = Tree::new(document, width);
    let described: Vec<usize> = document
        .roots()
        .into_iter()
        .filter_map(|root| match root {
            Element::Component(ComponentId(at)) => Some(at as usize),
            _ => None,
        })
        .collect();
    tree.roots(out, described)?;
    let mut led_to = vec![false; document.components.len()];
    for (from, child) in
        tree.children.iter().enumerate().flat_map(|(at, all)| all.iter().map(move |c| (at, c)))
    {
        led_to[child.at] |= from != child.at;
    }
    let mut order: Vec<usize> = (0..document.components.len()).collect();
    order.sort_by(|a, b| tree.labels[*a].cmp(&tree.labels[*b]).then(a.cmp(b)));
    let rest: Vec<usize> =
        order.iter().copied().filter(|at| !led_to[*at]).chain(order.iter().copied()).collect();
    if rest.iter().any(|at| !tree.met[*at]) && tree.met.contains(&true) {
        writeln!(out, "\nnot reached from what the document describes:")?;
    }
    for at in rest {
        if !tree.met[at] {
            tree.roots(out, vec![at])?;
        }
    }
    Ok(())
}

/// A component below another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Child {
    /// `contains`, `depends on`.
    says: &'static str,
    at: usize,
}

struct Tree {
    labels: Vec<String>,
    children: Vec<Vec<Child>>,
    width: Option<usize>,
    /// Which components were shown, and which have their children shown.
    met: Vec<bool>,
    expanded: Vec<bool>,
    /// Which lie between the root and here.
    above: Vec<bool>,
}

impl Tree {
    fn new(document: &Document, width: Option<usize>) -> Self {
        let count = document.components.len();
        let mut files = vec![0_u64; count];
        let mut children: Vec<Vec<Child>> = vec![Vec::new(); count];
        for edge in &document.relationships {
            let Some((says, from, to)) = read(edge) else { continue };
            match (from, to) {
                (End::Element(Element::Component(from)), End::Element(Element::Component(to))) => {
                    children[from.0 as usize].push(Child { says, at: to.0 as usize });
                }
                (End::Element(Element::Component(from)), End::Element(Element::File(_)))
                    if says == CONTAINS =>
                {
                    files[from.0 as usize] += 1;
                }
                _ => {}
            }
        }
        let labels: Vec<String> = document
            .components
            .iter()
            .zip(&files)
            .map(|(component, files)| label(component, *files))
            .collect();
        for list in &mut children {
            list.sort_by(|a, b| (a.says, &labels[a.at], a.at).cmp(&(b.says, &labels[b.at], b.at)));
            list.dedup();
        }
        Self {
            labels,
            children,
            width,
            met: vec![false; count],
            expanded: vec![false; count],
            above: vec![false; count],
        }
    }

    /// Some roots with all that is below them, and what was too deep below those.
    fn roots(&mut self, out: &mut dyn Write, roots: Vec<usize>) -> io::Result<()> {
        let mut roots = VecDeque::from(roots);
        while let Some(root) = roots.pop_front() {
            if !self.expanded[root] {
                self.root(out, root, &mut roots)?;
            }
        }
        Ok(())
    }

    fn root(&mut self, out: &mut dyn Write, root: usize, later: &mut VecDeque<usize>) -> io::Result<()> {
        self.line(out, "", "", root, "")?;
        self.enter(root);
        // The nodes between the root and here, each with the number of its children that were shown.
        let mut open = vec![(root, 0_usize)];
        let mut indent: Vec<&str> = Vec::new();
        while let Some((node, next)) = open.last_mut() {
            let Some(child) = self.children[*node].get(*next).cloned() else {
                self.above[*node] = false;
                open.pop();
                indent.pop();
                continue;
            };
            *next += 1;
            let is_last = *next == self.children[*node].len();
            let has_more = !self.children[child.at].is_empty();
            let is_too_deep = open.len() == DEEPEST && has_more && !self.expanded[child.at];
            let note = match () {
                () if self.above[child.at] => "  (a cycle)",
                () if self.expanded[child.at] && has_more => "  (see above)",
                () if is_too_deep => "  (see below)",
                () => "",
            };
            let begin = format!("{}{}", indent.concat(), if is_last { "└─ " } else { "├─ " });
            self.line(out, &begin, child.says, child.at, note)?;
            if is_too_deep {
                later.push_back(child.at);
            } else if !self.expanded[child.at] {
                self.enter(child.at);
                open.push((child.at, 0));
                indent.push(if is_last { "   " } else { "│  " });
            }
        }
        Ok(())
    }

    fn enter(&mut self, node: usize) {
        self.expanded[node] = true;
        self.above[node] = true;
    }

    fn line(
        &mut self,
        out: &mut dyn Write,
        begin: &str,
        says: &str,
        at: usize,
        note: &str,
    ) -> io::Result<()> {
        self.met[at] = true;
        let space = if says.is_empty() { "" } else { " " };
        let mut line = format!("{begin}{says}{space}{}", printable(&self.labels[at]));
        if let Some(width) = self.width {
            let room = width.saturating_sub(note.chars().count()).max(1);
            if line.chars().count() > room {
                line = line.chars().take(room - 1).collect();
                line.push('…');
            }
        }
        writeln!(out, "{line}{note}")
    }
}

const CONTAINS: &str = "contains";
const DEPENDS: &str = "depends on";

/// An edge as it is drawn: what it says, from above, to below. Nothing for edges that are none of a tree.
fn read(edge: &Relationship) -> Option<(&'static str, &End, &End)> {
    use RelationshipKind as Kind;
    let down = |says| Some((says, &edge.from, &edge.to));
    let up = |says| Some((says, &edge.to, &edge.from));
    if edge.stated == Stated::Nested {
        return down(CONTAINS);
    }
    match &edge.kind {
        Kind::Contains => down(CONTAINS),
        Kind::ContainedBy => up(CONTAINS),
        Kind::DependsOn | Kind::HasPrerequisite => down(DEPENDS),
        Kind::DependencyOf
        | Kind::BuildDependencyOf
        | Kind::DevDependencyOf
        | Kind::OptionalDependencyOf
        | Kind::ProvidedDependencyOf
        | Kind::TestDependencyOf
        | Kind::RuntimeDependencyOf
        | Kind::PrerequisiteFor => up(DEPENDS),
        Kind::StaticLink | Kind::DynamicLink => down("links to"),
        Kind::Unknown(word) => match &**word {
            "hasOptionalDependency" | "hasProvidedDependency" => down(DEPENDS),
            "hasOptionalComponent" => down(CONTAINS),
            _ => None,
        },
        _ => None,
    }
}

fn label(component: &Component, files: u64) -> String {
    let mut text = component.name.as_deref().unwrap_or("(no name)").to_owned();
    if let Some(version) = component.version.as_deref().filter(|version| !version.is_empty()) {
        text.push(' ');
        text.push_str(version);
    }
    if files > 0 {
        text.push_str("  ");
        text.push_str(&counted(files, "file"));
    }
    text
}
