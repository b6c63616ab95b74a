//! DRIFT-05, core immutability.

use super::{
    Check, Facts, Finding,
    core_immutability::{columns, functions, triggers},
};

pub const CHECK: Check = Check {
    id: "DRIFT-05",
    title: "core immutability",
    summary: "core columns of the matrix, and triggers of immutable columns",
    explanation: "\
Others rely on the core columns of a table: they are there with the type that the matrix promises, not null where it says so, and \
those of the primary key are its columns, and all of them. A core column goes, or gets another name, by deprecation only: the matrix says since when, \
in which ticket and in favour of what it is deprecated, and its sunset, at least six months later, has come.

Of an immutable column the value never changes. An UPDATE of it has to be stopped by a trigger that nobody bypasses who can \
only write:
- it is enabled, FOR EACH ROW, and AFTER UPDATE without a list of columns. A BEFORE trigger sees what later BEFORE triggers have \
not yet changed: it holds only as the last one, by name. UPDATE OF asks which columns the statement names.
- its WHEN is true whenever the value changes: OLD.c IS DISTINCT FROM NEW.c, alone or among others with OR. With AND there \
are changes that it lets through, and so with <> where the column can be null.
- its function, in PL/pgSQL, raises an exception before it does anything else, or after IF with such a condition, and no \
exception block swallows it. IF TG_OP = 'UPDATE' around it is fine. What another function does is not known, which is said.
- a function that compares has a search_path of its own (SET search_path = pg_catalog, pg_temp). Else IS DISTINCT FROM takes the \
operator = that the session's search_path finds, and a role that may create operators in a schema of it could put another in its place. \
WHEN takes the operators of the day it was created.
- it refuses. A BEFORE trigger that sets NEW.c := OLD.c, or returns OLD or NULL, ignores the change, and who wrote it never learns.
- in a partitioned table an UPDATE of the partition key moves a row, which fires no AFTER UPDATE: the key needs a BEFORE trigger. \
Partitions have their triggers enabled.
Its function belongs to no role of section D, nor to one that such a role is a member of: an owner may replace it. Owners of \
tables and superusers can disable triggers; that is found when it has happened.",
    report: "core-immutability.json",
    run,
};

/// Without a table nothing is compared, which is no clean run.
fn run(facts: &Facts<'_>) -> Result<Vec<Finding>, String> {
    if facts.matrix.tables.is_empty() {
        return Err("the matrix has no row of a table, so that nothing can be compared".to_owned());
    }
    let rows = facts.matrix.tables.iter();
    let findings = rows.flat_map(|row| {
        let columns = columns::findings(facts, row);
        columns.into_iter().chain(triggers::findings(facts, row))
    });
    Ok(findings.chain(functions::findings(facts)).collect())
}
