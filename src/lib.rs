//! onrecord: who said what, when, and where it was printed.
//!
//! An article goes in ([`mod@format`]), its quotes and who said them come out ([`quote`]):
//!
//! ```
//! use onrecord::format::{self, Input, Item};
//! use onrecord::record::speaker_text;
//! use std::{ops::ControlFlow, path::Path};
//!
//! let text = "The levy rises.\n\n\"We must pay,\" said Mara Hale, the mayor. She left.\n";
//! let mut found = Vec::new();
//! let mut reader = text.as_bytes();
//! let input = Input::stream(Path::new("levy.txt"), &mut reader);
//! format::by_name("text").expect("a format").read(input, &mut |item| {
//!     if let Item::Article { article, .. } = item {
//!         let attribution = onrecord::quote::attribute(&article);
//!         let line = |quote| format!("{}: {}", speaker_text(&article, &attribution, quote), quote.parts[0].of(article.body()));
//!         found.extend(attribution.quotes.iter().map(line));
//!     }
//!     ControlFlow::Continue(())
//! })?;
//! assert_eq!(found, ["Mara Hale: We must pay,"]);
//! # Ok::<(), onrecord::format::Problem>(())
//! ```
//!
//! A folder of articles goes in ([`ingest`]); articles and quotes, ranked, with what matched marked, come out ([`search`]):
//!
//! ```
//! use onrecord::index::embedded::Embedded;
//! use onrecord::ingest::{Options, Tally, Update};
//! use onrecord::query::Mode;
//! use onrecord::search::{Request, search};
//! use std::{sync::atomic::AtomicBool, time::Duration};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let articles = folder.path().join("articles");
//! # std::fs::create_dir(&articles)?;
//! std::fs::write(articles.join("levy.txt"), "The levy rises.\n\n\"We must pay,\" said Mara Hale, the mayor. She left.\n")?;
//!
//! let index = folder.path().join("index");
//! let (paths, options, tally, stop) = ([articles], Options::default(), Tally::default(), AtomicBool::new(false));
//! Update { index: &index, paths: &paths, options: &options, wait: Duration::ZERO, tally: &tally, stop: &stop }.run()?;
//!
//! let request = Request { text: "speaker:hale pay".into(), mode: Some(Mode::Quotes), ..Request::default() };
//! let answer = search(&Embedded::open(&index)?, &request)?;
//! assert_eq!(answer.total, 1);
//! let quote = onrecord::output::hit::hit(&answer.hits[0], 1).quote.expect("a quote hit");
//! assert_eq!(quote.text, "We must pay,");
//! assert_eq!(quote.speaker.expect("a speaker").name.as_deref(), Some("Mara Hale"));
//! # Ok(())
//! # }
//! ```

// The list is the layer list: a module uses only modules above it (tests/it/layers.rs).
pub mod error;
pub mod schema;
pub mod text;
pub mod article;
pub mod format;
pub mod quote;
pub mod evaluate;
pub mod query;
pub mod analyze;
pub mod pattern;
pub mod record;
pub mod highlight;
pub mod fragment;
pub mod index;
pub mod people;
pub mod discover;
pub mod ingest;
pub mod lint;
pub mod doctor;
pub mod search;
pub mod takedown;
pub mod kwic;
pub mod batch;
pub mod survey;
pub mod timeline;
pub mod suggest;
pub mod profile;
pub mod output;
pub mod parameters;
#[cfg(feature = "server")]
pub mod server;

pub use error::{Error, Result};

/// How many cases a law is tried on: so many in a run of all tests, more where `$PROPTEST_CASES` says so.
#[cfg(test)]
pub(crate) fn cases(short: u32) -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).map_or(short, |cases: u32| cases.max(short))
}
