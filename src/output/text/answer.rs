//! Hits: the words that matched, who said them, when, and where they stand; counts and scores where they were asked for.

use super::{Piece, QUIET, SPEAKER, Style, TITLE, cells, day, paragraph, pieces};
use crate::index::{Count, Explanation, Facet};
use crate::quote::QuoteKind;
use crate::record::{self, Loaded};
use crate::search::{Answer, FacetCounts, Shown};
use std::io::{self, Write};

/// Prints the hits of an answer, then its counts.
///
/// # Errors
/// `out` cannot be written to.
pub fn answer(out: &mut dyn Write, answer: &Answer, style: Style) -> io::Result<()> {
    for (i, shown) in answer.hits.iter().enumerate() {
        if i > 0 {
            writeln!(out)?;
        }
        match shown.hit.quote {
            Some(quote) => quote_hit(out, shown, quote, style)?,
            None => article_hit(out, shown, style)?,
        }
        if let Some(told) = &shown.hit.explanation {
            explanation(out, told, "  ", style)?;
        }
    }
    for (i, counts) in answer.facets.iter().filter(|counts| !counts.values.is_empty()).enumerate() {
        if i > 0 || !answer.hits.is_empty() {
            writeln!(out)?;
        }
        facet(out, counts, style)?;
    }
    Ok(())
}

/// The parts of a score, indented below what they add up to.
fn explanation(out: &mut dyn Write, told: &Explanation, indent: &str, style: Style) -> io::Result<()> {
    let value = format!("{:.4} ", told.value);
    paragraph(out, &[Piece::styled(&value, QUIET), Piece::styled(&told.what, QUIET)], indent, style)?;
    let deeper = format!("{indent}  ");
    told.parts.iter().try_for_each(|part| explanation(out, part, &deeper, style))
}

/// A table of values with their counts.
fn facet(out: &mut dyn Write, counts: &FacetCounts, style: Style) -> io::Result<()> {
    let head = [counts.facet.to_string(), "quotes".to_owned(), "articles".to_owned()];
    let cells_of = |value: &Option<String>, facet: Facet, count: &Count, indent: &str| {
        let value = value.clone().unwrap_or_else(|| format!("(no {})", facet.name()));
        [format!("{indent}{value}"), count.quotes.to_string(), count.articles.to_string()]
    };
    let mut within = counts.within.iter();
    let mut rows = Vec::new();
    for (value, count) in &counts.values {
        rows.push(cells_of(value, counts.facet.facet, count, ""));
        let inner = within.next().into_iter().flatten().zip(std::iter::repeat(counts.facet.within));
        rows.extend(inner.filter_map(|((value, count), facet)| Some(cells_of(value, facet?, count, "  "))));
    }
    cells(out, &head, &rows, style)?;
    let shown = counts.values.iter().filter(|(value, _)| value.is_some()).count() as u64;
    if shown < counts.distinct {
        let more = format!("{} more (--facet-limit 0 shows all)", counts.distinct - shown);
        paragraph(out, &[Piece::styled(&more, QUIET)], "  ", style)?;
    }
    Ok(())
}

/// The file, with the id of the article in it where it holds several.
fn place(loaded: &Loaded) -> String {
    let file = &loaded.origin.file;
    if loaded.origin.place.is_empty() { file.clone() } else { format!("{file} ({})", loaded.id()) }
}

fn quote_hit(out: &mut dyn Write, shown: &Shown, quote: usize, style: Style) -> io::Result<()> {
    let loaded = &shown.hit.article;
    let (article, quote) = (&loaded.article, &loaded.attribution.quotes[quote]);
    // A match outside the marks is shown in its whole clause; words that nobody quotes stand without marks.
    let field = if shown.excerpts.iter().any(|excerpt| excerpt.field == "clause") { "clause" } else { "quote" };
    let marked = field == "quote" && quote.kind != QuoteKind::Indirect;
    for excerpt in shown.excerpts.iter().filter(|excerpt| excerpt.field == field) {
        // A clause is led by the word that reports it.
        let cue = quote.cue.filter(|_| quote.kind == QuoteKind::Indirect).map(|cue| cue.of(article.body()));
        let mut words = vec![Piece::styled(cue.filter(|_| !marked).unwrap_or_default(), QUIET)];
        words.push(Piece::plain(match (marked, cue) {
            (true, _) => "“",
            (false, Some(_)) => " … ",
            (false, None) => "… ",
        }));
        words.extend(pieces(excerpt));
        words.push(Piece::plain(if marked { "”" } else { "" }));
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
    if let Some((person, _)) = &shown.person {
        who.push(Piece::plain(&format!(", known in the archive as {person}")));
    }
    paragraph(out, &who, "  ", style)?;
    let mut at: Vec<String> = Vec::new();
    at.extend(article.meta.date.map(day));
    at.extend(article.meta.publisher.clone());
    at.extend(article.meta.headline.clone());
    at.extend(article.crosshead_at(quote.parts.first().map_or(0, |part| part.start)).map(|crosshead| format!("under “{crosshead}”")));
    at.push(place(loaded));
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
    at.push(place(loaded));
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
