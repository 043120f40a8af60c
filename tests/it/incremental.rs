//! Indexing again: what has not changed is not read, what has changed is replaced, what has vanished is removed with care.

use crate::sandbox::Sandbox;
use serde_json::Value;

fn article(name: &str) -> String {
    format!(
        "{{\"id\": \"{name}\", \"headline\": \"Report {name}\", \"text\": \"A report on {name}.\\n\\\"We saw {name},\\\" said Anna Arden.\"}}"
    )
}

/// Runs `index papers` and reads its report.
#[track_caller]
fn index(sandbox: &Sandbox, more: &[&str], code: i32) -> Value {
    let mut args = vec!["index", "papers", "--report", "report.json"];
    args.extend(more);
    let output = sandbox.run(&args);
    assert_eq!(output.code, code, "{output:?}");
    match std::fs::read(sandbox.path("report.json")) {
        Ok(bytes) if code == 0 => serde_json::from_slice(&bytes).expect("the report is JSON"),
        _ => Value::String(output.stderr),
    }
}

#[track_caller]
fn counts(report: &Value, added: u64, changed: u64, unchanged: u64, removed: u64) {
    let found = ["added", "changed", "unchanged", "removed"].map(|key| report[key].as_u64().expect("a count"));
    assert_eq!(found, [added, changed, unchanged, removed], "{report}");
}

#[track_caller]
fn total(sandbox: &Sandbox, mode: &str, query: &str, expected: u64) {
    assert_eq!(sandbox.search(mode, query, &[])["total"], expected, "{mode}: {query}");
}

#[test]
fn files_are_added_changed_removed_and_nothing_doubles() {
    let sandbox = Sandbox::new();
    for name in ["alpha", "bravo", "charlie"] {
        sandbox.write(&format!("papers/{name}.json"), article(name));
    }
    counts(&index(&sandbox, &[], 0), 3, 0, 0, 0);
    counts(&index(&sandbox, &[], 0), 0, 0, 3, 0);
    sandbox.write("papers/bravo.json", article("bravissimo"));
    counts(&index(&sandbox, &[], 0), 0, 1, 2, 0);
    total(&sandbox, "articles", "bravo", 0);
    total(&sandbox, "quotes", "bravissimo", 1);
    std::fs::remove_file(sandbox.path("papers/charlie.json")).expect("removed");
    counts(&index(&sandbox, &[], 0), 0, 0, 2, 1);
    total(&sandbox, "articles", "*", 2);
    total(&sandbox, "quotes", "*", 2);
}

#[test]
fn touching_a_file_does_not_write_its_articles_again() {
    let sandbox = Sandbox::new();
    let file = sandbox.write("papers/alpha.json", article("alpha"));
    index(&sandbox, &[], 0);
    let content = std::fs::read(&file).expect("the file");
    std::fs::write(&file, content).expect("written");
    counts(&index(&sandbox, &[], 0), 0, 0, 1, 0);
}

#[test]
fn one_changed_line_of_a_container_rewrites_one_article() {
    let sandbox = Sandbox::new();
    let lines = |changed: &str| ["alpha", changed, "charlie", "delta"].map(article).join("\n");
    sandbox.write("papers/all.jsonl", lines("bravo"));
    counts(&index(&sandbox, &[], 0), 4, 0, 0, 0);
    sandbox.write("papers/all.jsonl", lines("bravo").replace("We saw bravo", "We never saw bravo"));
    counts(&index(&sandbox, &[], 0), 0, 1, 3, 0);
    total(&sandbox, "quotes", "never", 1);
    sandbox.write("papers/all.jsonl", lines("echo"));
    counts(&index(&sandbox, &[], 0), 1, 0, 3, 1);
    total(&sandbox, "articles", "bravo", 0);
}

