//! Front matter: a table of keys above the text, in YAML between lines of `---` or in TOML between lines of `+++`.
//!
//! Its keys are those of JSON articles; what the common site generators call them is taken too. YAML that cannot be read (a colon in a
//! headline is enough) is read line by line, and the problem said.

use crate::article::Draft;
use crate::format::shape::Block;
use crate::format::text::header;
use crate::format::{Problem, json};
use serde::Deserialize;
use serde_json::{Map, Value};

/// What stands above a text.
pub(super) enum Front<'a> {
    None,
    /// Lines such as `Title: ...`, without a fence.
    Header(Box<header::Header>),
    Yaml(&'a str),
    Toml(&'a str),
}

/// Other names for the keys of an article, in the order in which they count.
const NAMES: [(&str, &str); 22] = [
    ("title", "headline"),
    ("author", "authors"),
    ("creator", "authors"),
    ("description", "summary"),
    ("standfirst", "summary"),
    ("subtitle", "summary"),
    ("deck", "summary"),
    ("excerpt", "summary"),
    ("published", "date"),
    ("publishdate", "date"),
    ("publish_date", "date"),
    ("pubdate", "date"),
    ("datepublished", "date"),
    ("publication", "publisher"),
    ("source", "publisher"),
    ("paper", "publisher"),
    ("category", "section"),
    ("categories", "section"),
    ("lang", "language"),
    ("locale", "language"),
    ("canonical", "url"),
    ("link", "url"),
];

/// Keys as articles have them.
const KEYS: [&str; 14] = [
    "id",
    "headline",
    "summary",
    "date",
    "byline",
    "authors",
    "publisher",
    "section",
    "desk",
    "articleSection",
    "url",
    "language",
    "text",
    "body",
];

/// The front matter and the text below it.
pub(super) fn split(text: &str) -> (Front<'_>, &str) {
    let start = text.trim_start_matches(['\u{feff}', ' ', '\n', '\r', '\t']);
    for (fence, ends) in [("---", ["---", "..."]), ("+++", ["+++", "+++"])] {
        let Some(first) = start.lines().next().filter(|line| line.trim_end() == fence) else { continue };
        let inner = start[first.len()..].strip_prefix("\r\n").or(start[first.len()..].strip_prefix('\n')).unwrap_or_default();
        let mut at = 0;
        for line in inner.split_inclusive('\n') {
            if ends.contains(&line.trim_end()) {
                let (front, rest) = (&inner[..at], &inner[at + line.len()..]);
                // A rule above the text is no fence: between fences stand keys.
                if front.contains([':', '=']) || front.trim().is_empty() {
                    return (if fence == "---" { Front::Yaml(front) } else { Front::Toml(front) }, rest);
                }
                break;
            }
            at += line.len();
        }
    }
    let (header, rest) = header::split(text);
    if rest.len() == text.len() { (Front::None, text) } else { (Front::Header(Box::new(header)), rest) }
}

impl Front<'_> {
    /// What it says, the summary apart, and what was wrong with it.
    pub(super) fn read(self) -> (Draft, Vec<Block>, Vec<Problem>) {
        match self {
            Front::None => Default::default(),
            Front::Header(header) => of_header(*header),
            Front::Toml(text) => match toml(text) {
                Ok(keys) => of_keys(keys),
                Err(reason) => unreadable(format!("the front matter is not valid TOML: {reason}"), "its keys were not read"),
            },
            Front::Yaml(text) => yaml(text).map(of_keys).unwrap_or_else(|reason| {
                // Lines that say something known; of the others nothing is made.
                let known: Vec<&str> = text.lines().filter(|line| header::is_known(line)).collect();
                let fenced = format!("---\n{}\n---\n", known.join("\n"));
                let (header, rest) = header::split(&fenced);
                if rest.len() == fenced.len() {
                    return unreadable(format!("the front matter is not valid YAML: {reason}"), "its keys were not read");
                }
                let (draft, summary, mut problems) = of_header(header);
                let message = format!("the front matter is not valid YAML ({reason}) and was read line by line");
                problems.insert(0, Problem::new("", message, "put values that hold a colon into quotation marks"));
                (draft, summary, problems)
            }),
        }
    }
}

