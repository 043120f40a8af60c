//! `onrecord timeline`: hits over time beside what the archive holds.

use crate::sandbox::{Sandbox, corpus};
use serde_json::{Value, json};

/// Articles of three months with a gap, one of a year, one without a date.
fn papers() -> Sandbox {
    let sandbox = Sandbox::new();
    let article = |id: &str, date: Option<&str>, paper: &str, text: &str| {
        json!({"id": id, "headline": id, "date": date, "publisher": paper, "text": text}).to_string() + "\n"
    };
    let said = "\"The levy is high,\" said Mara Hale, the mayor. \"The levy stays,\" she said.";
    let articles = [
        article("a1", Some("2024-12-30"), "Gull", said),
        article("a2", Some("2024-12-31T23:30:00Z"), "Gull", "Nothing was said."),
        article("a3", Some("2025-01-01"), "Tern", "The levy, said Mara Hale, is \"a levy on fish\"."),
        article("a4", Some("2025-04-17"), "Tern", "Rain fell."),
        article("a5", Some("2025-04-20"), "Gull", said),
        article("a6", Some("2025"), "Gull", said),
        article("a7", None, "Tern", "A levy."),
    ];
    sandbox.write("news/all.jsonl", articles.concat());
    sandbox.ok(&["index", "news"]);
    sandbox
}

fn timeline(sandbox: &Sandbox, args: &[&str]) -> Value {
    let output = sandbox.ok(&[&["timeline", "--json"], args].concat());
    serde_json::from_str(&output.stdout).expect("JSON")
}

/// Rows as `value quotes/articles/archive`.
fn rows(list: &Value) -> Vec<String> {
    let row = |row: &Value| {
        let quotes = row["quotes"].as_u64().map_or("-".to_owned(), |quotes| quotes.to_string());
        format!("{} {quotes}/{}/{}", row["value"].as_str().unwrap_or("none"), row["articles"], row["archive"])
    };
    list.as_array().expect("rows").iter().map(row).collect()
}

#[test]
fn units_have_hits_articles_and_what_the_archive_holds() {
    let sandbox = papers();
    let months = timeline(&sandbox, &["--in", "quotes", "levy"]);
    assert_eq!(rows(&months["rows"]), ["2024-12 2/1/2", "2025-01 1/1/1", "2025-04 2/1/2"]);
    assert_eq!(months["gaps"], json!([{"from": "2025-02", "to": "2025-03", "units": 2}]));
    assert_eq!(rows(&months["coarse"]), ["2025 2/1/1"]);
    assert_eq!(rows(&json!([months["undated"]])), ["none 0/0/1"]);
    assert_eq!((&months["total"], &months["rows"][0]["share"], &months["by"]), (&7.into(), &50.0.into(), &"month".into()));
    let days = timeline(&sandbox, &["levy", "--by", "day"]);
    assert_eq!(rows(&days["rows"]), ["2024-12-30 -/1/1", "2024-12-31 -/0/1", "2025-01-01 -/1/1", "2025-04-17 -/0/1", "2025-04-20 -/1/1"]);
    assert_eq!(rows(&days["coarse"]), ["2025 -/1/1"]);
    assert_eq!(rows(&json!([days["undated"]])), ["none -/1/1"]);
    // The last days of December and the first of January lie in one week.
    let weeks = timeline(&sandbox, &["levy", "--by", "week"]);
    assert_eq!(rows(&weeks["rows"]), ["2025-W01 -/2/3", "2025-W16 -/1/2"]);
    assert_eq!(weeks["gaps"], json!([{"from": "2025-W02", "to": "2025-W15", "units": 14}]));
    let years = timeline(&sandbox, &["levy", "--by", "year"]);
    assert_eq!((rows(&years["rows"]), &years["coarse"]), (vec!["2024 -/1/2".to_owned(), "2025 -/3/4".to_owned()], &json!([])));
}

