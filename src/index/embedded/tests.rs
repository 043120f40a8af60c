//! What the engine promises: blocks stay whole, scores are those of an index of one kind of record, ties keep their order.

use super::collect::{Best, collect_within};
use super::{Embedded, EmbeddedWriter, WriterOptions};
use crate::article::{Article, BlockKind, DateRole, Dateline, Draft, Meta};
use crate::index::{Explanation, Facet, Find, Found, Grouping, Index, Place, Sort, Writer};
use crate::query::{self, Mode, bind};
use crate::quote;
use crate::record::{self, Origin};
use std::time::Duration;
use tantivy::query::EnableScoring;

pub(super) fn article(id: usize, words: &str, quotes: usize) -> (Article, Origin) {
    let mut blocks = vec![(BlockKind::Paragraph, format!("Report {id} on {words}."))];
    blocks.extend((0..quotes).map(|i| (BlockKind::Paragraph, format!("\"We saw {words} {i} times,\" said Anna Arden."))));
    let meta = Meta { headline: Some(format!("Story {id}")), ..Meta::default() };
    let origin = Origin { root: "papers".into(), path: "all.jsonl".into(), place: id.to_string(), file: "papers/all.jsonl".into() };
    (Article::new(Draft { id: Some(id.to_string()), meta, blocks, ..Draft::default() }), origin)
}

pub(super) fn put(writer: &EmbeddedWriter, (article, origin): &(Article, Origin), replace: bool, with_quotes: bool) {
    let mut attribution = quote::attribute(article);
    if !with_quotes {
        attribution = quote::Attribution::default();
    }
    let records = record::records(article, &attribution, origin, record::hash(article));
    writer.put(records, replace).expect("the article is taken");
}

pub(super) fn writer(folder: &std::path::Path) -> EmbeddedWriter {
    EmbeddedWriter::open(folder, WriterOptions { threads: 3, ..WriterOptions::default() }).expect("a writer")
}

fn find(index: &Embedded, mode: Mode, text: &str, limit: usize) -> Found {
    let query = query::parse(text).expect("a query");
    index.find(&Find::new(&query, mode, limit)).expect("an answer")
}

/// Every quote stands behind its article, in order, in the same segment.
#[track_caller]
fn blocks_are_whole(index: &Embedded, articles: usize, quotes: usize) {
    let (mut seen, mut behind) = (0, 0);
    for segment in index.searcher().segment_readers() {
        let columns = segment.fast_fields();
        let (order, count, ordinal) =
            (columns.u64("order").expect("a column"), columns.u64("quotes").expect("a column"), columns.u64("ordinal").expect("a column"));
        let mut expected = 0;
        for doc in 0..segment.max_doc() {
            match (count.first(doc), ordinal.first(doc)) {
                (Some(quotes), None) => {
                    assert_eq!(expected, 0, "a block is followed by the next one");
                    expected = quotes;
                    if !segment.is_deleted(doc) {
                        seen += 1;
                        // The block lives or dies as a whole.
                        assert!((1..=quotes as u32).all(|i| !segment.is_deleted(doc + i)));
                    }
                    assert!(order.first(doc).is_some());
                }
                (None, Some(ordinal)) => {
                    let article = doc - ordinal as u32;
                    assert_eq!(ordinal, count.first(article).expect("an article stands there") - expected + 1);
                    assert_eq!(segment.is_deleted(doc), segment.is_deleted(article));
                    expected -= 1;
                    behind += usize::from(!segment.is_deleted(doc));
                }
                other => assert_eq!(other, (None, None), "a source or a root"),
            }
        }
        assert_eq!(expected, 0, "the last block is whole");
    }
    assert_eq!((seen, behind), (articles, quotes));
}

