//! `jsonb-contract sql bind`: the migration that binds columns to a contract type.

use crate::name::{Name, TableName, literal};
use crate::{
    commands::{
        EXIT_CODES, Failure,
        contracts::{ContractArgs, known_version},
    },
    output::Output,
};
use clap::Args;
use contract_core::{ContractType, manifest::Binding};
use std::process::ExitCode;

/// The schema of a table whose binding names none.
const DEFAULT_SCHEMA: &str = "public";

const LONG_ABOUT: &str = "\
Prints the migration that binds the columns of a contract type: those that its manifest names, or \
the one of --table and --column.

Each column gets a CHECK constraint that new rows must pass, a guard trigger that keeps versions from \
going down, and a comment. Rows that are there are not read, so that no lock is held for long. \
Behind that, commented out, is the second step, a migration of its own: a query that finds the rows \
that violate the contract, and the statement that lets Postgres vouch for all rows.

A manifest that names no schema means public. A contract type whose manifest wants no CHECK constraint \
has nothing to bind; a column that --table and --column name is bound all the same.

Names are taken as they are, upper case included. A name in double quotes is taken without them, \
two in it are one; the name of a schema or table that has a dot needs them.";

const EXAMPLES: &str = "\
Examples:
  jsonb-contract sql bind case_metadata > 20250122000003_bind_cases.up.sql
  jsonb-contract sql bind case_metadata --down > 20250122000003_bind_cases.down.sql
  jsonb-contract sql bind case_metadata --table app.cases --column metadata --floor 2";

/// Prints the migration that binds the columns of a contract type.
#[derive(Args)]
#[command(long_about = LONG_ABOUT, after_help = format!("{EXAMPLES}\n\n{EXIT_CODES}"))]
pub struct Bind {
    #[command(flatten)]
    contract: ContractArgs,
    /// Binds a column of this table, instead of the manifest's columns
    #[arg(long, value_name = "SCHEMA.TABLE", requires = "column")]
    table: Option<TableName>,
    /// Binds this column of the table
    #[arg(long, value_name = "COLUMN", requires = "table")]
    column: Option<Name>,
    /// The lowest version that may be written, instead of the lowest that may be read
    #[arg(long, value_name = "VERSION", conflicts_with = "down")]
    floor: Option<u32>,
    /// Prints the way down instead
    #[arg(long)]
    down: bool,
}

const NO_SCHEMA: &str = "The manifest names no schema; this is for the schema public.";
const NOT_WANTED: &str = "\
The manifest wants no CHECK constraint (check_constraint is false), so that there is nothing to do.
--table and --column name a column all the same.";
const NOT_WANTED_THERE: &str = "\
The manifest wants no CHECK constraint on its own columns; this one was asked for by name.";

impl Bind {
    pub fn run(self) -> Result<ExitCode, Failure> {
        let loaded = self.contract.load()?;
        let contract = self.contract.find(loaded.as_ref())?;
        let floor = self
            .floor
            .map(|floor| known_version(contract, floor))
            .transpose()?;
        let wants_check = contract.manifest().check_constraint;
        let mut notes = Vec::new();
        let columns = match self.table.zip(self.column) {
            Some((table, column)) => {
                if !wants_check {
                    notes.push(NOT_WANTED_THERE);
                }
                vec![Column { table, column }]
            }
            None if wants_check => columns_of(contract, &mut notes)?,
            None => {
                notes.push(NOT_WANTED);
                Vec::new()
            }
        };
        let migration = Migration {
            contract_type: contract.name(),
            notes,
            columns,
            floor,
        };
        let sql = if self.down {
            migration.down()
        } else {
            migration.up()
        };
        let mut output = Output::open(None)?;
        output.write(&[sql.into_bytes()])?;
        Ok(ExitCode::SUCCESS)
    }
}

/// The columns that the manifest names.
fn columns_of(
    contract: &ContractType,
    notes: &mut Vec<&'static str>,
) -> Result<Vec<Column>, Failure> {
    let bindings = &contract.manifest().bindings;
    if bindings.is_empty() {
        return Err(Failure::Usage(format!(
            "the manifest of {} names no column\n  tip: say --table and --column",
            contract.name()
        )));
    }
    if bindings.iter().any(|binding| binding.schema.is_none()) {
        notes.push(NO_SCHEMA);
    }
    bindings
        .iter()
        .map(Column::new)
        .collect::<Result<_, _>>()
        .map_err(|error| Failure::Usage(format!("a binding of {}: {error}", contract.name())))
}

/// A column to bind.
struct Column {
    table: TableName,
    column: Name,
}

impl Column {
    fn new(binding: &Binding) -> Result<Self, String> {
        Ok(Self {
            table: TableName {
                schema: Name::new(binding.schema.as_deref().unwrap_or(DEFAULT_SCHEMA))?,
                table: Name::new(&binding.table)?,
            },
            column: Name::new(&binding.column)?,
        })
    }

    /// The two arguments that name it.
    fn arguments(&self) -> String {
        format!("{}, {}", self.table.regclass(), self.column.literal())
    }
}

/// What is printed.
struct Migration<'a> {
    contract_type: &'a str,
    notes: Vec<&'static str>,
    columns: Vec<Column>,
    floor: Option<u32>,
}

impl Migration<'_> {
    fn up(&self) -> String {
        let title = self.title("binds");
        if self.columns.is_empty() {
            return title;
        }
        let floor = self
            .floor
            .map_or_else(String::new, |floor| format!(", {floor}"));
        let contract_type = literal(self.contract_type);
        let binds = self.lines(|column| {
            let arguments = column.arguments();
            format!("SELECT contract.bind({arguments}, {contract_type}{floor});\n")
        });
        let offenders = self.lines(|column| {
            let (table, column) = (column.table.identifier(), column.column.identifier());
            format!(
                "SELECT stored.tableoid::pg_catalog.regclass, stored.ctid, error.*\n    \
                 FROM {table} AS stored, contract.errors({contract_type}, stored.{column}) AS error;\n"
            )
        });
        let validates = self.lines(|column| {
            let arguments = column.arguments();
            format!("SELECT contract.validate_binding({arguments});\n")
        });
        let second = commented(&format!(
            "Second step, a migration of its own. All that is written is checked from the first on: \
             rows from before\nthat violate the contract can be read, but not updated. These are they:\n\n\
             {offenders}\nOnce they are repaired:\n\n{validates}"
        ));
        format!("{title}CREATE EXTENSION IF NOT EXISTS jsonb_contract;\n\n{binds}\n{second}")
    }

    fn down(mut self) -> String {
        self.columns.reverse();
        let unbinds = self.lines(|column| {
            let arguments = column.arguments();
            format!("SELECT contract.unbind({arguments});\n")
        });
        self.title("unbinds") + &unbinds
    }

    fn title(&self, does: &str) -> String {
        let columns = match self.columns.len() {
            0 => "no column".to_owned(),
            1 => "1 column".to_owned(),
            count => format!("{count} columns"),
        };
        let mut title = format!("Contract type {}: {does} {columns}.\n", self.contract_type);
        for note in &self.notes {
            title += note;
            title.push('\n');
        }
        commented(&title)
    }

    fn lines(&self, line: impl Fn(&Column) -> String) -> String {
        self.columns.iter().map(line).collect()
    }
}

/// The text as a comment; no name has a line break.
fn commented(text: &str) -> String {
    text.lines()
        .map(|line| format!("-- {line}").trim_end().to_owned() + "\n")
        .collect()
}
