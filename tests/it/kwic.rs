//! `--kwic`: a row for each match, in every form, with offsets into the text of its field.

use crate::contract::{valid, validator};
use crate::sandbox::{Sandbox, corpus};
use serde_json::{Value, json};

fn rows(sandbox: &Sandbox, command: &str, query: &str, more: &[&str]) -> Vec<Value> {
    let mut args = vec![command, query, "--kwic", "--json"];
    args.extend(more);
    let answer: Value = serde_json::from_str(&sandbox.ok(&args).stdout).expect("JSON");
    answer["rows"].as_array().expect("rows").clone()
}

fn words<'a>(row: &'a Value, key: &str) -> &'a str {
    row[key].as_str().expect("a text")
}

#[test]
fn every_highlight_has_a_row_in_the_whole_text_of_its_field() {
    let (sandbox, schema) = (Sandbox::new(), validator("kwic", None));
    sandbox.ok(&["index", corpus().to_str().expect("a path")]);
    for (command, query) in [
        ("search", "levy"),
        ("search", "headline:storm OR \"sea wall\""),
        ("search", "speaker:lindqvist quote:levy"),
        ("search", "date:2025-03"),
        ("quotes", "levy"),
        ("quotes", "speaker:lindqvist levy"),
        ("quotes", "section:ships"),
        ("quotes", "kind:(direct OR mixed OR indirect) treaty"),
    ] {
        let hits: Value = serde_json::from_str(&sandbox.ok(&[command, query, "--json", "--limit", "0"]).stdout).expect("JSON");
        let found: Value = serde_json::from_str(&sandbox.ok(&[command, query, "--kwic", "--json", "--limit", "0"]).stdout).expect("JSON");
        valid(&schema, &found);
        let rows = found["rows"].as_array().expect("rows");
        assert_eq!(found["matches"], rows.len());
        assert_eq!((&found["total"], &found["shown"]), (&hits["total"], &hits["total"]));
        for hit in hits["hits"].as_array().expect("hits") {
            let of_hit: Vec<&Value> = rows.iter().filter(|row| row["id"] == hit["id"]).collect();
            for row in &of_hit {
                row_fits(&sandbox, row, hit);
            }
            for fragment in hit["fragments"].as_array().expect("fragments") {
                for mark in fragment["highlights"].as_array().expect("highlights") {
                    let start = fragment["start"].as_u64().expect("a start") + mark["start"].as_u64().expect("a start");
                    let here = of_hit.iter().filter(|row| row["field"] == fragment["field"] && row["start"] == start);
                    assert_eq!(here.count(), 1, "{query}: {mark} of {fragment}");
                }
            }
        }
    }
}

/// The row is a piece of the text that it names.
fn row_fits(sandbox: &Sandbox, row: &Value, hit: &Value) {
    let body;
    let text = match words(row, "field") {
        "quote" => words(&hit["quote"], "text"),
        "headline" => words(hit, "headline"),
        "body" if hit["rank"].as_u64().expect("a rank") <= 3 => {
            let shown = sandbox.ok(&["show", words(row, "article"), "--json"]).stdout;
            body = serde_json::from_str::<Value>(&shown).expect("JSON");
            words(&body, "body")
        }
        _ => return,
    };
    let at = |key: &str| usize::try_from(row[key].as_u64().expect("an offset")).expect("small");
    assert_eq!(&text[at("start")..at("end")], words(row, "keyword"));
    let (left, right) = (words(row, "left"), words(row, "right"));
    let piece = &text[at("start") - left.len()..at("end") + right.len()];
    assert_eq!(piece.replace('\n', " "), format!("{left}{}{right}", words(row, "keyword")));
    assert!(left.chars().count() <= 40 && right.chars().count() <= 40);
}

fn archive() -> Sandbox {
    let sandbox = Sandbox::new();
    let article = |id: &str, date: &str, text: &str| json!({"id": id, "headline": "Quay", "date": date, "text": text}).to_string();
    sandbox.write("papers/a.json", article("a", "2025-04", "An old levy Zinc.\nThe élan levy adds up, 港の levy 税は重い."));
    sandbox.write("papers/b.json", article("b", "2024", "\"A Zoll levy, e\u{301}t cetera,\" said Anna Arden."));
    sandbox.write("papers/c.json", json!({"id": "c", "text": "My Éclair levy on ships, and a new levy."}).to_string());
    sandbox.ok(&["index", "papers"]);
    sandbox
}

#[test]
fn rows_are_sorted() {
    let sandbox = archive();
    let sorted = |order: &str, key: &str| -> Vec<String> {
        let rows = rows(&sandbox, "search", "levy", &["--kwic-sort", order, "--kwic-width", "9"]);
        rows.iter().map(|row| words(row, key).trim().to_owned()).collect()
    };
    assert_eq!(sorted("left", "left"), ["Éclair", "The élan", "a new", "An old", "\"A Zoll", "up, 港の"]);
    assert_eq!(sorted("right", "right"), [".", "adds up,", ", ét", "on", "Zinc.", "税は重い."]);
    assert_eq!(sorted("date", "article"), ["b", "a", "a", "a", "c", "c"]);
    assert_eq!(sorted("hits", "article").len(), 6);
}

