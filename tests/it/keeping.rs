//! The life of an index: optimized, checked, copied, made anew.

use crate::contract::{valid, validator};
use crate::sandbox::{Output, Sandbox};
use serde_json::Value;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

fn line(i: usize, season: &str) -> String {
    let text = format!(
        "Report {i} of {season}, with some words on the harbour.\\n\\\"We saw {i} in {season},\\\" said Anna Arden.\\nShe said that the wall would hold."
    );
    format!("{{\"id\": \"{i}\", \"headline\": \"Report {i}\", \"text\": \"{text}\"}}\n")
}

pub(crate) fn papers(sandbox: &Sandbox, count: usize, season: &str) {
    sandbox.write("papers/all.jsonl", (0..count).map(|i| line(i, season)).collect::<String>());
    sandbox.write("papers/one.json", line(90_000, season));
}

#[track_caller]
fn json(output: &Output) -> Value {
    serde_json::from_str(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

/// `onrecord check --json`, which must end as expected.
#[track_caller]
pub(crate) fn checked(sandbox: &Sandbox, index: &str, code: i32) -> Value {
    let output = sandbox.run(&["check", "--json", "--index", index]);
    assert_eq!(output.code, code, "{output:?}");
    if output.stdout.is_empty() { Value::Null } else { json(&output) }
}

pub(crate) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder").flatten() {
        std::fs::copy(entry.path(), to.join(entry.file_name())).expect("copied");
    }
}

/// Hits with their scores, in order.
fn scores(sandbox: &Sandbox, index: &str) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for (mode, query) in
        [("articles", "harbour report"), ("articles", "autumn OR spring OR 17"), ("quotes", "saw 3"), ("quotes", "speaker:arden spring")]
    {
        let answer = sandbox.search(mode, query, &["--limit", "0", "--index", index]);
        let hits = answer["hits"].as_array().expect("hits").iter();
        all.extend(hits.map(|hit| (hit["id"].to_string(), hit["score"].to_string())));
    }
    all
}

/// Changes, additions and removals, in several commits.
fn worn(sandbox: &Sandbox, index: &str) {
    for (count, season) in [(300, "spring"), (260, "summer"), (400, "autumn")] {
        papers(sandbox, count, season);
        sandbox.ok(&["index", "papers", "--index", index, "--commit-every", "0.01", "--prune", "-q"]);
    }
}

#[test]
fn optimized_an_index_has_one_segment_and_the_scores_of_an_undisturbed_one() {
    let sandbox = Sandbox::new();
    worn(&sandbox, "worn");
    let before = sandbox.dump("worn");
    let commit = json(&sandbox.ok(&["stats", "--json", "--index", "worn"]))["commit"].clone();
    let told = json(&sandbox.ok(&["optimize", "--index", "worn", "--json"]));
    assert_eq!((&told["after"]["segments"], &told["after"]["deleted"]), (&1.into(), &0.into()), "{told}");
    valid(&validator("optimize", None), &told);
    assert_eq!(json(&sandbox.ok(&["stats", "--json", "--index", "worn"]))["commit"], commit, "nothing has changed but the form");
    assert_eq!(sandbox.dump("worn"), before);
    sandbox.ok(&["index", "papers", "--index", "fresh"]);
    sandbox.ok(&["optimize", "--index", "fresh", "-q"]);
    assert_eq!(sandbox.dump("fresh"), before);
    assert_eq!(scores(&sandbox, "fresh"), scores(&sandbox, "worn"));
    for index in ["fresh", "worn"] {
        assert_eq!(checked(&sandbox, index, 0)["records"]["articles"], 401);
    }
    let files = std::fs::read_dir(sandbox.path("worn")).expect("the folder").flatten();
    let kinds = files.filter(|file| file.path().extension().is_some_and(|kind| kind == "store")).count();
    assert_eq!(kinds, 1, "nothing is left of the other segments");
    let again = sandbox.ok(&["optimize", "--index", "worn"]);
    assert!(again.stderr.contains("segments 1"), "{}", again.stderr);
    assert_eq!(sandbox.run(&["optimize", "--index", "nowhere"]).code, 2);
    assert!(!sandbox.path("nowhere").exists(), "no index is made by it");
}

