//! Text without any knowledge of news: spans, words, sentences, dates, and the cleaning of what arrives from files.

pub mod clean;
pub mod date;
pub mod encoding;
pub(crate) mod hash;
pub mod language;
pub mod sentence;
pub(crate) mod shorthand;
pub mod span;
pub mod word;

pub use date::{Date, Precision};
pub use span::Span;
