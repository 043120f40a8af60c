//! Factiva: traditional search.
//!
//! Order, tightest first: parentheses, blanks (the next word), distances and `/F50/` from left to right, `atleast` and fields, NOT, AND,
//! OR.
//! Help pages: `factiva.com` FDK 3.8 "Search Statement Operators", "Range Searches", "Field-Qualified Searches".

use super::node::{Node, Parsed};
use super::reader::{Groups, Kind, Reader, Token, is_number, lex, number, without_prefix};
use super::tree::{Form, Reach, Tree};
use super::{QueryError, Translation, date, refused, shown};
use std::ops::Range;

const LEAD: &str = ": the lead paragraphs of Factiva are the first two; they were read as the first 100 words of the text.";
const HLP: &str = ": Factiva also looks in the section name, the column name and the second paragraph; here it is headline, summary and \
    first paragraph.";
const HL: &str = ": Factiva also looks in the section name and the column name; here it is the headline.";
const TD: &str = ": Factiva means the text behind the lead paragraphs; here it is the whole text.";
const HEADLINE_WORDS: &str = ": Factiva counts the first words of the article, headline included; here the words of the text are counted.";

/// Fields that are fields here.
const FIELDS: [(&str, &str); 8] = [
    ("hd", "headline"),
    ("hl", "headline"),
    ("td", "body"),
    ("by", "byline"),
    ("sn", "publisher"),
    ("pub", "publisher"),
    ("se", "desk"),
    ("la", "language"),
];

/// Fields of Factiva that nothing here corresponds to: codes of its index, and facts about the file.
const WITHOUT_COUNTERPART: [&str; 25] = [
    "rst", "ns", "in", "re", "co", "fds", "de", "pe", "an", "art", "clm", "cr", "ct", "cx", "ed", "pg", "vol", "rf", "ric", "ipc", "ipd",
    "sc", "cy", "et", "wc",
];

pub(super) fn translate(text: &str) -> Result<Translation, QueryError> {
    let tokens = lex(text, Groups::ParenthesesAndBrackets)?.into_iter().flat_map(|token| apart(text, token)).collect();
    Reader::new(text, tokens).whole(disjunction, None)
}

/// Cuts `boeing/N30/airways` into its three parts.
fn apart(text: &str, token: Token) -> Vec<Token> {
    let word = text.get(token.span.clone()).unwrap_or_default();
    if token.kind != Kind::Word || !word.contains('/') {
        return vec![token];
    }
    let (mut parts, mut start) = (Vec::new(), token.span.start);
    let mut push = |span: Range<usize>| {
        if !span.is_empty() {
            parts.push(Token { kind: Kind::Word, span });
        }
    };
    let slashes: Vec<usize> = word.match_indices('/').map(|(at, _)| token.span.start + at).collect();
    for (open, close) in slashes.iter().zip(slashes.iter().skip(1)) {
        if *open >= start && text.get(*open..=*close).is_some_and(|mark| slashed(mark).is_some()) {
            push(start..*open);
            push(*open..*close + 1);
            start = *close + 1;
        }
    }
    push(start..token.span.end);
    parts
}

/// The letter and the number of `/N30/` and `/F50/`.
fn slashed(mark: &str) -> Option<(char, &str)> {
    let inner = mark.strip_prefix('/')?.strip_suffix('/')?;
    let letter = inner.chars().next()?.to_ascii_lowercase();
    let digits = inner.get(1..).filter(|digits| is_number(digits))?;
    matches!(letter, 'n' | 'f').then_some((letter, digits))
}

/// `a or b`
fn disjunction(reader: &mut Reader) -> Parsed {
    let mut any = vec![conjunction(reader)?];
    while reader.take_word("or") {
        any.push(conjunction(reader)?);
    }
    Node::any(any)
}

/// `a and b`
fn conjunction(reader: &mut Reader) -> Parsed {
    let mut all = vec![exclusion(reader)?];
    while reader.take_word("and") {
        all.push(exclusion(reader)?);
    }
    Ok(Node::all(all))
}

/// `a not b`, `not b`
fn exclusion(reader: &mut Reader) -> Parsed {
    let mut all = if reader.is_word(0, "not") { Vec::new() } else { vec![unit(reader)?] };
    while reader.take_word("not") {
        all.push(unit(reader)?.not()?);
    }
    Ok(Node::all(all))
}

/// A date, a size, a field, a count of mentions, or words and their distances.
fn unit(reader: &mut Reader) -> Parsed {
    let Some(word) = reader.word(0).map(str::to_ascii_lowercase) else { return proximity(reader) };
    if word == "date" || word == "upd" {
        return dates(reader);
    }
    if reader.kind(1) == Some(Kind::Compare) {
        return field(reader);
    }
    match without_prefix(&word, "atleast").filter(|count| is_number(count)) {
        Some(count) => {
            let name = reader.step();
            let value = proximity(reader)?;
            let span = name.start..reader.end();
            value.at_least(number(count, name)?, span)
        }
        None => proximity(reader),
    }
}

