//! What the measurements of the ranking share: the command line, a random sequence, tallies, and BM25 over one field to compare with.

#![allow(dead_code, reason = "each measurement uses some of it")]

use onrecord::analyze::{Analyzed, analyze};
use onrecord::index::Hit;
use onrecord::index::embedded::Embedded;
use onrecord::query::{Match, Mode};
use onrecord::schema::Analyzer;
use onrecord::search::{Request, search};
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption, STORED, Schema, TextFieldIndexing, TextOptions, Value};
use tantivy::{IndexReader, TantivyDocument, Term, doc};

pub(crate) type Fallible<T> = Result<T, Box<dyn std::error::Error>>;

/// How deep an answer is looked at.
pub(crate) const DEPTH: usize = 100;

/// What was typed behind the name of the example: values of flags, and the rest.
pub(crate) struct Typed(Vec<String>);

impl Typed {
    pub(crate) fn new() -> Self {
        Self(std::env::args().skip(1).collect())
    }

    /// Takes a flag with its value out.
    pub(crate) fn flag(&mut self, name: &str) -> Option<String> {
        let at = self.0.iter().position(|arg| arg == name)?;
        self.0.remove(at);
        (at < self.0.len()).then(|| self.0.remove(at))
    }

    /// Takes a number out; `default` without the flag.
    pub(crate) fn number(&mut self, name: &str, default: usize) -> Fallible<usize> {
        Ok(self.flag(name).map(|value| value.parse()).transpose()?.unwrap_or(default))
    }

    /// Opens the index of `--index`.
    pub(crate) fn index(&mut self) -> Fallible<Embedded> {
        let folder = self.flag("--index").map_or_else(|| PathBuf::from(".onrecord"), PathBuf::from);
        Ok(Embedded::open(&folder)?)
    }

    /// What no flag took.
    pub(crate) fn rest(self) -> Vec<String> {
        self.0
    }
}

/// A sequence that looks random and is the same every time (xorshift).
pub(crate) struct Seed(pub(crate) u64);

impl Seed {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    /// So many of them, in no order.
    pub(crate) fn sample<T>(&mut self, mut from: Vec<T>, count: usize) -> Vec<T> {
        let count = count.min(from.len());
        for at in 0..count {
            let other = at + self.below(from.len() - at);
            from.swap(at, other);
        }
        from.truncate(count);
        from
    }
}

/// A text taken as words, any of them.
pub(crate) fn any_of(text: &str, mode: Mode, limit: usize) -> Request {
    Request { text: text.to_owned(), plain: true, matching: Some(Match::Any), mode: Some(mode), limit, bare: true, ..Request::default() }
}

/// All articles of an index, or all of its quotes in marks.
pub(crate) fn everything(index: &Embedded, mode: Mode) -> Fallible<Vec<Hit>> {
    let request = Request { text: "*".into(), mode: Some(mode), bare: true, ..Request::default() };
    Ok(search(index, &request)?.hits.into_iter().map(|shown| shown.hit).collect())
}

/// Case, accents and punctuation aside.
pub(crate) fn folded(text: &str) -> Vec<String> {
    analyze(text, Analyzer::Prose).into_iter().map(|word| word.folded).collect()
}

/// The places at which what was looked for was found, from 1; `None` where it was not.
#[derive(Default)]
pub(crate) struct Ranks(pub(crate) Vec<Option<usize>>);

impl Ranks {
    pub(crate) fn push(&mut self, at: Option<usize>) {
        self.0.push(at.map(|at| at + 1));
    }

    fn share(&self, of: impl Fn(usize) -> f64) -> f64 {
        self.0.iter().map(|rank| rank.map_or(0.0, &of)).sum::<f64>() / self.0.len().max(1) as f64
    }

    /// Mean reciprocal rank.
    pub(crate) fn mrr(&self) -> f64 {
        self.share(|rank| 1.0 / rank as f64)
    }

    pub(crate) fn within(&self, most: usize) -> f64 {
        self.share(|rank| f64::from(u8::from(rank <= most)))
    }

