//! What the language means, what it refuses, and the law that a query prints as text that reads back as itself.

mod building;
mod connectors;
mod laws;

use super::*;

/// A query drawn as nested words, so that precedence shows.
fn drawn(query: &Query) -> String {
    let list = |list: &[Query]| list.iter().map(drawn).collect::<Vec<_>>().join(" ");
    match query {
        Query::All => "all".to_owned(),
        Query::Word(word) => word.clone(),
        Query::Phrase(words) => format!("'{words}'"),
        Query::Wildcard(word) => format!("wild:{word}"),
        Query::Exact(word) => format!("exact:{word}"),
        Query::Fuzzy(word, edits) => format!("{word}/{edits}"),
        Query::Regex(expression) => format!("regex:{expression}"),
        Query::Unknown => "unknown".to_owned(),
        Query::Near(near) => {
            let name = if near.ordered { "before" } else { "near" };
            let reach = match near.reach {
                Reach::Words(words) => words.to_string(),
                Reach::Sentence => "s".to_owned(),
                Reach::Paragraph => "p".to_owned(),
            };
            format!("[{name} {reach} {} {}]", drawn(&near.left), drawn(&near.right))
        }
        Query::AtLeast(count, inner) => format!("[{count} times {}]", drawn(inner)),
        Query::Scope(Scope::First(count), inner) => format!("[first {count} {}]", drawn(inner)),
        Query::Scope(scope, inner) => format!("[{} {}]", format!("{scope:?}").to_lowercase(), drawn(inner)),
        Query::Within(crosshead, inner) => format!("[below {} {}]", drawn(crosshead), drawn(inner)),
        Query::Said(speaker, inner) => format!("[{} says {}]", drawn(speaker), drawn(inner)),
        Query::Boost(inner, weight) => format!("{}*{weight}", drawn(inner)),
        Query::DateRange(from, to) => {
            format!("{}/{}", from.map_or("-".into(), |d| d.to_string()), to.map_or("-".into(), |d| d.to_string()))
        }
        Query::NumberRange(from, to) => format!("{}/{}", from.map_or(-1.0, |n| n), to.map_or(2.0, |n| n)),
        Query::Field(field, value) => format!("{}={}", field.name(), drawn(value)),
        Query::And(all) => format!("[and {}]", list(all)),
        Query::Or(any) => format!("[or {}]", list(any)),
        Query::Not(inner) => format!("[not {}]", drawn(inner)),
        Query::Group(inner) => format!("({})", drawn(inner)),
        Query::Least(count, words) => format!("[{count} of {}]", list(words)),
        Query::SaidAs(_) => "names".to_owned(),
        Query::DayOfYear(month, day) => format!("{month:02}-{day:02}"),
        Query::SameQuote(inner) => format!("[same {}]", drawn(inner)),
    }
}

/// Reads a text, compares what was understood, and reads the printed form again.
#[track_caller]
fn check(text: &str, expected: &str) {
    let query = match parse(text) {
        Ok(query) => query,
        Err(error) => panic!("{}", error.with_caret(text)),
    };
    assert_eq!(drawn(&query), expected, "{text}");
    assert_eq!(parse(&query.to_string()).as_ref(), Ok(&query), "{text} printed as {query}");
}

/// Reads a text that is wrong: the error as it is drawn.
#[track_caller]
fn refuse(text: &str, expected: &str) {
    match parse(text) {
        Ok(query) => panic!("{text} was read as {}", drawn(&query)),
        Err(error) => assert_eq!(error.with_caret(text), expected.trim_start_matches('\n'), "{text}"),
    }
}

/// Reads a text that is wrong: message, culprit and suggestion.
#[track_caller]
fn wrong(text: &str, message: &str, culprit: &str, suggestion: &str) {
    match parse(text) {
        Ok(query) => panic!("{text} was read as {}", drawn(&query)),
        Err(error) => {
            assert_eq!((error.message.as_str(), &text[error.start..error.end]), (message, culprit), "{text}");
            assert_eq!(error.suggestion.as_deref().unwrap_or_default(), suggestion, "{text}");
        }
    }
}

