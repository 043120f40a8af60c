//! From texts to streams of terms, for the engine.
//!
//! A text that nobody reads from the index is brought to its terms before the engine gets it, by as many threads as there are readers (see
//! [`write_terms`]); the engine's one thread then only reads them off. A text that has a column as well goes to the engine as it stands.

use super::push_term;
use super::tongue::Tongue;
use crate::schema::Analyzer;
use crate::text::hash::packed;
use crate::text::word::{Word, Words, words};
use std::cell::RefCell;
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

/// Begins a text that is brought to its terms already; no cleaned text holds it.
const TERMS: char = '\u{2}';

/// One position is left out.
const GAP: u8 = 126;

/// The length of a term stands in the next three bytes, seven bits each.
const LONG: u8 = 127;

/// Bytes of the longest term that an index takes.
const LONGEST: usize = tantivy::tokenizer::MAX_TOKEN_LEN;

/// Appends the terms of a prose text, whose words are given, as [`WordTokenizer`] takes them: each behind its length, and a sign for every
/// position that is left out, all of it UTF-8. Nothing where the text is empty.
pub fn write_terms(text: &str, words: impl IntoIterator<Item = Word>, tongue: Option<Tongue>, out: &mut Vec<u8>) {
    if text.is_empty() {
        return;
    }
    with_cache(Analyzer::Prose, tongue, |cache| {
        out.push(TERMS as u8);
        let mut next = 0;
        for word in words {
            (next..word.position).for_each(|_| out.push(GAP));
            next = word.position + 1;
            cache.push(word.span.of(text), true, out);
        }
    });
}

/// The tokenizer that feeds an index.
#[derive(Clone)]
pub struct WordTokenizer {
    analyzer: Analyzer,
    token: Token,
}

impl WordTokenizer {
    /// A tokenizer for one of the analyzers; it reads texts as they stand, in English, and what [`write_terms`] made of others.
    pub fn new(analyzer: Analyzer) -> Self {
        Self { analyzer, token: Token::default() }
    }
}

impl Tokenizer for WordTokenizer {
    type TokenStream<'a> = WordStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> WordStream<'a> {
        self.token.reset();
        let source = match text.strip_prefix(TERMS) {
            Some(terms) => Source::Terms(terms, 0, 0),
            None => Source::Words(text, words(text)),
        };
        WordStream { source, analyzer: self.analyzer, token: &mut self.token }
    }
}

enum Source<'a> {
    Words(&'a str, Words<'a>),
    /// Terms, the byte at which the next begins, and its position.
    Terms(&'a str, usize, usize),
}

/// The stream of terms of one text.
pub struct WordStream<'a> {
    source: Source<'a>,
    analyzer: Analyzer,
    token: &'a mut Token,
}

