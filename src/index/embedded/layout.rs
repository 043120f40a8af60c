//! The engine's schema, derived from the field table, and records as the engine's documents.

use super::places::{Places, PlacesTokenizer};
use crate::analyze::{self, Tongue, WordTokenizer};
use crate::error::{Error, Result};
use crate::pattern::{Border, Borders};
use crate::record::{self, ArticleRecord, Clause, QuoteRecord, SectionText};
use crate::schema::{Analyzer, FieldDef, FieldType, fields};
use crate::text::hash::ShortWords;
use crate::text::word::words;
use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use tantivy::schema::document::{Document, ReferenceValue, ReferenceValueLeaf, Value};
use tantivy::schema::{BytesOptions, Field, IndexRecordOption, NumericOptions, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::{TextAnalyzer, TokenizerManager};

/// The engine's schema and its fields by name.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    pub(super) schema: Schema,
    by_name: HashMap<&'static str, Field, ShortWords>,
}

const PROSE: &str = "prose";
const NAME: &str = "name";
const PLACES: &str = "places";

impl Layout {
    /// Derives the engine's schema from the field table.
    pub(super) fn new() -> Self {
        let mut builder = Schema::builder();
        let mut by_name = HashMap::default();
        for def in &fields().fields {
            by_name.insert(def.name.as_str(), add(&mut builder, def));
        }
        Self { schema: builder.build(), by_name }
    }

    /// A field by its name in the table; an unknown name is a mistake in this program, said as an error.
    pub(super) fn field(&self, name: &str) -> Result<Field> {
        self.by_name.get(name).copied().ok_or_else(|| Error::Index(format!("the field `{name}` is missing in schema/fields.json")))
    }
}

fn add(builder: &mut tantivy::schema::SchemaBuilder, def: &'static FieldDef) -> Field {
    let number = || {
        let mut options = NumericOptions::default();
        if def.fast {
            options = options.set_fast();
        }
        if def.indexed {
            options = options.set_indexed();
        }
        options
    };
    let text = |tokenizer: &str, option: IndexRecordOption, norms: bool| {
        let indexing = TextFieldIndexing::default().set_tokenizer(tokenizer).set_index_option(option).set_fieldnorms(norms);
        TextOptions::default().set_indexing_options(indexing)
    };
    match def.field_type {
        FieldType::Text => {
            let tokenizer = if def.analyzer == Some(Analyzer::Name) { NAME } else { PROSE };
            let options = text(tokenizer, IndexRecordOption::WithFreqsAndPositions, def.norms);
            builder.add_text_field(&def.name, if def.fast { options.set_fast("raw") } else { options })
        }
        FieldType::Places => builder.add_text_field(&def.name, text(PLACES, IndexRecordOption::WithFreqsAndPositions, false)),
        FieldType::Keyword => builder.add_text_field(&def.name, text("raw", IndexRecordOption::Basic, false)),
        FieldType::U64 => builder.add_u64_field(&def.name, number()),
        FieldType::I64 => builder.add_i64_field(&def.name, number()),
        FieldType::Bytes => builder.add_bytes_field(&def.name, BytesOptions::default().set_stored()),
    }
}

/// The analyzers under the names that the schema uses.
pub(super) fn tokenizers() -> TokenizerManager {
    // With the engine's own: it wants one called `default` even for numbers.
    let manager = TokenizerManager::default();
    manager.register(PROSE, TextAnalyzer::from(WordTokenizer::new(Analyzer::Prose)));
    manager.register(PLACES, TextAnalyzer::from(PlacesTokenizer::default()));
    manager.register(NAME, TextAnalyzer::from(WordTokenizer::new(Analyzer::Name)));
    manager
}

/// Bytes of text between readers and engine, bounded: whoever brings more waits until the engine has taken some.
#[derive(Debug)]
pub(super) struct Budget {
    free: Mutex<usize>,
    returned: Condvar,
    limit: usize,
}

