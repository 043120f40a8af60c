//! The article: one body text, stored once, and the spans that give it shape.
//!
//! Here is what a reader of a file format understood (a [`Draft`]), give me an [`Article`] whose sections and blocks tile its body.
//! Everything that comes later (quotes, mentions, highlights) counts in UTF-8 bytes into [`Article::body`].

use crate::text::{Date, Span, clean};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// What is known about an article besides its text. `None` means that the source does not say.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Meta {
    /// The headline, as printed or (see `headline_inferred`) as inferred.
    pub headline: Option<String>,
    /// True when the headline was not marked as such in the source.
    pub headline_inferred: bool,
    /// When it was published.
    pub date: Option<Date>,
    /// Where that date was found: `json-ld`, `meta`, `field`, `text`, `dateline`, `url`, `path`.
    pub date_source: Option<String>,
    /// All dates that the source gives, those of publication from the surest to the least sure.
    pub dates: Vec<Dating>,
    /// True when dates of publication contradict each other.
    pub date_conflict: bool,
    /// Place, day and agency as printed before the first words.
    pub dateline: Option<Dateline>,
    /// Authors, one name each.
    pub authors: Vec<String>,
    /// The byline as printed, without "By".
    pub byline: Option<String>,
    /// The paper, agency or site.
    pub publisher: Option<String>,
    /// The newspaper's own section: World, Sport.
    pub desk: Option<String>,
    /// Where it stands on the web.
    pub url: Option<String>,
    /// BCP 47 language tag.
    pub language: Option<String>,
    /// Where each field was found, by the field's name: for people who check what was read. Not kept in an index.
    pub found: BTreeMap<&'static str, Cow<'static, str>>,
}

/// What a date dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DateRole {
    /// The publication.
    Published,
    /// The last change.
    Modified,
    /// The edition that it was printed in.
    Edition,
    /// The copy that was read: when a crawler fetched the page. It dates no publication.
    Crawled,
}

/// A date that a source gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dating {
    /// What it dates.
    pub role: DateRole,
    /// The date.
    pub date: Date,
    /// Where it was found, as in [`Meta::date_source`].
    pub source: String,
}

/// A dateline: "PARIS, April 17 (Reuters)".
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Dateline {
    /// The place as printed, with its capitals.
    pub place: Option<String>,
    /// The day, with the year that the article's date gives it.
    pub date: Option<Date>,
    /// The agency.
    pub agency: Option<String>,
}

impl Meta {
    /// Notes a date; the first one of publication is the article's.
    pub fn dated(&mut self, role: DateRole, date: Date, source: &str) {
        if role == DateRole::Published && self.date.is_none() {
            (self.date, self.date_source) = (Some(date), Some(source.to_owned()));
        }
        self.dates.push(Dating { role, date, source: source.to_owned() });
    }

    /// The first date of a role.
    pub fn first(&self, role: DateRole) -> Option<&Dating> {
        self.dates.iter().find(|dating| dating.role == role)
    }
}

/// Kind of a section of the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SectionKind {
    /// Points or standfirst above the text.
    Summary,
    /// The first paragraph.
    Lead,
    /// Running text, with or without a crosshead.
    Body,
    /// Questions with their answers.
    Faq,
    /// Corrections and editor's notes.
    Note,
}

/// Kind of a block: one line of the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BlockKind {
    /// A crosshead.
    Heading,
    /// A paragraph.
    Paragraph,
    /// A bullet or list item.
    Item,
    /// A question with its answer.
    Question,
    /// A quotation set apart, without quotation marks.
    Blockquote,
    /// Words of the article repeated as an eye-catcher.
    Pullquote,
    /// The caption of a picture.
    Caption,
}

/// One line of the body; its span includes the `\n` that ends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// UTF-8 bytes into the body, `\n` included.
    pub span: Span,
}

/// A section of the body. Sections tile the body, blocks tile the section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// What it is.
    pub kind: SectionKind,
    /// The crosshead's words, without the `\n`.
    pub heading: Option<Span>,
    /// UTF-8 bytes into the body.
    pub span: Span,
    /// Its lines.
    pub blocks: Vec<Block>,
}

/// A news article as every later stage sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Article {
    /// The input's own id, if it has one.
    pub id: Option<String>,
    /// Headline, date, byline and so on.
    pub meta: Meta,
    body: String,
    sections: Vec<Section>,
}

