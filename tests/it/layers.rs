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
