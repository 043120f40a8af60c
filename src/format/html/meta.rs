//! What a page says about its story outside the text: JSON-LD first, then meta elements, then marked elements.

use super::json_ld::Ld;
use super::walk::Found;
use crate::article::{DateRole, Meta};
use crate::format::byline;
use crate::format::dates::{self, DateLine};
use crate::format::shape::normal;
use crate::text::{Date, clean};
use trafilatura::dom::{Document, NodeId};

/// The elements of a page that describe it, in their order.
pub(super) struct Elements {
    /// Names (in lower case) and contents of meta elements.
    metas: Vec<(String, String)>,
    /// Contents of `<title>`, `<html lang>`, `<link rel=canonical>`.
    title: Option<String>,
    language: Option<String>,
    canonical: Option<String>,
    /// Dates of `<time>` and elements marked `datePublished`, the surest first.
    times: Vec<String>,
    /// Texts of elements whose class says that they hold a date.
    dated: Vec<String>,
    /// Texts of elements that are marked as the author's, the surest first.
    bylines: Vec<String>,
}

/// Longest text of an element that is taken for a date or a byline, in bytes.
const LONGEST_LINE: usize = 160;

/// Elements that are looked at for dates and bylines: what belongs to the story stands near its top.
const MOST_MARKED: usize = 12;

impl Elements {
    pub(super) fn of(document: &Document) -> Self {
        let root = document.root();
        let all = |tag: &str| document.get_elements_by_tag_name(root, tag);
        let attribute =
            |id: NodeId, name: &str| document.get_attribute(id, name).map(|value| clean::line(&value)).filter(|value| !value.is_empty());
        let mut metas = Vec::new();
        for id in all("meta") {
            let name = attribute(id, "property")
                .or_else(|| attribute(id, "name"))
                .or_else(|| attribute(id, "itemprop").map(|name| if name == "datePublished" { format!("itemprop:{name}") } else { name }))
                .or_else(|| attribute(id, "http-equiv"));
            if let (Some(name), Some(content)) = (name, attribute(id, "content")) {
                metas.push((name.to_lowercase(), content));
            }
        }
        let mut times: Vec<(u8, String)> = Vec::new();
        for id in all("time") {
            let marks = [attribute(id, "itemprop"), attribute(id, "class")].into_iter().flatten().collect::<String>().to_lowercase();
            let modified = marks.contains("modif") || marks.contains("updat");
            let published = marks.contains("publi") || document.get_attribute(id, "pubdate").is_some();
            let written =
                attribute(id, "datetime").or_else(|| attribute(id, "content")).unwrap_or_else(|| clean::line(&document.text_content(id)));
            times.push((if modified { 2 } else { u8::from(!published) }, written));
        }
        times.retain(|(rank, _)| *rank < 2);
        times.sort_by_key(|(rank, _)| *rank);
        let (dated, bylines) = marked(document);
        let lang = |tag: &str| all(tag).into_iter().find_map(|id| attribute(id, "lang").or_else(|| attribute(id, "xml:lang")));
        Self {
            metas,
            title: all("title").into_iter().map(|id| clean::line(&document.text_content(id))).find(|title| !title.is_empty()),
            language: lang("html"),
            canonical: all("link")
                .into_iter()
                .filter(|&id| attribute(id, "rel").as_deref() == Some("canonical"))
                .find_map(|id| attribute(id, "href")),
            times: times.into_iter().map(|(_, written)| written).collect(),
            dated,
            bylines,
        }
    }

    /// What a page tells a service that counts its readers: JSON in a meta element (`parsely-page`).
    fn counted(&self) -> Option<serde_json::Value> {
        serde_json::from_str(&crate::format::xml::unescaped(self.get(&["parsely-page"])?)).ok()
    }

    /// The first content of the first of `names` that has one.
    fn get(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| self.metas.iter().find(|(own, _)| own == name).map(|(_, content)| content.as_str()))
    }

    /// The page's addresses.
    pub(super) fn urls(&self) -> Vec<String> {
        [self.canonical.as_deref(), self.get(&["og:url", "twitter:url"])].into_iter().flatten().map(str::to_owned).collect()
    }

    pub(super) fn description(&self) -> Option<&str> {
        self.get(&["og:description", "description", "twitter:description", "dc.description"])
    }
}

