//! What a query matched in an article: only the words that made it a hit.
//!
//! Here is a bound query and a stored article, give me the spans that matched, field by field. The query is evaluated once more on the
//! stored text, by the patterns that the index looked for: a phrase marks the phrase and not its words elsewhere, nearness marks the words that
//! stand near each other, an alternative that did not hold marks nothing, and a clause that is bound to a quote marks that quote alone.

mod look;

use crate::analyze::Tongue;
use crate::pattern::{Leaf, Part};
use crate::query::{Field, Mode, Query, SaidAs};
use crate::quote::Quote;
use crate::record::{self, Loaded, QuoteText};
use crate::schema::Analyzer;
use crate::text::word::words;
use crate::text::{Date, Span};
use look::Look;

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
    root: Node,
    mode: Mode,
    /// It matters where sentences, paragraphs or parts of an article begin.
    borders: bool,
    /// Reported clauses count (in quotes mode).
    reported: bool,
}

/// A query with its words made ready to be looked for.
enum Node {
    All,
    Words(Leaf),
    /// What no text can hold.
    Nothing,
    /// There is no value.
    Unknown,
    Dates(Option<Date>, Option<Date>),
    DayOfYear(u32, u32),
    Numbers(Option<f32>, Option<f32>),
    SaidAs(Vec<SaidAs>),
    Field(Field, Box<Node>),
    And(Vec<Node>),
    Or(Vec<Node>),
    Not(Box<Node>),
    Least(usize, Vec<Node>),
    /// The crosshead, and what stands below it.
    Within(Box<Node>, Box<Node>),
    /// With: reported clauses count.
    SameQuote(Box<Node>, bool),
}

impl Node {
    /// True where it matters where sentences, paragraphs or parts of an article begin.
    fn asks_for_borders(&self) -> bool {
        match self {
            Node::Words(leaf) => leaf.part != Part::Whole || leaf.pattern.asks_for_borders(),
            Node::Within(..) => true,
            Node::And(list) | Node::Or(list) | Node::Least(_, list) => list.iter().any(Self::asks_for_borders),
            Node::Field(_, inner) | Node::Not(inner) | Node::SameQuote(inner, _) => inner.asks_for_borders(),
            _ => false,
        }
    }
}

/// A place where words are marked: a field, of the article or of one of its quotes.
type Place = (&'static str, Option<usize>);

impl Highlighter {
    /// Prepares a bound query (see [`crate::query::bind`]).
    pub fn new(bound: &Query, mode: Mode) -> Self {
        let root = prepare(bound, Analyzer::Prose);
        let borders = root.asks_for_borders();
        Self { root, mode, borders, reported: mode == Mode::Quotes && bound.asks_for_indirect() }
    }

    /// The marks in an article (articles mode) or in one of its quotes (quotes mode).
    pub fn mark(&self, loaded: &Loaded, quote: Option<usize>) -> Marks {
        let scope = if self.mode == Mode::Quotes { quote } else { None };
        let mut look = self.look(loaded);
        look.holds(&self.root, scope);
        look.finish(scope)
    }

    /// True when the article, or the quote, satisfies the query.
    pub fn holds(&self, loaded: &Loaded, quote: Option<usize>) -> bool {
        let mut look = self.look(loaded);
        quote.is_none_or(|quote| look.counts(quote)) && look.holds(&self.root, quote)
    }

    fn look<'l>(&self, loaded: &'l Loaded) -> Look<'l> {
        let tongue = loaded.article.meta.language.as_deref().and_then(Tongue::of);
        Look::new(loaded, tongue, self.mode, self.reported, self.borders)
    }
}

fn analyzer_of(field: Field) -> Analyzer {
    let fields = &crate::schema::fields().fields;
    fields.iter().find(|def| def.query.as_deref() == Some(field.name())).and_then(|def| def.analyzer).unwrap_or(Analyzer::Prose)
}

fn prepare(query: &Query, analyzer: Analyzer) -> Node {
    let all = |children: &[Query]| children.iter().map(|child| prepare(child, analyzer)).collect();
    let boxed = |inner: &Query| Box::new(prepare(inner, analyzer));
    match query {
        Query::All => Node::All,
        Query::Unknown => Node::Unknown,
        Query::DateRange(from, to) => Node::Dates(*from, *to),
        Query::DayOfYear(month, day) => Node::DayOfYear(*month, *day),
        Query::NumberRange(from, to) => Node::Numbers(*from, *to),
        Query::SaidAs(names) => Node::SaidAs(names.clone()),
        Query::Field(field, inner) => Node::Field(*field, Box::new(prepare(inner, analyzer_of(*field)))),
        Query::And(children) => Node::And(all(children)),
        Query::Or(children) => Node::Or(all(children)),
        Query::Not(inner) => Node::Not(boxed(inner)),
        Query::Group(inner) | Query::Boost(inner, _) => prepare(inner, analyzer),
        Query::Least(least, children) => Node::Least(*least, all(children)),
        Query::SameQuote(inner) => Node::SameQuote(boxed(inner), inner.asks_for_indirect()),
        Query::Within(crosshead, below) => Node::Within(boxed(crosshead), boxed(below)),
        words => Leaf::of(words, analyzer).map_or(Node::Nothing, Node::Words),
    }
}

impl Look<'_> {
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
                ("role", Some(quote)) => add(field, &|| record::role_text(attribution, quote).into_owned(), span),
                ("cue", Some(quote)) => add(field, &|| quote.cue.map(|cue| cue.of(article.body())).unwrap_or_default().to_owned(), span),
                ("headline", _) => add(field, &|| article.meta.headline.clone().unwrap_or_default(), span),
                ("byline", _) => add(field, &|| record::byline(&article.meta).into_owned(), span),
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
