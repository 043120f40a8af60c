//! Concordances: the key word in its context, a row for every match.
//!
//! Here are the hits of an answer with their marks, give me each marked stretch with the text on both sides of it, in the order in which
//! somebody wants to read them: neighbours of a word stand below each other when rows are sorted by what stands to its left or right.

use crate::analyze::fold;
use crate::highlight::FieldMarks;
use crate::search::Shown;
use crate::text::Span;
use crate::text::word::words;
use unicode_width::UnicodeWidthChar;

/// Characters of context on each side where nobody says how many.
pub const WIDTH: usize = 40;

/// How many words decide the order of two rows.
const REACH: usize = 12;

/// The order of the rows. Whatever decides, rows that it does not part stay in the order of the hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// As the hits stand, and within a hit field by field, from beginning to end.
    #[default]
    Hits,
    /// By the words to the left, the nearest first.
    Left,
    /// By the words to the right, the nearest first.
    Right,
    /// The oldest first, undated ones last; rows of one article as they stand in it.
    Date,
}

/// A match and what stands on both sides of it: three spans that touch, UTF-8 bytes into the text of the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Context {
    /// What stands before it.
    pub left: Span,
    /// What matched.
    pub keyword: Span,
    /// What stands behind it.
    pub right: Span,
}

/// A row of a concordance.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    /// The hit that it belongs to.
    pub shown: &'a Shown,
    /// The field that it stands in, with its whole text.
    pub field: &'a FieldMarks,
    /// Where it stands in that text.
    pub context: Context,
}

impl Row<'_> {
    /// What stands before the match, on one line.
    pub fn left(&self) -> String {
        one_line(self.context.left.of(&self.field.text))
    }

    /// What matched, as it is printed.
    pub fn keyword(&self) -> &str {
        self.context.keyword.of(&self.field.text)
    }

    /// What stands behind the match, on one line.
    pub fn right(&self) -> String {
        one_line(self.context.right.of(&self.field.text))
    }

    /// The crosshead above the match, or above the quote that is the hit.
    pub fn section(&self) -> Option<&str> {
        let article = &self.shown.hit.article.article;
        match self.quote_start() {
            Some(start) => article.crosshead_at(start),
            None if self.field.field == "body" => article.crosshead_at(self.context.keyword.start),
            None => None,
        }
    }

    /// First byte, in the body, of the quote that is the hit.
    fn quote_start(&self) -> Option<u32> {
        let quote = &self.shown.hit.article.attribution.quotes[self.shown.hit.quote?];
        quote.parts.first().map(|part| part.start)
    }
}

/// What the place of a row is decided by; keys of one answer are all of one kind.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Hit,
    Words(Vec<String>),
    Date { undated: bool, second: i64, article: u64, quote: Option<u32> },
}

/// The rows of some hits, one for each mark, with at most `width` characters of context on each side.
pub fn rows(hits: &[Shown], width: usize, order: Order) -> Vec<Row<'_>> {
    let fields = hits.iter().flat_map(|shown| shown.marks.iter().map(move |field| (shown, field)));
    let mut rows: Vec<(Key, Row)> = fields.flat_map(|(shown, field)| rows_of(shown, field, width, order)).collect();
    rows.sort_by(|(a, _), (b, _)| a.cmp(b));
    rows.into_iter().map(|(_, row)| row).collect()
}

/// The rows of a field, each with its key.
fn rows_of<'a>(shown: &'a Shown, field: &'a FieldMarks, width: usize, order: Order) -> impl Iterator<Item = (Key, Row<'a>)> {
    let by_words = matches!(order, Order::Left | Order::Right);
    let words: Vec<Span> = if by_words { words(&field.text).map(|word| word.span).collect() } else { Vec::new() };
    field.spans.iter().map(move |&keyword| {
        let row = Row { shown, field, context: context(&field.text, keyword, width) };
        let key = match order {
            Order::Hits => Key::Hit,
            Order::Left => Key::Words(words_before(&field.text, &words, keyword)),
            Order::Right => Key::Words(words_behind(&field.text, &words, keyword)),
            Order::Date => date_key(&row),
        };
        (key, row)
    })
}

fn date_key(row: &Row) -> Key {
    let loaded = &row.shown.hit.article;
    let second = loaded.article.meta.date.map(|date| date.first_second());
    Key::Date { undated: second.is_none(), second: second.unwrap_or_default(), article: loaded.origin.key(), quote: row.quote_start() }
}

