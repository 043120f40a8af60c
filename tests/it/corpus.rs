//! The sample archive against the expectations that a person wrote by reading it.

use crate::sandbox::{Sandbox, corpus};
use serde_json::Value;
use std::path::Path;

/// An article of the sample archive and what is expected of it.
struct Case {
    file: String,
    expected: Value,
    found: Value,
}

fn read(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/expected").join(name);
    serde_json::from_str(&std::fs::read_to_string(path).expect("the expectations")).expect("JSON")
}

fn cases() -> Vec<Case> {
    let sandbox = Sandbox::new();
    let root = corpus();
    let root = root.parent().expect("the repository");
    let extract = |file: &str| -> Vec<Value> {
        let output = sandbox.ok(&["extract", root.join(file).to_str().expect("a path")]);
        output.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    };
    let mut cases = Vec::new();
    let names = ["2025-03-14-ostrane-talks", "ceasefire-holds", "harbour-levy", "levy-vote", "orrin-sound", "straitwire", "strike-ends"];
    for name in names {
        let expected = read(&format!("{name}.json"));
        let files: Vec<String> = match &expected["files"] {
            Value::Array(files) => files.iter().map(|file| file.as_str().expect("a file").to_owned()).collect(),
            Value::Object(files) => files.values().map(|file| file.as_str().expect("a file").to_owned()).collect(),
            _ => vec![expected["file"].as_str().expect("a file").to_owned()],
        };
        for file in files {
            let articles = expected["articles"].as_array().cloned().unwrap_or_else(|| vec![expected.clone()]);
            for (expected, found) in articles.into_iter().zip(extract(&file)) {
                cases.push(Case { file: file.clone(), expected, found });
            }
        }
    }
    assert_eq!(cases.len(), 10);
    cases
}

fn trimmed(words: &str) -> &str {
    words.trim_matches(|c: char| " ,.;:?!“”\"'’‘—–-…".contains(c))
}

/// The stretches of an article's quotes: words, speaker, kind of quote.
fn stretches(article: &Value) -> Vec<(String, Option<String>)> {
    let body = article["body"].as_str().expect("a body");
    let mut found = Vec::new();
    for quote in article["quotes"].as_array().expect("quotes").iter().filter(|quote| quote["kind"] != "indirect") {
        let name = quote["speaker"]["name"].as_str().map(str::to_owned);
        for part in quote["parts"].as_array().expect("parts") {
            let at = |key: &str| part[key].as_u64().expect("an offset") as usize;
            found.push((trimmed(&body[at("start")..at("end")]).to_owned(), name.clone()));
        }
    }
    found
}

#[test]
fn metadata_and_crossheads_are_as_read() {
    for Case { file, expected, found } in cases() {
        assert_eq!(expected["headline"], found["headline"], "{file}");
        assert_eq!(expected["headline_inferred"], found["headline_inferred"], "{file}");
        assert_eq!(expected["date"], found["date"], "{file}");
        assert_eq!(expected["sections"], found["headings"], "{file}");
        for key in ["authors", "desk", "publisher"] {
            if !expected[key].is_null() {
                assert_eq!(expected[key], found[key], "{file}: {key}");
            }
        }
        let body = found["body"].as_str().expect("a body");
        for words in expected["absent_from_body"].as_array().into_iter().flatten() {
            assert!(!body.contains(words.as_str().expect("words")), "{file}: {words} is no part of the article");
        }
    }
}

#[test]
fn quotes_and_speakers_are_as_read() {
    let (mut parts, mut missed, mut speakers, mut wrong, mut false_quotes) = (0, Vec::new(), 0, Vec::new(), Vec::new());
    for Case { file, expected, found } in cases() {
        let mut found = stretches(&found);
        for quote in expected["quotes"].as_array().expect("quotes") {
            let speaker = quote["speaker"].as_str();
            let accepted =
                |name: &str| speaker == Some(name) || quote["accept"].as_array().into_iter().flatten().any(|other| other == name);
            for part in quote["parts"].as_array().expect("parts") {
                let words = trimmed(part.as_str().expect("words"));
                parts += 1;
                let Some(at) = found.iter().position(|(found, _)| found == words) else {
                    missed.push(format!("{file}: {words}"));
                    continue;
                };
                let (_, name) = found.remove(at);
                if speaker.is_some() {
                    speakers += 1;
                    if !name.as_deref().is_some_and(accepted) {
                        wrong.push(format!("{file}: {words:?} is by {speaker:?}, got {name:?}"));
                    }
                }
            }
        }
        let nobodys: Vec<&str> = expected["not_quotes"].as_array().into_iter().flatten().filter_map(Value::as_str).map(trimmed).collect();
        false_quotes
            .extend(found.iter().filter(|(words, _)| nobodys.contains(&words.as_str())).map(|(words, _)| format!("{file}: {words}")));
    }
    // The floors say what this version reaches on texts it was not tuned on; the list above says what is left.
    assert!(missed.len() * 100 <= parts * 4, "{} of {parts} stretches missed: {missed:#?}", missed.len());
    assert!(wrong.len() * 100 <= speakers * 12, "{} of {speakers} speakers wrong: {wrong:#?}", wrong.len());
    assert!(false_quotes.len() <= 2, "{false_quotes:#?}");
}

