//! The layering: a module uses only modules above it in the list of lib.rs, and some names stay in their room.

use std::path::{Path, PathBuf};

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The modules of the library in the order of their layers.
fn layers() -> Vec<String> {
    let text = std::fs::read_to_string(source().join("lib.rs")).expect("lib.rs");
    text.lines().filter_map(|line| Some(line.strip_prefix("pub mod ")?.strip_suffix(';')?.to_owned())).collect()
}

/// Every source file of a module, with its text up to the tests.
fn files(module: &str) -> Vec<(PathBuf, String)> {
    let mut files = vec![source().join(format!("{module}.rs"))];
    files.extend(walkdir::WalkDir::new(source().join(module)).into_iter().flatten().map(walkdir::DirEntry::into_path));
    let code = |path: &PathBuf| {
        let text = std::fs::read_to_string(path).expect("a source file");
        let text = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
        text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
    };
    files
        .into_iter()
        .filter(|path| path.extension().is_some_and(|e| e == "rs") && path.is_file())
        .map(|path| (path.clone(), code(&path)))
        .collect()
}

#[test]
fn a_module_uses_only_modules_above_it() {
    let layers = layers();
    assert!(layers.len() > 10, "{layers:?}");
    for (i, module) in layers.iter().enumerate() {
        for (path, code) in files(module) {
            for below in &layers[i + 1..] {
                let uses = code.contains(&format!("crate::{below}::")) || code.contains(&format!("crate::{below};"));
                // The error type names the query's own error: it is made of what can go wrong below.
                assert!(!uses || module == "error", "{}: uses {below}, which lies below {module}", path.display());
            }
        }
    }
}

#[test]
fn names_stay_in_their_rooms() {
    let rooms: [(&str, &[&str]); 6] = [
        ("tantivy", &["index", "analyze", "error"]),
        ("scraper", &["format"]),
        ("walkdir", &["discover"]),
        ("println!", &[]),
        ("eprintln!", &[]),
        ("std::fs", &["discover", "ingest", "index"]),
    ];
    for module in layers() {
        for (path, code) in files(&module) {
            for (name, allowed) in rooms {
                assert!(allowed.contains(&module.as_str()) || !code.contains(name), "{}: {name} has no place in {module}", path.display());
            }
        }
    }
}

#[test]
fn the_binary_sees_only_the_library() {
    for (path, code) in files("cli").into_iter().chain(files("main")) {
        assert!(!code.contains("tantivy"), "{}", path.display());
        assert!(!code.contains("#[path"), "{}", path.display());
    }
    for module in layers() {
        for (path, code) in files(&module) {
            assert!(!code.contains("clap"), "{}: the library knows no command line", path.display());
        }
    }
}

#[test]
fn long_files_give_their_reason() {
    for entry in walkdir::WalkDir::new(source()).into_iter().flatten().filter(|entry| entry.path().extension().is_some_and(|e| e == "rs")) {
        let text = std::fs::read_to_string(entry.path()).expect("a source file");
        let lines = text.lines().count();
        let reason = text.lines().take(12).any(|line| line.to_lowercase().contains("long because"));
        assert!(lines <= 500 || reason, "{}: {lines} lines and no reason", entry.path().display());
    }
}

/// Names of people in annotated texts have no place in the program: rules that know them would only seem to be good. `$ONRECORD_GOLD` names
/// more annotated articles (JSON Lines with `speaker_resolved`), parted by `:`, whose full names are looked for as well.
#[test]
fn no_name_of_an_annotated_text_stands_in_the_source() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut people: Vec<String> = Vec::new();
    for entry in walkdir::WalkDir::new(root.join("tests/expected"))
        .into_iter()
        .flatten()
        .filter(|entry| entry.path().extension().is_some_and(|e| e == "json"))
    {
        let gold: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(entry.path()).expect("annotations")).expect("JSON");
        let articles = gold["articles"].as_array().cloned().unwrap_or_else(|| vec![gold.clone()]);
        let quotes = articles.iter().flat_map(|article| article["quotes"].as_array().expect("quotes"));
        people.extend(
            quotes.filter(|quote| quote["speaker_kind"] == "person").filter_map(|quote| quote["speaker"].as_str().map(str::to_owned)),
        );
    }
    let gold = std::env::var("ONRECORD_GOLD").unwrap_or_default();
    for file in gold.split(':').filter(|file| !file.is_empty()) {
        let text = std::fs::read_to_string(file).expect("annotated articles");
        for line in text.lines() {
            let article: serde_json::Value = serde_json::from_str(line).expect("JSON");
            let quotes = article["quotes"].as_array().expect("quotes").iter();
            people.extend(quotes.filter_map(|quote| quote["speaker_resolved"].as_str().map(str::to_owned)));
        }
    }
    people.retain(|name| name.contains(' ') && name.starts_with(char::is_uppercase));
    people.sort();
    people.dedup();
    assert!(people.len() > 30, "{people:?}");
    for entry in walkdir::WalkDir::new(source().join("quote")).into_iter().flatten().filter(|entry| entry.path().is_file()) {
        let text = std::fs::read_to_string(entry.path()).expect("a source file").to_lowercase();
        // Underscores join the words of one entry of a list.
        let found: Vec<&String> = people
            .iter()
            .filter(|name| text.contains(&name.to_lowercase()) || text.contains(&name.to_lowercase().replace(' ', "_")))
            .collect();
        // Countries and cities speak, too, and are no people.
        assert!(found.is_empty() || entry.path().ends_with("places.txt"), "{}: {found:?}", entry.path().display());
        if entry.path().extension().is_some_and(|extension| extension == "txt") && !entry.path().ends_with("forenames.txt") {
            let words: std::collections::HashSet<&str> = text.split_whitespace().collect();
            let invented = people.iter().filter(|_| gold.is_empty()).filter_map(|name| name.rsplit(' ').next());
            let surnames: Vec<&str> = invented.filter(|surname| words.contains(surname.to_lowercase().as_str())).collect();
            assert!(surnames.is_empty(), "{}: {surnames:?}", entry.path().display());
        }
    }
}
