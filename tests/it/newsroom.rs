//! Archives as newsrooms have them: foreign shapes, dates and their conflicts, languages, and the audit of what was understood.

use crate::sandbox::{Sandbox, corpus};
use serde_json::Value;

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[test]
fn foreign_shapes_read_by_a_mapping() {
    let sandbox = Sandbox::new();
    let folder = corpus().parent().expect("the repository").join("tests/mapped");
    let file = |name: &str| folder.join(name).to_str().expect("a path").to_owned();
    let table = "headline=title,text=content,date=pub_date,authors=author,desk=category,url=link";
    let json = "headline=title,text=content.body,date=meta.published,authors=meta.writers,desk=meta.rubric,url=links.canonical,language=content.lang,publisher=source";
    let read = |name: &str, map: &[&str]| {
        let mut args = vec!["extract"];
        let path = file(name);
        args.push(&path);
        map.iter().for_each(|pairs| args.extend(["--map", pairs]));
        lines(&sandbox.ok(&args).stdout).pop().expect("an article")
    };
    let plain = read("story.txt", &[]);
    for article in [read("story.csv", &[table]), read("story.json", &[json]), read("story.json", &["headline=title", json])] {
        for key in ["headline", "body", "sections", "authors", "date", "desk", "url"] {
            assert_eq!(article[key], plain[key], "{key}");
        }
    }
    // Without a mapping the columns and keys are named, and what to do.
    let table = sandbox.run(&["extract", &file("story.csv")]);
    assert!(
        table.stderr.contains("its columns: title, content, pub_date") && table.stderr.contains("--map headline=title"),
        "{}",
        table.stderr
    );
    let json = sandbox.run(&["extract", &file("story.json")]);
    assert!(json.code == 2 && json.stderr.contains("--map"), "{json:?}");
    let wrong = sandbox.run(&["extract", "--map", "titel=title", &file("story.csv")]);
    assert!(wrong.code == 2 && wrong.stderr.contains("there is no field `titel`"), "{wrong:?}");
}

const PAGE: &str = r#"<html><head><title>Storm</title><script type="application/ld+json">{"@type": "NewsArticle", "headline": "Storm closes harbour", "datePublished": "DATE", "dateModified": "2025-04-20T09:00:00+02:00"}</script>
<link rel="canonical" href="https://gull.example/2025/04/17/storm"></head><body><article><h1>Storm closes harbour</h1>
<p>PORT ELLERY, April 17 (Straitwire) - The harbour is closed, Ann Moss, the mayor, said on Wednesday.</p>
<p>&ldquo;We wait,&rdquo; she said. &ldquo;The sea does not.&rdquo;</p></article></body></html>"#;

