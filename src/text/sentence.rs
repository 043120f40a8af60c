//! Sentences, as far as showing an excerpt needs them.

use super::Span;
use super::clean::find;

/// Abbreviations that end in a point without ending a sentence.
const ABBREVIATIONS: [&str; 33] = [
    "mr", "mrs", "ms", "dr", "prof", "sen", "rep", "gov", "gen", "col", "lt", "sgt", "capt", "st", "jr", "sr", "vs", "etc", "inc", "ltd",
    "co", "corp", "jan", "feb", "mar", "apr", "aug", "sept", "oct", "nov", "dec", "rev", "hon",
];

/// The sentences of a text, in order; blanks between them belong to none. A sentence never crosses a line end.
pub fn sentences(text: &str) -> Vec<Span> {
    let mut found = Vec::new();
    let mut line_start = 0;
    for line in text.split_inclusive('\n') {
        split_line(text, line_start, line_start + line.trim_end_matches('\n').len(), &mut found);
        line_start += line.len();
    }
    found
}

fn split_line(text: &str, start: usize, end: usize, found: &mut Vec<Span>) {
    let mut from = start;
    let bytes = text.as_bytes();
    let mut at = start;
    while at < end {
        // `…` begins with the byte 0xE2, as do many quotation marks.
        let Some(found_at) = find(&bytes[at..end], |byte| matches!(byte, b'.' | b'?' | b'!' | 0xE2)) else { break };
        let point = at + found_at;
        if bytes[point] == 0xE2 && !text[point..end].starts_with('…') {
            at = point + 3;
            continue;
        }
        at = point;
        // The marks that close a sentence stand behind its stop.
        let tail = text[at..end].find(|c: char| !matches!(c, '.' | '?' | '!' | '…' | '"' | '\'' | '”' | '’' | '»' | ')' | ']'));
        at = tail.map_or(end, |tail| at + tail);
        let mut next = text[at..end].chars();
        let parted = next.next().is_none_or(char::is_whitespace);
        let begins = next.find(|c| !c.is_whitespace()).is_none_or(|c| c.is_uppercase() || c.is_numeric() || !c.is_alphanumeric());
        if parted && begins && !(bytes[point] == b'.' && is_abbreviation(&text[from..point], text[at..end].trim_start())) {
            push(text, from, at, found);
            from = at;
        }
    }
    push(text, from, end, found);
}

/// Days and months: "5 p.m. Friday" goes on, as most other words in capitals do not.
const CALENDAR: [&str; 19] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

fn is_abbreviation(before: &str, behind: &str) -> bool {
    let word = before.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let initial = word.chars().count() == 1 && word.chars().all(char::is_uppercase);
    let number = word.eq_ignore_ascii_case("no") && behind.starts_with(|c: char| c.is_ascii_digit());
    let hour = ["a.m", "p.m"].iter().any(|hour| before.ends_with(hour)) && CALENDAR.iter().any(|day| behind.starts_with(day));
    initial || number || hour || ABBREVIATIONS.iter().any(|known| word.eq_ignore_ascii_case(known))
}

fn push(text: &str, from: usize, to: usize, found: &mut Vec<Span>) {
    let words = &text[from..to];
    let start = from + (words.len() - words.trim_start().len());
    let end = from + words.trim_end().len();
    if start < end {
        found.push(Span::new(start, end));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_where_a_reader_ends_them() {
        let text = "Mr. Hale left. “We won’t pay.” She paused … and went!\nThe U.S. Navy came at 5.30 p.m. on Friday. J. Roe \
                    said no. No. 5 came at 6 p.m. Sunday. It left at 7 p.m. The end.";
        let found: Vec<&str> = sentences(text).iter().map(|span| span.of(text)).collect();
        let expected = [
            "Mr. Hale left.",
            "“We won’t pay.”",
            "She paused … and went!",
            "The U.S. Navy came at 5.30 p.m. on Friday.",
            "J. Roe said no.",
            "No. 5 came at 6 p.m. Sunday.",
            "It left at 7 p.m.",
            "The end.",
        ];
        assert_eq!(found, expected);
    }

    proptest::proptest! {
        #[test]
        fn sentences_fit_their_text(text in "[\\PC\n]{0,80}") {
            let mut end = 0;
            for span in sentences(&text) {
                assert!(span.fits(&text) && span.start >= end && !span.is_empty());
                end = span.end;
            }
        }
    }
}
