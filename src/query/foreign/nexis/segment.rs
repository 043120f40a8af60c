//! What Nexis writes with parentheses or signs behind a name: segments of the document, commands, dates and sizes.

use super::super::node::{Node, Parsed};
use super::super::reader::{Kind, Reader, number, without_prefix};
use super::super::tree::Tree;
use super::super::{QueryError, date, refused, shown};
use super::exclusion;
use std::ops::Range;

const CAPITALS: &str = ": asks for any capital letter in Nexis; here it became the capitalised and the all-capitals form.";
const LEAD: &str = ": the lead of Nexis is a few sentences or paragraphs; it was read as the first 100 words of the text.";
const HLEAD: &str = ": the lead within HLEAD may be several paragraphs in Nexis; here it is the first one.";

/// Segments that are fields here.
const FIELDS: [(&str, &str); 14] = [
    ("headline", "headline"),
    ("title", "headline"),
    ("highlight", "summary"),
    ("body", "body"),
    ("text", "body"),
    ("byline", "byline"),
    ("author", "byline"),
    ("section", "desk"),
    ("publication", "publisher"),
    ("pub", "publisher"),
    ("source", "publisher"),
    ("publication-name", "publisher"),
    ("dateline", "place"),
    ("language", "language"),
];

/// Segments of Nexis that nothing here corresponds to: its index terms, and facts about the file.
const WITHOUT_COUNTERPART: [&str; 30] = [
    "terms",
    "term",
    "subject",
    "company",
    "organization",
    "org",
    "person",
    "geographic",
    "geo",
    "city",
    "state",
    "country",
    "region",
    "industry",
    "ticker",
    "length",
    "load-date",
    "graphic",
    "correction",
    "correction-date",
    "publication-type",
    "pub-type",
    "document-type",
    "type",
    "series",
    "edition",
    "copyright",
    "cite",
    "distribution",
    "acc-no",
];

/// True where a command, a segment or a comparison of one begins.
pub(super) fn is_call(reader: &Reader) -> bool {
    let Some(name) = reader.word(0).map(str::to_ascii_lowercase) else { return false };
    let is_segment = FIELDS.iter().any(|(segment, _)| *segment == name) || WITHOUT_COUNTERPART.contains(&name.as_str());
    let is_command = matches!(name.as_str(), "hlead" | "lead" | "allcaps" | "caps" | "nocaps" | "plural" | "singular" | "date")
        || without_prefix(&name, "atleast").is_some();
    match reader.kind(1) {
        Some(Kind::Open) => is_segment || is_command || reader.is_glued(1),
        Some(Kind::Compare) => is_segment || name == "date",
        _ => matches!(name.as_str(), "date" | "length" | "load-date") && reader.word(1).is_some_and(|word| comparison(word).is_some()),
    }
}

/// `headline(a)`, `atleast3(a)`, `date aft 2020`: `None` if nothing of the kind stands here.
pub(super) fn called(reader: &mut Reader) -> Result<Option<Node>, QueryError> {
    if !is_call(reader) {
        return Ok(None);
    }
    let name_span = reader.step();
    let typed = reader.slice(name_span.clone());
    let name = typed.to_ascii_lowercase();
    if name == "date" {
        return dates(reader, name_span.start).map(Some);
    }
    if WITHOUT_COUNTERPART.contains(&name.as_str()) {
        return left_out(reader, name_span).map(Some);
    }
    if reader.kind(0) != Some(Kind::Open) {
        return Err(refused(name_span, format!("{} cannot be compared", shown(typed)), "write its words in parentheses"));
    }
    let value = reader.group(exclusion)?;
    let span = name_span.start..reader.end();
    let words = value.span.clone();
    let node = match name.as_str() {
        "hlead" => {
            reader.lost.once(typed, HLEAD);
            value.wrapped(typed, span, |tree| Tree::call("hlead", tree))
        }
        "lead" => {
            reader.lost.once(typed, LEAD);
            value.wrapped(typed, span, |tree| Tree::call("first100", tree))
        }
        "allcaps" => cased(value, span, |tree| Some(Tree::call("caps", tree.spelt(&|text: &str| text.to_uppercase())?))),
        "nocaps" => cased(value, span, |tree| Some(Tree::call("caps", tree.spelt(&|text: &str| text.to_lowercase())?))),
        "caps" => {
            reader.lost.once(reader.slice(span.clone()), CAPITALS);
            cased(value, span, capitalised)
        }
        "plural" | "singular" => one_form(value, span, name == "plural"),
        "language" => language(reader, words, span),
        _ => match (without_prefix(&name, "atleast"), FIELDS.iter().find(|(segment, _)| *segment == name)) {
            (Some(count), _) => value.at_least(number(count, name_span)?, span),
            (_, Some((_, field))) => value.wrapped(typed, span, |tree| Tree::field(field, tree)),
            (None, None) => Err(refused(
                name_span,
                format!("there is no segment or command {} that is known here", shown(typed)),
                "known are headline, hlead, lead, highlight, body, byline, section, publication, dateline, language, date, atleast3, \
                 allcaps, caps, nocaps, plural and singular; put a blank before a parenthesis that only groups",
            )),
        },
    };
    node.map(Some)
}

