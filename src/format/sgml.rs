//! SGML collections: Reuters-21578, and documents as TREC and the Linguistic Data Consortium lay them out.

use super::dateline;
use super::markup::{Left, Markup, Reading};
use super::xml::Node;
use super::{dates, shape, text};
use crate::article::{BlockKind, DateRole};
use crate::text::{Date, clean};

/// Reuters-21578.
pub(super) static REUTERS: Markup = Markup {
    name: "reuters",
    about: "Reuters-21578 (SGML)",
    extensions: &["sgm"],
    roots: &["REUTERS", "LEWIS"],
    items: &["REUTERS"],
    read: reuters,
};

/// TREC collections, English Gigaword and their like.
pub(super) static TREC: Markup = Markup {
    name: "trec",
    about: "SGML of TREC and the Linguistic Data Consortium",
    extensions: &["sgml", "trec"],
    roots: &["DOC", "DOCS"],
    items: &["DOC"],
    read: trec,
};

fn reuters(item: &Node, _head: &Node, reading: &mut Reading) -> Result<(), Left> {
    reading.field("id", item.attribute("NEWID").or(item.attribute("OLDID")).map(str::to_owned), "@NEWID");
    // The second has hundredths behind a point.
    let written = item.text_at("DATE").map(|written| written.split_once('.').map_or(written.clone(), |(whole, _)| whole.to_owned()));
    reading.date(DateRole::Published, written.as_deref(), "DATE");
    let Some(whole) = item.at("TEXT") else { return Err(Left("no TEXT".to_owned())) };
    reading.field("headline", whole.text_at("TITLE"), "TITLE");
    reading.byline(whole.text_at("AUTHOR"), "AUTHOR");
    reading.field("publisher", Some("Reuters".to_owned()), "the collection");
    reading.field("language", Some("en".to_owned()), "the collection");
    if let Some(line) = whole.text_at("DATELINE") {
        let date = reading.draft.meta.date;
        let found = dateline::of_text(&format!("{} — ", line.trim_end_matches(['-', ' ', '—'])));
        reading.draft.meta.dateline = found.map(|line| {
            let day = line.date.and_then(|day| day.near(date));
            line.with(day)
        });
    }
    let words = match whole.at("BODY") {
        Some(body) => body.raw_text(),
        // A text of one piece: its own words, without those of the elements beside it.
        None => {
            let mut words = whole.raw_text();
            for beside in ["TITLE", "AUTHOR", "DATELINE"].into_iter().filter_map(|name| whole.at(name)) {
                words = words.replacen(&beside.raw_text(), "", 1);
            }
            words
        }
    };
    reading.body_text(&without_sign_off(&words), "BODY");
    Ok(())
}

/// Without the agency's sign-off and the control character behind it.
fn without_sign_off(words: &str) -> String {
    let words = words.trim_end_matches(|c: char| c.is_whitespace() || c.is_control());
    let last = words.rsplit('\n').next().unwrap_or_default().trim();
    if last.eq_ignore_ascii_case("reuter") { words[..words.len() - last.len()].trim_end().to_owned() } else { words.to_owned() }
}

/// The first of some elements.
fn first(item: &Node, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| item.text_at(name))
}

