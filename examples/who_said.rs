//! Who said these words? Indexes a folder, searches its quotes, and prints who speaks with the words that show it.
//!
//! `cargo run --example who_said -- corpus/archive '"a truce is not yet a treaty"'`

#![allow(clippy::print_stdout)] // An example prints.

use onrecord::index::embedded::{Embedded, EmbeddedWriter, WriterOptions};
use onrecord::ingest::{Options, Tally, ingest};
use onrecord::output::hit::hit;
use onrecord::query::Mode;
use onrecord::search::{Request, search};
use std::sync::atomic::AtomicBool;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let folder = args.next().unwrap_or_else(|| "corpus/archive".into());
    let text = args.next().unwrap_or_else(|| "\"a truce is not yet a treaty\"".into());

    let place = tempfile::tempdir()?;
    let writer = EmbeddedWriter::open(place.path(), WriterOptions::default())?;
    ingest(&writer, &[folder.into()], &Options::default(), &Tally::default(), &AtomicBool::new(false))?;
    writer.finish()?;

    let request = Request { text, mode: Some(Mode::Quotes), limit: 10, ..Request::default() };
    for shown in &search(&Embedded::open(place.path())?, &request)?.hits {
        let hit = hit(shown, 1);
        let Some(quote) = hit.quote else { continue };
        let who =
            quote.speaker.map_or("nobody known".into(), |speaker| format!("{} (“{}”)", speaker.name.unwrap_or_default(), speaker.mention));
        println!("{}  {who}: {}", hit.date.unwrap_or_default(), quote.text);
    }
    Ok(())
}
