//! Feeds: RSS 0.9 to 2.0 with full content, and Atom.

use super::markup::{Left, Markup, Reading, is_html, plain};
use super::xml::{Node, unescaped};
use super::{byline, html, newsml_g2, shape, text};
use crate::article::DateRole;

/// RSS files.
pub(super) static RSS: Markup = Markup {
    name: "rss",
    about: "RSS 0.9 to 2.0, with full content where it has it",
    extensions: &["rss"],
    roots: &["rss", "RDF"],
    items: &["item"],
    read: item,
};

/// Atom files.
pub(super) static ATOM: Markup =
    Markup { name: "atom", about: "Atom", extensions: &["atom"], roots: &["feed", "entry"], items: &["entry"], read: entry };

/// True for an element of a name: `dc:date` with its prefix, `title` without one or with one of those that stand for the feed's own.
fn is_named(node: &Node, name: &str) -> bool {
    const OWN: [&str; 8] = ["rss", "rss1", "rss10", "rss2", "a", "a10", "atom", "ns0"];
    let prefix = node.name.split_once(':').map(|(prefix, _)| prefix.to_ascii_lowercase());
    node.name.eq_ignore_ascii_case(name)
        || !name.contains(':') && node.is(name) && prefix.is_some_and(|prefix| OWN.contains(&prefix.as_str()))
}

/// The first child of the first of some names that has one.
fn child<'a>(node: &'a Node, names: &[&str]) -> Option<&'a Node> {
    names.iter().find_map(|name| node.nodes().find(|child| is_named(child, name)))
}

fn text_of(node: &Node, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| node.nodes().filter(|child| is_named(child, name)).find_map(Node::text))
}

/// An item of RSS.
fn item(item: &Node, head: &Node, reading: &mut Reading) -> Result<(), Left> {
    let channel = head.every("channel").first().copied().cloned().unwrap_or_default();
    reading.field("headline", text_of(item, &["title", "dc:title"]).map(|title| plain(&title)), "title");
    let guid = child(item, &["guid"]);
    let link = text_of(item, &["link"]).or_else(|| {
        let atom = item.nodes().find(|node| node.is("link") && node.attribute("rel").is_none_or(|rel| rel == "alternate"));
        atom.and_then(|node| node.attribute("href")).map(str::to_owned)
    });
    let permanent = guid.filter(|guid| guid.attribute("isPermaLink") != Some("false")).and_then(Node::text);
    reading.field("url", link.or(permanent).filter(|url| url.starts_with("http")), "link");
    reading.field("id", guid.and_then(Node::text).or_else(|| item.attribute("about").map(str::to_owned)), "guid");
    let id = reading.draft.meta.url.clone();
    reading.field("id", id, "link");
    reading.date(
        DateRole::Published,
        text_of(item, &["pubDate", "dc:date", "dcterms:issued", "dcterms:created", "published", "wp:post_date_gmt", "wp:post_date"])
            .as_deref(),
        "pubDate",
    );
    reading.date(DateRole::Modified, text_of(item, &["dcterms:modified", "atom:updated"]).as_deref(), "modified");
    for creator in
        item.nodes().filter(|node| ["dc:creator", "creator", "author", "itunes:author"].contains(&node.name.to_lowercase().as_str()))
    {
        authors(creator, reading);
    }
    let desk = item.all("category").filter(|node| node.name.eq_ignore_ascii_case("category")).find_map(Node::text);
    reading.field("desk", desk.or_else(|| text_of(item, &["dc:subject"])), "category");
    reading.field("publisher", text_of(item, &["source", "dc:publisher"]), "source");
    reading.field("publisher", text_of(&channel, &["title"]).map(|title| plain(&title)), "channel/title");
    reading.field(
        "language",
        text_of(item, &["dc:language"]).or_else(|| text_of(&channel, &["language", "dc:language"])),
        "channel/language",
    );
    let content =
        child(item, &["content:encoded", "encoded", "yandex:full-text", "full-text", "xhtml:body", "body", "fullitem", "content"]);
    let description = child(item, &["description", "summary", "atom:summary", "itunes:summary"]);
    match content.filter(|content| content.text().is_some()) {
        Some(content) => {
            content_of(content, reading, "content:encoded");
            if let Some(words) = description {
                let markup = markup_of(words);
                let blocks = if is_html(&markup) { html::fragment(&markup) } else { text::summary(&unescaped(&markup)) };
                // Most feeds cut their description from the text: it says nothing new.
                let cut = blocks.iter().any(|(_, text)| text.trim_end().ends_with(['…', ']']) || text.trim_end().ends_with("..."));
                if !cut && blocks.len() <= 6 {
                    reading.summary(blocks);
                }
            }
        }
        None => {
            if let Some(words) = description {
                content_of(words, reading, "description");
            }
        }
    }
    Ok(())
}

