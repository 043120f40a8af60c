//! Makes a page safe and small before any parser sees it.
//!
//! HTML parsers build a tree as deep as the page says: 20,000 unclosed `<b><i>` overflow the stack of whoever walks it, and
//! 50,000 nested `<div>` cost seconds. This scanner reads tags once, from left to right, drops those beyond a depth that no
//! article has, and leaves out what never holds its text (scripts, styles, drawings, comments), which is most of a page.

use memchr::{memchr, memmem};
use std::collections::HashMap;

/// A page without scripts, and what was taken from them.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// The markup that is left.
    pub(super) html: String,
    /// Contents of `<script type="application/ld+json">`.
    pub(super) json_ld: Vec<String>,
    /// The address in the comment that browsers write when they save a page.
    pub(super) saved_from: Option<String>,
    /// Start tags that are left.
    pub(super) tags: usize,
}

/// Deepest nesting of elements; implied ones (paragraphs, items, cells) come on top. Measured pages stay below 60.
const DEEPEST: usize = 128;
/// Deepest nesting of unclosed `<b>`, `<i>` and the like: parsers open them anew in every paragraph that follows.
const DEEPEST_STYLE: usize = 12;
/// Deepest nesting of tables, which the extraction crate goes over once for each around them.
const DEEPEST_TABLES: usize = 12;
/// A longer tag loses its long attributes (pictures written into the page).
const LONGEST_TAG: usize = 1024;
const LONGEST_ATTRIBUTE: usize = 512;
const LONGEST_CONTENT: usize = 8192;
const MOST_ATTRIBUTES: usize = 48;

