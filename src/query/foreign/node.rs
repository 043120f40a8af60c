//! A part of a query while it is being read: its tree, where it stands, and whether something was left out of it.
//!
//! The rule that keeps translations honest lives here: a part may be left out only where the query then finds more.

use super::QueryError;
use super::tree::{Reach, Tree};
use super::{refused, shown};
use std::ops::Range;

/// What reading a part gives.
pub(super) type Parsed = Result<Node, QueryError>;

/// A part of a query and the bytes where it stands.
#[derive(Debug, Clone)]
pub(super) struct Node {
    /// What it became; `None` if it was left out.
    pub(super) tree: Option<Tree>,
    pub(super) span: Range<usize>,
    /// Finds more than the original, because a condition within was left out.
    broader: bool,
}

impl Node {
    pub(super) fn new(tree: Tree, span: Range<usize>) -> Self {
        Self { tree: Some(tree), span, broader: false }
    }

    /// A condition without counterpart.
    pub(super) fn left_out(span: Range<usize>) -> Self {
        Self { tree: None, span, broader: true }
    }

    /// Several parts that become one tree; `None` if `make` cannot make it.
    pub(super) fn joined(nodes: Vec<Node>, make: impl FnOnce(Vec<Tree>) -> Option<Tree>) -> Option<Node> {
        let (span, broader) = (hull(&nodes), nodes.iter().any(|node| node.broader));
        let tree = make(nodes.into_iter().filter_map(|node| node.tree).collect())?;
        Some(Node { tree: Some(tree), span, broader })
    }

    /// Another tree that says the same.
    pub(super) fn becoming(self, tree: Tree, span: Range<usize>) -> Node {
        Node { tree: Some(tree), span, ..self }
    }

    /// The same with its parentheses.
    pub(super) fn spanning(self, span: Range<usize>) -> Self {
        Self { span, ..self }
    }

    /// `a AND b`
    pub(super) fn all(nodes: Vec<Node>) -> Node {
        let (span, broader) = (hull(&nodes), nodes.iter().any(|node| node.broader));
        let trees: Vec<Tree> = nodes.into_iter().filter_map(|node| node.tree).collect();
        Node { tree: (!trees.is_empty()).then(|| Tree::all(trees)), span, broader }
    }

    /// `a OR b`; refused where one of them was left out, for the query would find less.
    pub(super) fn any(nodes: Vec<Node>) -> Parsed {
        let is_or = nodes.len() > 1;
        let (span, broader) = (hull(&nodes), nodes.iter().any(|node| node.broader));
        if let Some(missing) = nodes.iter().find(|node| is_or && node.tree.is_none()) {
            let message = "this has no counterpart here, and without it the OR would find less";
            return Err(refused(missing.span.clone(), message, "take it out of the OR, or search for it apart"));
        }
        let trees: Vec<Tree> = nodes.into_iter().filter_map(|node| node.tree).collect();
        Ok(Node { tree: (!trees.is_empty()).then(|| Tree::any(trees)), span, broader })
    }

    /// `NOT a`; refused where a condition within was left out, for more would be excluded.
    pub(super) fn not(self) -> Parsed {
        match self.tree {
            Some(_) if self.broader => Err(refused(
                self.span,
                "a condition in here has no counterpart, and without it more would be excluded",
                "take the condition out of the exclusion",
            )),
            tree => Ok(Node { tree: tree.map(Tree::not), ..self }),
        }
    }

    /// `a w/5 b`
    pub(super) fn near(self, reach: Reach, right: Node) -> Parsed {
        let span = self.span.start..right.span.end;
        let broader = self.broader || right.broader;
        let tree = self.operand(reach)?.near(reach, right.operand(reach)?);
        Ok(Node { tree: Some(tree), span, broader })
    }

    fn operand(self, reach: Reach) -> Result<Tree, QueryError> {
        let advice = "put words, phrases and groups of these beside a distance";
        let tree = self.tree.ok_or_else(|| refused(self.span.clone(), "this has no counterpart here and cannot be left out", advice))?;
        match tree.not_an_operand() {
            Some(what) => Err(refused(self.span, format!("{what} cannot stand beside {reach}"), advice)),
            None => Ok(tree),
        }
    }

    /// `headline:(a)`, `hlead(a)`: `wrap` makes the tree of the value's.
    pub(super) fn wrapped(self, what: &str, span: Range<usize>, wrap: impl FnOnce(Tree) -> Tree) -> Parsed {
        let advice = "put words and phrases there";
        let missing = || refused(self.span.clone(), "this has no counterpart here, and nothing else stands in its place", advice);
        let tree = self.tree.ok_or_else(missing)?;
        if let Some(within) = tree.not_a_value() {
            return Err(refused(self.span, format!("{within} cannot stand within {}", shown(what)), advice));
        }
        Ok(Node { tree: Some(wrap(tree)), span, broader: self.broader })
    }

    /// `atleast3(a)`
    pub(super) fn at_least(self, count: u32, span: Range<usize>) -> Parsed {
        if !self.tree.as_ref().is_some_and(Tree::is_countable) {
            return Err(refused(self.span, "mentions are counted of words and phrases only", "join several counts by and"));
        }
        self.wrapped("atleast", span, |tree| Tree::call(format!("atleast{count}"), tree))
    }
}

/// From the first byte to the last.
fn hull(nodes: &[Node]) -> Range<usize> {
    let start = nodes.first().map_or(0, |node| node.span.start);
    start..nodes.last().map_or(start, |node| node.span.end)
}
