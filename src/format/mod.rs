//! File formats: here are bytes and a name, give me articles and what was wrong with them.
//!
//! A format is known by its content first and its file name second ([`detect`]). Every reader takes arbitrary bytes: what it
//! cannot understand becomes a [`Problem`], never a panic, and costs no more than the article that holds it. Containers
//! (JSON arrays, JSON Lines) are read one article at a time, so that memory does not grow with the file.

mod byline;
mod compressed;
mod csv;
mod dateline;
mod dates;
mod feed;
mod finish;
mod html;
mod input;
mod json;
mod limits;
mod map;
mod markdown;
mod markup;
mod nested;
mod newsml_1;
mod newsml_g2;
mod nitf;
mod sgml;
mod shape;
mod split;
mod tar;
mod text;
mod warc;
mod xml;
mod zip;

#[cfg(test)]
mod tests;

pub use input::{Input, Pieces, Reader, SeekRead, Settings};
pub use map::{Mapping, MappingError};

use crate::article::{Article, Draft};
use std::fmt;
use std::ops::ControlFlow;
use std::path::Path;

/// Bytes that [`detect`] wants to see at most; fewer are enough where the file is shorter.
pub const HEAD: usize = 16 << 10;

/// Bytes of one article at most; a longer one is refused with a problem.
pub const LONGEST_ARTICLE: usize = 64 << 20;

/// One file format: here are bytes, give me articles.
pub trait Format: Sync {
    /// Its name, as `--input-format` takes it.
    fn name(&self) -> &'static str;

    /// What it is, in a few words.
    fn about(&self) -> &'static str;

    /// File name extensions, in lower case and without the dot.
    fn extensions(&self) -> &'static [&'static str];

    /// How much the first bytes of a file (UTF-8, without a byte-order mark) look like this format. Binary formats are told by
    /// [`Format::is_marked`], tables by their name alone.
    fn sniff(&self, _head: &str) -> Sniff {
        Sniff::No
    }

    /// True when a file begins with the bytes that mark this format; only binary formats have some.
    fn is_marked(&self, _head: &[u8]) -> bool {
        false
    }

    /// Hands every article and every problem to `sink`, in the order of the input; stops early when the sink says so.
    ///
    /// # Errors
    /// A problem with the input as a whole: it cannot be read, or holds nothing of this format.
    fn read(&self, input: Input<'_>, sink: &mut Sink<'_>) -> Result<(), Problem>;
}

/// Takes what a reader found; [`ControlFlow::Break`] stops the reader.
pub type Sink<'a> = dyn FnMut(Item) -> ControlFlow<()> + 'a;

/// How much a file's content looks like a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sniff {
    /// It is something else.
    No,
    /// It could be; the name decides.
    Maybe,
    /// It is, whatever its name says.
    Yes,
}

/// All formats. Where the content fits several and the name none, the first is taken.
pub static FORMATS: &[&dyn Format] = &[
    &text::Text,
    &markdown::Markdown,
    &nitf::NITF,
    &newsml_g2::NEWSML_G2,
    &newsml_1::NEWSML_1,
    &feed::RSS,
    &feed::ATOM,
    &sgml::REUTERS,
    &sgml::TREC,
    &html::Html,
    &json::Json,
    &json::JsonLines,
    &csv::Csv,
    &csv::Tsv,
    &warc::Warc,
    &zip::Zip,
    &tar::Tar,
    &compressed::GZIP,
    &compressed::ZSTD,
    &compressed::BZIP2,
    &compressed::XZ,
];

/// An article, or what was wrong with one place in a container.
#[derive(Debug)]
#[allow(clippy::large_enum_variant)] // Items are handed on one at a time, never kept in numbers.
pub enum Item {
    /// An article, read as well as it could be.
    Article {
        /// The article.
        article: Article,
        /// Empty for a file that is one article; in containers the input's id, else `line 17` or `item 3`.
        place: String,
        /// What was wrong with it.
        problems: Vec<Problem>,
    },
    /// A place that gave no article.
    Problem(Problem),
    /// Something that is no article and was left out on purpose: a picture, an advertisement, a file of no known format.
    Skipped(Problem),
}

/// What was wrong with one place of an input: where, what, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where in the input: `line 17`, `item 3`; empty for the input as a whole.
    pub place: String,
    /// What is wrong, in lower case and without a full stop.
    pub message: String,
    /// What to do about it; may be empty.
    pub help: String,
}

impl Problem {
    pub(crate) fn new(place: impl Into<String>, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { place: place.into(), message: message.into(), help: help.into() }
    }
}

