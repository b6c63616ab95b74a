//! DRIFT-03 beside the mutations of the reference database: names, partitions, domains, the registry.

use super::{contract, findings, findings_of, matrix, table};
use serde_json::{Value, json};
use tests::{Cluster, Database, Folder};

/// A database in which column `doc` of each of these tables is bound to `case_metadata`, and validated.
fn bound(tables: &[&str], sql: &str) -> Database {
    let mut database = Database::new();
    database.execute_all(sql);
    for table in tables {
        database.execute_all(&format!(
            "SELECT contract.bind('{table}', 'doc', 'case_metadata'); SELECT contract.validate_binding('{table}', 'doc')"
        ));
    }
    database
}

fn of_cases(tables: &[&str]) -> String {
    let rows: Vec<Value> = tables
        .iter()
        .map(|name| table("public", name, &[("doc", "case_metadata")]))
        .collect();
    matrix(&json!(rows), &json!([contract("case_metadata", &[])]))
}

#[test]
fn names_that_need_quotes() {
    let long = "x".repeat(63);
    let mut database = Database::new();
    database.execute_all(&format!(
        r#"CREATE SCHEMA "My ""schema"; CREATE TABLE "My ""schema"."order's" ("select" jsonb, "größe Ä" jsonb);
           CREATE TABLE {long} ({long} jsonb)"#
    ));
    let columns = [("select", "case_metadata"), ("größe Ä", "session_data")];
    let rows = json!([
        table("My \"schema", "order's", &columns),
        table("public", &long, &[(&long, "case_metadata")]),
    ]);
    let types = json!([
        contract("case_metadata", &[]),
        contract("session_data", &[])
    ]);
    let matrix = matrix(&rows, &types);
    assert_eq!(
        findings(&database, "DRIFT-03", &matrix),
        [
            "contract-check-missing My \"schema.order's.größe Ä: has neither a CHECK of the contract nor a guard".to_owned(),
            "contract-check-missing My \"schema.order's.select: has neither a CHECK of the contract nor a guard".to_owned(),
            format!("contract-check-missing public.{long}.{long}: has neither a CHECK of the contract nor a guard"),
        ]
    );
    database.execute_all(&format!(
        r#"SELECT contract.bind('"My ""schema"."order''s"', c, t), contract.validate_binding('"My ""schema"."order''s"', c)
           FROM (VALUES ('select', 'case_metadata'), ('größe Ä', 'session_data')) AS v (c, t);
           SELECT contract.bind('{long}', '{long}', 'case_metadata'), contract.validate_binding('{long}', '{long}')"#
    ));
    assert_eq!(findings(&database, "DRIFT-03", &matrix), [""; 0]);
}

