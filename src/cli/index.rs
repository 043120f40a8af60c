//! `onrecord index`: folders and files into an index.

use super::reading::Reading;
use super::settings::Settings;
use super::{Ended, Failure, complain, say, shown, terminal, watch};
use clap::Args;
use onrecord::ingest::{Options, Outcome, Summary, Tally, Update};
use onrecord::output::text::counted;
use onrecord::{Error, output};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Read folders and files of articles into an index.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  onrecord index corpus\n  onrecord index corpus/archive --index papers.index --report report.json\n  onrecord index corpus --dry-run\n\nExit status: 0 all was read, 2 an input could not be read or nothing was done, 130 interrupted. With --watch 0 when it is\nended while it waits. docs/indexing.md has more."
)]
pub(super) struct IndexArgs {
    /// Folders or files of articles, in any of the formats that `onrecord formats` lists
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Folder of the index [default: .onrecord; env: ONRECORD_INDEX]
    #[arg(long, value_name = "DIR")]
    index: Option<PathBuf>,
    #[command(flatten)]
    reading: Reading,
    /// Make the index anew beside the old one, and put it in its place when it is complete
    #[arg(long)]
    rebuild: bool,
    /// Remove vanished files from the index however many they are
    #[arg(long)]
    prune: bool,
    /// Name the root otherwise than its folder, to tell two folders of one name apart
    #[arg(long, value_name = "NAME")]
    root_name: Option<String>,
    /// The folder is an indexed one that has moved here
    #[arg(long)]
    moved: bool,
    /// Leave out reported clauses ("X said that ..."): a smaller index, in which --indirect finds nothing
    #[arg(long)]
    no_indirect: bool,
    /// Write what became of every input, as JSON, or as JSON Lines where the name ends in .jsonl
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Wait this long for another process that is writing to the index [default: 0]
    #[arg(long, value_name = "SECONDS")]
    wait: Option<u64>,
    /// Say what a run would do, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Go on after the run: follow the folders, and read what changes within moments
    #[arg(long, conflicts_with_all = ["rebuild", "dry_run"])]
    watch: bool,
    /// With --watch: also read everything that may have changed so often, as for network shares, which report no changes
    #[arg(long, value_name = "MINUTES", requires = "watch", value_parser = clap::value_parser!(u32).range(1..))]
    rescan: Option<u32>,
    /// Worker threads [default: one per core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=64))]
    threads: Option<u8>,
    /// Memory for what is not yet written; more makes fewer and larger pieces [default: 150]
    #[arg(long, value_name = "MB", value_parser = clap::value_parser!(u32).range(MEMORY))]
    memory: Option<u32>,
    /// Commit at least this often while reading [default: 60]
    #[arg(long, value_name = "SECONDS")]
    commit_every: Option<f64>,
    /// Say nothing but errors
    #[arg(long, short)]
    pub(super) quiet: bool,
}

/// What `--memory` may be, in megabytes.
pub(super) const MEMORY: std::ops::RangeInclusive<i64> = 30..=16_000;

pub(super) fn run(args: &IndexArgs, settings: &Settings) -> Result<Ended, Failure> {
    let usual = Options::default();
    let options = Options {
        format: args.reading.input_format,
        settings: args.reading.settings(settings),
        report: args.report.is_some(),
        root_name: args.root_name.clone(),
        moved: args.moved,
        prune: args.prune,
        indirect: !args.no_indirect,
        commit_every: args
            .commit_every
            .or(settings.commit_every)
            .map_or(usual.commit_every, |seconds| Duration::try_from_secs_f64(seconds).unwrap_or(usual.commit_every)),
        threads: args.threads.or(settings.threads).map_or(usual.threads, usize::from),
        memory: args.memory.or(settings.memory).map_or(usual.memory, |megabytes| megabytes as usize * 1_000_000),
    };
    let folder = &settings.index(args.index.as_deref());
    let began = Instant::now();
    let tally = Tally::default();
    let stop = stop_on_interrupt();
    let wait = Duration::from_secs(args.wait.unwrap_or(settings.wait));
    let update = Update { index: folder, paths: &args.paths, options: &options, wait, tally: &tally, stop: &stop };
    if args.watch {
        let rescan = args.rescan.map(|minutes| Duration::from_secs(u64::from(minutes) * 60));
        return watch::run(update, args.report.as_deref(), rescan, args.quiet);
    }
    let summary = terminal::with_progress(&tally, args.quiet, || match (args.dry_run, args.rebuild) {
        (true, rebuild) => update.rehearse(rebuild),
        (false, true) => update.rebuild(),
        (false, false) => update.run(),
    })?;
    if let Some(path) = &args.report {
        write_report(path, &tally, &summary, began.elapsed())?;
    }
    if args.dry_run {
        remarks(&summary, args.quiet);
        if !args.quiet {
            say(&foretold(&tally, began.elapsed()));
        }
    } else {
        tell(&tally, &summary, args.quiet, began.elapsed());
    }
    if summary.interrupted {
        say(match (args.dry_run, args.rebuild) {
            (true, _) => "interrupted: nothing was written",
            (_, true) => "interrupted: the index stands as it was before",
            _ => "interrupted: what is done is committed; run the same command again to go on from there",
        });
    }
    Ok(match (summary.interrupted, failed(&summary)) {
        (true, _) => Ended::Interrupted,
        (_, true) => Ended::Failed,
        _ => Ended::Hits,
    })
}

