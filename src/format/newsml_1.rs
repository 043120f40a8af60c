//! NewsML 1.x (IPTC, before NewsML-G2): news items with nested components, bodies as NITF, XHTML or text.

use super::markup::{Left, Markup, Reading};
use super::newsml_g2::as_html;
use super::xml::Node;
use super::{Problem, markup, nitf};
use crate::article::{BlockKind, DateRole};

/// NewsML 1.x files.
pub(super) static NEWSML_1: Markup =
    Markup { name: "newsml-1", about: "NewsML 1.x", extensions: &["newsml"], roots: &["NewsML"], items: &["NewsItem"], read };

fn read(item: &Node, head: &Node, reading: &mut Reading) -> Result<(), Left> {
    let identifier = item.at("Identification/NewsIdentifier");
    let id = identifier.and_then(|id| id.text_at("NewsItemId").or_else(|| id.text_at("PublicIdentifier")));
    reading.field("id", id, "NewsIdentifier/NewsItemId");
    dates(item, head, reading);
    let status = item.at("NewsManagement/Status").and_then(|status| status.attribute("FormalName")).unwrap_or_default();
    if ["canceled", "cancelled", "withheld"].contains(&status.to_lowercase().as_str()) {
        return Err(Left(format!("{} by its publisher", status.to_lowercase())));
    }
    // An item may hold several texts: the longest is the article, with the lines of its own component before those around it.
    let mut texts = Vec::new();
    components(item, &mut Vec::new(), &mut texts);
    texts.sort_by_key(|text: &Text<'_>| std::cmp::Reverse(text.length));
    let main = texts.first();
    let left =
        texts.iter().skip(1).filter(|text| text.length > 400 && text.lines.len() > main.map_or(0, |main| main.lines.len() - 1)).count();
    if left > 0 {
        let message = format!("{left} more texts in this item, which were left out");
        reading.problems.push(Problem::new("", message, "the longest was read"));
    }
    let own: Vec<&Node> = main.map(|main| main.lines.iter().rev().copied().collect()).unwrap_or_default();
    let lines: Vec<&Node> = own.into_iter().chain(item.every("NewsLines")).collect();
    for lines in &lines {
        reading.field("headline", lines.text_at("HeadLine"), "NewsLines/HeadLine");
        reading.byline(lines.text_at("ByLine"), "NewsLines/ByLine");
        if let Some(place) = lines.text_at("DateLine").filter(|place| !place.starts_with(|c: char| c.is_ascii_digit()))
            && reading.draft.meta.dateline.is_none()
        {
            let line = super::dateline::of_text(&format!("{} — ", place.trim_end_matches([' ', '-', '–', '—'])));
            let place = line.as_ref().and_then(|line| line.place.clone()).unwrap_or(place);
            reading.draft.meta.dateline =
                Some(crate::article::Dateline { place: Some(place), date: None, agency: line.and_then(|line| line.agency) });
        }
    }
    publisher(item, identifier, reading);
    desk(item, reading);
    let formal = |name: &str| item.every(name).first().and_then(|node| node.attribute("FormalName")).map(str::to_owned);
    reading.field("language", formal("Language"), "DescriptiveMetadata/Language");
    reading.field("language", item.attribute("lang").or_else(|| head.nodes().next()?.attribute("lang")).map(str::to_owned), "@xml:lang");
    if let Some(main) = main {
        body(main.content, reading);
    }
    let summary = lines.iter().flat_map(|lines| lines.all("SubHeadLine")).filter_map(Node::text);
    reading.summary(summary.map(|text| (BlockKind::Paragraph, text)).collect());
    if reading.draft.blocks.is_empty() && reading.draft.summary.is_empty() {
        let media: Vec<&str> = item.every("MediaType").iter().filter_map(|media| media.attribute("FormalName")).collect();
        if let Some(media) = media.iter().find(|media| !is_text(media)) {
            return Err(Left(format!("an item of the media type {}, not text", media.to_lowercase())));
        }
    }
    Ok(())
}

fn is_text(media: &str) -> bool {
    ["text", "complexdata"].iter().any(|kind| media.eq_ignore_ascii_case(kind))
}

fn dates(item: &Node, head: &Node, reading: &mut Reading) {
    let management = item.at("NewsManagement");
    let first = management.and_then(|node| node.text_at("FirstCreated"));
    let revised = management.and_then(|node| node.text_at("ThisRevisionCreated"));
    reading.date(DateRole::Published, first.as_deref(), "NewsManagement/FirstCreated");
    if first.is_none() {
        reading.date(DateRole::Published, revised.as_deref(), "NewsManagement/ThisRevisionCreated");
    } else if revised != first {
        reading.date(DateRole::Modified, revised.as_deref(), "NewsManagement/ThisRevisionCreated");
    }
    if reading.draft.meta.date.is_none() {
        let id = item.text_at("Identification/NewsIdentifier/DateId");
        reading.date(DateRole::Published, id.as_deref(), "NewsIdentifier/DateId");
    }
    if reading.draft.meta.date.is_none() {
        let sent = head.every("DateAndTime").first().and_then(|node| node.text());
        reading.date(DateRole::Published, sent.as_deref(), "NewsEnvelope/DateAndTime");
    }
}

fn publisher(item: &Node, identifier: Option<&Node>, reading: &mut Reading) {
    for name in ["Provider", "Source"] {
        let party = item.every(name).into_iter().find_map(|node| node.at("Party")?.attribute("FormalName").map(str::to_owned));
        reading.field("publisher", party, &format!("AdministrativeMetadata/{name}"));
    }
    reading.field("publisher", identifier.and_then(|id| id.text_at("ProviderId")), "NewsIdentifier/ProviderId");
}

/// The newspaper's section stands in properties of the agencies' own.
fn desk(item: &Node, reading: &mut Reading) {
    for property in item.every("Property") {
        let name = property.attribute("FormalName").unwrap_or_default().to_lowercase();
        if ["desk", "section", "category", "department", "rubrik", "products"].iter().any(|word| name.contains(word)) {
            reading.field("desk", property.attribute("Value").map(str::to_owned), &format!("Property {name}"));
        }
    }
}

/// A text of an item.
struct Text<'n> {
    content: &'n Node,
    /// Bytes.
    length: usize,
    /// The news lines of its component and of those around it, the outermost first.
    lines: Vec<&'n Node>,
}

