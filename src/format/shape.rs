//! What all readers do alike once they know the blocks of a story: points above the text, questions with their answers,
//! corrections below it. The same story then has the same body whatever file it came from.

use crate::article::{BlockKind, Draft, is_faq_heading};
use std::collections::HashSet;

/// A block before it is laid out.
pub(super) type Block = (BlockKind, String);

/// Crossheads that stand over the points above a text.
const SUMMARY_LABELS: [&str; 14] = [
    "at a glance",
    "highlights",
    "in brief",
    "in short",
    "key points",
    "key takeaways",
    "main points",
    "story highlights",
    "summary",
    "takeaways",
    "the key points",
    "the main points",
    "what to know",
    "what you need to know",
];

/// Beginnings of corrections and editor's notes, in lower case and with straight apostrophes.
const NOTES: [&str; 20] = [
    "correction:",
    "correction (",
    "corrections:",
    "correction –",
    "correction —",
    "clarification:",
    "clarification (",
    "editor's note:",
    "editors' note:",
    "editor's note –",
    "note to readers:",
    "this article was amended",
    "this article was corrected",
    "this article has been",
    "this story was corrected",
    "this story has been",
    "an earlier version of this",
    "a previous version of this",
    "this article was updated",
    "this story was updated",
];

/// True for a crosshead over the points above a text.
pub(super) fn is_summary_label(text: &str) -> bool {
    // The longest is known, so that long lines need not be lowered.
    text.len() <= 40 && SUMMARY_LABELS.contains(&text.trim_end_matches(':').to_lowercase().as_str())
}

/// True for a line that is a correction or an editor's note.
pub(super) fn is_note(text: &str) -> bool {
    let start: String = text.chars().take(40).collect::<String>().to_lowercase().replace('’', "'");
    NOTES.iter().any(|note| start.starts_with(note))
}

fn is_note_heading(text: &str) -> bool {
    let text = text.trim_end_matches(':').to_lowercase().replace('’', "'");
    matches!(
        text.as_str(),
        "correction"
            | "corrections"
            | "clarification"
            | "clarifications"
            | "corrections and clarifications"
            | "editor's note"
            | "editors' note"
    )
}

/// Sorts blocks in reading order into summary, text and notes of a draft.
pub(super) fn fill(draft: &mut Draft, blocks: Vec<Block>) {
    let mut blocks = questions(blocks);
    draft.notes = notes(&mut blocks);
    let points = points(&blocks);
    draft.blocks = blocks.split_off(points);
    draft.summary.extend(blocks);
}

/// How many blocks at the start are points above the text, with or without a label over them.
fn points(blocks: &[Block]) -> usize {
    let label = usize::from(matches!(blocks.first(), Some((BlockKind::Heading, text)) if is_summary_label(text)));
    let items = blocks[label..].iter().take_while(|(kind, _)| *kind == BlockKind::Item).count();
    if items == 0 || label + items == blocks.len() { 0 } else { label + items }
}

/// Joins each question of an FAQ section with its answer.
fn questions(blocks: Vec<Block>) -> Vec<Block> {
    let mut out: Vec<Block> = Vec::with_capacity(blocks.len());
    let mut faq = false;
    let mut asked = false;
    for (kind, text) in blocks {
        let asks = text.trim_end().ends_with('?');
        let heading = kind == BlockKind::Heading;
        if heading && is_faq_heading(&text) {
            faq = true;
            asked = false;
            out.push((kind, text));
        } else if !faq || heading && !asks {
            faq = false;
            out.push((kind, text));
        } else if asked
            && !heading
            && !asks
            && let Some((_, question)) = out.last_mut()
        {
            question.push(' ');
            question.push_str(&text);
            asked = false;
        } else {
            asked = asks;
            let question = asks || text.contains('?') && matches!(kind, BlockKind::Paragraph | BlockKind::Item);
            out.push((if question { BlockKind::Question } else { kind }, text));
        }
    }
    out
}

/// Takes corrections and editor's notes off the end.
fn notes(blocks: &mut Vec<Block>) -> Vec<Block> {
    let mut start = blocks.len();
    while start > 1 && blocks[start - 1].0 == BlockKind::Paragraph && is_note(&blocks[start - 1].1) {
        start -= 1;
    }
    if let Some(heading) = blocks.iter().rposition(|(kind, _)| *kind == BlockKind::Heading)
        && heading > 0
        && is_note_heading(&blocks[heading].1)
    {
        start = start.min(heading);
    }
    blocks.split_off(start)
}

/// Letters and digits of a text in lower case, words parted by one space: what is left when print and markup differ.
pub(super) fn normal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.extend(word.chars().flat_map(char::to_lowercase));
    }
    out
}

