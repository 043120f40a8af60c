//! Words, phrases and nearness in a text, by trying every place and every pair of places.

use super::text::{self, Token};
use onrecord::query::{Near, Query, Reach, Scope};
use std::borrow::Cow;

/// Whether capitals matter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Case {
    /// No.
    Any,
    /// As typed.
    Typed,
    /// What is typed with a capital is printed with one.
    Name,
}

/// How words are looked for in a field.
#[derive(Debug, Clone, Copy)]
pub(super) struct Manner {
    /// Bare words are found in all their inflected forms; not so in names.
    pub(super) stems: bool,
    pub(super) case: Case,
}

/// A word of a query.
struct Form {
    kind: Kind,
    /// It must be printed with a capital.
    is_capital: bool,
}

/// How it is compared; with the letters as they are compared.
enum Kind {
    /// Any word at all.
    Open,
    Stem(Token),
    Exact(String),
    Wildcard(String),
    Fuzzy(String, usize),
    Expression(regex::Regex),
}

/// A place in a list of words: the first and the last, and what is marked of it, each from a first to a last word.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) first: usize,
    pub(super) last: usize,
    pub(super) marks: Vec<(usize, usize)>,
}

/// Every place where words, a phrase, an OR of these or nearness stand.
pub(super) fn places(query: &Query, tokens: &[Token], manner: Manner) -> Vec<Place> {
    let mut found = match query {
        Query::Group(inner) => places(inner, tokens, manner),
        Query::Scope(Scope::Caps, inner) => places(inner, tokens, Manner { case: Case::Typed, ..manner }),
        Query::Or(any) => any.iter().flat_map(|one| places(one, tokens, manner)).collect(),
        Query::Near(near) => near_places(near, tokens, manner),
        words => runs(&forms(words, manner.case), tokens, manner),
    };
    found.sort();
    found.dedup();
    found
}

fn near_places(near: &Near, tokens: &[Token], manner: Manner) -> Vec<Place> {
    let mut found = Vec::new();
    for left in &places(&near.left, tokens, manner) {
        for right in &places(&near.right, tokens, manner) {
            let (before, behind) = if left.last < right.first {
                (left, right)
            } else if right.last < left.first && !near.ordered {
                (right, left)
            } else {
                continue;
            };
            let is_near = match near.reach {
                Reach::Words(words) => tokens[behind.first].position - tokens[before.last].position <= words,
                Reach::Sentence => tokens[before.first].sentence == tokens[behind.last].sentence,
                Reach::Paragraph => tokens[before.first].paragraph == tokens[behind.last].paragraph,
            };
            if is_near {
                let mut marks = [left.marks.clone(), right.marks.clone()].concat();
                marks.sort_unstable();
                marks.dedup();
                found.push(Place { first: before.first, last: behind.last, marks });
            }
        }
    }
    found
}

/// Words side by side.
fn runs(forms: &[Form], tokens: &[Token], manner: Manner) -> Vec<Place> {
    if forms.is_empty() || forms.len() > tokens.len() {
        return Vec::new();
    }
    let stand = |run: &[Token]| {
        run.windows(2).all(|pair| pair[1].position == pair[0].position + 1)
            && forms.iter().zip(run).all(|(form, token)| fits(form, token, manner))
    };
    let length = forms.len();
    let place = |first: usize| Place { first, last: first + length - 1, marks: vec![(first, first + length - 1)] };
    tokens.windows(length).enumerate().filter(|(_, run)| stand(run)).map(|(first, _)| place(first)).collect()
}

fn forms(words: &Query, case: Case) -> Vec<Form> {
    let loose = |kind: Kind| Form { kind, is_capital: false };
    match words {
        Query::Word(typed) if case == Case::Any => text::tokens(typed).into_iter().map(|token| loose(Kind::Stem(token))).collect(),
        Query::Word(typed) | Query::Exact(typed) => exact(typed, case),
        Query::Phrase(typed) => {
            let piece = |piece: &str| match piece {
                "*" => vec![loose(Kind::Open)],
                piece if piece.contains('*') => wildcards(piece, case),
                piece => exact(piece, case),
            };
            typed.split_whitespace().flat_map(piece).collect()
        }
        Query::Wildcard(typed) => wildcards(typed, case),
        Query::Fuzzy(typed, edits) => vec![Form::new(typed, case, |letters| Kind::Fuzzy(letters, usize::from(*edits)))],
        Query::Regex(expression) => {
            let whole = format!("^(?:{})$", text::plain(expression));
            let expression = regex::RegexBuilder::new(&whole).case_insensitive(case != Case::Typed).build();
            vec![loose(Kind::Expression(expression.expect("a regular expression")))]
        }
        other => panic!("not words: {other:?}"),
    }
}

