//! Which index serves which columns, and which keys an expression reads.

use super::{accesses, shortfall};
use crate::catalog::{Index, IndexKey};

/// An index, from its key: `a, b` and so on; `(...)` is an expression.
fn index(key: &str) -> Index {
    let part = |part: &str| match part.strip_prefix('(') {
        Some(_) => IndexKey::Expression(part.to_owned()),
        None => IndexKey::Column(part.to_owned()),
    };
    Index {
        name: "i".to_owned(),
        method: "btree".to_owned(),
        unique: false,
        valid: true,
        of_constraint: false,
        key: key.split(", ").map(part).collect(),
        include: Vec::new(),
        predicate: None,
        definition: String::new(),
        inherited: false,
    }
}

#[track_caller]
fn assert_shortfall(index: &Index, columns: &str, expected: Option<&str>) {
    let columns: Vec<String> = columns.split(", ").map(str::to_owned).collect();
    let said = shortfall(index, &columns).map(|shortfall| shortfall.of_index(&index.name));
    assert_eq!(said.as_deref(), expected, "{index:?}");
}

#[test]
fn the_leading_columns_serve_in_any_order() {
    for (key, columns) in [
        ("a", "a"),
        ("a, z", "a"),
        ("a, b", "a, b"),
        ("b, a", "a, b"),
        ("b, a, z", "a, b"),
        ("c, a, b", "a, b, c"),
    ] {
        assert_shortfall(&index(key), columns, None);
    }
    for (key, columns, expected) in [
        ("a, z, b", "a, b", "index i has the key behind z"),
        ("z, a", "a", "index i has the key behind z"),
        (
            "(lower(a)), a",
            "a",
            "index i has the key behind (lower(a))",
        ),
        ("a", "a, b", "index i does not have b"),
        ("(lower(a))", "a", "index i does not have a"),
        ("z", "a", "index i does not have a"),
    ] {
        assert_shortfall(&index(key), columns, Some(expected));
    }
}

#[test]
fn an_index_serves_with_all_of_itself() {
    let included = Index {
        include: vec!["b".to_owned()],
        ..index("a")
    };
    assert_shortfall(&included, "a", None);
    assert_shortfall(&included, "a, b", Some("index i has b in INCLUDE only"));
    let hash = Index {
        method: "hash".to_owned(),
        ..index("a")
    };
    assert_shortfall(&hash, "a", Some("index i is of method hash"));
    let invalid = Index {
        valid: false,
        ..index("a")
    };
    assert_shortfall(&invalid, "a", Some("index i is not valid"));
}

#[test]
fn an_index_serves_in_the_collation_of_the_column() {
    let with = |definition: &str| Index {
        definition: format!("CREATE INDEX i ON public.t USING btree {definition}"),
        ..index("a, b")
    };
    let other = "index i has a in another collation than the column";
    for (definition, expected) in [
        ("(a COLLATE \"POSIX\", b)", Some(other)),
        ("(a COLLATE \"POSIX\" text_pattern_ops, b)", Some(other)),
        ("(a, b COLLATE \"POSIX\")", None),
        ("(a text_pattern_ops, b)", None),
        ("(a, b) WHERE (c = ' COLLATE '::text)", None),
    ] {
        assert_shortfall(&with(definition), "a", expected);
    }
    let expected = "index i has b in another collation than the column";
    assert_shortfall(&with("(a, b COLLATE \"POSIX\")"), "a, b", Some(expected));
}

#[test]
fn a_partial_index_serves_where_it_leaves_out_nulls_of_the_key() {
    for (predicate, serves) in [
        ("(a IS NOT NULL)", true),
        ("((a IS NOT NULL) AND (b IS NOT NULL))", true),
        ("(\"a\" IS NOT NULL)", true),
        ("(a = 1)", false),
        ("(z IS NOT NULL)", false),
        ("(a IS NULL)", false),
        ("((a IS NOT NULL) OR (b IS NOT NULL))", false),
        ("((a IS NOT NULL) AND (z > 0))", false),
        ("(NOT (a IS NULL))", false),
        ("((a + 1) IS NOT NULL)", false),
        ("not an expression", false),
    ] {
        let partial = Index {
            predicate: Some(predicate.to_owned()),
            ..index("b, a")
        };
        let expected = format!("index i is partial: WHERE {predicate}");
        assert_shortfall(&partial, "a, b", (!serves).then_some(&expected));
    }
}

#[test]
fn the_key_at_the_top_of_a_document_is_found() {
    for (expression, expected) in [
        ("(doc -> 'a'::text)", "a"),
        ("(doc ->> 'a'::text)", "a"),
        ("((doc -> 'a'::text) -> 'b'::text)", "a"),
        ("((doc -> 'a'::text) ->> 0)", "a"),
        ("lower((doc ->> 'a'::text))", "a"),
        ("((doc ->> 'a'::text))::integer", "a"),
        ("((doc ->> 'a'::text) COLLATE \"C\")", "a"),
        ("COALESCE((doc ->> 'a'::text), ''::text)", "a"),
        ("(doc #> '{a,b}'::text[])", "a"),
        ("(doc #>> '{a}'::text[])", "a"),
        ("(doc #>> '{\"a,\\\"b\",c}'::text[])", "a,\"b"),
        ("(doc #>> ARRAY['a'::text, 'b'::text])", "a"),
        ("doc['a'::text]", "a"),
        ("doc['a'::text]['b'::text]", "a"),
        (
            "jsonb_extract_path_text(doc, VARIADIC ARRAY['a'::text, 'b'::text])",
            "a",
        ),
        ("jsonb_extract_path(doc, 'a'::text)", "a"),
        ("((doc)::jsonb -> 'a'::text)", "a"),
        ("(doc ? 'a'::text)", "a"),
        ("contract.schema_version(doc)", "_schema_version"),
        (
            "CASE WHEN (n > 0) THEN (doc ->> 'a'::text) ELSE NULL::text END",
            "a",
        ),
    ] {
        let found = accesses(expression, &["doc"]);
        let found: Vec<_> = found
            .iter()
            .map(|access| (access.column.as_str(), access.key.as_deref()))
            .collect();
        assert_eq!(found, [("doc", Some(expected))], "{expression}");
    }
}

#[test]
fn what_cannot_be_told_is_taken_for_the_whole_document() {
    for expression in [
        "doc",
        "(doc)::text",
        "lower((doc)::text)",
        "to_tsvector('english'::regconfig, doc)",
        "(doc -> n)",
        "(doc -> (n || 'a'::text))",
        "(doc -> 0)",
        "(doc #> '{}'::text[])",
        "(doc || '{}'::jsonb)",
        "jsonb_path_query_array(doc, '$.\"a\"'::jsonpath)",
        "JSON_VALUE(doc, '$.a')",
        "(doc @> '{\"a\": 1}'::jsonb)",
        "doc no expression",
    ] {
        let found = accesses(expression, &["doc", "other"]);
        let found: Vec<_> = found
            .iter()
            .map(|access| (access.column.as_str(), access.key.as_deref()))
            .collect();
        assert_eq!(found, [("doc", None)], "{expression}");
    }
    for expression in ["lower(name)", "(doc IS NULL)", "(n + 1)"] {
        assert!(accesses(expression, &["doc"]).is_empty(), "{expression}");
    }
}
