//! Columns of a table. Their order is of no account.

use super::{
    Comparison, Paired,
    differences::{Differences, Text},
    others::{missing, not_migrated},
    relations::by_migration,
};
use crate::{
    catalog::{Column, QualifiedName, Relation, RelationKind},
    checks::{Object, pattern},
    expression::canonical::Form,
    name::identifier,
};

pub fn compare(
    comparison: &Comparison<'_>,
    should: &Relation,
    is: &Relation,
    differences: &mut Differences,
) {
    let object = |column: &Column| Object::part(&is.name, "column", &column.name);
    let paired = Paired::new(&should.columns, &is.columns, |column| &column.name);
    // The columns of a view are its query's.
    let is_view = matches!(is.kind, RelationKind::View | RelationKind::MaterializedView);
    for column in paired.missing.into_iter().filter(|_| !is_view) {
        let name = identifier(&column.name);
        let hint = match comparison.renames.of_column(&is.name, &column.name) {
            Some(other) => format!(
                "ALTER TABLE {} RENAME COLUMN {} TO {name}, if it is that one, or write a migration",
                is.name,
                identifier(other)
            ),
            None => format!(
                "ALTER TABLE {} ADD COLUMN {name} {}",
                is.name,
                shown(column)
            ),
        };
        let text = missing(shown(column), hint);
        match comparison.missing.cause_of_column(&is.name, column) {
            None => differences.add_handed_down(
                object(column),
                "column-missing",
                text,
                column.inherited,
            ),
            cause => differences.add_along(cause, object(column), "column-missing", text),
        }
    }
    for column in paired.extra.into_iter().filter(|_| !is_view) {
        if !is_allowed(comparison, &is.name, column) {
            let removal = format!(
                "ALTER TABLE {} DROP COLUMN {}",
                is.name,
                identifier(&column.name)
            );
            let text = not_migrated(shown(column), &removal);
            differences.add_handed_down(
                object(column),
                "column-not-migrated",
                text,
                column.inherited,
            );
        }
    }
    for (should, is_column) in paired.both {
        if !is_view {
            compare_type(&is.name, should, is_column, differences);
        }
        compare_default(comparison, &is.name, should, is_column, differences);
    }
}

/// Whether the matrix says that the table may have this column beside its own. A jsonb column is never
/// among them: it needs a contract.
pub fn is_allowed(comparison: &Comparison<'_>, table: &QualifiedName, column: &Column) -> bool {
    let row = comparison.matrix.table(table);
    let mut patterns = row.into_iter().flat_map(|row| &row.extra_columns);
    column.jsonb.is_none() && patterns.any(|it| pattern::matches(it, &column.name))
}

