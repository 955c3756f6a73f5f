//! What the schemes ask of a document's edges, answered in one pass over them.

use super::view::{Composition, Scope};
use crate::model::{
    Document, Element, Encoding, End, FileId, Format, Relationship, RelationshipKind, Stated,
};
use std::collections::{HashMap, HashSet};

/// Answers about the edges of a document. Dependencies are edges to components; edges to files are no dependencies.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Graph {
    /// The component that the document is about.
    pub(super) root: Option<Root>,
    /// Edges, without those that name the root.
    pub(super) edges: usize,
    /// January 2024: `DESCRIBES`, `CONTAINS` and `DEPENDS_ON` as they are written.
    pub(super) edges_2024: usize,
    /// January 2024: a `DESCRIBES` that ends at a component.
    pub(super) describes_component: bool,
    /// Edges from the root to components.
    pub(super) dependencies: usize,
    /// `DEPENDS_ON` edges from the root to components.
    pub(super) depends_on: usize,
    /// How many of those lead to components that depend on components.
    pub(super) depends_further: usize,
    /// Root and direct dependencies that depend on something; how many of them are declared complete.
    pub(super) complete: (usize, usize),
    /// An edge begins or ends at something that is neither component, file nor root.
    pub(super) broken: bool,
    /// The root has edges.
    pub(super) root_relates: bool,
    /// Components that no chain of dependency and containment edges leads to from the root.
    pub(super) orphans: usize,
    /// What the first composition of the root's dependencies says.
    pub(super) root_composition: Option<Completeness>,
    /// How complete the dependencies of the root, and of each direct dependency, are is said.
    pub(super) completeness_of_all: bool,
    /// Some edge says how complete it is (SPDX 3).
    pub(super) edge_completeness: bool,
    /// 0 to 1: how many edges have two ends and how many components an id of their own. 1 in the exact reading.
    pub(super) sound: f64,
}

/// The component that a document is about, as the document names it: it need not exist.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Root {
    /// Its index, where it is a component.
    pub(super) component: Option<usize>,
    pub(super) name: bool,
    pub(super) version: bool,
}

/// What a CycloneDX composition says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Completeness {
    Complete,
    Unknown,
    Other,
}

/// The end of an edge: elements with the same id are one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Node<'d> {
    Component(usize),
    File(usize),
    Other(&'d str),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    Describes,
    DependsOn,
    Contains,
    Other,
}

/// How an edge reads, and whether it is written the other way round.
fn sort(kind: &RelationshipKind) -> (Sort, bool) {
    match kind {
        RelationshipKind::Describes => (Sort::Describes, false),
        RelationshipKind::DescribedBy => (Sort::Describes, true),
        RelationshipKind::DependsOn => (Sort::DependsOn, false),
        RelationshipKind::DependencyOf => (Sort::DependsOn, true),
        RelationshipKind::Contains => (Sort::Contains, false),
        RelationshipKind::ContainedBy => (Sort::Contains, true),
        RelationshipKind::Unknown(word) if word.bytes().any(|byte| byte.is_ascii_lowercase()) => {
            match RelationshipKind::from_spdx2(&word.to_ascii_uppercase()) {
                RelationshipKind::Unknown(_) => (Sort::Other, false),
                known => sort(&known),
            }
        }
        _ => (Sort::Other, false),
    }
}

/// SPDX 3 relationships that sbomqs counts as edges between components; `describes` is told apart before.
const EDGES_3: &[&str] = &[
    "configures",
    "contains",
    "dependsOn",
    "generates",
    "hasDependencyManifest",
    "hasDistributionArtifact",
    "hasDynamicLink",
    "hasHost",
    "hasInput",
    "hasOptionalDependency",
    "hasOutput",
    "hasPrerequisite",
    "hasProvidedDependency",
    "hasRequirement",
    "hasStaticLink",
    "usesTool",
];

/// The SPDX 3 relationship that edges come from: its first edge holds what all of them share.
#[derive(Default)]
struct Relationship3<'d> {
    id: Option<&'d str>,
    /// It is of class `Relationship`, not of one that says more.
    is_plain: bool,
    completeness_said: bool,
}

