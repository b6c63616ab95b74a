//! What the number of registered contract types changes, from 1 to 10,000: each number in a database of its own.

use crate::{
    check::REGISTERED,
    documents::{Bench, DATABASE, register},
    interleave::interleave,
    results::{Base, Workload},
    server::Session,
};
use anyhow::Result;

/// How many contract types a transaction registers: each takes locks, and there is room for some thousands.
const AT_ONCE: u32 = 500;

/// Asking 10,000 contract types in turn is more than a backend keeps compiled, and takes minutes.
const MOST_TURNS: usize = 3;

/// A number of contract types, and the database that has them.
struct Types {
    count: u32,
    database: String,
}

pub fn measure(bench: &Bench) -> Result<Vec<Workload>> {
    let rows = bench.parameters.rows / 10;
    let types = make(bench, rows)?;
    let scan = interleave(bench.parameters.rounds, &types, |types| {
        let mut session = Session::new(&bench.cluster, &types.database);
        let scan = format!("SELECT count(*) FROM documents WHERE contracts.{REGISTERED}(document)");
        session.run(&scan)?;
        Ok(session.time(&scan)? / f64::from(rows))
    })?;
    let first_call = interleave(bench.parameters.rounds, &types, |types| {
        let mut session = Session::new(&bench.cluster, &types.database);
        session.run("SELECT contract.schema_version(document) FROM documents LIMIT 1")?;
        session.time(&format!(
            "SELECT contracts.{REGISTERED}(document) FROM documents LIMIT 1"
        ))
    })?;
    let each_in_turn = interleave(bench.parameters.rounds.min(MOST_TURNS), &types, |types| {
        let mut session = Session::new(&bench.cluster, &types.database);
        let statements = bench.parameters.types;
        let turn = each_in_turn(types.count, statements);
        session.run(&turn)?;
        Ok(session.time(&turn)? / f64::from(statements))
    })?;
    let workload = |name, title, unit, samples: Vec<Vec<f64>>| {
        let names = types
            .iter()
            .map(|types| format!("{} registered", types.count));
        Workload::new(name, title, unit, Base::First, names.zip(samples))
    };
    Ok(vec![
        workload(
            "registered_scan",
            "Full scan with a registered contract, one of many",
            "µs per document",
            scan,
        ),
        workload(
            "registered_first_call",
            "First call of a registered contract in a backend, one of many",
            "µs",
            first_call,
        ),
        workload(
            "registered_each",
            "A statement with each registered contract in turn, all compiled before",
            "µs per statement",
            each_in_turn,
        ),
    ])
}

/// A database for each number of contract types, made from the one before.
fn make(bench: &Bench, rows: u32) -> Result<Vec<Types>> {
    let mut types: Vec<Types> = Vec::new();
    let mut count = 1;
    while count <= bench.parameters.types {
        let database = format!("types_{count}");
        let template = types.last().map_or(DATABASE, |fewer| &fewer.database);
        Session::new(&bench.cluster, "postgres")
            .run(&format!("CREATE DATABASE {database} TEMPLATE {template}"))?;
        let mut session = Session::new(&bench.cluster, &database);
        match types.last() {
            None => session.run(&format!(
                "DROP TABLE documents;
                 CREATE TABLE documents AS SELECT * FROM registered_documents WHERE n <= {rows};
                 DROP TABLE registered_documents"
            ))?,
            Some(fewer) => {
                for first in (fewer.count + 1..=count).step_by(AT_ONCE as usize) {
                    let last = count.min(first + AT_ONCE - 1);
                    let numbers = format!("generate_series({first}, {last})");
                    session.run(&register("'type_' || lpad(i::text, 5, '0')", &numbers))?;
                }
            }
        }
        session.run("VACUUM (ANALYZE, FREEZE)")?;
        types.push(Types { count, database });
        count *= 10;
    }
    Ok(types)
}

/// Statements that ask one contract type after the other, each a document of its own.
fn each_in_turn(count: u32, statements: u32) -> String {
    format!(
        "DO $$
        DECLARE
            contract_type text;
            known jsonb;
        BEGIN
            SELECT d.document INTO known FROM documents AS d LIMIT 1;
            FOR i IN 1..{statements} LOOP
                contract_type := CASE i % {count} WHEN 0 THEN '{REGISTERED}' ELSE 'type_' || lpad((i % {count} + 1)::text, 5, '0') END;
                EXECUTE format('SELECT contracts.%I($1)', contract_type)
                USING known || jsonb_build_object('type', contract_type);
            END LOOP;
        END $$"
    )
}
