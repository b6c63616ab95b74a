//! What the drift checks compare, read from where the command line says.

use crate::{
    catalog::{Catalog, CatalogArgs, QualifiedName},
    checks::{Baseline, Evidence, Outcome, Waivers},
    commands::{Failure, read, tell},
    database::DatabaseArgs,
    guardrail::Matrix,
    migrations::MigrationArgs,
};
use clap::Args;
use jiff::civil::Date;
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

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
    #[arg(
        long,
        value_name = "FILE",
        help = "Reports of tests (JUnit XML), as evidence for compliance level L3; may be given more than once"
    )]
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
    /// A file cannot be read or understood; the database cannot be read. Migrations that fail are no error here: they keep
    /// one check from running, and the others run.
    pub fn read(
        files: &MatrixArgs,
        catalog: &CatalogArgs,
        migrations: Option<&MigrationArgs>,
        today: Date,
    ) -> Result<Self, Failure> {
        let matrix = read::matrix(&files.matrix, today)?;
        let waivers = match &files.waivers {
            Some(file) => waivers(file, today)?,
            None => Waivers::default(),
        };
        let baseline = match &files.baseline {
            Some(file) => {
                Some(Baseline::parse(&read::text(file)?).map_err(|why| read::wrong(file, &why))?)
            }
            None => None,
        };
        let mut evidence = Evidence::default();
        for file in &files.tests {
            let added = evidence.add(&read::text(file)?);
            added.map_err(|why| read::wrong(file, &why))?;
        }
        let database = catalog.live();
        let catalog = catalog.catalog()?;
        let migrated = match migrations {
            Some(migrations) => migrated(migrations, database, &catalog)?,
            None => None,
        };
        Ok(Self {
            matrix,
            catalog,
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
            if ran.check.id == "DRIFT-01" {
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

/// What the migrations make, where they are named; or that they could not be run. What the server or the network said is
/// for standard error alone.
fn migrated(
    migrations: &MigrationArgs,
    database: Option<&DatabaseArgs>,
    live: &Catalog,
) -> Result<Option<Result<Catalog, String>>, Failure> {
    match migrations.migrated(database, live) {
        Ok(migrated) => Ok(migrated.map(Ok)),
        Err(failure @ Failure::Usage(_)) => Err(failure),
        Err(failure) => {
            tell(&format!("error: {}", failure.message()));
            Ok(Some(Err(
                "the migrations could not be run; standard error says why".to_owned(),
            )))
        }
    }
}

fn waivers(file: &Path, today: Date) -> Result<Waivers, Failure> {
    Waivers::parse(&read::text(file)?, today).map_err(|problems| {
        read::refused(file, problems.iter().map(|problem| problem.finding(file)))
    })
}
