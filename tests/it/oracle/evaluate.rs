//! A query asked of one article or one quote: the rules of docs/query.md, one after the other, without any index.
//! Long because the rules call each other, and because each is written out where the page has it.

use super::form::{Case, Manner, Place, places};
use super::text::{self, Token};
use chrono::{Datelike, Days};
use onrecord::article::{BlockKind, DateRole, SectionKind};
use onrecord::query::{Field, Mode, Near, Query, Scope};
use onrecord::quote::{Quote, QuoteKind};
use onrecord::record::Loaded;
use onrecord::text::Date;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::{Deref, Range};
use std::rc::Rc;

/// What is marked, field by field: bytes into its text, in order, without overlap. The words of a quote are marked in the body: of a quote
/// hit as the field `quote`.
pub(super) type Marks = BTreeMap<&'static str, Vec<(usize, usize)>>;

/// What was found: which field, of which quote, from where to where.
type Found = Vec<(&'static str, Option<usize>, usize, usize)>;

/// The words of the fields of an article and of its quotes.
type Fields = HashMap<(Field, Option<usize>), Rc<[Token]>>;

/// An article with the words of all its texts.
pub(super) struct Oracle<'a> {
    loaded: &'a Loaded,
    headline: Vec<Token>,
    summary: Vec<Token>,
    /// The text without its summary.
    rest: Vec<Token>,
    /// The words of each quote: those in marks, and those of its whole clause.
    quotes: Vec<(Vec<Token>, Vec<Token>)>,
    /// What was found in other fields of the article and of its quotes, so that nothing is looked for twice.
    known: RefCell<HashMap<String, Option<Found>>>,
    fields: RefCell<Fields>,
}

/// The words of a text, or of a part of one.
enum Words<'t> {
    Part(&'t [Token]),
    Kept(Rc<[Token]>),
}

impl Deref for Words<'_> {
    type Target = [Token];

    fn deref(&self) -> &[Token] {
        match self {
            Self::Part(tokens) => tokens,
            Self::Kept(tokens) => tokens,
        }
    }
}

/// What a condition is asked of.
#[derive(Clone, Copy)]
struct Ask<'t> {
    mode: Mode,
    /// The quote that must hold it; `None`: the article.
    quote: Option<usize>,
    /// Reported clauses count.
    reported: bool,
    field: Option<Field>,
    case: Case,
    part: Option<Scope>,
    /// In how many places at least.
    least: u32,
    /// The words below one crosshead.
    below: Option<&'t [Token]>,
}

impl<'a> Oracle<'a> {
    pub(super) fn new(loaded: &'a Loaded) -> Self {
        let article = &loaded.article;
        let body = article.body();
        let sections = |is_summary: bool| {
            let sections = article.sections().iter().filter(|section| (section.kind == SectionKind::Summary) == is_summary);
            let pieces: Vec<_> = sections.map(|section| (section.span.of(body), section.span.start as usize)).collect();
            text::joined(&pieces, "").1
        };
        let (summary, rest) = (sections(true), sections(false));
        let quote = |quote: &Quote| {
            let span = quote.content.range();
            let section = article.sections().iter().find(|section| section.span.range().contains(&span.start));
            let is_whole = quote.kind != QuoteKind::Direct && section.is_some_and(|section| section.span.contains(quote.content));
            let clause: Vec<Token> = match section.filter(|_| is_whole) {
                Some(section) => {
                    let around = if section.kind == SectionKind::Summary { &summary } else { &rest };
                    inside(around, span).to_vec()
                }
                None => Vec::new(),
            };
            (quote_words(body, quote), clause)
        };
        let quotes = loaded.attribution.quotes.iter().map(quote).collect();
        let headline = text::name(article.meta.headline.as_deref().unwrap_or_default());
        Self { loaded, headline, summary, rest, quotes, known: RefCell::default(), fields: RefCell::default() }
    }

