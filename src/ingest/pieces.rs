//! The pieces of a large container: a line whose bytes are those of an earlier reading need not be understood again.
//!
//! What is kept beside the index says only which bytes gave which article, by hashes. Whether that article still stands in the index, the index
//! is asked: what is kept may be old, or be lost, without harm.

use super::Run;
use super::reading::Reading;
use crate::format::Pieces;
use crate::record::{self, Origin};
use std::collections::HashSet;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Mutex, MutexGuard, PoisonError};
use xxhash_rust::xxh3::xxh3_64;

/// A piece: the hash of its bytes, the key of its article, and in one number its own number where its place is that number and else 0, above
/// half of the hash of its article.
type Piece = [u64; 3];

/// A piece as it is kept, in the order of hashes: how much more its hash is than that before it, which is a byte less; its key; its half of a
/// hash; its number.
type Kept = (u64, [u8; 8], [u8; 4], u32);

/// Bytes of a piece that is kept, at least and at most where there are many.
const KEPT: [usize; 2] = [20, 24];

/// The last number of a [`Piece`]; `None` for a piece that is not kept, as four thousand million stand before it.
fn number_and_half(number: u64, hash: u64) -> Option<u64> {
    Some(u64::from(u32::try_from(number).ok()?) << 32 | hash & u64::from(u32::MAX))
}

/// The bytes of a piece that is being read: their hash, and its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bytes {
    hash: u64,
    number: u64,
}

/// What is known of a container's pieces while it is read.
pub(super) struct Ledger<'a> {
    run: &'a Run<'a>,
    reading: &'a Reading,
    /// In the order of hashes.
    known: Vec<Piece>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Keys of the articles that were met.
    keys: HashSet<u64>,
    /// The piece that is being read.
    current: Option<Bytes>,
}

impl<'a> Ledger<'a> {
    /// Opens what was kept of a container, if it is a large one that was read before.
    pub(super) fn open(run: &'a Run<'a>, reading: &'a Reading, is_large: bool) -> Self {
        let kept = (is_large && reading.known.is_some()).then(|| run.writer.pieces(reading.source.key)).flatten();
        let known = kept.and_then(|bytes| read(&bytes, reading.source.reading)).unwrap_or_default();
        log::debug!("{}: {} pieces are known", reading.file.display(), known.len());
        Self { run, reading, known, state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// True where no article of this container had this key so far.
    pub(super) fn is_first(&self, key: u64) -> bool {
        self.state().keys.insert(key)
    }

    /// The bytes of the piece that an article was just read from, where they say all about it.
    pub(super) fn current(&self) -> Option<Bytes> {
        self.state().current.take()
    }
}

impl Pieces for Ledger<'_> {
    fn is_known(&self, bytes: &[u8], number: u64) -> bool {
        let bytes = Bytes { hash: xxh3_64(bytes), number };
        let mut state = self.state();
        state.current = Some(bytes);
        // Whoever stops a run is heard by the sink.
        if self.known.is_empty() || self.run.stop.load(Relaxed) {
            return false;
        }
        let from = self.known.partition_point(|piece| piece[0] < bytes.hash);
        let same = self.known[from..].iter().take_while(|piece| piece[0] == bytes.hash);
        let stands = |key: u64, half: u32| {
            !self.run.fell.contains(&key)
                && self.run.writer.article_hash(key).is_ok_and(|stood| stood.is_some_and(|stood| stood as u32 == half))
        };
        let mut fitting = same.filter(|[_, key, last]| {
            let at = last >> 32;
            (at == 0 || at == number) && !state.keys.contains(key) && stands(*key, *last as u32)
        });
        let Some(&piece) = fitting.next() else { return false };
        let [_, key, _] = piece;
        state.keys.insert(key);
        state.current = None;
        self.reading.keep(piece);
        self.reading.stands(key);
        self.run.tally.unchanged.fetch_add(1, Relaxed);
        true
    }
}

impl Reading {
    /// Keeps which bytes gave an article.
    fn keep(&self, piece: Piece) {
        self.pieces.lock().unwrap_or_else(PoisonError::into_inner).push(piece);
    }

