//! Which known vulnerabilities touch the components that are there: the advisory database, the matching, VEX applied.
//!
//! This crate sees components and statements, never files. Each answer is *affected*, *not affected* or *unknown*;
//! unknown has a reason and is counted.

mod component;
mod finding;

pub use component::Component;
pub use finding::{Finding, State, Suppression};
