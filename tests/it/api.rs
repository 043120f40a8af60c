//! The API: what it answers is what the command line prints, in the shapes of the schemas, and described by the committed document.

use crate::contract::valid;
use crate::sandbox::Sandbox;
use crate::served::{Answer, Served};
use onrecord::server::openapi;
use serde_json::{Value, json};
use std::path::Path;

fn committed(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema").join(name);
    serde_json::from_str(&std::fs::read_to_string(path).expect("the file")).expect("JSON")
}

/// A validator of a schema that may refer to the others.
fn validator(name: &str) -> jsonschema::Validator {
    let mut registry = jsonschema::Registry::new();
    for other in ["hit", "speakers", "timeline"] {
        let schema = committed(&format!("{other}.schema.json"));
        registry = registry.add(format!("urn:onrecord:schema:{other}:1"), schema).expect("a schema");
    }
    let registry = registry.prepare().expect("schemas");
    jsonschema::options().with_registry(&registry).build(&committed(&format!("{name}.schema.json"))).expect("a valid schema")
}

/// Percent-encoded for a query.
fn encoded(text: &str) -> String {
    text.bytes().map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

#[test]
fn the_committed_document_is_what_the_server_describes() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/openapi.json");
    let mut text = serde_json::to_string_pretty(&openapi::document()).expect("JSON");
    text.push('\n');
    if std::env::var_os("ONRECORD_WRITE_DOCS").is_some() {
        std::fs::write(&path, &text).expect("the document is written");
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == text, "schema/openapi.json is not what the code says: ONRECORD_WRITE_DOCS=1 cargo test writes it");
}

#[test]
fn every_parameter_is_a_flag_of_the_command_line() {
    let sandbox = Sandbox::new();
    for (route, command) in [("search", "search"), ("quotes", "quotes"), ("timeline", "timeline"), ("speakers", "speakers")] {
        let help = sandbox.ok(&[command, "--help"]).stdout;
        let known = openapi::document()["paths"][format!("/api/v1/{route}")]["get"]["parameters"].clone();
        for parameter in known.as_array().expect("parameters") {
            let name = parameter["name"].as_str().expect("a name");
            // Whoever waits for a server may say for how long; a timeline on the command line ends when it is ready.
            let is_of_server = command == "timeline" && ["timeout", "partial"].contains(&name);
            assert!(name == "q" || is_of_server || help.contains(&format!("--{name}")), "{command} has no --{name}");
        }
        // And every flag that asks something is a parameter.
        let flags = help.lines().filter_map(|line| line.trim_start().trim_start_matches(|c| c != '-').split("--").nth(1));
        for flag in flags.filter_map(|flag| flag.split(|c: char| !c.is_ascii_alphabetic() && c != '-').next()) {
            let own = ["index", "from", "people", "count", "json", "jsonl", "csv", "color", "verbose", "help"];
            // Timelines and speakers have fewer; what is left out there is what shapes hits.
            let is_known = known.as_array().expect("parameters").iter().any(|parameter| parameter["name"] == flag);
            assert!(is_known || own.contains(&flag), "the API's {route} has no {flag}");
        }
    }
}

