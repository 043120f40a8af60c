//! From a bound query to the engine's query.

use super::block::{ArticlesOf, FilterQuery, QuotesOf, TestMaker, Weighted};
use super::clause::ClauseQuery;
use super::layout::{self, Layout};
use super::watch::Watch;
use super::within::{Tree, WithinQuery};
use super::words::{Target, Totals, WordsQuery};
use crate::error::Result;
use crate::pattern::Leaf;
use crate::query::{Field, Mode, Query, SaidAs, Scope, When};
use crate::record::hundredths;
use crate::schema::{Analyzer, FieldType, RecordKind, fields};
use crate::text::Date;
use std::collections::HashMap;
use std::sync::Arc;
use tantivy::columnar::Column;
use tantivy::query::{BooleanQuery, ConstScoreQuery, EmptyQuery, Occur, Query as Engine, TermQuery};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, Term};

type Boxed = Box<dyn Engine>;

/// Plans queries for one index.
pub(super) struct Planner<'a> {
    pub(super) layout: &'a Layout,
    pub(super) totals: Totals,
    pub(super) watch: Watch,
}

/// The records that a clause is asked of: an article's or a quote's.
#[derive(Clone, Copy, PartialEq)]
enum Of {
    Article,
    /// A quote in marks.
    Quote,
    /// A quote in marks or a reported clause: words are looked for in clauses as well.
    Reported,
}

impl Of {
    fn is_quote(self) -> bool {
        self != Of::Article
    }
}

