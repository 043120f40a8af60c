//! Answers for people: the words that matched, who said them, when, and where they stand.

use crate::record;
use crate::search::{Answer, Excerpt, Shown};
use crate::text::{Date, Span, clean};
use anstyle::{AnsiColor, Style as Ansi};
use std::io::{self, Write};
use unicode_width::UnicodeWidthStr;

/// How to print.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// Use colour.
    pub colour: bool,
    /// Columns.
    pub width: usize,
}

const MATCH: Ansi = AnsiColor::Red.on_default().bold();
const TITLE: Ansi = Ansi::new().bold();
const SPEAKER: Ansi = AnsiColor::Cyan.on_default();
const QUIET: Ansi = Ansi::new().dimmed();

/// Prints the hits of an answer.
pub fn answer(out: &mut dyn Write, answer: &Answer, style: Style) -> io::Result<()> {
    for (i, shown) in answer.hits.iter().enumerate() {
        if i > 0 {
            writeln!(out)?;
        }
        match shown.hit.quote {
            Some(quote) => quote_hit(out, shown, quote, style)?,
            None => article_hit(out, shown, style)?,
        }
    }
    Ok(())
}

fn quote_hit(out: &mut dyn Write, shown: &Shown, quote: usize, style: Style) -> io::Result<()> {
    let loaded = &shown.hit.article;
    let (article, quote) = (&loaded.article, &loaded.attribution.quotes[quote]);
    for excerpt in shown.excerpts.iter().filter(|excerpt| excerpt.field == "quote") {
        let mut words = vec![Piece::plain("“")];
        words.extend(pieces(excerpt));
        words.push(Piece::plain("”"));
        paragraph(out, &words, "", style)?;
    }
    let speaker = quote.speaker.and_then(|i| loaded.attribution.speakers.get(i));
    let mention = quote.mention.map(|mention| mention.of(article.body())).unwrap_or_default();
    let name = speaker.and_then(|speaker| speaker.name.as_deref());
    let mut who = vec![Piece::plain("— ")];
    match (name, speaker) {
        (Some(name), _) => who.push(Piece::styled(name, SPEAKER)),
        (None, Some(_)) => who.push(Piece::styled(&format!("“{mention}”, not resolved"), SPEAKER)),
        (None, None) => who.push(Piece::styled("speaker unknown", QUIET)),
    }
    if let Some(role) = speaker.and_then(|speaker| speaker.role.as_deref()) {
        who.push(Piece::plain(&format!(", {role}")));
    }
    paragraph(out, &who, "  ", style)?;
    let mut at: Vec<String> = Vec::new();
    at.extend(article.meta.date.map(day));
    at.extend(article.meta.headline.clone());
    at.extend(article.crosshead_at(quote.parts.first().map_or(0, |part| part.start)).map(|crosshead| format!("under “{crosshead}”")));
    at.push(loaded.origin.file.clone());
    paragraph(out, &[Piece::styled(&at.join(" · "), QUIET)], "  ", style)
}

fn article_hit(out: &mut dyn Write, shown: &Shown, style: Style) -> io::Result<()> {
    let loaded = &shown.hit.article;
    let (article, meta) = (&loaded.article, &loaded.article.meta);
    match shown.excerpts.iter().find(|excerpt| excerpt.field == "headline") {
        Some(headline) => paragraph(out, &pieces(headline).into_iter().map(|piece| piece.or(TITLE)).collect::<Vec<_>>(), "", style)?,
        None => paragraph(out, &[Piece::styled(meta.headline.as_deref().unwrap_or("(no headline)"), TITLE)], "", style)?,
    }
    let mut at: Vec<String> = Vec::new();
    at.extend(meta.date.map(day));
    at.extend(meta.publisher.clone());
    at.extend(meta.desk.clone());
    at.push(loaded.origin.file.clone());
    paragraph(out, &[Piece::styled(&at.join(" · "), QUIET)], "  ", style)?;
    for excerpt in shown.excerpts.iter().filter(|excerpt| excerpt.field == "body") {
        paragraph(out, &pieces(excerpt), "  ", style)?;
        let span = excerpt.fragment.span;
        let quotes = loaded.attribution.quotes.iter().enumerate();
        let asked = quotes.filter(|(i, quote)| shown.quotes.contains(i) && quote.parts.iter().any(|part| part.overlaps(span)));
        let mut names: Vec<&str> =
            asked.map(|(_, quote)| record::speaker_text(article, &loaded.attribution, quote)).filter(|name| !name.is_empty()).collect();
        names.dedup();
        if !names.is_empty() {
            paragraph(out, &[Piece::plain("— "), Piece::styled(&names.join("; "), SPEAKER)], "    ", style)?;
        }
    }
    Ok(())
}

