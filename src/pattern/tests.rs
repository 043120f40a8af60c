//! Nearness, forms and borders, counted by hand. What they find in articles is held by the oracle (`tests/it/oracle.rs`).

use super::*;
use crate::query::parse;
use proptest::prelude::*;

fn near(text: &str) -> Nearness {
    match Leaf::of(&parse(text).expect("a query"), Analyzer::Prose).map(|leaf| leaf.pattern) {
        Some(Pattern::Near(near)) => *near,
        other => panic!("no nearness: {other:?}"),
    }
}

/// The partners of a place, as they stand among the others.
fn partners(query: &str, left: Place, right: &[Place], borders: &Borders) -> Vec<Place> {
    near(query).partners(left, right, longest(right), borders).map(|at| right[at]).collect()
}

#[test]
fn distance_is_the_difference_of_positions() {
    let (none, right) = (Borders::default(), [(0, 0), (4, 6), (9, 9), (10, 10), (14, 14)]);
    assert_eq!(partners("a w/1 b", (10, 12), &right, &none), [(9, 9)], "neighbours have 1; what shares a word is no partner");
    assert_eq!(partners("a w/2 b", (10, 12), &right, &none), [(9, 9), (14, 14)]);
    assert_eq!(partners("a w/4 b", (10, 12), &right, &none), [(4, 6), (9, 9), (14, 14)], "from the last word of a phrase");
    assert_eq!(partners("a pre/4 b", (10, 12), &right, &none), [(14, 14)]);
    assert_eq!(partners("a w/1000 b", (0, 0), &right, &none), [(4, 6), (9, 9), (10, 10), (14, 14)]);
}

#[test]
fn sentences_and_paragraphs_hold_both_whole() {
    let mut borders = Borders::default();
    borders.push(Border::Sentence, 5);
    borders.push(Border::Sentence, 10);
    borders.push(Border::Paragraph, 10);
    let right = [(1, 1), (4, 5), (6, 7), (9, 10), (11, 11)];
    assert_eq!(partners("a w/s b", (8, 8), &right, &borders), [(6, 7)], "what runs over a border is in no sentence");
    assert_eq!(partners("a w/p b", (8, 8), &right, &borders), [(1, 1), (4, 5), (6, 7)]);
    assert_eq!(partners("a pre/p b", (8, 8), &right, &borders), []);
    assert_eq!(partners("a w/s b", (4, 5), &right, &borders), []);
}

#[test]
fn borders_of_a_text() {
    let borders = Borders::of("One two. Three … four.\nFive", &[]);
    assert_eq!(borders.list(Border::Sentence), [2, 6]);
    assert_eq!(borders.list(Border::Paragraph), [6]);
    assert_eq!((borders.words, borders.list(Border::Gap)), (5, &[4, 6][..]));
    assert_eq!((borders.words_before(6), borders.gaps_between(2, 4), borders.gaps_between(4, 4)), (4, 1, 0));
    assert_eq!(borders.around(Border::Sentence, 3), (2, 6));
}

/// Whether a query of one word takes printed words.
#[track_caller]
fn takes(query: &str, yes: &[&str], no: &[&str]) {
    let leaf = Leaf::of(&parse(query).expect(query), Analyzer::Prose).expect(query);
    let forms = leaf.pattern.forms();
    for (word, wanted) in yes.iter().map(|word| (word, true)).chain(no.iter().map(|word| (word, false))) {
        assert_eq!(forms[0].takes_word(word, Analyzer::Prose, None), wanted, "{query} and {word}");
    }
}

#[test]
fn forms_take_printed_words() {
    takes("levy", &["levy", "Levies", "LEVY’S"], &["levee", "evy"]);
    takes("=levy", &["Levy", "levy's"], &["levies"]);
    takes("\"Macron\"", &["Macron’s", "MACRON"], &["Macrons"]);
    takes("\"Macron's\"", &["Macron’s"], &["Macron"]);
    takes("wom?n", &["woman", "Women", "women's"], &["womn", "womaan"]);
    takes("*ism", &["ism", "Realism"], &["realist"]);
    takes("O'N*", &["O’Neill"], &["Oslo"]);
    takes("harbur~1", &["harbour", "Harbur", "habrur"], &["harbours", "hairbour"]);
    takes("lindquist~2", &["Lindqvist", "Lindqist", "Lundqvist"], &["Linqst", "Lind"]);
    takes("/[0-9]{2}th/", &["19th", "20TH"], &["9th", "119th"]);
    takes("caps(US)", &["US", "US's"], &["us", "Us", "U.S."]);
    takes("caps(Élysée)", &["Elysee", "Élysée’s"], &["élysée"]);
}

proptest! {
    /// The quick way to tell words apart changes no answer, and a pattern with one star agrees with beginning and end.
    #[test]
    fn stars_stand_for_anything(head in "[a-c]{0,3}", tail in "[a-c]{1,3}", word in "[a-c]{1,8}") {
        let leaf = Leaf::of(&parse(&format!("{head}*{tail}")).expect("a query"), Analyzer::Prose).expect("a leaf");
        let wanted = word.len() >= head.len() + tail.len() && word.starts_with(&head) && word.ends_with(&tail);
        prop_assert_eq!(leaf.pattern.forms()[0].takes_word(&word, Analyzer::Prose, None), wanted);
    }

    #[test]
    fn edits_are_those_of_strsim(a in "[a-d]{5,8}", b in "[a-d]{1,9}") {
        let leaf = Leaf::of(&parse(&format!("{a}~2")).expect("a query"), Analyzer::Prose).expect("a leaf");
        prop_assert_eq!(leaf.pattern.forms()[0].takes_word(&b, Analyzer::Prose, None), strsim::osa_distance(&a, &b) <= 2);
    }
}