#[test]
fn the_api_answers_what_the_command_line_prints() {
    let served = Served::new(&[]);
    for (route, query, args) in [
        ("search", "q=levy", vec!["search", "levy"]),
        ("search", "q=levy&in=quotes&limit=3", vec!["search", "levy", "--in", "quotes", "-n", "3"]),
        ("quotes", "q=levy&speaker=Lindqvist", vec!["quotes", "levy", "--speaker", "Lindqvist"]),
        ("quotes", "speaker=Lindqvist&phrase=harbour%20levy", vec!["quotes", "--speaker", "Lindqvist", "--phrase", "harbour levy"]),
        (
            "quotes",
            "q=wall&since=2025-06&until=2025-07&sort=newest",
            vec!["quotes", "wall", "--since", "2025-06", "--until", "2025-07", "--sort", "newest"],
        ),
        ("quotes", "q=wall&on=June%202025", vec!["quotes", "wall", "--on", "June 2025"]),
        (
            "quotes",
            "q=levy&indirect=true&facets=speaker,desk&facet-limit=2",
            vec!["quotes", "levy", "--indirect", "--facets", "speaker,desk", "--facet-limit", "2"],
        ),
        ("quotes", "q=levy&min_confidence=0.9", vec!["quotes", "levy", "--min-confidence", "0.9"]),
        (
            "search",
            "q=harbour%20levy%20storm&match=any&explain-score=true",
            vec!["search", "harbour levy storm", "--match", "any", "--explain-score"],
        ),
        ("search", "q=levy%20AND%20storm&plain=true", vec!["search", "levy AND storm", "--plain"]),
        ("search", "q=speker%3ALindqvist%20levy&lenient=true", vec!["search", "speker:Lindqvist levy", "--lenient"]),
        ("search", "q=harbour%20PRE%2F3%20levy&syntax=nexis", vec!["search", "harbour PRE/3 levy", "--syntax", "nexis"]),
        (
            "search",
            "q=wall&desk=National&publisher=Courier&recency=30d",
            vec!["search", "wall", "--desk", "National", "--publisher", "Courier", "--recency", "30d"],
        ),
        ("search", "q=wall&headline=storm&section=bill", vec!["search", "wall", "--headline", "storm", "--section", "bill"]),
        ("quotes", "q=levy&offsets=utf-16", vec!["quotes", "levy", "--offsets", "utf-16"]),
        ("quotes", "q=levyx&explain=true", vec!["quotes", "levyx", "--explain"]),
        (
            "quotes",
            "q=levy&kwic=true&kwic-sort=right&kwic-width=20",
            vec!["quotes", "levy", "--kwic", "--kwic-sort", "right", "--kwic-width", "20"],
        ),
        ("timeline", "q=wall&by=week&in=quotes", vec!["timeline", "wall", "--by", "week", "--in", "quotes"]),
        ("speakers", "q=lindq&desk=politics", vec!["speakers", "lindq", "--desk", "politics"]),
        ("speakers", "limit=0", vec!["speakers", "--limit", "0"]),
    ] {
        for (form, flag) in [("json", "--json"), ("jsonl", "--jsonl"), ("csv", "--csv")] {
            if form == "csv" && query.contains("offsets") {
                continue;
            }
            let mut args = args.clone();
            args.push(flag);
            let printed = served.sandbox.run(&args);
            let answer = served.get(&format!("/api/v1/{route}?{query}&output={form}"));
            assert_eq!(answer.status, 200, "{query}: {}", answer.text());
            assert_eq!(answer.text().trim_end(), printed.stdout.trim_end(), "{route} {query} {form}");
        }
    }
    let printed = served.sandbox.ok(&["stats", "--json"]).stdout;
    assert_eq!(served.get("/api/v1/stats").text().trim_end(), printed.trim_end());
    let shown = served.sandbox.ok(&["show", "SW-20250623-0902", "--json"]).stdout;
    assert_eq!(served.get("/api/v1/articles/SW-20250623-0902").text().trim_end(), shown.trim_end());
    assert_eq!(served.get("/api/v1/schema").json(), committed("fields.json"));
    assert_eq!(served.get("/api/v1/openapi.json").json(), committed("openapi.json"));
}

