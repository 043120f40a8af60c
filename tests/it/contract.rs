//! The printed JSON against the committed schemas, by an independent validator, and its offsets against the texts.

use crate::sandbox::{Sandbox, corpus};
use serde_json::{Value, json};

pub(crate) fn validator(name: &str, definition: Option<&str>) -> jsonschema::Validator {
    let path = format!("{}/schema/{name}.schema.json", env!("CARGO_MANIFEST_DIR"));
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).expect("the schema")).expect("JSON");
    let schema = match definition {
        Some(definition) => json!({"$schema": schema["$schema"], "$ref": format!("#/$defs/{definition}"), "$defs": schema["$defs"]}),
        None => schema,
    };
    jsonschema::validator_for(&schema).expect("a valid schema")
}

#[track_caller]
pub(crate) fn valid(validator: &jsonschema::Validator, instance: &Value) {
    let errors: Vec<String> = validator.iter_errors(instance).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}\n{instance:#}");
}

fn slice<'a>(text: &'a str, span: &Value) -> &'a str {
    let at = |key: &str| usize::try_from(span[key].as_u64().expect("an offset")).expect("small");
    text.get(at("start")..at("end")).unwrap_or_else(|| panic!("{span} is no slice of {text:?}"))
}

fn files() -> Vec<String> {
    let files = walkdir::WalkDir::new(corpus()).sort_by_file_name().into_iter().flatten().filter(|entry| entry.file_type().is_file());
    files.map(|entry| entry.path().to_str().expect("a path").to_owned()).collect()
}

#[test]
fn extract_prints_what_its_schema_says() {
    let (sandbox, schema) = (Sandbox::new(), validator("extract", None));
    let mut articles = 0;
    for file in files() {
        for line in sandbox.ok(&["extract", &file]).stdout.lines() {
            let article: Value = serde_json::from_str(line).expect("JSON");
            valid(&schema, &article);
            spans_fit(&article);
            articles += 1;
        }
    }
    assert!(articles >= 60, "{articles} articles");
}

/// Sections tile the body, blocks tile the sections, and every part, cue and mention is a slice of it.
fn spans_fit(article: &Value) {
    let body = article["body"].as_str().expect("a body");
    let mut at = 0;
    for section in article["sections"].as_array().expect("sections") {
        assert_eq!(section["start"], at, "sections touch");
        for block in section["blocks"].as_array().expect("blocks") {
            assert_eq!(block["start"], at, "blocks touch");
            at = block["end"].as_u64().expect("an end");
        }
        assert_eq!(section["end"], at);
    }
    assert_eq!(at as usize, body.len());
    let headings: Vec<&str> = article["sections"]
        .as_array()
        .expect("sections")
        .iter()
        .filter(|s| !s["heading"].is_null())
        .map(|s| slice(body, &s["heading"]))
        .collect();
    assert_eq!(json!(headings), article["headings"]);
    for quote in article["quotes"].as_array().expect("quotes") {
        for part in quote["parts"].as_array().expect("parts") {
            assert!(!slice(body, part).is_empty());
        }
        slice(body, &quote["content"]);
        if !quote["cue"].is_null() {
            slice(body, &quote["cue"]);
        }
        let speaker = &quote["speaker"];
        if !speaker.is_null() {
            assert_eq!(slice(body, &speaker["mention_span"]), speaker["mention"].as_str().expect("a mention"));
        }
    }
}

#[test]
fn hits_are_what_their_schema_says_and_mark_what_matched() {
    let (sandbox, schema, of_hit, of_summary) =
        (Sandbox::new(), validator("hit", None), validator("hit", Some("hit")), validator("hit", Some("summary")));
    sandbox.ok(&["index", corpus().to_str().expect("a path")]);
    let queries = [
        "levy",
        "\"harbour levy\"",
        "“peace plan”",
        "speaker:lindqvist",
        "speaker:lindqvist levy",
        "lev*",
        "section:ships",
        "role:mayor -levy",
        "date:2025-03",
        "desk:politics levy",
        "headline:levy OR quote:treaty",
        "speaker:(vassard OR kvistmark) truce",
        "cue:said sea",
        "kind:mixed confidence:>=0.5",
        "zeppelin",
        "byline:estvik strike",
        "publisher:echo",
        "*",
        "-levy",
    ];
    for query in queries {
        for mode in ["articles", "quotes"] {
            let answer = sandbox.search(mode, query, &["--limit", "0"]);
            valid(&schema, &answer);
            assert_eq!(answer["hits"].as_array().expect("hits").len() as u64, answer["total"], "{query}: all are shown");
            for hit in answer["hits"].as_array().expect("hits") {
                marks_fit(query, hit);
            }
            let lines = sandbox.run(&["search", "--in", mode, "--jsonl", "--limit", "3", "--", query]).stdout;
            let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
            let (summary, hits) = lines.split_last().expect("a summary");
            valid(&of_summary, summary);
            hits.iter().for_each(|hit| valid(&of_hit, hit));
        }
    }
}

