//! What is beside relations: schemas, extensions, types, functions.

use super::{
    Comparison, Paired,
    differences::{Differences, Text},
    lacking::function_object,
    words::function_difference,
};
use crate::{
    catalog::{Catalog, Function, Grant, Type},
    checks::Object,
    name::identifier,
};

/// The schema that the extension `jsonb_contract` makes for contract types beside its own.
const CONTRACT_TYPES: &str = "contracts";
/// What follows the contract type's name in the function that `contract.register` makes beside it.
const IS_VALID: &str = "_is_valid";

const NOT_THERE: &str = "not there";
const NOT_MIGRATED: &str = "not there: no migration makes it";
const WRITE_A_MIGRATION: &str = "write a migration that makes it";

pub fn compare(comparison: &Comparison<'_>, differences: &mut Differences) {
    schemas(comparison, differences);
    schema_grants(comparison, differences);
    extensions(comparison, differences);
    types(comparison, differences);
    functions(comparison, differences);
}

/// What the database lacks.
pub fn missing(should: impl Into<String>, hint: impl Into<String>) -> Text {
    Text {
        is: NOT_THERE.to_owned(),
        should: should.into(),
        hint: Some(hint.into()),
    }
}

/// What no migration makes, and the statement that would remove it.
pub fn not_migrated(is: impl Into<String>, removal: &str) -> Text {
    Text {
        is: is.into(),
        should: NOT_MIGRATED.to_owned(),
        hint: Some(format!("{WRITE_A_MIGRATION}, or {removal}")),
    }
}

fn schemas(comparison: &Comparison<'_>, differences: &mut Differences) {
    // A schema may come with an extension.
    let extension = |catalog: &Catalog, schema: &str| {
        let mut extensions = catalog.extensions.iter();
        extensions
            .find(|one| {
                one.schema == schema || one.name == "jsonb_contract" && schema == CONTRACT_TYPES
            })
            .map(|one| Object::other("extension", &one.name))
    };
    for schema in &comparison.missing.schemas {
        let text = missing("there", format!("CREATE SCHEMA {}", identifier(schema)));
        let cause = extension(comparison.should, schema);
        differences.add_along(
            cause,
            Object::other("schema", *schema),
            "schema-missing",
            text,
        );
    }
    for schema in &comparison.extra.schemas {
        if extension(comparison.is, schema).is_none() {
            let text = not_migrated("there", &format!("DROP SCHEMA {}", identifier(schema)));
            differences.add(
                Object::other("schema", *schema),
                "schema-not-migrated",
                text,
            );
        }
    }
}

/// What roles may do with a schema of both sides.
fn schema_grants(comparison: &Comparison<'_>, differences: &mut Differences) {
    let of = |catalog: &Catalog, schema: &str| {
        let grants = catalog.schema_grants.iter();
        let of_schema = grants.filter(|one| one.schema == schema).map(|one| {
            let role = match one.grant.role.as_str() {
                Grant::TO_ALL => "PUBLIC".to_owned(),
                role => identifier(role),
            };
            format!("{} to {role}", one.grant.privileges.join(", "))
        });
        match of_schema.collect::<Vec<_>>() {
            none if none.is_empty() => "no privileges".to_owned(),
            some => some.join("; "),
        }
    };
    for schema in &comparison.is.schemas {
        let (should, is) = (of(comparison.should, schema), of(comparison.is, schema));
        if should != is && comparison.should.schemas.contains(schema) {
            let text = Text {
                is,
                should,
                hint: Some(format!(
                    "GRANT or REVOKE ... ON SCHEMA {}",
                    identifier(schema)
                )),
            };
            differences.add(Object::other("schema", schema), "schema-grants", text);
        }
    }
}

/// Only what is missing: operators add extensions to databases, and their versions go with the server.
fn extensions(comparison: &Comparison<'_>, differences: &mut Differences) {
    for extension in comparison.missing.extensions.values() {
        let hint = format!(
            "CREATE EXTENSION {}, in schema {}",
            identifier(&extension.name),
            identifier(&extension.schema)
        );
        let object = Object::other("extension", &extension.name);
        differences.add(object, "extension-missing", missing("there", hint));
    }
}

/// Whether a function came with the registration of a contract type.
fn is_registered(catalog: &Catalog, function: &Function) -> bool {
    let name = function.name.name.strip_suffix(IS_VALID);
    function.name.schema == CONTRACT_TYPES
        && name.is_some_and(|name| {
            let mut registered = catalog.contract_types.iter();
            registered.any(|one| one.name.schema == CONTRACT_TYPES && one.name.name == name)
        })
}

fn types(comparison: &Comparison<'_>, differences: &mut Differences) {
    let paired = Paired::new(&comparison.should.types, &comparison.is.types, |one| {
        &one.name
    });
    let object = |one: &Type| Object::other("type", one.name.to_string());
    for one in paired.missing {
        let cause = comparison.missing.schema(&one.name.schema);
        let text = missing(&one.definition, WRITE_A_MIGRATION);
        differences.add_along(cause, object(one), "type-missing", text);
    }
    for one in paired.extra {
        let cause = comparison.extra.schema(&one.name.schema);
        let text = not_migrated(&one.definition, &format!("DROP TYPE {}", one.name));
        differences.add_along(cause, object(one), "type-not-migrated", text);
    }
    for (should, is) in paired.both {
        if should.definition != is.definition {
            let text = Text {
                is: is.definition.clone(),
                should: should.definition.clone(),
                hint: Some("write a migration that alters it".to_owned()),
            };
            differences.add(object(is), "type-definition", text);
        }
    }
}

fn functions(comparison: &Comparison<'_>, differences: &mut Differences) {
    let (should, is) = (&comparison.should.functions, &comparison.is.functions);
    let mut paired = Paired::new(should, is, |one| (&one.name, &one.arguments));
    paired
        .missing
        .retain(|one| !is_registered(comparison.should, one));
    paired
        .extra
        .retain(|one| !is_registered(comparison.is, one));
    for one in paired.missing {
        let cause = comparison.missing.schema(&one.name.schema);
        let text = missing("there", "run the migration's CREATE FUNCTION again");
        differences.add_along(cause, function_object(one), "function-missing", text);
    }
    for one in paired.extra {
        let cause = comparison.extra.schema(&one.name.schema);
        let removal = format!("DROP ROUTINE {}({})", one.name, one.arguments);
        let text = not_migrated("there", &removal);
        differences.add_along(cause, function_object(one), "function-not-migrated", text);
    }
    for (should, is) in paired.both {
        if should.definition != is.definition {
            let (should_text, is_text) = function_difference(should, is);
            let text = Text {
                is: is_text,
                should: should_text,
                hint: Some("run the migration's CREATE OR REPLACE FUNCTION again".to_owned()),
            };
            differences.add(function_object(is), "function-definition", text);
        }
    }
}