/// `hd=strike`, `wc>1000`
fn field(reader: &mut Reader) -> Parsed {
    let name_span = reader.step();
    let sign_span = reader.step();
    let (typed, sign) = (reader.slice(name_span.clone()), reader.slice(sign_span.clone()));
    let name = typed.to_ascii_lowercase();
    if WITHOUT_COUNTERPART.contains(&name.as_str()) {
        if !matches!(reader.kind(0), Some(Kind::Open | Kind::Word | Kind::Phrase)) {
            return Err(reader.nothing());
        }
        reader.skip_value()?;
        let span = name_span.start..reader.end();
        let clause = shown(reader.slice(span.clone()));
        reader.lost.add(format!("{clause}: the field {name} has no counterpart here and was left out."));
        return Ok(Node::left_out(span));
    }
    if sign != "=" {
        return Err(refused(sign_span, format!("{} cannot be compared by {}", shown(typed), shown(sign)), "write hd=word"));
    }
    let note = match name.as_str() {
        "hlp" => HLP,
        "lp" => LEAD,
        "hl" => HL,
        "td" => TD,
        _ => "",
    };
    if !note.is_empty() {
        reader.lost.once(&format!("{name}="), note);
    }
    if name == "la" {
        return language(reader, name_span.start);
    }
    let known = FIELDS.iter().find(|(field, _)| *field == name).map(|(_, ours)| *ours);
    if known.is_none() && !matches!(name.as_str(), "hlp" | "lp") {
        return Err(refused(
            name_span,
            format!("there is no field {} that is known here", shown(typed)),
            "known are hd, hl, hlp, lp, td, by, sn, pub, se, la and rst; put it in quotation marks to search for it",
        ));
    }
    let value = proximity(reader)?;
    let span = name_span.start..reader.end();
    match known {
        Some(ours) => value.wrapped(typed, span, |tree| Tree::field(ours, tree)),
        None => value.wrapped(typed, span, |tree| Tree::call(if name == "lp" { "first100" } else { "hlead" }, tree)),
    }
}

/// `la=en`, `la=(en or fr)`
fn language(reader: &mut Reader, start: usize) -> Parsed {
    let value = proximity(reader)?;
    let span = start..reader.end();
    let codes: Option<Vec<Tree>> = match &value.tree {
        Some(Tree::Or(trees)) => trees.iter().map(language_code).collect(),
        Some(tree) => language_code(tree).map(|code| vec![code]),
        None => None,
    };
    match codes {
        Some(codes) => Ok(value.becoming(Tree::any(codes), span)),
        None => Err(refused(value.span, "this is not a language known here", "write codes of two letters: la=en, la=(en or fr)")),
    }
}

fn language_code(tree: &Tree) -> Option<Tree> {
    tree.words().and_then(date::language).map(|code| Tree::Value("language", code))
}

/// `date from 20200101 to 20201231`, `date after 20200101`
fn dates(reader: &mut Reader) -> Parsed {
    let name = reader.step();
    let is_update = reader.slice(name.clone()).eq_ignore_ascii_case("upd");
    let tree = if reader.take_word("from") {
        let from = one_date(reader)?;
        if !reader.take_word("to") {
            return Err(refused(name, "this range of dates has no end", "write date from 20200101 to 20201231"));
        }
        format!("{from}..{}", one_date(reader)?)
    } else if reader.take_word("after") {
        format!(">{}", one_date(reader)?)
    } else if reader.take_word("before") {
        format!("<{}", one_date(reader)?)
    } else if reader.word(0).is_some_and(|word| word.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+'))) {
        one_date(reader)?
    } else {
        let message = format!("no date follows {}, with which Factiva begins one", shown(reader.slice(name.clone())));
        return Err(refused(name, message, "write date after 20200101, or \"date\" in quotation marks for the word"));
    };
    let span = name.start..reader.end();
    if is_update {
        reader.lost.add(format!("{}: the date of an update has no counterpart here and was left out.", shown(reader.slice(span.clone()))));
        return Ok(Node::left_out(span));
    }
    Ok(Node::new(Tree::Value("date", tree), span))
}

fn one_date(reader: &mut Reader) -> Result<String, QueryError> {
    match reader.kind(0) {
        Some(Kind::Word) => {
            let span = reader.step();
            date::read(reader.slice(span.clone()), span)
        }
        _ => Err(reader.nothing()),
    }
}

/// `a near5 b`, `a/F50/`
fn proximity(reader: &mut Reader) -> Parsed {
    let mut left = adjacent(reader)?;
    while let Some(word) = reader.word(0) {
        let span = reader.peek().map(|token| token.span.clone()).unwrap_or_default();
        if let Some(('f', digits)) = slashed(word) {
            reader.step();
            let whole = left.span.start..span.end;
            let words = number(digits, span)?;
            reader.lost.once(word, HEADLINE_WORDS);
            left = left.wrapped(word, whole, |tree| Tree::call(format!("first{words}"), tree))?;
            continue;
        }
        let Some(reach) = reach(word, span)? else { break };
        reader.step();
        left = left.near(reach, adjacent(reader)?)?;
    }
    Ok(left)
}

