//! `jsonb-contract apply`: a folder of manifests, registered in a database.

use super::{EXIT_CODES, Failure, ReportArgs, allowed, tell};
use crate::{
    database::{CONNECTION, DatabaseArgs, require_extension},
    manifests,
    report::{Report, Subject, printable},
};
use clap::Args;
use contract_core::{ContractType, Registry};
use postgres::{
    IsolationLevel, Transaction,
    error::{DbError, SqlState},
};
use std::{fs, path::PathBuf, process::ExitCode};

const LONG_ABOUT: &str = "\
Registers the contract types of a folder in a database: each manifest, in the text of its file, by \
contract.register, all in one transaction.

Prints a line for each contract type: new, changed, unchanged, or reformatted where only the text has \
changed. A second run finds everything unchanged and writes nothing.

What the database refuses, such as a version that is not compatible or a name that is taken, is a \
finding, with the place in the manifest. All manifests are tried, and nothing is registered where one is \
refused. What a schema may not mean as it says is told as a warning on standard error.";

const EXAMPLES: &str = "\
Examples:
  jsonb-contract apply contracts --dry-run
  jsonb-contract apply contracts --database-url postgres://deploy@db.example/shop?sslmode=verify-full
  jsonb-contract apply contracts --allow-unproven ship_manifest";

/// Registers a folder of manifests in a database.
#[derive(Args)]
#[command(
    long_about = format!("{LONG_ABOUT}\n\n{CONNECTION}"),
    after_help = format!("{EXAMPLES}\n\n{EXIT_CODES}")
)]
pub struct Apply {
    /// The folder with the manifests
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    #[command(flatten)]
    database: DatabaseArgs,
    /// Registers nothing, and tells what would be
    #[arg(long)]
    dry_run: bool,
    /// Registers this contract type although its compatibility is not proven; can be given again
    #[arg(long, value_name = "TYPE")]
    allow_unproven: Vec<String>,
    #[command(flatten)]
    report: ReportArgs,
}

/// A manifest that is to be registered.
struct Source {
    contract_type: String,
    file: PathBuf,
    text: String,
    allow_unproven: bool,
}

/// What became of a manifest: what is told of it, or why the database refuses it.
type Outcome = Result<String, Box<DbError>>;

impl Apply {
    pub fn run(self) -> Result<ExitCode, Failure> {
        let mut report = Report::new(self.report.format, Subject::Manifests);
        let sources = match Registry::from_folder(&self.folder) {
            Ok(registry) => self.sources(&registry)?,
            Err(errors) => {
                for finding in manifests::problems(&errors) {
                    report.add(&finding)?;
                }
                return Ok(report.finish()?);
            }
        };
        let mut client = self.database.connect()?;
        require_extension(&mut client)?;
        let mut transaction = client
            .build_transaction()
            .isolation_level(IsolationLevel::ReadCommitted)
            .start()?;
        let outcomes = register_all(&mut transaction, &sources)?;
        let end = if outcomes.iter().any(Result::is_err) {
            transaction.rollback()?;
            Some("nothing is registered")
        } else if self.dry_run {
            transaction.rollback()?;
            Some("nothing is registered: this was a dry run")
        } else {
            transaction.commit()?;
            None
        };
        for (source, outcome) in sources.iter().zip(outcomes) {
            source.tell(outcome, &mut report)?;
        }
        report.flush()?;
        end.into_iter().for_each(tell);
        Ok(report.finish()?)
    }

    /// The manifests with their texts, in the order of their names.
    fn sources(&self, registry: &Registry) -> Result<Vec<Source>, Failure> {
        let folder = self.folder.to_string_lossy();
        let folder = printable(&folder);
        if registry.iter().len() == 0 {
            return Err(Failure::Usage(format!("{folder} has no manifest")));
        }
        let why = format!("{folder} does not have");
        allowed::known("--allow-unproven", &self.allow_unproven, &why, |name| {
            registry.get(name).is_ok()
        })?;
        registry
            .iter()
            .map(|contract| self.source(contract))
            .collect()
    }

    fn source(&self, contract: &ContractType) -> Result<Source, Failure> {
        let contract_type = contract.name().to_owned();
        let file = self.folder.join(format!("{contract_type}.json"));
        let text = fs::read_to_string(&file).map_err(|error| {
            let file = file.to_string_lossy();
            Failure::Usage(format!("{} cannot be read: {error}", printable(&file)))
        })?;
        Ok(Source {
            allow_unproven: self.allow_unproven.contains(&contract_type),
            contract_type,
            file,
            text,
        })
    }
}

/// Registers all manifests, again those that were refused before others were registered: one may take
/// a name that another gives up.
fn register_all(
    transaction: &mut Transaction<'_>,
    sources: &[Source],
) -> Result<Vec<Outcome>, Failure> {
    let outcomes = sources.iter().map(|source| source.register(transaction));
    let mut outcomes = outcomes.collect::<Result<Vec<_>, _>>()?;
    let mut is_further = outcomes.iter().any(Result::is_ok);
    while is_further {
        is_further = false;
        for (source, outcome) in sources.iter().zip(&mut outcomes) {
            if outcome.is_err() {
                *outcome = source.register(transaction)?;
                is_further |= outcome.is_ok();
            }
        }
    }
    Ok(outcomes)
}

impl Source {
    /// Registers the manifest, in a savepoint: a refusal undoes nothing else.
    fn register(&self, transaction: &mut Transaction<'_>) -> Result<Outcome, Failure> {
        const REGISTER: &str = "SELECT release, change, summary \
            FROM contract.register($1::pg_catalog.text::pg_catalog.jsonb, $1, $2)";
        let mut savepoint = transaction.savepoint("manifest")?;
        match savepoint.query_one(REGISTER, &[&self.text, &self.allow_unproven]) {
            Ok(row) => {
                savepoint.commit()?;
                let (release, change): (String, String) = (row.get(0), row.get(1));
                let summary = match change.as_str() {
                    "new" | "changed" => format!(": {}", row.get::<_, String>(2)),
                    _ => String::new(),
                };
                Ok(Ok(format!(
                    "{} {release} {change}{summary}",
                    self.contract_type
                )))
            }
            Err(error) => match error.as_db_error() {
                Some(answer) if is_refusal(answer) => {
                    savepoint.rollback()?;
                    Ok(Err(Box::new(answer.clone())))
                }
                _ => Err(error.into()),
            },
        }
    }

    fn tell(&self, outcome: Outcome, report: &mut Report) -> Result<(), Failure> {
        report.begin(&self.file);
        report.checked(outcome.is_err());
        match outcome {
            Ok(line) => report.done(&line)?,
            Err(answer) => {
                for finding in manifests::refusal(&self.file, &self.text, &answer) {
                    report.add(&finding)?;
                }
            }
        }
        Ok(())
    }
}

/// Whether the answer is about the manifest: data, syntax and rules (SQLSTATE classes 0A, 22, 42), or
/// more of them than there may be (54). Everything else kept the question from being asked.
fn is_refusal(answer: &DbError) -> bool {
    let code = answer.code();
    *code != SqlState::INSUFFICIENT_PRIVILEGE
        && ["0A", "22", "42", "54"]
            .iter()
            .any(|class| code.code().starts_with(class))
}
