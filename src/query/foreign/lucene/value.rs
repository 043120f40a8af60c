//! What the clauses of a Lucene query hold: words, phrases, regular expressions, ranges, and fields with these.

use super::super::node::{Node, Parsed};
use super::super::reader::is_number;
use super::super::tree::{Form, Reach, Tree, is_quotation_mark, within_marks};
use super::super::{QueryError, date, refused, shown};
use super::Parser;
use std::ops::Range;

const PHRASES: &str =
    ": which forms of a word Lucene finds depends on the analyzer, also in phrases; here a phrase has exactly these forms.";
const LOWER_CASE: &str = ": in lower case this is a word to Lucene, no operator, and was kept as a word.";
const WILDCARD_IN_MARKS: &str = ": Lucene ignores wildcards within quotation marks, so they were left out.";
const REGEX: &str =
    ": the regular expression was taken over as it stands; Lucene's own signs (`~ & < > @ #`) have no special meaning here.";
const TIME: &str = ": the time of day was left out; a date is a whole day here.";
const OLD_FUZZINESS: &str = ": a similarity below 1 was turned into a number of changed letters, as Lucene does.";
const MOST_EDITS: &str = ": Lucene allows two changed letters at most, so that is what was written.";

/// Common names of fields, without `_`, `-` and capitals, and our fields.
const FIELDS: [(&str, &[&str]); 12] = [
    ("headline", &["headline", "title", "head", "hed"]),
    ("body", &["body", "text", "content", "fulltext", "articlebody", "bodytext"]),
    ("summary", &["summary", "abstract", "standfirst", "description", "lead", "snippet", "trailtext"]),
    ("byline", &["byline", "author", "authors", "by", "creator"]),
    ("publisher", &["publisher", "publication", "source", "newspaper", "paper", "sourcename"]),
    ("desk", &["desk", "section", "newsdesk", "sectionname"]),
    (
        "date",
        &[
            "date",
            "published",
            "publishedat",
            "pubdate",
            "publishdate",
            "publicationdate",
            "webpublicationdate",
            "publishedon",
            "@timestamp",
        ],
    ),
    ("language", &["language", "lang"]),
    ("place", &["place", "dateline"]),
    ("agency", &["agency"]),
    ("speaker", &["speaker"]),
    ("quote", &["quote"]),
];

/// Fields of which a known value can be asked for.
const KNOWABLE: [&str; 5] = ["speaker", "desk", "byline", "publisher", "place"];

