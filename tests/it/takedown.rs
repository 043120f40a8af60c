//! Taken down: an article leaves the index with its quotes, does not come back, and after a purge nothing of it stands in the files.

use crate::contract::{valid, validator};
use crate::sandbox::Sandbox;
use onrecord::index::embedded::{Embedded, traces};
use serde_json::Value;

const LIBEL: &str = r#"{"id": "libel", "headline": "Zorblatt sued", "text": "The zorblatt affair began in May.\n\"We knew of the zorblatt papers,\" said Quixa Zorblatt, the zorblattist in chief.", "desk": "Zorblattia", "publisher": "Zorblatt Post"}"#;

fn story(name: &str) -> String {
    format!(
        "{{\"id\": \"{name}\", \"headline\": \"Report {name}\", \"text\": \"A report on {name}.\\n\\\"We saw {name},\\\" said Anna Arden.\"}}\n"
    )
}

/// A container with three stories and the one to be taken down, and a file of its own beside it.
fn archive() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("papers/all.jsonl", format!("{}{}{LIBEL}\n{}", story("alpha"), story("bravo"), story("charlie")));
    sandbox.write("papers/delta.json", story("delta"));
    sandbox.ok(&["index", "papers"]);
    sandbox
}

#[track_caller]
fn report(sandbox: &Sandbox, more: &[&str]) -> Value {
    let mut args = vec!["index", "papers", "--report", "report.json"];
    args.extend(more);
    sandbox.ok(&args);
    serde_json::from_slice(&std::fs::read(sandbox.path("report.json")).expect("the report")).expect("JSON")
}

#[track_caller]
fn counts(report: &Value, expected: [u64; 5]) {
    let found = ["added", "changed", "unchanged", "removed", "blocked"].map(|key| report[key].as_u64().expect("a count"));
    assert_eq!(found, expected, "added, changed, unchanged, removed, blocked: {report}");
}

#[track_caller]
fn total(sandbox: &Sandbox, query: &str, expected: u64) {
    for mode in ["articles", "quotes"] {
        assert_eq!(sandbox.search(mode, query, &[])["total"], expected, "{mode}: {query}");
    }
}

fn remove(sandbox: &Sandbox, more: &[&str]) -> Value {
    let mut args = vec!["remove", "--json"];
    args.extend(more);
    printed(sandbox, &args)
}

/// The JSON of a command, which is as its schema says.
fn printed(sandbox: &Sandbox, args: &[&str]) -> Value {
    let json = serde_json::from_str(&sandbox.ok(args).stdout).expect("JSON");
    valid(&validator("takedown", None), &json);
    json
}

/// Every place in the files of the index where a word stands.
fn places(sandbox: &Sandbox, word: &str) -> Vec<String> {
    Embedded::open(&sandbox.path(".onrecord")).expect("the index opens").stands_in(word).expect("it can be read")
}

#[test]
fn it_leaves_with_its_quotes_and_no_run_brings_it_back() {
    let sandbox = archive();
    total(&sandbox, "zorblatt", 1);
    let taken = remove(&sandbox, &["libel", "--reason", "court order"]);
    assert_eq!((&taken["removed"][0]["id"], &taken["removed"][0]["quotes"]), (&"libel".into(), &1.into()));
    total(&sandbox, "zorblatt", 0);
    total(&sandbox, "*", 4);
    assert_eq!(sandbox.run(&["show", "libel"]).code, 2);
    // The file has not changed and is not read; it is not counted as one that lost an article.
    let unchanged = report(&sandbox, &[]);
    counts(&unchanged, [0, 0, 4, 0, 1]);
    assert_eq!(unchanged["unchanged_files"], 2);
    // The article has changed, others have come and gone: it is the same article.
    sandbox.write("papers/all.jsonl", format!("{}{}\n{}", story("alpha"), LIBEL.replace("May", "June"), story("echo")));
    counts(&report(&sandbox, &[]), [1, 0, 2, 2, 1]);
    counts(&report(&sandbox, &[]), [0, 0, 3, 0, 1]);
    // Read otherwise, and made anew.
    counts(&report(&sandbox, &["--map", "desk=publisher"]), [0, 0, 3, 0, 1]);
    counts(&report(&sandbox, &["--rebuild"]), [3, 0, 0, 0, 1]);
    counts(&report(&sandbox, &["--rebuild"]), [3, 0, 0, 0, 1]);
    total(&sandbox, "zorblatt", 0);
    assert!(sandbox.ok(&["index", "papers"]).stderr.contains("3 unchanged, 1 blocked"));
}

