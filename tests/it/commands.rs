//! The commands around searching: speakers, show, stats, facets, pages, CSV, explained scores, dates as typed, settings, and what the program
//! says of itself.

use crate::sandbox::{Sandbox, corpus};
use serde_json::Value;

/// Two papers, three speakers, one id twice.
fn papers() -> Sandbox {
    let sandbox = Sandbox::new();
    let article = |id: &str, date: &str, paper: &str, desk: &str, text: &str| {
        serde_json::json!({"id": id, "headline": format!("Story {id}"), "date": date, "publisher": paper, "section": desk, "text": text})
            .to_string()
            + "\n"
    };
    let gull = article("g1", "2025-03-01", "The Gull", "World", "\"We must pay,\" said Mara Hale, the mayor. \"We shall,\" she said.")
        + &article("g2", "2025-04-17", "The Gull", "Sport", "\"A good game,\" said coach Jo Tarn. It was late.")
        + &article("g3", "2024", "The Gull", "World", "The levy, said Mara Hale, was \"high\".");
    let tern = article("t1", "2025-04-18T09:00:00+02:00", "The Tern", "World", "\"We must pay,\" said Élodie Marsh. She left.")
        + &article("g1", "2025-04-19", "The Tern", "World", "Nobody spoke of the levy.");
    sandbox.write("news/gull.jsonl", gull);
    sandbox.write("news/tern.jsonl", tern);
    sandbox.ok(&["index", "news"]);
    sandbox
}

fn json(sandbox: &Sandbox, args: &[&str]) -> Value {
    serde_json::from_str(&sandbox.ok(args).stdout).expect("JSON")
}

#[test]
fn speakers_are_counted_with_names_roles_and_dates() {
    let sandbox = papers();
    let all = json(&sandbox, &["speakers", "--json"]);
    let names: Vec<&str> = all["speakers"].as_array().expect("speakers").iter().map(|s| s["name"].as_str().expect("a name")).collect();
    assert_eq!(names[0], "Mara Hale");
    assert_eq!(all["total"], 3, "{names:?}");
    let hale = &all["speakers"][0];
    assert_eq!((&hale["quotes"], &hale["articles"]), (&3.into(), &2.into()));
    assert_eq!((&hale["first"], &hale["last"]), (&"2024-01-01".into(), &"2025-03-01".into()));
    assert_eq!(hale["roles"][0]["role"], "mayor");
    assert_eq!(json(&sandbox, &["speakers", "elod", "--json"])["speakers"][0]["name"], "Élodie Marsh");
    assert_eq!(json(&sandbox, &["speakers", "hal mar", "--json"])["total"], 1);
    assert_eq!(json(&sandbox, &["speakers", "--publisher", "tern", "--json"])["total"], 1);
    assert_eq!(json(&sandbox, &["speakers", "--on", "2025-03", "--json"])["total"], 1);
    assert_eq!(sandbox.run(&["speakers", "zeppelin"]).code, 1);
    assert_eq!(json(&sandbox, &["speakers", "hale, mara", "--json"])["total"], 1, "a pattern is no query");
    assert_eq!(sandbox.run(&["speakers", "--", "..."]).code, 2);
    let text = sandbox.ok(&["speakers", "hale"]).stdout;
    assert!(text.starts_with("Mara Hale  3 quotes in 2 articles, 2024-01-01 to 2025-03-01\n  mayor\n"), "{text}");
    let csv = sandbox.ok(&["speakers", "hale", "--csv"]).stdout;
    assert_eq!(csv, "name,kind,quotes,articles,first,last,names,roles\nMara Hale,person,3,2,2024-01-01,2025-03-01,Mara Hale,mayor\n");
    let lines = sandbox.ok(&["speakers", "--jsonl"]).stdout;
    assert_eq!(lines.lines().count(), 4);
}

