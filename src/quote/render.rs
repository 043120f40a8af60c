//! Quotes drawn under the text they stand in, for people and for tests.

use super::{Attribution, QuoteKind};
use crate::article::Article;
use crate::text::Span;

/// The text, wrapped, with what was found drawn below each line: `=` under the words quoted, `~` under the cue, `^` under the
/// mention, and behind each quote's last line its speaker, how the mention leads to the name, rule and confidence.
pub fn explain(article: &Article, attribution: &Attribution) -> String {
    let body = article.body();
    // The lines of the text; `None` ends a block.
    let mut lines: Vec<Option<Span>> = Vec::new();
    for block in article.blocks() {
        let text = block.span.of(body).trim_end_matches('\n');
        let start = block.span.start;
        lines.extend(wrapped(text, 100).into_iter().map(|line| Some(Span { start: start + line.start, end: start + line.end })));
        lines.push(None);
    }
    let marks = Marks::new(attribution);
    let mut out = String::new();
    for line in lines {
        match line {
            Some(line) => draw(body, line, attribution, &marks, &mut out),
            None => out.push('\n'),
        }
    }
    out
}

/// What is drawn, in the order of the text, so that a line finds its own.
struct Marks {
    spans: Vec<(Span, u8)>,
    /// The longest span: whatever overlaps a line begins no further before it.
    longest: u32,
    /// Last byte of each quote, with its number.
    ends: Vec<(u32, usize)>,
}

impl Marks {
    fn new(attribution: &Attribution) -> Self {
        let mut spans: Vec<(Span, u8)> = Vec::new();
        let mut ends = Vec::new();
        for (number, quote) in attribution.quotes.iter().enumerate() {
            spans.extend(quote.parts.iter().map(|part| (*part, b'=')));
            spans.extend(quote.cue.map(|cue| (cue, b'~')));
            spans.extend(quote.mention.map(|mention| (mention, b'^')));
            ends.extend(quote.parts.last().map(|part| (part.end, number)));
        }
        // Where spans lie over each other, words quoted give way to the cue, and that to the mention.
        spans.sort_by_key(|(span, mark)| (span.start, *mark != b'=', *mark == b'^'));
        ends.sort_unstable();
        let longest = spans.iter().map(|(span, _)| span.end - span.start).max().unwrap_or(0);
        Self { spans, longest, ends }
    }

    fn of_line(&self, line: Span) -> impl Iterator<Item = &(Span, u8)> {
        let from = self.spans.partition_point(|(span, _)| span.start < line.start.saturating_sub(self.longest));
        let to = self.spans.partition_point(|(span, _)| span.start < line.end);
        self.spans[from..to].iter().filter(move |(span, _)| span.overlaps(line))
    }

    fn ending_in(&self, line: Span) -> &[(u32, usize)] {
        let at = |byte: u32| self.ends.partition_point(|(end, _)| *end <= byte);
        &self.ends[at(line.start)..at(line.end)]
    }
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

fn draw(body: &str, line: Span, attribution: &Attribution, found: &Marks, out: &mut String) {
    out.push_str("  ");
    out.push_str(line.of(body));
    out.push('\n');
    let mut marks = vec![b' '; line.of(body).chars().count()];
    let column = |byte: u32| body.get(line.start as usize..byte.clamp(line.start, line.end) as usize).map_or(0, |s| s.chars().count());
    for (span, mark) in found.of_line(line) {
        marks[column(span.start)..column(span.end)].fill(*mark);
    }
    let mut notes: Vec<usize> = found.ending_in(line).iter().map(|(_, number)| *number).collect();
    notes.sort_unstable();
    if marks.iter().any(|&mark| mark != b' ') {
        out.push_str("  ");
        out.push_str(String::from_utf8_lossy(&marks).trim_end());
        out.push('\n');
    }
    for number in notes {
        out.push_str(&note(body, &attribution.quotes[number], attribution));
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
    // How the mention leads to the name.
    let step = |span: &Span| span.of(body).replace('\n', " ").chars().take(40).collect::<String>();
    let steps: Vec<String> = quote.mention.iter().chain(&quote.chain).map(step).collect();
    let chain = if steps.len() > 1 { format!(" by \"{}\"", steps.join("\" -> \"")) } else { String::new() };
    format!("      > \"{short}\" <- {name}{chain} [{kind}, {}, {:.2}]\n", quote.rule, quote.confidence)
}
