//! Texts as docs/query.md counts them: words and their positions, sentences, paragraphs. Written from that page, on its own.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// A word of a text.
#[derive(Debug, Clone)]
pub(super) struct Token {
    /// Bytes into the text that is shown: the body, a headline.
    pub(super) start: usize,
    pub(super) end: usize,
    /// Which of the pieces that the text was put together of.
    pub(super) piece: usize,
    /// How many words, ends of paragraphs and omissions stand before it.
    pub(super) position: u32,
    pub(super) sentence: usize,
    pub(super) paragraph: usize,
    pub(super) printed: String,
    /// Without accents.
    pub(super) plain: String,
    /// In small letters besides.
    pub(super) folded: String,
    /// Without possessive and inner punctuation besides.
    pub(super) bare: String,
    pub(super) stem: String,
}

/// Is this one of the letters and digits that words are made of?
pub(super) fn is_letter(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c)
}

pub(super) fn is_apostrophe(c: char) -> bool {
    "'’‘ʼ＇".contains(c)
}

/// First byte and end of each word.
pub(super) fn words(text: &str) -> Vec<(usize, usize)> {
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let at = |i: usize| chars.get(i).map_or(' ', |(_, c)| *c);
    // Each character, in order: does it belong to a word?
    let mut inside: Vec<bool> = Vec::new();
    for i in 0..chars.len() {
        let (before, here, after) = (if i > 0 { at(i - 1) } else { ' ' }, at(i), at(i + 1));
        let in_word = i > 0 && inside[i - 1];
        inside.push(match here {
            _ if is_letter(here) => true,
            _ if is_apostrophe(here) => in_word && after.is_alphabetic(),
            ',' => in_word && before.is_ascii_digit() && after.is_ascii_digit(),
            '.' => in_word && (before.is_ascii_digit() && after.is_ascii_digit() || is_in_abbreviation(&at, &inside, i)),
            _ => false,
        });
    }
    let mut found = Vec::new();
    for (i, (byte, c)) in chars.iter().enumerate().filter(|(i, _)| inside[*i]) {
        match found.last_mut() {
            Some((_, end)) if i > 0 && inside[i - 1] => *end = byte + c.len_utf8(),
            _ => found.push((*byte, byte + c.len_utf8())),
        }
    }
    found
}

/// Is this point one of `U.S.`: single letters, each with a point, two at least, and no letter behind?
fn is_in_abbreviation(at: &impl Fn(usize) -> char, inside: &[bool], point: usize) -> bool {
    let pair = |i: usize| at(i).is_ascii_alphabetic() && at(i + 1) == '.';
    let (mut first, mut end) = (point - 1, point - 1);
    while first >= 2 && inside[first - 1] && pair(first - 2) {
        first -= 2;
    }
    let starts = first == 0 || !inside[first - 1];
    while pair(end) {
        end += 2;
    }
    starts && pair(first) && end >= first + 4 && !is_letter(at(end))
}

/// The words of a text whose paragraphs are its lines, as one piece.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let ends = sentence_ends(text);
    let mut found: Vec<Token> = Vec::new();
    let mut behind = 0;
    for (start, end) in words(text) {
        let skipped = text[behind..start].chars().filter(|c| matches!(c, '\n' | '…')).count() as u32;
        let printed = &text[start..end];
        let (plain, folded) = (plain(printed), folded(printed));
        let bare = bare(&folded);
        found.push(Token {
            start,
            end,
            piece: 0,
            position: found.last().map_or(0, |last| last.position + 1) + skipped,
            sentence: ends.iter().filter(|end| **end <= start).count(),
            paragraph: text[..start].matches('\n').count(),
            printed: printed.to_owned(),
            plain,
            stem: stem(&bare),
            bare,
            folded,
        });
        behind = end;
    }
    found
}

/// A text made of pieces of another, each with the byte where it stands there, and what stands between them.
pub(super) fn joined(pieces: &[(&str, usize)], between: &str) -> (String, Vec<Token>) {
    let (mut text, mut begins) = (String::new(), Vec::new());
    for (i, (piece, _)) in pieces.iter().enumerate() {
        text.push_str(if i > 0 { between } else { "" });
        begins.push(text.len());
        text.push_str(piece);
    }
    let mut tokens = tokens(&text);
    for token in &mut tokens {
        token.piece = begins.iter().filter(|begin| **begin <= token.start).count() - 1;
        let (own, there) = (begins[token.piece], pieces[token.piece].1);
        (token.start, token.end) = (token.start - own + there, token.end - own + there);
    }
    (text, tokens)
}

