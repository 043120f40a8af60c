//! From a JSON object to a draft: the keys of an article, each with the types it may have.

use crate::article::{BlockKind, DateRole, Dateline, Draft};
use crate::format::shape::{self, Block};
use crate::format::{Problem, byline, html, markup, text};
use crate::text::{Date, Precision, clean};
use serde_json::{Map, Value};

/// Takes the known keys of an object. A key of a wrong type becomes a problem; the others are used all the same.
/// `rule` says where the keys come from, for people who check what was read.
pub(in crate::format) fn draft(map: Map<String, Value>, place: &str, rule: &str) -> (Draft, Vec<Problem>) {
    let mut keys = Keys { map, place: place.to_owned(), problems: Vec::new() };
    let mut draft = Draft { id: keys.id(), ..Draft::default() };
    if let Some(id) = &draft.id
        && !keys.place.is_empty()
    {
        keys.place.clone_from(id);
    }
    let meta = &mut draft.meta;
    meta.headline = keys.string(&["headline"]);
    meta.publisher = keys.string_or_name(&["publisher"]);
    meta.desk = keys.string_or_name(&["section", "desk", "articleSection"]);
    meta.url = keys.string(&["url"]);
    meta.language = keys.string(&["language"]);
    if let Some(date) = keys.date("date") {
        meta.dated(DateRole::Published, date, "field");
    }
    if let Some(date) = keys.date("modified") {
        meta.dated(DateRole::Modified, date, "field");
    }
    if let Some(place) = keys.string(&["dateline"]) {
        meta.dateline = Some(Dateline { place: Some(place), ..Dateline::default() });
    }
    (meta.byline, meta.authors) = keys.byline();
    let summary = keys.summary();
    if let Some(words) = keys.text() {
        if markup::is_html(&words) {
            let mut blocks = html::fragment(&words);
            shape::drop_headline(&mut blocks, draft.meta.headline.as_deref());
            shape::fill(&mut draft, blocks);
        } else {
            text::fill(&mut draft, &words);
        }
    }
    shape::add_summary(&mut draft, summary);
    for (field, key) in FOUND {
        draft.meta.found.insert(field, if rule == "key" { key.into() } else { rule.to_owned().into() });
    }
    (draft, keys.problems)
}

/// The place of an object in a container: its id, else the place given.
pub(super) fn place(draft: &Draft, place: &str) -> String {
    match &draft.id {
        Some(id) if !place.is_empty() => id.clone(),
        _ => place.to_owned(),
    }
}

/// Fields, and how it is said that they were found under their keys.
const FOUND: [(&str, &str); 9] = [
    ("headline", "key headline"),
    ("date", "key date"),
    ("byline", "key byline"),
    ("authors", "key authors"),
    ("publisher", "key publisher"),
    ("desk", "key desk"),
    ("url", "key url"),
    ("language", "key language"),
    ("body", "key body"),
];

struct Keys {
    map: Map<String, Value>,
    place: String,
    problems: Vec<Problem>,
}

impl Keys {
    fn problem(&mut self, message: impl Into<String>, help: &str) {
        self.problems.push(Problem::new(self.place.clone(), message, help));
    }

    fn wrong(&mut self, key: &str, value: &Value, wanted: &str) {
        self.problem(format!("`{key}` is {}", kind(value)), &format!("write {wanted}"));
    }

