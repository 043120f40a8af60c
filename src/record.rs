//! Records: what goes into an index, flat and field-tagged; one per article, one per quote, one per source file.
//!
//! Here is an article with its quotes, give me the records; here are the bytes that were stored, give me the article back. This is the
//! last place that knows language: behind it stand words, numbers and spans.

use crate::article::{Article, Block, BlockKind, Meta, Section, SectionKind};
use crate::quote::{Attribution, Quote, QuoteKind, Speaker, SpeakerKind};
use crate::text::{Date, Span};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

/// Must change whenever an unchanged file would give other records: when a reader, the attribution or a record changes. It stands in the
/// marker of every index, so that an index made by other rules is named and rebuilt, and in the hash of every article.
pub const VERSION: u32 = 2;

/// Where an article came from.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Origin {
    /// Name of the root folder.
    pub root: String,
    /// Path below the root, parted by `/`.
    pub path: String,
    /// Id or place inside a container; empty for a file that is one article.
    pub place: String,
    /// The file as it was named when it was read.
    pub file: String,
}

impl Origin {
    /// Key of the article: the same input gives the same key.
    pub fn key(&self) -> u64 {
        key(&["article", &self.root, &self.path, &self.place])
    }

    /// Key of the file that holds the article.
    pub fn source_key(&self) -> u64 {
        key(&["source", &self.root, &self.path])
    }
}

/// Hash of some texts and the borders between them (XXH3).
pub fn key(parts: &[&str]) -> u64 {
    let mut hasher = Xxh3::new();
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.digest()
}

/// A key as it is shown: sixteen hexadecimal digits.
pub fn show_key(key: u64) -> String {
    format!("{key:016x}")
}

/// The record of an article.
#[derive(Debug, Clone, PartialEq)]
pub struct ArticleRecord {
    /// Key of the article.
    pub key: u64,
    /// Key of its source file.
    pub source: u64,
    /// Hash of the article as read.
    pub hash: u64,
    /// The input's own id.
    pub id: String,
    /// Words of the headline.
    pub headline: String,
    /// Words of the summary sections.
    pub summary: String,
    /// Words of all other sections.
    pub body: String,
    /// Crossheads, one a line.
    pub section: String,
    /// The byline.
    pub byline: String,
    /// The desk.
    pub desk: String,
    /// The publisher.
    pub publisher: String,
    /// First and last second of its date.
    pub date: Option<(i64, i64)>,
    /// The article itself, as [`Stored`] reads it.
    pub stored: Vec<u8>,
}

/// The record of a quote; what it is printed in stands in the article's record.
#[derive(Debug, Clone, PartialEq)]
pub struct QuoteRecord {
    /// Key of the article.
    pub key: u64,
    /// The how-manieth quote of its article, from 1.
    pub ordinal: u64,
    /// First byte of its first part.
    pub start: u64,
    /// The words in quotation marks.
    pub quote: String,
    /// The crosshead it stands under.
    pub section: String,
    /// Name of the speaker, or the mention.
    pub speaker: String,
    /// Code of what speaks, see [`speaker_code`].
    pub speaker_kind: u8,
    /// Role and organisation of the speaker.
    pub role: String,
    /// The words that announce it.
    pub cue: String,
    /// direct, mixed, indirect.
    pub kind: &'static str,
    /// In hundredths.
    pub confidence: u8,
}

/// The records of one article: they are written as one block, the article first.
#[derive(Debug, Clone, PartialEq)]
pub struct Records {
    /// The article.
    pub article: ArticleRecord,
    /// Its quotes, in order.
    pub quotes: Vec<QuoteRecord>,
}

/// Hash of an article as read: equal hashes need no new records.
pub fn hash(article: &Article) -> u64 {
    let stored = Stored::new(article, &Attribution::default(), &Origin::default());
    // Encoding plain data into memory cannot fail; a hash of nothing would only mean that the article is written again.
    let bytes = postcard::to_allocvec(&(VERSION, stored)).unwrap_or_default();
    xxh3_64(&bytes)
}

/// The records of an article and its quotes. `hash` is [`hash`] of the article.
pub fn records(article: &Article, attribution: &Attribution, origin: &Origin, hash: u64) -> Records {
    let body = article.body();
    let text_of = |wanted: bool| -> String {
        let sections = article.sections().iter().filter(|section| (section.kind == SectionKind::Summary) == wanted);
        sections.map(|section| section.span.of(body)).collect()
    };
    let meta = &article.meta;
    let stored = Stored::new(article, attribution, origin);
    let key = origin.key();
    let quotes = attribution.quotes.iter().enumerate().map(|(i, quote)| quote_record(article, attribution, quote, key, i as u64 + 1));
    Records {
        article: ArticleRecord {
            key,
            source: origin.source_key(),
            hash,
            id: article.id.clone().unwrap_or_default(),
            headline: meta.headline.clone().unwrap_or_default(),
            summary: text_of(true),
            body: text_of(false),
            section: crossheads(article),
            byline: byline(meta),
            desk: meta.desk.clone().unwrap_or_default(),
            publisher: meta.publisher.clone().unwrap_or_default(),
            date: meta.date.map(|date| (date.first_second(), date.last_second())),
            stored: postcard::to_allocvec(&stored).unwrap_or_default(),
        },
        quotes: quotes.collect(),
    }
}

