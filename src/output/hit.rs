//! The JSON that `search` and `quotes` print: one object, or the hits line by line.

use super::diagnosis::{DiagnosisOut, diagnosis};
use super::extract::{SaidOnOut, SpeakerOut, said_on_out, shown_confidence, speaker_out};
use crate::index::{Count, Explanation};
use crate::people::Reason;
use crate::query::Mode;
use crate::quote::QuoteKind;
use crate::record::{self, show_key};
use crate::search::{Answer, Excerpt, FacetCounts, Shown};
use crate::text::{Precision, Span};
use serde::Serialize;
use std::collections::BTreeMap;

/// Version of this shape.
pub const SCHEMA_VERSION: u32 = 1;

/// An answer.
#[derive(Debug, Serialize)]
pub struct AnswerOut {
    /// All but the hits.
    #[serde(flatten)]
    pub about: AboutOut,
    /// The first hits, or those behind the cursor.
    pub hits: Vec<HitOut>,
}

/// The last line of JSON Lines.
#[derive(Debug, Serialize)]
pub struct SummaryOut {
    /// `summary`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// All but the hits.
    #[serde(flatten)]
    pub about: AboutOut,
}

/// What an answer says besides its hits.
#[derive(Debug, Serialize)]
pub struct AboutOut {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// In what offsets are counted: utf-16 or characters; absent for UTF-8 bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offsets: Option<&'static str>,
    /// The query.
    pub query: QueryOut,
    /// articles or quotes.
    #[serde(rename = "in")]
    pub mode: &'static str,
    /// How many hits there are; exact, unless `partial`.
    pub total: u64,
    /// Time ran out before all was looked at: there may be more hits, and better ones.
    #[serde(skip_serializing_if = "is_false")]
    pub partial: bool,
    /// What `--cursor` takes to give the next page; null behind the last hit.
    pub next_cursor: Option<String>,
    /// Why this page may not fit the pages before it; null where it does.
    pub stale: Option<&'static str>,
    /// Counts over all hits, by facet, where they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub facets: Option<FacetsOut>,
    /// How many values each facet has in all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub facet_values: Option<BTreeMap<String, u64>>,
    /// Where dates were asked for: how many articles of the index have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undated: Option<u64>,
    /// Why the query finds what it finds, where that was looked into.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub diagnosis: Option<DiagnosisOut>,
}

/// Values with their counts, the most frequent first (days, weeks, months and years in their order), by the name of the facet.
pub type FacetsOut = BTreeMap<String, Vec<FacetValueOut>>;

/// One value of a facet.
#[derive(Debug, Clone, Serialize)]
pub struct FacetValueOut {
    /// The value; null, last, for hits that have none.
    pub value: Option<String>,
    /// Quotes: hits, or in articles mode all quotes of the matching articles.
    pub quotes: u64,
    /// Articles.
    pub articles: u64,
    /// What was counted within this value, where that was asked for: `speaker/month`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub within: Option<Vec<FacetValueOut>>,
}

/// A line of `onrecord batch`: the answer to one of many questions.
#[derive(Debug, Serialize)]
pub struct BatchOut<'a> {
    /// Id of the question.
    pub qid: &'a str,
    /// Its answer.
    #[serde(flatten)]
    pub answer: AnswerOut,
}

/// A line of `onrecord batch --ids`.
#[derive(Debug, Serialize)]
pub struct BatchIdsOut<'a> {
    /// Id of the question.
    pub qid: &'a str,
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// The query.
    pub query: QueryOut,
    /// articles or quotes.
    #[serde(rename = "in")]
    pub mode: &'static str,
    /// How many there are; exact, unless `partial`.
    pub total: u64,
    /// Time ran out before all was looked at: there may be more hits, and better ones.
    #[serde(skip_serializing_if = "is_false")]
    pub partial: bool,
    /// The first of them.
    pub hits: Vec<IdOut>,
}

/// A hit, as short as can be.
#[derive(Debug, Serialize)]
pub struct IdOut {
    /// Id of the article or of the quote.
    pub id: String,
    /// From 1.
    pub rank: usize,
    /// BM25; 0 where only conditions were asked.
    pub score: f64,
}

/// A line of `onrecord batch` for a question that cannot be answered.
#[derive(Debug, Serialize)]
pub struct BatchErrorOut<'a> {
    /// Id of the question.
    pub qid: &'a str,
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// The query as typed.
    pub text: &'a str,
    /// What is wrong with it.
    pub error: String,
}

