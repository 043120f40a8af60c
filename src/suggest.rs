//! What somebody may be about to type: names of fields, of speakers, desks and papers, and spellings that the index holds.
//!
//! Here is the text before the cursor, give me texts that it could become. Only the last word is completed, or the name that it ends.

use crate::analyze::fold;
use crate::doctor::FEW;
use crate::error::Result;
use crate::index::Index;
use crate::query::{Field, Mode};
use crate::survey::{Speakers, Survey};
use crate::text::word::words;
use std::time::{Duration, Instant};

/// What a suggestion is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The name of a field.
    Field,
    /// The value of a field.
    Value,
    /// A spelling that the index holds.
    Spelling,
}

/// A suggestion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// What it is.
    pub kind: Kind,
    /// The whole text as it would be.
    pub text: String,
    /// What is new in it: a field, a name, a word.
    pub label: String,
    /// What that means; of a field.
    pub about: Option<String>,
    /// Quotes of a speaker, articles of a desk or paper, articles or quotes that hold a word.
    pub count: Option<u64>,
}

/// How long spellings are looked for.
const PATIENCE: Duration = Duration::from_millis(40);

/// Letters that a word must have before names are put beside it.
const SHORTEST: usize = 2;

/// Texts that a text could become, the likeliest first, at most `most`.
///
/// # Errors
/// The index fails.
pub fn suggest(index: &dyn Index, text: &str, mode: Mode, speakers: &Speakers, survey: &Survey, most: usize) -> Result<Vec<Suggestion>> {
    let start = last_word(text);
    let (before, word) = text.split_at(start);
    let mut found = Vec::new();
    // Exclusions and groups keep their signs.
    let bare = word.trim_start_matches(['-', '(', '+']);
    let (before, word) = (format!("{before}{}", &word[..word.len() - bare.len()]), bare);
    match word.split_once(':') {
        Some((name, typed)) => {
            let field = Field::ALL.into_iter().find(|field| field.name().eq_ignore_ascii_case(name));
            // In parentheses stands more than one name.
            let typed = if typed.starts_with('(') { None } else { Some(typed.trim_start_matches(['"', '“'])) };
            for (value, count) in
                field.zip(typed).map(|(field, typed)| values(field, typed, speakers, survey)).unwrap_or_default().into_iter().take(most)
            {
                let text = format!("{before}{name}:{}", quoted(&value));
                found.push(Suggestion { kind: Kind::Value, text, label: value, about: None, count: Some(count) });
            }
        }
        // A phrase that is open is no name.
        None if word.starts_with(['"', '“']) => {}
        None if word.chars().count() >= SHORTEST || before.trim().is_empty() && !word.is_empty() => {
            let begins = |field: &&Field| field.name().starts_with(&word.to_lowercase());
            for field in Field::ALL.iter().filter(begins) {
                let (text, label) = (format!("{before}{}:", field.name()), format!("{}:", field.name()));
                found.push(Suggestion { kind: Kind::Field, text, label, about: Some(about(*field)), count: None });
            }
            // Words before it may belong to the name: the longest name that is known.
            let names = name_starts(&before).into_iter().chain([before.len()]).map(|start| {
                let typed = format!("{}{word}", &before[start..]);
                (start, values(Field::Speaker, &typed, speakers, survey))
            });
            let (start, names) = names.into_iter().find(|(_, names)| !names.is_empty()).unwrap_or_default();
            for (value, count) in names.into_iter().take(most.div_ceil(2)) {
                let text = format!("{}speaker:{}", &before[..start], quoted(&value));
                found.push(Suggestion { kind: Kind::Value, text, label: value, about: None, count: Some(count) });
            }
            if word.chars().all(char::is_alphabetic) && word.chars().count() > 3 {
                let near = index.spellings(word, None, mode, Instant::now() + PATIENCE);
                // What takes too long is left out.
                let near = near.ok().filter(|near| near.records < FEW);
                for (spelling, count) in near.into_iter().flat_map(|near| near.near) {
                    let text = format!("{before}{spelling}");
                    found.push(Suggestion { kind: Kind::Spelling, text, label: spelling, about: None, count: Some(count) });
                }
            }
        }
        None => {}
    }
    found.retain(|suggestion| suggestion.kind == Kind::Field || crate::query::parse(&suggestion.text).is_ok());
    found.truncate(most);
    Ok(found)
}

/// Where the last word of a text begins: behind a blank that stands in no quotation marks.
fn last_word(text: &str) -> usize {
    let (mut start, mut open) = (0, false);
    for (at, letter) in text.char_indices() {
        match letter {
            '"' => open = !open,
            letter if letter.is_whitespace() && !open => start = at + letter.len_utf8(),
            _ => {}
        }
    }
    start
}

