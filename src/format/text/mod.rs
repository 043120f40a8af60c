//! Plain text. It has no marks, so that structure is inferred as a reader would: bullets above the text are its points, a
//! short line without a full stop between paragraphs is a crosshead, a short first line is the headline.

pub(super) mod header;
pub(super) mod top;
pub(super) mod wrap;

use super::shape::{self, Block};
use super::{Format, Input, Problem, Sink, Sniff, byline};
use crate::article::{BlockKind, Draft, is_faq_heading};
use wrap::{Line, Mark};

/// Plain text files, one article each.
pub(super) struct Text;

impl Format for Text {
    fn name(&self) -> &'static str {
        "text"
    }

    fn about(&self) -> &'static str {
        "plain text, an article a file"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["txt", "text", "asc"]
    }

    fn sniff(&self, head: &str) -> Sniff {
        let start = head.trim_start();
        // A tag, declaration or JSON value at the start: another reader's, or nobody's. Where no tag is closed, none was opened: stories begin
        // with `<Halder Trust> said` and `<anna@press.example> wrote`.
        let closes = || ["</", "/>"].iter().any(|end| start.contains(end));
        let tag = start
            .strip_prefix('<')
            .is_some_and(|rest| rest.starts_with(['?', '!']) || rest.starts_with(|c: char| c.is_ascii_alphabetic()) && closes());
        if tag || super::json::starts_value(start) { Sniff::No } else { Sniff::Maybe }
    }

    fn read(&self, input: Input<'_>, sink: &mut Sink<'_>) -> Result<(), Problem> {
        super::one_article(input, sink, file)
    }
}

/// A file: header block, headline, byline and date lines are looked for.
fn file(text: &str) -> (Draft, Vec<Problem>) {
    let (header, text) = header::split(text);
    let mut draft = Draft { id: header.id, meta: header.meta, ..Draft::default() };
    let mut lines = wrap::lines(text);
    let mut summary = Vec::new();
    let top = top::read(&lines, &mut draft.meta, &mut summary);
    draft.summary = summary;
    let mut blocks = blocks(lines.split_off(top));
    shape::drop_headline(&mut blocks, draft.meta.headline.as_deref());
    shape::fill(&mut draft, blocks);
    shape::add_summary(&mut draft, header.summary);
    (draft, header.problems)
}

/// A text that comes with its headline and byline elsewhere (the `text` of a JSON article): bullets, crossheads, questions
/// and notes are looked for, nothing above them.
pub(super) fn fill(draft: &mut Draft, text: &str) {
    let mut blocks = blocks_of(text);
    shape::drop_headline(&mut blocks, draft.meta.headline.as_deref());
    shape::fill(draft, blocks);
}

/// The lines of a summary on its own.
pub(super) fn summary(text: &str) -> Vec<Block> {
    let kind = |mark| if mark == Mark::Bullet { BlockKind::Item } else { BlockKind::Paragraph };
    wrap::lines(text).into_iter().map(|line| (kind(line.mark), line.text)).collect()
}

/// The blocks of a text without top, as they stand.
pub(super) fn blocks_of(text: &str) -> Vec<Block> {
    blocks(wrap::lines(text))
}

/// Lines as blocks: items by their marks, crossheads by their shape.
fn blocks(lines: Vec<Line>) -> Vec<Block> {
    let mut kinds = Vec::with_capacity(lines.len());
    let mut faq = false;
    for (at, line) in lines.iter().enumerate() {
        let kind = match line.mark {
            Mark::Bullet => BlockKind::Item,
            Mark::Heading => BlockKind::Heading,
            _ if is_crosshead(&lines, at, faq) => BlockKind::Heading,
            _ => BlockKind::Paragraph,
        };
        if kind == BlockKind::Heading {
            faq = is_faq_heading(&line.text);
        }
        kinds.push(kind);
    }
    kinds.into_iter().zip(lines.into_iter().map(|line| line.text)).collect()
}

/// Longest crosshead, in characters and in words; README of the measured pages: none was longer.
const LONGEST_CROSSHEAD: (usize, usize) = (90, 14);
/// Longest question that is a crosshead and no sentence of the text, in words.
const LONGEST_QUESTION: usize = 10;

