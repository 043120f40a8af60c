//! Reported clauses without quotation marks: "X said that ...", "..., X said", "according to X, ...".
//!
//! Only a whole clause counts: what stands behind "that", or what begins like a subject. A sentence that holds marks reports here only
//! what stands before its first or behind its last stretch.

use super::attach::Source;
use super::lexicon::Class;
use super::phrase::{Head, Phrase};
use super::reader::Reader;
use super::token::TokenKind;
use crate::text::Span;
use std::ops::Range;

/// A reported clause and who reports it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clause {
    /// The clause; bytes into the body.
    pub(crate) content: Span,
    /// Its evidence.
    pub(crate) source: Source,
}

/// Longest sentence that is read, in tokens: longer ones are lists and tables.
const LONGEST: usize = 160;

/// All reported clauses, in order, none of them overlapping. Verbs that already announce words in marks are left alone.
pub(crate) fn clauses(reader: &Reader, marked: &[Source]) -> Vec<Clause> {
    let mut taken: Vec<usize> = marked.iter().filter_map(|source| source.cue).map(|(first, _)| first).collect();
    taken.sort_unstable();
    let finder = Finder { reader, taken };
    let mut out = Vec::new();
    for sentence in reader.sentences.iter().filter(|sentence| sentence.tokens.len() <= LONGEST) {
        finder.read(sentence.tokens.clone(), &mut out);
    }
    out
}

struct Finder<'a> {
    reader: &'a Reader<'a>,
    taken: Vec<usize>,
}

