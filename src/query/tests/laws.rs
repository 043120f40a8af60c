//! Laws that hold for every text.

use super::*;
use proptest::prelude::*;

fn sample(list: &'static [&'static str]) -> impl Strategy<Value = String> {
    proptest::sample::select(list).prop_map(str::to_owned)
}

/// Query-ish text: pieces of the language in any order.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[a-z]{1,3}[*,.'’?]?",
        sample(&["AND", "OR", "NOT", "OF", "TO", "(", ")", "-", "+", "\"", "“", "”", "*", "..", "–", ":", "~", "[", "]", ","]),
        sample(&["a", "2", "\"a b\"", "(a OR b)", "speaker:", "date:", "confidence:", "kind:direct", "quote:\"x\""]),
        sample(&[
            "w/5",
            "pre/2",
            "w/s",
            "NEAR/3",
            "atleast2(",
            "hlead(",
            "first5(",
            "caps(",
            "said(",
            "within(section:",
            "^2",
            "~1",
            "/a.b/",
            "="
        ]),
        sample(&["2025-04", "date:>2025", "0.5", "confidence:0.5..", "10:30", "http://a.example", "2 OF (a b)", "é"]),
    ];
    proptest::collection::vec((piece, proptest::bool::weighted(0.7)), 0..12)
        .prop_map(|pieces| pieces.into_iter().map(|(piece, space)| if space { piece + " " } else { piece }).collect())
}

/// Mostly right text: clauses, joined as the language joins them.
fn sentences() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        "[a-zé]{1,4}[*,']?",
        "\"[a-z’:-]{1,3} [a-z]{1,3}\"",
        "(speaker|role|quote|headline|desk):([a-z]{1,3}|\"[a-z]{1,2} [a-z]\"|[a-z]\\*)",
        "date:(20[0-2][0-9](-0[1-9])?(-1[0-9])?(\\.\\.)?|(>|<|>=|<=|\\.\\.)20[0-2][0-9])",
        "confidence:(>=0\\.[0-9]|0\\.[0-4]\\.\\.0\\.[5-9])",
        "(direct|2|OF|10:30|\\*)",
        "[12] OF \\([a-z] [a-z]{2}\\)",
        "=[a-z]{2}|[a-z]{3}[*?][a-z]|[a-z]{5}~[12]|/[a-z.]{1,4}/|\"[a-z] \\* [a-z]\\*\"",
        "[a-z]{1,3} (w|pre|near)/(s|p|[1-9]) (\"[a-z] [a-z]\"|[a-z]{2}\\*|\\([a-z] (OR |)[a-z]\\))",
        "(hlead|first[1-9]|caps)\\([a-z]( OR | | -)[a-z]\\)|atleast[1-9]\\([a-z]( OR | )[a-z]\\)",
        "(speaker|desk|date):\\?|said\\([a-z]( OR [a-z]|), [a-z] (-|)[a-z]\\)|within\\(section:[a-z], [a-z] (speaker:[a-z]|w/3 [a-z])\\)",
    ];
    leaf.prop_recursive(5, 40, 4, |inner| {
        prop_oneof![
            (inner.clone(), "( | AND | OR )", inner.clone()).prop_map(|(a, between, b)| format!("{a}{between}{b}")),
            ("(-|NOT |\\+|-\\()", inner.clone()).prop_map(|(not, a)| if not.ends_with('(') { format!("{not}{a})") } else { not + &a }),
            inner.clone().prop_map(|a| format!("({a})")),
            (inner.clone(), "\\^[1-9]").prop_map(|(a, weight)| format!("({a}){weight}")),
            (inner.clone(), "(hlead|first9|caps|atleast2|said\\(a, |within\\(section:a, )")
                .prop_map(|(a, call)| { if call.ends_with(' ') { format!("{call}{a})") } else { format!("{call}({a})") } }),
            (inner.clone(), "(w/2|pre/s)", inner.clone()).prop_map(|(a, near, b)| format!("({a}) {near} ({b})")),
            inner.prop_map(|a| format!("quote:({a})")),
        ]
    })
}

fn reads_back(text: &str) -> Result<(), TestCaseError> {
    match parse(text) {
        Ok(query) => {
            prop_assert_eq!(parse(&query.to_string()), Ok(query.clone()), "{} printed as {}", text, query);
            for matching in [Match::Any, Match::Percent(50)] {
                let matched = with_match(query.clone(), matching).and(Query::Field(Field::Desk, Box::new(Query::Word("World".into()))));
                prop_assert_eq!(parse(&matched.to_string()), Ok(matched.clone()), "{} printed as {}", text, matched);
            }
            for mode in [Mode::Articles, Mode::Quotes] {
                prop_assert!(!format!("{:?}", bind(&query, mode)).contains("Group("), "{}", text);
            }
        }
        Err(error) => {
            prop_assert!(error.start <= error.end && text.get(error.start..error.end).is_some(), "{}: {:?}", text, error);
            prop_assert!(!error.message.ends_with('.') && !error.with_caret(text).is_empty());
            prop_assert!(error.repair.as_deref().is_none_or(|repair| parse(repair).is_ok()), "{}: {:?}", text, error);
        }
    }
    if let Ok(query) = plain(text) {
        prop_assert_eq!(parse(&query.to_string()), Ok(query.clone()), "{} taken as {}", text, query);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: crate::cases(2000), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,40}", bytes in proptest::collection::vec(any::<char>(), 0..20)) {
        reads_back(&text)?;
        reads_back(&bytes.into_iter().collect::<String>())?;
    }

    #[test]
    fn pieces_of_the_language_read_back(text in pieces()) {
        reads_back(&text)?;
    }

    #[test]
    fn sentences_of_the_language_read_back(text in sentences()) {
        reads_back(&text)?;
    }

    #[test]
    fn values_read_back(text in "[0-9a-zTO:.,<>=*\\[\\]{} \\-]{0,20}") {
        for field in Field::ALL {
            if let Ok(query) = parse_field(field, &text) {
                prop_assert_eq!(parse(&query.to_string()), Ok(query.clone()), "{} printed as {}", text, query);
            }
        }
    }
}
