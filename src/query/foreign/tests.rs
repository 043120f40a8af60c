//! What each system's queries become, row by row: the query, its translation, and a part of every sentence on what was lost.

mod factiva;
mod lucene;
mod nexis;
mod proquest;

use super::{MAX_BYTES, Syntax, translate};

/// A query, what it becomes, and for each loss in order some words of its sentence.
type Row = (&'static str, &'static str, &'static [&'static str]);

/// A query, the bytes that are refused, and some words of the message.
type Refusal = (&'static str, &'static str, &'static str);

#[track_caller]
fn check(syntax: Syntax, rows: &[Row]) {
    assert!(rows.len() >= 25, "{syntax}: {} rows", rows.len());
    let failed: Vec<String> = rows.iter().filter_map(|row| wrong(syntax, row)).collect();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

/// What is wrong with the translation of a row, if anything.
fn wrong(syntax: Syntax, (text, query, lost): &Row) -> Option<String> {
    let translation = match translate(text, syntax) {
        Ok(translation) => translation,
        Err(error) => return Some(format!("{text}\n  {error:?}")),
    };
    let is_said = |(sentence, words): (&String, &&str)| sentence.contains(words) && sentence.ends_with('.');
    let is_read = crate::query::parse(&translation.query).is_ok();
    let is_right =
        is_read && translation.query == *query && translation.lost.len() == lost.len() && translation.lost.iter().zip(*lost).all(is_said);
    (!is_right).then(|| format!("{text}\n  {translation:#?}"))
}

#[track_caller]
fn check_refused(syntax: Syntax, rows: &[Refusal]) {
    let failed: Vec<String> = rows.iter().filter_map(|row| wrongly_refused(syntax, row)).collect();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

/// What is wrong with a refusal, if anything.
fn wrongly_refused(syntax: Syntax, (text, marked, words): &Refusal) -> Option<String> {
    let error = match translate(text, syntax) {
        Ok(translation) => return Some(format!("{text}\n  {translation:#?}")),
        Err(error) => error,
    };
    let is_style = !error.message.ends_with('.') && !error.message.starts_with(|c: char| c.is_ascii_uppercase());
    let is_right = error.message.contains(words) && text.get(error.start..error.end) == Some(*marked) && error.suggestion.is_some();
    (!is_right || !is_style).then(|| format!("{text}\n  {error:?}"))
}

#[test]
fn a_syntax_has_one_name() {
    for syntax in Syntax::ALL {
        assert_eq!(syntax.to_string().to_uppercase().parse(), Ok(syntax));
    }
    assert_eq!("westlaw".parse::<Syntax>(), Err("there is no syntax `westlaw`; write nexis, factiva, proquest, lucene".to_owned()));
}

#[test]
fn limits_hold() {
    for syntax in Syntax::ALL {
        let refused = |text: &str, words: &str| {
            let error = translate(text, syntax).expect_err("refused");
            assert!(error.message.contains(words), "{syntax}: {error:?}");
        };
        refused(&"(".repeat(200_000), "more than 100 groups");
        refused(&format!("{}a{}", "(".repeat(101), ")".repeat(101)), "more than 100 groups");
        refused(&"a or ".repeat(200_000), "more than 1024 words");
        refused(&" ".repeat(MAX_BYTES + 1), "longer than 1 MiB");
        refused("  \n", "the query is empty");
        assert!(translate(&format!("{}a{}", "(".repeat(99), ")".repeat(99)), syntax).is_ok());
        let long = vec!["harbour"; 1000].join(if syntax == Syntax::Lucene { " OR " } else { " or " });
        assert!(translate(&long, syntax).is_ok(), "{syntax}");
    }
    let chain = vec!["harbour"; 90].join(" w/5 ");
    assert!(translate(&chain, Syntax::Nexis).is_ok());
    assert!(translate(&chain.replace("w/5", "PRE/5"), Syntax::Proquest).is_ok());
}

/// Pieces that a careless reader would go over again and again.
#[test]
fn long_texts_take_linear_time() {
    for piece in
        ["a", "a ", "(", "[", "\"", "\"a\" ", "/", "/N5/", "a/N5/", "\\", "\\u00e9", "!", "*", "-", "a:", "date ", "hd=", "[a TO ", "é"]
    {
        for syntax in Syntax::ALL {
            let text = piece.repeat(MAX_BYTES / piece.len());
            if let Err(error) = translate(&text, syntax) {
                assert!(text.get(error.start..error.end).is_some() && error.message.len() < 400, "{syntax}: {piece}");
            }
        }
    }
}

/// Steele, Lea and Flood's SplitMix64.
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// True for a query whose quotation marks and parentheses are closed. Regular expressions hold what they like.
fn is_balanced(query: &str) -> bool {
    let (mut depth, mut is_quoted) = (0_i32, false);
    for c in query.chars() {
        is_quoted ^= c == '"';
        depth += i32::from(c == '(' && !is_quoted) - i32::from(c == ')' && !is_quoted);
        if depth < 0 {
            return query.contains('/');
        }
    }
    !query.is_empty() && (depth == 0 && !is_quoted || query.contains('/'))
}

/// Pieces of all four languages, with and without sense between them.
#[test]
fn nothing_makes_it_panic_and_errors_stand_within_the_text() {
    const PIECES: [&str; 72] = [
        "harbour",
        "strike",
        "élan",
        "日本",
        "a",
        "7",
        "x!",
        "y*",
        "wom?n",
        "z$2",
        "farm[*3]",
        "*",
        "!",
        " ",
        " ",
        " ",
        " ",
        " and ",
        " or ",
        " not ",
        " and not ",
        " AND ",
        " OR ",
        " NOT ",
        "&&",
        "||",
        "+",
        "-",
        "(",
        "(",
        ")",
        ")",
        "[",
        "]",
        "{",
        "}",
        "\"",
        "\"",
        "“",
        "”",
        " w/5 ",
        " pre/3 ",
        " /s ",
        " w/p ",
        " not w/2 ",
        " adj3 ",
        " near5 ",
        "/N5/",
        "/F50/",
        " same ",
        "atleast3",
        "atleast2(",
        "hd=",
        "wc>",
        "hlead(",
        "caps(",
        "date",
        " aft ",
        " from ",
        " to ",
        "2020",
        "1/1/2020",
        "20200131",
        "pd(",
        "ti,ab(",
        "title:",
        "date:[",
        " TO ",
        "~",
        "^2",
        "\\",
        "/",
    ];
    let mut state = 17;
    for round in 0..40_000 {
        let length = 1 + next(&mut state) % 14;
        let mut text = String::new();
        for _ in 0..length {
            match next(&mut state) % 20 {
                0 => text.extend(char::from_u32((next(&mut state) % 0x3000) as u32)),
                _ => text.push_str(PIECES[(next(&mut state) % PIECES.len() as u64) as usize]),
            }
        }
        let syntax = Syntax::ALL[round % 4];
        match translate(&text, syntax) {
            Ok(translation) => {
                let read = crate::query::parse(&translation.query);
                assert!(is_balanced(&translation.query) && read.is_ok(), "{syntax}: {text:?} {translation:?} {read:?}");
            }
            Err(error) => {
                assert!(text.get(error.start..error.end).is_some(), "{syntax}: {text:?} {error:?}");
                assert!(!error.message.is_empty() && error.suggestion.is_some(), "{syntax}: {text:?} {error:?}");
            }
        }
    }
}
