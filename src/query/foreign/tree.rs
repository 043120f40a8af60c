//! The query that comes out: a tree that prints as text of our language, with as few parentheses as a reader needs.

use std::fmt;

/// How close two operands stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// `w/5`
    Within(u32),
    /// `pre/5`
    Before(u32),
    /// `w/s`
    Sentence,
    /// `w/p`
    Paragraph,
}

impl fmt::Display for Reach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reach::Within(distance) => write!(f, "w/{distance}"),
            Reach::Before(distance) => write!(f, "pre/{distance}"),
            Reach::Sentence => f.write_str("w/s"),
            Reach::Paragraph => f.write_str("w/p"),
        }
    }
}

/// Which forms of a word are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// All inflected forms.
    Inflected,
    /// What was typed and no other.
    Exact,
}

/// A query of our language.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Tree {
    /// `*`
    Everything,
    /// `word`
    Word(String),
    /// `=word`
    Exact(String),
    /// `"these words"`, without the marks
    Phrase(String),
    /// `sanction*`, `wom?n`, `word~1`, `/regex/`
    Pattern(String),
    /// `word^2`
    Boosted(Box<Tree>, String),
    /// `a w/5 b`
    Near(Box<Tree>, Reach, Box<Tree>),
    And(Vec<Tree>),
    Or(Vec<Tree>),
    Not(Box<Tree>),
    /// `caps(EU)`
    Call(String, Box<Tree>),
    /// `headline:(words)`
    Field(&'static str, Box<Tree>),
    /// `date:2025`
    Value(&'static str, String),
}

/// How tightly a tree holds together, loosest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Or,
    And,
    Not,
    Near,
    Atom,
}

impl Tree {
    /// All of these; what is an AND already is taken apart.
    pub(super) fn all(trees: impl IntoIterator<Item = Tree>) -> Tree {
        let flat = trees.into_iter().flat_map(|tree| if let Tree::And(inner) = tree { inner } else { vec![tree] });
        Self::single_or(flat.collect(), Tree::And)
    }

    /// Any of these; what is an OR already is taken apart.
    pub(super) fn any(trees: impl IntoIterator<Item = Tree>) -> Tree {
        let flat = trees.into_iter().flat_map(|tree| if let Tree::Or(inner) = tree { inner } else { vec![tree] });
        Self::single_or(flat.collect(), Tree::Or)
    }

    fn single_or(mut trees: Vec<Tree>, join: fn(Vec<Tree>) -> Tree) -> Tree {
        match trees.pop() {
            Some(only) if trees.is_empty() => only,
            last => {
                trees.extend(last);
                join(trees)
            }
        }
    }

    pub(super) fn not(self) -> Tree {
        Tree::Not(Box::new(self))
    }

    pub(super) fn near(self, reach: Reach, right: Tree) -> Tree {
        Tree::Near(Box::new(self), reach, Box::new(right))
    }

    pub(super) fn call(name: impl Into<String>, inner: Tree) -> Tree {
        Tree::Call(name.into(), Box::new(inner))
    }

    pub(super) fn field(name: &'static str, value: Tree) -> Tree {
        Tree::Field(name, Box::new(value))
    }

    /// A word, in quotation marks where it would mean something else; `None` where there is no letter or digit in it.
    pub(super) fn word(text: &str, form: Form) -> Option<Tree> {
        let word = crate::query::word::with_last_point(text, text.trim_matches(PUNCTUATION));
        if !word.contains(char::is_alphanumeric) {
            return None;
        }
        Some(match form {
            _ if !is_plain(word) || is_reserved(word) => Tree::Phrase(within_marks(word)),
            Form::Inflected => Tree::Word(word.to_owned()),
            Form::Exact => Tree::Exact(word.to_owned()),
        })
    }

    /// A word with `*` and `?` in it; `None` where other marks stand between them, or nothing else does.
    pub(super) fn pattern(text: &str) -> Option<Tree> {
        let letters: String = text.chars().filter(|c| !matches!(c, '*' | '?')).collect();
        let parted = text.ends_with('?') && !letters.chars().all(char::is_alphanumeric);
        (!letters.is_empty() && is_plain(&letters) && !parted).then(|| Tree::Pattern(text.to_owned()))
    }

