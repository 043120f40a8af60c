//! Cases counted by hand: the oracle and the index must both give what was counted on paper.

use super::{Archive, Marks, write};
use onrecord::article::{Article, BlockKind, DateRole, Draft, Meta};
use onrecord::query::{self, Mode};
use onrecord::quote::{Attribution, Quote, QuoteKind, Speaker, SpeakerKind};
use onrecord::record::{self, Loaded, Origin};
use onrecord::text::{Date, Span};

/// The positions of its words, a paragraph's end and an omission counted: Levy 0, of, 90, crowns 3; No 5, vote 6; before 8, May 9. The text
/// below: The 0, harbour 1, levy 2, would 3, rise 4, by, 1,000 6, crowns 7, the, board's 9, chair 10, wrote 11, Levies 12, fell 13, last,
/// year 15; On 17, the, quays 19; Dockers 21, leader 22, Mr 23, Rice 24, bought 25, rice 26, The, US 28, envoy 29, told, us 31, nothing, of,
/// the, pro 35, harbour 36, plan 37; A 39, wall 40; a 42, levy 43, and, a, strike 46.
fn levy() -> (Article, Attribution) {
    let summary = ["Levy of 90 crowns", "No vote … before May"];
    let blocks = [
        (BlockKind::Paragraph, "The harbour levy would rise by 1,000 crowns, the board's chair wrote. Levies fell last year."),
        (BlockKind::Heading, "On the quays"),
        (BlockKind::Paragraph, "Dockers’ leader Mr. Rice bought rice. The US envoy told us nothing of the pro-harbour plan."),
        (BlockKind::Paragraph, "A wall … a levy, and a strike."),
    ];
    let draft = Draft {
        id: Some("levy".to_owned()),
        meta: Meta { headline: Some("Harbour levy: US calls it a tax".to_owned()), ..Meta::default() },
        summary: summary.map(|item| (BlockKind::Item, item.to_owned())).into(),
        blocks: blocks.map(|(kind, line)| (kind, line.to_owned())).into(),
        ..Draft::default()
    };
    (Article::new(draft), Attribution::default())
}

/// Quote 0: The 0, levy 1, is, a, tax 4, It 5, ends 6, now 7. Quote 1: a 0, tax 1; no 3, plan 4.
fn said() -> (Article, Attribution) {
    let blocks = [
        (BlockKind::Paragraph, "“The levy is a tax,” said Mara Lindqvist, the mayor. “It ends now.”"),
        (BlockKind::Paragraph, "Dreyling said the levy was “a tax” and that Lindqvist had “no plan”."),
        (BlockKind::Heading, "Money"),
        (BlockKind::Paragraph, "“Rice costs money,” he said."),
        (BlockKind::Paragraph, "Rice reported that the wall would fall."),
    ];
    let mut meta = Meta { headline: Some("Two people spoke".to_owned()), desk: Some("World".to_owned()), ..Meta::default() };
    meta.dated(DateRole::Published, Date::parse("2025-04-17").expect("a date"), "field");
    let blocks = blocks.map(|(kind, line)| (kind, line.to_owned())).into();
    let article = Article::new(Draft { id: Some("said".to_owned()), meta, blocks, ..Draft::default() });
    let at = |words: &str| {
        let start = article.body().find(words).expect("words of the text");
        Span::new(start, start + words.len())
    };
    let speaker = |name: Option<&str>, role: Option<&str>| Speaker {
        name: name.map(str::to_owned),
        role: role.map(str::to_owned),
        kind: SpeakerKind::Person,
        organisation: None,
    };
    let speakers = vec![
        speaker(Some("Mara Lindqvist"), Some("mayor")),
        speaker(Some("Casper Dreyling"), None),
        speaker(None, None),
        speaker(Some("Tom Rice"), None),
    ];
    let quote = |kind, parts: &[&str], content: &str, speaker, mention: &str| Quote {
        parts: parts.iter().map(|part| at(part)).collect(),
        content: at(content),
        kind,
        cue: Some(at("said")),
        speaker: Some(speaker),
        mention: Some(at(mention)),
        chain: Vec::new(),
        said_on: None,
        rule: "said-after".into(),
        confidence: [0.95, 0.9, 0.5, 0.8][speaker],
    };
    let first = "The levy is a tax,” said Mara Lindqvist, the mayor. “It ends now.";
    let mixed = "the levy was “a tax” and that Lindqvist had “no plan”";
    let mut quotes = vec![
        quote(QuoteKind::Direct, &["The levy is a tax,", "It ends now."], first, 0, "Mara Lindqvist"),
        quote(QuoteKind::Mixed, &["a tax” and", "no plan"], mixed, 1, "Dreyling"),
        quote(QuoteKind::Direct, &["Rice costs money,"], "Rice costs money,", 2, "he said"),
        quote(QuoteKind::Indirect, &["the wall would fall"], "the wall would fall", 3, "Rice reported"),
    ];
    // "a tax" stands in the first quote, too.
    quotes[1].parts[0].end -= "” and".len() as u32;
    for (quote, behind) in [(2, " said"), (3, " reported")] {
        quotes[quote].mention.iter_mut().for_each(|mention| mention.end -= behind.len() as u32);
    }
    (article, Attribution { quotes, speakers })
}

