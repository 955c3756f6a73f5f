//! The program as a user meets it.

use bonafide_testkit::Case;

mod advisory;
mod basics;
mod convert;
mod embed;
mod facts;
mod fix;
mod hostile;
mod id;
mod make;
mod repositories;
mod scan;
mod schemas;
mod server;
mod terminal;
mod tree;
mod update;
mod vendor;
mod vex;

fn case() -> Case {
    Case::new(env!("CARGO_BIN_EXE_bonafide"))
}
