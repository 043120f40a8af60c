//! What NITF, NewsML, feeds and SGML have in common: a stream of elements, each of them an article, and a table of which of its
//! elements is which field.

use super::split::{Piece, Splitter};
use super::xml::{self, Node};
use super::{Format, Input, Item, Problem, Sink, Sniff, byline, finish, html, input, limits, shape, text};
use crate::article::{DateRole, Draft};
use crate::text::{Date, clean};

/// A format of markup.
pub(super) struct Markup {
    pub(super) name: &'static str,
    /// What it is, in a few words.
    pub(super) about: &'static str,
    pub(super) extensions: &'static [&'static str],
    /// Names of elements that such a file begins with.
    pub(super) roots: &'static [&'static str],
    /// Names of elements that hold an article each.
    pub(super) items: &'static [&'static str],
    /// Reads one of them; `head` is what stands before the first: the channel of a feed.
    pub(super) read: fn(&Node, &Node, &mut Reading) -> Result<(), Left>,
}

/// An element that is no article, and why: a picture, a list of a day's events.
pub(super) struct Left(pub(super) String);

impl Format for Markup {
    fn name(&self) -> &'static str {
        self.name
    }

    fn about(&self) -> &'static str {
        self.about
    }

    fn extensions(&self) -> &'static [&'static str] {
        self.extensions
    }

    fn sniff(&self, head: &str) -> Sniff {
        let root = xml::root(head).unwrap_or_default();
        if self.roots.iter().any(|own| own.eq_ignore_ascii_case(root)) { Sniff::Yes } else { Sniff::No }
    }

    fn read(&self, input: Input<'_>, sink: &mut Sink<'_>) -> Result<(), Problem> {
        let (mut reader, context) = input.parts();
        let mut splitter = Splitter::new(reader.stream(), self.items)?;
        let mut number = 0_u64;
        let (mut label, mut head, mut alone) = (None, Node::default(), false);
        while let Some(piece) = splitter.next()? {
            number += 1;
            if number == 1 {
                label = declared(&splitter.head);
                let (text, _) = input::decode(&splitter.head, label.as_deref());
                head = xml::parse(&text).0;
                // An article that nothing stands around is the whole file.
                alone = !head.has_nodes();
            }
            let place = if alone && number == 1 { String::new() } else { format!("item {number}") };
            let flow = match piece {
                Piece::TooLong => sink(Item::Problem(input::too_long(&place))),
                // Half an article must not take the place of a whole one that was read before.
                Piece::End(_) => {
                    sink(Item::Problem(Problem::new(place, "ends in the middle of an article", "the file may have been cut off")))
                }
                Piece::Whole(bytes) => sink(self.item(&bytes, false, &head, label.as_deref(), place, &context)),
                Piece::Cut(bytes) => sink(self.item(&bytes, true, &head, label.as_deref(), place, &context)),
            };
            if flow.is_break() {
                return Ok(());
            }
        }
        // A feed that was cut off between two articles lacks the end of its root.
        let root = xml::root(&input::decode(&splitter.head, None).0).map(str::to_owned).filter(|_| !alone);
        if let Some(root) = root.filter(|root| number > 0 && !ends(&splitter.tail, root)) {
            let problem = Problem::new("", format!("ends without </{root}>"), "the file may have been cut off; what it holds was read");
            let _ = sink(Item::Problem(problem));
        }
        if number == 0 {
            let (text, _) = input::decode(&splitter.head, None);
            let what = xml::root(&text).unwrap_or("nothing").chars().take(40).collect::<String>();
            let help = format!("{} looks for {}", self.name, self.items.join(", "));
            let _ = sink(Item::Skipped(Problem::new("", format!("no article in it, but {}", clean::visible(&what)), help)));
        }
        Ok(())
    }
}

