//! `--offsets`: what JavaScript and Python cut out by the offsets of their strings is what Rust cuts out by bytes.

use crate::contract::{valid, validator};
use crate::sandbox::Sandbox;
use serde_json::{Value, json};
use std::io::Write;
use std::process::Command;

/// Cuts everything that an answer has offsets of out of its texts; `body` is that of the one article.
const JAVASCRIPT: &str = r#"
const { body, hits, rows } = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"));
const cut = (text, span) => text.slice(span.start, span.end);
const found = [];
for (const hit of hits) {
    const field = { body, headline: hit.headline, quote: hit.quote?.text };
    for (const fragment of hit.fragments) {
        if (fragment.field in field) found.push(cut(field[fragment.field], fragment));
        for (const highlight of fragment.highlights) found.push(cut(fragment.text, highlight));
    }
    if (hit.quote) {
        const { parts, cue, said_on, speaker } = hit.quote;
        for (const span of [...parts, cue, said_on, speaker.mention_span, ...speaker.chain]) if (span) found.push(cut(body, span));
    }
}
for (const { row, text } of rows) found.push(cut(text, row));
process.stdout.write(JSON.stringify(found));
"#;

const PYTHON: &str = r#"
import json, sys
with open(sys.argv[1], encoding="utf-8") as file:
    given = json.load(file)
body, found = given["body"], []
cut = lambda text, span: text[span["start"]:span["end"]]
for hit in given["hits"]:
    quote = hit.get("quote")
    field = {"body": body, "headline": hit["headline"], "quote": quote and quote["text"]}
    for fragment in hit["fragments"]:
        if fragment["field"] in field:
            found.append(cut(field[fragment["field"]], fragment))
        found += [cut(fragment["text"], highlight) for highlight in fragment["highlights"]]
    if quote:
        speaker = quote["speaker"]
        spans = quote["parts"] + [quote["cue"], quote["said_on"], speaker["mention_span"]] + speaker["chain"]
        found += [cut(body, span) for span in spans if span]
found += [cut(each["text"], each["row"]) for each in given["rows"]]
print(json.dumps(found))
"#;

/// The same in Rust, by bytes.
fn cut_by_bytes(given: &Value) -> Vec<String> {
    let cut = |text: &Value, span: &Value| {
        let at = |key: &str| usize::try_from(span[key].as_u64().expect("an offset")).expect("small");
        text.as_str().expect("a text")[at("start")..at("end")].to_owned()
    };
    let list = |value: &Value| value.as_array().expect("a list").clone();
    let (body, mut found) = (&given["body"], Vec::new());
    for hit in list(&given["hits"]) {
        for fragment in list(&hit["fragments"]) {
            match fragment["field"].as_str() {
                Some("body") => found.push(cut(body, &fragment)),
                Some("headline") => found.push(cut(&hit["headline"], &fragment)),
                Some("quote") => found.push(cut(&hit["quote"]["text"], &fragment)),
                _ => {}
            }
            found.extend(list(&fragment["highlights"]).iter().map(|highlight| cut(&fragment["text"], highlight)));
        }
        if let Some(quote) = hit.get("quote") {
            let (speaker, mut spans) = (&quote["speaker"], list(&quote["parts"]));
            spans.extend([&quote["cue"], &quote["said_on"], &speaker["mention_span"]].map(Value::clone));
            spans.extend(list(&speaker["chain"]));
            found.extend(spans.iter().filter(|span| !span.is_null()).map(|span| cut(body, span)));
        }
    }
    found.extend(list(&given["rows"]).iter().map(|each| cut(&each["text"], &each["row"])));
    found
}

/// An article with signs of one to four bytes before and within what is looked for.
fn archive() -> Sandbox {
    let sandbox = Sandbox::new();
    let text = "🚢 港の税は重い. The x\u{302}y 🌊 clause of Élodie Vassard, the 港 mayor, is “old”.\n\
        “🌊 We pay the sea 👩\u{200d}🚒 levy, m\u{302} ‘now’ 港 levy,” she said on Thursday. “No 🚢 sea 🌊 levy.”";
    let article = json!({"id": "a", "headline": "🌊 港 storm 🚢 levy é x\u{302}", "date": "2025-04-18", "text": text});
    sandbox.write("papers/a.json", article.to_string());
    sandbox.ok(&["index", "papers"]);
    sandbox
}

