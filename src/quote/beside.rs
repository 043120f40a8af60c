//! Evidence outside the stretch's own sentence: the quotation before, the sentence before, the paragraph before, the one behind.

use super::attach::{Attacher, REACH, Source, window};
use super::lexicon::Class;
use super::mention::NameKind;
use super::phrase::{Head, Phrase};
use super::token::TokenKind;
use crate::article::BlockKind;

impl Attacher<'_> {
    /// Evidence outside the stretch's own sentence.
    pub(super) fn beside(&self, stretch: usize) -> Option<Source> {
        let reader = self.reader;
        let place = self.places[stretch];
        let here = &reader.sentences[place.sentence];
        if self.stretches[stretch].continues && stretch > 0 {
            return self.taken_from(stretch - 1, "next-paragraph", 0.85);
        }
        let (from, until) = window(here.tokens.clone(), place.token);
        let wordless = !reader.has_words(from..until);
        if !wordless {
            // "A," X said. "B" and so on. / That makes it "B".
            let before = stretch.checked_sub(1).filter(|&s| self.out[s].phrase.is_some() && self.out[s].rule != "subject");
            let before = before.filter(|&s| {
                self.places[s].sentence + 1 == place.sentence && reader.sentences[self.places[s].sentence].block == here.block
            });
            let leads = here.tokens.start == place.token;
            if let Some(before) = before {
                return self.taken_from(before, "continuation", if leads { 0.7 } else { 0.45 });
            }
            let previous = place
                .sentence
                .checked_sub(1)
                .map(|number| &reader.sentences[number])
                .filter(|previous| leads && previous.block == here.block)?;
            let phrase = self.before(previous.tokens.start.max(previous.tokens.end.saturating_sub(REACH)), previous.tokens.end)?.phrase?;
            return Some(Source::new("sentence-before", 0.5, None, phrase));
        }
        // The quotation goes on in the next block, where its speaker is named.
        if let Some(next) = self.stretches.get(stretch + 1).filter(|next| next.continues)
            && self.out[stretch + 1].phrase.is_some()
            && next.continues
        {
            return self.taken_from(stretch + 1, "next-paragraph", 0.85);
        }
        let next = reader.sentences.get(place.sentence + 1);
        if let Some(next) = next
            && reader.kind(next.tokens.start) == TokenKind::Dash
            && let Some(phrase) = reader.beginning_at(next.tokens.start + 1, next.tokens.end)
            && matches!(phrase.head, Head::Name(_))
        {
            return Some(Source::new("dash-name", 0.8, None, phrase));
        }
        let previous = place.sentence.checked_sub(1).map(|number| (number, &reader.sentences[number]));
        if let Some((number, previous)) = previous.filter(|(_, previous)| previous.block == here.block) {
            if let Some(before) = stretch.checked_sub(1).filter(|&s| self.places[s].sentence == number && self.out[s].phrase.is_some()) {
                return self.taken_from(before, "continuation", 0.95);
            }
            if let Some(phrase) = self.speaker_of_sentence(previous.tokens.start, previous.tokens.end) {
                return Some(Source::new("sentence-before", 0.65, None, phrase));
            }
        }
        // `"A." "B," said X.`
        if let Some(after) = Some(stretch + 1).filter(|&s| {
            s < self.stretches.len()
                && reader.sentences[self.places[s].sentence].block == here.block
                && self.places[s].sentence == place.sentence + 1
        }) && self.out[after].phrase.is_some()
            && self.out[after].rule != "subject"
        {
            return self.taken_from(after, "sentence-after", 0.6);
        }
        let words = self.stretches[stretch].inner.of(reader.body).split_whitespace().take(5).count();
        if let Some((number, previous)) =
            previous.filter(|(_, previous)| previous.block + 1 == here.block && (words > 4 || self.stretches[stretch].set_apart))
        {
            // Crossheads and captions stand by themselves.
            let apart = [previous.block, here.block].iter().any(|&block| {
                !matches!(reader.blocks[block], BlockKind::Paragraph | BlockKind::Blockquote | BlockKind::Item | BlockKind::Question)
            });
            if apart {
                return None;
            }
            let colon = reader.kind(previous.tokens.end - 1) == TokenKind::Colon;
            if colon && let Some(phrase) = self.speaker_of_sentence(previous.tokens.start, previous.tokens.end) {
                return Some(Source::new("colon", 0.6, None, phrase));
            }
            if let Some(before) = stretch.checked_sub(1).filter(|&s| self.places[s].sentence == number && self.out[s].phrase.is_some()) {
                return self.taken_from(before, "paragraph-before", 0.7);
            }
            if let Some(phrase) = self.speaker_of_sentence(previous.tokens.start, previous.tokens.end) {
                return Some(Source::new("paragraph-before", 0.5, None, phrase));
            }
        }
        None
    }

    pub(super) fn taken_from(&self, other: usize, rule: &'static str, confidence: f32) -> Option<Source> {
        let source = self.out[other];
        source.phrase?;
        Some(Source { cue: None, from: Some(other), rule, confidence: confidence.min(source.confidence), ..source })
    }

    /// Who speaks or acts in a sentence: the subject of its last verb of speech, else its subject.
    pub(super) fn speaker_of_sentence(&self, start: usize, end: usize) -> Option<Phrase> {
        let start = start.max(end.saturating_sub(REACH));
        if let Some(source) = self.before(start, end) {
            return source.phrase;
        }
        let phrase = self.reader.clause_subject(start, end)?;
        let person = match phrase.head {
            Head::Name(m) => !matches!(self.reader.names.mentions[m].kind, NameKind::Place),
            Head::Pronoun(t) => self.reader.is(t, Class::HE.or(Class::SHE)),
            Head::Noun(t) => self.reader.is(t, Class::ROLE.or(Class::PEOPLE)),
        };
        person.then_some(phrase)
    }
}