#[test]
fn words_phrases_and_beginnings() {
    check("talks", "talks");
    check("peace talks", "[and peace talks]");
    check("  peace\t\ntalks ", "[and peace talks]");
    check("\"peace  plan\" talks", "[and 'peace plan' talks]");
    check("sanction*", "wild:sanction*");
    check("*", "all");
    check("pro-Freedonian", "pro-Freedonian");
    check("Hello, world!", "[and Hello world]");
    check("why? (really).", "[and why (really)]");
    check("peace – talks … now", "[and peace talks now]");
    check("O’Dell ‘quoted’", "[and O'Dell quoted]");
    check("AT&T C++ $5 #budget 50%", "[and AT&T C++ $5 #budget 50%]");
    check("and or not And", "[and and or not And]");
    check("+must may", "[and must may]");
    check("10:30 https://news.example/a?b=c~d*e", "[and 10:30 https://news.example/a?b=c~d*e]");
    check("minister: yes", "[and minister yes]");
    check("Source: ministry", "[and Source ministry]");
    check("\"speaker:x\" \"AND\"", "[and 'speaker:x' 'AND']");
    check("zero\u{200b}width", "[and zero width]");
}

#[test]
fn quotation_marks_of_all_countries() {
    for text in ["\"peace plan\"", "“peace plan”", "„peace plan“", "«peace plan»", "»peace plan«", "″peace plan″"] {
        check(text, "'peace plan'");
    }
    check("“Weber’s plan”", "'Weber's plan'");
}

#[test]
fn operators_and_precedence() {
    check("a AND b", "[and a b]");
    check("a OR b c", "[or a [and b c]]");
    check("a b OR c AND d OR e", "[or [and a b] [and c d] e]");
    check("a -b", "[and a [not b]]");
    check("a NOT b c", "[and a [not b] c]");
    check("a AND NOT b", "[and a [not b]]");
    check("-speaker:A", "[not speaker=A]");
    check("NOT -a", "[not [not a]]");
    check("NOT NOT NOT a", "[not [not [not a]]]");
    check("-\"a b\" -(c d)", "[and [not 'a b'] [not ([and c d])]]");
    check("(a OR b) c", "[and ([or a b]) c]");
    check("((a))", "(a)");
    check("(a (b OR c))", "([and a ([or b c])])");
    check("(speaker:A) (speaker:B)", "[and (speaker=A) (speaker=B)]");
}

#[test]
fn fields() {
    check("speaker:Weber", "speaker=Weber");
    check("SPEAKER:Weber", "speaker=Weber");
    check("speaker:\"Anna Weber\" talks", "[and speaker='Anna Weber' talks]");
    check("speaker:“Anna Weber”", "speaker='Anna Weber'");
    check("speaker:(Weber OR Marsh)", "speaker=[or Weber Marsh]");
    check("speaker:((Weber Marsh))", "speaker=[and Weber Marsh]");
    check("speaker:(Weber)", "speaker=Weber");
    check("speaker:(-Weber)", "speaker=[not Weber]");
    check("speaker:(Weber (Anna OR Jo))", "speaker=[and Weber ([or Anna Jo])]");
    check("quote:sanction* -cue:deny", "[and quote=wild:sanction* [not cue=deny]]");
    check("kind:Direct kind:(mixed OR indirect)", "[and kind=direct kind=[or mixed indirect]]");
    check("headline:10:30", "headline=10:30");
}

