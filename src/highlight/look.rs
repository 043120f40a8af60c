//! A query asked of one article or one quote, with what matched marked.

use super::{Node, Place, analyzer_of};
use crate::analyze::Tongue;
use crate::article::DateRole;
use crate::pattern::{Borders, Found, Leaf, Part, Words};
use crate::query::{Field, Mode, SaidAs, When};
use crate::quote::QuoteKind;
use crate::record::{self, Clause, Loaded, SectionText};
use crate::schema::Analyzer;
use crate::text::{Date, Span};
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

/// What is being looked at, and the marks made so far.
pub(super) struct Look<'a> {
    pub(super) loaded: &'a Loaded,
    /// The language of its article, if it is not English.
    tongue: Option<Tongue>,
    pub(super) mode: Mode,
    /// Reported clauses count where the look is at quotes.
    reported: bool,
    pub(super) marks: Vec<(Place, Span)>,
    pub(super) quotes: Vec<usize>,
    /// It matters where sentences and parts begin.
    borders: bool,
    /// Texts that were looked at.
    texts: HashMap<Text, Rc<Words>>,
    sections: Option<Rc<[SectionText; 2]>>,
    clauses: Option<Rc<HashMap<usize, Clause>>>,
}

/// A text that words are looked for in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Text {
    /// The body without its summary.
    Body,
    Summary,
    /// Any other field, of the article or of a quote.
    Field(Field, Option<usize>),
}

/// All positions.
const EVERYWHERE: Range<u32> = 0..u32::MAX;

impl<'a> Look<'a> {
    pub(super) fn new(loaded: &'a Loaded, tongue: Option<Tongue>, mode: Mode, reported: bool, borders: bool) -> Self {
        let (marks, quotes, texts) = (Vec::new(), Vec::new(), HashMap::new());
        Self { loaded, tongue, mode, reported, borders, marks, quotes, texts, sections: None, clauses: None }
    }

    /// Is this quote one of those that are asked for?
    pub(super) fn counts(&self, quote: usize) -> bool {
        self.reported || self.loaded.attribution.quotes[quote].kind != QuoteKind::Indirect
    }

    /// Evaluates a node for the article or for one quote; marks what matched if it holds, nothing if not.
    pub(super) fn holds(&mut self, node: &Node, quote: Option<usize>) -> bool {
        self.asks(node, None, quote)
    }

    /// The same behind `field:`, or of bare words.
    fn asks(&mut self, node: &Node, field: Option<Field>, quote: Option<usize>) -> bool {
        let (marks, quotes) = (self.marks.len(), self.quotes.len());
        let holds = match (node, field) {
            (Node::All, _) => true,
            (Node::Nothing, _) => false,
            (Node::Field(field, inner), _) => self.asks(inner, Some(*field), quote),
            (Node::And(children), _) => children.iter().all(|child| self.asks(child, field, quote)),
            (Node::Or(children), _) => children.iter().fold(false, |found, child| self.asks(child, field, quote) | found),
            (Node::Least(least, children), _) => children.iter().filter(|child| self.asks(child, field, quote)).count() >= *least,
            (Node::Not(inner), _) => {
                let excluded = self.asks(inner, field, quote);
                self.marks.truncate(marks);
                self.quotes.truncate(quotes);
                !excluded
            }
            (Node::SameQuote(inner, reported), _) => self.same_quote(inner, *reported),
            (Node::Within(crosshead, below), _) => self.within(crosshead, below),
            (Node::Words(leaf), _) => self.words(leaf, field, quote),
            (Node::Unknown, Some(field)) => self.is_unknown(field, quote),
            (Node::Dates(from, to), Some(field)) => self.date(field, quote).is_some_and(|date| {
                from.is_none_or(|from| date.last_second() >= from.first_second())
                    && to.is_none_or(|to| date.first_second() <= to.last_second())
            }),
            (Node::DayOfYear(month, day), Some(field)) => {
                self.date(field, quote).is_some_and(|date| Date::holds(date.first_second(), date.last_second(), *month, *day))
            }
            (Node::Numbers(from, to), Some(_)) => quote.is_some_and(|i| {
                let confidence = record::hundredths(self.loaded.attribution.quotes[i].confidence);
                from.is_none_or(|from| confidence >= record::hundredths(from)) && to.is_none_or(|to| confidence <= record::hundredths(to))
            }),
            (Node::SaidAs(names), Some(_)) => quote.is_some_and(|i| self.said_as(names, i)),
            (Node::Unknown | Node::Dates(..) | Node::DayOfYear(..) | Node::Numbers(..) | Node::SaidAs(_), None) => false,
        };
        if !holds {
            self.marks.truncate(marks);
            self.quotes.truncate(quotes);
        }
        holds
    }

