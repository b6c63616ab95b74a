//! DRIFT-01: what migrations make against what a database has; where the migrations are run, and what is left of it.

mod changes;
mod replay;

use serde_json::Value;
use std::sync::LazyLock;
use tests::{Cluster, Database, Folder, Run, Variables};

/// A schema with everything that can differ.
const BASE: &str = r#"
CREATE SCHEMA app;
CREATE TYPE app.priority AS ENUM ('low', 'high');
CREATE DOMAIN app.email AS text CONSTRAINT has_at CHECK (VALUE LIKE '%@%');
CREATE FUNCTION app.tenant() RETURNS text LANGUAGE sql STABLE RETURN current_setting('app.tenant', true);
CREATE FUNCTION app.touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END $$;
CREATE TABLE app.tenants (id text PRIMARY KEY, name text NOT NULL, "Größe" integer DEFAULT 1);
CREATE TABLE app.cases (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    number serial,
    tenant_id text NOT NULL REFERENCES app.tenants (id),
    title varchar(40) DEFAULT 'none',
    status text NOT NULL DEFAULT 'open',
    priority app.priority,
    weight integer,
    half numeric GENERATED ALWAYS AS (weight / 2.0) STORED,
    doc jsonb,
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT cases_status CHECK (status IN ('open', 'closed') AND title <> ''),
    CONSTRAINT cases_weight CHECK (weight BETWEEN 0 AND 100),
    CONSTRAINT cases_number_key UNIQUE (tenant_id, number)
);
CREATE INDEX cases_tenant ON app.cases (tenant_id);
CREATE INDEX cases_open ON app.cases (tenant_id, updated_at) WHERE status = 'open' AND weight > 0;
CREATE INDEX cases_doc ON app.cases ((doc ->> 'kind'));
CREATE TRIGGER touch BEFORE UPDATE ON app.cases FOR EACH ROW
    WHEN (OLD.status IS DISTINCT FROM NEW.status AND OLD.weight = NEW.weight) EXECUTE FUNCTION app.touch();
CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON app.cases FOR EACH ROW
    EXECUTE FUNCTION contract.guard('doc', 'case_metadata', '1');
ALTER TABLE app.cases ENABLE ROW LEVEL SECURITY;
ALTER TABLE app.cases FORCE ROW LEVEL SECURITY;
CREATE POLICY isolation ON app.cases TO drift_app
    USING (tenant_id = app.tenant() AND EXISTS (SELECT 1 FROM app.tenants AS t WHERE t.id = tenant_id))
    WITH CHECK (tenant_id = app.tenant() AND status <> 'x');
CREATE POLICY reading ON app.cases FOR SELECT TO drift_reader USING (weight > 1 OR status = 'open');
CREATE VIEW app.open_cases WITH (security_invoker = true) AS SELECT id, doc FROM app.cases WHERE status = 'open';
GRANT SELECT, INSERT ON app.cases TO drift_app;
CREATE TABLE app.notes (id bigint PRIMARY KEY, case_id bigint REFERENCES app.cases (id), body text);
CREATE RULE kept AS ON DELETE TO app.notes WHERE OLD.id < 0 DO INSTEAD NOTHING;
CREATE TABLE app.events (id bigint, at date NOT NULL, body text CHECK (body <> ''), PRIMARY KEY (id, at))
    PARTITION BY RANGE (at);
CREATE INDEX events_body ON app.events (body);
CREATE TABLE app.events_1 PARTITION OF app.events FOR VALUES FROM ('2025-01-01') TO ('2025-02-01');
"#;

const ROLES: &str = "DO $$ BEGIN
    CREATE ROLE drift_app; CREATE ROLE drift_reader;
EXCEPTION WHEN duplicate_object OR unique_violation THEN END $$";

/// The matrix allows columns of `app.cases` that begin with `ext_`.
const MATRIX: &str = r#"{
    "version": null, "owner": null, "contracts": [], "promotions": [], "row_security": [], "bypass_roles": [],
    "deprecations": [], "checks": [{
        "line": 1, "id": "DRIFT-01", "validates": null, "input": null, "artifact": null, "severity": null,
        "owner": "platform", "eta": "7 days", "risk": "high", "implemented": true
    }], "tables": [{
        "line": 1, "table": {"schema": "app", "name": "cases"}, "purpose": null, "semantic_role": null,
        "tenant_scope": null, "derived_scope_proof": null, "rls_required": null, "core_columns": [],
        "immutable_columns": [], "extra_columns": ["ext_*"], "jsonb_columns": [], "contract_types": [],
        "rls_policy": null, "index_requirements": null, "index_justification": null, "promotion_candidates": null,
        "owner": "platform", "adapter_owner": null, "validator_owner": null, "test_coverage": null,
        "compliance_level": null, "status": null
    }]
}"#;