/// Where the last words of a text begin that could be forenames of a name behind it, the farthest first.
fn name_starts(before: &str) -> Vec<usize> {
    let mut starts = Vec::new();
    let mut rest = before.trim_end();
    while starts.len() < FORENAMES && !rest.is_empty() {
        let start = last_word(rest);
        let word = &rest[start..];
        let is_name = word.chars().all(|letter| letter.is_alphabetic() || matches!(letter, '-' | '\'' | '’' | '.'));
        if !is_name || !word.starts_with(char::is_alphabetic) || matches!(word, "AND" | "OR" | "NOT" | "OF") {
            break;
        }
        starts.insert(0, start);
        rest = rest[..start].trim_end();
    }
    starts
}

/// Words before the last one that may be of the same name.
const FORENAMES: usize = 2;

/// What a field says, in a few words.
pub fn about(field: Field) -> String {
    let known = crate::schema::fields().fields.iter().find(|known| known.query.as_deref() == Some(field.name()));
    known.map(|known| known.doc.trim_end_matches('.').to_owned()).unwrap_or_else(|| {
        match field {
            Field::Date => "When it was published",
            Field::On => "A day, in any year",
            Field::Modified => "When it was last changed",
            Field::SaidOn => "The day that the announcement of a quote names",
            Field::About => "Who is named in a quote by somebody else",
            Field::Mention => "Who is named in the headline or the text",
            _ => "",
        }
        .to_owned()
    })
}

/// Values of a field whose words begin with what was typed, the most frequent first.
fn values(field: Field, typed: &str, speakers: &Speakers, survey: &Survey) -> Vec<(String, u64)> {
    let beginnings: Vec<String> = words(typed).map(|word| fold(word.span.of(typed))).collect();
    let fits = |name: &str| {
        let words: Vec<String> = words(name).map(|word| fold(word.span.of(name))).collect();
        beginnings.iter().all(|beginning| words.iter().any(|word| word.starts_with(beginning.as_str())))
    };
    let counted = |counts: &crate::search::FacetCounts| {
        let values = counts.values.iter().filter_map(|(value, count)| Some((value.clone()?, count.articles)));
        values.filter(|(value, _)| fits(value)).take(MOST_VALUES).collect()
    };
    match field {
        Field::Speaker | Field::About | Field::Mention => {
            let known = speakers.speakers.iter().filter(|speaker| fits(&speaker.name) || speaker.names.iter().any(|name| fits(&name.text)));
            known.take(MOST_VALUES).map(|speaker| (speaker.name.clone(), speaker.count.quotes)).collect()
        }
        Field::Desk => counted(&survey.desks),
        Field::Publisher => counted(&survey.publishers),
        Field::Kind => ["direct", "mixed", "indirect"].into_iter().filter(|kind| fits(kind)).map(|kind| (kind.to_owned(), 0)).collect(),
        _ => Vec::new(),
    }
}

const MOST_VALUES: usize = 50;

/// A value as it stands behind `field:`.
pub fn quoted(value: &str) -> String {
    // In capitals alone it could be an operator.
    let is_word = value.chars().all(char::is_alphanumeric) && value.chars().any(char::is_lowercase);
    if is_word {
        value.to_owned()
    } else {
        format!("\"{}\"", value.replace(['"', '\n', '“', '”', '„', '«', '»', '*', '?'], " ").trim())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_is_completed() {
        for (text, last) in
            [("a b", "b"), ("a ", ""), ("speaker:\"Mara Li", "speaker:\"Mara Li"), ("x speaker:\"Mara Lind\" lev", "lev"), ("", "")]
        {
            assert_eq!(&text[last_word(text)..], last, "{text}");
        }
    }

    #[test]
    fn words_before_may_be_of_the_name() {
        for (text, starts) in [
            ("", vec![]),
            ("Mara ", vec![0]),
            ("levy Jean-Luc ", vec![0, 5]),
            ("the levy Mara ", vec![4, 9]),
            ("levy AND Mara ", vec![9]),
            ("speaker:Hale Mara ", vec![13]),
            ("\"a b\" ", vec![]),
            ("-Mara ", vec![]),
            ("é ö  ", vec![0, 3]),
        ] {
            assert_eq!(name_starts(text), starts, "{text}");
        }
    }

    #[test]
    fn values_stand_as_the_language_reads_them() {
        for value in ["Hale", "Mara Hale", "O’Neill", "a \"b\" c", "AND", "x:y", "(z)", "The “Big” Story"] {
            let text = format!("speaker:{}", quoted(value));
            crate::query::parse(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
        }
    }
}