#[test]
fn blocks_stay_whole_through_deletes_and_merges() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut quotes = vec![0; 400];
    for round in 0..6 {
        let writer = writer(folder.path());
        for (id, held) in quotes.iter_mut().enumerate() {
            // Each round adds some articles, replaces some and removes some.
            match (id + round * 7) % 5 {
                0 | 1 => {
                    let replace = *held > 0;
                    *held = (id + round) % 4 + 1;
                    put(&writer, &article(id, "the harbour", *held - 1), replace, true);
                }
                2 if *held > 0 => {
                    *held = 0;
                    writer.remove(article(id, "", 0).1.key()).expect("removed");
                }
                _ => {}
            }
            if id % 90 == 0 {
                writer.commit().expect("committed");
            }
        }
        writer.commit().expect("committed");
        writer.finish().expect("merges end");
        let index = Embedded::open(folder.path()).expect("an index");
        let articles = quotes.iter().filter(|held| **held > 0).count();
        blocks_are_whole(&index, articles, quotes.iter().map(|held: &usize| held.saturating_sub(1)).sum());
        assert_eq!(find(&index, Mode::Articles, "harbour", 1).total, articles as u64);
    }
}

#[test]
fn scores_are_those_of_an_index_that_holds_articles_alone() {
    let (with, without) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    for (folder, quotes) in [(&with, true), (&without, false)] {
        let writer = writer(folder.path());
        for id in 0..200 {
            put(&writer, &article(id, ["harbours", "the harbour levy", "fishing"][id % 3], id % 5), false, quotes);
        }
        writer.commit().expect("committed");
        writer.finish().expect("merges end");
    }
    let (with, without) = (Embedded::open(with.path()).expect("an index"), Embedded::open(without.path()).expect("an index"));
    for query in ["harbour", "\"harbour levy\"", "fishing OR story", "report -levy", "headline:story levy"] {
        let scores = |index: &Embedded| -> Vec<(String, f32)> {
            find(index, Mode::Articles, query, 0).hits.iter().map(|hit| (hit.article.id(), hit.score)).collect()
        };
        let (a, b) = (scores(&with), scores(&without));
        assert!(!a.is_empty(), "{query}");
        assert_eq!(a.iter().map(|hit| &hit.0).collect::<Vec<_>>(), b.iter().map(|hit| &hit.0).collect::<Vec<_>>(), "{query}");
        assert!(a.iter().zip(&b).all(|(a, b)| (a.1 - b.1).abs() < 1e-4), "{query}: {a:?} {b:?}");
    }
}

