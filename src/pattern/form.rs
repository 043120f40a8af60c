//! Forms: which printed words a word of a query means.

use crate::analyze::{self, Tongue, comparable};
use crate::query;
use crate::schema::Analyzer;
use crate::text::word::{is_apostrophe, is_word_char};
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;

/// Which printed forms are meant.
#[derive(Debug, Clone)]
pub struct Form {
    /// How they are compared.
    pub kind: Kind,
    /// Whether capitals matter.
    pub case: Case,
    /// The small letter of a to z that every such word begins with, capitals and what leans on it aside; 0 where that is not known.
    first: u8,
    /// It is a name that was typed with a capital.
    is_capital: bool,
}

/// Whether capitals matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Case {
    /// No.
    Any,
    /// Capitals and small letters as typed.
    Typed,
    /// A word typed with a capital must be printed with one.
    Name,
}

/// How words are compared. With capitals folded, unless they matter; accents always are.
#[derive(Debug, Clone)]
pub enum Kind {
    /// Every form of the key of this word.
    Stem(Keyed),
    /// This form, also with a possessive `'s`.
    Exact(Keyed, String),
    /// `sanction*`, `wom?n`: also without a possessive or inner punctuation.
    Like(String),
    /// At most so many letters inserted, dropped, replaced or swapped with their neighbour.
    Fuzzy(String, u8),
    /// The same, of words that begin with this letter only.
    FuzzyFrom(String, u8, char),
    /// A regular expression for the whole word.
    Expression(regex::Regex),
}

/// A word and its key in English, or in names; its keys in other languages are made where they are needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keyed {
    /// The key.
    pub key: String,
    /// The word as it was asked for.
    pub word: String,
}

/// The words of a text, each with its distance from the first: every form of their stems, or this form alone.
pub(super) fn words(text: &str, analyzer: Analyzer, case: Case, stems: bool) -> Vec<(u32, Form)> {
    let words = analyze::analyze(text, analyzer);
    let first = words.first().map_or(0, |word| word.position);
    let form = |word: analyze::Analyzed| {
        let is_capital = case == Case::Name && is_capital(&word.word);
        let keyed = Keyed { key: word.key, word: word.word };
        let kind = if stems {
            Kind::Stem(keyed)
        } else {
            let wanted = if case == Case::Typed { analyze::plain(&keyed.word).into_owned() } else { word.folded };
            Kind::Exact(keyed, wanted)
        };
        (word.position - first, Form::new(kind, case).capital(is_capital))
    };
    words.into_iter().map(form).collect()
}

/// The words of a phrase; `*` within a word stands for any letters, alone for any word.
pub(super) fn phrase(text: &str, analyzer: Analyzer, case: Case) -> Vec<(u32, Form)> {
    if !text.contains('*') {
        return words(text, analyzer, case, false);
    }
    let mut forms = Vec::new();
    let mut position = 0;
    for piece in text.split_whitespace() {
        let run = match piece {
            "*" => {
                position += 1;
                continue;
            }
            piece if piece.contains('*') => wildcards(piece, analyzer, case),
            piece => words(piece, analyzer, case, false),
        };
        let length = run.last().map_or(0, |(offset, _)| offset + 1);
        forms.extend(run.into_iter().map(|(offset, form)| (position + offset, form)));
        position += length;
    }
    // The first word of a phrase stands at its beginning.
    let first = forms.first().map_or(0, |(offset, _)| *offset);
    forms.iter_mut().for_each(|(offset, _)| *offset -= first);
    forms
}

/// A word with wildcards; one that is parted (`pro-Rus*`) means its pieces side by side.
pub(super) fn wildcards(text: &str, analyzer: Analyzer, case: Case) -> Vec<(u32, Form)> {
    let is_part = |c: char| is_word_char(c) || matches!(c, '*' | '?' | '\'' | '.' | ',');
    let pieces = text.split(|c| !is_part(c)).map(|piece| piece.trim_matches(['\'', '.', ','])).filter(|piece| !piece.is_empty());
    let mut forms = Vec::new();
    for piece in pieces {
        let position = forms.last().map_or(0, |(offset, _)| offset + 1);
        if piece.contains(['*', '?']) {
            let pattern = if case == Case::Typed { analyze::plain(piece).into_owned() } else { analyze::fold(piece) };
            let is_capital = case == Case::Name && is_capital(piece);
            forms.push((position, Form::new(Kind::Like(pattern), case).capital(is_capital)));
        } else {
            let run = words(piece, analyzer, case, false);
            forms.extend(run.into_iter().map(|(offset, form)| (position + offset, form)));
        }
    }
    forms
}