impl Form {
    fn new(typed: &str, case: Case, kind: impl Fn(String) -> Kind) -> Self {
        let letters = if case == Case::Typed { text::plain(typed) } else { text::folded(typed) };
        Self { kind: kind(letters), is_capital: case == Case::Name && has_capital(typed) }
    }
}

fn exact(typed: &str, case: Case) -> Vec<Form> {
    text::words(typed).into_iter().map(|(start, end)| Form::new(&typed[start..end], case, Kind::Exact)).collect()
}

/// A word with wildcards; a hyphen parts it.
fn wildcards(typed: &str, case: Case) -> Vec<Form> {
    let pieces = typed.split(|c: char| !text::is_letter(c) && !text::is_apostrophe(c) && !"*?.,".contains(c));
    let pieces = pieces.map(|piece| piece.trim_matches(|c| text::is_apostrophe(c) || ".,".contains(c))).filter(|piece| !piece.is_empty());
    let forms = |piece: &str| if piece.contains(['*', '?']) { vec![Form::new(piece, case, Kind::Wildcard)] } else { exact(piece, case) };
    pieces.flat_map(forms).collect()
}

fn has_capital(word: &str) -> bool {
    word.chars().find(|c| c.is_alphanumeric()).is_some_and(|c| !c.is_lowercase())
}

/// Is this printed word one that the form means?
fn fits(form: &Form, token: &Token, Manner { stems, case }: Manner) -> bool {
    let printed = if case == Case::Typed { &token.plain } else { &token.folded };
    let bare = || if case == Case::Typed { Cow::Owned(text::bare(printed)) } else { Cow::Borrowed(&*token.bare) };
    let letters_fit = match &form.kind {
        Kind::Open => true,
        Kind::Stem(typed) if stems => token.stem == typed.stem,
        Kind::Stem(typed) => token.bare == typed.bare,
        Kind::Exact(letters) => printed.strip_prefix(&**letters).is_some_and(|rest| ["", "'s", "'S"].contains(&rest)),
        Kind::Wildcard(letters) => is_like(letters, printed) || is_like(letters, &bare()),
        Kind::Fuzzy(letters, edits) => apart(letters, printed) <= *edits || apart(letters, &bare()) <= *edits,
        Kind::Expression(expression) => expression.is_match(printed) || expression.is_match(&bare()),
    };
    letters_fit && (!form.is_capital || has_capital(&token.printed))
}

/// `*` stands for any letters, none included, `?` for one.
fn is_like(pattern: &str, word: &str) -> bool {
    let Some(first) = pattern.chars().next() else { return word.is_empty() };
    let rest = &pattern[first.len_utf8()..];
    let ends = || word.char_indices().map(|(at, _)| at).chain([word.len()]);
    match (first, word.chars().next()) {
        ('*', _) => ends().any(|at| is_like(rest, &word[at..])),
        (_, None) => false,
        (wanted, Some(here)) => (wanted == '?' || wanted == here) && is_like(rest, &word[here.len_utf8()..]),
    }
}

/// In how many letters two words differ: one dropped, added, replaced, or swapped with its neighbour.
fn apart(a: &str, b: &str) -> usize {
    if a.chars().count().abs_diff(b.chars().count()) > 2 {
        return usize::MAX;
    }
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut table = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            table[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let replaced = table[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                let is_swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                let swapped = if is_swapped { table[i - 2][j - 2] + 1 } else { usize::MAX };
                replaced.min(swapped).min(table[i - 1][j] + 1).min(table[i][j - 1] + 1)
            };
        }
    }
    table[a.len()][b.len()]
}
