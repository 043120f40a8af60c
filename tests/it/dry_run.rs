//! What a run would do, and what it says while it does it.

use crate::sandbox::Sandbox;
use serde_json::Value;

fn article(name: &str) -> String {
    format!(
        "{{\"id\": \"{name}\", \"headline\": \"Report {name}\", \"text\": \"A report on {name}.\\n\\\"We saw {name},\\\" said Anna Arden.\"}}"
    )
}

fn report(sandbox: &Sandbox, name: &str) -> Value {
    serde_json::from_slice(&std::fs::read(sandbox.path(name)).expect("the report")).expect("JSON")
}

/// What is in the index's folder: names and bytes.
fn folder(sandbox: &Sandbox) -> Vec<(String, Vec<u8>)> {
    let files = std::fs::read_dir(sandbox.path(".onrecord")).expect("the index").flatten();
    let mut files: Vec<_> = files
        .map(|file| (file.file_name().to_string_lossy().into_owned(), std::fs::read(file.path()).expect("a file")))
        // The reader's own lock file is no part of the index.
        .filter(|(name, _)| !name.ends_with(".lock"))
        .collect();
    files.sort();
    files
}

#[test]
fn a_dry_run_foretells_the_run_and_writes_nothing() {
    let sandbox = Sandbox::new();
    for name in ["alpha", "bravo", "charlie"] {
        sandbox.write(&format!("papers/{name}.json"), article(name));
    }
    let first = sandbox.ok(&["index", "papers", "--dry-run"]);
    assert!(first.stderr.contains("would add 3 articles, change 0, remove 0, leave 0; files: 3 new, 0 changed"), "{}", first.stderr);
    assert!(!sandbox.path(".onrecord").exists(), "no index was made");
    sandbox.ok(&["index", "papers"]);
    let before = folder(&sandbox);
    sandbox.write("papers/alpha.json", article("alpaca"));
    sandbox.write("papers/all.jsonl", ["delta", "echo"].map(article).join("\n"));
    std::fs::remove_file(sandbox.path("papers/charlie.json")).expect("removed");
    let second = sandbox.ok(&["index", "papers", "--dry-run", "--report", "dry.json"]);
    let foretold = "would add 2 articles, change 1, remove 1, leave 1; files: 1 new, 1 changed, 1 vanished, 1 unchanged";
    assert!(second.stderr.contains(foretold), "{}", second.stderr);
    assert_eq!(folder(&sandbox), before, "the index stands as it was");
    sandbox.ok(&["index", "papers", "--report", "run.json"]);
    let (dry, run) = (report(&sandbox, "dry.json"), report(&sandbox, "run.json"));
    for key in
        ["files", "unchanged_files", "new_files", "changed_files", "vanished_files", "added", "changed", "unchanged", "removed", "inputs"]
    {
        assert_eq!(dry[key], run[key], "{key}");
    }
    assert_eq!(run["vanished_files"], 1);
    assert_eq!(dry["quotes"], 0, "quotes are not looked for");
}

#[test]
fn a_dry_run_fails_where_the_run_would() {
    let sandbox = Sandbox::new();
    sandbox.write("papers/alpha.json", article("alpha"));
    sandbox.write("papers/broken.json", "{\"id\": \"x\", \"text\": ");
    let broken = sandbox.run(&["index", "papers", "--dry-run"]);
    assert_eq!(broken.code, 2);
    assert!(broken.stderr.contains("broken.json"), "{}", broken.stderr);
    assert_eq!(sandbox.run(&["index", "nowhere", "--dry-run"]).code, 2);
    let other = sandbox.run(&["index", "papers", "--dry-run", "--index", "papers"]);
    assert!(other.code == 2 && other.stderr.contains("holds other files"), "{other:?}");
    let rebuilt = sandbox.run(&["index", "papers", "--dry-run", "--rebuild", "--index", "papers"]);
    assert!(rebuilt.code == 2 && rebuilt.stderr.contains("not an index"), "{rebuilt:?}");
    std::fs::remove_file(sandbox.path("papers/broken.json")).expect("removed");
    sandbox.ok(&["index", "papers"]);
    let rebuilt = sandbox.ok(&["index", "papers", "--dry-run", "--rebuild"]);
    assert!(rebuilt.stderr.contains("would add 1 article, "), "{}", rebuilt.stderr);
    std::fs::remove_file(sandbox.path("papers/alpha.json")).expect("removed");
    let gone = sandbox.run(&["index", "papers", "--dry-run"]);
    assert!(gone.code == 2 && gone.stderr.contains("1 of 1 indexed files are gone"), "{gone:?}");
}

#[test]
fn more_is_said_on_request_and_nothing_of_it_unescaped() {
    let sandbox = Sandbox::new();
    let red = if cfg!(windows) { "papers/red.json" } else { "papers/\u{1b}[31mred.json" };
    sandbox.write(red, article("alpha"));
    let quiet = sandbox.ok(&["index", "papers", "--quiet"]);
    assert_eq!(quiet.stderr, "");
    sandbox.write("papers/bravo.json", article("bravo"));
    let info = sandbox.ok(&["index", "papers", "-v"]).stderr;
    assert!(info.contains("bravo.json: indexed as json, 1 article") && info.contains("red.json: unchanged"), "{info}");
    assert!(!info.contains("committed in"), "{info}");
    sandbox.write("papers/charlie.json", article("charlie"));
    let debug = sandbox.ok(&["-vv", "index", "papers"]).stderr;
    assert!(debug.contains("committed in") && debug.contains("charlie.json: indexed"), "{debug}");
    for text in [&info, &debug] {
        assert!(!text.contains('\u{1b}'), "{text:?}");
    }
    let named = sandbox.command(&["index", "papers"]).env("ONRECORD_LOG", "info").output().expect("it runs");
    assert!(String::from_utf8_lossy(&named.stderr).contains("bravo.json: unchanged"), "{named:?}");
    let mistyped = sandbox.command(&["index", "papers"]).env("ONRECORD_LOG", "loud").output().expect("it runs");
    assert_eq!(mistyped.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&mistyped.stderr).contains("$ONRECORD_LOG is `loud`"), "{mistyped:?}");
}

#[test]
fn memory_and_commits_can_be_set_by_flag_and_file() {
    let sandbox = Sandbox::new();
    sandbox.write("papers/alpha.json", article("alpha"));
    sandbox.ok(&["index", "papers", "--memory", "50", "--threads", "1", "--commit-every", "0.5"]);
    assert_eq!(sandbox.run(&["index", "papers", "--memory", "5"]).code, 2);
    sandbox.write("config/onrecord/config.toml", "memory = 64\ncommit-every = 30\nthreads = 2\n");
    sandbox.ok(&["index", "papers"]);
    sandbox.write("config/onrecord/config.toml", "memory = 5\n");
    let refused = sandbox.run(&["index", "papers"]);
    assert!(refused.code == 2 && refused.stderr.contains("memory in the configuration file is 5"), "{refused:?}");
}
