//! The integration tests: one binary, one module per subject. They run the built program on real files.

#[cfg(feature = "server")]
mod api;
mod batch;
mod binding;
#[cfg(feature = "server")]
mod browser;
mod cli;
mod commands;
mod contract;
mod corpus;
mod crash;
mod damage;
mod docs;
mod dry_run;
mod hostile;
mod incremental;
mod jq;
mod keeping;
mod kwic;
mod layers;
mod literate;
mod names;
mod newsroom;
mod offsets;
mod oracle;
#[cfg(feature = "server")]
mod pages;
mod people;
mod questions;
mod sandbox;
mod schemas;
#[cfg(feature = "server")]
mod serve;
#[cfg(feature = "server")]
mod served;
mod soak;
mod takedown;
mod timeline;
mod watch;
