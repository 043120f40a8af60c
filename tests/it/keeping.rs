//! The life of an index: optimized, checked, copied, made anew; and bad circumstances.

use crate::contract::{valid, validator};
use crate::sandbox::{Output, Sandbox};
use serde_json::Value;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

fn line(i: usize, season: &str) -> String {
    let text = format!(
        "Report {i} of {season}, with some words on the harbour.\\n\\\"We saw {i} in {season},\\\" said Anna Arden.\\nShe said that the wall would hold."
    );
    format!("{{\"id\": \"{i}\", \"headline\": \"Report {i}\", \"text\": \"{text}\"}}\n")
}

fn papers(sandbox: &Sandbox, count: usize, season: &str) {
    sandbox.write("papers/all.jsonl", (0..count).map(|i| line(i, season)).collect::<String>());
    sandbox.write("papers/one.json", line(90_000, season));
}

#[track_caller]
fn json(output: &Output) -> Value {
    serde_json::from_str(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

/// `onrecord check --json`, which must end as expected.
#[track_caller]
fn checked(sandbox: &Sandbox, index: &str, code: i32) -> Value {
    let output = sandbox.run(&["check", "--json", "--index", index]);
    assert_eq!(output.code, code, "{output:?}");
    if output.stdout.is_empty() { Value::Null } else { json(&output) }
}

fn copy(from: &Path, to: &Path) {
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
fn every_kind_of_damage_is_found_and_none_makes_a_command_panic_or_hang() {
    let sandbox = Sandbox::new();
    papers(&sandbox, 120, "spring");
    sandbox.ok(&["index", "papers", "--index", "whole", "-q"]);
    // One removed article makes a file of deletes; who is who is derived.
    papers(&sandbox, 119, "spring");
    sandbox.ok(&["index", "papers", "--index", "whole", "-q"]);
    sandbox.ok(&["quotes", "speaker:\"Anna Arden\"", "--index", "whole", "-n", "1"]);
    checked(&sandbox, "whole", 0);
    let whole = sandbox.path("whole");
    let mut kinds = Vec::new();
    for entry in std::fs::read_dir(&whole).expect("the folder").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let bytes = std::fs::read(entry.path()).expect("a file");
        if bytes.is_empty() {
            continue;
        }
        kinds.push(name.rsplit('.').next().unwrap_or_default().to_owned());
        let last = bytes.len() - 1;
        let flips = [0, 1, last / 3, last / 2, last.saturating_sub(100), last.saturating_sub(40), last - 1, last];
        let flipped = flips.iter().map(|&at| {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1 << (at % 8);
            (format!("a bit of byte {at}"), damaged)
        });
        let cuts = [0, 1, bytes.len() / 2, last].map(|len| (format!("only {len} bytes"), bytes[..len].to_vec()));
        for (what, damaged) in flipped.chain(cuts) {
            // The line end of a text is not missed.
            if name.ends_with(".json") && damaged.trim_ascii() == bytes.trim_ascii() {
                continue;
            }
            let _ = std::fs::remove_dir_all(sandbox.path("damaged"));
            copy(&whole, &sandbox.path("damaged"));
            std::fs::write(sandbox.path("damaged").join(&name), damaged).expect("written");
            let found = sandbox.run(&["check", "--index", "damaged"]);
            assert_eq!(found.code, 2, "{name}, {what}: {found:?}");
            never_panics(&found, &name, &what);
            let commands: [&[&str]; 5] = [
                &["search", "harbour OR report", "--limit", "0", "--facets", "day"],
                &["quotes", "speaker:\"Anna Arden\" saw", "--limit", "0"],
                &["show", "7"],
                &["stats"],
                &["speakers"],
            ];
            for args in commands {
                let output = sandbox.run(&[args, &["--index", "damaged"]].concat());
                assert!((0..=2).contains(&output.code), "{name}, {what}: {args:?}: {output:?}");
                never_panics(&output, &name, &what);
            }
        }
        let _ = std::fs::remove_dir_all(sandbox.path("damaged"));
        copy(&whole, &sandbox.path("damaged"));
        std::fs::remove_file(sandbox.path("damaged").join(&name)).expect("removed");
        let found = sandbox.run(&["check", "--index", "damaged"]);
        let is_spare = name.ends_with(".derived") || name == ".managed.json";
        assert_eq!(found.code, if is_spare { 0 } else { 2 }, "{name} is gone: {found:?}");
    }
    kinds.sort();
    kinds.dedup();
    for kind in ["del", "derived", "fast", "fieldnorm", "idx", "json", "pos", "store", "term"] {
        assert!(kinds.iter().any(|found| found == kind), "{kind}: {kinds:?}");
    }
}

#[track_caller]
fn never_panics(output: &Output, name: &str, what: &str) {
    assert!(!output.stderr.contains("panicked") && !output.stderr.contains("RUST_BACKTRACE"), "{name}, {what}: {output:?}");
}

#[test]
fn a_snapshot_is_an_index_and_shares_nothing_that_changes() {
    let sandbox = Sandbox::new();
    papers(&sandbox, 300, "spring");
    sandbox.ok(&["index", "papers"]);
    sandbox.write(".onrecord/people.toml", "[[person]]\nname = \"Anna Arden\"\naliases = [\"The Wall\"]\n");
    let before = sandbox.dump(".onrecord");
    let told = json(&sandbox.ok(&["snapshot", "backup/monday/", "--json"]));
    assert!(told["linked"].as_u64().expect("a count") >= 6, "{told}");
    assert_eq!(sandbox.dump("backup/monday"), before);
    checked(&sandbox, "backup/monday", 0);
    assert!(sandbox.path("backup/monday/people.toml").is_file());
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
    for target in ["backup/monday", "papers", ".onrecord/inside"] {
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

/// Under a bound on the size of files, which is met as a full disk is.
#[cfg(unix)]
#[test]
fn a_full_disk_is_said_and_the_index_stands_as_it_was() {
    let sandbox = Sandbox::new();
    papers(&sandbox, 200, "spring");
    sandbox.ok(&["index", "papers"]);
    let before = sandbox.dump(".onrecord");
    papers(&sandbox, 3000, "summer");
    let program = env!("CARGO_BIN_EXE_onrecord");
    let bounded = |args: &str| {
        let script = format!("trap '' XFSZ; ulimit -f 40; exec {program} {args}");
        let output = sandbox.shell(&script);
        assert_eq!(output.code, 2, "{args}: {output:?}");
        never_panics(&output, args, "full");
        assert!(output.stderr.contains("disk full") || output.stderr.contains("too large"), "{args}: {}", output.stderr);
    };
    bounded("index papers");
    assert_eq!(sandbox.dump(".onrecord"), before);
    checked(&sandbox, ".onrecord", 0);
    bounded("index papers --rebuild");
    bounded("index papers --index fresh");
    assert_eq!(sandbox.dump(".onrecord"), before);
    sandbox.ok(&["index", "papers"]);
    sandbox.ok(&["index", "papers", "--index", "fresh"]);
    assert_eq!(sandbox.dump("fresh"), sandbox.dump(".onrecord"));
    let before = sandbox.dump(".onrecord");
    papers(&sandbox, 2900, "summer");
    sandbox.ok(&["index", "papers"]);
    bounded("optimize");
    checked(&sandbox, ".onrecord", 0);
    sandbox.ok(&["optimize"]);
    assert_ne!(sandbox.dump(".onrecord"), before);
    for index in [".onrecord", "fresh"] {
        checked(&sandbox, index, 0);
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
fn an_index_that_vanishes_is_said() {
    let sandbox = Sandbox::new();
    papers(&sandbox, 40_000, "spring");
    let writer = sandbox.command(&["index", "papers", "--commit-every", "0.05"]).stderr(Stdio::piped()).spawn().expect("it runs");
    assert!(has_committed(&sandbox), "it begins to write");
    std::fs::rename(sandbox.path(".onrecord"), sandbox.path("elsewhere")).expect("moved away");
    let output = writer.wait_with_output().expect("it ends");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(stderr.contains("vanished") && !stderr.contains("panicked"), "{stderr}");
    assert!(!sandbox.path(".onrecord").exists(), "nothing is made in its place");
}

/// As somebody who may not write: needs root to become nobody, or not to be root.
#[cfg(unix)]
#[test]
fn where_nothing_can_be_written_searching_works_and_writing_says_so() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = Sandbox::new();
    papers(&sandbox, 50, "spring");
    sandbox.ok(&["index", "papers"]);
    let program: PathBuf = sandbox.path("onrecord");
    std::fs::copy(env!("CARGO_BIN_EXE_onrecord"), &program).expect("copied");
    let set = |name: &str, mode: u32| std::fs::set_permissions(sandbox.path(name), std::fs::Permissions::from_mode(mode)).expect("set");
    set(".", 0o755);
    set(".onrecord", 0o555);
    for entry in std::fs::read_dir(sandbox.path(".onrecord")).expect("the folder").flatten() {
        std::fs::set_permissions(entry.path(), std::fs::Permissions::from_mode(0o444)).expect("set");
    }
    let is_root = sandbox.shell("id -u").stdout.trim() == "0";
    let become_nobody = if is_root { "setpriv --reuid=65534 --regid=65534 --clear-groups " } else { "" };
    if sandbox.shell(&format!("{become_nobody}./onrecord formats")).code != 0 {
        let _ = writeln!(std::io::stderr(), "SKIPPED: nobody else can be become here");
        return;
    }
    let run = |args: &str| {
        let output = sandbox.shell(&format!("{become_nobody}./onrecord {args}"));
        never_panics(&output, args, "read-only");
        output
    };
    for args in ["search harbour", "quotes speaker:arden", "speakers", "stats", "check"] {
        assert_eq!(run(args).code, 0, "{args}: {:?}", run(args));
    }
    for args in ["index papers", "optimize", "index papers --rebuild", "snapshot copy"] {
        let output = run(args);
        assert_eq!(output.code, 2, "{args}: {output:?}");
        assert!(output.stderr.to_lowercase().contains("permission"), "{args}: {}", output.stderr);
    }
    set(".onrecord", 0o755);
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

#[test]
fn what_is_damaged_is_not_merged_into_something_whole() {
    let sandbox = Sandbox::new();
    for i in 0..12 {
        sandbox.write(
            &format!("papers/{i}.txt"),
            format!("Report {i}\n\nThe harbour of {i} is closed.\n\n\"We saw {i},\" said Anna Arden.\n"),
        );
    }
    sandbox.ok(&["index", "papers"]);
    for i in 0..6 {
        std::fs::remove_file(sandbox.path(&format!("papers/{i}.txt"))).expect("removed");
    }
    let files = std::fs::read_dir(sandbox.path(".onrecord")).expect("the folder").flatten();
    let file = files.map(|file| file.path()).find(|path| path.extension().is_some_and(|kind| kind == "fieldnorm")).expect("a file");
    let mut bytes = std::fs::read(&file).expect("its bytes");
    let middle = bytes.len() / 3;
    bytes[middle] ^= 0x40;
    std::fs::write(&file, bytes).expect("written");
    for args in [&["optimize"][..], &["remove", "--purge"], &["index", "papers", "--prune"]] {
        let said = sandbox.run(args);
        // A run does not merge what is damaged; it need not fail.
        assert!(args[0] == "index" || said.code == 2 && said.stderr.contains("onrecord check"), "{args:?}: {said:?}");
        assert_eq!(sandbox.run(&["check"]).code, 2, "after {args:?}");
    }
}
