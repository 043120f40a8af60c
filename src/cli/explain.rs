//! `onrecord explain`: every field of an article with where it came from, and its text with what was found drawn in.

use super::extract::{read, root_of};
use super::reading::Reading;
use super::settings::Settings;
use super::{Ended, Failure, complain, shown};
use clap::Args;
use onrecord::format::{self, Format, Item};
use onrecord::quote::{self, render};
use onrecord::record::{Origin, show_key};
use onrecord::text::clean::visible;
use onrecord::{Error, output};
use std::io::{BufWriter, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// Show how a file was understood: each field with the rule and the place it came from, sections, quotes and speakers.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  onrecord explain corpus/formats/truce-renewed/story.html\n  onrecord explain corpus/archive/straitwire/june.jsonl --article 2"
)]
pub(super) struct ExplainArgs {
    /// A file of articles, or - for standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Only this article: its number from 1, its id, or its place in the file
    #[arg(long, value_name = "N")]
    article: Option<String>,
    #[command(flatten)]
    reading: Reading,
    /// Print JSON, an article a line
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &ExplainArgs, settings: &Settings) -> Result<Ended, Failure> {
    let mut out = BufWriter::new(std::io::stdout().lock());
    let name = args.reading.input_format.or_else(|| sniffed(&args.file)).map_or("", Format::name);
    let (mut number, mut found, mut fine) = (0, 0, true);
    let mut written = Ok(());
    let mut sink = |item: Item| {
        match item {
            Item::Problem(problem) => {
                fine = false;
                complain(&format!("{}: {problem}", shown(&args.file)));
            }
            Item::Skipped(left) => complain(&format!("skipped {}: {left}", shown(&args.file))),
            Item::Article { article, place, problems } => {
                number += 1;
                let wanted = args.article.as_deref();
                let named = |wanted: &str| wanted == number.to_string() || wanted == place || article.id.as_deref() == Some(wanted);
                if wanted.is_some_and(|wanted| !named(wanted)) {
                    return ControlFlow::Continue(());
                }
                found += 1;
                let attribution = quote::attribute(&article);
                let shown_place = if place.is_empty() { String::new() } else { format!("{number}: {place}") };
                written = if args.json {
                    let path = args.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
                    let origin = Origin { root: root_of(&args.file), path, place: place.clone(), file: String::new() };
                    let key = show_key(origin.key());
                    let id = article.id.clone().unwrap_or_else(|| key.clone());
                    let extract = output::extract::extract(&article, &attribution, &args.file.to_string_lossy(), &key, &id);
                    let explained = output::audit::explain(&article, extract, name, &place, &problems);
                    serde_json::to_writer(&mut out, &explained).map_err(std::io::Error::from).and_then(|()| writeln!(out))
                } else {
                    let drawn = render::explain(&article, &attribution);
                    let text = output::audit::explain_text(&article, &drawn, name, &shown_place, &problems);
                    text.lines().try_for_each(|line| writeln!(out, "{}", visible(line)))
                };
                if written.is_err() || wanted.is_some() {
                    return ControlFlow::Break(());
                }
            }
        }
        ControlFlow::Continue(())
    };
    let whole = read(&args.file, args.reading.input_format, &args.reading.settings(settings), &mut sink);
    written?;
    out.flush()?;
    if let (Some(wanted), 0) = (&args.article, found) {
        return Err(Error::Usage(format!("{}: no article {wanted}; it holds {number}", shown(&args.file))).into());
    }
    Ok(if fine && whole { Ended::Hits } else { Ended::Failed })
}

/// The format of a file, where it can be looked at before it is read.
fn sniffed(file: &Path) -> Option<&'static dyn Format> {
    if !file.is_file() {
        return None;
    }
    let mut head = Vec::new();
    let input = std::fs::File::open(file).ok()?;
    std::io::Read::read_to_end(&mut std::io::Read::take(input, format::HEAD as u64), &mut head).ok()?;
    format::detect(file, &head)
}
