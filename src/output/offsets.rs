//! In what units offsets are counted: the program counts UTF-8 bytes, JavaScript and Python slice strings by other units.
//!
//! Here is a finished hit, its offsets in bytes, give me the same hit with its offsets counted as a reader's language counts.

use super::hit::{self, AnswerOut, HitOut, SummaryOut};
use crate::search::{Answer, Shown};
use crate::text::Span;

/// The unit of offsets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Offsets {
    /// UTF-8 bytes: Rust, Go, C.
    #[default]
    Bytes,
    /// UTF-16 code units: JavaScript, Java, .NET.
    Utf16,
    /// Unicode code points: Python.
    Characters,
}

impl Offsets {
    /// What an answer says of its offsets; nothing for bytes.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::Bytes => None,
            Self::Utf16 => Some("utf-16"),
            Self::Characters => Some("characters"),
        }
    }

    /// The wire form of an answer.
    pub fn answer(self, answer: &Answer) -> AnswerOut {
        let mut out = hit::answer(answer);
        out.hits.iter_mut().zip(&answer.hits).for_each(|(hit, shown)| self.recount(hit, shown));
        out.about.offsets = self.name();
        out
    }

    /// The wire form of a hit; `rank` counts from 1.
    pub fn hit(self, shown: &Shown, rank: usize) -> HitOut {
        let mut out = hit::hit(shown, rank);
        self.recount(&mut out, shown);
        out
    }

    /// The last line of JSON Lines.
    pub fn summary(self, answer: &Answer) -> SummaryOut {
        let mut out = hit::summary(answer);
        out.about.offsets = self.name();
        out
    }

    fn recount(self, hit: &mut HitOut, shown: &Shown) {
        if self != Self::Bytes {
            recount(hit, shown.hit.article.article.body(), self);
        }
    }

    /// How many units the character has of which this byte is one, told at its first byte.
    fn units(self, byte: u8) -> u32 {
        let is_first = byte & 0b1100_0000 != 0b1000_0000;
        match self {
            Self::Bytes => 1,
            Self::Characters => u32::from(is_first),
            // What has four bytes here has two units there.
            Self::Utf16 => u32::from(is_first) + u32::from(byte >= 0b1111_0000),
        }
    }

    fn count(self, bytes: &[u8]) -> u32 {
        bytes.iter().map(|&byte| self.units(byte)).sum()
    }
}

/// A text, and how many units stand before every so many of its bytes.
pub struct Ruler<'a> {
    text: &'a str,
    unit: Offsets,
    stops: Vec<u32>,
}

impl<'a> Ruler<'a> {
    /// Bytes from stop to stop.
    const STEP: usize = 512;

    /// Measures a text once, so that any offset into it is recounted in no time.
    pub fn new(text: &'a str, unit: Offsets) -> Self {
        let running = |total: &mut u32, chunk: &[u8]| {
            *total += unit.count(chunk);
            Some(*total)
        };
        let stops = std::iter::once(0).chain(text.as_bytes().chunks(Self::STEP).scan(0, running)).collect();
        Self { text, unit, stops }
    }

    /// An offset in units for one in bytes.
    pub fn at(&self, byte: u32) -> u32 {
        let byte = (byte as usize).min(self.text.len());
        let stop = byte / Self::STEP;
        let rest = &self.text.as_bytes()[stop * Self::STEP..byte];
        self.stops.get(stop).map_or(0, |stop| stop + self.unit.count(rest))
    }

    /// A span in units for one in bytes.
    pub fn span(&self, span: Span) -> Span {
        Span { start: self.at(span.start), end: self.at(span.end) }
    }

    fn recount(&self, start: &mut u32, end: &mut u32) {
        (*start, *end) = (self.at(*start), self.at(*end));
    }
}

/// Recounts every offset of a hit, which is in bytes; `body` is the text of its article.
fn recount(hit: &mut HitOut, body: &str, unit: Offsets) {
    let in_body = Ruler::new(body, unit);
    if let Some(quote) = &mut hit.quote {
        quote.parts.iter_mut().chain(&mut quote.cue).for_each(|span| *span = in_body.span(*span));
        quote.said_on.iter_mut().for_each(|said_on| in_body.recount(&mut said_on.start, &mut said_on.end));
        if let Some(speaker) = &mut quote.speaker {
            speaker.mention_span = in_body.span(speaker.mention_span);
            speaker.chain.iter_mut().for_each(|step| in_body.recount(&mut step.start, &mut step.end));
        }
    }
    for fragment in &mut hit.fragments {
        let in_fragment = Ruler::new(&fragment.text, unit);
        fragment.highlights.iter_mut().for_each(|span| *span = in_fragment.span(*span));
        // Every field but the body is shown whole.
        let in_field = if fragment.field == "body" { &in_body } else { &in_fragment };
        in_field.recount(&mut fragment.start, &mut fragment.end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_those_of_other_languages() {
        let text = "🚢 é x\u{302} 港 “levy”";
        let at = text.find("levy").expect("the word") as u32;
        let in_units = |unit| Ruler::new(text, unit).at(at);
        assert_eq!([Offsets::Bytes, Offsets::Utf16, Offsets::Characters].map(in_units), [at, 11, 10]);
    }

    proptest::proptest! {
        #[test]
        fn offsets_agree_with_the_standard_library(text in "\\PC{0,40}|[a🚢é\u{301}港]{0,900}") {
            let rulers = [Offsets::Bytes, Offsets::Utf16, Offsets::Characters].map(|unit| Ruler::new(&text, unit));
            for (at, _) in text.char_indices().chain([(text.len(), ' ')]) {
                let before = &text[..at];
                let expected = [before.len(), before.encode_utf16().count(), before.chars().count()];
                let found = rulers.each_ref().map(|ruler| ruler.at(at as u32) as usize);
                proptest::prop_assert_eq!(found, expected);
            }
        }
    }
}
