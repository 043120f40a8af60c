//! Nearness, parts, counts, capitals and weights: how they are read, printed and refused.

use super::*;

#[test]
fn nearness() {
    check("a w/5 b", "[near 5 a b]");
    check("a W/5 b", "[near 5 a b]");
    check("a NEAR/5 b", "[near 5 a b]");
    check("a pre/3 b", "[before 3 a b]");
    check("a w/s b pre/p c", "[before p ([near s a b]) c]");
    check("a OR b w/5 c", "[or a [near 5 b c]]");
    check("a b w/5 c d", "[and a [near 5 b c] d]");
    check("-a w/5 b", "[not ([near 5 a b])]");
}

#[test]
fn operands() {
    check("\"a b\" w/5 (cat* OR dog OR =Elk)", "[near 5 'a b' ([or wild:cat* dog exact:Elk])]");
    check("(a b) w/5 caps(US)", "[near 5 ([and a b]) [caps US]]");
    check("(a w/2 b) w/9 c", "[near 9 ([near 2 a b]) c]");
    check("headline:(a w/5 b)", "headline=[near 5 a b]");
    check("quote:(a pre/2 \"b c\") x", "[and quote=[before 2 a 'b c'] x]");
    let beside = "beside a connector stand words, phrases, wildcards, and groups of these with AND and OR";
    wrong("a w/5 -b", "NOT cannot stand beside a connector", "-", beside);
    wrong("(a -b) w/5 c", "NOT cannot stand beside a connector", "(", beside);
    wrong("a w/5 atleast2(b)", "atleast( ) cannot stand beside a connector", "atleast2", beside);
    wrong("a w/5 b^2", "a weight cannot stand beside a connector", "b", beside);
    wrong("* w/5 b", "`*` alone cannot stand beside a connector", "*", beside);
    wrong("headline:a w/5 b", "a connector stands between words of one field", "w/5", "headline:(a w/5 b)");
    wrong("headline:a w/5 headline:\"b c\" d", "a connector stands between words of one field", "w/5", "headline:(a w/5 \"b c\") d");
    wrong("a w/5", "nothing stands to the right of `w/5`", "w/5", "a");
    wrong("w/5 a", "nothing stands to the left of `w/5`", "w/5", "a");
    wrong("a w/0 b", "a connector reaches over 1 to 1000 words", "w/0", "write a w/5 b, a pre/5 b, a w/s b or a w/p b");
    wrong("a w/1001 b", "a connector reaches over 1 to 1000 words", "w/1001", "write a w/5 b, a pre/5 b, a w/s b or a w/p b");
    wrong("date:(2024 w/5 2025)", "no nearness is known within date:( )", "w/5", value::DATE_ADVICE);
    let many = |count: usize| format!("({}) w/5 ({})", vec!["a"; count].join(" "), vec!["b"; count].join(" "));
    assert!(parse(&many(32)).is_ok() && parse(&many(33)).is_err_and(|error| error.message.starts_with("too many words beside")));
    assert!(parse(&vec!["a"; 100].join(" w/5 ")).is_ok() && parse(&vec!["a"; 200].join(" w/5 ")).is_err());
}

#[test]
fn connectors_of_other_languages_are_named() {
    for (text, suggestion) in [
        ("a n/5 b", "a w/5 b"),
        ("a p/5 b", "a pre/5 b"),
        ("a within/5 b", "a w/5 b"),
        ("a onear/5 b", "a pre/5 b"),
        ("a NEAR5 b", "a w/5 b"),
        ("a ADJ3 b", "a pre/3 b"),
        ("a /5n/ b", "a w/5 b"),
    ] {
        let error = parse(text).expect_err(text);
        assert!(error.message.ends_with("is a connector of another query language"), "{text}: {}", error.message);
        assert_eq!(error.suggestion.as_deref(), Some(suggestion), "{text}");
    }
    assert!(parse("a notw/5 b").is_err() && parse("a NEAR b").is_err() && parse("ATLEAST3 a").is_err() && parse("a w/seg b").is_err());
    // `w/o` is short for "without".
    check("and/or w/o AC/DC", "[and and/or w/o AC/DC]");
}

#[test]
fn forms_of_words() {
    check("wom?n *ism colo*r", "[and wild:wom?n wild:*ism wild:colo*r]");
    check("why? real**y b*?d *?㐀", "[and why wild:real*y wild:b*?d wild:*?㐀]");
    check("pro-Rus* =pro-Russian", "[and wild:pro-Rus* exact:pro-Russian]");
    check("word~1 speaker:Lindquist~2", "[and word/1 speaker=Lindquist/2]");
    check("/[0-9]{2}th/ headline:/wom[ae]n/", "[and regex:[0-9]{2}th headline=regex:wom[ae]n]");
    check("/a\\/b/", "regex:a\\/b");
    check("\"a b*\" \"a * b\"", "[and 'a b*' 'a * b']");
    check("speaker:? -desk:? date:?", "[and speaker=unknown [not desk=unknown] date=unknown]");
    wrong("word~", "behind ~ stands how many letters may differ: 1 or 2", "~", "word~1");
    wrong("word~0.8", "behind ~ stands how many letters may differ: 1 or 2", "~0.8", "word~1");
    wrong("bad~2", "`bad` is too short: words of so few letters are all near each other", "bad~2", "bad~1");
    wrong("pro-war~1", "~ stands behind one word of letters and digits", "pro-war~1", "pro-war");
    wrong("=wor*", "a word with wildcards has no exact form", "=wor*", "wor*");
    wrong("\"a *\"", "a phrase begins and ends with a word", "a *", "\"a\"");
    wrong("/(/", "not a regular expression: unclosed group", "/(/", "put the words in quotation marks to search for them as they stand");
    wrong(
        "/a{1000}{1000}/",
        "this regular expression is too large",
        "/a{1000}{1000}/",
        "write a shorter one; {1000} repeats what it stands behind",
    );
    wrong("a / b", "no word begins with `/`, and no expression is closed by a second one", "/", "a b");
}

