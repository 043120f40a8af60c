//! The quotes of a stored article as bytes: spans as distances from each other, everything in as few bytes as it needs.
//!
//! A quote in the bytes: rule and kind, flags where they are not the usual ones, confidence, then what the flags announce. Numbers are LEB128,
//! signed ones zigzag before that. Bytes of numbers hardly compress between words, so their count is what a quote costs.

use super::hundredths;
use crate::quote::{Quote, QuoteKind};
use crate::text::Span;
use std::borrow::Cow;

/// The rules of the attribution, by the number that stands for their name; new ones go to the end. A rule that is not here is written out;
/// there is room for 31.
const RULES: [&str; 29] = [
    "none",
    "x-said",
    "said-x",
    "indirect-that",
    "indirect-said",
    "indirect-to",
    "indirect-about",
    "indirect-object",
    "indirect-behind",
    "indirect-according-to",
    "x-said-between",
    "x-said-later",
    "said-x-later",
    "said-before",
    "according-to",
    "continuation",
    "subject",
    "colon",
    "dash-name",
    "interview",
    "next-paragraph",
    "paragraph-before",
    "participle",
    "passive",
    "passive-by",
    "possessive",
    "sentence-after",
    "sentence-before",
    "words-by",
];

/// In the first byte above the number of the rule: the kind; and that flags follow.
const KIND: u32 = 5;
const FLAGS: u8 = 1 << 7;

const CONTENT: u8 = 1;
const CUE: u8 = 1 << 1;
const SPEAKER: u8 = 1 << 2;
const MENTION: u8 = 1 << 3;
const CHAIN: u8 = 1 << 4;
const PARTS: u8 = 1 << 5;
/// What most quotes have: no flags follow.
const USUAL: u8 = CUE | SPEAKER | MENTION;

/// The cue and the mention with bits for their lengths, see [`near`]: the one that mostly stands beside the words first.
fn outwards(rule: &str) -> [(u8, u32); 2] {
    let (cue, mention) = ((CUE, 4), (MENTION, 5));
    // "...", Moss said.
    if matches!(rule, "x-said" | "x-said-later" | "indirect-behind") { [mention, cue] } else { [cue, mention] }
}

/// The quotes without the days that they were said on.
pub(super) fn pack(quotes: &[Quote]) -> Vec<u8> {
    let mut out = Vec::with_capacity(quotes.len() * 12);
    let mut before = 0;
    for quote in quotes {
        let start = quote.parts.first().map_or(0, |part| part.start);
        let end = quote.parts.last().map_or(start, |part| part.end);
        let flag = |flag: u8, is_set: bool| if is_set { flag } else { 0 };
        let content = (quote.content != Span { start, end }).then_some(quote.content);
        let flags = flag(CONTENT, content.is_some())
            | flag(CUE, quote.cue.is_some())
            | flag(SPEAKER, quote.speaker.is_some())
            | flag(MENTION, quote.mention.is_some())
            | flag(CHAIN, !quote.chain.is_empty())
            | flag(PARTS, quote.parts.len() != 1);
        let rule = RULES.iter().position(|rule| *rule == quote.rule).map_or(0, |number| number as u8 + 1);
        out.push(rule | (quote.kind as u8) << KIND | flag(FLAGS, flags != USUAL));
        if flags != USUAL {
            out.push(flags);
        }
        if rule == 0 {
            number(&mut out, quote.rule.len() as u32);
            out.extend_from_slice(quote.rule.as_bytes());
        }
        out.push(hundredths(quote.confidence));
        if quote.parts.len() != 1 {
            number(&mut out, quote.parts.len() as u32);
        }
        for &part in &quote.parts {
            distance(&mut out, part, before);
            before = part.end;
        }
        if let Some(content) = content {
            distance(&mut out, content, start);
        }
        let mut beside = Span { start, end };
        for (flag, bits) in outwards(&quote.rule) {
            if let Some(span) = if flag == CUE { quote.cue } else { quote.mention } {
                near(&mut out, span, beside, bits);
                beside = span;
            }
        }
        for (i, &step) in quote.chain.iter().enumerate() {
            let has_next = i + 1 < quote.chain.len();
            signed(&mut out, step.start, start);
            number(&mut out, step.len() as u32 * 2 + u32::from(has_next));
        }
        if let Some(speaker) = quote.speaker {
            number(&mut out, speaker as u32);
        }
    }
    out
}
fn byte(from: &mut &[u8]) -> Option<u8> {
    let (first, rest) = from.split_first()?;
    *from = rest;
    Some(*first)
}

