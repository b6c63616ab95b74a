//! What enforces a contract, and what only looks like it.

use super::{
    check_constraint::{Enforced, enforced_by},
    contracts::Contracts,
    domains::Domains,
};
use crate::catalog::{
    Catalog, Column, Extension, Function, Jsonb, QualifiedName, RegisteredType, Type,
};
use contract_core::{Registry, definition::Definition};

/// A database with the extension and the registered contract type `ships`.
fn catalog() -> Catalog {
    let mut manifest = Registry::builtin()
        .get("session_data")
        .expect("a built-in contract type")
        .manifest()
        .clone();
    manifest.contract_type = "ships".to_owned();
    let text = manifest.to_text();
    Catalog {
        format: Catalog::FORMAT,
        schema_grants: Vec::new(),
        replaced_functions: Vec::new(),
        server_version: 15,
        schemas: Vec::new(),
        extensions: vec![Extension {
            name: "jsonb_contract".to_owned(),
            version: "0.1.0".to_owned(),
            schema: "contract".to_owned(),
        }],
        roles: Vec::new(),
        relations: Vec::new(),
        types: Vec::new(),
        functions: vec![silent_sibling("ships", "contract.conforms")],
        contract_types: vec![RegisteredType {
            name: QualifiedName::new("contracts", "ships"),
            body: Definition::new(manifest, text, Vec::new()).to_string(),
        }],
    }
}

fn silent_sibling(contract_type: &str, called: &str) -> Function {
    function(
        "contracts",
        &format!("{contract_type}_is_valid"),
        &format!(
            "RETURN {called}(('contracts.{contract_type}(jsonb)'::regprocedure)::oid, document)"
        ),
    )
}

fn function(schema: &str, name: &str, body: &str) -> Function {
    Function {
        name: QualifiedName::new(schema, name),
        arguments: "document jsonb".to_owned(),
        language: "sql".to_owned(),
        returns_trigger: false,
        body: String::new(),
        definition: format!(
            "CREATE OR REPLACE FUNCTION {schema}.\"{name}\"(document jsonb)\n RETURNS boolean\n LANGUAGE sql\n \
             IMMUTABLE PARALLEL SAFE STRICT COST 1\n{body}\n"
        ),
        owner: "postgres".to_owned(),
    }
}

/// What a CHECK enforces, as `column: contract type`.
#[track_caller]
fn enforced(catalog: &Catalog, condition: &str) -> Vec<String> {
    let read = enforced_by(&format!("CHECK ({condition})"), &Contracts::of(catalog));
    let read = read.unwrap_or_else(|error| panic!("{condition}: {error}"));
    let words = |one: Enforced| format!("{}: {}", one.column, one.contract_type);
    read.columns.into_iter().map(words).collect()
}

#[test]
fn a_check_that_no_invalid_document_passes_counts() {
    let catalog = catalog();
    for (condition, expected) in [
        (
            r#"contract."check"('case_metadata'::text, doc)"#,
            "doc: case_metadata",
        ),
        (
            "contract.is_valid('case_metadata'::text, doc)",
            "doc: case_metadata",
        ),
        (
            "contract.is_writable('case_metadata'::text, doc, 2)",
            "doc: case_metadata",
        ),
        (
            "contract.is_valid('nobody_knows'::text, doc)",
            "doc: nobody_knows",
        ),
        (
            r#"contract."check"(document => doc, contract_type => 'case_metadata'::text)"#,
            "doc: case_metadata",
        ),
        (
            "contract.is_writable('case_metadata'::text, floor => 2, document => doc)",
            "doc: case_metadata",
        ),
        ("contracts.ships(document => doc)", "doc: ships"),
        ("contracts.ships(doc)", "doc: ships"),
        ("contracts.ships_is_valid(doc)", "doc: ships"),
        ("contracts.ships((doc)::jsonb)", "doc: ships"),
        ("contracts.ships((doc)::pg_catalog.jsonb)", "doc: ships"),
        ("contracts.ships(\"Doc \"\" ü\")", "Doc \" ü: ships"),
        ("(contracts.ships(doc) AND (n > 0))", "doc: ships"),
        (
            "((n > 0) AND contracts.ships(doc) AND (n < 9))",
            "doc: ships",
        ),
        (
            "((n > 0) AND ((n < 9) AND contracts.ships(doc)))",
            "doc: ships",
        ),
        ("((doc IS NULL) OR contracts.ships(doc))", "doc: ships"),
        ("(contracts.ships(doc) OR (doc IS NULL))", "doc: ships"),
        (
            "((doc IS NULL) OR (contracts.ships(doc) AND (n > 0)))",
            "doc: ships",
        ),
        ("(contracts.ships(doc) IS TRUE)", "doc: ships"),
        ("(contracts.ships(doc) IS NOT FALSE)", "doc: ships"),
    ] {
        assert_eq!(enforced(&catalog, condition), [expected], "{condition}");
    }
    let both = "(contracts.ships(a) AND contracts.ships(b))";
    assert_eq!(enforced(&catalog, both), ["a: ships", "b: ships"]);
}

