//! Where sentences, paragraphs and sections begin in the texts of records.

use super::layout::{border_term, length_term};
use super::spans::Opening;
use crate::pattern::{Border, Borders, Part};
use tantivy::postings::{Postings, SegmentPostings};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, Term};

/// Reads borders of one text, record by record.
pub(super) struct BorderReader {
    lists: Vec<(Border, SegmentPostings)>,
    words: Option<SegmentPostings>,
    positions: Vec<u32>,
}

impl BorderReader {
    /// Reads these borders of a text.
    pub(super) fn new(opening: &Opening<'_>, text: char, borders: &[Border]) -> tantivy::Result<Self> {
        let field = opening.borders.0;
        let index = opening.segment.inverted_index(field)?;
        let open = |term: &str| index.read_postings(&Term::from_field_text(field, term), IndexRecordOption::WithFreqsAndPositions);
        let mut lists = Vec::new();
        for &border in borders {
            lists.extend(open(border_term(text, border).as_str())?.map(|postings| (border, postings)));
        }
        Ok(Self { lists, words: None, positions: Vec::new() })
    }

    /// What [`Part`] needs to be told, of a text of an article.
    pub(super) fn of_part(part: Part, opening: &Opening<'_>) -> tantivy::Result<Option<Self>> {
        let Some(text) = opening.borders.1 else { return Ok(None) };
        let mut reader = match part {
            Part::Whole => return Ok(None),
            Part::Head => Self::new(opening, text, &[Border::Lead])?,
            Part::First(_) => Self::new(opening, text, &[Border::Gap])?,
        };
        // The summary stands before the body.
        if matches!(part, Part::First(_)) && text == 'b' {
            let field = opening.borders.0;
            let term = Term::from_field_text(field, length_term('s').as_str());
            let index = opening.segment.inverted_index(field)?;
            reader.words = index.read_postings(&term, IndexRecordOption::WithFreqsAndPositions)?;
        }
        Ok(Some(reader))
    }

    /// The sections of a text.
    pub(super) fn of_sections(opening: &Opening<'_>, text: char) -> tantivy::Result<Self> {
        Self::new(opening, text, &[Border::Crosshead, Border::Below, Border::Plain])
    }

    /// The borders in a record; records are asked for in order.
    pub(super) fn read(&mut self, doc: DocId, borders: &mut Borders) {
        // Borders that no record of the segment has are not among the lists.
        Border::ALL.into_iter().for_each(|border| borders.list_mut(border).clear());
        for (border, postings) in &mut self.lists {
            let list = borders.list_mut(*border);
            if read_positions(postings, doc, &mut self.positions) {
                list.extend_from_slice(&self.positions);
            }
        }
    }

    /// How many words stand before the text.
    pub(super) fn words_before(&mut self, doc: DocId) -> u32 {
        let Some(postings) = &mut self.words else { return 0 };
        if read_positions(postings, doc, &mut self.positions) { self.positions.first().copied().unwrap_or(0) } else { 0 }
    }
}

fn read_positions(postings: &mut SegmentPostings, doc: DocId, out: &mut Vec<u32>) -> bool {
    if postings.doc() < doc {
        postings.seek(doc);
    }
    let stands = postings.doc() == doc;
    if stands {
        postings.positions(out);
    }
    stands
}
