//! DRIFT-04 beside the mutations of the reference database: names, partitions, keys of documents.

use super::{contract, findings, matrix, table};
use serde_json::{Value, json};
use tests::Database;

fn without_rows() -> String {
    matrix(&json!([]), &json!([]))
}

#[test]
fn foreign_keys_of_several_columns_and_hostile_names() {
    let mut database = Database::bare("");
    database.execute_all(
        r#"CREATE SCHEMA "S ""1"; CREATE TABLE "S ""1"."to" (a int, b int, PRIMARY KEY (a, b));
           CREATE TABLE "S ""1"."from" ("A, ü" int, b int, z int,
               CONSTRAINT "key's" FOREIGN KEY ("A, ü", b) REFERENCES "S ""1"."to");
           CREATE INDEX "half" ON "S ""1"."from" (b) INCLUDE ("A, ü")"#,
    );
    let found = |database: &Database| findings(database, "DRIFT-04", &without_rows());
    let object = "foreign-key-without-index S \"1.from.key's: no index serves (\"A, ü\", b)";
    assert_eq!(
        found(&database),
        [format!("{object}; index half has \"A, ü\" in INCLUDE only")]
    );
    database.execute_all(r#"CREATE INDEX "be""hind" ON "S ""1"."from" (b, z, "A, ü")"#);
    assert_eq!(
        found(&database),
        [format!(
            "{object}; index \"be\"\"hind\" has the key behind z"
        )]
    );
    database
        .execute_all(r#"CREATE INDEX ON "S ""1"."from" (b, "A, ü", z) WHERE "A, ü" IS NOT NULL"#);
    assert_eq!(found(&database), [""; 0]);
}

#[test]
fn a_partitioned_table_has_the_index_itself() {
    let mut database = Database::bare("");
    database.execute_all(
        "CREATE TABLE parent (id int PRIMARY KEY);
         CREATE TABLE p (id int, parent_id int REFERENCES parent) PARTITION BY RANGE (id);
         CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);
         CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (10) TO (20);
         CREATE INDEX ON ONLY p (parent_id)",
    );
    let found = |database: &Database| findings(database, "DRIFT-04", &without_rows());
    assert_eq!(
        found(&database),
        [
            "foreign-key-without-index public.p.p_parent_id_fkey: no index serves (parent_id); index p_parent_id_idx is not valid"
        ]
    );
    database.execute_all(
        "CREATE INDEX a ON p1 (parent_id); CREATE INDEX b ON p2 (parent_id);
         ALTER INDEX p_parent_id_idx ATTACH PARTITION a; ALTER INDEX p_parent_id_idx ATTACH PARTITION b",
    );
    assert_eq!(found(&database), [""; 0]);
}

#[test]
fn the_tenant_scope_has_an_index() {
    let mut database = Database::bare("");
    database.execute_all("CREATE TABLE t (tenant_id text, case_id text, id int PRIMARY KEY)");
    let scoped = |scope: Value| {
        let mut row = table("public", "t", &[]);
        row["tenant_scope"] = scope;
        matrix(&json!([row]), &json!([]))
    };
    for (scope, column) in [
        (json!({"direct": "tenant_id"}), "tenant_id"),
        (
            json!({"derived": [["case_id"], ["client_id", "vendor_id"]]}),
            "case_id",
        ),
    ] {
        assert_eq!(
            findings(&database, "DRIFT-04", &scoped(scope)),
            [format!(
                "tenant-scope-without-index public.t.{column}: no index serves the tenant scope"
            )]
        );
    }
    for scope in [
        json!("global"),
        json!({"direct": "gone"}),
        json!({"direct": "id"}),
    ] {
        assert_eq!(findings(&database, "DRIFT-04", &scoped(scope)), [""; 0]);
    }
}

/// What is found of an index on documents, of a table with and without a justification.
#[track_caller]
fn assert_index(index: &str, without: Option<&str>, with: Option<&str>) {
    let mut database = Database::bare("");
    database.execute_all(
        "CREATE DOMAIN document AS jsonb; CREATE TABLE t (doc jsonb, d document, id int)",
    );
    database.execute_all(&format!("CREATE INDEX i ON t USING {index}"));
    for (link, expected) in [
        (Value::Null, without),
        (json!({"text": "ADR-7", "target": "adr/7.md"}), with),
    ] {
        let mut row = table(
            "public",
            "t",
            &[("doc", "case_metadata"), ("d", "case_metadata")],
        );
        row["index_justification"] = link;
        let matrix = matrix(
            &json!([row]),
            &json!([contract("case_metadata", &["priority"])]),
        );
        let expected: Vec<String> = expected.into_iter().map(str::to_owned).collect();
        assert_eq!(
            findings(&database, "DRIFT-04", &matrix),
            expected,
            "{index}"
        );
    }
}

#[test]
fn indexes_on_documents() {
    const ALL: &str = "jsonb-index-without-justification public.t.i: is on all of ";
    let all = |what: &str| format!("{ALL}{what}");
    assert_index("gin (doc)", Some(&all("doc, by gin")), None);
    assert_index("gin (d jsonb_path_ops)", Some(&all("d, by gin")), None);
    assert_index("hash (doc)", Some(&all("doc, by hash")), None);
    assert_index("btree (id, doc)", Some(&all("doc, by btree")), None);
    assert_index(
        "gin (to_tsvector('english', doc))",
        Some(&all("doc, by gin")),
        None,
    );
    assert_index("btree ((doc ->> 'priority'))", None, None);
    assert_index("btree (lower(doc #>> '{priority,x}'), id)", None, None);
    assert_index(
        "btree ((d ->> 'priority')) WHERE doc IS NOT NULL",
        None,
        None,
    );
    assert_index("btree ((doc IS NULL))", None, None);
    assert_index(
        "gin ((doc -> 'priority'))",
        Some("jsonb-index-without-justification public.t.i: is a GIN index on key priority of doc"),
        None,
    );
    let key = "jsonb-index-key-not-allowed public.t.i: is on key custom_fields of doc";
    for index in [
        "gin ((doc -> 'custom_fields'))",
        "btree (((doc['custom_fields']['n'])::text))",
        "btree ((jsonb_extract_path_text(doc, 'custom_fields', 'n')))",
        "btree (((doc -> 'custom_fields' ->> 'n')::int))",
        "btree ((doc ->> 'priority'), (doc ->> 'custom_fields'))",
    ] {
        assert_index(index, Some(key), Some(key));
    }
}

#[test]
fn a_promotion_justifies_its_key_alone() {
    let mut database = Database::bare("");
    database.execute_all(
        "CREATE TABLE t (doc jsonb); CREATE INDEX i ON t USING gin ((doc -> 'priority'))",
    );
    let mut row = table("public", "t", &[("doc", "case_metadata")]);
    row["index_justification"] = json!({"text": "PROMO-1", "target": "log.md#promo-1"});
    let compiled = matrix(
        &json!([row]),
        &json!([contract("case_metadata", &["priority"])]),
    );
    let mut compiled: Value = serde_json::from_str(&compiled).expect("JSON");
    compiled["promotions"] = json!([{
        "line": 30, "id": "PROMO-1", "table": {"schema": "public", "name": "t"}, "source": "doc->>'priority'",
    }]);
    let matrix = compiled.to_string();
    assert_eq!(findings(&database, "DRIFT-04", &matrix), [""; 0]);
    database.execute_all("CREATE INDEX blanket ON t USING gin (doc)");
    assert_eq!(
        findings(&database, "DRIFT-04", &matrix),
        ["jsonb-index-without-justification public.t.blanket: is on all of doc, by gin"]
    );
}
