//! The text as everything that looks for speakers reads it: tokens, sentences and names, with the small questions asked of them.

use super::lexicon::Class;
use super::mention::Names;
use super::sentence::Sentence;
use super::token::{Token, TokenKind};
use crate::article::{Article, BlockKind};
use std::ops::Range;

/// The text as everything that looks for speakers reads it.
pub(crate) struct Reader<'a> {
    /// The article's body.
    pub(crate) body: &'a str,
    /// Its tokens.
    pub(crate) tokens: &'a [Token],
    /// Its sentences.
    pub(crate) sentences: &'a [Sentence],
    /// Its names.
    pub(crate) names: &'a Names,
    /// What its blocks are.
    pub(crate) blocks: Vec<BlockKind>,
    /// How many words stand before each token, and before the end.
    words: Vec<u32>,
}

impl<'a> Reader<'a> {
    /// A reader of a text.
    pub(crate) fn new(article: &'a Article, tokens: &'a [Token], sentences: &'a [Sentence], names: &'a Names) -> Self {
        let mut words = Vec::with_capacity(tokens.len() + 1);
        let mut count = 0;
        words.push(count);
        for token in tokens {
            count += u32::from(token.is_word());
            words.push(count);
        }
        let blocks = article.blocks().map(|block| block.kind).collect();
        Self { body: article.body(), tokens, sentences, names, blocks, words }
    }

    /// Does any word stand in a range of tokens?
    pub(crate) fn has_words(&self, range: Range<usize>) -> bool {
        self.words[range.end] > self.words[range.start]
    }
}

impl Reader<'_> {
    /// The text of a token.
    pub(crate) fn word(&self, at: usize) -> &str {
        self.tokens[at].span().of(self.body)
    }

    /// Class test of a token; false behind the end.
    pub(crate) fn is(&self, at: usize, any_of: Class) -> bool {
        self.tokens.get(at).is_some_and(|token| token.is(any_of))
    }

    /// Kind of a token; [`TokenKind::Break`] behind the end.
    pub(crate) fn kind(&self, at: usize) -> TokenKind {
        self.tokens.get(at).map_or(TokenKind::Break, |token| token.kind)
    }

    /// An adverb, by class or by its ending.
    pub(crate) fn is_adverb(&self, at: usize) -> bool {
        self.kind(at) == TokenKind::Word && (self.is(at, Class::ADV) || self.word(at).ends_with("ly") && !self.is(at, Class::NOUN))
    }

    /// A word that can stand inside a noun phrase.
    pub(super) fn is_content(&self, at: usize) -> bool {
        match self.kind(at) {
            TokenKind::Capital => self.names.at(at).is_some() || !self.is(at, Class::CLOSED),
            TokenKind::Word => !self.is(at, Class::CLOSED.or(Class::VERB)) && !self.is_adverb(at),
            TokenKind::Number | TokenKind::Possessive => true,
            _ => false,
        }
    }

    /// The sentence that holds a token.
    pub(crate) fn sentence_of(&self, token: usize) -> Range<usize> {
        let after = self.sentences.partition_point(|sentence| sentence.tokens.start <= token);
        after.checked_sub(1).map_or(0..0, |number| self.sentences[number].tokens.clone())
    }
}
