//! Tests over whole documents.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "tests")]

mod convert;
mod corpus;
mod cyclonedx;
mod encodings;
mod faults;
mod fix;
mod generated;
mod minimum;
mod mutated;
mod round_trip;
mod score;
mod spdx3;
mod spdx3_schema;
mod verdicts;
