//! One verdict: a helper that asks every entry point, and demands the same verdict and the same
//! violations from Rust and from SQL.

use crate::{generate, near_miss::near_misses};
use contract_core::{Registry, Values, Violations};
use postgres::Client;
use serde_json::Value;
use std::cell::{Cell, RefCell};
use tests::{Database, failure};

type Row = (String, String, String, String);

/// Asks `is_valid`, `check` and `errors` of Rust and of SQL; returns the verdict that all gave.
#[track_caller]
fn ask_all(client: &mut Client, contract_type: &str, document: &Value) -> Option<Violations> {
    let contract = Registry::builtin()
        .get(contract_type)
        .expect("a built-in contract type");
    let in_rust = contract
        .validator()
        .validate(document, Values::Masked)
        .err();
    assert_eq!(contract.is_valid(document), in_rust.is_none(), "{document}");

    let text = document.to_string();
    let parameters: [&(dyn postgres::types::ToSql + Sync); 2] = [&contract_type, &text];
    let is_valid: bool = client
        .query_one("SELECT contract.is_valid($1, $2::text::jsonb)", &parameters)
        .expect("a verdict")
        .get(0);
    assert_eq!(is_valid, in_rust.is_none(), "{document}");

    let rows: Vec<Row> = client
        .query(
            "SELECT * FROM contract.errors($1, $2::text::jsonb)",
            &parameters,
        )
        .expect("violations")
        .iter()
        .map(|row| (row.get(0), row.get(1), row.get(2), row.get(3)))
        .collect();
    let expected: Vec<Row> = in_rust
        .iter()
        .flatten()
        .map(|violation| {
            (
                violation.instance_path().to_owned(),
                violation.schema_path().to_owned(),
                violation.keyword().to_owned(),
                violation.message().to_owned(),
            )
        })
        .collect();
    assert_eq!(rows, expected, "{document}");

    match client.query_one("SELECT contract.check($1, $2::text::jsonb)", &parameters) {
        Ok(row) => assert!(row.get::<_, bool>(0) && in_rust.is_none(), "{document}"),
        Err(error) => {
            let failure = failure(&error);
            assert_eq!(failure.code, "23514", "{failure}");
            let violations = in_rust.as_ref().expect("Rust refuses it too");
            assert_eq!(failure.detail, violations.to_string());
        }
    }
    in_rust
}

#[test]
fn valid_documents_of_every_version_pass_everywhere() {
    let database = RefCell::new(Database::new());
    for contract in Registry::builtin().iter() {
        for (_, schema) in contract.versions() {
            generate::for_all(24, &generate::document(schema), |document| {
                let violations = ask_all(&mut database.borrow_mut(), contract.name(), &document);
                assert_eq!(violations, None, "{document}");
            });
        }
    }
}

#[test]
fn documents_broken_in_one_place_are_refused_everywhere() {
    let database = RefCell::new(Database::new());
    for contract in Registry::builtin().iter() {
        for (_, schema) in contract.versions() {
            let broken = (generate::document(schema), generate::breakage(schema));
            generate::for_all(48, &broken, |(document, breakage)| {
                let document = generate::break_document(document, &breakage);
                let violations = ask_all(&mut database.borrow_mut(), contract.name(), &document);
                assert!(violations.is_some(), "{document}");
            });
        }
    }
}

/// Stored in rows, as most documents are: a short one has another header there and lies anywhere.
#[test]
fn near_misses_of_every_version_get_one_verdict_from_rows() {
    let database = RefCell::new(Database::new());
    database
        .borrow_mut()
        .batch_execute("CREATE TABLE near_misses (n bigint, document jsonb)")
        .expect("a table");
    for contract in Registry::builtin().iter() {
        let name = contract.name();
        let ask = format!(
            "SELECT contract.is_valid('{name}', document), NOT EXISTS (SELECT FROM contract.errors('{name}', document))
             FROM near_misses ORDER BY n"
        );
        for (version, schema) in contract.versions() {
            let accepted = Cell::new(0);
            generate::for_all(4, &generate::document(schema), |document| {
                let mut documents = near_misses(&document);
                documents.push(document);
                let texts: Vec<String> = documents.iter().map(Value::to_string).collect();
                let mut client = database.borrow_mut();
                client
                    .batch_execute("TRUNCATE near_misses")
                    .expect("an empty table");
                client
                    .execute(
                        "INSERT INTO near_misses SELECT n, document::jsonb
                         FROM unnest($1::text[]) WITH ORDINALITY AS near (document, n)",
                        &[&texts],
                    )
                    .expect("rows");
                let in_sql = client.query(&ask, &[]).expect("verdicts");
                assert_eq!(in_sql.len(), documents.len());
                for (row, document) in in_sql.iter().zip(&documents) {
                    let expected = contract.is_valid(document);
                    let found: (bool, bool) = (row.get(0), row.get(1));
                    assert_eq!(found, (expected, expected), "{name} {version} {document}");
                    accepted.set(accepted.get() + u32::from(expected));
                }
            });
            assert!(accepted.get() >= 4, "{name} {version}");
        }
    }
}

#[test]
fn any_value_gets_one_verdict() {
    let database = RefCell::new(Database::new());
    generate::for_all(256, &generate::json(), |document| {
        let violations = ask_all(&mut database.borrow_mut(), "case_metadata", &document);
        assert!(violations.is_some(), "no generated value has an envelope");
    });
}

#[test]
fn generated_schemas_give_one_verdict() {
    use contract_core::{SchemaValidator, json::SerdeJson};
    let database = RefCell::new(Database::new());
    let pairs = (generate::schema_document(), generate::small_json());
    generate::for_all(1024, &pairs, |(schema, document)| {
        let validator = SchemaValidator::<SerdeJson>::compile(&schema).expect("a schema");
        let in_rust: Vec<String> = validator
            .validate(&document, Values::Masked)
            .err()
            .into_iter()
            .flatten()
            .map(|violation| format!("{} {}", violation.instance_path(), violation.keyword()))
            .collect();
        let (schema, text) = (schema.to_string(), document.to_string());
        let mut client = database.borrow_mut();
        let matches: bool = client
            .query_one(
                "SELECT contract.matches_schema($1::text::jsonb, $2::text::jsonb)",
                &[&schema, &text],
            )
            .expect("a verdict")
            .get(0);
        assert_eq!(matches, in_rust.is_empty(), "{schema} {text}");
        let in_sql: Vec<String> = client
            .query(
                "SELECT instance_path || ' ' || keyword
                 FROM contract.schema_errors($1::text::jsonb, $2::text::jsonb)",
                &[&schema, &text],
            )
            .expect("violations")
            .iter()
            .map(|row| row.get(0))
            .collect();
        assert_eq!(in_sql, in_rust, "{schema} {text}");
    });
}
