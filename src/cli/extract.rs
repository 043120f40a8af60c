//! `onrecord extract`: articles as JSON, with sections, quotes and speakers.

use super::{Ended, Failure, complain, input_format, shown};
use clap::Args;
use onrecord::format::{self, Format, Input, Item, Problem};
use onrecord::quote::{self, render};
use onrecord::record::{Origin, show_key};
use onrecord::{Error, output};
use std::io::{BufRead, BufReader, BufWriter, Write};
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
    /// Read every input as this format, whatever it looks like: text, markdown, html, json, jsonl
    #[arg(long = "format", alias = "input-format", value_name = "NAME", value_parser = input_format)]
    format: Option<&'static dyn Format>,
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

pub(super) fn run(args: &ExtractArgs) -> Result<Ended, Failure> {
    let mut out = BufWriter::new(std::io::stdout().lock());
    let mut failed = false;
    for file in &args.files {
        let result = if file.as_os_str() == "-" {
            one(args, Path::new("-"), &mut std::io::stdin().lock(), &mut out)
        } else {
            match std::fs::File::open(file) {
                Ok(input) if input.metadata().is_ok_and(|metadata| metadata.is_dir()) => {
                    complain(&format!("{}: a folder; name files, or use `onrecord index`", shown(file)));
                    Ok(false)
                }
                Ok(input) => one(args, file, &mut BufReader::with_capacity(1 << 18, input), &mut out),
                Err(error) => {
                    complain(&Error::io(file, error).to_string());
                    Ok(false)
                }
            }
        };
        failed |= !result?;
    }
    out.flush()?;
    Ok(if failed { Ended::Failed } else { Ended::Hits })
}

/// Prints the articles of one input; false if something in it could not be read.
fn one(args: &ExtractArgs, file: &Path, reader: &mut dyn BufRead, out: &mut impl Write) -> Result<bool, Failure> {
    let root =
        file.canonicalize().ok().and_then(|path| Some(path.parent()?.file_name()?.to_string_lossy().into_owned())).unwrap_or_default();
    let name = file.file_name().unwrap_or(file.as_os_str());
    let problem = |problem: &Problem| complain(&format!("{}: {problem}", shown(file)));
    let mut head = Vec::new();
    if let Err(error) = std::io::Read::read_to_end(&mut std::io::Read::take(&mut *reader, format::HEAD as u64), &mut head) {
        complain(&Error::io(file, error).to_string());
        return Ok(false);
    }
    let Some(format) = args.format.or_else(|| format::detect(file, &head)) else {
        complain(&format!("{}: no known format; name one with --format", shown(file)));
        return Ok(false);
    };
    let mut fine = true;
    let mut written = Ok(());
    let mut sink = |item: Item| {
        match item {
            Item::Problem(found) => {
                fine = false;
                problem(&found);
            }
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
    let mut whole = std::io::Read::chain(std::io::Cursor::new(head), reader);
    if let Err(found) = format.read(Input { name: file, reader: &mut whole }, &mut sink) {
        fine = false;
        problem(&found);
    }
    written?;
    Ok(fine)
}