#[test]
fn a_snapshot_is_an_index_and_shares_nothing_that_changes() {
    let sandbox = Sandbox::new();
    papers(&sandbox, 300, "spring");
    sandbox.ok(&["index", "papers"]);
    sandbox.write(".onrecord/people.toml", "[[person]]\nname = \"Anna Arden\"\naliases = [\"The Wall\"]\n");
    sandbox.write(".onrecord/00112233445566ff.pieces", "missed only for its speed");
    let before = sandbox.dump(".onrecord");
    let told = json(&sandbox.ok(&["snapshot", "backup/monday/", "--json"]));
    assert!(told["linked"].as_u64().expect("a count") >= 6, "{told}");
    valid(&validator("snapshot", None), &told);
    assert_eq!(sandbox.dump("backup/monday"), before);
    checked(&sandbox, "backup/monday", 0);
    assert!(sandbox.path("backup/monday/people.toml").is_file());
    assert!(!sandbox.path("backup/monday/00112233445566ff.pieces").exists());
    // Both go their ways.
    papers(&sandbox, 200, "summer");
    sandbox.ok(&["index", "papers", "--prune"]);
    sandbox.ok(&["optimize"]);
    assert_eq!(sandbox.dump("backup/monday"), before);
    let here = sandbox.dump(".onrecord");
    papers(&sandbox, 310, "winter");
    sandbox.ok(&["index", "papers", "--index", "backup/monday", "--prune"]);
    sandbox.ok(&["optimize", "--index", "backup/monday"]);
    assert_eq!(sandbox.dump(".onrecord"), here);
    for index in [".onrecord", "backup/monday"] {
        checked(&sandbox, index, 0);
    }
    // A folder that holds something is left alone, and an index holds no snapshot of itself.
    for target in ["backup/monday", "papers", ".onrecord/inside", ".onrecord.new"] {
        assert_eq!(sandbox.run(&["snapshot", target]).code, 2, "{target}");
    }
    assert!(!sandbox.path(".onrecord/inside").exists());
    std::fs::create_dir(sandbox.path("empty")).expect("made");
    sandbox.ok(&["snapshot", "empty"]);
    assert_eq!(sandbox.dump("empty"), here);
    // What an interrupted one left is cleared away; what is not of a snapshot is not.
    sandbox.write("next.partial/onrecord-snapshot", "");
    sandbox.write("next.partial/half.store", "half");
    sandbox.ok(&["snapshot", "next"]);
    checked(&sandbox, "next", 0);
    assert!(!sandbox.path("next.partial").exists() && !sandbox.path("next/half.store").exists());
    sandbox.write("last.partial/letter.txt", "Dear Anna.");
    assert_eq!(sandbox.run(&["snapshot", "last"]).code, 2);
    assert!(sandbox.path("last.partial/letter.txt").is_file());
}

#[test]
fn snapshots_taken_while_a_writer_runs_are_whole() {
    let sandbox = Sandbox::new();
    papers(&sandbox, 1500, "spring");
    sandbox.ok(&["index", "papers", "-q"]);
    papers(&sandbox, 1500, "summer");
    let mut writer = sandbox.command(&["index", "papers", "--commit-every", "0.02", "-q"]).stderr(Stdio::null()).spawn().expect("it runs");
    let mut during = 0;
    for i in 0..12 {
        let is_running = writer.try_wait().expect("its state").is_none();
        sandbox.ok(&["snapshot", &format!("snap{i}"), "-q"]);
        during += usize::from(is_running);
    }
    assert!(writer.wait().expect("it ends").success());
    assert!(during > 0, "the writer was too fast");
    for i in 0..12 {
        let found = checked(&sandbox, &format!("snap{i}"), 0);
        assert_eq!(found["records"]["articles"], 1501, "{found}");
    }
}

