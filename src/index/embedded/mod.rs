//! The engine inside this program: Tantivy, asked and fed through the traits of [`crate::index`].
//!
//! | room | here is ... | give me ... |
//! |---|---|---|
//! | `layout` | the field table; records | the engine's schema; their values |
//! | `document` | values of records | the engine's documents |
//! | `places` | terms at positions | a text that the engine reads them from |
//! | `plan` | a bound query | the engine's query |
//! | `forms` | a form of a word | its terms and their postings |
//! | `borders` | a text of a record | where its sentences, paragraphs and sections begin |
//! | `spans` | a pattern and a field | the records that hold it, and where |
//! | `words` | a condition on words and fields | the records that satisfy it, with BM25 (`bm25`) |
//! | `within` | conditions on a section | the articles that satisfy them below one crosshead |
//! | `block` | quotes | their articles, and back |
//! | `clause` | words | the quotes whose reported clause holds them |
//! | `spell` | a word | words near it that the index holds |
//! | `watch` | a deadline | whether it has passed |
//! | `collect` | matches | the best, and their number |
//! | `facets` | matches | how many have which desk, month, speaker |
//! | `describe` | the engine's query | its form as text |
//! | `explain` | the engine's query and a hit | how its score came about |
//! | `keys` | a key, a term | its records |
//! | `known` | a key | what the last commit knows of it: files, articles |
//! | `writer` | records | a committed index |
//! | `purge` | a writer | segments without deleted records; what of a key or a word stands in the files still |
//! | `rehearsal` | records | nothing: a run that only counts |
//! | `marker` | a folder | whether it is an index that this program can read |
//! | `directory` | a folder | the same for the engine: read without permission to write, written for good |
//! | `anew` | an index | an empty one beside it, and the swap |
//! | `quick`, `any`, `all` | one of several words, or all of them, as a whole search | all records that hold them, the best with their scores |
//! | `merging` | segments | which of them to merge, and when; all of them |
//! | `derived` | what was derived from an index | the same again, as long as it is true |
//! | `check` | an index | what is wrong with it |
//! | `snapshot` | an index | a copy of it as it is now |

mod anew;
mod all;
mod any;
mod block;
mod bm25;
mod borders;
mod budget;
mod check;
mod clause;
mod collect;
mod derived;
mod describe;
mod directory;
mod document;
mod explain;
mod facets;
mod forms;
mod keys;
mod known;
mod layout;
mod marker;
mod merging;
mod places;
mod plan;
mod purge;
mod quick;
mod rehearsal;
mod snapshot;
mod spans;
mod spell;
mod watch;
mod within;
mod words;
mod writer;

#[cfg(test)]
mod tests;

pub use anew::{Anew, recover};
pub use check::{Checked, Depth, Finding, Holds, Kind, check};
pub use marker::{MARKER, Stamp, is_index, stamp};
pub use merging::{Extent, Optimized, optimize};
pub use purge::{Purged, Trace, blocked_traces, forget_derived, traces};
pub use rehearsal::Rehearsal;
pub use snapshot::{Copied, snapshot};
pub use writer::{EmbeddedWriter, IndexLock, WriterOptions, lock};

use crate::analyze;
use crate::error::{Error, Result};
use crate::index::{Find, Found, Hit, Index, Named, Root, Sort, Spelling, State, Stats};
use crate::query::{Field, Mode, Query, bind};
use crate::record::{self, Loaded, Stored};
use collect::{Best, Fading, collect};
use directory::{Folder, Purpose};
use explain::explain;
use facets::{Facets, Names, around};
use layout::Layout;
use marker::{Marker, Payload, check_marker, commit_of};
use plan::Planner;
use quick::QuickQuery;
use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};
use std::time::{Duration, Instant};
use tantivy::collector::Count;
use tantivy::directory::error::OpenReadError;
use tantivy::query::EnableScoring;
use tantivy::schema::Value;
use tantivy::{DocAddress, IndexReader, ReloadPolicy, Searcher, TantivyDocument, TantivyError, Term};
use unicode_normalization::UnicodeNormalization;
use watch::Watch;
use words::Totals;

