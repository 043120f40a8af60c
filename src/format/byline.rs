//! Bylines: the names in "By Jane Doe and John Roe, Political Correspondent".
//!
//! The byline is kept as printed, without "By"; roles, places and papers stay in it and make no author. A line of running
//! text is taken for a byline only when every word of it fits one ("By the time he arrived" does not).

/// A byline as printed and the authors it names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Byline {
    /// As printed, without "By".
    pub(super) printed: String,
    /// One name each, spelled as printed.
    pub(super) authors: Vec<String>,
}

const LEADS: [&str; 9] = ["by ", "by: ", "by:", "words by ", "written by ", "written by: ", "reported by ", "story by ", "- by "];

/// Last words of what stands behind a name and is none: "Political Correspondent".
const ROLES: [&str; 33] = [
    "analyst",
    "bureau",
    "chief",
    "columnist",
    "contributor",
    "contributors",
    "correspondent",
    "correspondents",
    "critic",
    "desk",
    "director",
    "editor",
    "editors",
    "fellow",
    "historian",
    "intern",
    "journalist",
    "journalists",
    "lead",
    "newsroom",
    "photographer",
    "presenter",
    "producer",
    "professor",
    "reporter",
    "reporters",
    "researcher",
    "specialist",
    "staff",
    "staffer",
    "team",
    "writer",
    "writers",
];

/// Last words of papers and agencies: "Jane Doe, Harbour Times" names one author.
const PAPERS: [&str; 30] = [
    "association",
    "network",
    "group",
    "media",
    "picayune",
    "wire",
    "agencies",
    "agency",
    "associated",
    "broadcasting",
    "chronicle",
    "courier",
    "daily",
    "dispatch",
    "gazette",
    "herald",
    "journal",
    "magazine",
    "mail",
    "media",
    "network",
    "news",
    "online",
    "post",
    "press",
    "review",
    "service",
    "telegraph",
    "times",
    "tribune",
];

/// Words in lower case that belong to a name.
const PARTICLES: [&str; 21] = [
    "af", "al", "ap", "bin", "bint", "da", "de", "del", "den", "der", "di", "dos", "du", "el", "ibn", "la", "le", "ten", "ter", "van",
    "von",
];

/// A line of plain text that is a byline: it begins with "By" and holds nothing but names, roles and places.
pub(super) fn of_line(line: &str) -> Option<Byline> {
    let rest = without_lead(line)?;
    let words = rest.split_whitespace().count();
    if rest.len() > 160 || words == 0 || words > 18 || rest.ends_with(['.', '!', '?', ':', ',']) && !rest.ends_with("Jr.") {
        return None;
    }
    let pieces = pieces(rest);
    let fits = |piece: &&str| is_name(piece) || is_role(piece) || is_place(piece);
    let first = pieces.first()?;
    let certain = is_name(first) && !is_role(first) || (is_place(first) && words <= 3);
    (certain && pieces.iter().all(fits)).then(|| of_field(line))
}

/// A byline with a date behind or before it on the same line ("By Jane Doe, 17 April 2025 | 14:30"): the byline and the date's
/// text. The date need not be one that is understood.
pub(super) fn of_dated_line(line: &str) -> Option<(Byline, &str)> {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    if line.len() > 200 {
        return None;
    }
    // "17 April 2025 by Jane Doe"
    if let Some((date, names)) = line.split_once(" by ").or_else(|| line.split_once(" By "))
        && super::dates::of_line(date.trim_end_matches([' ', ',', '|', '·', '•', '-', '–', '—'])).is_some()
        && let Some(byline) = of_line(&format!("By {names}"))
    {
        return Some((byline, date.trim_end_matches([' ', ',', '|', '·', '•', '-', '–', '—'])));
    }
    let dates = |word: &str| {
        let start = word.get(..3).map(str::to_lowercase).unwrap_or_default();
        word.starts_with(|c: char| c.is_ascii_digit())
            || MONTHS.contains(&start.as_str()) && line.contains(|c: char| c.is_ascii_digit())
            || DAYS.contains(&start.as_str())
    };
    let mut at = 0;
    for word in line.split_inclusive(' ') {
        if at > 0 && dates(word) {
            let before = line[..at].trim_end_matches([' ', ',', '|', '·', '•', '-', '–', '—', '(']);
            let before = ["on", "Published", "Updated", "published", "updated"].iter().fold(before, |rest, label| {
                rest.strip_suffix(label)
                    .filter(|rest| rest.ends_with([' ', '|', ',']))
                    .unwrap_or(rest)
                    .trim_end_matches([' ', ',', '|', '·', '•', '-', '–', '—'])
            });
            // "By May Doe" is no date yet.
            if let Some(byline) = of_line(before) {
                return Some((byline, line[at..].trim_matches([' ', ')', '|'])));
            }
        }
        at += word.len();
    }
    None
}

