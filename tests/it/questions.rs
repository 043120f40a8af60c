//! Questions that are badly put, written for other systems, too large or too slow; and what is counted within what.

use crate::sandbox::{Sandbox, corpus};
use serde_json::{Value, json};

fn archive() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.ok(&["index", &corpus().join("archive").to_string_lossy()]);
    sandbox
}

/// A query that walks the dictionary hundreds of times.
fn slow() -> String {
    ('a'..='z').cycle().take(300).map(|letter| format!("*{letter}*")).collect::<Vec<_>>().join(" OR ")
}

#[test]
fn the_doctor_says_why_nothing_is_found() {
    let sandbox = archive();
    let told = sandbox.search("quotes", "speaker:Lindqvst levy", &[]);
    assert_eq!(told["total"], 0);
    let clauses = &told["diagnosis"]["clauses"];
    assert_eq!((&clauses[0]["clause"], &clauses[0]["hits"]), (&json!("speaker:Lindqvst"), &json!(0)));
    assert_eq!(clauses[1]["hits"], sandbox.search("quotes", "levy", &[])["total"], "hits of a clause are those that it has alone");
    let spelling = &told["diagnosis"]["spellings"][0];
    assert_eq!((&spelling["field"], &spelling["near"][0]["word"]), (&json!("speaker"), &json!("Lindqvist")));
    assert!(spelling["near"][0]["records"].as_u64() > Some(10), "{spelling}");

    // Each clause has hits, all together have none: which of them is in the way?
    let told = sandbox.search("articles", "levy strike headline:inquiry", &[]);
    let without = &told["diagnosis"]["without"];
    assert_eq!((&told["total"], &without[0]["clause"]), (&json!(0), &json!("headline:inquiry")), "{told}");
    assert_eq!(without[0]["hits"], sandbox.search("articles", "levy strike", &[])["total"]);

    let output = sandbox.run(&["quotes", "speaker:Lindqvst levy"]);
    assert_eq!(output.code, 1);
    assert!(output.stderr.contains("speaker:Lindqvst  0 quotes\n"), "{}", output.stderr);
    assert!(output.stderr.contains("near speaker:Lindqvst: Lindqvist: "), "{}", output.stderr);
    // Where reported clauses count, they count for each clause alone.
    let told = sandbox.search("quotes", "speaker:\"Port Authority\" zeppelin", &["--indirect"]);
    assert!(told["diagnosis"]["clauses"][0]["hits"].as_u64() > Some(0), "{told}");
    // A spelling that is hardly more frequent is another word.
    let told = sandbox.search("articles", "headline:inquiry lifebelt", &[]);
    assert_eq!(told["diagnosis"]["spellings"], json!([]), "{told}");
    // Words that are a speaker's name: asked of who speaks, there is more.
    let told = sandbox.search("quotes", "Mara Lindqvist levy", &[]);
    let instead = told["diagnosis"]["instead"].as_array().expect("queries");
    assert_eq!(instead[0]["clause"], "speaker:\"Mara Lindqvist\" levy", "{told}");
    assert_eq!(instead[0]["hits"], sandbox.search("quotes", "speaker:\"Mara Lindqvist\" levy", &[])["total"]);
    assert!(sandbox.run(&["quotes", "lindqvist levy"]).stderr.contains("  speaker:lindqvist levy  2 quotes\n"));
    for silent in ["levy zeppelin", "speaker:Lindqvist zeppelin", "-Lindqvist zeppelin"] {
        assert!(sandbox.search("quotes", silent, &[])["diagnosis"].get("instead").is_none(), "{silent}");
    }
    // With many hits nobody wants to be told.
    assert!(sandbox.search("articles", "levy", &[]).get("diagnosis").is_none());
    assert!(sandbox.run(&["search", "levy wall", "--explain"]).stderr.contains("alone, its clauses find:"));
}