fn quote_record(article: &Article, attribution: &Attribution, quote: &Quote, key: u64, ordinal: u64) -> QuoteRecord {
    let start = quote.parts.first().map_or(0, |part| part.start);
    QuoteRecord {
        key,
        ordinal,
        start: u64::from(start),
        quote: quote_text(article.body(), quote).text,
        section: article.crosshead_at(start).unwrap_or_default().to_owned(),
        speaker: speaker_text(article, attribution, quote).to_owned(),
        speaker_kind: speaker_code(attribution, quote),
        role: role_text(attribution, quote),
        cue: quote.cue.map(|cue| cue.of(article.body())).unwrap_or_default().to_owned(),
        kind: kind_text(quote.kind),
        confidence: hundredths(quote.confidence),
    }
}

/// A confidence in hundredths: it is shown, asked for and stored no finer.
pub fn hundredths(confidence: f32) -> u8 {
    (confidence.clamp(0.0, 1.0) * 100.0).round() as u8
}

/// Crossheads of an article, one a line: the text of the field `section`.
pub fn crossheads(article: &Article) -> String {
    let mut text = String::new();
    for heading in article.sections().iter().filter_map(|section| section.heading) {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(heading.of(article.body()));
    }
    text
}

/// The text of the field `byline`: as printed, else the authors.
pub fn byline(meta: &Meta) -> String {
    meta.byline.clone().unwrap_or_else(|| meta.authors.join(", "))
}

/// The text of the field `speaker`: the resolved name, else the mention, else nothing.
pub fn speaker_text<'a>(article: &'a Article, attribution: &'a Attribution, quote: &Quote) -> &'a str {
    let name = quote.speaker.and_then(|index| attribution.speakers.get(index)).and_then(|speaker| speaker.name.as_deref());
    name.unwrap_or_else(|| quote.mention.map(|mention| mention.of(article.body())).unwrap_or_default())
}

/// What speaks, as a number for the index: 0 where nobody is known, 5 for a mention without a name.
pub fn speaker_code(attribution: &Attribution, quote: &Quote) -> u8 {
    match quote.speaker.and_then(|index| attribution.speakers.get(index)) {
        None => 0,
        Some(Speaker { name: None, .. }) => 5,
        Some(speaker) => match speaker.kind {
            SpeakerKind::Person => 1,
            SpeakerKind::Organisation => 2,
            SpeakerKind::Unnamed => 3,
            SpeakerKind::Document => 4,
        },
    }
}

/// The kind that [`speaker_code`] stands for; `None` for nobody and for mentions without a name.
pub fn speaker_kind(code: u64) -> Option<SpeakerKind> {
    let kinds = [SpeakerKind::Person, SpeakerKind::Organisation, SpeakerKind::Unnamed, SpeakerKind::Document];
    kinds.get(usize::try_from(code).ok()?.checked_sub(1)?).copied()
}

/// The text of the field `role`: what the speaker is and whom they speak for.
pub fn role_text(attribution: &Attribution, quote: &Quote) -> String {
    let Some(speaker) = quote.speaker.and_then(|index| attribution.speakers.get(index)) else { return String::new() };
    let role = speaker.role.clone().unwrap_or_default();
    match &speaker.organisation {
        Some(organisation) if !role.contains(organisation.as_str()) => format!("{role}\n{organisation}"),
        _ => role,
    }
}

/// The text of the field `kind`.
pub fn kind_text(kind: QuoteKind) -> &'static str {
    match kind {
        QuoteKind::Direct => "direct",
        QuoteKind::Mixed => "mixed",
        QuoteKind::Indirect => "indirect",
    }
}

/// The words of a quote as one text, and where its parts stand in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuoteText {
    /// The parts, joined by one space, or by ` … ` at a gap.
    pub text: String,
    /// For each part: bytes into `text`.
    pub parts: Vec<Span>,
}

/// The words of a quote as one text. Parts of a direct quote are one run of words (only their attribution or the end of a paragraph stands
/// between them); fragments of a reporting clause have a gap between them that no phrase crosses.
pub fn quote_text(body: &str, quote: &Quote) -> QuoteText {
    let joint = if quote.kind == QuoteKind::Mixed { " … " } else { " " };
    let mut text = String::new();
    let mut parts = Vec::with_capacity(quote.parts.len());
    for part in &quote.parts {
        if !text.is_empty() {
            text.push_str(joint);
        }
        let start = text.len();
        text.push_str(&unwrapped(part.of(body)));
        parts.push(Span::new(start, text.len()));
    }
    QuoteText { text, parts }
}

/// The end of a paragraph inside a part is a blank: both take one byte, so that offsets stay.
fn unwrapped(part: &str) -> Cow<'_, str> {
    if part.contains('\n') { Cow::Owned(part.replace('\n', " ")) } else { Cow::Borrowed(part) }
}

/// An article as it is stored: with its text, once, its sections and its quotes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stored {
    id: Option<String>,
    origin: Origin,
    headline: Option<String>,
    headline_inferred: bool,
    date: Option<String>,
    date_source: Option<String>,
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

impl Stored {
    fn new(article: &Article, attribution: &Attribution, origin: &Origin) -> Self {
        let Meta { headline, headline_inferred, date, date_source, authors, byline, publisher, desk, url, language } = article.meta.clone();
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
            date: date.map(|date| date.to_string()),
            date_source,
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

    /// Reads what [`records`] stored; `None` when the bytes are damaged.
    pub fn load(bytes: &[u8]) -> Option<Loaded> {
        let stored: Stored = postcard::from_bytes(bytes).ok()?;
        let meta = Meta {
            headline: stored.headline,
            headline_inferred: stored.headline_inferred,
            date: stored.date.as_deref().and_then(Date::parse),
            date_source: stored.date_source,
            authors: stored.authors,
            byline: stored.byline,
            publisher: stored.publisher,
            desk: stored.desk,
            url: stored.url,
            language: stored.language,
        };
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
