//! What a query matched in an article: only the words that made it a hit.
//!
//! Here is a bound query and a stored article, give me the spans that matched, field by field. The query is evaluated once more on the
//! stored text, by the analyzer that the index used: a phrase marks the phrase and not its words elsewhere, an alternative that did not
//! hold marks nothing, and a clause that is bound to a quote marks that quote alone.

use crate::analyze::{self, Tongue};
use crate::article::{DateRole, SectionKind};
use crate::query::{Field, Mode, Query, SaidAs, When};
use crate::quote::{Quote, QuoteKind};
use crate::record::{self, Loaded, QuoteText};
use crate::schema::Analyzer;
use crate::text::word::{Word, words};
use crate::text::{Date, Span};

/// The matches in one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldMarks {
    /// Name of the field.
    pub field: &'static str,
    /// Its text.
    pub text: String,
    /// What matched: UTF-8 bytes into `text`, in order, without overlap.
    pub spans: Vec<Span>,
}

/// The matches in one hit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Marks {
    /// Field by field; fields without a match are left out.
    pub fields: Vec<FieldMarks>,
    /// In articles mode: the quotes that satisfied clauses about a quote.
    pub quotes: Vec<usize>,
}

/// A query made ready to mark many hits.
pub struct Highlighter {
    bound: Query,
    root: Node,
    mode: Mode,
    /// Reported clauses count (in quotes mode).
    reported: bool,
}

/// A query with its words analyzed.
enum Node {
    All,
    Words(Vec<(u32, WordTest)>),
    Dates(Option<Date>, Option<Date>),
    DayOfYear(u32, u32),
    Numbers(Option<f32>, Option<f32>),
    SaidAs(Vec<SaidAs>),
    Field(Field, Box<Node>),
    And(Vec<Node>),
    Or(Vec<Node>),
    Not(Box<Node>),
    Least(usize, Vec<Node>),
    /// With: reported clauses count.
    SameQuote(Box<Node>, bool),
}

enum WordTest {
    /// A key in English or in names, and one in the language of the article, where that is another.
    Stem(String, Option<String>),
    Exact(String),
    Prefix(String),
}

/// A place where words are marked: a field, of the article or of one of its quotes.
type Place = (&'static str, Option<usize>);

/// What is being looked at, and the marks made so far.
struct Look<'a> {
    loaded: &'a Loaded,
    /// The language of its article, if it is not English.
    tongue: Option<Tongue>,
    mode: Mode,
    /// Reported clauses count where the look is at quotes.
    reported: bool,
    marks: Vec<(Place, Span)>,
    quotes: Vec<usize>,
}

impl Highlighter {
    /// Prepares a bound query (see [`crate::query::bind`]).
    pub fn new(bound: &Query, mode: Mode) -> Self {
        let root = prepare(bound, Analyzer::Prose, None);
        Self { bound: bound.clone(), root, mode, reported: mode == Mode::Quotes && bound.asks_for_indirect() }
    }

    /// The marks in an article (articles mode) or in one of its quotes (quotes mode).
    pub fn mark(&self, loaded: &Loaded, quote: Option<usize>) -> Marks {
        let scope = if self.mode == Mode::Quotes { quote } else { None };
        let mut look = self.look(loaded);
        self.with_root(loaded, |root| look.holds(root, scope, Analyzer::Prose));
        look.finish(scope)
    }

    /// True when the article, or the quote, satisfies the query.
    pub fn holds(&self, loaded: &Loaded, quote: Option<usize>) -> bool {
        let mut look = self.look(loaded);
        quote.is_none_or(|quote| look.counts(quote)) && self.with_root(loaded, |root| look.holds(root, quote, Analyzer::Prose))
    }

    fn look<'l>(&self, loaded: &'l Loaded) -> Look<'l> {
        let tongue = loaded.article.meta.language.as_deref().and_then(Tongue::of);
        Look { loaded, tongue, mode: self.mode, reported: self.reported, marks: Vec::new(), quotes: Vec::new() }
    }

    /// The query as it is asked of an article in its language.
    fn with_root<T>(&self, loaded: &Loaded, ask: impl FnOnce(&Node) -> T) -> T {
        match loaded.article.meta.language.as_deref().and_then(Tongue::of) {
            None => ask(&self.root),
            tongue => ask(&prepare(&self.bound, Analyzer::Prose, tongue)),
        }
    }
}