#[test]
fn the_same_id_twice_is_reported_and_both_stay() {
    let sandbox = Sandbox::new();
    sandbox.write("papers/all.jsonl", [article("alpha"), article("alpha").replace("saw", "heard")].join("\n"));
    let report = index(&sandbox, &[], 0);
    counts(&report, 2, 0, 0, 0);
    assert!(report["noted"].to_string().contains("alpha#2"), "{report}");
    let hits = sandbox.search("articles", "alpha", &[]);
    let mut ids: Vec<&str> = hits["hits"].as_array().expect("hits").iter().map(|hit| hit["id"].as_str().expect("an id")).collect();
    ids.sort_unstable();
    assert_eq!(ids, ["alpha", "alpha#2"]);
    counts(&index(&sandbox, &[], 0), 0, 0, 2, 0);
}

#[test]
fn a_broken_file_is_reported_and_the_run_goes_on() {
    let sandbox = Sandbox::new();
    sandbox.write("papers/alpha.json", article("alpha"));
    sandbox.write("papers/broken.json", "{\"id\": \"x\", \"text\": ");
    sandbox.write("papers/picture.png", b"\x89PNG\r\n\x1a\n\0\0\0\0");
    sandbox.write("papers/.hidden.json", article("hidden"));
    let stderr = index(&sandbox, &[], 2);
    let stderr = stderr.as_str().expect("messages");
    assert!(stderr.contains("broken.json") && stderr.contains("picture.png") && stderr.contains("1 hidden"), "{stderr}");
    total(&sandbox, "articles", "*", 1);
    // What was readable before and is broken now stays in the index.
    sandbox.write("papers/alpha.json", "{\"id\": ");
    index(&sandbox, &[], 2);
    total(&sandbox, "articles", "alpha", 1);
}

#[test]
fn many_vanished_files_are_removed_only_on_request() {
    let sandbox = Sandbox::new();
    for i in 0..130 {
        sandbox.write(&format!("papers/{i}.json"), article(&format!("story{i}")));
    }
    index(&sandbox, &[], 0);
    for i in 0..120 {
        std::fs::remove_file(sandbox.path(&format!("papers/{i}.json"))).expect("removed");
    }
    let refused = index(&sandbox, &[], 2);
    assert!(refused.as_str().expect("messages").contains("120 of 130"), "{refused}");
    total(&sandbox, "articles", "*", 130);
    counts(&index(&sandbox, &["--prune"], 0), 0, 0, 10, 120);
    total(&sandbox, "articles", "*", 10);
}

#[test]
fn an_empty_or_missing_root_removes_nothing() {
    let sandbox = Sandbox::new();
    let file = sandbox.write("papers/alpha.json", article("alpha"));
    index(&sandbox, &[], 0);
    std::fs::remove_file(file).expect("removed");
    index(&sandbox, &[], 2);
    total(&sandbox, "articles", "*", 1);
    std::fs::remove_dir(sandbox.path("papers")).expect("removed");
    index(&sandbox, &[], 2);
    total(&sandbox, "articles", "*", 1);
}

#[test]
fn roots_of_one_name_and_roots_in_roots_are_told_apart() {
    let sandbox = Sandbox::new();
    sandbox.write("papers/alpha.json", article("alpha"));
    sandbox.write("papers/inner/bravo.json", article("bravo"));
    sandbox.write("other/papers/alpha.json", article("alpha").replace("saw", "heard"));
    index(&sandbox, &[], 0);
    let twice = sandbox.run(&["index", "other/papers"]);
    assert_eq!(twice.code, 2);
    assert!(twice.stderr.contains("--root-name") && twice.stderr.contains("--moved"), "{}", twice.stderr);
    let inner = sandbox.run(&["index", "papers/inner"]);
    assert_eq!(inner.code, 2);
    assert!(inner.stderr.contains("lies within"), "{}", inner.stderr);
    sandbox.ok(&["index", "other/papers", "--root-name", "others"]);
    total(&sandbox, "articles", "alpha", 2);
    // One file of a known root is that root's file.
    sandbox.ok(&["index", "papers/alpha.json"]);
    total(&sandbox, "articles", "*", 3);
}

