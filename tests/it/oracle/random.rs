//! Random queries, made of the words of the archive that is asked, so that many of them find something.

use super::Archive;
use super::text::{self, Token};
use crate::sandbox::corpus;
use onrecord::ingest::{Options, Tally, Update};
use onrecord::query::Mode;
use onrecord::record::{Loaded, speaker_text};
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

/// A small generator of numbers (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 11) % end.max(1) as u64) as usize
    }

    fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    fn of<'t, T: ?Sized>(&mut self, list: &[&'t T]) -> &'t T {
        list[self.below(list.len())]
    }
}

/// Makes queries about one article: its words, names, crossheads.
struct Maker<'a> {
    dice: &'a mut Dice,
    loaded: &'a Loaded,
    tokens: &'a [Token],
    /// Words are taken from around here.
    at: usize,
}

impl Maker<'_> {
    /// The whole query.
    fn query(&mut self) -> String {
        let clauses: Vec<String> = (0..1 + self.dice.below(3)).map(|_| self.clause(2)).collect();
        let between = self.dice.of(&[" ", " ", " ", " AND ", " OR "]);
        clauses.join(between)
    }

    /// One clause, perhaps excluded.
    fn clause(&mut self, depth: usize) -> String {
        let clause = self.condition(depth);
        match self.dice.below(12) {
            0 => format!("-{clause}"),
            1 => format!("NOT {clause}"),
            2 if !clause.contains(' ') => format!("{clause}^2"),
            _ => clause,
        }
    }

    fn condition(&mut self, depth: usize) -> String {
        match self.dice.below(28) {
            0..=4 => self.leaf(),
            5..=7 => self.near(depth),
            8 if depth > 0 => {
                let clauses: Vec<String> = (0..2 + self.dice.below(2)).map(|_| self.clause(depth - 1)).collect();
                format!("({})", clauses.join(self.dice.of(&[" ", " AND ", " OR ", " OR "])))
            }
            9 => {
                let words: Vec<String> = (0..2 + self.dice.below(3)).map(|_| self.leaf()).collect();
                format!("{} OF ({})", 1 + self.dice.below(words.len()), words.join(" "))
            }
            10 => format!("hlead({})", self.words(depth, true)),
            11 => format!("first{}({})", [1, 3, 8, 20, 50, 120][self.dice.below(6)], self.words(depth, true)),
            12 => self.at_least(),
            13 => format!("caps({})", self.alternatives()),
            14 => format!("within(section:{}, {})", self.crosshead(), self.words(depth, false)),
            15 => format!("within(section:{}, {} {})", self.crosshead(), self.of_quote(depth), self.of_quote(depth)),
            16 => format!("said({}, {})", self.name(), self.clause(depth.saturating_sub(1))),
            17 => format!("{}:{}", self.dice.of(&["about", "mention"]), self.named()),
            18 => format!(
                "{}:?",
                self.dice.of(&["speaker", "role", "cue", "desk", "date", "section", "summary", "byline", "said-on", "place"])
            ),
            19..=22 => self.of_quote(depth),
            23 => format!("kind:{}", self.dice.of(&["direct", "mixed", "indirect", "(direct OR mixed OR indirect)", "(mixed OR direct)"])),
            24..=25 => self.of_article(depth),
            _ => self.date(),
        }
    }

    /// Words and operators, as they stand in hlead( ) and within( ).
    fn words(&mut self, depth: usize, scoped: bool) -> String {
        match self.dice.below(9) {
            0..=2 => self.leaf(),
            3 => self.near(depth),
            4 => format!("{} {}", self.leaf(), self.leaf()),
            5 => format!("{} OR {}", self.leaf(), self.near(depth)),
            6 => format!("{} -{}", self.leaf(), self.leaf()),
            7 => self.at_least(),
            _ if scoped => format!("caps({}) OR ({} {})", self.leaf(), self.leaf(), self.leaf()),
            _ => format!("caps({})", self.leaf()),
        }
    }

    fn at_least(&mut self) -> String {
        let count = 1 + self.dice.below(4);
        match self.dice.below(4) {
            0 => format!("atleast{count}({} {})", self.leaf(), self.leaf()),
            1 => format!("atleast{count}(caps({}) OR {})", self.leaf(), self.leaf()),
            _ => format!("atleast{count}({})", self.alternatives()),
        }
    }

    fn alternatives(&mut self) -> String {
        let words: Vec<String> = (0..1 + self.dice.below(3)).map(|_| self.leaf()).collect();
        words.join(" OR ")
    }

    /// Two operands and a connector.
    fn near(&mut self, depth: usize) -> String {
        let reach = match self.dice.below(6) {
            0 => "s".to_owned(),
            1 => "p".to_owned(),
            _ => [1, 2, 3, 5, 8, 15, 40][self.dice.below(7)].to_string(),
        };
        let connector = self.dice.of(&["w", "w", "pre", "near"]);
        format!("{} {connector}/{reach} {}", self.operand(depth), self.operand(depth))
    }

    fn operand(&mut self, depth: usize) -> String {
        match self.dice.below(10) {
            0 if depth > 0 => format!("({})", self.near(depth - 1)),
            1 => format!("({} OR {})", self.leaf(), self.leaf()),
            2 => format!("({} {})", self.leaf(), self.leaf()),
            3 if depth > 0 => format!("({} OR {} OR ({}))", self.leaf(), self.leaf(), self.near(depth - 1)),
            4 if depth > 0 => format!("(({} {}) OR {})", self.leaf(), self.leaf(), self.operand(depth - 1)),
            5 => format!("caps({})", self.leaf()),
            _ => self.leaf(),
        }
    }

    fn of_quote(&mut self, depth: usize) -> String {
        match self.dice.below(9) {
            0..=2 => format!("speaker:{}", self.group(Self::name)),
            3..=4 => format!("quote:{}", self.group(Self::leaf)),
            5 => format!("quote:({})", self.near(depth)),
            6 => format!(
                "role:{}",
                self.printed(|_, loaded, quote| {
                    loaded.attribution.quotes[quote].speaker.and_then(|speaker| loaded.attribution.speakers[speaker].role.clone())
                })
            ),
            7 => format!(
                "cue:{}",
                self.printed(|_, loaded, quote| { Some(loaded.attribution.quotes[quote].cue?.of(loaded.article.body()).to_owned()) })
            ),
            _ => format!("confidence:{}", self.dice.of(&[">=0.9", "0.5..0.9", "<=0.8", "1"])),
        }
    }

    fn of_article(&mut self, depth: usize) -> String {
        let meta = &self.loaded.article.meta;
        match self.dice.below(10) {
            0 => format!("headline:{}", self.group(Self::of_headline)),
            1 => format!("headline:({} w/{} {})", self.of_headline(), [1, 3, 7][self.dice.below(3)], self.of_headline()),
            2 => format!("summary:{}", self.group(Self::leaf)),
            3 => format!("body:{}", self.group(Self::leaf)),
            4 => format!("body:({})", self.near(depth)),
            5 => format!("section:{}", self.group(Self::crosshead)),
            6 => format!("section:({} {} {})", self.crosshead(), self.dice.of(&["w/s", "w/p", "w/4"]), self.crosshead()),
            7 => format!("desk:{}", self.word_of(meta.desk.as_deref())),
            8 => format!("publisher:{}", self.word_of(meta.publisher.as_deref())),
            _ => format!("byline:{}", self.word_of(meta.byline.as_deref().or(meta.authors.first().map(String::as_str)))),
        }
    }

    fn date(&mut self) -> String {
        let Some(date) = self.loaded.article.meta.date else { return "date:2025".to_owned() };
        let text = date.to_string();
        let cut = |length: usize| text.get(..length).unwrap_or(&text).to_owned();
        let field = self.dice.of(&["date", "date", "date", "modified", "said-on"]);
        match self.dice.below(7) {
            0 => format!("{field}:{}", cut(4)),
            1 => format!("{field}:{}", cut(7)),
            2 => format!("{field}:{}", cut(10)),
            3 => format!("{field}:{}..", cut(7)),
            4 => format!("{field}:<{}", cut(10)),
            5 => format!("{field}:>{}", cut(7)),
            _ => text.get(5..10).map_or("on:04-17".to_owned(), |day| format!("on:{day}")),
        }
    }

    /// The value of a field: one, or several in parentheses.
    fn group(&mut self, value: impl Fn(&mut Self) -> String) -> String {
        match self.dice.below(10) {
            0 => format!("({} OR {})", value(self), value(self)),
            1 => format!("({} {})", value(self), value(self)),
            2 => format!("({} -{})", value(self), value(self)),
            3 => format!("atleast2({})", value(self)),
            4 => format!("caps({})", value(self)),
            _ => value(self),
        }
    }

    fn named(&mut self) -> String {
        match self.dice.below(8) {
            0 => format!("({} OR {})", self.name(), self.name()),
            1 => format!("({} {})", self.name(), self.name()),
            2 => format!("atleast2({})", self.name()),
            3 => format!("caps({})", self.name()),
            4 => self.leaf(),
            5 => format!("({} w/3 {})", self.leaf(), self.leaf()),
            _ => self.name(),
        }
    }

    /// A name that speaks, or a part of one.
    fn name(&mut self) -> String {
        let name = self.printed(|_, loaded, quote| {
            Some(speaker_text(&loaded.article, &loaded.attribution, &loaded.attribution.quotes[quote]).to_owned())
        });
        match self.dice.below(6) {
            0 => name.to_lowercase(),
            1 => name.chars().take(4).chain(['*']).filter(|c| c.is_alphanumeric() || *c == '*').collect(),
            _ => name,
        }
    }

    /// A word, or all words as a phrase, of something that the article's quotes have.
    fn printed(&mut self, of: impl Fn(&Self, &Loaded, usize) -> Option<String>) -> String {
        let count = self.loaded.attribution.quotes.len();
        let text = if count > 0 { of(self, self.loaded, self.dice.0 as usize % count) } else { None };
        self.word_of(text.as_deref().filter(|text| !text.is_empty()))
    }

    fn word_of(&mut self, text: Option<&str>) -> String {
        let Some(text) = text else { return self.leaf() };
        let words = text::words(text);
        match self.dice.below(3) {
            0 if words.len() > 1 => format!("\"{}\"", text.replace(['"', '\n', '*'], " ")),
            _ if words.is_empty() => "nobody".to_owned(),
            _ => {
                let (start, end) = words[self.dice.below(words.len())];
                text[start..end].to_owned()
            }
        }
    }

    fn of_headline(&mut self) -> String {
        self.word_of(self.loaded.article.meta.headline.as_deref())
    }

    fn crosshead(&mut self) -> String {
        let body = self.loaded.article.body();
        let heads: Vec<&str> = self.loaded.article.sections().iter().filter_map(|s| s.heading).map(|heading| heading.of(body)).collect();
        if heads.is_empty() {
            self.leaf()
        } else {
            let head = self.dice.of(&heads);
            self.word_of(Some(head))
        }
    }

    /// A word near where words are taken from, and where the next one is.
    fn token(&mut self) -> usize {
        if self.dice.one_in(8) {
            self.at = self.dice.below(self.tokens.len());
        }
        let step = self.dice.below(12);
        (self.at + step) % self.tokens.len()
    }

    /// A word, a phrase, something with wildcards.
    fn leaf(&mut self) -> String {
        if self.tokens.is_empty() {
            return "nothing".to_owned();
        }
        let at = self.token();
        let printed = self.tokens[at].printed.clone();
        let letters: Vec<char> = printed.chars().collect();
        let cut = 1 + self.dice.below(letters.len());
        let joined =
            |parts: &[&[char]], between: &str| parts.iter().map(|part| part.iter().collect()).collect::<Vec<String>>().join(between);
        // The page does not say what points and apostrophes in a pattern stand for.
        let kinds = if letters.iter().all(|c| c.is_alphanumeric()) { 20 } else { 13 };
        match self.dice.below(kinds) {
            0..=6 => printed,
            7..=8 => printed.to_lowercase(),
            9..=11 => self.phrase(at),
            12 => format!("={printed}"),
            13 => joined(&[&letters[..cut], &[]], "*"),
            14 => joined(&[&[], &letters[cut - 1..]], "*"),
            15 => joined(&[&letters[..cut.min(letters.len() - 1)], &letters[cut.min(letters.len() - 1)..]], "*"),
            16 if letters.len() > 2 => joined(&[&letters[..1], &letters[2..]], "?"),
            17 if letters.len() > 4 => {
                let edits = 1 + usize::from(letters.len() > 6 && self.dice.one_in(2));
                let swapped = [&letters[..1], &[letters[2], letters[1]], &letters[3..]].concat();
                let changed = match self.dice.below(3) {
                    0 => joined(&[&letters[..cut], &letters[cut..]], "e"),
                    1 => joined(&[&letters[..cut - 1], &letters[cut..]], ""),
                    _ => joined(&[&swapped], ""),
                };
                format!("{changed}~{edits}")
            }
            18 => match self.dice.below(3) {
                0 => format!("/{}.*/", joined(&[&letters[..cut.min(3)]], "")),
                1 => "/[0-9]+(th)?/".to_owned(),
                _ => format!("/.{{1,3}}{}/", joined(&[&letters[cut - 1..]], "")),
            },
            _ => printed,
        }
    }

    /// Some words that stand side by side, one perhaps open or cut.
    fn phrase(&mut self, at: usize) -> String {
        let end = (at + 2 + self.dice.below(3)).min(self.tokens.len());
        let mut words: Vec<String> = self.tokens[at..end].iter().map(|token| token.printed.clone()).collect();
        let last = words.len() - 1;
        match self.dice.below(5) {
            0 if last > 1 => words[1] = "*".to_owned(),
            1 => words[last] = words[last].chars().take(3).chain(['*']).collect(),
            2 => words.iter_mut().for_each(|word| *word = word.to_lowercase()),
            _ => {}
        }
        format!("\"{}\"", words.join(self.dice.of(&[" ", " ", " ", "-"])))
    }
}

