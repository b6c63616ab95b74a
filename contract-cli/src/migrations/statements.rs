//! The statements of a migration: where each begins, which reach beyond the database, which roles they name.

use super::folder::Migration;
use pg_query::{
    NodeEnum, ParserOptions,
    protobuf::{ObjectType, RawStmt, Token},
};
use serde_json::Value;
use std::collections::BTreeSet;

/// How far a statement reaches.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Other databases and the server itself.
    Server,
    /// Roles, which all databases of a server share.
    Roles,
}

/// `file:line:column` of a place in the text, counted in bytes from 0; columns are characters.
pub fn place(migration: &Migration, offset: usize) -> String {
    let before = migration.text.get(..offset).unwrap_or(&migration.text);
    let line = before.matches('\n').count() + 1;
    let column = before
        .rsplit('\n')
        .next()
        .unwrap_or_default()
        .chars()
        .count()
        + 1;
    format!("{}:{line}:{column}", migration.name)
}

/// The texts of the statements with their offsets; none where the grammar does not know one of them.
pub fn split(text: &str) -> Vec<(usize, &str)> {
    let statements = parse(text);
    let pieces = statements.iter().filter_map(|statement| {
        let start = usize::try_from(statement.stmt_location).ok()?;
        let length = usize::try_from(statement.stmt_len).ok()?;
        let end = if length == 0 {
            text.len()
        } else {
            start + length
        };
        let statement = text.get(start..end)?;
        Some((start + lead(statement), &statement[lead(statement)..]))
    });
    pieces.collect()
}

fn parse(text: &str) -> Vec<RawStmt> {
    let parsed = pg_query::parse(text, ParserOptions::default());
    parsed
        .map(|parsed| parsed.protobuf.stmts)
        .unwrap_or_default()
}

/// The length of blanks and comments before the first word.
fn lead(statement: &str) -> usize {
    let tokens = pg_query::scan(statement)
        .map(|scanned| scanned.tokens)
        .unwrap_or_default();
    let is_comment =
        |token: i32| token == Token::SqlComment as i32 || token == Token::CComment as i32;
    let first = tokens.into_iter().find(|token| !is_comment(token.token));
    first
        .and_then(|token| usize::try_from(token.start).ok())
        .unwrap_or_default()
}

/// The first statement that reaches beyond the database: its place, and how far it reaches. What a DO block does
/// is not known.
pub fn beyond(
    migration: &Migration,
    is_refused: impl Fn(Reach) -> bool,
) -> Option<(String, Reach)> {
    parse(&migration.text).into_iter().find_map(|statement| {
        let reach = reach(statement.stmt?.node.as_ref()?)?;
        let start = usize::try_from(statement.stmt_location).ok()?;
        let start = start + lead(migration.text.get(start..)?);
        is_refused(reach).then(|| (place(migration, start), reach))
    })
}

fn reach(statement: &NodeEnum) -> Option<Reach> {
    let of_object = |kind: ObjectType| match kind {
        ObjectType::ObjectDatabase
        | ObjectType::ObjectTablespace
        | ObjectType::ObjectParameterAcl => Some(Reach::Server),
        ObjectType::ObjectRole => Some(Reach::Roles),
        _ => None,
    };
    match statement {
        NodeEnum::CreatedbStmt(_)
        | NodeEnum::DropdbStmt(_)
        | NodeEnum::AlterDatabaseStmt(_)
        | NodeEnum::AlterDatabaseSetStmt(_)
        | NodeEnum::AlterDatabaseRefreshCollStmt(_)
        | NodeEnum::AlterSystemStmt(_)
        | NodeEnum::CreateTableSpaceStmt(_)
        | NodeEnum::DropTableSpaceStmt(_)
        | NodeEnum::AlterTableSpaceOptionsStmt(_)
        | NodeEnum::CreateSubscriptionStmt(_) => Some(Reach::Server),
        NodeEnum::CreateRoleStmt(_)
        | NodeEnum::AlterRoleStmt(_)
        | NodeEnum::AlterRoleSetStmt(_)
        | NodeEnum::DropRoleStmt(_)
        | NodeEnum::GrantRoleStmt(_)
        | NodeEnum::DropOwnedStmt(_) => Some(Reach::Roles),
        NodeEnum::GrantStmt(grant) => of_object(grant.objtype()),
        NodeEnum::RenameStmt(rename) => of_object(rename.rename_type()),
        NodeEnum::AlterOwnerStmt(change) => of_object(change.object_type()),
        NodeEnum::CommentStmt(comment) => of_object(comment.objtype()),
        _ => None,
    }
}

