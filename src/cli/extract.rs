//! `onrecord extract`: articles as JSON, with sections, quotes and speakers.

use super::reading::Reading;
use super::settings::Settings;
use super::{Ended, Failure, complain, shown};
use clap::Args;
use onrecord::format::{self, Format, Input, Item, Problem};
use onrecord::ingest;
use onrecord::output;
use onrecord::quote::{self, render};
use onrecord::record::{Origin, show_key};
use std::io::{BufWriter, Read, Write};
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
    #[arg(long, value_name = "NUMBER", value_parser = onrecord::parameters::share)]
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
    let outcome =
        if file.as_os_str() == "-" { from_stdin(format, settings, sink) } else { ingest::read(file, file, format, settings, sink) };
    let message = match outcome {
        Ok(Some(_)) => return true,
        Ok(None) => "no known format; name one with --format".to_owned(),
        Err(problem) => problem.to_string(),
    };
    complain(&format!("{}: {message}", shown(file)));
    false
}

fn from_stdin(
    format: Option<&'static dyn Format>,
    settings: &format::Settings,
    sink: &mut dyn FnMut(Item) -> ControlFlow<()>,
) -> Result<Option<&'static dyn Format>, Problem> {
    let name = Path::new("-");
    let (mut head, mut stdin) = (Vec::new(), std::io::stdin().lock());
    stdin.by_ref().take(format::HEAD as u64).read_to_end(&mut head).map_err(|error| Problem {
        place: String::new(),
        message: format!("cannot be read: {error}"),
        help: String::new(),
    })?;
    let Some(format) = format.or_else(|| format::detect(name, &head)) else { return Ok(None) };
    let mut whole = std::io::Cursor::new(head).chain(stdin);
    format.read(Input::stream(name, &mut whole).with(settings), sink)?;
    Ok(Some(format))
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
