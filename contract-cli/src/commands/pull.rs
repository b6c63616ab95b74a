//! `jsonb-contract pull`: the contract types that are registered in a database, as files.

use super::{EXIT_CODES, Failure, ReportArgs};
use crate::{
    database::{CONNECTION, DatabaseArgs, require_extension},
    kept_folder::KeptFolder,
    report::{Report, Subject, printable},
};
use clap::Args;
use contract_core::definition::Definition;
use postgres::Client;
use std::{path::PathBuf, process::ExitCode};

const LONG_ABOUT: &str = "\
Writes the contract types that are registered in a database to a folder: one manifest each, in the very \
text that was registered. What apply has registered comes back byte for byte.

A file is replaced whole, and only when it differs. A manifest that belongs to no registered contract \
type is a finding and stays.

--check writes nothing: each file that is missing, differs or belongs to no registered contract type is \
a finding.";

const EXAMPLES: &str = "\
Examples:
  jsonb-contract pull contracts
  jsonb-contract pull contracts --check      is what is registered what the files say?";

/// Writes the contract types that are registered in a database to a folder.
#[derive(Args)]
#[command(
    long_about = format!("{LONG_ABOUT}\n\n{CONNECTION}"),
    after_help = format!("{EXAMPLES}\n\n{EXIT_CODES}")
)]
pub struct Pull {
    /// The folder
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    #[command(flatten)]
    database: DatabaseArgs,
    /// Writes nothing, and finds what a pull would change
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    report: ReportArgs,
}

impl Pull {
    pub fn run(self) -> Result<ExitCode, Failure> {
        let mut report = Report::new(self.report.format, Subject::Files);
        let mut client = self.database.connect()?;
        require_extension(&mut client)?;
        let files: Vec<(PathBuf, String)> = registered(&mut client)?
            .into_iter()
            .map(|(name, text)| (self.folder.join(format!("{name}.json")), text))
            .collect();
        KeptFolder {
            folder: &self.folder,
            check: self.check,
            origin: "what is registered",
            owner: "registered contract type",
            command: "pull",
        }
        .bring_in_line(&files, &mut report)?;
        Ok(report.finish()?)
    }
}

/// The registered contract types and the texts of their manifests, in the order of their names.
fn registered(client: &mut Client) -> Result<Vec<(String, String)>, Failure> {
    let definitions = client.query(
        "SELECT proname::pg_catalog.text, prosrc FROM contract.definitions ORDER BY proname",
        &[],
    )?;
    definitions
        .iter()
        .map(|row| {
            let (function, body): (String, String) = (row.get(0), row.get(1));
            let text = source(&function, &body).map_err(|problem| {
                let function = printable(&function);
                Failure::CouldNotRun(format!("function contracts.{function}: {problem}"))
            })?;
            Ok((function, text))
        })
        .collect()
}

/// The text of the manifest that a function's body holds. The name is that of a file: it must be the
/// manifest's own, which has no other characters than a name may have.
fn source(function: &str, body: &str) -> Result<String, String> {
    let definition = Definition::read(body).map_err(|error| format!("its body {error}"))?;
    let contract = definition.contract().map_err(|problems| {
        let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
        format!("its body is no manifest: {}", problems.join("; "))
    })?;
    if contract.name() != function {
        return Err(format!(
            "it is contract type \"{}\": was it renamed?",
            contract.name()
        ));
    }
    Ok(definition.source().to_owned())
}
