//! The field table: every field of the index, declared once in `schema/fields.json`.
//!
//! Here is a field's name, give me its type, analyzer, boost, the kinds of records that have it, and what it means. The engine's schema,
//! the documentation's table and the checks derive from this.

use serde::Deserialize;
use std::sync::OnceLock;

/// Type of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FieldType {
    /// Words with positions.
    Text,
    /// Terms as they are, no frequencies.
    Keyword,
    /// Marks at positions of words.
    Places,
    /// Unsigned integer.
    U64,
    /// Signed integer.
    I64,
    /// Bytes that are only stored.
    Bytes,
}

/// How a text field is analyzed; see [`crate::analyze`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Analyzer {
    /// Words with their stems.
    Prose,
    /// Words as they are, case and accents folded.
    Name,
}

/// Kind of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RecordKind {
    /// One per article.
    Article,
    /// One per quote.
    Quote,
    /// One per source file.
    Source,
}

/// One field of the index.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldDef {
    /// Name in the index.
    pub name: String,
    /// Type.
    #[serde(rename = "type")]
    pub field_type: FieldType,
    /// How text is analyzed.
    pub analyzer: Option<Analyzer>,
    /// True for numbers that can be looked up as terms.
    #[serde(default)]
    pub indexed: bool,
    /// True for columns: numbers, or texts as printed, which facets count by.
    #[serde(default)]
    pub fast: bool,
    /// True for what is given back as it was.
    #[serde(default)]
    pub stored: bool,
    /// True where the length of the text counts in the ranking.
    #[serde(default)]
    pub norms: bool,
    /// Weight in the ranking of bare words.
    #[serde(default = "one")]
    pub boost: f32,
    /// The kinds of records that have the field.
    pub kinds: Vec<RecordKind>,
    /// The query field that asks for it.
    pub query: Option<String>,
    /// What it means.
    pub doc: String,
}

/// The field table.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fields {
    /// Version of the index format; another version means a rebuild.
    pub format: u32,
    /// All fields.
    pub fields: Vec<FieldDef>,
}

fn one() -> f32 {
    1.0
}

/// Reads a field table; unknown keys and types are errors.
pub fn parse(text: &str) -> Result<Fields, serde_json::Error> {
    serde_json::from_str(text)
}

/// The field table as it is declared: `schema/fields.json`.
pub const SOURCE: &str = include_str!("../schema/fields.json");

/// The field table of this program.
pub fn fields() -> &'static Fields {
    static FIELDS: OnceLock<Fields> = OnceLock::new();
    // The file is part of the program; a test reads it, so that this cannot fail in the field.
    FIELDS.get_or_init(|| parse(SOURCE).unwrap_or_else(|error| panic!("schema/fields.json: {error}")))
}

/// The field table as Markdown: `docs/fields.md`.
pub fn table() -> String {
    let mut out = String::from(
        "# The fields of the index\n\nMade from `schema/fields.json`, which declares every field once. Fields with a query name can be asked for \
         as `name:value`; see [query.md](query.md).\n\n| field | query | type | of | what it holds |\n|---|---|---|---|---|\n",
    );
    for field in &fields().fields {
        let kinds: Vec<String> = field.kinds.iter().map(|kind| format!("{kind:?}").to_lowercase()).collect();
        let mut kind = format!("{:?}", field.field_type).to_lowercase();
        if let Some(analyzer) = field.analyzer {
            kind += &format!(", {}", format!("{analyzer:?}").to_lowercase());
        }
        if field.fast {
            kind += ", column";
        }
        if field.boost != 1.0 {
            kind += &format!(", weight {}", field.boost);
        }
        let query = field.query.as_deref().map(|name| format!("`{name}`")).unwrap_or_default();
        out += &format!("| `{}` | {query} | {kind} | {} | {} |\n", field.name, kinds.join(", "), field.doc);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_read_and_consistent() {
        let fields = &fields().fields;
        for field in fields {
            assert_eq!(field.analyzer.is_some(), field.field_type == FieldType::Text, "{}: text fields have an analyzer", field.name);
            assert_eq!(fields.iter().filter(|other| other.name == field.name).count(), 1, "{} is declared twice", field.name);
            assert!(field.doc.ends_with('.'), "{}: the description is a sentence", field.name);
            if field.field_type == FieldType::Text {
                assert_eq!(field.kinds.len(), 1, "{}: text fields are disjoint by record kind, else BM25 is wrong", field.name);
            }
            if let Some(query) = &field.query {
                assert!(crate::query::Field::ALL.iter().any(|f| f.name() == query), "{query} is no query field");
            }
        }
    }

    #[test]
    fn every_query_field_stands_in_the_table_or_asks_others() {
        for field in crate::query::Field::ALL {
            let found = fields().fields.iter().any(|def| def.query.as_deref() == Some(field.name()));
            // Names in running text are looked for in quotes, headline and body.
            let is_elsewhere = field.is_date() || matches!(field, crate::query::Field::About | crate::query::Field::Mention);
            assert_eq!(found, !is_elsewhere, "{}", field.name());
        }
    }

    /// `ONRECORD_WRITE_DOCS=1 cargo test the_documented_table` writes the file anew.
    #[test]
    fn the_documented_table_is_the_table() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/fields.md");
        if std::env::var_os("ONRECORD_WRITE_DOCS").is_some() {
            std::fs::write(path, table()).expect("the file is written");
        }
        assert_eq!(std::fs::read_to_string(path).unwrap_or_default(), table(), "docs/fields.md is out of date");
    }

    #[test]
    fn unknown_keys_are_errors() {
        assert!(parse(r#"{"format": 1, "fields": [], "more": 1}"#).is_err());
        assert!(parse(r#"{"format": 1, "fields": [{"name": "a", "type": "u64", "kinds": [], "doc": "A.", "colour": 1}]}"#).is_err());
    }
}
