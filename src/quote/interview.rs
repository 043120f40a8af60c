//! Interviews: paragraphs that begin with the label of who speaks. Their answers are quotes, though nothing marks them.

use super::attach::Source;
use super::marks::Stretch;
use super::mention::NameKind;
use super::phrase::{Head, Phrase};
use super::reader::Reader;
use super::token::TokenKind;
use crate::article::{Article, BlockKind};
use crate::text::Span;

/// An answer: bytes into the body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    /// The label without its colon.
    label: Span,
    /// Its paragraphs.
    parts: Vec<Span>,
}

/// An answer with who gives it.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    pub(crate) parts: Vec<Span>,
    pub(crate) source: Source,
}

/// Longest label, in bytes and in words.
const LONGEST_LABEL: (usize, usize) = (48, 5);

/// Paragraphs with labels that make an interview; each of its two voices has two at least.
const LEAST: usize = 4;

/// The answers of an article that is laid out as an interview; none where it is not.
pub(crate) fn answers(article: &Article) -> Vec<Answer> {
    let body = article.body();
    let blocks: Vec<_> = article.blocks().collect();
    let labels: Vec<Option<Span>> = blocks.iter().map(|block| label(body, block.span, block.kind)).collect();
    if labels.iter().flatten().count() < LEAST {
        return Vec::new();
    }
    // The voices: each label with how often it stands and how often what it says asks.
    let mut voices: Vec<(&str, usize, usize)> = Vec::new();
    for (label, block) in labels.iter().zip(&blocks).filter_map(|(label, block)| Some(((*label)?, block))) {
        let name = label.of(body);
        let asks = usize::from(block.span.of(body).trim_end().ends_with('?'));
        match voices.iter_mut().find(|(voice, ..)| *voice == name) {
            Some((_, count, asked)) => (*count, *asked) = (*count + 1, *asked + asks),
            None => voices.push((name, 1, asks)),
        }
    }
    voices.retain(|(_, count, _)| *count >= 2);
    if voices.len() < 2 {
        return Vec::new();
    }
    let publisher = article.meta.publisher.as_deref().unwrap_or_default();
    let asks = |name: &str, count: usize, asked: usize| {
        ["Q", "Question", "Interviewer"].contains(&name)
            || asked * 10 >= count * 6
            || !publisher.is_empty() && publisher.split(' ').any(|word| word == name)
    };
    // Where nobody asks, it is a transcript, and all of it was said.
    let speaks = |name: &str| voices.iter().any(|&(voice, count, asked)| voice == name && !asks(voice, count, asked));
    let last = labels.iter().rposition(Option::is_some).unwrap_or(0);
    let mut found: Vec<Answer> = Vec::new();
    let mut open = false;
    for (at, (own, block)) in labels.iter().zip(&blocks).enumerate() {
        let text = trimmed(body, block.span);
        match own {
            Some(own) if speaks(own.of(body)) => {
                let start = own.end as usize + 1;
                let words = trimmed(body, Span::new(start.min(text.end as usize), text.end as usize));
                found.push(Answer { label: *own, parts: vec![words] });
                open = true;
            }
            Some(_) => open = false,
            // An answer goes on over paragraphs, as long as another label follows: the last may be the paper's own words.
            None if open && at < last && matches!(block.kind, BlockKind::Paragraph | BlockKind::Item | BlockKind::Question) => {
                found.last_mut().into_iter().for_each(|answer| answer.parts.push(text));
            }
            None => open = false,
        }
    }
    found.retain(|answer| answer.parts.iter().all(|part| part.start < part.end));
    found
}

fn trimmed(body: &str, span: Span) -> Span {
    let text = span.of(body);
    let start = span.start as usize + (text.len() - text.trim_start().len());
    Span::new(start, start + text.trim().len())
}

/// The label at the start of a paragraph: a few words with capitals and a colon behind them.
fn label(body: &str, span: Span, kind: BlockKind) -> Option<Span> {
    if !matches!(kind, BlockKind::Paragraph | BlockKind::Question | BlockKind::Item) {
        return None;
    }
    let text = span.of(body);
    let colon = memchr::memchr(b':', &text.as_bytes()[..text.len().min(LONGEST_LABEL.0)])?;
    let name = text.get(..colon)?;
    let words: Vec<&str> = name.split(' ').collect();
    let named = |word: &&str| word.chars().next().is_some_and(|c| c.is_uppercase() && c.is_alphabetic());
    let fits = (1..=LONGEST_LABEL.1).contains(&words.len()) && words.iter().all(named) && text[colon + 1..].starts_with(' ');
    fits.then(|| Span::new(span.start as usize, span.start as usize + colon))
}

/// Who gives the answers; those that stand in marks as a whole have their stretch's source filled instead.
pub(crate) fn told(reader: &Reader, stretches: &[Stretch], answers: Vec<Answer>, sources: &mut [Source]) -> Vec<Told> {
    let mut out = Vec::new();
    for answer in answers {
        let first = reader.tokens.partition_point(|token| token.start < answer.label.start);
        let Some(phrase) = named(reader, first, answer.label) else { continue };
        let source = Source::new("interview", 0.9, None, phrase);
        let whole = Span { start: answer.parts[0].start, end: answer.parts[answer.parts.len() - 1].end };
        let inside = |stretch: &&Stretch| whole.start <= stretch.outer.start && stretch.outer.end <= whole.end;
        let marked: u32 = stretches.iter().filter(inside).map(|stretch| stretch.inner.len() as u32).sum();
        if marked * 10 >= (whole.end - whole.start) * 8 {
            for (own, _) in sources.iter_mut().zip(stretches).filter(|(own, stretch)| own.phrase.is_none() && inside(stretch)) {
                *own = source;
            }
            continue;
        }
        out.push(Told { parts: answer.parts, source });
    }
    out
}

/// The phrase that a label is; "A" and "Answer" mean the first person that the text before names.
fn named(reader: &Reader, first: usize, label: Span) -> Option<Phrase> {
    if ["A", "Answer"].contains(&label.of(reader.body)) {
        let mentions = reader.names.mentions.iter().enumerate();
        let mut people = mentions.filter(|(_, mention)| mention.kind == NameKind::Person && mention.last < first);
        return people.next().map(|(number, mention)| Phrase { first: mention.first, last: mention.last, head: Head::Name(number) });
    }
    let colon = (first..reader.tokens.len()).find(|&at| reader.kind(at) == TokenKind::Colon)?;
    let phrase = reader.beginning_at(first, colon).or_else(|| reader.ending_at(colon.checked_sub(1)?, first));
    phrase.filter(|phrase| matches!(phrase.head, Head::Name(_)))
}