/// Elements left out with all they hold; the first six reach to the end of the page when they are not closed.
const LEFT_OUT: [&str; 17] = [
    "script", "style", "textarea", "iframe", "noembed", "noframes", "noscript", "svg", "template", "select", "canvas", "audio", "video",
    "object", "math", "map", "datalist",
];
const TO_THE_END: usize = 6;
const VOID: [&str; 14] = ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];
/// Elements that the next of their kind closes.
const IMPLIED: [&str; 16] =
    ["p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "option", "optgroup", "rp", "rt", "colgroup", "caption"];
const STYLES: [&str; 14] = ["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];
const INLINE: [&str; 10] = ["span", "abbr", "cite", "q", "mark", "time", "label", "sub", "sup", "ins"];

/// Reads the tags of a page once.
pub(super) fn tame(html: &str) -> Page {
    let mut scan = Scan {
        html,
        page: Page::default(),
        open: Vec::new(),
        dropped: HashMap::new(),
        unclosed: [false; LEFT_OUT.len()],
        kept: [0; LEFT_OUT.len()],
        styles: 0,
    };
    scan.run();
    scan.page
}

struct Scan<'h> {
    html: &'h str,
    page: Page,
    open: Vec<String>,
    /// Tags dropped and not yet closed, by name.
    dropped: HashMap<String, usize>,
    /// Names of [`LEFT_OUT`] that are known not to be closed any more: looking again and again would take forever.
    unclosed: [bool; LEFT_OUT.len()],
    /// Up to where the content of each of these is kept for the text it holds, for the same reason.
    kept: [usize; LEFT_OUT.len()],
    styles: usize,
}

impl Scan<'_> {
    fn run(&mut self) {
        let bytes = self.html.as_bytes();
        self.page.html.reserve(bytes.len() / 2);
        let mut at = 0;
        while let Some(found) = memchr(b'<', &bytes[at..]) {
            let start = at + found;
            self.page.html.push_str(&self.html[at..start]);
            at = match bytes.get(start + 1) {
                Some(b'!') if bytes[start..].starts_with(b"<!--") => self.comment(start),
                Some(b'!' | b'?') => self.declaration(start),
                Some(b'/') if bytes.get(start + 2).is_some_and(u8::is_ascii_alphabetic) => self.end_tag(start),
                Some(letter) if letter.is_ascii_alphabetic() => self.start_tag(start),
                _ => {
                    self.page.html.push_str("&lt;");
                    start + 1
                }
            };
        }
        self.page.html.push_str(&self.html[at..]);
    }

    fn comment(&mut self, start: usize) -> usize {
        let end = memmem::find(&self.html.as_bytes()[start + 2..], b"-->").map_or(self.html.len(), |found| start + 2 + found + 3);
        let comment = &self.html[start..end];
        if self.page.saved_from.is_none()
            && comment.len() < 4096
            && let Some((_, rest)) = comment.split_once("saved from url=(")
            && let Some((_, rest)) = rest.split_once(')')
        {
            self.page.saved_from = rest.split_whitespace().next().filter(|url| url.starts_with("http")).map(str::to_owned);
        }
        end
    }

    fn declaration(&mut self, start: usize) -> usize {
        memchr(b'>', &self.html.as_bytes()[start..]).map_or(self.html.len(), |found| start + found + 1)
    }

    fn end_tag(&mut self, start: usize) -> usize {
        let name = tag_name(&self.html[start + 2..]);
        let end = self.declaration(start);
        if LEFT_OUT.contains(&name.as_str()) {
            return end;
        }
        if let Some(count) = self.dropped.get_mut(&name).filter(|count| **count > 0) {
            *count -= 1;
            self.part(&name);
        } else {
            if let Some(at) = self.open.iter().rposition(|open| *open == name) {
                let closed = self.open.drain(at..).filter(|open| STYLES.contains(&open.as_str())).count();
                // A block that ends leaves its unclosed styles open for the next one.
                self.styles = self.styles.saturating_sub(if STYLES.contains(&name.as_str()) { closed } else { 0 });
                if self.open.is_empty() {
                    self.dropped.clear();
                }
            } else if STYLES.contains(&name.as_str()) {
                self.styles = self.styles.saturating_sub(1);
            }
            self.page.html.push_str("</");
            self.page.html.push_str(&name);
            self.page.html.push('>');
        }
        end
    }

    fn start_tag(&mut self, start: usize) -> usize {
        let name = tag_name(&self.html[start + 1..]);
        let (end, attributes) = attributes(self.html, start + 1 + name.len());
        let tag = &self.html[start..end];
        if let Some(index) = LEFT_OUT.iter().position(|out| *out == name) {
            return self.leave_out(index, tag, end);
        }
        let style = STYLES.contains(&name.as_str());
        let counted = !VOID.contains(&name.as_str()) && !IMPLIED.contains(&name.as_str());
        let tables = || self.open.iter().filter(|open| *open == "table").count();
        let deep = self.open.len() >= DEEPEST || style && self.styles >= DEEPEST_STYLE || name == "table" && tables() >= DEEPEST_TABLES;
        if counted && deep {
            self.part(&name);
            *self.dropped.entry(name).or_default() += 1;
            return end;
        }
        if counted {
            self.styles += usize::from(style);
            self.open.push(name.clone());
        }
        self.page.tags += 1;
        if tag.len() <= LONGEST_TAG {
            self.page.html.push_str(tag);
            return end;
        }
        self.page.html.push('<');
        self.page.html.push_str(&name);
        for (key, value) in attributes.into_iter().take(MOST_ATTRIBUTES) {
            let longest = if key.eq_ignore_ascii_case("content") { LONGEST_CONTENT } else { LONGEST_ATTRIBUTE };
            if key.len() + value.len() <= longest {
                let quote = if value.contains('"') { '\'' } else { '"' };
                self.page.html.extend([" ", key, "="]);
                self.page.html.push(quote);
                self.page.html.push_str(value);
                self.page.html.push(quote);
            }
        }
        self.page.html.push('>');
        end
    }

    /// Where a dropped tag parted two blocks, they stay parted.
    fn part(&mut self, name: &str) {
        if !STYLES.contains(&name) && !INLINE.contains(&name) {
            self.page.html.push_str("<p>");
        }
    }

    fn leave_out(&mut self, index: usize, tag: &str, end: usize) -> usize {
        let name = LEFT_OUT[index];
        if index >= TO_THE_END && (tag.ends_with("/>") || end <= self.kept[index]) {
            return end;
        }
        let close = if self.unclosed[index] { None } else { find_close(self.html, end, name) };
        if name == "script"
            && tag.to_ascii_lowercase().contains("ld+json")
            && let Some(content) = self.html.get(end..close.unwrap_or(self.html.len()))
        {
            self.page.json_ld.push(content.to_owned());
        }
        match close {
            // Some pages give their text to those without scripts only; in others a broken tag swallows the story.
            Some(close) if index >= TO_THE_END && name != "template" && holds_text(&self.html[end..close]) => {
                self.kept[index] = close;
                end
            }
            Some(close) => {
                self.page.html.push(' ');
                self.declaration(close)
            }
            None if index < TO_THE_END => self.html.len(),
            None => {
                self.unclosed[index] = true;
                end
            }
        }
    }
}

/// True for markup with paragraphs in it, which no drawing, film or list of choices has.
fn holds_text(markup: &str) -> bool {
    markup.len() > 400 && (markup.contains("<p>") || markup.contains("<p "))
}

