//! Quotations and who said them.
//!
//! Here is an [`Article`], give me its quotes, each with its speaker, the words that show it, the rule that fired and a confidence.
//! Pure: no I/O, no failure; an unknown speaker stays unknown.

mod attach;
mod before;
mod behind;
mod beside;
mod cast;
pub mod confidence;
mod coref;
mod cue;
mod holder;
mod indirect;
mod interview;
mod lexicon;
mod marks;
mod mention;
mod nobody;
mod phrase;
mod quotes;
mod reader;
pub mod render;
mod said_on;
mod sentence;
mod subject;
#[cfg(test)]
mod tests;
mod token;

pub use said_on::SaidOn;

use crate::article::Article;
use crate::text::Span;
use serde::{Deserialize, Serialize};

/// How a quote is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum QuoteKind {
    /// Whole sentences in quotation marks (or set as a block quote).
    Direct,
    /// A reporting clause that holds stretches in quotation marks.
    Mixed,
    /// A reported clause without quotation marks.
    Indirect,
}

/// What a speaker is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SpeakerKind {
    /// A named person.
    Person,
    /// An institution that speaks.
    Organisation,
    /// A person or people without a name: "French officials".
    Unnamed,
    /// A document without a named issuer.
    Document,
}

/// Somebody who speaks in an article.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Speaker {
    /// Resolved full name; `None` for a "he" that was not resolved.
    pub name: Option<String>,
    /// What they are: "French President".
    pub role: Option<String>,
    /// What kind of source.
    pub kind: SpeakerKind,
    /// Whom they speak for.
    pub organisation: Option<String>,
}

/// One act of speaking.
#[derive(Debug, Clone, PartialEq)]
pub struct Quote {
    /// The stretches in marks, marks excluded, in order, never empty; bytes into the body.
    pub parts: Vec<Span>,
    /// The whole statement: first to last part, or the reporting clause of a mixed quote.
    pub content: Span,
    /// How it is printed.
    pub kind: QuoteKind,
    /// The words that announce it: "said", "according to".
    pub cue: Option<Span>,
    /// Index into [`Attribution::speakers`].
    pub speaker: Option<usize>,
    /// The words that name the speaker beside this quote: "He", "The Harbour Ministry statement".
    pub mention: Option<Span>,
    /// How the mention leads to the name: the words it stands for ("Moss" for "she"), then the fullest name ("Ann Moss"); bytes into the
    /// body. Empty where the mention is the name, or where no name is known.
    pub chain: Vec<Span>,
    /// The day that the announcement names: "said on Thursday".
    pub said_on: Option<SaidOn>,
    /// Name of the rule that fired: `said-after`, `according-to`, `continuation`; `none` without a speaker.
    pub rule: std::borrow::Cow<'static, str>,
    /// 0 to 1: how often such attributions are right on annotated news, see [`confidence`].
    pub confidence: f32,
}

/// What is known about the quotes of an article.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Attribution {
    /// In order of their first part.
    pub quotes: Vec<Quote>,
    /// The speakers the quotes point to.
    pub speakers: Vec<Speaker>,
}

/// The quotes of an article, each with what its confidence was made of: for the trainer of the weights.
#[doc(hidden)]
pub fn attribute_with_features(article: &Article) -> (Attribution, Vec<confidence::Features>) {
    let mut features = Vec::new();
    let attribution = read_with(article, marks::stretches(article), Some(&mut features));
    (attribution, features)
}

/// Finds the quotes of an article and their speakers, reported clauses included.
pub fn attribute(article: &Article) -> Attribution {
    read(article, marks::stretches(article))
}

/// The same without reported clauses, sooner where an article has no quotation marks. What is in marks is read in the light of them all the
/// same, so that a quote has the speaker that [`attribute`] gives it.
pub fn attribute_marked(article: &Article) -> Attribution {
    let stretches = marks::stretches(article);
    if stretches.is_empty() && interview::answers(article).is_empty() {
        return Attribution::default();
    }
    let mut attribution = read(article, stretches);
    attribution.quotes.retain(|quote| quote.kind != QuoteKind::Indirect);
    attribution
}

/// True for what stands before a person's name and is none of it, in small letters: `mr`, `senator`.
pub(crate) fn is_title(word: &str) -> bool {
    lexicon::class(word).is(lexicon::Class::TITLE)
}

fn read(article: &Article, stretches: Vec<marks::Stretch>) -> Attribution {
    read_with(article, stretches, None)
}

fn read_with(article: &Article, stretches: Vec<marks::Stretch>, told: Option<&mut Vec<confidence::Features>>) -> Attribution {
    let body = article.body();
    let tokens = token::tokens(article, &stretches);
    let answers = interview::answers(article);
    if stretches.is_empty() && answers.is_empty() && !token::speaks(body, &tokens) {
        return Attribution::default();
    }
    let sentences = sentence::sentences(body, &tokens, &stretches);
    let names = mention::names(body, &tokens, &sentences);
    let reader = reader::Reader::new(article, &tokens, &sentences, &names);
    let places = attach::places(&reader, &stretches);
    // The grammar behind this is English; in another language it would name somebody all the same.
    let foreign = article.meta.language.as_deref().is_some_and(|tag| !tag.is_empty() && !tag.to_ascii_lowercase().starts_with("en"));
    if foreign || token::shouts(body, &tokens) {
        let sources = vec![attach::Source::none(); stretches.len()];
        return quotes::build(&reader, &stretches, &places, &sources, (&[], &[]), told);
    }
    let mut sources = attach::sources(&reader, &stretches, &places);
    let answers = interview::told(&reader, &stretches, answers, &mut sources);
    let clauses = indirect::clauses(&reader, &sources);
    let traced = told.is_some();
    let mut attribution = quotes::build(&reader, &stretches, &places, &sources, (&clauses, &answers), told);
    // What somebody reports of themselves within an answer is that answer.
    let answered: Vec<(Span, Option<usize>)> =
        attribution.quotes.iter().filter(|quote| quote.rule == "interview").map(|quote| (quote.content, quote.speaker)).collect();
    if !answered.is_empty() && !traced {
        let same = |quote: &Quote| answered.iter().any(|(span, speaker)| span.contains(quote.content) && *speaker == quote.speaker);
        attribution.quotes.retain(|quote| quote.kind != QuoteKind::Indirect || !same(quote));
    }
    for quote in &mut attribution.quotes {
        quote.said_on = said_on::said_on(body, &tokens, &sentences, quote, article.meta.date);
    }
    attribution
}