/// The folded words before a match, the nearest first.
fn words_before(text: &str, words: &[Span], keyword: Span) -> Vec<String> {
    let count = words.partition_point(|word| word.end <= keyword.start);
    words[..count].iter().rev().take(REACH).map(|word| fold(word.of(text))).collect()
}

/// The folded words behind a match, the nearest first.
fn words_behind(text: &str, words: &[Span], keyword: Span) -> Vec<String> {
    let count = words.partition_point(|word| word.start < keyword.end);
    words[count..].iter().take(REACH).map(|word| fold(word.of(text))).collect()
}

/// A match with at most `width` characters on each side. No word is cut, except one that alone is longer than that.
pub fn context(text: &str, keyword: Span, width: usize) -> Context {
    let before = text.get(..keyword.start as usize).unwrap_or_default();
    let behind = text.get(keyword.end as usize..).unwrap_or_default();
    let end = keyword.end as usize;
    Context { left: Span::new(beginning(before, width), before.len()), keyword, right: Span::new(end, end + ending(behind, width)) }
}

/// The byte at which the last `width` characters of a text begin, moved on to the beginning of a word.
fn beginning(text: &str, width: usize) -> usize {
    let Some((first, _)) = text.char_indices().rev().take(width).last() else { return text.len() };
    let places = || text[first..].char_indices().map(|(at, _)| first + at);
    let place = places().find(|&at| is_border(text, at)).or_else(|| places().find(|&at| is_joint(text, at))).unwrap_or(text.len());
    text.len() - text[place..].trim_start().len()
}

/// The byte at which the first `width` characters of a text end, moved back to the end of a word.
fn ending(text: &str, width: usize) -> usize {
    let last = text.char_indices().nth(width).map_or(text.len(), |(at, _)| at);
    let places = || text[..last].char_indices().map(|(at, c)| at + c.len_utf8()).rev();
    let place = places().find(|&at| is_border(text, at)).or_else(|| places().find(|&at| is_joint(text, at))).unwrap_or(0);
    text[..place].trim_end().len()
}

/// The characters on both sides of a byte, if it stands between two.
fn neighbours(text: &str, at: usize) -> Option<(char, char)> {
    Some((text[..at].chars().next_back()?, text[at..].chars().next()?))
}

/// May a context begin or end here? At blanks and at the ends of the text, and between the characters of scripts that write no blanks.
fn is_border(text: &str, at: usize) -> bool {
    let is_word = |c: char| c.is_alphabetic() && c.width() == Some(2) && !matches!(c, '\u{ac00}'..='\u{d7a3}');
    neighbours(text, at).is_none_or(|(a, b)| a.is_whitespace() || b.is_whitespace() || is_word(a) && is_word(b))
}

/// Does a character begin here, with its accents and whatever is joined to it?
fn is_joint(text: &str, at: usize) -> bool {
    neighbours(text, at).is_none_or(|(a, b)| a != '\u{200d}' && b.width() != Some(0) && !matches!(b, '\u{1f3fb}'..='\u{1f3ff}'))
}