fn tag_name(rest: &str) -> String {
    let end = rest.bytes().position(|b| b.is_ascii_whitespace() || matches!(b, b'/' | b'>')).unwrap_or(rest.len());
    // No element has a longer name; what is cut off becomes an attribute of nothing.
    rest[..end].to_ascii_lowercase()
}

/// Where `</name` stands after `from`.
fn find_close(html: &str, from: usize, name: &str) -> Option<usize> {
    let bytes = html.as_bytes();
    memmem::find_iter(&bytes[from..], b"</").map(|found| from + found).find(|&at| {
        bytes.get(at + 2..at + 2 + name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name.as_bytes()))
            && bytes.get(at + 2 + name.len()).is_none_or(|b| !b.is_ascii_alphanumeric() && *b != b'-')
    })
}

/// The end of a start tag and its attributes, from behind its name. Quotation marks count where a value begins, as in a parser.
fn attributes(html: &str, from: usize) -> (usize, Vec<(&str, &str)>) {
    let bytes = html.as_bytes();
    let mut at = from;
    let mut found = Vec::new();
    let blank = |b: &u8| b.is_ascii_whitespace() || *b == b'/';
    loop {
        at += bytes[at..].iter().take_while(|b| blank(b)).count();
        match bytes.get(at) {
            None => return (html.len(), found),
            Some(b'>') => return (at + 1, found),
            Some(_) => {}
        }
        let key = at;
        at += 1 + bytes[at + 1..].iter().take_while(|b| !blank(b) && !matches!(b, b'=' | b'>')).count();
        let key_end = at;
        let spaces = bytes[at..].iter().take_while(|b| b.is_ascii_whitespace()).count();
        let mut value = (at, at);
        if bytes.get(at + spaces) == Some(&b'=') {
            at += spaces + 1;
            at += bytes[at..].iter().take_while(|b| b.is_ascii_whitespace()).count();
            value = match bytes.get(at) {
                Some(&quote @ (b'"' | b'\'')) => {
                    let end = memchr(quote, &bytes[at + 1..]).map_or(html.len(), |found| at + 1 + found);
                    let value = (at + 1, end);
                    at = (end + 1).min(html.len());
                    value
                }
                _ => {
                    let start = at;
                    at += bytes[at..].iter().take_while(|b| !b.is_ascii_whitespace() && **b != b'>').count();
                    (start, at)
                }
            };
        }
        if let (Some(key), Some(value)) = (html.get(key..key_end), html.get(value.0..value.1)) {
            found.push((key, value));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(html: &str, expected: &str) {
        assert_eq!(tame(html).html, expected);
    }

    #[test]
    fn what_is_left_out() {
        check("<p>a<!-- <b> --><script>if (a<b) x</script><STYLE>p{}</STYLE >b<svg><g/></svg>", "<p>a  b ");
        check("a < b <3 <!-", "a &lt; b &lt;3 ");
        check("<p title='a>b'>c", "<p title='a>b'>c");
        check("a<script>b", "a");
        check("a<svg>b<svg>c", "abc");
        check("a<p", "a<p");
        let story = format!("<p>{}</p>", "The harbour is closed. ".repeat(20));
        check(&format!("<video src=x\n</video>{story}<video></video>b"), &format!("{story}b"));
    }

    #[test]
    fn what_is_kept_aside() {
        let page = tame("<!-- saved from url=(0027)https://gull.example/storm --><script type=\"application/ld+json\">{\"a\": 1}</script>");
        assert_eq!(page.json_ld, ["{\"a\": 1}"]);
        assert_eq!(page.saved_from.as_deref(), Some("https://gull.example/storm"));
    }

    #[test]
    fn depth_is_bounded() {
        let page = tame(&"<div>".repeat(50_000));
        assert_eq!(page.html.matches("<div>").count(), DEEPEST);
        let page = tame(&format!("{}x{}<p>y", "<b><i>".repeat(20_000), "</i></b>".repeat(20_000)));
        assert_eq!(page.html.matches("<b>").count() + page.html.matches("<i>").count(), DEEPEST_STYLE);
        assert_eq!(page.html.matches("</b>").count() + page.html.matches("</i>").count(), DEEPEST_STYLE);
        assert!(page.html.ends_with("<p>y"));
    }

    #[test]
    fn long_tags_lose_long_attributes() {
        let picture = "x".repeat(5000);
        check(&format!("<img src=\"{picture}\" alt='a \"b\"' class=c>d"), "<img alt='a \"b\"' class=\"c\">d");
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_fine(html in "(?s).{0,60}|(<(/?(b|p|div|svg|script|!--)|[a-z=\"' ]{0,6})>?|é){0,12}") {
            tame(&html);
        }
    }
}
