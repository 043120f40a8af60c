//! An article: its text with every quote marked and its speaker in the margin, an outline, and the way to what was looked for.

use super::hit::{blocks_of, evidence, joined, printed, source, who};
use super::{Page, Place, framed, in_path, plain, speaker_href};
use crate::article::{Block, BlockKind};
use crate::highlight::Highlighter;
use crate::parameters as p;
use crate::query::{Mode, bind};
use crate::quote::{Quote, QuoteKind};
use crate::record::{Loaded, byline, quote_text, show_key};
use crate::search::{Named, Request, understand};
use crate::server::api::{Ask, one};
use crate::text::Span;
use maud::{Markup, html};
use std::collections::BTreeMap;
use std::ops::Range;

const QUOTE: p::Parameter = p::Parameter { name: "quote", kind: p::Kind::Whole(0), about: "First byte of the quote that was found." };

const PART: p::Parameter = p::Parameter { name: "part", kind: p::Kind::Whole(1), about: "Which part of a long article." };

/// What a page shows of an article at most, in bytes of its text.
const LONGEST_PART: u32 = 1 << 20;

/// What the margin of a quote weighs against that.
const WEIGHT_OF_QUOTE: u32 = 1 << 10;

/// Sections and voices that are listed at most.
const MOST_LISTED: usize = 500;

pub(super) fn page(ask: &Ask<'_>) -> Page {
    let asked = p::read(ask.pairs, &[p::TEXT, p::CLAUSES, p::FILTER, p::HITS, &[QUOTE, PART]], Request::default())?;
    let place = Place::of(ask.pairs);
    let Named { loaded, quote } = one(ask)?;
    let start = place.get("quote").and_then(|start| start.parse::<u32>().ok());
    let at_start = |quote: &Quote| quote.parts.first().is_some_and(|part| Some(part.start) == start);
    let quote = quote.or_else(|| loaded.attribution.quotes.iter().position(at_start));
    let marks = marks(&loaded, quote, asked.request, ask);
    let meta = &loaded.article.meta;
    let title = meta.headline.clone().unwrap_or_else(|| loaded.origin.file.clone());
    let back = Place(place.0.iter().filter(|(name, _)| name != "quote" && name != "part").cloned().collect());
    let key = show_key(loaded.origin.key());
    let blocks = blocks_of(&loaded);
    let insides = insides(&loaded, &blocks, quote, &marks);
    let looked_for =
        quote.and_then(|number| loaded.attribution.quotes[number].parts.first()).or(marks.first()).map_or(0, |span| span.start);
    let parts = Parts::new(&blocks, &insides, looked_for, place, format!("/articles/{}", in_path(&key)));
    let content = html! {
        @if !back.0.is_empty() { p.back { a href=(back.href("/")) { "← Back to the hits" } } }
        article.story {
            header {
                h1 dir="auto" { (plain(meta.headline.as_deref().unwrap_or("(no headline)"))) }
                p.where { (joined(&about(&loaded))) }
                p.quiet { bdi { (plain(&loaded.origin.file)) } " · " (plain(&loaded.id())) " · " a href=(format!("/api/v1/articles/{key}")) { "JSON" } }
            }
            (outline(&loaded, &parts))
            (speakers(&loaded, &parts))
            (parts.links())
            div.text { (text(&loaded, quote, &blocks, &insides, parts.shown())) }
            (parts.links())
            p.cite { "Cite: " (source(&loaded)) }
        }
    };
    Ok(framed(&crate::text::clean::visible(&title), ask.view, &content))
}

/// Author, day, paper, desk, where it was published.
fn about(loaded: &Loaded) -> Vec<Markup> {
    let meta = &loaded.article.meta;
    let by = byline(meta);
    let mut parts = Vec::new();
    parts.extend((!by.is_empty()).then(|| html! { "By " bdi { (plain(&by)) } }));
    parts.extend(printed(loaded, None));
    // Only what is an address of the web becomes a link.
    let url = meta.url.as_ref().filter(|url| url.starts_with("https://") || url.starts_with("http://"));
    parts.extend(url.map(|url| html! { a href=(url) rel="noreferrer nofollow" { "as published" } }));
    parts
}

