//! A run that writes nothing: it is told what the index knows, and what it brings is dropped.

use super::known::Known;
use super::writer::check_room;
use crate::error::Result;
use crate::index::{BlockList, Root, Source, Writer};
use crate::record::Records;
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

/// A writer that writes nothing; it takes no lock, and an index that does not exist is an empty one.
pub struct Rehearsal {
    known: Option<Known>,
    blocked: Arc<BlockList>,
}

impl Rehearsal {
    /// Opens the index in `folder` for reading, if there is one.
    ///
    /// # Errors
    /// The index cannot be read, or is of another version; the folder holds something else.
    pub fn open(folder: &Path) -> Result<Self> {
        if folder.exists() && !super::is_index(folder) {
            check_room(folder)?;
        }
        Ok(Self { known: super::is_index(folder).then(|| Known::open(folder)).transpose()?, ..Self::of_nothing(folder)? })
    }

    /// Nothing is known but what was taken down: as a run finds it that makes the index in `folder` anew.
    ///
    /// # Errors
    /// The list of what was taken down cannot be read.
    pub fn of_nothing(folder: &Path) -> Result<Self> {
        Ok(Self { known: None, blocked: Arc::new(BlockList::load(folder)?) })
    }

    fn ask<T: Default>(&self, question: impl FnOnce(&Known) -> Result<T>) -> Result<T> {
        self.known.as_ref().map_or_else(|| Ok(T::default()), question)
    }
}

impl Writer for Rehearsal {
    fn roots(&self) -> Result<Vec<Root>> {
        self.ask(Known::roots)
    }

    fn sources(&self) -> Result<HashMap<u64, Source>> {
        self.ask(Known::sources)
    }

    fn source_path(&self, key: u64) -> Result<Option<String>> {
        self.ask(|known| known.source_path(key))
    }

    fn source_paths(&self) -> Result<HashMap<u64, String>> {
        self.ask(Known::source_paths)
    }

    fn article_hash(&self, key: u64) -> Result<Option<u64>> {
        self.ask(|known| known.article_hash(key))
    }

    fn articles_of(&self, source: u64) -> Result<Vec<u64>> {
        self.ask(|known| known.articles_of(source))
    }

    fn put(&self, _: Records<'_>, _: bool) -> Result<()> {
        Ok(())
    }

    fn put_source(&self, _: &Source) -> Result<()> {
        Ok(())
    }

    fn put_root(&self, _: &Root) -> Result<()> {
        Ok(())
    }

    fn remove(&self, _: u64) -> Result<()> {
        Ok(())
    }

    fn blocked(&self) -> Arc<BlockList> {
        Arc::clone(&self.blocked)
    }

    fn set_blocked(&self, _: BlockList) -> Result<()> {
        Ok(())
    }

    fn pieces(&self, source: u64) -> Option<Vec<u8>> {
        self.known.as_ref()?.pieces(source)
    }

    fn commit(&self) -> Result<()> {
        Ok(())
    }

    fn keeps(&self) -> bool {
        false
    }
}
