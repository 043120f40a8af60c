//! NITF 3.x (IPTC News Industry Text Format), as files of its own and inside NewsML.

use super::markup::{Left, Markup, Reading};
use super::xml::Node;
use super::{html, shape};
use crate::article::{BlockKind, DateRole};
use crate::text::clean;

/// NITF files.
pub(super) static NITF: Markup =
    Markup { name: "nitf", about: "NITF 3.x", extensions: &["nitf"], roots: &["nitf"], items: &["nitf"], read };

/// Reads a whole NITF document.
pub(super) fn read(nitf: &Node, _head: &Node, reading: &mut Reading) -> Result<(), Left> {
    let docdata = nitf.at("head/docdata");
    let attribute = |path: &str, name: &str| nitf.at(path).and_then(|node| node.attribute(name)).map(str::to_owned);
    reading.field("id", attribute("head/docdata/doc-id", "id-string"), "docdata/doc-id");
    for (path, name, role) in [
        ("head/docdata/date.issue", "norm", DateRole::Published),
        ("head/docdata/date.release", "norm", DateRole::Published),
        ("head/pubdata", "date.publication", DateRole::Published),
        ("head/docdata/pubdata", "date.publication", DateRole::Published),
        ("body/body.head/dateline/story.date", "norm", DateRole::Published),
    ] {
        // The first that is written is the one that counts: the others say when it may be released or when it was sent.
        if reading.draft.meta.date.is_none() {
            // Templates stand in some feeds ("YYYYMMDD000000-HHMM").
            let written = attribute(path, name).filter(|written| written.starts_with(|c: char| c.is_ascii_digit()));
            reading.date(role, written.as_deref(), path);
        }
    }
    for pubdata in nitf.every("pubdata") {
        reading.field("publisher", pubdata.attribute("name").map(str::to_owned), "pubdata/@name");
        let address = pubdata.attribute("ex-ref").filter(|address| address.starts_with("http"));
        reading.field("url", address.map(str::to_owned), "pubdata/@ex-ref");
        reading.field("desk", pubdata.attribute("position.section").map(str::to_owned), "pubdata/@position.section");
        if pubdata.attribute("edition.name").is_some() {
            reading.date(DateRole::Edition, pubdata.attribute("date.publication"), "pubdata/@date.publication");
        }
    }
    for (name, rule) in [
        ("dsk", "meta dsk"),
        ("online_sections", "meta online_sections"),
        ("desk", "meta desk"),
        ("section", "meta section"),
        ("aap-desk", "meta aap-desk"),
    ] {
        let found = nitf
            .at("head")
            .into_iter()
            .flat_map(|head| head.all("meta"))
            .find(|meta| meta.attribute("name").is_some_and(|own| own.eq_ignore_ascii_case(name)));
        reading.field(
            "desk",
            found.and_then(|meta| meta.attribute("content")).map(|desk| desk.split(';').next().unwrap_or(desk).to_owned()),
            rule,
        );
    }
    let general = |desk: &String| !["news", "general"].contains(&desk.to_lowercase().as_str());
    reading.field("desk", attribute("head/tobject", "tobject.type").filter(general), "tobject/@tobject.type");
    reading.field("desk", attribute("head/tobject/tobject.subject", "tobject.subject.type"), "tobject.subject/@tobject.subject.type");
    reading.field("desk", attribute("head/docdata/doc-scope", "scope"), "docdata/doc-scope");
    reading.field("language", nitf.attribute("baselang").or(nitf.attribute("lang")).map(str::to_owned), "nitf/@baselang");
    body(nitf, reading);
    reading.field("headline", nitf.text_at("head/title"), "head/title");
    let language = nitf.every("p").first().and_then(|p| p.attribute("lang")).map(str::to_owned);
    reading.field("language", language, "p/@xml:lang");
    let holder = docdata
        .and_then(|docdata| docdata.at("doc.copyright"))
        .and_then(|copyright| copyright.attribute("holder"))
        .map(|holder| holder.split_once(". All rights").map_or(holder, |(name, _)| name).to_owned());
    reading.field("publisher", holder, "docdata/doc.copyright");
    Ok(())
}

