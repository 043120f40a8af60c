//! Patterns found in a text.

use super::{Borders, Form, Leaf, Nearness, Pattern, Place, longest};
use crate::analyze::Tongue;
use crate::schema::Analyzer;
use crate::text::{Span, word};
use std::ops::Range;

/// A text with its words, ready to be searched.
#[derive(Debug, Clone)]
pub struct Words {
    text: String,
    /// Bytes into the text, and the position, of each word.
    words: Vec<(Span, u32)>,
    /// Where its sentences, paragraphs and sections begin.
    pub borders: Borders,
    analyzer: Analyzer,
    tongue: Option<Tongue>,
}

/// A place where a pattern stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Position of its first word.
    pub start: u32,
    /// Position of its last word.
    pub end: u32,
    /// What is marked: bytes into the text, a phrase from its first word to its last.
    pub marks: Vec<Span>,
}

impl Words {
    /// The words of a text in a language.
    pub fn new(text: String, borders: Borders, analyzer: Analyzer, tongue: Option<Tongue>) -> Self {
        let words = word::words(&text).map(|word| (word.span, word.position)).collect();
        Self { text, words, borders, analyzer, tongue }
    }

    /// Its text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where a pattern stands among some positions, in order.
    pub fn find(&self, pattern: &Pattern, within: &Range<u32>) -> Vec<Found> {
        match pattern {
            Pattern::Run(forms, omitted) => self.run(forms, *omitted, within),
            Pattern::Any(any) => {
                let mut found: Vec<Found> = any.iter().flat_map(|pattern| self.find(pattern, within)).collect();
                found.sort_by_key(|found| (found.start, found.end));
                found
            }
            Pattern::Near(near) => self.near(near, within),
        }
    }

    /// Words side by side: for each place one mark from the first to the last.
    fn run(&self, forms: &[(u32, Form)], omitted: Option<u32>, within: &Range<u32>) -> Vec<Found> {
        let Some(((_, first), rest)) = forms.split_first() else { return Vec::new() };
        let takes = |form: &Form, at: usize| form.takes_word(self.words[at].0.of(&self.text), self.analyzer, self.tongue);
        let inside = self.words.partition_point(|(_, position)| *position < within.start)
            ..self.words.partition_point(|(_, position)| *position < within.end);
        let mut found = Vec::new();
        for i in inside.clone() {
            if !takes(first, i) {
                continue;
            }
            let (span, position) = self.words[i];
            let mut at = i;
            let stands = rest.iter().all(|(offset, form)| {
                while at + 1 < inside.end && self.words[at].1 < position + offset {
                    at += 1;
                }
                self.words[at].1 == position + offset && takes(form, at)
            });
            // Of names no borders are known.
            let omitted = omitted.filter(|_| self.borders.words > 0);
            if stands && omitted.is_none_or(|omitted| self.borders.gaps_between(position, self.words[at].1) == omitted) {
                let marks = vec![Span { start: span.start, end: self.words[at].0.end }];
                found.push(Found { start: position, end: self.words[at].1, marks });
            }
        }
        found
    }

    /// Where a leaf stands in the part that it asks for, in order; `before`: how many words of the article's text stand before this one. Of
    /// what stands near each other each is a place.
    pub fn find_leaf(&self, leaf: &Leaf, within: &Range<u32>, before: u32) -> Vec<Found> {
        let holds = |place: Place| leaf.part.holds(place, &self.borders, before);
        let Pattern::Near(near) = &leaf.pattern else {
            let mut found = self.find(&leaf.pattern, within);
            found.retain(|found| holds((found.start, found.end)));
            return found;
        };
        let (left, right) = (self.find(&near.left, within), self.find(&near.right, within));
        let (mut lefts, mut rights) = (vec![false; left.len()], vec![false; right.len()]);
        self.pairs(near, &left, &right, |i, j| {
            if holds((left[i].start.min(right[j].start), left[i].end.max(right[j].end))) {
                (lefts[i], rights[j]) = (true, true);
            }
        });
        let of_pair =
            |found: Vec<Found>, paired: Vec<bool>| found.into_iter().zip(paired).filter(|(_, paired)| *paired).map(|(found, _)| found);
        let mut found: Vec<Found> = of_pair(left, lefts).chain(of_pair(right, rights)).collect();
        found.sort_by_key(|found| (found.start, found.end));
        found
    }

    /// Each pair is a place of its own, from its first word to its last.
    fn near(&self, near: &Nearness, within: &Range<u32>) -> Vec<Found> {
        let (left, right) = (self.find(&near.left, within), self.find(&near.right, within));
        let mut found = Vec::new();
        self.pairs(near, &left, &right, |i, j| {
            let (a, b) = (&left[i], &right[j]);
            let marks = a.marks.iter().chain(&b.marks).copied().collect();
            found.push(Found { start: a.start.min(b.start), end: a.end.max(b.end), marks });
        });
        found.sort_by_key(|found| (found.start, found.end));
        found
    }

    fn pairs(&self, near: &Nearness, left: &[Found], right: &[Found], mut found: impl FnMut(usize, usize)) {
        let places: Vec<Place> = right.iter().map(|found| (found.start, found.end)).collect();
        let longest = longest(&places);
        for (i, place) in left.iter().enumerate() {
            near.partners((place.start, place.end), &places, longest, &self.borders).for_each(|j| found(i, j));
        }
    }
}