#[test]
fn a_root_that_moved_keeps_its_keys() {
    let sandbox = Sandbox::new();
    sandbox.write("papers/alpha.json", article("alpha"));
    index(&sandbox, &[], 0);
    let before = sandbox.search("articles", "alpha", &[])["hits"][0]["key"].clone();
    std::fs::create_dir(sandbox.path("attic")).expect("made");
    std::fs::rename(sandbox.path("papers"), sandbox.path("attic/papers")).expect("moved");
    sandbox.ok(&["index", "attic/papers", "--moved"]);
    let after = sandbox.search("articles", "alpha", &[]);
    assert_eq!((&after["total"], &after["hits"][0]["key"]), (&1.into(), &before));
    // From now on it stands there.
    sandbox.ok(&["index", "attic/papers"]);
}

#[test]
fn an_index_in_the_folder_is_never_read() {
    let sandbox = Sandbox::new();
    sandbox.write("papers/alpha.json", article("alpha"));
    sandbox.ok(&["index", "papers", "--index", "papers/index"]);
    let again = sandbox.ok(&["index", "papers", "--index", "papers/index"]);
    assert!(again.stderr.contains("skipped") && again.stderr.contains("an index"), "{}", again.stderr);
    let output = sandbox.search("articles", "*", &["--index", "papers/index"]);
    assert_eq!(output["total"], 1);
}

#[test]
fn an_index_of_another_format_is_named_and_rebuilt() {
    let sandbox = Sandbox::new();
    sandbox.write("papers/alpha.json", article("alpha"));
    index(&sandbox, &[], 0);
    sandbox.write(".onrecord/onrecord.json", "{\"format\": 99, \"analyzer\": \"other\"}");
    for args in [["search", "alpha"], ["index", "papers"]] {
        let output = sandbox.run(&args);
        assert_eq!(output.code, 2);
        assert!(output.stderr.contains("format 99") && output.stderr.contains("--rebuild"), "{}", output.stderr);
    }
    sandbox.ok(&["index", "papers", "--rebuild"]);
    total(&sandbox, "articles", "alpha", 1);
    assert!(!sandbox.path(".onrecord.old").exists() && !sandbox.path(".onrecord.new").exists());
}

#[test]
fn a_folder_that_holds_other_files_is_no_place_for_an_index() {
    let sandbox = Sandbox::new();
    sandbox.write("papers/alpha.json", article("alpha"));
    sandbox.write("letters/private.txt", "Dear Anna.");
    let output = sandbox.run(&["index", "papers", "--index", "letters"]);
    assert_eq!(output.code, 2);
    assert!(output.stderr.contains("other files"), "{}", output.stderr);
    assert_eq!(std::fs::read_dir(sandbox.path("letters")).expect("the folder").count(), 1);
}

#[test]
fn same_input_same_keys() {
    let sandbox = Sandbox::new();
    for name in ["alpha", "bravo"] {
        sandbox.write(&format!("papers/{name}.json"), article(name));
    }
    sandbox.ok(&["index", "papers", "--index", "one"]);
    sandbox.ok(&["index", "papers", "--index", "two", "--threads", "1"]);
    assert_eq!(sandbox.dump("one"), sandbox.dump("two"));
}

#[test]
fn a_broken_line_costs_itself_and_is_named_every_time() {
    let sandbox = Sandbox::new();
    let lines = [article("alpha"), "{broken".into(), article("bravo"), "garbage".into(), article("charlie")].join("\n");
    sandbox.write("papers/all.jsonl", lines);
    for _ in 0..2 {
        let stderr = index(&sandbox, &[], 2);
        let stderr = stderr.as_str().expect("messages");
        assert!(stderr.contains("line 2") && stderr.contains("line 4"), "{stderr}");
        total(&sandbox, "articles", "*", 3);
    }
    // The first line may be the broken one.
    sandbox.write("papers/all.jsonl", ["{broken".into(), article("alpha"), article("bravo")].join("\n"));
    index(&sandbox, &[], 2);
    total(&sandbox, "articles", "alpha OR bravo", 2);
}

