//! An article as an index keeps it: one piece of bytes with its text, sections and quotes, and back.

use super::{Origin, hundredths, show_key};
use crate::article::{Article, Block, BlockKind, DateRole, Dateline, Dating, Meta, Section, SectionKind};
use crate::quote::{Attribution, Quote, QuoteKind, SaidOn, Speaker};
use crate::text::{Date, Span};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// An article as it is stored: with its text, once, its sections and its quotes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stored {
    id: Option<String>,
    origin: Origin,
    headline: Option<String>,
    headline_inferred: bool,
    date: Option<Date>,
    date_source: Option<String>,
    dates: Vec<Dating>,
    date_conflict: bool,
    dateline: Option<Dateline>,
    authors: Vec<String>,
    byline: Option<String>,
    publisher: Option<String>,
    desk: Option<String>,
    url: Option<String>,
    language: Option<String>,
    body: String,
    sections: Vec<StoredSection>,
    quotes: Vec<StoredQuote>,
    speakers: Vec<Speaker>,
}

/// Lengths instead of spans: blocks tile their section and sections the body.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct StoredSection {
    kind: SectionKind,
    has_heading: bool,
    blocks: Vec<(BlockKind, u32)>,
}

/// Spans as distances: most of them then take two or three bytes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct StoredQuote {
    /// Each from the end of the one before, the first from the start of the quote before.
    parts: Vec<(i32, u32)>,
    /// From the start of the first part; `None`: from first to last part.
    content: Option<(i32, u32)>,
    kind: QuoteKind,
    /// From the start of the first part.
    cue: Option<(i32, u32)>,
    speaker: Option<u32>,
    /// From the start of the first part.
    mention: Option<(i32, u32)>,
    /// Each from the start of the first part.
    chain: Vec<(i32, u32)>,
    /// The day, and where it stands, from the start of the first part.
    said_on: Option<(Date, (i32, u32))>,
    rule: String,
    /// In hundredths.
    confidence: u8,
}

/// A span as a distance from `from` and a length.
fn distance(span: Span, from: u32) -> (i32, u32) {
    (span.start.wrapping_sub(from) as i32, span.end - span.start)
}

/// The span at a distance from `from`; spans that no text could hold fail the check of the whole quote.
fn at_distance((distance, length): (i32, u32), from: u32) -> Span {
    let start = from.wrapping_add(distance as u32);
    Span { start, end: start.saturating_add(length) }
}

impl StoredQuote {
    fn new(quote: &Quote, before: u32) -> Self {
        let start = quote.parts.first().map_or(0, |part| part.start);
        let mut from = before;
        let parts = quote.parts.iter().map(|&part| {
            let stored = distance(part, from);
            from = part.end;
            stored
        });
        let parts = parts.collect();
        let whole = Span { start, end: from };
        Self {
            parts,
            content: (quote.content != whole).then(|| distance(quote.content, start)),
            kind: quote.kind,
            cue: quote.cue.map(|cue| distance(cue, start)),
            speaker: quote.speaker.map(|index| index as u32),
            mention: quote.mention.map(|mention| distance(mention, start)),
            chain: quote.chain.iter().map(|&step| distance(step, start)).collect(),
            said_on: quote.said_on.map(|said_on| (said_on.date, distance(said_on.span, start))),
            rule: quote.rule.to_string(),
            confidence: hundredths(quote.confidence),
        }
    }

    fn load(self, before: u32) -> Option<Quote> {
        let mut from = before;
        let parts = self.parts.into_iter().map(|part| {
            let span = at_distance(part, from);
            from = span.end;
            span
        });
        let parts: Vec<Span> = parts.collect();
        let start = parts.first()?.start;
        let content = self.content.map_or(Span { start, end: from }, |content| at_distance(content, start));
        let (cue, mention) = (self.cue.map(|cue| at_distance(cue, start)), self.mention.map(|mention| at_distance(mention, start)));
        let speaker = self.speaker.map(|index| index as usize);
        Some(Quote {
            parts,
            content,
            kind: self.kind,
            cue,
            speaker,
            mention,
            chain: self.chain.into_iter().map(|step| at_distance(step, start)).collect(),
            said_on: self.said_on.map(|(date, span)| SaidOn { date, span: at_distance(span, start) }),
            rule: Cow::Owned(self.rule),
            confidence: f32::from(self.confidence) / 100.0,
        })
    }
}

/// What was stored of an article, ready for use.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    /// The article.
    pub article: Article,
    /// Its quotes and speakers.
    pub attribution: Attribution,
    /// Where it came from.
    pub origin: Origin,
}

