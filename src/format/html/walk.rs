//! The blocks of a page in the order of its markup: headings, paragraphs, items, quotations, captions, each with where it
//! stands. Nothing is judged here but the markup; what belongs to the story is chosen later.

use super::region::{Marks, Region};
use crate::article::BlockKind;
use crate::format::text;
use crate::text::clean;
use trafilatura::dom::{Document, NodeId};

/// One block of a page.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) kind: BlockKind,
    /// Level of a heading, 0 for other blocks.
    pub(super) level: u8,
    /// Cleaned words; never empty.
    pub(super) text: String,
    /// What it stands in.
    pub(super) region: Region,
    /// The innermost element that says so.
    pub(super) mark: Option<usize>,
    /// The division that holds it, and the one around that.
    pub(super) holder: (NodeId, NodeId),
    /// Share of its characters inside links, 0 to 1.
    pub(super) links: f32,
    /// All of it is bold.
    pub(super) bold: bool,
    /// All of it is in small print.
    pub(super) small: bool,
}

/// Deeper elements are left out; after taming there are none.
const DEEPEST: usize = 600;

/// All blocks below `root`, and the marks that they stand under.
pub(super) fn blocks(document: &Document, root: NodeId) -> (Vec<Found>, Marks) {
    let mut walk = Walk { document, found: Vec::new(), marks: Marks::default(), open: Open::default() };
    let start = Place { kind: BlockKind::Paragraph, level: 0, mark: None, holder: (root, root), linked: false, bold: false, small: false };
    walk.children(root, &start, 0);
    walk.flush(&start);
    (walk.found, walk.marks)
}

/// The lines of a document that is known to be one text.
pub(super) fn lines(document: &Document) -> String {
    blocks(document, document.root()).0.into_iter().map(|block| block.text).collect::<Vec<_>>().join("\n")
}

/// What the elements around a piece of text say about it.
#[derive(Clone, Copy)]
struct Place {
    kind: BlockKind,
    level: u8,
    mark: Option<usize>,
    holder: (NodeId, NodeId),
    linked: bool,
    bold: bool,
    small: bool,
}

/// The words of a block that has not ended yet.
#[derive(Default)]
struct Open {
    text: String,
    characters: usize,
    linked: usize,
    bold: usize,
    small: usize,
}

struct Walk<'d> {
    document: &'d Document,
    found: Vec<Found>,
    marks: Marks,
    open: Open,
}

