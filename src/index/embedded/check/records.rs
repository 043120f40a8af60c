//! Every record of an index against what the index says of it.

use super::super::Embedded;
use super::super::directory::META;
use super::super::keys;
use super::{ANEW, Checked, Holds, Kind};
use crate::error::Result;
use crate::index::Root;
use crate::quote::QuoteKind;
use crate::record::{self, show_key};
use std::collections::{HashMap, HashSet};
use std::path::Path;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocId, DocSet, SegmentReader, TERMINATED, TantivyError};

/// A source file as the bookkeeping has it.
struct SourceRow {
    articles: u64,
    root: u64,
    place: String,
}

/// Everything that holds over all segments.
#[derive(Default)]
struct Whole {
    keys: HashSet<u64>,
    /// How many articles name a source.
    counted: HashMap<u64, u64>,
    sources: HashMap<u64, SourceRow>,
    roots: HashSet<u64>,
    holds: Holds,
}

/// Every record, and all of them together.
pub(super) fn records(folder: &Path, checked: &mut Checked, progress: &dyn Fn(u64, u64)) -> Result<Holds> {
    let index = Embedded::open(folder)?;
    let searcher = index.searcher();
    let mut whole = Whole::default();
    let all: u64 = searcher.segment_readers().iter().map(|segment| u64::from(segment.max_doc())).sum();
    let (bytes, mut done) = (checked.bytes, 0);
    for (ord, segment) in searcher.segment_readers().iter().enumerate() {
        let step = |doc: DocId| progress(bytes + bytes * (done + u64::from(doc)) / all.max(1), bytes * 2);
        Segment::new(&index, segment, ord as u32, checked)?.walk(&mut whole, checked, &step)?;
        done += u64::from(segment.max_doc());
    }
    for (key, source) in &whole.sources {
        let counted = whole.counted.get(key).copied().unwrap_or(0);
        if source.articles == u64::MAX {
            whole.holds.unfinished += 1;
        } else if source.articles != counted {
            let message = format!("held {} articles when it was read, and {counted} in the index name it", source.articles);
            checked.find(Kind::Source, &source.place, message, ANEW);
        }
        if !whole.roots.contains(&source.root) {
            checked.find(Kind::Source, &source.place, "is below no root folder that the index knows", ANEW);
        }
    }
    whole.holds.unfinished += whole.counted.keys().filter(|key| !whole.sources.contains_key(key)).count() as u64;
    whole.holds.files = whole.sources.len() as u64;
    Ok(whole.holds)
}

/// A segment with what its dictionary says of each record.
struct Segment<'a> {
    index: &'a Embedded,
    reader: &'a SegmentReader,
    ord: u32,
    /// What each record's key shares with others, as its term says; `None` for quotes.
    shared: Vec<Option<u16>>,
    /// The letter of its kind; 0 where none.
    letters: Vec<u8>,
}

impl<'a> Segment<'a> {
    fn new(index: &'a Embedded, reader: &'a SegmentReader, ord: u32, checked: &mut Checked) -> Result<Self> {
        let many = reader.max_doc() as usize;
        let mut new = Self { index, reader, ord, shared: vec![None; many], letters: vec![0; many] };
        let place = format!("segment {}", reader.segment_id().short_uuid_string());
        let alive = (0..reader.max_doc()).filter(|&doc| !reader.is_deleted(doc)).count();
        let columns = reader.fast_fields().u64("order")?.num_docs();
        if columns != reader.max_doc() || alive != reader.num_docs() as usize {
            checked.find(Kind::Record, &place, format!("{META} and its files do not agree on how many records it has"), ANEW);
        }
        for (field, is_key) in [("key", true), ("record", false)] {
            let terms = reader.inverted_index(index.layout.field(field)?)?;
            let mut stream = terms.terms().stream().map_err(TantivyError::from)?;
            while stream.advance() {
                let term = stream.key();
                let value = if is_key {
                    term.try_into().map(u64::from_be_bytes).unwrap_or(0)
                } else {
                    u64::from(term.first().copied().unwrap_or(0))
                };
                let found = terms.read_postings_from_terminfo(stream.value(), IndexRecordOption::Basic);
                let mut postings = found.map_err(TantivyError::from)?;
                while postings.doc() != TERMINATED {
                    match (new.shared.get_mut(postings.doc() as usize), is_key) {
                        (None, _) => checked.find(Kind::Key, &place, "its dictionary names a record that it does not have", ANEW),
                        (Some(shared), true) => *shared = Some(u16::try_from(value).unwrap_or(u16::MAX)),
                        _ => new.letters[postings.doc() as usize] = value as u8,
                    }
                    postings.advance();
                }
            }
        }
        Ok(new)
    }

