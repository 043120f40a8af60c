//! BM25 with statistics per record kind.
//!
//! Tantivy counts N and the average length over all records of an index; here N is the number of records of the field's kind, and the
//! frequency of a word that has several printed forms is that of all its forms together.

use tantivy::DocId;
use tantivy::fieldnorm::FieldNormReader;

const K1: f32 = 1.2;
const B: f32 = 0.75;

/// The weight of one word or phrase in one field.
#[derive(Debug, Clone)]
pub(super) struct Bm25 {
    weight: f32,
    idf: f32,
    boost: f32,
    /// K1 * (1 - B + B * length / average length), by the engine's one-byte code of a length.
    norms: Box<[f32; 256]>,
    /// The scores of one to so many occurrences, likewise: nearly all that is asked for.
    known: Box<[[f32; 256]; KNOWN]>,
}

/// Occurrences whose scores are computed once.
const KNOWN: usize = 4;

impl Bm25 {
    /// `idf`: see [`idf`]; `average`: average length of the field in words, over the records of its kind.
    pub(super) fn new(idf: f32, boost: f32, average: f32) -> Self {
        let norm = |code: usize| {
            let length = FieldNormReader::id_to_fieldnorm(code as u8) as f32;
            K1 * (1.0 - B + B * length / average.max(1.0))
        };
        let (weight, norms): (f32, Box<[f32; 256]>) = (idf * boost * (K1 + 1.0), Box::new(std::array::from_fn(norm)));
        let score = |times: usize, code: usize| weight * times as f32 / (times as f32 + norms[code]);
        let known = Box::new(std::array::from_fn(|i| std::array::from_fn(|code| score(i + 1, code))));
        Self { weight, idf, boost, norms, known }
    }

    /// The score of `frequency` occurrences in a record.
    #[inline]
    pub(super) fn score(&self, norms: Option<&FieldNormReader>, doc: DocId, frequency: u32) -> f32 {
        if let (Some(known), Some(norms)) = (self.known.get((frequency as usize).wrapping_sub(1)), norms) {
            return known[norms.fieldnorm_id(doc) as usize];
        }
        let frequency = frequency as f32;
        let norm = norms.map_or(K1, |norms| self.norms[norms.fieldnorm_id(doc) as usize]);
        self.weight * frequency / (frequency + norm)
    }

    /// No record gets more.
    pub(super) fn greatest(&self) -> f32 {
        self.weight
    }

    /// The factors of [`Bm25::score`] in words.
    pub(super) fn explain(&self, norms: Option<&FieldNormReader>, doc: DocId, frequency: u32) -> String {
        let times = if frequency == 1 { "once".to_owned() } else { format!("{frequency} times") };
        let length = norms.map_or_else(String::new, |norms| format!(" in about {} words", norms.fieldnorm(doc)));
        let rate = self.score(norms, doc, frequency) / (self.idf * self.boost);
        let weight = if self.boost == 1.0 { String::new() } else { format!(" × weight {}", self.boost) };
        format!("{times}{length}: rarity {:.3} × frequency {rate:.3}{weight}", self.idf)
    }
}

/// Inverse document frequency: `found` of `total` records (Robertson and Sparck Jones, with Lucene's 1 + to stay positive).
pub(super) fn idf(total: u64, found: u64) -> f32 {
    let (total, found) = (total as f32, found.min(total) as f32);
    (1.0 + (total - found + 0.5) / (found + 0.5)).ln()
}