impl Markup {
    fn item(&self, bytes: &[u8], cut: bool, head: &Node, label: Option<&str>, place: String, context: &input::Context<'_>) -> Item {
        let mut reading = Reading::default();
        let text = context.text(bytes, label, &mut reading.problems);
        let (node, wrong) = xml::parse(&text);
        let Some(item) = node.nodes().next() else {
            return Item::Problem(Problem::new(place, "an element without content", "the other articles are read all the same"));
        };
        let outcome = (self.read)(item, head, &mut reading);
        let Reading { mut draft, mut problems } = reading;
        // Before its id becomes its place.
        limits::keep(&mut draft, &mut problems);
        let place = match &draft.id {
            Some(id) if !place.is_empty() => id.clone(),
            _ => place,
        };
        if let Err(Left(why)) = outcome {
            return Item::Skipped(Problem::new(place, why, ""));
        }
        if cut || wrong.is_some() {
            let why = wrong.map_or_else(|| "its end tag is missing".to_owned(), |wrong| clean::visible(&wrong));
            problems.push(Problem::new("", format!("broken markup: {why}"), "what stands before the break was read"));
        }
        let nothing = draft.meta.headline.is_none() && draft.blocks.is_empty() && draft.summary.is_empty();
        let article = finish::finish(draft, context, &mut problems);
        if nothing || article.meta.headline.is_none() && article.body().is_empty() {
            let message = problems.first().map_or("neither headline nor text".to_owned(), |problem| problem.message.clone());
            let help = if place.is_empty() { "" } else { "the other articles are read all the same" };
            return Item::Problem(Problem::new(place, message, help));
        }
        problems.iter_mut().for_each(|problem| problem.place.clone_from(&place));
        Item::Article { article, place, problems }
    }
}

/// True when the end tag of an element stands in the last bytes of a stream.
fn ends(tail: &[u8], root: &str) -> bool {
    let tail = String::from_utf8_lossy(tail).to_lowercase();
    let root = root.to_lowercase();
    tail.rmatch_indices("</").any(|(at, _)| xml::local(tail[at + 2..].split('>').next().unwrap_or_default().trim()) == root)
}

/// The encoding that an XML declaration names.
fn declared(head: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(&head[..head.len().min(300)]).into_owned();
    let declaration = head.trim_start().strip_prefix("<?xml")?.split_once("?>")?.0.to_owned();
    let (_, value) = declaration.split_once("encoding")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    let mark = value.chars().next()?;
    Some(value[mark.len_utf8()..].split(mark).next()?.trim().to_owned())
}

/// An article while it is being read.
#[derive(Default)]
pub(super) struct Reading {
    pub(super) draft: Draft,
    pub(super) problems: Vec<Problem>,
}

impl Reading {
    /// Fills a field that is not yet filled; `rule` says from where.
    pub(super) fn field(&mut self, name: &'static str, value: Option<String>, rule: &str) {
        let Some(value) = value.map(|value| clean::line(&value)).filter(|value| !value.is_empty()) else { return };
        let meta = &mut self.draft.meta;
        let slot = match name {
            "headline" => &mut meta.headline,
            "publisher" => &mut meta.publisher,
            "desk" => &mut meta.desk,
            "url" => &mut meta.url,
            "language" => &mut meta.language,
            _ => &mut self.draft.id,
        };
        if slot.is_none() {
            *slot = Some(value);
            meta.found.insert(name, rule.to_owned().into());
        }
    }

    /// A byline as printed, and the authors in it.
    pub(super) fn byline(&mut self, printed: Option<String>, rule: &str) {
        let Some(printed) = printed.map(|printed| clean::line(&printed)).filter(|printed| !printed.is_empty()) else { return };
        let meta = &mut self.draft.meta;
        if meta.byline.is_none() {
            let byline = byline::of_field(&printed);
            if byline.printed.is_empty() {
                return;
            }
            meta.byline = Some(byline.printed);
            if meta.authors.is_empty() {
                meta.authors = byline.authors.into_iter().filter(|name| is_name(name)).collect();
            }
            meta.found.insert("byline", rule.to_owned().into());
        }
    }

