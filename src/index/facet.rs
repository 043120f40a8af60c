//! What hits can be counted by.

/// What to count hits by: one thing, or one within each value of another (speaker by month).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Grouping {
    /// What is counted by.
    pub facet: Facet,
    /// What is counted by within each of its values.
    pub within: Option<Facet>,
}

impl From<Facet> for Grouping {
    fn from(facet: Facet) -> Self {
        Self { facet, within: None }
    }
}

impl std::fmt::Display for Grouping {
    /// `speaker`, `speaker/month`
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.facet.name())?;
        self.within.map_or(Ok(()), |within| write!(f, "/{}", within.name()))
    }
}

impl std::str::FromStr for Grouping {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        match text.split_once('/') {
            None => Ok(Facet::from_str(text)?.into()),
            Some((facet, within)) => {
                let (facet, within) = (Facet::from_str(facet)?, Facet::from_str(within)?);
                if facet == within { Err(format!("{text} counts by one thing twice")) } else { Ok(Self { facet, within: Some(within) }) }
            }
        }
    }
}

/// What hits can be counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Facet {
    /// Resolved name of who speaks.
    Speaker,
    /// What the speaker is.
    Role,
    /// The newspaper's own section.
    Desk,
    /// The paper.
    Publisher,
    /// The crosshead that a quote stands under; the crossheads of an article.
    Section,
    /// Who wrote it.
    Byline,
    /// Whether a quote is direct, mixed or indirect.
    Kind,
    /// Day of publication.
    Day,
    /// Week of publication, as ISO 8601 counts them.
    Week,
    /// Month of publication.
    Month,
    /// Year of publication.
    Year,
}

impl Facet {
    /// All of them, in the order in which messages name them.
    pub const ALL: [Facet; 11] = [
        Facet::Speaker,
        Facet::Role,
        Facet::Desk,
        Facet::Publisher,
        Facet::Section,
        Facet::Byline,
        Facet::Kind,
        Facet::Day,
        Facet::Week,
        Facet::Month,
        Facet::Year,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Facet::Speaker => "speaker",
            Facet::Role => "role",
            Facet::Desk => "desk",
            Facet::Publisher => "publisher",
            Facet::Section => "section",
            Facet::Byline => "byline",
            Facet::Kind => "kind",
            Facet::Day => "day",
            Facet::Week => "week",
            Facet::Month => "month",
            Facet::Year => "year",
        }
    }

    /// True where the values have an order of their own.
    pub fn is_of_time(self) -> bool {
        matches!(self, Facet::Day | Facet::Week | Facet::Month | Facet::Year)
    }
}

impl std::str::FromStr for Facet {
    type Err = String;

    fn from_str(name: &str) -> std::result::Result<Self, String> {
        let names: Vec<&str> = Facet::ALL.iter().map(|facet| facet.name()).collect();
        // A crosshead is called section in this program; both words do.
        let name = if name.trim().eq_ignore_ascii_case("crosshead") { "section" } else { name.trim() };
        let found = Facet::ALL.into_iter().find(|facet| facet.name().eq_ignore_ascii_case(name));
        found.ok_or_else(|| format!("hits can be counted by {}", names.join(", ")))
    }
}