#[test]
fn answers_have_the_shapes_of_their_schemas() {
    let served = Served::new(&[]);
    for (path, schema) in [
        ("search?q=levy&facets=speaker/month", "hit"),
        ("quotes?speaker=Lindqvist", "hit"),
        ("quotes?q=levy&kwic=true", "kwic"),
        ("facets?q=wall&in=quotes", "hit"),
        ("facets", "hit"),
        ("articles/SW-20250623-0902", "extract"),
        ("speakers", "speakers"),
        ("speakers/Mara%20Lindqvist", "speaker"),
        ("timeline?q=levy&by=day", "timeline"),
        ("timeline", "timeline"),
        ("suggest?q=speaker:lin", "suggest"),
        ("suggest?q=lindqist", "suggest"),
        ("suggest", "suggest"),
        ("stats", "stats"),
    ] {
        let answer = served.get(&format!("/api/v1/{path}"));
        let is_empty = answer.status == 400 && path == "timeline";
        assert!(answer.status == 200 || is_empty, "{path}: {}", answer.text());
        valid(&validator(if is_empty { "problem" } else { schema }), &answer.json());
    }
    let speaker = served.get("/api/v1/speakers/Mara%20Lindqvist").json();
    assert_eq!(speaker["speaker"]["name"], "Mara Lindqvist");
    assert!(speaker["together"].as_array().is_some_and(|list| list.iter().any(|other| other["name"] == "Casper Dreyling")), "{speaker:#}");
    // The words of a speaker are theirs: of "official" not those of every official.
    for speaker in served.get("/api/v1/speakers?limit=80").json()["speakers"].as_array().expect("speakers") {
        let name = speaker["name"].as_str().expect("a name");
        let profile = served.get(&format!("/api/v1/speakers/{}", encoded(name))).json();
        assert_eq!((profile["timeline"]["total"].as_u64(), &profile["speaker"]), (speaker["quotes"].as_u64(), speaker), "{name}");
    }
    let suggested = served.get("/api/v1/suggest?q=levy%20speaker%3Alin").json();
    assert_eq!(suggested["suggestions"][0]["text"], "levy speaker:\"Mara Lindqvist\"");
    for (typed, text) in
        [("levy%20mara%20lind", "levy speaker:\"Mara Lindqvist\""), ("levy%20OR%20lindq", "levy OR speaker:\"Mara Lindqvist\"")]
    {
        let suggested = served.get(&format!("/api/v1/suggest?q={typed}")).json();
        assert!(suggested["suggestions"].as_array().expect("a list").iter().any(|one| one["text"] == text), "{typed}: {suggested}");
    }
    // Facets are counted over all hits, and no hits are shown.
    let facets = served.get("/api/v1/facets?q=levy&in=quotes&facets=speaker").json();
    assert!(
        facets["hits"].as_array().is_some_and(Vec::is_empty) && facets["facets"]["speaker"].as_array().is_some_and(|list| list.len() > 2)
    );
}

#[test]
fn what_is_wrong_is_said_as_a_problem() {
    let served = Served::new(&[]);
    let problem = |path: &str| -> (u16, Value) {
        let answer = served.get(path);
        assert_eq!(answer.header("content-type"), "application/problem+json", "{path}");
        valid(&validator("problem"), &answer.json());
        assert_eq!(answer.json()["status"], answer.status);
        (answer.status, answer.json())
    };
    let (status, query) = problem("/api/v1/search?q=speker%3ALindqvist%20levy");
    assert_eq!((status, query["query"]["start"].as_u64(), query["query"]["end"].as_u64()), (400, Some(0), Some(7)));
    assert_eq!(query["query"]["repair"], "speaker:Lindqvist levy");
    assert!(query["detail"].as_str().is_some_and(|detail| detail.starts_with("there is no field `speker`")));
    // The words are the command line's.
    let printed = served.sandbox.run(&["search", "speker:Lindqvist levy"]).stderr;
    assert!(printed.contains(query["detail"].as_str().expect("text")), "{printed}");
    let (_, value) = problem("/api/v1/quotes?speaker=%22open");
    assert_eq!(value["query"]["text"], "\"open");
    for (path, status, part) in [
        ("/api/v1/search?q=levy&limit=x", 400, "not a whole number"),
        ("/api/v1/search?q=levy&limt=1", 400, "did you mean `limit`?"),
        ("/api/v1/search?q=levy&limit=0", 400, "output=jsonl"),
        ("/api/v1/search?q=levy&limit=1001", 400, "at most 1000"),
        ("/api/v1/search", 400, "nothing to search for: give a query, or a parameter"),
        ("/api/v1/search?q=levy&since=2026&until=2025", 400, "since 2026 is later than until 2025"),
        ("/api/v1/search?q=levy&kwic=true&kwic-width=1001", 400, "no more than 1000"),
        ("/api/v1/search?q=levy&cursor=00ff00ff", 400, "not a cursor"),
        ("/api/v1/stats?x=1", 400, "there is no parameter"),
        ("/api/v1/articles/nobody", 404, "there is no article `nobody`"),
        ("/api/v1/speakers/Nobody", 404, "nobody speaks under the name"),
        ("/api/v1/moon", 404, "/api/v1/openapi.json"),
    ] {
        let (found, answer) = problem(path);
        assert_eq!(found, status, "{path}");
        assert!(answer["detail"].as_str().is_some_and(|detail| detail.contains(part)), "{path}: {answer}");
    }
    assert_eq!(served.ask("POST", "/api/v1/search?q=levy", &[], b"x").status, 405);
    assert_eq!(served.ask("HEAD", "/api/v1/search?q=levy", &[], b"").status, 200);
}

