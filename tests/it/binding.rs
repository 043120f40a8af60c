//! What binds to what: the contract's table, row by row, on a real index.

use crate::sandbox::Sandbox;

/// An article where Arden says "x y" and Brook says "z", body with the word w.
fn table() -> Sandbox {
    let sandbox = Sandbox::new();
    let text = "The wword stands here, in a first paragraph of its own.\n\"Xray yankee,\" said Anna Arden.\n\"Zulu,\" said Bruno Brook.";
    let article = serde_json::json!({"id": "one", "headline": "Two people spoke", "text": text});
    sandbox.write("papers/one.json", article.to_string());
    // A second article holds none of this, so that exclusions have something to leave.
    sandbox.ok(&["index", "papers"]);
    sandbox
}

#[track_caller]
fn check(sandbox: &Sandbox, query: &str, in_quotes: &[&str], in_articles: bool) {
    let named = |word: &str| word.replace("speaker:A", "speaker:Arden").replace("speaker:B", "speaker:Brook");
    let query = named(query).replace("(A OR B)", "(Arden OR Brook)");
    let quotes = sandbox.search("quotes", &query, &[]);
    let mut speakers: Vec<&str> =
        quotes["hits"].as_array().expect("hits").iter().map(|hit| hit["quote"]["speaker"]["name"].as_str().expect("a name")).collect();
    speakers.sort_unstable();
    assert_eq!(speakers, in_quotes, "quotes: {query}");
    assert_eq!(quotes["total"], in_quotes.len(), "quotes: {query}");
    let articles = sandbox.search("articles", &query, &[]);
    assert_eq!(articles["total"], u64::from(in_articles), "articles: {query}");
}

#[test]
fn the_contracts_table_holds() {
    let sandbox = table();
    let (a, b) = ("Anna Arden", "Bruno Brook");
    check(&sandbox, "speaker:A xray", &[a], true);
    check(&sandbox, "speaker:A quote:xray", &[a], true);
    check(&sandbox, "speaker:A quote:zulu", &[], false);
    check(&sandbox, "speaker:A speaker:B", &[], false);
    check(&sandbox, "(speaker:A) (speaker:B)", &[], true);
    check(&sandbox, "speaker:A -quote:zulu", &[a], true);
    check(&sandbox, "speaker:A -quote:xray", &[], false);
    check(&sandbox, "speaker:B OR quote:yankee", &[a, b], true);
    check(&sandbox, "speaker:A wword", &[], true);
    check(&sandbox, "quote:\"xray zulu\"", &[], false);
    check(&sandbox, "speaker:(A OR B)", &[a, b], true);
    check(&sandbox, "-speaker:A", &[b], false);
    check(&sandbox, "wword -speaker:A", &[], false);
}

/// The rows that the page adds to the contract's.
#[test]
fn the_table_grows() {
    let sandbox = table();
    let (a, b) = ("Anna Arden", "Bruno Brook");
    check(&sandbox, "said(Arden, xray)", &[a], true);
    check(&sandbox, "said(Arden, zulu)", &[], false);
    check(&sandbox, "said(Arden, xray) said(Brook, zulu)", &[], true);
    check(&sandbox, "said(Arden OR Brook, zulu)", &[b], true);
    check(&sandbox, "speaker:A quote:(xray w/1 yankee)", &[a], true);
    check(&sandbox, "speaker:A quote:(yankee pre/1 xray)", &[], false);
    check(&sandbox, "xray w/9 zulu", &[], true);
    check(&sandbox, "xray w/5 zulu", &[], false);
    check(&sandbox, "-said(Arden, xray)", &[b], false);
    check(&sandbox, "speaker:?", &[], false);
    check(&sandbox, "-speaker:?", &[a, b], true);
    check(&sandbox, "about:Arden OR mention:Arden", &[a, b], true);
    check(&sandbox, "said(Arden, xray)^3 -headline:silent", &[a], true);
}

#[test]
fn a_negated_group_excludes_when_one_quote_satisfies_all_inside() {
    let sandbox = table();
    check(&sandbox, "wword -(speaker:A quote:xray)", &[], false);
    check(&sandbox, "wword -(speaker:A quote:zulu)", &[], true);
    check(&sandbox, "speaker:A headline:spoke", &["Anna Arden"], true);
    check(&sandbox, "speaker:A body:wword", &["Anna Arden"], true);
    check(&sandbox, "speaker:A headline:silent", &[], false);
}

#[test]
fn flags_are_clauses() {
    let sandbox = table();
    let both = sandbox.search("quotes", "", &["--speaker", "Anna Arden", "--phrase", "xray yankee"]);
    assert_eq!(both["total"], 1);
    assert_eq!(both["query"]["understood"], "speaker:(Anna Arden) quote:\"xray yankee\"");
    let across = sandbox.search("articles", "", &["--speaker", "Brook", "--phrase", "xray yankee"]);
    assert_eq!(across["total"], 0, "Brook did not say it");
    let phrase = sandbox.search("articles", "", &["--phrase", "first paragraph"]);
    assert_eq!(phrase["total"], 1, "without a speaker the phrase may stand anywhere");
}