#[test]
fn dates_as_people_type_them() {
    // A Thursday.
    let today = Date::ymd(2025, Some(4), Some(17));
    for (text, expected) in [
        ("date:yesterday", "date:2025-04-16"),
        ("date:\"last week\"", "date:2025-04-07..2025-04-13"),
        ("date:last-week", "date:2025-04-07..2025-04-13"),
        ("date:7d levy", "date:2025-04-10..2025-04-17 levy"),
        ("date:\"April 2025\"", "date:2025-04"),
        ("date:\"in April 2025\"", "date:2025-04"),
        ("date:\"17 April 2025\"", "date:2025-04-17"),
        ("date:\"April 2024 to yesterday\"", "date:2024-04..2025-04-16"),
        ("date:2025-Q1..yesterday", "date:2025-01..2025-04-16"),
        ("date:1990s", "date:1990..1999"),
        ("date:>=yesterday", "date:2025-04-16.."),
        ("date:<1990s", "date:..1989"),
        ("date:>1990s", "date:2000.."),
        ("date:(yesterday OR 2023)", "date:(2025-04-16 OR 2023)"),
        ("date:[1990s TO *]", "date:1990.."),
    ] {
        let query = parse_on(text, today).unwrap_or_else(|error| panic!("{}", error.with_caret(text)));
        assert_eq!(query.to_string(), expected, "{text}");
        assert_eq!(parse(&query.to_string()).as_ref(), Ok(&query), "what is printed needs no today");
    }
    let marks = "the quotation marks belong around the whole value";
    wrong("date:\"April 2025\"..", marks, "\"April 2025\"..", "date:\"April 2025..\"");
    wrong("date:2025-04..\"June 2025\" levy", marks, "2025-04..\"June 2025\"", "date:\"2025-04..June 2025\" levy");
    wrong(
        "date:\"17 April 2025\"..\"18 April 2025\"",
        marks,
        "\"17 April 2025\"..\"18 April 2025\"",
        "date:\"17 April 2025..18 April 2025\"",
    );
    wrong("date:>\"April 2025\"", marks, ">\"April 2025\"", "date:\">April 2025\"");
    assert_eq!(parse("date:[\"April 2025\" TO \"June 2025\"]").map(|query| query.to_string()), Ok("date:2025-04..2025-06".to_owned()));
    assert_eq!(parse("date:\"April 2025..June 2025\"").map(|query| query.to_string()), Ok("date:2025-04..2025-06".to_owned()));
    assert!(parse("date:2025-").is_err() && parse("date:-2025").is_err());
    assert!(parse("date:yesterday").is_err(), "nothing is guessed without a today");
    wrong("date:April", "`April` is not a date from 1600 to 9999", "April", value::DATE_ADVICE);
}

#[test]
fn choices() {
    check("2 OF (a \"b c\" d*)", "[2 of a 'b c' wild:d*]");
    check("x 2 OF(a b)", "[and x [2 of a b]]");
    check("quote:(2 OF (a b c))", "quote=[2 of a b c]");
    check("-1 OF (a)", "[not [1 of a]]");
    check("2 AND OF (a)", "[and 2 OF (a)]");
    check("out OF 2", "[and out OF 2]");
    wrong("3 OF (a b)", "there are 2 words to choose from", "3", "2 OF (a b)");
    wrong("2 OF (a speaker:b)", "behind OF stand words and phrases only", "speaker:", "write 2 OF (word word word)");
    wrong("2 OF (a b", "this parenthesis is never closed", "(", "2 OF (a b)");
}