#[test]
fn an_article_that_fills_its_file() {
    let sandbox = archive();
    remove(&sandbox, &["delta", "--reason", "a mistake"]);
    counts(&report(&sandbox, &[]), [0, 0, 4, 0, 1]);
    sandbox.write("papers/delta.json", story("delta").replace("saw", "heard"));
    let report_of_it = report(&sandbox, &[]);
    counts(&report_of_it, [0, 0, 4, 0, 1]);
    assert!(report_of_it["skipped"].to_string().contains("was taken down and is blocked"), "{report_of_it}");
    std::fs::remove_file(sandbox.path("papers/delta.json")).expect("removed");
    counts(&report(&sandbox, &[]), [0, 0, 4, 0, 0]);
    // It stays blocked, and comes back to the list's sight with its file.
    sandbox.write("papers/delta.json", story("delta"));
    counts(&report(&sandbox, &[]), [0, 0, 4, 0, 1]);
}

#[test]
fn a_block_is_listed_and_lifted() {
    let sandbox = archive();
    assert_eq!(sandbox.run(&["blocked"]).code, 1);
    let mut command = sandbox.command(&["remove", "libel", "--reason", "court order 17/25\u{1b}[2J"]);
    assert!(command.env("USER", "mara").output().expect("it runs").status.success());
    let listed = sandbox.ok(&["blocked"]).stdout;
    assert!(listed.contains("libel  papers/all.jsonl") && listed.contains(" by mara: court order 17/25"), "{listed}");
    assert!(!listed.contains('\u{1b}'), "{listed:?}");
    let list = printed(&sandbox, &["blocked", "--json"]);
    let entry = &list["blocked"][0];
    assert_eq!((&entry["id"], &entry["by"], &entry["path"]), (&"libel".into(), &"mara".into(), &"all.jsonl".into()));
    // The list keeps none of the words.
    let file = std::fs::read_to_string(sandbox.path(".onrecord/blocked.jsonl")).expect("the list");
    assert!(!file.to_lowercase().contains("zorblatt"), "{file}");
    // What is blocked already stays so, with its first reason.
    let again = remove(&sandbox, &["libel", "--reason", "another"]);
    assert_eq!((again["removed"].as_array().map(Vec::len), &again["already"][0]), (Some(0), entry));
    let key = entry["key"].as_str().expect("a key");
    assert_eq!(&printed(&sandbox, &["remove", "--undo", key, "--json"])["lifted"][0], entry);
    total(&sandbox, "zorblatt", 0);
    // The file has not changed, and is read all the same.
    counts(&report(&sandbox, &[]), [1, 0, 4, 0, 0]);
    total(&sandbox, "zorblatt", 1);
    counts(&report(&sandbox, &[]), [0, 0, 5, 0, 0]);
    assert!(sandbox.run(&["remove", "--undo", key]).stderr.contains("is not blocked"));
}

#[test]
fn names_that_are_none_or_several_remove_nothing() {
    let sandbox = archive();
    sandbox.write("papers/twice.jsonl", story("alpha"));
    sandbox.ok(&["index", "papers"]);
    let quote = sandbox.search("quotes", "zorblatt", &[])["hits"][0]["id"].as_str().expect("an id").to_owned();
    for (id, message) in [("nothing", "no article `nothing`"), ("alpha", "names 2 articles"), (&quote, "is a quote")] {
        let output = sandbox.run(&["remove", "libel", id, "--reason", "x"]);
        assert!(output.code == 2 && output.stderr.contains(message), "{id}: {output:?}");
        assert!(output.stderr.contains("nothing was removed"), "{id}: {output:?}");
    }
    total(&sandbox, "*", 6);
    assert!(!sandbox.path(".onrecord/blocked.jsonl").exists());
    for args in [&["remove", "libel"][..], &["remove", "--reason", "x"], &["remove", "libel", "--reason", " "], &["remove", "--undo"]] {
        assert_eq!(sandbox.run(args).code, 2, "{args:?}");
    }
    let elsewhere = sandbox.run(&["remove", "libel", "--reason", "x", "--index", "nowhere"]);
    assert!(elsewhere.code == 2 && elsewhere.stderr.contains("no index here") && !sandbox.path("nowhere").exists(), "{elsewhere:?}");
    // One of the keys that the message lists does.
    let output = sandbox.run(&["remove", "alpha", "--reason", "x"]);
    let key = output.stderr.lines().find_map(|line| line.strip_prefix("  ")?.split("  ").next()).expect("a key").to_owned();
    assert_eq!(remove(&sandbox, &[&key, "--reason", "x"])["removed"][0]["key"], key);
    total(&sandbox, "alpha", 1);
}