fn marks_fit(query: &str, hit: &Value) {
    for fragment in hit["fragments"].as_array().expect("fragments") {
        let text = fragment["text"].as_str().expect("a text");
        assert_eq!(fragment["end"].as_u64().expect("an end") - fragment["start"].as_u64().expect("a start"), text.len() as u64);
        if fragment["field"] == "quote" {
            assert_eq!(slice(hit["quote"]["text"].as_str().expect("a quote"), fragment), text);
        }
        if fragment["field"] == "headline" {
            assert_eq!(slice(hit["headline"].as_str().expect("a headline"), fragment), text);
        }
        let mut at = 0;
        for highlight in fragment["highlights"].as_array().expect("highlights") {
            assert!(!slice(text, highlight).is_empty());
            assert!(highlight["start"].as_u64().expect("a start") >= at, "{query}: highlights are in order");
            at = highlight["end"].as_u64().expect("an end");
        }
    }
}

/// Words marked in the hits of a query, in lower case, without repeats.
fn marked(sandbox: &Sandbox, mode: &str, query: &str) -> Vec<String> {
    let answer = sandbox.search(mode, query, &["--limit", "0"]);
    let mut words = Vec::new();
    for hit in answer["hits"].as_array().expect("hits") {
        for fragment in hit["fragments"].as_array().expect("fragments") {
            let text = fragment["text"].as_str().expect("a text");
            words.extend(fragment["highlights"].as_array().expect("highlights").iter().map(|mark| slice(text, mark).to_lowercase()));
        }
    }
    words.sort();
    words.dedup();
    words
}

#[test]
fn highlights_mark_only_what_made_the_hit() {
    let sandbox = Sandbox::new();
    let text = "The harbour levy is due. A levy on the harbour, and harbours elsewhere.\n\"Harbour levy or not, Élysée or not,\" said Anna Arden.\n\"No levy,\" said Bruno Brook.";
    sandbox.write("papers/one.json", json!({"id": "one", "headline": "Levy", "text": text}).to_string());
    sandbox.ok(&["index", "papers"]);
    assert_eq!(marked(&sandbox, "articles", "\"harbour levy\""), ["harbour levy"], "a phrase is one mark");
    assert_eq!(marked(&sandbox, "articles", "harbour"), ["harbour", "harbours"], "a word in its forms");
    assert_eq!(marked(&sandbox, "articles", "(elsewhere zeppelin) OR elysee"), ["élysée"], "an alternative that fails marks nothing");
    assert_eq!(marked(&sandbox, "articles", "speaker:brook quote:levy"), ["brook", "levy"], "the words of that quote and who says them");
    let one_quote = sandbox.search("articles", "speaker:brook quote:levy", &[]);
    let marks: usize = one_quote["hits"][0]["fragments"]
        .as_array()
        .expect("fragments")
        .iter()
        .map(|f| f["highlights"].as_array().expect("highlights").len())
        .sum();
    assert_eq!(marks, 2, "no other levy is marked");
    assert_eq!(marked(&sandbox, "quotes", "levy -brook"), ["levy"]);
    assert_eq!(marked(&sandbox, "articles", "elsewh*"), ["elsewhere"]);
    sandbox.write(
        "papers/two.json",
        json!({"id": "two", "text": "“We will,” said Anna Arden, “sail again before the spring.” She left the quay."}).to_string(),
    );
    sandbox.ok(&["index", "papers"]);
    assert_eq!(marked(&sandbox, "quotes", "\"we will sail again\""), ["sail again", "we will"], "one mark a part, and no comma");
    assert_eq!(marked(&sandbox, "articles", "quote:\"we will sail again\""), ["sail again", "we will"]);
}
