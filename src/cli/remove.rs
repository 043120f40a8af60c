//! `onrecord remove` and `onrecord blocked`: articles that were taken down.

use super::query::json;
use super::settings::Settings;
use super::{Ended, Failure, say};
use clap::Args;
use onrecord::index::Blocked;
use onrecord::output::text::counted;
use onrecord::takedown::{self, Takedown};
use onrecord::text::clean::visible;
use onrecord::{Error, output};
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::time::Duration;

/// Take articles down.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  onrecord remove SW-20250623-0902 --reason \"court order 17/25\"\n  onrecord remove SW-20250627-0311 --reason \"libel\" --copies --purge\n  onrecord remove --undo SW-20250623-0902\n  onrecord remove --purge"
)]
pub(super) struct RemoveArgs {
    /// Ids or keys of articles, as a search shows them
    #[arg(value_name = "ID", required_unless_present = "purge")]
    ids: Vec<String>,
    /// Why: it stands in the list of what was taken down; needed where an id is given
    #[arg(long, value_name = "TEXT", required_unless_present_any = ["undo", "purge"], conflicts_with = "undo")]
    reason: Option<String>,
    /// Folder of the index [default: .onrecord; env: ONRECORD_INDEX]
    #[arg(long, value_name = "DIR")]
    index: Option<PathBuf>,
    /// Every other article with the same text as well, now and in later runs
    #[arg(long, conflicts_with = "undo", requires = "ids")]
    copies: bool,
    /// Write the files of the index anew without the words of what was removed, now or earlier
    #[arg(long, conflicts_with = "undo")]
    purge: bool,
    /// Lift the block: the article comes back with the next run that reads its file
    #[arg(long, requires = "ids")]
    undo: bool,
    /// Wait this long for another process that is writing to the index [default: 0]
    #[arg(long, value_name = "SECONDS")]
    wait: Option<u64>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &RemoveArgs, settings: &Settings) -> Result<Ended, Failure> {
    let index = &settings.index(args.index.as_deref());
    let wait = Duration::from_secs(args.wait.unwrap_or(settings.wait));
    let mut out = BufWriter::new(std::io::stdout().lock());
    if args.undo {
        let lifted = takedown::lift(index, &args.ids, wait)?;
        if args.json {
            writeln!(out, "{}", json(&output::takedown::lifted(&lifted))?)?;
        } else {
            lifted.iter().try_for_each(|entry| writeln!(out, "lifted {}", named(entry)))?;
            out.flush()?;
            say("they come back with the next `onrecord index` of their folders");
        }
        out.flush()?;
        return Ok(Ended::Hits);
    }
    let reason = args.reason.as_deref().unwrap_or_default().trim();
    if reason.is_empty() && !args.ids.is_empty() {
        return Err(Error::Usage("say why with --reason TEXT: it stands in the list of what was taken down".into()).into());
    }
    let by = ["USER", "LOGNAME", "USERNAME"].into_iter().find_map(|name| std::env::var(name).ok().filter(|user| !user.is_empty()));
    let when = chrono::Local::now().to_rfc3339_opts(chrono::SecondsFormat::Secs, false);
    let takedown = Takedown { index, ids: &args.ids, reason, when: &when, by: by.as_deref(), copies: args.copies, purge: args.purge, wait };
    let taken = takedown.run()?;
    if args.json {
        writeln!(out, "{}", json(&output::takedown::taken(&taken))?)?;
        out.flush()?;
        return Ok(Ended::Hits);
    }
    for (entry, quotes) in &taken.removed {
        writeln!(out, "removed {}, with {}, reported clauses included", named(entry), counted(*quotes, "quote"))?;
    }
    taken.already.iter().try_for_each(|entry| writeln!(out, "already taken down: {}", named(entry)))?;
    out.flush()?;
    if taken.completed > 0 {
        say(&format!("{} whose takedown had been cut off: removed now", counted(taken.completed, "article")));
    }
    match taken.purged {
        Some(purged) => {
            let segments = counted(purged.segments, "segment");
            say(&format!("{segments} written anew, {} gone from the files of the index", counted(purged.records, "deleted record")));
        }
        None => say("what was removed is not found any more; its words leave the files of the index with --purge, or as it grows"),
    }
    Ok(Ended::Hits)
}

/// List what was taken down.
#[derive(Args)]
#[command(
    after_help = "Exit status: 0 something is blocked, 1 nothing is, 2 an error.\n\nExamples:\n  onrecord blocked\n  onrecord blocked --json"
)]
pub(super) struct BlockedArgs {
    /// Folder of the index [default: .onrecord; env: ONRECORD_INDEX]
    #[arg(long, value_name = "DIR")]
    index: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

pub(super) fn blocked(args: &BlockedArgs, settings: &Settings) -> Result<Ended, Failure> {
    let list = takedown::blocked(&settings.index(args.index.as_deref()))?;
    let mut out = BufWriter::new(std::io::stdout().lock());
    if args.json {
        writeln!(out, "{}", json(&output::takedown::blocked(list.entries()))?)?;
    }
    for entry in list.entries().iter().filter(|_| !args.json) {
        let by = entry.by.as_ref().map_or(String::new(), |by| format!(" by {}", visible(by)));
        let copies = if entry.text.is_some() { ", with its copies" } else { "" };
        writeln!(out, "{}\n    {}{by}: {}{copies}", named(entry), visible(&entry.when), visible(&entry.reason))?;
    }
    out.flush()?;
    Ok(if list.entries().is_empty() { Ended::NoHits } else { Ended::Hits })
}

/// Key, id and place of an article.
fn named(entry: &Blocked) -> String {
    let id = entry.id.as_ref().map_or(String::new(), |id| format!("  {}", visible(id)));
    let place =
        if entry.place.is_empty() || entry.id.as_ref() == Some(&entry.place) { String::new() } else { format!(" ({})", entry.place) };
    format!("{}{id}  {}", entry.key, visible(&format!("{}/{}{place}", entry.root, entry.path)))
}
