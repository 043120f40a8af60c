//! Which blocks of a page are the story, and which of them stand above it: standfirst, points, byline, date.

use super::region::Marks;
use super::votes::Votes;
use super::walk::Found;
use crate::article::BlockKind;
use crate::format::dates::DateLine;
use crate::format::shape::{self, Block, normal};
use crate::format::{byline, dates, text};
use crate::text::Date;
use std::collections::{HashMap, HashSet};
use trafilatura::dom::NodeId;

/// The story as chosen from a page.
#[derive(Debug, Default)]
pub(super) struct Story {
    pub(super) summary: Vec<Block>,
    pub(super) blocks: Vec<Block>,
    pub(super) byline: Option<String>,
    pub(super) date: Option<Date>,
    pub(super) modified: Option<Date>,
}

/// What is known of a page before its text is chosen.
pub(super) struct Known<'k> {
    pub(super) headline: Option<&'k str>,
    pub(super) authors: &'k [String],
    pub(super) description: Option<&'k str>,
}

/// Share of a block's words that others must have found.
const ENOUGH: f32 = 0.6;

/// True when the page is markup by hand: an article, its header, paragraphs and little else. All of it is the story then, and
/// nobody need be asked.
pub(super) fn is_plain(found: &[Found]) -> bool {
    let scoped = found.iter().any(|block| block.region.article());
    let inside: Vec<&Found> = found.iter().filter(|block| !scoped || block.region.article()).collect();
    let total: usize = inside.iter().map(|block| block.text.len()).sum();
    let foreign: usize = inside.iter().filter(|block| block.region.chrome() || block.links > 0.5).map(|block| block.text.len()).sum();
    let paragraphs: usize =
        inside.iter().filter(|block| block.kind == BlockKind::Paragraph && block.text.len() > 60).map(|block| block.text.len()).sum();
    // An `<article>` in a footer is not the page's story.
    let outside: usize = found
        .iter()
        .filter(|block| scoped && !block.region.article() && block.text.len() > 60 && block.links < 0.5)
        .map(|block| block.text.len())
        .sum();
    let holders: HashSet<NodeId> =
        inside.iter().filter(|block| !above(block) && !block.region.chrome()).map(|block| block.holder.0).collect();
    total > 0 && foreign * 10 <= total && paragraphs * 2 >= total && holders.len() <= 3 && outside * 4 <= paragraphs
}

fn above(block: &Found) -> bool {
    let region = block.region;
    region.header() || region.footer() || region.aside() || region.figure() || region.byline() || region.standfirst() || region.points()
}

/// Chooses the story's blocks. `votes` are `None` for a plain page.
pub(super) fn choose(found: &mut [Found], marks: &Marks, votes: Option<&Votes>, known: &Known<'_>) -> Story {
    let elected: Vec<bool> = found.iter().map(|block| votes.is_none_or(|votes| votes.share(&block.text) >= ENOUGH)).collect();
    let weighed: Vec<_> =
        found.iter().zip(&elected).map(|(block, elected)| (block.mark, if *elected { block.text.len() } else { 0 })).collect();
    if votes.is_some() {
        for (block, region) in found.iter_mut().zip(marks.settle(&weighed)) {
            block.region = region;
        }
    }
    let found = &*found;
    let headline = known.headline.map(normal).unwrap_or_default();
    let title = found
        .iter()
        .position(|block| block.level == 1 && normal(&block.text) == headline)
        .or_else(|| found.iter().position(|block| block.level == 1));
    let scoped = found.iter().any(|block| block.region.article());
    let mut chosen: Vec<bool> = match votes {
        Some(_) => found.iter().zip(elected).map(|(block, elected)| elected && is_candidate(block)).collect(),
        None => found.iter().map(|block| is_candidate(block) && (!scoped || block.region.article()) && !block.region.footer()).collect(),
    };
    without_copies(found, &mut chosen);
    if votes.is_some() {
        fill_gaps(found, &mut chosen, title);
    }
    keep_notes(found, &mut chosen);
    if let Some(title) = title {
        chosen[title] = false;
    }
    assemble(found, &chosen, title, known)
}

