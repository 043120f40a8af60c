//! The oracle: a slow, obviously right reading of docs/query.md, with which the index must agree on every hit and every mark.
//!
//! [`text`] has its own words, sentences and paragraphs, [`form`] its own phrases and nearness, [`evaluate`] its own rules of what binds to
//! what. They share the parser and the stored article with the program, nothing behind these. [`cases`] were counted by hand, [`random`] asks
//! thousands of queries. `ONRECORD_ORACLE_INDEX=DIR ONRECORD_ORACLE_QUERIES=N ONRECORD_ORACLE_SEED=S` asks another index.

mod cases;
mod evaluate;
mod form;
mod random;
mod text;

use evaluate::{Marks, Oracle, merged};
use onrecord::highlight::Highlighter;
use onrecord::index::embedded::{Embedded, EmbeddedWriter, WriterOptions};
use onrecord::index::{Find, Hit, Index, Writer};
use onrecord::query::{self, Mode, Query};
use onrecord::record::{Loaded, Records};
use onrecord::search::{Request, search};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// An index, and the articles that are looked at one by one.
struct Archive {
    index: Embedded,
    articles: Vec<Arc<Loaded>>,
    /// True where these are all that the index holds.
    is_whole: bool,
}

/// A hit by the key of its article and the number of the quote.
type Id = (u64, Option<usize>);

impl Archive {
    /// Opens an index and takes at most so many of its articles, those in other languages than English left out.
    fn open(folder: &Path, most: usize) -> Self {
        let index = Embedded::open(folder).expect("an index");
        let mut articles: Vec<Arc<Loaded>> =
            index.find(&Find::new(&Query::All, Mode::Articles, 0)).expect("all articles").hits.into_iter().map(|hit| hit.article).collect();
        let all = articles.len();
        articles.retain(|loaded| loaded.article.meta.language.as_deref().is_none_or(|tag| tag.is_empty() || tag.starts_with("en")));
        articles.sort_by_key(|loaded| loaded.origin.key());
        articles.truncate(most);
        Self { index, is_whole: articles.len() == all, articles }
    }

    fn oracles(&self) -> Vec<Oracle<'_>> {
        self.articles.iter().map(|loaded| Oracle::new(loaded)).collect()
    }

    /// The hits of the index among these articles, and their marks where they are wanted.
    fn found(&self, text: &str, mode: Mode, marked: impl Fn(&Id) -> bool) -> Result<BTreeMap<Id, Option<Marks>>, String> {
        let request = Request { text: text.to_owned(), mode: Some(mode), limit: 0, bare: true, ..Request::default() };
        let answer = search(&self.index, &request).map_err(|error| error.to_string())?;
        let highlighter = Highlighter::new(&query::bind(&answer.understood, mode), mode);
        let hits = answer.hits.iter().map(|shown| &shown.hit);
        let known = |hit: &&Hit| self.articles.binary_search_by_key(&hit.place.key, |loaded| loaded.origin.key()).is_ok();
        let shown = |hit: &Hit| {
            let id = (hit.place.key, hit.quote);
            let marks = marked(&id).then(|| shown_marks(&highlighter, &hit.article, hit.quote));
            (id, marks)
        };
        let found: BTreeMap<Id, Option<Marks>> = hits.filter(known).map(shown).collect();
        if self.is_whole && answer.total != found.len() as u64 {
            return Err(format!("a total of {} for {} hits", answer.total, found.len()));
        }
        Ok(found)
    }

    /// The hits that the query has by the page, with their marks.
    fn expected(&self, oracles: &[Oracle<'_>], query: &Query, mode: Mode) -> BTreeMap<Id, Marks> {
        let mut expected = BTreeMap::new();
        for (oracle, loaded) in oracles.iter().zip(&self.articles) {
            let key = loaded.origin.key();
            match mode {
                Mode::Articles => expected.extend(oracle.article(query).map(|marks| ((key, None), marks))),
                Mode::Quotes => expected
                    .extend((0..oracle.quotes()).filter_map(|quote| oracle.quote(query, quote).map(|marks| ((key, Some(quote)), marks)))),
            }
        }
        expected
    }

    /// Says where the index and the oracle differ. Marks are compared in `most` hits.
    fn compare(&self, oracles: &[Oracle<'_>], text: &str, mode: Mode, most: usize) -> Result<usize, String> {
        let query = query::parse(text).map_err(|error| error.to_string())?;
        let expected = self.expected(oracles, &query, mode);
        // Spread over all hits.
        let every = expected.len().div_ceil(most.max(1)).max(1);
        let chosen: Vec<Id> = expected.keys().step_by(every).copied().collect();
        let found = self.found(text, mode, |id| chosen.contains(id))?;
        let show = |(key, quote): &Id| {
            let loaded = self.articles.iter().find(|loaded| loaded.origin.key() == *key).map_or(String::new(), |loaded| loaded.id());
            quote.map_or(loaded.clone(), |quote| format!("{loaded}, quote {quote}"))
        };
        let missing: Vec<String> = expected.keys().filter(|id| !found.contains_key(id)).map(show).collect();
        let surplus: Vec<String> = found.keys().filter(|id| !expected.contains_key(id)).map(show).collect();
        if !(missing.is_empty() && surplus.is_empty()) {
            return Err(format!("not found: {missing:?}; found and no hits: {surplus:?}"));
        }
        for (id, marks) in found {
            if let Some(marks) = marks.filter(|marks| *marks != expected[&id]) {
                return Err(format!("{} is marked {marks:?}, not {:?}", show(&id), expected[&id]));
            }
        }
        Ok(expected.len())
    }
}

/// The marks of the program. Those in the words of a quote hit are given in bytes of the body, whichever way they were found.
fn shown_marks(highlighter: &Highlighter, loaded: &Loaded, quote: Option<usize>) -> Marks {
    let mut marks = Marks::new();
    for field in highlighter.mark(loaded, quote).fields {
        let spoken = quote.map(|quote| &loaded.attribution.quotes[quote]);
        for span in field.spans {
            assert!(span.fits(&field.text), "a mark outside of {}", field.field);
            let (name, start) = match (field.field, spoken) {
                ("quote", Some(spoken)) => {
                    let joint = if spoken.kind == onrecord::quote::QuoteKind::Mixed { " … ".len() } else { 1 };
                    let mut begin = 0;
                    let part = spoken.parts.iter().find(|part| {
                        begin += part.len() + joint;
                        (span.start as usize) < begin
                    });
                    let part = part.expect("a part of the quote");
                    ("quote", part.start as usize + span.start as usize - (begin - part.len() - joint))
                }
                ("clause", Some(spoken)) => ("quote", (spoken.content.start + span.start) as usize),
                (name, _) => (name, span.start as usize),
            };
            marks.entry(name).or_default().push((start, start + span.len()));
        }
    }
    marks.values_mut().for_each(|spans| *spans = merged(std::mem::take(spans)));
    marks
}

/// Writes an index of these records.
fn write<'a>(folder: &Path, records: impl IntoIterator<Item = Records<'a>>) {
    let writer = EmbeddedWriter::open(folder, WriterOptions { threads: 1, ..WriterOptions::default() }).expect("a writer");
    for records in records {
        writer.put(records, false).expect("the article is taken");
    }
    writer.commit().expect("committed");
    writer.finish().expect("merges end");
}