impl Walk<'_> {
    fn children(&mut self, id: NodeId, place: &Place, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        for child in self.document.child_nodes(id) {
            if self.document.is_text(child) {
                self.text(&self.document.text_content(child), place);
            } else if self.document.is_element(child) {
                self.element(child, place, depth + 1);
            }
        }
    }

    fn text(&mut self, text: &str, place: &Place) {
        let characters = text.chars().filter(|c| !c.is_whitespace()).count();
        self.open.characters += characters;
        self.open.linked += if place.linked { characters } else { 0 };
        self.open.bold += if place.bold { characters } else { 0 };
        self.open.small += if place.small { characters } else { 0 };
        self.open.text.push_str(text);
    }

    fn element(&mut self, id: NodeId, place: &Place, depth: usize) {
        let tag = self.document.tag_name(id);
        // Hidden words inside a line would break it; a hidden block may be the story of a page that is shown by a script.
        if !is_block(tag) && Region::hides(self.document, id, tag) {
            return;
        }
        let mark = self.marks.enter(place.mark, self.document, id, tag);
        let place = &Place { mark, ..*place };
        match tag {
            "head" | "script" | "style" | "button" | "input" | "img" | "picture" | "source" | "link" | "meta" | "title" => {}
            "br" => {
                // Two line breaks part paragraphs, one parts nothing.
                if self.open.text.trim_end_matches([' ', '\t']).ends_with('\u{1e}') {
                    self.flush(place);
                } else {
                    self.open.text.push('\u{1e}');
                }
            }
            "a" => self.children(id, &Place { linked: true, ..*place }, depth),
            "small" => self.children(id, &Place { small: true, ..*place }, depth),
            "b" | "strong" => self.children(id, &Place { bold: true, ..*place }, depth),
            "span" | "font" if self.document.class_name(id).to_ascii_lowercase().contains("bold") => {
                self.children(id, &Place { bold: true, ..*place }, depth);
            }
            // Browsers print the marks of this element.
            "q" => {
                self.open.text.push('“');
                self.children(id, place, depth);
                self.open.text.push('”');
            }
            "td" | "th" if !self.has_blocks(id) && self.in_plain_row(id) => {
                self.open.text.push(' ');
                self.children(id, place, depth);
            }
            "pre" => {
                self.flush(place);
                let text = self.document.text_content(id);
                self.preformatted(&text, place);
            }
            _ if is_block(tag) => {
                self.flush(place);
                let inner = self.inner(id, tag, place);
                self.children(id, &inner, depth);
                self.flush(&inner);
            }
            _ => self.children(id, place, depth),
        }
    }

    /// The place inside a block element.
    fn inner(&self, id: NodeId, tag: &str, place: &Place) -> Place {
        let quoted = matches!(place.kind, BlockKind::Blockquote | BlockKind::Caption);
        let (kind, level) = match tag {
            "figcaption" => (BlockKind::Caption, 0),
            "blockquote" if place.kind != BlockKind::Caption => (BlockKind::Blockquote, 0),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" if !quoted => (BlockKind::Heading, tag.as_bytes()[1] - b'0'),
            "li" if !quoted => (BlockKind::Item, 0),
            "summary" | "dt" if !quoted => (BlockKind::Paragraph, 0),
            _ if self.marks.region(place.mark).caption() => (BlockKind::Caption, 0),
            _ => (place.kind, place.level),
        };
        const HELD: [&str; 18] = [
            "p",
            "li",
            "ul",
            "ol",
            "dl",
            "dt",
            "dd",
            "blockquote",
            "figure",
            "figcaption",
            "details",
            "summary",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
        ];
        let holds = !HELD.contains(&tag);
        let holder = if holds { (id, place.holder.0) } else { place.holder };
        Place { kind, level, holder, ..*place }
    }

    fn has_blocks(&self, id: NodeId) -> bool {
        !self.document.iter_descendants(id, &["p", "div", "ul", "ol", "table", "h1", "h2", "h3", "h4", "blockquote", "br"]).is_empty()
    }

    /// A row of data is one block; a row that lays out a page is none.
    fn in_plain_row(&self, cell: NodeId) -> bool {
        self.document.parent(cell).is_some_and(|row| self.document.tag_name(row) == "tr" && !self.has_blocks(row))
    }

    fn preformatted(&mut self, text: &str, place: &Place) {
        for (kind, text) in text::blocks_of(text) {
            let level = if kind == BlockKind::Heading { 2 } else { 0 };
            self.open.characters = text.chars().count();
            self.open.text = text;
            self.flush(&Place { kind: if place.kind == BlockKind::Paragraph { kind } else { place.kind }, level, ..*place });
        }
    }

    fn flush(&mut self, place: &Place) {
        let open = std::mem::take(&mut self.open);
        // The marks of line breaks are control characters, which clean to spaces.
        let text = clean::line(&open.text);
        if !text.contains(char::is_alphanumeric) {
            return;
        }
        let share = |part: usize| part as f32 / open.characters.max(1) as f32;
        // "— Jane Doe (@janedoe) 17 April 2025": who is quoted is not quoted.
        let credit = text.starts_with(['—', '–']) || text.starts_with("--");
        let credit = credit && text.split(' ').count() <= 14 && self.found.last().is_some_and(|last| last.kind == BlockKind::Blockquote);
        let kind = if credit && place.kind == BlockKind::Blockquote { BlockKind::Paragraph } else { place.kind };
        self.found.push(Found {
            kind,
            level: place.level,
            text,
            region: self.marks.region(place.mark),
            mark: place.mark,
            holder: place.holder,
            links: share(open.linked),
            bold: share(open.bold) > 0.95,
            small: share(open.small) > 0.95,
        });
    }
}

fn is_block(tag: &str) -> bool {
    matches!(
        tag,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "body"
            | "caption"
            | "center"
            | "dd"
            | "details"
            | "dialog"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "hgroup"
            | "hr"
            | "html"
            | "legend"
            | "li"
            | "main"
            | "menu"
            | "nav"
            | "ol"
            | "p"
            | "section"
            | "summary"
            | "table"
            | "tbody"
            | "td"
            | "tfoot"
            | "th"
            | "thead"
            | "tr"
            | "ul"
    )
}