    /// A row of a table.
    pub(crate) fn row(&self, name: &str) -> String {
        let (mrr, first, ten, all) = (self.mrr(), self.within(1), self.within(10), self.within(DEPTH));
        format!("{name:<44} {:>5}  {mrr:.4}  {first:.4}  {ten:.4}  {all:.4}", self.0.len())
    }

    pub(crate) const HEAD: &str = "                                                asked  MRR     first   in 10   in 100";
}

/// Headline and body in one field, ranked by the engine's own BM25 (k1 1.2, b 0.75); any word of a question may match. Words are those of
/// this program's analyzer, all forms of a stem alike.
pub(crate) struct OneField {
    reader: IndexReader,
    text: Field,
    number: Field,
}

impl OneField {
    pub(crate) fn new(articles: &[Hit]) -> Fallible<Self> {
        let mut schema = Schema::builder();
        let words = TextFieldIndexing::default().set_tokenizer("whitespace").set_index_option(IndexRecordOption::WithFreqs);
        let text = schema.add_text_field("text", TextOptions::default().set_indexing_options(words));
        let number = schema.add_u64_field("number", STORED);
        let index = tantivy::Index::create_in_ram(schema.build());
        let mut writer = index.writer_with_num_threads(1, 50_000_000)?;
        for (at, hit) in articles.iter().enumerate() {
            let article = &hit.article.article;
            let whole = format!("{}\n{}", article.meta.headline.as_deref().unwrap_or_default(), article.body());
            let keys: Vec<String> = analyze(&whole, Analyzer::Prose).into_iter().map(|word| word.key).collect();
            writer.add_document(doc!(text => keys.join(" "), number => at as u64))?;
        }
        writer.commit()?;
        writer.wait_merging_threads()?;
        Ok(Self { reader: index.reader()?, text, number })
    }

    /// The numbers of the best articles.
    pub(crate) fn rank(&self, question: &str, limit: usize) -> Fallible<Vec<usize>> {
        let mut seen = HashSet::new();
        // A word that comes twice counts once, as in `--plain`.
        let words = analyze(question, Analyzer::Prose).into_iter().filter(|word| seen.insert(word.folded.clone()));
        let clause = |word: Analyzed| -> Box<dyn Query> {
            Box::new(TermQuery::new(Term::from_field_text(self.text, &word.key), IndexRecordOption::WithFreqs))
        };
        let searcher = self.reader.searcher();
        let found = searcher.search(&BooleanQuery::union(words.map(clause).collect()), &TopDocs::with_limit(limit).order_by_score())?;
        let number = |address| -> Fallible<usize> {
            let document: TantivyDocument = searcher.doc(address)?;
            Ok(document.get_first(self.number).and_then(|value| value.as_u64()).unwrap_or(u64::MAX) as usize)
        };
        found.into_iter().map(|(_, address)| number(address)).collect()
    }
}

/// Two-sided paired permutation test: how often do differences with signs drawn at random lie as far from zero as these do?
pub(crate) fn permutation_test(differences: &[f64], rounds: usize, seed: u64) -> f64 {
    let mut seed = Seed(seed);
    let least = differences.iter().sum::<f64>().abs() - 1e-9;
    let mut as_far = 0;
    for _ in 0..rounds {
        let mut sum = 0.0;
        let mut bits = 0;
        for (at, difference) in differences.iter().enumerate() {
            if at % 32 == 0 {
                bits = seed.next() >> 16;
            }
            sum += if bits & 1 == 1 { *difference } else { -difference };
            bits >>= 1;
        }
        as_far += usize::from(sum.abs() >= least);
    }
    (as_far + 1) as f64 / (rounds + 1) as f64
}

/// Where a run is written for other scorers: `{"qid", "hits": [{"id"}]}` a line.
pub(crate) fn write_run(folder: &Path, name: &str, run: &[(String, Vec<String>)]) -> Fallible<()> {
    let line = |(qid, ids): &(String, Vec<String>)| {
        let hits: Vec<_> = ids.iter().map(|id| serde_json::json!({ "id": id })).collect();
        serde_json::json!({ "qid": qid, "hits": hits }).to_string()
    };
    std::fs::create_dir_all(folder)?;
    Ok(std::fs::write(folder.join(name), run.iter().map(line).collect::<Vec<_>>().join("\n") + "\n")?)
}
