//! NewsML-G2 (IPTC): news items and packages, alone or in a news message; bodies as inline XHTML, NITF or text.

use super::markup::{Left, Markup, Reading};
use super::xml::{self, Node};
use super::{Problem, html, markup, nitf};
use crate::article::{BlockKind, DateRole};

/// NewsML-G2 files.
pub(super) static NEWSML_G2: Markup = Markup {
    name: "newsml-g2",
    about: "NewsML-G2: news items, alone or in a news message",
    extensions: &["g2"],
    roots: &["newsItem", "packageItem", "newsMessage", "conceptItem", "knowledgeItem", "planningItem", "catalogItem"],
    items: &["newsItem", "packageItem", "conceptItem", "knowledgeItem", "planningItem", "catalogItem"],
    read,
};

fn read(item: &Node, _head: &Node, reading: &mut Reading) -> Result<(), Left> {
    reading.field("id", item.attribute("guid").map(str::to_owned), "@guid");
    let none = Node::default();
    let (about, content) = (item.at("itemMeta").unwrap_or(&none), item.at("contentMeta").unwrap_or(&none));
    if item.is("packageItem") {
        let items = item.every("itemRef").len();
        return Err(Left(format!("a package that names {items} items; these are read where they stand")));
    }
    if !item.is("newsItem") {
        return Err(Left(format!("a {}, which is no article", item.local())));
    }
    let class = about.at("itemClass").and_then(|class| class.attribute("qcode")).map(xml::local);
    if let Some(class) = class.filter(|class| *class != "text") {
        return Err(Left(format!("an item of the class {class}, not text")));
    }
    let status = about.at("pubStatus").and_then(|status| status.attribute("qcode")).map(xml::local);
    if let Some(status @ ("canceled" | "cancelled" | "withheld")) = status {
        return Err(Left(format!("{status} by its publisher")));
    }
    dates(about, content, reading);
    if let Some(until) = about.text_at("embargoed") {
        let until: String = until.chars().take(40).collect();
        reading.problems.push(Problem::new("", format!("under embargo until {until}"), "it is read all the same"));
    }
    let mut summary = Vec::new();
    for headline in content.all("headline") {
        let role = headline.attribute("role").map(xml::local).unwrap_or_default().to_lowercase();
        let rank = headline.attribute("rank").unwrap_or("1");
        if role.contains("sub") {
            summary.extend(headline.text().map(|text| (BlockKind::Paragraph, text)));
        } else if rank == "1" {
            reading.field("headline", headline.text(), "contentMeta/headline");
        }
    }
    reading.field("headline", about.text_at("title"), "itemMeta/title");
    reading.byline(content.text_at("by").filter(|by| !by.to_lowercase().starts_with("no-data")), "contentMeta/by");
    for creator in content.all("creator") {
        reading.author(creator.text_at("name"), "contentMeta/creator");
    }
    reading.field("publisher", about.at("provider").and_then(named), "itemMeta/provider");
    reading.field("publisher", content.at("infoSource").and_then(named), "contentMeta/infoSource");
    reading.field("publisher", content.text_at("creditline"), "contentMeta/creditline");
    let (desk, rule) = desk(about, content);
    reading.field("desk", desk, &rule);
    reading.field(
        "language",
        content.at("language").and_then(|language| language.attribute("tag")).map(str::to_owned),
        "contentMeta/language",
    );
    let own_language = item.attribute("lang").or_else(|| item.every("html").first().and_then(|html| html.attribute("lang")));
    reading.field("language", own_language.map(str::to_owned), "@xml:lang");
    reading.field("url", web_address(item, about), "link");
    dateline(content, reading);
    body(item, reading);
    for description in content.all("description") {
        let role = description.attribute("role").map(xml::local).unwrap_or_default().to_lowercase();
        if role.contains("summ") || role.contains("abstract") || role.is_empty() && description.has_nodes() {
            summary.extend(html::fragment(&description.html(&as_html)));
        }
    }
    reading.summary(summary);
    Ok(())
}

/// The first version dates the publication, a later one its last change.
fn dates(about: &Node, content: &Node, reading: &mut Reading) {
    let first =
        [(about, "firstCreated"), (content, "contentCreated")].into_iter().find_map(|(node, name)| Some((node.text_at(name)?, name)));
    let version = about.text_at("versionCreated").map(|written| (written, "versionCreated"));
    let item_first = about.text_at("firstCreated");
    match (&item_first, &version) {
        (Some(first), Some((version, _))) if first.trim() != version.trim() => {
            reading.date(DateRole::Published, Some(first), "itemMeta/firstCreated");
            reading.date(DateRole::Modified, Some(version), "itemMeta/versionCreated");
        }
        (_, Some((version, name))) => reading.date(DateRole::Published, Some(version), &format!("itemMeta/{name}")),
        _ => {
            if let Some((written, name)) = &first {
                reading.date(DateRole::Published, Some(written), name);
            }
        }
    }
    reading.date(DateRole::Modified, content.text_at("contentModified").as_deref(), "contentMeta/contentModified");
}

/// What a node with a qcode is called: its name, its literal, its qcode.
fn named(node: &Node) -> Option<String> {
    let attribute = |name: &str| node.attribute(name).map(str::to_owned);
    node.text_at("name")
        .or_else(|| attribute("literal"))
        .or_else(|| node.text().filter(|_| !node.has_nodes()))
        .or_else(|| attribute("qcode").map(|code| xml::local(&code).to_owned()))
        .filter(|name| !name.starts_with("http"))
}