fn cased(value: Node, span: Range<usize>, spell: impl FnOnce(&Tree) -> Option<Tree>) -> Parsed {
    match value.tree.as_ref().and_then(spell) {
        Some(tree) => Ok(value.becoming(tree, span)),
        None => Err(refused(
            value.span,
            "capital letters are asked of words and phrases only",
            "write words and phrases, without wildcards, distances and exclusions",
        )),
    }
}

/// With a capital letter somewhere: `Word`, `WORD`, or what was typed if it has capitals of its own.
fn capitalised(tree: &Tree) -> Option<Tree> {
    let title = |text: &str| text.split(' ').map(first_upper).collect::<Vec<_>>().join(" ");
    let typed = |text: &str| if text.contains(char::is_uppercase) { text.to_owned() } else { title(text) };
    let mut spellings = vec![tree.spelt(&title)?, tree.spelt(&|text: &str| text.to_uppercase())?, tree.spelt(&typed)?];
    if spellings.first() == spellings.last() || spellings.get(1) == spellings.last() {
        spellings.pop();
    }
    spellings.dedup();
    Some(Tree::any(spellings.into_iter().map(|spelling| Tree::call("caps", spelling))))
}

fn first_upper(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters.flat_map(char::to_lowercase)).collect())
}

/// `plural(jobs)`, `singular(job)`: the form that is typed.
fn one_form(value: Node, span: Range<usize>, is_plural: bool) -> Parsed {
    let tree = value.tree.as_ref().and_then(|tree| match tree {
        Tree::Word(text) | Tree::Exact(text) => Some(Tree::Exact(text.clone())),
        Tree::Phrase(_) => Some(tree.clone()),
        _ => None,
    });
    match tree {
        Some(tree) if !is_plural || tree.words().is_some_and(|text| text.to_lowercase().ends_with('s')) => Ok(value.becoming(tree, span)),
        Some(_) => Err(refused(value.span, "this is not the plural itself", "write the plural: plural(jobs)")),
        None => Err(refused(value.span, "one form can be asked of a word only", "write plural(jobs) or plural(pensions)")),
    }
}

fn language(reader: &Reader, words: Range<usize>, span: Range<usize>) -> Parsed {
    let name = reader.slice(words.clone()).trim_matches(['(', ')', '"', ' ']);
    let advice = "write one language in English, as in language(french)";
    let code = date::language(name).ok_or_else(|| refused(words, format!("{} is not a language known here", shown(name)), advice))?;
    Ok(Node::new(Tree::Value("language", code), span))
}

/// Steps over the value of a segment that has no counterpart.
fn left_out(reader: &mut Reader, name: Range<usize>) -> Parsed {
    if reader.kind(0) == Some(Kind::Open) {
        reader.skip_value()?;
    } else {
        reader.step();
        match reader.kind(0) {
            Some(Kind::Word) => reader.skip_value()?,
            _ => return Err(reader.nothing()),
        };
    }
    let span = name.start..reader.end();
    let typed = shown(reader.slice(span.clone()));
    reader.lost.add(format!("{typed}: {} has no counterpart here and was left out.", reader.slice(name).to_uppercase()));
    Ok(Node::left_out(span))
}

/// The sign that a word or a mark of comparison stands for.
fn comparison(word: &str) -> Option<&'static str> {
    match word.to_ascii_lowercase().as_str() {
        "aft" | "after" | ">" => Some(">"),
        "bef" | "before" | "<" => Some("<"),
        "geq" | ">=" => Some(">="),
        "leq" | "<=" => Some("<="),
        "is" | "=" => Some(""),
        _ => None,
    }
}

/// `aft 1/1/2020`, `(geq (01/01/2020) and leq (12/31/2020))`, behind DATE.
fn dates(reader: &mut Reader, start: usize) -> Parsed {
    let in_parentheses = reader.kind(0) == Some(Kind::Open);
    let open = reader.peek().map(|token| token.span.clone()).unwrap_or_default();
    if in_parentheses {
        reader.step();
    }
    let mut all = vec![one_date(reader)?];
    while in_parentheses && reader.take_word("and") {
        all.push(one_date(reader)?);
    }
    if in_parentheses && reader.kind(0) != Some(Kind::Close) {
        return Err(refused(open, "the parenthesis of this date is never closed", "write date(aft 1/1/2020)"));
    }
    if in_parentheses {
        reader.step();
    }
    Ok(Node::new(Tree::all(all), start..reader.end()))
}

fn one_date(reader: &mut Reader) -> Result<Tree, QueryError> {
    let span = reader.peek().map_or(reader.text.len()..reader.text.len(), |token| token.span.clone());
    let sign = comparison(reader.slice(span.clone()));
    if sign.is_some() {
        reader.step();
    }
    let in_parentheses = reader.kind(0) == Some(Kind::Open);
    if in_parentheses {
        reader.step();
    }
    let first = reader.peek().map_or(span, |token| token.span.clone());
    let mut end = first.start;
    while reader.word(0).is_some() && !["and", "or", "not"].iter().any(|name| reader.is_word(0, name)) {
        end = reader.step().end;
    }
    if end == first.start {
        return Err(reader.nothing());
    }
    let value = date::read(reader.slice(first.start..end), first.start..end)?;
    if in_parentheses {
        match reader.kind(0) {
            Some(Kind::Close) => reader.step(),
            _ => return Err(refused(first, "the parenthesis of this date is never closed", "write date(aft 1/1/2020)")),
        };
    }
    Ok(Tree::Value("date", format!("{}{value}", sign.unwrap_or_default())))
}
