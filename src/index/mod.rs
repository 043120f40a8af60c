//! The index: records in, hits out. Here is a [`Find`], give me the [`Found`].
//!
//! Two traits stand between this program and an engine: [`Index`] answers, [`Writer`] takes records. [`embedded`] is the engine inside
//! this program (Tantivy).

mod blocked;
pub mod embedded;
mod facet;
mod lasting;

pub use blocked::{BLOCKED, BlockList, Blocked, enforce, text_hash};
pub use facet::{Facet, Grouping};

use crate::error::Result;
use crate::query::{Field, Mode, Query};
use crate::quote::SpeakerKind;
use crate::record::{Loaded, Records};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

/// Order of the hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// Best first.
    #[default]
    Relevance,
    /// Latest date first; undated last.
    Newest,
    /// Earliest date first; undated last.
    Oldest,
}

/// A question to an index.
#[derive(Debug, Clone)]
pub struct Find<'a> {
    /// The query as typed and parsed, not yet bound.
    pub query: &'a Query,
    /// Whether articles or quotes are wanted.
    pub mode: Mode,
    /// Order of the hits.
    pub sort: Sort,
    /// How many hits, 0 for all. The total is exact in any case.
    pub limit: usize,
    /// Only hits behind this place in the order.
    pub after: Option<Place>,
    /// What to count by, over all hits.
    pub facets: &'a [Grouping],
    /// Say how each score came about.
    pub explain: bool,
    /// Let older articles count less.
    pub recency: Option<Recency>,
    /// When to stop.
    pub deadline: Option<Instant>,
    /// What was found until then is an answer; else it is an error.
    pub partial: bool,
}

/// How scores fade with age: to one half after each half-life. Age is counted from the latest date in the index, so that an old archive has an
/// order as well; from which day does not matter to the order. What has no date comes last.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Recency {
    /// Seconds after which a score is halved.
    pub half_life: f64,
}

impl Recency {
    /// How many half-lives old an article is; `last`: the last second of its date, `latest`: that of the index.
    pub fn age(self, last: i64, latest: i64) -> f64 {
        latest.saturating_sub(last).max(0) as f64 / self.half_life.max(1.0)
    }
}

impl<'a> Find<'a> {
    /// The best `limit` hits, and nothing besides.
    pub fn new(query: &'a Query, mode: Mode, limit: usize) -> Self {
        Self {
            query,
            mode,
            sort: Sort::Relevance,
            limit,
            after: None,
            facets: &[],
            explain: false,
            recency: None,
            deadline: None,
            partial: false,
        }
    }
}

/// The answer.
#[derive(Debug, Clone)]
pub struct Found {
    /// How many articles or quotes match.
    pub total: u64,
    /// The first of them in order.
    pub hits: Vec<Hit>,
    /// Counts, in the order of [`Find::facets`].
    pub facets: Vec<Counted>,
    /// What was searched.
    pub state: State,
    /// True where the deadline passed before all was looked at: there may be more hits, and better ones.
    pub is_partial: bool,
}

/// A hit: an article, or one quote of it.
#[derive(Debug, Clone)]
pub struct Hit {
    /// BM25, summed over fields; 0 where only conditions were asked.
    pub score: f32,
    /// Its place in the order of hits.
    pub place: Place,
    /// The article with its text and quotes.
    pub article: Arc<Loaded>,
    /// For a quote hit: which of the article's quotes.
    pub quote: Option<usize>,
    /// How the score came about, where that was asked.
    pub explanation: Option<Explanation>,
}

/// The place of a hit in the order of hits: score or date, best first, then the key of its article, then its first byte. No two hits
/// have one place, and merges change none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Score in ten-thousandths, or seconds of the date (negative where the oldest comes first).
    pub rank: i64,
    /// Key of the article.
    pub key: u64,
    /// First byte of a quote; 0 for articles.
    pub start: u64,
}

impl Ord for Place {
    /// The better hit is less.
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (other.rank, self.key, self.start).cmp(&(self.rank, other.key, other.start))
    }
}

impl PartialOrd for Place {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// What was searched: two answers of one state can be laid side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct State {
    /// The commit.
    pub commit: u64,
    /// Records, deleted ones included until a merge drops them: they count in the statistics of scores.
    pub records: u64,
}

