//! `onrecord index --watch`: what is said while folders are followed.

use super::index::{failed, figures, remarks};
use super::{Ended, Failure, complain, logging, say};
use onrecord::Error;
use onrecord::ingest::{Cause, Happened, Tally, Update, Watch};
use onrecord::text::clean::visible;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

/// Reads what has changed, then follows the folders until the program is told to end.
pub(super) fn run(update: Update<'_>, report: Option<&Path>, rescan: Option<Duration>, quiet: bool) -> Result<Ended, Failure> {
    let own: Vec<PathBuf> = report.map(Path::to_path_buf).into_iter().collect();
    let mut unwritten = None;
    let mut has_failed = false;
    let interrupted = Watch { update, own: &own, rescan }.run(&mut |happened| match happened {
        Happened::Read { tally, summary, took, cause } => {
            remarks(summary, quiet);
            let is_worth_a_line = cause != Cause::Changes || has_done_something(tally) || logging::is_talking();
            if !quiet && is_worth_a_line {
                let time = if cause == Cause::Start { String::new() } else { chrono::Local::now().format("%H:%M:%S ").to_string() };
                say(&format!("{time}{}", figures(tally, took)));
            }
            if let Some(path) = report {
                unwritten = super::index::write_report(path, tally, summary, took).err();
            }
            if cause == Cause::Start {
                has_failed = failed(summary);
            }
        }
        Happened::Following if !quiet => say("watching for changes ... (Ctrl-C to end)"),
        Happened::Following => {}
        Happened::Lost(root) => complain(&format!(
            "{}: the folder is gone or not mounted; nothing of it is removed, and it is read again when it is back",
            visible(&root.path)
        )),
        Happened::Back(root) if !quiet => say(&format!("{}: the folder is back", visible(&root.path))),
        Happened::Back(_) => {}
        Happened::Deaf(root, why) => {
            complain(&format!("{}: changes are not reported here ({why}); it is read again every minute", visible(&root.path)));
        }
        Happened::Held(error @ Error::Busy(_)) if !quiet => say(&format!("waiting: {error}")),
        Happened::Held(Error::Busy(_)) => {}
        Happened::Held(error) => complain(&error.to_string()),
    })?;
    if let Some(error) = unwritten {
        return Err(Failure::Other(error));
    }
    if interrupted {
        say("interrupted: what is done is committed; run the same command again to go on from there");
        return Ok(Ended::Interrupted);
    }
    Ok(if has_failed { Ended::Failed } else { Ended::Hits })
}

fn has_done_something(tally: &Tally) -> bool {
    [&tally.added, &tally.changed, &tally.removed, &tally.failed].iter().any(|count| count.load(Relaxed) > 0)
}