#[test]
fn show_takes_ids_keys_quotes_and_files() {
    let sandbox = papers();
    let shown = sandbox.ok(&["show", "g2"]).stdout;
    assert!(shown.starts_with("Story g2\n2025-04-17 · The Gull · Sport · "), "{shown}");
    assert!(shown.contains("“We must").eq(&false) && shown.contains("← Jo Tarn"), "{shown}");
    let quote = sandbox.search("quotes", "speaker:marsh", &[]);
    let (quote_id, key) = (quote["hits"][0]["id"].as_str().expect("an id"), quote["hits"][0]["key"].as_str().expect("a key"));
    for id in [quote_id, key, "t1"] {
        let article = json(&sandbox, &["show", id, "--json"]);
        assert_eq!((&article["headline"], &article["key"]), (&"Story t1".into(), &key.into()));
        assert_eq!(article["quotes"][0]["speaker"]["name"], "Élodie Marsh");
    }
    let twice = sandbox.run(&["show", "g1"]);
    assert_eq!(twice.code, 2);
    assert!(
        twice.stderr.contains("names 2 articles") && twice.stderr.contains("gull.jsonl") && twice.stderr.contains("tern.jsonl"),
        "{}",
        twice.stderr
    );
    assert_eq!(sandbox.run(&["show", "news/gull.jsonl"]).code, 2, "three articles");
    assert_eq!(sandbox.run(&["show", "nothing"]).code, 2);
    sandbox.write("more/one.txt", "A short story\n\n\"We sail,\" said Anna Arden.\n\nIt was a long day for all who came to the quay.\n");
    sandbox.ok(&["index", "more"]);
    assert!(sandbox.ok(&["show", "more/one.txt"]).stdout.contains("← Anna Arden"));
    // The margin beside the text, or below it where there is no room.
    let elsewhere =
        sandbox.command(&["show", "more/one.txt", "--index", "../.onrecord"]).current_dir(sandbox.path("news")).output().expect("it runs");
    assert!(String::from_utf8_lossy(&elsewhere.stdout).contains("← Anna Arden"), "a printed path is found from another folder");
    let wide = String::from_utf8(sandbox.command(&["show", "g2"]).env("COLUMNS", "100").output().expect("it runs").stdout).expect("UTF-8");
    assert!(wide.lines().any(|line| line.starts_with("\"A good game,\"") && line.contains("← Jo Tarn")), "{wide}");
    let narrow = String::from_utf8(sandbox.command(&["show", "g2"]).env("COLUMNS", "50").output().expect("it runs").stdout).expect("UTF-8");
    assert!(
        narrow.lines().any(|line| line.starts_with("    ← Jo Tarn")) && narrow.lines().all(|line| line.chars().count() <= 50),
        "{narrow}"
    );
}

#[test]
fn stats_say_what_an_index_holds() {
    let sandbox = papers();
    let stats = json(&sandbox, &["stats", "--json"]);
    assert_eq!((&stats["articles"], &stats["quotes"], &stats["files"]), (&5.into(), &5.into(), &2.into()));
    assert_eq!((&stats["first"], &stats["last"], &stats["undated"]), (&"2024-01-01".into(), &"2025-04-19".into(), &0.into()));
    let publishers: Vec<String> = stats["publishers"]
        .as_array()
        .expect("papers")
        .iter()
        .map(|p| format!("{} {}", p["value"].as_str().expect("a name"), p["articles"]))
        .collect();
    assert_eq!(publishers, ["The Gull 3", "The Tern 2"]);
    assert!(stats["bytes"].as_u64().expect("bytes") > 1_000);
    assert!(stats["roots"][0]["path"].as_str().expect("a path").ends_with("news"));
    let text = sandbox.ok(&["stats"]).stdout;
    assert!(text.starts_with("articles    5\nquotes      5, "), "{text}");
    let commit = &stats["commit"];
    sandbox.ok(&["index", "news"]);
    assert_eq!(&json(&sandbox, &["stats", "--json"])["commit"], commit, "a run that changes nothing is no commit");
}

#[test]
fn facets_are_counted_over_all_hits() {
    let sandbox = papers();
    let answer = sandbox.search("quotes", "*", &["--facets", "speaker,desk,month,publisher", "--limit", "1"]);
    let values = |name: &str| -> Vec<String> {
        let value = |v: &Value| format!("{} {} {}", v["value"].as_str().unwrap_or("-"), v["quotes"], v["articles"]);
        answer["facets"][name].as_array().expect("values").iter().map(value).collect()
    };
    assert_eq!(values("speaker")[0], "Mara Hale 3 2");
    assert_eq!(values("desk"), ["World 4 3", "Sport 1 1"]);
    assert_eq!(values("month"), ["2024 1 1", "2025-03 2 1", "2025-04 2 2"], "a year alone has no month");
    assert_eq!(values("publisher"), ["The Gull 4 3", "The Tern 1 1"]);
    let few = sandbox.search("quotes", "*", &["--facets", "speaker", "--facet-limit", "1"]);
    assert_eq!(few["facets"]["speaker"].as_array().expect("values").len(), 1);
    assert_eq!(few["facet_values"]["speaker"], 3);
    let articles = sandbox.search("articles", "levy", &["--facets", "desk"]);
    assert_eq!(articles["facets"]["desk"][0]["articles"], 2);
    let csv = sandbox.ok(&["quotes", "*", "--facets", "desk", "--csv"]).stdout;
    assert_eq!(csv, "facet,value,quotes,articles\ndesk,World,4,3\ndesk,Sport,1,1\n");
    let text = sandbox.ok(&["quotes", "*", "--facets", "desk", "-n", "1"]).stdout;
    assert!(text.ends_with("desk     quotes  articles\n  World       4         3\n  Sport       1         1\n"), "{text}");
    assert_eq!(sandbox.run(&["quotes", "*", "--facets", "colour"]).code, 2);
}

