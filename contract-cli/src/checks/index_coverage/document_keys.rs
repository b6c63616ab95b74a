//! Which keys of jsonb documents an index is made on, read from its expressions.

use crate::{
    expression::{column, name, parse, string},
    name::identifier,
};
use pg_query::{
    NodeEnum,
    protobuf::{AExprKind, FuncCall, Node},
};
use std::collections::BTreeSet;

/// A part of a document that an expression reads.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Access {
    pub column: String,
    /// The key at the top of the document; `None` where the expression takes the whole document, or where it
    /// cannot be told.
    pub key: Option<String>,
}

/// What an expression reads of the columns that hold documents. Of an expression that is not understood, each column
/// that it could mention is taken to be read whole.
pub fn accesses(text: &str, documents: &[&str]) -> BTreeSet<Access> {
    let mut found = BTreeSet::new();
    let understood = parse(text).is_ok_and(|expression| read(&expression, documents, &mut found));
    if !understood {
        let mentioned = documents
            .iter()
            .filter(|column| text.contains(&identifier(column)));
        found.extend(mentioned.map(|column| Access {
            column: (*column).to_owned(),
            key: None,
        }));
    }
    found
}

/// Whether all parts of the expression are understood.
fn read(expression: &NodeEnum, documents: &[&str], found: &mut BTreeSet<Access>) -> bool {
    if let Some((column, key)) = access(expression, documents) {
        found.insert(Access {
            column,
            key: Some(key),
        });
        return true;
    }
    if let Some(column) = document(expression, documents) {
        found.insert(Access { column, key: None });
        return true;
    }
    parts(expression).is_some_and(|parts| {
        let mut parts = parts.into_iter().filter_map(|part| part.node.as_ref());
        parts.all(|part| read(part, documents, found))
    })
}

/// The column and the key, of an expression that takes one key of a document.
fn access(expression: &NodeEnum, documents: &[&str]) -> Option<(String, String)> {
    match expression {
        NodeEnum::AExpr(operation) if operation.kind() == AExprKind::AexprOp => {
            let column = document(inner(operation.lexpr.as_deref())?, documents)?;
            let right = inner(operation.rexpr.as_deref())?;
            let operator = operation.name.last().and_then(name)?;
            let key = match operator {
                "->" | "->>" | "?" => string(right)?.to_owned(),
                "#>" | "#>>" => first_of_path(right)?,
                _ => return None,
            };
            Some((column, key))
        }
        NodeEnum::AIndirection(subscripted) => {
            let column = document(inner(subscripted.arg.as_deref())?, documents)?;
            let NodeEnum::AIndices(first) = inner(subscripted.indirection.first())? else {
                return None;
            };
            let is_slice = first.is_slice;
            let key = string(inner(first.uidx.as_deref())?)?;
            (!is_slice).then(|| (column, key.to_owned()))
        }
        NodeEnum::FuncCall(call) => extracted(call, documents),
        _ => None,
    }
}

/// `jsonb_extract_path(document, 'a', 'b')`, and the version of a document.
fn extracted(call: &FuncCall, documents: &[&str]) -> Option<(String, String)> {
    let mut arguments = call
        .args
        .iter()
        .filter_map(|argument| argument.node.as_ref());
    let column = document(arguments.next()?, documents)?;
    let names: Option<Vec<&str>> = call.funcname.iter().map(name).collect();
    match names?.as_slice() {
        ["pg_catalog", function] | [function]
            if ["jsonb_extract_path", "jsonb_extract_path_text"].contains(function) =>
        {
            let path = arguments.next()?;
            let key = if call.func_variadic {
                first_of_path(path)?
            } else {
                string(path)?.to_owned()
            };
            Some((column, key))
        }
        ["contract", "schema_version"] => Some((column, "_schema_version".to_owned())),
        _ => None,
    }
}

/// The first key of a path: of `'{a,b}'::text[]` or `ARRAY['a', 'b']`.
fn first_of_path(path: &NodeEnum) -> Option<String> {
    if let NodeEnum::TypeCast(cast) = path
        && let Some(NodeEnum::AArrayExpr(_)) = inner(cast.arg.as_deref())
    {
        return first_of_path(inner(cast.arg.as_deref())?);
    }
    if let NodeEnum::AArrayExpr(array) = path {
        return Some(string(inner(array.elements.first())?)?.to_owned());
    }
    let elements = string(path)?.strip_prefix('{')?.strip_suffix('}')?;
    let mut characters = elements.chars();
    let mut key = String::new();
    let is_quoted = elements.starts_with('"');
    if is_quoted {
        characters.next();
    }
    while let Some(character) = characters.next() {
        match character {
            '\\' => key.extend(characters.next()),
            '"' if is_quoted => break,
            ',' if !is_quoted => break,
            _ => key.push(character),
        }
    }
    (!key.is_empty()).then_some(key)
}

/// The column, of an expression that is a whole document: perhaps cast from a domain.
fn document(expression: &NodeEnum, documents: &[&str]) -> Option<String> {
    if let NodeEnum::TypeCast(cast) = expression {
        let target = cast.type_name.as_ref()?.names.last().and_then(name);
        return (target == Some("jsonb"))
            .then(|| document(inner(cast.arg.as_deref())?, documents))
            .flatten();
    }
    let names = column(expression)?;
    let name = names.last()?;
    documents.contains(name).then(|| (*name).to_owned())
}

/// The parts that an expression is made of; `None` for one that is not known here. Whether a document is
/// NULL says nothing of its keys.
fn parts(expression: &NodeEnum) -> Option<Vec<&Node>> {
    Some(match expression {
        NodeEnum::ColumnRef(_) | NodeEnum::AConst(_) | NodeEnum::NullTest(_) => Vec::new(),
        NodeEnum::FuncCall(call) => call.args.iter().collect(),
        NodeEnum::AExpr(operation) => operation
            .lexpr
            .iter()
            .chain(&operation.rexpr)
            .map(AsRef::as_ref)
            .collect(),
        NodeEnum::TypeCast(cast) => cast.arg.iter().map(AsRef::as_ref).collect(),
        NodeEnum::CollateClause(collate) => collate.arg.iter().map(AsRef::as_ref).collect(),
        NodeEnum::BoolExpr(boolean) => boolean.args.iter().collect(),
        NodeEnum::BooleanTest(test) => test.arg.iter().map(AsRef::as_ref).collect(),
        NodeEnum::CoalesceExpr(coalesce) => coalesce.args.iter().collect(),
        NodeEnum::MinMaxExpr(extreme) => extreme.args.iter().collect(),
        NodeEnum::AIndirection(indirection) => indirection.arg.iter().map(AsRef::as_ref).collect(),
        NodeEnum::AArrayExpr(array) => array.elements.iter().collect(),
        NodeEnum::RowExpr(row) => row.args.iter().collect(),
        NodeEnum::List(list) => list.items.iter().collect(),
        NodeEnum::CaseExpr(case) => case
            .arg
            .iter()
            .chain(&case.defresult)
            .map(AsRef::as_ref)
            .chain(&case.args)
            .collect(),
        NodeEnum::CaseWhen(when) => when
            .expr
            .iter()
            .chain(&when.result)
            .map(AsRef::as_ref)
            .collect(),
        _ => return None,
    })
}

fn inner(node: Option<&Node>) -> Option<&NodeEnum> {
    node?.node.as_ref()
}