impl TokenStream for WordStream<'_> {
    fn advance(&mut self) -> bool {
        let token = &mut *self.token;
        token.text.clear();
        match &mut self.source {
            Source::Words(text, words) => {
                let Some(word) = words.next() else { return false };
                token.position = word.position as usize;
                let mut term = std::mem::take(&mut token.text).into_bytes();
                with_cache(self.analyzer, None, |cache| cache.push(word.span.of(text), false, &mut term));
                token.text = String::from_utf8(term).unwrap_or_default();
            }
            Source::Terms(terms, at, next) => {
                let Some((from, to, gaps)) = term_at(terms.as_bytes(), *at) else { return false };
                let Some(term) = terms.get(from..to) else { return false };
                token.text.push_str(term);
                token.position = *next + gaps;
                (*at, *next) = (to, token.position + 1);
            }
        }
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

/// The first and the last byte of the term behind a byte, and how many positions are left out before it; `None` behind the last, and for what
/// [`write_terms`] did not write.
#[inline]
fn term_at(terms: &[u8], mut at: usize) -> Option<(usize, usize, usize)> {
    let mut gaps = 0;
    loop {
        match *terms.get(at)? {
            GAP => (at, gaps) = (at + 1, gaps + 1),
            LONG => {
                let length = terms.get(at + 1..at + 4)?;
                let length = length.iter().fold(0, |length, byte| length << 7 | usize::from(*byte));
                return Some((at + 4, at + 4 + length, gaps));
            }
            length => return Some((at + 1, at + 1 + usize::from(length), gaps)),
        }
    }
}

thread_local! {
    /// One for each analyzer and language that this thread has met; few are.
    static CACHES: RefCell<Vec<TermCache>> = const { RefCell::new(Vec::new()) };
}

fn with_cache<T>(analyzer: Analyzer, tongue: Option<Tongue>, ask: impl FnOnce(&mut TermCache) -> T) -> T {
    CACHES.with_borrow_mut(|caches| {
        let at = caches.iter().position(|cache| cache.analyzer == analyzer && cache.tongue == tongue).unwrap_or_else(|| {
            caches.push(TermCache::new(analyzer, tongue));
            caches.len() - 1
        });
        ask(&mut caches[at])
    })
}

/// Words met lately and their terms: sets of two ways, the one met last in front.
struct TermCache {
    analyzer: Analyzer,
    tongue: Option<Tongue>,
    sets: Vec<[Way; 2]>,
    term: String,
}

/// A word of up to sixteen bytes as a number, zero where there is none, and its term behind the term's length: half a line of most processors'
/// caches.
#[derive(Clone, Copy, Default)]
#[repr(align(32))]
struct Way {
    word: u128,
    term: [u8; 16],
}

/// One megabyte: a newspaper's words, and few that push each other out.
const SETS: usize = 1 << 14;

impl TermCache {
    fn new(analyzer: Analyzer, tongue: Option<Tongue>) -> Self {
        Self { analyzer, tongue, sets: vec![Default::default(); SETS], term: String::new() }
    }

    /// Appends the term of a word, behind its length if it is to be read off again.
    #[inline]
    fn push(&mut self, word: &str, behind_length: bool, out: &mut Vec<u8>) {
        let skipped = usize::from(!behind_length);
        let Some(packed) = packed(word.as_bytes()).filter(|packed| *packed > 0) else { return self.push_new(word, skipped, out) };
        let at = slot(packed);
        let set = &mut self.sets[at];
        if set[0].word != packed {
            set.swap(0, 1);
            if set[0].word != packed {
                self.push_new(word, skipped, out);
                let mut way = Way { word: packed, term: [0; 16] };
                let Some(room) = way.term.get_mut(..=self.term.len()) else { return };
                room[0] = self.term.len() as u8;
                room[1..].copy_from_slice(self.term.as_bytes());
                self.sets[at][0] = way;
                return;
            }
        }
        let term = &set[0].term;
        out.extend_from_slice(&term[skipped..=usize::from(term[0] & 15)]);
    }

    /// The same of a word that is not known.
    #[cold]
    fn push_new(&mut self, word: &str, skipped: usize, out: &mut Vec<u8>) {
        self.term.clear();
        push_term(word, self.analyzer, self.tongue, &mut self.term);
        if skipped == 0 {
            match self.term.len() {
                length if length < usize::from(GAP) => out.push(length as u8),
                length if length <= LONGEST => {
                    out.push(LONG);
                    out.extend([14, 7, 0].map(|shift| (length >> shift & 127) as u8));
                }
                _ => return out.push(GAP),
            }
        }
        out.extend_from_slice(self.term.as_bytes());
    }
}

/// The set of a word.
#[inline]
fn slot(word: u128) -> usize {
    const FACTOR: u64 = 0x517c_c1b7_2722_0a95;
    let mixed = (word as u64).wrapping_mul(FACTOR).rotate_left(29) ^ (word >> 64) as u64;
    (mixed.wrapping_mul(FACTOR) >> 32) as usize % SETS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(tokenizer: &mut WordTokenizer, text: &str) -> Vec<(String, usize)> {
        let mut found = Vec::new();
        tokenizer.token_stream(text).process(&mut |token| found.push((token.text.clone(), token.position)));
        found
    }

    fn terms(text: &str, tongue: Option<Tongue>) -> String {
        let mut out = Vec::new();
        write_terms(text, words(text), tongue, &mut out);
        String::from_utf8(out).expect("terms are text")
    }

    proptest::proptest! {
        #[test]
        fn terms_are_those_of_the_text(text in "([\\p{L}\\p{M}\\p{N}'’.,]{1,9}[ \n…]{1,2}){0,30}", long in 0usize..3_000, tag in "en|fr|tr|") {
            let text = text + &"x".repeat(long);
            let tongue = Tongue::of(&tag);
            let mut expected = Vec::new();
            for word in words(&text) {
                let mut term = String::new();
                push_term(word.span.of(&text), Analyzer::Prose, tongue, &mut term);
                expected.push((term, word.position as usize));
            }
            let mut tokenizer = WordTokenizer::new(Analyzer::Prose);
            // Twice: from the cache, too.
            for _ in 0..2 {
                assert_eq!(read(&mut tokenizer, &terms(&text, tongue)), expected);
                if tongue.is_none() {
                    assert_eq!(read(&mut tokenizer, &text), expected);
                }
            }
        }

        #[test]
        fn what_nobody_wrote_ends_the_stream(text in "[\0\u{1}-\u{4}a-cé\u{7e}\u{7f}]{0,12}") {
            read(&mut WordTokenizer::new(Analyzer::Prose), &format!("{TERMS}{text}"));
        }
    }

    #[test]
    fn a_term_that_no_index_takes_leaves_its_place() {
        let text = format!("one {} three", "x".repeat(LONGEST + 1));
        let found = read(&mut WordTokenizer::new(Analyzer::Prose), &terms(&text, None));
        assert_eq!(found, [("one".to_owned(), 0), ("three".to_owned(), 2)]);
    }
}
