//! What the query doctor found, as JSON.

use crate::doctor::ClauseCount;
use crate::index::Spelling;
use crate::query::Field;
use crate::search::Answer;
use serde::Serialize;

/// What the query doctor found.
#[derive(Debug, Serialize)]
pub struct DiagnosisOut {
    /// The clauses of the query, each with the hits that it has alone.
    pub clauses: Vec<ClauseOut>,
    /// Clauses without which the query would have more hits, with how many.
    pub without: Vec<ClauseOut>,
    /// The query with words asked of speakers, where more quotes are found so, with how many.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub instead: Vec<ClauseOut>,
    /// Words of the query that find little, with spellings near them that find more.
    pub spellings: Vec<SpellingOut>,
    /// Time ran out before all was looked into.
    pub partial: bool,
}

/// A clause and a number of hits.
#[derive(Debug, Serialize)]
pub struct ClauseOut {
    /// The clause, in the query language.
    pub clause: String,
    /// Hits.
    pub hits: u64,
}

/// A word and spellings near it.
#[derive(Debug, Serialize)]
pub struct SpellingOut {
    /// The word as typed.
    pub word: String,
    /// The field that it was looked for in; null for headline and text, or the words of quotes.
    pub field: Option<&'static str>,
    /// Articles or quotes that hold it.
    pub records: u64,
    /// Spellings that the index holds, the most frequent first.
    pub near: Vec<NearOut>,
}

/// A spelling that the index holds.
#[derive(Debug, Serialize)]
pub struct NearOut {
    /// The word as it is mostly printed.
    pub word: String,
    /// Articles or quotes that hold it.
    pub records: u64,
}

pub(super) fn diagnosis(answer: &Answer) -> Option<DiagnosisOut> {
    let found = answer.diagnosis.as_ref()?;
    let counts = |list: &[ClauseCount]| list.iter().map(|count| ClauseOut { clause: count.clause.clone(), hits: count.hits }).collect();
    let spelling = |spelling: &Spelling| SpellingOut {
        word: spelling.word.clone(),
        field: spelling.field.map(Field::name),
        records: spelling.records,
        near: spelling.near.iter().map(|(word, records)| NearOut { word: word.clone(), records: *records }).collect(),
    };
    let (clauses, without, instead) = (counts(&found.clauses), counts(&found.without), counts(&found.instead));
    Some(DiagnosisOut { clauses, without, instead, spellings: found.spellings.iter().map(spelling).collect(), partial: found.is_partial })
}
