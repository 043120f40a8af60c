//! A hit as people read it: the words, who said them, where they were printed, and why the program thinks so.

use super::{Place, in_path, marked, plain, speaker_href};
use crate::fragment;
use crate::output::extract::shown_confidence;
use crate::quote::{Quote, QuoteKind, Speaker, SpeakerKind};
use crate::record::{Loaded, byline, show_key};
use crate::search::{Excerpt, Shown};
use crate::text::Span;
use maud::{Markup, html};

/// Below this an attribution is pointed out as unsure.
const UNSURE: f64 = 0.75;

/// The address of an article's page, at a quote; the query goes along, so that its matches are marked there.
pub(super) fn article_href(loaded: &Loaded, quote: Option<&Quote>, place: &Place) -> String {
    let path = format!("/articles/{}", in_path(&show_key(loaded.origin.key())));
    let kept = place.0.iter().filter(|(name, _)| KEPT.contains(&name.as_str())).cloned().collect();
    let start = quote.and_then(|quote| quote.parts.first()).map(|part| part.start);
    let place = match start {
        Some(start) => Place(kept).with("quote", &start.to_string()),
        None => Place(kept),
    };
    let anchor = match start {
        Some(start) => format!("#q{start}"),
        None if place.get("q").is_some() => "#m1".to_owned(),
        None => String::new(),
    };
    place.href(&path) + &anchor
}

/// What an article's page needs to mark what matched.
const KEPT: [&str; 19] = [
    "q",
    "in",
    "speaker",
    "phrase",
    "headline",
    "section",
    "desk",
    "publisher",
    "since",
    "until",
    "on",
    "indirect",
    "match",
    "plain",
    "syntax",
    "lenient",
    "min-confidence",
    "sort",
    "recency",
];

/// The quote of a hit, or the excerpts of an article.
pub(super) fn hit(shown: &Shown, rank: usize, place: &Place) -> Markup {
    let loaded = &shown.hit.article;
    html! {
        li.hit id=(format!("h{rank}")) tabindex="-1" {
            @match shown.hit.quote.map(|number| &loaded.attribution.quotes[number]) {
                Some(quote) => (of_quote(shown, quote, place)),
                None => (of_article(shown, place)),
            }
        }
    }
}

/// The words of a quote hit, in marks where they are printed in marks.
fn words(shown: &Shown, quote: &Quote) -> Markup {
    let field = if shown.excerpts.iter().any(|excerpt| excerpt.field == "clause") { "clause" } else { "quote" };
    let in_marks = field == "quote" && quote.kind != QuoteKind::Indirect;
    html! {
        blockquote.words dir="auto" {
            @for Excerpt { text, fragment, .. } in shown.excerpts.iter().filter(|excerpt| excerpt.field == field) {
                p {
                    @if in_marks { "“" (marked(text, &fragment.highlights)) "”" } @else { "… " (marked(text, &fragment.highlights)) }
                }
            }
        }
    }
}

fn of_quote(shown: &Shown, quote: &Quote, place: &Place) -> Markup {
    let loaded = &shown.hit.article;
    let article = &loaded.article;
    let crosshead = article.crosshead_at(quote.parts.first().map_or(0, |part| part.start));
    html! {
        (words(shown, quote))
        (who(loaded, quote, shown.person.as_ref().map(|(name, _)| name.as_str())))
        p.where {
            @let link = html! { a href=(article_href(loaded, Some(quote), place)) { bdi { (headline(loaded)) } } };
            (joined(&[vec![link], printed(loaded, crosshead)].concat()))
        }
        (evidence(loaded, quote, &blocks_of(loaded)))
    }
}