/// The quotes again; `None` when the bytes are damaged. Whether the spans fit the text is not looked at.
pub(super) fn unpack(mut bytes: &[u8]) -> Option<Vec<Quote>> {
    let from = &mut bytes;
    let mut quotes = Vec::new();
    let mut before = 0;
    while let Some(first) = byte(from) {
        let kind = match (first & !FLAGS) >> KIND {
            0 => QuoteKind::Direct,
            1 => QuoteKind::Mixed,
            2 => QuoteKind::Indirect,
            _ => return None,
        };
        let flags = if first & FLAGS == 0 { USUAL } else { byte(from)? };
        let rule = match usize::from(first & ((1 << KIND) - 1)).checked_sub(1) {
            None => {
                let length = read_number(from)? as usize;
                let (name, rest) = from.split_at_checked(length)?;
                *from = rest;
                Cow::Owned(std::str::from_utf8(name).ok()?.to_owned())
            }
            Some(number) => Cow::Borrowed(*RULES.get(number)?),
        };
        let confidence = f32::from(byte(from)?) / 100.0;
        let count = if flags & PARTS == 0 { 1 } else { read_number(from)? };
        let mut parts = Vec::new();
        for _ in 0..count {
            let part = read_distance(from, before)?;
            before = part.end;
            parts.push(part);
        }
        let words = Span { start: parts.first()?.start, end: before };
        let content = if flags & CONTENT == 0 { words } else { read_distance(from, words.start)? };
        let (mut beside, mut cue, mut mention) = (words, None, None);
        for (flag, bits) in outwards(&rule).into_iter().filter(|(flag, _)| flags & flag != 0) {
            beside = read_near(from, beside, bits)?;
            *(if flag == CUE { &mut cue } else { &mut mention }) = Some(beside);
        }
        let mut chain = Vec::new();
        let mut has_next = flags & CHAIN != 0;
        while has_next {
            let start = read_signed(from, words.start)?;
            let length = read_number(from)?;
            chain.push(Span { start, end: start.saturating_add(length / 2) });
            has_next = length % 2 == 1;
        }
        let speaker = if flags & SPEAKER == 0 { None } else { Some(read_number(from)? as usize) };
        quotes.push(Quote { parts, content, kind, cue, speaker, mention, chain, said_on: None, rule, confidence });
    }
    Some(quotes)
}