#[test]
fn an_id_of_several_articles_is_a_problem_that_lists_them() {
    let sandbox = Sandbox::new();
    for folder in ["a", "b"] {
        sandbox.write(&format!("{folder}/x.json"), r#"{"id": "7", "headline": "No", "text": "\"No,\" said Ann Moss."}"#);
    }
    sandbox.ok(&["index", "-q", "a", "b"]);
    let served = Served::of(sandbox, &[]);
    let answer = served.get("/api/v1/articles/7");
    assert_eq!(answer.status, 409);
    let keys = answer.json()["keys"].as_array().expect("keys").clone();
    assert_eq!(keys.len(), 2);
    for key in keys {
        assert_eq!(served.get(&format!("/api/v1/articles/{}", key.as_str().expect("a key"))).status, 200);
    }
}

#[test]
fn the_form_of_an_answer_is_what_accept_says() {
    let served = Served::new(&[]);
    let of = |accept: &str, path: &str| -> Answer { served.ask("GET", path, &[("accept", accept)], b"") };
    let path = "/api/v1/quotes?q=levy&limit=2";
    for (accept, kind) in [
        ("*/*", "application/json"),
        ("application/json", "application/json"),
        ("text/csv", "text/csv; charset=utf-8; header=present"),
        ("application/jsonl", "application/jsonl"),
        ("application/x-ndjson", "application/jsonl"),
        ("text/html, text/csv;q=0.5, application/json;q=0.9", "application/json"),
        ("application/json;q=0, text/csv", "text/csv; charset=utf-8; header=present"),
    ] {
        let answer = of(accept, path);
        assert_eq!((answer.status, answer.header("content-type")), (200, kind), "{accept}");
    }
    assert_eq!(of("image/png", path).status, 406);
    assert_eq!(of("text/csv", "/api/v1/stats").status, 406);
    // A parameter goes before the header.
    assert_eq!(of("text/csv", &format!("{path}&output=json")).header("content-type"), "application/json");
}

#[test]
fn an_answer_that_has_not_changed_is_not_sent_again() {
    let served = Served::new(&[]);
    let path = "/api/v1/quotes?q=levy";
    let first = served.get(path);
    let tag = first.header("etag").to_owned();
    assert!(tag.starts_with("W/\""), "{tag}");
    let again = served.ask("GET", path, &[("if-none-match", &tag)], b"");
    assert_eq!((again.status, again.body.len(), again.header("etag")), (304, 0, tag.as_str()));
    assert_ne!(served.get("/api/v1/quotes?q=wall").header("etag"), tag);
    // In another form it is another answer.
    assert_eq!(served.ask("GET", path, &[("if-none-match", &tag), ("accept", "text/csv")], b"").status, 200);
    // After a commit as well.
    served.sandbox.write("more/levy.txt", "More\n\n\"The levy goes,\" said Ann Moss.\n");
    served.sandbox.ok(&["index", "-q", "more"]);
    let fresh = (0..100).find_map(|_| {
        std::thread::sleep(std::time::Duration::from_millis(50));
        Some(served.ask("GET", path, &[("if-none-match", &tag)], b"")).filter(|answer| answer.status == 200)
    });
    let fresh = fresh.expect("the commit is taken up");
    assert_eq!(fresh.json()["total"].as_u64(), first.json()["total"].as_u64().map(|total| total + 1));
}

#[test]
fn answers_are_compressed_for_those_who_read_that() {
    let served = Served::new(&[]);
    let path = "/api/v1/quotes?q=wall";
    let plain = served.get(path);
    let packed = served.ask("GET", path, &[("accept-encoding", "gzip")], b"");
    assert_eq!(packed.header("content-encoding"), "gzip");
    let mut text = String::new();
    std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(packed.body.as_slice()), &mut text).expect("gzip");
    assert_eq!(text, plain.text());
    let packed = served.ask("GET", path, &[("accept-encoding", "zstd, gzip;q=0.5")], b"");
    assert_eq!(packed.header("content-encoding"), "zstd");
    assert_eq!(zstd::decode_all(packed.body.as_slice()).expect("zstd"), plain.body);
    assert_eq!(plain.header("content-encoding"), "");
}