    /// A name that is marked as an author's.
    pub(super) fn author(&mut self, name: Option<String>, rule: &str) {
        let Some(name) = name.map(|name| clean::line(&name)).filter(|name| !name.is_empty()) else { return };
        let meta = &mut self.draft.meta;
        if is_name(&name) && !meta.authors.contains(&name) {
            meta.authors.push(name);
            meta.found.insert("authors", rule.to_owned().into());
        }
    }

    /// A date as it is written.
    pub(super) fn date(&mut self, role: DateRole, written: Option<&str>, rule: &str) {
        let Some(written) = written.map(str::trim).filter(|written| !written.is_empty()) else { return };
        // A weekday that does not fit makes no date doubtful that is whole without it.
        let without = || Date::parse(written.split_once(',').filter(|(day, _)| day.trim().len() == 3)?.1);
        match Date::parse(written).or_else(without) {
            Some(date) => {
                let meta = &mut self.draft.meta;
                // The same instant twice says nothing new.
                if !meta.dates.iter().any(|dating| dating.role == role && dating.date == date) {
                    if role == DateRole::Published && meta.date.is_none() {
                        meta.found.insert("date", rule.to_owned().into());
                    }
                    meta.dated(role, date, "field");
                }
            }
            None => {
                let shown: String = clean::visible(&clean::line(written)).chars().take(60).collect();
                self.problems.push(Problem::new("", format!("the date `{shown}` ({rule}) is not understood"), ""));
            }
        }
    }

    /// Markup as the text of the article.
    pub(super) fn body_html(&mut self, markup: &str, rule: &str) {
        let mut blocks = html::fragment(markup);
        shape::drop_headline(&mut blocks, self.draft.meta.headline.as_deref());
        self.body(blocks, rule);
    }

    /// Plain text as the text of the article.
    pub(super) fn body_text(&mut self, words: &str, rule: &str) {
        let mut blocks = text::blocks_of(words);
        shape::drop_headline(&mut blocks, self.draft.meta.headline.as_deref());
        self.body(blocks, rule);
    }

    /// Blocks as the text of the article.
    pub(super) fn body(&mut self, mut blocks: Vec<shape::Block>, rule: &str) {
        // Some agencies print the byline as the first line of the text.
        if self.draft.meta.byline.is_none()
            && let Some(byline) = blocks.first().and_then(|(_, text)| byline::of_line(text))
        {
            self.byline(Some(byline.printed), "first line of the text");
            blocks.remove(0);
        }
        if !blocks.is_empty() {
            shape::fill(&mut self.draft, blocks);
            self.draft.meta.found.insert("body", rule.to_owned().into());
        }
    }

    /// Blocks as a summary, unless they stand in the text.
    pub(super) fn summary(&mut self, blocks: Vec<shape::Block>) {
        shape::add_summary(&mut self.draft, blocks);
    }
}

/// True for a name of a person or an agency: no initials of an editor ("gr/bp"), no login ("lindqvist.mara").
fn is_name(name: &str) -> bool {
    let capital = name.chars().next().is_some_and(|c| !c.is_lowercase());
    let single = !name.contains(' ');
    capital && !name.contains('@') && (!single || name.chars().any(char::is_lowercase) && name.chars().count() >= 3)
}

/// A text that may be markup: with tags it is read as HTML, without as plain text.
pub(super) fn is_html(text: &str) -> bool {
    const ALONE: [&str; 5] = ["<p>", "<br>", "<br/>", "<br />", "<img "];
    let ends = |at: usize| text[at + 2..].starts_with(|c: char| c.is_ascii_alphabetic());
    text.contains('<') && (text.match_indices("</").any(|(at, _)| ends(at)) || ALONE.iter().any(|tag| text.contains(tag)))
}

/// Text that may be markup as one line: titles of feeds are escaped once or twice.
pub(super) fn plain(text: &str) -> String {
    let text = if text.contains('&') { xml::unescaped(text) } else { text.to_owned() };
    if text.contains('<') && text.contains('>') && (is_html(&text) || text.contains("</")) {
        let blocks = html::fragment(&text);
        let lines: Vec<String> = blocks.into_iter().map(|(_, text)| text).collect();
        return lines.join(" ");
    }
    text
}