/// An index opened for searching: it sees the commit that it opened.
pub struct Embedded {
    layout: Layout,
    reader: IndexReader,
    folder: PathBuf,
    /// Number of the commit that the reader sees.
    commit: AtomicU64,
}

/// Decompressed blocks of stored articles kept at hand, per segment.
const STORE_BLOCKS: usize = 64;

impl Embedded {
    /// Opens the index in `folder`.
    ///
    /// # Errors
    /// There is no index, or it was made by another format version or analyzer.
    pub fn open(folder: &Path) -> Result<Self> {
        if !is_index(folder) {
            recover(folder)?;
        }
        check_marker(folder)?;
        // Whoever may not take the lock of readers may come between a commit and the removal of what it replaced.
        let mut opened = Self::opened(folder);
        for _ in 0..5 {
            let has_vanished =
                |error: &Error| matches!(error, Error::Engine(TantivyError::OpenReadError(OpenReadError::FileDoesNotExist(_))));
            if !opened.as_ref().is_err_and(has_vanished) {
                break;
            }
            std::thread::sleep(Duration::from_millis(10));
            opened = Self::opened(folder);
        }
        opened.map_err(|error| match error {
            Error::Engine(error) => {
                Error::Index(format!("{}: the index cannot be read; `onrecord check` says what is wrong ({error})", folder.display()))
            }
            error => error,
        })
    }

    fn opened(folder: &Path) -> Result<Self> {
        let mut index = tantivy::Index::open(Folder::open(folder, Purpose::Read)?)?;
        index.set_tokenizers(layout::tokenizers());
        let before = commit_of(&index)?;
        let reader: IndexReader =
            index.reader_builder().reload_policy(ReloadPolicy::Manual).doc_store_cache_num_blocks(STORE_BLOCKS).try_into()?;
        let opened = Self { layout: Layout::new(), reader, folder: folder.to_path_buf(), commit: AtomicU64::new(before) };
        if opened.newest_commit()? != before {
            opened.reload()?;
        }
        Ok(opened)
    }

    /// The folder it stands in.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Sees the newest commit from now on.
    pub fn reload(&self) -> Result<()> {
        // The commit says its number beside the reader's back: whoever commits in between is seen by the two numbers.
        loop {
            let before = self.newest_commit()?;
            self.reader.reload()?;
            if self.newest_commit()? == before {
                self.commit.store(before, Ordering::Relaxed);
                return Ok(());
            }
        }
    }

    fn newest_commit(&self) -> Result<u64> {
        commit_of(self.searcher().index())
    }

    /// The query in the engine's terms, for those who want to see what is run.
    pub fn engine_form(&self, query: &Query, mode: Mode) -> Result<String> {
        Ok(describe::describe(self.planner(&self.searcher(), None)?.plan(&bind(query, mode), mode)?.as_ref()))
    }

