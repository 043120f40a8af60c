//! An article as an index keeps it: one piece of bytes with its text, sections and quotes, and back.

use super::{Origin, packed, show_key};
use crate::article::{Article, Block, BlockKind, DateRole, Dateline, Dating, Meta, Section, SectionKind};
use crate::quote::{Attribution, Quote, SaidOn, Speaker};
use crate::text::{Date, Span};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// An article as it is stored: with its text, once, its sections and its quotes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stored<'a> {
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
    body: Cow<'a, str>,
    sections: Vec<StoredSection>,
    /// As [`super::packed`] writes them.
    quotes: Vec<u8>,
    /// The days that announcements name: by the number of the quote, and where the day stands.
    said_on: Vec<(u32, Date, u32, u32)>,
    speakers: Cow<'a, [Speaker]>,
}

/// Lengths instead of spans: blocks tile their section and sections the body.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct StoredSection {
    kind: SectionKind,
    has_heading: bool,
    blocks: Vec<(BlockKind, u32)>,
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

impl<'a> Stored<'a> {
    pub(super) fn new(article: &'a Article, attribution: &'a Attribution, origin: &Origin) -> Self {
        let meta = &article.meta;
        let section = |section: &Section| StoredSection {
            kind: section.kind,
            has_heading: section.heading.is_some(),
            blocks: section.blocks.iter().map(|block| (block.kind, block.span.len() as u32)).collect(),
        };
        let said_on = attribution.quotes.iter().zip(0..).filter_map(|(quote, number)| {
            let SaidOn { date, span } = quote.said_on?;
            Some((number, date, span.start, span.end - span.start))
        });
        Self {
            id: article.id.clone(),
            origin: origin.clone(),
            headline: meta.headline.clone(),
            headline_inferred: meta.headline_inferred,
            date: meta.date,
            date_source: meta.date_source.clone(),
            // Where the article's own date is all that is known of dates, it is not kept twice.
            dates: if is_plain(meta) { Vec::new() } else { meta.dates.clone() },
            date_conflict: meta.date_conflict,
            dateline: meta.dateline.clone(),
            authors: meta.authors.clone(),
            byline: meta.byline.clone(),
            publisher: meta.publisher.clone(),
            desk: meta.desk.clone(),
            url: meta.url.clone(),
            language: meta.language.clone(),
            body: Cow::Borrowed(article.body()),
            sections: article.sections().iter().map(section).collect(),
            quotes: packed::pack(&attribution.quotes),
            said_on: said_on.collect(),
            speakers: Cow::Borrowed(&attribution.speakers),
        }
    }

    /// The same without its body, which an index keeps as a text of its own.
    pub(super) fn without_body(self) -> Self {
        Self { body: Cow::default(), ..self }
    }

    /// Reads what [`super::records`] stored, with the body; `None` when the bytes are damaged.
    pub fn load(bytes: &[u8], body: String) -> Option<Loaded> {
        let stored: Stored = postcard::from_bytes(bytes).ok()?;
        let stored = Stored { body: Cow::Owned(body), ..stored };
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
        let mut quotes = packed::unpack(&stored.quotes)?;
        for (number, date, start, length) in stored.said_on {
            let span = Span { start, end: start.saturating_add(length) };
            quotes.get_mut(number as usize)?.said_on = Some(SaidOn { date, span });
        }
        for quote in &quotes {
            let whole = quote.parts.iter().all(|&part| fits(part)) && fits(quote.content);
            let beside =
                quote.cue.is_none_or(fits) && quote.mention.is_none_or(fits) && quote.speaker.is_none_or(|i| i < stored.speakers.len());
            let beside = beside && quote.said_on.is_none_or(|said_on| fits(said_on.span));
            let beside = beside && quote.chain.iter().all(|&step| fits(step));
            if !(whole && beside) {
                return None;
            }
        }
        let attribution = Attribution { quotes, speakers: stored.speakers.into_owned() };
        let article = Article::from_parts(stored.id, meta, stored.body.into_owned(), sections)?;
        Some(Loaded { article, attribution, origin: stored.origin })
    }
}
