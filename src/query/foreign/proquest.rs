//! ProQuest: the command line of the ProQuest platform.
//!
//! Order, tightest first: parentheses, PRE, NEAR, AND (also a blank), OR, NOT.
//! Help pages: `proquest.libguides.com/proquestplatform/tips`, `support.proquest.com` "Wildcards and truncation".

use super::node::{Node, Parsed};
use super::reader::{Groups, Kind, Reader, is_number, lex, number};
use super::tree::{Form, Reach, Tree};
use super::{QueryError, Translation, date, refused, shown};
use std::ops::Range;

const VARIANTS: &str = ": found here in all its inflected forms, as in ProQuest, but not in other spellings (`labour` for `labor`).";
const ORDER: &str = ": AND was read before OR, as the ProQuest platform does; ProQuest's older and special products read otherwise.";
const DISTANCES: &str = ": ProQuest does not say whether it counts the words between; here neighbours are at distance 1.";
const ENDINGS: &str = ": `*` stands for at most five letters in ProQuest, for any number here.";
const ONE_LETTER: &str = ": `?` is exactly one letter here; in ProQuest it may also stand for none.";
const ABSTRACT: &str = ": the abstract is the summary or standfirst here, which fewer articles have.";
const WHOLE_FIELD: &str = ": EXACT compares the whole field; here the words need only stand in it, side by side.";
const NAMES: &str = ": a name is printed with the first name first, so its words are looked for in any order.";

/// Fields that are fields here.
const FIELDS: [(&str, &str); 12] = [
    ("ti", "headline"),
    ("title", "headline"),
    ("ab", "summary"),
    ("abstract", "summary"),
    ("ft", "body"),
    ("fulltext", "body"),
    ("au", "byline"),
    ("author", "byline"),
    ("pub", "publisher"),
    ("publication", "publisher"),
    ("sec", "desk"),
    ("section", "desk"),
];

/// Fields of ProQuest that nothing here corresponds to: its index terms, and facts about the record.
const WITHOUT_COUNTERPART: [&str; 28] = [
    "su",
    "subject",
    "mainsubject",
    "mesh",
    "if",
    "diskw",
    "de",
    "per",
    "people",
    "loc",
    "geo",
    "org",
    "co",
    "company",
    "cc",
    "dtype",
    "rtype",
    "stype",
    "pstype",
    "issn",
    "isbn",
    "an",
    "vo",
    "iss",
    "pg",
    "doi",
    "naics",
    "tag",
];

pub(super) fn translate(text: &str) -> Result<Translation, QueryError> {
    Reader::new(text, lex(text, Groups::Parentheses)?).whole(exclusion, Some(VARIANTS))
}

/// `a NOT b`
fn exclusion(reader: &mut Reader) -> Parsed {
    let mut left = disjunction(reader)?;
    while is_not(reader) {
        reader.take_word("and");
        reader.step();
        left = Node::all(vec![left, disjunction(reader)?.not()?]);
    }
    Ok(left)
}

/// True before `NOT` and `AND NOT`.
fn is_not(reader: &Reader) -> bool {
    reader.is_word(0, "not") || reader.is_word(0, "and") && reader.is_word(1, "not")
}

/// `a OR b`
fn disjunction(reader: &mut Reader) -> Parsed {
    let (first, mut has_and) = conjunction(reader)?;
    let mut any = vec![first];
    while reader.take_word("or") {
        let (next, is_and) = conjunction(reader)?;
        has_and |= is_and;
        any.push(next);
    }
    let node = Node::any(any)?;
    if has_and && matches!(node.tree, Some(Tree::Or(_))) {
        reader.lost.once(reader.slice(node.span.clone()), ORDER);
    }
    Ok(node)
}

/// `a AND b`, `a b`; true if there is more than one.
fn conjunction(reader: &mut Reader) -> Result<(Node, bool), QueryError> {
    let mut all = vec![near(reader)?];
    while !is_not(reader) && !reader.is_word(0, "or") && !matches!(reader.kind(0), None | Some(Kind::Close)) {
        reader.take_word("and");
        all.push(near(reader)?);
    }
    let is_and = all.len() > 1;
    Ok((Node::all(all), is_and))
}

/// `a NEAR/3 b`
fn near(reader: &mut Reader) -> Parsed {
    let mut left = pre(reader)?;
    while let Some(distance) = connector(reader, ["near", "n"])? {
        left = left.near(Reach::Within(distance), pre(reader)?)?;
    }
    Ok(left)
}

/// `a PRE/3 b`
fn pre(reader: &mut Reader) -> Parsed {
    let mut left = part(reader)?;
    while let Some(distance) = connector(reader, ["pre", "p"])? {
        left = left.near(Reach::Before(distance), part(reader)?)?;
    }
    Ok(left)
}