/// What looks like a slip or another language is not read as words.
#[test]
fn slips_are_not_words() {
    check("U.S. (p.m.), \"E.U.\" =U.S. U.S.-backed", "[and U.S. (p.m.) 'E.U.' exact:U.S. U.S.-backed]");
    check("The end. etc.", "[and The end etc]");
    wrong("levy !strike", "`!` before a word excludes in other query languages", "!", "levy -strike");
    wrong("levy NOT w/5 strike", "NOT cannot stand beside a connector", "NOT", "write a -(a w/5 b) for a, but not near b");
    wrong("2 OF levy strike", "behind OF stand words in parentheses", "2", "write 2 OF (word word word)");
    for (text, suggestion) in
        [("since:2025-06 levy", "date:>=2025-06 levy"), ("before:2025 levy", "date:<2025 levy"), ("a SAME b", "a w/p b")]
    {
        assert_eq!(parse(text).expect_err(text).suggestion.as_deref(), Some(suggestion));
    }
    for text in ["a w/ 5 b", "a ADJ b", "a PRE b"] {
        assert!(parse(text).expect_err(text).message.ends_with("connector of another query language"), "{text}");
    }
    assert_eq!(plain("The U.S. paid; at 5 p.m.").map(|query| query.to_string()), Ok("The OR U.S. OR paid OR at OR 5 OR p.m.".to_owned()));
}

#[test]
fn parts_counts_and_weights() {
    check("hlead(a b)", "[head [and a b]]");
    check("HLEAD(a w/5 b) first50(\"a b\" OR c)", "[and [head [near 5 a b]] [first 50 [or 'a b' c]]]");
    check("atleast3(levy) headline:atleast2(a OR b)", "[and [3 times levy] headline=[2 times [or a b]]]");
    check("caps(US OR \"The Times\")", "[caps [or US 'The Times']]");
    check("a^2 \"b c\"^0.5 (d e)^3 desk:x^2", "[and a*2 'b c'*0.5 ([and d e])*3 desk=x*2]");
    check("said(Lindqvist OR Dreyling, levy -strike)", "[[or Lindqvist Dreyling] says [and levy [not strike]]]");
    check("said(\"Mara Lindqvist\", cue:denied 1,000)", "['Mara Lindqvist' says [and cue=denied 1,000]]");
    check("said(A, (x OR y))", "[A says ([or x y])]");
    check("within(section:\"On the quays\", wall w/3 levy)", "[below 'On the quays' [near 3 wall levy]]");
    check("within(section:x, speaker:A y)", "[below x [and speaker=A y]]");
    check("hlead (a)", "[and hlead (a)]");
    wrong("hlead(speaker:a)", "a field cannot stand in hlead( )", "hlead", "put it outside the parentheses");
    wrong("hlead(first5(a))", "first( ) cannot stand in hlead( )", "hlead", "put it outside the parentheses");
    wrong("atleast2(a w/2 b)", "a connector cannot stand in atleast2( )", "atleast2", "put it outside the parentheses");
    wrong("atleast2(a OR (b c))", "AND within OR cannot stand in atleast2( )", "atleast2", "put it outside the parentheses");
    wrong("said(A)", "said( ) needs a comma between what stands in it", "said", "write said(SPEAKER, words)");
    wrong("within(x, a)", "within( ) begins with a crosshead", "x", "write within(section:X, words)");
    wrong("speaker:hlead(a)", "hlead( ) cannot stand within speaker:( )", "hlead", "close the parenthesis first");
    wrong("a^2000", "a weight is a number from 0 to 1000", "^2000", "a");
}

/// Repairs of several slips, one after the other.
#[test]
fn the_nearest_reading() {
    let nearest = |text: &str| parse(text).expect_err(text).repair;
    assert_eq!(nearest("speker:Weber (levy").as_deref(), Some("speaker:Weber (levy)"));
    assert_eq!(nearest("a OR OR b AND").as_deref(), Some("a OR b"));
    assert_eq!(nearest("headline:a w/5 b ||").as_deref(), Some("headline:(a w/5 b)"));
    assert_eq!(nearest("a n/5 (b").as_deref(), Some("a w/5 (b)"));
    assert_eq!(nearest("date:2025-02-30"), None);
}
