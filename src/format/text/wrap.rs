//! Lines of a plain-text file as a reader sees them: hard wraps undone, bullets and other marks taken off.
//!
//! A file is taken for hard-wrapped when its lines are short and often run on: the line ends without a full stop and the
//! next begins in lower case. In any other file each line is a paragraph, whether empty lines stand between or not.

use crate::text::clean;
use std::collections::HashSet;
use std::sync::OnceLock;

/// What stood before the words of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::format) enum Mark {
    /// Nothing.
    None,
    /// A bullet, which is dropped.
    Bullet,
    /// A dash that opens a list or a line of dialogue; kept in `text` until that is known.
    Dash,
    /// The number of a numbered list; kept in `text` until that is known.
    Number(u32),
    /// `##`, which is dropped.
    Heading,
}

/// A paragraph, bullet or crosshead of the file, on one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::format) struct Line {
    /// Cleaned words; never empty.
    pub(in crate::format) text: String,
    /// What stood before them.
    pub(in crate::format) mark: Mark,
}

/// Longest line of a hard-wrapped file, in characters.
const WIDEST_WRAP: usize = 120;
/// Narrowest column that is still a wrap and no list.
const NARROWEST_WRAP: usize = 34;

/// A line as it stands in the file.
struct Raw<'a> {
    text: &'a str,
    /// In characters, white space at both ends left out.
    width: usize,
    indent: usize,
    mark: Mark,
    /// An empty line stands above.
    gap: bool,
}

/// The lines of a text, wraps undone.
pub(in crate::format) fn lines(text: &str) -> Vec<Line> {
    let raw = raw_lines(text);
    let wrap = Wrap::of(&raw);
    let words = OnceLock::new();
    let mut lines: Vec<Line> = Vec::new();
    let mut open = String::new();
    let mut mark = Mark::None;
    for (index, line) in raw.iter().enumerate() {
        let joined = index > 0 && wrap.as_ref().is_some_and(|wrap| wrap.joins(&raw[index - 1], line, mark));
        if joined {
            join(&mut open, line.text, || words.get_or_init(|| text.split(|c: char| !c.is_alphanumeric()).collect::<HashSet<&str>>()));
            continue;
        }
        push(&mut lines, mark, open);
        // Room for what is joined: most paragraphs have several lines.
        open = String::with_capacity(if wrap.is_some() { line.text.len() * 4 } else { line.text.len() });
        open.push_str(line.text);
        mark = line.mark;
    }
    push(&mut lines, mark, open);
    number_lists(&mut lines);
    lines
}

fn raw_lines(text: &str) -> Vec<Raw<'_>> {
    let mut raw = Vec::new();
    let mut gap = false;
    let mut rest = text;
    loop {
        let end = line_end(rest);
        let piece = &rest[..end.unwrap_or(rest.len())];
        let trimmed = piece.trim();
        // Rules of stars and dashes carry no words.
        if trimmed.contains(char::is_alphanumeric) {
            let (mark, text) = marked(trimmed);
            let indent = piece.chars().take_while(|c| c.is_whitespace()).map(|c| if c == '\t' { 8 } else { 1 }).sum();
            raw.push(Raw { text, width: trimmed.chars().count(), indent, mark, gap });
            gap = false;
        } else {
            gap = true;
        }
        let Some(end) = end else { return raw };
        let length = if rest[end..].starts_with("\r\n") { 2 } else { rest[end..].chars().next().map_or(1, char::len_utf8) };
        rest = &rest[end + length..];
    }
}

/// Where the first line of a text ends. `\r\n` gives an empty piece between its two characters, which is no empty line.
fn line_end(text: &str) -> Option<usize> {
    let mut from = 0;
    loop {
        // Line feed, vertical tab, form feed, carriage return, and what the breaks of other alphabets begin with.
        let at = from + clean::find(&text.as_bytes()[from..], |byte| matches!(byte, b'\n'..=b'\r' | 0xC2 | 0xE2))?;
        let first = text[at..].chars().next()?;
        if first.is_ascii() || matches!(first, '\u{85}' | '\u{2028}' | '\u{2029}') {
            return Some(at);
        }
        from = at + first.len_utf8();
    }
}

