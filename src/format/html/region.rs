//! What an element's name, class and other attributes say about the text inside it.

use trafilatura::dom::{Document, NodeId};

/// Where in a page a block stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Region(u16);

const ARTICLE: u16 = 1;
const HEADER: u16 = 1 << 1;
const FOOTER: u16 = 1 << 2;
const ASIDE: u16 = 1 << 3;
const FIGURE: u16 = 1 << 4;
const CHROME: u16 = 1 << 5;
const HIDDEN: u16 = 1 << 6;
const PULL: u16 = 1 << 7;
const STANDFIRST: u16 = 1 << 8;
const BYLINE: u16 = 1 << 9;
const CAPTION: u16 = 1 << 10;
const POINTS: u16 = 1 << 11;
const EMBED: u16 = 1 << 12;
const FORM: u16 = 1 << 13;

/// Words of classes and ids, each with what it says. A name is split at hyphens, underscores and capitals ("readMore").
const WORDS: [(&str, u16); 72] = [
    ("advert", CHROME),
    ("advertisement", CHROME),
    ("ads", CHROME),
    ("adslot", CHROME),
    ("sponsored", CHROME),
    ("promo", CHROME),
    ("promotion", CHROME),
    ("share", CHROME),
    ("sharing", CHROME),
    ("social", CHROME),
    ("sharebar", CHROME),
    ("addtoany", CHROME),
    ("follow", CHROME),
    ("related", CHROME),
    ("relateds", CHROME),
    ("recommended", CHROME),
    ("recommendations", CHROME),
    ("recirc", CHROME),
    ("trending", CHROME),
    ("mostread", CHROME),
    ("outbrain", CHROME),
    ("taboola", CHROME),
    ("teaser", CHROME),
    ("teasers", CHROME),
    ("readmore", CHROME),
    ("morefrom", CHROME),
    ("carousel", CHROME),
    ("newsletter", CHROME),
    ("subscribe", CHROME),
    ("subscription", CHROME),
    ("signup", CHROME),
    ("paywall", CHROME),
    ("login", CHROME),
    ("donate", CHROME),
    ("cookie", CHROME),
    ("cookies", CHROME),
    ("consent", CHROME),
    ("gdpr", CHROME),
    ("breadcrumb", CHROME),
    ("breadcrumbs", CHROME),
    ("menu", CHROME),
    ("navigation", CHROME),
    ("navbar", CHROME),
    ("nav", CHROME),
    ("sidebar", CHROME),
    ("comments", CHROME),
    ("disqus", CHROME),
    ("modal", CHROME),
    ("popup", CHROME),
    ("toolbar", CHROME),
    ("tags", CHROME),
    ("taglist", CHROME),
    ("bio", CHROME),
    ("pagination", CHROME),
    ("skip", CHROME),
    ("pullquote", PULL),
    ("pullquotes", PULL),
    ("standfirst", STANDFIRST),
    ("dek", STANDFIRST),
    ("deck", STANDFIRST),
    ("subtitle", STANDFIRST),
    ("strapline", STANDFIRST),
    ("subheadline", STANDFIRST),
    ("subhed", STANDFIRST),
    ("byline", BYLINE),
    ("bylines", BYLINE),
    ("caption", CAPTION),
    ("wp-caption-text", CAPTION),
    ("keypoints", POINTS),
    ("takeaways", POINTS),
    ("highlights", POINTS),
    ("summary", POINTS),
];

/// Beginnings of words, which publishers join to others: "relatedcontent", "cookiebar".
const STEMS: [&str; 8] = ["related", "recommend", "mostread", "mostpopular", "newsletter", "subscri", "cookie", "morefrom"];