/// True where an input could not be read.
pub(super) fn failed(summary: &Summary) -> bool {
    summary.remarks.iter().any(|remark| remark.outcome == Outcome::Failed)
}

/// Writes what became of every input.
pub(super) fn write_report(path: &Path, tally: &Tally, summary: &Summary, took: Duration) -> onrecord::Result<()> {
    let report = output::report::report(tally, summary, took);
    let lines = path.extension().is_some_and(|extension| extension == "jsonl");
    let text = if lines { output::report::lines(&report) } else { output::report::json(&report) };
    std::fs::write(path, text).map_err(|error| Error::io(path, error))
}

/// A flag that Ctrl-C sets; the second one ends the process at once.
pub(super) fn stop_on_interrupt() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stop);
    let handler = move || {
        if flag.swap(true, Ordering::SeqCst) {
            std::process::exit(130);
        }
        say("stopping ... (Ctrl-C again to stop at once)");
    };
    // Without a handler Ctrl-C ends the process, and the last commit stands.
    let _ = ctrlc::set_handler(handler);
    stop
}

/// Problems, then what was done.
pub(super) fn tell(tally: &Tally, summary: &Summary, quiet: bool, took: Duration) {
    remarks(summary, quiet);
    if !quiet {
        say(&figures(tally, took));
    }
}

/// What gave cause for remark.
pub(super) fn remarks(summary: &Summary, quiet: bool) {
    for remark in &summary.remarks {
        let place = if remark.place.is_empty() { String::new() } else { format!(" ({})", remark.place) };
        match remark.outcome {
            Outcome::Failed => complain(&format!("{}{place}: {}", shown(&remark.path), remark.message)),
            Outcome::Skipped if !quiet => say(&format!("skipped {}{place}: {}", shown(&remark.path), remark.message)),
            Outcome::Noted if !quiet => say(&format!("note: {}{place}: {}", shown(&remark.path), remark.message)),
            _ => {}
        }
    }
}

/// What was done, in a line.
pub(super) fn figures(tally: &Tally, took: Duration) -> String {
    let articles = format!(
        "{} added, {} changed, {} removed, {} unchanged",
        counted(of(&tally.added), "article"),
        of(&tally.changed),
        of(&tally.removed),
        of(&tally.unchanged)
    );
    let blocked = blocked(tally);
    let undated = match of(&tally.undated) {
        0 => String::new(),
        1 => " (1 new article has no date)".to_owned(),
        undated => format!(" ({undated} new articles have no date)"),
    };
    format!("{articles}{blocked}{undated}; {}; {}; {:.1} s", counted(of(&tally.quotes), "new quote"), files(tally), took.as_secs_f64())
}

/// What would be done, in a line.
fn foretold(tally: &Tally, took: Duration) -> String {
    let articles = format!(
        "would add {}, change {}, remove {}, leave {}{}",
        counted(of(&tally.added), "article"),
        of(&tally.changed),
        of(&tally.removed),
        of(&tally.unchanged),
        blocked(tally)
    );
    let inputs = format!(
        "files: {} new, {} changed, {} vanished, {} unchanged",
        of(&tally.new_files),
        of(&tally.changed_files),
        of(&tally.vanished),
        of(&tally.unchanged_files)
    );
    format!("dry run, nothing is written: {articles}; {inputs}; {}; {:.1} s", files(tally), took.as_secs_f64())
}

fn blocked(tally: &Tally) -> String {
    match of(&tally.blocked) {
        0 => String::new(),
        blocked => format!(", {blocked} blocked"),
    }
}

fn files(tally: &Tally) -> String {
    format!(
        "{} ({} skipped, {} failed, {} hidden)",
        counted(of(&tally.files), "file"),
        of(&tally.skipped),
        of(&tally.failed),
        of(&tally.hidden)
    )
}

fn of(count: &AtomicU64) -> u64 {
    count.load(Ordering::Relaxed)
}