/// Asks so many queries in both modes. Gives how many of them were read, and how many found something.
fn ask(archive: &Archive, queries: usize, seed: u64, marked: usize) -> (usize, usize) {
    let oracles = archive.oracles();
    let tokens: Vec<Vec<Token>> = archive.articles.iter().map(|loaded| text::tokens(loaded.article.body())).collect();
    let mut dice = Dice(seed.max(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let (mut read, mut hits) = (0, 0);
    let mut wrong = Vec::new();
    while read < queries {
        let i = dice.below(archive.articles.len());
        let at = dice.below(tokens[i].len());
        let query = Maker { dice: &mut dice, loaded: &archive.articles[i], tokens: &tokens[i], at }.query();
        // Some words are no words of a query: AND, w/5.
        if onrecord::query::parse(&query).is_err() {
            continue;
        }
        read += 1;
        for mode in [Mode::Articles, Mode::Quotes] {
            match archive.compare(&oracles, &query, mode, marked) {
                Ok(found) => hits += usize::from(found > 0),
                // A bound of the program, no matter of meaning.
                Err(what) if what.contains("different words of this index") => {}
                Err(what) => wrong.push(format!("{query} in {mode:?}: {what}")),
            }
        }
        if wrong.len() > 40 {
            break;
        }
    }
    assert!(wrong.is_empty(), "{} wrong of {read} queries of seed {seed}:\n{}", wrong.len(), wrong.join("\n"));
    (read, hits)
}

#[test]
fn the_index_finds_and_marks_what_the_oracle_does() {
    let number = |name: &str, or: usize| std::env::var(name).map_or(or, |text| text.parse().expect(name));
    let (queries, seed) = (number("ONRECORD_ORACLE_QUERIES", 1_000), number("ONRECORD_ORACLE_SEED", 17));
    if let Some(folder) = std::env::var_os("ONRECORD_ORACLE_INDEX") {
        let archive = Archive::open(Path::new(&folder), number("ONRECORD_ORACLE_ARTICLES", 300));
        let (read, hits) = ask(&archive, queries, seed as u64, 20);
        assert!(hits * 3 > read, "{read} queries, {hits} with hits");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let (paths, options, tally, stop) = ([corpus().join("archive")], Options::default(), Tally::default(), AtomicBool::new(false));
    Update { index: folder.path(), paths: &paths, options: &options, wait: Duration::ZERO, tally: &tally, stop: &stop }
        .run()
        .expect("an index");
    let archive = Archive::open(folder.path(), usize::MAX);
    assert!(archive.is_whole, "an article of the sample archive is taken for another language than English");
    let (read, hits) = ask(&archive, queries, seed as u64, 4);
    assert!(hits > read, "{read} queries, {hits} with hits");
}