/// It stands before the others in the index, so that what is known of it must be forgotten.
fn brief() -> (Article, Attribution) {
    let blocks = [(BlockKind::Heading, "Quays"), (BlockKind::Paragraph, "Brief.")].map(|(kind, line)| (kind, line.to_owned()));
    (Article::new(Draft { id: Some("brief".to_owned()), blocks: blocks.into(), ..Draft::default() }), Attribution::default())
}

/// The words that are marked, field by field; with their number where the same stand before them in the field.
fn told(loaded: &Loaded, marks: &Marks) -> String {
    let fields = marks.iter().map(|(field, spans)| {
        let text = match *field {
            "body" | "quote" => loaded.article.body(),
            "headline" => loaded.article.meta.headline.as_deref().unwrap_or_default(),
            _ => "",
        };
        let words = spans.iter().map(|(start, end)| {
            let Some(marked) = text.get(*start..*end) else { return format!("{start}..{end}") };
            let is_whole = |at: usize| {
                let beside = [text[..at].chars().next_back(), text[at + marked.len()..].chars().next()];
                beside.into_iter().flatten().all(|c| !c.is_alphanumeric())
            };
            match text.match_indices(marked).filter(|(at, _)| at <= start && is_whole(*at)).count() {
                1 => marked.to_owned(),
                count => format!("{marked}#{count}"),
            }
        });
        format!("{field}: {}", words.collect::<Vec<_>>().join(", "))
    });
    fields.collect::<Vec<_>>().join("; ")
}