#[test]
fn deletes_are_merged_away_when_they_are_many() {
    let sandbox = Sandbox::new();
    papers(&sandbox, 400, "spring");
    sandbox.ok(&["index", "papers"]);
    let deleted = || checked(&sandbox, ".onrecord", 0)["records"]["deleted"].as_u64().expect("a count");
    let lines = |changed: usize| (0..400).map(|i| line(i, if i < changed { "summer" } else { "spring" })).collect::<String>();
    sandbox.write("papers/all.jsonl", lines(20));
    sandbox.ok(&["index", "papers"]);
    assert!((60..100).contains(&deleted()), "a twentieth is left where it is: {}", deleted());
    sandbox.write("papers/all.jsonl", lines(200));
    sandbox.ok(&["index", "papers"]);
    assert!(deleted() < 10, "a half is not: {}", deleted());
    assert_eq!(sandbox.search("quotes", "summer", &[])["total"], 200);
}

#[test]
fn what_check_says_has_its_schema() {
    let sandbox = Sandbox::new();
    papers(&sandbox, 5, "spring");
    sandbox.ok(&["index", "papers"]);
    let schema = validator("check", None);
    let valid = |instance: &Value| valid(&schema, instance);
    valid(&checked(&sandbox, ".onrecord", 0));
    let quick = json(&sandbox.ok(&["check", "--quick", "--json"]));
    valid(&quick);
    assert!(quick["records"].is_null() && quick["files"].as_u64() >= Some(6), "{quick}");
    let store = std::fs::read_dir(sandbox.path(".onrecord")).expect("the folder").flatten().map(|file| file.path());
    std::fs::remove_file(store.into_iter().find(|path| path.extension().is_some_and(|kind| kind == "store")).expect("a store"))
        .expect("removed");
    sandbox.write(".onrecord/people.derived", "half");
    let found = checked(&sandbox, ".onrecord", 2);
    valid(&found);
    let kinds: Vec<&str> =
        found["findings"].as_array().expect("findings").iter().map(|finding| finding["kind"].as_str().expect("a kind")).collect();
    assert_eq!(kinds, ["spare", "missing"]);
    let text = sandbox.run(&["check"]);
    assert!(text.stdout.contains("--rebuild") && text.stdout.contains("delete it") && text.stdout.contains("2 findings"), "{text:?}");
    assert_eq!(sandbox.run(&["check", "--index", "papers"]).code, 2);
}

#[test]
fn a_reader_is_not_disturbed_by_merges() {
    let sandbox = Sandbox::new();
    worn(&sandbox, "worn");
    let expected = sandbox.dump("worn");
    let mut merger = sandbox.command(&["optimize", "--index", "worn", "-q"]).spawn().expect("it runs");
    while merger.try_wait().expect("its state").is_none() {
        assert_eq!(sandbox.search("articles", "harbour", &["--index", "worn"])["total"], 401);
    }
    assert_eq!(sandbox.dump("worn"), expected);
}

