//! Metadata that a page carries as JSON-LD (schema.org): the most reliable source of headline, date and authors.

use crate::format::xml::unescaped;
use serde_json::{Map, Value};
use std::collections::HashMap;

/// What an Article object says.
#[derive(Debug, Default)]
pub(super) struct Ld {
    pub(super) headline: Option<String>,
    pub(super) date: Option<String>,
    pub(super) modified: Option<String>,
    pub(super) authors: Vec<String>,
    pub(super) publisher: Option<String>,
    pub(super) desk: Option<String>,
    pub(super) url: Option<String>,
    pub(super) language: Option<String>,
    pub(super) description: Option<String>,
    pub(super) body: Option<String>,
}

/// Reads the article out of the scripts of a page; `urls` are the page's addresses, which tell it from its neighbours.
pub(super) fn read(scripts: &[String], urls: &[String]) -> Ld {
    let values: Vec<Value> = scripts.iter().filter_map(|script| parse(script)).collect();
    let mut objects = Vec::new();
    for value in &values {
        objects_in(value, 0, &mut objects);
    }
    let names: HashMap<&str, &Map<String, Value>> =
        objects.iter().filter(|object| object.len() > 1).filter_map(|object| Some((object.get("@id")?.as_str()?, *object))).collect();
    // The first of the best: related stories come after the story.
    let mut best: Option<(u32, &Map<String, Value>)> = None;
    for object in &objects {
        let rank = rank(object, urls);
        if rank > best.map_or(0, |(rank, _)| rank) {
            best = Some((rank, object));
        }
    }
    best.map(|(_, object)| article(object, &names)).unwrap_or_default()
}

/// JSON as it is found in pages: in comments or CDATA, with line ends inside strings, with a comma or semicolon too many.
fn parse(script: &str) -> Option<Value> {
    let text = script.trim().trim_start_matches("<!--").trim_end_matches("-->").trim_end_matches(';');
    let text = text.trim().trim_start_matches("//").trim_start_matches("<![CDATA[").trim_end_matches("]]>").trim_end_matches("//").trim();
    if let Ok(value) = serde_json::from_str(text) {
        return Some(value);
    }
    let mended = mend(text);
    serde_json::from_str(&mended).ok().or_else(|| {
        // Something follows the first value.
        serde_json::Deserializer::from_str(&mended).into_iter().next()?.ok()
    })
}

/// Control characters become spaces, commas before a closing bracket go.
fn mend(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut in_string, mut escaped) = (false, false);
    for c in text.chars() {
        if in_string {
            in_string = c != '"' || escaped;
            escaped = c == '\\' && !escaped;
        } else if c == '"' {
            in_string = true;
        } else if matches!(c, '}' | ']') {
            let end = out.trim_end();
            if end.ends_with(',') {
                out.truncate(end.len() - 1);
            }
        }
        out.push(if c.is_control() { ' ' } else { c });
    }
    out
}

fn objects_in<'v>(value: &'v Value, depth: usize, found: &mut Vec<&'v Map<String, Value>>) {
    match value {
        // serde_json nests no deeper than 128; a page's objects stand in the first few levels.
        Value::Array(list) if depth < 16 => list.iter().for_each(|value| objects_in(value, depth + 1, found)),
        Value::Object(map) if depth < 16 => {
            found.push(map);
            map.values().for_each(|value| objects_in(value, depth + 1, found));
        }
        _ => {}
    }
}

/// How likely an object is to be the page's article; 0 for other things.
fn rank(object: &Map<String, Value>, urls: &[String]) -> u32 {
    let types: Vec<&str> = match object.get("@type") {
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(one)) => vec![one],
        _ => return 0,
    };
    let bare = |name: &&str| name.rsplit(['/', ':']).next().unwrap_or_default().to_owned();
    let kind = types.iter().map(bare).map(|name| match name.as_str() {
        name if name.ends_with("NewsArticle") => 40,
        "Article" | "LiveBlogPosting" | "Report" => 30,
        name if name.ends_with("Article") || name.ends_with("Posting") && name != "JobPosting" => 20,
        "WebPage" => 1,
        _ => 0,
    });
    let kind = kind.max().unwrap_or(0);
    if kind == 0 {
        return 0;
    }
    let has = |key: &str| u32::from(object.get(key).is_some_and(|value| !value.is_null()));
    let here = string(object.get("url")).into_iter().chain(reference(object.get("mainEntityOfPage"))).any(|url| urls.contains(&url));
    kind + if here { 50 } else { 0 } + 4 * has("headline") + 2 * has("datePublished") + 2 * has("author") + has("articleBody")
}

