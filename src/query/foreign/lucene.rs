//! Lucene's classic query parser, which Solr and Elasticsearch (`query_string`) share.
//!
//! It has no AND and OR but marks: each clause is required, excluded or optional. `a AND b OR c` means `+a +b c` in the classic parser and
//! `(+a +b) c` in others, so mixtures are refused.
//! Help pages: `lucene.apache.org` "Query Parser Syntax", Elasticsearch "Query string syntax"; `FuzzyQuery.floatToEdits`, `PhraseQuery`.

mod value;

use super::node::{Node, Parsed};
use super::reader::{Losses, finish};
use super::tree::Tree;
use super::{MAX_CLAUSES, MAX_DEPTH, QueryError, Translation, refused, shown};
use std::ops::Range;

const ANALYZER: &str =
    ": which forms of a word Lucene finds depends on the analyzer; here a single word is found in all its inflected forms.";
const OPTIONAL: &str = ": clauses side by side were joined by OR, Lucene's default; write AND between them if your system is set to that.";
const ONLY_EXCLUDED: &str =
    ": Lucene itself finds nothing by exclusions alone; Solr and Elasticsearch find everything else, as was done here.";
const GROUP_WEIGHT: &str = ": the weight of a group only changes the ranking and was left out.";

pub(super) fn translate(text: &str) -> Result<Translation, QueryError> {
    let mut parser = Parser { text, at: 0, depth: 0, clauses: 0, field: None, lost: Losses::default() };
    let node = parser.clauses()?;
    match parser.peek() {
        Some(_) => Err(refused(parser.at..parser.at + 1, "no parenthesis is open here", "remove it")),
        None => finish(text, node, parser.lost, Some(ANALYZER)),
    }
}

/// What stands between two clauses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Join {
    Blank,
    And,
    Or,
}

/// What stands before a clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    None,
    Required,
    Excluded,
}

#[derive(Debug)]
struct Clause {
    join: Join,
    mark: Mark,
    node: Node,
}

