//! What `search`, `quotes` and `speakers` share: where the index is, which articles count, how to print.

use super::index::{stop_on_interrupt, tell};
use super::reading::Reading;
use super::settings::Settings;
use super::{Ended, Failure, complain, say, shown, terminal};
use clap::{Args, ValueEnum};
use etcetera::BaseStrategy;
use onrecord::index::embedded::Embedded;
use onrecord::ingest::{Options, Outcome, Tally, Update};
use onrecord::parameters::dates;
use onrecord::people::{People, PeopleFile};
use onrecord::query::{Field, Query};
use onrecord::search::{Request, asks_for_speaker, error_text, understand};
use onrecord::text::Date;
use onrecord::{Error, record};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// Where to look.
#[derive(Args)]
pub(super) struct Where {
    /// Folder of the index [default: .onrecord; env: ONRECORD_INDEX]
    #[arg(long, value_name = "DIR")]
    index: Option<PathBuf>,
    /// Index this folder first (in the user's cache, never in the folder), then search it
    #[arg(long, value_name = "FOLDER", conflicts_with = "index")]
    from: Option<PathBuf>,
    /// What you know better about who is who [default: people.toml in the folder of the index; env: ONRECORD_PEOPLE]
    #[arg(long, value_name = "FILE")]
    people: Option<PathBuf>,
}

impl Where {
    /// True where an index was named or is meant, and no folder of articles.
    pub(super) fn is_index(&self) -> bool {
        self.from.is_none()
    }

    /// Who is who in an index, with what the user's file says.
    pub(super) fn people(&self, index: &Embedded, settings: &Settings) -> onrecord::Result<Arc<People>> {
        Ok(Arc::new(People::of(index, &self.people_file(index.folder(), settings)()?)?))
    }

    /// Reads the user's file of an index, as often as it is asked.
    pub(super) fn people_file(
        &self,
        folder: &Path,
        settings: &Settings,
    ) -> impl Fn() -> onrecord::Result<PeopleFile> + Send + Sync + 'static {
        let named = self.people.clone().or_else(|| settings.people.clone());
        let path = named.clone().unwrap_or_else(|| folder.join("people.toml"));
        move || match std::fs::read_to_string(&path) {
            Ok(text) => PeopleFile::parse(&text, &shown(&path).to_string()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && named.is_none() => Ok(PeopleFile::default()),
            Err(error) => Err(Error::io(&path, error)),
        }
    }

    /// Opens the index; with `--from`, after it was brought up to date.
    pub(super) fn open(&self, settings: &Settings) -> onrecord::Result<Embedded> {
        match &self.from {
            Some(folder) => Embedded::open(&refreshed(folder, settings)?),
            None => Embedded::open(&settings.index(self.index.as_deref())),
        }
    }
}

/// The index for a request that can be read, and the query that it means; where it asks for a speaker, the request is told who is who.
/// A query that cannot be read is said before anything is indexed.
pub(super) fn opened(place: &Where, request: &mut Request, settings: &Settings) -> onrecord::Result<(Embedded, Query)> {
    let understood = understand(request)?;
    let index = place.open(settings)?;
    if asks_for_speaker(&understood) {
        request.people = Some(place.people(&index, settings)?);
    }
    Ok((index, understood))
}

/// What ends a command whose request was not answered. The caret stands under the text that the error counts in: the query's, or a flag's value.
pub(super) fn unanswered(request: &Request, error: Error) -> Result<Ended, Failure> {
    match error {
        Error::Query(error) => {
            complain(&error.with_caret(&error_text(request, &error)));
            Ok(Ended::Failed)
        }
        error => Err(error.into()),
    }
}

/// Which articles count.
#[derive(Args)]
pub(super) struct Filter {
    /// Words of the headline
    #[arg(long, value_name = "WORDS")]
    headline: Option<String>,
    /// Words of a crosshead
    #[arg(long, value_name = "WORDS")]
    section: Option<String>,
    /// The newspaper's own section, such as World
    #[arg(long, value_name = "NAME")]
    desk: Option<String>,
    /// The paper
    #[arg(long, value_name = "NAME")]
    publisher: Option<String>,
    /// Not earlier than: 2025, 2025-04-17, "April 2025", "last week", 7d, yesterday
    #[arg(long, value_name = "DATE", value_parser = dates)]
    since: Option<Dates>,
    /// Not later than, the last second of that day, month or year included
    #[arg(long, value_name = "DATE", value_parser = dates)]
    until: Option<Dates>,
    /// Within this day, month, year or stretch of days
    #[arg(long, value_name = "DATE", value_parser = dates, conflicts_with_all = ["since", "until"])]
    on: Option<Dates>,
}

