//! Files that the index knows and that are not there any more.

use super::{Run, Walked};
use crate::discover::Start;
use crate::error::{Error, Result};
use crate::index::Source;
use crate::record::{self, Origin};
use std::sync::PoisonError;
use std::sync::atomic::Ordering::Relaxed;

impl Run<'_> {
    /// Removes files that have vanished from roots that were read whole, or from places that were looked at; both without error.
    pub(super) fn remove_vanished(&self, starts: &[Start], walked: &[Walked]) -> Result<()> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        for (start, walked) in starts.iter().zip(walked).filter(|(start, walked)| start.tells_vanished() && walked.fine) {
            let root = record::key(&["root", &start.root.name]);
            let (gone, of_root): (Vec<&Source>, Vec<&Source>);
            if start.is_whole() {
                of_root = self.known.values().filter(|source| source.root == root).collect();
                gone = of_root.iter().copied().filter(|source| !seen.contains(&source.key)).collect();
            } else {
                gone = self.known_at(start, &walked.gone)?.into_iter().filter(|source| !seen.contains(&source.key)).collect();
                of_root = if gone.is_empty() { Vec::new() } else { self.known.values().filter(|source| source.root == root).collect() };
            }
            if gone.is_empty() {
                continue;
            }
            let articles = |sources: &[&Source]| sources.iter().filter(|s| s.is_complete()).map(|source| source.articles).sum::<u64>();
            let many = is_landslide(gone.len() as u64, of_root.len() as u64) || is_landslide(articles(&gone), articles(&of_root));
            // An empty folder is more likely one that is not mounted.
            let all = if start.is_whole() { walked.files == 0 } else { start.seems_unmounted() };
            if (many || all) && !self.options.prune {
                let (lost, held) = (articles(&gone), articles(&of_root));
                let (gone, known) = (gone.len(), of_root.len());
                return Err(Error::Usage(format!(
                    "{}: {gone} of {known} indexed files are gone, and {lost} of {held} articles with them; nothing was removed. If that is right, run again with --prune; if the folder has moved, name its new place with --moved",
                    start.root.path
                )));
            }
            for source in gone {
                for article in self.writer.articles_of(source.key)? {
                    self.writer.remove(article)?;
                    self.tally.removed.fetch_add(1, Relaxed);
                }
                self.writer.remove(source.key)?;
                self.writer.keep_pieces(source.key, &[]);
                self.tally.vanished.fetch_add(1, Relaxed);
            }
        }
        Ok(())
    }

    /// What is known of files at some places of a root, and below them where they may have been folders.
    fn known_at(&self, start: &Start, places: &[(String, bool)]) -> Result<Vec<&Source>> {
        let root = &start.root.name;
        let key = |path: &str| Origin { root: root.clone(), path: path.to_owned(), ..Origin::default() }.source_key();
        let mut found: Vec<&Source> = places.iter().filter_map(|(place, _)| self.known.get(&key(place))).collect();
        let is_file = |place: &str| self.known.contains_key(&key(place));
        let folders: Vec<String> =
            places.iter().filter(|(place, may_be)| *may_be && !is_file(place)).map(|(place, _)| format!("{place}/")).collect();
        if !folders.is_empty() {
            let root = record::key(&["root", root]);
            let of_root = |key: &u64| self.known.get(key).filter(|source| source.root == root);
            let below = |path: &str| folders.iter().any(|folder| path.starts_with(folder.as_str()));
            found.extend(self.writer.source_paths()?.iter().filter(|(_, path)| below(path)).filter_map(|(key, _)| of_root(key)));
        }
        found.sort_unstable_by_key(|source| source.key);
        found.dedup_by_key(|source| source.key);
        Ok(found)
    }
}

/// More than a hundred, and more than a fifth of all: more likely a mistake than a change.
pub(super) fn is_landslide(gone: u64, all: u64) -> bool {
    gone > 100 && gone * 5 > all
}
