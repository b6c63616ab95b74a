//! Core columns and their deprecation.

use super::{TODAY, catalog, lines, row, table};
use crate::{
    catalog::{QualifiedName, Relation, RelationKind},
    checks::{Facts, core_immutability::columns},
    guardrail::model::{CoreColumn, Deprecation, Matrix, Table},
};
use jiff::civil::{Date, date};

fn core(
    name: &str,
    data_type: Option<&str>,
    not_null: Option<bool>,
    primary_key: bool,
) -> CoreColumn {
    CoreColumn {
        name: name.to_owned(),
        data_type: data_type.map(str::to_owned),
        not_null,
        primary_key,
    }
}

/// What is said of the columns of a table by a row with these promises.
fn said_of_columns(
    relations: Vec<Relation>,
    core_columns: Vec<CoreColumn>,
    deprecations: Vec<Deprecation>,
    today: Date,
) -> (Vec<String>, Vec<Option<String>>) {
    let catalog = catalog(relations, vec![]);
    let matrix = Matrix {
        deprecations,
        ..Matrix::default()
    };
    let facts = Facts {
        catalog: &catalog,
        matrix: &matrix,
        migrated: None,
        today,
    };
    let row = Table {
        core_columns,
        extra_columns: vec!["k*".to_owned()],
        jsonb_columns: vec!["s".to_owned(), "g".to_owned()],
        immutable_columns: vec!["a".to_owned()],
        ..row(&[])
    };
    let findings = columns::findings(&facts, &row);
    let hints = findings
        .iter()
        .map(|finding| finding.hint.clone())
        .collect();
    (lines(findings), hints)
}

#[test]
fn core_columns_are_there_as_promised() {
    let present = || vec![table("t")];
    for (core, expected) in [
        (core("a", Some("UUID"), Some(true), true), None),
        (core("n", Some("varchar(20)"), None, false), None),
        (core("n", None, Some(false), false), None),
        (core("a", None, Some(false), false), None),
        (core("s", Some("score"), None, false), None),
        (
            core("f", Some("float4"), None, false),
            Some("core-column-type column f on public.t: of type double precision"),
        ),
        (
            core("n", Some("varchar(20)"), Some(true), false),
            Some("core-column-nullable column n on public.t: can be null"),
        ),
        (
            core("k", None, None, true),
            Some("core-primary-key table public.t: its primary key is (a)"),
        ),
    ] {
        let name = core.name.clone();
        let (said, _) = said_of_columns(present(), vec![core], vec![], TODAY);
        let expected: Vec<String> = expected.into_iter().map(str::to_owned).collect();
        assert_eq!(said, expected, "{name}");
    }
    let mut keyless = table("t");
    keyless.constraints.clear();
    let keys = vec![core("a", None, None, true), core("k", None, None, true)];
    let (said, hints) = said_of_columns(vec![keyless], keys, vec![], TODAY);
    assert_eq!(
        said,
        ["core-primary-key table public.t: without a primary key"]
    );
    assert_eq!(
        hints,
        [Some(
            "ALTER TABLE public.t ADD PRIMARY KEY (a, k)".to_owned()
        )]
    );
}

#[test]
fn a_column_under_another_name_is_named() {
    let id = || vec![core("id", Some("character varying(20)"), None, false)];
    let (said, hints) = said_of_columns(vec![table("t")], id(), vec![], TODAY);
    assert_eq!(
        said,
        [
            "core-column-missing column id on public.t: not in the table; the matrix has no deprecation of it"
        ]
    );
    assert_eq!(
        hints,
        [Some(
            "renamed, as it seems: ALTER TABLE public.t RENAME COLUMN n TO id".to_owned()
        )]
    );
    let integer = vec![core("id", Some("int"), None, false)];
    let (_, hints) = said_of_columns(vec![table("t")], integer, vec![], TODAY);
    assert_eq!(
        hints,
        [Some(
            "ALTER TABLE public.t ADD COLUMN id int, and bring its values back; or deprecate it before it goes"
                .to_owned()
        )]
    );
    let any = vec![core("id", None, None, false)];
    let (_, hints) = said_of_columns(vec![table("t")], any, vec![], TODAY);
    assert_eq!(
        hints,
        [Some(
            "bring the column back; one of n, f may be it under another name; or deprecate it before it goes".to_owned()
        )]
    );
}

#[test]
fn a_column_goes_by_deprecation_only() {
    let whole = Deprecation {
        line: 9,
        table: QualifiedName::new("public", "t"),
        column: "id".to_owned(),
        deprecated_at: Some(date(2025, 8, 31)),
        ticket: Some("OPS-1".to_owned()),
        replacement: Some("a".to_owned()),
        sunset_at: Some(date(2026, 2, 28)),
    };
    let of = |change: fn(&mut Deprecation)| {
        let mut row = whole.clone();
        change(&mut row);
        row
    };
    let before = date(2026, 2, 27);
    for (row, today, expected) in [
        (whole.clone(), date(2026, 2, 28), None),
        (whole.clone(), TODAY, None),
        (
            whole.clone(),
            before,
            Some("its sunset is on 2026-02-28 and has not come"),
        ),
        (
            of(|row| row.column = "other".to_owned()),
            TODAY,
            Some("the matrix has no deprecation of it"),
        ),
        (
            of(|row| row.ticket = None),
            TODAY,
            Some("its deprecation has no ticket"),
        ),
        (
            of(|row| row.replacement = None),
            TODAY,
            Some("its deprecation has no replacement"),
        ),
        (
            of(|row| row.deprecated_at = None),
            TODAY,
            Some("its deprecation has no deprecated_at"),
        ),
        (
            of(|row| (row.sunset_at, row.ticket) = (None, None)),
            TODAY,
            Some("its deprecation has no ticket; its deprecation has no sunset_at"),
        ),
        (
            of(|row| row.deprecated_at = Some(date(2025, 9, 1))),
            TODAY,
            Some("its sunset 2026-02-28 is earlier than 2026-03-01, six months after 2025-09-01"),
        ),
    ] {
        let id = vec![core("id", Some("int"), None, true)];
        let (said, _) = said_of_columns(vec![table("t")], id.clone(), vec![row.clone()], today);
        let expected = expected.map(|why| {
            format!("core-column-missing column id on public.t: not in the table; {why}")
        });
        assert_eq!(said, Vec::from_iter(expected.clone()), "{row:?}");
        // The table goes by the deprecation of all its core columns.
        let (said, _) = said_of_columns(vec![], id, vec![row], today);
        assert_eq!(said.is_empty(), expected.is_none(), "{said:?}");
    }
}

#[test]
fn a_table_that_is_missing_is_one_finding() {
    let id = || vec![core("id", None, None, true), core("a", None, None, false)];
    let (said, _) = said_of_columns(vec![], id(), vec![], TODAY);
    assert_eq!(
        said,
        [
            "core-table-missing table public.t: the matrix has a row of it, and it is not in the database"
        ]
    );
    let mut view = table("t");
    view.kind = RelationKind::View;
    let (said, _) = said_of_columns(vec![view], id(), vec![], TODAY);
    assert_eq!(
        said,
        ["core-table-missing table public.t: what has its name in the database is no table"]
    );
    let (said, _) = said_of_columns(vec![], vec![], vec![], TODAY);
    assert_eq!(said.len(), 1);
}