#[test]
fn copies_go_with_it() {
    let sandbox = archive();
    sandbox.write("papers/copy.jsonl", LIBEL.replace("\"libel\"", "\"copy\"") + "\n" + &story("foxtrot"));
    sandbox.ok(&["index", "papers"]);
    // By its key alone: the copy stays.
    remove(&sandbox, &["libel", "--reason", "x"]);
    total(&sandbox, "zorblatt", 1);
    sandbox.ok(&["remove", "--undo", "libel"]);
    sandbox.ok(&["index", "papers"]);
    total(&sandbox, "zorblatt", 2);
    assert_eq!(remove(&sandbox, &["libel", "--reason", "x", "--copies"])["removed"].as_array().map(Vec::len), Some(2));
    total(&sandbox, "zorblatt", 0);
    // A third one is kept out, and one that an article turns into falls.
    sandbox.write("papers/third.json", LIBEL.replace("\"libel\"", "\"third\""));
    counts(&report(&sandbox, &[]), [0, 0, 5, 0, 3]);
    sandbox.write("papers/delta.json", LIBEL.replace("\"libel\"", "\"delta\""));
    counts(&report(&sandbox, &[]), [0, 0, 4, 1, 3]);
    total(&sandbox, "zorblatt", 0);
}

#[test]
fn after_a_purge_no_word_of_it_stands_in_any_file() {
    let sandbox = archive();
    // Names are kept beside the index once somebody asked for them.
    sandbox.ok(&["quotes", "speaker:zorblatt"]);
    for place in [
        "terms of headline",
        "terms of body",
        "terms of quote",
        "terms of speaker",
        "column speaker",
        "column desk",
        "stored",
        "stored text",
    ] {
        assert!(places(&sandbox, "zorblatt").iter().any(|found| found.ends_with(place)), "{place}");
    }
    // A word that is stored in shorthand is seen as well.
    assert!(places(&sandbox, "affair").iter().any(|found| found.ends_with("stored text")));
    let taken = remove(&sandbox, &["libel", "--reason", "court order"]);
    let key = u64::from_str_radix(taken["removed"][0]["key"].as_str().expect("a key"), 16).expect("hexadecimal");
    assert!(taken["purged"].is_null());
    // Removed, its words stand in the files still.
    let opened = || Embedded::open(&sandbox.path(".onrecord")).expect("the index opens");
    let left = traces(&opened(), &[key]).expect("it can be read");
    assert!(left.len() == 1 && left[0].live == 0 && left[0].deleted == 2, "{left:?}");
    assert!(!places(&sandbox, "zorblatt").is_empty());
    // A reader that has the index open sees what it saw.
    let reader = opened();
    let told = sandbox.ok(&["check"]).stdout;
    assert!(told.contains("1 article taken down, and what is deleted of 1 stands in the files"), "{told}");
    let purged = remove(&sandbox, &["--purge"]);
    let told = sandbox.ok(&["check"]).stdout;
    assert!(told.contains("1 article taken down, nothing of which is left"), "{told}");
    assert!(purged["purged"]["records"].as_u64() >= Some(2), "{purged}");
    assert!(!reader.stands_in("zorblatt").expect("it can be read").is_empty());
    drop(reader);
    assert_eq!(places(&sandbox, "zorblatt"), Vec::<String>::new());
    assert_eq!(places(&sandbox, "affair"), Vec::<String>::new());
    assert_eq!(traces(&opened(), &[key]).expect("it can be read"), []);
    let names = std::fs::read_dir(sandbox.path(".onrecord")).expect("the folder").flatten();
    let names: Vec<String> = names.map(|file| file.file_name().to_string_lossy().into_owned()).collect();
    let meta = std::fs::read_to_string(sandbox.path(".onrecord/meta.json")).expect("meta.json").replace('-', "");
    for name in &names {
        assert!(!name.contains(".derived") && !name.ends_with(".del"), "{names:?}");
        let segment = name.split('.').next().unwrap_or_default();
        assert!(segment.len() != 32 || meta.contains(segment), "{name} is a file of no segment: {names:?}");
    }
    total(&sandbox, "*", 4);
    assert_eq!(remove(&sandbox, &["--purge"])["purged"]["records"], 0);
    counts(&report(&sandbox, &[]), [0, 0, 4, 0, 1]);
    // What a rebuild that was killed has left beside the index goes, too; what is none stays.
    sandbox.write(".onrecord.new/onrecord-rebuild", "unfinished");
    sandbox.write(".onrecord.old/notes.txt", "of somebody else");
    remove(&sandbox, &["--purge"]);
    assert!(!sandbox.path(".onrecord.new").exists() && sandbox.path(".onrecord.old").exists());
    // In one go.
    remove(&sandbox, &["bravo", "--reason", "x", "--purge"]);
    assert_eq!(places(&sandbox, "bravo"), Vec::<String>::new());
}

