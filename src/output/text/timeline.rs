//! A timeline as a chart of bars.

use super::{Piece, QUIET, Style, paragraph};
use crate::output::timeline::{RowOut, TimelineOut};
use anstyle::{AnsiColor, Style as Ansi};
use std::io::{self, Write};

const BAR: Ansi = AnsiColor::Blue.on_default();

/// Columns of the longest bar.
const LONGEST: usize = 30;

/// Prints a timeline, a unit a line: its bar, its counts, its share of what the archive holds.
///
/// # Errors
/// `out` cannot be written to.
pub fn timeline(out: &mut dyn Write, found: &TimelineOut, style: Style) -> io::Result<()> {
    let hits = |row: &RowOut| row.quotes.unwrap_or(row.articles);
    let most = found.rows.iter().map(hits).max().unwrap_or(0).max(1);
    // Units before the first hit and behind the last say only that there is none.
    let first = found.rows.iter().position(|row| hits(row) > 0);
    let last = found.rows.iter().rposition(|row| hits(row) > 0);
    let shown = first.zip(last).map_or(&[][..], |(first, last)| &found.rows[first..=last]);
    let digits = |read: &dyn Fn(&RowOut) -> u64| shown.iter().map(|row| read(row).to_string().len()).max().unwrap_or(1);
    let (wide_hits, wide_articles, wide_archive) = (digits(&hits), digits(&|row| row.articles), digits(&|row| row.archive));
    // A chart is not broken into lines.
    let style = Style { width: usize::MAX, ..style };
    let start = shown.first().and_then(|row| row.value.as_deref()).unwrap_or_default();
    let mut gaps = found.gaps.iter().skip_while(|gap| gap.from.as_str() < start).peekable();
    for row in shown {
        let value = row.value.as_deref().unwrap_or_default();
        // Gaps stand where they lie: before the row that follows them.
        while let Some(gap) = gaps.next_if(|gap| gap.to.as_str() < value) {
            let span = if gap.from == gap.to { gap.from.clone() } else { format!("{} to {}", gap.from, gap.to) };
            paragraph(out, &[Piece::styled(&format!("{span}: the archive has no articles"), QUIET)], "", style)?;
        }
        let eighths = (hits(row) as f64 / most as f64 * (LONGEST * 8) as f64).round() as usize;
        let eighths = if hits(row) > 0 { eighths.max(1) } else { 0 };
        let mut bar = "█".repeat(eighths / 8);
        bar.extend(["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"].get(eighths % 8).copied());
        let room = LONGEST - eighths.div_ceil(8);
        let quotes = row
            .quotes
            .map_or(String::new(), |quotes| format!("{quotes:>wide_hits$} {} in ", if quotes == 1 { "quote " } else { "quotes" }));
        let share = row.share.map_or(String::new(), |share| format!("{share:>6.2} %"));
        let counts =
            format!("{} {quotes}{:>wide_articles$} of {:>wide_archive$} articles {share}", " ".repeat(room), row.articles, row.archive);
        paragraph(out, &[Piece::plain(&format!("{value} ")), Piece::styled(&bar, BAR), Piece::plain(&counts)], "", style)?;
    }
    Ok(())
}