/// Authors as feeds write them: a name, an address with the name in brackets, an element with a name in it.
fn authors(node: &Node, reading: &mut Reading) {
    let Some(text) = node.text_at("name").or_else(|| node.text()) else { return };
    let text = plain(&text);
    let named = match text.split_once('(') {
        Some((address, name)) if address.contains('@') => name.trim_end_matches(')').to_owned(),
        _ => text.replace("mailto:", ""),
    };
    let named = named.split('<').next().unwrap_or_default().trim().to_owned();
    if named.contains('@') && !named.contains(' ') {
        return;
    }
    if reading.draft.meta.byline.is_none() {
        reading.draft.meta.byline = Some(byline::of_field(&named).printed).filter(|printed| !printed.is_empty());
    } else if let Some(printed) = &mut reading.draft.meta.byline
        && !printed.contains(&named)
    {
        printed.push_str(", ");
        printed.push_str(&named);
    }
    for name in byline::of_field(&named).authors {
        reading.author(Some(name), node.name.as_str());
    }
}

/// The markup of a content element: elements within, else its text, which is markup that was escaped.
fn markup_of(node: &Node) -> String {
    if node.has_nodes() { node.html(&newsml_g2::as_html) } else { node.raw_text() }
}

fn content_of(node: &Node, reading: &mut Reading, rule: &str) {
    let words = markup_of(node);
    // Escaped twice: "&lt;p&gt;" is left where "<p>" was meant.
    let words = if !is_html(&words) && words.contains("&lt;") { unescaped(&words) } else { words };
    if is_html(&words) || node.has_nodes() {
        let mut blocks = html::fragment(&words);
        // What publishing programs put below each article of a feed.
        while blocks.last().is_some_and(|(_, text)| {
            text.starts_with("The post ") && (text.contains(" appeared first on ") || text.contains(" first appeared on "))
        }) {
            blocks.pop();
        }
        shape::drop_headline(&mut blocks, reading.draft.meta.headline.as_deref());
        reading.body(blocks, rule);
    } else {
        reading.body_text(&unescaped(&words), rule);
    }
}

/// An entry of Atom.
fn entry(entry: &Node, head: &Node, reading: &mut Reading) -> Result<(), Left> {
    let none = Node::default();
    let feed = head.all("feed").next().unwrap_or(&none);
    let own = |name: &str| entry.nodes().find(|node| is_named(node, name));
    reading.field("headline", own("title").and_then(title_of), "title");
    reading.field("id", own("id").and_then(Node::text), "id");
    let links = || entry.all("link").chain(feed.all("link"));
    let address =
        entry.all("link").find(|link| link.attribute("rel").is_none_or(|rel| rel == "alternate")).and_then(|link| link.attribute("href"));
    let base = entry
        .attribute("base")
        .or_else(|| feed.attribute("base"))
        .or_else(|| links().find(|link| link.attribute("rel") == Some("self")).and_then(|link| link.attribute("href")));
    let url = address
        .map(|address| if address.starts_with("http") { address.to_owned() } else { format!("{}{address}", base.unwrap_or_default()) });
    reading.field("url", url.filter(|url| url.starts_with("http")), "link");
    let published = ["published", "issued", "created"].into_iter().find_map(|name| own(name).and_then(Node::text));
    let updated = ["updated", "modified"].into_iter().find_map(|name| own(name).and_then(Node::text));
    match &published {
        Some(_) => {
            reading.date(DateRole::Published, published.as_deref(), "published");
            if updated != published {
                reading.date(DateRole::Modified, updated.as_deref(), "updated");
            }
        }
        None => reading.date(DateRole::Published, updated.as_deref(), "updated"),
    }
    let mut named: Vec<&Node> = entry.all("author").chain(entry.all("contributor")).collect();
    if entry.all("author").next().is_none() {
        named.extend(entry.at("source").unwrap_or(feed).all("author"));
    }
    named.into_iter().for_each(|author| authors(author, reading));
    let category = entry.all("category").find_map(|node| node.attribute("label").or(node.attribute("term")).map(str::to_owned));
    reading.field("desk", category, "category");
    let source = entry.at("source").and_then(|source| source.at("title")).and_then(title_of);
    reading.field("publisher", source.or_else(|| feed.at("title").and_then(title_of)), "feed/title");
    let content = own("content");
    let language = content.and_then(|content| content.attribute("lang")).or(entry.attribute("lang")).or(feed.attribute("lang"));
    reading.field("language", language.map(str::to_owned), "@xml:lang");
    let summary = own("summary");
    match content.filter(|content| content.text().is_some()) {
        Some(content) => {
            typed(content, reading, "content");
            if let Some(words) = summary {
                let markup = markup_of(words);
                let blocks = if is_html(&markup) { html::fragment(&markup) } else { text::summary(&markup) };
                let cut = blocks.iter().any(|(_, text)| text.trim_end().ends_with('…') || text.trim_end().ends_with("..."));
                if !cut {
                    reading.summary(blocks);
                }
            }
        }
        None => summary.into_iter().for_each(|words| typed(words, reading, "summary")),
    }
    Ok(())
}

/// The text of a construct that says by its type what it is: plain text, escaped markup, XHTML.
fn typed(node: &Node, reading: &mut Reading, rule: &str) {
    match node.attribute("type").unwrap_or("text") {
        "text" | "text/plain" if !node.has_nodes() && !is_html(&node.raw_text()) => reading.body_text(&node.raw_text(), rule),
        _ => content_of(node, reading, rule),
    }
}

fn title_of(node: &Node) -> Option<String> {
    let text = node.text()?;
    Some(if node.attribute("type").is_some_and(|kind| kind == "html" || kind == "text/html") { plain(&text) } else { text })
}
