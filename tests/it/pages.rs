//! Pages as HTML: every link leads somewhere, whatever stands in articles and queries stays text, and what is typed is answered in words.

use crate::sandbox::{Sandbox, corpus};
use crate::served::Served;
use std::collections::{BTreeSet, VecDeque};

/// The values of an attribute, as they stand in the page, unescaped.
fn attributes(page: &str, name: &str) -> Vec<String> {
    let opening = format!(" {name}=\"");
    let values = page.split(&opening).skip(1).filter_map(|rest| rest.split('"').next());
    values.map(|value| value.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"")).collect()
}

#[test]
fn every_link_leads_somewhere() {
    let served = Served::new(&[]);
    let (mut seen, mut todo) = (BTreeSet::new(), VecDeque::from(["/".to_owned()]));
    let mut pages = 0;
    while let Some(path) = todo.pop_front() {
        let answer = served.get(&path);
        assert_eq!(answer.status, 200, "{path}");
        pages += 1;
        if !answer.header("content-type").starts_with("text/html") {
            continue;
        }
        let page = answer.text();
        let ids = attributes(&page, "id");
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{path}: an id stands there twice");
        for link in attributes(&page, "href").into_iter().chain(attributes(&page, "src")) {
            let (place, anchor) = link.split_once('#').unwrap_or((&link, ""));
            assert!(link.starts_with(['/', '#']) || link.starts_with("https://"), "{path}: {link}");
            if place.is_empty() {
                assert!(ids.iter().any(|id| id == anchor), "{path}: {link}");
            }
            // Some of each kind, so that it ends.
            let kind = place.split(['?', '=']).next().unwrap_or_default().split('/').take(2).collect::<Vec<_>>().join("/");
            let of_kind = seen.iter().filter(|(known, _): &&(String, String)| *known == kind).count();
            if place.starts_with('/') && of_kind < 40 && seen.insert((kind, place.to_owned())) {
                todo.push_back(place.to_owned());
            }
        }
    }
    assert!(pages > 100, "{pages} pages");
}

#[test]
fn a_page_says_what_is_wrong_and_what_would_run() {
    let served = Served::new(&[]);
    let wrong = served.get("/?q=speker%3ALindqvist%20levy");
    assert_eq!(wrong.status, 400);
    let page = wrong.text();
    assert!(page.contains("<span class=\"fault\">speker:</span>Lindqvist levy"), "{page}");
    assert!(attributes(&page, "href").contains(&"/?q=speaker%3ALindqvist+levy".to_owned()));
    let none = served.get("/?q=levvy").text();
    assert!(none.contains("No quotes") && attributes(&none, "href").contains(&"/?q=levy".to_owned()), "{none}");
    let parameter = served.get("/?q=levy&since=17%2F04%2F25").text();
    assert!(parameter.contains("not a date"), "{parameter}");
    for (path, status) in [("/articles/nobody", 404), ("/speakers/Nobody", 404), ("/nowhere", 404), ("/?limt=1", 400)] {
        assert_eq!(served.get(path).status, status, "{path}");
    }
    let nothing = served.ask("GET", "/nowhere", &[("accept", "text/html,*/*;q=0.8")], b"");
    assert!(nothing.status == 404 && nothing.text().contains("<h1>There is no such thing</h1>"), "{nothing:?}");
}

#[test]
fn a_facet_narrows_by_a_clause_that_can_be_read() {
    let served = Served::new(&[]);
    let page = served.get("/?q=levy&in=quotes").text();
    let link = attributes(&page, "href").into_iter().find(|link| link.contains("speaker%3A%22Mara+Lindqvist%22")).expect("a facet");
    let narrowed = served.get(&link).text();
    assert!(attributes(&narrowed, "value").contains(&"levy speaker:\"Mara Lindqvist\"".to_owned()));
    assert!(narrowed.contains("<h1>2 quotes</h1>"), "{narrowed}");
    // The table of the chart narrows the dates.
    let month = attributes(&page, "href").into_iter().find(|link| link.contains("since=2025-05&until=2025-05")).expect("a month");
    assert!(served.get(&month).text().contains(" quotes</h1>"));
}

#[test]
fn an_article_shows_its_quotes_and_what_matched() {
    let served = Served::new(&[]);
    let hit = served.get("/api/v1/quotes?q=levy&speaker=Lindqvist&limit=1").json()["hits"][0].clone();
    let start = hit["quote"]["parts"][0]["start"].as_u64().expect("a byte");
    let key = hit["key"].as_str().expect("a key");
    let page = served.get(&format!("/articles/{key}?q=levy&in=quotes&quote={start}")).text();
    assert!(page.contains(&format!("id=\"q{start}\"")) && page.contains(&format!("id=\"n{start}\"")));
    assert_eq!(page.matches("<mark id=").count(), hit["fragments"][0]["highlights"].as_array().expect("marks").len());
    assert!(page.contains("<mark id=\"m1\">levy</mark>"));
    // The same words in another quote of the article are not marked.
    let all = served.get(&format!("/articles/{key}?q=levy&in=articles")).text();
    assert!(all.matches("<mark id=").count() > page.matches("<mark id=").count());
}

