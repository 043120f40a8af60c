//! Reported clauses without marks.

use super::{article, lines};

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    assert_eq!(lines(&article(text), true), expected, "in: {text}");
}

#[test]
fn clauses_behind_the_verb() {
    check("Ann Moss said that the bridge was closed.", &["\"the bridge was closed\" <- Ann Moss (indirect-said)"]);
    check("Ann Moss said the bridge was closed, but few believed it.", &["\"the bridge was closed\" <- Ann Moss (indirect-said)"]);
    check("Ann Moss told the council on Friday that the bridge was closed.", &["\"the bridge was closed\" <- Ann Moss (indirect-said)"]);
    check("Ann Moss arrived. She promised to close the bridge.", &["\"to close the bridge\" <- Ann Moss (indirect-said)"]);
}

#[test]
fn clauses_before_the_verb() {
    check("The bridge was closed at noon, Ann Moss said.", &["\"The bridge was closed at noon\" <- Ann Moss (indirect-behind)"]);
    check("The bridge was closed at noon, said Ann Moss.", &["\"The bridge was closed at noon\" <- Ann Moss (indirect-behind)"]);
    check("According to Ann Moss, the bridge was closed.", &["\"the bridge was closed\" <- Ann Moss (indirect-according-to)"]);
    check("The bridge was closed, according to Ann Moss.", &["\"The bridge was closed\" <- Ann Moss (indirect-according-to)"]);
}

#[test]
fn objects_infinitives_and_prepositions_of_some_verbs() {
    check("Ann Moss announced a review of the plan.", &["\"a review of the plan\" <- Ann Moss (indirect-object)"]);
    check("Ann Moss vowed to go on.", &["\"to go on\" <- Ann Moss (indirect-said)"]);
    check("Ann Moss called for a review.", &["\"a review\" <- Ann Moss (indirect-about)"]);
    check("Ann Moss refused to resign.", &["\"to resign\" <- Ann Moss (indirect-to)"]);
    check("Ann Moss painted the fence.", &[]);
}

#[test]
fn what_is_no_clause() {
    check("Ann Moss said so.", &[]);
    check("At noon in the old town, Ann Moss asked for time.", &[]);
}

#[test]
fn a_verb_that_announces_marks_reports_nothing_else() {
    check("Ann Moss said that the bridge was \"rotten\".", &[]);
}