fn of_article(shown: &Shown, place: &Place) -> Markup {
    let loaded = &shown.hit.article;
    let headline_marks = shown.excerpts.iter().find(|excerpt| excerpt.field == "headline");
    html! {
        h2.headline dir="auto" {
            a href=(article_href(loaded, None, place)) {
                @match headline_marks {
                    Some(excerpt) => (marked(&excerpt.text, &excerpt.fragment.highlights)),
                    None => (headline(loaded)),
                }
            }
        }
        p.where { (joined(&printed(loaded, None))) }
        @for excerpt in shown.excerpts.iter().filter(|excerpt| matches!(excerpt.field, "body" | "summary" | "quote" | "clause")) {
            p.excerpt dir="auto" {
                @if let Some(section) = &excerpt.section { span.crosshead { (plain(section)) ": " } }
                (marked(&excerpt.text, &excerpt.fragment.highlights))
            }
        }
        @let quotes: Vec<&Quote> = shown.quotes.iter().take(3).map(|number| &loaded.attribution.quotes[*number]).collect();
        @if !quotes.is_empty() {
            ul.said {
                @for quote in quotes {
                    li {
                        a href=(article_href(loaded, Some(quote), place)) { "quote" } " by " (name_of(loaded, quote))
                    }
                }
            }
        }
    }
}

fn headline(loaded: &Loaded) -> Markup {
    match &loaded.article.meta.headline {
        Some(headline) => plain(headline),
        None => html! { "(no headline)" },
    }
}

/// Date, paper, desk, crosshead.
pub(super) fn printed(loaded: &Loaded, crosshead: Option<&str>) -> Vec<Markup> {
    let meta = &loaded.article.meta;
    let day = meta.date.map(|date| date.to_string().chars().take(10).collect::<String>());
    let mut parts: Vec<Markup> = day.iter().map(|day| html! { time datetime=(day) { (day) } }).collect();
    parts.extend([&meta.publisher, &meta.desk].into_iter().flatten().map(|text| html! { bdi { (plain(text)) } }));
    parts.extend(crosshead.map(|crosshead| html! { "under “" bdi { (plain(crosshead)) } "”" }));
    parts
}

/// Parts of a line.
pub(super) fn joined(parts: &[Markup]) -> Markup {
    html! { @for (i, part) in parts.iter().enumerate() { @if i > 0 { " · " } (part) } }
}

pub(super) fn speaker_of<'a>(loaded: &'a Loaded, quote: &Quote) -> Option<&'a Speaker> {
    quote.speaker.and_then(|number| loaded.attribution.speakers.get(number))
}

/// Whom somebody speaks for, unless the role says it.
fn organisation(speaker: &Speaker) -> Option<&str> {
    let role = speaker.role.as_deref().unwrap_or_default().to_lowercase();
    speaker.organisation.as_deref().filter(|organisation| !role.contains(&organisation.to_lowercase()))
}

/// Who speaks, in which role, and how sure that is.
pub(super) fn who(loaded: &Loaded, quote: &Quote, person: Option<&str>) -> Markup {
    let speaker = speaker_of(loaded, quote);
    let confidence = shown_confidence(quote);
    html! {
        p.who {
            "— " (name_of(loaded, quote))
            @if let Some(role) = speaker.and_then(|speaker| speaker.role.as_deref()) { ", " bdi { (plain(role)) } }
            @if let Some(organisation) = speaker.and_then(organisation) { " (" bdi { (plain(organisation)) } ")" }
            @if let Some(person) = person { ", known in the archive as " a href=(speaker_href(person)) { bdi { (plain(person)) } } }
            @if speaker.is_some() {
                " " span class=(if confidence < UNSURE { "sure unsure" } else { "sure" }) title="How often such an attribution is right, 0 to 1" {
                    @if confidence < UNSURE { "unsure, " } (format!("{confidence:.2}"))
                }
            }
        }
    }
}

