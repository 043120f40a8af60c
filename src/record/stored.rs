//! An article as an index keeps it, and back: what it says in shorthand, and as bytes where each part of that is, its sections and quotes.

use super::{Origin, packed, show_key};
use crate::article::{Article, Block, BlockKind, DateRole, Dateline, Dating, Meta, Section, SectionKind};
use crate::quote::{Attribution, Quote, SaidOn, Speaker, SpeakerKind};
use crate::text::{Date, Span, shorthand};
use serde::{Deserialize, Serialize};

/// An article as it is stored. Its words stand in one text, one behind the other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stored {
    id: Option<String>,
    origin: Origin,
    headline: Option<u32>,
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
    sections: Vec<StoredSection>,
    /// As [`super::packed`] writes them.
    quotes: Vec<u8>,
    /// The days that announcements name: by the number of the quote, and where the day stands.
    said_on: Vec<(u32, Date, u32, u32)>,
    speakers: Vec<StoredSpeaker>,
    #[serde(skip)]
    texts: String,
}

/// A section, whose blocks are the next lines of the body: so many of a kind, so many of the next.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct StoredSection {
    kind: SectionKind,
    has_heading: bool,
    blocks: Vec<(BlockKind, u32)>,
}

/// A speaker, with the lengths of the texts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct StoredSpeaker {
    name: Option<u32>,
    role: Option<u32>,
    kind: SpeakerKind,
    organisation: Option<u32>,
}

/// Texts one behind the other, each on a line of its own, the last one to the end; their lengths in bytes are kept elsewhere.
#[derive(Debug, Default)]
struct Texts(String);

impl Texts {
    /// Adds a text and gives its length.
    fn put(&mut self, text: &str) -> u32 {
        self.0.push_str(text);
        self.0.push('\n');
        text.len() as u32
    }

