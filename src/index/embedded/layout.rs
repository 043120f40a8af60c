//! The engine's schema, derived from the field table, and which values of records go to which fields.

use super::document::BlockBuilder;
use super::places::{self, PlacesTokenizer};
use crate::analyze::{Tongue, WordTokenizer};
use crate::error::{Error, Result};
use crate::pattern::{Border, Borders};
use crate::record::{self, ArticleRecord, Clause, QuoteRecord, Records};
use crate::schema::{Analyzer, FieldDef, FieldType, fields};
use crate::text::hash::{ShortWords, packed};
use crate::text::word::words;
use std::collections::HashMap;
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

/// The records of an article as documents: itself, then its quotes, of which so many are in marks.
pub(super) fn block<'a>(layout: &'a Layout, records: Records<'_>) -> Result<BlockBuilder<'a>> {
    let Records { article, quotes, marked } = records;
    let words = article.body.text.len() + article.summary.text.len() + article.headline.len();
    let of_quote =
        |quote: &QuoteRecord<'_>| quote.quote.len() + quote.speaker.len() + quote.role.len() + quote.section.len() + quote.cue.len() + 48;
    let words = words + quotes.iter().map(of_quote).sum::<usize>();
    // Terms are a little longer than their words.
    let mut block = BlockBuilder::new(layout, 1 + quotes.len(), words + words / 6 + article.short.len() + 250);
    article_doc(&mut block, article, marked, quotes.len() as u64 - marked)?;
    for quote in &quotes {
        quote_doc(&mut block, quote)?;
    }
    Ok(block)
}

/// The document of an article, and how many documents of quotes in marks and of reported clauses follow it.
fn article_doc(doc: &mut BlockBuilder<'_>, record: ArticleRecord<'_>, marked: u64, reported: u64) -> Result<()> {
    doc.begin("a")?;
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
    doc.written("stored", |out| out.extend_from_slice(&record.short))
}

/// The document of a quote.
fn quote_doc(doc: &mut BlockBuilder<'_>, record: &QuoteRecord<'_>) -> Result<()> {
    let has_mention = !record.speaker.is_empty();
    doc.begin(if record.kind == "indirect" { "i" } else { "q" })?;
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
    Ok(())
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
