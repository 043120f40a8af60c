//! The index: records in, hits out. Here is a [`Find`], give me the [`Found`].
//!
//! Two traits stand between this program and an engine: [`Index`] answers, [`Writer`] takes records. [`embedded`] is the engine inside
//! this program (Tantivy).

pub mod embedded;

use crate::error::Result;
use crate::query::{Mode, Query};
use crate::record::{Loaded, Records};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::Arc;

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
}

/// The answer.
#[derive(Debug, Clone)]
pub struct Found {
    /// How many articles or quotes match.
    pub total: u64,
    /// The first of them in order.
    pub hits: Vec<Hit>,
}

/// A hit: an article, or one quote of it.
#[derive(Debug, Clone)]
pub struct Hit {
    /// BM25, summed over fields; 0 where only conditions were asked.
    pub score: f32,
    /// The article with its text and quotes.
    pub article: Arc<Loaded>,
    /// For a quote hit: which of the article's quotes.
    pub quote: Option<usize>,
}

/// An index that answers questions. Any number of readers may ask at the same time.
pub trait Index: Send + Sync {
    /// Finds articles or quotes.
    fn find(&self, find: &Find<'_>) -> Result<Found>;

    /// How many articles and quotes it holds.
    fn counts(&self) -> Result<Counts>;
}

/// What an index holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Articles.
    pub articles: u64,
    /// Quotes.
    pub quotes: u64,
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

    /// The hash of an article as of the last commit, if it is there.
    fn article_hash(&self, key: u64) -> Result<Option<u64>>;

    /// The keys of all articles of a source file as of the last commit.
    fn articles_of(&self, source: u64) -> Result<Vec<u64>>;

    /// Adds an article with its quotes; `replace` removes what stands under its key first.
    fn put(&self, records: Records, replace: bool) -> Result<()>;

    /// Remembers a source file.
    fn put_source(&self, source: &Source) -> Result<()>;

    /// Remembers a root folder.
    fn put_root(&self, root: &Root) -> Result<()>;

    /// Removes what stands under a key: an article with its quotes, or a source file's bookkeeping.
    fn remove(&self, key: u64) -> Result<()>;

    /// Makes all that was brought visible and lasting, at once.
    fn commit(&self) -> Result<()>;
}