/// A byline that the source marks as one, whatever it looks like.
pub(super) fn of_field(text: &str) -> Byline {
    let printed = without_lead(text).unwrap_or(text.trim()).trim_end_matches([',', ';', '|', ' ']).to_owned();
    let names: Vec<&str> = pieces(&printed);
    let mut authors: Vec<String> = Vec::new();
    // "Doe, Jane": one name, turned round.
    if let [last, first] = names[..]
        && printed.matches(',').count() == 1
        && [last, first].iter().all(|name| is_place(name) && !is_role(name))
        && printed.split_whitespace().count() == 2
    {
        return Byline { authors: vec![format!("{first} {last}")], printed };
    }
    for (index, piece) in names.iter().enumerate() {
        let named = is_name(piece) && !is_role(piece) && !(index > 0 && is_paper(piece));
        if named && !authors.iter().any(|known| known.eq_ignore_ascii_case(piece)) {
            authors.push((*piece).to_owned());
        }
    }
    if authors.is_empty()
        && let Some(first) = names.first()
        && first.split_whitespace().count() <= 5
        && first.contains(char::is_alphabetic)
        && !first.contains(|c: char| c.is_ascii_digit())
    {
        authors.push((*first).to_owned());
    }
    Byline { printed, authors }
}

fn without_lead(line: &str) -> Option<&str> {
    let line = line.trim();
    if line.eq_ignore_ascii_case("by") || line.eq_ignore_ascii_case("by:") {
        return Some("");
    }
    LEADS.iter().find_map(|lead| line.get(..lead.len()).filter(|start| start.eq_ignore_ascii_case(lead)).map(|_| line[lead.len()..].trim()))
}

/// The pieces between commas, "and", "with" and the like; "Jane Doe in Paris" is cut after the name.
fn pieces(printed: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    for part in printed.split([',', ';', '|', '·', '•', '&', '/']) {
        let mut rest = part.trim();
        while let Some((at, length)) = joint(rest) {
            pieces.push(rest[..at].trim());
            rest = rest[at + length..].trim();
        }
        pieces.push(rest);
    }
    pieces.iter().map(|piece| before_place(piece)).filter(|piece| !piece.is_empty()).collect()
}

/// Where the next " and " or " with " stands, and its length; at the start too ("and John Roe").
fn joint(text: &str) -> Option<(usize, usize)> {
    for joint in ["and ", "with ", "AND ", "And ", "WITH "] {
        if text.starts_with(joint) {
            return Some((0, joint.len()));
        }
    }
    [" and ", " with ", " AND ", " And ", " WITH "].iter().filter_map(|joint| text.find(joint).map(|at| (at, joint.len()))).min()
}

fn before_place(piece: &str) -> &str {
    [" in ", " at ", " for ", " of ", " IN ", " AT ", " FOR "]
        .iter()
        .filter_map(|word| piece.find(word))
        .min()
        .map_or(piece, |at| piece[..at].trim())
}

/// Two to five words that are written like a name.
fn is_name(piece: &str) -> bool {
    let words: Vec<&str> = piece.split_whitespace().collect();
    (2..=5).contains(&words.len())
        && words.iter().all(|word| is_capitalised(word) || PARTICLES.contains(word))
        && !piece.contains(|c: char| c.is_ascii_digit())
}

/// True for a name that can be a person's: no desk, paper or agency.
pub(super) fn is_person(name: &str) -> bool {
    is_name(name) && !is_role(name) && !is_paper(name)
}

fn is_place(piece: &str) -> bool {
    !piece.contains(char::is_whitespace) && is_capitalised(piece)
}

fn is_role(piece: &str) -> bool {
    last_word(piece).is_some_and(|word| ROLES.contains(&word.as_str()))
}

