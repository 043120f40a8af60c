//! From stretches and their sources to quotes: what belongs to one act of speaking, what kind it is, and who is meant.

use super::attach::{Place, Source};
use super::cast::Cast;
use super::confidence::{Case, Features, confidence, features};
use super::coref::Said;
use super::indirect::Clause;
use super::interview::Told;
use super::lexicon::Class;
use super::marks::Stretch;
use super::mention::span_of;
use super::nobody::is_nobodys;
use super::phrase::Phrase;
use super::reader::Reader;
use super::token::TokenKind;
use super::{Attribution, Quote, QuoteKind, Speaker};
use crate::text::Span;
use crate::text::hash::ShortWords;
use std::collections::HashMap;

/// Puts the stretches and the reported clauses together to quotes, in the order of the text.
pub(crate) fn build(
    reader: &Reader,
    stretches: &[Stretch],
    places: &[Place],
    sources: &[Source],
    (clauses, answers): (&[Clause], &[Told]),
    mut told: Option<&mut Vec<Features>>,
) -> Attribution {
    if stretches.is_empty() && clauses.is_empty() && answers.is_empty() {
        return Attribution::default();
    }
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (number, stretch) in stretches.iter().enumerate() {
        if is_nobodys(reader, stretch, places[number], &sources[number]) {
            continue;
        }
        let joins = groups.last().and_then(|group| group.last()).is_some_and(|&last| {
            let next_paragraph = stretch.continues && last + 1 == number;
            let same_cue =
                sources[number].cue.is_some() && sources[number].cue == sources[last].cue && sources[number].phrase == sources[last].phrase;
            next_paragraph || same_cue && sources[number].from.is_none() || goes_on(reader, stretches, places, sources, last, number)
        });
        match groups.last_mut() {
            Some(group) if joins => group.push(number),
            _ => groups.push(vec![number]),
        }
    }
    let cast = Cast::new(reader);
    let mut out = Attribution::default();
    let mut memory: Vec<(Phrase, Option<usize>, Option<usize>)> = Vec::new();
    let mut numbers: HashMap<Speaker, usize, ShortWords> = HashMap::default();
    let mut last = None;
    let marked = groups.into_iter().map(|group| {
        // Of a quotation over several paragraphs any part may name the speaker.
        let best = |best: Source, other: Source| if other.confidence > best.confidence { other } else { best };
        let source = group.iter().map(|&n| sources[n]).fold(sources[group[0]], best);
        (shape(reader, stretches, places, &group, &source), source, places[group[0]])
    });
    let reported = clauses.iter().map(|clause| {
        let token = reader.tokens.partition_point(|token| token.start < clause.content.start);
        let place = Place { token, sentence: 0 };
        (reported(reader, clause), clause.source, place)
    });
    let answered = answers.iter().map(|answer| {
        let token = reader.tokens.partition_point(|token| token.start < answer.parts[0].start);
        let whole = Span { start: answer.parts[0].start, end: answer.parts[answer.parts.len() - 1].end };
        (quote(reader, answer.parts.clone(), whole, QuoteKind::Direct, &answer.source), answer.source, Place { token, sentence: 0 })
    });
    let mut all: Vec<(Quote, Source, Place)> = marked.chain(reported).chain(answered).collect();
    all.sort_by_key(|(quote, _, _)| quote.parts[0].start);
    for (mut quote, source, place) in all {
        if let Some(phrase) = source.phrase {
            let known = memory.iter().rev().take(8).find(|(other, _, _)| *other == phrase).copied();
            let (speaker, entity) = match known {
                Some((_, speaker, entity)) => (speaker, entity),
                None => {
                    let (speaker, entity) = cast.speaker(phrase, last);
                    let number = *numbers.entry(speaker.clone()).or_insert_with(|| {
                        out.speakers.push(speaker);
                        out.speakers.len() - 1
                    });
                    memory.push((phrase, Some(number), entity));
                    (Some(number), entity)
                }
            };
            quote.speaker = speaker;
            let named = span_of(reader.tokens, phrase.first, phrase.last);
            quote.mention = Some(named);
            quote.chain = entity.map(|entity| cast.chain(phrase, entity)).unwrap_or_default();
            // "Moss, who said ...": the pronoun speaks, and stands for the words before it.
            if let Some(pronoun) = relative(reader, phrase, &source) {
                quote.mention = Some(span_of(reader.tokens, pronoun, pronoun));
                quote.chain.insert(0, named);
            }
            let words = quote.parts[0].of(reader.body).split_whitespace().take(10).count();
            if let Some(speaker) = quote.speaker.and_then(|number| out.speakers.get(number)) {
                let case = Case { place, words, source: &source, speaker, resolved: cast.resolved(phrase, entity, last) };
                let sure = confidence(reader, &case);
                // A pronoun that means nobody we know is half an answer.
                quote.confidence = if speaker.name.is_some() { sure } else { sure / 2.0 };
                if let Some(told) = &mut told {
                    let mut found = Features::default();
                    features(reader, &case, &mut found);
                    told.push(found);
                }
            }
            last = Some(Said { phrase, entity });
        } else if let Some(told) = &mut told {
            told.push(Features::default());
        }
        out.quotes.push(quote);
    }
    out
}

