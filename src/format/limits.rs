//! How long the parts of an article may be. What is longer is no headline, name or crosshead; it is said, and no word of a text is lost.
//!
//! The engine keeps no term and no value of a column beyond 64 KB: what is longer would be cut without a word.

use super::Problem;
use crate::article::{BlockKind, Draft};
use crate::text::clean;
use crate::text::word::words;

/// Bytes of an id.
pub(super) const LONGEST_ID: usize = 1_000;
/// Bytes of a headline; what is longer stands as the first paragraph.
pub(super) const LONGEST_HEADLINE: usize = 2_000;
/// Bytes of a byline, a desk, a publisher, a name, a place.
pub(super) const LONGEST_FIELD: usize = 1_000;
/// Bytes of an address.
pub(super) const LONGEST_URL: usize = 4_000;
/// Bytes of all authors of an article.
pub(super) const LONGEST_AUTHORS: usize = 20_000;
/// Bytes of a crosshead; what is longer is a paragraph.
pub(super) const LONGEST_CROSSHEAD: usize = 1_000;
/// Bytes of all crossheads of an article.
pub(super) const LONGEST_CROSSHEADS: usize = 60_000;
/// Bytes of a word that every query can find: its term may be ten times as long.
pub(super) const LONGEST_WORD: usize = 5_000;

/// Takes from a draft what is longer than any newsroom writes; `problems` say what.
pub(super) fn keep(draft: &mut Draft, problems: &mut Vec<Problem>) {
    let mut say = |message: String, help: &str| problems.push(Problem::new("", message, help));
    if let Some(id) = draft.id.take_if(|id| id.len() > LONGEST_ID) {
        say(format!("an id of {} bytes", id.len()), "it is left out: the article is known by its place");
    }
    if let Some(headline) = draft.meta.headline.take_if(|headline| headline.len() > LONGEST_HEADLINE) {
        say(format!("a headline of {} bytes", headline.len()), "it is read as the first paragraph");
        draft.meta.headline_inferred = false;
        draft.meta.found.remove("headline");
        draft.blocks.insert(0, (BlockKind::Paragraph, headline));
    }
    let meta = &mut draft.meta;
    let line = meta.dateline.as_mut();
    let (place, agency) = line.map(|line| (&mut line.place, &mut line.agency)).unzip();
    let fields = [
        ("byline", Some(&mut meta.byline), LONGEST_FIELD),
        ("publisher", Some(&mut meta.publisher), LONGEST_FIELD),
        ("desk", Some(&mut meta.desk), LONGEST_FIELD),
        ("language", Some(&mut meta.language), LONGEST_FIELD),
        ("place", place, LONGEST_FIELD),
        ("agency", agency, LONGEST_FIELD),
        ("url", Some(&mut meta.url), LONGEST_URL),
    ];
    for (name, field, longest) in fields {
        if let Some(long) = field.and_then(|field| field.take_if(|text| text.len() > longest)) {
            say(format!("a field `{name}` of {} bytes", long.len()), "it is left out");
            meta.found.remove(name);
        }
    }
    let (all, mut bytes) = (meta.authors.len(), 0);
    meta.authors.retain(|name| {
        bytes += name.len() + 2;
        name.len() <= LONGEST_FIELD && bytes <= LONGEST_AUTHORS
    });
    if meta.authors.len() < all {
        say(format!("{all} authors, or names of great length"), &format!("{} of them are kept", meta.authors.len()));
    }
    crossheads(draft, &mut say);
}

/// Says where a word is longer than every query can find.
pub(super) fn long_words(draft: &Draft, problems: &mut Vec<Problem>) {
    let texts = draft.summary.iter().chain(&draft.blocks).chain(&draft.notes).map(|(_, text)| text).chain(&draft.meta.headline);
    if let Some(length) = texts.filter_map(|text| long_word(text)).max() {
        let help = format!("words beyond {LONGEST_WORD} bytes may be found by no query; all others are");
        problems.push(Problem::new("", format!("a word of {length} bytes"), help));
    }
}

