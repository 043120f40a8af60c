//! Marks that are nobody's words, and words that stay nobody's.

use super::{check, drawn};
use crate::article::{Article, BlockKind, Draft};

#[test]
fn titles_and_names_of_things() {
    check("She sang in the film \"The Long Walk\" and left.", &[]);
    check("His novel \"A House of Salt\" sold well.", &[]);
    check("Robert \"Bobby\" Stone waved.", &[]);
    check("The storm was nicknamed \"Betty\" by sailors.", &[]);
    check("The plant, known as \"old man's beard\", grows here.", &[]);
}

#[test]
fn words_without_any_evidence_stay_without_a_name() {
    check("A draft plan got an \"encouraging reception\" from visitors.", &["\"encouraging reception\" <- nobody (none)"]);
    check("The valley is a \"wonder to see\".", &["\"wonder to see\" <- nobody (none)"]);
    // One word is a term, or has its marks to be taken with salt.
    check("The valley is a \"wonder\".", &[]);
    check("A \"free trade\" zone was planned.", &[]);
}

#[test]
fn a_text_in_capitals_names_nobody() {
    check("THE MAYOR LEFT THE TOWN HALL AT NOON . \"WE WILL STAY,\" SAID ANN MOSS TO THE CROWD .", &["\"WE WILL STAY,\" <- nobody (none)"]);
}

#[test]
fn a_crosshead_is_not_by_the_last_speaker() {
    let blocks = vec![
        (BlockKind::Paragraph, "\"We will stay,\" said Ann Moss.".to_owned()),
        (BlockKind::Heading, "\"No more bridges in this old town\"".to_owned()),
        (BlockKind::Paragraph, "The council met on Monday.".to_owned()),
    ];
    let article = Article::new(Draft { blocks, ..Draft::default() });
    assert_eq!(drawn(&article), ["\"We will stay,\" <- Ann Moss (said-x)", "\"No more bridges in this old town\" <- nobody (none)"]);
}
