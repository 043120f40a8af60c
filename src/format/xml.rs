//! Markup as a small tree: NITF, NewsML, feeds and SGML are read from it.
//!
//! Reading is lenient, as feeds need it: end tags that fit nothing are ignored, missing ones are closed by the element around, attributes
//! need no quotation marks. Entities of a document type are never expanded, so that none can grow; those of HTML are known. Elements
//! beyond a depth that no article has are read as their text.

use crate::text::clean;
use quick_xml::Reader;
use quick_xml::escape::{resolve_html5_entity, unescape_with};
use quick_xml::events::{BytesStart, Event};

/// Elements within each other; deeper ones are taken for their text alone.
const DEEPEST: usize = 120;

/// An element.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Node {
    /// Its name as written, with its prefix.
    pub(super) name: String,
    attributes: Vec<(String, String)>,
    children: Vec<Child>,
}

#[derive(Debug, Clone, PartialEq)]
enum Child {
    Text(String),
    Node(Node),
}

/// The name without its prefix.
pub(super) fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

/// A piece of markup as an element without a name around it, and what is wrong with it.
pub(super) fn parse(markup: &str) -> (Node, Option<String>) {
    let mut reader = Reader::from_str(markup);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    let mut open = vec![Node::default()];
    // Elements deeper than the limit, which have no node of their own.
    let mut beyond = 0_usize;
    let mut wrong = None;
    loop {
        match reader.read_event() {
            Ok(Event::Start(start)) if open.len() > DEEPEST => {
                drop(start);
                beyond += 1;
            }
            Ok(Event::Start(start)) => open.push(node(&start)),
            Ok(Event::Empty(start)) => put(&mut open, Child::Node(node(&start))),
            Ok(Event::End(_)) if beyond > 0 => beyond -= 1,
            Ok(Event::End(end)) => {
                let name = end.name().as_ref().trim().to_owned();
                // An end tag closes the nearest element of its name and all within; one that fits nothing is ignored.
                if let Some(at) = open.iter().skip(1).rposition(|node| node.name.eq_ignore_ascii_case(&name)) {
                    close_to(&mut open, at + 1);
                }
            }
            Ok(Event::Text(text)) => text_of(&mut open, &text.into_inner()),
            Ok(Event::CData(text)) => text_of(&mut open, &text.into_inner()),
            Ok(Event::GeneralRef(reference)) => {
                let name = reference.borrow().into_inner().into_owned();
                let whole = format!("&{name};");
                let resolved = unescaped(&whole);
                text_of(&mut open, &resolved);
            }
            Ok(Event::Eof) => break,
            Ok(_) => {}
            Err(error) => {
                wrong.get_or_insert_with(|| error.to_string());
                break;
            }
        }
    }
    close_to(&mut open, 1);
    (open.pop().unwrap_or_default(), wrong)
}

/// Closes all elements from `at` on.
fn close_to(open: &mut Vec<Node>, at: usize) {
    while open.len() > at.max(1) {
        if let Some(node) = open.pop() {
            put(open, Child::Node(node));
        }
    }
}

fn put(open: &mut [Node], child: Child) {
    if let Some(node) = open.last_mut() {
        node.children.push(child);
    }
}

fn text_of(open: &mut [Node], text: &str) {
    if let Some(node) = open.last_mut() {
        match node.children.last_mut() {
            Some(Child::Text(before)) => before.push_str(text),
            _ => node.children.push(Child::Text(text.to_owned())),
        }
    }
}

fn node(start: &BytesStart<'_>) -> Node {
    let mut all = start.html_attributes();
    let attributes = all.with_checks(false).flatten().map(|attribute| (attribute.key.as_ref().to_owned(), unescaped(&attribute.value)));
    Node { name: start.name().as_ref().to_owned(), attributes: attributes.collect(), children: Vec::new() }
}