/// What matched, in bytes of the body.
fn marks(loaded: &Loaded, quote: Option<usize>, mut request: Request, ask: &Ask<'_>) -> Vec<Span> {
    let mode = if quote.is_some() { Mode::Quotes } else { Mode::Articles };
    request.people = None;
    let Ok(understood) = understand(&request) else { return Vec::new() };
    let query = ask.view.people.expand(&understood);
    let found = Highlighter::new(&bind(&query, mode), mode).mark(loaded, quote);
    let mut marks: Vec<Span> = found.fields.iter().filter(|marks| marks.field == "body").flat_map(|marks| marks.spans.clone()).collect();
    // Words of a quote stand in its parts, words of a clause behind each other.
    if let Some(quote) = quote.map(|number| &loaded.attribution.quotes[number]) {
        let text = quote_text(loaded.article.body(), quote);
        for marked in &found.fields {
            match marked.field {
                "quote" => marks.extend(marked.spans.iter().flat_map(|span| in_parts(*span, quote, &text.parts))),
                "clause" => marks.extend(
                    marked.spans.iter().map(|span| Span { start: quote.content.start + span.start, end: quote.content.start + span.end }),
                ),
                _ => {}
            }
        }
    }
    marks.retain(|mark| mark.fits(loaded.article.body()));
    marks.sort_unstable();
    marks
}

/// A stretch of a quote's text in its parts; `places` says where in that text each part stands.
fn in_parts(span: Span, quote: &Quote, places: &[Span]) -> Vec<Span> {
    let each = quote.parts.iter().zip(places).filter_map(|(part, place)| {
        let (start, end) = (span.start.max(place.start), span.end.min(place.end));
        (start < end).then(|| Span { start: part.start + start - place.start, end: part.start + end - place.start })
    });
    each.collect()
}

/// The parts in which an article is shown; of nearly all there is one.
struct Parts {
    /// Blocks of each part.
    blocks: Vec<Range<usize>>,
    /// Last byte of each part.
    ends: Vec<u32>,
    shown: usize,
    place: Place,
    path: String,
}

impl Parts {
    /// `looked_for`: the byte at which the reader wants to be, if the address does not say in which part.
    fn new(blocks: &[Span], insides: &[Inside], looked_for: u32, place: Place, path: String) -> Self {
        let (mut parts, mut from, mut weight) = (Vec::new(), 0, 0_u32);
        for (number, (block, inside)) in blocks.iter().zip(insides).enumerate() {
            let quotes = WEIGHT_OF_QUOTE.saturating_mul(u32::try_from(inside.beginning.len()).unwrap_or(u32::MAX));
            let own = (block.end - block.start).saturating_add(quotes);
            if number > from && weight.saturating_add(own) > LONGEST_PART {
                parts.push(from..number);
                (from, weight) = (number, 0);
            }
            weight = weight.saturating_add(own);
        }
        parts.push(from..blocks.len());
        let ends: Vec<u32> = parts.iter().map(|part| blocks[part.clone()].last().map_or(0, |block| block.end)).collect();
        let asked = place.get("part").and_then(|part| part.parse::<usize>().ok()).map(|part| part.saturating_sub(1));
        let mut parts = Self { blocks: parts, ends, shown: 0, place, path };
        parts.shown = asked.unwrap_or_else(|| parts.of(looked_for)).min(parts.blocks.len() - 1);
        parts
    }

    fn shown(&self) -> Range<usize> {
        self.blocks[self.shown].clone()
    }

    /// The part that holds a byte.
    fn of(&self, byte: u32) -> usize {
        self.ends.partition_point(|end| *end <= byte).min(self.ends.len() - 1)
    }

    /// The address of a place in the text: within this page, or in another part.
    fn href(&self, anchor: &str, byte: u32) -> String {
        let part = self.of(byte);
        let page = if part == self.shown { String::new() } else { self.page(part) };
        format!("{page}#{anchor}{byte}")
    }

    fn page(&self, part: usize) -> String {
        self.place.with("part", &(part + 1).to_string()).href(&self.path)
    }

    /// The way to the other parts.
    fn links(&self) -> Markup {
        let last = self.blocks.len() - 1;
        html! {
            @if last > 0 {
                nav.pages aria-label="Parts of the article" {
                    @if self.shown > 0 { a rel="prev" href=(self.page(self.shown - 1)) { "Previous part" } }
                    span.quiet { "Part " (super::thousands(self.shown as u64 + 1)) " of " (super::thousands(last as u64 + 1)) }
                    @if self.shown < last { a rel="next" href=(self.page(self.shown + 1)) { "Next part" } }
                }
            }
        }
    }
}