/// The speaker's name, with a link to their page.
pub(super) fn name_of(loaded: &Loaded, quote: &Quote) -> Markup {
    let mention = quote.mention.map(|mention| mention.of(loaded.article.body()));
    match speaker_of(loaded, quote) {
        Some(Speaker { name: Some(name), kind, .. }) => html! {
            a.name href=(speaker_href(name)) { bdi { (plain(name)) } }
            @if *kind == SpeakerKind::Unnamed { span.quiet { " (not named)" } }
        },
        Some(_) => html! { span.name { "“" bdi { (plain(mention.unwrap_or_default())) } "”" } span.quiet { " (not resolved)" } },
        None => html! { span.quiet { "speaker unknown" } },
    }
}

/// How the speaker was found: the sentence with the words that name them, the way from there to the name, and what to cite.
pub(super) fn evidence(loaded: &Loaded, quote: &Quote, blocks: &[Span]) -> Markup {
    let body = loaded.article.body();
    let speaker = speaker_of(loaded, quote);
    let first = quote.parts.first().copied().unwrap_or(quote.content);
    let whole = quote.mention.into_iter().chain(quote.cue).chain(quote.parts.iter().copied());
    let (start, end) = whole.fold((first.start, first.end), |(start, end), span| (start.min(span.start), end.max(span.end)));
    // The paragraphs that hold the quote and what names its speaker, as far as they lie near.
    let near = around(body, Span { start, end });
    let from = blocks.partition_point(|block| block.end <= start);
    let around_quote: Vec<Span> =
        blocks[from..].iter().take_while(|block| block.start < end).take(MOST_BLOCKS).map(|block| within(*block, near)).collect();
    html! {
        details.evidence {
            summary { "Evidence and citation" }
            dl {
                @if let (Some(mention), Some(speaker)) = (quote.mention, speaker) {
                    dt { "Who" }
                    dd {
                        ol.chain {
                            li { "“" bdi { (plain(mention.of(body))) } "” beside the quote" }
                            @for step in &quote.chain {
                                li {
                                    "stands for “" bdi { (plain(step.of(body))) } "”"
                                    @let sentence = sentence_of(body, *step, blocks);
                                    q.context dir="auto" { (named(body, sentence, *step)) }
                                }
                            }
                            @if let Some(name) = &speaker.name { li { "is " strong { bdi { (plain(name)) } } } } @else { li { "is nobody that the article names" } }
                        }
                    }
                }
                dt { "Where" }
                dd {
                    @for block in &around_quote { p.context dir="auto" { (drawn(body, *block, quote)) } }
                }
                dt { "Rule" }
                dd {
                    @if speaker.is_none() { "no rule found a speaker" } @else { code { (quote.rule) } }
                    @if speaker.is_some() { ", right in " (format!("{:.0}", shown_confidence(quote) * 100.0)) " of 100 such cases" }
                    @if let Some(said) = &quote.said_on { "; said on “" (plain(said.span.of(body))) "”" }
                }
                dt { "Cite" }
                dd { p.cite { (citation(loaded, quote)) } }
            }
        }
    }
}

/// The blocks of an article, in order.
pub(super) fn blocks_of(loaded: &Loaded) -> Vec<Span> {
    loaded.article.blocks().map(|block| block.span).collect()
}

/// Paragraphs that evidence shows at most.
const MOST_BLOCKS: usize = 4;

/// Letters that evidence shows on both sides, and of a long quote.
const NEAR: u32 = 300;
const LONG: u32 = 1_500;

/// A stretch and what stands near it, of no great length.
fn around(body: &str, span: Span) -> Span {
    let end = span.end.min(span.start + LONG);
    Span {
        start: body.floor_char_boundary(span.start.saturating_sub(NEAR) as usize) as u32,
        end: body.ceil_char_boundary((end + NEAR) as usize) as u32,
    }
}

/// What two stretches share; nothing of the first where they share nothing.
fn within(span: Span, other: Span) -> Span {
    let start = span.start.max(other.start).min(span.end);
    Span { start, end: span.end.min(other.end).max(start) }
}

