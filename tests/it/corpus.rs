//! The sample archive against the expectations that a person wrote by reading it.

use crate::sandbox::{Sandbox, corpus};
use serde_json::Value;
use std::path::Path;

/// An article of the sample archive and what is expected of it.
struct Case {
    /// The expectations' own name.
    story: String,
    file: String,
    /// In stories of several formats: which of them.
    format: Option<String>,
    expected: Value,
    found: Value,
}

impl Case {
    /// What is expected of a key: a value, or one for each format. `None`: nothing is said, or this format has no place for it.
    fn expects(&self, key: &str) -> Option<&Value> {
        let value = &self.expected[key];
        let absent =
            |format: &String| self.expected["absent"][format].as_array().is_some_and(|keys| keys.iter().any(|absent| absent == key));
        match (&self.format, value) {
            (Some(format), _) if absent(format) => Some(&Value::Null),
            (Some(format), Value::Object(each)) => each.get(format),
            (_, value) => self.expected.as_object()?.contains_key(key).then_some(value),
        }
    }
}

/// Every article of the sample archive: a file that nobody has described is a mistake of whoever added it.
fn cases() -> Vec<Case> {
    let sandbox = Sandbox::new();
    let root = corpus();
    let root = root.parent().expect("the repository");
    let extract = |file: &str| -> Vec<Value> {
        let output = sandbox.ok(&["extract", root.join(file).to_str().expect("a path")]);
        output.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    };
    let mut cases = Vec::new();
    let mut described = Vec::new();
    for path in below("tests/expected").filter(|path| path.ends_with(".json")) {
        let expected: Value = serde_json::from_str(&std::fs::read_to_string(root.join(&path)).expect("the expectations")).expect("JSON");
        let story = path.trim_start_matches("tests/expected/").trim_end_matches(".json").to_owned();
        let text = |value: &Value| value.as_str().expect("a file").to_owned();
        let files: Vec<(Option<String>, String)> = match &expected["files"] {
            Value::Object(files) => files.iter().map(|(format, file)| (Some(format.clone()), text(file))).collect(),
            Value::Array(files) => files.iter().map(|file| (None, text(file))).collect(),
            _ => vec![(None, text(&expected["file"]))],
        };
        for (format, file) in files {
            let articles = expected["articles"].as_array().cloned().unwrap_or_else(|| vec![expected.clone()]);
            let found = extract(&file);
            assert_eq!(articles.len(), found.len(), "{file}: articles");
            for (number, (expected, found)) in articles.into_iter().zip(found).enumerate() {
                let story = if number == 0 { story.clone() } else { format!("{story} {number}") };
                cases.push(Case { story, file: file.clone(), format: format.clone(), expected, found });
            }
            described.push(file);
        }
    }
    described.sort();
    assert_eq!(described, below("corpus").collect::<Vec<_>>(), "every file of the archive is described");
    cases
}

