//! The command `jsonb-contract`.
fn main() {}