impl Form {
    /// Words compared in this way.
    pub fn new(kind: Kind, case: Case) -> Self {
        let (begins, typed) = match &kind {
            Kind::Stem(keyed) | Kind::Exact(keyed, _) => (keyed.key.as_str(), keyed.word.as_str()),
            Kind::Like(pattern) => (pattern.as_str(), pattern.as_str()),
            Kind::FuzzyFrom(..) | Kind::Fuzzy(..) | Kind::Expression(_) => ("", ""),
        };
        // `l'accord` is found as "accord" where that is French.
        let first = begins.bytes().next().filter(|first| first.is_ascii_alphabetic() && !typed.contains(is_apostrophe));
        Self { kind, case, first: first.map_or(0, |first| first | 0x20), is_capital: false }
    }

    /// The same, printed with a capital if that is wanted.
    fn capital(self, is_capital: bool) -> Self {
        Self { is_capital, ..self }
    }

    pub(super) fn fuzzy(word: &str, edits: u8, case: Case) -> Self {
        let plain = if case == Case::Typed { analyze::plain(word).into_owned() } else { analyze::fold(word) };
        let fuzzy = Self::new(Kind::Fuzzy(analyze::base(&plain).into_owned(), edits), case);
        fuzzy.capital(case == Case::Name && is_capital(word))
    }

    pub(super) fn expression(expression: &str, case: Case) -> Option<Self> {
        // Words are compared without accents.
        let plain: String = expression.nfkd().filter(|&c| !unicode_normalization::char::is_combining_mark(c)).collect();
        query::regex(&plain, case != Case::Typed).ok().map(|expression| Self::new(Kind::Expression(expression), case))
    }

    /// Words near this one that begin with a letter, where one is given: they are found sooner.
    #[must_use]
    pub fn beginning_with(self, first: Option<char>) -> Self {
        match (self.kind, first) {
            (Kind::Fuzzy(word, edits), Some(first)) => Self::new(Kind::FuzzyFrom(word, edits, first), self.case),
            (kind, _) => Self::new(kind, self.case),
        }
    }

    /// True for a word of a text.
    pub fn takes_word(&self, word: &str, analyzer: Analyzer, tongue: Option<Tongue>) -> bool {
        // Most words are told apart by their first letter.
        if let Some(&first) = word.as_bytes().first()
            && self.first != 0
            && first.is_ascii_alphabetic()
            && first | 0x20 != self.first
            && (tongue.is_none() || !word.contains(is_apostrophe))
        {
            return false;
        }
        match &self.kind {
            Kind::Stem(keyed) => match tongue {
                // An index looks for names in no language.
                Some(_) if analyzer == Analyzer::Prose => analyze::key_in(word, tongue) == analyze::key_in(&keyed.word, tongue),
                _ => analyze::key(&analyze::fold(word), analyzer) == keyed.key,
            },
            _ => self.takes(&analyze::fold(word), || Cow::Borrowed(word), tongue),
        }
    }

    /// True for a printed form; not asked of stems, which are told by their keys.
    pub fn takes<'a>(&self, folded: &'a str, printed: impl Fn() -> Cow<'a, str>, tongue: Option<Tongue>) -> bool {
        let text = match self.case {
            Case::Typed => Cow::Owned(analyze::plain(&printed()).into_owned()),
            Case::Any | Case::Name => Cow::Borrowed(folded),
        };
        let leaning = comparable(Cow::Borrowed(&text), tongue);
        let readings = [&*text, &*leaning];
        let readings = &readings[..if leaning.len() == text.len() { 1 } else { 2 }];
        let fits = match &self.kind {
            Kind::Stem(_) => false,
            Kind::Exact(_, wanted) => readings.iter().any(|text| text == wanted || without_possessive(text) == Some(wanted)),
            Kind::Like(pattern) => {
                // What leans on the word leans on its pattern: neither counts.
                let pattern = leaning_off(pattern, tongue);
                let bare = (!pattern.ends_with("'s")).then(|| analyze::base(pattern));
                is_like(pattern, &leaning) || bare.is_some_and(|bare| is_bare_like(pattern, &bare, &leaning))
            }
            Kind::Fuzzy(wanted, edits) | Kind::FuzzyFrom(wanted, edits, _) => {
                readings.iter().any(|text| is_near(wanted, &analyze::base(text), *edits))
            }
            Kind::Expression(expression) => {
                readings.iter().any(|text| expression.is_match(text) || expression.is_match(&analyze::base(text)))
            }
        };
        fits && (!self.is_capital || is_capital(&printed()))
    }

    /// The beginning of the keys of such words in a language: all that is known of them, two characters at most for wildcards. Empty where
    /// any key may be.
    pub fn head(&self, tongue: Option<Tongue>) -> String {
        match &self.kind {
            Kind::Stem(keyed) | Kind::Exact(keyed, _) => match tongue {
                Some(_) => analyze::key_in(&keyed.word, tongue),
                None => keyed.key.clone(),
            },
            Kind::Like(pattern) => {
                let folded = analyze::fold(pattern);
                let literal = leaning_off(&folded, tongue).split(['*', '?']).next().unwrap_or_default();
                // A word and its key agree in their first two characters.
                analyze::base(literal).chars().take(2).collect()
            }
            Kind::FuzzyFrom(_, _, first) => first.to_string(),
            Kind::Fuzzy(..) | Kind::Expression(_) => String::new(),
        }
    }
}