fn analyzer_of(field: Field) -> Analyzer {
    let fields = &crate::schema::fields().fields;
    fields.iter().find(|def| def.query.as_deref() == Some(field.name())).and_then(|def| def.analyzer).unwrap_or(Analyzer::Prose)
}

fn prepare(query: &Query, analyzer: Analyzer, tongue: Option<Tongue>) -> Node {
    let all = |children: &[Query]| children.iter().map(|child| prepare(child, analyzer, tongue)).collect();
    match query {
        Query::All => Node::All,
        Query::Word(text) | Query::Phrase(text) | Query::Prefix(text) => {
            let words = analyze::analyze(text, analyzer);
            let (first, last) = (words.first().map_or(0, |word| word.position), words.len().saturating_sub(1));
            let test = |(i, word): (usize, analyze::Analyzed)| {
                let test = match query {
                    Query::Phrase(_) => WordTest::Exact(word.folded),
                    Query::Prefix(_) if i == last => WordTest::Prefix(analyze::base(&word.folded).into_owned()),
                    _ => {
                        let told = tongue.map(|_| analyze::key_in(&word.word, tongue));
                        WordTest::Stem(word.key, told)
                    }
                };
                (word.position - first, test)
            };
            Node::Words(words.into_iter().enumerate().map(test).collect())
        }
        Query::DateRange(from, to) => Node::Dates(*from, *to),
        Query::DayOfYear(month, day) => Node::DayOfYear(*month, *day),
        Query::NumberRange(from, to) => Node::Numbers(*from, *to),
        Query::SaidAs(names) => Node::SaidAs(names.clone()),
        Query::Field(field, inner) => Node::Field(*field, Box::new(prepare(inner, analyzer_of(*field), tongue))),
        Query::And(children) => Node::And(all(children)),
        Query::Or(children) => Node::Or(all(children)),
        Query::Not(inner) => Node::Not(Box::new(prepare(inner, analyzer, tongue))),
        Query::Group(inner) => prepare(inner, analyzer, tongue),
        Query::Least(least, children) => Node::Least(*least, all(children)),
        Query::SameQuote(inner) => Node::SameQuote(Box::new(prepare(inner, analyzer, tongue)), inner.asks_for_indirect()),
    }
}