    fn same_quote(&mut self, inner: &Node, reported: bool) -> bool {
        let mut found = false;
        let before = std::mem::replace(&mut self.reported, reported);
        for i in 0..self.loaded.attribution.quotes.len() {
            if self.counts(i) && self.holds(inner, Some(i)) {
                self.quotes.push(i);
                found = true;
            }
        }
        self.reported = before;
        found
    }

    /// The date that a field asks for.
    fn date(&self, field: Field, quote: Option<usize>) -> Option<Date> {
        let meta = &self.loaded.article.meta;
        match field {
            Field::Modified => Some(meta.first(DateRole::Modified)?.date),
            Field::SaidOn => Some(self.loaded.attribution.quotes[quote?].said_on?.date),
            _ => meta.date,
        }
    }

    /// True where a field has no value.
    fn is_unknown(&mut self, field: Field, quote: Option<usize>) -> bool {
        let Loaded { attribution, .. } = self.loaded;
        match (field, quote) {
            (field, _) if field.is_date() => self.date(field, quote).is_none(),
            (Field::Speaker, Some(i)) => {
                record::speaker_kind(u64::from(record::speaker_code(attribution, &attribution.quotes[i]))).is_none()
            }
            (Field::Summary, _) => self.sections()[1].text.is_empty(),
            _ => self.field_text(field, quote).is_empty(),
        }
    }

    /// Is the speaker of this quote named by exactly one of these names, where it means whom was asked for? Then the name is marked.
    fn said_as(&mut self, names: &[SaidAs], quote: usize) -> bool {
        let Loaded { article, attribution, .. } = self.loaded;
        let spoken = &attribution.quotes[quote];
        let name = record::speaker_text(article, attribution, spoken);
        let month = article.meta.date.map(|date| When::month_of(date.first_second()));
        let desk = article.meta.desk.as_deref();
        let found = names.iter().any(|said| said.name == name && said.when.holds(month, desk));
        if found {
            self.marks.push((("speaker", Some(quote)), Span::new(0, name.len())));
            if let (Mode::Articles, Some(mention)) = (self.mode, spoken.mention) {
                self.marks.push((("body", None), mention));
            }
        }
        found
    }

    /// Words in a field; bare ones in those of the quote, or in headline and text.
    fn words(&mut self, leaf: &Leaf, field: Option<Field>, quote: Option<usize>) -> bool {
        let in_article = |field| Text::Field(field, None);
        let texts = match (field, quote) {
            (None, Some(i)) if leaf.part == Part::Whole => return self.said(leaf, i),
            (Some(Field::Quote), Some(i)) => return self.said(leaf, i),
            (None, _) if matches!(leaf.part, Part::First(_)) => vec![Text::Summary, Text::Body],
            (None, _) => vec![in_article(Field::Headline), Text::Summary, Text::Body],
            (Some(Field::Body), _) => vec![Text::Summary, Text::Body],
            (Some(Field::Summary), _) => vec![Text::Summary],
            (Some(field), _) if field.is_of_quote() || field == Field::Section => vec![Text::Field(field, quote)],
            (Some(field), _) => vec![in_article(field)],
        };
        let found: Vec<(Text, Vec<Found>)> = texts.into_iter().map(|text| (text, self.find(leaf, text, &EVERYWHERE))).collect();
        let holds = found.iter().map(|(_, found)| begins(found)).sum::<u32>() >= leaf.least;
        if holds {
            found.into_iter().for_each(|(text, found)| self.mark(text, &found));
            if let (Some(Field::Speaker), Some(quote), Mode::Articles) = (field, quote, self.mode) {
                self.mark_mention(leaf, quote);
            }
        }
        holds
    }