fn trec(item: &Node, _head: &Node, reading: &mut Reading) -> Result<(), Left> {
    let id = first(item, &["DOCNO", "DOCID"]).or_else(|| item.attribute("id").map(str::to_owned));
    reading.field("id", id.clone(), "DOCNO");
    reading.field(
        "headline",
        first(item, &["HL", "HEADLINE", "HEAD", "TI", "TITLE", "H3"]).map(|headline| without_mark(&headline)),
        "HEADLINE",
    );
    if let Some(written) = first(item, &["DD", "DATE", "DATE_TIME", "PUBDATE", "DATE1"]) {
        match Date::parse(&written).or_else(|| short(&written)).or_else(|| leading(&written)) {
            Some(date) => reading.draft.meta.dated(DateRole::Published, date, "field"),
            None => reading.date(DateRole::Published, Some(&written), "DATE"),
        }
    } else if let Some(date) = id.as_deref().and_then(of_id) {
        reading.draft.meta.dated(DateRole::Published, date, "field");
        reading.draft.meta.found.insert("date", "DOCNO".into());
    }
    reading.byline(first(item, &["BYLINE", "AUTHOR", "BY"]), "BYLINE");
    reading.field("publisher", first(item, &["SO", "SOURCE", "PUB", "PUBLISHER"]), "SOURCE");
    reading.field(
        "desk",
        first(item, &["SECTION", "DESK", "CATEGORY"]).map(|desk| desk.split(';').next().unwrap_or_default().to_owned()),
        "SECTION",
    );
    reading.field("language", first(item, &["LANGUAGE", "LANG"]), "LANGUAGE");
    let mut blocks: Vec<shape::Block> = Vec::new();
    for part in item.nodes().filter(|node| ["LP", "TEXT", "BODY", "LEADPARA"].iter().any(|name| node.is(name))) {
        let paragraphs = part.every("P");
        if paragraphs.is_empty() {
            blocks.extend(text::blocks_of(&part.raw_text()));
        } else {
            blocks.extend(paragraphs.iter().filter_map(|paragraph| Some((BlockKind::Paragraph, paragraph.text()?))));
        }
    }
    let line = item.text_at("DATELINE").and_then(|line| dateline::of_text(&format!("{} — ", line.trim_end_matches(['-', ' ', '—', '_']))));
    let date = reading.draft.meta.date;
    reading.draft.meta.dateline = line.map(|line| {
        let day = line.date.and_then(|day| day.near(date));
        line.with(day)
    });
    shape::drop_headline(&mut blocks, reading.draft.meta.headline.as_deref());
    reading.body(blocks, "TEXT");
    Ok(())
}

/// "FT  14 MAY 91 / Talks fail": what stands before the stroke is the paper and the day.
fn without_mark(headline: &str) -> String {
    match headline.split_once(" / ") {
        Some((mark, rest)) if mark.starts_with("FT") && mark.len() < 20 => rest.to_owned(),
        _ => headline.to_owned(),
    }
}

/// `910514`, `02/12/88` (month first, as the Wall Street Journal's collection has it).
fn short(written: &str) -> Option<Date> {
    let words = written.trim();
    let number = |text: &str| text.parse::<u32>().ok().filter(|_| text.len() == 2);
    let (year, month, day) = if words.len() == 6 && words.bytes().all(|b| b.is_ascii_digit()) {
        (number(&words[..2])?, number(&words[2..4])?, number(&words[4..])?)
    } else {
        let mut parts = words.split('/');
        let (month, day, year) = (number(parts.next()?)?, number(parts.next()?)?, number(parts.next()?)?);
        parts.next().is_none().then_some((year, month, day))?
    };
    // The collections begin in the 1980s.
    Date::ymd(if year < 50 { 2000 } else { 1900 } + year as i32, Some(month), Some(day))
}

/// A date with more behind it: "May 14, 1991, Tuesday, Home Edition".
fn leading(written: &str) -> Option<Date> {
    let pieces: Vec<&str> = written.split(',').map(str::trim).collect();
    let lengths = (1..=pieces.len().min(3)).rev();
    lengths.filter_map(|length| Date::parse(&pieces[..length].join(", "))).find(|date| date.precision() >= crate::text::Precision::Day)
}

/// A day in the number of a document: "AP880212-0001", "NYT_ENG_19940701.0001", "LA010189-0001".
fn of_id(id: &str) -> Option<Date> {
    let id = clean::line(id);
    let digits = id.find(|c: char| c.is_ascii_digit())?;
    let number: String = id[digits..].chars().take_while(char::is_ascii_digit).collect();
    match number.len() {
        8 => dates::in_path(&number),
        6 if id.starts_with("LA") => short(&format!("{}/{}/{}", &number[..2], &number[2..4], &number[4..])),
        6 => short(&number),
        _ => None,
    }
}
