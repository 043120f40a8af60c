//! Saved news pages. What a page says about itself (JSON-LD, meta elements) is taken first; its text is chosen from its
//! blocks by what the extraction crate and the page's own JSON-LD take for the story; a page of plain markup is read as it is.

mod choose;
mod json_ld;
mod meta;
mod region;
mod tame;
pub(super) mod votes;
mod walk;

use super::input::Context;
use super::{Format, Input, Item, Problem, Sink, Sniff, byline, finish, input, shape, text, xml};
use crate::article::{Article, BlockKind, DateRole, Draft, Meta};
use choose::Known;
use std::panic::{AssertUnwindSafe, catch_unwind};
use trafilatura::dom::Document;
use votes::Votes;
use walk::Found;

/// HTML pages, one article each.
pub(super) struct Html;

/// More tags than any article has: the extraction crate goes over the page many times and is not asked.
const MOST_TAGS: usize = 60_000;
/// Bytes of a text that is short enough to doubt that it was found.
const THIN: usize = 1_000;
/// Bytes of markup inside another text that are worth a tree.
const LARGEST_FRAGMENT: usize = 16 << 20;
/// More tags than are worth a tree.
const FAR_TOO_MANY_TAGS: usize = 2_000_000;

impl Format for Html {
    fn name(&self) -> &'static str {
        "html"
    }

    fn about(&self) -> &'static str {
        "saved pages, an article a file"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["html", "htm", "xhtml", "shtml"]
    }

    fn sniff(&self, head: &str) -> Sniff {
        const FIRST: [&str; 24] = [
            "!doctype html",
            "html",
            "head",
            "body",
            "meta",
            "title",
            "link",
            "script",
            "style",
            "article",
            "main",
            "section",
            "header",
            "div",
            "p",
            "h1",
            "h2",
            "h3",
            "table",
            "span",
            "a",
            "b",
            "ul",
            "blockquote",
        ];
        let mut start = head.trim_start();
        while let Some(rest) = start.strip_prefix("<!--") {
            start = rest.split_once("-->").map_or("", |(_, rest)| rest).trim_start();
        }
        let lower = start.get(..start.len().min(2048)).unwrap_or(start).to_ascii_lowercase();
        if lower.starts_with("<?xml") {
            return if xml::root(&lower) == Some("html") { Sniff::Yes } else { Sniff::No };
        }
        let Some(rest) = lower.strip_prefix('<') else {
            return if lower.contains("<p>") || lower.contains("<html") || lower.contains("</p>") || lower.contains("<br") {
                Sniff::Maybe
            } else {
                Sniff::No
            };
        };
        let named = FIRST
            .iter()
            .any(|tag| rest.strip_prefix(tag).is_some_and(|rest| rest.starts_with(|c: char| c.is_whitespace() || matches!(c, '>' | '/'))));
        if named { Sniff::Yes } else { Sniff::No }
    }

    fn read(&self, input: Input<'_>, sink: &mut Sink<'_>) -> Result<(), Problem> {
        let (mut reader, context) = input.parts();
        let bytes = input::whole(reader.stream())?;
        let (article, problems) = article(&bytes, None, &context, &mut |_| {})?;
        // The last item: nothing is left to stop.
        let _ = sink(Item::Article { article, place: String::new(), problems });
        Ok(())
    }
}

/// A page as an article; `label` is the encoding that came with it, `note` adds what is known from elsewhere.
pub(super) fn article(
    bytes: &[u8],
    label: Option<&str>,
    context: &Context<'_>,
    note: &mut dyn FnMut(&mut Meta),
) -> Result<(Article, Vec<Problem>), Problem> {
    let own = charset(bytes);
    let mut noted = Vec::new();
    let html = context.text(bytes, own.as_deref().or(label), &mut noted);
    let (mut draft, mut problems) = page(&html)?;
    problems.extend(noted);
    note(&mut draft.meta);
    let article = finish::finish(draft, context, &mut problems);
    if article.body().is_empty() {
        let message = if article.meta.headline.is_some() { "a headline and no text" } else { "no text" };
        if article.meta.headline.is_none() {
            return Err(Problem::new("", message, "the page may be an error page, or build its text in the browser"));
        }
        problems.push(Problem::new("", message, "the page may be a video or gallery, or build its text in the browser"));
    }
    Ok((article, problems))
}