fn number(out: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn read_number(from: &mut &[u8]) -> Option<u32> {
    let mut number = 0u32;
    for shift in (0..32).step_by(7) {
        let byte = byte(from)?;
        number |= u32::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

/// A number by how much it is more or less than another.
fn signed(out: &mut Vec<u8>, value: u32, than: u32) {
    let signed = value.wrapping_sub(than) as i32;
    number(out, ((signed << 1) ^ (signed >> 31)) as u32);
}

fn read_signed(from: &mut &[u8], than: u32) -> Option<u32> {
    let zigzag = read_number(from)?;
    Some(than.wrapping_add((zigzag >> 1) ^ (zigzag & 1).wrapping_neg()))
}

/// A span as a distance from `from` and a length.
fn distance(out: &mut Vec<u8>, span: Span, from: u32) {
    signed(out, span.start, from);
    number(out, span.end - span.start);
}

/// The span at a distance from `at`; spans that no text could hold fail the check of the whole quote.
fn read_distance(from: &mut &[u8], at: u32) -> Option<Span> {
    let start = read_signed(from, at)?;
    Some(Span { start, end: start.saturating_add(read_number(from)?) })
}

/// A span beside another in one byte: which side, how many bytes are between them, and its length, which takes the lowest `bits`. Length 0
/// stands for a span that is longer or further away, whose distance follows.
fn near(out: &mut Vec<u8>, span: Span, beside: Span, bits: u32) {
    let length = span.end - span.start;
    let (side, gap) = match beside.start.checked_sub(span.end) {
        Some(gap) => (1 << 7, Some(gap)),
        None => (0, span.start.checked_sub(beside.end)),
    };
    match gap {
        Some(gap) if gap < 1 << (7 - bits) && (1..1 << bits).contains(&length) => out.push((side | gap << bits | length) as u8),
        _ => {
            out.push(0);
            distance(out, span, beside.start);
        }
    }
}

fn read_near(from: &mut &[u8], beside: Span, bits: u32) -> Option<Span> {
    let byte = u32::from(byte(from)?);
    let (gap, length) = ((byte & 0x7f) >> bits, byte & ((1 << bits) - 1));
    if length == 0 {
        return read_distance(from, beside.start);
    }
    if byte >> 7 == 1 {
        let end = beside.start.checked_sub(gap)?;
        return Some(Span { start: end.checked_sub(length)?, end });
    }
    let start = beside.end.checked_add(gap)?;
    Some(Span { start, end: start.checked_add(length)? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::{Input, Item, by_name};
    use proptest::prelude::*;
    use std::ops::ControlFlow;

    #[test]
    fn quotes_come_back_as_they_were_and_no_rule_is_written_out() {
        let text = "Talks\n\nAnn Moss said on Monday that the ferry would sail. \"We will,\" she said, \"sail at noon.\"\n\n\"No,\" said the mayor.\n\n\
                    According to the port, \"nothing\" was decided. Moss promised to return.";
        let mut articles = Vec::new();
        let mut sink = |item: Item| {
            if let Item::Article { article, .. } = item {
                articles.push(article);
            }
            ControlFlow::Continue(())
        };
        let format = by_name("text").expect("a format");
        format.read(Input::file("talks.txt".as_ref(), &mut std::io::Cursor::new(text.as_bytes())), &mut sink).expect("read");
        let mut quotes = crate::quote::attribute(&articles[0]).quotes;
        assert!(quotes.len() >= 4, "{quotes:?}");
        for quote in &mut quotes {
            (quote.said_on, quote.confidence) = (None, f32::from(hundredths(quote.confidence)) / 100.0);
            assert!(RULES.contains(&&*quote.rule), "`{}` is not in the list", quote.rule);
        }
        assert_eq!(unpack(&pack(&quotes)), Some(quotes.clone()));
        quotes[0].rule = "a-rule-of-tomorrow".into();
        assert_eq!(unpack(&pack(&quotes)), Some(quotes));
    }

    #[test]
    fn every_number_is_a_rule_and_every_rule_of_the_weights_has_one() {
        let weights = include_str!("../quote/lexicon/weights.txt");
        let sources = walkdir::WalkDir::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src/quote")).into_iter().flatten();
        let code: String = sources.filter_map(|file| std::fs::read_to_string(file.path()).ok()).collect();
        for rule in RULES {
            assert!(code.contains(&format!("\"{rule}\"")), "no rule is called {rule}");
        }
        for name in weights.split_whitespace().filter_map(|word| word.strip_prefix("rule=")) {
            assert!(RULES.contains(&name), "{name}");
        }
    }

    /// A quote of any shape; spans lie anywhere.
    fn a_quote() -> impl Strategy<Value = Quote> {
        let span = || {
            prop_oneof![(0u32..400, 0u32..40), (0u32..1 << 30, 0u32..1 << 20)]
                .prop_map(|(start, length)| Span { start, end: start + length })
        };
        let shape = (0usize..=RULES.len(), 0..3u8, 0u8..=100, proptest::option::of(0usize..300));
        let spans = (prop::collection::vec(span(), 1..4), proptest::option::of(span()), prop::collection::vec(span(), 0..3));
        (shape, spans, proptest::option::of(span()), proptest::option::of(span())).prop_map(|(shape, spans, cue, mention)| {
            let ((rule, kind, confidence, speaker), (parts, content, chain)) = (shape, spans);
            let whole = Span { start: parts[0].start, end: parts[parts.len() - 1].end };
            Quote {
                content: content.unwrap_or(whole),
                parts,
                kind: [QuoteKind::Direct, QuoteKind::Mixed, QuoteKind::Indirect][usize::from(kind)],
                cue,
                speaker,
                mention,
                chain,
                said_on: None,
                rule: RULES.get(rule).copied().unwrap_or("a-rule-of-tomorrow").into(),
                confidence: f32::from(confidence) / 100.0,
            }
        })
    }

    proptest::proptest! {
        #[test]
        fn any_quotes_come_back(quotes in prop::collection::vec(a_quote(), 0..5)) {
            assert_eq!(unpack(&pack(&quotes)), Some(quotes));
        }

        #[test]
        fn damaged_bytes_are_no_quotes_and_no_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..60)) {
            if let Some(quotes) = unpack(&bytes) {
                assert!(quotes.len() <= bytes.len());
            }
        }
    }
}