impl Budget {
    pub(super) fn new(limit: usize) -> Arc<Self> {
        Arc::new(Self { free: Mutex::new(limit), returned: Condvar::new(), limit })
    }

    /// Takes so many bytes, at most the whole budget, as soon as they are free.
    pub(super) fn take(self: &Arc<Self>, bytes: usize) -> Permit {
        let bytes = bytes.min(self.limit);
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        while *free < bytes {
            // The engine's threads may have died of a full disk: then nothing comes back, and the writer says so itself.
            let (guard, timeout) =
                self.returned.wait_timeout(free, std::time::Duration::from_secs(20)).unwrap_or_else(PoisonError::into_inner);
            free = guard;
            if timeout.timed_out() {
                break;
            }
        }
        *free = free.saturating_sub(bytes);
        Permit { budget: Arc::clone(self), bytes }
    }
}

/// A share of a [`Budget`], given back when it is dropped.
#[derive(Debug)]
pub(super) struct Permit {
    budget: Arc<Budget>,
    bytes: usize,
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut free = self.budget.free.lock().unwrap_or_else(PoisonError::into_inner);
        *free = (*free + self.bytes).min(self.budget.limit);
        // Not for every article: to wake somebody costs more than to index it. What is out comes back in the end.
        if *free >= self.budget.limit / 2 {
            self.budget.returned.notify_all();
        }
    }
}

/// A value of a document.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum DocValue {
    Text(String),
    Keyword(&'static str),
    U64(u64),
    I64(i64),
    Bytes(Vec<u8>),
}

impl<'a> Value<'a> for &'a DocValue {
    type ArrayIter = std::iter::Empty<Self>;
    type ObjectIter = std::iter::Empty<(&'a str, Self)>;

    fn as_value(&self) -> ReferenceValue<'a, Self> {
        ReferenceValue::Leaf(match self {
            DocValue::Text(text) => ReferenceValueLeaf::Str(text),
            DocValue::Keyword(text) => ReferenceValueLeaf::Str(text),
            DocValue::U64(number) => ReferenceValueLeaf::U64(*number),
            DocValue::I64(number) => ReferenceValueLeaf::I64(*number),
            DocValue::Bytes(bytes) => ReferenceValueLeaf::Bytes(bytes),
        })
    }
}

/// A record as the engine takes it; the permit returns when the engine has indexed it.
#[derive(Debug)]
pub(super) struct IndexDoc {
    values: Vec<(Field, DocValue)>,
    _permit: Option<Permit>,
}

impl Document for IndexDoc {
    type Value<'a> = &'a DocValue;
    type FieldsValuesIter<'a> = DocIter<'a>;

    fn iter_fields_and_values(&self) -> DocIter<'_> {
        DocIter(self.values.iter())
    }
}

/// Iterator over the values of a document.
pub(super) struct DocIter<'a>(std::slice::Iter<'a, (Field, DocValue)>);

impl<'a> Iterator for DocIter<'a> {
    type Item = (Field, &'a DocValue);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|(field, value)| (*field, value))
    }
}

/// Two letters that stand for a border, or for the number of words, in one of the texts of a record.
#[derive(Debug, Clone, Copy)]
pub(super) struct PlaceTerm([u8; 2]);