#[test]
fn the_nearest_reading_is_run_where_that_is_wanted() {
    let sandbox = archive();
    let query = "speker:Lindqvist (levy";
    assert_eq!(sandbox.run(&["quotes", query]).code, 2);
    let answer = sandbox.search("quotes", query, &["--lenient"]);
    assert_eq!(answer["query"]["understood"], "speaker:Lindqvist (levy)");
    assert_eq!(answer["total"], sandbox.search("quotes", "speaker:Lindqvist (levy)", &[])["total"]);
    let note = answer["query"]["notes"][0].as_str().expect("a note");
    assert!(note.starts_with("there is no field `speker`") && note.ends_with("read as: speaker:Lindqvist (levy)"), "{note}");
    // Where nothing can be mended: its words, unless it says more than words.
    let answer = sandbox.search("articles", "levy || tariff", &["--lenient"]);
    assert!(answer["query"]["notes"][0].as_str().is_some_and(|note| note.contains("read as: levy OR tariff")), "{answer}");
    for query in ["date:2025-02-30 levy", "strike -levi w/5 -wall", "hlead(speaker:Lindqvist) levy"] {
        assert_eq!(sandbox.run(&["search", query, "--lenient"]).code, 2, "{query}: what cannot be mended is not read as the contrary");
    }
    assert_eq!(sandbox.run(&["search", "\"…\"", "--lenient"]).code, 2, "where there are no words there is no reading");
}

#[test]
fn queries_of_other_systems_are_read() {
    let sandbox = archive();
    for (syntax, text, understood) in [
        ("nexis", "harbour w/5 lev! and not hlead(strike)", "harbour w/5 lev* -hlead(strike)"),
        ("factiva", "harbour near5 levy and hd=strike", "=harbour w/5 =levy headline:\"strike\""),
        ("proquest", "harbour PRE/2 levy AND ti(strike)", "harbour pre/2 levy headline:strike"),
        ("lucene", "+harbour +title:\"harbour levy\"", "harbour headline:\"harbour levy\""),
    ] {
        let answer = sandbox.search("articles", text, &["--syntax", syntax]);
        let read = answer["query"]["understood"].as_str().expect("a query");
        let normal = |text: &str| text.replace(" AND ", " ").replace("NOT ", "-").replace(['(', ')'], "");
        assert_eq!(normal(read), normal(understood), "{syntax}: {text}");
        assert!(
            answer["query"]["notes"][0].as_str().is_some_and(|note| note.starts_with(&format!("translated from {syntax}: "))),
            "{answer}"
        );
        assert_eq!(answer["total"], sandbox.search("articles", read, &[])["total"], "{syntax}: {text}");
    }
    let refused = sandbox.run(&["search", "harbour not w/5 levy", "--syntax", "nexis"]);
    assert!(refused.code == 2 && refused.stderr.contains("    ^"), "{refused:?}");
    assert!(sandbox.run(&["search", "levy", "--syntax", "westlaw"]).stderr.contains("nexis, factiva, proquest, lucene"));
}

#[test]
fn what_takes_too_long_is_given_up() {
    let sandbox = archive();
    let slow = slow();
    let output = sandbox.run(&["search", &slow, "--timeout", "0.001"]);
    assert_eq!(output.code, 2, "{output:?}");
    assert!(output.stderr.contains("not done in time") && output.stdout.is_empty(), "{}", output.stderr);
    let output = sandbox.run(&["search", &slow, "--timeout", "0.001", "--partial", "--json"]);
    let answer: Value = serde_json::from_str(&output.stdout).expect("JSON");
    assert_eq!(answer["partial"], true, "{answer}");
    assert!(output.stderr.contains("time ran out"), "{}", output.stderr);
    assert_eq!(sandbox.run(&["search", &slow, "--partial"]).code, 2, "--partial without --timeout means nothing");
    assert_eq!(sandbox.ok(&["search", "levy", "--timeout", "20", "--json"]).stdout, sandbox.ok(&["search", "levy", "--json"]).stdout);
}