    fn planner(&self, searcher: &Searcher, deadline: Option<Instant>) -> Result<Planner<'_>> {
        Ok(Planner { layout: &self.layout, totals: self.totals(searcher)?, watch: Watch::new(deadline) })
    }

    fn state(&self, searcher: &Searcher) -> State {
        let records = searcher.segment_readers().iter().map(|segment| u64::from(segment.max_doc())).sum();
        State { commit: self.commit.load(Ordering::Relaxed), records }
    }

    fn load(&self, searcher: &Searcher, address: DocAddress) -> Result<Arc<Loaded>> {
        Ok(Arc::new(
            self.article(searcher, address)?
                .ok_or_else(|| Error::Index("a stored article cannot be read: the index is damaged; rebuild it".into()))?,
        ))
    }

    /// The root folders of the index.
    fn roots(&self) -> Result<Vec<Root>> {
        let searcher = self.searcher();
        let term = Term::from_field_text(self.layout.field("record")?, "r");
        let mut roots = Vec::new();
        for address in self.records_of(&searcher, &term)? {
            roots.extend(postcard::from_bytes::<Root>(&self.stored(&searcher, address)?));
        }
        Ok(roots)
    }

    fn searcher(&self) -> Searcher {
        self.reader.searcher()
    }

    /// The article of a record; `None` where what was stored of it is damaged.
    fn article(&self, searcher: &Searcher, address: DocAddress) -> Result<Option<Loaded>> {
        let document: TantivyDocument = searcher.doc(address)?;
        // All else stands first, then what it says, if that is anything.
        let short = document.get_all(self.layout.field("stored")?).nth(1).and_then(|short| short.as_str()).unwrap_or_default();
        Ok(Stored::load(self.stored_bytes(&document)?, short))
    }

    /// What a record stored.
    fn stored(&self, searcher: &Searcher, address: DocAddress) -> Result<Vec<u8>> {
        let document: TantivyDocument = searcher.doc(address)?;
        Ok(self.stored_bytes(&document)?.to_vec())
    }

    fn stored_bytes<'a>(&self, document: &'a TantivyDocument) -> Result<&'a [u8]> {
        let value = document.get_first(self.layout.field("stored")?);
        value
            .and_then(|value| value.as_bytes())
            .ok_or_else(|| Error::Index("a record without its content: the index is damaged; rebuild it".into()))
    }

    fn totals(&self, searcher: &Searcher) -> Result<Totals> {
        let field = self.layout.field("record")?;
        let count = |letter: &str| searcher.doc_freq(&Term::from_field_text(field, letter));
        Ok(Totals { articles: count("a")?, quotes: count("q")?, reported: count("i")? })
    }
}