impl PlaceTerm {
    pub(super) fn as_str(&self) -> &str {
        // Two letters of ASCII always are text.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// The term of a border in one of the texts of a record: `b` body, `s` summary, `h` headline, `c` crossheads, `q` quote.
pub(super) fn border_term(text: char, border: Border) -> PlaceTerm {
    let letter = match border {
        Border::Sentence => b's',
        Border::Paragraph => b'p',
        Border::Lead => b'l',
        Border::Crosshead => b'c',
        Border::Below => b'b',
        Border::Plain => b'n',
        Border::Gap => b'g',
    };
    PlaceTerm([text as u8, letter])
}

/// The term whose position is the number of words of a text.
pub(super) fn length_term(text: char) -> PlaceTerm {
    PlaceTerm([text as u8, b'w'])
}

/// The borders of some texts, as marks at positions: what [`super::places`] reads.
fn places(texts: &[(char, &Borders)]) -> DocValue {
    let mut places = Places::default();
    for &(text, borders) in texts {
        for border in Border::ALL {
            places.add(border_term(text, border).as_str(), borders.list(border));
        }
        if text == 's' && borders.words > 0 {
            places.add(length_term(text).as_str(), &[borders.words]);
        }
    }
    DocValue::Text(places.into_text())
}

/// Bytes of a text with a column. The engine cuts longer ones itself, within a character, so that no facet could be read any more. Readers keep
/// all that they give shorter: this is a name in a text, of one endless word.
const LONGEST_COLUMN: usize = 65_000;

/// The mark of a field that few records have a value in: it stands in those records. Of all other fields their own name stands in the records
/// that have no value. Either way the shorter list is kept.
pub(super) fn present(name: &str) -> Option<&'static str> {
    Some(match name {
        "summary" => "+summary",
        "section" => "+section",
        "byline" => "+byline",
        "publisher" => "+publisher",
        "place" => "+place",
        "agency" => "+agency",
        "modified_from" => "+modified_from",
        "quote" => "+quote",
        "quote_section" => "+quote_section",
        "said_from" => "+said_from",
        _ => return None,
    })
}

/// Collects the values of a document; empty texts are left out.
pub(super) struct DocBuilder<'a> {
    layout: &'a Layout,
    values: Vec<(Field, DocValue)>,
}

impl<'a> DocBuilder<'a> {
    pub(super) fn new(layout: &'a Layout, record: &'static str) -> Result<Self> {
        let mut builder = Self { layout, values: Vec::with_capacity(if record == "a" { 36 } else { 20 }) };
        builder.add("record", DocValue::Keyword(record))?;
        Ok(builder)
    }

    pub(super) fn add(&mut self, name: &str, mut value: DocValue) -> Result<()> {
        if let DocValue::Text(text) = &mut value
            && text.len() > LONGEST_COLUMN
            && self.layout.schema.get_field_entry(self.layout.field(name)?).is_fast()
        {
            let cut = (0..=LONGEST_COLUMN).rev().find(|&at| text.is_char_boundary(at));
            text.truncate(cut.unwrap_or(0));
        }
        let is_empty = match &value {
            DocValue::Text(text) => text.is_empty(),
            _ => false,
        };
        if !is_empty {
            self.values.push((self.layout.field(name)?, value));
        }
        Ok(())
    }

    /// Marks that a field has a value, or that it has none: that one is missing can be asked for.
    fn mark(&mut self, name: &'static str, has_value: bool) -> Result<()> {
        match present(name) {
            Some(mark) if has_value => self.add("missing", DocValue::Keyword(mark)),
            None if !has_value => self.add("missing", DocValue::Keyword(name)),
            _ => Ok(()),
        }
    }