    /// The marks of the article if it is a hit.
    pub(super) fn article(&self, query: &Query) -> Option<Marks> {
        self.known.borrow_mut().clear();
        let ask = Ask { mode: Mode::Articles, ..Ask::of_quote(None, false) };
        Some(self.marks(self.bound(query, ask)?, Mode::Articles))
    }

    /// The marks of one of its quotes if that is a hit.
    pub(super) fn quote(&self, query: &Query, quote: usize) -> Option<Marks> {
        let reported = asks_for_reported(query);
        if quote == 0 {
            self.known.borrow_mut().clear();
        }
        if self.spoken(quote).kind == QuoteKind::Indirect && !reported {
            return None;
        }
        Some(self.marks(self.bound(query, Ask::of_quote(Some(quote), reported))?, Mode::Quotes))
    }

    pub(super) fn quotes(&self) -> usize {
        self.quotes.len()
    }

    fn spoken(&self, quote: usize) -> &Quote {
        &self.loaded.attribution.quotes[quote]
    }

    /// What binds to what: in articles the clauses about a quote of one AND-group speak of one quote.
    fn bound(&self, query: &Query, ask: Ask<'_>) -> Option<Found> {
        match query {
            Query::And(clauses) => self.group(clauses, ask),
            Query::Group(inner) => self.bound(inner, ask),
            Query::Or(any) => one_of(any.iter().map(|one| self.bound(one, ask)), 1),
            single => self.group(std::slice::from_ref(single), ask),
        }
    }

    fn group(&self, clauses: &[Query], ask: Ask<'_>) -> Option<Found> {
        if ask.quote.is_some() {
            return all_of(clauses.iter().map(|clause| self.clause(clause, ask)));
        }
        let (of_quote, others): (Vec<&Query>, Vec<&Query>) = clauses.iter().partition(|clause| is_of_quote(clause));
        let mut found = all_of(others.into_iter().map(|clause| self.clause(clause, ask)))?;
        if of_quote.iter().all(|clause| is_negated(clause)) {
            // Each excludes by itself.
            let excluded = of_quote.iter().any(|clause| {
                let asked = Query::Not(Box::new((*clause).clone()));
                self.one_quote(&[&asked]).is_some()
            });
            return if excluded { None } else { Some(found) };
        }
        found.extend(self.one_quote(&of_quote)?);
        Some(found)
    }

    /// All of this of one quote; with the marks of each such quote.
    fn one_quote(&self, clauses: &[&Query]) -> Option<Found> {
        let reported = clauses.iter().any(|clause| asks_for_reported(clause));
        let satisfies = |quote: usize| {
            let counts = reported || self.spoken(quote).kind != QuoteKind::Indirect;
            let ask = Ask { mode: Mode::Articles, ..Ask::of_quote(Some(quote), reported) };
            if counts { all_of(clauses.iter().map(|clause| self.clause(clause, ask))) } else { None }
        };
        one_of((0..self.quotes.len()).map(satisfies), 1)
    }

    fn clause(&self, clause: &Query, ask: Ask<'_>) -> Option<Found> {
        match clause {
            Query::All => Some(Vec::new()),
            Query::Not(inner) => match &**inner {
                Query::Not(twice) => self.clause(twice, ask),
                _ => not(self.clause(inner, ask)),
            },
            Query::And(_) | Query::Or(_) | Query::Group(_) => self.bound(clause, ask),
            Query::Boost(inner, _) => self.clause(inner, ask),
            Query::Said(speaker, rest) => {
                let by = Query::Field(Field::Speaker, speaker.clone());
                let rest = Query::Group(rest.clone());
                match ask.quote {
                    Some(_) => all_of([&by, &rest].into_iter().map(|clause| self.clause(clause, ask))),
                    None => self.one_quote(&[&by, &rest]),
                }
            }
            Query::Within(crosshead, rest) => self.within(crosshead, rest, ask),
            Query::Field(field, value) => self.value(value, Ask { field: Some(*field), ..ask }),
            words => self.value(words, ask),
        }
    }