/// The roles that the migrations name.
pub fn roles(migrations: &[Migration]) -> BTreeSet<String> {
    let mut needed = BTreeSet::new();
    for migration in migrations {
        if let Ok(tree) = serde_json::to_value(parse(&migration.text)) {
            collect_roles(&tree, &mut needed);
        }
    }
    needed
}

/// The roles that the migrations make in statements of their own.
pub fn made_roles(migrations: &[Migration]) -> BTreeSet<String> {
    let statements = migrations
        .iter()
        .flat_map(|migration| parse(&migration.text));
    statements
        .filter_map(|statement| match statement.stmt?.node? {
            NodeEnum::CreateRoleStmt(role) => Some(role.role),
            _ => None,
        })
        .collect()
}

fn collect_roles(value: &Value, roles: &mut BTreeSet<String>) {
    match value {
        Value::Array(elements) => elements
            .iter()
            .for_each(|element| collect_roles(element, roles)),
        Value::Object(members) => {
            // PUBLIC and CURRENT_USER have no name.
            let name = members.get("rolename").and_then(Value::as_str);
            roles.extend(name.filter(|name| !name.is_empty()).map(str::to_owned));
            members
                .values()
                .for_each(|member| collect_roles(member, roles));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::{Migration, Reach, beyond, made_roles, roles, split};

    fn migration(text: &str) -> Migration {
        Migration {
            name: "m/1_a.sql".to_owned(),
            text: text.to_owned(),
        }
    }

    #[test]
    fn a_statement_begins_at_its_first_word() {
        let text = "-- é\nSELECT 1;\n /* x */ SELECT ';';";
        let pieces = split(text);
        let texts: Vec<&str> = pieces.iter().map(|(_, text)| *text).collect();
        assert_eq!(texts, ["SELECT 1", "SELECT ';'"]);
        assert!(
            pieces
                .iter()
                .all(|(start, piece)| text[*start..].starts_with(piece))
        );
        assert!(split("SELECT (").is_empty());
    }

    #[test]
    fn statements_that_reach_beyond_the_database() {
        let found = |text: &str| {
            let found = beyond(&migration(text), |_| true);
            found.map(|(place, reach)| (place, reach == Reach::Roles))
        };
        for text in [
            "CREATE TABLE t (a int); GRANT SELECT ON t TO x",
            "DO $$ BEGIN CREATE ROLE x; END $$",
            "ALTER TABLE t RENAME TO u",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
        for (text, roles) in [
            ("ALTER DATABASE shop SET search_path = a", false),
            ("GRANT CONNECT ON DATABASE shop TO x", false),
            ("ALTER SYSTEM SET jit = off", false),
            ("COMMENT ON DATABASE shop IS 'x'", false),
            ("CREATE ROLE x", true),
            ("GRANT a TO b", true),
            ("ALTER ROLE a RENAME TO b", true),
        ] {
            let text = format!("SELECT 1;\n  {text};");
            assert_eq!(
                found(&text),
                Some(("m/1_a.sql:2:3".to_owned(), roles)),
                "{text}"
            );
        }
    }

    #[test]
    fn roles_that_are_named_and_made() {
        let migrations = [
            migration("CREATE ROLE made; GRANT SELECT ON t TO a, made, PUBLIC;"),
            migration("CREATE POLICY p ON t TO \"B b\", CURRENT_USER; ALTER TABLE t OWNER TO c;"),
        ];
        let named: Vec<String> = roles(&migrations).into_iter().collect();
        assert_eq!(named, ["B b", "a", "c", "made"]);
        let made: Vec<String> = made_roles(&migrations).into_iter().collect();
        assert_eq!(made, ["made"]);
    }
}