impl Loaded {
    /// The id that people see: the input's own, else the key.
    pub fn id(&self) -> String {
        self.article.id.clone().unwrap_or_else(|| show_key(self.origin.key()))
    }
}

/// The id of a quote: its article's key and the first byte of its first part.
pub fn quote_id(article_key: u64, quote: &Quote) -> String {
    format!("{}-{}", show_key(article_key), quote.parts.first().map_or(0, |part| part.start))
}

/// True when the article's own date is all that is known of dates.
fn is_plain(meta: &Meta) -> bool {
    let own = |dating: &Dating| dating.role == DateRole::Published && Some(dating.date) == meta.date;
    meta.dates.len() == 1 && meta.dates.iter().all(own) && meta.dates.first().map(|dating| &dating.source) == meta.date_source.as_ref()
}

impl Stored {
    pub(super) fn new(article: &Article, attribution: &Attribution, origin: &Origin) -> Self {
        let Meta {
            headline,
            headline_inferred,
            date,
            date_source,
            dates,
            date_conflict,
            dateline,
            authors,
            byline,
            publisher,
            desk,
            url,
            language,
            found: _,
        } = article.meta.clone();
        let section = |section: &Section| StoredSection {
            kind: section.kind,
            has_heading: section.heading.is_some(),
            blocks: section.blocks.iter().map(|block| (block.kind, block.span.len() as u32)).collect(),
        };
        let mut before = 0;
        let quotes = attribution.quotes.iter().map(|quote| {
            let stored = StoredQuote::new(quote, before);
            before = quote.parts.first().map_or(before, |part| part.start);
            stored
        });
        let quotes = quotes.collect();
        Self {
            id: article.id.clone(),
            origin: origin.clone(),
            headline,
            headline_inferred,
            date,
            date_source,
            // Where the article's own date is all that is known of dates, it is not kept twice.
            dates: if is_plain(&article.meta) { Vec::new() } else { dates },
            date_conflict,
            dateline,
            authors,
            byline,
            publisher,
            desk,
            url,
            language,
            body: article.body().to_owned(),
            sections: article.sections().iter().map(section).collect(),
            quotes,
            speakers: attribution.speakers.clone(),
        }
    }

    /// Reads what [`super::records`] stored; `None` when the bytes are damaged.
    pub fn load(bytes: &[u8]) -> Option<Loaded> {
        let stored: Stored = postcard::from_bytes(bytes).ok()?;
        let mut meta = Meta {
            headline: stored.headline,
            headline_inferred: stored.headline_inferred,
            date: stored.date,
            date_source: stored.date_source,
            dates: stored.dates,
            date_conflict: stored.date_conflict,
            dateline: stored.dateline,
            authors: stored.authors,
            byline: stored.byline,
            publisher: stored.publisher,
            desk: stored.desk,
            url: stored.url,
            language: stored.language,
            found: Default::default(),
        };
        if let (true, Some(date), Some(source)) = (meta.dates.is_empty(), meta.date, meta.date_source.clone()) {
            meta.dates.push(Dating { role: DateRole::Published, date, source });
        }
        let mut at = 0usize;
        let mut sections = Vec::with_capacity(stored.sections.len());
        for section in stored.sections {
            let start = at;
            let mut blocks = Vec::with_capacity(section.blocks.len());
            for (kind, len) in section.blocks {
                let end = at.checked_add(len as usize).filter(|&end| end <= stored.body.len())?;
                blocks.push(Block { kind, span: Span::new(at, end) });
                at = end;
            }
            let first = blocks.first().filter(|_| section.has_heading).map(|block| block.span);
            let heading = first.map(|span| Span::new(start, start + span.of(&stored.body).trim_end_matches('\n').len()));
            sections.push(Section { kind: section.kind, heading, span: Span::new(start, at), blocks });
        }
        let fits = |span: Span| span.fits(&stored.body);
        let mut quotes = Vec::with_capacity(stored.quotes.len());
        let mut before = 0;
        for quote in stored.quotes {
            let quote = quote.load(before)?;
            before = quote.parts[0].start;
            let whole = quote.parts.iter().all(|&part| fits(part)) && fits(quote.content);
            let beside =
                quote.cue.is_none_or(fits) && quote.mention.is_none_or(fits) && quote.speaker.is_none_or(|i| i < stored.speakers.len());
            let beside = beside && quote.said_on.is_none_or(|said_on| fits(said_on.span));
            let beside = beside && quote.chain.iter().all(|&step| fits(step));
            if !(whole && beside) {
                return None;
            }
            quotes.push(quote);
        }
        let attribution = Attribution { quotes, speakers: stored.speakers };
        let article = Article::from_parts(stored.id, meta, stored.body, sections)?;
        Some(Loaded { article, attribution, origin: stored.origin })
    }
}