#[test]
fn a_check_that_an_invalid_document_can_pass_does_not_count() {
    let catalog = catalog();
    for condition in [
        "true",
        "(contracts.ships(doc) OR true)",
        "(contracts.ships(doc) OR (n > 0))",
        "(contracts.ships(doc) OR (n IS NULL))",
        "(contracts.ships(doc) OR (doc IS NOT NULL))",
        "(NOT contracts.ships_is_valid(doc))",
        "(contracts.ships_is_valid(doc) IS NOT NULL)",
        "(contracts.ships_is_valid(doc) IS NOT TRUE)",
        "(contracts.ships_is_valid(doc) IS FALSE)",
        "(contracts.ships_is_valid(doc) = n)",
        "COALESCE(contracts.ships_is_valid(doc), true)",
        "CASE WHEN (n > 0) THEN contracts.ships(doc) ELSE true END",
        "contracts.ships((doc -> 'part'::text))",
        "contracts.ships((doc)::text)",
        "contracts.ships(('{}'::text)::jsonb)",
        "contracts.ships(t.doc)",
        "contract.is_valid(kind, doc)",
        "contract.is_valid(NULL::text, doc)",
        "contract.is_writable('case_metadata'::text, doc, n)",
        "contract.is_writable('case_metadata'::text, doc, NULL::integer)",
        "contract.is_valid('case_metadata'::text)",
        "contract.schema_version(doc) > 0",
        "public.is_valid('case_metadata'::text, doc)",
        "is_valid('case_metadata'::text, doc)",
        "contracts.unknown(doc)",
        "contracts.case_metadata(doc)",
    ] {
        assert_eq!(enforced(&catalog, condition), [""; 0], "{condition}");
    }
}

#[test]
fn functions_count_where_they_are_those_of_the_extension() {
    let check = "contract.is_valid('case_metadata'::text, doc)";
    let mut without = catalog();
    without.extensions.clear();
    assert_eq!(enforced(&without, check), [""; 0]);
    assert_eq!(enforced(&without, "contracts.ships(doc)"), [""; 0]);

    let mut elsewhere = catalog();
    elsewhere.extensions[0].schema = "public".to_owned();
    assert_eq!(enforced(&elsewhere, check), [""; 0]);

    let mut overloaded = catalog();
    overloaded
        .functions
        .push(function("contract", "is_valid", "RETURN true"));
    overloaded
        .functions
        .push(function("contracts", "ships", "RETURN true"));
    assert_eq!(enforced(&overloaded, check), [""; 0]);
    assert_eq!(enforced(&overloaded, "contracts.ships(doc)"), [""; 0]);
    assert_eq!(
        enforced(&overloaded, "contracts.ships_is_valid(doc)"),
        ["doc: ships"]
    );

    for (sibling, counts) in [
        (silent_sibling("ships", "contract.conforms_aliased"), true),
        (silent_sibling("ships", "public.conforms"), false),
        (
            function("contracts", "ships_is_valid", "RETURN true"),
            false,
        ),
        (
            function(
                "contracts",
                "ships_is_valid",
                "AS $function$SELECT true$function$",
            ),
            false,
        ),
    ] {
        let mut catalog = catalog();
        catalog.functions = vec![sibling.clone()];
        let found = enforced(&catalog, "contracts.ships_is_valid(doc)");
        assert_eq!(!found.is_empty(), counts, "{}", sibling.definition);
    }

    let mut renamed = catalog();
    renamed.contract_types[0].name.name = "boats".to_owned();
    assert_eq!(enforced(&renamed, "contracts.boats(doc)"), [""; 0]);
    assert_eq!(enforced(&renamed, "contracts.ships(doc)"), [""; 0]);
}

#[test]
fn what_is_no_check_is_an_error() {
    let contracts = catalog();
    let contracts = Contracts::of(&contracts);
    for definition in [
        "",
        "CHECK (",
        "UNIQUE (a)",
        "CHECK (true), ADD CHECK (true)",
        "CHECK (true); DROP TABLE t",
    ] {
        assert!(enforced_by(definition, &contracts).is_err(), "{definition}");
    }
}

/// The CHECKs of a column of a type, as `name contract_type validated`.
fn of_domain(types: &[(&str, &str)], data_type: &str) -> Vec<String> {
    let mut catalog = catalog();
    catalog.types = types
        .iter()
        .map(|(name, definition)| Type {
            name: QualifiedName::new("public", *name),
            definition: (*definition).to_owned(),
        })
        .collect();
    let domains = Domains::of(&catalog, &Contracts::of(&catalog)).expect("definitions");
    let column = Column {
        name: "doc".to_owned(),
        data_type: data_type.to_owned(),
        jsonb: Some(Jsonb::Domain),
        not_null: false,
        default: None,
        generated: false,
        identity: None,
        collation: None,
        inherited: false,
    };
    let words = |check: &super::Check| {
        format!("{} {} {}", check.name, check.contract_type, check.validated)
    };
    domains.checks_of(&column).iter().map(words).collect()
}

#[test]
fn the_checks_of_a_domain_hold_for_its_columns() {
    let ships = "DOMAIN jsonb DEFAULT '{\"CONSTRAINT\": 1}'::jsonb NOT NULL CONSTRAINT \"a b\" CHECK (contracts.ships(VALUE)) \
                 CONSTRAINT c CHECK ((contract.is_valid('case_metadata'::text, VALUE) OR true)) \
                 CONSTRAINT d CHECK (contract.is_valid('case_metadata'::text, VALUE)) NOT VALID";
    let types = [
        (
            "over ships",
            "DOMAIN public.ships CONSTRAINT size CHECK ((VALUE <> '{}'::jsonb))",
        ),
        ("ships", ships),
    ];
    let expected = ["a b ships true", "d case_metadata false"];
    assert_eq!(of_domain(&types, "public.ships"), expected);
    assert_eq!(of_domain(&types, "public.\"over ships\""), expected);
    assert_eq!(of_domain(&types, "public.other"), [""; 0]);
    let around = [("a", "DOMAIN public.b"), ("b", "DOMAIN public.a")];
    assert_eq!(of_domain(&around, "public.a"), [""; 0]);
}
