//! What a page says about its story outside the text: JSON-LD first, then meta elements, then marked elements.

use super::json_ld::Ld;
use super::walk::Found;
use crate::article::{DateRole, Meta};
use crate::format::byline;
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
}

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
                .or_else(|| attribute(id, "itemprop"))
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
        }
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
    meta.authors = authors(elements, ld, &meta, found);
    meta
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
        meta.found.insert("date", "json-ld datePublished".to_owned());
        meta.dated(DateRole::Published, date, "json-ld");
    }
    for (date, rule) in [stated(&DATES), timed(&elements.times)].into_iter().flatten() {
        if meta.date.is_none() {
            meta.found.insert("date", rule);
        }
        // One that says the same again is no evidence of its own.
        if !meta.dates.iter().any(|dating| dating.date == date) {
            meta.dated(DateRole::Published, date, "meta");
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
        return Some(printed.text.clone());
    }
    let only = if let [one] = tops[..] { Some(one) } else { tops.iter().find(|block| block.region.article()).copied() };
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
fn authors(elements: &Elements, ld: &Ld, meta: &Meta, found: &[Found]) -> Vec<String> {
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
        let name = normal(name);
        let joined = name.replace(' ', "");
        !name.is_empty()
            && name.len() < 80
            && !site.contains(&name)
            && !name.starts_with("http")
            && !name.starts_with("www ")
            && !matches!(name.as_str(), "admin" | "administrator" | "editor" | "author" | "unknown" | "none" | "null" | "guest")
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
    if !stated.is_empty() {
        return stated;
    }
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
    ]));
    if !marked.is_empty() {
        return marked;
    }
    let start = found.iter().position(|block| block.level == 1).unwrap_or(0);
    let lines = found.iter().skip(start.saturating_sub(3)).take(24).filter(|block| block.region.byline() && block.text.len() < 160);
    split(lines.map(|block| block.text.clone()).take(2).collect())
}