/// What a format reader understood of an article, before it is laid out as one body.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    /// The input's own id.
    pub id: Option<String>,
    /// Headline, date, byline and so on.
    pub meta: Meta,
    /// Points or standfirst that stand above the text.
    pub summary: Vec<(BlockKind, String)>,
    /// The text in reading order; a heading starts a section.
    pub blocks: Vec<(BlockKind, String)>,
    /// Corrections and editor's notes that stand below the text.
    pub notes: Vec<(BlockKind, String)>,
}

const FAQ_HEADINGS: [&str; 6] = ["frequently asked questions", "faq", "faqs", "q&a", "questions and answers", "your questions answered"];

/// True for a crosshead over questions and answers.
pub(crate) fn is_faq_heading(text: &str) -> bool {
    // The longest is known, so that long lines need not be lowered.
    text.len() <= 60 && {
        let text = text.to_lowercase();
        let text = text.trim_matches([':', ' ']);
        FAQ_HEADINGS.contains(&text) || text.starts_with("frequently asked questions ")
    }
}

impl Article {
    /// Lays out a draft: every block is cleaned ([`clean::line`]) and put on one line; empty blocks are dropped. The first
    /// paragraph is the lead; a heading opens a section, an FAQ section when it is named like one.
    pub fn new(draft: Draft) -> Self {
        let mut layout = Layout::default();
        layout.run(Some(SectionKind::Summary), draft.summary);
        layout.run(None, draft.blocks);
        layout.run(Some(SectionKind::Note), draft.notes);
        layout.finish(draft.id, draft.meta)
    }

    /// Puts an article together again from its stored parts; `None` unless sections tile the body, blocks tile the sections
    /// and every span stands on character boundaries.
    pub fn from_parts(id: Option<String>, meta: Meta, body: String, sections: Vec<Section>) -> Option<Self> {
        let article = Self { id, meta, body, sections };
        article.is_tiled().then_some(article)
    }

    /// The whole text as printed below the headline, one block a line.
    pub fn body(&self) -> &str {
        &self.body
    }

    /// Sections in order; they tile the body.
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// All blocks in order; they tile the body.
    pub fn blocks(&self) -> impl Iterator<Item = Block> + '_ {
        self.sections.iter().flat_map(|section| section.blocks.iter().copied())
    }

    /// The section that holds a byte of the body.
    pub fn section_at(&self, byte: u32) -> Option<&Section> {
        let after = self.sections.partition_point(|section| section.span.start <= byte);
        self.sections.get(after.checked_sub(1)?)
    }

    /// The crosshead that a byte of the body stands under.
    pub fn crosshead_at(&self, byte: u32) -> Option<&str> {
        self.section_at(byte)?.heading.map(|heading| heading.of(&self.body))
    }

    fn is_tiled(&self) -> bool {
        let mut at = 0;
        for section in &self.sections {
            let mut inner = section.span.start;
            for block in &section.blocks {
                if block.span.start != inner || !block.span.fits(&self.body) {
                    return false;
                }
                inner = block.span.end;
            }
            let heading_fits = section.heading.is_none_or(|h| h.fits(&self.body) && section.span.contains(h));
            if section.span.start != at || section.span.end != inner || !heading_fits {
                return false;
            }
            at = inner;
        }
        at as usize == self.body.len()
    }
}

/// The body while it is being laid out.
#[derive(Default)]
struct Layout {
    body: String,
    sections: Vec<Section>,
    has_lead: bool,
}