impl<'d> Relationship3<'d> {
    fn meet(&mut self, edge: &'d Relationship) {
        let detail = edge.detail.as_ref();
        let id = detail.and_then(|detail| detail.id.as_deref());
        if id.is_some() && id == self.id {
            return;
        }
        let extra = |key: &str| detail.and_then(|detail| detail.extra.get(key)).and_then(crate::Json::as_str);
        *self = Self {
            id,
            is_plain: extra("type").is_none(),
            completeness_said: extra("completeness").is_some_and(|word| !word.trim().is_empty()),
        };
    }
}

struct Builder<'d> {
    document: &'d Document,
    /// Files that sbomqs does not see: in tag-value those that stand below a package.
    unseen: HashSet<FileId>,
    /// For each component the first one with its id.
    first: Vec<usize>,
    by_id: HashMap<&'d str, usize>,
}

/// The index of the first component with each component's id; the component itself where it has none.
pub(super) fn first_of_each_id(document: &Document) -> Vec<usize> {
    let mut by_id: HashMap<&str, usize> = HashMap::with_capacity(document.components.len());
    document
        .components
        .iter()
        .enumerate()
        .map(|(at, component)| match component.id.as_deref() {
            Some(id) if !id.is_empty() => *by_id.entry(id).or_insert(at),
            _ => at,
        })
        .collect()
}