#[test]
fn pages_follow_each_other() {
    let sandbox = papers();
    let all = sandbox.search("quotes", "*", &["--limit", "0"]);
    let ids = |answer: &Value| -> Vec<String> {
        answer["hits"].as_array().expect("hits").iter().map(|hit| format!("{} {}", hit["rank"], hit["id"])).collect()
    };
    for sort in ["relevance", "newest", "oldest"] {
        let all = ids(&sandbox.search("quotes", "*", &["--limit", "0", "--sort", sort]));
        let (mut paged, mut cursor) = (Vec::new(), None::<String>);
        loop {
            let mut more = vec!["--limit", "2", "--sort", sort];
            more.extend(cursor.iter().flat_map(|cursor| ["--cursor", cursor.as_str()]));
            let page = sandbox.search("quotes", "*", &more);
            assert_eq!(page["total"], all.len());
            assert!(page["stale"].is_null());
            paged.extend(ids(&page));
            match page["next_cursor"].as_str() {
                Some(next) => cursor = Some(next.to_owned()),
                None => break,
            }
        }
        assert_eq!(paged, all, "{sort}");
    }
    assert!(all["next_cursor"].is_null());
    let first = sandbox.search("quotes", "*", &["--limit", "2"]);
    let cursor = first["next_cursor"].as_str().expect("more").to_owned();
    let other = sandbox.run(&["quotes", "pay", "--cursor", &cursor]);
    assert_eq!(other.code, 2);
    assert!(other.stderr.contains("another query"), "{}", other.stderr);
    assert_eq!(sandbox.run(&["quotes", "*", "--cursor", "beef"]).code, 2);
    let changed = cursor.replace('a', "b");
    assert!(changed == cursor || sandbox.run(&["quotes", "*", "--cursor", &changed]).code == 2, "a cursor is taken as it was given");
    // Another commit: the answer says so and is given all the same.
    sandbox.write("news/new.txt", "A new story stands here\n\n\"We sail,\" said Anna Arden to all who came to the quay.\n");
    sandbox.ok(&["index", "news"]);
    let late = sandbox.run(&["quotes", "*", "--cursor", &cursor, "--json"]);
    assert_eq!(late.code, 0);
    assert!(late.stderr.contains("changed"), "{}", late.stderr);
    assert!(serde_json::from_str::<Value>(&late.stdout).expect("JSON")["stale"].as_str().expect("a reason").contains("changed"));
}

#[test]
fn pages_of_a_folder_stay_good_between_runs() {
    let sandbox = Sandbox::new();
    let folder = corpus().join("archive");
    let folder = folder.to_str().expect("a path");
    let read = |more: &[&str]| -> Value {
        let mut args = vec!["quotes", "--from", folder, "levy", "--json", "-n", "3"];
        args.extend(more);
        serde_json::from_str(&sandbox.ok(&args).stdout).expect("JSON")
    };
    let first = read(&[]);
    let second = read(&["--cursor", first["next_cursor"].as_str().expect("more")]);
    assert!(second["stale"].is_null(), "{second}");
    assert_eq!(second["hits"][0]["rank"], 4);
}