#[test]
fn flags_narrow_the_archive_and_clauses_do_not() {
    let sandbox = papers();
    assert_eq!(rows(&timeline(&sandbox, &["levy", "--publisher", "gull"])["rows"]), ["2024-12 -/1/2", "2025-04 -/1/1"]);
    assert_eq!(rows(&timeline(&sandbox, &["levy publisher:gull"])["rows"]), ["2024-12 -/1/2", "2025-01 -/0/1", "2025-04 -/1/2"]);
    assert_eq!(rows(&timeline(&sandbox, &["levy", "--since", "2025-04"])["rows"]), ["2025-04 -/1/2"]);
    // Without a query: what the archive holds.
    assert_eq!(rows(&timeline(&sandbox, &["--by", "year"])["rows"]), ["2024 -/2/2", "2025 -/4/4"]);
}

#[test]
fn as_text_csv_and_lines() {
    let sandbox = papers();
    let text = sandbox.ok(&["timeline", "levy"]);
    let bar = "█".repeat(30);
    let expected = format!(
        "2024-12 {bar} 1 of 2 articles  50.00 %\n2025-01 {bar} 1 of 1 articles 100.00 %\n2025-02 to 2025-03: the archive has no articles\n2025-04 {bar} 1 of 2 articles  50.00 %\n"
    );
    assert_eq!(text.stdout, expected);
    assert_eq!(text.stderr, "5 articles; 2 with no date, or none so precise, in no month\n");
    let csv = sandbox.ok(&["timeline", "levy", "--in", "quotes", "--csv"]).stdout;
    assert_eq!(
        csv,
        "date,quotes,articles,archive,share\n2024-12,2,1,2,50\n2025-01,1,1,1,100\n2025-04,2,1,2,50\n2025,2,1,1,100\n,0,0,1,0\n"
    );
    let lines = sandbox.ok(&["timeline", "levy", "--jsonl"]).stdout;
    let last: Value = serde_json::from_str(lines.lines().last().expect("a line")).expect("JSON");
    assert_eq!((lines.lines().count(), &last["type"], last.get("rows")), (4, &"summary".into(), None));
    let none = sandbox.run(&["timeline", "zeppelinium"]);
    assert_eq!((none.code, none.stdout.as_str()), (1, ""));
    assert_eq!(sandbox.run(&["timeline", "\"levy"]).code, 2);
    assert_eq!(sandbox.run(&["timeline", "levy", "--by", "decade"]).code, 2);
    let mistyped = sandbox.run(&["timeline", "--bye", "levy"]);
    assert_eq!(mistyped.code, 2, "{mistyped:?}");
    assert!(mistyped.stderr.contains("no option --bye") && mistyped.stderr.contains("hint: --by"), "{mistyped:?}");
}

#[test]
fn rows_add_up_to_the_total() {
    let sandbox = Sandbox::new();
    let archive = corpus().join("archive");
    sandbox.ok(&["index", archive.to_str().expect("a path")]);
    for query in ["levy", "speaker:lindqvist", "treaty OR wall", "harbour -levy"] {
        for unit in ["day", "week", "month", "year"] {
            for mode in ["articles", "quotes"] {
                let output = sandbox.run(&["timeline", "--json", "--by", unit, "--in", mode, query]);
                let found: Value = serde_json::from_str(&output.stdout).expect("JSON");
                let key = mode;
                let lists = ["rows", "coarse"].iter().flat_map(|list| found[list].as_array().expect("rows"));
                let all: Vec<&Value> = lists.chain([&found["undated"]]).collect();
                let sum: u64 = all.iter().map(|row| row[key].as_u64().expect("a count")).sum();
                assert_eq!(sum, found["total"].as_u64().expect("a total"), "{query} {unit} {mode}");
                assert_eq!(all.iter().map(|row| row["archive"].as_u64().expect("a count")).sum::<u64>(), 41);
                assert_eq!(found["total"], sandbox.search(mode, query, &[])["total"]);
            }
        }
    }
}