#[test]
fn ties_stand_in_an_order_that_segments_do_not_change() {
    let folders = [tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder")];
    for (folder, commits) in folders.iter().zip([1, 40]) {
        let writer = writer(folder.path());
        for id in 0..300 {
            // The other way round in the second index.
            let id = if commits == 1 { id } else { 299 - id };
            put(&writer, &article(id, "the same words", 2), false, true);
            if commits > 1 && id % commits == 0 {
                writer.commit().expect("committed");
            }
        }
        writer.commit().expect("committed");
        writer.finish().expect("merges end");
    }
    let order = |folder: &tempfile::TempDir, mode: Mode, limit: usize| -> Vec<(String, Option<usize>)> {
        let index = Embedded::open(folder.path()).expect("an index");
        find(&index, mode, "same", limit).hits.iter().map(|hit| (hit.article.id(), hit.quote)).collect()
    };
    for mode in [Mode::Articles, Mode::Quotes] {
        let all = order(&folders[0], mode, 0);
        assert_eq!(all, order(&folders[1], mode, 0));
        assert_eq!(all[..25], order(&folders[1], mode, 25), "the first of all are the first of few");
    }
}

/// The engine and the evaluator that marks highlights read the same stored texts by different ways: they must agree on every hit.
#[test]
fn the_engine_finds_what_the_evaluator_holds() {
    let folder = tempfile::tempdir().expect("a folder");
    let writer = writer(folder.path());
    let mut state = 99u64;
    let mut pick = move |end: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % end as u64) as usize
    };
    let words = [
        "harbour",
        "harbours",
        "levy",
        "Levies",
        "strike",
        "the",
        "Élan",
        "wall",
        "US",
        "U.S.",
        "treaty's",
        "1,000",
        "élection",
        "l'élection",
        "Elections",
        "l’accord",
        "Hafen",
        "Häfen",
    ];
    let names = ["Anna Arden", "Bruno Brook", "Ida Voss"];
    for id in 0..110 {
        let mut run = |count: usize| (0..count).map(|_| words[pick(words.len())]).collect::<Vec<_>>().join(" ");
        let summary =
            if id % 4 == 0 { vec![(BlockKind::Item, run(3)), (BlockKind::Item, format!("{} … {}", run(2), run(2)))] } else { Vec::new() };
        let headline = Some(run(3)).filter(|_| id % 11 > 0);
        let mut blocks = vec![(BlockKind::Paragraph, format!("Today {} again.", run(6))), (BlockKind::Heading, format!("On {}", run(2)))];
        for (i, name) in names.iter().enumerate().filter(|(i, _)| (id + i) % 3 != 0) {
            if (id + i) % 4 == 0 {
                blocks.push((BlockKind::Heading, format!("{} money", words[pick(words.len())])));
            }
            let of = names[(i + 1) % 3].split(' ').nth(1).unwrap_or_default();
            let mut run = |count: usize| {
                let text = (0..count).map(|_| words[pick(words.len())]).collect::<Vec<_>>().join(" ");
                if (id + i) % 5 == 0 { format!("{text}. Now {of}'s {text}") } else { text }
            };
            blocks.push((
                BlockKind::Paragraph,
                format!("\"We {} now,\" said {name}, the mayor, on Thursday. \"They {}.\"", run(2), run(i + 1)),
            ));
            if (id + i) % 2 == 0 {
                let said = format!("{name} said that {} \"{}\" and {}. {name} added that {} were there.", run(2), run(2), run(3), run(4));
                blocks.push((BlockKind::Paragraph, said));
            }
        }
        let date = crate::text::Date::ymd(2020 + (id % 5) as i32, Some(1 + (id % 12) as u32), None);
        let day = crate::text::Date::ymd(2020 + (id % 5) as i32, Some(4), Some(10 + (id % 12) as u32));
        let mut meta = Meta { headline, desk: Some(["World", "Sport"][id % 2].into()), ..Meta::default() };
        let date = if id % 2 == 0 { day } else { date };
        date.filter(|_| id % 7 > 0).into_iter().for_each(|date| meta.dated(DateRole::Published, date, "field"));
        day.filter(|_| id % 3 == 0).into_iter().for_each(|date| meta.dated(DateRole::Modified, date, "field"));
        meta.date_conflict = id % 5 == 0;
        meta.language = [None, Some("en"), Some("fr"), Some("de-AT"), Some("pl")][id % 5].map(str::to_owned);
        let place = Some(["PARIS", "PORT ELLERY"][id % 2].to_owned());
        meta.dateline = (id % 3 == 0).then(|| Dateline { place, date: None, agency: Some("Reuters".to_owned()) });
        let origin = Origin { root: "r".into(), path: format!("{id}.json"), ..Origin::default() };
        put(&writer, &(Article::new(Draft { meta, summary, blocks, ..Draft::default() }), origin), false, true);
    }
    writer.commit().expect("committed");
    writer.finish().expect("merges end");
    let index = Embedded::open(folder.path()).expect("an index");
    let all = find(&index, Mode::Articles, "*", 0);
    assert_eq!(all.hits.len(), 110);

    let leaf = |pick: &mut dyn FnMut(usize) -> usize| -> String {
        let word = words[pick(words.len())];
        let other = words[pick(words.len())];
        match pick(53) {
            0 | 1 => word.to_owned(),
            2 => format!("\"{word} {other}\""),
            3 => "har*".to_owned(),
            4 => format!("speaker:{}", ["arden", "brook", "voss"][pick(3)]),
            5 => format!("quote:{word}"),
            6 => format!("quote:\"{word} {other}\""),
            7 => format!("headline:{word}"),
            8 => format!("date:202{}", pick(5)),
            9 => "date:2021-03..2022-06".to_owned(),
            10 => "desk:sport".to_owned(),
            11 => format!("section:{word}"),
            12 => format!("speaker:(arden OR {})", ["brook", "voss"][pick(2)]),
            13 => "role:mayor".to_owned(),
            14 => "confidence:>=0.9".to_owned(),
            15 => "kind:indirect".to_owned(),
            16 => "kind:(direct OR mixed OR indirect)".to_owned(),
            17 => "on:04-15".to_owned(),
            18 => format!("modified:202{}", pick(5)),
            19 => format!("said-on:202{}-04", pick(5)),
            20 => format!("date-conflict:{}", ["yes", "no"][pick(2)]),
            21 => format!("language:{}", ["fr", "en", "de", "\"de-AT\""][pick(4)]),
            22 => format!("place:{}", ["paris", "\"port ellery\"", "el*"][pick(3)]),
            23 => "agency:reuters".to_owned(),
            24 => ["él*", "acc*", "l'a*", "haf*", "*ur", "h?rb*", "har*r", "?e?y"][pick(8)].to_owned(),
            25 => format!("{word} w/{} {other}", [1, 2, 3, 5, 12][pick(5)]),
            26 => format!("{word} pre/{} {other}", [1, 2, 4][pick(3)]),
            27 => format!("\"{word} {other}\" w/{} {word}", 1 + pick(6)),
            28 => format!("({word} OR har*) w/{} ({other} OR \"the {word}\")", 1 + pick(8)),
            29 => format!("({word} {other}) w/{} the", 1 + pick(8)),
            30 => format!("({word} w/{} {other}) w/{} the", 1 + pick(3), 1 + pick(6)),
            31 => format!("{word} {}/{} {other}", ["w", "pre"][pick(2)], ["s", "p"][pick(2)]),
            32 => format!("quote:({word} {}/{} {other})", ["w", "pre"][pick(2)], ["s", "p", "2", "6"][pick(4)]),
            33 => format!("atleast{}({word})", 1 + pick(4)),
            34 => format!("atleast{}({word} OR \"{word} {other}\" OR {other})", 2 + pick(3)),
            35 => format!("hlead({word} {other})"),
            36 => format!("first{}({word} OR -{other})", [1, 2, 3, 5, 9, 20][pick(6)]),
            37 => format!("caps({})", [word.to_uppercase(), word.to_owned(), "Harbour".to_owned(), "Th*".to_owned()][pick(4)]),
            38 => format!("={word}"),
            39 => format!("{word}x~1 OR harbor~2"),
            40 => ["/h.*r/", "/[a-f]+/", "headline:/st.*y/", "/.*e.e.*/"][pick(4)].to_owned(),
            41 => format!(
                "{}:?",
                ["speaker", "role", "desk", "date", "section", "byline", "modified", "said-on", "headline", "place"][pick(10)]
            ),
            42 => format!("said({}, {word} OR -{other})", ["arden", "brook OR voss", "voss"][pick(3)]),
            43 => format!("about:{}", ["arden", "Brook", "voss", word][pick(4)]),
            44 => format!("mention:{}", ["arden", "Brook", "voss", word][pick(4)]),
            45 => format!("within(section:{}, {word} -{other})", [word, "money", "*"][pick(2)]),
            46 => format!("within(section:{word}, speaker:{} {other})", ["arden", "brook"][pick(2)]),
            47 => format!("within(section:{word}, atleast2({other}) OR {word} w/3 the)"),
            48 => format!("{word}^2 OR ({other} the)^0.5"),
            49 => format!("\"{word} * {other}\" OR \"th* {word}\""),
            50 => format!("hlead(atleast2({word}) OR {word} w/s {other})"),
            51 => format!("first{}(\"{word} {other}\" w/4 the)", 4 + pick(30)),
            _ => format!("body:({word} -{other})"),
        }
    };
    let mut checked = 0;
    for _ in 0..700 {
        let parts: Vec<String> = (0..1 + pick(3))
            .map(|_| {
                let clause = if pick(4) == 0 {
                    format!("({} {} {})", leaf(&mut pick), ["OR", "AND"][pick(2)], leaf(&mut pick))
                } else {
                    leaf(&mut pick)
                };
                if pick(5) == 0 { format!("-{clause}") } else { clause }
            })
            .collect();
        let text = parts.join([" ", " OR "][usize::from(pick(5) == 0)]);
        let Ok(query) = query::parse(&text) else { continue };
        for mode in [Mode::Articles, Mode::Quotes] {
            let found = find(&index, mode, &text, 0);
            let highlighter = crate::highlight::Highlighter::new(&query::bind(&query, mode), mode);
            let expected: usize = all
                .hits
                .iter()
                .map(|hit| match mode {
                    Mode::Articles => usize::from(highlighter.holds(&hit.article, None)),
                    Mode::Quotes => (0..hit.article.attribution.quotes.len()).filter(|&i| highlighter.holds(&hit.article, Some(i))).count(),
                })
                .sum();
            assert_eq!(found.total, expected as u64, "{mode:?}: {text}");
            assert!(found.hits.iter().all(|hit| highlighter.holds(&hit.article, hit.quote)), "{mode:?}: {text}");
            checked += usize::from(found.total > 0);
        }
    }
    assert!(checked > 350, "only {checked} queries found anything");
}

