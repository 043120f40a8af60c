//! JSON: one article, a list of articles, an object that holds such a list as `articles` or `items`, or one article a line.
//!
//! Lists are read one article at a time. A broken article costs itself; the walk goes on behind it.

mod fields;
mod ninjs;
mod scan;

use super::input::{self, Context, Utf8Reader};
use super::{Format, Input, Item, LONGEST_ARTICLE, Problem, Sink, Sniff, finish, limits};
use crate::text::clean;
use scan::{End, Scanner};
use serde_json::{Map, Value};
use std::io::{BufRead, Read};
use std::ops::ControlFlow;

pub(super) use fields::draft;

/// JSON files: an article, a list of them, or an object around a list.
pub(super) struct Json;

/// JSON Lines: an article a line.
pub(super) struct JsonLines;

/// Objects around the object that holds a list of articles.
const DEEPEST_ENVELOPE: usize = 8;

/// Keys of an object that hold a list of articles.
const ENVELOPES: [&str; 3] = ["articles", "items", "item"];

impl Format for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn about(&self) -> &'static str {
        "JSON: an article, a list of them or an object around one; ninjs 1 to 3, JSON Feed"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["json"]
    }

    fn sniff(&self, head: &str) -> Sniff {
        match (starts_value(head.trim_start()), JsonLines.sniff(head)) {
            (false, _) | (_, Sniff::Yes) => Sniff::No,
            (true, other) => {
                if other == Sniff::Maybe {
                    Sniff::Maybe
                } else {
                    Sniff::Yes
                }
            }
        }
    }

    fn read(&self, input: Input<'_>, sink: &mut Sink<'_>) -> Result<(), Problem> {
        let (mut reader, context) = input.parts();
        let reader = Utf8Reader::new(reader.stream()).map_err(|error| input::unreadable(&error))?;
        let mut walk = Walk { scanner: Scanner::new(reader), context: &context, items: 0, sink };
        walk.run()
    }
}

impl Format for JsonLines {
    fn name(&self) -> &'static str {
        "jsonl"
    }

    fn about(&self) -> &'static str {
        "JSON Lines: one of these a line"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["jsonl", "ndjson"]
    }

    fn sniff(&self, head: &str) -> Sniff {
        if !head.starts_with('{') {
            return Sniff::No;
        }
        let lines: Vec<&str> = head.lines().filter(|line| !line.trim().is_empty()).take(4).collect();
        let objects = lines.iter().filter(|line| line.starts_with("{\"") || line.starts_with("{ ")).count();
        // One broken line must not hide the rest.
        let whole = lines.iter().any(|line| line.starts_with('{') && serde_json::from_str::<serde::de::IgnoredAny>(line).is_ok());
        match objects {
            1 if lines.len() == 1 => Sniff::Maybe,
            2.. if objects == lines.len() && whole => Sniff::Yes,
            _ => Sniff::No,
        }
    }

    fn read(&self, input: Input<'_>, sink: &mut Sink<'_>) -> Result<(), Problem> {
        let (mut reader, context) = input.parts();
        let mut reader = Utf8Reader::new(reader.stream()).map_err(|error| input::unreadable(&error))?;
        let mut line = Vec::new();
        for number in 1_u64.. {
            line.clear();
            let place = format!("line {number}");
            let read =
                (&mut reader).take(LONGEST_ARTICLE as u64 + 1).read_until(b'\n', &mut line).map_err(|error| input::unreadable(&error))?;
            if read == 0 {
                break;
            }
            let item = if read > LONGEST_ARTICLE && line.last() != Some(&b'\n') {
                line = Vec::new();
                reader.skip_until(b'\n').map_err(|error| input::unreadable(&error))?;
                Item::Problem(input::too_long(&place))
            } else if line.iter().all(u8::is_ascii_whitespace)
                || context.pieces.is_some_and(|known| known.is_known(line.trim_ascii(), number))
            {
                continue;
            } else {
                article(line.trim_ascii(), place, &context).unwrap_or_else(Item::Problem)
            };
            if sink(item).is_break() {
                break;
            }
        }
        Ok(())
    }
}

/// True when a text starts as a JSON object or a list of objects does.
pub(super) fn starts_value(start: &str) -> bool {
    let mut chars = start.chars().filter(|c| !c.is_whitespace());
    matches!((chars.next(), chars.next()), (Some('{'), Some('"' | '}') | None) | (Some('['), Some('{' | ']') | None))
}

/// A walk through a JSON file.
struct Walk<'a, 's> {
    scanner: Scanner<Utf8Reader<'a>>,
    context: &'a Context<'a>,
    items: u64,
    sink: &'a mut Sink<'s>,
}

