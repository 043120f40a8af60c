//! Paging: a cursor says where a page ended, of which question, and in which state of the index.
//!
//! Hits stand in an order that has no ties ([`Place`]), so that the next page begins behind the last hit, whatever was merged meanwhile.

use crate::error::Error;
use crate::index::{Place, Sort, State};
use crate::query::{Mode, Query};
use crate::record;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Where a page ended. Prints as a short text and reads back from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    version: u8,
    /// Hash of query, mode and order.
    question: u64,
    /// What was searched for the first page.
    pub(super) state: State,
    /// The last hit so far.
    pub(super) place: Place,
    /// Hits so far.
    pub(super) seen: u64,
}

const VERSION: u8 = 1;

/// The index is not the one that the first page came from.
pub(super) const CHANGED: &str = "the index has changed since the first page; hits may be missing or come twice";
/// Same articles, other statistics.
pub(super) const RESCORED: &str =
    "removed articles were dropped from the index since the first page, which moves scores a little; hits may be missing or come twice";

impl Cursor {
    /// Where a page ended.
    pub(super) fn new(question: u64, state: State, place: Place, seen: u64) -> Self {
        Self { version: VERSION, question, state, place, seen }
    }

    /// Checks that the cursor belongs to a question, and says whether its first page may differ from what the index holds now.
    pub(super) fn check(&self, question: u64, state: State, sort: Sort) -> Result<Option<&'static str>, Error> {
        if self.question != question {
            return Err(Error::Usage("this cursor belongs to another query; use it with the same query, flags, --in and --sort".into()));
        }
        Ok(match self.state {
            before if before.commit != state.commit => Some(CHANGED),
            before if before.records != state.records && sort == Sort::Relevance => Some(RESCORED),
            _ => None,
        })
    }
}

/// The hash that a cursor knows its question by: the query, and all that the order of the hits depends on.
pub(super) fn question(understood: &Query, mode: Mode, sort: Sort, half_life: Option<f64>) -> u64 {
    record::key(&["question", &understood.to_string(), &format!("{mode:?} {sort:?} {half_life:?}")])
}

/// Tells a cursor that was typed or cut from one that was given.
fn check(bytes: &[u8]) -> [u8; 3] {
    let hash = xxhash_rust::xxh3::xxh3_64(bytes).to_le_bytes();
    [hash[0], hash[1], hash[2]]
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = postcard::to_allocvec(self).unwrap_or_default();
        let check = check(&bytes);
        bytes.extend(check);
        bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for Cursor {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "not a cursor; take `next_cursor` of the page before as it is".to_owned();
        let text = text.trim();
        if !text.is_ascii() || !text.len().is_multiple_of(2) || text.len() > 400 {
            return Err(wrong());
        }
        let bytes: Option<Vec<u8>> = (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect();
        let bytes = bytes.ok_or_else(wrong)?;
        let (bytes, sum) = bytes.split_last_chunk::<3>().ok_or_else(wrong)?;
        if check(bytes) != *sum {
            return Err(wrong());
        }
        match postcard::take_from_bytes::<Cursor>(bytes).map_err(|_| wrong())? {
            (cursor, []) if cursor.version == VERSION => Ok(cursor),
            _ => Err(wrong()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back() {
        let place = Place { rank: -62_000, key: u64::MAX, start: 17 };
        let cursor = Cursor::new(3, State { commit: u64::MAX, records: 9 }, place, 20);
        let text = cursor.to_string();
        assert_eq!(text.parse::<Cursor>(), Ok(cursor));
        assert!(text.len() < 120, "{text}");
        assert!(format!("{text}00").parse::<Cursor>().is_err());
        assert!(text[2..].parse::<Cursor>().is_err());
        let other = if text.ends_with('0') { "1" } else { "0" };
        assert!(format!("{}{other}", &text[..text.len() - 1]).parse::<Cursor>().is_err());
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_fine(text in "[0-9a-f]{0,120}|(?s).{0,20}") {
            let _ = text.parse::<Cursor>();
        }
    }
}
