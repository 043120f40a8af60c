//! Markdown: CommonMark with tables, and front matter in YAML or TOML above it. Headings are crossheads, block quotes are blocks of
//! their kind, points are items; HTML in between is read as the HTML reader reads it.

mod front;

use super::html::votes::Votes;
use super::shape::{self, Block};
use super::text::top;
use super::text::wrap::{Line, Mark};
use super::{Format, Input, Problem, Sink, Sniff, html};
use crate::article::{BlockKind, Draft};
use crate::text::clean;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// Markdown files, one article each.
pub(super) struct Markdown;

impl Format for Markdown {
    fn name(&self) -> &'static str {
        "markdown"
    }

    fn about(&self) -> &'static str {
        "Markdown with or without front matter, an article a file"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["md", "markdown", "mdown", "mkd"]
    }

    /// Markdown is text: only its name tells it from other text.
    fn sniff(&self, head: &str) -> Sniff {
        super::text::Text.sniff(head)
    }

    fn read(&self, input: Input<'_>, sink: &mut Sink<'_>) -> Result<(), Problem> {
        super::one_article(input, sink, file)
    }
}

fn file(text: &str) -> (Draft, Vec<Problem>) {
    let (front, text) = front::split(text);
    let (mut draft, summary, problems) = front.read();
    let mut blocks = Walk::default().blocks(text);
    if draft.meta.headline.is_none()
        && let Some(at) = blocks.iter().take(3).position(|block| block.level == 1)
    {
        draft.meta.headline = Some(clean::line(&blocks.remove(at).text));
    }
    let lines: Vec<Line> = blocks.iter().take(MOST_TOP).map(Found::line).collect();
    let top = top::read(&lines, &mut draft.meta, &mut draft.summary);
    let mut blocks: Vec<Block> = blocks.drain(top..).map(|block| (block.kind, block.text)).collect();
    shape::drop_headline(&mut blocks, draft.meta.headline.as_deref());
    shape::fill(&mut draft, blocks);
    shape::add_summary(&mut draft, summary);
    (draft, problems)
}

/// Blocks among which a byline or a date line is looked for, and the text that must follow a headline.
const MOST_TOP: usize = 32;

/// A block with the level of its heading; 0 for other blocks.
struct Found {
    kind: BlockKind,
    level: u8,
    text: String,
}

impl Found {
    /// The block as a line of plain text, for those who look for a byline above the story.
    fn line(&self) -> Line {
        let mark = match self.kind {
            BlockKind::Heading => Mark::Heading,
            BlockKind::Paragraph => Mark::None,
            _ => Mark::Bullet,
        };
        Line { text: clean::line(&self.text), mark }
    }
}

/// A walk through the events of a text.
#[derive(Default)]
struct Walk {
    blocks: Vec<Found>,
    /// The words of a block that has not ended yet.
    open: String,
    level: u8,
    quotes: usize,
    /// Open lists; the number of an ordered one.
    lists: Vec<Option<u64>>,
    /// Open items.
    items: usize,
    /// Markup of an open HTML block.
    html: String,
    /// Open images: their alternative text is no part of the article.
    images: usize,
    /// Within a script or style in the middle of a paragraph.
    hidden: bool,
    /// Cells of the open row of a table: they become one block.
    cells: usize,
}

/// A number this high begins a sentence ("1998. A bad year."), no list.
const HIGHEST_LIST: u64 = 99;

impl Walk {
    fn blocks(mut self, text: &str) -> Vec<Found> {
        let options = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_STRIKETHROUGH;
        for event in Parser::new_ext(text, options) {
            match event {
                Event::Start(tag) => self.start(tag),
                Event::End(tag) => self.end(tag),
                Event::Text(words) | Event::Code(words) if self.images == 0 && !self.hidden => self.open.push_str(&words),
                Event::SoftBreak | Event::HardBreak => self.open.push(' '),
                Event::Html(markup) => self.html.push_str(&markup),
                Event::InlineHtml(tag) if tag.starts_with("<br") => self.open.push(' '),
                Event::InlineHtml(tag) if tag.starts_with("<script") || tag.starts_with("<style") => self.hidden = true,
                Event::InlineHtml(tag) if tag.starts_with("</") => self.hidden = false,
                _ => {}
            }
        }
        self.flush();
        self.mark_pull_quotes();
        self.blocks
    }

