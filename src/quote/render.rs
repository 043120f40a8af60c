//! Quotes drawn under the text they stand in, for people and for tests.

use super::{Attribution, QuoteKind};
use crate::article::Article;
use crate::text::Span;

/// The text, wrapped, with what was found drawn below each line: `=` under the words quoted, `~` under the cue, `^` under the
/// mention, and behind each quote's last line its speaker, rule and confidence.
pub fn explain(article: &Article, attribution: &Attribution) -> String {
    let body = article.body();
    let mut out = String::new();
    for block in article.blocks() {
        let text = block.span.of(body).trim_end_matches('\n');
        for line in wrapped(text, 100) {
            let start = block.span.start + line.start;
            let line = Span { start, end: block.span.start + line.end };
            draw(body, line, attribution, &mut out);
        }
        out.push('\n');
    }
    out
}

/// Cuts a text into lines of at most `width` characters, at spaces where there are some.
fn wrapped(text: &str, width: usize) -> Vec<Span> {
    let mut lines = Vec::new();
    let (mut start, mut space, mut count) = (0, None, 0);
    for (at, c) in text.char_indices() {
        if c == ' ' {
            space = Some(at);
        }
        if count >= width {
            let cut = space.filter(|&space| space > start).unwrap_or(at);
            lines.push(Span::new(start, cut));
            start = if text[cut..].starts_with(' ') { cut + 1 } else { cut };
            count = text.get(start..at).map_or(0, |carried| carried.chars().count());
            space = None;
        }
        count += 1;
    }
    if start < text.len() {
        lines.push(Span::new(start, text.len()));
    }
    lines
}

fn draw(body: &str, line: Span, attribution: &Attribution, out: &mut String) {
    out.push_str("  ");
    out.push_str(line.of(body));
    out.push('\n');
    let mut marks = vec![b' '; line.of(body).chars().count()];
    let column = |byte: u32| body.get(line.start as usize..byte.clamp(line.start, line.end) as usize).map_or(0, |s| s.chars().count());
    let mut under = |span: Span, mark: u8| {
        for cell in &mut marks[column(span.start)..column(span.end)] {
            *cell = mark;
        }
    };
    let mut notes = Vec::new();
    for quote in &attribution.quotes {
        for &part in quote.parts.iter().filter(|part| part.overlaps(line)) {
            under(part, b'=');
        }
        for span in quote.cue.into_iter().filter(|span| span.overlaps(line)) {
            under(span, b'~');
        }
        for span in quote.mention.into_iter().filter(|span| span.overlaps(line)) {
            under(span, b'^');
        }
        let ends_here = quote.parts.last().is_some_and(|part| part.end > line.start && part.end <= line.end);
        if ends_here {
            notes.push(note(body, quote, attribution));
        }
    }
    if marks.iter().any(|&mark| mark != b' ') {
        out.push_str("  ");
        out.push_str(String::from_utf8_lossy(&marks).trim_end());
        out.push('\n');
    }
    for note in notes {
        out.push_str(&note);
    }
}

fn note(body: &str, quote: &super::Quote, attribution: &Attribution) -> String {
    let kind = match quote.kind {
        QuoteKind::Direct => "direct",
        QuoteKind::Mixed => "mixed",
        QuoteKind::Indirect => "indirect",
    };
    let first = quote.parts.first().map_or("", |part| part.of(body));
    let short: String = first.chars().take(24).collect();
    let short = if short.len() < first.len() { format!("{short}...") } else { short };
    let speaker = quote.speaker.and_then(|number| attribution.speakers.get(number));
    let name = match speaker {
        Some(speaker) => {
            let name = speaker.name.as_deref().unwrap_or("somebody not resolved");
            match &speaker.role {
                Some(role) => format!("{name} ({role})"),
                None => name.to_owned(),
            }
        }
        None => "nobody known".to_owned(),
    };
    format!("      > \"{short}\" <- {name} [{kind}, {}, {:.2}]\n", quote.rule, quote.confidence)
}