/// The sections by their crossheads.
fn outline(loaded: &Loaded, parts: &Parts) -> Markup {
    let body = loaded.article.body();
    let headings: Vec<Span> = loaded.article.sections().iter().filter_map(|section| section.heading).collect();
    html! {
        @if !headings.is_empty() {
            nav.outline aria-label="Sections" {
                h2 { "Sections" }
                ol { @for heading in headings.iter().take(MOST_LISTED) { li { a href=(parts.href("s", heading.start)) dir="auto" { (plain(heading.of(body))) } } } }
                (more(headings.len()))
            }
        }
    }
}

/// How many of a list are not shown.
fn more(all: usize) -> Markup {
    html! { @if all > MOST_LISTED { p.quiet { "and " (super::thousands((all - MOST_LISTED) as u64)) " more" } } }
}

/// Who speaks in it.
fn speakers(loaded: &Loaded, parts: &Parts) -> Markup {
    let mut counts: BTreeMap<&str, (u64, u32)> = BTreeMap::new();
    for quote in loaded.attribution.quotes.iter().filter(|quote| quote.kind != QuoteKind::Indirect) {
        if let Some(name) = super::hit::speaker_of(loaded, quote).and_then(|speaker| speaker.name.as_deref()) {
            let first = quote.parts.first().map_or(0, |part| part.start);
            counts.entry(name).or_insert((0, first)).0 += 1;
        }
    }
    let mut counts: Vec<(&str, (u64, u32))> = counts.into_iter().collect();
    counts.sort_by_key(|(_, (_, first))| *first);
    html! {
        @if !counts.is_empty() {
            nav.voices aria-label="Voices" {
                h2 { "Voices" }
                ul {
                    @for (name, (count, first)) in counts.iter().take(MOST_LISTED) {
                        li { a href=(speaker_href(name)) { bdi { (plain(name)) } } " " a.quiet href=(parts.href("q", *first)) { (super::counted(*count, "quote")) } }
                    }
                }
                (more(counts.len()))
            }
        }
    }
}

/// A part of a quote: where it stands, of which quote, and whether it is the first one.
type Part = (Span, usize, bool);

/// What stands in one block.
#[derive(Default)]
struct Inside {
    /// Parts of quotes, whole or in part.
    parts: Vec<Part>,
    /// What matched.
    marks: Vec<Span>,
    /// Quotes that begin there.
    beginning: Vec<usize>,
}

/// What stands in which block: each part and mark is looked for once, however many there are.
fn insides(loaded: &Loaded, blocks: &[Span], chosen: Option<usize>, marks: &[Span]) -> Vec<Inside> {
    let mut insides: Vec<Inside> = blocks.iter().map(|_| Inside::default()).collect();
    let over = |span: Span| {
        let from = blocks.partition_point(|block| block.end <= span.start);
        from..from + blocks[from..].iter().take_while(|block| block.start < span.end).count()
    };
    // Reported clauses are shown where one of them was found.
    let shown = |number: usize, quote: &Quote| quote.kind != QuoteKind::Indirect || chosen == Some(number);
    for (number, quote) in loaded.attribution.quotes.iter().enumerate().filter(|(number, quote)| shown(*number, quote)) {
        for (i, part) in quote.parts.iter().enumerate() {
            over(*part).for_each(|block| insides[block].parts.push((*part, number, i == 0)));
        }
        if let Some(block) = quote.parts.first().and_then(|part| over(*part).next()) {
            insides[block].beginning.push(number);
        }
    }
    for mark in marks {
        over(*mark).for_each(|block| insides[block].marks.push(*mark));
    }
    insides
}

/// Some blocks of the text; beside each the quotes that begin in it.
fn text(loaded: &Loaded, chosen: Option<usize>, blocks: &[Span], insides: &[Inside], shown: Range<usize>) -> Markup {
    let mut marked = 0;
    html! {
        @for (block, inside) in loaded.article.blocks().zip(insides).skip(shown.start).take(shown.len()) {
            div.row {
                (self::block(loaded, block, inside, chosen, &mut marked))
                @if !inside.beginning.is_empty() {
                    div.margin role="group" aria-label="Who said it" {
                        @for number in &inside.beginning {
                            @let quote = &loaded.attribution.quotes[*number];
                            div class=(if chosen == Some(*number) { "note chosen" } else { "note" }) id=(format!("n{}", quote.parts[0].start)) {
                                (who(loaded, quote, None))
                                (evidence(loaded, quote, blocks))
                            }
                        }
                    }
                }
            }
        }
    }
}

