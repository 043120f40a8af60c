//! Records: what goes into an index, flat and field-tagged; one per article, one per quote, one per source file.
//!
//! Here is an article with its quotes, give me the records; here are the bytes that were stored, give me the article back. This is the
//! last place that knows language: behind it stand words, numbers and spans.

mod hash;
mod packed;
mod stored;

pub use hash::hash;
pub use stored::{Loaded, Stored, quote_id};

use crate::article::{Article, BlockKind, DateRole, Meta, SectionKind};
use crate::pattern::{Border, Borders};
use crate::quote::{Attribution, Quote, QuoteKind, Speaker, SpeakerKind};
use crate::text::word::{Word, words};
use crate::text::{Date, Span};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashMap;
use xxhash_rust::xxh3::Xxh3;

/// Must change whenever an unchanged file would give other records: when a reader, the attribution or a record changes. It stands in the
/// marker of every index, so that an index made by other rules is named and rebuilt, and in the hash of every article.
pub const VERSION: u32 = 8;

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
        self.key_at(&self.place)
    }

    /// Key of an article at another place in the same file.
    pub fn key_at(&self, place: &str) -> u64 {
        key(&["article", &self.root, &self.path, place])
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
pub struct ArticleRecord<'a> {
    /// Key of the article.
    pub key: u64,
    /// Key of its source file.
    pub source: u64,
    /// Hash of the article as read.
    pub hash: u64,
    /// The input's own id.
    pub id: &'a str,
    /// Words of the headline.
    pub headline: &'a str,
    /// Words of the summary sections.
    pub summary: SectionText,
    /// Words of all other sections.
    pub body: SectionText,
    /// Where sentences, paragraphs and sections begin in the body, in the summary, in the headline (one sentence), among the crossheads.
    pub borders: [Borders; 4],
    /// Crossheads, one a line.
    pub section: String,
    /// The byline.
    pub byline: Cow<'a, str>,
    /// The desk.
    pub desk: &'a str,
    /// The publisher.
    pub publisher: &'a str,
    /// The place in its dateline.
    pub place: &'a str,
    /// The agency in its dateline.
    pub agency: &'a str,
    /// The language of its text.
    pub language: &'a str,
    /// `yes` where its dates contradict each other, else `no`; empty where it has none.
    pub date_conflict: &'static str,
    /// First and last second of its date.
    pub date: Option<(i64, i64)>,
    /// First and last second of its last change.
    pub modified: Option<(i64, i64)>,
    /// What it says, in shorthand, UTF-8.
    pub short: Vec<u8>,
    /// All else of the article, as [`Stored`] reads it together with that.
    pub stored: Vec<u8>,
}

/// The record of a quote; what it is printed in stands in the article's record.
#[derive(Debug, Clone, PartialEq)]
pub struct QuoteRecord<'a> {
    /// Key of the article.
    pub key: u64,
    /// The how-manieth quote of its article, from 1.
    pub ordinal: u64,
    /// First byte of its first part.
    pub start: u64,
    /// The words in quotation marks; empty for a reported clause, whose words are found in its article.
    pub quote: String,
    /// Where sentences and paragraphs begin in these words.
    pub borders: Borders,
    /// The reported clause of a mixed or an indirect quote.
    pub clause: Option<Clause>,
    /// The crosshead it stands under.
    pub section: &'a str,
    /// Name of the speaker, or the mention.
    pub speaker: &'a str,
    /// Code of what speaks, see [`speaker_code`].
    pub speaker_kind: u8,
    /// Role and organisation of the speaker.
    pub role: Cow<'a, str>,
    /// The words that announce it.
    pub cue: &'a str,
    /// direct, mixed, indirect.
    pub kind: &'static str,
    /// In hundredths.
    pub confidence: u8,
    /// The language of its article.
    pub language: &'a str,
    /// First and last second of the day that its announcement names.
    pub said_on: Option<(i64, i64)>,
}

/// Where a reported clause stands in the words of its article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clause {
    /// True when it stands in the summary.
    pub in_summary: bool,
    /// Position of its first word in the text of the summary or of the body.
    pub first: u32,
    /// How many positions it covers.
    pub length: u32,
}

/// The records of one article: they are written as one block, the article first.
#[derive(Debug, Clone, PartialEq)]
pub struct Records<'a> {
    /// The article.
    pub article: ArticleRecord<'a>,
    /// Its quotes: those in marks, in order, then its reported clauses, in order (see [`in_record_order`]).
    pub quotes: Vec<QuoteRecord<'a>>,
    /// How many of these are in marks.
    pub marked: u64,
}

/// The numbers of an article's quotes in the order of their records: those in marks first, then the reported clauses.
pub fn in_record_order(attribution: &Attribution) -> impl Iterator<Item = usize> + '_ {
    let of = |indirect: bool| {
        let quotes = attribution.quotes.iter().enumerate();
        quotes.filter(move |(_, quote)| (quote.kind == QuoteKind::Indirect) == indirect).map(|(number, _)| number)
    };
    of(false).chain(of(true))
}