/// How a score came about: the values of the parts add up to the value.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// What was counted.
    pub what: String,
    /// Share of the score.
    pub value: f32,
    /// What it is the sum of; empty for the last reasons.
    pub parts: Vec<Explanation>,
}

impl Explanation {
    /// The same for a clause that counts so many times as much.
    #[must_use]
    pub fn times(self, weight: f32) -> Self {
        let parts = self.parts.into_iter().map(|part| part.times(weight)).collect();
        Self { what: self.what, value: self.value * weight, parts }
    }
}

/// A word and spellings near it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spelling {
    /// The word as asked for.
    pub word: String,
    /// The field that it was looked for in; `None` for headline and text, or the words of quotes.
    pub field: Option<Field>,
    /// How many articles or quotes hold it; as the index gives it, those that hold several forms count several times.
    pub records: u64,
    /// Spellings, with how many hold them, the most frequent first.
    pub near: Vec<(String, u64)>,
}

/// The counts of one facet, values in no particular order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counted {
    /// One entry per value; `None` for hits that have none.
    pub values: Vec<(Option<String>, Count)>,
    /// Where it is counted by something within each value: one entry per value of both.
    pub within: Vec<(Option<String>, Option<String>, Count)>,
}

/// A count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Count {
    /// Quotes: the hits, or in articles mode all quotes that the matching articles hold.
    pub quotes: u64,
    /// Articles.
    pub articles: u64,
}

impl std::ops::AddAssign for Count {
    fn add_assign(&mut self, other: Self) {
        self.quotes += other.quotes;
        self.articles += other.articles;
    }
}

/// A name under which somebody speaks, perhaps in the articles of one month and desk alone, with everything that was counted of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Name as resolved within articles; `None` where nobody is known.
    pub name: Option<Arc<str>>,
    /// What speaks: the kind most of its quotes have.
    pub kind: Option<SpeakerKind>,
    /// Roles, with the number of quotes; role and organisation are parted by `\n`.
    pub roles: Vec<(Arc<str>, u64)>,
    /// Quotes and articles.
    pub count: Count,
    /// First and last second of the dates of its articles, on the clocks they were written by.
    pub dates: Option<(i64, i64)>,
    /// Month of these articles, see [`crate::query::When`]; `None` for undated ones, and where months are not told apart.
    pub month: Option<i32>,
    /// Their desk, likewise.
    pub desk: Option<Arc<str>>,
}

/// An index that answers questions. Any number of readers may ask at the same time.
pub trait Index: Send + Sync {
    /// Finds articles or quotes.
    fn find(&self, find: &Find<'_>) -> Result<Found>;

    /// How many articles or quotes satisfy a query.
    fn count(&self, query: &Query, mode: Mode, deadline: Option<Instant>) -> Result<u64>;

    /// How many articles or quotes hold a word, in every form, and the words near it that the index holds.
    fn spellings(&self, word: &str, field: Option<Field>, mode: Mode, deadline: Instant) -> Result<Spelling>;

    /// Who speaks in the quotes that satisfy a query: one entry per name, of the names in `by_place` one per month and desk.
    fn names(&self, query: &Query, by_place: &Arc<HashSet<String>>) -> Result<Vec<Named>>;

    /// Pairs of names that speak in one article, share their `sound` and pass a test: there they mean different people. In order, the lesser
    /// name first.
    fn apart(&self, sound: &dyn Fn(&str) -> Option<String>, test: &dyn Fn(&str, &str) -> bool) -> Result<Vec<(String, String)>>;

    /// What was derived from the index as it is now and kept under a name.
    fn derived(&self, name: &str) -> Option<Vec<u8>>;

    /// Keeps what was derived from the index as it is now; where nothing can be written, nothing is kept.
    fn keep_derived(&self, name: &str, bytes: &[u8]);

    /// The articles that an id names: the input's own id, or a key.
    fn get(&self, id: &str) -> Result<Vec<Arc<Loaded>>>;

    /// The articles that a file holds, in the order of their keys; the file is found below the root folders of the index.
    fn of_file(&self, file: &Path) -> Result<Vec<Arc<Loaded>>>;

    /// How many articles have no date.
    fn undated(&self) -> Result<u64>;

    /// What it holds.
    fn stats(&self) -> Result<Stats>;
}

/// What an index holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stats {
    /// Articles.
    pub articles: u64,
    /// Quotes in marks.
    pub quotes: u64,
    /// Reported clauses.
    pub reported: u64,
    /// Articles without a date.
    pub undated: u64,
    /// First and last second of the dates of its articles, on the clocks they were written by.
    pub dates: Option<(i64, i64)>,
    /// Source files.
    pub files: u64,
    /// Root folders.
    pub roots: Vec<Root>,
    /// Bytes on disk.
    pub bytes: u64,
    /// What was looked at.
    pub state: State,
}

