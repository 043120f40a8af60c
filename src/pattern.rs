//! Patterns: which words, and where they must stand to each other in one text.
//!
//! Here is a leaf of a bound query (see [`crate::query::bind`]), give me its [`Leaf`]. The index evaluates a pattern on positions, the highlighter on a text; both ask
//! [`Form::takes`] of each word and [`Nearness::partners`] of each nearness, so that what is marked is what matched.

mod border;
mod form;
mod text;

pub use border::{Border, Borders};
pub use form::{Case, Form, Keyed, Kind};
pub use text::{Found, Words};

use crate::query::{Near, Query, Reach, Scope};
use crate::schema::Analyzer;

/// A condition on the words of a text.
#[derive(Debug, Clone)]
pub struct Leaf {
    /// The words and how they stand to each other.
    pub pattern: Pattern,
    /// Where in an article.
    pub part: Part,
    /// In how many places at least.
    pub least: u32,
}

/// A part of an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Any.
    Whole,
    /// The headline, the summary, and the first paragraph of the rest.
    Head,
    /// So many first words of the text, summary first.
    First(u32),
}

impl Part {
    /// True for a place from one position of a text to another; `before`: how many words of the article's text stand before this one.
    pub fn holds(self, (start, end): (u32, u32), borders: &Borders, before: u32) -> bool {
        let lead = borders.list(Border::Lead);
        match self {
            Self::Whole => true,
            Self::Head => lead.first().is_none_or(|&lead| start >= lead) && lead.get(1).is_none_or(|&behind| end < behind),
            Self::First(count) => borders.words_before(end) + before < count,
        }
    }
}

/// Words and how they stand to each other. Where it stands is a stretch from the position of its first word to that of its last.
#[derive(Debug, Clone)]
pub enum Pattern {
    /// Words side by side, each with its distance from the first. Where not all that stands between them is a word of the pattern: how many
    /// omissions it holds, all else being words.
    Run(Vec<(u32, Form)>, Option<u32>),
    /// One of these.
    Any(Vec<Pattern>),
    /// Two near each other.
    Near(Box<Nearness>),
}

/// Two patterns near each other.
#[derive(Debug, Clone)]
pub struct Nearness {
    /// What stands on the left of the connector.
    pub left: Pattern,
    /// What stands on its right.
    pub right: Pattern,
    /// How near.
    pub reach: Reach,
    /// The left must stand before the right.
    pub ordered: bool,
}

impl Leaf {
    /// The condition that a leaf of a bound query is; `None` where it holds no word that an index could hold.
    pub fn of(query: &Query, analyzer: Analyzer) -> Option<Self> {
        match query {
            Query::Scope(Scope::Head, inner) => Some(Self { part: Part::Head, ..Self::of(inner, analyzer)? }),
            Query::Scope(Scope::First(count), inner) => Some(Self { part: Part::First(*count), ..Self::of(inner, analyzer)? }),
            Query::AtLeast(least, inner) => Some(Self { least: *least, ..Self::of(inner, analyzer)? }),
            pattern => Some(Self { pattern: Pattern::of(pattern, analyzer, Case::Any)?, part: Part::Whole, least: 1 }),
        }
    }
}

