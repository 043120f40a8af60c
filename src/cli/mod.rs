//! The command line: what was typed ([`Cli`]), then what the program does (one file per command).

mod about;
mod batch;
mod check;
mod evaluate;
mod explain;
mod extract;
mod guard;
mod index;
mod kwic;
mod lint;
mod logging;
mod offsets;
mod optimize;
mod pace;
mod query;
mod reading;
mod remove;
mod search;
#[cfg(feature = "server")]
mod serve;
mod settings;
mod show;
mod snapshot;
mod speakers;
mod stats;
mod terminal;
mod timeline;
mod watch;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use onrecord::Error;
use onrecord::format::{self, Format};
use onrecord::query::Mode;
use settings::Settings;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

/// Full-text search for news archives that knows who said what, when, and where it was printed.
#[derive(Parser)]
#[command(name = "onrecord", version, long_version = about::long_version(), max_term_width = 100)]
#[command(
    after_help = "Examples:\n  onrecord quotes --from corpus 'speaker:\"Mara Lindqvist\" levy'\n  onrecord index corpus\n  onrecord search '\"harbour levy\"' --since 2025-06 --facets desk,month\n  onrecord speakers sørby\n  onrecord extract --explain corpus/archive/straitwire/june.jsonl\n\nSettings: ~/.config/onrecord/config.toml (index, people, color, limit, facet-limit, wait, threads, memory, commit-every); $ONRECORD_CONFIG names another file.\nExit status: 0 hits or success, 1 no hits, 2 an error, 130 interrupted."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// When to use colour [default: auto; env: ONRECORD_COLOR, NO_COLOR]
    #[arg(long, global = true, value_enum, value_name = "WHEN")]
    color: Option<Color>,
    /// Say what is done: -v each file's fate, -vv commits, merges and times as well [env: ONRECORD_LOG=info|debug|trace]
    #[arg(long, short, global = true, action = clap::ArgAction::Count)]
    verbose: u8,
}

#[derive(Subcommand)]
enum Command {
    /// Read folders and files of articles into an index; later runs read only what has changed
    Index(index::IndexArgs),
    /// Search articles
    Search(search::SearchArgs),
    /// Search quotes: who said it
    Quotes(search::SearchArgs),
    /// Answer a file of queries, as JSON, one line each
    Batch(batch::BatchArgs),
    /// Count hits by day, week, month or year, beside what the archive holds
    Timeline(timeline::TimelineArgs),
    /// List who speaks, how often, when, under which names and in which roles
    Speakers(speakers::SpeakersArgs),
    /// Print an article of the index with its speakers in the margin
    Show(show::ShowArgs),
    /// Print what an index holds
    Stats(stats::StatsArgs),
    /// Serve a page, an API and tools for assistants
    #[cfg(feature = "server")]
    Serve(serve::ServeArgs),
    /// Serve tools to one assistant over standard input and output (Model Context Protocol)
    #[cfg(feature = "server")]
    Mcp(serve::McpArgs),
    /// Look at all of an index and say what is wrong with it
    Check(check::CheckArgs),
    /// Merge an index into one segment, for archives that are complete
    Optimize(optimize::OptimizeArgs),
    /// Copy an index as it is now, also while others write to it
    Snapshot(snapshot::SnapshotArgs),
    /// Take articles down: out of the index with their quotes, and kept out of it from then on
    Remove(remove::RemoveArgs),
    /// List what was taken down
    Blocked(remove::BlockedArgs),
    /// Print articles as JSON, one a line, with sections, quotes and speakers; needs no index
    Extract(extract::ExtractArgs),
    /// Show how a file was understood: every field with where it came from, sections, quotes, speakers
    Explain(explain::ExplainArgs),
    /// Say what should be looked at in an archive: missing and conflicting dates, unbalanced marks, wrong letters
    Lint(lint::LintArgs),
    /// Score quotes and speakers on articles that you have annotated
    Evaluate(evaluate::EvaluateArgs),
    /// List the formats that are read
    Formats,
    /// List the fields that a query can name
    Fields(about::FieldsArgs),
    /// Print the completions of a shell
    Completions(about::CompletionsArgs),
    /// Print the manual page
    Man,
    /// Print the licences of this program and of what it is built from
    Licenses,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    Always,
    Never,
}

/// How a command ended.
enum Ended {
    Hits,
    NoHits,
    Failed,
    Interrupted,
}