const DATES: [&str; 24] = [
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "article:published",
    "datepublished",
    "parsely-pub-date",
    "sailthru.date",
    "cxenseparse:recs:publishtime",
    "article.published",
    "published_time",
    "publishdate",
    "publish-date",
    "publish_date",
    "publication_date",
    "pubdate",
    "article_date_original",
    "originalpublicationdate",
    "dc.date.issued",
    "dcterms.issued",
    "dcterms.created",
    "dc.date.created",
    "dc.date",
    "dc.terms.date",
    "date",
];

/// Everything but the text, its byline and its date lines.
pub(super) fn read(elements: &Elements, ld: &Ld, found: &[Found]) -> Meta {
    let get = |names: &[&str]| elements.get(names);
    let own = |text: &str| Some(clean::line(text)).filter(|text| !text.is_empty());
    let publisher = ld.publisher.as_deref().or(get(&["og:site_name", "application-name", "dc.publisher"])).and_then(own);
    let url =
        elements.canonical.as_deref().or(get(&["og:url"])).or(ld.url.as_deref()).filter(|url| url.starts_with("http")).map(str::to_owned);
    let mut meta = Meta {
        headline: headline(elements, ld, found, publisher.as_deref()),
        desk: ld
            .desk
            .as_deref()
            .or(get(&["article:section", "og:article:section", "parsely-section", "section", "dc.subject.section"]))
            .and_then(own)
            .filter(|desk| !desk.starts_with("http")),
        language: ld
            .language
            .as_deref()
            .filter(|tag| is_tag(tag))
            .or(elements.language.as_deref())
            .or(get(&["og:locale", "language", "content-language", "dc.language"]))
            .map(|tag| tag.trim().replace('_', "-"))
            .filter(|tag| is_tag(tag)),
        publisher,
        url,
        ..Meta::default()
    };
    dates(elements, ld, &mut meta);
    places(elements, ld, found, &mut meta);
    let (named, rule) = authors(elements, ld, &meta, found);
    meta.authors = named;
    meta.found.insert("authors", rule.to_owned().into());
    meta
}

/// Notes where headline, publisher, desk, address and language were found.
fn places(elements: &Elements, ld: &Ld, found: &[Found], meta: &mut Meta) {
    let headline = meta.headline.as_deref().map(normal).unwrap_or_default();
    let is_headline = |text: &str| normal(text) == headline;
    let rule = if found.iter().any(|block| block.level == 1 && is_headline(&block.text)) {
        "h1"
    } else if ld.headline.as_deref().is_some_and(is_headline) {
        "json-ld headline"
    } else if elements.get(&["og:title"]).is_some_and(is_headline) {
        "meta og:title"
    } else {
        "title"
    };
    let either = |first: bool, rule: &'static str, other: &'static str| if first { rule } else { other };
    let rules = [
        ("headline", rule),
        ("publisher", either(ld.publisher.is_some(), "json-ld publisher", "meta og:site_name")),
        ("desk", either(ld.desk.is_some(), "json-ld articleSection", "meta article:section")),
        ("url", either(elements.canonical.is_some(), "link canonical", "og:url or json-ld url")),
        ("language", either(ld.language.is_some(), "json-ld inLanguage", "html lang or meta")),
    ];
    meta.found.extend(rules.map(|(field, rule)| (field, rule.to_owned().into())));
}

/// Texts of elements whose class or property says that they hold a date, and of those that hold the author, from the page's heading on.
fn marked(document: &Document) -> (Vec<String>, Vec<String>) {
    let (mut dates, mut bylines): (Vec<String>, Vec<(u8, String)>) = Default::default();
    let mut below = document.get_elements_by_tag_name(document.root(), "h1").is_empty();
    for id in document.get_elements_by_tag_name(document.root(), "*") {
        let tag = document.tag_name(id);
        below |= tag == "h1";
        if matches!(tag, "html" | "body" | "script" | "style" | "meta" | "article" | "main" | "form" | "ul" | "ol" | "li") {
            continue;
        }
        let attribute = |name: &str| document.get_attribute(id, name).map(|value| value.to_lowercase()).unwrap_or_default();
        let class = format!("{} {}", document.class_name(id), document.id_attr(id)).to_lowercase();
        let is_date = below && ["date", "timestamp", "published", "pubtime", "posted"].iter().any(|word| class.contains(word));
        let (rel, property) = (attribute("rel"), attribute("itemprop"));
        let rank = if property.contains("author") || rel == "author" {
            0
        } else if ["byline", "author", "writer"].iter().any(|word| class.contains(word)) && !class.contains("comment") {
            1
        } else {
            2
        };
        if !is_date && rank == 2 {
            continue;
        }
        let text = clean::line(&document.text_content(id));
        if text.is_empty() || text.len() > LONGEST_LINE {
            continue;
        }
        if is_date && dates.len() < MOST_MARKED {
            dates.push(text.clone());
        }
        // Authors of other stories stand below, in lists of teasers.
        if rank < 2 && bylines.len() < MOST_MARKED && (below || rank == 0) {
            bylines.push((rank, text));
        }
    }
    bylines.sort_by_key(|(rank, _)| *rank);
    (dates, bylines.into_iter().map(|(_, text)| text).collect())
}