    /// Below one crosshead: words of the article; quotes that stand there.
    fn within(&self, crosshead: &Query, rest: &Query, ask: Ask<'_>) -> Option<Found> {
        let under = Query::Field(Field::Section, Box::new(crosshead.clone()));
        let clauses = if let Query::And(all) = rest { all.iter().collect() } else { vec![rest] };
        if ask.quote.is_some() {
            return all_of([vec![&under], clauses].concat().into_iter().map(|clause| self.clause(clause, ask)));
        }
        let (mut of_quote, words): (Vec<&Query>, Vec<&Query>) = clauses.into_iter().partition(|clause| is_of_quote(clause));
        let mut found = Vec::new();
        if !words.is_empty() {
            let body = self.loaded.article.body();
            let sections = self.loaded.article.sections().iter().map(|section| {
                let heading = section.heading?;
                let around = if section.kind == SectionKind::Summary { &self.summary } else { &self.rest };
                let tokens = inside(around, heading.end as usize..section.span.end as usize);
                let holds = self.value(crosshead, Ask { below: Some(&text::name(heading.of(body))), ..ask });
                holds.and_then(|_| all_of(words.iter().map(|word| self.value(word, Ask { below: Some(tokens), ..ask }))))
            });
            found = one_of(sections, 1)?;
        }
        if !of_quote.is_empty() {
            of_quote.push(&under);
            found.extend(self.one_quote(&of_quote)?);
        }
        Some(found)
    }

    /// Words, and what stands behind a field: AND, OR, NOT of them.
    fn value(&self, value: &Query, ask: Ask<'_>) -> Option<Found> {
        match value {
            Query::And(all) => all_of(all.iter().map(|one| self.value(one, ask))),
            Query::Or(any) if ask.least == 1 => one_of(any.iter().map(|one| self.value(one, ask)), 1),
            Query::Least(least, any) => one_of(any.iter().map(|one| self.value(one, ask)), *least),
            Query::Group(inner) | Query::Boost(inner, _) => self.value(inner, ask),
            Query::Not(inner) => match &**inner {
                Query::Not(twice) => self.value(twice, ask),
                _ => not(self.value(inner, ask)),
            },
            Query::Scope(Scope::Caps, inner) => self.value(inner, Ask { case: Case::Typed, ..ask }),
            Query::Scope(part, inner) => self.value(inner, Ask { part: Some(*part), quote: None, ..ask }),
            Query::AtLeast(least, inner) => self.value(inner, Ask { least: *least, ..ask }),
            Query::Near(near) => match without_and(value) {
                Query::Near(_) => self.leaf(&Query::Near(near.clone()), ask),
                each => self.value(&each, ask),
            },
            Query::DateRange(from, to) => {
                let date = self.date(ask)?;
                let begins = to.is_none_or(|to| date.first_second() <= to.last_second());
                let ends = from.is_none_or(|from| date.last_second() >= from.first_second());
                (begins && ends).then(Vec::new)
            }
            Query::DayOfYear(month, day) => {
                let date = self.date(ask)?;
                let last = chrono::DateTime::from_timestamp(date.last_second(), 0)?.date_naive();
                let mut days = (0..=366).filter_map(|days| date.local_day().checked_add_days(Days::new(days)));
                days.any(|one| one <= last && (one.month(), one.day()) == (*month, *day)).then(Vec::new)
            }
            Query::NumberRange(from, to) => {
                let hundredths = |number: f32| (number * 100.0).round() as i32;
                let sure = hundredths(self.spoken(ask.quote?).confidence);
                let fits = from.is_none_or(|from| hundredths(from) <= sure) && to.is_none_or(|to| sure <= hundredths(to));
                fits.then(Vec::new)
            }
            Query::Unknown => self.is_unknown(ask).then(Vec::new),
            leaf => self.leaf(leaf, ask),
        }
    }