#[test]
fn a_takedown_that_was_cut_off_is_completed() {
    for completes in
        [&["index", "papers"][..], &["remove", "--purge"], &["remove", "delta", "--reason", "x"], &["remove", "--undo", "libel"]]
    {
        let sandbox = archive();
        let copy = |from: &str, to: &str| {
            std::fs::create_dir_all(sandbox.path(to)).expect("a folder");
            for file in std::fs::read_dir(sandbox.path(from)).expect("a folder").flatten() {
                std::fs::copy(file.path(), sandbox.path(to).join(file.file_name())).expect("copied");
            }
        };
        copy(".onrecord", "before");
        remove(&sandbox, &["libel", "--reason", "court order"]);
        // The list stands, the commit does not.
        std::fs::copy(sandbox.path(".onrecord/blocked.jsonl"), sandbox.path("before/blocked.jsonl")).expect("copied");
        std::fs::remove_dir_all(sandbox.path(".onrecord")).expect("removed");
        copy("before", ".onrecord");
        total(&sandbox, "zorblatt", 1);
        let told = sandbox.run(&["check"]);
        assert!(told.code == 2 && told.stdout.contains("was taken down and is found all the same"), "{told:?}");
        sandbox.ok(completes);
        total(&sandbox, "zorblatt", 0);
        let lifted = completes.contains(&"--undo");
        let blocked = u64::from(!lifted) + u64::from(completes.contains(&"delta"));
        counts(&report(&sandbox, &[]), [u64::from(lifted), 0, 5 - u64::from(lifted) - blocked, 0, blocked]);
    }
}

#[test]
fn what_people_wrote_beside_the_index_outlives_a_rebuild() {
    let sandbox = archive();
    remove(&sandbox, &["libel", "--reason", "court order"]);
    sandbox.write(".onrecord/people.toml", "[[people]]\nname = \"Anna Arden\"\naliases = [\"A. Arden\"]\n");
    sandbox.ok(&["index", "papers", "--rebuild"]);
    assert!(sandbox.path(".onrecord/people.toml").is_file() && sandbox.path(".onrecord/blocked.jsonl").is_file());
    // Cut off between the two renames of a rebuild, the new index takes the old one's place.
    std::fs::rename(sandbox.path(".onrecord"), sandbox.path(".onrecord.new")).expect("renamed");
    std::fs::create_dir(sandbox.path(".onrecord.old")).expect("a folder");
    sandbox.write(".onrecord.new/onrecord-rebuild", "complete");
    sandbox.write(".onrecord.old/onrecord-rebuild", "replaced");
    counts(&report(&sandbox, &[]), [0, 0, 4, 0, 1]);
    // A list that cannot be read stops everything that could bring an article back.
    let list = sandbox.path(".onrecord/blocked.jsonl");
    let text = std::fs::read_to_string(&list).expect("the list");
    std::fs::write(&list, text.clone() + "{\"key\": \n").expect("written");
    for args in [&["index", "papers"][..], &["index", "papers", "--rebuild"], &["remove", "alpha", "--reason", "x"], &["blocked"]] {
        let output = sandbox.run(args);
        assert!(output.code == 2 && output.stderr.contains("blocked.jsonl line 2"), "{args:?}: {output:?}");
    }
    std::fs::write(&list, text).expect("written");
    counts(&report(&sandbox, &[]), [0, 0, 4, 0, 1]);
}