/// Text with the entities of XML and HTML resolved; an unknown one stays as it is.
pub(super) fn unescaped(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut pieces = text.split_inclusive(';');
    for piece in &mut pieces {
        // One at a time: an unknown entity must not hide the others.
        let at = piece.rfind('&').unwrap_or(piece.len());
        out.push_str(&piece[..at]);
        out.push_str(unescape_with(&piece[at..], resolve_html5_entity).as_deref().unwrap_or(&piece[at..]));
    }
    out
}

impl Node {
    /// The name without its prefix.
    pub(super) fn local(&self) -> &str {
        local(&self.name)
    }

    /// True for an element of this name, whatever its prefix.
    pub(super) fn is(&self, name: &str) -> bool {
        self.local().eq_ignore_ascii_case(name)
    }

    /// The elements within, in order.
    pub(super) fn nodes(&self) -> impl Iterator<Item = &Node> {
        self.children.iter().filter_map(|child| if let Child::Node(node) = child { Some(node) } else { None })
    }

    /// The elements of a name directly within.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Node> {
        self.nodes().filter(move |node| node.is(name))
    }

    /// The first element at a path of names parted by `/`.
    pub(super) fn at(&self, path: &str) -> Option<&Node> {
        let (first, rest) = path.split_once('/').map_or((path, None), |(first, rest)| (first, Some(rest)));
        let mut named = self.nodes().filter(|node| node.is(first));
        match rest {
            None => named.next(),
            Some(rest) => named.find_map(|node| node.at(rest)),
        }
    }

    /// The elements of a name anywhere within, in document order.
    pub(super) fn every<'a>(&'a self, name: &'a str) -> Vec<&'a Node> {
        let mut found = Vec::new();
        self.collect(name, &mut found);
        found
    }

    fn collect<'a>(&'a self, name: &str, found: &mut Vec<&'a Node>) {
        for node in self.nodes() {
            if node.is(name) {
                found.push(node);
            }
            node.collect(name, found);
        }
    }

    /// An attribute by its name, whatever its prefix; empty ones are none.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(own, _)| local(own).eq_ignore_ascii_case(name))?;
        Some(found.1.trim()).filter(|value| !value.is_empty())
    }

    /// All text within, as it stands.
    pub(super) fn raw_text(&self) -> String {
        let mut out = String::new();
        self.push_text(&mut out);
        out
    }

    fn push_text(&self, out: &mut String) {
        for child in &self.children {
            match child {
                Child::Text(text) => out.push_str(text),
                Child::Node(node) => node.push_text(out),
            }
        }
    }

    /// All text within, as one clean line; `None` when there is none.
    pub(super) fn text(&self) -> Option<String> {
        Some(clean::line(&self.raw_text())).filter(|text| !text.is_empty())
    }

    /// The text of the first element at a path.
    pub(super) fn text_at(&self, path: &str) -> Option<String> {
        self.at(path)?.text()
    }

    /// True when elements stand within.
    pub(super) fn has_nodes(&self) -> bool {
        self.nodes().next().is_some()
    }

    /// The inside as HTML; `rename` gives the HTML element for each name, `None` drops it with all within.
    pub(super) fn html(&self, rename: &dyn Fn(&Node) -> Option<&'static str>) -> String {
        let mut out = String::new();
        self.push_html(rename, &mut out);
        out
    }

    fn push_html(&self, rename: &dyn Fn(&Node) -> Option<&'static str>, out: &mut String) {
        for child in &self.children {
            match child {
                Child::Text(text) => push_escaped(text, out),
                Child::Node(node) => {
                    let Some(tag) = rename(node) else { continue };
                    out.push('<');
                    out.push_str(tag);
                    if let Some(class) = node.attribute("class") {
                        out.push_str(" class=\"");
                        push_escaped(class, out);
                        out.push('"');
                    }
                    out.push('>');
                    if !matches!(tag, "br" | "hr" | "img") {
                        node.push_html(rename, out);
                        out.push_str("</");
                        out.push_str(tag);
                        out.push('>');
                    }
                }
            }
        }
    }
}

