//! Taking articles down: out of the index with all their quotes, and kept out of it from then on.
//!
//! The order makes it safe: first the list of what is blocked is written and lasts, then the article is removed. Cut off in between, the
//! article stands until the next run that writes to the index, which completes the removal ([`index::enforce`]).

use crate::error::{Error, Result};
use crate::index::embedded::{self, Embedded, EmbeddedWriter, Purged, WriterOptions};
use crate::index::{self, BlockList, Blocked, Source, Writer};
use crate::record::{Loaded, show_key};
use crate::search::{Named, named};
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// What is to be taken down.
#[derive(Debug, Clone, Copy)]
pub struct Takedown<'a> {
    /// Folder of the index.
    pub index: &'a Path,
    /// Ids or keys of articles; none, where only deleted records are to be purged.
    pub ids: &'a [String],
    /// Why.
    pub reason: &'a str,
    /// When, as it is to stand in the list.
    pub when: &'a str,
    /// Who does it, where that is known.
    pub by: Option<&'a str>,
    /// Every other article with the same text as well, now and in later runs.
    pub copies: bool,
    /// Write the segments anew without what was deleted from them.
    pub purge: bool,
    /// How long to wait for another process that writes.
    pub wait: Duration,
}

/// What was taken down.
#[derive(Debug, Clone, Default)]
pub struct Taken {
    /// Articles that were removed, with the number of their quotes.
    pub removed: Vec<(Blocked, u64)>,
    /// Articles that were named and had been taken down before.
    pub already: Vec<Blocked>,
    /// Articles whose takedown had been cut off: removed now.
    pub completed: u64,
    /// What was written anew, where that was asked for.
    pub purged: Option<Purged>,
}

impl Takedown<'_> {
    /// Takes them down: all of them, or on an error about one of the names none.
    ///
    /// # Errors
    /// There is no index; an id names no article or several, or a quote; the index cannot be written.
    pub fn run(&self) -> Result<Taken> {
        let writer = open(self.index, self.wait)?;
        let taken = self.with(&writer);
        let finished = writer.finish();
        let taken = taken?;
        finished?;
        Ok(taken)
    }

    fn with(&self, writer: &EmbeddedWriter) -> Result<Taken> {
        let index = Embedded::open(self.index)?;
        let mut entries = writer.blocked().entries().to_vec();
        let mut taken = Taken::default();
        let mut articles: Vec<Arc<Loaded>> = Vec::new();
        for id in self.ids {
            match one(&index, id)? {
                Some(loaded) => match entries.iter().find(|entry| entry.number() == Some(loaded.origin.key())) {
                    // What is blocked and stands still is removed below like all that is blocked.
                    Some(entry) => taken.already.push(entry.clone()),
                    None => articles.push(loaded),
                },
                None => {
                    let known = writer.blocked();
                    let known = known.named(id);
                    if known.is_empty() {
                        return Err(Error::Usage(format!(
                            "no article `{id}` in the index: nothing was removed; take an id from a search, or `key` in its --json"
                        )));
                    }
                    taken.already.extend(known.into_iter().cloned());
                }
            }
        }
        if let (true, Some(entry)) = (self.copies, taken.already.iter().find(|entry| entry.text.is_none())) {
            return Err(Error::Usage(format!(
                "{} was taken down before without its copies: nothing was removed now; lift it with `onrecord remove --undo {0}`, run `onrecord index`, then remove it with --copies",
                entry.key
            )));
        }
        if self.copies {
            let texts: Vec<u64> = articles.iter().filter_map(|loaded| index::text_hash(&loaded.article)).collect();
            let copies = index.articles_that(&|loaded| index::text_hash(&loaded.article).is_some_and(|hash| texts.contains(&hash)))?;
            articles.extend(copies);
        }
        articles.sort_by_key(|loaded| loaded.origin.key());
        articles.dedup_by_key(|loaded| loaded.origin.key());
        for loaded in articles {
            let mut entry = Blocked::new(&loaded.origin, loaded.article.id.as_deref(), self.reason, self.when, self.by);
            entry.text = index::text_hash(&loaded.article).filter(|_| self.copies).map(show_key);
            taken.removed.push((entry.clone(), loaded.attribution.quotes.len() as u64));
            // A copy may have been taken down by its key before, and now by its text.
            entries.retain(|other| other.key != entry.key);
            entries.push(entry);
        }
        if !taken.removed.is_empty() {
            writer.set_blocked(BlockList::new(entries))?;
        }
        let fell = index::enforce(writer, &mut writer.sources()?)?;
        taken.completed = (fell.len() as u64).saturating_sub(taken.removed.len() as u64);
        writer.commit()?;
        embedded::forget_derived(self.index)?;
        taken.purged = self.purge.then(|| writer.purge()).transpose()?;
        Ok(taken)
    }
}