fn is_paper(piece: &str) -> bool {
    last_word(piece).is_some_and(|word| PAPERS.contains(&word.as_str()))
}

fn last_word(piece: &str) -> Option<String> {
    piece.split([' ', '-']).next_back().map(str::to_lowercase)
}

fn is_capitalised(word: &str) -> bool {
    let word = word.strip_prefix("d'").or_else(|| word.strip_prefix("d’")).unwrap_or(word);
    let mut letters = word.chars();
    letters.next().is_some_and(|c| c.is_uppercase() || c.is_alphabetic() && !c.is_lowercase())
        && letters.all(|c| c.is_alphabetic() || matches!(c, '.' | '-' | '\'' | '’' | '‐'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn line(text: &str, expected: Option<(&str, &[&str])>) {
        let found = of_line(text);
        assert_eq!(
            found.as_ref().map(|b| (b.printed.as_str(), b.authors.iter().map(String::as_str).collect::<Vec<_>>())),
            expected.map(|(p, a)| (p, a.to_vec()))
        );
    }

    #[track_caller]
    fn field(text: &str, expected: &[&str]) {
        assert_eq!(of_field(text).authors, expected);
    }

    #[test]
    fn lines_that_are_bylines() {
        line("By Jane Doe", Some(("Jane Doe", &["Jane Doe"])));
        line(
            "By Jane Doe and John Roe, Political Correspondent",
            Some(("Jane Doe and John Roe, Political Correspondent", &["Jane Doe", "John Roe"])),
        );
        line("BY ABBY GOODENOUGH", Some(("ABBY GOODENOUGH", &["ABBY GOODENOUGH"])));
        line(
            "By Mary-Ann O’Doe in Paris and J. R. van der Roe",
            Some(("Mary-Ann O’Doe in Paris and J. R. van der Roe", &["Mary-Ann O’Doe", "J. R. van der Roe"])),
        );
        line("By Jane Doe, John Roe and Max Moe", Some(("Jane Doe, John Roe and Max Moe", &["Jane Doe", "John Roe", "Max Moe"])));
        line("By Jane Doe, Harbour Times", Some(("Jane Doe, Harbour Times", &["Jane Doe"])));
        line("By Jane Doe, London", Some(("Jane Doe, London", &["Jane Doe"])));
    }

    #[test]
    fn lines_that_are_none() {
        line("By the time he arrived, the harbour was closed", None);
        line("By Friday, all was over.", None);
        line("Jane Doe", None);
        line("By ", None);
        line("By 2025 it will be done", None);
        line("Byron Doe", None);
    }

    #[test]
    fn bylines_with_dates() {
        let found = |line| of_dated_line(line).map(|(byline, date)| (byline.printed, date.to_owned()));
        let expected = |date: &str| Some(("Jane Doe".to_owned(), date.to_owned()));
        assert_eq!(found("By Jane Doe, August 14, 2025 2:30 pm"), expected("August 14, 2025 2:30 pm"));
        assert_eq!(found("By Jane Doe on 17 April 2025"), expected("17 April 2025"));
        assert_eq!(found("By Jane Doe | Published 17 April 2025"), expected("17 April 2025"));
        assert_eq!(found("17 April 2025 by Jane Doe"), expected("17 April 2025"));
        assert_eq!(found("By Jane Doe"), None);
        assert_eq!(found("By 17 April 2025 all was over"), None);
        assert_eq!(found("By the time 17 ships had come, it was late"), None);
    }

    #[test]
    fn marked_bylines() {
        field("Jane Doe", &["Jane Doe"]);
        field("Doe, Jane", &["Jane Doe"]);
        field("Harbour staff and agencies", &["Harbour staff"]);
        field("jane doe", &["jane doe"]);
        field("By Jane Doe & John Roe", &["Jane Doe", "John Roe"]);
        field("Jane Doe, Senior Editor", &["Jane Doe"]);
        field("", &[]);
        field("By", &[]);
        field("17 April 2012 • 2:54pm", &[]);
        field("Jane Doe • 17 April 2012", &["Jane Doe"]);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_fine(text in "(?s).{0,40}|(By |by: ?)[A-Za-z ,é&]{0,40}") {
            of_line(&text);
            of_dated_line(&text);
            of_field(&text);
        }
    }
}
