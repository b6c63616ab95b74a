//! Functions that policies call, as far as their definitions can be looked into: those in `LANGUAGE sql` with one SELECT.

use super::tree::{inner, list, names, query};
use crate::{
    catalog::{self, Catalog, QualifiedName},
    expression,
};
use pg_query::{
    NodeEnum, ParserOptions,
    protobuf::{
        CreateFunctionStmt, DefElem, FunctionParameterMode, Node, ResTarget, SelectStmt,
        SubLinkType,
    },
};
use std::collections::BTreeMap;

/// The functions of a catalog, by their names.
#[derive(Default)]
pub struct Functions(BTreeMap<QualifiedName, Vec<Function>>);

pub struct Function {
    pub name: QualifiedName,
    pub parameters: Vec<Parameter>,
    /// The columns that it returns, where it names them.
    pub columns: Vec<String>,
    /// It has no access to the session: <https://www.postgresql.org/docs/current/xfunc-volatility.html>.
    pub immutable: bool,
    pub returns_set: bool,
    /// It runs with the rights of its owner, as `SECURITY DEFINER` says.
    pub as_owner: bool,
    /// The schemas where its body looks for names, where it sets them.
    pub search_path: Option<Vec<String>>,
    /// What it returns; nothing where it is not looked into.
    pub body: Option<SelectStmt>,
    /// A query for the elements of the array that it returns.
    pub elements: Option<SelectStmt>,
}

pub struct Parameter {
    pub name: String,
    pub default: Option<NodeEnum>,
}

/// What a name stands for in a call.
#[derive(Clone, Copy)]
pub enum Called<'f> {
    /// One of Postgres's own functions.
    Own,
    One(&'f Function),
    /// Not in the catalog.
    Unknown,
    /// Any of several.
    Several,
}

impl Functions {
    pub fn new(catalog: &Catalog) -> Self {
        let mut functions = BTreeMap::<_, Vec<_>>::new();
        for function in &catalog.functions {
            let of_name = functions.entry(function.name.clone()).or_default();
            of_name.push(Function::new(function));
        }
        Self(functions)
    }

    /// The function that a name and a number of arguments mean, below the given function's body.
    pub fn called(
        &self,
        names: &[&str],
        arguments: usize,
        within: Option<&Function>,
    ) -> Called<'_> {
        let found: Vec<_> = match (names, within) {
            (["pg_catalog", _], _) | ([_], None) => return Called::Own,
            ([schema, name], _) => {
                let name = QualifiedName::new(*schema, *name);
                self.0.get(&name).into_iter().flatten().collect()
            }
            ([name], Some(within)) => {
                let is_seen = |schema: &String| {
                    let path = within.search_path.as_ref();
                    path.is_none_or(|path| path.contains(schema))
                };
                let found: Vec<_> = (self.0.iter())
                    .filter(|(known, _)| known.name == *name && is_seen(&known.schema))
                    .flat_map(|(_, functions)| functions)
                    .collect();
                if found.is_empty() {
                    return Called::Own;
                }
                found
            }
            _ => return Called::Several,
        };
        if found.is_empty() {
            return Called::Unknown;
        }
        let mut fitting = found.into_iter().filter(|it| it.takes(arguments));
        match (fitting.next(), fitting.next()) {
            (Some(only), None) => Called::One(only),
            _ => Called::Several,
        }
    }
}

impl Function {
    fn new(function: &catalog::Function) -> Self {
        let mut known = Self {
            name: function.name.clone(),
            parameters: Vec::new(),
            columns: Vec::new(),
            immutable: false,
            returns_set: true,
            as_owner: true,
            search_path: None,
            body: None,
            elements: None,
        };
        if let Some(create) = parsed(&function.definition) {
            known.read(&create);
        }
        known
    }

