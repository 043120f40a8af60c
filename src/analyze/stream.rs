//! From texts to streams of terms, for the engine.
//!
//! A text that nobody reads from the index is brought to its terms before the engine gets it, by as many threads as there are readers (see
//! [`terms`]); the engine's one thread then only reads them off. A text that has a column as well goes to the engine as it stands.

use super::push_term;
use super::tongue::Tongue;
use crate::schema::Analyzer;
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

/// The terms of a prose text, whose words are given, as [`WordTokenizer`] takes them: each behind its length, and a [`GAP`] for every position
/// that is left out.
pub fn terms(text: &str, words: impl IntoIterator<Item = Word>, tongue: Option<Tongue>) -> String {
    if text.is_empty() {
        return String::new();
    }
    with_cache(Analyzer::Prose, tongue, |cache| {
        let mut out = String::with_capacity(text.len() + text.len() / 4 + 8);
        out.push(TERMS);
        let (mut next, mut term) = (0, String::new());
        for word in words {
            (next..word.position).for_each(|_| out.push(char::from(GAP)));
            next = word.position + 1;
            term.clear();
            cache.push_term(word.span.of(text), &mut term);
            match term.len() {
                length if length < usize::from(GAP) => out.push(char::from(length as u8)),
                length if length <= LONGEST => {
                    out.push(char::from(LONG));
                    [14, 7, 0].into_iter().for_each(|shift| out.push(char::from((length >> shift & 127) as u8)));
                }
                _ => {
                    out.push(char::from(GAP));
                    continue;
                }
            }
            out.push_str(&term);
        }
        out
    })
}

/// The tokenizer that feeds an index.
#[derive(Clone)]
pub struct WordTokenizer {
    analyzer: Analyzer,
    token: Token,
}

impl WordTokenizer {
    /// A tokenizer for one of the analyzers; it reads texts as they stand, in English, and what [`terms`] made of others.
    pub fn new(analyzer: Analyzer) -> Self {
        Self { analyzer, token: Token::default() }
    }
}

impl Tokenizer for WordTokenizer {
    type TokenStream<'a> = WordStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> WordStream<'a> {
        self.token.reset();
        let source = match text.strip_prefix(TERMS) {
            Some(terms) => Source::Terms(terms, 0),
            None => Source::Words(text, words(text)),
        };
        WordStream { source, analyzer: self.analyzer, token: &mut self.token }
    }
}

enum Source<'a> {
    Words(&'a str, Words<'a>),
    /// Terms, and the position of the next.
    Terms(&'a str, usize),
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
                with_cache(self.analyzer, None, |cache| cache.push_term(word.span.of(text), &mut token.text));
            }
            Source::Terms(terms, next) => {
                let Some((term, rest, gaps)) = first_term(terms) else { return false };
                token.text.push_str(term);
                token.position = *next + gaps;
                (*terms, *next) = (rest, token.position + 1);
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

/// The first of some terms, those behind it, and how many positions are left out before it; `None` behind the last, and for what [`terms`] did
/// not write.
#[inline]
fn first_term(terms: &str) -> Option<(&str, &str, usize)> {
    let bytes = terms.as_bytes();
    let gaps = bytes.iter().take_while(|byte| **byte == GAP).count();
    let (length, at) = match *bytes.get(gaps)? {
        LONG => {
            let length = bytes.get(gaps + 1..gaps + 4)?;
            (length.iter().fold(0, |length, byte| length << 7 | usize::from(*byte)), gaps + 4)
        }
        length => (usize::from(length), gaps + 1),
    };
    Some((terms.get(at..at + length)?, terms.get(at + length..)?, gaps))
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

/// Words met lately and their terms: sets of two ways, each `[word length, term length, word, term]`, the one met last in front.
struct TermCache {
    analyzer: Analyzer,
    tongue: Option<Tongue>,
    sets: Vec<u8>,
    /// Where the first set begins, so that each is one line of the processor's cache.
    first: usize,
}

const WAY: usize = 32;
const SETS: usize = 1 << 14;

impl TermCache {
    fn new(analyzer: Analyzer, tongue: Option<Tongue>) -> Self {
        // Zeroed by the system, page by page as it is used.
        let sets = vec![0; 2 * WAY * (SETS + 1)];
        let first = sets.as_ptr().align_offset(2 * WAY).min(2 * WAY);
        Self { analyzer, tongue, sets, first }
    }

    #[inline]
    fn push_term(&mut self, word: &str, out: &mut String) {
        let (analyzer, tongue) = (self.analyzer, self.tongue);
        // Numbers are many, and stand for themselves.
        if (tongue.is_none() || analyzer == Analyzer::Name) && word.bytes().all(|byte| byte.is_ascii_digit()) {
            out.push_str(word);
            return;
        }
        if word.len() > WAY / 2 {
            return push_term(word, analyzer, tongue, out);
        }
        let at = self.first + 2 * WAY * (hash(word.as_bytes()) as usize % SETS);
        let (front, back) = self.sets[at..at + 2 * WAY].split_at_mut(WAY);
        if let Some(term) = term_in(front, word) {
            out.push_str(term);
            return;
        }
        front.swap_with_slice(back);
        if let Some(term) = term_in(front, word) {
            out.push_str(term);
            return;
        }
        let from = out.len();
        push_term(word, analyzer, tongue, out);
        let term = &out.as_bytes()[from..];
        let (lengths, texts) = front.split_at_mut(2);
        if word.len() + term.len() <= texts.len() {
            lengths.copy_from_slice(&[word.len() as u8, term.len() as u8]);
            texts[..word.len()].copy_from_slice(word.as_bytes());
            texts[word.len()..word.len() + term.len()].copy_from_slice(term);
        }
    }
}

/// The term in a way of the cache, if it is the word's.
#[inline]
fn term_in<'a>(way: &'a [u8], word: &str) -> Option<&'a str> {
    let (lengths, texts) = way.split_first_chunk::<2>()?;
    let (known, rest) = texts.split_at_checked(usize::from(lengths[0]))?;
    let term = rest.get(..usize::from(lengths[1])).filter(|_| known == word.as_bytes())?;
    std::str::from_utf8(term).ok()
}

/// A quick hash for the cache above, nothing else (multiply and rotate, eight bytes a step).
#[inline]
fn hash(bytes: &[u8]) -> u64 {
    let mut state = bytes.len() as u64;
    let mut mix = |eight: u64| state = (state.rotate_left(5) ^ eight).wrapping_mul(0x517c_c1b7_2722_0a95);
    let (eights, rest) = bytes.as_chunks::<8>();
    eights.iter().for_each(|eight| mix(u64::from_le_bytes(*eight)));
    // The last bytes without a copy of unknown length: four and four that may overlap, or single ones.
    match (rest.first_chunk::<4>(), rest.last_chunk::<4>()) {
        (Some(first), Some(last)) => mix(u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << 32),
        _ => mix(rest.iter().fold(0, |word, &byte| word << 8 | u64::from(byte))),
    }
    state >> 32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(tokenizer: &mut WordTokenizer, text: &str) -> Vec<(String, usize)> {
        let mut found = Vec::new();
        tokenizer.token_stream(text).process(&mut |token| found.push((token.text.clone(), token.position)));
        found
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
                assert_eq!(read(&mut tokenizer, &terms(&text, words(&text), tongue)), expected);
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
        let found = read(&mut WordTokenizer::new(Analyzer::Prose), &terms(&text, words(&text), None));
        assert_eq!(found, [("one".to_owned(), 0), ("three".to_owned(), 2)]);
    }
}