/// All texts of a node, each with the news lines that stand over it.
fn components<'n>(node: &'n Node, around: &mut Vec<&'n Node>, texts: &mut Vec<Text<'n>>) {
    let known = around.len();
    around.extend(node.at("NewsLines"));
    for child in node.nodes() {
        if child.is("ContentItem") {
            let length = child.at("DataContent").filter(|_| is_readable(child)).map_or(0, |data| data.raw_text().trim().len());
            if length > 0 {
                texts.push(Text { content: child, length, lines: around.clone() });
            }
        } else if child.is("NewsComponent") {
            components(child, around, texts);
        }
    }
    around.truncate(known);
}

/// Text, and no style sheet.
fn is_readable(content: &Node) -> bool {
    let media = content.at("MediaType").and_then(|media| media.attribute("FormalName")).unwrap_or("text");
    let mut kinds = ["Format", "MimeType"].into_iter().filter_map(|name| content.at(name)?.attribute("FormalName"));
    is_text(media) && !kinds.any(|kind| kind.to_lowercase().contains("css"))
}

fn body(content: &Node, reading: &mut Reading) {
    let Some(data) = content.at("DataContent") else { return };
    if let Some(document) = data.every("nitf").first() {
        nitf::body(document, reading);
    } else if data.at("body.content").is_some() || data.at("body/body.content").is_some() {
        reading.body_html(&data.html(&nitf::element), "DataContent");
    } else if data.has_nodes() {
        let page = data.every("body");
        reading.body_html(&page.first().copied().unwrap_or(data).html(&as_html), "DataContent");
    } else {
        let words = data.raw_text();
        if markup::is_html(&words) { reading.body_html(&words, "DataContent") } else { reading.body_text(&words, "DataContent") }
    }
}