#[test]
fn one_story_in_three_formats_reads_as_one() {
    let story: Vec<Value> = cases().into_iter().filter(|case| case.file.contains("formats/")).map(|case| case.found).collect();
    assert_eq!(story.len(), 3);
    let quotes = |article: &Value| {
        let mut quotes = article["quotes"].clone();
        for quote in quotes.as_array_mut().expect("quotes") {
            quote["id"] = Value::Null;
        }
        quotes
    };
    for other in &story[1..] {
        for key in ["body", "sections", "headings", "headline", "date", "authors", "publisher", "desk"] {
            assert_eq!(story[0][key], other[key], "{key}");
        }
        assert_eq!(quotes(&story[0]), quotes(other));
    }
}

/// Queries that a reader of the archive would ask, with the articles or quotes that a reader would expect.
#[test]
fn queries_find_what_a_reader_expects() {
    let sandbox = Sandbox::new();
    sandbox.ok(&["index", corpus().join("archive").to_str().expect("a path")]);
    let check = |mode: &str, query: &str, more: &[&str], expected: u64| {
        let answer = sandbox.search(mode, query, more);
        let shown: Vec<String> =
            answer["hits"].as_array().expect("hits").iter().map(|hit| format!("{} {}", hit["path"], hit["quote"]["text"])).collect();
        assert_eq!(answer["total"], expected, "{mode}: {query} {more:?}: {shown:#?}");
    };
    check("articles", "speaker:\"Mara Lindqvist\" \"harbour levy\"", &[], 5);
    check("articles", "speaker:\"Mara Lindqvist\" quote:\"harbour levy\"", &[], 2);
    check("quotes", "speaker:\"Mara Lindqvist\" \"harbour levy\"", &[], 2);
    check("quotes", "“a truce is not yet a treaty”", &[], 2);
    check("quotes", "\"a truce is not yet a treaty\"", &[], 2);
    check("quotes", "\"the sea does not wait for a budget\"", &[], 2);
    check("quotes", "\"the sea does not wait for a budget\"", &["--until", "2025-03"], 1);
    check("quotes", "\"the sea does not wait for a budget\"", &["--since", "2025-06"], 1);
    check("articles", "“peace plan”", &[], 3);
    check("articles", "“peace plan” date:2025-03", &[], 1);
    check("quotes", "\"peace plan\"", &[], 1);
    check("articles", "speaker:kvistmark quote:\"map without a scale\"", &[], 0);
    check("articles", "speaker:vassard quote:\"map without a scale\"", &[], 1);
    check("articles", "talavere", &[], 2);
    check("articles", "elodie", &[], 2);
    check("articles", "levy desk:politics", &[], 1);
    check("articles", "strike desk:environment", &[], 0);
    check("articles", "levy -speaker:ruzbarek", &[], 2);
    check("quotes", "\"a contribution an invoice\"", &[], 0);
    check("articles", "byline:estvik strike", &["--since", "2025-01", "--until", "2025-05"], 2);
    check("articles", "turbine publisher:\"Skarnholm Echo\"", &[], 2);
    check("articles", "zeppelin", &[], 0);
    for nobody in ["\"herring tax\"", "\"blue batteries\"", "\"the salt wedding\"", "gannet"] {
        check("quotes", nobody, &[], 0);
    }
}

/// Whoever changes what is read from a file, or who is found to speak, must raise `record::VERSION`: indexes made before are then rebuilt.
/// `ONRECORD_WRITE_DOCS=1 cargo test a_change_of_rules` writes the file anew.
#[test]
fn a_change_of_rules_raises_the_version_of_records() {
    let lines: Vec<String> =
        cases().iter().map(|case| format!("{}\n", case.found["quotes"]) + &case.found["sections"].to_string()).collect();
    let now = format!(
        "{} {}\n",
        onrecord::record::VERSION,
        onrecord::record::show_key(onrecord::record::key(&lines.iter().map(String::as_str).collect::<Vec<_>>()))
    );
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/expected/records.txt");
    if std::env::var_os("ONRECORD_WRITE_DOCS").is_some() {
        std::fs::write(&path, &now).expect("the file is written");
    }
    let recorded = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(recorded, now, "the sample archive reads otherwise than recorded: raise record::VERSION, then write the file anew");
}