/// True for bytes that begin as a page of markup does.
pub(super) fn looks_like_page(bytes: &[u8]) -> bool {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(1024)]);
    Html.sniff(&head) == Sniff::Yes
}

/// The blocks of a piece of markup inside another text; pieces too large for a tree are read without their tags.
pub(super) fn fragment(markup: &str) -> Vec<shape::Block> {
    if markup.len() > LARGEST_FRAGMENT {
        return bare(markup);
    }
    let page = tame::tame(markup);
    if page.tags > FAR_TOO_MANY_TAGS {
        return bare(markup);
    }
    let document = Document::parse(&page.html);
    let kind = |block: &Found| if block.region.pull() || block.region.aside() { BlockKind::Pullquote } else { block.kind };
    walk::blocks(&document, document.root()).0.into_iter().map(|block| (kind(&block), block.text)).collect()
}

/// A text without its tags: those of blocks part its paragraphs.
fn bare(markup: &str) -> Vec<shape::Block> {
    const PARTS: [&str; 12] = ["p", "div", "br", "li", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "blockquote"];
    let mut paragraphs = vec![String::new()];
    let mut pieces = markup.split('<');
    paragraphs[0].push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let (tag, text) = piece.split_once('>').unwrap_or(("", piece));
        let name = tag.trim_start_matches('/').split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        match paragraphs.last_mut().filter(|_| !PARTS.iter().any(|part| part.eq_ignore_ascii_case(name))) {
            Some(open) => open.push_str(text),
            None => paragraphs.push(text.to_owned()),
        }
    }
    paragraphs.into_iter().map(|text| (BlockKind::Paragraph, xml::unescaped(&text))).collect()
}

/// The encoding that a page states in a meta element.
fn charset(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(bytes.get(..bytes.len().min(4096))?).to_ascii_lowercase();
    let (_, rest) = head.split_once("charset=").or_else(|| head.split_once("encoding="))?;
    let label: String = rest
        .trim_start_matches(['"', '\'', ' '])
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':'))
        .collect();
    Some(label).filter(|label| !label.is_empty())
}

/// A page as a draft.
fn page(html: &str) -> Result<(Draft, Vec<Problem>), Problem> {
    let mut problems = Vec::new();
    let page = tame::tame(html);
    if page.tags > FAR_TOO_MANY_TAGS {
        return Err(Problem::new("", format!("{} tags, which no news article has", page.tags), "leave the page out"));
    }
    let document = Document::parse(&page.html);
    let elements = meta::Elements::of(&document);
    let ld = json_ld::read(&page.json_ld, &elements.urls());
    let (mut found, marks) = walk::blocks(&document, document.body().unwrap_or_else(|| document.root()));
    let mut meta = meta::read(&elements, &ld, &found);
    meta.url = meta.url.or_else(|| page.saved_from.clone());

    let known = Known {
        headline: meta.headline.as_deref(),
        authors: &meta.authors,
        description: elements.description().or(ld.description.as_deref()),
    };
    let articles_own = ld.body.as_deref().filter(|body| body.split_whitespace().count() >= 60).map(plain_text);
    let plain = choose::is_plain(&found).then(|| choose::choose(&mut found, &marks, None, &known));
    let mut story = match plain.filter(|story| !story.blocks.is_empty()) {
        Some(story) => story,
        None => {
            let votes = votes(document, &page, &found, articles_own.as_deref());
            problems.extend(votes.is_none().then(|| {
                let message = format!("{} tags, which is too many to look for the story in them", page.tags);
                Problem::new("", message, "all of the page's text is kept")
            }));
            choose::choose(&mut found, &marks, votes.as_ref().filter(|votes| votes.words > 0), &known)
        }
    };

    if let Some(printed) = story.byline.take() {
        let byline = byline::of_field(&printed);
        if meta.authors.is_empty() {
            meta.authors = byline.authors;
        }
        // A line that names none of the authors is a button or a title.
        let named = meta.authors.is_empty() || meta.authors.iter().any(|author| byline.printed.contains(author.as_str()));
        meta.byline = Some(only_names(&byline.printed, &meta.authors)).filter(|printed| named && !printed.is_empty());
    }
    if let Some(date) = story.date {
        meta.dated(DateRole::Published, date, "text");
    }
    if let Some(date) = story.modified {
        meta.dated(DateRole::Modified, date, "text");
    }
    let mut draft = Draft { meta, ..Draft::default() };
    let mut body = story.blocks;
    shape::drop_headline(&mut body, draft.meta.headline.as_deref());
    match articles_own.filter(|own| lacks(&body, own)) {
        // The page builds its text in the browser, or hides it: the words are in its JSON-LD alone.
        Some(own) => text::fill(&mut draft, &own),
        None => shape::fill(&mut draft, body),
    }
    shape::add_summary(&mut draft, story.summary);
    Ok((draft, problems))
}

