//! `onrecord batch`: many queries with one index, and going on where a run stopped.

use crate::contract::{valid, validator};
use crate::sandbox::{Sandbox, corpus};
use serde_json::Value;
use std::fs;
use std::io::Write;
use std::process::Stdio;

fn archive() -> Sandbox {
    let sandbox = Sandbox::new();
    let folder = corpus().join("archive");
    sandbox.ok(&["index", folder.to_str().expect("a path")]);
    sandbox
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect()
}

const QUERIES: &str = "a\tspeaker:lindqvist levy\nb\t\"harbour levy\" date:2025\nnone\tzeppelinium\n";

#[test]
fn each_answer_is_what_the_query_alone_gives() {
    let sandbox = archive();
    sandbox.write("q.tsv", QUERIES);
    let output = sandbox.ok(&["batch", "q.tsv", "--in", "quotes", "--facets", "speaker", "--limit", "3"]);
    assert_eq!(output.stderr, "3 queries answered, 2 of all with hits\n");
    let answers = lines(&output.stdout);
    let schema = validator("hit", Some("batch"));
    for (mut answer, query) in answers.into_iter().zip(QUERIES.lines()) {
        valid(&schema, &answer);
        let (qid, text) = query.split_once('\t').expect("a tab");
        assert_eq!(answer.as_object_mut().and_then(|keys| keys.remove("qid")), Some(qid.into()));
        // Many queries are not looked into.
        let mut alone = sandbox.search("quotes", text, &["--facets", "speaker", "--limit", "3"]);
        alone.as_object_mut().and_then(|keys| keys.remove("diagnosis"));
        assert_eq!(answer, alone, "{text}");
    }
}

#[test]
fn ids_are_those_of_the_hits() {
    let sandbox = archive();
    sandbox.write("q.jsonl", "{\"qid\": 1, \"text\": \"harbour levy (\", \"relevant\": []}\n{\"qid\": \"x\", \"text\": \"treaty\"}\n");
    let answers = lines(&sandbox.ok(&["batch", "q.jsonl", "--plain", "--match", "any", "--ids", "-n", "5"]).stdout);
    let schema = validator("hit", Some("batch_ids"));
    answers.iter().for_each(|answer| valid(&schema, answer));
    assert_eq!((&answers[0]["qid"], &answers[1]["qid"]), (&"1".into(), &"x".into()));
    let alone = sandbox.search("articles", "harbour levy (", &["--plain", "--match", "any", "-n", "5"]);
    let (ids, hits) = (answers[0]["hits"].as_array().expect("hits"), alone["hits"].as_array().expect("hits"));
    assert_eq!((ids.len(), hits.len()), (5, 5));
    for (id, hit) in ids.iter().zip(hits) {
        assert_eq!((&id["id"], &id["rank"], &id["score"]), (&hit["id"], &hit["rank"], &hit["score"]));
    }
}

#[test]
fn a_query_that_cannot_be_read_keeps_no_other_from_its_answer() {
    let sandbox = archive();
    sandbox.write("q.tsv", "bad\t\"harbour\nempty\t\ngood\tlevy\n");
    let output = sandbox.run(&["batch", "q.tsv"]);
    assert_eq!(output.code, 2);
    let answers = lines(&output.stdout);
    let schema = validator("hit", Some("batch_error"));
    valid(&schema, &answers[0]);
    valid(&schema, &answers[1]);
    assert!(answers[2]["total"].as_u64() > Some(0));
    assert!(output.stderr.contains("q.tsv, line 1 (bad): this quotation mark is never closed\n  \"harbour\n  ^"), "{}", output.stderr);
}

#[test]
fn exit_codes_and_standard_input() {
    let sandbox = archive();
    let ask = |queries: &str| {
        let mut child = sandbox.command(&["batch", "-", "--ids"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it runs");
        child.stdin.take().expect("a pipe").write_all(queries.as_bytes()).expect("written");
        child.wait_with_output().expect("it ends")
    };
    let found = ask("levy\nzeppelinium\n");
    assert_eq!(found.status.code(), Some(0));
    assert_eq!(lines(&String::from_utf8_lossy(&found.stdout))[1]["qid"], "2");
    assert_eq!(ask("zeppelinium\n").status.code(), Some(1));
    let empty = ask("\n\n");
    assert_eq!((empty.status.code(), empty.stdout.len()), (Some(2), 0));
}

#[test]
fn a_run_goes_on_where_it_stopped() {
    let sandbox = archive();
    sandbox.write("q.tsv", QUERIES);
    sandbox.ok(&["batch", "q.tsv", "--to", "whole.jsonl"]);
    let whole = fs::read_to_string(sandbox.path("whole.jsonl")).expect("written");
    assert_eq!(whole, sandbox.ok(&["batch", "q.tsv"]).stdout);
    // Stopped at any byte.
    for cut in (0..whole.len()).step_by(whole.len() / 23).chain([1, 7, whole.len() - 1]) {
        let cut = (cut..).find(|&at| whole.is_char_boundary(at)).expect("an end");
        sandbox.write("cut.jsonl", &whole[..cut]);
        sandbox.ok(&["batch", "q.tsv", "--to", "cut.jsonl"]);
        assert_eq!(fs::read_to_string(sandbox.path("cut.jsonl")).expect("written"), whole, "cut at {cut}");
    }
    let again = sandbox.ok(&["batch", "q.tsv", "--to", "whole.jsonl"]);
    assert_eq!(again.stderr, "0 queries answered, 2 of all with hits, 3 answered before\n");
}

#[test]
fn no_file_but_that_of_the_same_run_is_written_to() {
    let sandbox = archive();
    sandbox.write("q.tsv", QUERIES);
    sandbox.ok(&["batch", "q.tsv", "--to", "answers.jsonl"]);
    let questions = "{\"qid\":\"a\",\"text\":\"levy\"}";
    let kept = [
        ("notes.txt", "My notes\n"),
        ("one.txt", "no line end"),
        ("q.jsonl", questions),
        ("open.json", "{\"a\": ["),
        ("list.json", "[1]\n"),
    ];
    for (name, text) in kept {
        sandbox.write(name, text);
        let output = sandbox.run(&["batch", "q.tsv", "--to", name]);
        assert_eq!((output.code, output.stdout.as_str()), (2, ""), "{name}");
        assert_eq!(fs::read_to_string(sandbox.path(name)).expect("there"), text, "{name}: {}", output.stderr);
    }
    let before = fs::read(sandbox.path("answers.jsonl")).expect("there");
    sandbox.write("other.tsv", QUERIES.replace("harbour levy", "sea wall"));
    for args in [["batch", "other.tsv", "--to", "answers.jsonl", "--limit=10"], ["batch", "q.tsv", "--to", "answers.jsonl", "--in=quotes"]]
    {
        let output = sandbox.run(&args);
        assert_eq!(output.code, 2, "{output:?}");
        assert!(output.stderr.contains("answers another query under the id of line"), "{}", output.stderr);
    }
    assert_eq!(fs::read(sandbox.path("answers.jsonl")).expect("there"), before);
}