#[test]
fn evidence_of_many_quotes_is_bounded() {
    let sandbox = Sandbox::new();
    let quotes: String = (0..1_500).map(|i| format!("\"We pay {i} crowns for the wall,\" said Ann Moss. ")).collect();
    sandbox.write("long/a.txt", format!("Long\n\n{quotes}\n"));
    sandbox.ok(&["index", "-q", "long"]);
    let served = Served::of(sandbox, &[]);
    let key = served.get("/api/v1/quotes?q=wall&limit=1").json()["hits"][0]["key"].as_str().expect("a key").to_owned();
    let page = served.get(&format!("/articles/{key}?q=wall"));
    assert!(page.status == 200 && page.body.len() < 10_000_000, "{} bytes", page.body.len());
}

#[test]
fn a_long_article_is_shown_in_parts() {
    let sandbox = Sandbox::new();
    let quotes: String = (0..2_800).map(|i| format!("## Day {i}\n\n\"We pay {i} crowns for wall{i},\" said Ann Moss.\n\n")).collect();
    sandbox.write("long/a.md", format!("# Long\n\n{quotes}\"The end,\" said Bo Lund.\n"));
    sandbox.ok(&["index", "-q", "long"]);
    let served = Served::of(sandbox, &[]);
    let hit = served.get("/api/v1/quotes?q=wall2700&limit=1").json()["hits"][0].clone();
    let (key, start) = (hit["key"].as_str().expect("a key"), hit["quote"]["parts"][0]["start"].as_u64().expect("a byte"));
    // Each part once, one after the other, by the links.
    let (mut path, mut shown, mut parts) = (format!("/articles/{key}"), String::new(), 0);
    loop {
        let page = served.get(&path);
        assert!(page.status == 200 && page.body.len() < 5_000_000, "{path}: {} bytes", page.body.len());
        let page = page.text();
        parts += 1;
        assert!(page.contains(&format!("Part {parts} of 3")), "{path}");
        shown.push_str(page.split_once("<div class=\"text\">").expect("a text").1);
        let Some(next) = page.split("<a rel=\"next\" href=\"").nth(1).and_then(|rest| rest.split('"').next()) else { break };
        path = next.replace("&amp;", "&");
    }
    assert_eq!(parts, 3);
    for i in 0..2_800 {
        assert_eq!(shown.matches(&format!("<span class=\"quoted\">We pay {i} crowns")).count(), 1, "{i}");
    }
    // What was looked for is shown, by whichever way it was found; a voice of another part is a link to that part.
    for path in [format!("/articles/{key}?q=wall2700&in=articles"), format!("/articles/{key}?q=wall2700&quote={start}")] {
        let page = served.get(&path).text();
        assert!(page.contains("Part 3 of 3") && page.contains("<mark id=\"m1\">wall2700</mark>"), "{path}");
        assert!(page.contains("and 2,300 more"), "500 of the sections are listed");
    }
    let voices: Vec<String> = attributes(&served.get(&format!("/articles/{key}")).text(), "href");
    let last = voices.iter().find(|link| link.contains("part=3#q")).expect("Bo Lund speaks in the last part");
    let (path, anchor) = last.split_once('#').expect("an anchor");
    assert!(attributes(&served.get(path).text(), "id").contains(&anchor.to_owned()), "{last}");
    // A part that is not there is the last one.
    assert!(served.get(&format!("/articles/{key}?part=99")).text().contains("Part 3 of 3"));
    assert_eq!(served.get(&format!("/articles/{key}?part=x")).status, 400);
}

#[test]
fn an_archive_in_which_nobody_speaks_has_no_list_of_voices() {
    let sandbox = Sandbox::new();
    sandbox.write("quiet/a.txt", "Rain\n\nIt rained all day.\n");
    sandbox.ok(&["index", "-q", "quiet"]);
    let page = Served::of(sandbox, &[]).get("/").text();
    assert!(page.contains("0 quotes in 1 article"), "{page}");
    assert!(!page.contains("Most quoted"));
}

#[test]
fn words_that_are_a_speaker_are_offered_as_one() {
    let served = Served::new(&[]);
    let page = served.get("/?q=Mara+Lindqvist+levy&in=quotes").text();
    let link =
        attributes(&page, "href").into_iter().find(|link| link.starts_with("/?") && link.contains("q=speaker%3A%22Mara+Lindqvist%22+levy"));
    let link = link.expect("a link to her words");
    assert!(served.get(&link).text().contains("<h1>2 quotes</h1>"));
}

