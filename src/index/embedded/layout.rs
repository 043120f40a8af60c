//! The engine's schema, derived from the field table, and records as the engine's documents.

use super::budget::Permit;
use super::keys;
use super::places::{self, PlacesTokenizer};
use crate::analyze::{self, Tongue, WordTokenizer};
use crate::error::{Error, Result};
use crate::pattern::{Border, Borders};
use crate::record::{self, ArticleRecord, Clause, QuoteRecord};
use crate::schema::{Analyzer, FieldDef, FieldType, fields};
use crate::text::hash::{ShortWords, packed};
use crate::text::word::{Word, words};
use std::collections::HashMap;
use tantivy::schema::document::{Document, ReferenceValue, ReferenceValueLeaf, Value};
use tantivy::schema::{BytesOptions, Field, IndexRecordOption, NumericOptions, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::{TextAnalyzer, TokenizerManager};

/// The engine's schema and its fields by name.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    pub(super) schema: Schema,
    /// By the names, of sixteen bytes at most, as numbers.
    by_name: HashMap<u128, Field, ShortWords>,
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
            let field = add(&mut builder, def);
            by_name.extend(packed(def.name.as_bytes()).map(|name| (name, field)));
        }
        Self { schema: builder.build(), by_name }
    }

    /// A field by its name in the table; an unknown name is a mistake in this program, said as an error.
    pub(super) fn field(&self, name: &str) -> Result<Field> {
        packed(name.as_bytes())
            .and_then(|name| self.by_name.get(&name).copied())
            .ok_or_else(|| Error::Index(format!("the field `{name}` is missing in schema/fields.json")))
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

/// A value of a document: a number, or where a text stands in it.
#[derive(Debug, Clone, Copy, PartialEq)]
enum DocValue {
    Text(u32, u32),
    U64(u64),
    I64(i64),
    Stored,
}

/// A value and the document that it stands in.
#[derive(Debug, Clone, Copy)]
pub(super) struct DocRef<'a>(&'a IndexDoc, DocValue);

impl<'a> Value<'a> for DocRef<'a> {
    type ArrayIter = std::iter::Empty<Self>;
    type ObjectIter = std::iter::Empty<(&'a str, Self)>;

    fn as_value(&self) -> ReferenceValue<'a, Self> {
        ReferenceValue::Leaf(match self.1 {
            DocValue::Text(start, end) => ReferenceValueLeaf::Str(&self.0.texts[start as usize..end as usize]),
            DocValue::U64(number) => ReferenceValueLeaf::U64(number),
            DocValue::I64(number) => ReferenceValueLeaf::I64(number),
            DocValue::Stored => ReferenceValueLeaf::Bytes(&self.0.stored),
        })
    }
}

/// A record as the engine takes it, in few pieces of memory: readers make them and the engine frees them, by the million. The permit returns
/// when the engine has indexed it.
#[derive(Debug, Default)]
pub(super) struct IndexDoc {
    values: Vec<(Field, DocValue)>,
    /// All texts, one behind the other.
    texts: String,
    stored: Vec<u8>,
    _permit: Option<Permit>,
}

impl Document for IndexDoc {
    type Value<'a> = DocRef<'a>;
    type FieldsValuesIter<'a> = DocIter<'a>;

    fn iter_fields_and_values(&self) -> DocIter<'_> {
        DocIter(self, self.values.iter())
    }
}

/// Iterator over the values of a document.
pub(super) struct DocIter<'a>(&'a IndexDoc, std::slice::Iter<'a, (Field, DocValue)>);