/// A block that could be the story's, whatever others say.
fn is_candidate(block: &Found) -> bool {
    let region = block.region;
    let beside = region.aside() && !region.pull() && block.kind != BlockKind::Blockquote;
    // A post is a quotation; what else its frame holds is none.
    let credit = block.text.starts_with(['—', '–']);
    let frame = region.embed() && block.kind != BlockKind::Blockquote && !credit;
    // What a paper says of itself below each story.
    let print = block.small && block.text.split(' ').count() < 20 && !shape::is_note(&block.text);
    let label = region.form() && block.text.split(' ').count() < LONG;
    !(region.chrome() || label || print || frame || beside || is_junk(block))
}

/// Lines that papers print into their stories and that are not of them.
fn is_junk(block: &Found) -> bool {
    const STARTS: [&str; 40] = [
        "read more",
        "read also",
        "also read",
        "read next",
        "see also",
        "related:",
        "related stories",
        "related articles",
        "related topics",
        "more on this",
        "advertisement",
        "article continues",
        "story continues",
        "continue reading",
        "share this",
        "share on",
        "follow us",
        "sign up",
        "subscribe",
        "click here",
        "most read",
        "most popular",
        "recommended",
        "you may also like",
        "you might also like",
        "watch:",
        "listen:",
        "article content",
        "this advertisement",
        "we use cookies",
        "copy link",
        "save article",
        "view comments",
        "leave a comment",
        "download our app",
        "get the latest",
        "join our",
        "image source",
        "image caption",
        "loading",
    ];
    if block.text.len() > 140 {
        return false;
    }
    let text = block.text.to_lowercase();
    let text = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    let short = text.split_whitespace().count() <= 3;
    STARTS
        .iter()
        .any(|start| text.starts_with(start) && (block.links > 0.3 || block.kind == BlockKind::Heading || short || start.ends_with(':')))
        || block.links > 0.9
            && block.kind != BlockKind::Heading
            && text.split_whitespace().count() > 3
            && !matches!(block.kind, BlockKind::Blockquote | BlockKind::Caption)
            && !text.ends_with(['.', '"', '”'])
        || short && matches!(text, "share" | "print" | "email" | "comments" | "advertisement" | "related" | "tags" | "topics")
}

/// Pages print a paragraph twice, for small and large screens or as a teaser: the one among the text stays, else the first.
fn without_copies(found: &[Found], chosen: &mut [bool]) {
    let main = main_holder(found, chosen);
    let mut seen: HashMap<String, usize> = HashMap::new();
    for at in 0..found.len() {
        if !chosen[at] || found[at].text.len() < 24 {
            continue;
        }
        let first = *seen.entry(normal(&found[at].text)).or_insert(at);
        if first != at {
            let moved = main == Some(found[at].holder.0) && main != Some(found[first].holder.0);
            chosen[if moved { first } else { at }] = false;
        }
    }
}

/// Takes what stands between chosen blocks in the same division: extraction drops block quotes, short paragraphs, crossheads.
fn fill_gaps(found: &[Found], chosen: &mut [bool], title: Option<usize>) {
    let mut weights: HashMap<NodeId, usize> = HashMap::new();
    let mut outer: HashMap<NodeId, usize> = HashMap::new();
    for (block, _) in found.iter().zip(&*chosen).filter(|(block, chosen)| **chosen && block.kind == BlockKind::Paragraph) {
        *weights.entry(block.holder.0).or_default() += 1;
        *outer.entry(block.holder.1).or_default() += 1;
    }
    let Some(first) = chosen.iter().position(|chosen| *chosen) else { return };
    let Some(last) = chosen.iter().rposition(|chosen| *chosen) else { return };
    let first = title.map_or(first, |title| if title < first && first - title < 12 { title + 1 } else { first });
    for (block, chosen) in found[first..=last].iter().zip(&mut chosen[first..=last]) {
        let near =
            weights.get(&block.holder.0).is_some_and(|count| *count >= 2) || outer.get(&block.holder.1).is_some_and(|count| *count >= 3);
        let same = weights.get(&block.holder.0).is_some_and(|count| *count >= 2);
        let fits = match block.kind {
            BlockKind::Blockquote | BlockKind::Pullquote | BlockKind::Caption => near,
            BlockKind::Paragraph | BlockKind::Heading | BlockKind::Item => same && block.links < 0.5,
            BlockKind::Question => same,
        };
        *chosen |= fits && is_candidate(block) && !block.region.footer();
    }
}