fn article(object: &Map<String, Value>, names: &HashMap<&str, &Map<String, Value>>) -> Ld {
    let headline = string(object.get("headline")).or_else(|| string(object.get("name")));
    let publisher = named(object.get("publisher"), names).into_iter().next();
    Ld {
        headline,
        date: string(object.get("datePublished")).or_else(|| string(object.get("dateCreated"))),
        modified: string(object.get("dateModified")),
        authors: match named(object.get("author"), names) {
            none if none.is_empty() => named(object.get("creator"), names),
            authors => authors,
        },
        publisher,
        desk: string(object.get("articleSection")),
        url: string(object.get("url")).or_else(|| reference(object.get("mainEntityOfPage"))),
        language: string(object.get("inLanguage")),
        description: string(object.get("description")),
        body: string(object.get("articleBody")),
    }
}

/// A string, or the first string of a list.
fn string(value: Option<&Value>) -> Option<String> {
    let text = match value? {
        Value::String(text) => unescape(text),
        Value::Array(list) => return list.iter().find_map(|value| string(Some(value))),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

fn reference(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::Object(map) => string(map.get("@id")).or_else(|| string(map.get("url"))),
        other => string(Some(other)),
    }
}

/// The names of persons and organisations: strings, objects with a name, references to objects elsewhere.
fn named(value: Option<&Value>, names: &HashMap<&str, &Map<String, Value>>) -> Vec<String> {
    match value {
        Some(Value::Array(list)) => list.iter().flat_map(|value| named(Some(value), names)).collect(),
        Some(Value::Object(map)) => {
            let target = map.get("@id").and_then(Value::as_str).and_then(|id| names.get(id));
            match map.get("name").or_else(|| target?.get("name")) {
                Some(Value::Array(list)) => list.iter().filter_map(|value| string(Some(value))).collect(),
                name => string(name).into_iter().collect(),
            }
        }
        other => string(other).into_iter().collect(),
    }
}

/// Entities that some pages write into their JSON, twice in the worst case.
fn unescape(text: &str) -> String {
    unescaped(&unescaped(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(script: &str, headline: &str, authors: &[&str]) {
        let ld = read(&[script.to_owned()], &["https://gull.example/storm".to_owned()]);
        assert_eq!(
            (ld.headline.as_deref().unwrap_or_default(), ld.authors.iter().map(String::as_str).collect::<Vec<_>>()),
            (headline, authors.to_vec())
        );
    }

    #[test]
    fn shapes_of_an_article() {
        check(
            r#"{"@type": "NewsArticle", "headline": "Storm &amp; flood", "author": [{"@type": "Person", "name": "Jane Doe"}, "John Roe"]}"#,
            "Storm & flood",
            &["Jane Doe", "John Roe"],
        );
        check(
            r##"{"@graph": [{"@type": "WebSite", "name": "Gull"}, {"@type": ["Article", "X"], "headline": "Storm", "author": {"@id": "#jane"}}, {"@id": "#jane", "@type": "Person", "name": "Jane Doe"}]}"##,
            "Storm",
            &["Jane Doe"],
        );
        check(r#"[{"@type": "ReportageNewsArticle", "headline": "Storm", "author": {"name": ["Jane Doe"]}}]"#, "Storm", &["Jane Doe"]);
        check(r#"{"@type": "Product", "name": "Boat"}"#, "", &[]);
    }

    #[test]
    fn the_story_and_not_its_neighbour() {
        check(
            r#"[{"@type": "NewsArticle", "headline": "Other", "url": "https://gull.example/other", "datePublished": "2025"}, {"@type": "NewsArticle", "headline": "Storm", "mainEntityOfPage": {"@id": "https://gull.example/storm"}}]"#,
            "Storm",
            &[],
        );
    }

    #[test]
    fn broken_json() {
        check(
            "//<![CDATA[\n{\"@type\": \"NewsArticle\", \"headline\": \"Storm\n closes\", \"author\": [\"Jane Doe\",],}\n//]]>",
            "Storm  closes",
            &["Jane Doe"],
        );
        check("{\"@type\": \"NewsArticle\", \"headline\": \"Storm\"};", "Storm", &[]);
        check("{\"@type\": \"NewsArticle\", \"headline\": ", "", &[]);
    }
}