#[test]
fn dates() {
    check("date:2025", "date=2025/2025");
    check("date:2025-04", "date=2025-04/2025-04");
    check("date:2025-04-17,", "date=2025-04-17/2025-04-17");
    check("date:2025-04..2025-06", "date=2025-04/2025-06");
    check("date:2025-04..", "date=2025-04/-");
    check("date:..2025-06", "date=-/2025-06");
    check("date:>=2025-04", "date=2025-04/-");
    check("date:>2025-04", "date=2025-05/-");
    check("date:<2025", "date=-/2024");
    check("date:<2025-03-01", "date=-/2025-02-28");
    check("date:≤2025-12-31", "date=-/2025-12-31");
    check("date:>2025-12-31T23:59:59Z", "date=2026-01-01T00:00:00Z/-");
    check("date:[2025-04 TO 2025-06]", "date=2025-04/2025-06");
    check("date:[* TO 2025-06] x", "[and date=-/2025-06 x]");
    check("date:\"17 April 2025\"", "date=2025-04-17/2025-04-17");
    check("date:(2024 OR 2025-04..)", "date=[or 2024/2024 2025-04/-]");
    check("date:(>=2024-01-01T10:00 ..2025-04-01T10:00)", "date=[and 2024-01-01T10:00/- -/2025-04-01T10:00]");
    check("-date:2025-04-17T10:00:00+02:00", "[not date=2025-04-17T10:00:00+02:00/2025-04-17T10:00:00+02:00]");
    let advice = "write date:2025, date:2025-04-17, date:2025-04..2025-06, date:>=2025-04, date:\"April 2025\", date:\"last week\", date:7d, date:yesterday";
    wrong("date:2025-02-30", "`2025-02-30` is not a date from 1600 to 9999", "2025-02-30", advice);
    wrong("date:2025..04/05/2025", "`04/05/2025` can be read as two dates", "04/05/2025", advice);
    wrong("date:..", "a range needs an end", "..", advice);
    wrong("date:*", "date: needs a value", "*", advice);
    wrong("date:>9999", "dates run from 1600 to 9999", ">9999", advice);
    wrong("date:2025-06..2025-04", "this range ends before it begins", "2025-06..2025-04", "date:2025-04..2025-06");
    wrong("date:{2025 TO 2026}", "a range includes its ends", "{2025 TO 2026}", "date:[2025 TO 2026]");
    wrong("date:[2025 TO 2026", "this bracket is never closed", "[", "date:[2025 TO 2026]");
}

#[test]
fn numbers() {
    check("confidence:>=0.9", "confidence=0.9/2");
    check("confidence:0.5..0.9", "confidence=0.5/0.9");
    check("confidence:1", "confidence=1/1");
    check("confidence:[0.5 TO *]", "confidence=0.5/2");
    let advice = "write a number from 0 to 1: confidence:>=0.9, confidence:0.5..0.9, confidence:1";
    wrong("confidence:90%", "`90%` is not a number from 0 to 1", "90%", advice);
    wrong("confidence:1.1", "`1.1` is not a number from 0 to 1", "1.1", advice);
    wrong("confidence:nan", "`nan` is not a number from 0 to 1", "nan", advice);
    wrong("confidence:>0.9", "a range of numbers includes its ends", ">", "confidence:>=0.9");
}

#[test]
fn errors_are_drawn() {
    refuse(
        "speker:Weber talks",
        "there is no field `speker`; the fields are headline, summary, body, section, quote, speaker, about, mention, role, cue, kind, confidence, byline, desk, publisher, date, on, modified, said-on, date-conflict, place, agency, language\n  speker:Weber talks\n  ^^^^^^^\nhint: speaker:Weber talks",
    );
    refuse("„día“ “plan", "this quotation mark is never closed\n  „día“ “plan\n        ^\nhint: „día“ “plan\"");
    refuse("a\u{1b}[2J ||", "there is no letter or digit in this\n  a [2J ||\n        ^^\nhint: write AND, OR and NOT between words");
}

#[test]
fn unfinished_queries() {
    wrong("", "the query is empty", "", "write a word, or * for everything");
    wrong(" – ", "the query is empty", " – ", "write a word, or * for everything");
    wrong("\"\"", "there is no word between the quotation marks", "\"\"", "write the words of the phrase between the marks");
    wrong("a \"…\" b", "there is no word between the quotation marks", "\"…\"", "a b");
    wrong("AND talks", "nothing stands to the left of `AND`", "AND", "talks");
    wrong("talks AND", "nothing stands to the right of `AND`", "AND", "talks");
    wrong("a OR OR b", "nothing stands to the right of `OR`", "OR", "a OR b");
    wrong("a AND", "nothing stands to the right of `AND`", "AND", "a");
    wrong("NOT", "nothing stands to the right of `NOT`", "NOT", "write AND, OR and NOT in lower case to search for these words");
    wrong("(a OR b", "this parenthesis is never closed", "(", "(a OR b)");
    wrong("a (b (c", "this parenthesis is never closed", "(", "a (b (c))");
    wrong("a)", "no parenthesis is open here", ")", "a");
    wrong("a ()", "nothing stands between the parentheses", "()", "a");
    wrong("speaker:", "nothing stands directly behind speaker:", "speaker:", "write speaker:name or speaker:\"two words\"");
    wrong("speaker: Weber", "nothing stands directly behind speaker:", "speaker:", "speaker:Weber");
    wrong("(speaker:)", "nothing stands directly behind speaker:", "speaker:", "write speaker:name or speaker:\"two words\"");
    wrong("speaker:(Weber quote:x)", "no field can be named within speaker:( )", "quote:", "speaker:(Weber x)");
}

