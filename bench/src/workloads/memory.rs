//! The memory that a backend gains by using all built-in contracts.
//!
//! `pg_backend_memory_contexts` knows only what Postgres allocates, not Rust's heap. The kernel knows all: the
//! pages that a process has written to and has for itself. Those of mappings that are shared by design are
//! left out: a page of the buffer cache counts as private as long as no other process has touched it.

use crate::{
    built_in::BuiltIn,
    documents::Bench,
    interleave::interleave,
    results::{Base, Workload},
    server::Session,
};
use anyhow::{Context, Result};
use std::fs;

/// A statement that loads the library, and uses no contract.
const LOAD: &str = "SELECT contract.schema_version('{}')";

pub fn measure(bench: &Bench) -> Result<Vec<Workload>> {
    let contracts = BuiltIn::all(&mut bench.session())?;
    let lanes: [(&str, &str, Vec<String>); 2] = [
        ("loading the library", "", vec![LOAD.to_owned()]),
        (
            "using all 20 built-in contracts",
            LOAD,
            contracts.iter().map(BuiltIn::first_call).collect(),
        ),
    ];
    let samples = interleave(
        bench.parameters.rounds,
        &lanes,
        |(_, before, statements)| {
            let mut session = bench.session();
            for contract in &contracts {
                session.run(&contract.rehearsal())?;
            }
            session.run(before)?;
            gain(&mut session, statements)
        },
    )?;
    let lanes = lanes.map(|(name, ..)| name.to_owned());
    Ok(vec![Workload::new(
        "memory",
        "Memory that a backend gains",
        "kB",
        Base::Nothing,
        lanes.into_iter().zip(samples),
    )])
}

/// By how many kB the private memory of a backend grows while it runs statements.
#[allow(clippy::cast_precision_loss, reason = "kB of a process")]
fn gain(session: &mut Session, statements: &[String]) -> Result<f64> {
    let backend: i32 = session.value("SELECT pg_backend_pid()")?;
    let before = private_memory(backend)?;
    for statement in statements {
        session.run(statement)?;
    }
    Ok(private_memory(backend)? as f64 - before as f64)
}

/// How many kB of its own a process has written to, from `/proc`.
fn private_memory(process: i32) -> Result<u64> {
    let file = format!("/proc/{process}/smaps");
    let maps = fs::read_to_string(&file).with_context(|| file.clone())?;
    let mut is_shared = false;
    let mut sum = 0;
    for line in maps.lines() {
        let mut words = line.split_ascii_whitespace();
        match (words.next(), words.next()) {
            (Some("Private_Dirty:"), Some(size)) if !is_shared => {
                sum += size.parse::<u64>().with_context(|| file.clone())?;
            }
            // The line of a mapping: its addresses and permissions, which end with s (shared) or p.
            (Some(addresses), Some(permissions)) if !addresses.ends_with(':') => {
                is_shared = permissions.ends_with('s');
            }
            _ => {}
        }
    }
    Ok(sum)
}