impl Walk<'_, '_> {
    fn run(&mut self) -> Result<(), Problem> {
        let mut first = true;
        while let Some(byte) = self.peek(if first { b"" } else { b"," })? {
            let flow = match byte {
                b'[' => {
                    self.scanner.bump();
                    self.list()?
                }
                b'{' => {
                    self.scanner.bump();
                    self.object(first, 0)?
                }
                _ if first => return Err(Problem::new("", "no JSON object or list", "name the input's format if it is another")),
                _ => {
                    let rest = Problem::new("", "something that is no article follows the last bracket", "what stands before it was read");
                    self.sink_problem(rest)
                }
            };
            first = false;
            // After something that is neither a list nor an object nothing is certain any more.
            if flow.is_break() || !matches!(byte, b'[' | b'{') {
                break;
            }
        }
        if first { Err(Problem::new("", "empty", "leave the file out")) } else { Ok(()) }
    }

    fn peek(&mut self, skip: &[u8]) -> Result<Option<u8>, Problem> {
        self.scanner.peek(skip).map_err(|error| input::unreadable(&error))
    }

    fn value(&mut self, out: &mut Vec<u8>, depth: usize) -> Result<End, Problem> {
        self.scanner.value(out, depth).map_err(|error| input::unreadable(&error))
    }

    fn sink_problem(&mut self, problem: Problem) -> ControlFlow<()> {
        (self.sink)(Item::Problem(problem))
    }

    fn place(&mut self) -> String {
        self.items += 1;
        format!("item {}", self.items)
    }

    /// The elements of a list, its opening bracket read.
    fn list(&mut self) -> Result<ControlFlow<()>, Problem> {
        let mut bytes = Vec::new();
        loop {
            let flow = match self.peek(b",")? {
                Some(b']') => {
                    self.scanner.bump();
                    return Ok(ControlFlow::Continue(()));
                }
                None => {
                    let cut = Problem::new("", "ends in the middle of a list", "what stands before the end was read");
                    return Ok(self.sink_problem(cut));
                }
                // A bracket or colon too many: step over it, or the walk would stand still.
                Some(b'}' | b':') => {
                    self.scanner.bump();
                    continue;
                }
                Some(_) => {
                    let place = self.place();
                    bytes.clear();
                    let end = self.value(&mut bytes, 0)?;
                    let item = of_value(&bytes, end, place, self.context).unwrap_or_else(Item::Problem);
                    (self.sink)(item)
                }
            };
            if flow.is_break() {
                return Ok(flow);
            }
        }
    }

    /// An object, its opening bracket read: an article, or an envelope around a list of articles, which is read as it comes.
    fn object(&mut self, first: bool, depth: usize) -> Result<ControlFlow<()>, Problem> {
        let mut bytes = vec![b'{'];
        let mut end = End::Whole;
        let mut envelope = false;
        let mut article = false;
        loop {
            match self.peek(b",")? {
                Some(b'"') => {}
                Some(b'}') => {
                    self.scanner.bump();
                    bytes.push(b'}');
                    break;
                }
                // No key: the rest is kept as it is, for serde to say what is wrong.
                _ => {
                    end = self.value(&mut bytes, 1)?;
                    break;
                }
            }
            if bytes.len() > 1 {
                bytes.push(b',');
            }
            let start = bytes.len();
            end = end.max_with(self.value(&mut bytes, 0)?);
            let key = serde_json::from_slice::<String>(bytes.get(start..).unwrap_or_default()).unwrap_or_default();
            if self.peek(b"")? != Some(b':') {
                continue;
            }
            self.scanner.bump();
            bytes.push(b':');
            article |= matches!(key.as_str(), "text" | "body" | "headline");
            let (listed, leads) = self.context.settings.map.leads(&key);
            let lists = ENVELOPES.contains(&key.as_str()) || listed;
            if !article && leads && depth < DEEPEST_ENVELOPE && self.peek(b"")? == Some(b'{') {
                self.scanner.bump();
                envelope = true;
                bytes.extend_from_slice(b"null");
                let flow = self.object(false, depth + 1)?;
                if flow.is_break() {
                    return Ok(flow);
                }
                continue;
            }
            if !article && lists && self.peek(b"")? == Some(b'[') {
                self.scanner.bump();
                envelope = true;
                bytes.extend_from_slice(b"null");
                let flow = self.list()?;
                if flow.is_break() {
                    return Ok(flow);
                }
            } else if matches!(self.peek(b"")?, Some(b',' | b'}')) {
                // A key without a value is left for serde to find.
            } else {
                end = end.max_with(self.value(&mut bytes, 0)?);
            }
            if end == End::Cut {
                break;
            }
        }
        if envelope && !article {
            return Ok(ControlFlow::Continue(()));
        }
        let alone = first && !envelope && self.peek(b",")?.is_none();
        let place = if alone { String::new() } else { self.place() };
        match of_value(&bytes, end, place, self.context) {
            Ok(item) => Ok((self.sink)(item)),
            Err(problem) if alone => Err(problem),
            Err(problem) => Ok(self.sink_problem(problem)),
        }
    }
}