/// What is remembered of a source file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Source {
    /// Key of the file: hash of its root's name and its path below the root.
    pub key: u64,
    /// Key of its root.
    pub root: u64,
    /// Size in bytes.
    pub size: u64,
    /// Last change of content, nanoseconds since 1970.
    pub modified: i64,
    /// Last change of content or status, nanoseconds since 1970.
    pub changed: i64,
    /// Inode, 0 where there is none.
    pub inode: u64,
    /// Start of the run that read it, nanoseconds since 1970.
    pub seen: i64,
    /// XXH3 of its bytes.
    pub hash: u64,
    /// How many articles it held.
    pub articles: u64,
    /// Hash of how it was read: format, mapping, repair of letters.
    pub reading: u64,
    /// Path below the root.
    pub path: String,
}

impl Source {
    /// The bookkeeping of a container that is being read: articles of it may be committed before its last one is.
    pub fn begun(&self) -> Self {
        Self { articles: u64::MAX, hash: 0, ..self.clone() }
    }

    /// False for a container whose reading began and was not seen to end.
    pub fn is_complete(&self) -> bool {
        self.articles != u64::MAX
    }
}

/// A root folder whose files are in the index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Root {
    /// Its name: part of every key.
    pub name: String,
    /// Where it stood when it was last read, absolute.
    pub path: String,
}

/// Takes records. All methods but [`Writer::commit`] may be called from several threads; nothing is seen by readers before a commit.
pub trait Writer: Send + Sync {
    /// The root folders that the index knows.
    fn roots(&self) -> Result<Vec<Root>>;

    /// The source files that the last commit knew, by key; without their paths.
    fn sources(&self) -> Result<HashMap<u64, Source>>;

    /// The path of a source file, for messages.
    fn source_path(&self, key: u64) -> Result<Option<String>>;

    /// The paths of all source files below their roots, by key. This takes its time.
    fn source_paths(&self) -> Result<HashMap<u64, String>>;

    /// The hash of an article as of the last commit, if it is there.
    fn article_hash(&self, key: u64) -> Result<Option<u64>>;

    /// The keys of all articles of a source file as of the last commit.
    fn articles_of(&self, source: u64) -> Result<Vec<u64>>;

    /// Adds an article with its quotes; `replace` removes what stands under its key first.
    fn put(&self, records: Records<'_>, replace: bool) -> Result<()>;

    /// Remembers a source file.
    fn put_source(&self, source: &Source) -> Result<()>;

    /// Remembers a root folder.
    fn put_root(&self, root: &Root) -> Result<()>;

    /// The articles that were taken down: not to be brought back.
    fn blocked(&self) -> Arc<BlockList>;

    /// Replaces that list: it lasts when this returns, before any commit.
    fn set_blocked(&self, list: BlockList) -> Result<()>;

    /// Removes what stands under a key: an article with its quotes, or a source file's bookkeeping.
    fn remove(&self, key: u64) -> Result<()>;

    /// What was kept of a container's pieces, see [`Writer::keep_pieces`]. It may be old, or lost.
    fn pieces(&self, _source: u64) -> Option<Vec<u8>> {
        None
    }

    /// Keeps something of a container's pieces, by which it is read faster next time; where that cannot be, or it is nothing, nothing is kept.
    fn keep_pieces(&self, _source: u64, _bytes: &[u8]) {}

    /// Makes all that was brought visible and lasting, at once.
    fn commit(&self) -> Result<()>;

    /// False where records are only counted: then nobody need make them.
    fn keeps(&self) -> bool {
        true
    }
}
