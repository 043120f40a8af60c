//! The JSON that `extract` prints: one object per article.

use crate::article::{Article, BlockKind, DateRole, Dateline, SectionKind};
use crate::quote::{Attribution, Quote, QuoteKind, SpeakerKind};
use crate::text::{Date, Precision, Span};
use serde::Serialize;

/// Version of this shape.
pub const SCHEMA_VERSION: u32 = 1;

/// An article and its quotes; all spans are UTF-8 bytes into `body`.
#[derive(Debug, Serialize)]
pub struct Extract {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// The input's own id, else the key.
    pub id: String,
    /// The article's key: the same input gives the same key.
    pub key: String,
    /// File it was read from.
    pub source: String,
    /// Headline.
    pub headline: Option<String>,
    /// The headline was not marked as such.
    pub headline_inferred: bool,
    /// Date as precise as known.
    pub date: Option<String>,
    /// How precise.
    pub date_precision: Option<Precision>,
    /// Where it was found.
    pub date_source: Option<String>,
    /// All dates that the source gives.
    pub dates: Vec<DatingOut>,
    /// Dates of the source contradict each other.
    pub date_conflict: bool,
    /// Place, day and agency before the first words.
    pub dateline: Option<Dateline>,
    /// Authors.
    pub authors: Vec<String>,
    /// Byline as printed.
    pub byline: Option<String>,
    /// Paper, agency or site.
    pub publisher: Option<String>,
    /// The newspaper's own section.
    pub desk: Option<String>,
    /// Web address.
    pub url: Option<String>,
    /// BCP 47 tag.
    pub language: Option<String>,
    /// The whole text.
    pub body: String,
    /// Words of the crossheads.
    pub headings: Vec<String>,
    /// Sections; they tile the body.
    pub sections: Vec<SectionOut>,
    /// Quotes in order.
    pub quotes: Vec<QuoteOut>,
}

/// A date that the source gives.
#[derive(Debug, Serialize)]
pub struct DatingOut {
    /// published, modified, edition or crawled.
    pub role: DateRole,
    /// As precise as known.
    pub date: Date,
    /// How precise.
    pub precision: Precision,
    /// Where it was found.
    pub source: String,
}

/// The wire form of an article's dates.
pub fn dates_out(article: &Article) -> Vec<DatingOut> {
    let dates = article.meta.dates.iter();
    let out = dates.map(|dating| DatingOut {
        role: dating.role,
        date: dating.date,
        precision: dating.date.precision(),
        source: dating.source.clone(),
    });
    out.collect()
}