impl End {
    fn max_with(self, other: Self) -> Self {
        if self == Self::Whole { other } else { self }
    }
}

/// One element of a list.
fn of_value(bytes: &[u8], end: End, place: String, context: &Context<'_>) -> Result<Item, Problem> {
    match end {
        End::TooLong => Err(input::too_long(&place)),
        End::Cut => {
            Err(Problem::new(place, "ends in the middle of an article", "the file may have been cut off, or a quotation mark be missing"))
        }
        End::Whole => article(bytes, place, context),
    }
}

/// One object.
fn article(bytes: &[u8], place: String, context: &Context<'_>) -> Result<Item, Problem> {
    let (text, encoding) = match std::str::from_utf8(bytes) {
        Ok(text) => (std::borrow::Cow::Borrowed(text), None),
        Err(_) => {
            let (text, problem) = input::decode(bytes, None);
            (text.into(), problem)
        }
    };
    let map: Map<String, Value> = serde_json::from_str(&text).map_err(|error| {
        if error.is_data() {
            return Problem::new(place.clone(), "not a JSON object", "an article is an object with `headline` and `text`");
        }
        let reason = error.to_string().replace("at line 1 column", "at column");
        Problem::new(place.clone(), format!("not valid JSON: {reason}"), "the other articles are read all the same")
    })?;
    let problems = encoding.into_iter().map(|problem| Problem { place: place.clone(), ..problem }).collect();
    of_map(map, place, problems, context)
}

/// All texts of a value with their letters put right, if that is asked for.
fn mend(value: &mut Value, context: &Context<'_>, problems: &mut Vec<Problem>) {
    match value {
        Value::String(text) => *text = context.mended(std::mem::take(text), problems),
        Value::Array(list) => list.iter_mut().for_each(|value| mend(value, context, problems)),
        Value::Object(map) => map.values_mut().for_each(|value| mend(value, context, problems)),
        _ => {}
    }
}

/// One object of whatever shape: an article, a news item of ninjs, an item of a feed, or what a mapping makes one.
pub(super) fn of_map(mut map: Map<String, Value>, place: String, noted: Vec<Problem>, context: &Context<'_>) -> Result<Item, Problem> {
    let mut noted = noted;
    map.values_mut().for_each(|value| mend(value, context, &mut noted));
    let keys: Vec<String> = map.keys().take(12).cloned().collect();
    let mut rule = "key";
    if !context.settings.map.is_empty() {
        map = context.settings.map.apply(map);
    } else if ninjs::is_ninjs(&map) {
        if let Some(why) = ninjs::left(&map) {
            return Ok(Item::Skipped(Problem::new(place, why, "")));
        }
        (map, rule) = (ninjs::article(&map), "ninjs");
    } else if ninjs::is_feed_item(&map) && !map.contains_key("text") && !map.contains_key("body") {
        (map, rule) = (ninjs::feed_item(&map), "JSON Feed");
    }
    let (mut draft, mut problems) = fields::draft(map, &place, rule);
    // Before its id becomes its place.
    limits::keep(&mut draft, &mut problems);
    let place = fields::place(&draft, &place);
    problems.extend(noted);
    if draft.meta.headline.is_none() && draft.blocks.is_empty() && draft.summary.is_empty() {
        let mut reasons: Vec<String> = problems.into_iter().map(|problem| problem.message).collect();
        let shown = |key: &String| clean::visible(&clean::line(&key.chars().take(60).collect::<String>()));
        let keys: Vec<String> = keys.iter().map(shown).collect();
        let seen = if keys.is_empty() { String::new() } else { format!(" (its keys: {})", keys.join(", ")) };
        reasons.push(format!("no `text`, `body` or `headline`{seen}"));
        let help = "give the article's words as `text`, its title as `headline`, or name its keys with --map, such as --map headline=title,text=content.body";
        return Err(Problem::new(place, reasons.join(", "), help));
    }
    let article = finish::finish(draft, context, &mut problems);
    problems.iter_mut().filter(|problem| problem.place.is_empty()).for_each(|problem| problem.place.clone_from(&place));
    Ok(Item::Article { article, place, problems })
}

#[cfg(test)]
mod tests;
