//! The second line of the program: query text and flags become a query, the index finds, what matched is marked.
//!
//! ```text
//! query text / flags -> Query -> index -> hits -> highlight -> JSON | terminal
//! ```

mod cursor;

pub use cursor::Cursor;

use crate::doctor::{self, Diagnosis};
use crate::error::{Error, Result};
use crate::fragment::{self, Fragment};
use crate::highlight::{FieldMarks, Highlighter};
use crate::index::{Count, Counted, Facet, Find, Grouping, Hit, Index, Recency, Sort};
use crate::people::{At, People, Reason};
use crate::query::{self, Field, Match, Mode, Query, QueryError, SaidAs, Syntax, When, bind};
use crate::record::{self, Loaded};
use crate::text::{Date, Precision, Span};
use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A question as people and programs put it: a text in the query language, and flags. Flags are clauses, joined by AND.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// Query text; may be empty where flags say all.
    pub text: String,
    /// Take the text as words only, without any syntax, and match any of them.
    pub plain: bool,
    /// The language that the text is written in, if that is another system's.
    pub syntax: Option<Syntax>,
    /// Run the nearest reading of a text that cannot be read.
    pub lenient: bool,
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
    /// Reported clauses count as well as words in marks.
    pub indirect: bool,
    /// Only quotes whose attribution is at least so sure, 0 to 1.
    pub min_confidence: Option<f32>,
    /// Articles or quotes.
    pub mode: Option<Mode>,
    /// Order of the hits.
    pub sort: Sort,
    /// Hits with all of their marks, for concordances.
    pub marks: bool,
    /// How many hits, 0 for all.
    pub limit: usize,
    /// Where the page before ended.
    pub cursor: Option<Cursor>,
    /// What to count all hits by.
    pub facets: Vec<Grouping>,
    /// How many values of a facet, 0 for all; months and years are always given whole, like days and weeks.
    pub facet_limit: usize,
    /// Say how each score came about.
    pub explain_score: bool,
    /// Let a score be halved after so many days of age.
    pub half_life: Option<f64>,
    /// Hits without excerpts.
    pub bare: bool,
    /// How long the search may take.
    pub timeout: Option<Duration>,
    /// What was found until then is an answer; else it is an error.
    pub partial: bool,
    /// Look into the query: always, or where it finds little.
    pub diagnose: Diagnose,
    /// Only what is said under these names, each where it is theirs; empty for anybody.
    pub said_as: Vec<SaidAs>,
    /// Who is who: speakers are found under all of their names.
    pub people: Option<Arc<People>>,
    /// The day that `yesterday` is counted from; `None`: today, on this machine's clock.
    pub today: Option<Date>,
}

/// When to look into a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Diagnose {
    /// Never.
    #[default]
    Never,
    /// Where it has fewer than [`doctor::FEW`] hits.
    Few,
    /// Always.
    Always,
}

/// The answer to a question.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The query text as it came.
    pub text: String,
    /// The query as it was understood, flags included.
    pub understood: Query,
    /// What there is to say about how the text was read: what was mended in it, what was lost in translation.
    pub notes: Vec<String>,
    /// What was looked for.
    pub mode: Mode,
    /// How many there are.
    pub total: u64,
    /// True where time ran out before all was looked at: there may be more hits, and better ones.
    pub is_partial: bool,
    /// The first of them, or of those behind the cursor.
    pub hits: Vec<Shown>,
    /// How many hits stood on the pages before.
    pub seen: u64,
    /// Where the next page begins; `None` behind the last hit.
    pub next: Option<Cursor>,
    /// Why this page may not fit the pages before, if it may not.
    pub stale: Option<&'static str>,
    /// Counts, in the order in which they were asked for.
    pub facets: Vec<FacetCounts>,
    /// Why the query finds what it finds, where that was looked into.
    pub diagnosis: Option<Diagnosis>,
    /// Where dates were asked for: how many articles of the index have none, and can be no hits.
    pub undated: Option<u64>,
}

/// The counts of one facet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FacetCounts {
    /// What was counted by.
    pub facet: Grouping,
    /// How many values there are.
    pub distinct: u64,
    /// The most frequent values, or all days, weeks, months or years in their order; `None`, last, for hits without a value.
    pub values: Vec<(Option<String>, Count)>,
    /// Of each of these values: what was counted within it, in the same manner; empty where nothing was.
    pub within: Vec<Vec<(Option<String>, Count)>>,
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
    /// Everything that matched, field by field, where [`Request::marks`] asked for it.
    pub marks: Vec<FieldMarks>,
    /// Of a quote hit: whom the archive knows its speaker to be, where that is another name than the article gives.
    pub person: Option<(String, Reason)>,
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