/// The files below a folder of the repository, as paths from its root with `/`.
fn below(folder: &str) -> impl Iterator<Item = String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<String> = walkdir::WalkDir::new(root.join(folder))
        .into_iter()
        .flatten()
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| entry.path().strip_prefix(root).expect("below").to_string_lossy().replace('\\', "/"))
        .collect();
    files.sort();
    files.into_iter()
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
    let mut wrong = Vec::new();
    for case in cases() {
        let found = &case.found;
        for key in
            ["headline", "headline_inferred", "date", "date_precision", "date_source", "authors", "desk", "publisher", "url", "language"]
        {
            // Where the file does not say, the language is told from the text.
            let told = key == "language" && case.expects(key) == Some(&Value::Null) && found[key] == "en";
            if let Some(expected) = case.expects(key).filter(|expected| *expected != &found[key] && !told) {
                wrong.push(format!("{}: {key} is {expected}, got {}", case.file, found[key]));
            }
        }
        if case.expected["sections"] != found["headings"] {
            wrong.push(format!("{}: crossheads are {}, got {}", case.file, case.expected["sections"], found["headings"]));
        }
        let body = found["body"].as_str().expect("a body");
        for words in case.expected["absent_from_body"].as_array().into_iter().flatten() {
            if body.contains(words.as_str().expect("words")) {
                wrong.push(format!("{}: {words} is no part of the article", case.file));
            }
        }
        for (key, kind) in [("pullquotes", "pullquote"), ("captions", "caption")] {
            let found: Vec<&str> = blocks(found, kind);
            for words in case.expected[key].as_array().into_iter().flatten() {
                if !found.contains(&words.as_str().expect("words")) {
                    wrong.push(format!("{}: {words} is a {kind}, got {found:?}", case.file));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The blocks of a kind.
fn blocks<'a>(article: &'a Value, kind: &str) -> Vec<&'a str> {
    let body = article["body"].as_str().expect("a body");
    let sections = article["sections"].as_array().expect("sections");
    let blocks = sections.iter().flat_map(|section| section["blocks"].as_array().expect("blocks")).filter(|block| block["kind"] == kind);
    let at = |block: &Value, key: &str| block[key].as_u64().expect("an offset") as usize;
    blocks.map(|block| body[at(block, "start")..at(block, "end")].trim_end_matches('\n')).collect()
}

#[test]
fn quotes_and_speakers_are_as_read() {
    let (mut parts, mut missed, mut speakers, mut wrong, mut false_quotes) = (0, Vec::new(), 0, Vec::new(), Vec::new());
    let mut read = Vec::new();
    for Case { story, file, expected, found, .. } in cases() {
        // A story in several formats is one text.
        let text = (story, found["headline"].clone());
        if read.contains(&text) {
            continue;
        }
        read.push(text);
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
    // The floors say what this version reaches on texts it was not tuned on; the lists say what is left.
    let lists = [("missed", &missed), ("given to others", &wrong), ("that nobody said", &false_quotes)];
    let left: String = lists.iter().map(|(what, list)| format!("{} {what}: {list:#?}\n", list.len())).collect();
    assert!(missed.len() * 100 <= parts * MISSED, "of {parts} stretches and {speakers} speakers\n{left}");
    assert!(wrong.len() * 100 <= speakers * WRONG, "of {parts} stretches and {speakers} speakers\n{left}");
    assert!(false_quotes.len() <= NOBODYS, "of {parts} stretches and {speakers} speakers\n{left}");
}

/// In a hundred stretches, and in all.
const MISSED: usize = 1;
const WRONG: usize = 12;
const NOBODYS: usize = 14;

#[test]
fn a_story_reads_as_one_in_all_its_formats() {
    let cases = cases();
    let mut stories = 0;
    let mut told = Vec::new();
    for first in cases.iter().filter(|case| case.format.is_some()) {
        if told.contains(&&first.story) {
            continue;
        }
        told.push(&first.story);
        // A saved page has a place for everything.
        let richest = ["html", "txt"]
            .into_iter()
            .find_map(|format| cases.iter().find(|case| case.story == first.story && case.format.as_deref() == Some(format)));
        let first = richest.unwrap_or(first);
        stories += 1;
        let others: Vec<&Case> = cases.iter().filter(|case| case.story == first.story && case.format != first.format).collect();
        assert!(!others.is_empty(), "{}: one format alone", first.story);
        for other in others {
            for key in ["body", "sections", "headings", "headline", "authors"] {
                assert_eq!(first.found[key], other.found[key], "{}: {key}", other.file);
            }
            // What the poorer format has a place for.
            for key in ["publisher", "desk", "url"] {
                assert!(other.found[key].is_null() || other.found[key] == first.found[key], "{}: {key}", other.file);
            }
            // Some formats have no dates without seconds; where no language is said, it is told from the text, without its country.
            for (key, length) in [("date", 16), ("language", 2)] {
                let start = |value: &Value| value[key].as_str().unwrap_or_default().chars().take(length).collect::<String>();
                assert_eq!(start(&first.found), start(&other.found), "{}: {key}", other.file);
            }
            assert_eq!(nameless(&first.found), nameless(&other.found), "{}", other.file);
        }
    }
    assert!(stories >= 8, "{stories} stories in several formats");
}

/// The quotes of an article, without their ids, which name the file.
fn nameless(article: &Value) -> Value {
    let mut quotes = article["quotes"].clone();
    quotes.as_array_mut().expect("quotes").iter_mut().for_each(|quote| quote["id"] = Value::Null);
    quotes
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