#[test]
fn keywords_stand_below_each_other() {
    let sandbox = archive();
    let output = sandbox.ok(&["search", "levy", "--kwic", "--kwic-width", "12"]);
    let columns: Vec<usize> =
        output.stdout.lines().map(|line| unicode_width::UnicodeWidthStr::width(line.split("levy").next().expect("a line"))).collect();
    assert_eq!(columns, [columns[0]; 6], "{}", output.stdout);
    assert_eq!(output.stderr, "6 matches in 3 articles\n");
    assert!(
        output
            .stdout
            .lines()
            .all(|line| ["a", "b", "c"].iter().any(|id| line.ends_with(&format!("  {id}")) || line.ends_with(&format!(" · {id}"))))
    );
    let one = sandbox.ok(&["search", "levy", "--kwic", "-n", "1", "--kwic-sort", "date"]);
    assert!(one.stderr.ends_with(" in 1 of 3 articles (--limit 0 shows all)\n"), "{}", one.stderr);
    let quotes = sandbox.ok(&["quotes", "levy", "--kwic"]).stdout;
    assert!(quotes.starts_with("A Zoll levy, ét cetera,  2024 · Quay · "), "{quotes}");
}

#[test]
fn without_matches_the_doctor_advises() {
    let (sandbox, schema) = (archive(), validator("kwic", None));
    let answer = sandbox.run(&["search", "lewy", "--kwic", "--json"]);
    let found: Value = serde_json::from_str(&answer.stdout).expect("JSON");
    valid(&schema, &found);
    assert_eq!((answer.code, &found["matches"]), (1, &json!(0)));
    let near = &found["diagnosis"]["spellings"][0]["near"][0];
    assert_eq!((near["word"].as_str(), &near["records"]), (Some("levy"), &json!(3)));
    let told = sandbox.run(&["search", "lewy", "--kwic"]);
    assert!(told.stdout.is_empty() && told.stderr.contains("near lewy: levy: 3"), "{told:?}");
}

#[test]
fn every_form_has_the_same_rows() {
    let (sandbox, of_row, of_summary) = (archive(), validator("kwic", Some("row")), validator("kwic", Some("summary")));
    let expected = rows(&sandbox, "quotes", "levy", &[]);
    assert_eq!(expected.len(), 1);
    assert_eq!((words(&expected[0], "speaker"), words(&expected[0], "field")), ("Anna Arden", "quote"));
    let lines = sandbox.ok(&["quotes", "levy", "--kwic", "--jsonl"]).stdout;
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines[..1], expected[..]);
    valid(&of_row, &lines[0]);
    valid(&of_summary, &lines[1]);
    let table = sandbox.ok(&["quotes", "levy", "--kwic", "--csv"]).stdout;
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let head: Vec<String> = reader.headers().expect("a header").iter().map(str::to_owned).collect();
    let keys: Vec<&String> = expected[0].as_object().expect("an object").keys().collect();
    assert_eq!(head.len(), keys.len());
    let cells: Vec<String> = reader.records().next().expect("a row").expect("cells").iter().map(str::to_owned).collect();
    for (key, cell) in head.iter().zip(&cells) {
        let value = &expected[0][key.as_str()];
        assert_eq!(value.as_str().map_or_else(|| value.to_string().replace("null", ""), str::to_owned), *cell, "{key}");
    }
}

#[test]
fn nothing_to_show_is_said() {
    let sandbox = archive();
    let none = sandbox.run(&["search", "zeppelin", "--kwic"]);
    assert_eq!((none.code, none.stdout.as_str(), none.stderr.as_str()), (1, "", "no articles for: zeppelin\n"));
    let none = sandbox.run(&["search", "zeppelin", "--kwic", "--json"]);
    let answer: Value = serde_json::from_str(&none.stdout).expect("JSON");
    assert_eq!((none.code, &answer["rows"], &answer["matches"]), (1, &json!([]), &json!(0)));
    assert_eq!(
        sandbox.ok(&["search", "date:2024", "--kwic"]).stderr,
        "no words to mark in 1 article; 1 article has no date, and matches no range\n"
    );
    for wrong in [&["--kwic-sort", "left"][..], &["--kwic", "--count"], &["--kwic", "--facets", "year"], &["--kwic", "--explain-score"]] {
        let args: Vec<&str> = ["search", "levy"].iter().chain(wrong).copied().collect();
        assert_eq!(sandbox.run(&args).code, 2, "{wrong:?}");
    }
}
