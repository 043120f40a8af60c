//! Which keys of a foreign JSON, or columns of a CSV, are which field of an article: `headline=title,text=content.body`.

use serde_json::{Map, Value};
use std::fmt;
use std::str::FromStr;

/// The fields that can be mapped: the keys of an article in JSON. `articles` names the key that holds the list of articles.
pub(super) const FIELDS: [&str; 15] = [
    "articles",
    "authors",
    "body",
    "byline",
    "date",
    "desk",
    "headline",
    "id",
    "language",
    "modified",
    "publisher",
    "section",
    "summary",
    "text",
    "url",
];

/// Which keys are which field. Within a path, `.` leads into an object; a list gives what stands there in all of its elements.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mapping(Vec<(String, Vec<String>)>);

/// A mapping that cannot be read, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappingError(String);

impl fmt::Display for MappingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for MappingError {}

impl FromStr for Mapping {
    type Err = MappingError;

    fn from_str(text: &str) -> Result<Self, MappingError> {
        let mut pairs = Vec::new();
        for pair in text.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
            let Some((field, path)) = pair.split_once('=') else {
                return Err(MappingError(format!("`{pair}` is no mapping; write field=key, such as headline=title")));
            };
            let (field, path) = (field.trim(), path.trim());
            if !FIELDS.contains(&field) {
                return Err(MappingError(format!("there is no field `{field}`; the fields are {}", FIELDS.join(", "))));
            }
            if path.is_empty() {
                return Err(MappingError(format!("`{pair}` names no key")));
            }
            pairs.push((field.to_owned(), path.split('.').map(str::to_owned).collect()));
        }
        if pairs.is_empty() { Err(MappingError("the mapping is empty".to_owned())) } else { Ok(Self(pairs)) }
    }
}

impl fmt::Display for Mapping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pairs: Vec<String> = self.0.iter().map(|(field, path)| format!("{field}={}", path.join("."))).collect();
        f.write_str(&pairs.join(","))
    }
}

impl Mapping {
    /// None: keys mean what they are called.
    pub const NONE: Mapping = Mapping(Vec::new());

    /// True when nothing is mapped.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Both; of a field that both map, the other's wins.
    #[must_use]
    pub fn and(mut self, other: Mapping) -> Mapping {
        self.0.retain(|(field, _)| !other.0.iter().any(|(own, _)| own == field));
        self.0.extend(other.0);
        self
    }

    /// True for the key of the list of articles, or of an object on the way to it (the second value).
    pub(super) fn leads(&self, key: &str) -> (bool, bool) {
        let Some((_, path)) = self.0.iter().find(|(field, _)| field == "articles") else { return (false, false) };
        let Some((last, way)) = path.split_last() else { return (false, false) };
        (last == key, way.iter().any(|step| step == key))
    }

    /// The keys that begin a path: columns that a table must have.
    pub(super) fn keys(&self) -> impl Iterator<Item = String> + '_ {
        self.0.iter().filter(|(field, _)| field != "articles").map(|(_, path)| path.join("."))
    }

    /// The object with its mapped keys under the names of their fields. Keys that are not mapped stay.
    pub(super) fn apply(&self, mut map: Map<String, Value>) -> Map<String, Value> {
        let found: Vec<(&str, Value)> = self.0.iter().filter_map(|(field, path)| Some((field.as_str(), value_at(&map, path)?))).collect();
        for (field, value) in found {
            // What the same thing is called otherwise must not stand before it.
            let alike: &[&str] = match field {
                "desk" | "section" => &["section", "desk", "articleSection"],
                "text" | "body" => &["text", "body"],
                _ => &[],
            };
            alike.iter().for_each(|other| drop(map.remove(*other)));
            map.insert(field.to_owned(), value);
        }
        map
    }
}

fn value_at(map: &Map<String, Value>, path: &[String]) -> Option<Value> {
    // A key may itself hold a point, as columns of a CSV do.
    let whole = path.join(".");
    let named = map.get(&whole).or_else(|| map.iter().find(|(key, _)| key.eq_ignore_ascii_case(&whole)).map(|(_, value)| value));
    if let Some(value) = named {
        return Some(value.clone());
    }
    let (first, rest) = path.split_first()?;
    within(map.get(first)?, rest)
}

fn within(value: &Value, path: &[String]) -> Option<Value> {
    let Some((first, rest)) = path.split_first() else { return Some(value.clone()) };
    match value {
        Value::Object(map) => within(map.get(first)?, rest),
        Value::Array(list) => {
            if let Ok(number) = first.parse::<usize>() {
                return within(list.get(number)?, rest);
            }
            let found: Vec<Value> = list.iter().filter_map(|value| within(value, path)).collect();
            (!found.is_empty()).then_some(Value::Array(found))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(mapping: &str, json: &str, expected: &str) {
        let mapping: Mapping = mapping.parse().expect("a mapping");
        let map = serde_json::from_str(json).expect("an object");
        let expected: Value = serde_json::from_str(expected).expect("an object");
        assert_eq!(Value::Object(mapping.apply(map)), expected);
    }

    #[test]
    fn keys_are_mapped() {
        check("headline=title", r#"{"title": "A", "id": 1}"#, r#"{"title": "A", "headline": "A", "id": 1}"#);
        check("text=content.body", r#"{"content": {"body": "x"}}"#, r#"{"content": {"body": "x"}, "text": "x"}"#);
        check(
            "authors=by.name",
            r#"{"by": [{"name": "A"}, {"name": "B"}]}"#,
            r#"{"by": [{"name": "A"}, {"name": "B"}], "authors": ["A", "B"]}"#,
        );
        check("text=p.1", r#"{"p": ["a", "b"]}"#, r#"{"p": ["a", "b"], "text": "b"}"#);
        check("text=a.b", r#"{"a.b": "x"}"#, r#"{"a.b": "x", "text": "x"}"#);
        check("desk=kind", r#"{"section": "A4", "kind": "Sport"}"#, r#"{"kind": "Sport", "desk": "Sport"}"#);
        check("headline=title", r#"{"headline": "A"}"#, r#"{"headline": "A"}"#);
    }

    #[test]
    fn mappings_that_are_none() {
        let error = |text: &str| text.parse::<Mapping>().expect_err("an error").to_string();
        assert_eq!(error("title"), "`title` is no mapping; write field=key, such as headline=title");
        assert!(error("titel=title").starts_with("there is no field `titel`; the fields are articles, authors"));
        assert_eq!(error("text="), "`text=` names no key");
        assert_eq!(error(","), "the mapping is empty");
    }

    #[test]
    fn a_mapping_prints_as_it_is_read() {
        let text = "headline=title,text=content.body";
        assert_eq!(text.parse::<Mapping>().map(|mapping| mapping.to_string()), Ok(text.to_owned()));
    }
}