#[test]
fn dates_one_can_trust() {
    let sandbox = Sandbox::new();
    sandbox.write("in/right.html", PAGE.replace("DATE", "2025-04-17T23:30:00-04:00"));
    sandbox.write("in/wrong.html", PAGE.replace("DATE", "2019-01-02"));
    sandbox.write("in/future.html", PAGE.replace("DATE", "2199-01-02").replace("2025/04/17/", ""));
    sandbox.write(
        "in/month/2025/04/dateline.txt",
        "PORT ELLERY, April 17 - The harbour is closed for the night and for most of the day.\n\nIt was full.",
    );
    sandbox.write("in/plain.txt", "The harbour is closed for the night and for most of the day, said the mayor.");
    sandbox.ok(&["index", "in"]);
    let found = |query: &str| {
        let answer = sandbox.search("articles", query, &["--limit", "0"]);
        let mut paths: Vec<String> =
            answer["hits"].as_array().expect("hits").iter().map(|hit| hit["path"].as_str().expect("a path").replace('\\', "/")).collect();
        paths.sort();
        paths
            .iter()
            .map(|path| path.rsplit('/').next().expect("a name").split('.').next().expect("a stem").to_owned())
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(found("date:2025-04-17"), "dateline right");
    assert_eq!(found("date-conflict:yes"), "future wrong");
    assert_eq!(found("date-conflict:no"), "dateline right");
    assert_eq!(found("on:04-17"), "dateline right");
    assert_eq!(found("on:2019-01-02"), "wrong");
    assert_eq!(found("modified:2025-04-20"), "future right wrong");
    assert_eq!(found("place:\"port ellery\""), "future dateline right wrong");
    assert_eq!(found("agency:straitwire"), "future right wrong");
    let read = |name: &str| lines(&sandbox.ok(&["extract", &format!("in/{name}")]).stdout).remove(0);
    let right = read("right.html");
    assert_eq!(right["date_source"], "json-ld");
    assert_eq!(right["dates"][0]["date"], "2025-04-17T23:30:00-04:00");
    assert_eq!(right["dateline"], serde_json::json!({"place": "PORT ELLERY", "date": "2025-04-17", "agency": "Straitwire"}));
    // A date that is to come is no date, and nobody's clock stands in for it.
    let future = read("future.html");
    assert_eq!((&future["date"], &future["date_source"]), (&"2025-04-20T09:00:00+02:00".into(), &"modified".into()));
    assert_eq!(future["dates"][0]["date"], "2199-01-02");
    let dateline = read("month/2025/04/dateline.txt");
    assert_eq!((&dateline["date"], &dateline["date_source"]), (&"2025-04-17".into(), &"dateline".into()));
    let answer = sandbox.search("articles", "full", &[]);
    assert_eq!((&answer["hits"][0]["date"], &answer["hits"][0]["date_source"]), (&"2025-04-17".into(), &"dateline".into()));
}

#[test]
fn the_day_that_a_quote_was_said_on() {
    let sandbox = Sandbox::new();
    // A Friday.
    let text = "Headline: Levy\nDate: 2025-04-18\n\n“We wait,” Ann Moss said on Wednesday. “Tomorrow is another day.”\n\nYesterday Ben Hale said the pier was “closed for good”. Ida Voss told the council on 2 April that it was “open”.\n\n“Who knows,” said Max Moe, who arrived on Monday.";
    sandbox.write("in/a.txt", text);
    sandbox.ok(&["index", "in"]);
    let day = |query: &str| {
        let answer = sandbox.search("quotes", query, &[]);
        let said = &answer["hits"][0]["quote"]["said_on"];
        said["date"].as_str().map(|date| (date.to_owned(), said["start"].as_u64().is_some()))
    };
    assert_eq!(day("speaker:moss"), Some(("2025-04-16".to_owned(), true)));
    assert_eq!(day("speaker:hale"), Some(("2025-04-17".to_owned(), true)));
    assert_eq!(day("speaker:voss"), Some(("2025-04-02".to_owned(), true)));
    assert_eq!(sandbox.search("quotes", "said-on:2025-04-16..2025-04-17", &[])["total"], 2);
    assert_eq!(sandbox.search("quotes", "speaker:voss said-on:2025-04-16", &[])["total"], 0);
    assert_eq!(sandbox.search("articles", "speaker:hale said-on:2025-04-17", &[])["total"], 1);
    assert_eq!(sandbox.search("articles", "speaker:hale said-on:2025-04-16", &[])["total"], 0, "one quote must fit both");
}

#[test]
fn words_are_found_in_the_language_of_their_text() {
    let sandbox = Sandbox::new();
    let french = "La ministre a annoncé des négociations avec les pêcheurs du port. Les élections auront lieu en octobre, a-t-elle déclaré devant les députés, et l'accord sur la pêche sera signé avant la fin de l'année par les deux gouvernements. ".repeat(3);
    let german = "Die Ministerin kündigte Verhandlungen mit den Fischern an. Die Häfen bleiben geschlossen, sagte sie vor den Abgeordneten, und das Abkommen über den Fischfang werde noch vor dem Ende des Jahres von beiden Regierungen unterzeichnet. ".repeat(3);
    sandbox.write("in/french.txt", format!("Accord en vue\n\n{french}"));
    sandbox.write("in/german.txt", format!("Abkommen in Sicht\n\n{german}"));
    sandbox.write(
        "in/english.txt",
        "The minister announced negotiations. Elections will be held in October, she said, and the ports will be closed until then."
            .repeat(2),
    );
    sandbox.ok(&["index", "in"]);
    let languages = |query: &str| {
        let answer = sandbox.search("articles", query, &["--limit", "0"]);
        let mut paths: Vec<&str> = answer["hits"].as_array().expect("hits").iter().filter_map(|hit| hit["path"].as_str()).collect();
        paths.sort_unstable();
        paths
            .iter()
            .map(|path| path.trim_start_matches("in").trim_start_matches(['/', '\\']).trim_end_matches(".txt"))
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(languages("language:fr"), "french");
    assert_eq!(languages("élection"), "english french");
    assert_eq!(languages("négociation"), "french");
    assert_eq!(languages("accord"), "french");
    assert_eq!(languages("\"accord sur la pêche\""), "french");
    assert_eq!(languages("Verhandlung"), "german");
    assert_eq!(languages("port"), "english french");
    let answer = sandbox.search("articles", "négociation", &[]);
    let fragment = &answer["hits"][0]["fragments"][0];
    let (text, mark) = (fragment["text"].as_str().expect("a text"), &fragment["highlights"][0]);
    let at = |key: &str| mark[key].as_u64().expect("an offset") as usize;
    assert_eq!(&text[at("start")..at("end")], "négociations");
}

#[test]
fn letters_decoded_wrongly() {
    let sandbox = Sandbox::new();
    let text = "The mayorâ€™s word\n\nâ€œWe wait,â€\u{9d} said Ann Moss of Port-Ã‰vrin, where the harbour has been closed since the storm of last week.\n";
    sandbox.write("a.txt", text);
    let plain = sandbox.ok(&["extract", "a.txt"]);
    assert!(plain.stderr.contains("letters look decoded wrongly: `â€™`; read it with --repair-encoding"), "{}", plain.stderr);
    let mended = sandbox.ok(&["extract", "--repair-encoding", "a.txt"]);
    let article = &lines(&mended.stdout)[0];
    assert!(article["body"].as_str().expect("a body").contains("“We wait,” said Ann Moss of Port-Évrin"), "{article}");
    assert_eq!(article["quotes"][0]["speaker"]["name"], "Ann Moss");
}

#[test]
fn an_article_is_explained() {
    let sandbox = Sandbox::new();
    sandbox.write("storm.html", PAGE.replace("DATE", "2019-01-02"));
    let text = sandbox.ok(&["explain", "storm.html"]).stdout;
    for line in [
        "headline   Storm closes harbour",
        "[h1]",
        "[json-ld: json-ld datePublished]",
        "published  2025-04-17  [url]",
        "date-conflict",
        "dates, which contradict each other",
        "lead",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    assert!(text.contains("> \"We wait, ... The sea does...\" <- Ann Moss") || text.contains("<- Ann Moss"), "{text}");
    let json = &lines(&sandbox.ok(&["explain", "--json", "storm.html"]).stdout)[0];
    let field =
        |name: &str| json["fields"].as_array().expect("fields").iter().find(|field| field["field"] == name).cloned().expect("the field");
    assert_eq!(field("headline")["rule"], "h1");
    assert_eq!(json["findings"][0]["class"], "date-conflict");
    assert_eq!(json["article"]["headline"], "Storm closes harbour");
    sandbox.write("many.jsonl", "{\"id\": \"a\", \"text\": \"One.\"}\n{\"id\": \"b\", \"text\": \"Two.\"}\n");
    for wanted in ["2", "b"] {
        let text = sandbox.ok(&["explain", "many.jsonl", "--article", wanted]).stdout;
        assert!(text.starts_with("2: b, read as jsonl") && !text.contains("One."), "{text}");
    }
    let none = sandbox.run(&["explain", "many.jsonl", "--article", "c"]);
    assert!(none.code == 2 && none.stderr.contains("no article c; it holds 2"), "{none:?}");
}

#[test]
fn an_archive_is_looked_over() {
    let sandbox = Sandbox::new();
    let long = "The harbour of Port Ellery is closed. ".repeat(12);
    sandbox.write(
        "in/good.json",
        format!("{{\"id\": \"1\", \"headline\": \"A\", \"date\": \"2025-04-17\", \"desk\": \"Local\", \"text\": \"{long}\"}}"),
    );
    let fine = sandbox.run(&["lint", "in"]);
    assert_eq!(fine.code, 0, "{fine:?}");
    sandbox.write("in/bad.jsonl", format!("{{\"id\": \"1\", \"text\": \"“{long}\"}}\n{{\"id\": \"2\", \"headline\": \"B\", \"date\": \"2199-01-01\", \"desk\": \"x\", \"text\": \"We use cookies.\"}}\n"));
    let found = sandbox.run(&["lint", "in", "--json"]);
    assert_eq!(found.code, 1, "{found:?}");
    let report: Value = serde_json::from_str(&found.stdout).expect("JSON");
    for class in ["no-date", "future-date", "no-headline", "unbalanced-marks", "short-body", "boilerplate", "duplicate-id", "empty-desk"] {
        assert_eq!(report["counts"][class], 1, "{class}: {report}");
    }
    assert_eq!((&report["articles"], &report["files"]), (&3.into(), &2.into()));
    assert!(
        report["findings"].as_array().expect("findings").iter().all(|finding| finding["path"]
            .as_str()
            .expect("a path")
            .ends_with("bad.jsonl")
            || finding["class"] == "duplicate-id")
    );
    assert_eq!(sandbox.run(&["lint", "in", "--only", "mojibake"]).code, 0);
    let text = sandbox.run(&["lint", "in", "--ignore", "empty-desk"]).stdout;
    assert!(text.contains("future-date 1: a date in the future") && !text.contains("empty-desk"), "{text}");
    assert!(text.contains("“The harbour"), "{text}");
    sandbox.write("in/broken.json", "{\"headline\": ");
    assert_eq!(sandbox.run(&["lint", "in"]).code, 2);
    assert!(sandbox.run(&["lint", "in", "--only", "spelling"]).stderr.contains("the classes are unreadable, no-date"));
}

#[test]
fn a_report_has_a_line_for_every_input() {
    let sandbox = Sandbox::new();
    sandbox.write("in/a.txt", "The harbour is closed.");
    sandbox.write("in/b.json", "{\"headline\": ");
    sandbox.write("in/c.bin", [0, 159, 146, 150]);
    let outcomes = |inputs: &[Value]| -> Vec<(String, String)> {
        let pair = |input: &Value| {
            let path = input["path"].as_str().expect("a path").replace('\\', "/");
            (path.rsplit('/').next().expect("a name").to_owned(), input["outcome"].as_str().expect("an outcome").to_owned())
        };
        inputs.iter().map(pair).collect()
    };
    let pairs = |all: &[(&str, &str)]| all.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect::<Vec<_>>();
    assert_eq!(sandbox.run(&["index", "in", "--report", "r.json"]).code, 2);
    let report: Value = serde_json::from_str(&std::fs::read_to_string(sandbox.path("r.json")).expect("a report")).expect("JSON");
    let first = pairs(&[("a.txt", "indexed"), ("b.json", "failed"), ("c.bin", "skipped")]);
    assert_eq!(outcomes(report["inputs"].as_array().expect("inputs")), first);
    assert_eq!(report["inputs"][0]["format"], "text");
    assert_eq!(sandbox.run(&["index", "in", "--report", "r.jsonl"]).code, 2);
    let again = lines(&std::fs::read_to_string(sandbox.path("r.jsonl")).expect("a report"));
    assert_eq!(outcomes(&again[..3]), pairs(&[("a.txt", "unchanged"), ("b.json", "failed"), ("c.bin", "skipped")]));
    assert_eq!(again[3]["type"], "summary");
}

#[test]
fn compressed_files_and_archives_are_brought_up_to_date() {
    let sandbox = Sandbox::new();
    let zipped = |texts: &[(&str, &str)]| {
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, text) in texts {
            zip.start_file(*name, zip::write::SimpleFileOptions::default()).expect("an entry");
            std::io::Write::write_all(&mut zip, text.as_bytes()).expect("written");
        }
        zip.finish().expect("a ZIP archive").into_inner()
    };
    sandbox.write(
        "in/april.zip",
        zipped(&[
            ("a.txt", "The levy rises."),
            ("b.txt", "The ferry leaves."),
            ("c.jsonl", "{\"id\": \"1\", \"text\": \"The mayor slept.\"}\n"),
        ]),
    );
    assert!(sandbox.ok(&["index", "in"]).stderr.contains("3 articles added"));
    assert!(sandbox.ok(&["index", "in"]).stderr.contains("0 articles added, 0 changed, 0 removed, 3 unchanged"));
    sandbox
        .write("in/april.zip", zipped(&[("a.txt", "The levy falls."), ("c.jsonl", "{\"id\": \"1\", \"text\": \"The mayor slept.\"}\n")]));
    let output = sandbox.ok(&["index", "in"]).stderr;
    assert!(output.contains("0 articles added, 1 changed, 1 removed, 1 unchanged"), "{output}");
    assert_eq!(sandbox.search("articles", "falls", &[])["total"], 1);
    // A damaged archive keeps what the index has of it.
    sandbox.write("in/april.zip", b"PK\x03\x04 damaged");
    assert_eq!(sandbox.run(&["index", "in"]).code, 2);
    assert_eq!(sandbox.search("articles", "mayor", &[])["total"], 1);
}