    fn leaf(&self, leaf: &Query, ask: Ask<'_>) -> Option<Found> {
        let name = if ask.case == Case::Any { Case::Name } else { ask.case };
        match ask.field {
            Some(Field::About) => {
                let named = self.leaf(leaf, Ask { field: Some(Field::Quote), case: name, ..ask })?;
                let by_themselves = self.leaf(leaf, Ask { field: Some(Field::Speaker), least: 1, ..ask });
                return if by_themselves.is_none() { Some(named) } else { None };
            }
            Some(Field::Mention) => {
                let fields = [Field::Headline, Field::Body];
                return one_of(fields.into_iter().map(|field| self.leaf(leaf, Ask { field: Some(field), case: name, ..ask })), 1);
            }
            _ => {}
        }
        // A condition on the article is the same for all of its quotes.
        let of_article = ask.field.is_some_and(|field| !of_quote(field) && field != Field::Section);
        let ask = Ask { quote: ask.quote.filter(|_| !of_article), ..ask };
        let own_words = matches!(ask.field, None | Some(Field::Quote)) && ask.below.is_none();
        if let (Some(quote), true) = (ask.quote, own_words) {
            return self.own_words(leaf, quote, ask);
        }
        if ask.below.is_some() {
            return self.in_texts(leaf, ask);
        }
        let known = format!("{leaf:?} {:?}", (ask.mode, ask.quote, ask.field, ask.case, ask.part, ask.least));
        if let Some(found) = self.known.borrow().get(&known) {
            return found.clone();
        }
        let found = self.in_texts(leaf, ask);
        self.known.borrow_mut().insert(known, found.clone());
        found
    }

    /// Words in some texts, counted in all of them together.
    fn in_texts(&self, leaf: &Query, ask: Ask<'_>) -> Option<Found> {
        let texts = self.texts(ask);
        let manner = Manner { stems: !ask.field.is_some_and(is_name), case: ask.case };
        let found: Vec<(&'static str, &[Token], Vec<Place>)> =
            texts.iter().map(|(field, tokens)| (*field, &**tokens, places(leaf, tokens, manner))).collect();
        if found.iter().map(|(_, _, places)| begins(places)).sum::<u32>() < ask.least {
            return None;
        }
        let mut marks: Found =
            found.iter().flat_map(|(field, tokens, places)| spans(tokens, places).map(|(a, b)| (*field, ask.quote, a, b))).collect();
        // In an article the speaker is marked where the quote names them.
        if let (Some(Field::Speaker), Some(quote), Mode::Articles) = (ask.field, ask.quote, ask.mode)
            && let Some(mention) = self.spoken(quote).mention
        {
            let tokens = text::joined(&[(mention.of(self.loaded.article.body()), mention.start as usize)], "").1;
            marks.extend(spans(&tokens, &places(leaf, &tokens, manner)).map(|(a, b)| ("body", None, a, b)));
        }
        Some(marks)
    }

    /// The words of a quote: those in marks; where reported clauses are asked for, those of its clause, too.
    fn own_words(&self, leaf: &Query, quote: usize, ask: Ask<'_>) -> Option<Found> {
        let (marked, clause) = &self.quotes[quote];
        let mut texts = vec![];
        if self.spoken(quote).kind != QuoteKind::Indirect {
            texts.push(marked);
        }
        if ask.reported {
            texts.push(clause);
        }
        let manner = Manner { stems: true, case: ask.case };
        let found: Vec<_> = texts.into_iter().map(|tokens| (tokens, places(leaf, tokens, manner))).collect();
        let is_enough = found.iter().any(|(_, places)| begins(places) >= ask.least);
        is_enough
            .then(|| found.iter().flat_map(|(tokens, places)| spans(tokens, places).map(|(a, b)| ("quote", Some(quote), a, b))).collect())
    }

    /// The texts that a clause asks: field by field.
    fn texts<'t>(&'t self, ask: Ask<'t>) -> Vec<(&'static str, Words<'t>)> {
        fn text(tokens: &[Token]) -> (&'static str, Words<'_>) {
            ("body", Words::Part(tokens))
        }
        if let Some(tokens) = ask.below {
            return vec![text(tokens)];
        }
        let headline = ("headline", Words::Part(&self.headline));
        match (ask.field, ask.part) {
            (_, Some(Scope::Head)) => {
                let article = &self.loaded.article;
                let blocks = article.sections().iter().filter(|section| section.kind != SectionKind::Summary).flat_map(|s| &s.blocks);
                let first = blocks.into_iter().find(|block| block.kind != BlockKind::Heading);
                let first = first.map_or(0..0, |block| block.span.range());
                vec![headline, text(&self.summary), text(inside(&self.rest, first))]
            }
            (_, Some(Scope::First(count))) => {
                let count = count as usize;
                let of_rest = count.saturating_sub(self.summary.len()).min(self.rest.len());
                vec![text(&self.summary[..count.min(self.summary.len())]), text(&self.rest[..of_rest])]
            }
            (None, _) => vec![headline, text(&self.summary), text(&self.rest)],
            (Some(Field::Headline), _) => vec![headline],
            (Some(Field::Body), _) => vec![text(&self.summary), text(&self.rest)],
            (Some(Field::Summary), _) => vec![text(&self.summary)],
            (Some(field), _) => {
                let read = || {
                    let text = self.field_text(field, ask.quote);
                    // Each crosshead is a paragraph.
                    if field == Field::Section { text::tokens(&text).into() } else { text::name(&text).into() }
                };
                let tokens: Rc<[Token]> = Rc::clone(self.fields.borrow_mut().entry((field, ask.quote)).or_insert_with(read));
                vec![(field.name(), Words::Kept(tokens))]
            }
        }
    }