#[test]
fn what_is_wrong_with_a_table_is_not_told_of_its_partitions_again() {
    let mut database = bound(
        &["p"],
        "CREATE TABLE p (id int, doc jsonb) PARTITION BY RANGE (id);
         CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);
         CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (10) TO (20) PARTITION BY RANGE (id);
         CREATE TABLE p21 PARTITION OF p2 FOR VALUES FROM (10) TO (20)",
    );
    let matrix = of_cases(&["p"]);
    assert_eq!(findings(&database, "DRIFT-03", &matrix), [""; 0]);
    database.execute_all(r#"ALTER TABLE p21 DISABLE TRIGGER "~contract_guard_doc""#);
    assert_eq!(
        findings(&database, "DRIFT-03", &matrix),
        [r#"contract-guard-disabled public.p21.doc: guard "~contract_guard_doc" is not enabled"#]
    );
    database.execute_all(
        r#"ALTER TABLE p21 ENABLE TRIGGER "~contract_guard_doc"; ALTER TABLE p DROP CONSTRAINT p_doc_contract"#,
    );
    assert_eq!(
        findings(&database, "DRIFT-03", &matrix),
        ["contract-check-missing public.p.doc: has no CHECK of the contract"]
    );
    database.execute_all("ALTER TABLE p ADD extra jsonb; SELECT contract.unbind('p', 'doc')");
    assert_eq!(
        findings(&database, "DRIFT-03", &matrix),
        [
            "contract-check-missing public.p.doc: has neither a CHECK of the contract nor a guard",
            "jsonb-column-unregistered public.p.extra: has no contract, and no row of the matrix lists it",
        ]
    );
}

#[test]
fn a_child_that_inherits_has_a_guard_of_its_own() {
    let mut database = bound(
        &["t"],
        "CREATE TABLE t (doc jsonb); CREATE TABLE child () INHERITS (t)",
    );
    let matrix = of_cases(&["t"]);
    assert_eq!(
        findings(&database, "DRIFT-03", &matrix),
        ["contract-guard-missing public.child.doc: has no guard: versions may go down"]
    );
    database.execute_all("SELECT contract.bind('child', 'doc', 'case_metadata')");
    assert_eq!(findings(&database, "DRIFT-03", &matrix), [""; 0]);
}

#[test]
fn a_check_of_the_domain_is_a_check_of_the_column() {
    let mut database = Database::new();
    database.execute_all(
        "CREATE DOMAIN document AS jsonb; CREATE DOMAIN cased AS document;
         ALTER DOMAIN document ADD CONSTRAINT cases CHECK (contract.check('case_metadata', VALUE)) NOT VALID;
         CREATE TABLE t (doc cased);
         CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON t FOR EACH ROW
             EXECUTE FUNCTION contract.guard('doc', 'case_metadata', '1')",
    );
    let matrix = of_cases(&["t"]);
    assert_eq!(
        findings(&database, "DRIFT-03", &matrix),
        ["contract-check-not-valid public.t.doc: CHECK cases is NOT VALID"]
    );
    database.execute_all("ALTER DOMAIN document VALIDATE CONSTRAINT cases");
    assert_eq!(findings(&database, "DRIFT-03", &matrix), [""; 0]);
}

#[test]
fn the_matrix_is_compared_with_the_registry() {
    let mut database = bound(&["t"], "CREATE TABLE t (doc jsonb, other jsonb, body text)");
    database.execute_all("CREATE VIEW v AS SELECT doc FROM t");
    let mut case = contract("case_metadata", &[]);
    case["canonical_contract_id"] = json!("CONTRACT-OTHER");
    case["max_version"] = json!(3);
    case["write_floor"] = json!(2);
    let rows = json!([
        table(
            "public",
            "t",
            &[
                ("doc", "case_metadata"),
                ("other", "nobody_knows"),
                ("gone", "session_data"),
                ("body", "session_data")
            ]
        ),
        table("public", "v", &[("doc", "case_metadata")]),
        table(
            "public",
            "no_table",
            &[("a", "session_data"), ("b", "session_data")]
        ),
    ]);
    assert_eq!(
        findings(&database, "DRIFT-03", &matrix(&rows, &json!([case]))),
        [
            "contract-id-differs case_metadata: the matrix has the id CONTRACT-OTHER",
            "contract-versions-differ case_metadata: the matrix has versions 1 to 3",
            "contract-type-unknown nobody_knows: is in the matrix, and neither built in nor registered in the database",
            "contract-type-not-in-matrix session_data: is named for a column, and has no row in section B",
            "registered-table-missing public.no_table: is not in the database; the matrix lists its jsonb columns a, b",
            "registered-column-missing public.t.body: is in the matrix, and is of type text",
            r#"contract-guard-floor public.t.doc: guard "~contract_guard_doc" has write floor 1"#,
            "registered-column-missing public.t.gone: is in the matrix, and not in the database",
            "registered-column-missing public.v.doc: is in the matrix, and belongs to no table",
        ]
    );
}

#[test]
fn where_the_matrix_wants_no_check_registration_is_enough() {
    let mut database = Database::new();
    database.execute_all("CREATE TABLE t (doc jsonb)");
    let mut free = contract("case_metadata", &[]);
    free["check_constraint"] = json!(false);
    let rows = json!([table("public", "t", &[("doc", "case_metadata")])]);
    let matrix = matrix(&rows, &json!([free]));
    assert_eq!(findings(&database, "DRIFT-03", &matrix), [""; 0]);
    database
        .execute_all("ALTER TABLE t ADD CONSTRAINT c CHECK (contract.check('session_data', doc))");
    assert_eq!(
        findings(&database, "DRIFT-03", &matrix),
        [
            "contract-check-of-another-type public.t.doc: CHECK c enforces contract type session_data"
        ]
    );
}

#[test]
fn without_the_extension_there_is_one_finding() {
    let mut database = bound(
        &["t", "u"],
        "CREATE TABLE t (doc jsonb); CREATE TABLE u (doc jsonb)",
    );
    database.execute_all("DROP EXTENSION jsonb_contract CASCADE");
    assert_eq!(
        findings(&database, "DRIFT-03", &of_cases(&["t", "u"])),
        [
            "contract-extension-missing jsonb_contract: is not in the database, so that no contract is enforced"
        ]
    );
}

#[test]
fn a_constraint_that_is_not_enforced_counts_for_nothing() {
    let database = bound(&["t"], "CREATE TABLE t (doc jsonb)");
    let variables = Cluster::shared().variables("postgres", database.name());
    let (code, snapshot, stderr) = Folder::new().run(&variables, &["snapshot"]);
    assert_eq!(code, 0, "{stderr}");
    assert_eq!(
        findings_of(&snapshot, "DRIFT-03", &of_cases(&["t"])),
        [""; 0]
    );
    // Postgres 18 has such constraints.
    let changed = snapshot.replace("\"enforced\": true", "\"enforced\": false");
    assert_ne!(changed, snapshot);
    assert_eq!(
        findings_of(&changed, "DRIFT-03", &of_cases(&["t"])),
        ["contract-check-not-enforced public.t.doc: CHECK t_doc_contract is NOT ENFORCED"]
    );
}