/// A text with its line ends shown as blanks; they take one byte, too, so that offsets stay.
fn one_line(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{Article, BlockKind, Draft, Meta};
    use crate::index::{Hit, Place};
    use crate::record::{Loaded, Origin};
    use crate::text::Date;
    use std::sync::Arc;

    /// An article hit with marks on every place of some words in its text.
    fn shown(path: &str, date: Option<&str>, text: &str, marked: &str) -> Shown {
        let meta = Meta { date: date.and_then(Date::parse), ..Meta::default() };
        let article = Article::new(Draft { meta, blocks: vec![(BlockKind::Paragraph, text.to_owned())], ..Draft::default() });
        let origin = Origin { root: String::new(), path: path.to_owned(), place: String::new(), file: path.to_owned() };
        let spans = article.body().match_indices(marked).map(|(at, word)| Span::new(at, at + word.len())).collect();
        let marks = vec![FieldMarks { field: "body", text: article.body().to_owned(), spans }];
        let loaded = Loaded { article, attribution: crate::quote::Attribution::default(), origin };
        let hit = Hit { score: 0.0, place: Place { rank: 0, key: 0, start: 0 }, article: Arc::new(loaded), quote: None, explanation: None };
        Shown { hit, excerpts: Vec::new(), quotes: Vec::new(), marks, person: None }
    }

    /// Left, keyword and right of the first place of a word.
    #[track_caller]
    fn check(text: &str, keyword: &str, width: usize, expected: [&str; 3]) {
        let start = text.find(keyword).expect("the word is there");
        let Context { left, keyword, right } = context(text, Span::new(start, start + keyword.len()), width);
        assert_eq!([left, keyword, right].map(|span| span.of(text)), expected);
    }

    #[test]
    fn contexts_end_between_words() {
        let text = "The harbour levy, she said, is due.\nA levy on fish.";
        check(text, "levy", 12, ["The harbour ", "levy", ", she said,"]);
        check(text, "levy", 11, ["harbour ", "levy", ", she said,"]);
        check(text, "levy", 7, ["", "levy", ", she"]);
        check(text, "levy", 0, ["", "levy", ""]);
        check(text, "levy", 99, ["The harbour ", "levy", ", she said, is due.\nA levy on fish."]);
        check(text, "due", 11, ["said, is ", "due", ".\nA levy on"]);
    }

    #[test]
    fn contexts_never_end_within_a_character() {
        check("港の税は重い。漁師は言う。", "税", 2, ["港の", "税", "は重"]);
        check("see https://news.example/a/very/long/path levy", "levy", 9, ["", "levy", ""]);
        check("see https://news.example/a/very/long/path/levy", "levy", 9, ["ong/path/", "levy", ""]);
        check("aaaaaaaae\u{301}levye\u{301}e\u{301}e\u{301}", "levy", 1, ["", "levy", ""]);
        check("aaaaaaaae\u{301}levye\u{301}e\u{301}e\u{301}", "levy", 3, ["ae\u{301}", "levy", "e\u{301}"]);
        check("👩\u{200d}🚒👍🏽levy👩\u{200d}🚒", "levy", 2, ["👍🏽", "levy", ""]);
    }

    /// The keyword with the nearest word on each side, row by row.
    fn told(rows: &[Row]) -> Vec<String> {
        rows.iter().map(|row| row.left() + row.keyword() + &row.right()).collect()
    }

    #[test]
    fn rows_are_sorted_by_neighbours_and_dates() {
        let hits = [
            shown("a", None, "the Zoll levy zinc", "levy"),
            shown("b", Some("2025-04"), "old Élan levy Adds\na zoll levy adds b", "levy"),
            shown("c", Some("2024"), "levy", "levy"),
        ];
        let order = |order| told(&rows(&hits, 9, order));
        let (a, b, b2, c) = ("the Zoll levy zinc", "old Élan levy Adds a", "a zoll levy adds b", "levy");
        assert_eq!(order(Order::Hits), [a, b, b2, c]);
        assert_eq!(order(Order::Left), [c, b, b2, a], "no word, élan, zoll a, zoll the");
        assert_eq!(order(Order::Right), [c, b, b2, a], "no word, adds a, adds b, zinc");
        assert_eq!(order(Order::Date), [c, b, b2, a], "undated last");
    }

    proptest::proptest! {
        #[test]
        fn every_mark_has_a_row_that_is_a_piece_of_its_text(
            texts in proptest::collection::vec("[\\PCa-c \n\u{301}港]{1,60}", 1..4), width in 0usize..20
        ) {
            let hits: Vec<Shown> = texts.iter().enumerate().map(|(i, text)| shown(&i.to_string(), None, text, "a")).collect();
            let marks = |shown: &Shown| shown.marks[0].spans.clone();
            for order in [Order::Hits, Order::Left, Order::Right, Order::Date] {
                let rows = rows(&hits, width, order);
                for row in &rows {
                    let (text, Context { left, keyword, right }) = (&row.field.text, row.context);
                    assert!([left, keyword, right].iter().all(|span| span.fits(text)));
                    assert!(left.end == keyword.start && keyword.end == right.start);
                    assert_eq!(row.keyword(), &text[keyword.range()]);
                    assert!(row.left().chars().count() <= width && row.right().chars().count() <= width);
                    let piece = text[left.start as usize..right.end as usize].replace('\n', " ");
                    assert_eq!(row.left() + row.keyword() + &row.right(), piece);
                }
                for shown in &hits {
                    let of_hit = rows.iter().filter(|row| std::ptr::eq(row.shown, shown)).map(|row| row.context.keyword);
                    let mut spans: Vec<Span> = of_hit.collect();
                    spans.sort_unstable();
                    assert_eq!(spans, marks(shown), "each mark has one row");
                }
            }
        }
    }

    #[test]
    fn sorting_is_stable() {
        let hits: Vec<Shown> = (0..5).map(|_| shown("one", Some("2025"), "the levy is due", "levy")).collect();
        for order in [Order::Hits, Order::Left, Order::Right, Order::Date] {
            let rows = rows(&hits, 5, order);
            assert!(rows.iter().zip(&hits).all(|(row, shown)| std::ptr::eq(row.shown, shown)), "{order:?}");
        }
    }
}