impl Finder<'_> {
    fn read(&self, sentence: Range<usize>, out: &mut Vec<Clause>) {
        let reader = self.reader;
        let mut at = sentence.start;
        while at < sentence.end {
            let kind = reader.kind(at);
            let candidate = kind == TokenKind::Comma
                || kind == TokenKind::Word && reader.is(at, Class::CUE.or(Class::REPORT).or(Class::STATE))
                || self.is_according(at);
            if !candidate || self.taken.binary_search(&at).is_ok() {
                at += 1;
                continue;
            }
            let found = self
                .according(at, &sentence)
                .or_else(|| self.behind(at, &sentence))
                .or_else(|| self.reported(at, &sentence))
                .or_else(|| self.framed(at, &sentence));
            let Some((words, source)) = found else {
                at += 1;
                continue;
            };
            let content = super::mention::span_of(reader.tokens, words.start, words.end - 1);
            if out.last().is_none_or(|last| last.content.end <= content.start) {
                out.push(Clause { content, source });
                at = words.end.max(at + 1);
            } else {
                at += 1;
            }
        }
    }

    fn is_according(&self, at: usize) -> bool {
        self.reader.tokens[at].span().len() == 9 && self.reader.word(at).eq_ignore_ascii_case("according")
    }

    /// "According to X, ..." and "..., according to X".
    fn according(&self, at: usize, sentence: &Range<usize>) -> Option<(Range<usize>, Source)> {
        let reader = self.reader;
        if !self.is_according(at) || at + 2 >= sentence.end || reader.word(at + 1) != "to" {
            return None;
        }
        let phrase = reader.with_prepositions_after(reader.beginning_at(at + 2, sentence.end)?, sentence.end);
        let source = Source::new("indirect-according-to", 0.75, Some((at, at + 1)), phrase);
        if at == sentence.start {
            let comma = (phrase.last + 1..sentence.end).find(|&t| reader.kind(t) == TokenKind::Comma)?;
            return self.whole(comma + 1, sentence.end).map(|words| (words, source));
        }
        let end = if reader.kind(at - 1) == TokenKind::Comma { at - 1 } else { at };
        self.whole(self.head(sentence), end).map(|words| (words, source))
    }

    /// "..., X said" and "..., said X" at the end of a sentence.
    fn behind(&self, at: usize, sentence: &Range<usize>) -> Option<(Range<usize>, Source)> {
        let reader = self.reader;
        if reader.kind(at) != TokenKind::Comma {
            return None;
        }
        let end = sentence.end.min(at + 24);
        let inverted = reader.is_cue(at + 1, Class::SAY) && !reader.is(at + 1, Class::ING) && at + 2 < sentence.end;
        let (cue, phrase) = if inverted {
            (at + 1, reader.subject_after(at + 1, sentence.end).filter(|phrase| reader.can_speak(*phrase))?)
        } else {
            let cue = (at + 2..end).take(8).find(|&t| self.speaks(t) && !reader.is(t, Class::ING))?;
            let phrase = reader.subject_before(cue, at + 1).filter(|phrase| phrase.first == at + 1 && reader.can_speak(*phrase))?;
            (cue, phrase)
        };
        let last = if inverted { phrase.last } else { cue };
        let closes = match reader.kind(last + 1) {
            TokenKind::Stop | TokenKind::Break | TokenKind::Comma => true,
            _ => {
                last + 1 >= sentence.end
                    || reader.is(last + 1, Class::TIME)
                    || reader.is(last + 1, Class::PREP) && !reader.is(last + 1, Class::SUB)
            }
        };
        if !closes || self.taken.binary_search(&cue).is_ok() {
            return None;
        }
        let before = self.whole(self.head(sentence), at).filter(|words| self.states(words));
        // "The goal, X said, is to ...": the longer side.
        let rest = (last + 1 < sentence.end && reader.kind(last + 1) == TokenKind::Comma)
            .then(|| self.whole(last + 2, self.end(last + 2, sentence.end)))
            .flatten();
        let words = match (before, rest) {
            (Some(before), Some(rest)) => {
                if rest.len() > before.len() {
                    rest
                } else {
                    before
                }
            }
            (before, rest) => before.or(rest)?,
        };
        Some((words, Source::new("indirect-behind", 0.75, Some((cue, cue)), phrase)))
    }

    /// "X said (that) ...".
    fn reported(&self, cue: usize, sentence: &Range<usize>) -> Option<(Range<usize>, Source)> {
        let reader = self.reader;
        if !self.speaks(cue) || cue == sentence.start {
            return None;
        }
        let that = self.that(cue, sentence.end);
        let start = match that {
            Some(that) => that + 1,
            None => self.complement(cue, sentence.end)?,
        };
        if reader.is(cue, Class::ING) && that.is_none() && !reader.is(cue, Class::SAY) {
            return None;
        }
        let told = that.is_some() || matches!(reader.word(cue), "said" | "says");
        let phrase = self.subject(cue, sentence, |phrase| reader.can_speak(*phrase) || matches!(phrase.head, Head::Noun(_)) && told)?;
        let end = self.end(start, sentence.end);
        // A clause that runs into marks is one with them.
        if end < sentence.end && reader.tokens[end].stretch().is_some() {
            return None;
        }
        let words = self.whole(start, end)?;
        Some((words, Source::new("indirect-said", if that.is_some() { 0.8 } else { 0.7 }, Some((cue, cue)), phrase)))
    }

    /// "X criticised the plan", "X vowed to go", "X called for a review".
    fn framed(&self, cue: usize, sentence: &Range<usize>) -> Option<(Range<usize>, Source)> {
        let reader = self.reader;
        // "is confident that": the subject of the verb before.
        let state = reader.is(cue, Class::STATE)
            && cue > sentence.start + 1
            && (reader.is_be(cue - 1) || reader.is_adverb(cue - 1) && reader.is_be(cue - 2));
        if cue == sentence.start || !(state || reader.is_cue(cue, Class::REPORT)) {
            return None;
        }
        if reader.is_passive(cue) && !state {
            return None;
        }
        let (start, rule) = self.frame(cue, sentence.end)?;
        let phrase = self.subject(cue, sentence, |phrase| reader.can_speak(*phrase))?;
        let end = self.end(start, sentence.end);
        if end < sentence.end && reader.tokens[end].stretch().is_some() {
            return None;
        }
        let words = self.whole(start, end)?;
        Some((words, Source::new(rule, 0.6, Some((cue, cue)), phrase)))
    }

    /// A day or month that is no owner: "said Thursday", but "said Thursday's vote".
    fn when(&self, at: usize) -> bool {
        self.reader.is(at, Class::TIME) && self.reader.kind(at + 1) != TokenKind::Possessive
    }

    /// The subject of a verb that reports: the one before it, else that of its clause.
    fn subject(&self, cue: usize, sentence: &Range<usize>, may: impl Fn(&Phrase) -> bool) -> Option<Phrase> {
        let reader = self.reader;
        let participle = reader.is(cue, Class::ING) && !reader.is(cue - 1, Class::AUX);
        let before = if participle { None } else { reader.subject_before(cue, sentence.start) };
        before.filter(&may).or_else(|| reader.clause_subject(sentence.start, cue).filter(|phrase| phrase.last < cue && may(phrase)))
    }

    /// Where what a verb reports begins, by the verb's frames.
    fn frame(&self, cue: usize, end: usize) -> Option<(usize, &'static str)> {
        let reader = self.reader;
        let mut at = cue + 1;
        while at < end && (reader.is_adverb(at) || self.when(at) || matches!(reader.word(at), "out" | "back")) {
            at += 1;
        }
        if at + 1 >= end {
            return None;
        }
        let that = reader.word(at) == "that" && at + 2 < end;
        if that && reader.is(cue, Class::STATE.or(Class::MIND).or(Class::OBJECT)) {
            return Some((at + 1, "indirect-that"));
        }
        if reader.is(cue, Class::STATE) {
            let about = matches!(reader.word(at), "about" | "of") && reader.beginning_at(at + 1, end).is_some();
            return about.then_some((at + 1, "indirect-about"));
        }
        let wonders = matches!(reader.word(at), "how" | "why" | "what" | "whether" | "who");
        if wonders && reader.is(cue, Class::MIND) {
            return Some((at, "indirect-that"));
        }
        if reader.is(cue, Class::INFINITIVE) {
            let to = if reader.word(at) == "not" { at + 1 } else { at };
            let verb = reader.kind(to + 1) == TokenKind::Word && !reader.is(to + 1, Class::DET.or(Class::POSS));
            if reader.word(to) == "to" && verb {
                return Some((at, "indirect-to"));
            }
        }
        if reader.is(cue, Class::ABOUT)
            && (matches!(reader.word(at), "about" | "of" | "against")
                || !reader.is(cue, Class::OF) && matches!(reader.word(at), "for" | "on" | "at" | "to" | "with"))
            && reader.beginning_at(at + 1, end).is_some()
        {
            return Some((at + 1, "indirect-about"));
        }
        let asks = matches!(reader.word(at), "how" | "why" | "what" | "whether")
            || reader.kind(at) == TokenKind::Word && reader.word(at).ends_with("ing");
        (reader.is(cue, Class::OBJECT) && (asks || reader.beginning_at(at, end).is_some())).then_some((at, "indirect-object"))
    }

    /// A verb that can report a clause.
    fn speaks(&self, at: usize) -> bool {
        let reader = self.reader;
        if !reader.is(at, Class::SAY.or(Class::TELL).or(Class::WEAK)) {
            return false;
        }
        if ["laugh", "smil", "nod", "shrug", "sigh", "chuckl", "sang", "sing"].iter().any(|stem| reader.word(at).starts_with(stem)) {
            return false;
        }
        let thinks = matches!(
            reader.word(at),
            "believe"
                | "believes"
                | "believed"
                | "think"
                | "thinks"
                | "thought"
                | "hope"
                | "hopes"
                | "hoped"
                | "fear"
                | "fears"
                | "feared"
                | "concluded"
                | "found"
                | "shows"
                | "showed"
        );
        (reader.is_cue(at, Class::SAY.or(Class::TELL)) || thinks && reader.is_cue(at, Class::WEAK)) && !reader.is_passive(at)
    }

    /// Where a clause begins without "that": behind the verb, its addressee and its time, and only before a subject.
    fn complement(&self, cue: usize, end: usize) -> Option<usize> {
        let reader = self.reader;
        let mut at = cue + 1;
        if reader.is(cue, Class::TELL) && !reader.is(cue, Class::SAY) {
            at = reader.beginning_at(at, end)?.last + 1;
        }
        while at < end && (self.when(at) || reader.is_adverb(at) && !reader.is(at, Class::DET) && reader.word(at) != "there") {
            at += 1;
        }
        if reader.is(at, Class::SUB) && matches!(reader.word(at), "whether" | "if") {
            return Some(at);
        }
        // "..., said X of the union": what follows is who speaks.
        let inverted = cue > 0 && reader.kind(cue - 1) == TokenKind::Comma && reader.is(cue, Class::SAY) && !reader.is(cue, Class::ING);
        if at >= end || inverted && !reader.is(at, Class::PRONOUN) {
            return None;
        }
        if let Some(wish) = self.wish(cue, at, end) {
            return Some(wish);
        }
        let asks = reader.word(cue).starts_with("ask") || reader.word(cue).starts_with("wonder") || reader.word(cue).starts_with("explain");
        if matches!(reader.word(at), "how" | "why" | "what" | "who" | "where" | "when") {
            return asks.then_some(at);
        }
        let plain = matches!(
            reader.word(cue),
            "said"
                | "says"
                | "say"
                | "saying"
                | "think"
                | "thinks"
                | "believe"
                | "believes"
                | "thought"
                | "believed"
                | "told"
                | "tells"
                | "tell"
                | "telling"
        );
        // Without "that", other verbs mostly take an object: "announced the plan".
        let subject = reader.subject_like(at, end)
            || reader.word(at) == "there"
            || reader.kind(at) == TokenKind::Word && !reader.is(at, Class::CLOSED)
            || reader.kind(at) == TokenKind::Number;
        let verb = (at..end.min(at + 14)).any(|t| reader.is(t, Class::AUX.or(Class::VERB)));
        // "which officials said would go": the subject of the clause stands before it.
        let relative = plain && reader.is(at, Class::AUX) && (cue.saturating_sub(5)..cue).any(|t| reader.is(t, Class::REL));
        let gerund = plain && reader.kind(at) == TokenKind::Word && reader.word(at).ends_with("ing");
        (subject && (plain || verb) || relative || gerund).then_some(at)
    }

    /// "promised to go", "urged them to go": where the wish begins.
    fn wish(&self, cue: usize, at: usize, end: usize) -> Option<usize> {
        let reader = self.reader;
        let verb = reader.word(cue);
        let to = |t: usize| {
            t + 1 < end && reader.word(t) == "to" && reader.kind(t + 1) == TokenKind::Word && !reader.is(t + 1, Class::DET.or(Class::POSS))
        };
        if ["promis", "vow", "pledg", "threaten", "offer", "agree", "ask", "demand", "swor"].iter().any(|stem| verb.starts_with(stem))
            && to(at)
        {
            return Some(at);
        }
        if ["urg", "ask", "told", "tell", "beg", "implor", "instruct", "warn"].iter().any(|stem| verb.starts_with(stem)) {
            let first = if reader.is(cue, Class::TELL) && !reader.is(cue, Class::SAY) { cue + 1 } else { at };
            let person = reader.beginning_at(first, end)?;
            let next = if reader.word((person.last + 1).min(end - 1)) == "not" { person.last + 2 } else { person.last + 1 };
            return to(next).then_some(first);
        }
        None
    }

    /// The "that" of a verb: right behind it, behind its addressee, or behind where and when.
    fn that(&self, cue: usize, end: usize) -> Option<usize> {
        let reader = self.reader;
        let that = (cue + 1..end.min(cue + 9)).take_while(|&t| reader.tokens[t].is_word()).find(|&t| reader.word(t) == "that")?;
        let next = cue + 1;
        let addressee = reader.is(cue, Class::TELL)
            && reader
                .beginning_at(next, that)
                .is_some_and(|phrase| phrase.last + 1 == that || reader.is(phrase.last + 1, Class::PREP.or(Class::TIME)));
        (that == next
            || addressee
            || reader.is(next, Class::TIME)
            || reader.is(next, Class::PREP) && reader.word(next) != "of"
            || reader.is_adverb(next))
        .then_some(that)
    }

    /// Where the sentence begins behind a conjunction.
    fn head(&self, sentence: &Range<usize>) -> usize {
        let first = self.reader.behind_dateline(sentence.start, sentence.end);
        if self.reader.is(first, Class::CONJ) && sentence.len() > 1 { first + 1 } else { first }
    }

    /// A reported clause ends with its sentence, at a semicolon, or before ", but" and the like with a subject of their own.
    fn end(&self, start: usize, end: usize) -> usize {
        let reader = self.reader;
        let turns = |t: usize| match reader.kind(t) {
            TokenKind::Semicolon | TokenKind::Quoted(_) => true,
            // Two dashes enclose an aside, one begins another clause.
            TokenKind::Dash => (start..end).filter(|&other| reader.kind(other) == TokenKind::Dash).count() == 1,
            TokenKind::Comma => {
                let next = (t + 1).min(end - 1);
                let adding = reader.is_cue(next, Class::SAY) && reader.is(next, Class::ING);
                let another = matches!(reader.word(next), "and" | "so" | "yet") && reader.subject_like(next + 1, end);
                let turning =
                    matches!(reader.word(next), "but" | "though" | "although" | "while") && reader.word((next + 1).min(end - 1)) != "that";
                let turning = turning && (reader.word(next) != "but" || reader.subject_like(next + 1, end));
                adding || another || turning || reader.word(next) == "according" || self.closing_report(t, end)
            }
            _ => false,
        };
        (start..end).find(|&t| turns(t)).unwrap_or(end)
    }

    /// ", X said" behind a clause.
    fn closing_report(&self, comma: usize, end: usize) -> bool {
        let reader = self.reader;
        let cue = (comma + 2..end.min(comma + 8)).find(|&t| reader.is_cue(t, Class::SAY.or(Class::TELL)) && !reader.is(t, Class::ING));
        cue.and_then(|cue| reader.subject_before(cue, comma + 1)).is_some_and(|phrase| phrase.first == comma + 1)
    }

    /// Has this the makings of a statement: a verb, and no preposition or participle at its head?
    fn states(&self, words: &Range<usize>) -> bool {
        let reader = self.reader;
        let first = words.start;
        if reader.kind(first) == TokenKind::Capital && reader.names.at(first).is_none() && reader.word(first).ends_with("ed") {
            return false;
        }
        let phrase = reader.is(first, Class::PREP) || reader.names.at(first).is_none() && reader.word(first).ends_with("ing");
        let verb = words.clone().any(|t| {
            reader.is(t, Class::AUX.or(Class::VERB))
                || reader.is_cue(t, Class::CUE)
                || t > first
                    && reader.kind(t) == TokenKind::Word
                    && (reader.word(t).ends_with("ed") || reader.word(t).ends_with("n't") || reader.word(t).ends_with("n’t"))
        });
        let comma = words.clone().any(|t| reader.kind(t) == TokenKind::Comma);
        verb && (!phrase || comma)
    }

    /// The tokens of a clause without punctuation at its ends; `None` when it holds marks or fewer than three words.
    fn whole(&self, start: usize, end: usize) -> Option<Range<usize>> {
        let reader = self.reader;
        let loose = |t: usize| {
            matches!(
                reader.kind(t),
                TokenKind::Comma | TokenKind::Stop | TokenKind::Dash | TokenKind::Colon | TokenKind::Semicolon | TokenKind::Other
            )
        };
        let mut words = start..end;
        while words.start < words.end && loose(words.start) {
            words.start += 1;
        }
        while words.start < words.end && loose(words.end - 1) {
            words.end -= 1;
        }
        let marked = words.clone().any(|t| reader.tokens[t].stretch().is_some());
        let count = words.clone().filter(|&t| reader.tokens[t].is_word()).count();
        (!marked && count > 1).then_some(words)
    }
}