/// The states in which a kill can leave a rebuild, made by hand.
#[test]
fn an_interrupted_rebuild_loses_no_index() {
    let sandbox = Sandbox::new();
    papers(&sandbox, 20, "spring");
    sandbox.ok(&["index", "papers", "--index", "old"]);
    papers(&sandbox, 30, "spring");
    sandbox.ok(&["index", "papers", "--index", "new"]);
    let state = |here: Option<&str>, new: Option<&str>, old: Option<&str>| {
        for (name, tag, from) in [("ix", None, here), ("ix.new", new, Some("new")), ("ix.old", old, Some("old"))] {
            let _ = std::fs::remove_dir_all(sandbox.path(name));
            if let (Some(from), true) = (from, name == "ix" || tag.is_some()) {
                copy(&sandbox.path(from), &sandbox.path(name));
                if let Some(tag) = tag {
                    sandbox.write(&format!("{name}/onrecord-rebuild"), tag);
                }
            }
        }
    };
    let total = |index: &str| sandbox.search("articles", "*", &["--index", index])["total"].as_u64();
    let gone = |names: &[&str]| names.iter().all(|name| !sandbox.path(name).exists());
    // Between the two renames: every command finishes the job.
    let commands: [&[&str]; 4] = [&["search", "*"], &["stats"], &["check"], &["optimize"]];
    for args in commands {
        state(None, Some("complete"), Some("replaced"));
        sandbox.ok(&[args, &["--index", "ix"]].concat());
        assert_eq!(total("ix"), Some(31), "{args:?}");
        assert!(gone(&["ix.new", "ix.old", "ix/onrecord-rebuild"]), "{args:?}");
    }
    state(None, Some("complete"), Some("replaced"));
    sandbox.ok(&["index", "papers", "--index", "ix"]);
    assert_eq!(total("ix"), Some(31));
    // Only the old one is left: it comes back.
    for new in [None, Some("unfinished")] {
        state(None, new, Some("replaced"));
        assert_eq!(total("ix"), Some(21));
        sandbox.ok(&["index", "papers", "--index", "ix"]);
        assert!(gone(&["ix.new", "ix.old", "ix/onrecord-rebuild"]));
    }
    // Before the first rename, and behind the second.
    for (here, new, old, expected) in
        [("old", Some("unfinished"), None, 21), ("old", Some("complete"), None, 21), ("new", None, Some("replaced"), 31)]
    {
        state(Some(here), new, old);
        assert_eq!(total("ix"), Some(expected));
        sandbox.ok(&["index", "papers", "--index", "ix", "--rebuild"]);
        assert_eq!(total("ix"), Some(31));
        assert!(gone(&["ix.new", "ix.old", "ix/onrecord-rebuild"]));
    }
    // A copy that somebody made under such a name is theirs.
    state(Some("old"), None, None);
    copy(&sandbox.path("old"), &sandbox.path("ix.old"));
    let refused = sandbox.run(&["index", "papers", "--index", "ix", "--rebuild"]);
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("stands in the way"), "{}", refused.stderr);
    assert_eq!((total("ix"), total("ix.old")), (Some(21), Some(21)));
}

#[test]
fn what_people_wrote_beside_an_index_outlives_a_rebuild() {
    let sandbox = Sandbox::new();
    papers(&sandbox, 5, "spring");
    sandbox.ok(&["index", "papers"]);
    let people = "[[person]]\nname = \"Anna Arden\"\naliases = [\"The Wall\"]\n";
    sandbox.write(".onrecord/people.toml", people);
    sandbox.ok(&["index", "papers", "--rebuild"]);
    assert_eq!(std::fs::read_to_string(sandbox.path(".onrecord/people.toml")).ok().as_deref(), Some(people));
}

#[test]
fn an_index_that_was_killed_while_it_was_made_is_completed() {
    let sandbox = Sandbox::new();
    papers(&sandbox, 5, "spring");
    sandbox.ok(&["index", "papers", "--index", "made"]);
    let all = ["onrecord.json", "meta.json", ".managed.json", ".tantivy-writer.lock"];
    // The engine's half is there, the marker is not; or none of both, but what stands before them.
    for gone in [&all[..1], &all[..2], &all[..3]] {
        let _ = std::fs::remove_dir_all(sandbox.path("ix"));
        // A run that reads nothing has made it all the same.
        assert_eq!(sandbox.run(&["index", "nowhere", "--index", "ix"]).code, 2);
        for name in gone {
            std::fs::remove_file(sandbox.path("ix").join(name)).expect("removed");
        }
        sandbox.write("ix/.tmpAbCdEf", "half");
        assert_eq!(sandbox.run(&["search", "*", "--index", "ix"]).code, 2, "{gone:?}");
        sandbox.ok(&["index", "papers", "--index", "ix"]);
        assert_eq!(sandbox.search("articles", "*", &["--index", "ix"])["total"], 6, "{gone:?}");
        checked(&sandbox, "ix", 0);
    }
    // The marker without what it marks: completed where there was nothing yet, refused where articles would be lost.
    sandbox.write("young/onrecord.json", std::fs::read(sandbox.path("made/onrecord.json")).expect("the marker"));
    sandbox.ok(&["index", "papers", "--index", "young"]);
    checked(&sandbox, "young", 0);
    std::fs::remove_file(sandbox.path("made/meta.json")).expect("removed");
    let refused = sandbox.run(&["index", "papers", "--index", "made"]);
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("--rebuild"), "{}", refused.stderr);
    assert_eq!(sandbox.run(&["search", "*", "--index", "made"]).code, 2);
}