    /// In an article a speaker is marked where the quote names them, as far as it does in the words asked for.
    fn mark_mention(&mut self, leaf: &Leaf, quote: usize) {
        let Loaded { article, attribution, .. } = self.loaded;
        let Some(mention) = attribution.quotes[quote].mention else { return };
        let words = Words::new(mention.of(article.body()).to_owned(), Borders::default(), analyzer_of(Field::Speaker), None);
        for mark in words.find(&leaf.pattern, &EVERYWHERE).into_iter().flat_map(|found| found.marks) {
            self.marks.push((("body", None), Span { start: mention.start + mark.start, end: mention.start + mark.end }));
        }
    }

    /// Words in those of a quote: the words in marks, and where they are asked for those of the clause around them.
    fn said(&mut self, leaf: &Leaf, i: usize) -> bool {
        let text = Text::Field(Field::Quote, Some(i));
        let kind = self.loaded.attribution.quotes[i].kind;
        let marked = if kind == QuoteKind::Indirect { Vec::new() } else { self.find(leaf, text, &EVERYWHERE) };
        let clause = if self.reported { self.clauses().get(&i).copied() } else { None };
        let Some(clause) = clause else {
            let holds = begins(&marked) >= leaf.least;
            if holds {
                self.mark(text, &marked);
            }
            return holds;
        };
        let around = if clause.in_summary { Text::Summary } else { Text::Body };
        // As pairs: which of them lie in the marks is asked of both sides at once.
        let reported = self.text(around).find(&leaf.pattern, &(clause.first..clause.first + clause.length));
        if begins(&marked).max(begins(&reported)) < leaf.least {
            return false;
        }
        self.mark(text, &marked);
        let Loaded { attribution, .. } = self.loaded;
        let quote = &attribution.quotes[i];
        let sections = self.sections();
        let section = &sections[usize::from(clause.in_summary)];
        let before = self.marks.len();
        for found in &reported {
            let marks: Vec<Span> = found.marks.iter().map(|&mark| section.in_body(mark)).collect();
            let in_marks = quote.parts.iter().any(|part| marks.iter().all(|mark| part.contains(*mark)));
            if kind == QuoteKind::Indirect || !in_marks || marked.is_empty() {
                let field = if kind == QuoteKind::Indirect { "quote" } else { "clause" };
                let inside = |mark: Span| Span { start: mark.start - quote.content.start, end: mark.end - quote.content.start };
                self.marks.extend(marks.into_iter().map(|mark| ((field, Some(i)), inside(mark))));
            }
        }
        debug_assert!(!marked.is_empty() || self.marks.len() > before);
        true
    }

    /// Words below one crosshead.
    fn within(&mut self, crosshead: &Node, below: &Node) -> bool {
        let mut found = false;
        for text in [Text::Body, Text::Summary] {
            for (head, text_begins, end) in self.text(text).borders.sections() {
                let marks = self.marks.len();
                if self.stands(crosshead, text, &(head..text_begins)) {
                    self.marks.truncate(marks);
                    found |= self.stands(below, text, &(text_begins..end));
                }
            }
        }
        found
    }

    /// Evaluates a node for one stretch of a text.
    fn stands(&mut self, node: &Node, text: Text, within: &Range<u32>) -> bool {
        let marks = self.marks.len();
        let holds = match node {
            Node::Words(leaf) => {
                let found = self.find(leaf, text, within);
                self.mark(text, &found);
                begins(&found) >= leaf.least
            }
            Node::And(all) => all.iter().all(|child| self.stands(child, text, within)),
            Node::Or(any) => any.iter().fold(false, |found, child| self.stands(child, text, within) | found),
            Node::Not(inner) => {
                let excluded = self.stands(inner, text, within);
                self.marks.truncate(marks);
                !excluded
            }
            _ => false,
        };
        if !holds {
            self.marks.truncate(marks);
        }
        holds
    }

    /// Where a leaf stands in the part of a text that it asks for.
    fn find(&mut self, leaf: &Leaf, text: Text, within: &Range<u32>) -> Vec<Found> {
        let before = match (leaf.part, text) {
            (Part::First(_), Text::Body) => self.text(Text::Summary).borders.words,
            _ => 0,
        };
        self.text(text).find_leaf(leaf, within, before)
    }

