//! The JSON that `search` and `quotes` print: one object, or the hits line by line.

use super::extract::{SpeakerOut, shown_confidence, speaker_out};
use crate::query::Mode;
use crate::quote::QuoteKind;
use crate::record::{self, show_key};
use crate::search::{Answer, Excerpt, Shown};
use crate::text::{Precision, Span};
use serde::Serialize;

/// Version of this shape.
pub const SCHEMA_VERSION: u32 = 1;

/// An answer.
#[derive(Debug, Serialize)]
pub struct AnswerOut {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// The query.
    pub query: QueryOut,
    /// articles or quotes.
    #[serde(rename = "in")]
    pub mode: &'static str,
    /// How many there are; exact.
    pub total: u64,
    /// The first of them.
    pub hits: Vec<HitOut>,
    /// Where the next page begins; always null in this version.
    pub next_cursor: Option<String>,
}

/// The last line of JSON Lines.
#[derive(Debug, Serialize)]
pub struct SummaryOut {
    /// `summary`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// The query.
    pub query: QueryOut,
    /// articles or quotes.
    #[serde(rename = "in")]
    pub mode: &'static str,
    /// How many there are; exact.
    pub total: u64,
    /// Where the next page begins; always null in this version.
    pub next_cursor: Option<String>,
}

/// A query as typed and as understood.
#[derive(Debug, Clone, Serialize)]
pub struct QueryOut {
    /// As typed.
    pub text: String,
    /// As understood, flags included, in the query language.
    pub understood: String,
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
}

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
    /// Who says it.
    pub speaker: Option<SpeakerOut>,
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
    AnswerOut {
        schema_version: SCHEMA_VERSION,
        query: query(answer),
        mode: mode_name(answer.mode),
        total: answer.total,
        hits: answer.hits.iter().enumerate().map(|(i, shown)| hit(shown, i + 1)).collect(),
        next_cursor: None,
    }
}

/// The last line of JSON Lines.
pub fn summary(answer: &Answer) -> SummaryOut {
    SummaryOut {
        kind: "summary",
        schema_version: SCHEMA_VERSION,
        query: query(answer),
        mode: mode_name(answer.mode),
        total: answer.total,
        next_cursor: None,
    }
}

fn query(answer: &Answer) -> QueryOut {
    QueryOut { text: answer.text.clone(), understood: answer.understood.to_string() }
}

fn mode_name(mode: Mode) -> &'static str {
    match mode {
        Mode::Articles => "articles",
        Mode::Quotes => "quotes",
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
        id: quote.map_or_else(|| loaded.id(), |quote| record::quote_id(key, quote)),
        key: show_key(key),
        article: loaded.id(),
        kind: if quote.is_some() { "quote" } else { "article" },
        rank,
        score: (f64::from(shown.hit.score) * 10_000.0).round() / 10_000.0,
        headline: meta.headline.clone(),
        date: meta.date.map(|date| date.to_string()),
        date_precision: meta.date.map(|date| date.precision()),
        date_source: meta.date_source.clone(),
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
            speaker: speaker_out(article, &loaded.attribution, quote),
        }),
        fragments: shown.excerpts.iter().map(fragment).collect(),
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