impl<'a> Iterator for DocIter<'a> {
    type Item = (Field, DocRef<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        self.1.next().map(|(field, value)| (*field, DocRef(self.0, *value)))
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

/// Writes the borders of some texts as marks at positions: what [`super::places`] reads.
fn places(texts: &[(char, &Borders)], out: &mut Vec<u8>) {
    for &(text, borders) in texts {
        for border in Border::ALL.into_iter().filter(|border| !borders.list(*border).is_empty()) {
            places::add(border_term(text, border).as_str(), borders.list(border), out);
        }
        if text == 's' && borders.words > 0 {
            places::add(length_term(text).as_str(), &[borders.words], out);
        }
    }
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
    doc: IndexDoc,
    /// All texts, one behind the other, UTF-8.
    texts: Vec<u8>,
}

impl<'a> DocBuilder<'a> {
    /// For a record with so many values, whose texts have so many bytes, or about.
    pub(super) fn new(layout: &'a Layout, record: &str, values: usize, texts: usize) -> Result<Self> {
        let doc = IndexDoc { values: Vec::with_capacity(values), ..IndexDoc::default() };
        let mut builder = Self { layout, doc, texts: Vec::with_capacity(texts) };
        builder.text("record", record)?;
        Ok(builder)
    }

    fn add(&mut self, name: &str, value: DocValue) -> Result<()> {
        self.doc.values.push((self.layout.field(name)?, value));
        Ok(())
    }

    pub(super) fn u64(&mut self, name: &str, number: u64) -> Result<()> {
        self.add(name, DocValue::U64(number))
    }

    /// What the record is replaced and removed by.
    pub(super) fn key(&mut self, key: u64) -> Result<()> {
        self.u64("key", keys::shared(key))?;
        self.u64("order", key)
    }

    pub(super) fn i64(&mut self, name: &str, number: i64) -> Result<()> {
        self.add(name, DocValue::I64(number))
    }

    pub(super) fn stored(&mut self, bytes: Vec<u8>) -> Result<()> {
        self.doc.stored = bytes;
        self.add("stored", DocValue::Stored)
    }

    /// A text as it stands.
    fn text(&mut self, name: &str, text: &str) -> Result<()> {
        let is_long = text.len() > LONGEST_COLUMN && self.layout.schema.get_field_entry(self.layout.field(name)?).is_fast();
        let end = if is_long { (0..=LONGEST_COLUMN).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0) } else { text.len() };
        self.written(name, |out| out.extend_from_slice(&text.as_bytes()[..end]))
    }

    /// A text that `write` appends.
    fn written(&mut self, name: &str, write: impl FnOnce(&mut Vec<u8>)) -> Result<()> {
        let start = self.texts.len();
        write(&mut self.texts);
        let end = self.texts.len();
        if start == end {
            return Ok(());
        }
        let place = |at: usize| u32::try_from(at).map_err(|_| Error::Index(format!("an article of more than {} bytes", u32::MAX)));
        self.add(name, DocValue::Text(place(start)?, place(end)?))
    }

    /// Marks that a field has a value, or that it has none: that one is missing can be asked for.
    fn mark(&mut self, name: &'static str, has_value: bool) -> Result<()> {
        match present(name) {
            Some(mark) if has_value => self.text("missing", mark),
            None if !has_value => self.text("missing", name),
            _ => Ok(()),
        }
    }

    /// A text that can be asked for.
    fn field(&mut self, name: &'static str, text: &str) -> Result<()> {
        self.mark(name, !text.is_empty())?;
        self.text(name, text)
    }

    /// The same of prose without a column, brought to its terms.
    fn prose(&mut self, name: &'static str, text: &str, words: impl IntoIterator<Item = Word>, tongue: Option<Tongue>) -> Result<()> {
        self.mark(name, !text.is_empty())?;
        self.written(name, |out| analyze::write_terms(text, words, tongue, out))
    }

    /// First and last second of a date.
    fn dates(&mut self, dates: Option<(i64, i64)>, first: &'static str, last: &str) -> Result<()> {
        self.mark(first, dates.is_some())?;
        if let Some((from, to)) = dates {
            self.i64(first, from)?;
            self.i64(last, to)?;
        }
        Ok(())
    }

    pub(super) fn finish(self, permit: Option<Permit>) -> Result<IndexDoc> {
        let texts = String::from_utf8(self.texts).map_err(|error| Error::Index(format!("texts of a record that are none ({error})")))?;
        Ok(IndexDoc { texts, _permit: permit, ..self.doc })
    }
}

/// The document of an article, and how many documents of quotes in marks and of reported clauses follow it.
pub(super) fn article_doc(layout: &Layout, record: ArticleRecord<'_>, marked: u64, reported: u64, permit: Permit) -> Result<IndexDoc> {
    let bytes = record.body.text.len() + record.summary.text.len() + record.headline.len();
    let mut doc = DocBuilder::new(layout, "a", 32, bytes + bytes / 3 + record.short.len() + 400)?;
    doc.key(record.key)?;
    doc.u64("source", record.source)?;
    doc.u64("hash", record.hash)?;
    doc.text("id", record.id)?;
    doc.u64("quotes", marked)?;
    if reported > 0 {
        doc.u64("reported", reported)?;
    }
    doc.dates(record.date, "date_from", "date_to")?;
    doc.dates(record.modified, "modified_from", "modified_to")?;
    let tongue = Tongue::of(record.language);
    doc.prose("headline", record.headline, words(record.headline), tongue)?;
    for (name, text) in [("summary", &record.summary), ("body", &record.body)] {
        doc.prose(name, &text.text, text.words().iter().copied(), tongue)?;
    }
    // Texts with a column are shown as they stand.
    doc.field("section", &record.section)?;
    doc.field("byline", &record.byline)?;
    doc.field("desk", record.desk)?;
    doc.field("publisher", record.publisher)?;
    doc.field("place", record.place)?;
    doc.field("agency", record.agency)?;
    doc.field("language", record.language)?;
    doc.field("date_conflict", record.date_conflict)?;
    let [body, summary, headline, crossheads] = &record.borders;
    doc.written("borders", |out| places(&[('b', body), ('s', summary), ('h', headline), ('c', crossheads)], out))?;
    doc.stored(record.stored)?;
    // As a text: the engine writes and reads bytes one by one.
    doc.written("stored", |out| out.extend_from_slice(&record.short))?;
    doc.finish(Some(permit))
}

/// The document of a quote.
pub(super) fn quote_doc(layout: &Layout, record: &QuoteRecord<'_>) -> Result<IndexDoc> {
    let has_mention = !record.speaker.is_empty();
    let bytes = record.quote.len() + record.speaker.len() + record.role.len() + record.section.len() + record.cue.len();
    let mut doc = DocBuilder::new(layout, if record.kind == "indirect" { "i" } else { "q" }, 16, bytes + bytes / 3 + 64)?;
    doc.u64("ordinal", record.ordinal)?;
    doc.u64("start", record.start)?;
    doc.u64("confidence", u64::from(record.confidence))?;
    doc.u64("speaker_kind", u64::from(record.speaker_kind))?;
    if let Some(Clause { in_summary, first, length }) = record.clause {
        doc.u64("clause", u64::from(first) * 2 + u64::from(in_summary))?;
        doc.u64("clause_words", u64::from(length))?;
    }
    doc.dates(record.said_on, "said_from", "said_to")?;
    let tongue = Tongue::of(record.language);
    doc.prose("quote", &record.quote, words(&record.quote), tongue)?;
    doc.field("quote_section", record.section)?;
    doc.field("speaker", record.speaker)?;
    doc.field("role", &record.role)?;
    doc.prose("cue", record.cue, words(record.cue), tongue)?;
    doc.field("kind", record.kind)?;
    doc.written("borders", |out| places(&[('q', &record.borders)], out))?;
    if record::speaker_kind(u64::from(record.speaker_kind)).is_none() && has_mention {
        // A mention whose name is not known names nobody.
        doc.text("missing", "speaker")?;
    }
    doc.finish(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_of_the_table_is_found() {
        let layout = Layout::new();
        for def in &fields().fields {
            let field = layout.field(&def.name).expect("a name of sixteen bytes at most");
            assert_eq!(layout.schema.get_field_name(field), def.name);
        }
        assert!(layout.field("nothing").is_err());
    }
}