/// A query as typed and as understood.
#[derive(Debug, Clone, Serialize)]
pub struct QueryOut {
    /// As typed.
    pub text: String,
    /// As understood, flags included, in the query language.
    pub understood: String,
    /// What there is to say about how it was read: what was mended in it, what was lost in translation.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

fn is_false(value: &bool) -> bool {
    !value
}

/// A hit.
#[derive(Debug, Serialize)]
pub struct HitOut {
    /// Id of the article or of the quote.
    pub id: String,
    /// Key of the article.
    pub key: String,
    /// Id of the article.
    pub article: String,
    /// article or quote.
    pub kind: &'static str,
    /// From 1.
    pub rank: usize,
    /// BM25; 0 where only conditions were asked.
    pub score: f64,
    /// Headline.
    pub headline: Option<String>,
    /// Date as precise as known.
    pub date: Option<String>,
    /// How precise.
    pub date_precision: Option<Precision>,
    /// Where it was found.
    pub date_source: Option<String>,
    /// Dates of the source contradict each other.
    pub date_conflict: bool,
    /// The newspaper's own section.
    pub desk: Option<String>,
    /// The crosshead above the quote, or above the first excerpt.
    pub section: Option<String>,
    /// The paper.
    pub publisher: Option<String>,
    /// The file.
    pub path: String,
    /// Web address.
    pub url: Option<String>,
    /// The quote, for quote hits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quote: Option<HitQuote>,
    /// Excerpts with what matched.
    pub fragments: Vec<FragmentOut>,
    /// How the score came about, where that was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<ExplanationOut>,
}

/// How a score came about.
#[derive(Debug, Clone, Serialize)]
pub struct ExplanationOut {
    /// What was counted.
    pub what: String,
    /// Its share of the score.
    pub value: f64,
    /// What it is the sum of.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<ExplanationOut>,
}

/// What is left of the confidence where only a surname, in the light of the archive, says who is meant.
const SURNAME: f64 = 0.9;

/// The quote of a hit.
#[derive(Debug, Serialize)]
pub struct HitQuote {
    /// Its parts, joined by one space, or ` … ` at a gap.
    pub text: String,
    /// UTF-8 bytes into the article's body.
    pub parts: Vec<Span>,
    /// direct, mixed or indirect.
    pub kind: QuoteKind,
    /// 0 to 1.
    pub confidence: f64,
    /// The rule by which the speaker was found; `none` without one.
    pub rule: std::borrow::Cow<'static, str>,
    /// The words that announce it; UTF-8 bytes into the article's body.
    pub cue: Option<Span>,
    /// The day that its announcement names; UTF-8 bytes into the article's body.
    pub said_on: Option<SaidOnOut>,
    /// Who says it.
    pub speaker: Option<SpeakerOut>,
    /// Whom the archive knows the speaker to be, where that is another name than the article gives.
    pub person: Option<PersonOut>,
}

/// Whom the archive knows a speaker to be.
#[derive(Debug, Serialize)]
pub struct PersonOut {
    /// The fullest name.
    pub name: String,
    /// Why the article's name is theirs: spelling, surname, alias or role.
    pub why: Reason,
    /// 0 to 1: the quote's confidence, lowered where the archive alone says who is meant.
    pub confidence: f64,
}

/// An excerpt.
#[derive(Debug, Serialize)]
pub struct FragmentOut {
    /// The field it is taken from.
    pub field: &'static str,
    /// First byte in that field.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// The words.
    pub text: String,
    /// The crosshead above it.
    pub section: Option<String>,
    /// What matched: UTF-8 bytes into `text`.
    pub highlights: Vec<Span>,
}

/// The wire form of an answer.
pub fn answer(answer: &Answer) -> AnswerOut {
    AnswerOut { about: about(answer), hits: ranked(answer).map(|(rank, shown)| hit(shown, rank)).collect() }
}

/// The wire form of all but its hits.
pub(super) fn about(answer: &Answer) -> AboutOut {
    AboutOut {
        schema_version: SCHEMA_VERSION,
        offsets: None,
        query: query(answer),
        mode: mode_name(answer.mode),
        total: answer.total,
        partial: answer.is_partial,
        next_cursor: answer.next.map(|cursor| cursor.to_string()),
        stale: answer.stale,
        facets: facets(answer),
        facet_values: facet_values(answer),
        undated: answer.undated,
        diagnosis: diagnosis(answer),
    }
}

/// The wire form of the answer to one of many questions, with no more than the ids of its hits.
pub fn batch_ids<'a>(qid: &'a str, answer: &Answer) -> BatchIdsOut<'a> {
    let id = |(rank, shown): (usize, &Shown)| IdOut { id: hit_id(shown), rank, score: rounded(shown.hit.score) };
    BatchIdsOut {
        qid,
        schema_version: SCHEMA_VERSION,
        query: query(answer),
        mode: mode_name(answer.mode),
        total: answer.total,
        partial: answer.is_partial,
        hits: ranked(answer).map(id).collect(),
    }
}