/// Lifts blocks: the articles come back with the next run that reads their files, which reads them even if they have not changed.
///
/// # Errors
/// There is no index; an id names none or several of what is blocked: then nothing is lifted; the index cannot be written.
pub fn lift(folder: &Path, ids: &[String], wait: Duration) -> Result<Vec<Blocked>> {
    let writer = open(folder, wait)?;
    let lifted = lift_with(&writer, ids);
    let finished = writer.finish();
    let lifted = lifted?;
    finished?;
    Ok(lifted)
}

fn lift_with(writer: &EmbeddedWriter, ids: &[String]) -> Result<Vec<Blocked>> {
    let list = writer.blocked();
    let mut lifted: Vec<Blocked> = Vec::new();
    for id in ids {
        match list.named(id).as_slice() {
            [entry] => lifted.extend((!lifted.contains(entry)).then(|| (*entry).clone())),
            [] => {
                return Err(Error::Usage(format!("`{id}` is not blocked: nothing was lifted; `onrecord blocked` lists what is")));
            }
            several => {
                let keys: Vec<String> = several.iter().map(|entry| format!("  {}  {}/{}", entry.key, entry.root, entry.path)).collect();
                return Err(Error::Usage(format!(
                    "`{id}` names {} blocked articles; name one by its key:\n{}",
                    several.len(),
                    keys.join("\n")
                )));
            }
        }
    }
    // A removal that was cut off is completed first: else an article would stand there whose block is gone.
    let mut known: HashMap<u64, Source> = writer.sources()?;
    index::enforce(writer, &mut known)?;
    for entry in &lifted {
        // Remembered as a file that was another: the next run reads it. First this, then the list: cut off in between, it is read in vain.
        if let Some(source) = entry.source().and_then(|source| known.get(&source)) {
            let path = writer.source_path(source.key)?.unwrap_or_else(|| entry.path.clone());
            writer.put_source(&Source { modified: 0, changed: 0, inode: 0, hash: 0, path, ..source.clone() })?;
        }
    }
    writer.commit()?;
    let kept = list.entries().iter().filter(|entry| !lifted.contains(entry)).cloned().collect();
    writer.set_blocked(BlockList::new(kept))?;
    Ok(lifted)
}

/// What the index in a folder keeps out.
///
/// # Errors
/// There is no index; the list cannot be read.
pub fn blocked(folder: &Path) -> Result<BlockList> {
    if !embedded::is_index(folder) {
        return Err(Error::Index(format!("{}: there is no index here; name one with --index DIR", folder.display())));
    }
    BlockList::load(folder)
}

/// The writer of an index that is there.
fn open(folder: &Path, wait: Duration) -> Result<EmbeddedWriter> {
    blocked(folder)?;
    let writer = EmbeddedWriter::open(folder, WriterOptions { threads: 1, wait, ..WriterOptions::default() })?;
    writer.keep_segments();
    Ok(writer)
}

/// The article that an id names, if there is one.
fn one(index: &Embedded, id: &str) -> Result<Option<Arc<Loaded>>> {
    let found = named(index, id)?;
    match found.as_slice() {
        [] => Ok(None),
        [Named { loaded, quote: None }] => Ok(Some(Arc::clone(loaded))),
        [Named { loaded, quote: Some(_) }] => Err(Error::Usage(format!(
            "`{id}` is a quote: articles are removed as a whole, nothing was removed; its article is {}",
            show_key(loaded.origin.key())
        ))),
        several => {
            let line = |Named { loaded, .. }: &Named| format!("  {}  {}", show_key(loaded.origin.key()), loaded.origin.file);
            let keys: Vec<String> = several.iter().take(20).map(line).collect();
            Err(Error::Usage(format!(
                "`{id}` names {} articles: nothing was removed; name one by its key:\n{}",
                several.len(),
                keys.join("\n")
            )))
        }
    }
}
