//! A document compiled: its model, and what is wrong with it.

use super::{
    lookup::Lookup,
    markdown::{Markdown, anchors},
    model::{Check, Contract, Deprecation, Matrix, Promotion, RowSecurity, Table},
    rules::{Found, RULES, Rule},
    sections::{
        self, Section, Sections, contracts, deprecations, drift_checks,
        head::{self, Count, Statement},
        promotions, row_security, tables,
    },
    text::Text,
    value,
};
use crate::{
    catalog::QualifiedName,
    documents::{Position, positions},
    report::{Finding, Level, Mark, Source},
};
use contract_core::Registry;
use jiff::civil::Date;
use std::{fs, io, path::Path};

/// A document in its parts. Places are those of the repaired text.
pub struct Document<'t> {
    pub text: &'t Text,
    pub markdown: Markdown<'t>,
    pub statements: Vec<Statement<'t>>,
    pub counts: Vec<Count<'t>>,
    pub tables: Section<'t, Table>,
    pub contracts: Section<'t, Contract>,
    pub promotions: Section<'t, Promotion>,
    pub row_security: Section<'t, RowSecurity>,
    pub bypass_roles: Section<'t, String>,
    pub checks: Section<'t, Check>,
    pub deprecations: Section<'t, Deprecation>,
    /// Rows and cells that could not be read.
    pub unreadable: Vec<Found>,
    /// The names of the headings in links, in their order.
    pub anchors: Vec<String>,
    lookup: Lookup,
}

/// What a document is compared with beside itself.
pub struct Surroundings<'a> {
    /// The file of the document: links are relative to it.
    pub file: &'a Path,
    /// The contract types that there are.
    pub registry: &'a Registry,
    /// The day on which it is judged, for what ends on a day.
    pub today: Date,
}

/// What became of a document.
pub struct Compiled {
    /// The text of the file.
    pub text: String,
    pub matrix: Matrix,
    /// In the order of the document.
    pub diagnostics: Vec<Diagnostic>,
}

/// Something that is wrong with a document, or was repaired.
#[derive(Debug)]
pub struct Diagnostic {
    pub rule: &'static Rule,
    pub position: Position,
    mark: Mark,
    pub message: String,
    pub hint: Option<String>,
}

impl Compiled {
    /// Whether every row was read, so that the model says all that the document says.
    pub fn is_complete(&self) -> bool {
        self.diagnostics
            .iter()
            .all(|it| it.rule.level != Level::Error)
    }

    /// The diagnostics for a report.
    pub fn findings<'f>(&'f self, file: &'f Path) -> impl Iterator<Item = Finding<'f>> {
        self.diagnostics.iter().map(move |it| Finding {
            level: it.rule.level,
            position: Some(it.position),
            hint: it.hint.clone(),
            sources: vec![Source {
                file,
                text: &self.text,
                marks: vec![it.mark.clone()],
            }],
            ..Finding::new(it.rule.id, file, it.message.clone())
        })
    }
}

/// Reads and compiles a document.
///
/// # Errors
///
/// The file cannot be read, or is not UTF-8.
pub fn read(surroundings: &Surroundings<'_>) -> io::Result<Compiled> {
    Ok(compile(read_text(surroundings.file)?, surroundings))
}

/// Reads the text of a document.
///
/// # Errors
///
/// As [`read`].
pub fn read_text(file: &Path) -> io::Result<String> {
    String::from_utf8(fs::read(file)?)
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error.utf8_error()))
}

