//! The command line of bonafide.

fn main() {}
