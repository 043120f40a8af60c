//! `onrecord show`: an article of the index, with who said what in its margin.

use super::query::{Where, json};
use super::settings::Settings;
use super::{Ended, Failure, terminal};
use clap::Args;
use onrecord::record::show_key;
use onrecord::search::{Named, named};
use onrecord::{Error, output};
use std::io::{BufWriter, Write};

/// Print an article of the index.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  onrecord show SW-20250623-0902\n  onrecord show corpus/archive/skarnholm-echo/2025-06-19-levy-vote.txt"
)]
pub(super) struct ShowArgs {
    /// Id or key of an article or a quote, or the file of an article
    #[arg(value_name = "ID")]
    id: String,
    #[command(flatten)]
    place: Where,
    /// Print the article as `onrecord extract` does
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &ShowArgs, settings: &Settings) -> Result<Ended, Failure> {
    let found = named(&args.place.open(settings)?, &args.id)?;
    let (loaded, quote) = match found.as_slice() {
        [Named { loaded, quote }] => (loaded, *quote),
        [] => {
            return Err(Error::Usage(format!(
                "no article `{}` in the index; take an id or a file from a search, or its `id` in --json",
                args.id
            ))
            .into());
        }
        several => {
            let list: Vec<String> = several
                .iter()
                .take(20)
                .map(|Named { loaded, .. }| {
                    let headline = loaded.article.meta.headline.as_deref().unwrap_or("(no headline)");
                    format!("  {}  {headline} ({})", show_key(loaded.origin.key()), loaded.origin.file)
                })
                .collect();
            let message = format!("`{}` names {} articles; name one by its key:\n{}", args.id, several.len(), list.join("\n"));
            return Err(Error::Usage(message).into());
        }
    };
    let mut out = BufWriter::new(std::io::stdout().lock());
    if args.json {
        let (key, id) = (show_key(loaded.origin.key()), loaded.id());
        writeln!(out, "{}", json(&output::extract::extract(&loaded.article, &loaded.attribution, &loaded.origin.file, &key, &id))?)?;
    } else {
        output::text::article(&mut out, loaded, quote, terminal::style(settings.color))?;
    }
    out.flush()?;
    Ok(Ended::Hits)
}
