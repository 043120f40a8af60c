//! The records of an article as the engine's documents.
//!
//! Readers make them and the engine frees them, by the million: all documents of an article stand in one piece of memory.

use super::budget::Permit;
use super::keys;
use super::layout::{Layout, present};
use crate::analyze::{self, Tongue};
use crate::error::{Error, Result};
use crate::text::word::Word;
use std::sync::Arc;
use tantivy::schema::Field;
use tantivy::schema::document::{Document, ReferenceValue, ReferenceValueLeaf, Value};

/// Values of documents, and all their texts one behind the other. The permit returns when the engine has indexed the last of them.
#[derive(Debug, Default)]
struct Block {
    values: Vec<DocValue>,
    texts: String,
    /// What its first document stores.
    stored: Vec<u8>,
    _permit: Option<Permit>,
}

/// A value of a field in sixteen bytes.
#[derive(Debug, Clone, Copy)]
struct DocValue {
    field: Field,
    kind: Kind,
    /// The number; of a text, where it begins and, in the upper half, where it ends.
    bits: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    U64,
    I64,
    Stored,
}

/// A document: some of the values of its block.
#[derive(Debug)]
pub(super) struct BlockDoc {
    block: Arc<Block>,
    values: (u32, u32),
}

impl Document for BlockDoc {
    type Value<'a> = DocRef<'a>;
    type FieldsValuesIter<'a> = DocIter<'a>;

    fn iter_fields_and_values(&self) -> DocIter<'_> {
        let (from, to) = self.values;
        DocIter(&self.block, self.block.values[from as usize..to as usize].iter())
    }
}

/// A value and the block that it stands in.
#[derive(Debug, Clone, Copy)]
pub(super) struct DocRef<'a>(&'a Block, DocValue);

impl<'a> Value<'a> for DocRef<'a> {
    type ArrayIter = std::iter::Empty<Self>;
    type ObjectIter = std::iter::Empty<(&'a str, Self)>;

    fn as_value(&self) -> ReferenceValue<'a, Self> {
        let Self(block, DocValue { kind, bits, .. }) = *self;
        ReferenceValue::Leaf(match kind {
            Kind::Text => ReferenceValueLeaf::Str(&block.texts[bits as u32 as usize..(bits >> 32) as usize]),
            Kind::U64 => ReferenceValueLeaf::U64(bits),
            Kind::I64 => ReferenceValueLeaf::I64(bits as i64),
            Kind::Stored => ReferenceValueLeaf::Bytes(&block.stored),
        })
    }
}

/// Iterator over the values of a document.
pub(super) struct DocIter<'a>(&'a Block, std::slice::Iter<'a, DocValue>);

impl<'a> Iterator for DocIter<'a> {
    type Item = (Field, DocRef<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        self.1.next().map(|value| (value.field, DocRef(self.0, *value)))
    }
}

/// Bytes of a text with a column. The engine cuts longer ones itself, within a character, so that no facet could be read any more. Readers keep
/// all that they give shorter: this is a name in a text, of one endless word.
const LONGEST_COLUMN: usize = 65_000;

/// Collects the values of documents; empty texts are left out.
pub(super) struct BlockBuilder<'a> {
    layout: &'a Layout,
    block: Block,
    /// All texts, one behind the other, UTF-8.
    texts: Vec<u8>,
    /// Where the values of each document begin.
    begins: Vec<u32>,
}

impl<'a> BlockBuilder<'a> {
    /// For so many documents, whose texts have so many bytes, or about.
    pub(super) fn new(layout: &'a Layout, documents: usize, texts: usize) -> Self {
        let block = Block { values: Vec::with_capacity(16 + documents * 11), ..Block::default() };
        Self { layout, block, texts: Vec::with_capacity(texts), begins: Vec::with_capacity(documents) }
    }

    /// Begins the next document, of a kind of record.
    pub(super) fn begin(&mut self, record: &str) -> Result<()> {
        self.begins.push(self.block.values.len() as u32);
        self.text("record", record)
    }

    fn add(&mut self, name: &str, kind: Kind, bits: u64) -> Result<()> {
        self.block.values.push(DocValue { field: self.layout.field(name)?, kind, bits });
        Ok(())
    }

    pub(super) fn u64(&mut self, name: &str, number: u64) -> Result<()> {
        self.add(name, Kind::U64, number)
    }

    pub(super) fn i64(&mut self, name: &str, number: i64) -> Result<()> {
        self.add(name, Kind::I64, number as u64)
    }

    /// What the record is replaced and removed by.
    pub(super) fn key(&mut self, key: u64) -> Result<()> {
        self.u64("key", keys::shared(key))?;
        self.u64("order", key)
    }

    /// What the first document stores.
    pub(super) fn stored(&mut self, bytes: Vec<u8>) -> Result<()> {
        self.block.stored = bytes;
        self.add("stored", Kind::Stored, 0)
    }

    /// A text as it stands.
    pub(super) fn text(&mut self, name: &str, text: &str) -> Result<()> {
        let is_long = text.len() > LONGEST_COLUMN && self.layout.schema.get_field_entry(self.layout.field(name)?).is_fast();
        let end = if is_long { (0..=LONGEST_COLUMN).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0) } else { text.len() };
        self.written(name, |out| out.extend_from_slice(&text.as_bytes()[..end]))
    }

    /// A text that `write` appends, UTF-8.
    pub(super) fn written(&mut self, name: &str, write: impl FnOnce(&mut Vec<u8>)) -> Result<()> {
        let start = self.texts.len();
        write(&mut self.texts);
        let end = self.texts.len();
        if start == end {
            return Ok(());
        }
        let end = u32::try_from(end).map_err(|_| Error::Index(format!("an article of more than {} bytes", u32::MAX)))?;
        self.add(name, Kind::Text, start as u64 | u64::from(end) << 32)
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
    pub(super) fn field(&mut self, name: &'static str, text: &str) -> Result<()> {
        self.mark(name, !text.is_empty())?;
        self.text(name, text)
    }

    /// The same of prose without a column, brought to its terms.
    pub(super) fn prose(
        &mut self,
        name: &'static str,
        text: &str,
        words: impl IntoIterator<Item = Word>,
        tongue: Option<Tongue>,
    ) -> Result<()> {
        self.mark(name, !text.is_empty())?;
        self.written(name, |out| analyze::write_terms(text, words, tongue, out))
    }

    /// First and last second of a date.
    pub(super) fn dates(&mut self, dates: Option<(i64, i64)>, first: &'static str, last: &str) -> Result<()> {
        self.mark(first, dates.is_some())?;
        if let Some((from, to)) = dates {
            self.i64(first, from)?;
            self.i64(last, to)?;
        }
        Ok(())
    }

    /// Bytes of memory that all of it takes.
    pub(super) fn bytes(&self) -> usize {
        self.texts.capacity() + self.block.values.capacity() * size_of::<DocValue>() + self.block.stored.len()
    }

    /// The documents, in the order in which they were begun.
    pub(super) fn finish(self, permit: Option<Permit>) -> Result<Vec<BlockDoc>> {
        let texts = String::from_utf8(self.texts).map_err(|error| Error::Index(format!("texts of a record that are none ({error})")))?;
        let end = self.block.values.len() as u32;
        let block = Arc::new(Block { texts, _permit: permit, ..self.block });
        let ends = self.begins.iter().skip(1).copied().chain([end]);
        Ok(self.begins.iter().copied().zip(ends).map(|values| BlockDoc { block: Arc::clone(&block), values }).collect())
    }
}