impl Planner<'_> {
    /// The engine's query for a bound query (see [`crate::query::bind`]): it finds article records or quote records, as the mode says.
    pub(super) fn plan(&self, query: &Query, mode: Mode) -> Result<Boxed> {
        match mode {
            Mode::Articles => self.clause(query, Of::Article),
            Mode::Quotes => self.quotes(query),
        }
    }

    /// Quotes that satisfy a query: those in marks, unless it asks for reported clauses.
    fn quotes(&self, query: &Query) -> Result<Boxed> {
        if query.asks_for_indirect() {
            return self.clause(query, Of::Reported);
        }
        let found = self.clause(query, Of::Quote)?;
        // Words in marks stand in no other records.
        if self.totals.reported == 0 || matches!(query, Query::All | Query::Near(_) | Query::AtLeast(..)) || query.is_words() {
            return Ok(found);
        }
        Ok(Box::new(BooleanQuery::new(vec![(Occur::Must, found), (Occur::Must, self.every(Of::Quote)?)])))
    }

    fn clause(&self, query: &Query, of: Of) -> Result<Boxed> {
        match query {
            Query::All => self.every(of),
            Query::Field(field, inner) => self.field(*field, inner, of),
            Query::And(all) => self.boolean(all, Occur::Must, of),
            Query::Or(any) => self.boolean(any, Occur::Should, of),
            Query::Not(_) => self.boolean(std::slice::from_ref(query), Occur::Must, of),
            Query::Group(inner) => self.clause(inner, of),
            Query::Least(least, words) => {
                let parts: Result<Vec<_>> = words.iter().map(|word| Ok((Occur::Should, self.clause(word, of)?))).collect();
                Ok(Box::new(BooleanQuery::with_minimum_required_clauses(parts?, (*least).max(1))))
            }
            Query::SameQuote(inner) => {
                let quotes = self.quotes(inner)?;
                Ok(if of == Of::Article { Box::new(ArticlesOf(quotes)) } else { quotes })
            }
            Query::Boost(inner, weight) => Ok(Box::new(Weighted(self.clause(inner, of)?, *weight))),
            Query::Within(crosshead, below) => {
                let found = self.below(query, crosshead, below)?;
                Ok(if of.is_quote() { Box::new(QuotesOf(found)) } else { found })
            }
            // Parts of an article are conditions on it.
            Query::Scope(Scope::Head, _) => self.of_part(query, &["headline", "summary", "body"], of),
            Query::Scope(Scope::First(_), _) => self.of_part(query, &["summary", "body"], of),
            words => self.said(words, self.bare_targets(of)?, of),
        }
    }

    fn of_part(&self, words: &Query, names: &[&str], of: Of) -> Result<Boxed> {
        let targets: Result<Vec<_>> = names.iter().map(|name| self.target(name)).collect();
        let found = self.words(words, Analyzer::Prose, targets?)?;
        Ok(if of.is_quote() { Box::new(QuotesOf(found)) } else { found })
    }

    /// Words below a crosshead.
    fn below(&self, query: &Query, crosshead: &Query, below: &Query) -> Result<Boxed> {
        let (crosshead, below) = (self.tree(crosshead)?, self.tree(below)?);
        let borders = self.layout.field("borders")?;
        Ok(Box::new(WithinQuery { label: query.to_string(), crosshead, below, borders, watch: self.watch.clone() }))
    }

    fn tree(&self, query: &Query) -> Result<Tree<WordsQuery>> {
        let list = |list: &[Query]| list.iter().map(|query| self.tree(query)).collect::<Result<Vec<_>>>();
        Ok(match query {
            Query::And(all) => Tree::All(list(all)?),
            Query::Or(any) => Tree::Any(list(any)?),
            Query::Not(inner) => Tree::Not(Box::new(self.tree(inner)?)),
            words => match self.words_query(words, Analyzer::Prose, vec![self.target("body")?, self.target("summary")?])? {
                Some(words) => Tree::Words(words),
                None => Tree::Nothing,
            },
        })
    }

    fn boolean(&self, children: &[Query], occur: Occur, of: Of) -> Result<Boxed> {
        let mut parts: Vec<(Occur, Boxed)> = Vec::with_capacity(children.len() + 1);
        for child in children {
            match child {
                Query::Not(inner) if occur == Occur::Must => parts.push((Occur::MustNot, self.clause(inner, of)?)),
                child => parts.push((occur, self.clause(child, of)?)),
            }
        }
        if parts.iter().all(|(occur, _)| *occur == Occur::MustNot) {
            parts.push((Occur::Must, self.every(of)?));
        }
        Ok(Box::new(BooleanQuery::new(parts)))
    }

    /// All records of a kind, without a score.
    fn every(&self, of: Of) -> Result<Boxed> {
        let field = self.layout.field("record")?;
        let every = |letter: &str| -> Boxed {
            let term = Term::from_field_text(field, letter);
            Box::new(ConstScoreQuery::new(Box::new(TermQuery::new(term, IndexRecordOption::Basic)), 0.0))
        };
        Ok(match of {
            Of::Article => every("a"),
            Of::Quote => every("q"),
            Of::Reported => Box::new(BooleanQuery::union(vec![every("q"), every("i")])),
        })
    }

    /// Where bare words look: the article's own words, or the quote's.
    fn bare_targets(&self, of: Of) -> Result<Vec<Target>> {
        let names: &[&str] = if !of.is_quote() { &["headline", "summary", "body"] } else { &["quote"] };
        names.iter().map(|name| self.target(name)).collect()
    }

    fn target(&self, name: &str) -> Result<Target> {
        let def = fields().fields.iter().find(|def| def.name == name);
        let (boost, kind) = def.map_or((1.0, RecordKind::Article), |def| (def.boost, def.kinds[0]));
        let letter = match name {
            "body" => Some('b'),
            "summary" => Some('s'),
            "quote" => Some('q'),
            "headline" => Some('h'),
            "section" => Some('c'),
            _ => None,
        };
        Ok(Target { name: def.map_or("", |def| def.name.as_str()), field: self.layout.field(name)?, boost, kind, letter })
    }

    /// Where the words of a field are looked for, and how they are analyzed; without a field, where bare words are.
    pub(super) fn looked_in(&self, field: Option<Field>, mode: Mode) -> Result<(Analyzer, Vec<Target>)> {
        let of = if mode == Mode::Quotes { Of::Quote } else { Of::Article };
        match field {
            None => Ok((Analyzer::Prose, self.bare_targets(of)?)),
            Some(Field::About) => Ok((Analyzer::Prose, self.bare_targets(Of::Quote)?)),
            Some(Field::Mention) => Ok((Analyzer::Prose, self.bare_targets(Of::Article)?)),
            Some(field) => self.targets_of(field, of).map(|(_, analyzer, targets)| (analyzer, targets)),
        }
    }

    fn targets_of(&self, field: Field, of: Of) -> Result<(RecordKind, Analyzer, Vec<Target>)> {
        let kind = if of.is_quote() && (field.is_of_quote() || field == Field::Section) { RecordKind::Quote } else { RecordKind::Article };
        let defs = fields().fields.iter().filter(|def| {
            let named = def.query.as_deref() == Some(field.name()) || (field == Field::Body && def.name == "summary");
            named && def.field_type == FieldType::Text && (def.kinds.contains(&kind) || field.is_of_quote())
        });
        let mut analyzer = Analyzer::Prose;
        let mut targets = Vec::new();
        for def in defs {
            analyzer = def.analyzer.unwrap_or(Analyzer::Prose);
            targets.push(self.target(&def.name)?);
        }
        Ok((kind, analyzer, targets))
    }

    /// A clause on a named field. In quotes, a condition on the article holds for all its quotes.
    fn field(&self, field: Field, inner: &Query, of: Of) -> Result<Boxed> {
        match field {
            _ if *inner == Query::Unknown => return self.unknown(field, of),
            field if field.is_date() => return Ok(dates(field, inner, of)),
            Field::Confidence => return Ok(confidence(inner)),
            _ => {}
        }
        let (kind, analyzer, targets) = self.targets_of(field, of)?;
        let within = if of == Of::Reported && field == Field::Quote { Of::Reported } else { Of::Quote };
        let found = self.within(inner, analyzer, &targets, within)?;
        Ok(if of.is_quote() && kind == RecordKind::Article && !field.is_of_quote() { Box::new(QuotesOf(found)) } else { found })
    }

    /// What stands behind `field:`; bare words in it look into the field.
    fn within(&self, query: &Query, analyzer: Analyzer, targets: &[Target], of: Of) -> Result<Boxed> {
        let many =
            |children: &[Query]| -> Result<Vec<Boxed>> { children.iter().map(|child| self.within(child, analyzer, targets, of)).collect() };
        Ok(match query {
            Query::Unknown => match targets.first() {
                Some(target) => self.missing(target.name, target.kind)?,
                None => Box::new(EmptyQuery),
            },
            Query::Boost(inner, weight) => Box::new(Weighted(self.within(inner, analyzer, targets, of)?, *weight)),
            Query::Or(any) => Box::new(BooleanQuery::union(many(any)?)),
            Query::Least(least, words) => Box::new(BooleanQuery::union_with_minimum_required_clauses(many(words)?, (*least).max(1))),
            Query::SaidAs(names) => self.said_as(names, targets)?,
            Query::Group(inner) => self.within(inner, analyzer, targets, of)?,
            Query::And(_) | Query::Not(_) => {
                let children = if let Query::And(all) = query { all.as_slice() } else { std::slice::from_ref(query) };
                let mut parts: Vec<(Occur, Boxed)> = Vec::new();
                for child in children {
                    match child {
                        Query::Not(inner) => parts.push((Occur::MustNot, self.within(inner, analyzer, targets, of)?)),
                        child => parts.push((Occur::Must, self.within(child, analyzer, targets, of)?)),
                    }
                }
                if parts.iter().all(|(occur, _)| *occur == Occur::MustNot) {
                    let of_quote = targets.first().is_some_and(|target| target.kind == RecordKind::Quote);
                    parts.push((Occur::Must, self.every(if of_quote { Of::Reported } else { Of::Article })?));
                }
                Box::new(BooleanQuery::new(parts))
            }
            words if of == Of::Reported => self.said(words, targets.to_vec(), of)?,
            words => self.words(words, analyzer, targets.to_vec())?,
        })
    }

    /// Records in which a field has no value; in quotes, those of such articles.
    fn unknown(&self, field: Field, of: Of) -> Result<Boxed> {
        let of_quote = field.is_of_quote() || (of.is_quote() && field == Field::Section);
        let kind = if of_quote { RecordKind::Quote } else { RecordKind::Article };
        let name = match field {
            field if field.is_date() => date_columns(field).0,
            field => {
                let named = fields().fields.iter().find(|def| def.query.as_deref() == Some(field.name()) && def.kinds.contains(&kind));
                named.map_or("", |def| def.name.as_str())
            }
        };
        let found = self.missing(name, kind)?;
        Ok(if of.is_quote() && !of_quote { Box::new(QuotesOf(found)) } else { found })
    }

    fn missing(&self, name: &str, kind: RecordKind) -> Result<Boxed> {
        let field = self.layout.field("missing")?;
        let marked = |mark: &str| -> Boxed { Box::new(TermQuery::new(Term::from_field_text(field, mark), IndexRecordOption::Basic)) };
        let found: Boxed = match layout::present(name) {
            Some(mark) => {
                let all = self.every(if kind == RecordKind::Quote { Of::Reported } else { Of::Article })?;
                Box::new(BooleanQuery::new(vec![(Occur::Must, all), (Occur::MustNot, marked(mark))]))
            }
            None => marked(name),
        };
        Ok(Box::new(ConstScoreQuery::new(found, 0.0)))
    }

    /// Words in those of a quote, with reported clauses where they are asked for.
    fn said(&self, query: &Query, targets: Vec<Target>, of: Of) -> Result<Boxed> {
        let marked = self.words(query, Analyzer::Prose, targets)?;
        if of != Of::Reported || self.totals.reported == 0 {
            return Ok(marked);
        }
        let in_article = self.words_query(query, Analyzer::Prose, vec![self.target("body")?, self.target("summary")?])?;
        Ok(match in_article {
            Some(words) => Box::new(BooleanQuery::union(vec![marked, Box::new(ClauseQuery(words))])),
            None => marked,
        })
    }

    /// Words, and how they stand to each other, in some fields.
    fn words(&self, query: &Query, analyzer: Analyzer, targets: Vec<Target>) -> Result<Boxed> {
        Ok(match self.words_query(query, analyzer, targets)? {
            Some(words) => Box::new(words),
            None => Box::new(EmptyQuery),
        })
    }

    fn words_query(&self, query: &Query, analyzer: Analyzer, targets: Vec<Target>) -> Result<Option<WordsQuery>> {
        let (totals, borders, watch) = (self.totals, self.layout.field("borders")?, self.watch.clone());
        let leaf = Leaf::of(query, analyzer);
        Ok(leaf.map(|leaf| WordsQuery { label: query.to_string(), leaf, targets, totals, borders, watch }))
    }

    /// Quotes of speakers of exactly these names, in the articles where they are theirs.
    fn said_as(&self, names: &[SaidAs], targets: &[Target]) -> Result<Boxed> {
        let words = names.iter().map(|said| self.words(&Query::Phrase(said.name.clone()), Analyzer::Name, targets.to_vec()));
        let words = Box::new(BooleanQuery::union(words.collect::<Result<_>>()?));
        let label = format!("speaker={}", names.iter().map(|said| said.name.as_str()).collect::<Vec<_>>().join("|"));
        let wanted: HashMap<String, When> = names.iter().map(|said| (said.name.clone(), said.when.clone())).collect();
        let test: Arc<TestMaker> = Arc::new(move |segment| {
            let columns = segment.fast_fields();
            let (speakers, desks) = (columns.str("speaker")?, columns.str("desk")?);
            let (ordinal, date) = (columns.u64("ordinal")?, columns.i64("date_from")?);
            let mut numbers = HashMap::new();
            if let Some(speakers) = &speakers {
                for (name, when) in &wanted {
                    if let Some(number) = speakers.dictionary().term_ord(name.as_bytes())? {
                        numbers.insert(number, when.clone());
                    }
                }
            }
            Ok(Box::new(move |quote| {
                let Some(when) = speakers.as_ref().and_then(|column| column.ords().first(quote)).and_then(|number| numbers.get(&number))
                else {
                    return false;
                };
                if *when == When::Always {
                    return true;
                }
                let article = quote.saturating_sub(ordinal.first(quote).unwrap_or(0) as DocId);
                let mut desk = String::new();
                let has_desk = desks.as_ref().is_some_and(|column| {
                    column.ords().first(article).is_some_and(|number| column.ord_to_str(number, &mut desk).is_ok_and(|found| found))
                });
                when.holds(date.first(article).map(When::month_of), has_desk.then_some(desk.as_str()))
            }))
        });
        Ok(Box::new(BooleanQuery::new(vec![(Occur::Must, words as Boxed), (Occur::Must, Box::new(FilterQuery { test, label }))])))
    }
}