/// The first and the last date that a text stands for.
type Dates = (Date, Date);

impl Filter {
    /// The clauses of the flags.
    pub(super) fn fill(&self, request: &mut Request) {
        let named = [
            (Field::Headline, &self.headline),
            (Field::Section, &self.section),
            (Field::Desk, &self.desk),
            (Field::Publisher, &self.publisher),
        ];
        request.fields.extend(named.into_iter().filter_map(|(field, value)| Some((field, value.clone()?))));
        request.since = self.since.or(self.on).map(|(first, _)| first);
        request.until = self.until.or(self.on).map(|(_, last)| last);
    }
}

/// How to print.
#[derive(Args)]
pub(super) struct Printing {
    /// How to print
    #[arg(long, value_enum, default_value_t = Output::Text)]
    output: Output,
    /// Print one JSON object (--output json)
    #[arg(long, conflicts_with_all = ["jsonl", "csv", "output"])]
    json: bool,
    /// Print one JSON object a line, then a summary (--output jsonl)
    #[arg(long, conflicts_with_all = ["csv", "output"])]
    jsonl: bool,
    /// Print a table for spreadsheets (--output csv)
    #[arg(long, conflicts_with = "output")]
    csv: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Output {
    Text,
    Json,
    Jsonl,
    Csv,
}

impl Printing {
    pub(super) fn output(&self) -> Output {
        match (self.json, self.jsonl, self.csv) {
            (true, _, _) => Output::Json,
            (_, true, _) => Output::Jsonl,
            (_, _, true) => Output::Csv,
            _ => self.output,
        }
    }
}

/// A value as one line of JSON.
pub(super) fn json(value: &impl serde::Serialize) -> Result<String, Failure> {
    serde_json::to_string(value).map_err(|error| Failure::Output(error.into()))
}

/// The index of a folder in the user's cache, brought up to date.
fn refreshed(folder: &Path, settings: &Settings) -> onrecord::Result<PathBuf> {
    let absolute = folder.canonicalize().map_err(|error| Error::io(folder, error))?;
    let cache = etcetera::choose_base_strategy()
        .map_err(|error| Error::Usage(format!("no folder for the cache: {error}; use `onrecord index` with --index DIR")))?;
    let text = absolute.to_string_lossy();
    let index = cache.cache_dir().join("onrecord").join(record::show_key(record::key(&["from", &text])));
    let (tally, stop, began) = (Tally::default(), stop_on_interrupt(), Instant::now());
    let (paths, options) =
        ([folder.to_path_buf()], Options { prune: true, settings: Reading::default().settings(settings), ..Options::default() });
    let wait = Duration::from_secs(10);
    let update = Update { index: &index, paths: &paths, options: &options, wait, tally: &tally, stop: &stop };
    let go = || terminal::with_progress(&tally, false, || update.run());
    let summary = match go() {
        // The cache is this program's own: an index of another version is made anew.
        Err(Error::Index(_)) if index.exists() && Embedded::open(&index).is_err() => {
            std::fs::remove_dir_all(&index).map_err(|error| Error::io(&index, error))?;
            go()?
        }
        other => other?,
    };
    if summary.interrupted {
        return Err(Error::Usage("interrupted before the folder was read; run the same command again to go on from there".into()));
    }
    let remarkable = summary.remarks.iter().filter(|remark| remark.outcome != Outcome::Noted).count();
    let read = tally.added.load(Ordering::Relaxed) + tally.changed.load(Ordering::Relaxed);
    if read > 0 {
        tell(&tally, &summary, false, began.elapsed());
    } else if remarkable > 0 {
        // They were named when the folder was first read.
        let inputs = onrecord::output::text::counted(remarkable as u64, "input");
        say(&format!(
            "{inputs} of {} could not be read or {} left out; `onrecord index` names them",
            shown(folder),
            if remarkable == 1 { "was" } else { "were" }
        ));
    }
    Ok(index)
}

/// Where a hint that is given once was given.
pub(super) fn hint_once(hint: &str) {
    let Some(cache) = etcetera::choose_base_strategy().ok().map(|base| base.cache_dir().join("onrecord")) else { return };
    let given = cache.join("hint-was-given");
    if !given.exists() && std::fs::create_dir_all(&cache).is_ok() && std::fs::write(&given, "").is_ok() {
        say(hint);
    }
}