#[test]
fn csv_is_for_spreadsheets() {
    let sandbox = Sandbox::new();
    let article = serde_json::json!({"id": "=1+1", "headline": "=HYPERLINK(\"x\")", "text": "\"We, all of us, pay,\" said Mara Hale. It was late.", "publisher": "@paper"});
    sandbox.write("news/one.json", article.to_string());
    sandbox.ok(&["index", "news"]);
    let output = sandbox.ok(&["quotes", "pay", "--csv"]);
    let mut lines = output.stdout.lines();
    assert_eq!(
        lines.next(),
        Some("rank,id,article,date,publisher,desk,headline,section,speaker,role,mention,kind,confidence,quote,path,url,score")
    );
    let row = lines.next().expect("a row");
    assert!(
        row.starts_with("1,") && row.contains(",'=1+1,") && row.contains(",'@paper,") && row.contains("\"'=HYPERLINK(\"\"x\"\")\""),
        "{row}"
    );
    assert!(row.contains(",Mara Hale,") && row.contains("\"We, all of us, pay,\""), "{row}");
    let articles = sandbox.ok(&["search", "pay", "--output", "csv"]).stdout;
    assert!(articles.starts_with("rank,id,key,date,publisher,desk,headline,section,excerpt,path,url,score\n"), "{articles}");
}

#[test]
fn scores_are_explained_and_add_up() {
    fn adds_up(told: &Value) {
        if let Some(parts) = told["parts"].as_array() {
            let sum: f64 = parts.iter().map(|part| part["value"].as_f64().expect("a number")).sum();
            assert!((sum - told["value"].as_f64().expect("a number")).abs() < 0.001, "{told:#}");
            parts.iter().for_each(adds_up);
        }
    }
    let sandbox = papers();
    for mode in ["articles", "quotes"] {
        let answer = sandbox.search(mode, "speaker:hale pay OR story", &["--explain-score"]);
        for hit in answer["hits"].as_array().expect("hits") {
            let told = &hit["explanation"];
            assert!((told["value"].as_f64().expect("a number") - hit["score"].as_f64().expect("a score")).abs() < 0.001, "{hit:#}");
            adds_up(told);
        }
    }
    let plain = sandbox.search("quotes", "pay", &[]);
    assert!(plain["hits"][0].get("explanation").is_none(), "only where it is asked for");
    let text = sandbox.ok(&["search", "levy", "--explain-score"]).stdout;
    assert!(text.contains("levy in body: once in about"), "{text}");
}