/// Takes the mark off a line.
fn marked(line: &str) -> (Mark, &str) {
    let mut chars = line.chars();
    let first = chars.next().unwrap_or(' ');
    let rest = chars.as_str();
    let spaced = rest.starts_with(char::is_whitespace);
    match first {
        '•' | '●' | '▪' | '■' | '◦' | '‣' | '⁃' | '∙' => (Mark::Bullet, rest.trim_start()),
        '-' | '*' | '·' | '+' if spaced => (Mark::Bullet, rest.trim_start()),
        '–' | '—' if spaced => (Mark::Dash, line),
        '#' => {
            let after = rest.trim_start_matches('#');
            let level = 1 + rest.len() - after.len();
            if level <= 6 && after.starts_with(' ') {
                (Mark::Heading, after.trim().trim_end_matches('#').trim_end())
            } else {
                (Mark::None, line)
            }
        }
        '0'..='9' => {
            let digits = line.bytes().take_while(u8::is_ascii_digit).count();
            let ends = line[digits..].starts_with(". ") || line[digits..].starts_with(") ");
            match line[..digits].parse() {
                Ok(number) if ends && digits <= 2 => (Mark::Number(number), line),
                _ => (Mark::None, line),
            }
        }
        _ => (Mark::None, line),
    }
}

/// How a file is wrapped.
struct Wrap {
    /// Characters in its fullest lines.
    width: usize,
    /// Paragraphs are set apart by empty lines.
    gaps: bool,
    /// Paragraphs begin with an indent.
    indents: bool,
}

