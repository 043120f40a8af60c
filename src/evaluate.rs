//! How well quotes and speakers are found, measured on articles that somebody has read and annotated.
//!
//! Here is what is expected of an article ([`Expected`]) and what was found in it, give me the [`Score`]. Scores of articles add up.

use crate::article::Article;
use crate::quote::{Attribution, QuoteKind};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a reader expects of an article; other keys of the annotation are not looked at.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Expected {
    /// Its quotes.
    #[serde(default)]
    pub quotes: Vec<ExpectedQuote>,
    /// Words in quotation marks that nobody says: titles, nicknames, terms.
    #[serde(default)]
    pub not_quotes: Vec<String>,
}

/// A quote as a reader has found it.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct ExpectedQuote {
    /// The words in marks, stretch by stretch.
    pub parts: Vec<String>,
    /// Who says it; `None` where nobody can tell.
    pub speaker: Option<String>,
    /// Other names that are right, too.
    #[serde(default)]
    pub accept: Vec<String>,
    /// The words that name the speaker.
    #[serde(default)]
    pub mention: Option<String>,
    /// person, organisation, unnamed, document.
    #[serde(default)]
    pub speaker_kind: Option<String>,
    /// A class of the annotator's own.
    #[serde(default)]
    pub class: Option<String>,
}

/// How often something was right.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Rate {
    /// Of so many.
    pub of: u64,
    /// So many were right.
    pub right: u64,
}

impl Rate {
    fn count(&mut self, right: bool) {
        self.of += 1;
        self.right += u64::from(right);
    }

    /// Right ones in a hundred; 0 of none.
    pub fn percent(self) -> f64 {
        if self.of == 0 { 0.0 } else { (1000.0 * self.right as f64 / self.of as f64).round() / 10.0 }
    }
}

impl std::ops::AddAssign for Rate {
    fn add_assign(&mut self, other: Self) {
        self.of += other.of;
        self.right += other.right;
    }
}

/// A stretch whose speaker is another one than expected, or which was missed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Mistake {
    /// The words.
    pub words: String,
    /// Who says them.
    pub expected: Option<String>,
    /// Who was found; `None` where nobody was, or the stretch was missed.
    pub found: Option<String>,
    /// The rule; `None` for a missed stretch.
    pub rule: Option<String>,
    /// 0 to 1.
    pub confidence: f64,
}

/// What was found of what was expected, in stretches in quotation marks.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Score {
    /// Expected stretches, and those that were found.
    pub stretches: Rate,
    /// Found stretches with a speaker that a reader knows, and those whose speaker is right: precision.
    pub named: Rate,
    /// Expected stretches with a speaker, missed ones among them, and those whose speaker is right: recall.
    pub speakers: Rate,
    /// Words that nobody says, and those that were rightly taken for nobody's.
    pub nobodys: Rate,
    /// Named stretches by rule.
    pub rules: BTreeMap<String, Rate>,
    /// Expected speakers by how they are named: name, pronoun, other words, nothing; or by the annotator's own classes.
    pub classes: BTreeMap<String, Rate>,
    /// Expected speakers by what they are.
    pub kinds: BTreeMap<String, Rate>,
    /// Named stretches by their confidence: `0.9`, and so on.
    pub confidences: BTreeMap<String, Rate>,
    /// What went wrong, in the order of the annotation.
    pub mistakes: Vec<Mistake>,
}

impl Score {
    /// Of precision and recall of speakers the harmonic mean, in a hundred.
    pub fn f1(&self) -> f64 {
        let sum = self.named.of + self.speakers.of;
        if sum == 0 { 0.0 } else { (2000.0 * self.speakers.right as f64 / sum as f64).round() / 10.0 }
    }
}

impl std::ops::AddAssign for Score {
    fn add_assign(&mut self, other: Self) {
        self.stretches += other.stretches;
        self.named += other.named;
        self.speakers += other.speakers;
        self.nobodys += other.nobodys;
        let tables = [
            (&mut self.rules, other.rules),
            (&mut self.classes, other.classes),
            (&mut self.kinds, other.kinds),
            (&mut self.confidences, other.confidences),
        ];
        for (mine, others) in tables {
            others.into_iter().for_each(|(key, rate)| *mine.entry(key).or_default() += rate);
        }
        self.mistakes.extend(other.mistakes);
    }
}

/// A stretch that was found.
struct Found {
    words: String,
    name: Option<String>,
    rule: String,
    confidence: f64,
}