#[test]
fn what_is_too_large_is_refused() {
    let sandbox = Sandbox::new();
    let words: Vec<String> = (0..10_001).map(|i| format!("qa{i:05}")).collect();
    let article = json!({"id": "1", "headline": "Many words", "text": words.join(" ")});
    sandbox.write("papers/one.json", article.to_string());
    sandbox.ok(&["index", "papers"]);
    for query in ["qa*", "*1*2*", "/q.*/", "qa* w/3 qa*", "hlead(qa*)", "quote:x OR body:qa*"] {
        let output = sandbox.run(&["search", query]);
        if query == "*1*2*" {
            assert_eq!(output.code, 0, "{query}: {output:?}");
            continue;
        }
        assert!(output.code == 2 && output.stderr.contains("more than 10000 different words"), "{query}: {output:?}");
    }
    let refused = |query: &str, words: &str| {
        let output = sandbox.run(&["search", query]);
        assert!(output.code == 2 && output.stderr.contains(words), "{words}: {}", output.stderr);
    };
    refused(&words.join(" "), "more than 1024 words and phrases");
    refused(&"(".repeat(5_000), "more than 100 groups");
    refused("/(a{1000}){1000}/", "this regular expression is too large");
    refused(&vec!["qa00001"; 300].join(" w/5 "), "more than 100 connectors");
    assert_eq!(sandbox.run(&["search", "qa0*", "-c"]).stdout, "1\n");
    refused(&vec!["qa0*"; 31].join(" OR "), "more than 300000 words of this index in all");
    // A bad case for those who go back: nothing to those who do not.
    let begun = std::time::Instant::now();
    assert_eq!(sandbox.run(&["search", "/(q+)+(a+)+x/ OR *q*a*0*0*0*0*0*0*x"]).code, 1);
    assert!(begun.elapsed().as_secs() < 5);
}

/// One article of the size of a book: nearness costs time and memory within bounds, with and without a deadline.
#[test]
fn a_giant_article_is_within_bounds() {
    let sandbox = Sandbox::new();
    let text = "red blue green red blue. ".repeat(20_000);
    sandbox.write("papers/giant.json", json!({"id": "giant", "headline": "Colours", "text": text}).to_string());
    sandbox.ok(&["index", "papers"]);
    let begun = std::time::Instant::now();
    assert_eq!(sandbox.ok(&["search", "red w/1000 blue", "-c"]).stdout, "1\n");
    assert_eq!(sandbox.run(&["search", "\"green red\" pre/3 green", "-c"]).code, 1);
    let refused = sandbox.run(&["search", "(red w/1000 blue) w/1000 (blue w/1000 red)"]);
    assert!(refused.code == 2 && refused.stderr.contains("more than 200000 places of one article"), "{refused:?}");
    let late = sandbox.run(&["search", "red w/s blue w/s green w/s red", "--timeout", "0.05"]);
    assert!(late.code == 2, "{late:?}");
    assert!(begun.elapsed().as_secs() < 60, "{:?}", begun.elapsed());
}

#[test]
fn notes_on_the_reading_come_with_every_answer() {
    let sandbox = archive();
    let timeline = sandbox.ok(&["timeline", "lev! and length(>500)", "--syntax", "nexis", "--json"]);
    let answer: Value = serde_json::from_str(&timeline.stdout).expect("JSON");
    assert!(
        answer["query"]["notes"][0] == "translated from nexis: lev*" && timeline.stderr.contains("note: translated from nexis: lev*"),
        "{timeline:?}"
    );
    assert!(sandbox.ok(&["search", "levy (wall", "--lenient", "--kwic"]).stderr.contains("read as: levy (wall)"));
    let batch = sandbox.write("q.tsv", format!("fast\tlevy\nslow\t{}\n", slow()));
    let output = sandbox.run(&["batch", &batch.to_string_lossy(), "--timeout", "0.005", "--ids"]);
    let lines: Vec<Value> = output.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!((output.code, lines.len()), (2, 2), "a slow query keeps no other from its answer: {output:?}");
    assert!(lines[1]["error"].as_str().is_some_and(|error| error.contains("not done in time")), "{}", lines[1]);
}

