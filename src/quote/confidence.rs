//! How sure an attribution is: a few readable weights over closed-class features, learned from annotated news.
//!
//! Two questions are asked apart and their answers multiplied: are these the words that name the speaker (`mention`), and do they mean whom
//! they were taken to mean (`name`)? Each answer is a logistic regression; `lexicon/weights.txt` holds its weights, and says by which
//! command and from what they were made (`examples/train_confidence.rs`). No feature is a name or a word of content.

use super::attach::{Place, Source};
use super::lexicon::Class;
use super::mention::NameKind;
use super::phrase::Head;
use super::reader::Reader;
use super::token::TokenKind;
use super::{Speaker, SpeakerKind};
use std::collections::HashMap;
use std::sync::OnceLock;

/// What speaks for and against an attribution.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Features {
    /// On the words that name the speaker.
    pub mention: Vec<String>,
    /// On whom they mean.
    pub name: Vec<String>,
}

/// How a name was found for a mention.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Resolved {
    /// By how much the person meant by a pronoun was ahead of the next one; `None` where nobody else could be meant.
    pub(crate) margin: Option<i32>,
    /// How many sentences before the mention that person was named last.
    pub(crate) distance: usize,
    /// The mention is no name and stands for somebody who has one.
    pub(crate) stands_for: bool,
}

fn bucket(number: usize, borders: &[usize]) -> usize {
    borders.iter().take_while(|&&border| number >= border).count()
}

/// The features of an attribution: one stretch of the quote, its source, and whom it was given to.
pub(crate) fn features(reader: &Reader, place: Place, words: usize, source: &Source, speaker: &Speaker, resolved: Resolved) -> Features {
    let Some(phrase) = source.phrase else { return Features::default() };
    let head = match phrase.head {
        Head::Pronoun(t) if reader.is(t, Class::HE.or(Class::SHE)) => "he",
        Head::Pronoun(t) if reader.is(t, Class::WE) => "we",
        Head::Pronoun(_) => "they",
        Head::Name(m) => match reader.names.mentions[m].kind {
            NameKind::Person => "person",
            NameKind::Organisation => "organisation",
            NameKind::Place => "place",
            NameKind::Unknown => "unknown",
            NameKind::Role => "role",
        },
        Head::Noun(t) if reader.is(t, Class::ROLE.or(Class::TITLE)) => "role",
        Head::Noun(t) if reader.is(t, Class::PEOPLE) => "people",
        Head::Noun(t) if reader.is(t, Class::DOC) => "document",
        Head::Noun(t) if reader.is(t, Class::ORG) => "institution",
        Head::Noun(_) => "noun",
    };
    let mut mention = vec![format!("rule={}", source.rule), format!("head={head}"), format!("rule={} head={head}", source.rule)];
    let at = place.token;
    if let Some((first, last)) = source.cue.filter(|_| source.from.is_none()) {
        let class = match () {
            () if reader.is(last, Class::SAY) => "say",
            () if reader.is(last, Class::TELL) => "tell",
            () if reader.is(last, Class::NAME) => "name",
            () if reader.is(last, Class::WEAK) => "weak",
            () => "other",
        };
        mention.push(format!("cue={class}"));
        mention.push(format!("rule={} cue={class}", source.rule));
        if reader.is(last, Class::ING) {
            mention.push("cue is a participle".to_owned());
        }
        let (from, until) = if last < at { (last + 1, at) } else { (at + 1, first.max(at + 1)) };
        let between = from..until.min(from + 120);
        mention.push(format!("gap={}", bucket(between.len(), &[1, 2, 4, 8, 14])));
        let count = |test: &dyn Fn(usize) -> bool| between.clone().filter(|&t| test(t)).count();
        let cues = count(&|t| reader.is_cue(t, Class::SAY.or(Class::TELL).or(Class::NAME)));
        let names = count(&|t| reader.names.at(t).is_some_and(|m| reader.names.mentions[m].first == t));
        let marked = count(&|t| reader.tokens[t].stretch().is_some());
        let commas = count(&|t| matches!(reader.kind(t), TokenKind::Comma | TokenKind::Semicolon | TokenKind::Dash));
        let pronouns = count(&|t| reader.is(t, Class::PRONOUN) && reader.tokens[t].is_word());
        for (what, number) in [("cues", cues), ("names", names), ("stretches", marked), ("commas", commas), ("pronouns", pronouns)] {
            if number > 0 {
                mention.push(format!("{what} between={}", number.min(2)));
            }
        }
        if last < at {
            let far = first.saturating_sub(phrase.last + 1);
            mention.push(format!("subject gap={}", bucket(far, &[1, 3, 8])));
            if phrase.last > first {
                mention.push("subject behind the verb".to_owned());
            }
            if reader.word((last + 1).min(at)) == "that" {
                mention.push("that".to_owned());
            }
        } else {
            mention.push(format!("verb gap={}", bucket(first.abs_diff(phrase.last), &[2, 4, 9])));
        }
    }
    let sentence = reader.sentence_of(at);
    if phrase.first == sentence.start {
        mention.push("opens the sentence".to_owned());
    }
    if !sentence.contains(&phrase.first) {
        mention.push("in another sentence".to_owned());
    }
    mention.push(format!("sentence={}", bucket(sentence.len(), &[12, 25, 45])));
    mention.push(format!("words={}", bucket(words, &[2, 4, 9])));
    mention.push(format!("phrase={}", bucket(phrase.last + 1 - phrase.first, &[2, 4, 8])));
    let kind = match speaker.kind {
        SpeakerKind::Person => "person",
        SpeakerKind::Organisation => "organisation",
        SpeakerKind::Unnamed => "unnamed",
        SpeakerKind::Document => "document",
    };
    let full = speaker.name.as_deref().is_some_and(|name| name.contains(' '));
    let mut name = vec![format!("head={head} {kind}")];
    if speaker.kind == SpeakerKind::Person && !full {
        name.push("no full name".to_owned());
    }
    if resolved.stands_for {
        name.push(format!("stands for={head}"));
        name.push(format!("distance={}", bucket(resolved.distance, &[1, 2, 4])));
        name.push(match resolved.margin {
            None => "nobody else".to_owned(),
            Some(margin) => format!("margin={}", bucket(margin.max(0) as usize, &[4, 8, 13, 20])),
        });
    }
    Features { mention, name }
}

struct Weights {
    mention: HashMap<&'static str, f32>,
    name: HashMap<&'static str, f32>,
}

fn weights() -> &'static Weights {
    static WEIGHTS: OnceLock<Weights> = OnceLock::new();
    WEIGHTS.get_or_init(|| {
        let mut weights = Weights { mention: HashMap::new(), name: HashMap::new() };
        for line in include_str!("lexicon/weights.txt").lines().filter(|line| !line.starts_with('#')) {
            let mut parts = line.splitn(3, '\t');
            let (Some(question), Some(weight), Some(feature)) = (parts.next(), parts.next(), parts.next()) else { continue };
            let table = if question == "name" { &mut weights.name } else { &mut weights.mention };
            table.insert(feature, weight.parse().unwrap_or(0.0));
        }
        weights
    })
}

/// 0 to 1: the share of such attributions that are right.
pub(crate) fn confidence(features: &Features) -> f32 {
    let sure = |table: &HashMap<&'static str, f32>, all: &[String]| {
        let bias = table.get("bias").copied().unwrap_or(2.0);
        let sum: f32 = all.iter().filter_map(|feature| table.get(feature.as_str())).sum();
        1.0 / (1.0 + (-(bias + sum)).exp())
    };
    sure(&weights().mention, &features.mention) * sure(&weights().name, &features.name)
}
