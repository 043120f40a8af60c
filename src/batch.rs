//! Many questions at once: a file of them, one a line.
//!
//! ```text
//! q1<TAB>speaker:Lindqvist levy      an id, a tab, a query
//! {"qid": "q1", "text": "levy"}      the same as JSON; other keys are not read
//! speaker:Lindqvist levy             where no line has a tab: queries alone, their ids the numbers of their lines
//! ```

use crate::error::{Error, Result};
use serde::Deserialize;
use std::collections::HashMap;

/// One question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Its id; no two of a file are the same.
    pub qid: String,
    /// The query.
    pub text: String,
    /// The line that it stands in, from 1.
    pub line: usize,
}

/// A question as JSON.
#[derive(Deserialize)]
struct Line {
    qid: Option<Id>,
    text: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Id {
    Text(String),
    Number(serde_json::Number),
}

/// Reads a file of questions. Empty lines are passed over. `name` names the file in messages.
///
/// # Errors
/// It is not UTF-8; a line is no question, or has the id of another.
pub fn questions(bytes: &[u8], name: &str) -> Result<Vec<Question>> {
    let fault = |line: usize, what: &str| Error::Usage(format!("{name}, line {line}: {what}"));
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count() + 1;
        fault(line, "not UTF-8; save the file as UTF-8")
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines = || text.lines().enumerate().map(|(i, line)| (i + 1, line)).filter(|(_, line)| !line.trim().is_empty());
    let is_json = |line: &str| line.trim_start().starts_with('{');
    let tabs = lines().any(|(_, line)| !is_json(line) && line.contains('\t'));
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut questions = Vec::new();
    for (number, line) in lines() {
        let (qid, query) = if is_json(line) {
            let read: Line = serde_json::from_str(line).map_err(|error| {
                fault(
                    number,
                    &format!("no question: {error}; write {{\"qid\": \"1\", \"text\": \"a query\"}}, or an id, a tab and a query"),
                )
            })?;
            let qid = read.qid.map_or_else(
                || number.to_string(),
                |id| match id {
                    Id::Text(text) => text,
                    Id::Number(number) => number.to_string(),
                },
            );
            (qid, read.text)
        } else if tabs {
            let (qid, query) = line
                .split_once('\t')
                .ok_or_else(|| fault(number, "there is no tab, though other lines have one; write an id, a tab and a query"))?;
            (qid.trim().to_owned(), query.to_owned())
        } else {
            (number.to_string(), line.to_owned())
        };
        if let Some(earlier) = seen.insert(qid.clone(), number) {
            return Err(fault(number, &format!("the id {qid} is that of line {earlier}, too")));
        }
        questions.push(Question { qid, text: query.trim().to_owned(), line: number });
    }
    Ok(questions)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> String {
        match questions(text.as_bytes(), "q") {
            Ok(all) => all.iter().map(|q| format!("{}={}", q.qid, q.text)).collect::<Vec<_>>().join("|"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn lines_are_questions() {
        assert_eq!(read("a\tlevy OR toll\n\nb\t \"two  words\"\r\n"), "a=levy OR toll|b=\"two  words\"");
        assert_eq!(read("\u{feff}levy\ntoll\n"), "1=levy|2=toll");
        assert_eq!(read("{\"qid\": 7, \"text\": \"levy\", \"relevant\": [\"1\"]}\n{\"text\": \"toll\"}"), "7=levy|2=toll");
        assert_eq!(read(""), "");
        assert_eq!(read("a\tlevy\ntoll"), "q, line 2: there is no tab, though other lines have one; write an id, a tab and a query");
        assert_eq!(read("a\tlevy\na\ttoll"), "q, line 2: the id a is that of line 1, too");
        assert!(read("\n{\"qid\": 1}").starts_with("q, line 2: no question: missing field `text`"));
        assert!(questions(b"levy\n\xff", "q").is_err_and(|error| error.to_string() == "q, line 2: not UTF-8; save the file as UTF-8"));
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(prop::sample::select(&b"{}\"qidtext:\t\n\r\xff\xc3\xa9 1,"[..]), 0..80)) {
            if let Ok(all) = questions(&bytes, "q") {
                let mut ids: Vec<&str> = all.iter().map(|q| q.qid.as_str()).collect();
                ids.sort_unstable();
                ids.dedup();
                prop_assert_eq!(ids.len(), all.len());
            }
        }
    }
}