/// What would be markup, script or worse in a page that took it as it comes.
const PAYLOADS: [&str; 8] = [
    "<script>window.pwned=1</script>",
    "\"><img src=x onerror=window.pwned=1>",
    "'><svg onload=window.pwned=1>",
    "</title></textarea></style><b>",
    "javascript:window.pwned=1",
    "{{7*7}}${7*7}<%= 7*7 %>",
    "\u{202e}gnp.exe\u{0}\u{1b}[31m",
    "&lt;script&gt;&#x3c;i&#x3e;",
];

#[test]
fn nothing_of_an_article_or_a_query_becomes_markup() {
    let sandbox = Sandbox::new();
    for (i, payload) in PAYLOADS.iter().enumerate() {
        let text = format!(
            "Intro {payload}\n\n{payload} head\n\n\"We pay {payload} now,\" said Ann Moss {payload}, the {payload} minister of {payload}.\n\nShe said \"no {payload}\"."
        );
        let article = serde_json::json!({
            "id": format!("{payload}{i}"), "headline": payload, "text": text, "summary": payload, "date": "2025-04-17", "byline": payload, "authors": [payload],
            "publisher": payload, "desk": payload, "url": payload, "language": payload,
        });
        sandbox.write(&format!("bad/{i} \"'<b>&.json"), article.to_string());
    }
    sandbox.write(
        "bad/speaker.txt",
        "A \"><i>\n\n\"Pay,\" said Ann \"><i>Moss</i>, the <u>minister</u>. \"Go,\" said <script>Moss</script>.\n",
    );
    sandbox.ok(&["index", "-q", "bad", corpus().join("archive").to_str().expect("a path")]);
    let served = Served::of(sandbox, &[]);
    let encoded = |text: &str| text.bytes().map(|b| format!("%{b:02X}")).collect::<String>();
    let mut paths =
        vec!["/".to_owned(), "/speakers".into(), "/?q=*&in=articles".into(), "/?q=*&in=quotes&limit=100".into(), "/?q=pay".into()];
    for payload in PAYLOADS {
        for name in
            ["q", "speaker", "phrase", "desk", "publisher", "headline", "section", "since", "sort", "chart", "by", "cursor", "in", payload]
        {
            paths.push(format!("/?q=pay&{}={}", encoded(name), encoded(payload)).replace(if name == "q" { "q=pay&" } else { "\u{0}" }, ""));
        }
        paths.push(format!("/speakers?q={}", encoded(payload)));
        paths.push(format!("/speakers/{}", encoded(payload)));
        paths.push(format!("/articles/{}", encoded(payload)));
        paths.push(format!("/{}", encoded(payload)));
    }
    let of = |path: &str, list: &str, key: &str| -> Vec<String> {
        served.get(path).json()[list].as_array().expect("a list").iter().filter_map(|one| one[key].as_str().map(str::to_owned)).collect()
    };
    paths.extend(of("/api/v1/search?q=*&limit=100", "hits", "key").iter().map(|key| format!("/articles/{key}?q=pay")));
    paths.extend(of("/api/v1/speakers?limit=100", "speakers", "name").iter().map(|name| format!("/speakers/{}", encoded(name))));
    assert!(paths.len() > 200, "{}", paths.len());
    for path in paths {
        let answer = served.get(&path);
        assert!(answer.status < 500, "{path}");
        if !answer.header("content-type").starts_with("text/html") {
            assert_eq!(answer.header("content-type"), "application/problem+json", "{path}");
            continue;
        }
        let page = answer.text();
        assert_eq!(page.matches("<script").count(), 1, "{path}");
        for tag in ["<img", "<svg onload", "<b>&", "<i>", "<u>", "onerror=w", "<%="] {
            // What is our own has no such attribute or place.
            let inside = page.replace("<b>record</b>", "");
            let is_text = tag == "onerror=w" || tag == "<%=";
            assert!(is_text || !inside.contains(tag), "{path}: {tag}");
        }
        assert!(!page.contains(['\u{0}', '\u{1b}']), "{path}");
        for link in attributes(&page, "href") {
            assert!(link.starts_with(['/', '#']) || link.starts_with("https://") || link.starts_with("http://"), "{path}: {link}");
        }
        // No tag of the page has an attribute that runs.
        for tag in page.split('<').skip(1).filter_map(|rest| rest.split('>').next()) {
            let names = tag.split('"').step_by(2);
            assert!(names.clone().all(|part| !part.contains(" on") || part.starts_with("!")), "{path}: <{tag}>");
        }
        assert_eq!(answer.header("content-security-policy").split(';').next(), Some("default-src 'none'"));
    }
}
