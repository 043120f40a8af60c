//! The command line: what was typed ([`Cli`]), then what the program does (one file per command).

mod extract;
mod index;
mod search;
mod terminal;

use clap::{Args, Parser, Subcommand, ValueEnum};
use onrecord::Error;
use onrecord::format::{self, Format};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Full-text search for news archives that knows who said what, when, and where it was printed.
#[derive(Parser)]
#[command(name = "onrecord", version, max_term_width = 100, propagate_version = true)]
#[command(
    after_help = "Examples:\n  onrecord quotes --from corpus 'speaker:\"Mara Lindqvist\" \"harbour levy\"'\n  onrecord index articles/\n  onrecord quotes ceasefire --speaker Kvistmark --since 2025-04\n\nExit status: 0 hits or success, 1 no hits, 2 an error, 130 interrupted."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// When to use colour
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    color: Color,
}

#[derive(Subcommand)]
enum Command {
    /// Read folders and files of articles into an index; later runs read only what has changed
    Index(index::IndexArgs),
    /// Search articles
    Search(search::SearchArgs),
    /// Search quotes: who said it
    Quotes(search::SearchArgs),
    /// Print articles as JSON, one a line, with sections, quotes and speakers
    Extract(extract::ExtractArgs),
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    Always,
    Never,
}

/// Where the index is.
#[derive(Args)]
struct IndexDir {
    /// Folder of the index
    #[arg(long, env = "ONRECORD_INDEX", default_value = ".onrecord", value_name = "DIR")]
    index: PathBuf,
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
    let cli = Cli::parse();
    let ended = match cli.command {
        Command::Index(args) => index::run(&args),
        Command::Search(args) => search::run(&args, onrecord::query::Mode::Articles, cli.color),
        Command::Quotes(args) => search::run(&args, onrecord::query::Mode::Quotes, cli.color),
        Command::Extract(args) => extract::run(&args),
    };
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
