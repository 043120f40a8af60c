//! onrecord: who said what, when, and where it was printed.

// The list is the layer list: a module uses only modules above it (tests/it/layers.rs).
pub mod error;
pub mod schema;
pub mod text;
pub mod article;
pub mod format;
pub mod quote;
pub mod query;
pub mod analyze;
pub mod record;
pub mod highlight;
pub mod fragment;
pub mod index;
pub mod discover;
pub mod ingest;
pub mod search;
pub mod output;

pub use error::{Error, Result};