impl Layout {
    /// Appends blocks; `fixed` keeps them all in sections of one kind.
    fn run(&mut self, fixed: Option<SectionKind>, blocks: Vec<(BlockKind, String)>) {
        let mut fresh = true;
        for (kind, text) in blocks {
            let text = clean::owned(text);
            if text.is_empty() {
                continue;
            }
            let current = self.sections.last().map(|section| section.kind);
            let section = match (fixed, kind) {
                (Some(fixed), _) => fixed,
                (None, BlockKind::Heading) if is_faq_heading(&text) => SectionKind::Faq,
                (None, BlockKind::Heading) => SectionKind::Body,
                (None, BlockKind::Paragraph) if !self.has_lead => SectionKind::Lead,
                (None, _) if fresh || current == Some(SectionKind::Lead) => SectionKind::Body,
                (None, _) => current.unwrap_or(SectionKind::Body),
            };
            let kind = match (section, kind) {
                (SectionKind::Faq, BlockKind::Paragraph) if text.contains('?') => BlockKind::Question,
                _ => kind,
            };
            // A heading before the first paragraph keeps that paragraph in its own section.
            let under_first_heading = section == SectionKind::Lead
                && current == Some(SectionKind::Body)
                && self.sections.last().is_some_and(|s| s.heading.is_some());
            let section = if under_first_heading { SectionKind::Body } else { section };
            self.has_lead |= fixed.is_none() && matches!(kind, BlockKind::Paragraph | BlockKind::Question);
            if fresh && !under_first_heading || kind == BlockKind::Heading || current != Some(section) {
                self.sections.push(Section {
                    kind: section,
                    heading: None,
                    span: Span::new(self.body.len(), self.body.len()),
                    blocks: Vec::new(),
                });
            }
            fresh = false;
            self.push(kind, &text);
        }
    }

    fn push(&mut self, kind: BlockKind, text: &str) {
        let start = self.body.len();
        self.body.push_str(text);
        let words = Span::new(start, self.body.len());
        self.body.push('\n');
        let span = Span::new(start, self.body.len());
        if let Some(section) = self.sections.last_mut() {
            if kind == BlockKind::Heading && section.blocks.is_empty() {
                section.heading = Some(words);
            }
            section.blocks.push(Block { kind, span });
            section.span.end = span.end;
        }
    }

    fn finish(mut self, id: Option<String>, meta: Meta) -> Article {
        // `\n` stands between blocks, so that the last one has none.
        if self.body.pop().is_some()
            && let Some(section) = self.sections.last_mut()
        {
            section.span.end -= 1;
            if let Some(block) = section.blocks.last_mut() {
                block.span.end -= 1;
            }
        }
        Article { id, meta, body: self.body, sections: self.sections }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use BlockKind::*;

    fn drawn(article: &Article) -> String {
        let mut out = String::new();
        for section in article.sections() {
            out += &format!("{:?} {:?}\n", section.kind, section.heading.map(|h| h.of(article.body())));
            for block in &section.blocks {
                out += &format!("  {:?} {:?}\n", block.kind, block.span.of(article.body()));
            }
        }
        out
    }

    fn draft(summary: &[(BlockKind, &str)], blocks: &[(BlockKind, &str)]) -> Draft {
        let own = |list: &[(BlockKind, &str)]| list.iter().map(|&(k, t)| (k, t.to_owned())).collect();
        Draft { summary: own(summary), blocks: own(blocks), ..Draft::default() }
    }

    #[test]
    fn a_draft_is_laid_out_in_sections_that_tile_the_body() {
        let article = Article::new(draft(
            &[(Item, "A point"), (Item, "Another")],
            &[
                (Paragraph, "The lead."),
                (Paragraph, "More."),
                (Heading, "A crosshead"),
                (Paragraph, " hard\nwrapped  "),
                (Heading, "FAQ"),
                (Paragraph, "Why? So."),
            ],
        ));
        assert!(article.is_tiled());
        assert_eq!(
            drawn(&article),
            "Summary None\n  Item \"A point\\n\"\n  Item \"Another\\n\"\nLead None\n  Paragraph \"The lead.\\n\"\nBody None\n  Paragraph \"More.\\n\"\n\
             Body Some(\"A crosshead\")\n  Heading \"A crosshead\\n\"\n  Paragraph \"hard wrapped\\n\"\nFaq Some(\"FAQ\")\n  Heading \"FAQ\\n\"\n  Question \"Why? So.\"\n"
        );
    }

    #[test]
    fn an_empty_draft_is_an_empty_article() {
        let article = Article::new(Draft::default());
        assert!(article.is_tiled() && article.body().is_empty());
    }

    #[test]
    fn a_heading_first_keeps_its_paragraph() {
        let article = Article::new(draft(&[], &[(Heading, "Top"), (Paragraph, "One."), (Paragraph, "Two.")]));
        assert!(article.is_tiled());
        assert_eq!(drawn(&article), "Body Some(\"Top\")\n  Heading \"Top\\n\"\n  Paragraph \"One.\\n\"\n  Paragraph \"Two.\"\n");
    }
}
