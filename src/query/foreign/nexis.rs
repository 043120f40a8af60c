//! Nexis: terms and connectors, as in Nexis Uni, Lexis and the older LexisNexis.
//!
//! Order, tightest first: blanks (a phrase), OR, distances (the smallest number first, then sentence, paragraph, segment), AND, AND NOT.
//! Help pages: `help.lexisnexis.com` "Connector Order and Priority", `support.lexisnexis.com` "Common Segments".

mod segment;

use super::node::{Node, Parsed};
use super::reader::{Groups, Kind, Reader, is_number, lex, number};
use super::tree::{Form, Reach, Tree};
use super::{QueryError, Translation, refused, shown};
use segment::{called, is_call};
use std::ops::Range;

const EXACT_PHRASES: &str = ": words side by side were read as a phrase, as Nexis does between connectors; a phrase here has exactly these \
    forms, without the plurals that Nexis adds.";
const SIDE_BY_SIDE: &str = ": words side by side were read as standing next to each other, as Nexis does between connectors.";
const ALL_FORMS: &str = ": a single word is found here in all its inflected forms; Nexis adds regular plurals and possessives only.";
const EXCLUDED_TOGETHER: &str = ": Nexis reads `and` before `and not`, so all of this is excluded only where it occurs together.";
const DISTANCES: &str = ": Nexis leaves its noise words (such as `the` and `of`) out of the distance, here every word counts.";
const ENDINGS: &str =
    ": `*` at the end was read as any ending, as in Nexis Uni and Lexis; in the older LexisNexis it stood for one letter.";
const INNER_STAR: &str = ": `*` within the word was read as exactly one letter.";
const SEGMENT: &str = ": that both stand in the same segment cannot be asked for here; both must stand in the article.";

pub(super) fn translate(text: &str) -> Result<Translation, QueryError> {
    Reader::new(text, lex(text, Groups::Parentheses)?).whole(exclusion, Some(ALL_FORMS))
}

/// `a and not b`
fn exclusion(reader: &mut Reader) -> Parsed {
    let (mut left, _) = conjunction(reader)?;
    while let Some(length) = and_not(reader) {
        for _ in 0..length {
            reader.step();
        }
        let (right, is_and) = conjunction(reader)?;
        if is_and {
            reader.lost.once(reader.slice(right.span.clone()), EXCLUDED_TOGETHER);
        }
        left = Node::all(vec![left, right.not()?]);
    }
    Ok(left)
}

/// How many words the AND NOT has that stands here.
fn and_not(reader: &Reader) -> Option<usize> {
    let is_and = reader.is_word(0, "and") || reader.is_word(0, "but");
    match () {
        () if is_and && reader.is_word(1, "not") => Some(2),
        () if reader.is_word(0, "not") && !reader.word(1).is_some_and(|word| word.contains('/')) => Some(1),
        () => None,
    }
}

/// `a and b`; true if there is more than one.
fn conjunction(reader: &mut Reader) -> Result<(Node, bool), QueryError> {
    let mut all = vec![proximity(reader)?];
    while and_not(reader).is_none() && (reader.take_word("and") || reader.take_word("&")) {
        all.push(proximity(reader)?);
    }
    let is_and = all.len() > 1;
    Ok((Node::all(all), is_and))
}

/// What a connector asks for; in the order in which connectors operate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Connector {
    Words(u32, bool),
    Sentence,
    Paragraph,
    Segment,
}

impl Connector {
    /// Smaller ones operate first, equal ones from left to right.
    fn rank(self) -> u32 {
        match self {
            Connector::Words(distance, _) => distance,
            Connector::Sentence => 1001,
            Connector::Paragraph => 1002,
            Connector::Segment => 1003,
        }
    }
}

/// `a w/5 b w/3 c`
fn proximity(reader: &mut Reader) -> Parsed {
    let mut operands = vec![alternatives(reader)?];
    let mut waiting: Vec<(Connector, Range<usize>)> = Vec::new();
    while let Some(connector) = connector(reader)? {
        while let Some(first) = waiting.pop_if(|(first, _)| first.rank() <= connector.rank()) {
            operate(reader, &mut operands, first)?;
        }
        waiting.push((connector, reader.step()));
        operands.push(alternatives(reader)?);
    }
    while let Some(last) = waiting.pop() {
        operate(reader, &mut operands, last)?;
    }
    operands.pop().ok_or_else(|| reader.nothing())
}

/// Joins the last two operands.
fn operate(reader: &mut Reader, operands: &mut Vec<Node>, (connector, span): (Connector, Range<usize>)) -> Result<(), QueryError> {
    let (Some(right), Some(left)) = (operands.pop(), operands.pop()) else { return Err(reader.nothing()) };
    let typed = reader.slice(span);
    operands.push(match connector {
        Connector::Words(distance, is_ordered) => {
            reader.lost.once(typed, DISTANCES);
            left.near(if is_ordered { Reach::Before(distance) } else { Reach::Within(distance) }, right)?
        }
        Connector::Sentence => left.near(Reach::Sentence, right)?,
        Connector::Paragraph => left.near(Reach::Paragraph, right)?,
        Connector::Segment => {
            reader.lost.once(typed, SEGMENT);
            Node::all(vec![left, right])
        }
    });
    Ok(())
}