/// Scores what was found in an article. A name is right when it is the expected one or an accepted one, letter by letter.
pub fn score(article: &Article, attribution: &Attribution, expected: &Expected) -> Score {
    let mut found: Vec<Found> = Vec::new();
    for quote in attribution.quotes.iter().filter(|quote| quote.kind != QuoteKind::Indirect) {
        let name = quote.speaker.and_then(|i| attribution.speakers.get(i)).and_then(|speaker| speaker.name.clone());
        found.extend(quote.parts.iter().map(|part| Found {
            words: trimmed(part.of(article.body())).to_owned(),
            name: name.clone(),
            rule: quote.rule.to_string(),
            confidence: (f64::from(quote.confidence) * 100.0).round() / 100.0,
        }));
    }
    let mut score = Score::default();
    for quote in &expected.quotes {
        let right = |name: &str| quote.speaker.as_deref() == Some(name) || quote.accept.iter().any(|other| other == name);
        for part in &quote.parts {
            let words = trimmed(part);
            let at = found.iter().position(|found| found.words == words);
            score.stretches.count(at.is_some());
            let taken = at.map(|at| found.remove(at));
            let Some(speaker) = &quote.speaker else { continue };
            let name = taken.as_ref().and_then(|taken| taken.name.as_deref());
            let is_right = name.is_some_and(right);
            score.speakers.count(is_right);
            score.classes.entry(class(quote)).or_default().count(is_right);
            if let Some(kind) = &quote.speaker_kind {
                score.kinds.entry(kind.clone()).or_default().count(is_right);
            }
            if let Some(taken) = taken.as_ref().filter(|taken| taken.name.is_some()) {
                score.named.count(is_right);
                score.rules.entry(taken.rule.clone()).or_default().count(is_right);
                let tenth = format!("{:.1}", (taken.confidence * 10.0).floor() / 10.0);
                score.confidences.entry(tenth).or_default().count(is_right);
            }
            if !is_right {
                score.mistakes.push(Mistake {
                    words: words.to_owned(),
                    expected: Some(speaker.clone()),
                    found: name.map(str::to_owned),
                    rule: taken.as_ref().map(|taken| taken.rule.clone()),
                    confidence: taken.map_or(0.0, |taken| taken.confidence),
                });
            }
        }
    }
    for words in expected.not_quotes.iter().map(|words| trimmed(words)) {
        let taken = found.iter().position(|found| found.words == words).map(|at| found.remove(at));
        score.nobodys.count(taken.is_none());
        if let Some(taken) = taken {
            let Found { words, name, rule, confidence } = taken;
            score.mistakes.push(Mistake { words, expected: None, found: name, rule: Some(rule), confidence });
        }
    }
    score
}

/// How a speaker is named: by name, by a pronoun, by other words, not at all.
fn class(quote: &ExpectedQuote) -> String {
    if let Some(class) = &quote.class {
        return class.clone();
    }
    let mention = quote.mention.as_deref().unwrap_or_default();
    let pronoun = matches!(
        mention.to_lowercase().as_str(),
        "he" | "she" | "they" | "it" | "i" | "we" | "his" | "her" | "their" | "him" | "them" | "who" | "my" | "our"
    );
    let surname = quote.speaker.as_deref().and_then(|name| name.rsplit(' ').next()).unwrap_or_default();
    let named = mention.contains(surname) && surname.starts_with(char::is_uppercase);
    let class = match () {
        () if mention.is_empty() => "nothing",
        () if pronoun => "pronoun",
        () if named => "name",
        () => "other words",
    };
    class.to_owned()
}

fn trimmed(words: &str) -> &str {
    words.trim_matches(|c: char| " ,.;:?!“”\"'’‘—–-…".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{BlockKind, Draft};

    #[test]
    fn stretches_speakers_and_what_nobody_said() {
        let text =
            "\"We paid,\" said Ann Moss, the mayor. \"We shall again,\" she said. A \"so-called\" plan failed. \"Never,\" one heard.";
        let article = Article::new(Draft { blocks: vec![(BlockKind::Paragraph, text.into())], ..Draft::default() });
        let quote = |words: &str, speaker: Option<&str>, mention: &str| ExpectedQuote {
            parts: vec![words.into()],
            speaker: speaker.map(str::to_owned),
            mention: Some(mention.into()),
            speaker_kind: Some("person".into()),
            ..ExpectedQuote::default()
        };
        let expected = Expected {
            quotes: vec![
                quote("We paid,", Some("Ann Moss"), "Ann Moss"),
                quote("We shall again,", Some("Bo Reed"), "she"),
                quote("not there", Some("Ann Moss"), ""),
            ],
            not_quotes: vec!["so-called".into()],
        };
        let mut score = score(&article, &crate::quote::attribute(&article), &expected);
        assert_eq!(
            (score.stretches, score.named, score.speakers),
            (Rate { of: 3, right: 2 }, Rate { of: 2, right: 1 }, Rate { of: 3, right: 1 })
        );
        assert_eq!(score.f1(), 40.0);
        assert_eq!(score.classes["name"], Rate { of: 1, right: 1 });
        assert_eq!(score.classes["pronoun"], Rate { of: 1, right: 0 });
        assert_eq!(score.kinds["person"].of, 3);
        assert_eq!(score.confidences.values().map(|rate| rate.of).sum::<u64>(), 2);
        assert_eq!(score.mistakes.len(), 2 + usize::from(score.nobodys.right == 0), "{:?}", score.mistakes);
        let same = score.clone();
        score += same;
        assert_eq!(score.stretches, Rate { of: 6, right: 4 });
    }
}