/// All dates that the page states, the surest first: JSON-LD, meta elements, elements of time.
fn dates(elements: &Elements, ld: &Ld, meta: &mut Meta) {
    let stated = |names: &[&'static str]| {
        names.iter().find_map(|name| {
            let mut contents = elements.metas.iter().filter(|(own, _)| own == name);
            contents.find_map(|(_, content)| Some((Date::parse(content)?, format!("meta {name}"))))
        })
    };
    let timed = |times: &[String]| times.iter().find_map(|written| Some((Date::parse(written)?, "time".to_owned())));
    let linked = |written: &Option<String>| written.as_deref().and_then(Date::parse);
    if let Some(date) = linked(&ld.date) {
        meta.found.insert("date", "json-ld datePublished".into());
        meta.dated(DateRole::Published, date, "json-ld");
    }
    // In the body of a page, such a property may be another story's.
    let of_items = elements.metas.iter().filter(|(name, _)| name == "itemprop:datepublished").map(|(_, content)| content);
    let same: Vec<&String> = of_items.collect();
    let scoped = same.first().filter(|first| same.iter().all(|other| other == *first)).and_then(|content| Date::parse(content));
    let scoped = scoped.map(|date| (date, "itemprop datePublished".to_owned()));
    let counted =
        elements.counted().and_then(|json| Date::parse(json.get("pub_date")?.as_str()?)).map(|date| (date, "parsely-page".to_owned()));
    for (date, rule) in [stated(&DATES), timed(&elements.times), scoped, counted].into_iter().flatten() {
        if meta.date.is_none() {
            meta.found.insert("date", rule.into());
        }
        // One that says the same again is no evidence of its own.
        if !meta.dates.iter().any(|dating| dating.date == date) {
            meta.dated(DateRole::Published, date, "meta");
        }
    }
    let undated = meta.date.is_none();
    for text in elements.dated.iter().filter(|_| undated) {
        let whole = || std::iter::once(text.as_str()).chain(text.split(['|', '•', '·', '—']));
        match whole().find_map(|part| dates::of_line(part.trim())) {
            Some(DateLine::Published(date)) if meta.first(DateRole::Published).is_none() => meta.dated(DateRole::Published, date, "text"),
            Some(DateLine::Modified(date)) if meta.first(DateRole::Modified).is_none() => meta.dated(DateRole::Modified, date, "text"),
            _ => {}
        }
    }
    let modified = linked(&ld.modified).map(|date| (date, "json-ld"));
    let modified = modified.or_else(|| stated(&MODIFIED).map(|(date, _)| (date, "meta")));
    if let Some((date, source)) = modified.filter(|(date, _)| Some(*date) != meta.date) {
        meta.dated(DateRole::Modified, date, source);
    }
}

/// Names of meta elements that hold the date of the last change.
const MODIFIED: [&str; 7] =
    ["article:modified_time", "og:updated_time", "datemodified", "last-modified", "dcterms.modified", "dc.date.modified", "revision_date"];