    fn field_text(&self, field: Field, quote: Option<usize>) -> String {
        let Loaded { article, attribution, .. } = self.loaded;
        let (meta, body) = (&article.meta, article.body());
        let line = |of: &dyn Fn(&onrecord::article::Dateline) -> Option<String>| meta.dateline.as_ref().and_then(of).unwrap_or_default();
        let quote = quote.map(|quote| self.spoken(quote));
        let speaker = quote.and_then(|quote| attribution.speakers.get(quote.speaker?));
        match field {
            Field::Headline => meta.headline.clone().unwrap_or_default(),
            Field::Byline => meta.byline.clone().unwrap_or_else(|| meta.authors.join(", ")),
            Field::Desk => meta.desk.clone().unwrap_or_default(),
            Field::Publisher => meta.publisher.clone().unwrap_or_default(),
            Field::Language => meta.language.clone().unwrap_or_default(),
            Field::Place => line(&|line| line.place.clone()),
            Field::Agency => line(&|line| line.agency.clone()),
            Field::DateConflict => match (meta.dates.is_empty(), meta.date_conflict) {
                (true, _) => String::new(),
                (_, conflict) => if conflict { "yes" } else { "no" }.to_owned(),
            },
            Field::Section => match quote {
                Some(quote) => {
                    let start = quote.parts[0].start;
                    let section = article.sections().iter().find(|section| section.span.range().contains(&(start as usize)));
                    section.and_then(|section| section.heading).map_or("", |heading| heading.of(body)).to_owned()
                }
                None => {
                    let heads = article.sections().iter().filter_map(|section| section.heading);
                    heads.map(|heading| heading.of(body)).collect::<Vec<_>>().join("\n")
                }
            },
            Field::Speaker => match (speaker.and_then(|speaker| speaker.name.clone()), quote.and_then(|quote| quote.mention)) {
                (Some(name), _) => name,
                (None, mention) => mention.map_or("", |mention| mention.of(body)).to_owned(),
            },
            Field::Role => {
                let role = speaker.and_then(|speaker| speaker.role.clone()).unwrap_or_default();
                match speaker.and_then(|speaker| speaker.organisation.clone()) {
                    Some(organisation) if !role.contains(&organisation) => format!("{role}\n{organisation}"),
                    _ => role,
                }
            }
            Field::Cue => quote.and_then(|quote| quote.cue).map_or("", |cue| cue.of(body)).to_owned(),
            Field::Kind => quote.map_or(String::new(), |quote| format!("{:?}", quote.kind).to_lowercase()),
            _ => String::new(),
        }
    }