#[test]
fn dates_are_taken_as_people_type_them() {
    let sandbox = papers();
    let total = |more: &[&str]| sandbox.search("articles", "*", more)["total"].as_u64().expect("a total");
    assert_eq!(total(&["--on", "April 2025"]), 3);
    assert_eq!(total(&["--on", "2025-04-17"]), 1);
    assert_eq!(total(&["--on", "17 April 2025"]), 1);
    assert_eq!(total(&["--since", "2025-04-18"]), 2);
    assert_eq!(total(&["--until", "2025-03"]), 2);
    assert_eq!(total(&["--on", "2025-Q1"]), 1);
    assert_eq!(total(&["--on", "2020s"]), 5);
    assert_eq!(total(&["--on", "March 2025 to 17 April 2025"]), 2);
    assert_eq!(sandbox.run(&["search", "*", "--on", "2025.."]).code, 2);
    assert_eq!(total(&["--until", "yesterday"]), 5);
    assert_eq!(total(&["--since", "7d"]), 0);
    let search = |query: &str| sandbox.search("articles", query, &[])["query"]["understood"].as_str().expect("a query").to_owned();
    assert_eq!(search("date:\"April 2025\""), "date:2025-04");
    assert_eq!(search("date:2025-04..2025-06"), "date:2025-04..2025-06");
    let wrong = sandbox.run(&["search", "*", "--since", "soon"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.stderr.contains("last week") && wrong.stderr.contains("2025-04-17"), "{}", wrong.stderr);
    let both = sandbox.run(&["search", "*", "--since", "2025", "--on", "2025"]);
    assert_eq!(both.code, 2);
}

#[test]
fn every_year_from_1600_to_9999_can_be_asked_for() {
    let sandbox = Sandbox::new();
    let years = [1600, 1677, 1899, 1970, 2262, 2500, 9999];
    let lines: String = years
        .iter()
        .map(|year| {
            format!(
                "{{\"id\": \"{year}\", \"headline\": \"Year {year}\", \"date\": \"{year}-12-31\", \"text\": \"A story of its time.\"}}\n"
            )
        })
        .collect();
    sandbox.write("news/all.jsonl", lines);
    sandbox.ok(&["index", "news"]);
    for year in years {
        let answer = sandbox.search("articles", &format!("date:{year}"), &[]);
        assert_eq!((&answer["total"], &answer["hits"][0]["headline"]), (&1.into(), &format!("Year {year}").into()));
    }
    let sorted = sandbox.search("articles", "*", &["--sort", "oldest"]);
    let headlines: Vec<&str> =
        sorted["hits"].as_array().expect("hits").iter().map(|hit| hit["headline"].as_str().expect("a headline")).collect();
    assert_eq!(headlines[0], "Year 1600");
    assert_eq!(headlines[6], "Year 9999");
    let stats = json(&sandbox, &["stats", "--json"]);
    assert_eq!((&stats["first"], &stats["last"]), (&"1600-12-31".into(), &"9999-12-31".into()));
}

#[test]
fn a_flag_wins_over_the_environment_and_that_over_the_file() {
    let sandbox = papers();
    let run = |args: &[&str], vars: &[(&str, &str)]| {
        let mut command = sandbox.command(args);
        vars.iter().for_each(|(name, value)| {
            command.env(name, value);
        });
        command.output().expect("it runs")
    };
    let hits = |args: &[&str], vars: &[(&str, &str)]| {
        let output = run(args, vars);
        serde_json::from_slice::<Value>(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"))["hits"].as_array().expect("hits").len()
    };
    let quotes = ["quotes", "*", "--json"];
    sandbox.write("config/onrecord/config.toml", "limit = 3\ncolor = \"always\"\n");
    assert_eq!(hits(&quotes, &[]), 3);
    assert_eq!(hits(&quotes, &[("ONRECORD_LIMIT", "2")]), 2);
    assert_eq!(hits(&["quotes", "*", "--json", "-n", "1"], &[("ONRECORD_LIMIT", "2")]), 1);
    let coloured = |args: &[&str], vars: &[(&str, &str)]| run(args, vars).stdout.contains(&0x1b);
    assert!(coloured(&["quotes", "pay"], &[]));
    assert!(!coloured(&["quotes", "pay"], &[("ONRECORD_COLOR", "never")]));
    assert!(!coloured(&["quotes", "pay"], &[("NO_COLOR", "1")]), "NO_COLOR is of the environment");
    assert!(!coloured(&["quotes", "pay", "--color", "never"], &[("ONRECORD_COLOR", "always")]));
    // The index: relative to the file; the environment; the flag. A variable does not forbid --from.
    std::fs::rename(sandbox.path(".onrecord"), sandbox.path("elsewhere")).expect("moved");
    assert_eq!(run(&quotes, &[]).status.code(), Some(2));
    sandbox.write("config/onrecord/config.toml", "index = \"../../elsewhere\"\n");
    assert_eq!(hits(&quotes, &[]), 5);
    assert_eq!(run(&quotes, &[("ONRECORD_INDEX", "nowhere")]).status.code(), Some(2));
    assert_eq!(hits(&["quotes", "*", "--json", "--index", "elsewhere"], &[("ONRECORD_INDEX", "nowhere")]), 5);
    assert_eq!(hits(&["quotes", "*", "--json", "--from", "news"], &[("ONRECORD_INDEX", "nowhere")]), 5);
    // Mistakes are named.
    sandbox.write("config/onrecord/config.toml", "limt = 3\n");
    let wrong = run(&quotes, &[]);
    let said = String::from_utf8_lossy(&wrong.stderr).into_owned();
    assert_eq!(wrong.status.code(), Some(2));
    assert!(said.contains("config.toml") && said.contains("limt") && said.contains("limit"), "{said}");
    assert_eq!(run(&["man"], &[]).status.code(), Some(0), "what asks nothing of an index does not read it");
    assert_eq!(run(&quotes, &[("ONRECORD_CONFIG", "nowhere.toml")]).status.code(), Some(2));
    assert_eq!(run(&quotes, &[("ONRECORD_CONFIG", "config/empty.toml")]).status.code(), Some(2));
    sandbox.write("config/empty.toml", "");
    assert_eq!(run(&quotes, &[("ONRECORD_CONFIG", "config/empty.toml"), ("ONRECORD_LIMIT", "many")]).status.code(), Some(2));
}

#[test]
fn words_need_no_quotation_marks_and_options_are_no_words() {
    let sandbox = papers();
    assert_eq!(sandbox.ok(&["quotes", "must", "pay", "--count"]).stdout, "2\n");
    assert_eq!(sandbox.ok(&["quotes", "--speaker", "hale", "-c"]).stdout, "3\n");
    assert_eq!(sandbox.run(&["quotes", "zeppelin", "-c"]).code, 1);
    assert_eq!(sandbox.ok(&["quotes", "-speaker:hale", "-c"]).stdout, "2\n", "a query may begin with a hyphen");
    let wrong = sandbox.run(&["quotes", "--speeker", "hale"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.stderr.contains("no option --speeker") && wrong.stderr.contains("hint: --speaker"), "{}", wrong.stderr);
    let folder = sandbox.run(&["quotes", "pay", "news"]);
    assert_eq!(folder.code, 1);
    assert!(folder.stderr.contains("--from news"), "{}", folder.stderr);
    let counts = sandbox.ok(&["quotes", "--facets", "desk", "--csv"]).stdout;
    assert!(counts.starts_with("facet,value,quotes,articles\ndesk,World,"), "no query counts everything: {counts}");
}

#[test]
fn what_is_left_out_is_said() {
    let sandbox = papers();
    let cut = sandbox.ok(&["quotes", "*", "--csv", "-n", "2"]);
    assert!(cut.stderr.contains("2 of 5 quotes") && cut.stderr.contains("--limit 0"), "{}", cut.stderr);
    assert!(sandbox.ok(&["speakers", "--csv", "-n", "1"]).stderr.contains("1 of 3 speakers"));
    assert!(sandbox.ok(&["quotes", "*", "--facets", "speaker", "--facet-limit", "1", "--csv"]).stderr.contains("--facet-limit 0"));
    assert!(!sandbox.ok(&["search", "*", "--on", "2025"]).stderr.contains("no date"));
    sandbox.write("news/undated.txt", "A story without a date\n\n\"We sail,\" said Anna Arden to all who came to the quay.\n");
    sandbox.write("news/empty.txt", "");
    sandbox.write("news/cms.json", r#"{"title": "Storm", "content": "The storm came."}"#);
    let indexed = sandbox.run(&["index", "news"]);
    assert!(indexed.stderr.contains("1 new article has no date"), "{}", indexed.stderr);
    assert!(indexed.stderr.contains("skipped news/empty.txt: empty"), "{}", indexed.stderr);
    assert!(indexed.stderr.contains("(its keys: content, title)"), "{}", indexed.stderr);
    let dated = sandbox.ok(&["search", "*", "--on", "2025"]);
    assert!(dated.stderr.contains("1 article has no date, and matches no range"), "{}", dated.stderr);
    assert_eq!(sandbox.search("articles", "date:2025", &[])["undated"], 1);
    assert!(sandbox.search("articles", "levy", &[]).get("undated").is_none());
}

#[test]
fn the_program_says_what_it_is() {
    let sandbox = Sandbox::new();
    let version = sandbox.ok(&["--version"]).stdout;
    assert!(version.starts_with(&format!("onrecord {}\nindex format ", env!("CARGO_PKG_VERSION"))), "{version}");
    let fields = sandbox.ok(&["fields"]).stdout;
    for name in onrecord::query::Field::ALL.map(onrecord::query::Field::name) {
        assert!(fields.lines().any(|line| line.starts_with(&format!("{name} "))), "{name}: {fields}");
    }
    let table: Value = serde_json::from_str(&sandbox.ok(&["fields", "--json"]).stdout).expect("JSON");
    assert_eq!(table["format"], onrecord::schema::fields().format);
    assert!(sandbox.ok(&["fields", "--all"]).stdout.contains("(speaker_kind)"));
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let text = sandbox.ok(&["completions", shell]).stdout;
        assert!(text.contains("speakers") && text.contains("facet-limit"), "{shell}");
    }
    let man = sandbox.ok(&["man"]).stdout;
    assert!(man.contains(".TH onrecord 1") && man.contains("ONRECORD QUOTES") && man.contains("EXIT STATUS"), "{man}");
    assert!(!man.contains(env!("CARGO_MANIFEST_DIR")));
    // Every crate that the lock file names for the program is listed with its licence.
    let licences = sandbox.ok(&["licenses"]).stdout;
    for name in ["tantivy ", "trafilatura ", "clap ", "encoding_rs ", "csv "] {
        assert!(licences.lines().any(|line| line.starts_with(name) && line.contains(':')), "{name}");
    }
    assert!(licences.contains("Permission is hereby granted") && licences.contains("Apache License"));
    assert!(!licences.lines().any(|line| line.starts_with("proptest ")), "what only tests need is no part of the program");
}