/// `text DEFAULT 'low'::text NOT NULL`
fn shown(column: &Column) -> String {
    let collation = column.collation.as_ref();
    let value = match (&column.default, column.generated, &column.identity) {
        (Some(expression), true, _) => Some(format!("GENERATED ALWAYS AS ({expression}) STORED")),
        (Some(expression), false, _) => Some(format!("DEFAULT {expression}")),
        (None, _, Some(identity)) => Some(format!("GENERATED {identity} AS IDENTITY")),
        (None, ..) => None,
    };
    let parts = [
        Some(column.data_type.clone()),
        collation.map(|collation| format!("COLLATE {collation}")),
        value,
        column.not_null.then(|| "NOT NULL".to_owned()),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn compare_type(
    table: &QualifiedName,
    should: &Column,
    is: &Column,
    differences: &mut Differences,
) {
    let column = format!("ALTER TABLE {table} ALTER COLUMN {}", identifier(&is.name));
    let mut add = |rule, is_text: String, should_text: String, hint: String| {
        let text = Text {
            is: is_text,
            should: should_text,
            hint: Some(hint),
        };
        let object = Object::part(table, "column", &is.name);
        differences.add_handed_down(object, rule, text, is.inherited && should.inherited);
    };
    if should.data_type != is.data_type {
        let mut hint = format!("{column} TYPE {}", should.data_type);
        if needs_using(&is.data_type, &should.data_type) {
            let name = identifier(&is.name);
            hint = format!("{hint} USING {name}::{}", should.data_type);
        }
        add(
            "column-type",
            is.data_type.clone(),
            should.data_type.clone(),
            hint,
        );
    }
    if should.not_null != is.not_null {
        let shown = |not_null| if not_null { "NOT NULL" } else { "NULL" }.to_owned();
        let change = if should.not_null { "SET" } else { "DROP" };
        let hint = format!("{column} {change} NOT NULL");
        add(
            "column-not-null",
            shown(is.not_null),
            shown(should.not_null),
            hint,
        );
    }
    if should.identity != is.identity {
        let shown = |identity: &Option<String>| match identity {
            Some(identity) => format!("GENERATED {identity} AS IDENTITY"),
            None => "no identity".to_owned(),
        };
        let hint = match (&should.identity, &is.identity) {
            (None, _) => format!("{column} DROP IDENTITY"),
            (Some(identity), None) => format!("{column} ADD GENERATED {identity} AS IDENTITY"),
            (Some(identity), Some(_)) => format!("{column} SET GENERATED {identity}"),
        };
        add(
            "column-identity",
            shown(&is.identity),
            shown(&should.identity),
            hint,
        );
    }
    if should.collation != is.collation && should.data_type == is.data_type {
        let shown = |collation: &Option<String>| match collation {
            Some(collation) => format!("COLLATE {collation}"),
            None => "the collation of its type".to_owned(),
        };
        let hint = "write a migration".to_owned();
        add(
            "column-collation",
            shown(&is.collation),
            shown(&should.collation),
            hint,
        );
    }
}

/// Whether `ALTER COLUMN ... TYPE` has to be told how values become those of the new type. An explicit cast would cut off
/// what does not fit in a shorter text, so that it stands only where there is no cast on assignment.
fn needs_using(from: &str, to: &str) -> bool {
    const FAMILIES: [&[&str]; 3] = [
        &[
            "smallint",
            "integer",
            "bigint",
            "numeric",
            "real",
            "double precision",
        ],
        &[
            "date",
            "timestamp without time zone",
            "timestamp with time zone",
        ],
        &["json", "jsonb"],
    ];
    const TEXTS: [&str; 3] = ["text", "character varying", "character"];
    let (from, to) = (without_modifier(from), without_modifier(to));
    let of_a_kind = FAMILIES
        .iter()
        .any(|family| [&from, &to].iter().all(|it| family.contains(&it.as_str())));
    from != to && !TEXTS.contains(&to.as_str()) && !of_a_kind
}

/// `character varying(20)`, `timestamp(3) with time zone` without the part in parentheses.
fn without_modifier(data_type: &str) -> String {
    match (data_type.find('('), data_type.find(')')) {
        (Some(start), Some(end)) if start < end => {
            format!("{}{}", &data_type[..start], &data_type[end + 1..])
        }
        _ => data_type.to_owned(),
    }
}

fn compare_default(
    comparison: &Comparison<'_>,
    table: &QualifiedName,
    should: &Column,
    is: &Column,
    differences: &mut Differences,
) {
    let object = Object::part(table, "column", &is.name);
    let shown = |column: &Column| match (&column.default, column.generated) {
        (None, _) => "no default".to_owned(),
        (Some(expression), true) => format!("GENERATED ALWAYS AS ({expression})"),
        (Some(expression), false) => format!("DEFAULT {expression}"),
    };
    let inherited = is.inherited && should.inherited;
    if should.generated != is.generated {
        let text = by_migration(shown(is), shown(should));
        differences.add_handed_down(object, "column-generated", text, inherited);
        return;
    }
    let form = |text: &str| {
        let form = Form::of_expression(text);
        // The default is cast to the column's type: it follows that.
        form.map(|form| {
            if should.data_type == is.data_type {
                form
            } else {
                form.without_casts()
            }
        })
    };
    let same = match (&should.default, &is.default) {
        (None, None) => true,
        (Some(should), Some(is)) => comparison.same(table, should, is, form),
        _ => false,
    };
    if same {
        return;
    }
    let column = format!("ALTER TABLE {table} ALTER COLUMN {}", identifier(&is.name));
    let hint = match &should.default {
        _ if is.generated => "write a migration".to_owned(),
        Some(default) => format!("{column} SET DEFAULT {default}"),
        None => format!("{column} DROP DEFAULT"),
    };
    let text = Text {
        is: shown(is),
        should: shown(should),
        hint: Some(hint),
    };
    let cause = match (&should.default, &is.default) {
        (Some(default), None) => comparison.missing.cause_of_text(table, default),
        (None, Some(default)) => comparison.extra.cause_of_text(table, default),
        _ => None,
    };
    match cause.filter(|cause| cause.kind != "column") {
        None => differences.add_handed_down(object, "column-default", text, inherited),
        cause => differences.add_along(cause, object, "column-default", text),
    }
}

#[cfg(test)]
mod tests {
    use super::needs_using;
    use crate::checks::pattern::matches;

    #[test]
    fn a_cast_is_named_where_there_is_none_on_assignment() {
        for (from, to) in [
            ("text", "jsonb"),
            ("text", "integer"),
            ("text", "public.priority"),
            ("integer", "timestamp(3) with time zone"),
            ("text", "text[]"),
        ] {
            assert!(needs_using(from, to), "{from} {to}");
        }
        for (from, to) in [
            ("text", "character varying(20)"),
            ("character varying(20)", "character varying(10)"),
            ("jsonb", "text"),
            ("integer", "numeric(10,2)"),
            ("timestamp(3) with time zone", "date"),
            ("json", "jsonb"),
        ] {
            assert!(!needs_using(from, to), "{from} {to}");
        }
    }

    #[test]
    fn a_star_stands_for_any_characters() {
        for (pattern, name) in [
            ("a", "a"),
            ("x_*", "x_"),
            ("x_*", "x_a"),
            ("*_at", "due_at"),
            ("*a*é", "baé"),
        ] {
            assert!(matches(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [("a", "ab"), ("x_*", "ax_"), ("*_at", "at"), ("", "a")] {
            assert!(!matches(pattern, name), "{pattern} {name}");
        }
    }
}
