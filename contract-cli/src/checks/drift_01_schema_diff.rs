//! DRIFT-01, schema diff.

use super::{Check, Facts, Finding, schema_diff};

pub const CHECK: Check = Check {
    id: "DRIFT-01",
    title: "schema diff",
    summary: "what the migrations make against what the database has",
    explanation: EXPLANATION,
    report: "schema-diff.json",
    run,
};

const EXPLANATION: &str = "\
The migrations are what reviews have seen. A database that has been changed beside them is not what they say, \
and the next migration may fail on it, or the next database lack what this one has. So the migrations are run \
in a database of their own, and its catalog is compared with that of the database under test:

  schemas; extensions that are missing; types; functions with their definitions
  tables, views and sequences: kind, inheritance, partition key and bound, UNLOGGED, grants to roles but the owner
  columns: type, NOT NULL, default, generated, identity, collation
  sequences: parameters and owner
  constraints: definition, NOT VALID, NOT ENFORCED, foreign keys whose triggers are disabled
  indexes: definition, whether they are valid
  row level security: switched on, forced, each policy with its command, roles and expressions
  triggers and rules: definition, whether they are enabled; views: query, security_invoker, security_barrier, check_option

One change is one finding. What goes with something else is told with it: a missing column takes its indexes \
and constraints along. A renamed table or column is one that is missing and one that no migration makes.

Expressions are compared by their meaning as far as that is certain: the order of AND, OR, IN and of the sides \
of =, casts of whole arrays, double negation and the like make no difference. What is not understood is compared \
as text.

No drift are:
  owners, tablespaces, comments, statistics objects, storage parameters, where sequences stand
  the order of columns
  versions of extensions, and extensions that no migration makes
  the table _sqlx_migrations
  contract types, which jsonb-contract apply registers
  a guard's write floor that is higher than in the migrations: contract.raise_floor raises it
  a constraint that is validated where the migrations leave it NOT VALID, an index that is valid where they do not
  columns that the matrix allows beside the table's own, with their indexes and constraints, unless they are jsonb
  partitions that a job makes: of a partitioned table of the migrations, and as the table or one of its partitions is";

/// # Errors
///
/// What the migrations make is not known.
fn run(facts: &Facts<'_>) -> Result<Vec<Finding>, String> {
    let migrated = facts.migrated.ok_or(
        "what the migrations make is not known\n  \
         tip: --migrations DIR names their folder, --migrated FILE a snapshot of what they make",
    )?;
    Ok(schema_diff::findings(migrated, facts.catalog, facts.matrix))
}