/// Reads what stands in `body`: all that a NITF document has inside NewsML.
pub(super) fn body(nitf: &Node, reading: &mut Reading) {
    let Some(body) = nitf.at("body").or_else(|| nitf.at("nitf/body")) else { return };
    let top = body.at("body.head");
    let mut summary = Vec::new();
    if let Some(top) = top {
        reading.field("headline", top.text_at("hedline/hl1").or_else(|| top.text_at("headline/hl1")), "hedline/hl1");
        for byline in top.all("byline") {
            let printed = printed_byline(byline);
            reading.byline(Some(printed), "body.head/byline");
        }
        reading.field("publisher", top.text_at("distributor"), "body.head/distributor");
        dateline(top, reading);
        let headline = reading.draft.meta.headline.as_deref().map(shape::normal);
        for line in top.all("hedline").flat_map(|hedline| hedline.all("hl2")).filter(|hl2| hl2.attribute("id").is_none() && !is_slug(hl2)) {
            summary.extend(
                line.text()
                    .filter(|text| text.contains(' ') && Some(shape::normal(text)) != headline)
                    .map(|text| (BlockKind::Paragraph, text)),
            );
        }
        if let Some(points) = top.at("abstract") {
            summary.extend(html::fragment(&points.html(&element)));
        }
    }
    let mut markup = String::new();
    for content in body.all("body.content") {
        // Some archives give the first paragraph twice: once by itself and once in the full text.
        let full = content.all("block").filter(|block| block.attribute("class") == Some("full_text")).collect::<Vec<_>>();
        if full.is_empty() {
            markup.push_str(&content.html(&element));
        } else {
            full.iter().for_each(|block| markup.push_str(&block.html(&element)));
        }
    }
    reading.body_html(&markup, "body.content");
    reading.summary(summary);
}

/// A few words in capitals: an agency's name for the story, not a line of print.
fn is_slug(line: &Node) -> bool {
    line.text().is_some_and(|text| text.split(' ').count() <= 4 && !text.chars().any(char::is_lowercase))
}

/// A byline with a blank between its elements, which agencies leave out.
fn printed_byline(byline: &Node) -> String {
    let pieces: Vec<String> = if byline.has_nodes() {
        let mut pieces: Vec<String> = byline.all("person").filter_map(Node::text).collect();
        pieces.extend(byline.all("byttl").filter_map(Node::text));
        let own = byline.raw_text();
        let own = clean::line(&own);
        // Text of its own before the elements ("By ") is in the printed line anyway.
        if pieces.is_empty() || byline.all("person").next().is_none() {
            let title = byline.all("byttl").filter_map(Node::text).collect::<Vec<_>>().join(", ");
            let name = own.strip_suffix(&title).unwrap_or(&own).trim().trim_end_matches(',').to_owned();
            pieces = [name, title].into_iter().filter(|piece| !piece.is_empty()).collect();
        }
        pieces
    } else {
        byline.text().into_iter().collect()
    };
    pieces.join(", ")
}

fn dateline(top: &Node, reading: &mut Reading) {
    let Some(line) = top.at("dateline") else { return };
    let place = line.at("location").and_then(Node::text).or_else(|| line.text());
    let found = crate::article::Dateline {
        place: place.map(|place| place.trim_end_matches([' ', '-', '–', '—', ':', ',']).to_owned()).filter(|place| !place.is_empty()),
        date: line.at("story.date").and_then(|date| date.attribute("norm")).and_then(crate::text::Date::parse),
        agency: None,
    };
    reading.draft.meta.dateline = Some(found).filter(|line| line.place.is_some() || line.date.is_some());
}

/// The HTML element that stands for one of NITF. Dropped: producers and metadata of pictures, editor's marks.
pub(super) fn element(node: &Node) -> Option<&'static str> {
    Some(match node.local() {
        "p" | "pre" | "fn" => "p",
        "hl2" | "h1" | "h2" | "h3" | "h4" => "h3",
        "ul" | "dl" => "ul",
        "ol" => "ol",
        "li" | "dt" | "dd" => "li",
        "bq" | "blockquote" => "blockquote",
        "media" | "figure" => "figure",
        "media-caption" | "figcaption" | "caption" => "figcaption",
        "media-producer" | "media-metadata" | "media-reference" | "media-object" | "script" | "style" | "col" | "colgroup" => return None,
        "table" => "table",
        "tr" => "tr",
        "td" | "th" => "td",
        "br" => "br",
        "em" | "strong" | "b" => "b",
        "i" => "i",
        "a" => "a",
        "block" | "div" | "section" | "nitf-table" | "tbody" | "thead" | "note" | "body.content" => "div",
        _ => "span",
    })
}