/// The proximity connector that stands here.
fn connector(reader: &Reader) -> Result<Option<Connector>, QueryError> {
    let Some(word) = reader.word(0) else { return Ok(None) };
    let span = reader.peek().map(|token| token.span.clone()).unwrap_or_default();
    let Some((name, reach)) = word.split_once('/') else {
        let is_negated = reader.is_word(0, "not") && reader.word(1).is_some_and(|word| word.contains('/'));
        return if is_negated { Err(not_within(span)) } else { Ok(None) };
    };
    let (name, reach) = (name.to_ascii_lowercase(), reach.to_ascii_lowercase());
    let is_ordered = match name.as_str() {
        "" | "w" | "near" => false,
        "pre" | "onear" => true,
        "not" | "notw" => return Err(not_within(span)),
        _ => return Ok(None),
    };
    match reach.as_str() {
        digits if is_number(digits) => Ok(Some(Connector::Words(number(digits, span)?, is_ordered))),
        "s" | "sent" if !is_ordered => Ok(Some(Connector::Sentence)),
        "p" | "para" if !is_ordered => Ok(Some(Connector::Paragraph)),
        "seg" if !is_ordered => Ok(Some(Connector::Segment)),
        _ => Err(refused(
            span,
            format!("there is no connector {}", shown(word)),
            "write w/5, pre/5, w/s, w/p or w/seg, or put it in quotation marks",
        )),
    }
}

fn not_within(span: Range<usize>) -> QueryError {
    refused(
        span,
        "a word that stands apart from another at least once cannot be asked for here",
        "write a and not (a w/5 b) to exclude every article with the two together",
    )
}

/// `a or b`
fn alternatives(reader: &mut Reader) -> Parsed {
    let mut any = vec![part(reader)?];
    while reader.take_word("or") {
        any.push(part(reader)?);
    }
    Node::any(any)
}

/// A group, a segment, a command, or words side by side.
fn part(reader: &mut Reader) -> Parsed {
    if reader.kind(0) == Some(Kind::Open) {
        return reader.group(exclusion);
    }
    if let Some(node) = called(reader)? {
        return Ok(node);
    }
    let mut words = vec![term(reader)?];
    while reader.kind(0) == Some(Kind::Phrase) || reader.word(0).is_some() && !ends_term(reader)? {
        words.push(term(reader)?);
    }
    let count = words.len();
    let node = Node::joined(words, Tree::side_by_side).ok_or_else(|| reader.nothing())?;
    if count > 1 {
        let has_phrase = node.tree.as_ref().is_some_and(Tree::has_phrase);
        reader.lost.once(reader.slice(node.span.clone()), if has_phrase { EXACT_PHRASES } else { SIDE_BY_SIDE });
    }
    Ok(node)
}

fn ends_term(reader: &Reader) -> Result<bool, QueryError> {
    let is_connector = ["and", "or", "not", "&"].iter().any(|name| reader.is_word(0, name)) || connector(reader)?.is_some();
    Ok(is_connector || and_not(reader).is_some() || is_call(reader))
}

fn term(reader: &mut Reader) -> Parsed {
    if reader.kind(0) == Some(Kind::Word) && ends_term(reader)? {
        return Err(reader.nothing());
    }
    reader.leaf(Form::Inflected, word)
}

/// A word with Nexis's wildcards.
fn word(reader: &mut Reader, span: Range<usize>, form: Form) -> Result<Tree, QueryError> {
    let text = reader.slice(span.clone());
    // Behind a word, `?`, `,` and the like are wildcards or punctuation; only the latter is cut.
    let bare = crate::query::word::with_last_point(text, text.trim_matches([',', ';', ':', '.']));
    if !bare.contains(['!', '*', '?']) {
        let advice = "leave it out, or write a word";
        return Tree::word(bare, form).ok_or_else(|| refused(span, "there is no letter or digit in this", advice));
    }
    let (stem, has_ending) = match bare.strip_suffix('!') {
        Some(stem) => (stem, true),
        None => (bare, false),
    };
    let starred = stem.strip_suffix('*').filter(|_| !has_ending);
    let body = starred.unwrap_or(stem);
    if body.contains('!') || body.ends_with('*') || body.starts_with(['*', '?']) || body.is_empty() {
        let message = format!("the wildcards of {} have no one reading", shown(text));
        return Err(refused(span, message, "write strik! for any ending, str?ke for one letter"));
    }
    if starred.is_some() {
        reader.lost.once(bare, ENDINGS);
    }
    if body.contains('*') {
        reader.lost.once(bare, INNER_STAR);
    }
    let ending = if has_ending || starred.is_some() { "*" } else { "" };
    Tree::pattern(&format!("{}{ending}", body.replace('*', "?"))).ok_or_else(|| {
        refused(span, format!("{} mixes wildcards with other marks", shown(text)), "write letters, digits and wildcards only")
    })
}