impl Problem {
    /// A file that is shorter when it was read than when it was found.
    pub(crate) fn cut_short() -> Self {
        Self::new("", "it was cut short while it was read", "the next run reads it again")
    }

    /// A mistake of this program, met while reading.
    pub(crate) fn internal() -> Self {
        Self::new("", "the reader failed on this file, which is a mistake of this program", "please report it with the file")
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.place.is_empty() {
            write!(f, "{}: ", self.place)?;
        }
        f.write_str(&self.message)?;
        if !self.help.is_empty() {
            write!(f, "; {}", self.help)?;
        }
        Ok(())
    }
}

impl std::error::Error for Problem {}

/// A file of text that is one article, as `file` understands its text.
fn one_article(input: Input<'_>, sink: &mut Sink<'_>, file: impl Fn(&str) -> (Draft, Vec<Problem>)) -> Result<(), Problem> {
    let (mut reader, context) = input.parts();
    let mut noted = Vec::new();
    let text = context.text(&input::whole(reader.stream())?, None, &mut noted);
    let (draft, mut problems) = file(&text);
    problems.extend(noted);
    let article = finish::finish(draft, &context, &mut problems);
    if article.body().is_empty() && article.meta.headline.is_none() {
        return Err(Problem::new("", "no text", "leave the file out, or put its text in"));
    }
    // The last item: nothing is left to stop.
    let _ = sink(Item::Article { article, place: String::new(), problems });
    Ok(())
}

/// The format called `name`.
pub fn by_name(name: &str) -> Option<&'static dyn Format> {
    FORMATS.iter().copied().find(|format| format.name() == name)
}

/// Extensions of text files that are no articles: reading them as plain text would fill the archive with noise.
const NOT_ARTICLES: [&str; 32] = [
    "bib", "c", "cfg", "conf", "cpp", "css", "h", "ics", "ini", "java", "js", "lock", "log", "map", "mbox", "patch", "php", "py", "ris",
    "rs", "rtf", "sh", "sql", "srt", "svg", "tex", "toml", "ts", "vtt", "xml", "yaml", "yml",
];

/// The formats whose extensions name data, never prose.
fn by_extension_of_data(extension: &str) -> Option<&'static dyn Format> {
    let data: [&dyn Format; 4] = [&json::Json, &json::JsonLines, &csv::Csv, &csv::Tsv];
    data.into_iter().find(|format| format.extensions().contains(&extension))
}

/// The format of a file, by its content (the first bytes, [`HEAD`] are enough) and then by its name; `None` when it is
/// unknown: binary, empty of text, or of a kind that no reader takes.
pub fn detect(name: &Path, head: &[u8]) -> Option<&'static dyn Format> {
    let extension = name.extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
    let named = |format: &&dyn Format| format.extensions().contains(&extension.as_str());
    if head.is_empty() {
        return FORMATS.iter().copied().find(named);
    }
    if let Some(&marked) = FORMATS.iter().find(|format| format.is_marked(head)) {
        return Some(marked);
    }
    let head = input::head(head)?;
    // A data file that is broken at its top is still what its name says: it is read as that, and its faults are named.
    if let Some(data) = by_extension_of_data(&extension)
        && html::Html.sniff(&head) != Sniff::Yes
        && !(data.name() == json::Json.name() && json::JsonLines.sniff(&head) == Sniff::Yes)
        // An opening bracket alone on its line begins one object over many lines.
        && !matches!(head.trim_start().lines().next().map(str::trim_end), Some("{" | "["))
    {
        return Some(data);
    }
    // Markdown may begin with a tag, a comment or a link in brackets; only a whole page is another thing.
    let is_page = || {
        let start: String = head.trim_start().chars().take(14).collect::<String>().to_ascii_lowercase();
        ["<!doctype html", "<html", "<?xml"].iter().any(|page| start.starts_with(page))
    };
    if markdown::Markdown.extensions().contains(&extension.as_str()) && !is_page() {
        return Some(&markdown::Markdown);
    }
    let sniffed = |wanted: Sniff| FORMATS.iter().copied().filter(|format| format.sniff(&head) == wanted).collect::<Vec<_>>();
    if let Some(&format) = sniffed(Sniff::Yes).first() {
        return Some(format);
    }
    let maybe = sniffed(Sniff::Maybe);
    let first = maybe.first().copied().filter(|_| !NOT_ARTICLES.contains(&extension.as_str()));
    maybe.iter().copied().find(named).or(first)
}
