//! Which known vulnerabilities touch the components that are there: the advisory database, the matching, VEX applied.
//!
//! This crate sees components and statements, never files. Each answer is *affected*, *not affected* or *unknown*;
//! unknown has a reason and is counted.

mod component;
mod configuration;
pub mod db;
mod finding;
mod identity;
mod join;
mod lookup;
mod product;
mod range;
mod rating;
pub mod rules;
mod scan;
pub mod vex;

use bonafide_advisory::ecosystem;
pub use component::Component;
pub use finding::{Finding, State, Suppression};
pub use rating::{Rating, Severity};
pub use scan::{Answers, Coverage, Disagreement, Gap, Scanner, Unchecked};
