//! Whatever the text: no panic, and every span fits.

use super::article;
use crate::quote::{attribute, render};
use proptest::prelude::*;

fn pieces() -> impl Strategy<Value = String> {
    let words = [
        "\"",
        "“",
        "”",
        "'",
        "‘",
        "’",
        "``",
        "''",
        "«",
        "»",
        "„",
        "'''",
        "\n",
        " ",
        ", ",
        ". ",
        "? ",
        ": ",
        "; ",
        " - ",
        "—",
        "(",
        ")",
        "...",
        "…",
        "é",
        "İ",
        "ß",
        "日本",
        "Ann",
        "Moss",
        "Mr.",
        "Sen.",
        "President",
        "the",
        "said",
        "told",
        "saying",
        "called",
        "according to",
        "he",
        "She",
        "who",
        "of",
        "and",
        "'s",
        "’s",
        "U.S.",
        "spokesman",
        "Ministry",
        "Jr.",
        "54",
        "1,300",
        "van",
        "promise",
        "went on",
        "to",
        "was",
        "by",
        "as",
        "a",
        "I.",
        "with",
        "in",
        "Monday",
    ];
    prop::collection::vec((prop::sample::select(words.to_vec()), prop::bool::ANY), 0..60)
        .prop_map(|list| list.into_iter().map(|(word, space)| if space { format!("{word} ") } else { word.to_owned() }).collect())
}

fn holds(text: &str) {
    let article = article(text);
    let body = article.body();
    let found = attribute(&article);
    for quote in &found.quotes {
        assert!(!quote.parts.is_empty());
        assert!(quote.content.fits(body));
        for part in &quote.parts {
            assert!(part.fits(body) && !part.is_empty(), "{part:?} in {text:?}");
            assert!(quote.content.contains(*part), "{:?} holds {part:?} in {text:?}", quote.content);
        }
        assert!(quote.parts.windows(2).all(|pair| pair[0].end <= pair[1].start));
        assert!(quote.cue.is_none_or(|cue| cue.fits(body) && !cue.is_empty()));
        assert!(quote.mention.is_none_or(|mention| mention.fits(body) && !mention.is_empty()));
        assert_eq!(quote.speaker.is_some(), quote.mention.is_some());
        assert!(quote.chain.iter().all(|step| step.fits(body) && !step.is_empty()), "{:?} in {text:?}", quote.chain);
        assert!(quote.speaker.is_none_or(|number| number < found.speakers.len()));
        assert!((0.0..=1.0).contains(&quote.confidence));
    }
    assert!(found.quotes.windows(2).all(|pair| pair[0].parts[0].start <= pair[1].parts[0].start));
    let _ = render::explain(&article, &found);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn pieces_of_news(text in pieces()) {
        holds(&text);
    }

    #[test]
    fn any_text(text in "\\PC{0,80}") {
        holds(&text);
    }
}

#[test]
fn marks_alone_end_in_time() {
    for piece in [
        "officials of ",
        "the head of Ann Moss, ",
        "Ann Moss of ",
        "saying and ",
        "Ann and ",
        "(Ann ",
        "which ",
        "president, ",
        "\"",
        "“",
        "''",
        "' a",
        "\" a",
        "\"a, ",
        "“a ",
        "he said \"a\" and ",
        "\"A.\" ",
        ", X said, ",
    ] {
        let text = format!("{}said \"A.\" He said so, said Ann. \"B,\" he said.", piece.repeat(200_000 / piece.len()));
        let start = std::time::Instant::now();
        let article = article(&text);
        let drawn = render::explain(&article, &attribute(&article));
        assert!(!drawn.is_empty());
        assert!(start.elapsed().as_secs() < 10, "{piece:?}");
    }
}

/// Roles, names and quotation marks in no order: everybody is called ever something else.
#[test]
fn words_without_an_order_end_in_time() {
    const WORDS: [&str; 16] = [
        "Harbour",
        "said",
        "the",
        "mayor",
        "“We",
        "must",
        "pay,”",
        "levy",
        "of",
        "and",
        "1,234",
        "12",
        "Élysée",
        "U.S.",
        "announcement",
        "internationalisation",
    ];
    let (mut text, mut seed) = (String::new(), 4u64);
    while text.len() < 8_000_000 {
        for _ in 0..60 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            text.push_str(WORDS[(seed >> 60) as usize]);
            text.push(' ');
        }
        text.push_str(".\n");
    }
    let article = article(&text);
    let start = std::time::Instant::now();
    assert!(attribute(&article).quotes.len() > 1_000);
    assert!(start.elapsed().as_secs() < 10, "{:?}", start.elapsed());
}
