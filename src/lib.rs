//! onrecord: who said what, when, and where it was printed.

pub mod error;
pub mod schema;
pub mod text;
pub mod article;
pub mod query;
pub mod quote;
pub mod analyze;
pub mod record;
pub mod index;
pub use error::{Error, Result};
pub mod highlight; pub mod fragment;