/// A cursor knows the order that its page stands in.
#[test]
fn a_cursor_is_of_one_order() {
    let sandbox = archive();
    let page = sandbox.search("articles", "levy", &["--limit", "3", "--recency", "1y"]);
    let cursor = page["next_cursor"].as_str().expect("another page");
    assert_eq!(sandbox.search("articles", "levy", &["--limit", "3", "--recency", "1y", "--cursor", cursor])["hits"][0]["rank"], 4);
    for other in [&["--recency", "2y"][..], &[]] {
        let mut args = vec!["search", "levy", "--cursor", cursor];
        args.extend(other);
        assert_eq!(sandbox.run(&args).code, 2, "{other:?}");
    }
}

#[test]
fn older_articles_count_less_where_that_is_wanted() {
    let sandbox = Sandbox::new();
    for (id, date) in [("old", "2015-01-01"), ("new", "2025-01-01"), ("undated", "")] {
        let again = if id == "old" { "levy levy levy" } else { "levy" };
        let article = json!({"id": id, "headline": format!("A {again}"), "text": "The harbour waits.", "date": date});
        sandbox.write(&format!("papers/{id}.json"), article.to_string());
    }
    sandbox.ok(&["index", "papers"]);
    let order = |more: &[&str]| -> Vec<String> {
        let answer = sandbox.search("articles", "levy", more);
        answer["hits"].as_array().expect("hits").iter().map(|hit| hit["id"].as_str().expect("an id").to_owned()).collect()
    };
    assert_eq!(order(&[])[0], "old", "relevance knows no dates unless asked");
    assert_eq!(order(&["--recency", "2y"]), ["new", "old", "undated"]);
    assert_eq!(order(&["--recency", "1d"]), ["new", "old", "undated"], "what is very old keeps its order");
    assert_eq!(order(&["--recency", "1000y"])[0], "old");
    let told = sandbox.search("articles", "levy", &["--recency", "2y", "--explain-score"]);
    assert!(told["hits"][1]["explanation"]["what"].as_str().is_some_and(|what| what.contains("by age")), "{told}");
    assert!(sandbox.run(&["search", "levy", "--recency", "soon"]).stderr.contains("30d, 8w, 6m, 2y"));
}

#[test]
fn counts_within_counts_add_up() {
    let sandbox = archive();
    for (mode, facets) in [
        ("quotes", "speaker/month"),
        ("quotes", "kind/desk"),
        ("articles", "desk/publisher"),
        ("quotes", "byline/kind"),
        ("articles", "month/kind"),
    ] {
        let answer = sandbox.search(mode, "levy OR wall", &["--facets", facets, "--facet-limit", "0"]);
        let plain = sandbox.search(mode, "levy OR wall", &["--facets", facets.split('/').next().expect("a facet"), "--facet-limit", "0"]);
        let values = answer["facets"][facets].as_array().expect("values");
        assert!(!values.is_empty(), "{facets}");
        for (value, alone) in
            values.iter().zip(plain["facets"].as_object().and_then(|all| all.values().next()).and_then(Value::as_array).expect("values"))
        {
            for key in ["value", "quotes", "articles"] {
                assert_eq!(value[key], alone[key], "{facets}");
            }
            let sum: u64 = value["within"].as_array().expect("values").iter().filter_map(|inner| inner["quotes"].as_u64()).sum();
            assert_eq!(Some(sum), value["quotes"].as_u64(), "{facets}: {value}");
        }
    }
    let csv = sandbox.ok(&["quotes", "levy", "--facets", "speaker/month", "--csv"]).stdout;
    assert!(
        csv.starts_with("facet,value,quotes,articles,within\nspeaker/month,")
            && csv.contains("\nspeaker/month,Mara Lindqvist,1,1,2025-02\n"),
        "{csv}"
    );
    assert!(sandbox.run(&["quotes", "levy", "--facets", "speaker/speaker"]).stderr.contains("by one thing twice"));
    assert_eq!(
        sandbox.search("articles", "levy", &["--facets", "crosshead"])["facets"]["section"],
        sandbox.search("articles", "levy", &["--facets", "section"])["facets"]["section"]
    );
}