/// The day that the announcement of a quote names.
#[derive(Debug, Clone, Serialize)]
pub struct SaidOnOut {
    /// The day.
    pub date: Date,
    /// First byte of the words that name it.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// The wire form of the day that a quote's announcement names.
pub fn said_on_out(quote: &Quote) -> Option<SaidOnOut> {
    quote.said_on.map(|said_on| SaidOnOut { date: said_on.date, start: said_on.span.start, end: said_on.span.end })
}

/// A section of the body.
#[derive(Debug, Serialize)]
pub struct SectionOut {
    /// summary, lead, body, faq or note.
    pub kind: SectionKind,
    /// The crosshead.
    pub heading: Option<Span>,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// Its lines.
    pub blocks: Vec<BlockOut>,
}

/// One line of the body, its `\n` included.
#[derive(Debug, Serialize)]
pub struct BlockOut {
    /// What it is.
    pub kind: BlockKind,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// One quote.
#[derive(Debug, Serialize)]
pub struct QuoteOut {
    /// Key of the article, `-`, first byte of the first part.
    pub id: String,
    /// direct, mixed or indirect.
    pub kind: QuoteKind,
    /// Words quoted, marks excluded.
    pub parts: Vec<Span>,
    /// The whole statement.
    pub content: Span,
    /// Words that announce it.
    pub cue: Option<Span>,
    /// Rule that fired.
    pub rule: std::borrow::Cow<'static, str>,
    /// 0 to 1.
    pub confidence: f64,
    /// The day that its announcement names.
    pub said_on: Option<SaidOnOut>,
    /// Who says it.
    pub speaker: Option<SpeakerOut>,
}

/// Who says it.
#[derive(Debug, Clone, Serialize)]
pub struct SpeakerOut {
    /// Resolved name; null for a pronoun that was not resolved.
    pub name: Option<String>,
    /// person, organisation, unnamed or document.
    pub kind: SpeakerKind,
    /// Role.
    pub role: Option<String>,
    /// Whom they speak for.
    pub organisation: Option<String>,
    /// The words that name them here.
    pub mention: String,
    /// Where these stand.
    pub mention_span: Span,
    /// How the mention leads to the name: the words that it stands for, then the fullest name.
    pub chain: Vec<StepOut>,
}

/// A step from a mention to a name.
#[derive(Debug, Clone, Serialize)]
pub struct StepOut {
    /// Words of the body.
    pub text: String,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// The wire form of an article and what is known of its quotes.
pub fn extract(article: &Article, attribution: &Attribution, source: &str, key: &str, id: &str) -> Extract {
    let meta = &article.meta;
    Extract {
        schema_version: SCHEMA_VERSION,
        id: id.to_owned(),
        key: key.to_owned(),
        source: source.to_owned(),
        headline: meta.headline.clone(),
        headline_inferred: meta.headline_inferred,
        date: meta.date.map(|date| date.to_string()),
        date_precision: meta.date.map(|date| date.precision()),
        date_source: meta.date_source.clone(),
        dates: dates_out(article),
        date_conflict: meta.date_conflict,
        dateline: meta.dateline.clone(),
        authors: meta.authors.clone(),
        byline: meta.byline.clone(),
        publisher: meta.publisher.clone(),
        desk: meta.desk.clone(),
        url: meta.url.clone(),
        language: meta.language.clone(),
        body: article.body().to_owned(),
        headings: article.sections().iter().filter_map(|s| s.heading).map(|heading| heading.of(article.body()).to_owned()).collect(),
        sections: article
            .sections()
            .iter()
            .map(|section| SectionOut {
                kind: section.kind,
                heading: section.heading,
                start: section.span.start,
                end: section.span.end,
                blocks: section.blocks.iter().map(|b| BlockOut { kind: b.kind, start: b.span.start, end: b.span.end }).collect(),
            })
            .collect(),
        quotes: attribution.quotes.iter().map(|quote| quote_out(article, attribution, quote, key)).collect(),
    }
}

fn quote_out(article: &Article, attribution: &Attribution, quote: &Quote, key: &str) -> QuoteOut {
    let first = quote.parts.first().map_or(quote.content.start, |part| part.start);
    QuoteOut {
        id: format!("{key}-{first}"),
        kind: quote.kind,
        parts: quote.parts.clone(),
        content: quote.content,
        cue: quote.cue,
        rule: quote.rule.clone(),
        confidence: shown_confidence(quote),
        said_on: said_on_out(quote),
        speaker: speaker_out(article, attribution, quote),
    }
}

/// The wire form of a quote's speaker.
pub fn speaker_out(article: &Article, attribution: &Attribution, quote: &Quote) -> Option<SpeakerOut> {
    let (speaker, mention) = quote.speaker.and_then(|number| attribution.speakers.get(number)).zip(quote.mention)?;
    Some(SpeakerOut {
        name: speaker.name.clone(),
        kind: speaker.kind,
        role: speaker.role.clone(),
        organisation: speaker.organisation.clone(),
        mention: mention.of(article.body()).to_owned(),
        mention_span: mention,
        chain: quote
            .chain
            .iter()
            .map(|step| StepOut { text: step.of(article.body()).to_owned(), start: step.start, end: step.end })
            .collect(),
    })
}

/// A quote's confidence as it is shown: a hundredth is as fine as it means anything.
pub fn shown_confidence(quote: &Quote) -> f64 {
    (f64::from(quote.confidence) * 100.0).round() / 100.0
}