/// The parts of an explanation add up to its value, at every level.
#[track_caller]
fn adds_up(told: &Explanation) {
    if !told.parts.is_empty() {
        let sum: f32 = told.parts.iter().map(|part| part.value).sum();
        assert!((sum - told.value).abs() < 1e-3, "{told:#?}");
        told.parts.iter().for_each(adds_up);
    }
}

#[test]
fn explanations_add_up_to_the_score() {
    let folder = tempfile::tempdir().expect("a folder");
    let writer = writer(folder.path());
    for id in 0..60 {
        put(&writer, &article(id, ["the harbour", "a harbour levy", "ships"][id % 3], id % 4), false, true);
    }
    writer.commit().expect("committed");
    writer.finish().expect("merges end");
    let index = Embedded::open(folder.path()).expect("an index");
    for text in [
        "harbour",
        "\"harbour levy\" report",
        "harbour OR ships",
        "speaker:arden harbour",
        "headline:story quote:levy -speaker:brook",
        "2 OF (harbour levy ships)",
        "har* date:2025",
        // An alternative whose clauses begin behind the hit.
        "(harbour levy) OR (ships report) OR (59 story)",
        "-ships",
        "*",
    ] {
        for mode in [Mode::Articles, Mode::Quotes] {
            let query = query::parse(text).expect("a query");
            let found = index.find(&Find { explain: true, ..Find::new(&query, mode, 5) }).expect("an answer");
            for hit in found.hits {
                let told = hit.explanation.expect("an explanation");
                assert!((told.value - hit.score).abs() < 1e-3, "{text}: {} and {told:#?}", hit.score);
                adds_up(&told);
            }
        }
    }
}