fn crossheads(draft: &mut Draft, say: &mut dyn FnMut(String, &str)) {
    let (mut all, mut plain) = (0, 0);
    for (kind, text) in draft.summary.iter_mut().chain(&mut draft.blocks).chain(&mut draft.notes) {
        if *kind == BlockKind::Heading {
            let length = clean::line(text).len();
            if length > LONGEST_CROSSHEAD || all + length + 1 > LONGEST_CROSSHEADS {
                *kind = BlockKind::Paragraph;
                plain += 1;
            } else {
                all += length + 1;
            }
        }
    }
    if plain > 0 {
        say(format!("{plain} crossheads that are too long, or too many"), "they are read as paragraphs");
    }
}

/// The length of the longest word that is too long.
fn long_word(text: &str) -> Option<usize> {
    // Most texts have no run of bytes as long.
    let has_run = text.len() > LONGEST_WORD && text.split_ascii_whitespace().any(|run| run.len() > LONGEST_WORD);
    let lengths = words(text).map(|word| word.span.len()).filter(|&length| length > LONGEST_WORD);
    if has_run { lengths.max() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Meta;

    fn messages(mut draft: Draft) -> (Draft, Vec<String>) {
        let mut problems = Vec::new();
        keep(&mut draft, &mut problems);
        let said = problems.len();
        keep(&mut draft, &mut problems);
        assert_eq!(problems.len(), said, "what is kept is kept");
        long_words(&draft, &mut problems);
        (draft, problems.into_iter().map(|problem| problem.message).collect())
    }

    #[test]
    fn what_a_newsroom_writes_stays() {
        let meta = Meta { headline: Some("A ".repeat(900)), authors: vec!["Jo Marsh".into(); 40], ..Meta::default() };
        let blocks = (0..400).map(|n| (BlockKind::Heading, format!("Crosshead {n}"))).collect();
        let draft = Draft { id: Some("i".repeat(900)), meta, blocks, ..Draft::default() };
        let before = format!("{draft:?}");
        let (draft, problems) = messages(draft);
        assert_eq!((format!("{draft:?}"), problems), (before, Vec::new()));
    }

    #[test]
    fn no_word_of_a_text_is_lost() {
        let meta = Meta {
            headline: Some("Storm ".repeat(1_000)),
            desk: Some("é".repeat(40_000)),
            authors: vec!["Jo Marsh".into(); 100_000],
            ..Meta::default()
        };
        let mut blocks = vec![(BlockKind::Heading, "x ".repeat(600)), (BlockKind::Paragraph, "y".repeat(6_000))];
        blocks.extend((0..2_000).map(|n| (BlockKind::Heading, format!("A crosshead that is not short, number {n}"))));
        let length: usize = blocks.iter().map(|(_, text)| text.len()).sum();
        let (draft, problems) = messages(Draft { id: Some("i".repeat(1 << 20)), meta, blocks, ..Draft::default() });
        let found: Vec<&str> =
            problems.iter().map(|problem| problem.split(|c: char| c.is_ascii_digit()).next().unwrap_or_default()).collect();
        assert_eq!(found, ["an id of ", "a headline of ", "a field `desk` of ", "", "", "a word of "], "{problems:?}");
        assert_eq!((draft.id, draft.meta.desk, draft.meta.headline), (None, None, None));
        assert_eq!(draft.meta.authors.len(), 2_000);
        assert_eq!(draft.blocks.iter().map(|(_, text)| text.len()).sum::<usize>(), length + 6_000);
        let crossheads: usize = draft.blocks.iter().filter(|(kind, _)| *kind == BlockKind::Heading).map(|(_, text)| text.len() + 1).sum();
        assert!((50_000..=LONGEST_CROSSHEADS).contains(&crossheads), "{crossheads}");
    }
}
