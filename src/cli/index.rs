//! `onrecord index`: folders and files into an index.

use super::reading::Reading;
use super::settings::Settings;
use super::{Ended, Failure, complain, say, shown, terminal};
use clap::Args;
use onrecord::ingest::{Options, Outcome, Summary, Tally, Update};
use onrecord::output::text::counted;
use onrecord::{Error, output};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Read folders and files of articles into an index.
#[derive(Args)]
#[command(after_help = "Examples:\n  onrecord index corpus\n  onrecord index corpus/archive --index papers.index --report report.json")]
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
    /// Worker threads [default: one per core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=64))]
    threads: Option<u8>,
    /// Commit at least this often while reading
    #[arg(long, value_name = "SECONDS", default_value_t = 60.0)]
    commit_every: f64,
    /// Say nothing but errors
    #[arg(long, short)]
    quiet: bool,
}

pub(super) fn run(args: &IndexArgs, settings: &Settings) -> Result<Ended, Failure> {
    let options = Options {
        format: args.reading.input_format,
        settings: args.reading.settings(settings),
        report: args.report.is_some(),
        root_name: args.root_name.clone(),
        moved: args.moved,
        prune: args.prune,
        indirect: !args.no_indirect,
        commit_every: Duration::try_from_secs_f64(args.commit_every).unwrap_or(Duration::from_secs(60)),
        threads: args.threads.or(settings.threads).map_or(Options::default().threads, usize::from),
    };
    let folder = &settings.index(args.index.as_deref());
    let began = Instant::now();
    let tally = Tally::default();
    let stop = stop_on_interrupt();
    let wait = Duration::from_secs(args.wait.unwrap_or(settings.wait));
    let update = Update { index: folder, paths: &args.paths, options: &options, wait, tally: &tally, stop: &stop };
    let summary = terminal::with_progress(&tally, args.quiet, || if args.rebuild { update.rebuild() } else { update.run() })?;
    if let Some(path) = &args.report {
        let report = output::report::report(&tally, &summary, began.elapsed());
        let lines = path.extension().is_some_and(|extension| extension == "jsonl");
        let text = if lines { output::report::lines(&report) } else { output::report::json(&report) };
        std::fs::write(path, text).map_err(|error| Error::io(path, error))?;
    }
    tell(&tally, &summary, args.quiet, began.elapsed());
    if summary.interrupted {
        say(if args.rebuild {
            "interrupted: the index stands as it was before"
        } else {
            "interrupted: what is done is committed; run the same command again to go on from there"
        });
    }
    let failed = summary.remarks.iter().any(|remark| remark.outcome == Outcome::Failed);
    Ok(match (summary.interrupted, failed) {
        (true, _) => Ended::Interrupted,
        (_, true) => Ended::Failed,
        _ => Ended::Hits,
    })
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
    for remark in &summary.remarks {
        let place = if remark.place.is_empty() { String::new() } else { format!(" ({})", remark.place) };
        match remark.outcome {
            Outcome::Failed => complain(&format!("{}{place}: {}", shown(&remark.path), remark.message)),
            Outcome::Skipped if !quiet => say(&format!("skipped {}{place}: {}", shown(&remark.path), remark.message)),
            Outcome::Noted if !quiet => say(&format!("note: {}{place}: {}", shown(&remark.path), remark.message)),
            _ => {}
        }
    }
    if quiet {
        return;
    }
    let of = |count: &std::sync::atomic::AtomicU64| count.load(Ordering::Relaxed);
    let seconds = took.as_secs_f64();
    let articles = format!(
        "{} added, {} changed, {} removed, {} unchanged",
        counted(of(&tally.added), "article"),
        of(&tally.changed),
        of(&tally.removed),
        of(&tally.unchanged)
    );
    let files = format!(
        "{} ({} skipped, {} failed, {} hidden)",
        counted(of(&tally.files), "file"),
        of(&tally.skipped),
        of(&tally.failed),
        of(&tally.hidden)
    );
    let blocked = match of(&tally.blocked) {
        0 => String::new(),
        blocked => format!(", {blocked} blocked"),
    };
    let undated = match of(&tally.undated) {
        0 => String::new(),
        1 => " (1 new article has no date)".to_owned(),
        undated => format!(" ({undated} new articles have no date)"),
    };
    let line = format!("{articles}{blocked}{undated}; {}; {files}; {seconds:.1} s", counted(of(&tally.quotes), "new quote"));
    say(&line);
}
