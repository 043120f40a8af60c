//! What the program prints, as types of its own: versioned shapes that change only by addition.

pub mod audit;
pub mod csv;
pub mod diagnosis;
pub mod extract;
pub mod hit;
pub mod keeping;
pub mod kwic;
pub mod offsets;
pub mod report;
pub mod survey;
pub mod takedown;
pub mod text;
pub mod timeline;