    /// The same for an article that was read and stands at `origin`.
    pub(super) fn keep_article(&self, bytes: Bytes, origin: &Origin, key: u64, hash: u64) {
        let number = if origin.place == format!("line {}", bytes.number) { bytes.number } else { 0 };
        if let Some(last) = number_and_half(number, hash) {
            self.keep([bytes.hash, key, last]);
        }
    }

    /// An article that stands in the index as it is.
    fn stands(&self, key: u64) {
        self.articles.fetch_add(1, Relaxed);
        self.stood.fetch_add(1, Relaxed);
        if self.known.is_some() {
            self.keys.lock().unwrap_or_else(PoisonError::into_inner).insert(key);
        }
    }

    /// What is to be kept of its pieces; nothing where there are none.
    pub(super) fn pieces(&self) -> Vec<u8> {
        let mut pieces = std::mem::take(&mut *self.pieces.lock().unwrap_or_else(PoisonError::into_inner));
        if pieces.is_empty() {
            return Vec::new();
        }
        pieces.sort_unstable();
        write(pieces, self.source.reading)
    }
}

/// Pieces in the order of their hashes, as they are kept.
fn write(pieces: Vec<Piece>, reading: u64) -> Vec<u8> {
    let mut hash_before = 0;
    // Of a file of millions of articles they are as large as all else: not by way of a buffer that doubles.
    let mut bytes = Vec::with_capacity(16 + pieces.len() * KEPT[1]);
    for number in [u64::from(record::VERSION), reading] {
        bytes.extend_from_slice(&number.to_le_bytes());
    }
    for [hash, key, last] in pieces {
        let kept: Kept = (hash - hash_before, key.to_le_bytes(), (last as u32).to_le_bytes(), (last >> 32) as u32);
        hash_before = hash;
        // Writing into memory cannot fail; pieces that are not kept are read again.
        bytes = postcard::to_extend(&kept, bytes).unwrap_or_default();
    }
    bytes
}

/// The pieces that were kept, if they were read by the same rules.
fn read(bytes: &[u8], reading: u64) -> Option<Vec<Piece>> {
    let (head, mut rest) = bytes.split_first_chunk::<16>()?;
    let number = |bytes: &[u8]| bytes.try_into().map(u64::from_le_bytes).unwrap_or_default();
    if number(&head[..8]) != u64::from(record::VERSION) || number(&head[8..]) != reading {
        return None;
    }
    let mut pieces: Vec<Piece> = Vec::with_capacity(rest.len() / KEPT[0]);
    while !rest.is_empty() {
        let ((more, key, half, number), behind) = postcard::take_from_bytes::<Kept>(rest).ok()?;
        let hash = pieces.last().map_or(0, |piece| piece[0]).checked_add(more)?;
        pieces.push([hash, u64::from_le_bytes(key), u64::from(number) << 32 | u64::from(u32::from_le_bytes(half))]);
        rest = behind;
    }
    Some(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_damaged_or_of_other_rules_is_not_believed() {
        let pieces = vec![[1, 3, 4 << 32 | 9], [1, 4, 5], [u64::MAX, u64::MAX, u64::MAX]];
        let kept = write(pieces.clone(), 7);
        assert_eq!(read(&kept, 7), Some(pieces));
        assert_eq!(read(&kept, 8), None);
        assert_eq!(read(&kept[..kept.len() - 1], 7), None);
        assert_eq!(read(&[&kept[..], &[1; 14]].concat(), 7), None, "a hash beyond all");
        let mut older = kept;
        older[0] -= 1;
        assert_eq!(read(&older, 7), None);
        assert_eq!(read(&[], 7), None);
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_kept_is_no_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..80)) {
            let head = [u64::from(record::VERSION).to_le_bytes(), 7u64.to_le_bytes()].concat();
            let _ = read(&[head, bytes].concat(), 7);
        }
    }
}