/// Runs the program.
pub(crate) fn main() -> ExitCode {
    let cli = parsed();
    // What asks nothing of an index asks nothing of the settings either.
    let settings = match cli.command {
        Command::Formats | Command::Evaluate(_) | Command::Fields(_) | Command::Completions(_) | Command::Man | Command::Licenses => {
            Ok(Settings::bare(cli.color))
        }
        _ => Settings::read(cli.color),
    };
    // Who asks for silence gets it.
    let verbose = if matches!(&cli.command, Command::Index(args) if args.quiet) { 0 } else { cli.verbose };
    let settings = logging::start(verbose).and(settings);
    let needs_no_index = matches!(cli.command, Command::Extract(_) | Command::Explain(_) | Command::Lint(_) | Command::Evaluate(_));
    let ended = settings.map_err(Failure::from).and_then(|settings| {
        guard::guarded(|| run(cli.command, &settings)).unwrap_or_else(|said| Err(Error::Index(fault(&said, needs_no_index)).into()))
    });
    ExitCode::from(match ended {
        Ok(Ended::Hits) => 0,
        Ok(Ended::NoHits) => 1,
        Ok(Ended::Failed) => 2,
        Ok(Ended::Interrupted) => 130,
        // Whoever read the output has seen enough.
        Err(Failure::Output(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => 0,
        Err(Failure::Output(error)) => {
            complain(&format!("the output cannot be written: {error}"));
            2
        }
        Err(Failure::Other(error)) => {
            complain(&error.to_string());
            2
        }
    })
}

/// What is said of a panic.
fn fault(said: &str, needs_no_index: bool) -> String {
    if needs_no_index {
        format!("a fault of the program ({said})")
    } else {
        format!("the index is damaged, or this is a fault of the program ({said}); `onrecord check` tells which")
    }
}

/// The arguments; help and mistakes are shown in the colours that were asked for.
fn parsed() -> Cli {
    let args: Vec<_> = std::env::args_os().collect();
    let said = args.windows(2).rev().find_map(|pair| match (pair[0].to_str()?, pair[1].to_str()?) {
        ("--color", when) => Some(when.to_owned()),
        (_, other) => other.strip_prefix("--color=").map(str::to_owned),
    });
    let choice = match said.as_deref() {
        Some("never") => clap::ColorChoice::Never,
        Some("always") => clap::ColorChoice::Always,
        _ => clap::ColorChoice::Auto,
    };
    let matches = Cli::command().color(choice).get_matches_from(args);
    Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit())
}

fn run(command: Command, settings: &Settings) -> Result<Ended, Failure> {
    match command {
        Command::Index(args) => index::run(&args, settings),
        Command::Search(args) => search::run(&args, Mode::Articles, settings),
        Command::Quotes(args) => search::run(&args, Mode::Quotes, settings),
        Command::Batch(args) => batch::run(&args, settings),
        Command::Timeline(args) => timeline::run(&args, settings),
        Command::Speakers(args) => speakers::run(&args, settings),
        Command::Show(args) => show::run(&args, settings),
        Command::Stats(args) => stats::run(&args, settings),
        #[cfg(feature = "server")]
        Command::Serve(args) => serve::run(&args, settings),
        #[cfg(feature = "server")]
        Command::Mcp(args) => serve::mcp(&args, settings),
        Command::Check(args) => check::run(&args, settings),
        Command::Optimize(args) => optimize::run(&args, settings),
        Command::Snapshot(args) => snapshot::run(&args, settings),
        Command::Remove(args) => remove::run(&args, settings),
        Command::Blocked(args) => remove::blocked(&args, settings),
        Command::Extract(args) => extract::run(&args, settings),
        Command::Explain(args) => explain::run(&args, settings),
        Command::Lint(args) => lint::run(&args, settings),
        Command::Evaluate(args) => evaluate::run(&args),
        Command::Formats => about::formats(),
        Command::Fields(args) => about::fields(&args, settings),
        Command::Completions(args) => about::completions(&args),
        Command::Man => about::man(),
        Command::Licenses => about::licenses(),
    }
}

/// What ends a command.
enum Failure {
    /// Standard output cannot be written to.
    Output(std::io::Error),
    Other(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Other(error)
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::Output(error)
    }
}

/// A message on standard error; nothing of an article or a file name reaches the terminal as a control character.
fn complain(message: &str) {
    let lines: Vec<String> = message.split('\n').map(onrecord::text::clean::visible).collect();
    let _ = writeln!(std::io::stderr(), "onrecord: {}", lines.join("\n"));
}

/// A message on standard error without the program's name.
fn say(message: &str) {
    let _ = writeln!(std::io::stderr(), "{}", onrecord::text::clean::visible(message));
}

fn input_format(name: &str) -> Result<&'static dyn Format, String> {
    let names: Vec<&str> = format::FORMATS.iter().map(|format| format.name()).collect();
    format::by_name(name).ok_or_else(|| format!("known formats: {}", names.join(", ")))
}

/// The path of a file as people name it.
fn shown(path: &Path) -> String {
    onrecord::text::clean::visible(&path.to_string_lossy())
}