fn block(loaded: &Loaded, block: Block, inside: &Inside, chosen: Option<usize>, marked: &mut usize) -> Markup {
    let inner = inner(loaded, block.span, inside, chosen, marked);
    match block.kind {
        BlockKind::Heading => html! { h2 id=(format!("s{}", block.span.start)) dir="auto" { (inner) } },
        BlockKind::Item => html! { p.item dir="auto" { (inner) } },
        BlockKind::Question => html! { p.question dir="auto" { (inner) } },
        BlockKind::Blockquote => html! { blockquote dir="auto" { p { (inner) } } },
        BlockKind::Pullquote => html! { p.pullquote dir="auto" { (inner) } },
        BlockKind::Caption => html! { p.caption dir="auto" { (inner) } },
        _ => html! { p dir="auto" { (inner) } },
    }
}

/// The words of a block: quotes and matches begin and end where they do, and may overlap; so each stretch between two borders stands by itself.
fn inner(loaded: &Loaded, span: Span, inside: &Inside, chosen: Option<usize>, marked: &mut usize) -> Markup {
    let body = loaded.article.body();
    let Inside { parts, marks, .. } = inside;
    let mut borders: Vec<u32> = vec![span.start, span.end];
    borders.extend(parts.iter().map(|(part, ..)| *part).chain(marks.iter().copied()).flat_map(|other| [other.start, other.end]));
    borders.retain(|border| *border >= span.start && *border <= span.end);
    borders.sort_unstable();
    borders.dedup();
    // What lies over the stretch at hand: what begins comes in, what has ended goes.
    let mut coming: Vec<&Part> = parts.iter().collect();
    coming.sort_by_key(|(part, ..)| part.start);
    let mut coming = coming.into_iter().peekable();
    let mut marks = marks.iter().peekable();
    let mut over: Vec<&Part> = Vec::new();
    html! {
        @for pair in borders.windows(2) {
            @let stretch = Span { start: pair[0], end: pair[1] };
            @let words = stretch.of(body).trim_end_matches('\n');
            ({ over.retain(|(part, ..)| part.end > stretch.start); "" })
            @while let Some(part) = coming.next_if(|(part, ..)| part.start <= stretch.start) {
                // Quotes may stand within each other: each that begins here can be gone to.
                @if part.2 && part.0.start.max(span.start) == stretch.start {
                    span.place id=(format!("q{}", loaded.attribution.quotes[part.1].parts[0].start)) {}
                }
                ({ over.push(part); "" })
            }
            // Of parts within each other the one that was found, else the inner one.
            @let part = over.iter().min_by_key(|(part, number, _)| (chosen != Some(*number), part.end - part.start));
            @let mark = { while marks.next_if(|mark| mark.end <= stretch.start).is_some() {} marks.peek().filter(|mark| mark.contains(stretch)) };
            @let anchor = mark.filter(|mark| mark.start == stretch.start).map(|_| { *marked += 1; format!("m{marked}") });
            @let words = match mark {
                Some(_) => html! { mark id=[anchor] { (plain(words)) } },
                None => plain(words),
            };
            @match part {
                Some((_, number, _)) => span class=(if chosen == Some(*number) { "quoted chosen" } else { "quoted" }) { (words) },
                None => (words),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_quote_are_found_in_its_parts() {
        let body = "“We pay,” she said, “and go.”";
        let at = |words: &str| body.find(words).map(|start| Span::new(start, start + words.len())).expect("they stand there");
        let parts = vec![at("We pay,"), at("and go.")];
        let quote = Quote {
            content: Span { start: parts[0].start, end: parts[1].end },
            parts,
            kind: QuoteKind::Direct,
            cue: None,
            speaker: None,
            mention: None,
            chain: Vec::new(),
            said_on: None,
            rule: "none".into(),
            confidence: 0.0,
        };
        let text = quote_text(body, &quote);
        for (words, expected) in
            [("pay, and", vec!["pay,", "and"]), ("go.", vec!["go."]), ("We", vec!["We"]), ("We pay, and go.", vec!["We pay,", "and go."])]
        {
            let start = text.text.find(words).expect("they stand there");
            let found = in_parts(Span::new(start, start + words.len()), &quote, &text.parts);
            assert_eq!(found.iter().map(|span| span.of(body)).collect::<Vec<_>>(), expected, "{words}");
        }
    }
}
