//! The second line of the program: query text and flags become a query, the index finds, what matched is marked.
//!
//! ```text
//! query text / flags -> Query -> index -> hits -> highlight -> JSON | terminal
//! ```

use crate::error::{Error, Result};
use crate::fragment::{self, Fragment};
use crate::highlight::{FieldMarks, Highlighter};
use crate::index::{Find, Hit, Index, Sort};
use crate::query::{self, Field, Match, Mode, Query, bind};
use crate::record;
use crate::text::{Date, Span};

/// A question as people and programs put it: a text in the query language, and flags. Flags are clauses, joined by AND.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// Query text; may be empty where flags say all.
    pub text: String,
    /// Take the text as words only, without any syntax, and match any of them.
    pub plain: bool,
    /// What stands between bare words; `None`: AND.
    pub matching: Option<Match>,
    /// Clauses on fields, as typed: `--speaker`, `--headline`, `--section`, `--desk`.
    pub fields: Vec<(Field, String)>,
    /// An exact phrase: of a quote where a speaker, role or cue is asked for, else anywhere.
    pub phrase: Option<String>,
    /// Not earlier than.
    pub since: Option<Date>,
    /// Not later than, its last second included.
    pub until: Option<Date>,
    /// Articles or quotes.
    pub mode: Option<Mode>,
    /// Order of the hits.
    pub sort: Sort,
    /// How many hits, 0 for all.
    pub limit: usize,
}

/// The answer to a question.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The query text as it came.
    pub text: String,
    /// The query as it was understood, flags included.
    pub understood: Query,
    /// What was looked for.
    pub mode: Mode,
    /// How many there are.
    pub total: u64,
    /// The first of them.
    pub hits: Vec<Shown>,
}

/// A hit with what it shows.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The hit.
    pub hit: Hit,
    /// Excerpts, the matches marked; field by field.
    pub excerpts: Vec<Excerpt>,
    /// In articles mode: the quotes that satisfied clauses about a quote.
    pub quotes: Vec<usize>,
}

/// An excerpt of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// Name of the field.
    pub field: &'static str,
    /// The excerpt's words.
    pub text: String,
    /// Where it stands in the field, and what matched in it.
    pub fragment: Fragment,
    /// The crosshead above it, for excerpts of the body.
    pub section: Option<String>,
}

/// Excerpts of the body that a hit shows at most.
const MOST_FRAGMENTS: usize = 3;

/// The query that a request means.
///
/// # Errors
/// The text cannot be read; there is neither text nor flag.
pub fn understand(request: &Request) -> Result<Query> {
    let mut clauses = Vec::new();
    let text = request.text.trim();
    let flags = !request.fields.is_empty() || request.phrase.is_some() || request.since.is_some() || request.until.is_some();
    if !text.is_empty() {
        let parsed = if request.plain { query::plain(text)? } else { query::parse(text)? };
        clauses.push(match request.matching {
            Some(matching) => query::with_match(parsed, matching),
            None => parsed,
        });
    } else if !flags {
        return Err(Error::Usage("nothing to search for: give a query, or a flag such as --speaker NAME".into()));
    }
    for (field, value) in &request.fields {
        clauses.push(query::parse_field(*field, value)?);
    }
    if let Some(words) = &request.phrase {
        let phrase = query::phrase(words)?;
        let of_quote = clauses.iter().any(asks_about_quote);
        clauses.push(if of_quote { Query::Field(Field::Quote, Box::new(phrase)) } else { phrase });
    }
    if let (Some(since), Some(until)) = (request.since, request.until)
        && since.first_second() > until.last_second()
    {
        return Err(Error::Usage(format!("--since {since} is later than --until {until}: nothing lies between")));
    }
    if request.since.is_some() || request.until.is_some() {
        clauses.push(Query::Field(Field::Date, Box::new(Query::DateRange(request.since, request.until))));
    }
    Ok(clauses.into_iter().reduce(Query::and).unwrap_or(Query::All))
}

/// True where a speaker, a role or a cue is asked for.
fn asks_about_quote(query: &Query) -> bool {
    match query {
        Query::Field(field, _) => matches!(field, Field::Speaker | Field::Role | Field::Cue),
        Query::And(children) | Query::Or(children) | Query::Least(_, children) => children.iter().any(asks_about_quote),
        Query::Not(inner) | Query::Group(inner) | Query::SameQuote(inner) => asks_about_quote(inner),
        _ => false,
    }
}

/// Answers a request.
///
/// # Errors
/// The query cannot be read, or the index fails.
pub fn search(index: &dyn Index, request: &Request) -> Result<Answer> {
    let understood = understand(request)?;
    let mode = request.mode.unwrap_or(Mode::Articles);
    let found = index.find(&Find { query: &understood, mode, sort: request.sort, limit: request.limit })?;
    let highlighter = Highlighter::new(&bind(&understood, mode), mode);
    let hits = found.hits.into_iter().map(|hit| show(hit, &highlighter)).collect();
    Ok(Answer { text: request.text.clone(), understood, mode, total: found.total, hits })
}

fn show(hit: Hit, highlighter: &Highlighter) -> Shown {
    let marks = highlighter.mark(&hit.article, hit.quote);
    let article = &hit.article.article;
    let mut excerpts: Vec<Excerpt> = Vec::new();
    for FieldMarks { field, text, spans } in &marks.fields {
        let found = match *field {
            // A headline, a name, a quote are shown whole.
            "body" => fragment::fragments(text, spans, MOST_FRAGMENTS),
            _ => vec![fragment::fragment(Span::new(0, text.len()), spans)],
        };
        excerpts.extend(found.into_iter().map(|fragment| excerpt(field, text, fragment)));
    }
    let has_text = excerpts.iter().any(|excerpt| matches!(excerpt.field, "body" | "quote"));
    match hit.quote.map(|i| &hit.article.attribution.quotes[i]) {
        Some(quote) if !has_text => {
            let text = record::quote_text(article.body(), quote).text;
            excerpts.push(excerpt("quote", &text, fragment::fragment(Span::new(0, text.len()), &[])));
        }
        None if !has_text => {
            // The quotes that were asked for, else how the text begins.
            let body = article.body();
            let quotes = marks.quotes.iter().take(MOST_FRAGMENTS).filter_map(|&i| hit.article.attribution.quotes[i].parts.first());
            let cuts: Vec<Fragment> = quotes
                .flat_map(|part| fragment::fragments(body, &[*part], 1))
                .map(|cut| Fragment { highlights: Vec::new(), ..cut })
                .collect();
            let cuts = if cuts.is_empty() { fragment::beginning(body).into_iter().collect() } else { cuts };
            excerpts.extend(cuts.into_iter().map(|cut| excerpt("body", body, cut)));
        }
        _ => {}
    }
    for excerpt in excerpts.iter_mut().filter(|excerpt| excerpt.field == "body") {
        excerpt.section = article.crosshead_at(excerpt.fragment.span.start).map(str::to_owned);
    }
    Shown { hit, excerpts, quotes: marks.quotes }
}

fn excerpt(field: &'static str, text: &str, fragment: Fragment) -> Excerpt {
    Excerpt { field, text: fragment.span.of(text).to_owned(), fragment, section: None }
}
