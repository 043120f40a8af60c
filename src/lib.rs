//! onrecord: who said what, when, and where it was printed.

pub mod article;
pub mod error;
pub mod format;
pub mod query;
pub mod quote;
pub mod text;
pub use error::{Error, Result};
