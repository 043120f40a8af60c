//! `onrecord search` and `onrecord quotes`: questions to an index.

use super::index::{stop_on_interrupt, tell, update};
use super::{Color, Ended, Failure, IndexDir, complain, say, terminal};
use clap::{Args, ValueEnum};
use etcetera::BaseStrategy;
use onrecord::index::Sort;
use onrecord::index::embedded::Embedded;
use onrecord::ingest::{Options, Outcome, Tally};
use onrecord::query::{Field, Match, Mode};
use onrecord::search::{Answer, Request, search};
use onrecord::text::Date;
use onrecord::{Error, output, record};
use std::collections::HashSet;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Search an index.
#[derive(Args)]
#[command(
    after_help = "The query language, in short:\n  harbour levy              both words, in any form\n  \"harbour levy\"            these words side by side\n  sanction*                 every word that begins so\n  speaker:Lindqvist levy    in `quotes`: what Lindqvist said about a levy\n  a OR b, (a b), -a         either, together, not\n  desk:politics date:2025-03..2025-04\n\nFields: headline, summary, body, section, quote, speaker, role, cue, kind, confidence, byline, desk, publisher, date."
)]
pub(super) struct SearchArgs {
    /// What to look for
    #[arg(value_name = "QUERY", allow_hyphen_values = true)]
    query: Option<String>,
    #[command(flatten)]
    index: IndexDir,
    /// Index this folder first (in the user's cache, never in the folder), then search it
    #[arg(long, value_name = "FOLDER", conflicts_with = "index")]
    from: Option<PathBuf>,
    /// Who speaks
    #[arg(long, short, value_name = "NAME")]
    speaker: Option<String>,
    /// Exact words: of a quote where a speaker is asked for, else anywhere
    #[arg(long, short, value_name = "WORDS")]
    phrase: Option<String>,
    /// Words of the headline
    #[arg(long, value_name = "WORDS")]
    headline: Option<String>,
    /// Words of a crosshead
    #[arg(long, value_name = "WORDS")]
    section: Option<String>,
    /// The newspaper's own section, such as World
    #[arg(long, value_name = "NAME")]
    desk: Option<String>,
    /// Not earlier than: 2025, 2025-04, 2025-04-17
    #[arg(long, value_name = "DATE", value_parser = date)]
    since: Option<Date>,
    /// Not later than, the last second of that year, month or day included
    #[arg(long, value_name = "DATE", value_parser = date)]
    until: Option<Date>,
    /// What to look for: articles or quotes
    #[arg(long = "in", value_name = "WHAT", value_enum)]
    mode: Option<What>,
    /// Order of the hits
    #[arg(long, value_enum, default_value_t = Order::Relevance)]
    sort: Order,
    /// How many hits to show, 0 for all
    #[arg(long, short = 'n', value_name = "N", default_value_t = 10)]
    limit: usize,
    /// How many of the bare words must be there: all, any, or 75%
    #[arg(long = "match", value_name = "HOW")]
    matching: Option<Match>,
    /// Take the query as words only, without any syntax
    #[arg(long)]
    plain: bool,
    /// How to print
    #[arg(long, value_enum, default_value_t = Output::Text)]
    output: Output,
    /// Print one JSON object (--output json)
    #[arg(long, conflicts_with_all = ["jsonl", "output"])]
    json: bool,
    /// Print one JSON object a hit, then a summary (--output jsonl)
    #[arg(long, conflicts_with = "output")]
    jsonl: bool,
    /// Show how the query was understood
    #[arg(long)]
    explain: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    Articles,
    Quotes,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Order {
    Relevance,
    Newest,
    Oldest,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Output {
    Text,
    Json,
    Jsonl,
}

fn date(text: &str) -> Result<Date, String> {
    Date::parse(text).ok_or_else(|| "not a date; write 2025, 2025-04 or 2025-04-17".to_owned())
}

pub(super) fn run(args: &SearchArgs, default: Mode, color: Color) -> Result<Ended, Failure> {
    let mode = match args.mode {
        Some(What::Articles) => Mode::Articles,
        Some(What::Quotes) => Mode::Quotes,
        None => default,
    };
    let named =
        [(Field::Speaker, &args.speaker), (Field::Headline, &args.headline), (Field::Section, &args.section), (Field::Desk, &args.desk)];
    let request = Request {
        text: args.query.clone().unwrap_or_default(),
        plain: args.plain,
        matching: args.matching,
        fields: named.into_iter().filter_map(|(field, value)| Some((field, value.clone()?))).collect(),
        phrase: args.phrase.clone(),
        since: args.since,
        until: args.until,
        mode: Some(mode),
        sort: match args.sort {
            Order::Relevance => Sort::Relevance,
            Order::Newest => Sort::Newest,
            Order::Oldest => Sort::Oldest,
        },
        limit: args.limit,
    };
    // A query that cannot be read is said before anything is indexed.
    let answer = onrecord::search::understand(&request).and_then(|_| {
        let folder = match &args.from {
            Some(folder) => refreshed(folder)?,
            None => args.index.index.clone(),
        };
        search(&Embedded::open(&folder)?, &request)
    });
    let answer = match answer {
        Ok(answer) => answer,
        Err(Error::Query(error)) => {
            // The caret stands under the text that the error counts in: the query's, or a flag's value.
            complain(&error.with_caret(&error_text(&request, &error)));
            return Ok(Ended::Failed);
        }
        Err(error) => return Err(error.into()),
    };
    let mut out = BufWriter::new(std::io::stdout().lock());
    let output = if args.json {
        Output::Json
    } else if args.jsonl {
        Output::Jsonl
    } else {
        args.output
    };
    match output {
        Output::Json => writeln!(out, "{}", json(&output::hit::answer(&answer)))?,
        Output::Jsonl => {
            for (i, shown) in answer.hits.iter().enumerate() {
                writeln!(out, "{}", json(&output::hit::hit(shown, i + 1)))?;
            }
            writeln!(out, "{}", json(&output::hit::summary(&answer)))?;
        }
        Output::Text => {
            if args.explain {
                say(&format!("understood as: {}", answer.understood));
            }
            output::text::answer(&mut out, &answer, terminal::style(color))?;
            out.flush()?;
            say(&footer(&answer));
        }
    }
    out.flush()?;
    Ok(if answer.total == 0 { Ended::NoHits } else { Ended::Hits })
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// The text that a query error counts in.
fn error_text(request: &Request, error: &onrecord::query::QueryError) -> String {
    let mut texts = vec![request.text.clone()];
    texts.extend(request.fields.iter().map(|(_, value)| value.clone()));
    texts.extend(request.phrase.clone());
    let says_so = |text: &String| {
        let alone = Request { text: String::new(), fields: Vec::new(), phrase: None, ..request.clone() };
        let of_text = Request { text: text.clone(), ..alone };
        onrecord::search::understand(&of_text).is_err_and(|found| matches!(&found, Error::Query(found) if found == error))
    };
    let fallback = request.text.clone();
    texts.into_iter().find(says_so).unwrap_or(fallback)
}

fn footer(answer: &Answer) -> String {
    let what = match (answer.mode, answer.total) {
        (Mode::Articles, 1) => "article",
        (Mode::Articles, _) => "articles",
        (Mode::Quotes, 1) => "quote",
        (Mode::Quotes, _) => "quotes",
    };
    let line = match (answer.total, answer.hits.len() as u64) {
        (0, _) => format!("no {what} for: {}", answer.understood),
        (total, shown) if shown < total => format!("{shown} of {total} {what} (--limit 0 shows all)"),
        (total, _) => format!("{total} {what}"),
    };
    // A story that stands in the archive several times is not counted as one in silence.
    let distinct: HashSet<(&str, Option<usize>)> =
        answer.hits.iter().map(|shown| (shown.hit.article.article.body(), shown.hit.quote)).collect();
    match answer.hits.len() - distinct.len() {
        0 => line,
        1 => format!("{line}; one of them repeats another's article word for word"),
        copies => format!("{line}; {copies} of them repeat another's article word for word"),
    }
}

/// The index of a folder in the user's cache, brought up to date.
fn refreshed(folder: &Path) -> onrecord::Result<PathBuf> {
    let absolute = folder.canonicalize().map_err(|error| Error::io(folder, error))?;
    let cache = etcetera::choose_base_strategy()
        .map_err(|error| Error::Usage(format!("no folder for the cache: {error}; use `onrecord index` with --index DIR")))?;
    let text = absolute.to_string_lossy();
    let index = cache.cache_dir().join("onrecord").join(record::show_key(record::key(&["from", &text])));
    let (tally, stop, began) = (Tally::default(), stop_on_interrupt(), Instant::now());
    let go = || {
        terminal::with_progress(&tally, false, || {
            update(&index, &[folder.to_path_buf()], &Options { prune: true, ..Options::default() }, Duration::from_secs(10), &tally, &stop)
        })
    };
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
    let remarkable = summary.remarks.iter().any(|remark| remark.outcome != Outcome::Noted);
    let read = tally.added.load(std::sync::atomic::Ordering::Relaxed) + tally.changed.load(std::sync::atomic::Ordering::Relaxed);
    if remarkable || read > 0 {
        tell(&tally, &summary, false, began.elapsed());
    }
    Ok(index)
}