/// Reads the edges. `counted` tells which components there are to the reading.
pub(super) fn graph(
    document: &Document,
    counted: &[bool],
    compositions: &[Composition<'_>],
    strict: bool,
) -> Graph {
    let first = first_of_each_id(document);
    let mut by_id = HashMap::with_capacity(first.len());
    for (at, component) in document.components.iter().enumerate() {
        by_id.entry(component.id.as_deref().unwrap_or("")).or_insert(at);
    }
    let mut unseen = HashSet::new();
    if document.encoding == Encoding::TagValue && !strict {
        unseen.extend(document.relationships.iter().filter(|edge| is_position(edge)).filter_map(|edge| {
            match edge.to {
                End::Element(Element::File(file)) => Some(file),
                _ => None,
            }
        }));
    }
    Builder { document, unseen, first, by_id }.build(counted, compositions, strict)
}

/// An edge that says that a file stands below a package.
fn is_position(edge: &Relationship) -> bool {
    edge.stated == Stated::Field && edge.kind == RelationshipKind::Contains
}

impl<'d> Builder<'d> {
    fn node(&self, end: &'d End) -> Node<'d> {
        match end {
            End::Element(Element::Component(id)) => Node::Component(self.first[id.0 as usize]),
            End::Element(Element::File(id)) if !self.unseen.contains(id) => Node::File(id.0 as usize),
            End::Element(element) => Node::Other(self.document.id_of(*element).unwrap_or("")),
            End::None => Node::Other("NONE"),
            End::NoAssertion => Node::Other("NOASSERTION"),
            End::External(id) | End::Dangling(id) => Node::Other(id),
        }
    }

    /// The edges that the reading counts, in the order in which sbomqs sees them: relationships, then fields.
    fn edges(&self) -> impl Iterator<Item = &'d Relationship> + '_ {
        let relationships =
            self.document.relationships.iter().filter(|edge| edge.stated == Stated::Relationship);
        let fields = self
            .document
            .relationships
            .iter()
            .filter(|edge| edge.stated == Stated::Field)
            .filter(move |edge| self.unseen.is_empty() || !is_position(edge));
        relationships.chain(fields)
    }

    fn root(&self) -> Option<Node<'d>> {
        let named = self.edges().filter_map(|edge| match sort(&edge.kind) {
            (Sort::Describes, inverse) => Some(self.node(if inverse { &edge.from } else { &edge.to })),
            _ => None,
        });
        match self.document.format {
            Format::Spdx2 => named.into_iter().next(),
            Format::Spdx3 => self
                .edges()
                .filter(|edge| {
                    edge.stated == Stated::Relationship && sort(&edge.kind) == (Sort::Describes, false)
                })
                .map(|edge| self.node(&edge.to))
                .find(|node| matches!(node, Node::Component(_))),
            Format::CycloneDx => named.into_iter().next().filter(|node| match node {
                Node::Component(at) => {
                    self.document.components[*at].id.as_deref().is_some_and(|id| !id.trim().is_empty())
                }
                _ => false,
            }),
        }
    }

    /// Edges as `(from, to, sort)`, the right way round, without those that name the root; and whether one of them says
    /// how complete it is.
    fn forward(&self) -> (Vec<(Node<'d>, Node<'d>, Sort)>, bool) {
        let mut edges = Vec::with_capacity(self.document.relationships.len());
        let mut completeness_said = false;
        let mut spdx3 = Relationship3::default();
        for edge in self.edges() {
            let (sort, inverse) = sort(&edge.kind);
            let (from, to) = (self.node(&edge.from), self.node(&edge.to));
            let wanted = match self.document.format {
                Format::Spdx2 => sort != Sort::Describes,
                Format::Spdx3 => {
                    spdx3.meet(edge);
                    let wanted = edge.stated == Stated::Relationship
                        && spdx3.is_plain
                        && edge.kind.spdx3().is_some_and(|name| EDGES_3.contains(&name))
                        && !matches!(from, Node::Other(_))
                        && !matches!(to, Node::Other(_));
                    completeness_said |= wanted && spdx3.completeness_said;
                    wanted
                }
                Format::CycloneDx => {
                    edge.stated == Stated::Relationship
                        && edge.kind == RelationshipKind::DependsOn
                        && edge.to != End::None
                }
            };
            if wanted {
                edges.push(if inverse { (to, from, sort) } else { (from, to, sort) });
            }
        }
        (edges, completeness_said)
    }

    fn build(&self, counted: &[bool], compositions: &[Composition<'d>], strict: bool) -> Graph {
        let mut graph = Graph { sound: if strict { self.soundness() } else { 1.0 }, ..Graph::default() };
        let root = self.root();
        graph.root = root.map(|node| self.described(node));
        let (edges, completeness_said) = self.forward();
        graph.edges = edges.len();
        graph.edge_completeness = completeness_said;
        self.january_2024(&mut graph);
        let Some(root) = root else { return graph };

        let known = |node: Node<'_>| matches!(node, Node::Component(_) | Node::File(_)) || node == root;
        graph.broken = edges.iter().any(|(from, to, _)| !known(*from) || !known(*to));

        // Edges by where they begin, as ranges of one sorted list.
        let mut index: HashMap<Node<'d>, Vec<usize>> = HashMap::new();
        for (at, (from, to, sort)) in edges.iter().enumerate() {
            let leads_on = matches!(to, Node::Component(_)) || *from == root || *sort != Sort::Other;
            if leads_on {
                index.entry(*from).or_default().push(at);
            }
        }
        let out = |node: Node<'d>| index.get(&node).map_or(&[][..], Vec::as_slice);
        let components = |node: Node<'d>, only: Option<Sort>| {
            out(node).iter().filter_map({
                let edges = &edges;
                move |at| match edges[*at] {
                    (_, Node::Component(to), sort) if only.is_none_or(|only| only == sort) => Some(to),
                    _ => None,
                }
            })
        };
        graph.root_relates = !out(root).is_empty();
        graph.dependencies = components(root, None).count();
        let direct: Vec<usize> = components(root, Some(Sort::DependsOn)).collect();
        let depends = |at: usize| components(Node::Component(at), Some(Sort::DependsOn)).next().is_some();
        graph.depends_on = direct.len();
        graph.depends_further = direct.iter().filter(|at| depends(**at)).count();

        let mut visited = vec![false; self.document.components.len()];
        let mut files = HashSet::new();
        let mut stack = vec![root];
        while let Some(node) = stack.pop() {
            let new = match node {
                Node::Component(at) => !std::mem::replace(&mut visited[at], true),
                Node::File(at) => files.insert(at),
                Node::Other(_) => node == root,
            };
            if new {
                let next = out(node).iter().map(|at| edges[*at]);
                stack.extend(
                    next.filter(|(_, to, sort)| *sort != Sort::Other && *to != root).map(|(_, to, _)| to),
                );
            }
        }
        graph.orphans = (0..visited.len()).filter(|at| counted[*at] && !visited[self.first[*at]]).count();

        self.completeness(&mut graph, root, &direct, compositions, depends);
        graph
    }

    fn described(&self, node: Node<'_>) -> Root {
        match node {
            Node::Component(at) => {
                let component = &self.document.components[at];
                let there = |text: Option<&str>| text.is_some_and(|text| !text.trim().is_empty());
                Root {
                    component: Some(at),
                    name: there(component.name.as_deref()),
                    version: there(component.version.as_deref()),
                }
            }
            _ => Root::default(),
        }
    }

    fn january_2024(&self, graph: &mut Graph) {
        // A list of dependencies that does not fit the model is kept as it stands.
        let kept = super::look::kept_list(&self.document.extra, "dependencies").iter();
        graph.edges_2024 += kept
            .filter_map(|entry| entry.get("dependsOn").and_then(crate::Json::as_array))
            .map(<[crate::Json]>::len)
            .sum::<usize>();
        for edge in self.edges() {
            let cyclonedx = self.document.format == Format::CycloneDx;
            match edge.kind {
                RelationshipKind::Describes if !cyclonedx => {
                    graph.edges_2024 += 1;
                    graph.describes_component |= matches!(self.node(&edge.to), Node::Component(_));
                }
                RelationshipKind::Describes => graph.describes_component = true,
                RelationshipKind::Contains | RelationshipKind::DependsOn
                    if !cyclonedx || (edge.stated == Stated::Relationship && edge.to != End::None) =>
                {
                    graph.edges_2024 += 1;
                }
                _ => {}
            }
        }
    }

    fn completeness(
        &self,
        graph: &mut Graph,
        root: Node<'d>,
        direct: &[usize],
        compositions: &[Composition<'_>],
        depends: impl Fn(usize) -> bool,
    ) {
        let mut of_dependencies: HashMap<usize, &str> = HashMap::new();
        let mut complete = HashSet::new();
        let whole = compositions.iter().position(|composition| composition.scope == Scope::Whole);
        for (at, composition) in compositions.iter().enumerate() {
            if composition.scope != Scope::Dependencies {
                continue;
            }
            for id in &composition.dependencies {
                let Some(component) = self.by_id.get(id).map(|at| self.first[*at]) else { continue };
                if composition.aggregate == "complete" {
                    complete.insert(component);
                }
                // The first composition that speaks of a component counts, unless one of the whole stands before it.
                if whole.is_none_or(|whole| at < whole) {
                    of_dependencies.entry(component).or_insert(composition.aggregate);
                }
                if Node::Component(component) == root && graph.root_composition.is_none() {
                    graph.root_composition = match composition.aggregate {
                        "complete" => Some(Completeness::Complete),
                        "unknown" => Some(Completeness::Unknown),
                        "incomplete" => Some(Completeness::Other),
                        _ => None,
                    };
                }
            }
        }
        let said = |at: usize| of_dependencies.contains_key(&at) || whole.is_some();
        let Node::Component(root) = root else {
            graph.completeness_of_all = whole.is_some();
            return;
        };
        graph.completeness_of_all = said(root) && direct.iter().all(|at| said(*at));
        if !direct.is_empty() {
            let relevant = std::iter::once(&root).chain(direct).filter(|at| depends(**at));
            graph.complete =
                relevant.fold((0, 0), |(all, done), at| (all + 1, done + usize::from(complete.contains(at))));
        }
    }

    /// The share of edges that have two ends and do not bite their tail, times the share of components whose id is
    /// theirs alone.
    fn soundness(&self) -> f64 {
        let (mut all, mut good) = (0_usize, 0_usize);
        for edge in self.document.relationships.iter().filter(|edge| edge.stated != Stated::Nested) {
            all += 1;
            let from = matches!(edge.from, End::Element(_) | End::External(_));
            let to = !matches!(edge.to, End::Dangling(_));
            good += usize::from(from && to && edge.from != edge.to);
        }
        let edges = if all == 0 { 1.0 } else { good as f64 / all as f64 };
        let mut uses = vec![0_usize; self.first.len()];
        self.first.iter().for_each(|at| uses[*at] += 1);
        let alone = self.first.iter().filter(|at| uses[**at] == 1).count();
        let ids = if self.first.is_empty() { 1.0 } else { alone as f64 / self.first.len() as f64 };
        edges * ids
    }
}
