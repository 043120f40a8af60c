//! Verbs of speech: which words are verbs that announce words, and which only look like them.

use super::lexicon::Class;
use super::phrase::{Head, Phrase};
use super::reader::Reader;
use super::token::TokenKind;

impl Reader<'_> {
    /// A verb that announces words, in the form of a verb: not "the report", not "a claim".
    pub(crate) fn is_cue(&self, at: usize, any_of: Class) -> bool {
        if self.kind(at) != TokenKind::Word || !self.is(at, any_of) || self.is(at, Class::PREP) {
            return false;
        }
        // "went on", but not "went home"
        if matches!(self.word(at), "go" | "goes" | "going" | "went" | "gone") && (at + 1 >= self.tokens.len() || self.word(at + 1) != "on")
        {
            return false;
        }
        let before = at.checked_sub(1);
        let after_determiner = before
            .is_some_and(|b| self.is(b, Class::DET.or(Class::POSS)) && !self.is(b, Class::REL) || self.kind(b) == TokenKind::Possessive);
        // "another said", "many argue"
        let alone = || {
            const ALONE: [&str; 9] = ["another", "many", "some", "others", "both", "most", "few", "several", "one"];
            before.is_some_and(|b| ALONE.iter().any(|alone| alone.eq_ignore_ascii_case(self.word(b))))
        };
        if after_determiner && (self.is(at, Class::NOUN) || !alone()) {
            return false;
        }
        // "a recent report", "in reports", "ad claims": nouns that look like verbs.
        let noun = self.is(at, Class::NOUN) && !self.is(at, Class::PAST.or(Class::ING));
        let infinitive = self.is(at, Class::BASE) && !self.is(at, Class::PAST);
        if noun
            && (before.is_some_and(|b| self.is(b, Class::PREP) && self.word(b) != "to" || self.is(b, Class::DEMONYM))
                || self.is_inside_phrase(at))
        {
            return false;
        }
        // "in terms of", "strong hits": the -s form of a rarer verb needs a subject right before it.
        let third = !self.is(at, Class::BASE.or(Class::PAST).or(Class::ING)) && self.word(at).ends_with('s');
        if third
            && !matches!(
                self.word(at),
                "says" | "tells" | "writes" | "adds" | "asks" | "argues" | "thinks" | "believes" | "insists" | "explains"
            )
        {
            let open = |b: usize| self.kind(b) == TokenKind::Word && !self.is(b, Class::CLOSED.or(Class::NOUN)) && !self.is_adverb(b);
            let no_subject = |b: usize| {
                self.is(b, Class::PREP.or(Class::DET).or(Class::POSS).or(Class::AUX)) && !self.is(b, Class::REL)
                    || self.kind(b) == TokenKind::Number
            };
            if before.is_some_and(|b| open(b) || no_subject(b)) {
                return false;
            }
        }
        // "22 Smith emails"
        if third && self.is(at, Class::NOUN) {
            let counted = before.and_then(|b| self.names.at(b)).and_then(|m| self.names.mentions[m].first.checked_sub(1));
            if counted.is_some_and(|t| self.kind(t) == TokenKind::Number) {
                return false;
            }
        }
        if infinitive {
            // A bare form needs a plural subject, a modal or "to" before it.
            return before.is_some_and(|b| {
                self.is(b, Class::AUX.or(Class::PEOPLE).or(Class::THEY).or(Class::WE).or(Class::REL))
                    || self.word(b) == "to"
                    || self.is_adverb(b)
                    || self.word(b).ends_with('s')
                    || matches!(self.kind(b), TokenKind::Number | TokenKind::Other)
                    || self.names.at(b).is_some_and(|m| self.names.mentions[m].first.checked_sub(1).is_some_and(|t| self.word(t) == "and"))
                    || self.word(b).ends_with("ed") && b > 0 && self.is(b - 1, Class::PEOPLE.or(Class::DET))
                    // "Supporters of the plan, however, say ..."
                    || matches!(self.kind(b), TokenKind::Comma | TokenKind::Close | TokenKind::Dash)
                        && matches!(self.word(at), "say" | "argue" | "insist" | "contend" | "believe" | "think" | "maintain" | "warn" | "claim" | "complain")
            });
        }
        true
    }

    /// [`Self::is_cue`], false behind the end.
    pub(crate) fn is_cue_at(&self, at: usize, any_of: Class) -> bool {
        at < self.tokens.len() && self.is_cue(at, any_of)
    }

    /// "his early promise": a determiner or possessor stands before the word and its adjectives.
    pub(super) fn is_inside_phrase(&self, at: usize) -> bool {
        for before in (at.saturating_sub(3)..at).rev() {
            if self.is(before, Class::POSS.or(Class::DET)) && !self.is(before, Class::REL) || self.kind(before) == TokenKind::Possessive {
                return true;
            }
            let adjective = self.kind(before) == TokenKind::Word && (!self.is(before, Class::CLOSED) && !self.is(before, Class::NOUN));
            if !adjective {
                return false;
            }
        }
        false
    }

    pub(super) fn is_modal(&self, at: usize) -> bool {
        matches!(
            self.word(at),
            "would" | "should" | "could" | "can" | "cannot" | "can't" | "can’t" | "will" | "must" | "may" | "might" | "won't" | "won’t"
        )
    }

    pub(super) fn is_be(&self, at: usize) -> bool {
        let be = |t: usize| matches!(self.word(t), "is" | "are" | "was" | "were" | "be" | "been" | "being");
        be(at) || matches!(self.word(at), "widely" | "often" | "also") && at > 0 && be(at - 1)
    }

    /// "was told": a verb whose subject does not speak.
    pub(super) fn is_passive(&self, cue: usize) -> bool {
        self.is(cue, Class::PAST) && cue > 0 && self.is_be(cue - 1)
    }

    /// "X was told", "X was asked": the subject hears.
    pub(super) fn is_heard(&self, cue: usize) -> bool {
        self.is_passive(cue) && (self.is(cue, Class::TELL) || self.word(cue) == "asked")
    }

    /// Is this somebody, or something that holds words?
    pub(super) fn can_speak(&self, phrase: Phrase) -> bool {
        match phrase.head {
            Head::Name(_) => true,
            Head::Pronoun(t) => !self.is(t, Class::IT),
            Head::Noun(t) if self.kind(t) == TokenKind::Number => true,
            Head::Noun(t) => self.is(t, Class::ROLE.or(Class::PEOPLE).or(Class::ORG).or(Class::DOC).or(Class::TITLE).or(Class::DET)),
        }
    }
}
