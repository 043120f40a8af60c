//! The command line: exit codes, streams, messages, and what may not reach a terminal.

use crate::sandbox::{Sandbox, corpus};
use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

fn small() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write(
        "news/one.txt",
        "Harbour levy raised\n\nBy Jane Doe\n\nThe levy rises. \"We must pay,\" said Mara Hale, the mayor.\n\nShe left the hall.\n",
    );
    sandbox.ok(&["index", "news"]);
    sandbox
}

#[test]
fn exit_codes_tell_hits_none_and_errors() {
    let sandbox = small();
    assert_eq!(sandbox.run(&["search", "levy"]).code, 0);
    assert_eq!(sandbox.run(&["search", "zeppelin"]).code, 1);
    assert_eq!(sandbox.run(&["search", "levy AND"]).code, 2);
    assert_eq!(sandbox.run(&["search", "levy", "--index", "nowhere"]).code, 2);
    assert_eq!(sandbox.run(&["search"]).code, 2);
    assert_eq!(sandbox.run(&["index", "nowhere"]).code, 2);
    assert_eq!(sandbox.run(&["extract", "nowhere.txt"]).code, 2);
    assert_eq!(sandbox.run(&["extract", "news/one.txt"]).code, 0);
}

#[test]
fn data_goes_to_stdout_and_messages_to_stderr() {
    let sandbox = small();
    let indexed = sandbox.ok(&["index", "news"]);
    assert_eq!(indexed.stdout, "");
    assert!(indexed.stderr.contains("1 unchanged"), "{}", indexed.stderr);
    let none = sandbox.run(&["search", "zeppelin"]);
    assert_eq!(none.stdout, "");
    assert!(none.stderr.contains("zeppelin"));
    let json = sandbox.run(&["search", "zeppelin", "--json"]);
    assert_eq!(serde_json::from_str::<serde_json::Value>(&json.stdout).expect("JSON without hits is JSON")["total"], 0);
}

