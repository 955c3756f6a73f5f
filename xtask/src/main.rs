//! Checks and generators of the repository: `cargo xtask layers`.

fn main() {}