/// Compiles the text of a document. The same text, registry, day and linked files give the same result.
pub fn compile(text: String, surroundings: &Surroundings<'_>) -> Compiled {
    let text = Text::new(text);
    let document = Document::parse(&text);
    let mut found: Vec<(&'static Rule, Found)> = Vec::new();
    for rule in RULES {
        let of_rule = (rule.check)(&document, surroundings);
        found.extend(of_rule.into_iter().map(|found| (rule, found)));
    }
    let matrix = document.matrix();
    let spans: Vec<_> = found
        .iter()
        .map(|(_, found)| text.in_file(&found.span))
        .collect();
    let places = positions(
        text.original(),
        spans.iter().map(|span| span.start).collect(),
    );
    let mut diagnostics: Vec<Diagnostic> = found
        .into_iter()
        .zip(spans)
        .map(|((rule, found), span)| Diagnostic {
            rule,
            position: places[&span.start],
            mark: Mark {
                span,
                label: String::new(),
            },
            message: found.message,
            hint: found.hint,
        })
        .collect();
    // Stable: at one place they are in the order of the rules.
    diagnostics.sort_by_key(|it| it.position);
    Compiled {
        matrix,
        diagnostics,
        text: text.into_original(),
    }
}

impl<'t> Document<'t> {
    fn parse(text: &'t Text) -> Self {
        let markdown = Markdown::parse(text.as_str());
        let mut sections = Sections::new(text.as_str(), &markdown);
        let tables = sections.read(&tables::KIND, tables::row);
        let contracts = sections.read(&contracts::KIND, contracts::row);
        let row_security = sections.read(&row_security::KIND, row_security::row);
        Self {
            lookup: Lookup::new(&tables.rows, &contracts.rows, &row_security.rows),
            tables,
            contracts,
            row_security,
            promotions: sections.read(&promotions::KIND, promotions::row),
            bypass_roles: sections.read(&row_security::BYPASS_ROLES, row_security::bypass_role),
            checks: sections.read(&drift_checks::KIND, drift_checks::row),
            deprecations: sections.read(&deprecations::KIND, deprecations::row),
            unreadable: sections.unreadable,
            statements: head::statements(&markdown),
            counts: head::counts(&markdown),
            anchors: anchors(markdown.headings.iter().map(|it| it.text)),
            text,
            markdown,
        }
    }

    fn matrix(&self) -> Matrix {
        fn values<T: Clone>(section: &Section<'_, T>) -> Vec<T> {
            section.rows.iter().map(|row| row.value.clone()).collect()
        }
        let mut bypass_roles = values(&self.bypass_roles);
        bypass_roles.extend(
            self.statement("bypass roles")
                .map(|it| value::list(it.value))
                .unwrap_or_default(),
        );
        Matrix {
            version: self.statement("version").map(|it| value::plain(it.value)),
            owner: self.statement("owner").map(|it| value::plain(it.value)),
            tables: values(&self.tables),
            contracts: values(&self.contracts),
            promotions: values(&self.promotions),
            row_security: values(&self.row_security),
            bypass_roles,
            checks: values(&self.checks),
            deprecations: values(&self.deprecations),
        }
    }

    /// The first statement of that name.
    pub fn statement(&self, name: &str) -> Option<&Statement<'t>> {
        self.statements.iter().find(|it| it.name == name)
    }

    /// The row of a table in section A.
    pub fn table(&self, name: &QualifiedName) -> Option<&sections::Row<'t, Table>> {
        self.lookup.table(name).map(|at| &self.tables.rows[at])
    }

    /// The rows of section A whose table is called by the word or its plural, at the end of its name.
    pub fn tables_called(&self, word: &str) -> impl Iterator<Item = &sections::Row<'t, Table>> {
        let rows = self.lookup.tables_called(word).iter();
        rows.map(|&at| &self.tables.rows[at])
    }

    /// The row of a table in section D.
    pub fn row_security_of(&self, name: &QualifiedName) -> Option<&sections::Row<'t, RowSecurity>> {
        let at = self.lookup.row_security(name)?;
        Some(&self.row_security.rows[at])
    }

    /// The row of a contract type.
    pub fn contract(&self, name: &str) -> Option<&sections::Row<'t, Contract>> {
        self.lookup
            .contract(name)
            .map(|at| &self.contracts.rows[at])
    }

    /// Whether the drift checks that level L2 asks for run.
    pub fn is_enforced(&self) -> bool {
        ["DRIFT-01", "DRIFT-02", "DRIFT-03"].iter().all(|id| {
            let mut rows = self.checks.rows.iter();
            rows.any(|row| row.value.id == *id && row.value.implemented == Some(true))
        })
    }
}