    /// Texts that can be asked for.
    fn add_texts(&mut self, texts: impl IntoIterator<Item = (&'static str, String)>) -> Result<()> {
        for (name, text) in texts {
            self.mark(name, !text.is_empty())?;
            self.add(name, DocValue::Text(text))?;
        }
        Ok(())
    }

    /// The same of a text that is one of a few.
    fn add_keyword(&mut self, name: &'static str, keyword: &'static str) -> Result<()> {
        self.mark(name, !keyword.is_empty())?;
        if !keyword.is_empty() {
            self.add(name, DocValue::Keyword(keyword))?;
        }
        Ok(())
    }

    /// First and last second of a date.
    fn add_dates(&mut self, dates: Option<(i64, i64)>, first: &'static str, last: &str) -> Result<()> {
        self.mark(first, dates.is_some())?;
        if let Some((from, to)) = dates {
            self.add(first, DocValue::I64(from))?;
            self.add(last, DocValue::I64(to))?;
        }
        Ok(())
    }

    pub(super) fn finish(self, permit: Option<Permit>) -> IndexDoc {
        IndexDoc { values: self.values, _permit: permit }
    }
}

/// The document of an article, and how many documents of quotes in marks and of reported clauses follow it.
pub(super) fn article_doc(layout: &Layout, record: ArticleRecord, marked: u64, reported: u64, permit: Permit) -> Result<IndexDoc> {
    let mut doc = DocBuilder::new(layout, "a")?;
    doc.add("key", DocValue::U64(record.key))?;
    doc.add("order", DocValue::U64(record.key))?;
    doc.add("source", DocValue::U64(record.source))?;
    doc.add("hash", DocValue::U64(record.hash))?;
    doc.add("id", DocValue::Text(record.id))?;
    doc.add("quotes", DocValue::U64(marked))?;
    if reported > 0 {
        doc.add("reported", DocValue::U64(reported))?;
    }
    doc.add_dates(record.date, "date_from", "date_to")?;
    doc.add_dates(record.modified, "modified_from", "modified_to")?;
    // Texts with a column are shown as they stand.
    let tongue = Tongue::of(&record.language);
    let terms = |text: &SectionText| analyze::terms(&text.text, text.words().iter().copied(), tongue);
    let texts = [
        ("headline", analyze::terms(&record.headline, words(&record.headline), tongue)),
        ("summary", terms(&record.summary)),
        ("body", terms(&record.body)),
        ("section", record.section),
        ("byline", record.byline),
        ("desk", record.desk),
        ("publisher", record.publisher),
        ("place", record.place),
        ("agency", record.agency),
        ("language", record.language),
    ];
    doc.add_texts(texts)?;
    doc.add_keyword("date_conflict", record.date_conflict)?;
    let [body, summary, headline, crossheads] = &record.borders;
    doc.add("borders", places(&[('b', body), ('s', summary), ('h', headline), ('c', crossheads)]))?;
    doc.add("stored", DocValue::Bytes(record.stored))?;
    Ok(doc.finish(Some(permit)))
}

/// The document of a quote.
pub(super) fn quote_doc(layout: &Layout, record: QuoteRecord) -> Result<IndexDoc> {
    let has_mention = !record.speaker.is_empty();
    let mut doc = DocBuilder::new(layout, if record.kind == "indirect" { "i" } else { "q" })?;
    doc.add("key", DocValue::U64(record.key))?;
    doc.add("ordinal", DocValue::U64(record.ordinal))?;
    doc.add("start", DocValue::U64(record.start))?;
    doc.add("confidence", DocValue::U64(u64::from(record.confidence)))?;
    doc.add("speaker_kind", DocValue::U64(u64::from(record.speaker_kind)))?;
    if let Some(Clause { in_summary, first, length }) = record.clause {
        doc.add("clause", DocValue::U64(u64::from(first) * 2 + u64::from(in_summary)))?;
        doc.add("clause_words", DocValue::U64(u64::from(length)))?;
    }
    doc.add_dates(record.said_on, "said_from", "said_to")?;
    let tongue = Tongue::of(&record.language);
    let texts = [
        ("quote", analyze::terms(&record.quote, words(&record.quote), tongue)),
        ("quote_section", record.section),
        ("speaker", record.speaker),
        ("role", record.role),
        ("cue", analyze::terms(&record.cue, words(&record.cue), tongue)),
    ];
    doc.add_texts(texts)?;
    doc.add_keyword("kind", record.kind)?;
    doc.add("borders", places(&[('q', &record.borders)]))?;
    if record::speaker_kind(u64::from(record.speaker_kind)).is_none() && has_mention {
        // A mention whose name is not known names nobody.
        doc.add("missing", DocValue::Keyword("speaker"))?;
    }
    Ok(doc.finish(None))
}