/// The records of an article and its quotes. `hash` is [`hash`] of the article.
pub fn records<'a>(article: &'a Article, attribution: &'a Attribution, origin: &Origin, hash: u64) -> Records<'a> {
    let meta = &article.meta;
    let stored = Stored::new(article, attribution, origin);
    let key = origin.key();
    let [body, summary] = section_texts(article);
    let clauses = clauses(&[&body, &summary], attribution);
    let (headline, crossheads) = (meta.headline.as_deref().unwrap_or_default(), crossheads(article));
    let marked = attribution.quotes.iter().filter(|quote| quote.kind != QuoteKind::Indirect).count() as u64;
    let quotes = in_record_order(attribution).zip(1..);
    let quotes =
        quotes.map(|(i, ordinal)| quote_record(article, attribution, &attribution.quotes[i], key, ordinal, clauses.get(&i).copied()));
    Records {
        article: ArticleRecord {
            key,
            source: origin.source_key(),
            hash,
            id: article.id.as_deref().unwrap_or_default(),
            borders: [body.borders(), summary.borders(), Borders::of_sentence(headline), Borders::of(&crossheads, &[])],
            headline,
            summary,
            body,
            section: crossheads,
            byline: byline(meta),
            desk: meta.desk.as_deref().unwrap_or_default(),
            publisher: meta.publisher.as_deref().unwrap_or_default(),
            place: meta.dateline.as_ref().and_then(|line| line.place.as_deref()).unwrap_or_default(),
            agency: meta.dateline.as_ref().and_then(|line| line.agency.as_deref()).unwrap_or_default(),
            language: meta.language.as_deref().unwrap_or_default(),
            date_conflict: date_conflict(meta),
            date: meta.date.map(seconds),
            modified: meta.first(DateRole::Modified).map(|dating| seconds(dating.date)),
            short: stored.shorthand(),
            stored: postcard::to_allocvec(&stored).unwrap_or_default(),
        },
        quotes: quotes.collect(),
        marked,
    }
}

/// Where the reported clauses of mixed and indirect quotes stand in the words of the article's body and summary, by the number of the quote.
pub fn clauses(texts: &[&SectionText; 2], attribution: &Attribution) -> HashMap<usize, Clause> {
    let reported = attribution.quotes.iter().enumerate().filter(|(_, quote)| quote.kind != QuoteKind::Direct);
    // First and last byte of each clause in the text of its field.
    let mut wanted: [Vec<(u32, u32, usize)>; 2] = [Vec::new(), Vec::new()];
    for (number, quote) in reported {
        for (field, text) in texts.iter().enumerate() {
            wanted[field].extend(text.of_body(quote.content).map(|span| (span.start, span.end, number)));
        }
    }
    let mut found = HashMap::new();
    for (field, mut wanted) in wanted.into_iter().enumerate().filter(|(_, wanted)| !wanted.is_empty()) {
        wanted.sort_unstable();
        let words = texts[field].words();
        for (from, to, number) in wanted {
            let before = |byte: u32| words.partition_point(|word| word.span.start < byte);
            if let [first, ..] = words[before(from)..before(to)]
                && let [.., last] = words[before(from)..before(to)]
            {
                let length = last.position - first.position + 1;
                found.insert(number, Clause { in_summary: field == 1, first: first.position, length });
            }
        }
    }
    found
}

/// The text of an article's summary sections, or of all others, with what is known of its inner order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SectionText {
    /// The sections, one after the other.
    pub text: String,
    /// Borders that the text itself does not show, by the byte.
    others: Vec<(u32, Border)>,
    /// Where each section begins in the text, and where it stands in the body.
    places: Vec<(u32, Span)>,
    words: OnceCell<Vec<Word>>,
}

impl SectionText {
    /// Its words; looked for when they are first asked for.
    pub fn words(&self) -> &[Word] {
        self.words.get_or_init(|| words(&self.text).collect())
    }

    /// Where sentences, paragraphs and sections begin.
    pub fn borders(&self) -> Borders {
        Borders::of_words(&self.text, self.words().iter().copied(), &self.others)
    }

    /// Where a stretch of this text stands in the body. It lies in one section.
    pub fn in_body(&self, span: Span) -> Span {
        let at = self.places.partition_point(|(begin, _)| *begin <= span.start);
        let (begin, section) = at.checked_sub(1).map_or((0, Span { start: 0, end: 0 }), |at| self.places[at]);
        Span { start: section.start + (span.start - begin), end: section.start + (span.end - begin) }
    }