/// What looking into a query may take in any case.
const LEAST_PATIENCE: Duration = Duration::from_millis(50);

/// Excerpts of the body that a hit shows at most.
const MOST_FRAGMENTS: usize = 3;

/// The query of a text, and what there is to say about how it was read.
///
/// # Errors
/// The text cannot be read.
fn read(request: &Request) -> Result<(Query, Vec<String>)> {
    let (mut text, mut notes) = (Cow::Borrowed(request.text.trim()), Vec::new());
    if request.plain {
        return Ok((query::plain(&text)?, notes));
    }
    if let Some(syntax) = request.syntax {
        let query::Translation { query, lost } = query::translate(&text, syntax)?;
        notes.push(format!("translated from {syntax}: {query}"));
        notes.extend(lost);
        text = Cow::Owned(query);
    }
    let today = request.today.or_else(today);
    match query::parse_on(&text, today) {
        Ok(query) => Ok((query, notes)),
        Err(error) if !request.lenient => Err(error.into()),
        Err(error) => {
            let (query, how) = match error.repair.as_deref().map(|repair| (query::parse_on(repair, today), repair)) {
                Some((Ok(query), repair)) => (query, format!("read as: {repair}")),
                // What says more than words would be read as something else.
                _ if says_more_than_words(&text) => return Err(error.into()),
                _ => {
                    let words = query::with_match(query::plain(&text)?, Match::All);
                    let words = if let Query::Or(words) = words { Query::And(words) } else { words };
                    let how = format!("read as words: {words}");
                    (words, how)
                }
            };
            notes.push(format!("{}; {how}", error.message));
            Ok((query, notes))
        }
    }
}

/// True for a text with signs of the query language in it, which its words alone would not say.
fn says_more_than_words(text: &str) -> bool {
    text.contains([':', '(', '/', '~', '!', '*', '^']) || text.split_whitespace().any(|word| word.starts_with('-') || word == "NOT")
}

/// The query that a request means.
///
/// # Errors
/// The text cannot be read; there is neither text nor flag.
pub fn understand(request: &Request) -> Result<Query> {
    Ok(understood(request)?.0)
}

/// The same, and what there is to say about how the text was read.
fn understood(request: &Request) -> Result<(Query, Vec<String>)> {
    let mut notes = Vec::new();
    let mut clauses = Vec::new();
    let text = request.text.trim();
    let flags = !request.fields.is_empty()
        || request.indirect
        || request.min_confidence.is_some()
        || request.phrase.is_some()
        || request.since.is_some()
        || request.until.is_some();
    if !text.is_empty() {
        let (parsed, said) = read(request)?;
        notes = said;
        clauses.push(match request.matching {
            Some(matching) => query::with_match(parsed, matching),
            None => parsed,
        });
    } else if !flags && !request.facets.is_empty() {
        return Ok((Query::All, notes));
    } else if !flags {
        return Err(Error::Usage("nothing to search for: give a query, or a flag such as --speaker NAME".into()));
    }
    for (field, value) in &request.fields {
        clauses.push(query::parse_field(*field, value)?);
    }
    if let Some(words) = &request.phrase {
        let phrase = query::phrase(words)?;
        let says = |field| matches!(field, Field::Speaker | Field::Role | Field::Cue);
        let of_quote = clauses.iter().any(|clause| asks_about(clause, &says));
        clauses.push(if of_quote { Query::Field(Field::Quote, Box::new(phrase)) } else { phrase });
    }
    if request.indirect {
        clauses.push(Query::any_kind());
    }
    if let Some(least) = request.min_confidence {
        clauses.push(Query::Field(Field::Confidence, Box::new(Query::NumberRange(Some(least), None))));
    }
    if let (Some(since), Some(until)) = (request.since, request.until)
        && since.first_second() > until.last_second()
    {
        return Err(Error::Usage(format!("--since {since} is later than --until {until}: nothing lies between")));
    }
    if request.since.is_some() || request.until.is_some() {
        clauses.push(Query::Field(Field::Date, Box::new(Query::DateRange(request.since, request.until))));
    }
    Ok((clauses.into_iter().reduce(Query::and).unwrap_or(Query::All), notes))
}

