//! Who says the words in marks: for each stretch the phrase that names its speaker and the words that show it.
//!
//! Evidence is looked for in the sentence around the stretch first (verbs after it, verbs before it, "according to", nouns of speech, the
//! subject), then beside it: the quotation before, the sentence before, the name after a dash.

use super::lexicon::Class;
use super::marks::Stretch;
use super::phrase::Phrase;
use super::reader::Reader;
use super::token::TokenKind;

/// What is known about one stretch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Source {
    /// The words that announce the stretch: tokens, both ends included.
    pub(crate) cue: Option<(usize, usize)>,
    /// The phrase that names the speaker.
    pub(crate) phrase: Option<Phrase>,
    /// The stretch whose speaker this is, when it is taken over from there.
    pub(crate) from: Option<usize>,
    /// The rule that fired.
    pub(crate) rule: &'static str,
    /// What the rule is worth against others; how sure an attribution is says [`super::confidence`].
    pub(crate) confidence: f32,
}

impl Source {
    pub(super) fn none() -> Self {
        Self { cue: None, phrase: None, from: None, rule: "none", confidence: 0.0 }
    }

    pub(super) fn new(rule: &'static str, confidence: f32, cue: Option<(usize, usize)>, phrase: Phrase) -> Self {
        Self { cue, phrase: Some(phrase), from: None, rule, confidence }
    }
}

/// Where a stretch stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    /// Its token.
    pub(crate) token: usize,
    /// Its sentence.
    pub(crate) sentence: usize,
}

/// Where the stretches stand, by their number.
pub(crate) fn places(reader: &Reader, stretches: &[Stretch]) -> Vec<Place> {
    let mut out = vec![Place { token: 0, sentence: 0 }; stretches.len()];
    for (number, sentence) in reader.sentences.iter().enumerate() {
        for token in sentence.tokens.clone() {
            if let Some(stretch) = reader.tokens[token].stretch() {
                out[stretch] = Place { token, sentence: number };
            }
        }
    }
    out
}

/// Sources of all stretches, in order.
pub(crate) fn sources(reader: &Reader, stretches: &[Stretch], places: &[Place]) -> Vec<Source> {
    let mut attacher = Attacher { reader, stretches, places, out: Vec::with_capacity(stretches.len()) };
    for stretch in 0..stretches.len() {
        let source = attacher.inside(stretch).unwrap_or_else(Source::none);
        attacher.out.push(source);
    }
    for stretch in 0..stretches.len() {
        // "X was told" leaves open who speaks, and so do we.
        if attacher.out[stretch].phrase.is_none()
            && attacher.out[stretch].rule != "passive"
            && let Some(source) = attacher.beside(stretch)
        {
            attacher.out[stretch] = source;
        }
    }
    for source in &mut attacher.out {
        source.phrase =
            source.phrase.map(|phrase| reader.named_in_apposition(phrase, reader.sentence_of(phrase.first).end.min(phrase.last + REACH)));
    }
    attacher.out
}

/// How far from a stretch its evidence may stand, in tokens: keeps the time linear where a sentence never ends.
pub(super) const REACH: usize = 120;

pub(super) fn window(sentence: std::ops::Range<usize>, at: usize) -> (usize, usize) {
    (sentence.start.max(at.saturating_sub(REACH)), sentence.end.min(at + REACH))
}

pub(super) struct Attacher<'a> {
    pub(super) reader: &'a Reader<'a>,
    pub(super) stretches: &'a [Stretch],
    pub(super) places: &'a [Place],
    pub(super) out: Vec<Source>,
}

impl Attacher<'_> {
    /// Evidence in the stretch's own sentence.
    pub(super) fn inside(&self, stretch: usize) -> Option<Source> {
        let place = self.places[stretch];
        let sentence = self.reader.sentences[place.sentence].tokens.clone();
        let at = place.token;
        let (start, end) = window(sentence, at);
        if !self.reader.has_words(start..end) {
            return None;
        }
        let start = self.reader.behind_dateline(start, at);
        if let Some(source) = self.colon_name(start, at).or_else(|| self.parenthetical(start, at)) {
            return Some(source);
        }
        let before = self.participle(start, at, end).or_else(|| self.before(start, at));
        let after = self.after(at, end);
        let leads = !self.reader.has_words(start.min(at)..at);
        let leans = self.leans_on(stretch, at);
        if let Some(source) = after.filter(|source| leans && source.rule != "according-to") {
            return Some(source);
        }
        if leads || leans && before.is_none() {
            let unknown = || if leans { self.unknown_verb(at, end) } else { None };
            let behind = after.or_else(|| self.later(at, end)).or_else(unknown);
            if behind.is_some() {
                return behind;
            }
        }
        let noun = self.noun(start, at).filter(|noun| match (noun.cue, before.and_then(|source| source.cue)) {
            (Some((noun, _)), Some((_, verb))) => {
                let stated = matches!(self.reader.word(noun + 1), "that" | "to") && !self.reader.is_be(at - 1);
                noun > verb + 1
                    && (stated && !self.reader.is_cue(verb, Class::SAY.or(Class::TELL))
                        || !self.reader.is_cue(verb, Class::SAY.or(Class::TELL).or(Class::NAME)))
            }
            _ => true,
        });
        noun.or(before)
            .or(after)
            .or_else(|| self.later(at, end))
            .or_else(|| self.dash(at, end))
            .or_else(|| self.subject(stretch, start, at))
    }

    /// Do the words quoted end so that the sentence goes on behind them?
    pub(super) fn leans_on(&self, stretch: usize, at: usize) -> bool {
        let inner = self.stretches[stretch].inner.of(self.reader.body);
        inner.ends_with([',', '?', '!', '-', '—', '–']) || matches!(self.reader.kind(at + 1), TokenKind::Comma | TokenKind::Dash)
    }

    pub(super) fn leans_on_token(&self, at: usize) -> bool {
        self.reader.tokens[at].stretch().is_some_and(|stretch| self.leans_on(stretch, at))
    }
}