/// True where [`normal`] of both is the same; soon done where it is not.
fn is_same(one: &str, other: &str) -> bool {
    fn letters(text: &str) -> impl Iterator<Item = impl Iterator<Item = char>> {
        let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        words.map(|word| word.chars().flat_map(char::to_lowercase))
    }
    let (mut one, mut other) = (letters(one), letters(other));
    loop {
        match (one.next(), other.next()) {
            (Some(one), Some(other)) => {
                if !one.eq(other) {
                    return false;
                }
            }
            (None, None) => return true,
            _ => return false,
        }
    }
}

/// Puts a summary that came on its own (a key, a standfirst) above the text, unless it stands in the text already.
pub(super) fn add_summary(draft: &mut Draft, summary: Vec<Block>) {
    if summary.is_empty() {
        return;
    }
    let known: HashSet<String> = draft.summary.iter().chain(&draft.blocks).map(|(_, text)| normal(text)).collect();
    // A summary that is the beginning of the first paragraph stands in the text, too. Further down it would be chance.
    let lead = draft.blocks.iter().find(|(kind, _)| *kind == BlockKind::Paragraph).map(|(_, text)| normal(text)).unwrap_or_default();
    let stands = |text: &str| known.contains(text) || lead.starts_with(text);
    let fresh: Vec<Block> = summary.into_iter().filter(|(_, text)| !stands(&normal(text))).collect();
    draft.summary.splice(0..0, fresh);
}

/// Takes the headline off the top of the text, where some papers repeat it.
pub(super) fn drop_headline(blocks: &mut Vec<Block>, headline: Option<&str>) {
    let Some(headline) = headline.filter(|headline| headline.contains(char::is_alphanumeric)) else { return };
    if let Some(at) = blocks.iter().take(3).position(|(kind, text)| *kind != BlockKind::Item && is_same(text, headline)) {
        blocks.remove(at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use BlockKind::*;

    #[track_caller]
    fn check(blocks: &[(BlockKind, &str)], expected: [&[(BlockKind, &str)]; 3]) {
        let mut draft = Draft::default();
        fill(&mut draft, blocks.iter().map(|&(kind, text)| (kind, text.to_owned())).collect());
        for (found, expected) in [&draft.summary, &draft.blocks, &draft.notes].into_iter().zip(expected) {
            assert_eq!(found.iter().map(|(kind, text)| (*kind, text.as_str())).collect::<Vec<_>>(), expected);
        }
    }

    #[test]
    fn points_above_the_text() {
        check(
            &[(Heading, "Key points"), (Item, "One"), (Item, "Two"), (Paragraph, "Text."), (Item, "Three")],
            [&[(Heading, "Key points"), (Item, "One"), (Item, "Two")], &[(Paragraph, "Text."), (Item, "Three")], &[]],
        );
        check(&[(Item, "One"), (Item, "Two")], [&[], &[(Item, "One"), (Item, "Two")], &[]]);
    }

    #[test]
    fn questions_and_answers() {
        check(
            &[
                (Heading, "FAQ"),
                (Heading, "Who came?"),
                (Paragraph, "All."),
                (Paragraph, "Even Ann."),
                (Paragraph, "Why? So."),
                (Heading, "Later"),
                (Paragraph, "Who?"),
            ],
            [
                &[],
                &[
                    (Heading, "FAQ"),
                    (Question, "Who came? All."),
                    (Paragraph, "Even Ann."),
                    (Question, "Why? So."),
                    (Heading, "Later"),
                    (Paragraph, "Who?"),
                ],
                &[],
            ],
        );
    }

    #[test]
    fn a_summary_of_its_own() {
        let mut draft = Draft::default();
        fill(&mut draft, vec![(Paragraph, "The harbour is closed. So is the pier.".to_owned())]);
        add_summary(&mut draft, vec![(Paragraph, "The harbour is closed.".to_owned()), (Item, "Nobody was hurt".to_owned())]);
        assert_eq!(draft.summary, [(Item, "Nobody was hurt".to_owned())]);
    }

    #[test]
    fn notes_below_the_text() {
        check(
            &[(Paragraph, "Text."), (Paragraph, "Correction: the pier is older."), (Paragraph, "Editor’s note: see page 2.")],
            [&[], &[(Paragraph, "Text.")], &[(Paragraph, "Correction: the pier is older."), (Paragraph, "Editor’s note: see page 2.")]],
        );
        check(
            &[(Paragraph, "Text."), (Heading, "Correction"), (Paragraph, "It is older.")],
            [&[], &[(Paragraph, "Text.")], &[(Heading, "Correction"), (Paragraph, "It is older.")]],
        );
        check(&[(Paragraph, "Correction: alone.")], [&[], &[(Paragraph, "Correction: alone.")], &[]]);
    }
}