    fn date(&self, ask: Ask<'_>) -> Option<Date> {
        let meta = &self.loaded.article.meta;
        match ask.field {
            Some(Field::Modified) => meta.dates.iter().find(|dating| dating.role == DateRole::Modified).map(|dating| dating.date),
            Some(Field::SaidOn) => self.spoken(ask.quote?).said_on.map(|said| said.date),
            _ => meta.date,
        }
    }

    fn is_unknown(&self, ask: Ask<'_>) -> bool {
        match (ask.field, ask.quote) {
            (Some(Field::Date | Field::On | Field::Modified | Field::SaidOn), _) => self.date(ask).is_none(),
            (Some(Field::Speaker), Some(quote)) => {
                let speaker = self.spoken(quote).speaker.map(|speaker| &self.loaded.attribution.speakers[speaker]);
                speaker.is_none_or(|speaker| speaker.name.is_none())
            }
            (Some(Field::Summary), _) => self.loaded.article.sections().iter().all(|section| section.kind != SectionKind::Summary),
            (Some(field), quote) => self.field_text(field, quote).is_empty(),
            (None, _) => false,
        }
    }

    /// As they are shown: in an article all that was found in a quote stands in the body, as far as it does.
    fn marks(&self, found: Found, mode: Mode) -> Marks {
        let mut marks = Marks::new();
        for (field, quote, start, end) in found {
            let shift = |by: usize| (start + by, end + by);
            let (field, span) = match (field, quote, mode) {
                ("quote", _, Mode::Articles) => ("body", (start, end)),
                ("cue", Some(quote), Mode::Articles) => ("body", shift(self.spoken(quote).cue.map_or(0, |cue| cue.start as usize))),
                ("speaker" | "role" | "section", Some(_), Mode::Articles) | ("kind" | "language" | "date-conflict", ..) => continue,
                (field, ..) => (field, (start, end)),
            };
            marks.entry(field).or_default().push(span);
        }
        marks.values_mut().for_each(|spans| *spans = merged(std::mem::take(spans)));
        marks
    }
}

impl Ask<'_> {
    fn of_quote(quote: Option<usize>, reported: bool) -> Self {
        Self { mode: Mode::Quotes, quote, reported, field: None, case: Case::Any, part: None, least: 1, below: None }
    }
}

/// The words that begin within some bytes.
fn inside(tokens: &[Token], bytes: Range<usize>) -> &[Token] {
    let before = |byte: usize| tokens.iter().filter(|token| token.start < byte).count();
    &tokens[before(bytes.start)..before(bytes.end).max(before(bytes.start))]
}

/// The words in marks. A part goes on where the one before it ended, fragments of a clause have a gap between them. The words stand in the
/// sentences of the quote, and in the paragraphs of the text.
fn quote_words(body: &str, quote: &Quote) -> Vec<Token> {
    let lines: Vec<String> = quote.parts.iter().map(|part| part.of(body).replace('\n', " ")).collect();
    let pieces: Vec<(&str, usize)> = lines.iter().zip(&quote.parts).map(|(line, part)| (line.as_str(), part.start as usize)).collect();
    let mut tokens = text::joined(&pieces, if quote.kind == QuoteKind::Mixed { " … " } else { " " }).1;
    for token in &mut tokens {
        token.paragraph = body[..token.start].matches('\n').count();
    }
    // A sentence never runs into the next paragraph.
    let sentences: BTreeSet<(usize, usize)> = tokens.iter().map(|token| (token.paragraph, token.sentence)).collect();
    for token in &mut tokens {
        token.sentence = sentences.range(..(token.paragraph, token.sentence)).count();
    }
    tokens
}

/// Bytes of what is marked, cut where the words stand in different pieces of a text.
fn spans<'t>(tokens: &'t [Token], places: &'t [Place]) -> impl Iterator<Item = (usize, usize)> + 't {
    places.iter().flat_map(|place| &place.marks).flat_map(|(first, last)| {
        let pieces = tokens[*first..=*last].chunk_by(|a, b| a.piece == b.piece);
        pieces.map(|piece| (piece[0].start, piece[piece.len() - 1].end))
    })
}

