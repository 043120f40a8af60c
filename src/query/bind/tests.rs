use super::{Mode, bind};
use crate::query::{Field, Query, parse};

/// A model of the archive: one article, its quotes, its body's words.
struct Article {
    quotes: Vec<(&'static str, &'static str)>,
    body: &'static str,
}

/// The contract's article: A says "x y", B says "z", and the body has the word w.
fn example() -> Article {
    Article { quotes: vec![("A", "x y"), ("B", "z")], body: "w x y z" }
}

fn holds(text: &str, query: &Query) -> bool {
    match query {
        Query::Word(word) => text.split(' ').any(|w| w == word),
        Query::Phrase(words) => format!(" {text} ").contains(&format!(" {words} ")),
        Query::And(all) => all.iter().all(|query| holds(text, query)),
        Query::Or(any) => any.iter().any(|query| holds(text, query)),
        Query::Not(inner) => !holds(text, inner),
        other => panic!("not the value of a text field: {other:?}"),
    }
}

/// What one quote answers; `body` for conditions on its article.
fn quote_answers((speaker, words): (&str, &str), query: &Query) -> bool {
    match query {
        Query::All => true,
        Query::Word(_) | Query::Phrase(_) => holds(words, query),
        Query::Field(Field::Speaker, value) => holds(speaker, value),
        Query::Field(Field::Quote, value) => holds(words, value),
        Query::And(all) => all.iter().all(|query| quote_answers((speaker, words), query)),
        Query::Or(any) => any.iter().any(|query| quote_answers((speaker, words), query)),
        Query::Not(inner) => !quote_answers((speaker, words), inner),
        other => panic!("not in a bound query: {other:?}"),
    }
}

fn article_answers(article: &Article, query: &Query) -> bool {
    match query {
        Query::All => true,
        Query::Word(_) | Query::Phrase(_) => holds(article.body, query),
        Query::And(all) => all.iter().all(|query| article_answers(article, query)),
        Query::Or(any) => any.iter().any(|query| article_answers(article, query)),
        Query::Not(inner) => !article_answers(article, inner),
        Query::SameQuote(inner) => article.quotes.iter().any(|quote| quote_answers(*quote, inner)),
        other => panic!("not in a bound query: {other:?}"),
    }
}

/// Speakers of the quotes that are hits, and whether the article is one.
#[track_caller]
fn check(text: &str, quotes: &str, is_hit: bool) {
    let (article, query) = (example(), parse(text).expect(text));
    let in_quotes = bind(&query, Mode::Quotes);
    let hits: String = article.quotes.iter().filter(|quote| quote_answers(**quote, &in_quotes)).map(|(speaker, _)| *speaker).collect();
    assert_eq!(hits, quotes, "{text} in quotes: {in_quotes:?}");
    let in_articles = bind(&query, Mode::Articles);
    assert_eq!(article_answers(&article, &in_articles), is_hit, "{text} in articles: {in_articles:?}");
}

#[test]
fn the_table_of_the_contract() {
    check("speaker:A x", "A", true);
    check("speaker:A quote:x", "A", true);
    check("speaker:A quote:z", "", false);
    check("speaker:A speaker:B", "", false);
    check("(speaker:A) (speaker:B)", "", true);
    check("speaker:A -quote:z", "A", true);
    check("speaker:A -quote:x", "", false);
    check("speaker:B OR quote:y", "AB", true);
    check("speaker:A w", "", true);
    check("quote:\"x z\"", "", false);
    check("speaker:(A OR B)", "AB", true);
    check("-speaker:A", "B", false);
    check("w -speaker:A", "", false);
}

#[test]
fn beyond_the_table() {
    check("quote:x quote:z", "", false);
    check("(quote:x) (quote:z)", "", true);
    // All negated: each excludes by itself; in a `-( )`, one quote must satisfy all inside to exclude.
    check("-speaker:A -quote:z", "", false);
    check("-(speaker:A quote:z)", "AB", true);
    check("-(speaker:A quote:x)", "B", false);
    check("-(speaker:C)", "AB", true);
    check("NOT -speaker:A", "A", true);
    check("speaker:B NOT -quote:z", "B", true);
    check("(speaker:A OR quote:z) (speaker:B)", "B", true);
    check("(speaker:A -quote:x)", "", false);
    check("((speaker:A quote:z) OR (speaker:B quote:z))", "B", true);
    check("* speaker:A", "A", true);
    check("w (-speaker:C)", "", true);
}

#[track_caller]
fn shape(text: &str, mode: Mode, expected: &str) {
    let bound = format!("{:?}", bind(&parse(text).expect(text), mode));
    assert_eq!(bound.replace("Word(\"", "").replace("\")", "").replace("Field(", "("), expected, "{text}");
}

#[test]
fn clauses_of_one_group_stand_in_one_quote_at_the_place_of_the_first() {
    shape("w speaker:A x -quote:z", Mode::Articles, "And([w, SameQuote(And([(Speaker, A), Not((Quote, z))])), x])");
    shape("-speaker:A -quote:z w", Mode::Articles, "And([Not(SameQuote((Speaker, A))), Not(SameQuote((Quote, z))), w])");
    shape("headline:x speaker:((A B) OR C)", Mode::Articles, "And([(Headline, x), SameQuote((Speaker, Or([And([A, B]), C])))])");
    shape("(a) -(b (c d))", Mode::Articles, "And([a, Not(And([b, And([c, d])]))])");
    shape("kind:(mixed (direct))", Mode::Articles, "SameQuote((Kind, And([mixed, direct])))");
    shape(
        "speaker:A confidence:(0 OR -1)",
        Mode::Articles,
        "SameQuote(And([(Speaker, A), Or([(Confidence, NumberRange(Some(0.0), Some(0.0))), Not((Confidence, NumberRange(Some(1.0), Some(1.0))))])]))",
    );
    for mode in [Mode::Articles, Mode::Quotes] {
        assert_eq!(
            bind(&parse("date:(2023 OR (2024 -2025))").unwrap(), mode),
            bind(&parse("date:2023 OR (date:2024 -date:2025)").unwrap(), mode)
        );
    }
    shape("w (speaker:A) -(quote:x)", Mode::Quotes, "And([w, (Speaker, A), Not((Quote, x))])");
}