/// The newspaper's section: NewsML-G2 has no element for it, so that agencies use subjects, services and groups of their own.
fn desk(about: &Node, content: &Node) -> (Option<String>, String) {
    let subjects = || content.all("subject").chain(about.all("service")).chain(about.all("memberOf"));
    let scheme = |node: &Node| {
        let code = node.attribute("qcode").or(node.attribute("uri")).unwrap_or_default();
        let code = code.rsplit_once(':').map_or("", |(scheme, _)| scheme).to_lowercase();
        format!("{code} {}", node.attribute("type").unwrap_or_default().to_lowercase())
    };
    let is_desk =
        |node: &&Node| ["desk", "department", "section", "categ", "svc", "service"].iter().any(|word| scheme(node).contains(word));
    let is_topic = |node: &&Node| ["medtop", "subj", "iptc"].iter().any(|word| scheme(node).contains(word));
    let chosen = subjects().find(is_desk).or_else(|| about.at("service")).or_else(|| subjects().find(is_topic));
    let rule = |node: &Node| format!("{} {}", node.local(), node.attribute("qcode").unwrap_or_default());
    // A code alone says nothing to people.
    let called =
        |node: &Node| node.text_at("name").or_else(|| node.attribute("literal").map(str::to_owned)).filter(|name| name.chars().count() > 1);
    (chosen.and_then(called), chosen.map(rule).unwrap_or_default())
}

fn web_address(item: &Node, about: &Node) -> Option<String> {
    // Most links lead to something else: pictures, sources, what to see also.
    let own = |link: &&Node| {
        let rel = link.attribute("rel").map(xml::local).unwrap_or_default().to_lowercase();
        ["self", "canonical", "permalink", "weburl", "onlineversion", "alternate"].contains(&rel.as_str())
    };
    let links = about.all("link").chain(item.all("link")).filter(own).filter_map(|link| link.attribute("href"));
    links
        .chain(item.every("altId").into_iter().filter_map(|id| id.attribute("uri")))
        .find(|href| href.starts_with("http"))
        .map(str::to_owned)
}

fn dateline(content: &Node, reading: &mut Reading) {
    let Some(text) = content.text_at("dateline") else { return };
    // Some agencies write the time there.
    if !text.starts_with(|c: char| c.is_ascii_digit()) {
        let line = super::dateline::of_text(&format!("{} — ", text.trim_end_matches([' ', '-', '–', '—'])));
        let place = line.as_ref().and_then(|line| line.place.clone()).unwrap_or(text);
        reading.draft.meta.dateline =
            Some(crate::article::Dateline { place: Some(place), date: None, agency: line.and_then(|line| line.agency) });
    }
}

fn body(item: &Node, reading: &mut Reading) {
    let Some(set) = item.at("contentSet") else { return };
    for inline in set.all("inlineXML") {
        if !reading.draft.blocks.is_empty() {
            break;
        }
        if let Some(document) = inline.every("nitf").first() {
            nitf::read(document, &Node::default(), reading).ok();
            continue;
        }
        let page = inline.every("body");
        let whole = page.first().copied().unwrap_or(inline);
        reading.body_html(&as_paragraphs(whole), "inlineXML");
    }
    for inline in set.all("inlineData") {
        if !reading.draft.blocks.is_empty() {
            break;
        }
        let words = inline.raw_text();
        if markup::is_html(&words) {
            reading.body_html(&words, "inlineData");
        } else {
            reading.body_text(&words, "inlineData");
        }
    }
}

/// The body of an XHTML page. One agency puts a whole text into one paragraph, whose lines are indented where a paragraph begins: then its
/// white space is kept as the mark that it is.
fn as_paragraphs(body: &Node) -> String {
    let paragraphs = body.every("p");
    if let [only] = paragraphs[..] {
        let text = only.raw_text();
        let indented = text.lines().filter(|line| line.starts_with("  ") && !line.trim().is_empty()).count();
        if indented >= 2 && !only.has_nodes() {
            let lines = super::text::wrap::lines(&text);
            return lines.into_iter().map(|line| format!("<p>{}</p>", escaped(&line.text))).collect();
        }
    }
    body.html(&as_html)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// XHTML as HTML: without what the page's own header repeats.
pub(super) fn as_html(node: &Node) -> Option<&'static str> {
    Some(match node.local() {
        "header" | "script" | "style" | "head" | "nav" | "footer" | "form" => return None,
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => "h3",
        "p" => "p",
        "ul" => "ul",
        "ol" => "ol",
        "li" => "li",
        "blockquote" => "blockquote",
        "figure" => "figure",
        "figcaption" => "figcaption",
        "aside" => "aside",
        "table" => "table",
        "tr" => "tr",
        "td" | "th" => "td",
        "caption" => "figcaption",
        "br" => "br",
        "b" | "strong" => "b",
        "a" => "a",
        "q" => "q",
        "pre" => "pre",
        "div" | "section" | "article" | "main" | "tbody" | "thead" | "body" | "html" | "address" | "dl" | "dt" | "dd" => "div",
        // A container of the agency's own.
        _ if node.nodes().any(|inner| matches!(inner.local(), "p" | "ul" | "ol" | "div" | "h1" | "h2" | "h3" | "blockquote")) => "div",
        _ => "span",
    })
}
