//! A whole article with who said what in its margin.

use super::{MATCH, Piece, QUIET, SPEAKER, Style, TITLE, day, paragraph};
use crate::article::{Block, BlockKind};
use crate::quote::{Quote, QuoteKind};
use crate::record::{self, Loaded, show_key};
use crate::text::{Span, clean};
use std::collections::VecDeque;
use std::io::{self, Write};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Columns of the margin, and of the gap before it; wider where there is room.
const MARGIN: usize = 32;
/// Columns of the widest margin.
const WIDEST_MARGIN: usize = 48;
/// Widest column of text that is read with ease.
const WIDEST: usize = 76;
/// Narrowest terminal that has room for a margin.
const NARROWEST: usize = 84;

/// Prints an article: headline, what is known about it, and its text; beside each line in which a quote begins, its speaker. In a narrow
/// terminal speakers stand below their paragraph. `chosen` is a quote to point out.
///
/// # Errors
/// `out` cannot be written to.
pub fn article(out: &mut dyn Write, loaded: &Loaded, chosen: Option<usize>, style: Style) -> io::Result<()> {
    let (article, meta) = (&loaded.article, &loaded.article.meta);
    let width = if style.width < NARROWEST { style.width } else { (style.width - MARGIN - 2).min(WIDEST) };
    let narrow = Style { width, ..style };
    paragraph(out, &[Piece::styled(meta.headline.as_deref().unwrap_or("(no headline)"), TITLE)], "", narrow)?;
    let mut about: Vec<String> = Vec::new();
    about.extend(meta.date.map(day));
    about.extend(meta.publisher.clone());
    about.extend(meta.desk.clone());
    about.extend(Some(record::byline(meta).into_owned()).filter(|byline| !byline.is_empty()));
    about.extend(meta.url.clone());
    about.push(loaded.origin.file.clone());
    let key = show_key(loaded.origin.key());
    about.push(if loaded.id() == key { key } else { format!("{} ({key})", loaded.id()) });
    paragraph(out, &[Piece::styled(&about.join(" · "), QUIET)], "", narrow)?;
    let quotes = Quotes::new(loaded);
    for block in article.blocks() {
        if block.kind != BlockKind::Item {
            writeln!(out)?;
        }
        print(out, loaded, &quotes, block, chosen, Style { width: style.width, ..narrow }, width)?;
    }
    Ok(())
}

/// The quotes of an article in the order of its text, so that a line finds its own.
struct Quotes {
    /// First byte, number.
    starts: Vec<(u32, usize)>,
    parts: Vec<(Span, usize)>,
}

impl Quotes {
    fn new(loaded: &Loaded) -> Self {
        // Reported clauses are left to the machine-readable form.
        let quotes = || loaded.attribution.quotes.iter().enumerate().filter(|(_, quote)| quote.kind != QuoteKind::Indirect);
        let mut starts: Vec<(u32, usize)> = quotes().filter_map(|(i, quote)| Some((quote.parts.first()?.start, i))).collect();
        let mut parts: Vec<(Span, usize)> = quotes().flat_map(|(i, quote)| quote.parts.iter().map(move |part| (*part, i))).collect();
        starts.sort_unstable();
        parts.sort_by_key(|(part, _)| part.start);
        Self { starts, parts }
    }

    /// The quotes that begin in a line.
    fn beginning_in(&self, line: Span) -> &[(u32, usize)] {
        let at = |byte: u32| self.starts.partition_point(|(start, _)| *start < byte);
        &self.starts[at(line.start)..at(line.end.max(line.start + 1))]
    }

    /// Parts lie behind each other, none within another.
    fn parts_in(&self, line: Span) -> &[(Span, usize)] {
        let from = self.parts.partition_point(|(part, _)| part.end <= line.start);
        let to = self.parts.partition_point(|(part, _)| part.start < line.end);
        &self.parts[from..to.max(from)]
    }
}