    /// Where a stretch of the body stands in this text, if it lies in one of its sections.
    fn of_body(&self, span: Span) -> Option<Span> {
        let at = self.places.partition_point(|(_, section)| section.start <= span.start);
        let (begin, section) = *self.places.get(at.checked_sub(1)?)?;
        let start = begin + (span.start - section.start);
        section.contains(span).then(|| Span { start, end: start + span.len() as u32 })
    }
}

/// The text of an article without its summary, and that of its summary.
pub fn section_texts(article: &Article) -> [SectionText; 2] {
    [false, true].map(|is_summary| {
        let mut text = String::new();
        let (mut places, mut others) = (Vec::new(), Vec::new());
        let mut has_lead = is_summary;
        for section in article.sections().iter().filter(|section| (section.kind == SectionKind::Summary) == is_summary) {
            let begin = text.len() as u32;
            let inside = |byte: u32| begin + (byte - section.span.start);
            match section.heading {
                Some(heading) => others.extend([(begin, Border::Crosshead), (inside(heading.end), Border::Below)]),
                None => others.push((begin, Border::Plain)),
            }
            if let Some(lead) = section.blocks.iter().find(|block| !has_lead && block.kind != BlockKind::Heading) {
                has_lead = true;
                others.extend([(inside(lead.span.start), Border::Lead), (inside(lead.span.end), Border::Lead)]);
            }
            places.push((begin, section.span));
            text.push_str(section.span.of(article.body()));
        }
        SectionText { text, others, places, words: OnceCell::new() }
    })
}

fn quote_record<'a>(
    article: &'a Article,
    attribution: &'a Attribution,
    quote: &Quote,
    key: u64,
    ordinal: u64,
    clause: Option<Clause>,
) -> QuoteRecord<'a> {
    let start = quote.parts.first().map_or(0, |part| part.start);
    let (text, borders) = match quote.kind {
        QuoteKind::Indirect => Default::default(),
        _ => {
            let text = quote_text(article.body(), quote);
            let borders = text.borders(article.body(), quote);
            (text.text, borders)
        }
    };
    QuoteRecord {
        key,
        ordinal,
        start: u64::from(start),
        quote: text,
        borders,
        clause,
        section: article.crosshead_at(start).unwrap_or_default(),
        speaker: speaker_text(article, attribution, quote),
        speaker_kind: speaker_code(attribution, quote),
        role: role_text(attribution, quote),
        cue: quote.cue.map(|cue| cue.of(article.body())).unwrap_or_default(),
        kind: kind_text(quote.kind),
        confidence: hundredths(quote.confidence),
        language: article.meta.language.as_deref().unwrap_or_default(),
        said_on: quote.said_on.map(|said_on| seconds(said_on.date)),
    }
}

/// First and last second that a date stands for.
fn seconds(date: Date) -> (i64, i64) {
    (date.first_second(), date.last_second())
}

/// The text of the field `date-conflict`; empty where no date is given.
pub fn date_conflict(meta: &Meta) -> &'static str {
    match (meta.dates.is_empty(), meta.date_conflict) {
        (true, _) => "",
        (_, true) => "yes",
        (_, false) => "no",
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
pub fn byline(meta: &Meta) -> Cow<'_, str> {
    meta.byline.as_deref().map_or_else(|| Cow::Owned(meta.authors.join(", ")), Cow::Borrowed)
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
pub fn role_text<'a>(attribution: &'a Attribution, quote: &Quote) -> Cow<'a, str> {
    let Some(speaker) = quote.speaker.and_then(|index| attribution.speakers.get(index)) else { return Cow::default() };
    let role = speaker.role.as_deref().unwrap_or_default();
    match &speaker.organisation {
        Some(organisation) if !role.contains(organisation.as_str()) => Cow::Owned(format!("{role}\n{organisation}")),
        _ => Cow::Borrowed(role),
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

impl QuoteText {
    /// Where sentences begin in the words of the quote, and paragraphs of the body that they stand in.
    pub fn borders(&self, body: &str, quote: &Quote) -> Borders {
        let words: Vec<Word> = words(&self.text).collect();
        let mut borders = Borders::of_words(&self.text, words.iter().copied(), &[]);
        let (mut part, mut last) = (0, None);
        for word in &words {
            while self.parts.get(part + 1).is_some_and(|next| next.start <= word.span.start) {
                part += 1;
            }
            let (Some(inside), Some(there)) = (self.parts.get(part), quote.parts.get(part)) else { break };
            // In parts a blank stands for the end of a line: bytes agree.
            let at = (there.start + word.span.start.saturating_sub(inside.start)) as usize;
            let line_end = |from: usize| body.get(from..at).is_some_and(|between| between.contains('\n'));
            if last.is_some_and(line_end) {
                borders.push(Border::Paragraph, word.position);
                borders.push(Border::Sentence, word.position);
            }
            last = Some(at);
        }
        borders.settle();
        borders
    }
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
