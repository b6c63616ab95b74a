//! DRIFT-02, RLS coverage.

use super::{Check, Facts, Finding, rls_coverage};

pub const CHECK: Check = Check {
    id: "DRIFT-02",
    title: "RLS coverage",
    summary: "row level security of each tenant table against the matrix",
    explanation: "\
A tenant sees and writes its own rows only where row level security says so, for every role, command and way to the table.

Tables. Each table with a tenant scope is there, with row level security on, and forced where section D says so. The
policies that the matrix names are there and no others, for the roles of section D only. Each of these roles reaches rows with each
command that it has the privilege for, by a permissive policy.

Expressions. USING and WITH CHECK have to bind the tenant: where they hold, the scope's column is equal to a value of the session,
such as current_setting('app.tenant') or auth.uid(). Each part of an OR has to. A constant, the column itself or a default
for it do not bind. A derived scope goes through EXISTS (or IN) on the parent, tied to the row by the scope's columns, and the parent
to the session: by an equality, or because row level security shows a tenant its own rows of the parent only. Joins count where a
foreign key, a key or the name says that both columns mean the same. Functions in LANGUAGE sql with one SELECT are looked into. Of others,
one that is IMMUTABLE is a constant, and one that returns a single value without asking for columns counts as the session. What cannot be
understood, as any other function of the row, cannot be shown to bind: that is a finding too. A restrictive policy that binds holds for all permissive ones.

Ways around. A policy whose name ends in _bypass is for the matrix's bypass roles only (service_role where it names none). A
tenant's role has neither SUPERUSER nor BYPASSRLS, is no member of a role that has, nor of a bypass role, nor of a table's owner. Other roles with
BYPASSRLS that reach a tenant table are in the matrix. Views over tenant tables have security_invoker where somebody may read
them and their owner goes around row level security; nobody held to its rows reads a materialized view of them. A partition or inheritance
child that can be named itself has row level security of its own, and so has the parent of a tenant table. No tenant's role may
TRUNCATE a tenant table.

Not looked into: what functions with SECURITY DEFINER show by themselves, and privileges on single columns.",
    report: "rls-coverage.json",
    run,
};

#[allow(clippy::unnecessary_wraps)] // all checks are called alike
fn run(facts: &Facts<'_>) -> Result<Vec<Finding>, String> {
    Ok(rls_coverage::findings(facts))
}