#[test]
fn ids_that_look_like_ours_get_keys_of_their_own() {
    let sandbox = Sandbox::new();
    sandbox.write("papers/all.jsonl", ["1", "1", "1#2", "1"].map(article).join("\n"));
    index(&sandbox, &[], 0);
    let hits = sandbox.search("articles", "*", &[]);
    let mut keys: Vec<&str> = hits["hits"].as_array().expect("hits").iter().map(|hit| hit["key"].as_str().expect("a key")).collect();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!((keys.len(), &hits["total"]), (4, &4.into()));
}

#[test]
fn a_renamed_file_is_one_gone_and_one_new() {
    let sandbox = Sandbox::new();
    sandbox.write("papers/alpha.json", article("alpha"));
    index(&sandbox, &[], 0);
    std::fs::rename(sandbox.path("papers/alpha.json"), sandbox.path("papers/beta.json")).expect("renamed");
    counts(&index(&sandbox, &[], 0), 1, 0, 0, 1);
    total(&sandbox, "articles", "*", 1);
}

#[test]
fn dates_are_found_as_they_are_printed() {
    let sandbox = Sandbox::new();
    let dated = article("alpha").replace("{\"id\"", "{\"date\": \"2025-05-01T00:30:00+02:00\", \"id\"");
    sandbox.write("papers/alpha.json", dated);
    sandbox.write("papers/undated.json", article("undated"));
    index(&sandbox, &[], 0);
    total(&sandbox, "articles", "date:2025-05-01", 1);
    total(&sandbox, "articles", "date:2025-04-30", 0);
    total(&sandbox, "quotes", "date:2025", 1);
    assert_eq!(sandbox.search("articles", "*", &["--until", "2025-05"])["total"], 1);
    for sort in ["newest", "oldest"] {
        let hits = sandbox.search("articles", "*", &["--sort", sort]);
        assert_eq!(hits["hits"][1]["id"], "undated", "undated articles stand last: {sort}");
    }
    assert_eq!(sandbox.run(&["search", "*", "--since", "2025-04", "--until", "2025-03"]).code, 2);
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_refused_at_once() {
    let sandbox = Sandbox::new();
    sandbox.write("papers/alpha.json", article("alpha"));
    let pipe = sandbox.path("papers/pipe.txt");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().is_ok_and(|status| status.success()));
    let named = sandbox.run(&["index", "papers/pipe.txt"]);
    assert_eq!(named.code, 2);
    assert!(named.stderr.contains("neither a file nor a folder"), "{}", named.stderr);
    let found = sandbox.ok(&["index", "papers"]);
    assert!(found.stderr.contains("skipped"), "{}", found.stderr);
    // A link is the file that it is called, in the folder that it stands in.
    std::fs::create_dir(sandbox.path("links")).expect("made");
    std::os::unix::fs::symlink("../papers/alpha.json", sandbox.path("links/link.json")).expect("linked");
    sandbox.ok(&["index", "links/link.json"]);
    sandbox.ok(&["index", "papers"]);
    total(&sandbox, "articles", "*", 2);
}

#[cfg(target_os = "linux")]
#[test]
fn names_of_the_same_letters_are_one_name() {
    let sandbox = Sandbox::new();
    let (one, two) = ("papers/caf\u{e9}.json", "papers/cafe\u{301}.json");
    sandbox.write(one, article("alpha"));
    index(&sandbox, &[], 0);
    // As another system would have written it.
    std::fs::rename(sandbox.path(one), sandbox.path(two)).expect("renamed");
    counts(&index(&sandbox, &[], 0), 0, 0, 1, 0);
    assert_eq!(sandbox.run(&["show", two]).code, 0);
    sandbox.write(one, article("bravo"));
    let both = index(&sandbox, &[], 0);
    assert!(both["skipped"].to_string().contains("the same name"), "{both}");
    total(&sandbox, "articles", "*", 1);
}

