//! What was taken down: the articles that indexing keeps out, in a file beside the index.
//!
//! The list holds none of an article's words, so that a takedown does not keep what it removes. It is written before anything is removed:
//! whatever comes between, the article is blocked, and the next run completes the removal ([`enforce`]).

use super::{Source, Writer, lasting};
use crate::article::Article;
use crate::error::{Error, Result, shortened};
use crate::record::{self, Origin, show_key};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use std::path::Path;

/// The file of the list in the folder of an index: JSON Lines, an article a line.
pub const BLOCKED: &str = "blocked.jsonl";

/// An article that was taken down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blocked {
    /// Its key, as it is shown: what it is known by.
    pub key: String,
    /// The input's own id, where it has one.
    #[serde(default)]
    pub id: Option<String>,
    /// Name of the root folder.
    #[serde(default)]
    pub root: String,
    /// Path of its file below the root.
    #[serde(default)]
    pub path: String,
    /// Its place within that file; may be empty.
    #[serde(default)]
    pub place: String,
    /// Why.
    pub reason: String,
    /// When, with the offset of the clock that it was read from.
    pub when: String,
    /// Who did it, where that is known.
    #[serde(default)]
    pub by: Option<String>,
    /// Hash of its text, where copies of it are kept out as well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

impl Blocked {
    /// The entry for an article.
    pub fn new(origin: &Origin, id: Option<&str>, reason: &str, when: &str, by: Option<&str>) -> Self {
        Self {
            key: show_key(origin.key()),
            id: id.map(str::to_owned),
            root: origin.root.clone(),
            path: origin.path.clone(),
            place: origin.place.clone(),
            reason: reason.to_owned(),
            when: when.to_owned(),
            by: by.map(str::to_owned),
            text: None,
        }
    }

    /// The key as a number.
    pub fn number(&self) -> Option<u64> {
        hexadecimal(&self.key)
    }

    /// Key of the file that it was read from, where the list says which it was.
    pub fn source(&self) -> Option<u64> {
        let origin = Origin { root: self.root.clone(), path: self.path.clone(), ..Origin::default() };
        (!self.root.is_empty()).then(|| origin.source_key())
    }
}

fn hexadecimal(text: &str) -> Option<u64> {
    let is_key = text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_key.then(|| u64::from_str_radix(text, 16).ok()).flatten()
}

/// Hash of an article's text, by which its copies are known; `None` where there is no text.
pub fn text_hash(article: &Article) -> Option<u64> {
    let body = article.body().trim();
    (!body.is_empty()).then(|| record::key(&["text", body]))
}

/// The articles that are kept out.
#[derive(Debug, Clone, Default)]
pub struct BlockList {
    entries: Vec<Blocked>,
    keys: HashSet<u64>,
    texts: HashSet<u64>,
    /// How many of a source file.
    sources: HashMap<u64, u64>,
}

impl BlockList {
    /// The list of these articles.
    pub fn new(entries: Vec<Blocked>) -> Self {
        let mut list = Self::default();
        for entry in &entries {
            list.keys.extend(entry.number());
            list.texts.extend(entry.text.as_deref().and_then(hexadecimal));
            if let Some(source) = entry.source() {
                *list.sources.entry(source).or_default() += 1;
            }
        }
        Self { entries, ..list }
    }