fn is_tag(tag: &str) -> bool {
    (2..=12).contains(&tag.len()) && tag.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

/// The headline as printed (the page's `<h1>`) where the page's other headlines agree with it, else the surest of these.
fn headline(elements: &Elements, ld: &Ld, found: &[Found], publisher: Option<&str>) -> Option<String> {
    let stated = ld.headline.as_deref().map(|title| named_off(&clean::line(title), publisher)).filter(|text| !text.is_empty());
    let social = elements
        .get(&["og:title", "twitter:title", "dc.title", "headline", "parsely-title", "title"])
        .map(|title| without_site(title, publisher));
    let title = elements.title.as_deref().map(|title| without_site(title, publisher));
    let tops: Vec<&Found> = found.iter().filter(|block| block.level == 1 && !block.region.chrome()).collect();
    let agree = |printed: &str| [&stated, &social, &title].into_iter().flatten().any(|other| alike(printed, other));
    if let Some(printed) = tops.iter().find(|block| agree(&block.text)) {
        // "Storm closes harbour Add to ...": a tool within the heading.
        let known = [&stated, &social].into_iter().flatten().find(|known| {
            printed.text.strip_prefix(known.as_str()).is_some_and(|tool| tool.ends_with("...") && tool.split_whitespace().count() <= 4)
        });
        return Some(known.unwrap_or(&printed.text).clone());
    }
    let only = if let [one] = tops[..] { Some(one) } else { tops.iter().find(|block| block.region.article()).copied() };
    // The one heading of a page that is long enough for a headline is printed over its story, whatever is sent to others.
    if let Some(printed) = only.filter(|block| block.text.split(' ').count() >= 5 && block.links < 0.5) {
        return Some(printed.text.clone());
    }
    stated.or(social).or_else(|| only.map(|block| block.text.clone())).or(title)
}

/// True where two headlines differ by a cut, a prefix or a few words.
fn alike(one: &str, other: &str) -> bool {
    let (one, other) = (normal(one), normal(other));
    let (short, long) = if one.len() <= other.len() { (&one, &other) } else { (&other, &one) };
    if short.len() >= 12 && long.contains(short.as_str()) || one == other {
        return true;
    }
    let words: Vec<&str> = short.split(' ').collect();
    let shared = words.iter().filter(|word| long.split(' ').any(|other| other == **word)).count();
    words.len() >= 4 && shared * 10 >= words.len() * 7
}

/// Takes the publisher's name off the end of a headline.
fn named_off(title: &str, publisher: Option<&str>) -> String {
    let parts = [" | ", " – ", " — ", " - "].iter().find_map(|separator| title.rsplit_once(separator));
    match (parts, publisher) {
        (Some((story, site)), Some(publisher)) if normal(site) == normal(publisher) => story.trim().to_owned(),
        _ => title.to_owned(),
    }
}

/// Takes the site's name off a title: "Storm closes harbour | The Gull".
fn without_site(title: &str, publisher: Option<&str>) -> String {
    let mut title = title.trim();
    for separator in [" | ", " – ", " — ", " - ", " • ", " :: ", " » "] {
        while let Some((story, site)) = title.rsplit_once(separator) {
            let named = publisher.is_some_and(|publisher| normal(site) == normal(publisher));
            // Without the name: a short tail behind a head; dashes stand in headlines, bars hardly ever.
            let dash = matches!(separator, " - " | " – " | " — ");
            let capital = site.chars().next().is_some_and(char::is_uppercase);
            let head = story.split_whitespace().count();
            let short = site.split_whitespace().count() <= 4 && if dash { head >= 4 && capital } else { head >= 2 };
            if !named && !short {
                break;
            }
            title = story.trim();
        }
    }
    title.to_owned()
}

/// Authors: JSON-LD, then meta, then marked bylines; never the site itself.
fn authors(elements: &Elements, ld: &Ld, meta: &Meta, found: &[Found]) -> (Vec<String>, &'static str) {
    let site = [meta.publisher.as_deref(), elements.get(&["og:site_name"])].map(|name| name.map(normal).unwrap_or_default());
    let host = meta
        .url
        .as_deref()
        .and_then(|url| url.split('/').nth(2))
        .map(|host| normal(host.trim_start_matches("www.")).replace(' ', ""))
        .unwrap_or_default();
    let is_author = |name: &String| {
        if name.starts_with('@') {
            return false;
        }
        if name.split(' ').all(dates::is_date_word) {
            return false;
        }
        let name = normal(name);
        let joined = name.replace(' ', "");
        !name.is_empty()
            && name.len() < 80
            && !site.contains(&name)
            && !name.starts_with("http")
            && !name.starts_with("www ")
            && !NOBODY.contains(&name.as_str())
            && !TOOLS.iter().any(|tool| name.split(' ').any(|word| word == *tool))
            && !(joined.len() >= 5 && host.starts_with(&joined))
    };
    let split = |texts: Vec<String>| {
        let mut names: Vec<String> = Vec::new();
        for text in texts.iter().map(|text| clean::line(text)).filter(|text| !text.contains("://")) {
            for name in byline::of_field(&text).authors.into_iter().filter(is_author) {
                if !names.iter().any(|known| normal(known) == normal(&name)) {
                    names.push(name);
                }
            }
        }
        names
    };
    let stated = split(ld.authors.clone());
    let named = |names: &[&str]| {
        elements.metas.iter().filter(|(own, _)| names.contains(&own.as_str())).map(|(_, content)| content.clone()).collect::<Vec<_>>()
    };
    let marked = split(named(&[
        "author",
        "article:author",
        "parsely-author",
        "sailthru.author",
        "dc.creator",
        "dcterms.creator",
        "byl",
        "byline",
        "article.author",
        "cxenseparse:author",
        "article:author_name",
        "article_author",
        "authors",
    ]));
    let labelled = (1..=3).filter_map(|number| {
        let label = elements.get(&[&format!("twitter:label{number}")])?.to_lowercase();
        let is_byline = ["written by", "by", "author"].contains(&label.as_str());
        is_byline.then(|| elements.get(&[&format!("twitter:data{number}")]).map(str::to_owned))?
    });
    let labelled = split(labelled.collect());
    let counted = elements.counted().and_then(|json| {
        let names = json.get("author").or(json.get("authors"))?;
        Some(names.as_array().map_or_else(|| vec![names.clone()], Clone::clone))
    });
    let counted = split(counted.into_iter().flatten().filter_map(|name| Some(name.as_str()?.to_owned())).collect());
    let start = found.iter().position(|block| block.level == 1).unwrap_or(0);
    let lines = found.iter().skip(start.saturating_sub(3)).take(24).filter(|block| block.region.byline() && block.text.len() < 160);
    let of_blocks = split(lines.map(|block| before_date(&block.text).to_owned()).take(2).collect());
    // Each element by itself: the first that names somebody.
    let of_element = |text: &String| split(vec![before_date(text).to_owned()]);
    let of_elements = elements.bylines.iter().map(of_element).find(|names| !names.is_empty()).unwrap_or_default();
    let candidates = [
        (stated, "json-ld author"),
        (marked, "meta author"),
        (labelled, "meta twitter:data"),
        (counted, "meta parsely-page"),
        (of_blocks, "byline"),
        (of_elements, "element marked as author"),
    ];
    // A person before the desk or agency that a page names elsewhere.
    let person = |(names, _): &&(Vec<String>, &str)| names.iter().any(|name| byline::is_person(name));
    let Some((first, _)) = candidates.iter().find(person).or_else(|| candidates.iter().find(|(names, _)| !names.is_empty())) else {
        return (Vec::new(), "");
    };
    // Some pages name one author in one place and all in another.
    let holds = |all: &[String]| first.iter().all(|one| all.iter().any(|other| normal(other) == normal(one)));
    let best = candidates.iter().find(|(names, _)| names.len() > first.len() && names.len() <= 6 && holds(names));
    best.or_else(|| candidates.iter().find(|(names, _)| names == first)).cloned().unwrap_or_default()
}

/// A byline without the date behind it.
fn before_date(text: &str) -> &str {
    let digit = text.find(|c: char| c.is_ascii_digit()).unwrap_or(text.len());
    let cut = text[..digit].rfind([',', '|', '•', '·', '/']).filter(|_| digit < text.len());
    let text = text[..cut.unwrap_or(digit)].trim();
    // Tools and titles behind the names.
    let ends = [" - ", " Senior ", " Staff ", " Special to ", " Follow "].iter().filter_map(|word| text.find(word)).min();
    let mut text = text[..ends.unwrap_or(text.len())].trim();
    while let Some((before, last)) = text.rsplit_once(' ')
        && dates::is_date_word(last)
    {
        text = before.trim_end_matches([' ', ':', ',', '|', '•', '·']);
    }
    text
}

/// Words that stand beside a byline and in no name.
const TOOLS: [&str; 6] = ["print", "email", "comments", "updated", "published", "posted"];

/// What stands where an author should and is none, in lower case.
const NOBODY: [&str; 29] = [
    "admin",
    "administrator",
    "editor",
    "author",
    "unknown",
    "none",
    "null",
    "guest",
    "no author",
    "print",
    "email",
    "e mail",
    "share",
    "follow",
    "comments",
    "comment",
    "view author archive",
    "staff",
    "staff writer",
    "staff report",
    "contributor",
    "become a fan",
    "send email",
    "contact",
    "posted",
    "published",
    "updated",
    "by",
    "edit",
];