/// Corrections stand below the text, in footers as well.
fn keep_notes(found: &[Found], chosen: &mut [bool]) {
    let Some(last) = chosen.iter().rposition(|chosen| *chosen) else { return };
    for (at, block) in found.iter().enumerate().skip(last + 1).take(12) {
        chosen[at] |= shape::is_note(&block.text) && !block.region.chrome();
    }
}

/// Parts what stands above the text from the text.
fn assemble(found: &[Found], chosen: &[bool], title: Option<usize>, known: &Known<'_>) -> Story {
    let mut story = Story::default();
    let description = known.description.map(normal).unwrap_or_default();
    let headline = known.headline.map(normal).unwrap_or_default();
    let main = main_holder(found, chosen);
    // A first paragraph apart from the others that the page describes itself by is a standfirst.
    let is_intro =
        |block: &Found| main.is_some_and(|main| main != block.holder.0) && !description.is_empty() && normal(&block.text) == description;
    // A "subtitle" of many paragraphs is the text.
    let standfirsts = found.iter().zip(chosen).filter(|(block, chosen)| **chosen && block.region.standfirst()).count();
    let begins = |block: &Found| is_text(block, standfirsts <= 2) && !is_intro(block) && !repeats_headline(block, &headline);
    let first = title.map_or(0, |title| title + 1);
    // A label above the headline ("World") does not begin the text, unless all of it stands there.
    let starts = |from: usize| (from..found.len()).find(|&at| chosen[at] && begins(&found[at]));
    let body_starts = starts(first).or_else(|| starts(0));
    let start = body_starts.unwrap_or(found.len());
    let mut seen: HashSet<String> = HashSet::from([headline.clone()]);
    // Above the text: from the headline on, whether others found it or not.
    for (at, block) in found[..start].iter().enumerate() {
        let near = at >= first && title.is_some() && start - at <= 24 && body_starts.is_some();
        if !(near || chosen[at]) || block.region.chrome() || block.region.embed() || repeats_headline(block, &headline) {
            continue;
        }
        if !byline_or_date(block, known, &mut story) {
            let picture = near && block.kind == BlockKind::Caption && block.region.figure() && !is_junk(block);
            above_text(block, chosen[at] || picture, &description, &mut seen, &mut story);
        }
    }
    let mut text: Vec<&Found> = Vec::new();
    for (block, _) in found.iter().zip(chosen).skip(start).filter(|(_, chosen)| **chosen) {
        let above = text.is_empty() && byline_or_date(block, known, &mut story);
        let repeated = block.kind == BlockKind::Heading && seen.contains(&normal(&block.text));
        if !(above || repeated) {
            text.push(block);
        }
    }
    // "Posted by: ..." stands below each comment, whose heading stands up to some paragraphs above.
    let posted = text.iter().position(|block| block.text.starts_with("Posted by:"));
    let posted = posted.map(|at| (at.saturating_sub(6)..at).rev().find(|&over| text[over].kind == BlockKind::Heading).unwrap_or(at));
    if let Some(comments) = text.iter().position(|block| opens_comments(block)).or(posted).filter(|at| *at > 0) {
        text.truncate(comments);
    }
    without_tail(&mut text, main);
    // Links to other stories, and crossheads with nothing under them, led to something that is not of the story.
    let leads_on = |block: &Found| block.kind == BlockKind::Heading || block.links > 0.6 && block.kind != BlockKind::Blockquote;
    if let Some(last) = text.iter().rposition(|block| !leads_on(block)) {
        text.truncate(last + 1);
    }
    story.blocks.extend(kinds(&text).into_iter().zip(&text).map(|(kind, block)| (kind, block.text.clone())));
    story
}

/// True for the line over what readers wrote: "Comments (12)", "3 Reader Comments".
fn opens_comments(block: &Found) -> bool {
    let words = normal(&block.text);
    let counted = |word: &str| word.bytes().all(|b| b.is_ascii_digit());
    let bare: Vec<&str> = words
        .split(' ')
        .filter(|word| !counted(word) && !matches!(*word, "reader" | "readers" | "total" | "your" | "user" | "all"))
        .collect();
    matches!(bare[..], ["comments" | "comment"]) && block.kind != BlockKind::Blockquote
}