/// The text that a query error counts in.
pub fn error_text(request: &Request, error: &QueryError) -> String {
    let mut texts = vec![request.text.clone()];
    texts.extend(request.fields.iter().map(|(_, value)| value.clone()));
    texts.extend(request.phrase.clone());
    let says_so = |text: &String| {
        let alone = Request { text: String::new(), fields: Vec::new(), phrase: None, ..request.clone() };
        let of_text = Request { text: text.clone(), ..alone };
        understand(&of_text).is_err_and(|found| matches!(&found, Error::Query(found) if found == error))
    };
    let fallback = request.text.clone();
    texts.into_iter().find(says_so).unwrap_or(fallback)
}

/// True where a query asks for a speaker: then it matters who is who.
pub fn asks_for_speaker(query: &Query) -> bool {
    asks_about(query, &|field| matches!(field, Field::Speaker | Field::About | Field::Mention))
}

/// True where one of some fields is asked for.
fn asks_about(query: &Query, which: &impl Fn(Field) -> bool) -> bool {
    query.any(&|query| match query {
        Query::Field(field, _) => which(*field),
        Query::Said(..) => which(Field::Speaker),
        _ => false,
    })
}

/// Answers a request.
///
/// # Errors
/// The query cannot be read, or the index fails.
pub fn search(index: &dyn Index, request: &Request) -> Result<Answer> {
    let (understood, notes) = understood(request)?;
    let mode = request.mode.unwrap_or(Mode::Articles);
    let widen = |query: &Query| {
        let widened = request.people.as_ref().map_or_else(|| query.clone(), |people| people.expand(query));
        if request.said_as.is_empty() {
            widened
        } else {
            widened.and(Query::Field(Field::Speaker, Box::new(Query::SaidAs(request.said_as.clone()))))
        }
    };
    let widened = widen(&understood);
    let find = Find {
        query: &widened,
        mode,
        sort: request.sort,
        limit: request.limit,
        after: request.cursor.map(|cursor| cursor.place),
        facets: &request.facets,
        explain: request.explain_score,
        recency: request.half_life.map(|days| Recency { half_life: days * 86_400.0 }),
        deadline: request.timeout.map(|timeout| Instant::now() + timeout),
        partial: request.partial,
    };
    let begun = Instant::now();
    let found = index.find(&find)?;
    let looks = match request.diagnose {
        Diagnose::Never => false,
        Diagnose::Few => found.total < doctor::FEW && !found.is_partial,
        Diagnose::Always => true,
    };
    // It may take as long as the query did, so that nothing takes more than twice its time; of the first milliseconds nobody takes notice.
    let patience = begun.elapsed().max(LEAST_PATIENCE);
    let diagnosis = looks.then(|| doctor::diagnose(index, &understood, &widen, mode, Instant::now() + patience)).transpose()?;
    let question = cursor::question(&understood, mode, request.sort, request.half_life);
    let (stale, seen, state) = match request.cursor {
        Some(cursor) => (cursor.check(question, found.state, request.sort)?, cursor.seen, cursor.state),
        None => (None, 0, found.state),
    };
    let so_far = seen + found.hits.len() as u64;
    let last = found.hits.last().filter(|_| so_far < found.total);
    let next = last.map(|hit| Cursor::new(question, state, hit.place, so_far));
    let highlighter = Highlighter::new(&bind(&widened, mode), mode);
    let shown = |hit| match request.bare {
        true => Shown { hit, excerpts: Vec::new(), quotes: Vec::new(), marks: Vec::new(), person: None },
        false => show(hit, &highlighter, request),
    };
    let hits = found.hits.into_iter().map(shown).collect();
    let facets = request.facets.iter().zip(found.facets);
    let facets = facets.map(|(facet, counted)| facet_counts(*facet, counted, mode, request.facet_limit)).collect();
    let undated = if asks_about(&understood, &|field| matches!(field, Field::Date | Field::On)) { Some(index.undated()?) } else { None };
    let (total, is_partial) = (found.total, found.is_partial);
    Ok(Answer {
        text: request.text.clone(),
        understood,
        notes,
        mode,
        total,
        is_partial,
        hits,
        seen,
        next,
        stale,
        facets,
        diagnosis,
        undated,
    })
}

