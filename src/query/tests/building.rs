//! Queries that are built from flags, `--match` and `--plain`.

use super::*;

#[test]
fn flags_join_a_query() {
    let speaker = || parse_field(Field::Speaker, "Anna Weber").unwrap();
    assert_eq!(speaker().to_string(), "speaker:(Anna Weber)");
    assert_eq!(parse("a b").unwrap().and(speaker()).to_string(), "a b speaker:(Anna Weber)");
    assert_eq!(parse("a OR b").unwrap().and(speaker()).to_string(), "(a OR b) speaker:(Anna Weber)");
    assert_eq!(parse_field(Field::Date, "17 April 2025..").unwrap().to_string(), "date:2025-04-17..");
    assert_eq!(parse_field(Field::Confidence, ">=0.5").unwrap().to_string(), "confidence:0.5..");
    assert_eq!(parse_field(Field::Kind, "direct OR mixed").unwrap().to_string(), "kind:(direct OR mixed)");
    assert!(
        parse_field(Field::Speaker, "role:x").is_err()
            && parse_field(Field::Speaker, "").is_err()
            && parse_field(Field::Date, " ").is_err()
    );
    assert_eq!(phrase(" say “peace now” ").unwrap(), Query::Phrase("say peace now".into()));
    assert!(phrase("…").is_err() && phrase("* peace").is_err());
}

#[test]
fn how_many_words_must_match() {
    let matched = |text: &str, matching: &str| with_match(parse(text).unwrap(), matching.parse().unwrap()).to_string();
    assert_eq!(matched("a b c d", "all"), "a b c d");
    assert_eq!(matched("a b c d", "any"), "a OR b OR c OR d");
    assert_eq!(matched("a b c d", "75%"), "3 OF (a b c d)");
    assert_eq!(matched("a b c", "50%"), "2 OF (a b c)");
    assert_eq!(matched("a b c", "1%"), "a OR b OR c");
    assert_eq!(matched("a b c", "100%"), "a b c");
    assert_eq!(matched("speaker:X a \"b c\" -d (e f) g*", "any"), "speaker:X (a OR \"b c\" OR g*) -d (e f)");
    assert_eq!(matched("a -b", "any"), "a -b");
    assert_eq!(matched("a OR b c", "any"), "a OR b c");
    assert_eq!(matched("speaker:X speaker:Y", "50%"), "speaker:X speaker:Y");
    for text in ["", "0%", "101%", "75", "%", "+5%", "most"] {
        assert!(text.parse::<Match>().is_err(), "{text}");
    }
    assert_eq!("75%".parse::<Match>().unwrap().to_string(), "75%");
}

#[test]
fn plain_text_is_words_only() {
    let words = |text: &str| plain(text).unwrap().to_string();
    assert_eq!(words("-speaker:Weber said \"peace AND\" (talks)*, Peace"), "speaker OR Weber OR said OR peace OR and OR talks");
    assert_eq!(words("O’Dell's pro-peace 3.5%"), "O'Dell's OR pro-peace OR 3.5");
    assert_eq!(words("NEAR5"), "near5");
    assert!(plain(" – \"\" ").is_err() && plain(&(0..1025).map(|n| format!("{n} ")).collect::<String>()).is_err());
}

/// Every query that the page shows runs or is refused as the page says, and prints as text that reads back.
#[test]
fn the_page_for_users_is_true() {
    let page = include_str!("../../../docs/query.md");
    let (mut kind, mut seen) = ("", 0);
    for line in page.lines() {
        if let Some(fence) = line.strip_prefix("```") {
            kind = fence;
            continue;
        }
        let in_table = line.strip_prefix("| `").and_then(|row| row.split_once("` |")).map(|(query, _)| query);
        let query = match (kind, in_table) {
            ("", Some(query)) if query.contains(':') => query,
            ("query" | "refused", _) => line,
            _ => continue,
        };
        seen += 1;
        let read = parse(query);
        assert_eq!(read.is_err(), kind == "refused", "{query}: {read:?}");
        if let Ok(read) = read {
            assert_eq!(parse(&read.to_string()), Ok(read));
        }
    }
    assert!(seen >= 50, "only {seen} queries found");
}