/// One block, line by line, with its margin.
fn print(
    out: &mut dyn Write,
    loaded: &Loaded,
    quotes: &Quotes,
    block: Block,
    chosen: Option<usize>,
    style: Style,
    width: usize,
) -> io::Result<()> {
    let body = loaded.article.body();
    let (first, rest) = match block.kind {
        BlockKind::Item => ("• ", "  "),
        BlockKind::Blockquote => ("    ", "    "),
        BlockKind::Pullquote | BlockKind::Caption => ("  ", "  "),
        _ => ("", ""),
    };
    let beside = style.width >= NARROWEST;
    let lines = wrapped(block.span.of(body).trim_end_matches('\n'), width.saturating_sub(first.len()).max(20));
    // Notes that have not found room yet.
    let mut notes: VecDeque<String> = VecDeque::new();
    for (at, line) in lines.iter().enumerate() {
        let span = Span { start: block.span.start + line.start, end: block.span.start + line.end };
        let indent = if at == 0 { first } else { rest };
        let mut text = indent.to_owned();
        let columns = text.width() + clean::visible(span.of(body)).width();
        paint(&mut text, loaded, quotes, span, block.kind, chosen, style);
        let fresh: Vec<String> =
            quotes.beginning_in(span).iter().map(|(_, number)| note(loaded, &loaded.attribution.quotes[*number])).collect();
        if !beside {
            writeln!(out, "{text}")?;
            notes.extend(fresh);
            continue;
        }
        let room = (style.width - width).clamp(MARGIN, WIDEST_MARGIN) - 2;
        notes.extend(fresh.iter().flat_map(|note| wrapped(note, room).into_iter().map(|line| line.of(note).to_owned())));
        margin(out, &text, columns, width, &mut notes, style)?;
    }
    if !beside {
        return notes.iter().try_for_each(|note| paragraph(out, &[Piece::styled(note, SPEAKER)], "    ", style));
    }
    while !notes.is_empty() {
        margin(out, "", 0, width, &mut notes, style)?;
    }
    Ok(())
}

/// A line of text and the next line of the margin.
fn margin(out: &mut dyn Write, text: &str, columns: usize, width: usize, notes: &mut VecDeque<String>, style: Style) -> io::Result<()> {
    let Some(note) = notes.pop_front() else { return writeln!(out, "{text}") };
    let (on, off) = if style.colour { (SPEAKER.render().to_string(), SPEAKER.render_reset().to_string()) } else { Default::default() };
    writeln!(out, "{text}{}  {on}{note}{off}", " ".repeat(width.saturating_sub(columns)))
}

/// Appends the words of a line: crossheads, quotes and the chosen quote in their styles.
fn paint(text: &mut String, loaded: &Loaded, quotes: &Quotes, line: Span, kind: BlockKind, chosen: Option<usize>, style: Style) {
    let body = loaded.article.body();
    if !style.colour {
        *text += &clean::visible(line.of(body));
        return;
    }
    let plain = match kind {
        BlockKind::Heading => TITLE,
        BlockKind::Caption | BlockKind::Pullquote => QUIET,
        _ => anstyle::Style::new(),
    };
    let mut at = line.start;
    let mut push = |span: Span, style: anstyle::Style| {
        let words = clean::visible(span.of(body));
        if style == anstyle::Style::new() || words.is_empty() {
            *text += &words;
        } else {
            *text += &format!("{}{words}{}", style.render(), style.render_reset());
        }
    };
    for &(part, quote) in quotes.parts_in(line) {
        let part = Span { start: part.start.clamp(at, line.end), end: part.end.clamp(at, line.end) };
        push(Span { start: at, end: part.start }, plain);
        push(part, if chosen == Some(quote) { MATCH } else { TITLE });
        at = part.end;
    }
    push(Span { start: at, end: line.end }, plain);
}

/// `← Mara Lindqvist ("she") 0.95`.
fn note(loaded: &Loaded, quote: &Quote) -> String {
    let speaker = quote.speaker.and_then(|number| loaded.attribution.speakers.get(number));
    let mention = quote.mention.map(|mention| mention.of(loaded.article.body())).unwrap_or_default();
    let who = match speaker.map(|speaker| speaker.name.as_deref()) {
        Some(Some(name)) if name == mention => name.to_owned(),
        Some(Some(name)) => format!("{name} (“{mention}”)"),
        Some(None) => format!("“{mention}”, not resolved"),
        None => return "← speaker unknown".to_owned(),
    };
    clean::visible(&format!("← {who} {:.2}", quote.confidence))
}

/// Cuts a text into lines of at most `width` columns, at blanks where there are some.
fn wrapped(text: &str, width: usize) -> Vec<Span> {
    let mut lines = Vec::new();
    let (mut start, mut blank, mut column) = (0, None, 0);
    for (at, c) in text.char_indices() {
        let wide = c.width().unwrap_or(0);
        if c == ' ' {
            blank = Some(at);
        }
        if column + wide > width {
            let cut = blank.filter(|&blank| blank > start).unwrap_or(at);
            lines.push(Span::new(start, cut));
            start = if text[cut..].starts_with(' ') { cut + 1 } else { cut };
            column = text.get(start..at).map_or(0, UnicodeWidthStr::width);
            blank = None;
        }
        column += wide;
    }
    if start < text.len() {
        lines.push(Span::new(start, text.len()));
    }
    lines
}
