//! A header block at the top of a text file: `Headline: ...`, `Date: ...`, up to an empty line.

use crate::article::{BlockKind, DateRole, Meta};
use crate::format::shape::Block;
use crate::format::{Problem, byline};
use crate::text::{Date, clean};

/// What a header block says.
#[derive(Debug, Default)]
pub(in crate::format) struct Header {
    pub(in crate::format) id: Option<String>,
    pub(in crate::format) meta: Meta,
    pub(in crate::format) summary: Vec<Block>,
    pub(in crate::format) problems: Vec<Problem>,
}

/// Keys as they are written, in lower case, and the field they fill.
const KEYS: [(&str, Field); 21] = [
    ("headline", Field::Headline),
    ("title", Field::Headline),
    ("date", Field::Date),
    ("published", Field::Date),
    ("byline", Field::Byline),
    ("author", Field::Byline),
    ("authors", Field::Byline),
    ("by", Field::Byline),
    ("desk", Field::Desk),
    ("section", Field::Desk),
    ("publisher", Field::Publisher),
    ("source", Field::Publisher),
    ("url", Field::Url),
    ("link", Field::Url),
    ("language", Field::Language),
    ("lang", Field::Language),
    ("summary", Field::Summary),
    ("standfirst", Field::Summary),
    ("id", Field::Id),
    ("tags", Field::Other),
    ("keywords", Field::Other),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Headline,
    Date,
    Byline,
    Desk,
    Publisher,
    Url,
    Language,
    Summary,
    Id,
    Other,
}

/// The header block and the text below it; the whole text when it has none. Two known keys make a header, or one that no
/// sentence begins with.
pub(in crate::format) fn split(text: &str) -> (Header, &str) {
    let none = || (Header::default(), text);
    let mut at = text.len() - text.trim_start().len();
    let fenced = text[at..].starts_with("---") && text[at..].lines().next().is_some_and(|line| line.trim() == "---");
    if fenced {
        at += text[at..].find('\n').map_or(3, |end| end + 1);
    }
    let mut fields: Vec<(Field, Vec<&str>)> = Vec::new();
    for line in text[at..].split_inclusive('\n') {
        let words = line.trim();
        if words.is_empty() || fenced && words == "---" {
            at += line.len();
            break;
        }
        match key(words) {
            Some((field, value)) => fields.push((field, vec![value])),
            // Points of a summary, or the wrapped rest of a value.
            None if !fields.is_empty() && (words.starts_with(['-', '•', '*']) || line.starts_with([' ', '\t'])) => {
                if let Some((_, values)) = fields.last_mut() {
                    values.push(words);
                }
            }
            None => return none(),
        }
        at += line.len();
        if fields.len() > 40 {
            return none();
        }
    }
    let known = fields.iter().filter(|(field, _)| *field != Field::Other).count();
    let certain = fields.first().is_some_and(|(field, _)| matches!(field, Field::Headline | Field::Date | Field::Byline));
    if known == 0 || known == 1 && !certain { none() } else { (read(fields), &text[at..]) }
}

/// True for a line that begins with a known key.
pub(in crate::format) fn is_known(line: &str) -> bool {
    !line.starts_with([' ', '\t']) && key(line.trim()).is_some()
}

fn key(line: &str) -> Option<(Field, &str)> {
    let (name, value) = line.split_once(':')?;
    let name = name.trim().trim_matches('*').to_lowercase();
    KEYS.iter().find(|(key, _)| *key == name).map(|&(_, field)| (field, value.trim().trim_matches('"')))
}

fn read(fields: Vec<(Field, Vec<&str>)>) -> Header {
    let mut header = Header::default();
    let meta = &mut header.meta;
    for (field, values) in fields {
        let whole = clean::line(&values.join(" "));
        if field == Field::Summary {
            for value in values {
                let words = value.trim_start_matches(['-', '•', '*', ' ']);
                let kind = if words.len() == value.len() { BlockKind::Paragraph } else { BlockKind::Item };
                header.summary.push((kind, words.to_owned()));
            }
            header.summary.retain(|(_, text)| !text.is_empty());
            continue;
        }
        if whole.is_empty() {
            continue;
        }
        let name = match field {
            Field::Headline => "headline",
            Field::Byline => "byline",
            Field::Desk => "desk",
            Field::Publisher => "publisher",
            Field::Url => "url",
            Field::Language => "language",
            Field::Date => "date",
            Field::Id => "id",
            Field::Summary | Field::Other => "",
        };
        if !name.is_empty() {
            meta.found.insert(name, "header of the file".into());
        }
        match field {
            Field::Headline => meta.headline = Some(whole),
            Field::Date => match Date::parse(&whole) {
                Some(date) => meta.dated(DateRole::Published, date, "field"),
                None => header.problems.push(Problem::new("", format!("the date `{whole}` is not understood"), "write it as 2025-04-17")),
            },
            Field::Byline => {
                let byline = byline::of_field(&whole);
                (meta.authors, meta.byline) = (byline.authors, Some(byline.printed));
            }
            Field::Desk => meta.desk = Some(whole),
            Field::Publisher => meta.publisher = Some(whole),
            Field::Url => meta.url = Some(whole),
            Field::Language => meta.language = Some(whole),
            Field::Id => header.id = Some(whole),
            Field::Summary | Field::Other => {}
        }
    }
    header
}
