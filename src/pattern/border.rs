//! Borders: where sentences, paragraphs, the lead and crossheads of a text begin and end, counted in positions of words.

use crate::text::sentence::sentences;
use crate::text::word::{Word, words};

/// What begins at a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Border {
    /// A sentence; not given for the first word of the text.
    Sentence,
    /// A paragraph, or any other block; not given for the first word of the text.
    Paragraph,
    /// The first paragraph, and what follows it.
    Lead,
    /// A section with a crosshead, and the crosshead.
    Crosshead,
    /// What follows a crosshead.
    Below,
    /// A section without a crosshead.
    Plain,
    /// A word before which a position is left out: the end of a block, an omission. Given once for each.
    Gap,
}

impl Border {
    /// All, in the order of their numbers.
    pub const ALL: [Border; 7] =
        [Border::Sentence, Border::Paragraph, Border::Lead, Border::Crosshead, Border::Below, Border::Plain, Border::Gap];
}

/// The borders of a text, in positions, each kind in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Borders {
    lists: [Vec<u32>; Border::ALL.len()],
    /// How many words the text has.
    pub words: u32,
}

impl Borders {
    /// The borders of a text whose paragraphs are its lines; `others` stand at bytes of the text, in order.
    pub fn of(text: &str, others: &[(u32, Border)]) -> Self {
        Self::of_words(text, words(text), others)
    }

    /// The same of a text whose words are known.
    pub fn of_words(text: &str, words: impl IntoIterator<Item = Word>, others: &[(u32, Border)]) -> Self {
        let sentences = sentences(text);
        let (mut sentence, mut other, mut end) = (0, 0, 0);
        let mut borders = Self::default();
        let mut next = 0;
        for word in words {
            let (start, position) = (word.span.start, word.position);
            let is_first = borders.words == 0;
            let mut begins = false;
            while sentences.get(sentence).is_some_and(|span| span.start <= start) {
                sentence += 1;
                begins = true;
            }
            // The end of a line is a position that is left out.
            if !is_first && position > next && text[end..start as usize].contains('\n') {
                borders.push(Border::Paragraph, position);
                begins = true;
            }
            if begins && !is_first {
                borders.push(Border::Sentence, position);
            }
            while let Some((_, border)) = others.get(other).filter(|(at, _)| *at <= start) {
                borders.push(*border, position);
                other += 1;
            }
            for _ in next..position {
                borders.push(Border::Gap, position);
            }
            borders.words += 1;
            next = position + 1;
            end = word.span.end as usize;
        }
        borders
    }

    /// The borders of a text that is one sentence, such as a headline: omissions alone.
    pub fn of_sentence(text: &str) -> Self {
        let mut borders = Self::of(text, &[]);
        [Border::Sentence, Border::Paragraph].into_iter().for_each(|border| borders.list_mut(border).clear());
        borders
    }

    /// Adds a border behind those of its kind.
    pub fn push(&mut self, border: Border, position: u32) {
        self.lists[border as usize].push(position);
    }

    /// The borders of a kind, in order.
    pub fn list(&self, border: Border) -> &[u32] {
        &self.lists[border as usize]
    }

    /// The borders of a kind, to be filled.
    pub fn list_mut(&mut self, border: Border) -> &mut Vec<u32> {
        &mut self.lists[border as usize]
    }

    /// Sorts each kind, each position once, gaps apart.
    pub fn settle(&mut self) {
        for list in &mut self.lists {
            list.sort_unstable();
        }
        for border in [Border::Sentence, Border::Paragraph] {
            self.lists[border as usize].dedup();
        }
    }

    /// The first position of the sentence or paragraph around a position, and the first behind it.
    pub fn around(&self, border: Border, position: u32) -> (u32, u32) {
        let list = self.list(border);
        let behind = list.partition_point(|&begin| begin <= position);
        (behind.checked_sub(1).map_or(0, |at| list[at]), list.get(behind).copied().unwrap_or(u32::MAX))
    }

    /// How many words stand before the word at a position.
    pub fn words_before(&self, position: u32) -> u32 {
        position - self.list(Border::Gap).partition_point(|&gap| gap <= position) as u32
    }

    /// How many positions are left out between two words, whose positions these are.
    pub fn gaps_between(&self, start: u32, end: u32) -> u32 {
        let up_to = |position: u32| self.list(Border::Gap).partition_point(|&gap| gap <= position);
        (up_to(end) - up_to(start)) as u32
    }

    /// The sections under crossheads: first position of the crosshead, first below it, first behind the section.
    pub fn sections(&self) -> Vec<(u32, u32, u32)> {
        let (heads, below, plain) = (self.list(Border::Crosshead), self.list(Border::Below), self.list(Border::Plain));
        let section = |(i, &head): (usize, &u32)| {
            let next = plain.get(plain.partition_point(|&at| at <= head)).copied().unwrap_or(u32::MAX);
            let end = heads.get(i + 1).copied().unwrap_or(u32::MAX).min(next);
            let text = below.get(below.partition_point(|&at| at <= head)).copied().unwrap_or(u32::MAX).min(end);
            (head, text, end)
        };
        heads.iter().enumerate().map(section).collect()
    }
}
