//! Runs migrations as sqlx does: each file as a whole, in a transaction of its own unless its first line says
//! otherwise.

use super::{
    folder::Migration,
    statements::{place, split},
};
use crate::{commands::Failure, database::text};
use postgres::{
    Client,
    error::{DbError, ErrorPosition},
};

/// Runs the migrations, in one session.
///
/// # Errors
///
/// A migration fails, with its place, or leaves its transaction open; the connection ends.
pub fn run(client: &mut Client, migrations: &[Migration]) -> Result<(), Failure> {
    client.batch_execute("SET client_min_messages = warning")?;
    for migration in migrations {
        run_one(client, migration)?;
    }
    Ok(())
}

fn run_one(client: &mut Client, migration: &Migration) -> Result<(), Failure> {
    let is_plain = migration.needs_no_transaction();
    if !is_plain {
        client.batch_execute("BEGIN")?;
    }
    if let Err(error) = client.batch_execute(&migration.text) {
        let Some(answer) = error.as_db_error() else {
            return Err(error.into());
        };
        return Err(Failure::CouldNotRun(refusal(client, migration, answer)));
    }
    if !is_plain {
        // A deferred constraint is checked here.
        if let Err(error) = client.batch_execute("COMMIT") {
            let Some(answer) = error.as_db_error() else {
                return Err(error.into());
            };
            return Err(Failure::CouldNotRun(format!(
                "{}: {}",
                migration.name,
                text(answer)
            )));
        }
    }
    // Outside of a transaction a statement has written nothing before.
    let row = client.query_one(
        "SELECT pg_catalog.pg_current_xact_id_if_assigned() IS NOT NULL",
        &[],
    )?;
    if row.get(0) {
        return Err(Failure::CouldNotRun(format!(
            "{}: the transaction is left open\n  tip: COMMIT ends what BEGIN began",
            migration.name
        )));
    }
    Ok(())
}

/// What the server says of a migration, with the place.
fn refusal(client: &mut Client, migration: &Migration, answer: &DbError) -> String {
    let offset = match answer.position() {
        Some(ErrorPosition::Original(position)) => offset(&migration.text, *position),
        _ => failing(client, migration, answer),
    };
    let place = match offset {
        Some(offset) => place(migration, offset),
        None => migration.name.clone(),
    };
    let tip = match offset {
        Some(offset) if is_meta_command(&migration.text, offset) => {
            "\n  tip: commands of psql cannot be run; a migration is SQL alone"
        }
        _ => "",
    };
    format!("{place}: {}{tip}", text(answer))
}

/// The offset in bytes of a position, which counts characters from 1.
fn offset(text: &str, position: u32) -> Option<usize> {
    let index = usize::try_from(position.checked_sub(1)?).ok()?;
    let ends = text
        .char_indices()
        .map(|(offset, _)| offset)
        .chain([text.len()]);
    ends.into_iter().nth(index)
}

/// Whether a line begins with a backslash at or before the place of a syntax error.
fn is_meta_command(text: &str, offset: usize) -> bool {
    let line = text[..offset].rfind('\n').map_or(0, |newline| newline + 1);
    text[line..].trim_start().starts_with('\\')
}

/// Where the statement begins that fails, where the server does not say it: found by running them one by one in
/// this database, which is thrown away. A failure of another kind tells nothing.
fn failing(client: &mut Client, migration: &Migration, answer: &DbError) -> Option<usize> {
    client.batch_execute("ROLLBACK").ok()?;
    if !migration.needs_no_transaction() {
        client.batch_execute("BEGIN").ok()?;
    }
    for (start, statement) in split(&migration.text) {
        if let Err(error) = client.batch_execute(statement) {
            let same = error.as_db_error().is_some_and(|other| {
                other.code() == answer.code() && other.message() == answer.message()
            });
            return same.then_some(start);
        }
    }
    None
}
