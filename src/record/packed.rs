//! The quotes of a stored article as bytes: spans as distances from each other, everything in as few bytes as it needs.
//!
//! A quote in the bytes: flags, rule, confidence, then what the flags announce. Numbers are LEB128, signed ones zigzag before that. Bytes of
//! numbers hardly compress between words, so their count is what a quote costs.

use super::hundredths;
use crate::quote::{Quote, QuoteKind};
use crate::text::Span;
use std::borrow::Cow;

/// The rules of the attribution, by the number that stands for their name; new ones go to the end. A rule that is not here is written out.
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

const CONTENT: u8 = 1 << 2;
const CUE: u8 = 1 << 3;
const SPEAKER: u8 = 1 << 4;
const MENTION: u8 = 1 << 5;
const CHAIN: u8 = 1 << 6;
const PARTS: u8 = 1 << 7;

/// The quotes without the days that they were said on.
pub(super) fn pack(quotes: &[Quote]) -> Vec<u8> {
    let mut out = Vec::with_capacity(quotes.len() * 16);
    let mut before = 0;
    for quote in quotes {
        let start = quote.parts.first().map_or(0, |part| part.start);
        let end = quote.parts.last().map_or(start, |part| part.end);
        let flag = |flag: u8, is_set: bool| if is_set { flag } else { 0 };
        let content = (quote.content != Span { start, end }).then_some(quote.content);
        out.push(
            quote.kind as u8
                | flag(CONTENT, content.is_some())
                | flag(CUE, quote.cue.is_some())
                | flag(SPEAKER, quote.speaker.is_some())
                | flag(MENTION, quote.mention.is_some())
                | flag(CHAIN, !quote.chain.is_empty())
                | flag(PARTS, quote.parts.len() != 1),
        );
        match RULES.iter().position(|rule| *rule == quote.rule) {
            Some(number) => out.push(number as u8 + 1),
            None => {
                out.push(0);
                number(&mut out, quote.rule.len() as u32);
                out.extend_from_slice(quote.rule.as_bytes());
            }
        }
        out.push(hundredths(quote.confidence));
        if quote.parts.len() != 1 {
            number(&mut out, quote.parts.len() as u32);
        }
        let mut from = before;
        for &part in &quote.parts {
            distance(&mut out, part, from);
            from = part.end;
        }
        if !quote.chain.is_empty() {
            number(&mut out, quote.chain.len() as u32);
        }
        for &span in content.iter().chain(&quote.cue).chain(&quote.mention).chain(&quote.chain) {
            distance(&mut out, span, start);
        }
        if let Some(speaker) = quote.speaker {
            number(&mut out, speaker as u32);
        }
        before = start;
    }
    out
}

/// The quotes again; `None` when the bytes are damaged. Whether the spans fit the text is not looked at.
pub(super) fn unpack(mut bytes: &[u8]) -> Option<Vec<Quote>> {
    let from = &mut bytes;
    let mut quotes = Vec::new();
    let mut before = 0;
    while let Some(flags) = byte(from) {
        let kind = match flags & 3 {
            0 => QuoteKind::Direct,
            1 => QuoteKind::Mixed,
            2 => QuoteKind::Indirect,
            _ => return None,
        };
        let rule = match byte(from)? {
            0 => {
                let length = read_number(from)? as usize;
                let (name, rest) = from.split_at_checked(length)?;
                *from = rest;
                Cow::Owned(std::str::from_utf8(name).ok()?.to_owned())
            }
            number => Cow::Borrowed(*RULES.get(usize::from(number) - 1)?),
        };
        let confidence = f32::from(byte(from)?) / 100.0;
        let count = if flags & PARTS == 0 { 1 } else { read_number(from)? };
        let mut at = before;
        let mut parts = Vec::new();
        for _ in 0..count {
            let part = read_distance(from, at)?;
            at = part.end;
            parts.push(part);
        }
        let start = parts.first()?.start;
        let steps = if flags & CHAIN == 0 { 0 } else { read_number(from)? };
        let mut span = |is_there: bool| if is_there { read_distance(from, start).map(Some) } else { Some(None) };
        let content = span(flags & CONTENT != 0)?.unwrap_or(Span { start, end: at });
        let (cue, mention) = (span(flags & CUE != 0)?, span(flags & MENTION != 0)?);
        let mut chain = Vec::new();
        for _ in 0..steps {
            chain.extend(span(true)?);
        }
        let speaker = if flags & SPEAKER == 0 { None } else { Some(read_number(from)? as usize) };
        quotes.push(Quote { parts, content, kind, cue, speaker, mention, chain, said_on: None, rule, confidence });
        before = start;
    }
    Some(quotes)
}

fn byte(from: &mut &[u8]) -> Option<u8> {
    let (first, rest) = from.split_first()?;
    *from = rest;
    Some(*first)
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

/// A span as a distance from `from` and a length.
fn distance(out: &mut Vec<u8>, span: Span, from: u32) {
    let signed = span.start.wrapping_sub(from) as i32;
    number(out, ((signed << 1) ^ (signed >> 31)) as u32);
    number(out, span.end - span.start);
}

/// The span at a distance from `from`; spans that no text could hold fail the check of the whole quote.
fn read_distance(from: &mut &[u8], at: u32) -> Option<Span> {
    let zigzag = read_number(from)?;
    let start = at.wrapping_add((zigzag >> 1) ^ (zigzag & 1).wrapping_neg());
    Some(Span { start, end: start.saturating_add(read_number(from)?) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::{Input, Item, by_name};
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

    proptest::proptest! {
        #[test]
        fn damaged_bytes_are_no_quotes_and_no_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..60)) {
            if let Some(quotes) = unpack(&bytes) {
                assert!(quotes.len() <= bytes.len());
            }
        }
    }
}