/// The last line of JSON Lines.
pub fn summary(answer: &Answer) -> SummaryOut {
    SummaryOut { kind: "summary", about: about(answer) }
}

/// The hits with their ranks, from 1 on the first page.
pub fn ranked(answer: &Answer) -> impl Iterator<Item = (usize, &Shown)> {
    answer.hits.iter().enumerate().map(|(i, shown)| (answer.seen as usize + i + 1, shown))
}

pub(super) fn facets(answer: &Answer) -> Option<FacetsOut> {
    let value = |(value, count): &(Option<String>, Count), within| FacetValueOut {
        value: value.clone(),
        quotes: count.quotes,
        articles: count.articles,
        within,
    };
    let facet = |counts: &FacetCounts| {
        let mut within = counts.within.iter().map(|list| list.iter().map(|inner| value(inner, None)).collect());
        let values = counts.values.iter().map(|outer| value(outer, within.next())).collect();
        (counts.facet.to_string(), values)
    };
    (!answer.facets.is_empty()).then(|| answer.facets.iter().map(facet).collect())
}

fn facet_values(answer: &Answer) -> Option<BTreeMap<String, u64>> {
    (!answer.facets.is_empty()).then(|| answer.facets.iter().map(|counts| (counts.facet.to_string(), counts.distinct)).collect())
}

fn explanation(told: &Explanation) -> ExplanationOut {
    ExplanationOut { what: told.what.clone(), value: rounded(told.value), parts: told.parts.iter().map(explanation).collect() }
}

/// To the fourth decimal, as hits are ordered.
fn rounded(score: f32) -> f64 {
    (f64::from(score) * 10_000.0).round() / 10_000.0
}

pub(super) fn query(answer: &Answer) -> QueryOut {
    QueryOut { text: answer.text.clone(), understood: answer.understood.to_string(), notes: answer.notes.clone() }
}

pub(super) fn mode_name(mode: Mode) -> &'static str {
    match mode {
        Mode::Articles => "articles",
        Mode::Quotes => "quotes",
    }
}

pub(super) fn hit_id(shown: &Shown) -> String {
    let loaded = &shown.hit.article;
    match shown.hit.quote {
        Some(quote) => record::quote_id(loaded.origin.key(), &loaded.attribution.quotes[quote]),
        None => loaded.id(),
    }
}

/// The wire form of a hit; `rank` counts from 1.
pub fn hit(shown: &Shown, rank: usize) -> HitOut {
    let loaded = &shown.hit.article;
    let (article, meta) = (&loaded.article, &loaded.article.meta);
    let key = loaded.origin.key();
    let quote = shown.hit.quote.map(|i| &loaded.attribution.quotes[i]);
    let section = match quote {
        Some(quote) => article.crosshead_at(quote.parts.first().map_or(0, |part| part.start)).map(str::to_owned),
        None => shown.excerpts.iter().find_map(|excerpt| excerpt.section.clone()),
    };
    HitOut {
        id: hit_id(shown),
        key: show_key(key),
        article: loaded.id(),
        kind: if quote.is_some() { "quote" } else { "article" },
        rank,
        score: rounded(shown.hit.score),
        headline: meta.headline.clone(),
        date: meta.date.map(|date| date.to_string()),
        date_precision: meta.date.map(|date| date.precision()),
        date_source: meta.date_source.clone(),
        date_conflict: meta.date_conflict,
        desk: meta.desk.clone(),
        section,
        publisher: meta.publisher.clone(),
        path: loaded.origin.file.clone(),
        url: meta.url.clone(),
        quote: quote.map(|quote| HitQuote {
            text: record::quote_text(article.body(), quote).text,
            parts: quote.parts.clone(),
            kind: quote.kind,
            confidence: shown_confidence(quote),
            rule: quote.rule.clone(),
            cue: quote.cue,
            said_on: said_on_out(quote),
            speaker: speaker_out(article, &loaded.attribution, quote),
            person: shown.person.as_ref().map(|(name, why)| PersonOut {
                name: name.clone(),
                why: *why,
                confidence: match why {
                    Reason::Surname | Reason::Role => (shown_confidence(quote) * SURNAME * 100.0).round() / 100.0,
                    _ => shown_confidence(quote),
                },
            }),
        }),
        fragments: shown.excerpts.iter().map(fragment).collect(),
        explanation: shown.hit.explanation.as_ref().map(explanation),
    }
}

fn fragment(excerpt: &Excerpt) -> FragmentOut {
    FragmentOut {
        field: excerpt.field,
        start: excerpt.fragment.span.start,
        end: excerpt.fragment.span.end,
        text: excerpt.text.clone(),
        section: excerpt.section.clone(),
        highlights: excerpt.fragment.highlights.clone(),
    }
}
