//! Quotation marks of every kind, balanced or not.

use super::{article, check, drawn};
use crate::article::{Article, BlockKind, Draft};
use crate::quote::{QuoteKind, attribute};

#[test]
fn marks_of_every_kind() {
    check("Ann Moss said: \"We will stay.\"", &["\"We will stay.\" <- Ann Moss (said-before)"]);
    check("Ann Moss said: “We will stay.”", &["\"We will stay.\" <- Ann Moss (said-before)"]);
    check("Ann Moss said: ``We will stay.''", &["\"We will stay.\" <- Ann Moss (said-before)"]);
    check("Ann Moss said: ''We will stay.''", &["\"We will stay.\" <- Ann Moss (said-before)"]);
    check("Ann Moss said: « We will stay. »", &["\"We will stay.\" <- Ann Moss (said-before)"]);
    check("Ann Moss said: „We will stay.“", &["\"We will stay.\" <- Ann Moss (said-before)"]);
    check("Ann Moss said: 'We will stay.'", &["\"We will stay.\" <- Ann Moss (said-before)"]);
    check("Ann Moss said: ‘We will stay.’", &["\"We will stay.\" <- Ann Moss (said-before)"]);
}

#[test]
fn apostrophes_are_no_marks() {
    check(
        "The dogs' owner didn't say 'it's the workers' fault' at Ann's in the '90s.",
        &["\"it's the workers' fault\" <- dogs' owner (said-before)"],
    );
    check("Rock 'n' roll isn't dead, and the Joneses' cat won't mind.", &[]);
}

#[test]
fn inner_marks_belong_to_the_words() {
    check("“He told me ‘never’ and left,” said Ann Moss.", &["\"He told me ‘never’ and left,\" <- Ann Moss (said-x)"]);
    check("‘He told me “never” and left,’ said Ann Moss.", &["\"He told me “never” and left,\" <- Ann Moss (said-x)"]);
    check("''I call it 'the long walk,''' said Ann Moss.", &["\"I call it 'the long walk,'\" <- Ann Moss (said-x)"]);
}

#[test]
fn inches_are_no_marks() {
    check("The pipe is 6\" wide and 9\" long.", &[]);
}

#[test]
fn a_quotation_split_by_its_attribution_is_one() {
    check("\"We will,\" Ann Moss said, \"stay here.\"", &["\"We will,\" + \"stay here.\" <- Ann Moss (x-said)"]);
    check("\"We will,\" said Ann Moss, \"stay here.\"", &["\"We will,\" + \"stay here.\" <- Ann Moss (said-x)"]);
}

#[test]
fn a_quotation_over_paragraphs_is_one() {
    check(
        "“We will stay,” said Ann Moss. “We like it.\n“And nobody will move us.”\nThe end.",
        &["\"We will stay,\" + \"We like it.\" + \"And nobody will move us.\" <- Ann Moss (said-x)"],
    );
}

#[test]
fn an_unclosed_mark_ends_with_its_paragraph() {
    check(
        "Ann Moss said: \"We will stay.\nBob Reed said: \"Never.\"",
        &["\"We will stay.\" <- Ann Moss (said-before)", "\"Never.\" <- Bob Reed (said-before)"],
    );
    check("Ann Moss said: “We will stay.\nNothing else happened.", &["\"We will stay.\" <- Ann Moss (said-before)"]);
}

#[test]
fn a_closing_mark_printed_the_wrong_way_round() {
    check("“It will be hard for her here,“ said Ann Moss.", &["\"It will be hard for her here,\" <- Ann Moss (said-x)"]);
}

#[test]
fn a_block_quotation_needs_no_marks() {
    let blocks = vec![
        (BlockKind::Paragraph, "Mayor Ann Moss wrote to the council:".to_owned()),
        (BlockKind::Blockquote, "The bridge stays closed.".to_owned()),
    ];
    let article = Article::new(Draft { blocks, ..Draft::default() });
    assert_eq!(drawn(&article), ["\"The bridge stays closed.\" <- Ann Moss (colon)"]);
}

#[test]
fn a_pull_quote_is_not_said_twice() {
    let blocks = vec![
        (BlockKind::Paragraph, "\"The bridge stays closed,\" said Ann Moss.".to_owned()),
        (BlockKind::Pullquote, "\"The bridge stays closed\"".to_owned()),
    ];
    let article = Article::new(Draft { blocks, ..Draft::default() });
    assert_eq!(drawn(&article), ["\"The bridge stays closed,\" <- Ann Moss (said-x)"]);
}

#[test]
fn fragments_of_one_clause_are_one_mixed_quote() {
    let text = "Ann Moss said that the bridge was \"rotten\" and would stay \"closed for good\" this year.";
    check(text, &["\"rotten\" + \"closed for good\" <- Ann Moss (said-before)"]);
    let article = article(text);
    let quote = &attribute(&article).quotes[0];
    assert_eq!(quote.kind, QuoteKind::Mixed);
    assert_eq!(quote.content.of(article.body()), "the bridge was \"rotten\" and would stay \"closed for good\" this year");
    assert_eq!(quote.cue.map(|cue| cue.of(article.body())), Some("said"));
}