/// The columns that hold the first and the last second of a date.
fn date_columns(field: Field) -> (&'static str, &'static str) {
    match field {
        Field::Modified => ("modified_from", "modified_to"),
        Field::SaidOn => ("said_from", "said_to"),
        _ => ("date_from", "date_to"),
    }
}

/// Dates overlap the range, or hold the day of the year. A quote has its article's dates.
fn dates(field: Field, inner: &Query, of: Of) -> Boxed {
    let label = Query::Field(field, Box::new(inner.clone())).to_string();
    let fits: Arc<dyn Fn(i64, i64) -> bool + Send + Sync> = match inner {
        Query::DateRange(from, to) => {
            let (from, to) = (from.map_or(i64::MIN, |date| date.first_second()), to.map_or(i64::MAX, |date| date.last_second()));
            Arc::new(move |first, last| first <= to && last >= from)
        }
        Query::DayOfYear(month, day) => {
            let (month, day) = (*month, *day);
            Arc::new(move |first, last| Date::holds(first, last, month, day))
        }
        _ => return Box::new(EmptyQuery),
    };
    let (first, last) = date_columns(field);
    let test: Arc<TestMaker> = Arc::new(move |segment| {
        let columns = segment.fast_fields();
        let (first, last) = (columns.i64(first)?, columns.i64(last)?);
        let fits = Arc::clone(&fits);
        let holds = move |doc: DocId| first.first(doc).zip(last.first(doc)).is_some_and(|(first, last)| fits(first, last));
        if !of.is_quote() || field.is_of_quote() {
            return Ok(Box::new(holds));
        }
        let ordinal: Column<u64> = columns.u64("ordinal")?;
        Ok(Box::new(move |quote| ordinal.first(quote).is_some_and(|ordinal| holds(quote.saturating_sub(ordinal as DocId)))))
    });
    Box::new(FilterQuery { test, label })
}

fn confidence(inner: &Query) -> Boxed {
    let Query::NumberRange(from, to) = inner else { return Box::new(EmptyQuery) };
    let label = Query::Field(Field::Confidence, Box::new(inner.clone())).to_string();
    let (from, to) = (from.map_or(0, hundredths), to.map_or(u8::MAX, hundredths));
    let test: Arc<TestMaker> = Arc::new(move |segment| {
        let column = segment.fast_fields().u64("confidence")?;
        Ok(Box::new(move |doc| column.first(doc).is_some_and(|value| (u64::from(from)..=u64::from(to)).contains(&value))))
    });
    Box::new(FilterQuery { test, label })
}