/// The day of a date, or what is known of it; the hour stands in the JSON.
fn day(date: Date) -> String {
    date.to_string().chars().take(10).collect()
}

/// Some text in one style.
struct Piece {
    text: String,
    style: Ansi,
}

impl Piece {
    fn plain(text: &str) -> Self {
        Self::styled(text, Ansi::new())
    }

    /// Nothing of an article reaches the terminal as a control character.
    fn styled(text: &str, style: Ansi) -> Self {
        Self { text: clean::visible(text), style }
    }

    /// Another style where it has none of its own.
    fn or(self, style: Ansi) -> Self {
        if self.style == Ansi::new() { Self { style, ..self } } else { self }
    }
}

/// The words of an excerpt, what matched in its style.
fn pieces(excerpt: &Excerpt) -> Vec<Piece> {
    let text = excerpt.text.as_str();
    let mut pieces = Vec::new();
    let mut at = 0;
    for highlight in &excerpt.fragment.highlights {
        let before = Span { start: at, end: highlight.start.max(at) };
        pieces.push(Piece::plain(before.of(text)));
        pieces.push(Piece::styled(highlight.of(text), MATCH));
        at = highlight.end;
    }
    pieces.push(Piece::plain(text.get(at as usize..).unwrap_or_default()));
    pieces
}

/// Prints a paragraph, broken between words; no line ends in a blank.
fn paragraph(out: &mut dyn Write, pieces: &[Piece], indent: &str, style: Style) -> io::Result<()> {
    write!(out, "{indent}")?;
    let mut column = indent.width();
    let mut blanks = String::new();
    let mut begins = true;
    for piece in pieces {
        let (on, off) = if style.colour && piece.style != Ansi::new() {
            (piece.style.render().to_string(), piece.style.render_reset().to_string())
        } else {
            Default::default()
        };
        for part in piece.text.split_inclusive(' ') {
            let word = part.trim_end_matches(' ');
            if !word.is_empty() {
                // A piece that goes on in the middle of a word stays on its line.
                if !begins && !blanks.is_empty() && column + blanks.len() + word.width() > style.width {
                    write!(out, "\n{indent}")?;
                    column = indent.width();
                } else {
                    write!(out, "{blanks}")?;
                    column += blanks.len();
                }
                blanks.clear();
                write!(out, "{on}{word}{off}")?;
                column += word.width();
                begins = false;
            }
            blanks.push_str(&part[word.len()..]);
        }
    }
    writeln!(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pieces: &[Piece], width: usize, colour: bool, expected: &str) {
        let mut out = Vec::new();
        paragraph(&mut out, pieces, "  ", Style { colour, width }).expect("memory takes it");
        assert_eq!(String::from_utf8(out).expect("UTF-8"), expected);
    }

    #[test]
    fn paragraphs_break_between_words() {
        let pieces = [Piece::plain("We must pay for "), Piece::styled("the wall", MATCH), Piece::plain(", she said")];
        check(&pieces, 16, false, "  We must pay\n  for the wall,\n  she said\n");
        check(&pieces, usize::MAX, false, "  We must pay for the wall, she said\n");
    }

    #[test]
    fn colour_is_put_on_words_alone() {
        let pieces = [Piece::plain("pay "), Piece::styled("the wall", QUIET)];
        check(&pieces, 8, true, "  pay\n  \u{1b}[2mthe\u{1b}[0m\n  \u{1b}[2mwall\u{1b}[0m\n");
    }
}