#[test]
fn a_query_that_cannot_be_read_is_shown_with_a_caret() {
    let sandbox = small();
    let output = sandbox.run(&["search", "levy (mayor"]);
    assert_eq!(output.code, 2);
    assert!(output.stderr.contains('^') && output.stderr.contains("levy (mayor"), "{}", output.stderr);
    let unknown = sandbox.run(&["search", "speeker:hale"]).stderr;
    assert!(unknown.contains("speaker") && unknown.contains("headline"), "{unknown}");
    let of_flag = sandbox.run(&["search", "levy", "--speaker", "(hale"]).stderr;
    assert!(of_flag.contains("(hale"), "{of_flag}");
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let sandbox = Sandbox::new();
    let articles: String = (0..3000)
        .map(|i| format!("{{\"id\": \"{i}\", \"headline\": \"Story {i}\", \"text\": \"The same words stand in each of them.\"}}\n"))
        .collect();
    sandbox.write("news/all.jsonl", articles);
    sandbox.ok(&["index", "news"]);
    let mut child = sandbox
        .command(&["search", "words", "--limit", "0", "--jsonl"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("stdout")).read_line(&mut line).expect("a line");
    let mut complaints = String::new();
    child.stderr.take().expect("stderr").read_to_string(&mut complaints).expect("stderr ends");
    let status = child.wait().expect("the program ends");
    assert_eq!((status.code(), complaints.as_str()), (Some(0), ""));
}

#[test]
fn nothing_of_an_article_reaches_the_terminal_as_a_control_character() {
    let sandbox = Sandbox::new();
    let hostile = "\u{1b}]0;owned\u{7} levy \u{9b}31m \u{202e}evil\u{2066} and \r more";
    let article = serde_json::json!({"headline": format!("Levy {hostile}"), "text": format!("A paragraph on the levy {hostile}.\n\"The levy {hostile} stays,\" said Mara {hostile} Hale."), "publisher": hostile, "desk": hostile});
    // Windows takes no control characters in names.
    sandbox.write(if cfg!(windows) { "news/red.json" } else { "news/\u{1b}[31mred.json" }, article.to_string());
    sandbox.ok(&["index", "news"]);
    for args in [["search", "levy", "--color", "never"], ["quotes", "levy", "--color", "never"]] {
        let output = sandbox.ok(&args);
        for text in [&output.stdout, &output.stderr] {
            let bad: Vec<char> = text
                .chars()
                .filter(|c| (c.is_control() && *c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
                .collect();
            assert!(bad.is_empty(), "{args:?}: {bad:?} in {text:?}");
        }
    }
    let coloured = sandbox.ok(&["search", "levy", "--color", "always"]).stdout;
    assert!(coloured.contains("\u{1b}[") && !coloured.contains("\u{1b}]") && !coloured.contains("\u{7}"), "{coloured:?}");
}

#[test]
fn colour_is_used_only_where_it_is_wanted() {
    let sandbox = small();
    assert!(!sandbox.ok(&["search", "levy"]).stdout.contains('\u{1b}'), "no terminal, no colour");
    assert!(sandbox.ok(&["search", "levy", "--color", "always"]).stdout.contains("\u{1b}["));
}

#[test]
fn one_command_indexes_a_folder_and_searches_it() {
    let sandbox = Sandbox::new();
    let folder = corpus().join("archive");
    let folder = folder.to_str().expect("a path");
    let first = sandbox.ok(&["quotes", "--from", folder, "speaker:\"Mara Lindqvist\" \"harbour levy\""]);
    assert!(first.stdout.contains("harbour levy") && first.stdout.contains("Mara Lindqvist"), "{}", first.stdout);
    assert!(first.stderr.contains("added"), "{}", first.stderr);
    let again = sandbox.ok(&["quotes", "--from", folder, "speaker:\"Mara Lindqvist\" \"harbour levy\""]);
    assert_eq!(first.stdout, again.stdout);
    assert!(!again.stderr.contains("added"), "nothing is read again: {}", again.stderr);
    assert!(sandbox.path("cache").is_dir(), "the index is in the cache");
}

#[test]
#[cfg(unix)]
fn searching_needs_no_write_permission() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = small();
    let index = sandbox.path(".onrecord");
    let set = |mode: u32| {
        for entry in std::fs::read_dir(&index).expect("the index") {
            std::fs::set_permissions(entry.expect("a file").path(), std::fs::Permissions::from_mode(mode & 0o666)).expect("permissions");
        }
        std::fs::set_permissions(&index, std::fs::Permissions::from_mode(mode)).expect("permissions");
    };
    set(0o555);
    let output = sandbox.run(&["search", "levy"]);
    set(0o755);
    assert_eq!(output.code, 0, "{output:?}");
}

#[test]
fn the_locks_holder_is_named() {
    let sandbox = Sandbox::new();
    let lines: String = (0..40_000)
        .map(|i| format!("{{\"id\": \"{i}\", \"text\": \"Story {i}. \\\"We wait,\\\" said Anna Arden of row {i}.\"}}\n"))
        .collect();
    sandbox.write("news/all.jsonl", lines);
    sandbox.write("other/one.txt", "A short story that stands alone.\n\nIt has two paragraphs.\n");
    let mut first = sandbox.command(&["index", "news", "--commit-every", "0.05"]).stderr(Stdio::null()).spawn().expect("the program runs");
    let pid = first.id().to_string();
    let holder = sandbox.path(".onrecord/onrecord-writer.json");
    for _ in 0..2000 {
        if holder.exists() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    let second = sandbox.run(&["index", "other"]);
    let waited = sandbox.run(&["index", "other", "--wait", "60"]);
    assert!(first.wait().expect("it ends").success());
    assert_eq!(second.code, 2, "{second:?}");
    assert!(second.stderr.contains(&pid) && second.stderr.contains("--wait"), "{}", second.stderr);
    assert_eq!(waited.code, 0, "{waited:?}");
    assert_eq!(sandbox.search("articles", "*", &["--limit", "1"])["total"], 40_001);
}

#[test]
fn copies_of_a_story_are_not_counted_in_silence() {
    let sandbox = Sandbox::new();
    let output = sandbox.ok(&["search", "--from", corpus().to_str().expect("a path"), "\"nine tenths written\""]);
    assert!(
        output.stderr.contains("10 of 14 articles (--limit 0 shows all); 8 of them repeat another's article word for word"),
        "{}",
        output.stderr
    );
    let alone = sandbox.ok(&["search", "--from", corpus().join("archive").to_str().expect("a path"), "\"harbour levy\" desk:politics"]);
    assert!(!alone.stderr.contains("repeat"), "{}", alone.stderr);
}

#[test]
fn jsonl_ends_with_a_summary() {
    let sandbox = small();
    let output = sandbox.ok(&["quotes", "pay", "--jsonl"]);
    let lines: Vec<serde_json::Value> = output.stdout.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0]["quote"]["speaker"]["name"], "Mara Hale");
    assert_eq!((&lines[1]["type"], &lines[1]["total"]), (&"summary".into(), &1.into()));
}

#[test]
fn standard_input_can_be_extracted() {
    let sandbox = Sandbox::new();
    let file = sandbox.write("in.txt", "A first paragraph that is long enough.\n\n\"We won,\" said Anna Arden.\n");
    let output = sandbox.command(&["extract", "-"]).stdin(std::fs::File::open(file).expect("the file")).output().expect("the program runs");
    let article: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(article["quotes"][0]["speaker"]["name"], "Anna Arden");
}

#[test]
fn explain_draws_quotes_and_rules() {
    let output = small().ok(&["extract", "--explain", "news/one.txt"]);
    assert!(output.stdout.contains("We must pay") && output.stdout.contains("Mara Hale"), "{}", output.stdout);
}
