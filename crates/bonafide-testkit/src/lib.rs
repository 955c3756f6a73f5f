//! Fixture builders and a command line runner for tests. Never part of what is shipped.

mod cli;

pub use cli::{Case, Ran};