/// Today, on this machine's clock.
pub fn today() -> Option<Date> {
    Date::new(chrono::Local::now().naive_local(), None, Precision::Day)
}

/// An article that somebody named, and which quote of it, if that was named.
#[derive(Debug, Clone)]
pub struct Named {
    /// The article.
    pub loaded: Arc<Loaded>,
    /// Which of its quotes.
    pub quote: Option<usize>,
}

/// What an id names: an article by its own id or its key, a quote by its id, or all articles of a file.
///
/// # Errors
/// The index fails.
pub fn named(index: &dyn Index, id: &str) -> Result<Vec<Named>> {
    let articles = index.get(id)?;
    if articles.is_empty()
        && let Some((key, start)) = id.rsplit_once('-')
        && let Ok(start) = start.parse::<u32>()
    {
        let starts_there = |quote: &crate::quote::Quote| quote.parts.first().is_some_and(|part| part.start == start);
        let named = index.get(key)?.into_iter().filter_map(|loaded| {
            let quote = loaded.attribution.quotes.iter().position(starts_there)?;
            Some(Named { loaded, quote: Some(quote) })
        });
        let named: Vec<Named> = named.collect();
        if !named.is_empty() {
            return Ok(named);
        }
    }
    let articles = if articles.is_empty() { index.of_file(Path::new(id))? } else { articles };
    Ok(articles.into_iter().map(|loaded| Named { loaded, quote: None }).collect())
}

/// The values of a facet in order, the most frequent first.
fn facet_counts(facet: Grouping, counted: Counted, mode: Mode, limit: usize) -> FacetCounts {
    let (values, distinct) = in_order(counted.values, facet.facet, mode, limit);
    let mut inner: HashMap<Option<String>, Vec<(Option<String>, Count)>> = HashMap::new();
    for (outer, value, count) in counted.within {
        inner.entry(outer).or_default().push((value, count));
    }
    let within = facet.within.map(|within| {
        let each = values.iter().map(|(value, _)| in_order(inner.remove(value).unwrap_or_default(), within, mode, limit).0);
        each.collect()
    });
    FacetCounts { facet, distinct, values, within: within.unwrap_or_default() }
}

/// Values in order, cut; and how many there were.
fn in_order(values: Vec<(Option<String>, Count)>, facet: Facet, mode: Mode, limit: usize) -> (Vec<(Option<String>, Count)>, u64) {
    let (mut values, without): (Vec<_>, Vec<_>) = values.into_iter().partition(|(value, _)| value.is_some());
    let distinct = values.len() as u64;
    let often = |count: &Count| if mode == Mode::Quotes { (count.quotes, count.articles) } else { (count.articles, count.quotes) };
    if facet.is_of_time() {
        values.sort_by(|(a, _), (b, _)| a.cmp(b));
    } else {
        values.sort_by(|(a, n), (b, m)| often(m).cmp(&often(n)).then_with(|| a.cmp(b)));
        if limit > 0 {
            values.truncate(limit);
        }
    }
    values.extend(without);
    (values, distinct)
}

/// Whom the speaker of a quote is known to be in the archive, if by another name than in the article.
fn person(loaded: &Loaded, quote: usize, people: &People) -> Option<(String, Reason)> {
    let spoken = &loaded.attribution.quotes[quote];
    let name = spoken.speaker.and_then(|i| loaded.attribution.speakers.get(i))?.name.as_deref()?;
    let meta = &loaded.article.meta;
    let at = At { month: meta.date.map(|date| When::month_of(date.first_second())), desk: meta.desk.as_deref() };
    let person = people.who(name, at).filter(|person| person.name != name)?;
    let reason = person.names.iter().find(|known| known.text == name)?.reason;
    Some((person.name.clone(), reason))
}

fn show(hit: Hit, highlighter: &Highlighter, request: &Request) -> Shown {
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
    let has_text = excerpts.iter().any(|excerpt| matches!(excerpt.field, "body" | "quote" | "clause"));
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
    let person = hit.quote.zip(request.people.as_deref()).and_then(|(quote, people)| person(&hit.article, quote, people));
    let fields = if request.marks { marks.fields } else { Vec::new() };
    Shown { hit, excerpts, quotes: marks.quotes, marks: fields, person }
}

fn excerpt(field: &'static str, text: &str, fragment: Fragment) -> Excerpt {
    Excerpt { field, text: fragment.span.of(text).to_owned(), fragment, section: None }
}