/// Every page of a query, by places; what comes between pages is done between them.
fn pages(index: &Embedded, mode: Mode, text: &str, size: usize, mut between: impl FnMut(usize)) -> Vec<Place> {
    let query = query::parse(text).expect("a query");
    let mut places: Vec<Place> = Vec::new();
    loop {
        let found = index.find(&Find { after: places.last().copied(), ..Find::new(&query, mode, size) }).expect("a page");
        if found.hits.is_empty() {
            return places;
        }
        places.extend(found.hits.iter().map(|hit| hit.place));
        between(places.len());
    }
}

#[test]
fn pages_through_ties_lose_and_repeat_nothing_while_segments_merge() {
    const ARTICLES: usize = 30_000;
    let folder = tempfile::tempdir().expect("a folder");
    let many = writer(folder.path());
    many.keep_segments();
    for id in 0..ARTICLES {
        let (found, origin) = article(id, "one tie", usize::from(id % 10 == 0));
        put(&many, &(found, origin), false, true);
        if id % 1_500 == 1_499 {
            many.commit().expect("committed");
        }
    }
    many.commit().expect("committed");
    many.finish().expect("merges end");
    let index = Embedded::open(folder.path()).expect("an index");
    let state = find(&index, Mode::Articles, "tie", 1).state;
    let segments = |index: &Embedded| index.searcher().segment_readers().len();
    let before = segments(&index);
    // A writer that merges all segments while the pages are read, without a commit of its own.
    let engine = super::open_for_writing(folder.path()).expect("the engine's index");
    let mut merger: tantivy::IndexWriter = engine.writer_with_num_threads(1, 20_000_000).expect("a writer");
    let mut merge = None;
    let places = pages(&index, Mode::Articles, "tie", 997, |_| {
        let ids = engine.searchable_segment_ids().expect("segments");
        merge.get_or_insert_with(|| merger.merge(&ids));
        index.reload().expect("reloaded");
    });
    merge.expect("begun").wait().expect("merged");
    index.reload().expect("reloaded");
    assert!(before > 1 && segments(&index) == 1, "{before} segments became {}", segments(&index));
    assert_eq!(find(&index, Mode::Articles, "tie", 1).state, state, "a merge is no commit");
    assert_eq!(places.len(), ARTICLES);
    assert!(places.windows(2).all(|pair| pair[0] < pair[1]), "in order, each once");
    assert_eq!(places, pages(&index, Mode::Articles, "tie", 4_001, |_| ()), "the same after the merge");
    assert_eq!(pages(&index, Mode::Quotes, "*", 7, |_| ()).len(), ARTICLES / 10);
}