/// A database with the base schema, for others to be made from.
fn template() -> &'static str {
    static TEMPLATE: LazyLock<String> = LazyLock::new(|| {
        let mut database = Database::new();
        database.execute_all(ROLES);
        database.execute_all(BASE);
        let mut maintenance = Cluster::shared().connect("postgres", "postgres");
        let name = database.name().to_owned();
        drop(database.connect_as("postgres"));
        maintenance
            .batch_execute(&format!(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{name}';"
            ))
            .expect("nobody is connected");
        maintenance
            .batch_execute(&format!("CREATE DATABASE drift_base TEMPLATE {name}"))
            .expect("a copy");
        "drift_base".to_owned()
    });
    &TEMPLATE
}

fn changed(change: &str) -> Database {
    let mut database = Database::bare(&format!("TEMPLATE {}", template()));
    database.execute_all(change);
    database
}

fn variables(database: &Database) -> Variables {
    Cluster::shared().variables("postgres", database.name())
}

/// A folder with the matrix and what the base makes.
fn folder() -> &'static Folder {
    static FOLDER: LazyLock<Folder> = LazyLock::new(|| {
        let folder = Folder::new();
        folder.write("matrix.json", MATRIX);
        let variables = Cluster::shared().variables("postgres", template());
        let run = folder.run(&variables, &["snapshot", "-o", "base.json"]);
        assert_eq!(run, (0, String::new(), String::new()));
        folder
    });
    &FOLDER
}

#[track_caller]
fn drift(folder: &Folder, database: &Database, arguments: &[&str]) -> Run {
    let check = [
        "drift",
        "--matrix",
        "matrix.json",
        "--check",
        "DRIFT-01",
        "--no-reports",
    ];
    folder.run(&variables(database), &[&check, arguments].concat())
}

/// What is found: rule and object of each finding, with what is there.
#[track_caller]
fn found(change: &str) -> Vec<String> {
    let database = changed(change);
    let (code, report, errors) = drift(
        folder(),
        &database,
        &["--migrated", "base.json", "--format", "json"],
    );
    let report: Value =
        serde_json::from_str(&report).unwrap_or_else(|_| panic!("{change}: {report}{errors}"));
    let mut texts = Vec::new();
    collect(&report, &mut texts);
    assert_eq!(code, i32::from(!texts.is_empty()), "{change}: {errors}");
    texts
}

/// The findings of a report, wherever they are in it.
fn collect(value: &Value, texts: &mut Vec<String>) {
    match value {
        Value::Array(elements) => elements.iter().for_each(|element| collect(element, texts)),
        Value::Object(members) => match (members.get("rule"), members.get("object")) {
            (Some(Value::String(rule)), Some(object)) => {
                let is = members["is"].as_str().unwrap_or_default();
                let part = |name: &str| object[name].as_str().unwrap_or_default().to_owned();
                let table = object["table"]["name"].as_str().unwrap_or_default();
                let named = [part("kind"), part("name"), table.to_owned()].join(" ");
                texts.push(format!("{rule}: {named}: {is}"));
            }
            _ => members.values().for_each(|member| collect(member, texts)),
        },
        _ => {}
    }
}

#[track_caller]
fn assert_found(changes: &[(&str, &[&str])]) {
    for (change, expected) in changes {
        assert_eq!(found(change), *expected, "{change}");
    }
}

#[test]
fn relations_and_what_is_beside_them() {
    assert_found(changes::RELATIONS_AND_WHAT_IS_BESIDE_THEM);
}

#[test]
fn columns() {
    assert_found(changes::COLUMNS);
}

#[test]
fn constraints_and_indexes() {
    assert_found(changes::CONSTRAINTS_AND_INDEXES);
}

#[test]
fn row_level_security_triggers_and_grants() {
    assert_found(changes::ROW_LEVEL_SECURITY_TRIGGERS_AND_GRANTS);
}

#[test]
fn what_is_no_drift() {
    for change in changes::HARMLESS {
        assert_eq!(found(change), [""; 0], "{change}");
    }
}
