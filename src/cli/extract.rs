//! `onrecord extract`: articles as JSON, with sections, quotes and speakers.

use super::reading::Reading;
use super::settings::Settings;
use super::{Ended, Failure, complain, shown};
use clap::Args;
use onrecord::format::{self, Format, Input, Item, Problem, SeekRead};
use onrecord::quote::{self, render};
use onrecord::record::{Origin, show_key};
use onrecord::{Error, output};
use std::io::{BufReader, BufWriter, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// Print articles as JSON.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  onrecord extract corpus/archive/straitwire/june.jsonl\n  onrecord extract --explain corpus/archive/orrin-lantern/2025-08-16-regatta.md"
)]
pub(super) struct ExtractArgs {
    /// Files of articles, or - for standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    reading: Reading,
    /// Leave out reported clauses ("X said that ...")
    #[arg(long)]
    no_indirect: bool,
    /// Leave out quotes whose speaker is less sure, 0 to 1
    #[arg(long, value_name = "NUMBER", value_parser = super::search::share)]
    min_confidence: Option<f32>,
    /// Print the text with quotes, cues and speakers drawn under it, and the rules that fired
    #[arg(long)]
    explain: bool,
}

pub(super) fn run(args: &ExtractArgs, settings: &Settings) -> Result<Ended, Failure> {
    let mut out = BufWriter::new(std::io::stdout().lock());
    let reading = args.reading.settings(settings);
    let mut failed = false;
    for file in &args.files {
        failed |= !one(args, &reading, file, &mut out)?;
    }
    out.flush()?;
    Ok(if failed { Ended::Failed } else { Ended::Hits })
}

/// Reads one input, a file or standard input; false if something in it could not be read.
pub(super) fn read(
    file: &Path,
    format: Option<&'static dyn Format>,
    settings: &format::Settings,
    sink: &mut dyn FnMut(Item) -> ControlFlow<()>,
) -> bool {
    let outcome = if file.as_os_str() == "-" {
        let mut head = Vec::new();
        let mut stdin = std::io::stdin().lock();
        let read = std::io::Read::read_to_end(&mut std::io::Read::take(&mut stdin, format::HEAD as u64), &mut head);
        read.map_err(|error| Error::io(file, error)).map(|_| {
            let found = format.or_else(|| format::detect(file, &head));
            let mut whole = std::io::Read::chain(std::io::Cursor::new(head), stdin);
            found.map(|format| format.read(Input::stream(file, &mut whole).with(settings), sink))
        })
    } else {
        from_file(file, format, settings, sink)
    };
    match outcome {
        Ok(Some(Ok(()))) => true,
        Ok(Some(Err(problem))) => {
            complain(&format!("{}: {problem}", shown(file)));
            false
        }
        Ok(None) => {
            complain(&format!("{}: no known format; name one with --format", shown(file)));
            false
        }
        Err(error) => {
            complain(&error.to_string());
            false
        }
    }
}

type Outcome = Result<Option<Result<(), Problem>>, Error>;

fn from_file(
    file: &Path,
    format: Option<&'static dyn Format>,
    settings: &format::Settings,
    sink: &mut dyn FnMut(Item) -> ControlFlow<()>,
) -> Outcome {
    let mut input = std::fs::File::open(file).map_err(|error| Error::io(file, error))?;
    if input.metadata().is_ok_and(|metadata| metadata.is_dir()) {
        return Err(Error::Usage(format!("{}: a folder; name files, or use `onrecord index`", shown(file))));
    }
    let mut head = Vec::new();
    let read = std::io::Read::read_to_end(&mut std::io::Read::take(&mut input, format::HEAD as u64), &mut head);
    read.map_err(|error| Error::io(file, error))?;
    let Some(format) = format.or_else(|| format::detect(file, &head)) else { return Ok(None) };
    // A pipe cannot go back: then what was read stands before the rest.
    if std::io::Seek::rewind(&mut input).is_ok() {
        let mut reader = BufReader::with_capacity(1 << 18, input);
        let reader: &mut dyn SeekRead = &mut reader;
        return Ok(Some(format.read(Input::file(file, reader).with(settings), sink)));
    }
    let mut whole = std::io::Read::chain(std::io::Cursor::new(head), BufReader::with_capacity(1 << 18, input));
    Ok(Some(format.read(Input::stream(file, &mut whole).with(settings), sink)))
}

/// The name of the folder that a file stands in: the name of its root.
pub(super) fn root_of(file: &Path) -> String {
    file.canonicalize().ok().and_then(|path| Some(path.parent()?.file_name()?.to_string_lossy().into_owned())).unwrap_or_default()
}

/// Prints the articles of one input; false if something in it could not be read.
fn one(args: &ExtractArgs, reading: &format::Settings, file: &Path, out: &mut impl Write) -> Result<bool, Failure> {
    let root = root_of(file);
    let name = file.file_name().unwrap_or(file.as_os_str());
    let problem = |problem: &Problem| complain(&format!("{}: {problem}", shown(file)));
    let mut fine = true;
    let mut written = Ok(());
    let mut sink = |item: Item| {
        match item {
            Item::Problem(found) => {
                fine = false;
                problem(&found);
            }
            Item::Skipped(left) => complain(&format!("skipped {}: {left}", shown(file))),
            Item::Article { article, place, problems } => {
                problems.iter().for_each(problem);
                let mut attribution = if args.no_indirect { quote::attribute_marked(&article) } else { quote::attribute(&article) };
                if let Some(least) = args.min_confidence {
                    attribution.quotes.retain(|quote| quote.confidence >= least);
                }
                written = if args.explain {
                    write!(out, "{}", render::explain(&article, &attribution))
                } else {
                    let origin = Origin { root: root.clone(), path: name.to_string_lossy().into_owned(), place, file: String::new() };
                    let key = show_key(origin.key());
                    let id = article.id.clone().unwrap_or_else(|| key.clone());
                    let extract = output::extract::extract(&article, &attribution, &file.to_string_lossy(), &key, &id);
                    serde_json::to_writer(&mut *out, &extract).map_err(std::io::Error::from).and_then(|()| writeln!(out))
                };
            }
        }
        if written.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    };
    let whole = read(file, args.reading.input_format, reading, &mut sink);
    written?;
    Ok(fine && whole)
}
