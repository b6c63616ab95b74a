//! Domains over jsonb: what their CHECKs make sure of holds for each column of the domain.

use super::{Check, check_constraint::enforced_by, contracts::Contracts};
use crate::{
    catalog::{Catalog, Column, Jsonb, QualifiedName},
    expression::name,
};
use pg_query::{NodeEnum, ParserOptions, protobuf::Token};
use std::collections::{HashMap, HashSet};

/// What domains make sure of, by name; those of the domain under a domain are among them.
pub struct Domains(HashMap<QualifiedName, Vec<Check>>);

struct Domain {
    base: Option<QualifiedName>,
    checks: Vec<Check>,
}

impl Domains {
    /// # Errors
    ///
    /// The definition of a domain that the grammar does not understand.
    pub fn of(catalog: &Catalog, contracts: &Contracts<'_>) -> Result<Self, String> {
        let mut domains = HashMap::new();
        for declared in &catalog.types {
            if let Some(definition) = declared.definition.strip_prefix("DOMAIN ") {
                domains.insert(&declared.name, read(&declared.name, definition, contracts)?);
            }
        }
        let all_checks = |domain: &QualifiedName| {
            let (mut checks, mut seen) = (Vec::new(), HashSet::new());
            let mut next = Some(domain.clone());
            while let Some(domain) = next.take().filter(|domain| seen.insert(domain.clone())) {
                if let Some(domain) = domains.get(&domain) {
                    checks.extend(domain.checks.iter().cloned());
                    next.clone_from(&domain.base);
                }
            }
            checks
        };
        Ok(Self(
            domains
                .keys()
                .map(|domain| ((*domain).clone(), all_checks(domain)))
                .collect(),
        ))
    }

    /// What the type of a column makes sure of.
    pub fn checks_of(&self, column: &Column) -> &[Check] {
        if column.jsonb != Some(Jsonb::Domain) {
            return &[];
        }
        type_name(&column.data_type)
            .and_then(|domain| self.0.get(&domain))
            .map_or(&[], Vec::as_slice)
    }
}

/// A domain, from its base type and what follows it: `jsonb NOT NULL CONSTRAINT c CHECK (...)`.
fn read(
    domain: &QualifiedName,
    definition: &str,
    contracts: &Contracts<'_>,
) -> Result<Domain, String> {
    let (head, constraints) = split(definition)?;
    let mut checks = Vec::new();
    for constraint in constraints {
        let read = enforced_by(constraint, contracts)?;
        // The domain's value has the place of the column.
        checks.extend(
            read.columns
                .into_iter()
                .filter(|c| c.column == "value")
                .map(|enforced| Check {
                    name: read.name.clone(),
                    contract_type: enforced.contract_type,
                    validated: read.validated,
                    enforced: true,
                    domain: Some(domain.clone()),
                }),
        );
    }
    Ok(Domain {
        base: type_name(head),
        checks,
    })
}

/// What comes before the constraints, and each constraint.
fn split(definition: &str) -> Result<(&str, Vec<&str>), String> {
    let scanned = pg_query::scan(definition).map_err(|error| format!("{error}: {definition}"))?;
    let mut depth = 0_u32;
    let mut starts = Vec::new();
    for token in &scanned.tokens {
        match token.token() {
            Token::Ascii40 => depth += 1,
            Token::Ascii41 => depth = depth.saturating_sub(1),
            Token::Constraint if depth == 0 => {
                starts.push(usize::try_from(token.start).unwrap_or_default());
            }
            _ => {}
        }
    }
    let ends = starts.iter().skip(1).copied().chain([definition.len()]);
    let constraints = starts
        .iter()
        .zip(ends)
        .map(|(start, end)| &definition[*start..end]);
    let head = starts.first().copied().unwrap_or(definition.len());
    Ok((&definition[..head], constraints.collect()))
}

/// The name of a type that is not one of Postgres's own, from its text in DDL; what follows it in a
/// domain's definition may be there.
fn type_name(text: &str) -> Option<QualifiedName> {
    let parsed = pg_query::parse(
        &format!("CREATE DOMAIN d AS {text}"),
        ParserOptions::default(),
    )
    .ok()?;
    let statement = parsed.protobuf.stmts.into_iter().next()?.stmt?.node?;
    let NodeEnum::CreateDomainStmt(create) = statement else {
        return None;
    };
    let names = create.type_name?.names;
    let names: Option<Vec<&str>> = names.iter().map(name).collect();
    match names?.as_slice() {
        [schema, name] => Some(QualifiedName::new(*schema, *name)),
        _ => None,
    }
}