/// A line of a container: long enough, by what no reader looks at, that a few of them make a large file.
fn long_line(id: &str, text: &str) -> String {
    let id = if id.is_empty() { String::new() } else { format!("\"id\": \"{id}\", ") };
    format!(
        "{{{id}\"headline\": \"On {text}\", \"text\": \"We heard of {text}. \\\"We saw {text},\\\" said Anna Arden.\", \"padding\": \"{}\"}}",
        "x".repeat(400_000)
    )
}

#[test]
fn lines_of_a_large_container_are_known_by_their_bytes_and_nothing_else_changes() {
    let sandbox = Sandbox::new();
    let mut lines: Vec<String> = (0..48).map(|i| long_line(&format!("a{i}"), &format!("story{i}"))).collect();
    let twice = long_line("a7", "seven");
    lines.push(twice.clone());
    lines.push(long_line("", "nobody"));
    lines.push(long_line("", "nothing"));
    let write = |lines: &[String]| sandbox.write("papers/all.jsonl", lines.join("\n"));
    write(&lines);
    counts(&index(&sandbox, &[], 0), 51, 0, 0, 0);
    let as_made_anew = |sandbox: &Sandbox| {
        sandbox.ok(&["index", "papers", "--index", "anew", "--rebuild"]);
        assert_eq!(sandbox.dump(".onrecord"), sandbox.dump("anew"));
    };
    lines[20] = long_line("a20", "twenty");
    write(&lines);
    counts(&index(&sandbox, &["--dry-run"], 0), 0, 1, 50, 0);
    counts(&index(&sandbox, &[], 0), 0, 1, 50, 0);
    as_made_anew(&sandbox);
    // The later of two lines with one id comes first; what has no id is known by its place.
    lines.remove(48);
    lines.insert(3, twice);
    lines.remove(30);
    write(&lines);
    index(&sandbox, &[], 0);
    as_made_anew(&sandbox);
    // What was kept of it may be lost or damaged.
    let kept = || {
        std::fs::read_dir(sandbox.path(".onrecord"))
            .expect("the index")
            .flatten()
            .map(|file| file.path())
            .find(|path| path.extension().is_some_and(|extension| extension == "pieces"))
    };
    std::fs::write(kept().expect("the pieces"), "nonsense").expect("written");
    lines[11] = long_line("a10", "ten");
    write(&lines);
    counts(&index(&sandbox, &[], 0), 0, 1, 49, 0);
    as_made_anew(&sandbox);
    // It goes with the file.
    std::fs::remove_file(sandbox.path("papers/all.jsonl")).expect("removed");
    index(&sandbox, &["--prune"], 0);
    assert_eq!(kept(), None);
}

#[test]
fn a_folder_under_another_name_and_a_folder_left_out_are_said() {
    let sandbox = Sandbox::new();
    sandbox.write("papers/alpha.json", article("alpha"));
    sandbox.write("others/bravo.json", article("bravo"));
    sandbox.ok(&["index", "papers", "others"]);
    std::fs::rename(sandbox.path("papers"), sandbox.path("gazette")).expect("renamed");
    let said = sandbox.run(&["index", "gazette", "--moved"]);
    assert!(said.code == 2 && said.stderr.contains("--root-name") && said.stderr.contains("`papers`"), "{said:?}");
    sandbox.ok(&["index", "gazette", "--moved", "--root-name", "papers"]);
    total(&sandbox, "articles", "report", 2);
    let all = ["index", "gazette", "--root-name", "papers", "--rebuild"];
    for more in [&["--dry-run"][..], &[]] {
        let said = sandbox.run(&[&all[..], more].concat());
        assert!(said.code == 2 && said.stderr.contains("others"), "{said:?}");
    }
    total(&sandbox, "articles", "report", 2);
    sandbox.ok(&[&all[..], &["--prune"]].concat());
    total(&sandbox, "articles", "report", 1);
}