/// Steps over a distance of one of these names, the first of which may stand without a number.
fn connector(reader: &mut Reader, names: [&str; 2]) -> Result<Option<u32>, QueryError> {
    let Some(word) = reader.word(0) else { return Ok(None) };
    let (name, digits) = word.split_once('/').unwrap_or((word, "4"));
    let is_named = |wanted: &str| name.eq_ignore_ascii_case(wanted);
    let [long, _] = names;
    if !(is_named(long) || word.contains('/') && names.into_iter().any(is_named)) {
        return Ok(None);
    }
    let span = reader.step();
    if !is_number(digits) {
        let message = format!("there is no connector {}", shown(word));
        return Err(refused(span, message, "write NEAR/4 or PRE/4, or put it in quotation marks"));
    }
    reader.lost.once(word, DISTANCES);
    number(digits, span).map(Some)
}

fn is_connector(word: &str) -> bool {
    let (name, distance) = word.split_once('/').map_or((word, None), |(name, distance)| (name, Some(distance)));
    let name = name.to_ascii_lowercase();
    match distance {
        Some(_) => matches!(name.as_str(), "near" | "n" | "pre" | "p"),
        None => matches!(name.as_str(), "and" | "or" | "not" | "near" | "pre"),
    }
}

/// A group, a field, a word or a phrase.
fn part(reader: &mut Reader) -> Parsed {
    match reader.kind(0) {
        Some(Kind::Open) => reader.group(exclusion),
        Some(Kind::Word) if reader.kind(1) == Some(Kind::Open) && reader.is_glued(1) => field(reader),
        Some(Kind::Word) if !reader.word(0).is_some_and(is_connector) => reader.leaf(Form::Inflected, word),
        Some(Kind::Phrase) => phrase(reader),
        _ => Err(reader.nothing()),
    }
}

/// `"a phrase"`, `"{with all forms}"`
fn phrase(reader: &mut Reader) -> Parsed {
    let span = reader.peek().map(|token| token.span.clone()).unwrap_or_default();
    let inner = reader.slice(span.clone()).trim_matches(super::tree::is_quotation_mark).trim();
    if !(inner.starts_with('{') && inner.ends_with('}')) {
        return reader.leaf(Form::Exact, word);
    }
    let tree = reader.quoted(span.clone(), Form::Inflected, word)?;
    reader.step();
    Ok(Node::new(tree, span))
}

/// `ti(strike)`, `ti,ab(strike)`, `pub.exact("The Paper")`
fn field(reader: &mut Reader) -> Parsed {
    let name_span = reader.step();
    let typed = reader.slice(name_span.clone());
    let lower = typed.to_ascii_lowercase();
    let (list, is_exact) = lower.strip_suffix(".exact").or(lower.strip_suffix(".x")).map_or((lower.as_str(), false), |list| (list, true));
    let names: Vec<&str> = list.split(',').map(|name| name.trim_end_matches(".exact")).filter(|name| !name.is_empty()).collect();
    match names[..] {
        ["pd" | "yr" | "year"] => return dates(reader, name_span.start),
        ["la" | "language"] => return languages(reader, name_span.start),
        _ => {}
    }
    let (mut ours, mut missing) = (Vec::new(), Vec::new());
    for name in names {
        let base = name.split('.').next().unwrap_or(name);
        match FIELDS.iter().find(|(field, _)| *field == name) {
            Some((_, field)) if !ours.contains(field) => ours.push(*field),
            Some(_) => {}
            None if WITHOUT_COUNTERPART.contains(&base) => missing.push(name),
            None => {
                return Err(refused(
                    name_span,
                    format!("there is no field {} that is known here", shown(name)),
                    "known are ti, ab, ft, au, pub, sec, la, pd and yr; put a blank before a parenthesis that only groups",
                ));
            }
        }
    }
    match missing.first() {
        Some(name) if !ours.is_empty() => {
            let message = format!("the field {name} has no counterpart here, and without it the list would find less");
            Err(refused(name_span, message, "take it out of the list"))
        }
        Some(name) => {
            reader.skip_value()?;
            let span = name_span.start..reader.end();
            let clause = shown(reader.slice(span.clone()));
            reader.lost.add(format!("{clause}: the field {name} has no counterpart here and was left out."));
            Ok(Node::left_out(span))
        }
        None => {
            if is_exact {
                reader.lost.once(typed, WHOLE_FIELD);
            }
            if ours.contains(&"summary") {
                reader.lost.once(typed, ABSTRACT);
            }
            let value = reader.group(exclusion)?;
            let span = name_span.start..reader.end();
            let is_turned = ours.contains(&"byline") && reader.slice(value.span.clone()).contains(',');
            if is_turned {
                reader.lost.once(reader.slice(span.clone()), NAMES);
            }
            let value_of = |field, tree: &Tree| if is_turned && field == "byline" { in_any_order(tree) } else { tree.clone() };
            value.wrapped(typed, span, |tree| Tree::any(ours.into_iter().map(|field| Tree::field(field, value_of(field, &tree)))))
        }
    }
}