#[derive(Debug)]
struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    clauses: usize,
    /// The field whose value is being read.
    field: Option<&'static str>,
    lost: Losses,
}

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn slice(&self, span: Range<usize>) -> &'a str {
        self.text.get(span).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Steps over this if it is next.
    fn take(&mut self, wanted: &str) -> bool {
        let found = self.rest().starts_with(wanted);
        self.at += if found { wanted.len() } else { 0 };
        found
    }

    fn skip_space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches(|c: char| c.is_whitespace() || c.is_control()).len();
    }

    /// Steps over an operator written in letters if it is next and not the beginning of a word.
    fn take_operator(&mut self, name: &str) -> bool {
        let ends = |rest: &str| rest.chars().next().is_none_or(|c| c.is_whitespace() || matches!(c, '(' | ')' | '"'));
        let found = self.rest().strip_prefix(name).is_some_and(ends);
        self.at += if found { name.len() } else { 0 };
        found
    }

    /// The clauses of a group, up to its `)` or the end.
    fn clauses(&mut self) -> Parsed {
        let (start, mut clauses) = (self.at, Vec::new());
        loop {
            self.skip_space();
            if matches!(self.peek(), None | Some(')')) {
                break;
            }
            let begin = self.at;
            let join = if self.take_operator("AND") || self.take("&&") {
                Join::And
            } else if self.take_operator("OR") || self.take("||") {
                Join::Or
            } else {
                Join::Blank
            };
            if join != Join::Blank && clauses.is_empty() {
                return Err(self.missing(begin..self.at, "left"));
            }
            let operator = begin..self.at;
            self.skip_space();
            let mark = self.mark()?;
            self.skip_space();
            if matches!(self.peek(), None | Some(')')) {
                return Err(self.missing(if operator.is_empty() { begin..self.at } else { operator }, "right"));
            }
            let node = self.clause()?;
            clauses.push(Clause { join, mark, node });
        }
        if clauses.is_empty() {
            return Err(refused(start..self.at, "there is no word in this group", "write a word there"));
        }
        self.joined(clauses)
    }

    fn missing(&self, span: Range<usize>, side: &str) -> QueryError {
        let operator = shown(self.slice(span.clone()).trim());
        refused(span, format!("nothing stands to the {side} of {operator}"), "write a word there, or put it in quotation marks")
    }

    fn mark(&mut self) -> Result<Mark, QueryError> {
        let start = self.at;
        let mark = if self.take("+") {
            Mark::Required
        } else if self.take("-") || self.take("!") || self.take_operator("NOT") {
            Mark::Excluded
        } else {
            return Ok(Mark::None);
        };
        self.skip_space();
        match self.rest().starts_with(['+', '-', '!']) || self.rest().starts_with("NOT ") {
            true => Err(refused(start..self.at + 1, "two marks stand before one clause", "write one + or -")),
            false => Ok(mark),
        }
    }

    /// What the marks and operators between clauses mean together.
    fn joined(&mut self, clauses: Vec<Clause>) -> Parsed {
        let joins: Vec<Join> = clauses.iter().skip(1).map(|clause| clause.join).chain([Join::Blank]).collect();
        let (has_and, has_or) = (joins.contains(&Join::And), joins.contains(&Join::Or));
        let (mut required, mut optional, mut excluded) = (Vec::new(), Vec::<Node>::new(), Vec::new());
        let mut side_by_side = None;
        for (clause, after) in clauses.into_iter().zip(joins) {
            let Clause { join, mark, node } = clause;
            if mark != Mark::None && (join == Join::Or || after == Join::Or) {
                let message = "a clause that is required or excluded stands beside an OR, which Lucene then ignores";
                return Err(refused(node.span, message, "put what belongs to the OR in parentheses: (a OR b) -c"));
            }
            match mark {
                Mark::Excluded => excluded.push(node.not()?),
                Mark::Required => required.push(node),
                Mark::None if join == Join::And || after == Join::And => required.push(node),
                Mark::None => {
                    if let Some(first) = optional.last().filter(|_| join == Join::Blank) {
                        side_by_side.get_or_insert(first.span.start..node.span.end);
                    }
                    optional.push(node);
                }
            }
        }
        if let Some(odd) = optional.first().filter(|_| has_and || has_or && !required.is_empty()) {
            let message = "a clause with AND or + stands beside optional ones, and Lucene's parsers differ on what that means";
            return Err(refused(odd.span.clone(), message, "put what belongs together in parentheses: (a AND b) OR c"));
        }
        if required.is_empty() {
            if let Some(span) = side_by_side {
                self.lost.once(self.slice(span), OPTIONAL);
            }
            if optional.is_empty()
                && let Some(first) = excluded.first()
            {
                self.lost.once(self.slice(first.span.clone()), ONLY_EXCLUDED);
            }
            if !optional.is_empty() {
                required.push(Node::any(std::mem::take(&mut optional))?);
            }
        }
        for node in optional {
            let clause = shown(self.slice(node.span));
            self.lost.add(format!("{clause}: beside a clause with `+` it only raised the rank, and was left out."));
        }
        required.extend(excluded);
        Ok(Node::all(required))
    }

    fn deeper(&mut self, span: Range<usize>) -> Result<(), QueryError> {
        self.depth += 1;
        match self.depth > MAX_DEPTH {
            true => Err(refused(span, format!("more than {MAX_DEPTH} groups within each other"), "write the query with fewer parentheses")),
            false => Ok(()),
        }
    }

    /// A group, a phrase, a range, a field or a word, with what stands behind it.
    fn clause(&mut self) -> Parsed {
        self.clauses += 1;
        let start = self.at;
        if self.clauses > MAX_CLAUSES {
            return Err(refused(start..start, format!("more than {MAX_CLAUSES} words and phrases"), "split the query into several"));
        }
        match self.peek() {
            Some('(') => self.group(),
            Some('"') => self.phrase(),
            Some('/') => self.regex(),
            Some('{') if self.rest().starts_with("{!") => Err(refused(
                start..start + 2,
                "local parameters of Solr have no counterpart here",
                "leave them out, or write \\{ for the character",
            )),
            Some('[' | '{') => self.range(),
            Some('<' | '>') => self.comparison(),
            Some('*') if self.take("*:*") => Ok(Node::new(Tree::Everything, start..self.at)),
            _ => self.term(),
        }
    }

    fn group(&mut self) -> Parsed {
        let start = self.at;
        self.at += 1;
        self.deeper(start..self.at)?;
        let node = self.clauses()?;
        if !self.take(")") {
            return Err(refused(start..start + 1, "this parenthesis is never closed", "close it with a )"));
        }
        self.depth -= 1;
        let end = self.at;
        if self.weight()?.is_some() {
            self.lost.once(self.slice(end..self.at), GROUP_WEIGHT);
        }
        Ok(node.spanning(start..end))
    }

    /// `^2`
    fn weight(&mut self) -> Result<Option<&'a str>, QueryError> {
        let start = self.at;
        if !self.take("^") {
            return Ok(None);
        }
        let number = self.number();
        match number.parse::<f32>().is_ok_and(|weight| weight > 0.0 && weight.is_finite()) {
            true => Ok(Some(number)),
            false => Err(refused(start..self.at, "a weight is a number above 0", "write a number behind ^, or \\^ for the character")),
        }
    }

    /// The digits and full stops that stand here.
    fn number(&mut self) -> &'a str {
        let rest = self.rest();
        let length = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        self.at += length;
        rest.get(..length).unwrap_or_default()
    }

    fn weighted(&mut self, tree: Tree, start: usize) -> Parsed {
        let end = self.at;
        let tree = match (self.weight()?, tree) {
            (None, tree) => tree,
            (Some(weight), _) if !weight.parse::<f32>().is_ok_and(|weight| (0.0..=1000.0).contains(&weight)) => {
                return Err(refused(end..self.at, "a weight is a number from 0 to 1000 here", "write a smaller weight"));
            }
            (Some(weight), leaf @ (Tree::Word(_) | Tree::Phrase(_) | Tree::Pattern(_))) => Tree::Boosted(Box::new(leaf), weight.to_owned()),
            (Some(_), tree) => {
                self.lost.once(self.slice(end..self.at), GROUP_WEIGHT);
                tree
            }
        };
        Ok(Node::new(tree, start..self.at))
    }
}