    /// The value of the first of `keys` that says something; null, "" and empty lists say nothing.
    fn take(&mut self, keys: &[&'static str]) -> Option<(&'static str, Value)> {
        keys.iter().find_map(|key| {
            let silent = match self.map.get(*key)? {
                Value::Null => true,
                Value::String(text) => text.trim().is_empty(),
                Value::Array(list) => list.is_empty(),
                _ => false,
            };
            if silent { None } else { Some((*key, self.map.remove(*key)?)) }
        })
    }

    fn id(&mut self) -> Option<String> {
        match self.take(&["id"])? {
            (_, Value::String(id)) => Some(clean::line(&id)).filter(|id| !id.is_empty()),
            (_, Value::Number(id)) => Some(id.to_string()),
            (key, other) => {
                self.wrong(key, &other, "a string or a number");
                None
            }
        }
    }

    fn string(&mut self, keys: &[&'static str]) -> Option<String> {
        match self.take(keys)? {
            (_, Value::String(text)) => Some(clean::line(&text)).filter(|text| !text.is_empty()),
            (key, other) => {
                self.wrong(key, &other, "a string");
                None
            }
        }
    }

    /// A string, an object with a name, or a list of these of which the first counts.
    fn string_or_name(&mut self, keys: &[&'static str]) -> Option<String> {
        let (key, value) = self.take(keys)?;
        let first = match &value {
            Value::Array(list) => list.first(),
            other => Some(other),
        };
        let found = first.and_then(name);
        if found.is_none() {
            self.wrong(key, &value, "a string");
        }
        found
    }

    fn date(&mut self, key: &'static str) -> Option<Date> {
        let (key, value) = self.take(&[key])?;
        let written = match &value {
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            other => {
                self.wrong(key, other, "a string such as 2025-04-17");
                return None;
            }
        };
        let date = Date::parse(&written).or_else(|| epoch(&written));
        if date.is_none() {
            let shown: String = clean::line(&written).chars().take(60).collect();
            self.problem(format!("the date `{shown}` is not understood"), "write it as 2025-04-17 or 2025-04-17T10:00:00+02:00");
        }
        date
    }

    fn byline(&mut self) -> (Option<String>, Vec<String>) {
        let mut printed = None;
        let mut authors: Vec<String> = Vec::new();
        if let Some((key, value)) = self.take(&["byline"]) {
            match &value {
                Value::String(text) => {
                    let byline = byline::of_field(&clean::line(text));
                    (printed, authors) = (Some(byline.printed).filter(|printed| !printed.is_empty()), byline.authors);
                }
                other => authors = self.names(key, other),
            }
        }
        if let Some((key, value)) = self.take(&["authors", "author"]) {
            let named = self.names(key, &value);
            if !named.is_empty() {
                authors = named;
            }
        }
        (printed, authors)
    }

    fn names(&mut self, key: &str, value: &Value) -> Vec<String> {
        let list = match value {
            Value::Array(list) => list.as_slice(),
            one => std::slice::from_ref(one),
        };
        let mut names = Vec::new();
        for value in list {
            match value {
                // One string may name several, one object names one.
                Value::String(text) => names.extend(byline::of_field(&clean::line(text)).authors),
                Value::Null => {}
                other => match name(other) {
                    Some(name) => names.push(name),
                    None => self.wrong(key, value, "a string, a list of strings or a list of {\"name\": ...}"),
                },
            }
        }
        names
    }

    fn summary(&mut self) -> Vec<Block> {
        match self.take(&["summary"]) {
            None => Vec::new(),
            Some((_, Value::String(text))) if markup::is_html(&text) => html::fragment(&text),
            Some((_, Value::String(text))) => text::summary(&text),
            Some((key, Value::Array(list))) => {
                let mut points = Vec::new();
                for value in list {
                    match value {
                        Value::String(point) => {
                            points.extend(text::summary(&clean::line(&point)).into_iter().map(|(_, words)| (BlockKind::Item, words)))
                        }
                        Value::Null => {}
                        other => self.wrong(key, &other, "a string or a list of strings"),
                    }
                }
                points
            }
            Some((key, other)) => {
                self.wrong(key, &other, "a string or a list of strings");
                Vec::new()
            }
        }
    }

    fn text(&mut self) -> Option<String> {
        match self.take(&["text", "body"])? {
            (_, Value::String(text)) => Some(text),
            (key, other) => {
                let paragraphs: Option<Vec<&str>> =
                    other.as_array().map(|list| list.iter().map(Value::as_str).collect::<Option<_>>()).unwrap_or_default();
                if paragraphs.is_none() {
                    self.wrong(key, &other, "a string");
                }
                Some(paragraphs?.join("\n"))
            }
        }
    }
}

/// Seconds or milliseconds since 1970, as databases write dates: those of the years 1990 to 2100.
fn epoch(written: &str) -> Option<Date> {
    let number: i64 = written.parse().ok().filter(|_| matches!(written.len(), 9 | 10 | 12 | 13))?;
    let seconds = if written.len() >= 12 { number / 1000 } else { number };
    if !(631_152_000..4_102_444_800).contains(&seconds) {
        return None;
    }
    let local = chrono::DateTime::from_timestamp(seconds, 0)?.naive_utc();
    Date::new(local, chrono::FixedOffset::east_opt(0), Precision::Second)
}

fn name(value: &Value) -> Option<String> {
    let text = value.as_str().or_else(|| value.get("name")?.as_str())?;
    Some(clean::line(text)).filter(|text| !text.is_empty())
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
