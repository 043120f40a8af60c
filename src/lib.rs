//! onrecord: who said what, when, and where it was printed.

// The list is the layer list: a module uses only modules above it.
pub mod analyze;
pub mod article;
pub mod discover;
pub mod error;
pub mod format;
pub mod fragment;
pub mod highlight;
pub mod index;
pub mod ingest;
pub mod output;
pub mod query;
pub mod quote;
pub mod record;
pub mod schema;
pub mod search;
pub mod text;
pub use error::{Error, Result};