impl Look<'_> {
    /// Is this quote one of those that are asked for?
    fn counts(&self, quote: usize) -> bool {
        self.reported || self.loaded.attribution.quotes[quote].kind != QuoteKind::Indirect
    }

    /// Evaluates a node for the article or for one quote; marks what matched if it holds, nothing if not.
    fn holds(&mut self, node: &Node, quote: Option<usize>, analyzer: Analyzer) -> bool {
        let before = self.marks.len();
        let holds = match node {
            Node::All => true,
            Node::Words(words) => {
                let fields: &[Field] = if quote.is_some() { &[Field::Quote] } else { &[Field::Headline, Field::Body] };
                fields.iter().fold(false, |found, &field| self.words(words, field, quote, analyzer) | found)
            }
            Node::Field(field, inner) => self.field(*field, inner, quote, analyzer_of(*field)),
            Node::And(children) => children.iter().all(|child| self.holds(child, quote, analyzer)),
            Node::Or(children) => children.iter().fold(false, |found, child| self.holds(child, quote, analyzer) | found),
            Node::Least(least, children) => children.iter().filter(|child| self.holds(child, quote, analyzer)).count() >= *least,
            Node::Not(inner) => {
                let (marks, quotes) = (self.marks.len(), self.quotes.len());
                let excluded = self.holds(inner, quote, analyzer);
                self.marks.truncate(marks);
                self.quotes.truncate(quotes);
                !excluded
            }
            Node::SameQuote(inner, reported) => {
                let mut found = false;
                let before = std::mem::replace(&mut self.reported, *reported);
                for i in 0..self.loaded.attribution.quotes.len() {
                    if self.counts(i) && self.holds(inner, Some(i), analyzer) {
                        self.quotes.push(i);
                        found = true;
                    }
                }
                self.reported = before;
                found
            }
            Node::Dates(..) | Node::DayOfYear(..) | Node::Numbers(..) | Node::SaidAs(_) => false,
        };
        if !holds {
            self.marks.truncate(before);
        }
        holds
    }

    /// A clause on a named field.
    fn field(&mut self, field: Field, node: &Node, quote: Option<usize>, analyzer: Analyzer) -> bool {
        let before = self.marks.len();
        let holds = match node {
            Node::Dates(from, to) => self.date(field, quote).is_some_and(|date| {
                from.is_none_or(|from| date.last_second() >= from.first_second())
                    && to.is_none_or(|to| date.first_second() <= to.last_second())
            }),
            Node::DayOfYear(month, day) => {
                self.date(field, quote).is_some_and(|date| Date::holds(date.first_second(), date.last_second(), *month, *day))
            }
            Node::Numbers(from, to) => quote.is_some_and(|i| {
                let confidence = record::hundredths(self.loaded.attribution.quotes[i].confidence);
                from.is_none_or(|from| confidence >= record::hundredths(from)) && to.is_none_or(|to| confidence <= record::hundredths(to))
            }),
            Node::SaidAs(names) => quote.is_some_and(|i| self.said_as(names, i)),
            Node::Words(words) => self.words(words, field, quote, analyzer),
            Node::And(children) => children.iter().all(|child| self.field(field, child, quote, analyzer)),
            Node::Or(children) => children.iter().fold(false, |found, child| self.field(field, child, quote, analyzer) | found),
            Node::Least(least, children) => children.iter().filter(|child| self.field(field, child, quote, analyzer)).count() >= *least,
            Node::Not(inner) => {
                let marks = self.marks.len();
                let excluded = self.field(field, inner, quote, analyzer);
                self.marks.truncate(marks);
                !excluded
            }
            Node::All | Node::Field(..) | Node::SameQuote(..) => false,
        };
        if !holds {
            self.marks.truncate(before);
        }
        holds
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

    /// Marks words side by side in a field; true if they stand there.
    fn words(&mut self, tests: &[(u32, WordTest)], field: Field, quote: Option<usize>, analyzer: Analyzer) -> bool {
        let Loaded { article, attribution, .. } = self.loaded;
        let meta = &article.meta;
        let is_prose = matches!(field, Field::Headline | Field::Summary | Field::Body | Field::Quote | Field::Cue);
        let tongue = self.tongue.filter(|_| is_prose);
        let own = |text: &Option<String>| text.clone().unwrap_or_default();
        let of_quote = |text: &dyn Fn(&Quote) -> String| quote.map(|i| text(&attribution.quotes[i])).unwrap_or_default();
        let text = match field {
            Field::Body | Field::Summary => {
                let found = find(tests, article.body(), analyzer, tongue);
                let wanted = |span: &Span| {
                    field == Field::Body || article.section_at(span.start).is_some_and(|section| section.kind == SectionKind::Summary)
                };
                let before = self.marks.len();
                self.marks.extend(found.into_iter().filter(wanted).map(|span| (("body", None), span)));
                return self.marks.len() > before;
            }
            Field::Headline => own(&meta.headline),
            Field::Byline => record::byline(meta),
            Field::Desk => own(&meta.desk),
            Field::Publisher => own(&meta.publisher),
            Field::Section if quote.is_none() => record::crossheads(article),
            Field::Section => {
                of_quote(&|quote| article.crosshead_at(quote.parts.first().map_or(0, |part| part.start)).unwrap_or_default().to_owned())
            }
            Field::Quote => of_quote(&|quote| record::quote_text(article.body(), quote).text),
            Field::Speaker => of_quote(&|quote| record::speaker_text(article, attribution, quote).to_owned()),
            Field::Role => of_quote(&|quote| record::role_text(attribution, quote)),
            Field::Cue => of_quote(&|quote| quote.cue.map(|cue| cue.of(article.body())).unwrap_or_default().to_owned()),
            Field::Kind => of_quote(&|quote| record::kind_text(quote.kind).to_owned()),
            Field::Place => meta.dateline.as_ref().map(|line| own(&line.place)).unwrap_or_default(),
            Field::Agency => meta.dateline.as_ref().map(|line| own(&line.agency)).unwrap_or_default(),
            Field::Language => own(&meta.language),
            Field::DateConflict => record::date_conflict(meta).to_owned(),
            Field::Confidence | Field::Date | Field::On | Field::Modified | Field::SaidOn => return false,
        };
        let found = find(tests, &text, analyzer, tongue);
        // In an article a speaker is marked where the quote names them, as far as it does in the words asked for.
        if let (Mode::Articles, Field::Speaker, false, Some(mention)) =
            (self.mode, field, found.is_empty(), quote.and_then(|i| attribution.quotes[i].mention))
        {
            let inside = find(tests, mention.of(article.body()), analyzer, None);
            self.marks.extend(
                inside.iter().map(|span| (("body", None), Span { start: mention.start + span.start, end: mention.start + span.end })),
            );
        }
        // Of the clause around words in marks: what does not stand in the marks.
        let mixed = quote.map(|i| (i, &attribution.quotes[i])).filter(|(_, quote)| quote.kind == QuoteKind::Mixed);
        if let Some((i, mixed)) = mixed.filter(|_| self.reported && field == Field::Quote) {
            let around = find(tests, mixed.content.of(article.body()), analyzer, tongue).into_iter().filter(|span| {
                let span = Span { start: mixed.content.start + span.start, end: mixed.content.start + span.end };
                !mixed.parts.iter().any(|part| part.contains(span))
            });
            let before = self.marks.len();
            self.marks.extend(around.map(|span| (("clause", Some(i)), span)));
            if self.marks.len() > before {
                self.marks.extend(found.iter().map(|&span| (("quote", Some(i)), span)));
                return true;
            }
        }
        let place = (field.name(), quote.filter(|_| field.is_of_quote()));
        self.marks.extend(found.iter().map(|&span| (place, span)));
        !found.is_empty()
    }

    /// The marks field by field. In articles mode what was found in quotes is shown where it stands in the body.
    fn finish(self, scope: Option<usize>) -> Marks {
        let Loaded { article, attribution, .. } = self.loaded;
        let mut fields: Vec<FieldMarks> = Vec::new();
        let mut add =
            |field: &'static str, text: &dyn Fn() -> String, span: Span| match fields.iter_mut().find(|marks| marks.field == field) {
                Some(marks) => marks.spans.push(span),
                None => fields.push(FieldMarks { field, text: text(), spans: vec![span] }),
            };
        let body = || article.body().to_owned();
        for ((field, quote), span) in self.marks {
            let text_of = |quote: &Quote| record::quote_text(article.body(), quote);
            match (field, quote.map(|i| &attribution.quotes[i])) {
                ("body", _) => add("body", &body, span),
                ("quote", Some(quote)) => {
                    let QuoteText { text, parts } = text_of(quote);
                    for (part, at) in parts.iter().zip(&quote.parts) {
                        let Some(Span { start, end }) = cut(&text, span, *part) else { continue };
                        match scope {
                            Some(_) => add("quote", &|| text.clone(), Span { start, end }),
                            None => add("body", &body, Span { start: start - part.start + at.start, end: end - part.start + at.start }),
                        }
                    }
                }
                ("clause", Some(quote)) => match scope {
                    Some(_) => add("clause", &|| quote.content.of(article.body()).replace('\n', " "), span),
                    None => add("body", &body, Span { start: quote.content.start + span.start, end: quote.content.start + span.end }),
                },
                // A cue is marked where it stands.
                ("cue", Some(quote)) if scope.is_none() => {
                    if let Some(cue) = quote.cue {
                        add("body", &body, Span { start: cue.start + span.start, end: cue.start + span.end });
                    }
                }
                (_, Some(_)) if scope.is_none() => {}
                ("speaker", Some(quote)) => add(field, &|| record::speaker_text(article, attribution, quote).to_owned(), span),
                ("role", Some(quote)) => add(field, &|| record::role_text(attribution, quote), span),
                ("cue", Some(quote)) => add(field, &|| quote.cue.map(|cue| cue.of(article.body())).unwrap_or_default().to_owned(), span),
                ("headline", _) => add(field, &|| article.meta.headline.clone().unwrap_or_default(), span),
                ("byline", _) => add(field, &|| record::byline(&article.meta), span),
                ("desk", _) => add(field, &|| article.meta.desk.clone().unwrap_or_default(), span),
                ("publisher", _) => add(field, &|| article.meta.publisher.clone().unwrap_or_default(), span),
                ("place", _) => {
                    add(field, &|| article.meta.dateline.as_ref().and_then(|line| line.place.clone()).unwrap_or_default(), span);
                }
                ("agency", _) => {
                    add(field, &|| article.meta.dateline.as_ref().and_then(|line| line.agency.clone()).unwrap_or_default(), span);
                }
                ("section", _) => {
                    let crosshead = || match scope.and_then(|i| attribution.quotes[i].parts.first()) {
                        Some(part) => article.crosshead_at(part.start).unwrap_or_default().to_owned(),
                        None => record::crossheads(article),
                    };
                    add(field, &crosshead, span);
                }
                _ => {}
            }
        }
        for marks in &mut fields {
            marks.spans = merged(std::mem::take(&mut marks.spans));
        }
        let mut quotes = self.quotes;
        quotes.sort_unstable();
        quotes.dedup();
        Marks { fields, quotes }
    }
}

