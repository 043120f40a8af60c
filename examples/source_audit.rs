//! A source audit: who is quoted how often, month by month, as a table.
//!
//! `cargo run --example source_audit -- .onrecord`

#![allow(clippy::print_stdout)] // An example prints.

use onrecord::index::Facet;
use onrecord::index::embedded::Embedded;
use onrecord::query::Mode;
use onrecord::search::{Request, search};
use onrecord::survey::speakers;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let index = Embedded::open(&std::env::args().nth(1).map_or_else(|| PathBuf::from(".onrecord"), PathBuf::from))?;
    for speaker in speakers(&index, "", &Request::default())?.speakers.iter().take(10) {
        let text = format!("speaker:\"{}\"", speaker.name.replace('"', " "));
        let request = Request { text, mode: Some(Mode::Quotes), limit: 1, facets: vec![Facet::Month.into()], ..Request::default() };
        let months = search(&index, &request)?.facets.remove(0).values;
        let months: Vec<String> =
            months.into_iter().map(|(month, count)| format!("{} {}", month.unwrap_or_else(|| "undated".into()), count.quotes)).collect();
        println!("{}\t{} quotes\t{}", speaker.name, speaker.count.quotes, months.join(", "));
    }
    Ok(())
}