/// Words of a paragraph that stands apart from the others and is long enough to be one of them.
const LONG: usize = 25;

/// Takes off what stands below the story in divisions of its own: teasers, tools, the paper's other news.
fn without_tail(text: &mut Vec<&Found>, main: Option<NodeId>) {
    let Some(main) = main else { return };
    let is_main = |block: &Found| block.holder.0 == main || block.holder.1 == main;
    let Some(last) = text.iter().rposition(|block| block.holder.0 == main && block.kind == BlockKind::Paragraph) else { return };
    let mut holders: HashMap<NodeId, usize> = HashMap::new();
    let paragraphs = text.iter().filter(|block| block.kind == BlockKind::Paragraph && block.links < 0.2);
    paragraphs.for_each(|block| *holders.entry(block.holder.0).or_default() += 1);
    let is_of_story = |block: &Found| {
        // A story in two divisions has many paragraphs in each.
        if holders.get(&block.holder.0).is_some_and(|count| *count >= 4) {
            return true;
        }
        let long = block.kind == BlockKind::Paragraph && block.text.split(' ').count() >= LONG && block.links < 0.2;
        let inside = block.region.article() && block.links < 0.2;
        is_main(block) || inside || long || shape::is_note(&block.text) || matches!(block.kind, BlockKind::Blockquote | BlockKind::Caption)
    };
    // A row or a line directly behind the last paragraph is its own.
    let under = text[last + 1..].iter().take_while(|block| block.links == 0.0 && block.kind != BlockKind::Heading).count();
    let tail = text.split_off(last + 1 + under);
    let long = tail.iter().rposition(|block| block.kind == BlockKind::Paragraph && is_of_story(block));
    let kept = tail
        .into_iter()
        .enumerate()
        .filter(|(at, block)| is_of_story(block) || block.kind == BlockKind::Heading && long.is_some_and(|long| *at < long));
    text.extend(kept.map(|(_, block)| block));
}

/// The kinds of the story's blocks: eye-catchers told from quotations, crossheads found that are only bold.
fn kinds(text: &[&Found]) -> Vec<BlockKind> {
    let mut words = Votes::default();
    text.iter().filter(|block| block.kind == BlockKind::Paragraph && !block.region.pull()).for_each(|block| words.add(&block.text));
    // Questions in bold are what an interviewer asks, where they are many.
    let is_bold_question = |block: &&&Found| block.kind == BlockKind::Paragraph && block.bold && block.text.ends_with('?');
    let is_interview = text.iter().filter(is_bold_question).count() * 5 > text.len();
    let is_heading = |at: usize| {
        let (Some(block), Some(next)) = (text.get(at), text.get(at + 1)) else { return false };
        let short = block.kind == BlockKind::Paragraph && at > 0 && !block.region.pull();
        let bold = block.bold && (text::looks_like_crosshead(&block.text) || !is_interview && asks_or_trails(&block.text));
        short && next.kind != BlockKind::Heading && (bold || is_capitals(&block.text))
    };
    let kind = |(at, block): (usize, &&Found)| match block.kind {
        BlockKind::Blockquote | BlockKind::Paragraph if block.region.pull() => BlockKind::Pullquote,
        BlockKind::Blockquote if words.share(&block.text) == 1.0 => BlockKind::Pullquote,
        BlockKind::Paragraph if block.region.aside() => BlockKind::Pullquote,
        // A name in bold over a title in bold: the first of them is the crosshead.
        BlockKind::Paragraph if is_heading(at) => {
            let under = (0..at).rev().take_while(|&before| is_heading(before)).count();
            if under % 2 == 0 { BlockKind::Heading } else { BlockKind::Paragraph }
        }
        kind => kind,
    };
    text.iter().enumerate().map(kind).collect()
}

/// A crosshead in bold that ends as no other does: "Will the wall hold?", "Planes, trains ..."
fn asks_or_trails(text: &str) -> bool {
    let bare = text.trim_end_matches(['?', '!', '.', '…', ' ']);
    let ends = text.ends_with(['?', '…']) || text.ends_with("...");
    ends && bare.split(' ').count() <= 10 && text::looks_like_crosshead(bare)
}