impl Wrap {
    fn of(raw: &[Raw<'_>]) -> Option<Self> {
        let pairs: Vec<&[Raw<'_>]> =
            raw.windows(2).filter(|pair| !pair[1].gap && pair[1].mark == Mark::None && pair[0].mark != Mark::Heading).collect();
        let runs_on = pairs.iter().filter(|pair| starts_low(pair[1].text) && !ends_sentence(pair[0].text)).count();
        let mut widths: Vec<usize> = pairs.iter().map(|pair| pair[0].width).collect();
        widths.sort_unstable();
        // One long line (an address) does not unmake a wrapped file.
        let width = *widths.get((widths.len().max(1) - 1) * 95 / 100)?;
        let wrapped = runs_on > 0 && runs_on * 5 >= pairs.len() && (NARROWEST_WRAP..=WIDEST_WRAP).contains(&width);
        if !wrapped {
            return None;
        }
        let gaps = raw.windows(3).filter(|three| three[1].gap && !three[2].gap).count();
        let indented = raw.iter().filter(|line| line.indent >= 2).count();
        Some(Self { width, gaps: gaps > 0, indents: indented > 0 && indented * 2 <= raw.len() })
    }

    /// True when `next` goes on where `line` ends; `mark` is that of the paragraph both would stand in.
    fn joins(&self, line: &Raw<'_>, next: &Raw<'_>, mark: Mark) -> bool {
        if next.gap || mark == Mark::Heading {
            return false;
        }
        if next.mark != Mark::None {
            // A dash or a number may stand at the start of a line by the accident of the wrap.
            let list = matches!(next.mark, Mark::Bullet | Mark::Heading)
                || matches!(mark, Mark::Dash | Mark::Number(_))
                || ends_sentence(line.text);
            return !list && self.is_full(line, next, 0);
        }
        if starts_low(next.text) && !ends_sentence(line.text) {
            return true;
        }
        if self.indents && mark == Mark::None {
            if next.indent >= 2 {
                return false;
            }
            // Where the indent alone parts paragraphs, a short line (a dateline was cut off, a name was too long) goes on.
            if !self.gaps {
                return true;
            }
        }
        if self.gaps {
            self.is_full(line, next, self.width * 3 / 10)
        } else {
            self.is_full(line, next, 2) || !ends_sentence(line.text) && self.is_full(line, next, self.width / 10)
        }
    }

    /// True when the next word would not have fitted on the line, give or take `slack` characters.
    fn is_full(&self, line: &Raw<'_>, next: &Raw<'_>, slack: usize) -> bool {
        let word = next.text.split_whitespace().next().map_or(0, |word| word.chars().count());
        line.width + 1 + word + slack > self.width
    }
}

/// Ends of words that are no words of their own: a hyphen before one was set by the wrap.
const ENDINGS: [&str; 50] = [
    "able", "ally", "ance", "ances", "ary", "ation", "ations", "bour", "cal", "ced", "cing", "cy", "ed", "ence", "ences", "ent", "ents",
    "er", "ers", "est", "ful", "ible", "ical", "ies", "ing", "ings", "ised", "ism", "ist", "ists", "ities", "ity", "ive", "ized", "less",
    "ly", "ment", "ments", "mer", "ness", "ory", "ous", "sion", "sions", "ted", "ter", "ters", "ting", "tor", "tors",
];

/// Appends a wrapped line. A hyphen at the wrap goes when the text has the whole word elsewhere, or when what follows is only the end of one.
fn join<'t>(open: &mut String, next: &str, words: impl FnOnce() -> &'t HashSet<&'t str>) {
    let mut ending = open.trim_end().chars().rev();
    let hyphenated = ending.next() == Some('-') && ending.next().is_some_and(char::is_alphabetic) && starts_low(next);
    if !hyphenated {
        open.push(' ');
        open.push_str(next);
        return;
    }
    open.truncate(open.trim_end().len() - 1);
    let start = open.rfind(|c: char| !c.is_alphanumeric()).map_or(0, |at| at + open[at..].chars().next().map_or(1, char::len_utf8));
    let end = next.find(|c: char| !c.is_alphanumeric()).unwrap_or(next.len());
    let rest = &next[..end];
    let is_ending = ENDINGS.contains(&rest) || rest.starts_with("tion") || rest.starts_with("ture");
    if !is_ending && !words().contains(format!("{}{rest}", &open[start..]).as_str()) {
        open.push('-');
    }
    open.push_str(next);
}

fn push(lines: &mut Vec<Line>, mark: Mark, text: String) {
    let text = clean::owned(text);
    if text.contains(char::is_alphanumeric) {
        lines.push(Line { text, mark });
    }
}

/// Two and more numbers in order, or dashes in a row, are a list: its marks are dropped. A single one is part of the text.
fn number_lists(lines: &mut [Line]) {
    let mut start = 0;
    while start < lines.len() {
        let follows = |at: usize, mark: Mark| match (lines[start].mark, mark) {
            (Mark::Dash, Mark::Dash) => true,
            (Mark::Number(first), Mark::Number(number)) => first <= 1 && number as usize == first as usize + at - start,
            _ => false,
        };
        let end = (start..lines.len()).find(|&at| !follows(at, lines[at].mark)).unwrap_or(lines.len());
        for line in &mut lines[start..end.max(start + 1)] {
            let list = end > start + 1;
            if list && let Some((_, words)) = line.text.split_once(' ') {
                line.text = words.to_owned();
            }
            if matches!(line.mark, Mark::Dash | Mark::Number(_)) {
                line.mark = if list { Mark::Bullet } else { Mark::None };
            }
        }
        start = end.max(start + 1);
    }
}

fn starts_low(text: &str) -> bool {
    text.chars().next().is_some_and(char::is_lowercase)
}

/// True when a line ends as a sentence does, closing quotation marks and brackets looked through.
pub(in crate::format) fn ends_sentence(text: &str) -> bool {
    text.trim_end_matches(['"', '\'', '”', '’', '»', ')', ']']).ends_with(['.', '!', '?', '…', ':', ';'])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Expected lines, one each; items begin with "* ", crossheads with "# ".
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let drawn: Vec<String> = lines(text)
            .iter()
            .map(|line| match line.mark {
                Mark::Bullet => format!("* {}", line.text),
                Mark::Heading => format!("# {}", line.text),
                _ => line.text.clone(),
            })
            .collect();
        assert_eq!(drawn, expected);
    }

