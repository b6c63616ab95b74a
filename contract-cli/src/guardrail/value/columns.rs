//! Names of tables and columns, and how rows belong to tenants.

use super::{Item, Read, is_nothing, items, plain};
use crate::{
    catalog::QualifiedName,
    guardrail::model::{ColumnName, CoreColumn, TenantScope},
    name::Name,
};

/// The schema of a table for which none is named.
const DEFAULT_SCHEMA: &str = "public";

/// `nexus_cases`, `app.cases`, `app."Cases"`
pub fn table(text: &str) -> Read<QualifiedName> {
    if is_nothing(text) {
        return Ok(None);
    }
    let names = Name::parts(&plain(text))?;
    match names.as_slice() {
        [table] => Ok(Some(QualifiedName::new(DEFAULT_SCHEMA, table))),
        [schema, table] => Ok(Some(QualifiedName::new(schema, table))),
        _ => Err("a table is a name, or schema and name with a dot between".to_owned()),
    }
}

/// `nexus_cases.metadata`, `app.cases.metadata`
pub fn column_name(text: &str) -> Result<ColumnName, String> {
    let names = Name::parts(text)?;
    let (table, column) = match names.as_slice() {
        [table, column] => (QualifiedName::new(DEFAULT_SCHEMA, table), column),
        [schema, table, column] => (QualifiedName::new(schema, table), column),
        _ => return Err("a column is said as table.column".to_owned()),
    };
    Ok(ColumnName {
        table,
        column: column.clone(),
    })
}

/// `id uuid not null (pk)`
pub fn core_column(item: &Item) -> Result<CoreColumn, String> {
    let mut text = item.value.trim();
    let in_parentheses = text
        .strip_suffix(')')
        .and_then(|text| text.rsplit_once('('));
    let mut primary_key = item.note.as_deref().is_some_and(is_primary_key);
    if let Some((before, note)) = in_parentheses
        && is_primary_key(note)
    {
        primary_key = true;
        text = before.trim_end();
    }
    let name_end = match text.strip_prefix('"') {
        Some(quoted) => quoted.rfind('"').map_or(text.len(), |end| end + 2),
        None => text.find(char::is_whitespace).unwrap_or(text.len()),
    };
    let (name, rest) = text.split_at(name_end);
    let mut data_type = rest.trim();
    let lower = data_type.to_lowercase();
    let not_null = [("not null", true), ("null", false)]
        .into_iter()
        .find(|(words, _)| {
            lower
                .strip_suffix(words)
                .is_some_and(|it| it.is_empty() || it.ends_with(' '))
        });
    if let Some((words, _)) = not_null {
        data_type = data_type[..data_type.len() - words.len()].trim_end();
    }
    let names = Name::parts(name)?;
    let [name] = names.as_slice() else {
        return Err(
            "a core column is a name, then its type, `not null` or `null`, and `(pk)`".to_owned(),
        );
    };
    Ok(CoreColumn {
        name: name.clone(),
        data_type: Some(data_type.to_owned()).filter(|it| !it.is_empty()),
        not_null: not_null.map(|(_, not_null)| not_null),
        primary_key,
    })
}

fn is_primary_key(note: &str) -> bool {
    ["pk", "primary key"].contains(&note.trim().to_lowercase().as_str())
}

/// `tenant_id`, `tenant_id (PK)`, `derived:case_id→client_id/vendor_id`, `global`
pub fn tenant_scope(text: &str) -> Read<TenantScope> {
    const EXPECTED: &str = "a tenant scope is a column, `derived:` with columns, or `global`";
    if is_nothing(text) {
        return Ok(None);
    }
    let [item] = items(text).try_into().map_err(|_| EXPECTED.to_owned())?;
    let scope = item.value.split('(').next().unwrap_or_default().trim();
    if scope.eq_ignore_ascii_case("global") {
        return Ok(Some(TenantScope::Global));
    }
    let is_column = |name: &str| !name.is_empty() && !name.contains(char::is_whitespace);
    let Some(path) = scope.strip_prefix("derived:") else {
        return if is_column(scope) {
            Ok(Some(TenantScope::Direct(scope.to_owned())))
        } else {
            Err(EXPECTED.to_owned())
        };
    };
    let arrows = path.replace("->", "→");
    let steps: Vec<Vec<String>> = arrows
        .split('→')
        .map(|step| step.split('/').map(|name| name.trim().to_owned()).collect())
        .collect();
    if steps.iter().flatten().all(|name| is_column(name)) {
        Ok(Some(TenantScope::Derived(steps)))
    } else {
        Err(EXPECTED.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes() {
        let path = |steps: &[&[&str]]| {
            let steps = steps
                .iter()
                .map(|step| step.iter().map(|&it| it.to_owned()).collect());
            Some(TenantScope::Derived(steps.collect()))
        };
        for (text, scope) in [
            ("`tenant_id`", Some(TenantScope::Direct("tenant_id".into()))),
            (
                "`tenant_id` (PK)",
                Some(TenantScope::Direct("tenant_id".into())),
            ),
            ("Global", Some(TenantScope::Global)),
            ("-", None),
            ("`derived:from_id/to_id`", path(&[&["from_id", "to_id"]])),
            ("derived:a -> b/c", path(&[&["a"], &["b", "c"]])),
            ("`derived:a→b→c`", path(&[&["a"], &["b"], &["c"]])),
        ] {
            assert_eq!(tenant_scope(text), Ok(scope), "{text}");
        }
        for text in ["`a`, `b`", "derived:", "derived:a→", "by tenant"] {
            assert!(tenant_scope(text).is_err(), "{text}");
        }
    }

    #[test]
    fn core_columns() {
        for (text, name, data_type, not_null, primary_key) in [
            ("`id (pk)`", "id", None, None, true),
            ("`id` (PK)", "id", None, None, true),
            (
                "`id uuid not null (pk)`",
                "id",
                Some("uuid"),
                Some(true),
                true,
            ),
            (
                "`priority text null`",
                "priority",
                Some("text"),
                Some(false),
                false,
            ),
            (
                "`at timestamp with time zone NOT NULL`",
                "at",
                Some("timestamp with time zone"),
                Some(true),
                false,
            ),
            (
                "`sum numeric(10,2)`",
                "sum",
                Some("numeric(10,2)"),
                None,
                false,
            ),
            ("`\"Odd name\" text`", "Odd name", Some("text"), None, false),
            ("`not_null null`", "not_null", None, Some(false), false),
        ] {
            let items = items(text);
            let column = core_column(&items[0]).expect(text);
            let expected = CoreColumn {
                name: name.to_owned(),
                data_type: data_type.map(str::to_owned),
                not_null,
                primary_key,
            };
            assert_eq!(column, expected, "{text}");
        }
    }

    #[test]
    fn names() {
        let name = |text| table(text).expect(text).expect(text).to_string();
        assert_eq!(name("`nexus_cases`"), "public.nexus_cases");
        assert_eq!(name("`app.\"Order\"`"), "app.\"Order\"");
        assert!(table("`a.b.c`").is_err() && table("`\"a`").is_err());
        let column = column_name("app.cases.metadata").expect("a column");
        assert_eq!(
            (column.table.schema.as_str(), column.column.as_str()),
            ("app", "metadata")
        );
    }
}