#[test]
fn pages_and_downloads_give_every_hit_once() {
    let served = Served::new(&[]);
    let ids =
        |hits: &Value| hits.as_array().expect("hits").iter().map(|hit| hit["id"].as_str().expect("an id").to_owned()).collect::<Vec<_>>();
    let whole: Vec<Value> = served.get("/api/v1/quotes?q=*&limit=0&output=jsonl").lines();
    let (summary, hits) = whole.split_last().expect("a summary");
    assert_eq!((summary["type"].as_str(), summary["total"].as_u64()), (Some("summary"), Some(hits.len() as u64)));
    let (mut paged, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = served.get(&format!("/api/v1/quotes?q=*&limit=100&cursor={cursor}")).json();
        paged.extend(ids(&page["hits"]));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(paged, ids(&json!(hits)));
    let printed = served.sandbox.ok(&["quotes", "*", "--limit", "0", "--csv"]).stdout;
    let table = served.get("/api/v1/quotes?q=*&limit=0&output=csv");
    assert_eq!(table.text(), printed);
    assert_eq!(table.header("content-disposition"), "attachment; filename=\"quotes.csv\"");
}

#[test]
fn a_download_of_several_pages_is_what_the_command_line_prints() {
    let sandbox = Sandbox::new();
    let lines: String = (0..2_300)
        .map(|i| format!("{{\"id\": \"{i}\", \"headline\": \"Levy {i}\", \"text\": \"The levy rose. \\\"No,\\\" said Ann Moss.\"}}\n"))
        .collect();
    sandbox.write("many/a.jsonl", lines);
    sandbox.ok(&["index", "-q", "many"]);
    let served = Served::of(sandbox, &[]);
    for (form, flag) in [("csv", "--csv"), ("jsonl", "--jsonl")] {
        for limit in ["0", "1500"] {
            let printed = served.sandbox.ok(&["search", "levy", "--limit", limit, flag]).stdout;
            let sent = served.get(&format!("/api/v1/search?q=levy&limit={limit}&output={form}"));
            assert_eq!(sent.status, 200);
            let (sent, printed): (Vec<String>, Vec<&str>) = (sent.text().lines().map(str::to_owned).collect(), printed.lines().collect());
            assert_eq!(sent.len(), printed.len(), "{form} {limit}");
            assert!(sent == printed, "{form} {limit}: {:?}", sent.iter().zip(&printed).find(|(a, b)| a != *b));
        }
    }
}

/// A way in, with values encoded here and nowhere else.
#[test]
fn any_text_in_any_parameter_is_answered() {
    let served = Served::new(&[]);
    let names = ["q", "speaker", "since", "facets", "cursor", "in", "limit", "recency", "timeout", "match", "sort", "kwic-width"];
    for text in [
        "",
        "\"",
        "((((",
        "a:b:c",
        "\u{0}\u{1b}[31m",
        "é日本\u{202e}",
        "-",
        "*",
        "w/5",
        "~~~",
        &"x".repeat(5_000),
        "\u{feff}",
        "%00",
        "<script>",
    ] {
        for name in names {
            let answer = served
                .get(&format!("/api/v1/search?q=levy&{name}={}", encoded(text)).replace(if name == "q" { "q=levy&" } else { "\u{0}" }, ""));
            assert!(matches!(answer.status, 200 | 400), "{name}={text:?}: {}", answer.text());
        }
    }
    for raw in [
        "/api/v1/search?q=%ff%fe",
        "/api/v1/search?q=%",
        "/api/v1/search?&&&=&q=levy",
        "/api/v1/articles/%ff",
        "/api/v1/speakers/%2e%2e",
        "/api/v1/articles/",
    ] {
        let status = served.get(raw).status;
        assert!((200..500).contains(&status), "{raw}: {status}");
    }
}