    fn read(&mut self, create: &CreateFunctionStmt) {
        use FunctionParameterMode::{FuncParamOut, FuncParamTable, FuncParamVariadic};
        let mut is_variadic = false;
        for parameter in list(&create.parameters) {
            let NodeEnum::FunctionParameter(parameter) = parameter else {
                continue;
            };
            if matches!(parameter.mode(), FuncParamOut | FuncParamTable) {
                self.columns.push(parameter.name.clone());
                continue;
            }
            is_variadic |= parameter.mode() == FuncParamVariadic;
            self.parameters.push(Parameter {
                name: parameter.name.clone(),
                default: inner(parameter.defexpr.as_deref()).cloned(),
            });
        }
        self.returns_set =
            create.return_type.as_ref().is_none_or(|it| it.setof) || !self.columns.is_empty();
        self.as_owner = false;
        let (mut is_sql, mut text) = (false, None);
        for option in list(&create.options) {
            let NodeEnum::DefElem(option) = option else {
                continue;
            };
            match option.defname.as_str() {
                "language" => is_sql = word(option) == Some("sql"),
                "volatility" => self.immutable = word(option) == Some("immutable"),
                "security" => {
                    self.as_owner = matches!(inner(option.arg.as_deref()), Some(NodeEnum::Boolean(it)) if it.boolval);
                }
                "set" => self.search_path = search_path(option).or(self.search_path.take()),
                "as" => {
                    if let Some(NodeEnum::List(parts)) = inner(option.arg.as_deref()) {
                        text = names(&parts.items).first().map(|it| (*it).to_owned());
                    }
                }
                _ => {}
            }
        }
        if is_sql && !is_variadic {
            self.body = match inner(create.sql_body.as_deref()) {
                Some(body) => standard_body(body),
                None => text.and_then(|text| only_select(&text)),
            };
            self.elements = self.body.as_ref().and_then(elements);
        }
    }

    fn takes(&self, arguments: usize) -> bool {
        let needed = self.parameters.iter().filter(|it| it.default.is_none());
        // What could not be read takes anything.
        self.parameters.is_empty() && self.body.is_none()
            || (needed.count()..=self.parameters.len()).contains(&arguments)
    }
}

fn parsed(definition: &str) -> Option<CreateFunctionStmt> {
    let parsed = pg_query::parse(definition, ParserOptions::default()).ok()?;
    let statement = parsed.protobuf.stmts.into_iter().next()?;
    match statement.stmt?.node? {
        NodeEnum::CreateFunctionStmt(create) => Some(*create),
        _ => None,
    }
}

fn word(option: &DefElem) -> Option<&str> {
    match inner(option.arg.as_deref())? {
        NodeEnum::String(word) => Some(&word.sval),
        _ => None,
    }
}

fn search_path(option: &DefElem) -> Option<Vec<String>> {
    let Some(NodeEnum::VariableSetStmt(set)) = inner(option.arg.as_deref()) else {
        return None;
    };
    let schemas = list(&set.args).filter_map(expression::string);
    (set.name == "search_path").then(|| schemas.map(str::to_owned).collect())
}

/// The query of a body between quotes.
fn only_select(text: &str) -> Option<SelectStmt> {
    let parsed = pg_query::parse(text, ParserOptions::default()).ok()?;
    match parsed.protobuf.stmts.as_slice() {
        [only] => query(only.stmt.as_deref()).cloned(),
        _ => None,
    }
}

/// The query of `RETURN value` or `BEGIN ATOMIC query; END`.
fn standard_body(body: &NodeEnum) -> Option<SelectStmt> {
    match body {
        NodeEnum::ReturnStmt(returned) => {
            Some(target_only(returned.returnval.as_deref()?.clone(), None))
        }
        NodeEnum::SelectStmt(select) => Some((**select).clone()),
        NodeEnum::List(statements) => match statements.items.as_slice() {
            [only] => standard_body(only.node.as_ref()?),
            _ => None,
        },
        _ => None,
    }
}

/// A query with another target.
fn target_only(value: Node, of: Option<&SelectStmt>) -> SelectStmt {
    let target = ResTarget {
        val: Some(Box::new(value)),
        ..ResTarget::default()
    };
    SelectStmt {
        target_list: vec![Node {
            node: Some(NodeEnum::ResTarget(Box::new(target))),
        }],
        ..of.cloned().unwrap_or_default()
    }
}

/// The query for the elements of `SELECT array_agg(element) FROM ...` or `SELECT ARRAY(query)`.
fn elements(body: &SelectStmt) -> Option<SelectStmt> {
    let [target] = body.target_list.as_slice() else {
        return None;
    };
    let NodeEnum::ResTarget(target) = target.node.as_ref()? else {
        return None;
    };
    match inner(target.val.as_deref())? {
        NodeEnum::FuncCall(call)
            if matches!(
                names(&call.funcname).as_slice(),
                ["array_agg"] | ["pg_catalog", "array_agg"]
            ) && body.group_clause.is_empty()
                && body.having_clause.is_none()
                && body.limit_offset.is_none() =>
        {
            match call.args.as_slice() {
                [element] => Some(target_only(element.clone(), Some(body))),
                _ => None,
            }
        }
        NodeEnum::SubLink(link)
            if link.sub_link_type() == SubLinkType::ArraySublink && body.from_clause.is_empty() =>
        {
            query(link.subselect.as_deref()).cloned()
        }
        _ => None,
    }
}