    fn walk(&self, whole: &mut Whole, checked: &mut Checked, step: &dyn Fn(DocId)) -> Result<()> {
        let columns = self.reader.fast_fields();
        let number = |name: &str| columns.u64(name);
        let (order, source) = (number("order")?, number("source")?);
        let (quotes, reported, ordinal, start) = (number("quotes")?, number("reported")?, number("ordinal")?, number("start")?);
        let (articles, root) = (number("articles")?, number("root")?);
        // The key of the article whose block this is, whether it lives, the first bytes of its quotes, and how many of these were seen.
        let mut block: (u64, bool, Vec<u64>, usize) = (0, false, Vec::new(), 0);
        for doc in 0..self.reader.max_doc() {
            if doc % 256 == 0 {
                step(doc);
            }
            let (letter, is_alive) = (self.letters[doc as usize], !self.reader.is_deleted(doc));
            let own = order.first(doc);
            // Quotes stand under their article's.
            let key = own.unwrap_or(block.0);
            whole.holds.deleted += u64::from(!is_alive);
            let place = || format!("record {doc} of segment {}, key {}", self.reader.segment_id().short_uuid_string(), show_key(key));
            if !matches!(letter, b'q' | b'i') && block.3 < block.2.len() {
                checked.find(Kind::Block, format!("article {}", show_key(block.0)), "its quotes do not follow it", ANEW);
                block.2.clear();
            }
            if self.shared[doc as usize] != own.map(|key| keys::shared(key) as u16) {
                checked.find(Kind::Key, place(), "its key in the dictionary is not that in the column", ANEW);
            }
            match letter {
                b'a' => {
                    let counts = (quotes.first(doc).unwrap_or(0), reported.first(doc).unwrap_or(0));
                    block = (key, is_alive, vec![u64::MAX; (counts.0 + counts.1).min(1 << 24) as usize], 0);
                    if is_alive {
                        *whole.counted.entry(source.first(doc).unwrap_or(0)).or_default() += 1;
                        whole.holds.articles += 1;
                        self.article(doc, key, source.first(doc), counts, &mut block.2, checked)?;
                    }
                }
                b'q' | b'i' => {
                    whole.holds.quotes += u64::from(is_alive && letter == b'q');
                    whole.holds.reported += u64::from(is_alive && letter == b'i');
                    let at = block.3;
                    block.3 += 1;
                    let is_next = at < block.2.len() && ordinal.first(doc) == Some(at as u64 + 1);
                    if !is_next || own.is_some() || is_alive != block.1 {
                        checked.find(Kind::Block, place(), "a quote that does not follow its article", ANEW);
                    } else if block.2[at] != u64::MAX && start.first(doc) != Some(block.2[at]) {
                        checked.find(Kind::Record, place(), "a quote begins elsewhere than its article says", ANEW);
                    }
                }
                b's' if is_alive => {
                    let path = self.stored(doc).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
                    let path = path.unwrap_or_else(|_| String::new());
                    let articles = articles.first(doc).unwrap_or(0);
                    whole.sources.insert(key, SourceRow { articles, root: root.first(doc).unwrap_or(0), place: format!("file {path}") });
                }
                b'r' if is_alive => match postcard::from_bytes::<Root>(&self.stored(doc)?) {
                    Ok(root) if record::key(&["root", &root.name]) == key => drop(whole.roots.insert(key)),
                    _ => checked.find(Kind::Record, place(), "a root folder that cannot be read", ANEW),
                },
                b's' | b'r' => {}
                _ => checked.find(Kind::Record, place(), "is of no kind", ANEW),
            }
            if is_alive && matches!(letter, b'a' | b's' | b'r') && !whole.keys.insert(key) {
                checked.find(Kind::Twice, place(), "another record stands under this key", ANEW);
            }
        }
        if block.3 < block.2.len() {
            checked.find(Kind::Block, format!("article {}", show_key(block.0)), "its quotes do not follow it", ANEW);
        }
        Ok(())
    }

    /// What an article stores, against its columns; `starts` learns where its quotes begin.
    fn article(
        &self,
        doc: DocId,
        key: u64,
        source: Option<u64>,
        counts: (u64, u64),
        starts: &mut [u64],
        checked: &mut Checked,
    ) -> Result<()> {
        let place = format!("article {}", show_key(key));
        let Some(loaded) = self.index.article(&self.index.searcher(), DocAddress::new(self.ord, doc))? else {
            checked.find(Kind::Record, place, "what is stored of it cannot be read, or its spans do not lie in its text", ANEW);
            return Ok(());
        };
        if loaded.origin.key() != key || Some(loaded.origin.source_key()) != source {
            checked.find(Kind::Key, &place, "what is stored of it is of another place", ANEW);
        }
        let quotes = &loaded.attribution.quotes;
        let reported = quotes.iter().filter(|quote| quote.kind == QuoteKind::Indirect).count() as u64;
        if (quotes.len() as u64 - reported, reported) != counts {
            let message = format!(
                "stores {} quotes and {reported} reported clauses, its columns say {} and {}",
                quotes.len() as u64 - reported,
                counts.0,
                counts.1
            );
            checked.find(Kind::Record, place, message, ANEW);
            return Ok(());
        }
        for (start, number) in starts.iter_mut().zip(record::in_record_order(&loaded.attribution)) {
            *start = quotes[number].parts.first().map_or(0, |part| u64::from(part.start));
        }
        Ok(())
    }

    fn stored(&self, doc: DocId) -> Result<Vec<u8>> {
        self.index.stored(&self.index.searcher(), DocAddress::new(self.ord, doc))
    }
}