/// What is found in one article: `hit`, or the numbers of the quotes, with their marks; `-` for nothing.
const CASES: &[(&str, Mode, &str, &str)] = {
    use Mode::{Articles as A, Quotes as Q};
    &[
        // Words and phrases.
        ("levy", A, "levy", "hit body: Levy, levy, Levies, levy#2; headline: levy"),
        ("levy", A, "=levies", "hit body: Levies"),
        ("levy", A, "\"harbour levy\"", "hit body: harbour levy; headline: Harbour levy"),
        ("levy", A, "\"harbour levies\"", "-"),
        ("levy", A, "harbour pre/1 levies", "hit body: harbour, levy; headline: Harbour, levy"),
        ("levy", A, "levies pre/1 harbour", "-"),
        ("levy", A, "\"board chair\"", "hit body: board's chair"),
        ("levy", A, "\"board's chair\"", "hit body: board's chair"),
        ("levy", A, "\"board’s chair\"", "hit body: board's chair"),
        ("levy", A, "\"boards chair\"", "-"),
        ("levy", A, "board", "hit body: board's"),
        ("levy", A, "\"dockers leader\"", "hit body: Dockers’ leader"),
        ("levy", A, "pro-harbour", "hit body: pro-harbour"),
        ("levy", A, "\"pro-harb*\" pro-har*", "hit body: pro-harbour"),
        ("levy", A, "pros-harb*", "-"),
        ("levy", A, "\"harbour plan\"", "hit body: harbour plan"),
        ("levy", A, "\"harbour * would\"", "hit body: harbour levy would"),
        ("levy", A, "h?rb*r", "hit body: harbour, harbour#2; headline: Harbour"),
        ("levy", A, "/[0-9]{4}/ /1,0*/", "hit body: 1,000"),
        ("levy", A, "crovns~1", "hit body: crowns, crowns#2"),
        ("levy", A, "2 OF (zeppelin wall strike)", "hit body: wall, strike"),
        ("levy", A, "levy -strike", "-"),
        ("levy", A, "plan -zeppelin", "hit body: plan"),
        ("levy", A, "us", "hit body: US, us; headline: US"),
        ("levy", A, "caps(US)", "hit body: US; headline: US"),
        ("levy", A, "caps(us)", "hit body: us"),
        // Distances, over the borders of paragraphs and omissions.
        ("levy", A, "harbour w/6 crowns", "hit body: harbour, crowns#2"),
        ("levy", A, "harbour w/5 crowns", "-"),
        ("levy", A, "quays w/2 dockers", "hit body: quays, Dockers"),
        ("levy", A, "quays w/1 dockers", "-"),
        ("levy", A, "\"quays dockers\"", "-"),
        ("levy", A, "\"quays * leader\"", "-"),
        ("levy", A, "\"wall a levy\"", "-"),
        ("levy", A, "\"wall * levy\"", "-"),
        ("levy", A, "\"wall * a\"", "-"),
        ("levy", A, "wall w/3 levy", "hit body: wall, levy#2"),
        ("levy", A, "wall w/2 levy", "-"),
        ("levy", A, "levy w/10 levy", "hit body: levy, Levies"),
        ("levy", A, "levy w/9 levy", "-"),
        ("levy", A, "(harbour w/1 levy) w/2 rise", "hit body: harbour, levy, rise"),
        ("levy", A, "(harbour w/1 levy) w/1 rise", "-"),
        ("levy", A, "(harbour rise) w/3 levy", "hit body: harbour, levy, rise; headline: Harbour, levy"),
        ("levy", A, "(harbour zeppelin) w/3 levy", "-"),
        ("levy", A, "(zeppelin OR \"1,000 crowns\") w/2 board", "hit body: 1,000 crowns, board's"),
        ("levy", A, "crowns w/9 may", "hit body: crowns, May"),
        // Sentences and paragraphs.
        ("levy", A, "harbour w/s wrote", "hit body: harbour, wrote"),
        ("levy", A, "wrote w/s fell", "-"),
        ("levy", A, "wrote w/p fell", "hit body: wrote, fell"),
        ("levy", A, "leader w/s bought", "hit body: leader, bought"),
        ("levy", A, "leader w/s envoy", "-"),
        ("levy", A, "quays w/p dockers", "-"),
        ("levy", A, "headline:(harbour w/s tax)", "hit headline: Harbour, tax"),
        // Parts of an article: eight words stand in the summary, 24 words in it and the first paragraph.
        ("levy", A, "first8(may)", "hit body: May"),
        ("levy", A, "first7(may)", "-"),
        ("levy", A, "first11(\"harbour levy\")", "hit body: harbour levy"),
        ("levy", A, "first10(\"harbour levy\")", "-"),
        ("levy", A, "first51(strike)", "hit body: strike"),
        ("levy", A, "first50(strike)", "-"),
        ("levy", A, "hlead(crowns)", "hit body: crowns, crowns#2"),
        ("brief", A, "hlead(brief)", "hit body: Brief"),
        ("brief", A, "hlead(quays)", "-"),
        ("levy", A, "hlead(may)", "hit body: May"),
        ("levy", A, "hlead(quays)", "-"),
        ("levy", A, "hlead(dockers)", "-"),
        ("levy", A, "hlead(tax -strike)", "hit headline: tax"),
        ("levy", A, "atleast5(levy)", "hit body: Levy, levy, Levies, levy#2; headline: levy"),
        ("levy", A, "atleast6(levy)", "-"),
        ("levy", A, "atleast3(wall OR strike OR tax)", "hit body: wall, strike; headline: tax"),
        ("levy", A, "atleast4(wall OR strike OR tax)", "-"),
        ("levy", A, "atleast2(wall OR \"wall\")", "-"),
        ("levy", A, "within(section:quays, rice w/2 bought)", "hit body: Rice, bought, rice"),
        ("levy", A, "within(section:quays, strike -crowns)", "hit body: strike"),
        ("levy", A, "within(section:quays, crowns)", "-"),
        ("levy", A, "mention:Rice", "hit body: Rice"),
        ("levy", A, "mention:rice", "hit body: Rice, rice"),
        ("levy", A, "mention:Ric*", "hit body: Rice"),
        ("levy", A, "mention:atleast2(us)", "hit body: US, us"),
        ("levy", A, "mention:atleast2(US)", "-"),
        ("levy", A, "speaker:?", "-"),
        // Quotes.
        ("said", Q, "levy", "0 quote: levy"),
        ("said", Q, "\"tax it\"", "0 quote: tax, It"),
        ("said", Q, "\"tax no\"", "-"),
        ("said", Q, "tax w/2 no", "1 quote: tax#2, no"),
        ("said", Q, "tax w/1 no", "-"),
        ("said", Q, "tax w/s ends", "0 quote: tax, ends"),
        ("said", Q, "atleast2(tax OR levy)", "0 quote: levy, tax"),
        ("said", Q, "atleast3(tax OR levy)", "-"),
        ("said", Q, "fall", "-"),
        ("said", Q, "kind:indirect fall", "3 quote: fall"),
        ("said", Q, "\"levy was\" kind:(direct OR mixed OR indirect)", "1 quote: levy was"),
        ("said", Q, "speaker:?", "2"),
        ("said", A, "speaker:?", "hit"),
        ("said", Q, "speaker:? -rice", "-"),
        ("said", Q, "speaker:lindqvist levy", "0 quote: levy; speaker: 5..14"),
        ("said", A, "speaker:lindqvist levy", "hit body: levy, Lindqvist, levy#2"),
        ("said", A, "speaker:lindqvist quote:levy", "hit body: levy, Lindqvist"),
        ("said", A, "speaker:lindqvist quote:money", "-"),
        ("said", A, "speaker:lindqvist speaker:dreyling", "-"),
        ("said", A, "(speaker:lindqvist) (speaker:dreyling)", "hit body: Lindqvist, Dreyling"),
        ("said", Q, "-speaker:lindqvist", "1|2"),
        ("said", A, "-speaker:lindqvist", "-"),
        ("said", A, "said(Lindqvist, ends)", "hit body: Lindqvist, ends"),
        ("said", A, "said(Lindqvist, plan)", "-"),
        ("said", A, "said(Lindqvist OR Dreyling, tax)", "hit body: tax, Lindqvist, Dreyling, tax#2"),
        ("said", Q, "-said(Lindqvist, tax)", "1|2"),
        ("said", A, "about:Lindqvist", "-"),
        ("said", A, "about:Lindqvist kind:(direct OR mixed OR indirect)", "hit body: Lindqvist#2"),
        ("said", Q, "about:Rice", "2 quote: Rice"),
        ("said", Q, "about:(Rice OR Lindqvist)", "2 quote: Rice"),
        ("said", Q, "about:(Lindqvist OR Dreyling) kind:(direct OR mixed OR indirect)", "1 quote: Lindqvist#2"),
        ("said", A, "within(section:Money, speaker:?)", "hit"),
        ("said", A, "within(section:Money, speaker:Lindqvist)", "-"),
        ("said", Q, "section:money", "2 section: 0..5"),
        ("said", Q, "confidence:>=0.9 date:2025-04", "0|1"),
        ("said", Q, "hlead(spoke) role:mayor", "0 headline: spoke; role: 0..5"),
    ]
};

