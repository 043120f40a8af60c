//! What the terminal can do: colour, width, progress.

use super::Color;
use super::logging;
use super::pace::{Pace, rough};
use indicatif::{ProgressBar, ProgressStyle};
use onrecord::ingest::Tally;
use onrecord::output::text::Style;
use std::io::IsTerminal;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Lines longer than this are hard to read.
const WIDEST: usize = 120;

/// How standard output is written to.
pub(super) fn style(color: Color) -> Style {
    let stdout = std::io::stdout();
    let is_terminal = stdout.is_terminal();
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let colour = match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => is_terminal && !dumb && !unwanted,
    };
    let width = if is_terminal { terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)) } else { None };
    // Who reads a pipe breaks lines where they like, unless they say how wide lines may be.
    let said = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse::<usize>().ok()).map(|columns| columns.max(40));
    let width = if is_terminal { width.or(said).unwrap_or(80).clamp(40, WIDEST) } else { said.unwrap_or(usize::MAX) };
    Style { colour, width }
}

/// A bar for work of so many steps; hidden where it is not wanted, or standard error is no terminal.
pub(super) fn steps(count: usize, wanted: bool) -> ProgressBar {
    if !wanted || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(count as u64);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len}  {elapsed}, {eta} left") {
        bar.set_style(style);
    }
    bar
}

/// A bar for bytes; hidden where it is not wanted, or standard error is no terminal.
pub(super) fn bytes(wanted: bool) -> ProgressBar {
    let bar = steps(0, wanted);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {percent} %  {elapsed}, {eta} left") {
        bar.set_style(style);
    }
    bar
}

/// Ends the display however the work ends.
struct Running<'a>(&'a AtomicBool);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

/// Does some work and shows its progress on a terminal, if it takes long enough for that.
pub(super) fn with_progress<T>(tally: &Tally, quiet: bool, work: impl FnOnce() -> T) -> T {
    // Lines that are logged would tear it.
    if quiet || logging::is_talking() || !std::io::stderr().is_terminal() {
        return work();
    }
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{spinner} {bar:30} {bytes}/{total_bytes}  {msg}  {elapsed}") {
        bar.set_style(style);
    }
    let running = AtomicBool::new(true);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let began = Instant::now();
            let mut pace = Pace::default();
            let mut left = String::new();
            for tick in 0_u64.. {
                if !running.load(Ordering::Relaxed) {
                    break;
                }
                std::thread::sleep(Duration::from_millis(50));
                let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
                let (done, all) = (of(&tally.bytes_done), of(&tally.bytes));
                if tick.is_multiple_of(10) {
                    let rest = pace.left(began.elapsed(), done, all);
                    left = rest.map(|rest| format!(", about {} left", rough(rest))).unwrap_or_default();
                }
                // A bar that is gone at once is only a flicker.
                if began.elapsed() < Duration::from_millis(500) {
                    continue;
                }
                bar.set_length(all);
                bar.set_position(done);
                let articles = of(&tally.added) + of(&tally.changed) + of(&tally.unchanged);
                bar.set_message(format!("{} of {} files, {articles} articles{left}", of(&tally.done), of(&tally.files)));
            }
        });
        let watched = Running(&running);
        let result = work();
        drop(watched);
        bar.finish_and_clear();
        result
    })
}