#[test]
fn killed_at_any_moment_it_is_taken_down_or_it_is_not() {
    let sandbox = Sandbox::new();
    let stories: String = (0..400).map(|n| story(&format!("story{n}"))).collect();
    sandbox.write("papers/all.jsonl", stories);
    sandbox.ok(&["index", "papers"]);
    let mut blocked = 0;
    for (n, moment) in [1, 4, 8, 12, 16, 20, 25, 30, 40, 60, 90].into_iter().enumerate() {
        let id = format!("story{n}");
        let mut child = sandbox.command(&["remove", &id, "--reason", "x", "--purge"]).spawn().expect("the program runs");
        std::thread::sleep(std::time::Duration::from_millis(moment));
        child.kill().expect("killed");
        child.wait().expect("it ends");
        let list = std::fs::read_to_string(sandbox.path(".onrecord/blocked.jsonl")).unwrap_or_default();
        let is_blocked = list.lines().any(|line| line.contains(&format!("\"id\":\"{id}\"")));
        blocked += u64::from(is_blocked);
        let run = report(&sandbox, &[]);
        // Completed by this run, where it was cut off before its commit.
        let removed = run["removed"].as_u64().expect("a count");
        assert!(removed <= u64::from(is_blocked), "{run}");
        counts(&run, [0, 0, 400 - blocked, removed, blocked]);
        total(&sandbox, &id, u64::from(!is_blocked));
    }
    // What was written and never committed is cleared away with the rest.
    remove(&sandbox, &["story399", "--reason", "x", "--purge"]);
    assert_eq!(places(&sandbox, "story399"), Vec::<String>::new());
    total(&sandbox, "*", 399 - blocked);
}

#[test]
fn whoever_writes_is_waited_for_or_named() {
    let sandbox = archive();
    let lock = onrecord::index::embedded::lock(&sandbox.path(".onrecord"), std::time::Duration::ZERO).expect("the lock");
    let output = sandbox.run(&["remove", "libel", "--reason", "x"]);
    assert!(output.code == 2 && output.stderr.contains("is writing to this index"), "{output:?}");
    assert!(!sandbox.path(".onrecord/blocked.jsonl").exists());
    let waits = sandbox.command(&["remove", "libel", "--reason", "x", "--wait", "60"]).spawn();
    std::thread::sleep(std::time::Duration::from_millis(300));
    drop(lock);
    assert!(waits.expect("it runs").wait().expect("it ends").success());
    total(&sandbox, "zorblatt", 0);
}

#[test]
fn copies_of_what_was_taken_down_by_its_key_are_not_passed_over_in_silence() {
    let sandbox = archive();
    remove(&sandbox, &["libel", "--reason", "court order"]);
    let said = sandbox.run(&["remove", "libel", "--copies", "--reason", "all of it"]);
    assert!(said.code == 2 && said.stderr.contains("--undo"), "{said:?}");
    remove(&sandbox, &["--undo", "libel"]);
    sandbox.ok(&["index", "papers"]);
    remove(&sandbox, &["libel", "--copies", "--reason", "all of it"]);
    total(&sandbox, "zorblatt", 0);
}

#[test]
fn a_dry_run_tells_what_is_blocked_and_quiet_wins() {
    let sandbox = archive();
    remove(&sandbox, &["libel", "--reason", "court order"]);
    let said = sandbox.run(&["index", "papers", "--dry-run"]);
    assert!(said.code == 0 && said.stderr.contains("1 blocked"), "{said:?}");
    let said = sandbox.run(&["index", "papers", "-q", "-v"]);
    assert!(said.code == 0 && said.stderr.is_empty(), "{said:?}");
}