    /// Marks what was found in a text.
    fn mark(&mut self, text: Text, found: &[Found]) {
        let marks = found.iter().flat_map(|found| &found.marks).copied();
        if let Text::Field(field, quote) = text {
            let place = (field.name(), quote.filter(|_| field.is_of_quote() || field == Field::Section));
            self.marks.extend(marks.map(|mark| (place, mark)));
        } else {
            let sections = self.sections();
            let section = &sections[usize::from(text == Text::Summary)];
            self.marks.extend(marks.map(|mark| (("body", None), section.in_body(mark))));
        }
    }

    fn sections(&mut self) -> Rc<[SectionText; 2]> {
        let article = &self.loaded.article;
        Rc::clone(self.sections.get_or_insert_with(|| Rc::new(record::section_texts(article))))
    }

    fn clauses(&mut self) -> Rc<HashMap<usize, Clause>> {
        let sections = self.sections();
        let attribution = &self.loaded.attribution;
        Rc::clone(self.clauses.get_or_insert_with(|| Rc::new(record::clauses(&[&sections[0], &sections[1]], attribution))))
    }

    fn text(&mut self, text: Text) -> Rc<Words> {
        if let Some(known) = self.texts.get(&text) {
            return Rc::clone(known);
        }
        let (words, borders, analyzer) = match text {
            Text::Body | Text::Summary => {
                let section = &self.sections()[usize::from(text == Text::Summary)];
                let borders = if self.borders { section.borders() } else { Borders::default() };
                (section.text.clone(), borders, Analyzer::Prose)
            }
            Text::Field(Field::Quote, Some(i)) => {
                let Loaded { article, attribution, .. } = self.loaded;
                let quote = &attribution.quotes[i];
                let text = record::quote_text(article.body(), quote);
                let borders = if self.borders { text.borders(article.body(), quote) } else { Borders::default() };
                (text.text, borders, Analyzer::Prose)
            }
            Text::Field(field, quote) => {
                let text = self.field_text(field, quote);
                let borders = match (field, quote) {
                    (Field::Headline, _) => Borders::of_sentence(&text),
                    (Field::Section, None) => Borders::of(&text, &[]),
                    _ => Borders::default(),
                };
                (text, borders, analyzer_of(field))
            }
        };
        let is_prose = !matches!(text, Text::Field(field, _) if !matches!(field, Field::Headline | Field::Quote | Field::Cue));
        let words = Rc::new(Words::new(words, borders, analyzer, self.tongue.filter(|_| is_prose)));
        self.texts.insert(text, Rc::clone(&words));
        words
    }

    /// The text of a field of the article or of a quote.
    fn field_text(&self, field: Field, quote: Option<usize>) -> String {
        let Loaded { article, attribution, .. } = self.loaded;
        let meta = &article.meta;
        let own = |text: &Option<String>| text.clone().unwrap_or_default();
        let spoken = quote.map(|i| &attribution.quotes[i]);
        match (field, spoken) {
            (Field::Headline, _) => own(&meta.headline),
            (Field::Byline, _) => record::byline(meta).into_owned(),
            (Field::Desk, _) => own(&meta.desk),
            (Field::Publisher, _) => own(&meta.publisher),
            (Field::Place, _) => meta.dateline.as_ref().map(|line| own(&line.place)).unwrap_or_default(),
            (Field::Agency, _) => meta.dateline.as_ref().map(|line| own(&line.agency)).unwrap_or_default(),
            (Field::Language, _) => own(&meta.language),
            (Field::DateConflict, _) => record::date_conflict(meta).to_owned(),
            (Field::Section, None) => record::crossheads(article),
            (Field::Section, Some(quote)) => {
                article.crosshead_at(quote.parts.first().map_or(0, |part| part.start)).unwrap_or_default().to_owned()
            }
            (Field::Quote, Some(quote)) => record::quote_text(article.body(), quote).text,
            (Field::Speaker, Some(quote)) => record::speaker_text(article, attribution, quote).to_owned(),
            (Field::Role, Some(quote)) => record::role_text(attribution, quote).into_owned(),
            (Field::Cue, Some(quote)) => quote.cue.map(|cue| cue.of(article.body())).unwrap_or_default().to_owned(),
            (Field::Kind, Some(quote)) => record::kind_text(quote.kind).to_owned(),
            _ => String::new(),
        }
    }
}

/// At how many words a place begins; places are in order.
fn begins(found: &[Found]) -> u32 {
    let again = found.windows(2).filter(|pair| pair[0].start == pair[1].start).count();
    (found.len() - again) as u32
}