#[test]
fn the_oracle_and_the_index_give_what_was_counted_by_hand() {
    let folder = tempfile::tempdir().expect("a folder");
    let written = [brief(), levy(), said()];
    let records = written.each_ref().map(|(article, attribution)| {
        let place = article.id.clone().unwrap_or_default();
        let origin = Origin { root: "papers".into(), path: "all.jsonl".into(), place, file: "papers/all.jsonl".into() };
        record::records(article, attribution, &origin, record::hash(article))
    });
    write(folder.path(), records);
    let archive = Archive::open(folder.path(), 3);
    let oracles = archive.oracles();
    let mut wrong = Vec::new();
    for (id, mode, text, expected) in CASES {
        let at = archive.articles.iter().position(|loaded| loaded.id() == *id).expect("an article");
        let (oracle, loaded) = (&oracles[at], &archive.articles[at]);
        let query = query::parse(text).expect(text);
        let line = |hits: Vec<(Option<usize>, Marks)>| {
            let hit = |(quote, marks): &(Option<usize>, Marks)| {
                let name = quote.map_or("hit".to_owned(), |quote| quote.to_string());
                format!("{name} {}", told(loaded, marks)).trim_end().to_owned()
            };
            if hits.is_empty() { "-".to_owned() } else { hits.iter().map(hit).collect::<Vec<_>>().join("|") }
        };
        let by_oracle = match mode {
            Mode::Articles => oracle.article(&query).map(|marks| (None, marks)).into_iter().collect(),
            Mode::Quotes => (0..oracle.quotes()).filter_map(|quote| Some((Some(quote), oracle.quote(&query, quote)?))).collect(),
        };
        let found = archive.found(text, *mode, |_| true).expect(text).into_iter();
        let by_index =
            found.filter(|((key, _), _)| *key == loaded.origin.key()).map(|((_, quote), marks)| (quote, marks.unwrap_or_default()));
        for (who, told) in [("oracle", line(by_oracle)), ("index", line(by_index.collect()))] {
            if told != *expected {
                wrong.push(format!("{text} in {mode:?} of {id}: {expected}\n  the {who} says {told}"));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