fn is_crosshead(lines: &[Line], at: usize, faq: bool) -> bool {
    let text = &lines[at].text;
    let Some(next) = lines.get(at + 1) else { return false };
    if is_faq_heading(text) || at == 0 && shape::is_summary_label(text) && next.mark == Mark::Bullet {
        return true;
    }
    if next.text.starts_with(char::is_lowercase) {
        return false;
    }
    if !looks_like_crosshead(text) {
        return !faq
            && is_question(text)
            && at > 0
            && top::is_prose(&lines[at - 1].text)
            && next.mark == Mark::None
            && next.text.chars().count() >= 60;
    }
    // Three short lines in a row are a list, a poem or a result, two may be a crosshead under another.
    let short = |at: usize| lines.get(at).is_some_and(|line| line.mark == Mark::None && !top::is_prose(&line.text));
    let before = (0..at).rev().take_while(|&at| short(at)).take(3).count();
    let after = (at + 1..lines.len()).take_while(|&at| short(at)).take(3).count();
    let under = at + 1 + after;
    before + after < 2 && lines.get(under).is_some_and(|line| line.mark == Mark::Bullet || top::is_prose(&line.text))
}

fn is_question(text: &str) -> bool {
    text.ends_with('?')
        && !text.contains(". ")
        && !text.contains(['"', '“', '”', ':'])
        && text.split_whitespace().count() <= LONGEST_QUESTION
        && starts_title(text)
}

/// True for a short line without a full stop, in balanced quotation marks if any.
pub(super) fn looks_like_crosshead(text: &str) -> bool {
    let ends = text.ends_with(['.', '!', '?', '…', ':', ';', ',', '-', '–', '—', ')', ']']) || wrap::ends_sentence(text);
    // Most lines are sentences: what they fail is asked first.
    if ends || text.len() > 4 * LONGEST_CROSSHEAD.0 {
        return false;
    }
    let short = text.chars().count() <= LONGEST_CROSSHEAD.0 && text.split_whitespace().count() <= LONGEST_CROSSHEAD.1;
    // A quotation that goes on in the next paragraph has its opening mark only.
    let balanced = text.matches('"').count().is_multiple_of(2) && text.matches('“').count() == text.matches('”').count();
    // A line that breaks off here goes on in the next; so does a table's row of numbers.
    const OPEN: [&str; 22] = [
        "a",
        "an",
        "the",
        "of",
        "and",
        "or",
        "that",
        "its",
        "their",
        "his",
        "her",
        "said",
        "says",
        "would",
        "into",
        "than",
        "as",
        "including",
        "was",
        "were",
        "has",
        "had",
    ];
    // "What to look for" is a crosshead, a long line that ends so is not.
    const OPEN_IF_LONG: [&str; 10] = ["at", "by", "for", "from", "in", "on", "to", "vs", "which", "with"];
    let long = text.split_whitespace().count() >= 7;
    let breaks_off =
        |word: &str| OPEN.contains(&word) || long && OPEN_IF_LONG.contains(&word) || word.ends_with("'s") || word.ends_with("’s");
    // "What the law says" is whole.
    const ASKS: [&str; 6] = ["How ", "What ", "When ", "Where ", "Who ", "Why "];
    let open = text.split_whitespace().next_back().is_some_and(breaks_off) && !ASKS.iter().any(|asks| text.starts_with(asks));
    short && !open && balanced && starts_title(text) && text.contains(char::is_alphabetic) && byline::of_line(text).is_none()
}

