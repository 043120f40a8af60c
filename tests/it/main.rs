//! The integration tests: one binary, one module per subject. They run the built program on real files.

mod batch;
mod binding;
mod cli;
mod commands;
mod contract;
mod corpus;
mod crash;
mod docs;
mod dry_run;
mod hostile;
mod incremental;
mod jq;
mod kwic;
mod layers;
mod literate;
mod newsroom;
mod offsets;
mod oracle;
mod people;
mod questions;
mod sandbox;
mod schemas;
mod timeline;
mod watch;