#[test]
fn many_articles_gone_from_a_file_are_refused_every_time() {
    let sandbox = Sandbox::new();
    papers(&sandbox, 400, "spring");
    sandbox.ok(&["index", "papers"]);
    papers(&sandbox, 100, "summer");
    for _ in 0..3 {
        let refused = sandbox.run(&["index", "papers"]);
        assert!(refused.code == 2 && refused.stderr.contains("--prune"), "{refused:?}");
        assert_eq!(sandbox.search("articles", "*", &[])["total"], 401);
        checked(&sandbox, ".onrecord", 0);
    }
    sandbox.ok(&["index", "papers", "--prune"]);
    assert_eq!(sandbox.search("articles", "*", &[])["total"], 101);
    // A file that broke is as careful when it can be read again.
    papers(&sandbox, 400, "spring");
    sandbox.ok(&["index", "papers"]);
    sandbox.write("papers/all.jsonl", format!("{}{{broken", (0..10).map(|i| line(i, "spring")).collect::<String>()));
    assert_eq!(sandbox.run(&["index", "papers"]).code, 2);
    sandbox.write("papers/all.jsonl", (0..10).map(|i| line(i, "spring")).collect::<String>());
    assert_eq!(sandbox.run(&["index", "papers"]).code, 2);
    assert_eq!(sandbox.search("articles", "*", &[])["total"], 401);
    checked(&sandbox, ".onrecord", 0);
}

#[test]
fn a_clock_that_jumps_misses_nothing() {
    let sandbox = Sandbox::new();
    let touch = |name: &str, day: u64| {
        let file = std::fs::File::options().write(true).open(sandbox.path(name)).expect("a file");
        file.set_modified(std::time::UNIX_EPOCH + Duration::from_secs(day * 86_400)).expect("its time is set");
    };
    // In the year 2100, and in 1970: what was written under a wrong clock is read, and read again when it has changed.
    for day in [47_500, 1] {
        for (words, total) in [("heard", 0), ("found", 1)] {
            sandbox.write("papers/one.json", line(1, "spring").replace("saw", words));
            touch("papers/one.json", day);
            sandbox.ok(&["index", "papers", "-q"]);
            assert_eq!(sandbox.search("quotes", "found", &[])["total"], total, "{day}: {words}");
        }
        sandbox.ok(&["index", "papers", "-q"]);
        assert_eq!(sandbox.search("articles", "*", &[])["total"], 1);
    }
}

/// Waits until the index holds some articles, however slow the machine is.
pub(crate) fn has_committed(sandbox: &Sandbox) -> bool {
    (0..6000).any(|_| {
        std::thread::sleep(Duration::from_millis(10));
        let meta = std::fs::read(sandbox.path(".onrecord/meta.json")).unwrap_or_default();
        let meta: Value = serde_json::from_slice(&meta).unwrap_or_default();
        let mut segments = meta["segments"].as_array().into_iter().flatten();
        segments.any(|segment| segment["max_doc"].as_u64() > Some(100))
    })
}

#[cfg(unix)]
#[test]
fn two_writers_take_turns() {
    let sandbox = Sandbox::new();
    papers(&sandbox, 20_000, "spring");
    let first = sandbox.command(&["index", "papers", "-q"]).spawn().expect("it runs");
    let holder = sandbox.path(".onrecord/onrecord-writer.json");
    assert!((0..400).any(|_| {
        std::thread::sleep(Duration::from_millis(5));
        holder.is_file()
    }));
    for args in [&["index", "papers"][..], &["optimize"], &["index", "papers", "--rebuild"]] {
        let refused = sandbox.run(args);
        assert_eq!(refused.code, 2, "{args:?}: {refused:?}");
        assert!(refused.stderr.contains("is writing to this index") && refused.stderr.contains("--wait"), "{}", refused.stderr);
    }
    sandbox.ok(&["optimize", "--wait", "60"]);
    assert!(first.wait_with_output().expect("it ends").status.success());
    assert_eq!(sandbox.search("articles", "*", &[])["total"], 20_001);
}