/// What of a match lies in a part of a quote: from its first to its last word there.
fn cut(text: &str, span: Span, part: Span) -> Option<Span> {
    let (start, end) = (span.start.max(part.start), span.end.min(part.end));
    let inside = Span { start, end: end.max(start) };
    let mut found = words(inside.of(text)).map(|word| word.span);
    let first = found.next()?;
    let last = found.last().unwrap_or(first);
    Some(Span { start: start + first.start, end: start + last.end })
}

/// Spans in order, overlapping ones made one.
fn merged(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable();
    let mut out: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match out.last_mut() {
            Some(last) if span.start < last.end => last.end = last.end.max(span.end),
            _ => out.push(span),
        }
    }
    out
}

/// Where words stand side by side in a text: for each place one span from the first to the last.
fn find(tests: &[(u32, WordTest)], text: &str, analyzer: Analyzer, tongue: Option<Tongue>) -> Vec<Span> {
    let Some(((_, first), rest)) = tests.split_first() else { return Vec::new() };
    let all: Vec<Word> = words(text).collect();
    let mut found = Vec::new();
    for (i, word) in all.iter().enumerate() {
        if !first.matches(word.span.of(text), analyzer, tongue) {
            continue;
        }
        let mut end = word.span.end;
        let mut at = i;
        let run = rest.iter().all(|(offset, test)| {
            let wanted = word.position + offset;
            while at + 1 < all.len() && all[at].position < wanted {
                at += 1;
            }
            end = all[at].span.end;
            all[at].position == wanted && test.matches(all[at].span.of(text), analyzer, tongue)
        });
        if run {
            found.push(Span { start: word.span.start, end });
        }
    }
    found
}

impl WordTest {
    fn matches(&self, word: &str, analyzer: Analyzer, tongue: Option<Tongue>) -> bool {
        let wanted = match self {
            WordTest::Stem(text, _) | WordTest::Exact(text) | WordTest::Prefix(text) => text,
        };
        // A word and its key agree in their first two letters: most words are told apart by the first alone.
        if let (Some(&a), Some(&b), None) = (word.as_bytes().first(), wanted.as_bytes().first(), tongue)
            && a.is_ascii_alphabetic()
            && b.is_ascii_alphabetic()
            && !a.eq_ignore_ascii_case(&b)
        {
            return false;
        }
        if let (WordTest::Stem(_, Some(key)), Some(_)) = (self, tongue) {
            return analyze::key_in(word, tongue) == *key;
        }
        let folded = analyze::fold(word);
        match self {
            WordTest::Stem(key, _) => analyze::key(&folded, analyzer) == *key,
            WordTest::Exact(form) => folded == *form || analyze::comparable(folded.into(), tongue) == *form,
            WordTest::Prefix(prefix) => {
                let form = analyze::comparable(folded.into(), tongue);
                form.starts_with(prefix) || analyze::base(&form).starts_with(prefix.as_str())
            }
        }
    }
}