    /// A block quote whose words all stand in the article's own paragraphs only catches the eye.
    fn mark_pull_quotes(&mut self) {
        let mut words = Votes::default();
        self.blocks.iter().filter(|block| block.kind == BlockKind::Paragraph).for_each(|block| words.add(&block.text));
        for block in self.blocks.iter_mut().filter(|block| block.kind == BlockKind::Blockquote && words.share(&block.text) == 1.0) {
            block.kind = BlockKind::Pullquote;
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { level, .. } => {
                self.flush();
                self.level = level as u8;
            }
            Tag::BlockQuote(_) => {
                self.flush();
                self.quotes += 1;
            }
            Tag::List(number) => {
                self.flush();
                self.lists.push(number);
            }
            Tag::Item => {
                self.flush();
                self.items += 1;
                if let Some(number) = self.lists.last().copied().flatten().filter(|number| *number > HIGHEST_LIST) {
                    self.open = format!("{number}. ");
                }
            }
            Tag::TableCell => {
                if self.cells > 0 {
                    self.open.push(' ');
                }
                self.cells += 1;
            }
            Tag::TableHead | Tag::TableRow => {
                self.flush();
                self.cells = 0;
            }
            Tag::Image { title, .. } => {
                self.images += 1;
                if self.images == 1 && !title.is_empty() {
                    self.flush();
                    self.push(BlockKind::Caption, 0, title.to_string());
                }
            }
            Tag::Paragraph | Tag::CodeBlock(_) | Tag::Table(_) | Tag::FootnoteDefinition(_) => self.flush(),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => {
                self.flush();
                self.level = 0;
            }
            TagEnd::BlockQuote(_) => {
                self.flush();
                self.quotes = self.quotes.saturating_sub(1);
            }
            TagEnd::List(_) => {
                self.flush();
                self.lists.pop();
            }
            TagEnd::Item => {
                self.flush();
                self.items = self.items.saturating_sub(1);
                if let Some(Some(number)) = self.lists.last_mut() {
                    *number += 1;
                }
            }
            TagEnd::HtmlBlock => {
                let markup = std::mem::take(&mut self.html);
                for (kind, text) in html::fragment(&markup) {
                    self.push(kind, 0, text);
                }
            }
            TagEnd::Image => self.images = self.images.saturating_sub(1),
            TagEnd::CodeBlock => {
                // Four blanks before a paragraph make it code; in an article it is one.
                let lines = std::mem::take(&mut self.open);
                for (kind, text) in super::text::blocks_of(&lines) {
                    self.push(kind, 0, text);
                }
            }
            TagEnd::Paragraph | TagEnd::TableHead | TagEnd::TableRow | TagEnd::FootnoteDefinition => self.flush(),
            _ => {}
        }
    }

    /// Ends the open block.
    fn flush(&mut self) {
        self.hidden = false;
        let text = std::mem::take(&mut self.open);
        if !text.contains(char::is_alphanumeric) {
            return;
        }
        let in_list = self.lists.last().is_some_and(|number| number.is_none_or(|number| number <= HIGHEST_LIST)) && self.items > 0;
        let kind = match () {
            () if self.quotes > 0 => BlockKind::Blockquote,
            () if self.level > 0 => BlockKind::Heading,
            () if in_list => BlockKind::Item,
            () => BlockKind::Paragraph,
        };
        self.push(kind, self.level, text);
    }

    fn push(&mut self, kind: BlockKind, level: u8, text: String) {
        self.blocks.push(Found { kind, level, text });
    }
}

#[cfg(test)]
mod tests;