impl<'a> Parser<'a> {
    /// What stands between this mark and the next one that is not escaped; steps over both.
    fn delimited(&mut self, mark: char, what: &str, advice: &str) -> Result<&'a str, QueryError> {
        let inner = self.at + mark.len_utf8();
        let rest = self.text.get(inner..).unwrap_or_default();
        let mut is_escaped = false;
        let end = rest.find(|c| {
            let is_end = c == mark && !is_escaped;
            is_escaped = c == '\\' && !is_escaped;
            is_end
        });
        let length = end.ok_or_else(|| refused(self.at..inner, format!("this {what} is never closed"), advice))?;
        self.at = inner + length + mark.len_utf8();
        Ok(rest.get(..length).unwrap_or_default())
    }

    /// `"sea wall"`, `"sea wall"~5`
    pub(super) fn phrase(&mut self) -> Parsed {
        let start = self.at;
        let inner = self.delimited('"', "quotation mark", "close the phrase with a second one")?;
        if !inner.contains(char::is_alphanumeric) {
            return Err(refused(start..self.at, "there is no word between the quotation marks", "write the words of the phrase"));
        }
        let slop = if self.take("~") { Some(self.number()) } else { None };
        if self.field == Some("date") {
            return self.day(inner, start..self.at);
        }
        if inner.contains(['*', '?']) {
            self.lost.once(self.slice(start..self.at), WILDCARD_IN_MARKS);
        }
        let words = within_marks(&inner.replace('\\', ""));
        let tree = match slop {
            None | Some("0") => {
                self.lost.once(self.slice(start..self.at), PHRASES);
                Tree::Phrase(words)
            }
            Some(slop) => Self::sloppy(&words, slop, start..self.at)?,
        };
        self.weighted(tree, start)
    }

    /// `"a b"~5`: the slop counts the places by which words must be moved, so that the order reversed costs two more.
    fn sloppy(words: &str, slop: &str, span: Range<usize>) -> Result<Tree, QueryError> {
        let number = slop.parse().ok().filter(|slop| (1..1000_u32).contains(slop));
        let slop = number.ok_or_else(|| refused(span.clone(), "a slop is a number from 0 to 999", "write \"a b\"~5"))?;
        let pair: Vec<Tree> = words.split(' ').map_while(|word| Tree::word(word, Form::Inflected)).collect();
        let is_pair = pair.len() == words.split(' ').count();
        match <[Tree; 2]>::try_from(pair) {
            Ok([first, second]) if is_pair => {
                let ordered = first.clone().near(Reach::Before(slop + 1), second.clone());
                Ok(if slop == 1 { ordered } else { Tree::any([ordered, second.near(Reach::Before(slop - 1), first)]) })
            }
            _ => Err(refused(
                span,
                "a slop of anything but two words has no counterpart here",
                "join pairs of words by AND: \"a b\"~5 AND \"b c\"~5",
            )),
        }
    }

    /// `/str.ke/`
    pub(super) fn regex(&mut self) -> Parsed {
        let start = self.at;
        let inner = self.delimited('/', "regular expression", "close it with a /, or write \\/ for the character")?;
        let span = start..self.at;
        if inner.is_empty() || inner.contains(|c: char| c.is_whitespace() || c == '"') || self.field == Some("date") {
            return Err(refused(span, "a regular expression is of one word here", "write it without blanks and quotation marks"));
        }
        if crate::query::word::expression(&format!("/{inner}/"), 0).is_err() {
            return Err(refused(
                span,
                "this is no regular expression here",
                "write letters, . * + ? | ( ) [ ] { } only, or put the words in quotation marks",
            ));
        }
        self.lost.once(self.slice(span), REGEX);
        self.weighted(Tree::Pattern(format!("/{inner}/")), start)
    }

    /// `[a TO b]`, `{a TO b}`
    pub(super) fn range(&mut self) -> Parsed {
        let start = self.at;
        let Some(length) = self.rest().find([']', '}']) else {
            let advice = "write [2020 TO 2021], or \\[ for the character";
            return Err(refused(start..start + 1, "this range is never closed", advice));
        };
        self.at = start + length + 1;
        let (span, written) = (start..self.at, self.slice(start..start + length + 1));
        if self.field != Some("date") {
            return Err(refused(span, "only dates can be asked for by ranges here", "write date:[2020-01-01 TO 2020-12-31]"));
        }
        let ends = self.slice(start + 1..start + length).split_once(" TO ");
        let Some((from, to)) = ends.map(|(from, to)| (unquoted(from), unquoted(to))) else {
            return Err(refused(span, "this range has no TO between two ends", "write [2020-01-01 TO 2020-12-31]"));
        };
        let is_open = |end: &str| end == "*";
        let (after, before) = (if written.starts_with('[') { ">=" } else { ">" }, if written.ends_with(']') { "<=" } else { "<" });
        let tree = match (is_open(&from), is_open(&to)) {
            (true, true) => return Err(refused(span, "this range has no end at all", "write a date on one side of TO")),
            (false, true) => self.compared(after, &from, &span)?,
            (true, false) => self.compared(before, &to, &span)?,
            (false, false) if after == ">=" && before == "<=" => {
                let (from, to) = (self.date(&from, &span)?, self.date(&to, &span)?);
                Tree::Value("date", format!("{from}..{to}"))
            }
            (false, false) => Tree::all([self.compared(after, &from, &span)?, self.compared(before, &to, &span)?]),
        };
        Ok(Node::new(tree, span))
    }

    /// `>=2020-01-01`, as Elasticsearch has it
    pub(super) fn comparison(&mut self) -> Parsed {
        let start = self.at;
        let length = self.rest().find(|c: char| !matches!(c, '<' | '>' | '=')).unwrap_or(self.rest().len());
        self.at += length;
        let sign = self.slice(start..self.at);
        if self.field != Some("date") || !matches!(sign, ">" | "<" | ">=" | "<=") {
            let message = format!("nothing but a date can be compared by {}", shown(sign));
            return Err(refused(start..self.at, message, "write date:>=2020-01-01"));
        }
        let (text, _) = self.term_text()?;
        let span = start..self.at;
        Ok(Node::new(self.compared(sign, &text, &span)?, span))
    }

    fn compared(&mut self, sign: &str, text: &str, span: &Range<usize>) -> Result<Tree, QueryError> {
        Ok(Tree::Value("date", format!("{sign}{}", self.date(text, span)?)))
    }

    fn day(&mut self, text: &str, span: Range<usize>) -> Parsed {
        Ok(Node::new(Tree::Value("date", self.date(text, &span)?), span))
    }

    /// A date, without the time behind it.
    fn date(&mut self, text: &str, span: &Range<usize>) -> Result<String, QueryError> {
        let time = text.split_once('T').filter(|(_, time)| time.starts_with(|c: char| c.is_ascii_digit()));
        if time.is_some() {
            self.lost.once(text, TIME);
        }
        date::read(time.map_or(text, |(day, _)| day), span.clone())
    }

    /// The word that stands here without its escapes, and whether `*` and `?` in it are wildcards.
    fn term_text(&mut self) -> Result<(String, bool), QueryError> {
        let (start, mut text, mut is_wild, mut has_literal) = (self.at, String::new(), false, false);
        while let Some(c) = self.peek() {
            match c {
                '\\' => {
                    self.at += 1;
                    let Some(literal) = self.peek() else {
                        let advice = "write the character that is meant behind it";
                        return Err(refused(self.at - 1..self.at, "nothing stands behind this backslash", advice));
                    };
                    self.at += literal.len_utf8();
                    let digits = self.rest().get(..4).filter(|_| literal == 'u').and_then(|hex| u32::from_str_radix(hex, 16).ok());
                    self.at += if digits.is_some() { 4 } else { 0 };
                    let literal = digits.and_then(char::from_u32).unwrap_or(literal);
                    has_literal |= matches!(literal, '*' | '?');
                    text.push(literal);
                    continue;
                }
                _ if c.is_whitespace() || c.is_control() || matches!(c, '(' | ')' | '"' | ':' | '^' | '~') => break,
                '[' | ']' | '{' | '}' | '!' | '/' => {
                    let message = format!("{} means something else to Lucene than a letter", shown(&c.to_string()));
                    return Err(refused(self.at..self.at + 1, message, format!("write \\{c} for the character")));
                }
                _ if is_quotation_mark(c) => {
                    let advice = "write \" before and behind a phrase";
                    let span = self.at..self.at + c.len_utf8();
                    return Err(refused(span, "only straight quotation marks make a phrase in Lucene", advice));
                }
                '&' | '|' if self.rest().starts_with("&&") || self.rest().starts_with("||") => {
                    let advice = "put a blank before and behind it";
                    return Err(refused(self.at..self.at + 2, "this operator stands within a word", advice));
                }
                _ => {}
            }
            is_wild |= matches!(c, '*' | '?');
            text.push(c);
            self.at += c.len_utf8();
        }
        if text.is_empty() {
            let span = start..start + self.peek().map_or(0, char::len_utf8);
            let message = format!("a word is missing before {}", shown(self.slice(span.clone())));
            return Err(refused(span, message, "write a word, or a \\ before the character"));
        }
        match is_wild && has_literal {
            true => Err(refused(start..self.at, "wildcards and escaped ones stand in one word", "write the word without the escaped ones")),
            false => Ok((text, is_wild)),
        }
    }

    /// A word, or a field and its value.
    pub(super) fn term(&mut self) -> Parsed {
        let start = self.at;
        let (text, is_wild) = self.term_text()?;
        let span = start..self.at;
        if self.take(":") {
            return self.field_clause(&text, span);
        }
        if self.field == Some("date") {
            return self.day(&text, span);
        }
        if is_wild && text == "*" {
            return match self.field {
                Some(_) => Err(refused(span, "`*` alone cannot stand among the values of a field", "write the field alone: field:*")),
                None => Ok(Node::new(Tree::Everything, span)),
            };
        }
        let tree = if is_wild {
            let advice = "write letters, digits and wildcards only";
            Tree::pattern(&text)
                .ok_or_else(|| refused(span.clone(), format!("{} mixes wildcards with other marks", shown(&text)), advice))?
        } else {
            self.word(&text, &span)?
        };
        if !self.take("~") {
            return self.weighted(tree, start);
        }
        let edits = self.number();
        let tree = self.fuzzy(tree, edits, start..self.at)?;
        self.weighted(tree, start)
    }

    fn word(&mut self, text: &str, span: &Range<usize>) -> Result<Tree, QueryError> {
        if self.field == Some("language")
            && let Some(code) = date::language(text)
        {
            return Ok(Tree::Word(code));
        }
        if matches!(text, "and" | "or" | "not") {
            self.lost.once(text, LOWER_CASE);
        }
        let advice = "leave it out, or write a word";
        Tree::word(text, Form::Inflected).ok_or_else(|| refused(span.clone(), "there is no letter or digit in this", advice))
    }

    /// `word~`, `word~1`, `word~0.8`
    fn fuzzy(&mut self, tree: Tree, edits: &str, span: Range<usize>) -> Result<Tree, QueryError> {
        let Tree::Word(word) = tree else {
            return Err(refused(span, "similar spellings can be asked of plain words only", "leave the ~ out"));
        };
        let typed = self.slice(span.clone());
        let similarity = edits.parse::<f64>().ok().filter(|similarity| edits.contains('.') && (0.0..1.0).contains(similarity));
        let edits = match (similarity, edits) {
            (None, "") => 2,
            (None, digits) if is_number(digits) => match digits.parse() {
                Ok(edits @ 0..=2) => edits,
                _ => {
                    self.lost.once(typed, MOST_EDITS);
                    2
                }
            },
            (Some(similarity), _) => {
                self.lost.once(typed, OLD_FUZZINESS);
                // The part of a letter does not count, and two are the most.
                let letters = (1.0 - similarity) * f64::from(u32::try_from(word.chars().count()).unwrap_or(u32::MAX));
                u8::from(letters >= 1.0) + u8::from(letters >= 2.0)
            }
            (None, _) => return Err(refused(span, "behind ~ stands a number of letters", "write word~1 or word~2")),
        };
        Ok(if edits == 0 { Tree::Word(word) } else { Tree::Pattern(format!("{word}~{edits}")) })
    }

    /// What stands behind `name:`.
    fn field_clause(&mut self, name: &str, span: Range<usize>) -> Parsed {
        if self.field.is_some() {
            return Err(refused(span, "a field stands within a field, or a `:` within a word", "close the first field, or write \\:"));
        }
        if name == "_exists_" {
            self.skip_space();
            let start = self.at;
            let (name, _) = self.term_text()?;
            let field = known_field(&name, start..self.at)?;
            return known(field, span.start..self.at);
        }
        let field = known_field(name, span.clone())?;
        self.skip_space();
        let is_any =
            self.rest().strip_prefix('*').is_some_and(|rest| rest.starts_with(|c: char| c.is_whitespace() || c == ')') || rest.is_empty());
        if is_any {
            self.at += 1;
            return known(field, span.start..self.at);
        }
        if matches!(self.peek(), None | Some(')')) {
            return Err(refused(span, "nothing stands behind the colon of this field", "write its value directly behind the colon"));
        }
        self.field = Some(field);
        let value = self.clause()?;
        self.field = None;
        let span = span.start..self.at;
        match field {
            "date" => Ok(value.spanning(span)),
            _ => value.wrapped(name, span, |tree| Tree::field(field, tree)),
        }
    }
}

/// `_exists_:speaker`: one that is not unknown.
fn known(field: &'static str, span: Range<usize>) -> Parsed {
    match KNOWABLE.contains(&field) {
        true => Ok(Node::new(Tree::Value(field, "?".to_owned()).not(), span)),
        false => {
            let message = format!("whether there is any {field} cannot be asked for here");
            Err(refused(span, message, format!("this can be asked of {}", KNOWABLE.join(", "))))
        }
    }
}

fn known_field(name: &str, span: Range<usize>) -> Result<&'static str, QueryError> {
    let bare: String = name.chars().filter(|c| !matches!(c, '_' | '-')).flat_map(char::to_lowercase).collect();
    let found = FIELDS.iter().find(|(_, names)| names.contains(&bare.as_str())).map(|(field, _)| *field);
    let names = FIELDS.map(|(field, _)| field).join(", ");
    found.ok_or_else(|| {
        let advice = format!("known are {names} and their common other names; write \\: for a colon within a word");
        refused(span, format!("there is no field {} that is known here", shown(name)), advice)
    })
}

fn unquoted(end: &str) -> String {
    end.trim().trim_matches('"').replace('\\', "")
}