    /// The first of a length, cut off; `None` where there is none.
    fn take<'a>(from: &mut &'a str, length: u32) -> Option<&'a str> {
        let (text, rest) = from.split_at_checked(length as usize)?;
        *from = rest.strip_prefix('\n')?;
        Some(text)
    }

    /// The same where there may be none.
    fn taken(from: &mut &str, length: Option<u32>) -> Option<Option<String>> {
        length.map_or(Some(None), |length| Some(Some(Self::take(from, length)?.to_owned())))
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
        let meta = &article.meta;
        let section = |section: &Section| StoredSection {
            kind: section.kind,
            has_heading: section.heading.is_some(),
            blocks: section.blocks.chunk_by(|a, b| a.kind == b.kind).map(|same| (same[0].kind, same.len() as u32)).collect(),
        };
        let said_on = attribution.quotes.iter().zip(0..).filter_map(|(quote, number)| {
            let SaidOn { date, span } = quote.said_on?;
            Some((number, date, span.start, span.end - span.start))
        });
        let mut texts = Texts(String::with_capacity(article.body().len() + 400));
        let mut put = |text: &Option<String>| text.as_deref().map(|text| texts.put(text));
        let headline = put(&meta.headline);
        let speakers = attribution.speakers.iter().map(|Speaker { name, role, kind, organisation }| StoredSpeaker {
            name: put(name),
            role: put(role),
            kind: *kind,
            organisation: put(organisation),
        });
        let speakers = speakers.collect();
        texts.0.push_str(article.body());
        Self {
            id: article.id.clone(),
            origin: origin.clone(),
            headline,
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
            sections: article.sections().iter().map(section).collect(),
            quotes: packed::pack(&attribution.quotes),
            said_on: said_on.collect(),
            speakers,
            texts: texts.0,
        }
    }

    /// Its words as they are.
    pub(super) fn texts(&self) -> &str {
        &self.texts
    }

    /// Its words in shorthand, UTF-8.
    pub(super) fn shorthand(&self) -> Vec<u8> {
        let mut short = Vec::new();
        shorthand::write(&self.texts, &mut short);
        short
    }

    /// Reads what [`super::records`] stored: the bytes, and the words in shorthand; `None` when they are damaged.
    pub fn load(bytes: &[u8], short: &str) -> Option<Loaded> {
        let stored: Stored = postcard::from_bytes(bytes).ok()?;
        let texts = shorthand::read(short)?;
        let mut texts = texts.as_str();
        let headline = Texts::taken(&mut texts, stored.headline)?;
        let mut speakers = Vec::new();
        for StoredSpeaker { name, role, kind, organisation } in stored.speakers {
            let [name, role, organisation] = [name, role, organisation].map(|length| Texts::taken(&mut texts, length));
            speakers.push(Speaker { name: name?, role: role?, kind, organisation: organisation? });
        }
        let body = texts;
        let mut meta = Meta {
            headline,
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
        let mut lines = body.split_inclusive('\n');
        let mut at = 0usize;
        let mut sections = Vec::with_capacity(stored.sections.len());
        for section in stored.sections {
            let start = at;
            let mut blocks = Vec::new();
            for (kind, many) in section.blocks {
                for _ in 0..many {
                    let end = at + lines.next()?.len();
                    blocks.push(Block { kind, span: Span::new(at, end) });
                    at = end;
                }
            }
            let first = blocks.first().filter(|_| section.has_heading).map(|block| block.span);
            let heading = first.map(|span| Span::new(start, start + span.of(body).trim_end_matches('\n').len()));
            sections.push(Section { kind: section.kind, heading, span: Span::new(start, at), blocks });
        }
        let fits = |span: Span| span.fits(body);
        let mut quotes = packed::unpack(&stored.quotes)?;
        for (number, date, start, length) in stored.said_on {
            let span = Span { start, end: start.saturating_add(length) };
            quotes.get_mut(number as usize)?.said_on = Some(SaidOn { date, span });
        }
        for quote in &quotes {
            let whole = quote.parts.iter().all(|&part| fits(part)) && fits(quote.content);
            let beside = quote.cue.is_none_or(fits) && quote.mention.is_none_or(fits) && quote.speaker.is_none_or(|i| i < speakers.len());
            let beside = beside && quote.said_on.is_none_or(|said_on| fits(said_on.span));
            let beside = beside && quote.chain.iter().all(|&step| fits(step));
            if !(whole && beside) {
                return None;
            }
        }
        let article = Article::from_parts(stored.id, meta, body.to_owned(), sections)?;
        Some(Loaded { article, attribution: Attribution { quotes, speakers }, origin: stored.origin })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Draft;
    use crate::quote;
    use crate::record::{self, ArticleRecord, hundredths};
    use proptest::prelude::*;

    /// A line of an article: what people say, and anything else.
    fn line() -> impl Strategy<Value = String> {
        let names = prop::sample::select(vec!["Ann Moss", "Moss", "She", "The Harbour Ministry", "Ólafur Sørby", "officials"]);
        prop_oneof![
            (names, "[a-z ,]{0,40}")
                .prop_map(|(name, words)| format!("\"We {words},\" said {name} on Monday. {name} said that the ferry would sail.")),
            "[ -~éß“”’\u{1}\u{7f}\n]{0,60}",
            any::<String>(),
        ]
    }

    fn block() -> impl Strategy<Value = (BlockKind, String)> {
        let kinds =
            [BlockKind::Heading, BlockKind::Paragraph, BlockKind::Paragraph, BlockKind::Item, BlockKind::Question, BlockKind::Caption];
        (prop::sample::select(kinds.to_vec()), line())
    }

    proptest! {
        #[test]
        fn an_article_comes_back_as_it_was(
            headline in proptest::option::of(line()),
            summary in prop::collection::vec(line(), 0..3),
            blocks in prop::collection::vec(block(), 0..8),
            place in "[ -~]{0,12}",
        ) {
            let summary = summary.into_iter().map(|text| (BlockKind::Item, text)).collect();
            let meta = Meta { headline, ..Meta::default() };
            let article = Article::new(Draft { id: Some(place.clone()), meta, summary, blocks, ..Draft::default() });
            let origin = Origin { root: "papers".into(), path: "all.jsonl".into(), place, file: "papers/all.jsonl".into() };
            let mut attribution = quote::attribute(&article);
            let ArticleRecord { short, stored, .. } = record::records(&article, &attribution, &origin, record::hash(&article)).article;
            let short = String::from_utf8(short).expect("shorthand is UTF-8");
            let loaded = Stored::load(&stored, &short);
            for quote in &mut attribution.quotes {
                quote.confidence = f32::from(hundredths(quote.confidence)) / 100.0;
            }
            prop_assert_eq!(loaded, Some(Loaded { article, attribution, origin }));
            // Cut off anywhere, it is nothing, and no panic.
            for end in [0, stored.len() / 2, stored.len().saturating_sub(1)] {
                prop_assert_eq!(Stored::load(&stored[..end], &short), None);
            }
            let half = (0..=short.len() / 2).rev().find(|&at| short.is_char_boundary(at)).unwrap_or(0);
            let _ = Stored::load(&stored, &short[..half]);
        }
    }
}