/// Two matches that begin at one word are one place.
fn begins(places: &[Place]) -> u32 {
    places.iter().map(|place| place.first).collect::<BTreeSet<_>>().len() as u32
}

pub(super) fn merged(mut spans: Vec<(usize, usize)>) -> Vec<(usize, usize)> {
    spans.sort_unstable();
    let mut out: Vec<(usize, usize)> = Vec::new();
    for (start, end) in spans {
        match out.last_mut() {
            Some(last) if start < last.1 => last.1 = last.1.max(end),
            _ => out.push((start, end)),
        }
    }
    out
}

fn all_of(conditions: impl Iterator<Item = Option<Found>>) -> Option<Found> {
    conditions.collect::<Option<Vec<Found>>>().map(|found| found.concat())
}

/// At least so many of these.
fn one_of(conditions: impl Iterator<Item = Option<Found>>, least: usize) -> Option<Found> {
    let found: Vec<Found> = conditions.flatten().collect();
    (found.len() >= least).then(|| found.concat())
}

fn not(found: Option<Found>) -> Option<Found> {
    if found.is_some() { None } else { Some(Vec::new()) }
}

/// The fields that hold names.
fn is_name(field: Field) -> bool {
    use Field::{Agency, Byline, DateConflict, Desk, Kind, Language, Place, Publisher, Speaker};
    matches!(field, Byline | Desk | Publisher | Place | Agency | Language | DateConflict | Speaker | Kind)
}

/// The fields of a quote.
fn of_quote(field: Field) -> bool {
    use Field::{About, Confidence, Cue, Kind, Quote, Role, SaidOn, Speaker};
    matches!(field, Speaker | About | Role | Quote | Cue | Kind | Confidence | SaidOn)
}

fn is_of_quote(clause: &Query) -> bool {
    match clause {
        Query::Field(field, _) => of_quote(*field),
        Query::Not(inner) | Query::Boost(inner, _) => is_of_quote(inner),
        _ => false,
    }
}

fn is_negated(clause: &Query) -> bool {
    matches!(clause, Query::Not(inner) if !is_negated(inner))
}

/// `kind:indirect`, not negated, alone or among others.
fn asks_for_reported(query: &Query) -> bool {
    let is_indirect = |value: &Query| value.any(&|one| matches!(one, Query::Word(kind) if kind == "indirect"));
    match query {
        Query::Not(inner) => matches!(&**inner, Query::Not(twice) if asks_for_reported(twice)),
        Query::Field(Field::Kind, value) => match &**value {
            Query::And(all) | Query::Or(all) => all.iter().any(|one| !is_negated(one) && is_indirect(one)),
            value => !is_negated(value) && is_indirect(value),
        },
        _ => query.children().into_iter().any(asks_for_reported),
    }
}

/// Beside a connector a group with AND means each of its words: `(a b) w/5 c` is `(a w/5 c) (b w/5 c)`.
fn without_and(query: &Query) -> Query {
    each(query, &Query::clone)
}

/// The same with each side of a connector that is one place replaced.
fn each(query: &Query, change: &dyn Fn(&Query) -> Query) -> Query {
    let list = |all: &[Query]| all.iter().map(|one| each(one, change)).collect();
    let holds_and = |query: &Query| query.any(&|one| matches!(one, Query::And(_)));
    match query {
        Query::Group(inner) => each(inner, change),
        Query::And(all) => Query::And(list(all)),
        Query::Or(any) if any.iter().any(holds_and) => Query::Or(list(any)),
        Query::Scope(scope, inner) => each(inner, &|one| change(&Query::Scope(*scope, Box::new(one.clone())))),
        Query::Near(near) => each(&near.left, &|left| {
            each(&near.right, &|right| {
                change(&Query::Near(Box::new(Near { left: left.clone(), right: right.clone(), reach: near.reach, ordered: near.ordered })))
            })
        }),
        one => change(one),
    }
}