    #[test]
    fn unwrapped_lines_are_paragraphs() {
        check("One is here.\nTwo is here.\r\nThree.\r\rFour", &["One is here.", "Two is here.", "Three.", "Four"]);
        check("", &[]);
        check("\n \n* * *\n---\n", &[]);
    }

    #[test]
    fn wrapped_paragraphs_between_empty_lines() {
        check(
            "The harbour of Port Ellery was closed on Monday after a storm had\nthrown two ships against the pier, the mayor said. Nobody was\nhurt.\n\nRepairs\nThe work will take a week, and the ferry to Isle Green will not run\nuntil then.\n",
            &[
                "The harbour of Port Ellery was closed on Monday after a storm had thrown two ships against the pier, the mayor said. Nobody was hurt.",
                "Repairs",
                "The work will take a week, and the ferry to Isle Green will not run until then.",
            ],
        );
    }

    #[test]
    fn wrapped_paragraphs_without_empty_lines() {
        check(
            "The harbour of Port Ellery was closed on Monday after a storm had\nthrown two ships against the pier, the mayor said. Nobody was\nhurt.\nRepairs begin\nThe work will take a week, and the ferry to Isle Green will not run\nuntil then.\n",
            &[
                "The harbour of Port Ellery was closed on Monday after a storm had thrown two ships against the pier, the mayor said. Nobody was hurt.",
                "Repairs begin",
                "The work will take a week, and the ferry to Isle Green will not run until then.",
            ],
        );
    }

    #[test]
    fn wrapped_paragraphs_with_indents() {
        check(
            "    The harbour of Port Ellery was closed on Monday after a storm\nhad thrown two ships against the pier, the mayor of the town said.\n    Repairs will take a week, and the ferry to Isle Green will not\nrun until then.\n",
            &[
                "The harbour of Port Ellery was closed on Monday after a storm had thrown two ships against the pier, the mayor of the town said.",
                "Repairs will take a week, and the ferry to Isle Green will not run until then.",
            ],
        );
    }

    #[test]
    fn hyphens_at_a_wrap() {
        check(
            "The government of the island said on Monday that the old govern-\nment house will be a museum, and that its well-\nknown garden will be open to all visi-\ntors and negotia-\ntions.\n",
            &[
                "The government of the island said on Monday that the old government house will be a museum, and that its well-known garden will be open to all visitors and negotiations.",
            ],
        );
    }

    #[test]
    fn marks() {
        check("- one\n• two\n•three\n* four\nFive.", &["* one", "* two", "* three", "* four", "Five."]);
        check("– We will win, he said.\nThey lost.", &["– We will win, he said.", "They lost."]);
        check("– One\n– Two", &["* One", "* Two"]);
        check("1. One\n2. Two\n2025. Three\n4. Four", &["* One", "* Two", "2025. Three", "4. Four"]);
        check("## The pier ##\n#tag", &["# The pier", "#tag"]);
        check("-5 degrees", &["-5 degrees"]);
    }

    #[test]
    fn wrapped_bullets() {
        check(
            "- The harbour of Port Ellery was closed on Monday after a storm had\n  thrown two ships against the pier\n- Repairs take a week\n\nThe mayor said that nobody had been hurt, and that the ferry to Isle\nGreen will run again.\n",
            &[
                "* The harbour of Port Ellery was closed on Monday after a storm had thrown two ships against the pier",
                "* Repairs take a week",
                "The mayor said that nobody had been hurt, and that the ferry to Isle Green will run again.",
            ],
        );
    }
}