/// What others take for the story; `None` for a page of too many tags to ask them.
fn votes(document: Document, page: &tame::Page, found: &[Found], articles_own: Option<&str>) -> Option<Votes> {
    let mut votes = Votes::default();
    articles_own.into_iter().for_each(|body| votes.add(body));
    if page.tags > MOST_TAGS {
        return Some(votes).filter(|votes| votes.words > 0);
    }
    if let Some(text) = extract(document, false) {
        let words = found.iter().filter(|block| block.links < 0.5).map(|block| block.text.len()).sum();
        // Where the quick way finds next to nothing in a long page, the slow way is worth its time.
        let thin = text.len() < THIN && text.len() * 3 < words;
        let second = if thin { extract(Document::parse(&page.html), true) } else { None };
        votes.add(second.as_deref().filter(|second| second.len() > text.len()).unwrap_or(&text));
    }
    Some(votes)
}

/// A byline element holds dates and handles as well ("Jane Doe @janedoe 17 April"): then only the stretch with the names.
fn only_names(printed: &str, authors: &[String]) -> String {
    let stretch = || {
        let starts = authors.iter().filter_map(|author| printed.find(author.as_str()));
        let ends = authors.iter().filter_map(|author| printed.find(author.as_str()).map(|at| at + author.len()));
        printed.get(starts.min()?..ends.max()?)
    };
    let mixed = printed.contains(|c: char| c.is_ascii_digit() || c == '@');
    if mixed { stretch().unwrap_or(printed).to_owned() } else { printed.to_owned() }
}

/// True when the chosen blocks hold less than half of the text that the page's JSON-LD gives, or less than four fifths where that has
/// paragraphs: some publishers split their stories over pieces that nothing in the page puts together.
fn lacks(blocks: &[shape::Block], own: &str) -> bool {
    let enough = if own.lines().filter(|line| line.len() > 40).count() >= 4 { 0.8 } else { 0.5 };
    let mut votes = Votes::default();
    blocks.iter().for_each(|(_, text)| votes.add(text));
    votes.share(own) < enough
}

/// The words of a JSON-LD text, which some pages fill with markup.
fn plain_text(body: &str) -> String {
    if !body.contains("</p>") && !body.contains("<br") {
        return body.to_owned();
    }
    walk::lines(&Document::parse(&tame::tame(body).html))
}

/// What the extraction crate takes for the story's text; `None` when it finds none.
fn extract(document: Document, thorough: bool) -> Option<String> {
    let options = trafilatura::Options::default()
        .with_fallback(thorough)
        .with_exclude_comments(true)
        .with_html_date_mode(trafilatura::HtmlDateMode::Disabled);
    // A page must not end the run, whatever a library thinks of it.
    let result = catch_unwind(AssertUnwindSafe(|| trafilatura::extract_document(document, &options))).ok()?.ok()?;
    Some(walk::lines(&Document::parse(&result.content_html)))
}

#[cfg(test)]
mod tests;