/// What a search prints in some unit, the rows of its concordance, and the text that each of them counts in.
fn given(sandbox: &Sandbox, command: &str, query: &str, unit: &str) -> Value {
    let parsed = |args: &[&str]| serde_json::from_str::<Value>(&sandbox.ok(args).stdout).expect("JSON");
    let answer = parsed(&[command, query, "--json", "--offsets", unit]);
    let kwic = parsed(&[command, query, "--json", "--kwic", "--offsets", unit]);
    valid(&validator("hit", None), &answer);
    valid(&validator("kwic", None), &kwic);
    let said = if unit == "bytes" { Value::Null } else { json!(unit) };
    assert_eq!((&answer["offsets"], &kwic["offsets"]), (&said, &said));
    let body = parsed(&["show", "a", "--json"])["body"].clone();
    let text = |row: &Value| match row["field"].as_str() {
        Some("body") => body.clone(),
        Some("headline") => row["headline"].clone(),
        _ => answer["hits"].as_array().expect("hits").iter().find(|hit| hit["id"] == row["id"]).expect("its hit")["quote"]["text"].clone(),
    };
    let rows: Vec<Value> = kwic["rows"].as_array().expect("rows").iter().map(|row| json!({"row": row, "text": text(row)})).collect();
    json!({"body": body, "hits": answer["hits"], "rows": rows})
}

/// Runs a script on a file; `None`, said loudly, where its language is not installed.
fn cut_by(sandbox: &Sandbox, program: &[&str], given: &Value) -> Option<Vec<String>> {
    let file = sandbox.write("given.json", given.to_string());
    let Ok(output) = Command::new(program[0]).args(&program[1..]).arg(file).env("PYTHONIOENCODING", "utf-8").output() else {
        // Said past the harness, which keeps the output of tests that pass to itself.
        let _ = writeln!(std::io::stderr(), "SKIPPED: {} is not installed, its offsets are not tested", program[0]);
        return None;
    };
    assert!(output.status.success(), "{}: {}", program[0], String::from_utf8_lossy(&output.stderr));
    Some(serde_json::from_slice(&output.stdout).expect("a list of words"))
}

#[test]
fn javascript_and_python_cut_out_what_rust_cuts_out() {
    let sandbox = archive();
    for (command, query, expected) in [
        ("quotes", "\"sea levy\" headline:\"storm levy\"", "sea 👩\u{200d}🚒 levy"),
        ("quotes", "\"now 港 levy\"", "now’ 港 levy"),
        ("search", "\"sea levy\" headline:(storm OR levy)", "sea 🌊 levy"),
        ("search", "\"clause of Élodie\" 港の税は重い", "clause of Élodie"),
    ] {
        let words = cut_by_bytes(&given(&sandbox, command, query, "bytes"));
        assert!(words.iter().any(|word| word == expected), "{query}: {words:?}");
        for (unit, program) in [("utf-16", ["node", "-e", JAVASCRIPT]), ("characters", ["python3", "-c", PYTHON])] {
            let Some(found) = cut_by(&sandbox, &program, &given(&sandbox, command, query, unit)) else { continue };
            assert_eq!(found, words, "{} {query}", program[0]);
        }
    }
}

#[test]
fn lines_say_in_what_they_count_and_bytes_are_not_said() {
    let sandbox = archive();
    let lines = |more: &[&str]| -> Vec<Value> {
        let args: Vec<&str> = ["quotes", "levy", "--jsonl"].iter().chain(more).copied().collect();
        sandbox.ok(&args).stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    };
    for more in [&["--offsets", "utf-16"][..], &["--kwic", "--offsets", "utf-16"]] {
        let lines = lines(more);
        let (summary, others) = lines.split_last().expect("a summary");
        assert_eq!(summary["offsets"], "utf-16");
        assert!(others.iter().all(|line| line.get("offsets").is_none()));
        let schema = if more.len() == 2 { "hit" } else { "kwic" };
        valid(&validator(schema, Some("summary")), summary);
    }
    assert_eq!(lines(&[]), lines(&["--offsets", "bytes"]));
    assert!(lines(&[]).iter().all(|line| line.get("offsets").is_none()));
    for form in [&[][..], &["--csv"], &["--csv", "--kwic"]] {
        let args: Vec<&str> = ["quotes", "levy", "--offsets", "characters"].iter().chain(form).copied().collect();
        let refused = sandbox.run(&args);
        assert_eq!(refused.code, 2);
        assert!(refused.stderr.contains("--json"), "{}", refused.stderr);
    }
}