impl Pattern {
    fn of(query: &Query, analyzer: Analyzer, case: Case) -> Option<Self> {
        match query {
            Query::Word(text) => run(form::words(text, analyzer, case, case == Case::Any)),
            Query::Exact(text) => run(form::words(text, analyzer, case, false)),
            Query::Phrase(text) => {
                let forms = form::phrase(text, analyzer, case);
                let open = forms.last().map_or(0, |(last, _)| last + 1 - forms.len() as u32);
                // `*` stands for a word; without one it is an omission that was typed.
                let omitted = if text.contains('*') { 0 } else { open };
                (!forms.is_empty()).then_some(Pattern::Run(forms, (open > 0).then_some(omitted)))
            }
            Query::Wildcard(text) => run(form::wildcards(text, analyzer, case)),
            Query::Fuzzy(word, edits) => run(vec![(0, Form::fuzzy(word, *edits, case))]),
            Query::Regex(expression) => run(vec![(0, Form::expression(expression, case)?)]),
            Query::Or(any) => {
                // A word that no text can hold is no alternative.
                let any: Vec<Self> = any.iter().filter_map(|query| Self::of(query, analyzer, case)).collect();
                (!any.is_empty()).then_some(Self::Any(any))
            }
            Query::Near(near) => {
                let Near { left, right, reach, ordered } = &**near;
                let (left, right) = (Self::of(left, analyzer, case)?, Self::of(right, analyzer, case)?);
                Some(Self::Near(Box::new(Nearness { left, right, reach: *reach, ordered: *ordered })))
            }
            Query::Scope(Scope::Caps, inner) => Self::of(inner, analyzer, Case::Typed),
            Query::Scope(Scope::Name, inner) => Self::of(inner, analyzer, Case::Name),
            Query::Group(inner) => Self::of(inner, analyzer, case),
            _ => None,
        }
    }

    /// True where it asks for more than positions: in which sentence or paragraph words stand, or what was left out between them.
    pub fn asks_for_borders(&self) -> bool {
        match self {
            Self::Run(_, omitted) => omitted.is_some(),
            Self::Any(any) => any.iter().any(Self::asks_for_borders),
            Self::Near(near) => !matches!(near.reach, Reach::Words(_)) || near.left.asks_for_borders() || near.right.asks_for_borders(),
        }
    }

    /// The forms of its words, in the order in which they are written.
    pub fn forms(&self) -> Vec<&Form> {
        match self {
            Self::Run(forms, _) => forms.iter().map(|(_, form)| form).collect(),
            Self::Any(any) => any.iter().flat_map(Self::forms).collect(),
            Self::Near(near) => [near.left.forms(), near.right.forms()].concat(),
        }
    }
}

fn run(forms: Vec<(u32, Form)>) -> Option<Pattern> {
    (!forms.is_empty()).then_some(Pattern::Run(forms, None))
}

/// First and last position of a place.
pub type Place = (u32, u32);

impl Nearness {
    /// Which of some places, in order, stand near a place on the left and share no word with it. The distance is that from the last word of the
    /// one to the first of the other, so that neighbours have 1. `longest` is how far the longest of `right` reaches from its first word to its last.
    pub fn partners<'a>(&self, left: Place, right: &'a [Place], longest: u32, borders: &Borders) -> impl Iterator<Item = usize> + use<'a> {
        let (start, end) = left;
        let (reach, ordered) = (self.reach, self.ordered);
        // The first and the last position at which a partner may begin; none where the left place runs over a border.
        let (from, to) = match reach {
            // No place of the right is longer, so none that begins further ahead can end near enough.
            Reach::Words(words) => (start.saturating_sub(words.saturating_add(longest)), end.saturating_add(words)),
            Reach::Sentence => borders.around(Border::Sentence, start),
            Reach::Paragraph => borders.around(Border::Paragraph, start),
        };
        let to = if matches!(reach, Reach::Words(_)) { to } else { to - 1 };
        let first = right.partition_point(|place| place.0 < from);
        let candidates = right[first..].iter().take_while(move |place| end <= to && place.0 <= to);
        candidates.enumerate().filter_map(move |(i, &(other_start, other_end))| {
            let is_behind = other_start > end;
            let is_before = other_end < start && !ordered;
            let is_near = match reach {
                Reach::Words(words) => is_behind || (is_before && start - other_end <= words),
                Reach::Sentence | Reach::Paragraph => (is_behind || is_before) && other_end <= to,
            };
            is_near.then_some(first + i)
        })
    }
}

/// How far the longest of some places reaches from its first word to its last.
pub fn longest(places: &[Place]) -> u32 {
    places.iter().map(|(start, end)| end - start).max().unwrap_or(0)
}

#[cfg(test)]
mod tests;