/// Two words in a row.
const PAIRS: [(&str, &str, u16); 18] = [
    ("read", "more", CHROME),
    ("most", "read", CHROME),
    ("most", "popular", CHROME),
    ("sign", "up", CHROME),
    ("more", "from", CHROME),
    ("author", "bio", CHROME),
    ("ad", "slot", CHROME),
    ("ad", "container", CHROME),
    ("ad", "wrapper", CHROME),
    ("tag", "list", CHROME),
    ("pull", "quote", PULL),
    ("article", "subtitle", STANDFIRST),
    ("article", "summary", STANDFIRST),
    ("article", "intro", STANDFIRST),
    ("sub", "headline", STANDFIRST),
    ("key", "points", POINTS),
    ("key", "takeaways", POINTS),
    ("story", "highlights", POINTS),
];

/// An element that says something about the text inside it, and the next such element around it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    around: Option<usize>,
    flags: u16,
}

/// All marks of a page, in document order.
#[derive(Debug, Default)]
pub(super) struct Marks(Vec<Mark>);

/// Share of the story in one element from which on the element's name and class say nothing: "sidebar" may be the class of the
/// whole page.
const MOST: f32 = 0.4;

impl Marks {
    /// The mark for the inside of an element; `around` where the element says nothing.
    pub(super) fn enter(&mut self, around: Option<usize>, document: &Document, id: NodeId, tag: &str) -> Option<usize> {
        let flags = Region::own(document, id, tag).0;
        if flags == 0 {
            return around;
        }
        self.0.push(Mark { around, flags });
        Some(self.0.len() - 1)
    }

    /// All that is said about a place.
    pub(super) fn region(&self, at: Option<usize>) -> Region {
        self.region_but(at, &[])
    }

    fn region_but(&self, mut at: Option<usize>, void: &[bool]) -> Region {
        let mut flags = 0;
        while let Some(index) = at {
            let mark = self.0[index];
            flags |= if void.get(index) == Some(&true) { mark.flags & (ARTICLE | FIGURE) } else { mark.flags };
            at = mark.around;
        }
        Region(flags)
    }

    /// The regions of blocks, given the mark and the weight in the story of each: what holds most of the story counts for nothing.
    pub(super) fn settle(&self, blocks: &[(Option<usize>, usize)]) -> Vec<Region> {
        let total: usize = blocks.iter().map(|(_, weight)| weight).sum();
        let mut weights = vec![0; self.0.len()];
        for &(mark, weight) in blocks {
            if let Some(mark) = mark {
                weights[mark] += weight;
            }
        }
        // A mark stands behind the one around it.
        for index in (0..self.0.len()).rev() {
            if let Some(around) = self.0[index].around {
                weights[around] += weights[index];
            }
        }
        let void: Vec<bool> = weights.iter().map(|weight| total > 0 && *weight as f32 >= MOST * total as f32).collect();
        let regions: Vec<Region> = blocks.iter().map(|&(mark, _)| self.region_but(mark, &void)).collect();
        let chrome: usize = regions.iter().zip(blocks).filter(|(region, _)| region.chrome()).map(|(_, (_, weight))| weight).sum();
        if chrome * 2 <= total {
            return regions;
        }
        // Every paragraph in a "teaser": this page's classes mean something else.
        let void = vec![true; self.0.len()];
        blocks.iter().map(|&(mark, _)| self.region_but(mark, &void)).collect()
    }
}