    /// A word with at most so many letters behind it: `strike`, `strike?`, `strike??`; `None` as for [`Tree::pattern`].
    pub(super) fn stem(stem: &str, most: u32) -> Option<Tree> {
        let endings = (1..=most as usize).map(|letters| Tree::pattern(&format!("{stem}{}", "?".repeat(letters))));
        let all: Option<Vec<Tree>> = std::iter::once(Tree::word(stem, Form::Exact)).chain(endings).collect();
        all.map(Tree::any)
    }

    /// These side by side, in this order: words become one phrase, and what cannot stand in a phrase is joined by `pre/1`.
    pub(super) fn side_by_side(parts: Vec<Tree>) -> Option<Tree> {
        let mut merged: Vec<Tree> = Vec::new();
        for part in parts {
            let joined = match (merged.last().and_then(Tree::words), part.words()) {
                (Some(before), Some(after)) => Some(Tree::Phrase(format!("{before} {after}"))),
                _ => None,
            };
            if joined.is_some() {
                merged.pop();
            }
            merged.push(joined.unwrap_or(part));
        }
        merged.into_iter().reduce(|left, right| left.near(Reach::Before(1), right))
    }

    /// What is written in a word or phrase.
    pub(super) fn words(&self) -> Option<&str> {
        match self {
            Tree::Word(text) | Tree::Exact(text) | Tree::Phrase(text) => Some(text),
            _ => None,
        }
    }

    /// True for a phrase, and for a chain of distances with one in it.
    pub(super) fn has_phrase(&self) -> bool {
        match self {
            Tree::Near(left, _, right) => left.has_phrase() || right.has_phrase(),
            other => matches!(other, Tree::Phrase(_)),
        }
    }

    /// The first word of which other forms are found as well.
    pub(super) fn first_inflected(&self) -> Option<&str> {
        match self {
            Tree::Word(text) => Some(text),
            Tree::And(trees) | Tree::Or(trees) => trees.iter().find_map(Tree::first_inflected),
            Tree::Near(left, _, right) => left.first_inflected().or_else(|| right.first_inflected()),
            Tree::Not(inner) | Tree::Boosted(inner, _) | Tree::Field(_, inner) => inner.first_inflected(),
            // Capital letters are asked of one form.
            Tree::Call(name, inner) if name != "caps" => inner.first_inflected(),
            _ => None,
        }
    }

    /// The same with other letters, where it is words and phrases joined by AND and OR.
    pub(super) fn spelt(&self, spell: &impl Fn(&str) -> String) -> Option<Tree> {
        let each = |trees: &[Tree]| trees.iter().map(|tree| tree.spelt(spell)).collect::<Option<Vec<Tree>>>();
        match self {
            Tree::Word(text) | Tree::Exact(text) => Some(Tree::Word(spell(text))),
            Tree::Phrase(text) => Some(Tree::Phrase(spell(text))),
            Tree::And(trees) => Some(Tree::And(each(trees)?)),
            Tree::Or(trees) => Some(Tree::Or(each(trees)?)),
            _ => None,
        }
    }

