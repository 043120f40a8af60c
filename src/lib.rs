//! onrecord: who said what, when, and where it was printed.

pub mod article;
pub mod error;
pub mod output;
pub mod query;
pub mod quote;
pub mod text;
pub use error::{Error, Result};