fn unreadable(message: String, help: &str) -> (Draft, Vec<Block>, Vec<Problem>) {
    (Draft::default(), Vec::new(), vec![Problem::new("", message, help)])
}

fn of_header(header: header::Header) -> (Draft, Vec<Block>, Vec<Problem>) {
    (Draft { id: header.id, meta: header.meta, ..Draft::default() }, header.summary, header.problems)
}

fn of_keys(keys: Map<String, Value>) -> (Draft, Vec<Block>, Vec<Problem>) {
    let (mut draft, problems) = json::draft(known(keys), "", "front matter");
    let summary = std::mem::take(&mut draft.summary);
    (draft, summary, problems)
}

fn yaml(text: &str) -> Result<Map<String, Value>, String> {
    if text.trim().is_empty() {
        return Ok(Map::new());
    }
    let options = serde_saphyr::options! { duplicate_keys: serde_saphyr::DuplicateKeyPolicy::LastWins };
    match serde_saphyr::from_str_with_options::<Value>(text, options.clone()) {
        Ok(Value::Object(mut map)) => {
            // What looks like a number is an id or a headline as it was written: `007`, `1984`.
            let written = serde_saphyr::from_str_with_options::<Written>(text, options).unwrap_or_default();
            for (key, text) in [("id", written.id), ("headline", written.headline), ("title", written.title), ("date", written.date)] {
                if let Some(text) = text.filter(|_| map.get(key).is_some_and(|value| value.is_number() || value.is_boolean())) {
                    map.insert(key.to_owned(), Value::String(text));
                }
            }
            Ok(map)
        }
        Ok(_) => Err("not a table of keys".to_owned()),
        Err(error) => Err(first_line(&error.to_string())),
    }
}

/// Keys whose values are text whatever they look like.
#[derive(Default, Deserialize)]
struct Written {
    id: Option<String>,
    headline: Option<String>,
    title: Option<String>,
    date: Option<String>,
}

fn toml(text: &str) -> Result<Map<String, Value>, String> {
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| error.message().to_owned())?;
    Ok(table.into_iter().map(|(key, value)| (key, plain(value))).collect())
}

/// TOML knows dates; articles have them as text.
fn plain(value: toml::Value) -> Value {
    match value {
        toml::Value::Datetime(date) => Value::String(date.to_string()),
        toml::Value::String(text) => Value::String(text),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(is) => Value::Bool(is),
        toml::Value::Array(list) => Value::Array(list.into_iter().map(plain).collect()),
        toml::Value::Table(table) => Value::Object(table.into_iter().map(|(key, value)| (key, plain(value))).collect()),
    }
}

fn first_line(text: &str) -> String {
    // What the reader of YAML advises its programmers is nothing for those who write it.
    let line = text.lines().next().unwrap_or_default();
    let line = [", set ", ", use ", "; use ", " (use "].iter().fold(line, |line, advice| line.split(advice).next().unwrap_or(line));
    line.trim_end_matches(':').to_owned()
}

/// The keys of an article, whatever they were called; text belongs below the front matter.
fn known(map: Map<String, Value>) -> Map<String, Value> {
    let mut known = Map::new();
    let mut others = Map::new();
    for (name, value) in map {
        let key = KEYS.iter().find(|key| key.eq_ignore_ascii_case(&name));
        match key {
            Some(&"text" | &"body") => {}
            Some(key) if !is_silent(&value) => {
                known.insert((*key).to_owned(), value);
            }
            _ => {
                others.insert(name.to_lowercase(), value);
            }
        }
    }
    for (name, key) in NAMES {
        let taken = known.contains_key(key)
            || key == "section" && (known.contains_key("desk") || known.contains_key("articleSection"))
            || key == "authors" && known.contains_key("byline");
        if !taken && let Some(value) = others.remove(name).filter(|value| !is_silent(value)) {
            known.insert(key.to_owned(), value);
        }
    }
    known
}

fn is_silent(value: &Value) -> bool {
    matches!(value, Value::Null) || value.as_str().is_some_and(|text| text.trim().is_empty())
}