    /// What in this cannot stand beside a distance.
    pub(super) fn not_an_operand(&self) -> Option<&'static str> {
        match self {
            Tree::Not(_) => Some("an exclusion"),
            Tree::Field(..) | Tree::Value(..) => Some("a field"),
            Tree::Call(name, inner) if name == "caps" => inner.not_an_operand(),
            Tree::Call(..) => Some("a function"),
            Tree::Boosted(..) => Some("a weight"),
            Tree::Everything => Some("`*` for everything"),
            Tree::And(trees) | Tree::Or(trees) => trees.iter().find_map(Tree::not_an_operand),
            // The operands of a Near were looked at when it was made.
            Tree::Near(..) | Tree::Word(_) | Tree::Exact(_) | Tree::Phrase(_) | Tree::Pattern(_) => None,
        }
    }

    /// What in this cannot be the value of a field or of a function; `caps` can.
    pub(super) fn not_a_value(&self) -> Option<&'static str> {
        match self {
            Tree::Field(..) | Tree::Value(..) => Some("a field"),
            Tree::Call(name, _) if name != "caps" => Some("a function"),
            Tree::Everything => Some("`*` for everything"),
            Tree::And(trees) | Tree::Or(trees) => trees.iter().find_map(Tree::not_a_value),
            Tree::Not(inner) | Tree::Boosted(inner, _) => inner.not_a_value(),
            _ => None,
        }
    }

    /// True for what can be counted: words and phrases, joined by OR at most.
    pub(super) fn is_countable(&self) -> bool {
        match self {
            Tree::Or(trees) => trees.iter().all(Tree::is_countable),
            Tree::Call(name, inner) => name == "caps" && inner.is_countable(),
            Tree::Pattern(_) => true,
            _ => self.words().is_some(),
        }
    }

    fn level(&self) -> Level {
        match self {
            Tree::Or(_) => Level::Or,
            Tree::And(_) => Level::And,
            Tree::Not(_) => Level::Not,
            Tree::Near(..) => Level::Near,
            _ => Level::Atom,
        }
    }

    /// Writes it, in parentheses if it is looser than `least`.
    fn write(&self, f: &mut fmt::Formatter<'_>, least: Level) -> fmt::Result {
        if self.level() >= least {
            return self.write_bare(f);
        }
        f.write_str("(")?;
        self.write_bare(f)?;
        f.write_str(")")
    }

    fn write_bare(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Tree::Everything => f.write_str("*"),
            // A `?` at the end of a word is punctuation in our language.
            Tree::Pattern(text) if text.ends_with('?') => write!(f, "/{}/", text.replace('.', "\\.").replace('?', ".").replace('*', ".*")),
            Tree::Word(text) | Tree::Pattern(text) => f.write_str(text),
            Tree::Exact(text) => write!(f, "={text}"),
            Tree::Phrase(text) => write!(f, "\"{text}\""),
            Tree::Boosted(inner, weight) => {
                inner.write(f, Level::Atom)?;
                write!(f, "^{weight}")
            }
            Tree::Near(left, reach, right) => {
                left.write(f, Level::Near)?;
                write!(f, " {reach} ")?;
                right.write(f, Level::Atom)
            }
            Tree::And(trees) => write_joined(f, trees, " AND ", Level::Not),
            // An AND within an OR would bind right without parentheses, but few readers know that.
            Tree::Or(trees) => write_joined(f, trees, " OR ", Level::Not),
            Tree::Not(inner) => {
                f.write_str("NOT ")?;
                inner.write(f, Level::Atom)
            }
            Tree::Call(name, inner) => write!(f, "{name}({inner})"),
            Tree::Field(name, value) => match value.as_ref() {
                Tree::Exact(text) => write!(f, "{name}:\"{text}\""),
                Tree::Word(_) | Tree::Phrase(_) | Tree::Pattern(_) => write!(f, "{name}:{value}"),
                _ => write!(f, "{name}:({value})"),
            },
            Tree::Value(name, value) => write!(f, "{name}:{value}"),
        }
    }
}

/// Writes trees with a connector between; `a AND NOT b` is written `a NOT b`.
fn write_joined(f: &mut fmt::Formatter<'_>, trees: &[Tree], connector: &str, least: Level) -> fmt::Result {
    for (at, tree) in trees.iter().enumerate() {
        let is_exclusion = connector == " AND " && matches!(tree, Tree::Not(_));
        f.write_str(match at {
            0 => "",
            _ if is_exclusion => " ",
            _ => connector,
        })?;
        tree.write(f, least)?;
    }
    Ok(())
}

impl fmt::Display for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_bare(f)
    }
}

/// Punctuation that may stand before or behind a word without belonging to it.
const PUNCTUATION: [char; 14] = ['.', ',', ';', ':', '?', '!', '\'', '…', '–', '—', '\u{2018}', '\u{2019}', '¿', '¡'];

/// True for a word that needs no quotation marks: letters, digits, and marks that only ever stand within words.
fn is_plain(word: &str) -> bool {
    let is_mark = |c: char| matches!(c, '\'' | '\u{2019}' | '-' | '.' | '&' | '@' | '_' | ',' | '\u{300}'..='\u{36f}');
    word.starts_with(char::is_alphanumeric) && word.chars().all(|c| c.is_alphanumeric() || is_mark(c)) && !word.contains("&&")
}

/// True for words that are operators in our language, or look like those of another.
fn is_reserved(word: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let is_connector = ["NEAR", "ADJ", "ATLEAST"].iter().any(|name| word.strip_prefix(name).is_some_and(is_number));
    is_connector || matches!(word, "AND" | "OR" | "NOT" | "OF")
}

/// What may stand between quotation marks: no marks, no wildcards, single blanks.
pub(super) fn within_marks(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control() || is_quotation_mark(c) || matches!(c, '*' | '?'));
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Double quotation marks of all countries mean the same.
pub(super) fn is_quotation_mark(c: char) -> bool {
    matches!(c, '"' | '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{201f}' | '«' | '»' | '\u{2033}' | '\u{ff02}')
}