/// `"Berg, Ada"` in a byline: both words, for the paper prints `Ada Berg`.
fn in_any_order(tree: &Tree) -> Tree {
    match tree {
        Tree::Phrase(name) => Tree::all(name.split(' ').filter_map(|word| Tree::word(word, Form::Exact))),
        other => other.clone(),
    }
}

/// `pd(>20200101)`, `pd(20200101-20201231)`, `yr(2010-2020)`
fn dates(reader: &mut Reader, start: usize) -> Parsed {
    let open = reader.step();
    let sign = match reader.kind(0) {
        Some(Kind::Compare) => reader.step(),
        _ => open.end..open.end,
    };
    let sign = reader.slice(sign);
    let Some(Kind::Word) = reader.kind(0) else { return Err(reader.nothing()) };
    let value = reader.step();
    if reader.kind(0) != Some(Kind::Close) {
        return Err(refused(
            start..reader.end(),
            "one date or range stands in these parentheses",
            "write pd(20200101-20201231) and pd(>2020)",
        ));
    }
    reader.step();
    let text = reader.slice(value.clone());
    let is_year_or_day = |text: &str| is_number(text) && matches!(text.len(), 4 | 6 | 8);
    let range = text.split_once('-').filter(|(from, to)| is_year_or_day(from) && is_year_or_day(to) && from.len() == to.len());
    let written = match range {
        Some((from, to)) if sign.is_empty() => format!("{}..{}", date::read(from, value.clone())?, date::read(to, value)?),
        _ => format!("{}{}", if sign == "=" { "" } else { sign }, date::read(text, value)?),
    };
    Ok(Node::new(Tree::Value("date", written), start..reader.end()))
}

/// `la(french)`, `la(english OR french)`
fn languages(reader: &mut Reader, start: usize) -> Parsed {
    let value = reader.group(disjunction)?;
    let code = |tree: &Tree| tree.words().and_then(date::language).map(|code| Tree::Value("language", code));
    let codes: Option<Vec<Tree>> = match &value.tree {
        Some(Tree::Or(trees)) => trees.iter().map(code).collect(),
        Some(tree) => code(tree).map(|code| vec![code]),
        None => None,
    };
    let advice = "write languages in English: la(french), la(english OR french)";
    match codes {
        Some(codes) => Ok(value.becoming(Tree::any(codes), start..reader.end())),
        None => Err(refused(value.span, "this is not a language known here", advice)),
    }
}

/// A word with ProQuest's wildcards.
fn word(reader: &mut Reader, span: Range<usize>, form: Form) -> Result<Tree, QueryError> {
    let text = reader.slice(span.clone());
    let bare = crate::query::word::with_last_point(text, text.trim_matches([',', ';', ':', '.', '!', '\'']));
    if let Some((stem, letters)) = truncation(bare) {
        return limited(reader, span, stem, letters);
    }
    if !bare.contains(['*', '?']) {
        let advice = "leave it out, or write a word";
        return Tree::word(bare, form).ok_or_else(|| refused(span, "there is no letter or digit in this", advice));
    }
    if bare.contains('*') {
        reader.lost.once(bare, ENDINGS);
    }
    if bare.contains('?') {
        reader.lost.once(bare, ONE_LETTER);
    }
    Tree::pattern(bare).ok_or_else(|| {
        refused(span, format!("{} mixes wildcards with other marks", shown(text)), "write letters, digits and wildcards only")
    })
}

/// The stem and the number of `farm[*3]`, `farm*3` and `farm$3`.
fn truncation(word: &str) -> Option<(&str, &str)> {
    let inner = word.strip_suffix(']').unwrap_or(word);
    let (stem, digits) = inner.rsplit_once(['*', '$'])?;
    let stem = if word.ends_with(']') { stem.strip_suffix('[')? } else { stem };
    (is_number(digits) && !stem.is_empty()).then_some((stem, digits))
}

fn limited(reader: &mut Reader, span: Range<usize>, stem: &str, letters: &str) -> Result<Tree, QueryError> {
    let most = number(letters, span.clone())?;
    let typed = shown(reader.slice(span.clone()));
    let tree = match most {
        ..=3 if !stem.contains(['*', '?']) => Tree::stem(stem, most),
        _ => {
            reader.lost.add(format!("{typed}: at most {most} letters more cannot be asked for here; any ending is found."));
            Tree::pattern(&format!("{stem}*"))
        }
    };
    tree.ok_or_else(|| refused(span, format!("{typed} mixes wildcards with other marks"), "write letters, then *3 or [*3]"))
}