/// The sentence that some words stand in, as far as it lies near.
fn sentence_of(body: &str, words: Span, blocks: &[Span]) -> Span {
    let block = blocks.get(blocks.partition_point(|block| block.end <= words.start)).copied().unwrap_or(words);
    let near = within(block, around(body, words));
    let inner = Span { start: words.start.saturating_sub(near.start), end: words.end.min(near.end).saturating_sub(near.start) };
    match fragment::fragments(near.of(body), &[inner], 1).first() {
        Some(cut) => Span { start: near.start + cut.span.start, end: near.start + cut.span.end },
        None => near,
    }
}

/// A sentence with the words that name somebody drawn in it.
fn named(body: &str, sentence: Span, words: Span) -> Markup {
    let words = within(words, sentence);
    html! {
        (plain(Span { start: sentence.start, end: words.start }.of(body)))
        span.mention { (plain(words.of(body))) }
        (plain(Span { start: words.end, end: sentence.end }.of(body).trim_end()))
    }
}

/// A paragraph with the quote, its cue and the mention drawn in it.
fn drawn(body: &str, block: Span, quote: &Quote) -> Markup {
    let mut spans: Vec<(Span, &str)> = quote.parts.iter().map(|part| (*part, "part")).collect();
    spans.extend(quote.cue.map(|cue| (cue, "cue")));
    spans.extend(quote.mention.map(|mention| (mention, "mention")));
    let inside = |span: Span| Span { start: span.start.max(block.start), end: span.end.min(block.end) };
    let mut spans: Vec<(Span, &str)> =
        spans.into_iter().map(|(span, class)| (inside(span), class)).filter(|(span, _)| span.start < span.end).collect();
    spans.sort_by_key(|(span, _)| (span.start, span.end));
    let mut at = block.start;
    html! {
        @for (span, class) in spans {
            // A mention may stand within a cue: what was drawn is not drawn again.
            @let from = span.start.max(at);
            @if from < span.end {
                (plain(Span { start: at, end: from }.of(body)))
                span class=(class) { (plain(Span { start: from, end: span.end }.of(body))) }
                ({ at = span.end; "" })
            }
        }
        (plain(Span { start: at, end: block.end.max(at) }.of(body).trim_end()))
    }
}

/// The quote as it is cited: words, speaker, headline, paper, day, address. Each part keeps its own direction of reading.
pub(super) fn citation(loaded: &Loaded, quote: &Quote) -> Markup {
    let meta = &loaded.article.meta;
    let text = crate::record::quote_text(loaded.article.body(), quote).text;
    // The comma before "she said" ends no quote that stands by itself.
    let text = text.strip_suffix(',').unwrap_or(&text);
    let mention = quote.mention.map(|mention| mention.of(loaded.article.body())).unwrap_or_default();
    html! {
        @if quote.kind == QuoteKind::Indirect { "… " bdi { (plain(text)) } } @else { "“" bdi { (plain(text)) } "”" }
        @if let Some(speaker) = speaker_of(loaded, quote) {
            ", " bdi { (plain(speaker.name.as_deref().unwrap_or(mention))) }
            @if let Some(role) = &speaker.role { ", " bdi { (plain(role)) } }
        }
        ". " (source(loaded))
        @if let Some(url) = &meta.url { " " (plain(url)) }
    }
}

/// Author, headline, paper, day.
pub(super) fn source(loaded: &Loaded) -> Markup {
    let meta = &loaded.article.meta;
    let by = byline(meta);
    let mut parts: Vec<Markup> = Vec::new();
    parts.extend((!by.is_empty()).then(|| html! { bdi { (plain(&by)) } }));
    parts.extend(meta.headline.as_ref().map(|headline| html! { "“" bdi { (plain(headline)) } "”" }));
    parts.push(html! { bdi { (plain(meta.publisher.as_deref().unwrap_or(&loaded.origin.file))) } });
    parts.extend(meta.date.map(|date| html! { (date.to_string().chars().take(10).collect::<String>()) }));
    html! { @for (i, part) in parts.iter().enumerate() { @if i > 0 { ", " } (part) } "." }
}