/// The relative pronoun between a phrase and its verb.
fn relative(reader: &Reader, phrase: Phrase, source: &Source) -> Option<usize> {
    let (cue, _) = source.cue.filter(|_| source.from.is_none())?;
    let next = phrase.last + 1;
    let pronoun = if reader.kind(next) == TokenKind::Comma { next + 1 } else { next };
    let speaks = pronoun < cue && cue <= pronoun + 6 && matches!(reader.word(pronoun), "who" | "which" | "that");
    let plain =
        speaks && (pronoun + 1..cue).all(|t| reader.tokens[t].is_word() && reader.names.at(t).is_none() && !reader.is(t, Class::PRONOUN));
    plain.then_some(pronoun)
}

/// `"A," she said. "B."`: whole sentences, and between them their attribution alone. That is one act of speaking.
fn goes_on(reader: &Reader, stretches: &[Stretch], places: &[Place], sources: &[Source], last: usize, number: usize) -> bool {
    let direct = |n: usize| is_direct(reader, &stretches[n], places[n]);
    if sources[number].from != Some(last) || stretches[last].set_apart || !direct(last) || !direct(number) {
        return false;
    }
    let between = Span { start: stretches[last].outer.end, end: stretches[number].outer.start };
    let attributed = sources[last].cue.is_some_and(|(cue, end)| between.contains(span_of(reader.tokens, cue, end)));
    let next = places[number].sentence;
    let sentences = next.checked_sub(places[last].sentence);
    attributed && sentences == Some(1) && !between.of(reader.body).contains('\n')
}

fn shape(reader: &Reader, stretches: &[Stretch], places: &[Place], group: &[usize], source: &Source) -> Quote {
    let parts: Vec<Span> = group.iter().map(|&n| stretches[n].inner).collect();
    let whole = Span { start: parts[0].start, end: parts[parts.len() - 1].end };
    let kind = if group.iter().any(|&n| is_direct(reader, &stretches[n], places[n])) { QuoteKind::Direct } else { QuoteKind::Mixed };
    let content = match kind {
        QuoteKind::Mixed => clause(reader, stretches, places, group, source),
        _ => whole,
    };
    quote(reader, parts, content, kind, source)
}

fn reported(reader: &Reader, clause: &Clause) -> Quote {
    quote(reader, vec![clause.content], clause.content, QuoteKind::Indirect, &clause.source)
}

/// A quote whose speaker is not looked for yet.
fn quote(reader: &Reader, parts: Vec<Span>, content: Span, kind: QuoteKind, source: &Source) -> Quote {
    let cue = source.cue.map(|(first, last)| span_of(reader.tokens, first, last));
    let (rule, confidence) = (source.rule.into(), source.confidence);
    Quote { parts, content, kind, cue, speaker: None, mention: None, chain: Vec::new(), said_on: None, rule, confidence }
}

/// Whole sentences: the words begin with a capital, and where a sentence, a comma, a colon or the verb lets them begin.
fn is_direct(reader: &Reader, stretch: &Stretch, place: Place) -> bool {
    if stretch.set_apart || stretch.continues {
        return true;
    }
    let text = stretch.inner.of(reader.body);
    let capital = text.chars().find(|c| c.is_alphanumeric()).is_some_and(|c| !c.is_lowercase());
    let start = reader.sentences[place.sentence].tokens.start;
    let free = match place.token.checked_sub(1).filter(|&t| t >= start) {
        None => true,
        Some(before) => {
            matches!(reader.kind(before), TokenKind::Comma | TokenKind::Colon | TokenKind::Dash | TokenKind::Stop)
                || reader.is_cue(before, Class::SAY)
                || reader.word(before) == "that"
        }
    };
    let long = text.split_whitespace().nth(2).is_some();
    capital && free && (long || text.ends_with(['.', ',', '!', '?']))
}

/// The reporting clause: from behind the verb (and "that") to the end of the sentence.
fn clause(reader: &Reader, stretches: &[Stretch], places: &[Place], group: &[usize], source: &Source) -> Span {
    let (first, last) = (group[0], group[group.len() - 1]);
    let (from, until) = (places[first].token, places[last].token);
    let sentence = reader.sentences[places[first].sentence].tokens.clone();
    let sentence = sentence.start.max(from.saturating_sub(200))..sentence.end.min(until + 200);
    let whole = Span { start: stretches[first].outer.start, end: stretches[last].outer.end };
    let Some((cue, cue_end)) = source.cue.filter(|&(cue, _)| sentence.contains(&cue)) else { return whole };
    let mut end = sentence.end;
    let (start, end) = if cue < from {
        let that = (cue_end + 1..from).find(|&t| reader.word(t) == "that");
        if let Some(next) = (until + 1..end).find(|&t| matches!(reader.kind(t), TokenKind::Quoted(_) | TokenKind::Semicolon)) {
            end = (until + 1..next).find(|&t| reader.kind(t) == TokenKind::Comma).unwrap_or(until + 1);
        }
        (that.unwrap_or(cue_end) + 1, end)
    } else {
        let comma = (until + 1..cue).find(|&t| matches!(reader.kind(t), TokenKind::Comma | TokenKind::Dash)).unwrap_or(until + 1);
        let previous = (sentence.start..from).rev().find(|&t| matches!(reader.kind(t), TokenKind::Quoted(_) | TokenKind::Semicolon));
        (previous.map_or(sentence.start, |t| t + 1), comma)
    };
    let mut end = end;
    while end > until + 1 && matches!(reader.kind(end - 1), TokenKind::Stop | TokenKind::Comma | TokenKind::Break) {
        end -= 1;
    }
    if start > from || end <= until {
        return whole;
    }
    let span = span_of(reader.tokens, start, end - 1);
    Span { start: span.start.min(whole.start), end: span.end.max(whole.end) }
}
