//! What the drift checks compare, read from where the command line says.

use crate::{
    catalog::{Catalog, CatalogArgs, QualifiedName, snapshot},
    checks::{Baseline, Check, Evidence, Outcome, Waivers},
    commands::Failure,
    guardrail::{self, Matrix},
    migrations::MigrationArgs,
    report::{Finding, Report, Subject, counted, printable},
};
use clap::Args;
use jiff::civil::Date;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// The check that compares the migrations.
const OF_MIGRATIONS: &str = "DRIFT-01";

/// What is said of the database, and of its findings.
#[derive(Args)]
pub struct MatrixArgs {
    /// The guardrail matrix, or what guardrail compile made of it
    #[arg(
        long,
        value_name = "FILE",
        default_value = "docs/ssot/GUARDRAIL_MATRIX.md"
    )]
    matrix: PathBuf,
    /// Waivers, and who mends what by when where the matrix does not say it (TOML)
    #[arg(long, value_name = "FILE")]
    waivers: Option<PathBuf>,
    /// Findings that were there before, and do not fail
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// A snapshot of what the migrations make
    #[arg(long, value_name = "FILE")]
    migrated: Option<PathBuf>,
    /// Reports of tests (JUnit XML), as evidence for compliance level L3; may be given more than once
    #[arg(long, value_name = "FILE")]
    tests: Vec<PathBuf>,
}

impl MatrixArgs {
    pub fn file(&self) -> &Path {
        &self.matrix
    }
}

/// Everything that was read.
pub struct Inputs {
    pub matrix: Matrix,
    pub catalog: Catalog,
    /// What the migrations make; or why that is not known.
    migrated: Option<Result<Catalog, String>>,
    pub waivers: Waivers,
    pub baseline: Option<Baseline>,
    pub evidence: Evidence,
}

impl Inputs {
    /// Reads files first: what is wrong with them is said before a database is asked.
    ///
    /// # Errors
    ///
    /// A file cannot be read or understood; the database cannot be read.
    pub fn read(
        files: &MatrixArgs,
        catalog: &CatalogArgs,
        migrations: &MigrationArgs,
        selected: &[&'static Check],
        today: Date,
    ) -> Result<Self, Failure> {
        let matrix = guardrail::read(&files.matrix)?;
        let waivers = match &files.waivers {
            Some(file) => waivers(file, today)?,
            None => Waivers::default(),
        };
        let baseline = match &files.baseline {
            Some(file) => Some(Baseline::parse(&text(file)?).map_err(|why| wrong(file, &why))?),
            None => None,
        };
        let mut evidence = Evidence::default();
        for file in &files.tests {
            let added = evidence.add(&text(file)?);
            added.map_err(|why| wrong(file, &why))?;
        }
        let live = catalog.catalog()?;
        let is_compared = selected.iter().any(|check| check.id == OF_MIGRATIONS);
        let migrated = if is_compared {
            migrated(migrations, catalog, &live)?
        } else {
            None
        };
        Ok(Self {
            matrix,
            catalog: live,
            migrated,
            waivers,
            baseline,
            evidence,
        })
    }

    /// What the migrations make, where that is known.
    pub fn migrated(&self) -> Option<&Catalog> {
        self.migrated.as_ref()?.as_ref().ok()
    }

    /// Says why the check of the migrations could not run, where they could not be replayed.
    pub fn tell_of_migrations(&self, outcome: &mut Outcome) {
        let Some(Err(why)) = &self.migrated else {
            return;
        };
        for ran in &mut outcome.checks {
            if ran.check.id == OF_MIGRATIONS {
                ran.result = Err(why.clone());
            }
        }
    }

    /// The tables of the matrix and of the database; a partition is told under its own name only where something is
    /// found of it.
    pub fn tables(&self) -> BTreeSet<QualifiedName> {
        let of_matrix = self.matrix.tables.iter().map(|row| row.table.clone());
        let relations = self.catalog.relations.iter();
        let of_database = relations
            .filter(|relation| relation.is_table() && !relation.is_partition)
            .map(|relation| relation.name.clone());
        of_matrix.chain(of_database).collect()
    }
}

/// What the migrations make, where they are named; or why that is not known, while the other checks still run.
fn migrated(
    migrations: &MigrationArgs,
    catalog: &CatalogArgs,
    live: &Catalog,
) -> Result<Option<Result<Catalog, String>>, Failure> {
    match migrations.migrated(catalog.live(), live) {
        Ok(migrated) => Ok(migrated.map(Ok)),
        Err(Failure::CouldNotRun(why)) => Ok(Some(Err(why))),
        Err(failure) => Err(failure),
    }
}

fn waivers(file: &Path, today: Date) -> Result<Waivers, Failure> {
    Waivers::parse(&text(file)?, today)
        .map_err(|problems| refused(file, problems.iter().map(|problem| problem.finding(file))))
}

/// Tells what is wrong with a file, each with its place.
fn refused<'f>(file: &Path, findings: impl Iterator<Item = Finding<'f>>) -> Failure {
    let mut report = Report::beside_output(Subject::Files);
    let mut errors = 0;
    for finding in findings {
        // A closed standard error is no reason to take another way.
        let _ = report.add(&finding);
        errors += 1;
    }
    let _ = report.flush();
    wrong(
        file,
        &format!(
            "{} in it; standard error names them",
            counted(errors, "error")
        ),
    )
}

fn text(file: &Path) -> Result<String, Failure> {
    fs::read_to_string(file).map_err(|error| wrong(file, &format!("cannot be read: {error}")))
}

fn wrong(file: &Path, why: &str) -> Failure {
    let name = file.to_string_lossy();
    Failure::Usage(format!("{}: {why}", printable(&name)))
}