#[test]
fn fields_that_do_not_exist() {
    wrong(
        "author:Weber",
        "there is no field `author`; the fields are headline, summary, body, section, quote, speaker, about, mention, role, cue, kind, confidence, byline, desk, publisher, date, on, modified, said-on, date-conflict, place, agency, language",
        "author:",
        "byline:Weber",
    );
    wrong(
        "speakr: Weber",
        "there is no field `speakr`; the fields are headline, summary, body, section, quote, speaker, about, mention, role, cue, kind, confidence, byline, desk, publisher, date, on, modified, said-on, date-conflict, place, agency, language",
        "speakr:",
        "speaker:Weber",
    );
    wrong(
        "time:noon",
        "there is no field `time`; the fields are headline, summary, body, section, quote, speaker, about, mention, role, cue, kind, confidence, byline, desk, publisher, date, on, modified, said-on, date-conflict, place, agency, language",
        "time:",
        "\"time:noon\"",
    );
    wrong(
        "kind:spoken",
        "there is no kind `spoken`; the kinds are direct, mixed, indirect",
        "spoken",
        "write kind:direct, kind:mixed or kind:indirect",
    );
    wrong("kind:dir", "there is no kind `dir`; the kinds are direct, mixed, indirect", "dir", "kind:direct");
    wrong("speaker:*", "`*` alone cannot be the value of speaker:", "*", "write the beginning of a word, then *: sanction*");
    wrong("about:?", "about: is always known", "?", "write about:name or about:\"two words\"");
    wrong("speaker:role:x", "a second field within a clause", ":", "speaker:\"role:x\"");
    wrong("speaker:OR", "`OR` is an operator here", "OR", "speaker:\"OR\"");
    wrong("desk:>5", "only date and confidence can be compared", ">", "desk:5");
}

#[test]
fn forms_of_other_languages_are_refused() {
    wrong("a && b", "there is no letter or digit in this", "&&", "a AND b");
    wrong("a || b", "there is no letter or digit in this", "||", "a OR b");
    wrong("a|b", "`|` is not an operator here", "|", "a OR b");
    wrong("a&&b", "`&&` is not an operator here", "&&", "a AND b");
    wrong("a & b", "there is no letter or digit in this", "&", "a b");
    wrong("a - b", "this hyphen stands alone", "-", "write -word to exclude a word, or leave the hyphen out");
    wrong("a –b", "a dash before a word: excluded, or only a dash", "–", "a -b");
    wrong("talks --speaker", "two hyphens before a clause", "--", "talks -speaker");
}

#[test]
fn sizes_are_bounded() {
    let deep = |depth: usize| format!("{}a{}", "(b ".repeat(depth), ")".repeat(depth));
    assert!(parse(&deep(100)).is_ok());
    assert_eq!(parse(&deep(101)).unwrap_err().message, "more than 100 groups within each other");
    assert!(parse(&"(".repeat(1 << 20)).is_err() && parse(&"NOT ".repeat(1 << 18)).is_err() && parse(&"-(".repeat(1 << 18)).is_err());
    assert!(parse(&"a ".repeat(1024)).is_ok());
    assert_eq!(parse(&"a ".repeat(1025)).unwrap_err().message, "more than 1024 words and phrases");
    assert!(parse(&"\"a".repeat(1 << 18)).is_err() && parse(&"speaker:".repeat(1 << 18)).is_err() && parse(&"+".repeat(1 << 20)).is_err());
    assert_eq!(parse(&"é".repeat(1 << 19)), Ok(Query::Word("é".repeat(1 << 19))));
    assert_eq!(parse(&"é".repeat(1 << 20)).unwrap_err().message, "the query is longer than 1 MiB");
}