fn starts_title(text: &str) -> bool {
    text.chars().next().is_some_and(|c| !c.is_lowercase() && (c.is_alphanumeric() || matches!(c, '"' | '“' | '‘' | '\'' | '«' | '‹')))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::tests::{drawn, read_one};

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let (article, problems) = read_one(&Text, "story.txt", text.as_bytes());
        assert_eq!(problems, []);
        assert_eq!(drawn(&article), expected);
    }

    #[test]
    fn points_crossheads_and_questions() {
        check(
            "- Storm closes Port Ellery harbour\n- Mayor calls it \"a bad night\"\nA storm closed the harbour of Port Ellery on Monday.\nNobody was hurt.\n\
             Repairs Begin at the Pier\nMayor Ann Tell said it was \"a bad night.\"\nFrequently Asked Questions\nWas anyone hurt? No, nobody was.\nWhen will it open? In a week.",
            "summary\n  item Storm closes Port Ellery harbour\n  item Mayor calls it \"a bad night\"\nlead\n  paragraph A storm closed the harbour of Port Ellery on Monday.\n\
             body\n  paragraph Nobody was hurt.\nbody: Repairs Begin at the Pier\n  paragraph Mayor Ann Tell said it was \"a bad night.\"\n\
             faq: Frequently Asked Questions\n  question Was anyone hurt? No, nobody was.\n  question When will it open? In a week.\n",
        );
    }

    #[test]
    fn a_story_with_its_top() {
        check(
            "Storm closes harbour of Port Ellery\n\nTwo ships thrown against the pier, nobody hurt\n\nBy Jane Doe and John Roe, Harbour Correspondent\nPublished: 17 April 2025\n\n\
             PORT ELLERY — A storm closed the harbour on Monday.\n\nRepairs take a week.\n\nCorrection: The pier was built in 1901, not 1910.\n",
            "headline (inferred): Storm closes harbour of Port Ellery\ndate: 2025-04-17 (text)\nauthors: Jane Doe; John Roe\nbyline: Jane Doe and John Roe, Harbour Correspondent\n\
             summary\n  paragraph Two ships thrown against the pier, nobody hurt\nlead\n  paragraph PORT ELLERY — A storm closed the harbour on Monday.\nbody\n  paragraph Repairs take a week.\n\
             note\n  paragraph Correction: The pier was built in 1901, not 1910.\n",
        );
    }

    #[test]
    fn a_header_block() {
        check(
            "Headline: Storm closes harbour\nDate: 2025-04-17T10:15:00+02:00\nByline: By Jane Doe\nDesk: Local\nPublisher: The Ellery Gull\nURL: https://gull.example/storm\nLanguage: en\n\
             Summary: Nobody was hurt\nTags: storm\n\nThe harbour is closed.\nSo is the pier.\n",
            "headline: Storm closes harbour\ndate: 2025-04-17T10:15:00+02:00 (field)\nauthors: Jane Doe\nbyline: Jane Doe\npublisher: The Ellery Gull\ndesk: Local\nurl: https://gull.example/storm\nlanguage: en\n\
             summary\n  paragraph Nobody was hurt\nlead\n  paragraph The harbour is closed.\nbody\n  paragraph So is the pier.\n",
        );
    }

    #[test]
    fn no_header_and_no_headline() {
        check("Source: the mayor.\nShe said so.", "lead\n  paragraph Source: the mayor.\nbody\n  paragraph She said so.\n");
        check(
            "By the time she spoke, all had left.\nThe End",
            "lead\n  paragraph By the time she spoke, all had left.\nbody\n  paragraph The End\n",
        );
        check("Just one line", "lead\n  paragraph Just one line\n");
    }

    #[test]
    fn short_lines_that_are_no_crossheads() {
        check(
            "All results are in.\nEllery 2 Westhaven 1\nNorthport 0 Isle Green 0\nSouthgate 3 Eastby 3\nThe league goes on.",
            "lead\n  paragraph All results are in.\nbody\n  paragraph Ellery 2 Westhaven 1\n  paragraph Northport 0 Isle Green 0\n  paragraph Southgate 3 Eastby 3\n  paragraph The league goes on.\n",
        );
        check(
            "She said much.\n“We are here\nThey heard it all.\n(Ellery Press)\nMore came.",
            "lead\n  paragraph She said much.\nbody\n  paragraph “We are here\n  paragraph They heard it all.\n  paragraph (Ellery Press)\n  paragraph More came.\n",
        );
    }

    #[test]
    fn questions_as_crossheads() {
        check(
            "The harbour is closed.\nWhat happens next?\nThe ferry company said it would send two buses to the northern pier every hour.",
            "lead\n  paragraph The harbour is closed.\nbody: What happens next?\n  paragraph The ferry company said it would send two buses to the northern pier every hour.\n",
        );
    }
}
