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
use crate::text::hash::ShortWords;
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

/// Which of the two questions a feature answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Question {
    Mention,
    Name,
}

/// Takes features one by one, each as the pieces of its name.
pub(crate) trait Sink {
    fn add(&mut self, question: Question, feature: &[&str]);
}

impl Sink for Features {
    fn add(&mut self, question: Question, feature: &[&str]) {
        let list = if question == Question::Name { &mut self.name } else { &mut self.mention };
        list.push(feature.concat());
    }
}

/// A feature's name as a number (FNV-1a), so that none is put together.
fn hashed(feature: &[&str]) -> u64 {
    let bytes = feature.iter().flat_map(|piece| piece.bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The sum of the weights of the features, without a list of them.
struct Sums {
    mention: f32,
    name: f32,
}

impl Sink for Sums {
    fn add(&mut self, question: Question, feature: &[&str]) {
        let (table, sum) = match question {
            Question::Mention => (&weights().mention, &mut self.mention),
            Question::Name => (&weights().name, &mut self.name),
        };
        *sum += table.get(&hashed(feature)).copied().unwrap_or(0.0);
    }
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

/// Which of the stretches between some borders a number lies in, as it is printed.
fn bucket(number: usize, borders: &[usize]) -> &'static str {
    digit(borders.iter().take_while(|&&border| number >= border).count())
}

fn digit(number: usize) -> &'static str {
    ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"][number.min(9)]
}

/// An attribution: one stretch of the quote, its source, and whom it was given to.
pub(crate) struct Case<'a> {
    /// Where the quote begins.
    pub(crate) place: Place,
    /// How many words its first stretch has, ten at most.
    pub(crate) words: usize,
    /// Its evidence.
    pub(crate) source: &'a Source,
    /// Who was found.
    pub(crate) speaker: &'a Speaker,
    /// How.
    pub(crate) resolved: Resolved,
}

/// Tells the features of an attribution.
pub(crate) fn features(reader: &Reader, case: &Case<'_>, out: &mut dyn Sink) {
    let Case { place, words, source, speaker, resolved } = *case;
    let Some(phrase) = source.phrase else { return };
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
    use Question::{Mention, Name};
    out.add(Mention, &["rule=", source.rule]);
    out.add(Mention, &["head=", head]);
    out.add(Mention, &["rule=", source.rule, " head=", head]);
    let at = place.token;
    if let Some((first, last)) = source.cue.filter(|_| source.from.is_none()) {
        let class = match () {
            () if reader.is(last, Class::SAY) => "say",
            () if reader.is(last, Class::TELL) => "tell",
            () if reader.is(last, Class::NAME) => "name",
            () if reader.is(last, Class::WEAK) => "weak",
            () => "other",
        };
        out.add(Mention, &["cue=", class]);
        out.add(Mention, &["rule=", source.rule, " cue=", class]);
        if reader.is(last, Class::ING) {
            out.add(Mention, &["cue is a participle"]);
        }
        let (from, until) = if last < at { (last + 1, at) } else { (at + 1, first.max(at + 1)) };
        let between = from..until.min(from + 120);
        out.add(Mention, &["gap=", bucket(between.len(), &[1, 2, 4, 8, 14])]);
        let count = |test: &dyn Fn(usize) -> bool| between.clone().filter(|&t| test(t)).count();
        let cues = count(&|t| reader.is_cue(t, Class::SAY.or(Class::TELL).or(Class::NAME)));
        let names = count(&|t| reader.names.at(t).is_some_and(|m| reader.names.mentions[m].first == t));
        let marked = count(&|t| reader.tokens[t].stretch().is_some());
        let commas = count(&|t| matches!(reader.kind(t), TokenKind::Comma | TokenKind::Semicolon | TokenKind::Dash));
        let pronouns = count(&|t| reader.is(t, Class::PRONOUN) && reader.tokens[t].is_word());
        for (what, number) in [("cues", cues), ("names", names), ("stretches", marked), ("commas", commas), ("pronouns", pronouns)] {
            if number > 0 {
                out.add(Mention, &[what, " between=", digit(number.min(2))]);
            }
        }
        if last < at {
            let far = first.saturating_sub(phrase.last + 1);
            out.add(Mention, &["subject gap=", bucket(far, &[1, 3, 8])]);
            if phrase.last > first {
                out.add(Mention, &["subject behind the verb"]);
            }
            if reader.word((last + 1).min(at)) == "that" {
                out.add(Mention, &["that"]);
            }
        } else {
            out.add(Mention, &["verb gap=", bucket(first.abs_diff(phrase.last), &[2, 4, 9])]);
        }
    }
    let sentence = reader.sentence_of(at);
    if phrase.first == sentence.start {
        out.add(Mention, &["opens the sentence"]);
    }
    if !sentence.contains(&phrase.first) {
        out.add(Mention, &["in another sentence"]);
    }
    out.add(Mention, &["sentence=", bucket(sentence.len(), &[12, 25, 45])]);
    out.add(Mention, &["words=", bucket(words, &[2, 4, 9])]);
    out.add(Mention, &["phrase=", bucket(phrase.last + 1 - phrase.first, &[2, 4, 8])]);
    let kind = match speaker.kind {
        SpeakerKind::Person => "person",
        SpeakerKind::Organisation => "organisation",
        SpeakerKind::Unnamed => "unnamed",
        SpeakerKind::Document => "document",
    };
    let full = speaker.name.as_deref().is_some_and(|name| name.contains(' '));
    out.add(Name, &["head=", head, " ", kind]);
    if speaker.kind == SpeakerKind::Person && !full {
        out.add(Name, &["no full name"]);
    }
    if resolved.stands_for {
        out.add(Name, &["stands for=", head]);
        out.add(Name, &["distance=", bucket(resolved.distance, &[1, 2, 4])]);
        match resolved.margin {
            None => out.add(Name, &["nobody else"]),
            Some(margin) => out.add(Name, &["margin=", bucket(margin.max(0) as usize, &[4, 8, 13, 20])]),
        }
    }
}

#[derive(Default)]
struct Weights {
    mention: HashMap<u64, f32, ShortWords>,
    name: HashMap<u64, f32, ShortWords>,
    /// Of the two questions.
    bias: [f32; 2],
}

fn weights() -> &'static Weights {
    static WEIGHTS: OnceLock<Weights> = OnceLock::new();
    WEIGHTS.get_or_init(|| {
        let mut weights = Weights::default();
        for line in include_str!("lexicon/weights.txt").lines().filter(|line| !line.starts_with('#')) {
            let mut parts = line.splitn(3, '\t');
            let (Some(question), Some(weight), Some(feature)) = (parts.next(), parts.next(), parts.next()) else { continue };
            let weight = weight.parse().unwrap_or(0.0);
            let is_name = question == "name";
            if feature == "bias" {
                weights.bias[usize::from(is_name)] = weight;
            } else {
                let table = if is_name { &mut weights.name } else { &mut weights.mention };
                table.insert(hashed(&[feature]), weight);
            }
        }
        weights
    })
}

/// 0 to 1: the share of such attributions that are right.
pub(crate) fn confidence(reader: &Reader, case: &Case<'_>) -> f32 {
    let mut sums = Sums { mention: weights().bias[0], name: weights().bias[1] };
    features(reader, case, &mut sums);
    let sure = |sum: f32| 1.0 / (1.0 + (-sum).exp());
    sure(sums.mention) * sure(sums.name)
}