#[test]
fn facets_count_quotes_and_articles() {
    let folder = tempfile::tempdir().expect("a folder");
    let writer = writer(folder.path());
    for id in 0..90 {
        let (mut found, origin) = article(id, "the harbour", id % 3);
        found.meta.desk = (id % 2 == 0).then(|| ["World", "Sport"][id / 2 % 2].to_owned());
        found.meta.date = crate::text::Date::parse(["2025-04-17", "2025-05", "2024"][id % 3]);
        put(&writer, &(found, origin), false, true);
        if id % 20 == 0 {
            writer.commit().expect("committed");
        }
    }
    writer.commit().expect("committed");
    writer.finish().expect("merges end");
    let index = Embedded::open(folder.path()).expect("an index");
    let counts = |mode, text: &str, facets: &[Facet]| {
        let query = query::parse(text).expect("a query");
        let facets: Vec<Grouping> = facets.iter().map(|&facet| facet.into()).collect();
        let found = index.find(&Find { facets: &facets, ..Find::new(&query, mode, 1) }).expect("an answer");
        let shown = |counted: &crate::index::Counted| {
            let values: Vec<String> = counted
                .values
                .iter()
                .map(|(value, count)| format!("{} {} {}", value.as_deref().unwrap_or("-"), count.quotes, count.articles))
                .collect();
            values.join(", ")
        };
        found.facets.iter().map(shown).collect::<Vec<_>>()
    };
    // 90 articles, of which 30 each hold no, one and two quotes; the counts are those of the loop above, by hand.
    let facets = [Facet::Speaker, Facet::Desk, Facet::Month, Facet::Year, Facet::Publisher];
    assert_eq!(
        counts(Mode::Quotes, "*", &facets),
        ["Anna Arden 90 60", "- 45 30, Sport 23 15, World 22 15", "2024 60 30, 2025-05 30 30", "2024 60 30, 2025 30 30", "- 90 60"]
    );
    assert_eq!(
        counts(Mode::Articles, "*", &facets),
        [
            "Anna Arden 90 60",
            "- 45 45, Sport 23 22, World 22 23",
            "2024 60 30, 2025-04 0 30, 2025-05 30 30",
            "2024 60 30, 2025 30 60",
            "- 90 90"
        ]
    );
    assert_eq!(counts(Mode::Quotes, "\"1 times\"", &[Facet::Speaker]), ["Anna Arden 30 30"]);
    assert_eq!(counts(Mode::Quotes, "zeppelin", &[Facet::Speaker]), [""]);
}

#[test]
fn several_threads_find_what_one_finds() {
    let folder = tempfile::tempdir().expect("a folder");
    let many = writer(folder.path());
    many.keep_segments();
    for id in 0..600 {
        put(&many, &article(id, if id % 7 == 0 { "tie tie harbour" } else { "one tie" }, id % 3), false, true);
        if id % 100 == 99 {
            many.commit().expect("committed");
        }
    }
    many.finish().expect("merges end");
    let index = Embedded::open(folder.path()).expect("an index");
    let searcher = index.searcher();
    assert!(searcher.segment_readers().len() >= 6);
    for (text, mode) in [("tie", Mode::Articles), ("harbour OR one", Mode::Articles), ("*", Mode::Quotes)] {
        let planner = index.planner(&searcher, None).expect("a planner");
        let query = planner.plan(&bind(&query::parse(text).expect("a query"), mode), mode).expect("a plan");
        let weight = query.weight(EnableScoring::enabled_from_searcher(&searcher)).expect("a weight");
        let (sort, quotes) = (Sort::Relevance, mode == Mode::Quotes);
        let best = Best { watch: &planner.watch, limit: 25, after: None, sort, quotes, recency: None };
        let found = |alone: Duration| collect_within(&best, weight.as_ref(), &searcher, alone).expect("an answer");
        let (shared, one) = (found(Duration::ZERO), found(Duration::MAX));
        assert!(shared == one && one.0 > 25 && one.1.len() == 25, "{text}");
    }
}