/// A line of a few words in capitals, as agencies write crossheads.
fn is_capitals(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let words = text.split(' ').count();
    letters >= 8
        && (2..=8).contains(&words)
        && !text.chars().any(char::is_lowercase)
        && !text.ends_with(['.', ':', ','])
        && !text.contains(['@', '|'])
}

/// True for the headline and for a path that ends in it ("Home > World > Storm closes harbour").
fn repeats_headline(block: &Found, headline: &str) -> bool {
    let text = normal(&block.text);
    text == headline || headline.len() >= 15 && text.len() <= headline.len() + 40 && text.ends_with(headline)
}

/// The division that holds most of the chosen paragraphs, if it holds two.
fn main_holder(found: &[Found], chosen: &[bool]) -> Option<NodeId> {
    let mut counts: HashMap<NodeId, usize> = HashMap::new();
    for (block, _) in found.iter().zip(chosen).filter(|(block, chosen)| **chosen && block.kind == BlockKind::Paragraph) {
        *counts.entry(block.holder.0).or_default() += 1;
    }
    counts.into_iter().filter(|(_, count)| *count >= 2).max_by_key(|(holder, count)| (*count, *holder)).map(|(holder, _)| holder)
}

/// True for a block that begins the text: a paragraph that is neither standfirst nor byline nor date.
fn is_text(block: &Found, standfirst: bool) -> bool {
    let top = standfirst && block.region.standfirst() || block.region.byline() || block.region.header() || block.region.points();
    let quoted = matches!(block.kind, BlockKind::Blockquote | BlockKind::Heading) && block.level != 1;
    !top && (block.kind == BlockKind::Paragraph && byline::of_line(&block.text).is_none() && dates::of_line(&block.text).is_none()
        || quoted && !block.region.pull())
}

/// Takes a block from above the text: standfirst, points, the caption of the picture on top.
fn above_text(block: &Found, chosen: bool, description: &str, seen: &mut HashSet<String>, story: &mut Story) {
    let text = normal(&block.text);
    if !seen.insert(text.clone()) {
        return;
    }
    let standfirst = block.region.standfirst()
        || !description.is_empty() && text == description
        || block.region.header() && block.level == 0 && text.split(' ').count() >= 6 && block.links < 0.5;
    match block.kind {
        BlockKind::Item if chosen || block.region.points() || standfirst => story.summary.push((BlockKind::Item, block.text.clone())),
        BlockKind::Paragraph | BlockKind::Heading if standfirst && block.level != 1 => {
            story.summary.push((BlockKind::Paragraph, block.text.clone()))
        }
        BlockKind::Heading if block.region.points() || shape::is_summary_label(&block.text) => {
            story.summary.push((BlockKind::Heading, block.text.clone()))
        }
        BlockKind::Caption if chosen => story.blocks.push((BlockKind::Caption, block.text.clone())),
        _ => {}
    }
}

/// Takes a byline or date line; true when the block is one.
fn byline_or_date(block: &Found, known: &Known<'_>, story: &mut Story) -> bool {
    let text = block.text.as_str();
    if text.len() > 200 || matches!(block.kind, BlockKind::Blockquote | BlockKind::Caption) {
        return false;
    }
    let mut note = |date: Option<DateLine>| match date {
        Some(DateLine::Published(date)) => story.date = story.date.or(Some(date)),
        Some(DateLine::Modified(date)) => story.modified = story.modified.or(Some(date)),
        _ => {}
    };
    if let Some(date) = dates::of_line(text) {
        note(Some(date));
        return true;
    }
    if let Some((byline, date)) = byline::of_dated_line(text) {
        note(dates::of_line(date));
        story.byline.get_or_insert(byline.printed);
        return true;
    }
    let author = known.authors.iter().any(|author| normal(author) == normal(text));
    let line = author || byline::of_line(text).is_some();
    let short = text.split_whitespace().count() <= 16;
    if !(line || block.region.byline() && short) {
        return ago(text);
    }
    if story.byline.is_none() && !byline::of_field(text).authors.is_empty() {
        story.byline = Some(text.to_owned());
    }
    true
}

/// "9 hours ago": a line that dates the page by when it was saved.
fn ago(text: &str) -> bool {
    text.len() < 40 && text.to_lowercase().ends_with(" ago") && text.starts_with(|c: char| c.is_ascii_digit())
}