    /// Reads the list of the index in `folder`; where there is none, nothing is blocked.
    ///
    /// # Errors
    /// It cannot be read, or a line of it is none: rather than to bring back what was taken down, nothing is done.
    pub fn load(folder: &Path) -> Result<Self> {
        let path = folder.join(BLOCKED);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(Error::io(path, error)),
        };
        Self::parse(&text).map_err(|(line, wrong)| {
            Error::Index(format!(
                "{} line {line}: {}; mend this line or take the file from a backup: until then nothing is indexed or removed",
                path.display(),
                shortened(&wrong)
            ))
        })
    }

    /// Reads a list; an error is a line and what is wrong with it.
    fn parse(text: &str) -> Result<Self, (usize, String)> {
        let mut entries = Vec::new();
        for (line, number) in text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty()) {
            let entry: Blocked = serde_json::from_str(line).map_err(|error| (number, error.to_string()))?;
            if entry.number().is_none() {
                return Err((number, format!("`{}` is not a key of 16 hexadecimal digits", entry.key)));
            }
            if let Some(text) = entry.text.as_deref().filter(|text| hexadecimal(text).is_none()) {
                return Err((number, format!("`{text}` is not a hash of 16 hexadecimal digits")));
            }
            entries.push(entry);
        }
        Ok(Self::new(entries))
    }

    /// Writes the list beside the index in `folder`: when this returns, it lasts.
    ///
    /// # Errors
    /// It cannot be written; then the list is as it was.
    pub fn save(&self, folder: &Path) -> Result<()> {
        let path = folder.join(BLOCKED);
        let lines = self.entries.iter().map(|entry| serde_json::to_string(entry).map(|line| line + "\n"));
        let text = lines.collect::<Result<String, _>>().map_err(|error| Error::io(&path, error.into()))?;
        lasting::write(&path, text.as_bytes())
    }

    /// The articles of it, in the order in which they were taken down.
    pub fn entries(&self) -> &[Blocked] {
        &self.entries
    }

    /// The entries that an id names: the input's own, or a key.
    pub fn named(&self, id: &str) -> Vec<&Blocked> {
        self.entries.iter().filter(|entry| entry.id.as_deref() == Some(id) || entry.key.eq_ignore_ascii_case(id)).collect()
    }

    /// True for an article that is kept out, by its key or as a copy.
    pub fn holds(&self, key: u64, article: &Article) -> bool {
        self.keys.contains(&key) || !self.texts.is_empty() && text_hash(article).is_some_and(|hash| self.texts.contains(&hash))
    }

    /// How many articles of a source file it names.
    pub fn of_source(&self, source: u64) -> u64 {
        self.sources.get(&source).copied().unwrap_or(0)
    }
}

/// Removes what is blocked by its key and still stands in the index, as after a takedown that was cut off, and gives the keys. `known` are
/// the source files: they hold the fewer articles.
///
/// # Errors
/// The index cannot be read or written.
pub fn enforce(writer: &dyn Writer, known: &mut HashMap<u64, Source>) -> Result<Vec<u64>> {
    let list = writer.blocked();
    let mut removed = Vec::new();
    for entry in list.entries() {
        let Some(key) = entry.number().filter(|key| !removed.contains(key)) else { continue };
        if writer.article_hash(key)?.is_none() {
            continue;
        }
        writer.remove(key)?;
        removed.push(key);
        if let Some(source) = entry.source().and_then(|source| known.get_mut(&source))
            && source.is_complete()
        {
            source.articles = source.articles.saturating_sub(1);
            let path = writer.source_path(source.key)?.unwrap_or_else(|| entry.path.clone());
            writer.put_source(&Source { path, ..source.clone() })?;
        }
    }
    Ok(removed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(root: &str, path: &str) -> Blocked {
        let origin = Origin { root: root.into(), path: path.into(), place: "7\n".into(), ..Origin::default() };
        Blocked::new(&origin, Some("7"), "a court's order", "2025-04-17T10:00:00+02:00", None)
    }

    #[test]
    fn a_list_reads_back_as_it_was_written() {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(BlockList::load(folder.path()).expect("no list").entries().is_empty());
        let entries = vec![entry("news", "a.json"), entry("news", "b\n\u{1b}.json")];
        BlockList::new(entries.clone()).save(folder.path()).expect("saved");
        let list = BlockList::load(folder.path()).expect("a list");
        assert_eq!(list.entries(), entries);
        assert_eq!(list.of_source(entries[0].source().expect("a source")), 1);
        assert_eq!((list.named("7").len(), list.named(&entries[1].key.to_uppercase()).len(), list.named("8").len()), (2, 1, 0));
        assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 1, "nothing is left beside it");
    }

    #[test]
    fn a_line_that_is_none_is_named() {
        let good = serde_json::to_string(&entry("news", "a.json")).expect("JSON");
        for (bad, wrong) in [
            ("{\"key\": ", "EOF"),
            ("{\"key\": \"7\", \"reason\": \"\", \"when\": \"\"}", "16 hexadecimal digits"),
            ("{\"key\": \"00112233445566f+\", \"reason\": \"\", \"when\": \"\"}", "16 hexadecimal digits"),
            ("{\"key\": \"00112233445566ff\", \"when\": \"\"}", "reason"),
        ] {
            let (line, message) = BlockList::parse(&format!("{good}\n\n{bad}\n")).expect_err(bad);
            assert!(line == 3 && message.contains(wrong), "{line}: {message}");
        }
    }
}