fn push_escaped(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
}

/// The name of the first element of a text, without its prefix, behind declaration, comments and document type.
pub(super) fn root(head: &str) -> Option<&str> {
    let mut rest = head.trim_start();
    loop {
        rest = if let Some(comment) = rest.strip_prefix("<!--") {
            comment.split_once("-->")?.1
        } else if rest.starts_with("<?") {
            rest.split_once("?>")?.1
        } else if rest.get(..9).is_some_and(|start| start.eq_ignore_ascii_case("<!doctype")) {
            let end = rest.find('>')?;
            match rest.find('[').filter(|open| *open < end) {
                Some(open) => rest[open..].split_once(']')?.1.split_once('>')?.1,
                None => &rest[end + 1..],
            }
        } else {
            break;
        }
        .trim_start();
    }
    let name = rest.strip_prefix('<')?;
    let end = name.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).unwrap_or(name.len());
    Some(local(&name[..end])).filter(|name| name.starts_with(|c: char| c.is_alphabetic()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(node: &Node) -> String {
        node.children
            .iter()
            .map(|child| match child {
                Child::Text(text) => text.clone(),
                Child::Node(node) => format!("[{}: {}]", node.name, drawn(node)),
            })
            .collect()
    }

    #[track_caller]
    fn check(markup: &str, expected: &str) {
        assert_eq!(drawn(&parse(markup).0), expected);
    }

    #[test]
    fn trees() {
        check("<a x='1'>one<b>two</b><c/></a>", "[a: one[b: two][c: ]]");
        check("<a>R&amp;D &eacute; &#233; &#x2019; &unknown;</a>", "[a: R&D é é ’ &unknown;]");
        check("<a><![CDATA[<p>x</p>]]></a>", "[a: <p>x</p>]");
    }

    #[test]
    fn broken_markup() {
        check("<a><b>one</a>two", "[a: [b: one]]two");
        check("<a>one</b></a>", "[a: one]");
        check("<a>R & D</a>", "[a: R & D]");
        check("<a>cut off", "[a: cut off]");
    }

    #[test]
    fn entities_are_not_expanded() {
        let bomb = "<!DOCTYPE a [<!ENTITY x \"xxxxxxxxxx\"><!ENTITY y \"&x;&x;&x;&x;&x;&x;&x;&x;\">]><a>&y;</a>";
        assert!(parse(bomb).0.raw_text().len() < 10);
    }

    #[test]
    fn depth_is_bounded() {
        let deep = "<a>".repeat(50_000) + "x" + &"</a>".repeat(50_000) + "<b>y</b>";
        let (node, _) = parse(&deep);
        assert_eq!(node.raw_text(), "xy");
        assert_eq!(node.every("b").len(), 1);
    }

    #[test]
    fn paths_and_attributes() {
        let (node, _) = parse("<r><a/><a><b xml:lang='en'>x</b></a></r>");
        assert_eq!(node.text_at("r/a/b").as_deref(), Some("x"));
        assert_eq!(node.at("r/a/b").and_then(|b| b.attribute("lang")), Some("en"));
    }

    #[test]
    fn roots() {
        assert_eq!(root("<?xml version='1.0'?><!-- c --><!DOCTYPE nitf [ <!ENTITY a 'b>'> ]>\n<nitf version='x'>"), Some("nitf"));
        assert_eq!(root("<rdf:RDF xmlns='x'>"), Some("RDF"));
        assert_eq!(root("text"), None);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_fine(text in "(?s).{0,60}|(<|>|/|a|b|&|;|#|x|!|-|\\[|\\]|CDATA|\"|=| ){0,40}") {
            let (node, _) = parse(&text);
            node.html(&|_| Some("p"));
            root(&text);
        }
    }
}