/// A headline, a name or a desk is one sentence.
pub(super) fn name(text: &str) -> Vec<Token> {
    tokens(text).into_iter().map(|token| Token { sentence: 0, paragraph: 0, ..token }).collect()
}

/// Words that end in a point without ending a sentence.
const ABBREVIATIONS: &str = " mr mrs ms dr prof sen rep gov gen col lt sgt capt st jr sr vs etc inc ltd co corp \
    jan feb mar apr aug sept oct nov dec rev hon ";

/// "5 p.m. Friday" goes on.
const CALENDAR: &str = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August September \
    October November December";

/// Where sentences end. A sentence ends behind its stops and the marks that close it, if no small letter follows, and with its line.
pub(super) fn sentence_ends(text: &str) -> Vec<usize> {
    let mut ends: Vec<usize> = text.match_indices('\n').map(|(at, _)| at + 1).collect();
    let mut line_begins = 0;
    for line in text.split_inclusive('\n') {
        let mut begins = line_begins;
        let mut at = line_begins;
        let line_end = line_begins + line.trim_end_matches('\n').len();
        while let Some(stop) = text[at..line_end].find(['.', '?', '!', '…']).map(|found| at + found) {
            let closing = |c: char| ".?!…\"'”’»)]".contains(c);
            at = line_end - text[stop..line_end].trim_start_matches(closing).len();
            let rest = &text[at..line_end];
            let next = rest.trim_start().chars().next();
            let is_parted = rest.is_empty() || rest.starts_with(char::is_whitespace);
            let begins_anew = next.is_none_or(|c| c.is_uppercase() || c.is_numeric() || !c.is_alphanumeric());
            let word = text[begins..stop].rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
            let is_initial = word.chars().count() == 1 && word.chars().all(char::is_uppercase);
            let is_abbreviation = !word.is_empty() && ABBREVIATIONS.contains(&format!(" {} ", word.to_lowercase()));
            let is_number = word.eq_ignore_ascii_case("no") && next.is_some_and(|c| c.is_ascii_digit());
            let follows = |days: &str| days.split(' ').any(|day| rest.trim_start().starts_with(day));
            let is_hour = (text[begins..stop].ends_with("a.m") || text[begins..stop].ends_with("p.m")) && follows(CALENDAR);
            let is_end = !(text[stop..].starts_with('.') && (is_initial || is_abbreviation || is_number || is_hour));
            if is_parted && begins_anew && is_end {
                ends.push(at);
                begins = at;
            }
        }
        line_begins += line.len();
    }
    ends
}

/// Without accents, apostrophes all the same.
pub(super) fn plain(word: &str) -> String {
    let mut out = String::new();
    for c in word.nfkd().filter(|c| !is_combining_mark(*c)) {
        match c {
            _ if is_apostrophe(c) => out.push('\''),
            'ß' => out.push_str("ss"),
            'æ' => out.push_str("ae"),
            'Æ' => out.push_str("AE"),
            'œ' => out.push_str("oe"),
            'Œ' => out.push_str("OE"),
            'ø' => out.push('o'),
            'Ø' => out.push('O'),
            'ł' => out.push('l'),
            'Ł' => out.push('L'),
            'đ' | 'ð' => out.push('d'),
            'Đ' | 'Ð' => out.push('D'),
            'þ' => out.push_str("th"),
            'Þ' => out.push_str("TH"),
            'ı' => out.push('i'),
            c => out.push(c),
        }
    }
    out
}

/// Without accents, in small letters.
pub(super) fn folded(word: &str) -> String {
    plain(&plain(word).to_lowercase())
}

/// Without possessive and inner punctuation: `russia's` is `russia`, `1,000` is `1000`, `u.s.` is `us`; `2.5` stays.
pub(super) fn bare(word: &str) -> String {
    let word = word.strip_suffix("'s").unwrap_or(word);
    let is_number = word.starts_with(|c: char| c.is_ascii_digit());
    word.chars().filter(|c| !matches!(c, '\'' | ',') && (*c != '.' || is_number)).collect()
}

/// The stem of an English word; the word where the stem does not share its first two letters.
fn stem(bare: &str) -> String {
    if bare.is_empty() || !bare.chars().all(|c| c.is_ascii_lowercase()) {
        return bare.to_owned();
    }
    let stem = rust_stemmers::Stemmer::create(rust_stemmers::Algorithm::English).stem(bare).into_owned();
    let begins = |word: &str| word.chars().take(2).collect::<String>();
    if stem.len() > 1 && begins(&stem) == begins(bare) { stem } else { bare.to_owned() }
}