impl Index for Embedded {
    fn find(&self, find: &Find<'_>) -> Result<Found> {
        let searcher = self.searcher();
        let planner = self.planner(&searcher, find.deadline)?;
        let watch = planner.watch.clone();
        let query = planner.plan(&bind(find.query, find.mode), find.mode)?;
        let by_score = find.sort == Sort::Relevance;
        let scoring =
            if by_score { EnableScoring::enabled_from_searcher(&searcher) } else { EnableScoring::disabled_from_searcher(&searcher) };
        let quick = by_score.then(|| QuickQuery::of(query.as_ref(), &watch)).flatten();
        let weight = quick.as_ref().map_or(query.as_ref(), |quick| quick).weight(scoring).map_err(|error| watch.failed(error))?;
        let quotes = find.mode == Mode::Quotes;
        let fading = find.recency.map(|recency| Fading::of(recency, &searcher)).transpose()?;
        let best = Best { limit: find.limit, after: find.after, sort: find.sort, quotes, recency: fading, watch: &watch };
        let counts = Facets { facets: find.facets, quotes };
        let ((total, ranked), facets) = if find.facets.is_empty() {
            (collect(&best, weight.as_ref(), &searcher)?, Vec::new())
        } else {
            collect(&(best, counts), weight.as_ref(), &searcher)?
        };
        let is_partial = watch.outcome()?;
        if is_partial && !find.partial {
            return Err(Error::Timeout);
        }
        // Quotes of one article share what was loaded of it, and which quote each of its records is.
        let mut loaded: HashMap<DocAddress, (Arc<Loaded>, Vec<usize>)> = HashMap::new();
        let mut hits = Vec::with_capacity(ranked.len());
        for hit in ranked {
            let mut address = hit.address;
            let mut quote = None;
            if quotes {
                let columns = searcher.segment_reader(address.segment_ord).fast_fields();
                let ordinal = columns.u64("ordinal")?.first(address.doc_id).unwrap_or(1).max(1);
                address = DocAddress::new(address.segment_ord, address.doc_id.saturating_sub(ordinal as u32));
                quote = Some(ordinal as usize - 1);
            }
            let (article, order) = match loaded.entry(address) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(free) => {
                    let article = self.load(&searcher, address)?;
                    let order = if quotes { record::in_record_order(&article.attribution).collect() } else { Vec::new() };
                    free.insert((article, order))
                }
            };
            let article = Arc::clone(article);
            let damaged = || Error::Index("a quote without its article: the index is damaged; rebuild it".into());
            let quote = quote.map(|ordinal| order.get(ordinal).copied().ok_or_else(damaged)).transpose()?;
            let explanation = if find.explain && by_score {
                let segment = searcher.segment_reader(hit.address.segment_ord);
                let told = explain(query.as_ref(), scoring, segment, hit.address.doc_id)?;
                match (told, fading) {
                    (Some(told), Some(fading)) => Some(fading.explain(told, segment, address.doc_id)?),
                    (told, _) => told,
                }
            } else {
                None
            };
            hits.push(Hit { score: hit.score, place: hit.place, article, quote, explanation });
        }
        Ok(Found { total, hits, facets, state: self.state(&searcher), is_partial })
    }

    fn count(&self, query: &Query, mode: Mode, deadline: Option<Instant>) -> Result<u64> {
        let searcher = self.searcher();
        let planner = self.planner(&searcher, deadline)?;
        let query = planner.plan(&bind(query, mode), mode)?;
        let weight = query.weight(EnableScoring::disabled_from_searcher(&searcher)).map_err(|error| planner.watch.failed(error))?;
        let count = collect(&Count, weight.as_ref(), &searcher)?;
        if planner.watch.outcome()? { Err(Error::Timeout) } else { Ok(count as u64) }
    }

    fn spellings(&self, word: &str, field: Option<Field>, mode: Mode, deadline: Instant) -> Result<Spelling> {
        let searcher = self.searcher();
        let planner = self.planner(&searcher, Some(deadline))?;
        let (analyzer, targets) = planner.looked_in(field, mode)?;
        let analyzed = analyze::analyze(word, analyzer).into_iter().next();
        let (records, near) = match analyzed {
            Some(analyzed) => spell::spellings(&searcher, &analyzed, &targets, &planner.watch)?,
            None => (0, Vec::new()),
        };
        if planner.watch.outcome()? { Err(Error::Timeout) } else { Ok(Spelling { word: word.to_owned(), field, records, near }) }
    }

    fn names(&self, query: &Query, by_place: &Arc<HashSet<String>>) -> Result<Vec<Named>> {
        let searcher = self.searcher();
        let planner = self.planner(&searcher, None)?;
        let query = planner.plan(&bind(query, Mode::Quotes), Mode::Quotes)?;
        let weight = query.weight(EnableScoring::disabled_from_searcher(&searcher)).map_err(|error| planner.watch.failed(error))?;
        let names = collect(&Names { by_place: Arc::clone(by_place) }, weight.as_ref(), &searcher)?;
        planner.watch.outcome()?;
        Ok(names)
    }

    fn apart(&self, sound: &dyn Fn(&str) -> Option<String>, test: &dyn Fn(&str, &str) -> bool) -> Result<Vec<(String, String)>> {
        let mut pairs = BTreeSet::new();
        for segment in self.searcher().segment_readers() {
            let columns = segment.fast_fields();
            let (speakers, kinds, ordinal) = (columns.str("speaker")?, columns.u64("speaker_kind")?, columns.u64("ordinal")?);
            let Some(speakers) = speakers else { continue };
            let sounds = facets::groups(&speakers, sound)?;
            let mut numbers = HashSet::new();
            // The names of the article whose quotes are being read.
            let (mut here, mut article) = (Vec::new(), 0);
            for doc in segment.doc_ids_alive() {
                let (Some(name), Some(ordinal)) = (speakers.ords().first(doc), ordinal.first(doc)) else { continue };
                let of = u64::from(doc) - ordinal;
                if of != article {
                    here.clear();
                    article = of;
                }
                let known = kinds.first(doc).and_then(record::speaker_kind).is_some();
                if known && !here.contains(&name) && here.len() < 200 {
                    let of = |name: u64| sounds.get(name as usize).copied().flatten();
                    let alike = here.iter().filter(|&&other| of(other).is_some() && of(other) == of(name));
                    numbers.extend(alike.map(|&other: &u64| (name.min(other), name.max(other))));
                    here.push(name);
                }
            }
            let text = |number: u64| -> Result<String> {
                let mut text = String::new();
                speakers.ord_to_str(number, &mut text).map_err(TantivyError::from)?;
                Ok(text)
            };
            for (a, b) in numbers {
                let (a, b) = (text(a)?, text(b)?);
                if test(&a, &b) {
                    pairs.insert(if a < b { (a, b) } else { (b, a) });
                }
            }
        }
        Ok(pairs.into_iter().collect())
    }

    fn derived(&self, name: &str) -> Option<Vec<u8>> {
        derived::read(&self.folder, name, self.commit.load(Ordering::Relaxed))
    }

    fn keep_derived(&self, name: &str, bytes: &[u8]) {
        derived::keep(&self.folder, name, self.commit.load(Ordering::Relaxed), bytes);
    }

    fn get(&self, id: &str) -> Result<Vec<Arc<Loaded>>> {
        let searcher = self.searcher();
        let mut addresses = self.records_of(&searcher, &Term::from_field_text(self.layout.field("id")?, id))?;
        if id.len() == 16
            && let Ok(key) = u64::from_str_radix(id, 16)
        {
            addresses.extend(self.record(&searcher, key)?.filter(|address| !addresses.contains(address)));
        }
        addresses.into_iter().map(|address| self.load(&searcher, address)).collect()
    }

    fn of_file(&self, file: &Path) -> Result<Vec<Arc<Loaded>>> {
        let (searcher, whole) = (self.searcher(), file.canonicalize());
        let mut found = Vec::new();
        for root in self.roots()? {
            // As it was printed, from another folder: all behind the name of the root.
            let printed = || {
                let folder = Path::new(&root.path).file_name()?;
                let mut parts = file.components();
                parts.by_ref().find(|part| part.as_os_str() == folder)?;
                Some(parts.as_path())
            };
            let there = whole.as_ref().ok().and_then(|file| file.strip_prefix(&root.path).ok());
            let Some(path) = there.or_else(printed) else { continue };
            let origin = record::Origin { root: root.name, path: below(path), ..record::Origin::default() };
            for address in self.records_of_source(&searcher, origin.source_key())? {
                found.push(self.load(&searcher, address)?);
            }
        }
        Ok(found)
    }

    fn undated(&self) -> Result<u64> {
        let mut undated = 0;
        for segment in self.searcher().segment_readers() {
            let columns = segment.fast_fields();
            let (quotes, date) = (columns.u64("quotes")?, columns.i64("date_from")?);
            undated += segment.doc_ids_alive().filter(|&doc| quotes.first(doc).is_some() && date.first(doc).is_none()).count() as u64;
        }
        Ok(undated)
    }

    fn stats(&self) -> Result<Stats> {
        let searcher = self.searcher();
        let mut stats = Stats { roots: self.roots()?, undated: self.undated()?, state: self.state(&searcher), ..Stats::default() };
        for (letter, count) in [("a", &mut stats.articles), ("q", &mut stats.quotes), ("i", &mut stats.reported), ("s", &mut stats.files)] {
            *count = self.records_of(&searcher, &Term::from_field_text(self.layout.field("record")?, letter))?.len() as u64;
        }
        for segment in searcher.segment_readers() {
            let columns = segment.fast_fields();
            let (count, from, to) = (columns.u64("quotes")?, columns.i64("date_from")?, columns.i64("date_to")?);
            for doc in segment.doc_ids_alive().filter(|&doc| count.first(doc).is_some()) {
                stats.dates = around(stats.dates, from.first(doc).zip(to.first(doc)));
            }
        }
        stats.bytes = crate::index::lasting::bytes(&self.folder)?;
        Ok(stats)
    }
}

/// A path below a root as keys have it.
fn below(path: &Path) -> String {
    let parts: Vec<_> = path.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    parts.join("/").nfc().collect()
}

fn open_for_writing(folder: &Path) -> Result<tantivy::Index> {
    let mut index = tantivy::Index::open(Folder::open(folder, Purpose::Write)?)?;
    index.set_tokenizers(layout::tokenizers());
    Ok(index)
}

/// True for the name of a thread of the engine: what ends it is handed on as an error.
pub fn is_engine_thread(name: &str) -> bool {
    ["thrd-tantivy", "merge_thread", "segment_updater", "docstore"].iter().any(|begin| name.starts_with(begin))
}