/// The distance that a word stands for.
fn reach(word: &str, span: Range<usize>) -> Result<Option<Reach>, QueryError> {
    if word.eq_ignore_ascii_case("same") {
        return Ok(Some(Reach::Paragraph));
    }
    if let Some(('n', digits)) = slashed(word) {
        return Ok(Some(Reach::Within(number(digits, span)?)));
    }
    let digits = |name: &str| without_prefix(word, name).filter(|digits| digits.is_empty() || is_number(digits));
    let distance = |digits: &str| if digits.is_empty() { Ok(1) } else { number(digits, span.clone()) };
    if let Some(digits) = digits("near") {
        return Ok(Some(Reach::Within(distance(digits)?)));
    }
    if let Some(digits) = digits("adj").or_else(|| digits("w/").filter(|digits| !digits.is_empty())) {
        return Ok(Some(Reach::Before(distance(digits)?)));
    }
    match without_prefix(word, "w/") {
        Some(_) => Err(refused(
            span,
            format!("there is no connector {}", shown(word)),
            "write w/5, adj5, near5, /N5/ or same, or put it in quotation marks",
        )),
        None => Ok(None),
    }
}

/// Words and groups side by side: each is the next word to the one before.
fn adjacent(reader: &mut Reader) -> Parsed {
    let mut parts = Vec::new();
    loop {
        match reader.kind(0) {
            Some(Kind::Open) => parts.push(reader.group(disjunction)?),
            Some(Kind::Phrase) => parts.push(reader.leaf(Form::Exact, word)?),
            Some(Kind::Word) if !ends_words(reader)? => parts.push(reader.leaf(Form::Exact, word)?),
            _ => break,
        }
    }
    if parts.len() < 2 {
        return parts.pop().ok_or_else(|| reader.nothing());
    }
    // Groups that are more than one word cannot stand in a phrase.
    let is_operand = |node: &Node| node.tree.as_ref().is_some_and(|tree| tree.not_an_operand().is_none());
    if let Some(stray) = parts.iter().find(|node| !is_operand(node)) {
        return Err(refused(stray.span.clone(), "this cannot stand side by side with words", "write `and` or `or` between the two"));
    }
    Node::joined(parts, Tree::side_by_side).ok_or_else(|| reader.nothing())
}

fn ends_words(reader: &Reader) -> Result<bool, QueryError> {
    let Some(word) = reader.word(0) else { return Ok(true) };
    let span = reader.peek().map(|token| token.span.clone()).unwrap_or_default();
    let is_connector = ["and", "or", "not", "date", "upd"].iter().any(|name| word.eq_ignore_ascii_case(name));
    let is_count = without_prefix(word, "atleast").is_some_and(is_number);
    Ok(is_connector || is_count || slashed(word).is_some() || reach(word, span)?.is_some() || reader.kind(1) == Some(Kind::Compare))
}

/// A word with Factiva's wildcards; Factiva finds what was typed and no other form.
fn word(reader: &mut Reader, span: Range<usize>, form: Form) -> Result<Tree, QueryError> {
    let text = reader.slice(span.clone());
    let bare = crate::query::word::with_last_point(text, text.trim_matches([',', ';', ':', '.', '\'']));
    if bare.contains('%') {
        let advice = "write a w/2 b for at most one word between, in this order";
        return Err(refused(span, "`%`, exactly one word between, has no counterpart here", advice));
    }
    if let Some((stem, letters)) = bare.split_once('$').filter(|(stem, digits)| is_number(digits) && !stem.contains(['*', '?'])) {
        return limited(reader, span, stem, letters);
    }
    let pattern = bare.replace('$', "*");
    if !pattern.contains(['*', '?']) {
        let advice = "leave it out, or write a word";
        return Tree::word(bare, form).ok_or_else(|| refused(span, "there is no letter or digit in this", advice));
    }
    Tree::pattern(&pattern).ok_or_else(|| {
        refused(span, format!("{} mixes wildcards with other marks", shown(text)), "write letters, digits and wildcards only")
    })
}

/// `strik$3`: at most three letters more.
fn limited(reader: &mut Reader, span: Range<usize>, stem: &str, letters: &str) -> Result<Tree, QueryError> {
    let most = number(letters, span.clone())?;
    let tree = if most <= 3 { Tree::stem(stem, most) } else { Tree::pattern(&format!("{stem}*")) };
    let typed = shown(reader.slice(span.clone()));
    if most > 3 {
        reader.lost.add(format!("{typed}: at most {most} letters more cannot be asked for here; any ending is found."));
    }
    tree.ok_or_else(|| refused(span, format!("{typed} mixes wildcards with other marks"), "write letters, then $ and a digit"))
}