impl std::fmt::Display for Form {
    /// As it was typed, case and accents aside.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.kind {
            Kind::Stem(keyed) | Kind::Exact(keyed, _) => f.write_str(&keyed.word),
            Kind::Like(pattern) => f.write_str(pattern),
            Kind::Fuzzy(word, edits) | Kind::FuzzyFrom(word, edits, _) => write!(f, "{word}~{edits}"),
            // Without the anchors that make it fit whole words.
            Kind::Expression(expression) => {
                let text = expression.as_str();
                write!(f, "/{}/", text.strip_prefix("^(?:").and_then(|text| text.strip_suffix(")$")).unwrap_or(text))
            }
        }
    }
}

fn leaning_off(pattern: &str, tongue: Option<Tongue>) -> &str {
    tongue.map_or(pattern, |tongue| tongue.without_elision(pattern))
}

fn without_possessive(word: &str) -> Option<&str> {
    word.strip_suffix("'s").or_else(|| word.strip_suffix("'S"))
}

/// True unless it begins with a small letter.
fn is_capital(word: &str) -> bool {
    word.chars().find(|c| c.is_alphanumeric()).is_some_and(|c| !c.is_lowercase())
}

/// `*` stands for any characters, `?` for one.
fn is_like(pattern: &str, text: &str) -> bool {
    let (mut pattern, mut text) = (pattern.chars(), text.chars());
    // Behind the last `*`: the rest of the pattern, and from where it was tried.
    let mut retry: Option<(std::str::Chars<'_>, std::str::Chars<'_>)> = None;
    loop {
        let before = (pattern.clone(), text.clone());
        match (pattern.next(), text.next()) {
            (None, None) => return true,
            (Some('*'), _) => {
                text = before.1;
                retry = Some((pattern.clone(), text.clone()));
            }
            (Some(wanted), Some(found)) if wanted == '?' || wanted == found => {}
            _ => match &mut retry {
                Some((rest, from)) => {
                    if from.next().is_none() {
                        return false;
                    }
                    (pattern, text) = (rest.clone(), from.clone());
                }
                None => return false,
            },
        }
    }
}

/// The same without possessive and inner punctuation, where that is not the same question.
fn is_bare_like(pattern: &str, bare: &str, text: &str) -> bool {
    let text_bare = analyze::base(text);
    (bare.len() != pattern.len() || text_bare.len() != text.len()) && is_like(bare, &text_bare)
}

/// Which letters of a to z stand in a word, one bit each.
fn letters(word: &str) -> u32 {
    word.bytes().filter(u8::is_ascii_lowercase).fold(0, |set, byte| set | 1 << (byte - b'a'))
}

/// At most so many letters apart (optimal string alignment: a swap of neighbours is one edit).
fn is_near(wanted: &str, text: &str, edits: u8) -> bool {
    let edits = usize::from(edits);
    let apart = wanted.len().abs_diff(text.len());
    // Bytes: a letter has four at most.
    if apart > 4 * edits || (wanted.is_ascii() && text.is_ascii() && apart > edits) {
        return false;
    }
    // Each edit changes at most two letters: most words are told apart by which they have.
    if (letters(wanted) ^ letters(text)).count_ones() as usize > 2 * edits {
        return false;
    }
    strsim::osa_distance(wanted, text) <= edits
}