impl Region {
    /// What an element says about its inside.
    fn own(document: &Document, id: NodeId, tag: &str) -> Self {
        let mut flags = match tag {
            "article" | "main" => ARTICLE,
            "header" | "hgroup" => HEADER,
            "footer" => FOOTER,
            "aside" => ASIDE,
            "figure" => FIGURE,
            "figcaption" => CAPTION,
            "nav" | "menu" | "dialog" => CHROME,
            "form" => FORM,
            _ => 0,
        };
        let attribute = |name: &str| document.get_attribute(id, name);
        if attribute("hidden").is_some() || attribute("style").is_some_and(|style| hides(&style)) {
            flags |= HIDDEN;
        }
        flags |= match attribute("itemprop").as_deref() {
            Some("description" | "alternativeHeadline") => STANDFIRST,
            Some("author") => BYLINE,
            Some("caption") => CAPTION,
            _ => 0,
        };
        flags |= match attribute("role").as_deref() {
            Some("navigation" | "banner" | "search" | "dialog" | "menu") => CHROME,
            Some("complementary") => ASIDE,
            _ => 0,
        };
        if attribute("rel").as_deref() == Some("author") {
            flags |= BYLINE;
        }
        // The page's outermost elements carry classes about everything.
        if !matches!(tag, "html" | "body" | "main" | "article") {
            let (class, own_id) = (document.class_name(id), document.id_attr(id));
            flags |= said(&class) | said(&own_id);
            if class.contains("twitter-tweet") || class.contains("instagram-media") || class.contains("tiktok-embed") {
                flags |= EMBED;
            }
        }
        Self(flags)
    }

    fn has(self, flags: u16) -> bool {
        self.0 & flags != 0
    }

    /// True for an element that is not shown, or to screen readers only.
    pub(super) fn hides(document: &Document, id: NodeId, tag: &str) -> bool {
        Self::own(document, id, tag).has(HIDDEN)
    }

    /// Navigation, sharing, advertising and the like, and what is not shown.
    pub(super) fn chrome(self) -> bool {
        self.has(CHROME | HIDDEN)
    }

    /// Inside `<article>` or `<main>`.
    pub(super) fn article(self) -> bool {
        self.has(ARTICLE)
    }

    pub(super) fn header(self) -> bool {
        self.has(HEADER)
    }

    pub(super) fn footer(self) -> bool {
        self.has(FOOTER)
    }

    pub(super) fn aside(self) -> bool {
        self.has(ASIDE)
    }

    pub(super) fn caption(self) -> bool {
        self.has(CAPTION)
    }

    pub(super) fn figure(self) -> bool {
        self.has(FIGURE)
    }

    /// An eye-catcher, by its class.
    pub(super) fn pull(self) -> bool {
        self.has(PULL)
    }

    pub(super) fn standfirst(self) -> bool {
        self.has(STANDFIRST)
    }

    pub(super) fn byline(self) -> bool {
        self.has(BYLINE)
    }

    /// Points above the text, by their class.
    pub(super) fn points(self) -> bool {
        self.has(POINTS)
    }

    /// Inside a form: its words are labels, unless they are many.
    pub(super) fn form(self) -> bool {
        self.has(FORM)
    }

    /// A post of a social network.
    pub(super) fn embed(self) -> bool {
        self.has(EMBED)
    }
}

fn hides(style: &str) -> bool {
    let style: String = style.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase();
    style.contains("display:none") || style.contains("visibility:hidden")
}

/// What the words of a class or id say.
fn said(names: &str) -> u16 {
    let mut flags = 0;
    for name in names.split_whitespace().filter(|name| name.len() < 80) {
        let words = words(name);
        let lower = name.to_ascii_lowercase();
        if matches!(
            lower.as_str(),
            "sr-only"
                | "visually-hidden"
                | "visuallyhidden"
                | "screen-reader-text"
                | "screen-reader-only"
                | "u-hidden"
                | "is-hidden"
                | "hidden"
        ) {
            flags |= HIDDEN;
        }
        for (word, flag) in WORDS {
            if lower == word || words.iter().any(|own| own == word) {
                flags |= flag;
            }
        }
        if words.iter().any(|own| STEMS.iter().any(|stem| own.starts_with(stem))) {
            flags |= CHROME;
        }
        for (first, second, flag) in PAIRS {
            if words.windows(2).any(|pair| pair[0] == first && pair[1] == second) {
                flags |= flag;
            }
        }
    }
    flags
}

fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut low = false;
    for c in name.chars() {
        if !c.is_alphanumeric() || c.is_uppercase() && low {
            words.push(String::new());
        }
        low = c.is_lowercase();
        if c.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(c.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}
