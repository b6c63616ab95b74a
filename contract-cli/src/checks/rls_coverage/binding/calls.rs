//! Calls of functions whose bodies are looked into. A body knows its parameters and its own names, not those around the call.

use super::{
    formula::{Formula, Term},
    from::{Columns, Scope},
    functions::{Called, Function},
    reading::{Reader, Value},
    subquery::{column_name, only_value},
    tree::{inner, list, names, operands, query},
};
use pg_query::{
    NodeEnum,
    protobuf::{FuncCall, RangeFunction, SelectStmt},
};

/// A call whose body is being read.
pub struct Call<'a> {
    pub function: &'a Function,
    /// What decides each argument; nothing where it is several things.
    arguments: Vec<Option<Term>>,
}

impl Call<'_> {
    /// The argument for a parameter.
    pub fn argument(&self, name: &str) -> Option<&Option<Term>> {
        let mut parameters = self.function.parameters.iter();
        let at = parameters.position(|parameter| !name.is_empty() && parameter.name == name)?;
        self.arguments.get(at)
    }
}

impl<'q: 'a, 'a> Reader<'q, 'a> {
    /// The call whose body is being read.
    pub(super) fn innermost_call(&self) -> Option<&Call<'a>> {
        let mut scopes = self.scopes.iter().rev();
        scopes.find_map(|scope| scope.call.as_ref())
    }

    /// Whether the body that is being read, or one around it, has its owner's rights.
    pub(super) fn is_as_owner(&self) -> bool {
        let mut calls = self.scopes.iter().filter_map(|scope| scope.call.as_ref());
        calls.any(|call| call.function.as_owner)
    }

    pub(super) fn called(&self, call: &FuncCall) -> Called<'q> {
        let within = self.innermost_call().map(|call| call.function);
        let question = self.question;
        question
            .functions
            .called(&names(&call.funcname), call.args.len(), within)
    }

    /// The function that is called, and its body.
    pub(super) fn body(&self, call: &FuncCall) -> Option<(&'a Function, &'a SelectStmt)> {
        match self.called(call) {
            Called::One(function) => Some((function, function.body.as_ref()?)),
            _ => None,
        }
    }

    /// Reads the body of a function; nothing where it is being read already.
    pub(super) fn inside<T>(
        &mut self,
        call: &'a FuncCall,
        function: &'a Function,
        read: impl FnOnce(&mut Self) -> T,
    ) -> Option<T> {
        let mut calls = self.scopes.iter().filter_map(|scope| scope.call.as_ref());
        if calls.any(|call| std::ptr::eq(call.function, function)) {
            return None;
        }
        let mut given = vec![None; function.parameters.len()];
        for (position, argument) in list(&call.args).enumerate() {
            let (at, value) = match argument {
                NodeEnum::NamedArgExpr(named) => {
                    let mut parameters = function.parameters.iter();
                    let at = parameters.position(|parameter| parameter.name == named.name)?;
                    (at, inner(named.arg.as_deref())?)
                }
                value => (position, value),
            };
            *given.get_mut(at)? = Some(self.term(value));
        }
        let before = self.scopes.len();
        self.scopes.push(Scope {
            call: Some(Call {
                function,
                arguments: Vec::new(),
            }),
            ..Scope::default()
        });
        let arguments = given.into_iter().zip(&function.parameters);
        let arguments = arguments
            .map(|(given, parameter)| {
                given.unwrap_or_else(|| self.term(parameter.default.as_ref()?))
            })
            .collect();
        self.scopes[before].call = Some(Call {
            function,
            arguments,
        });
        let said = read(self);
        self.scopes.truncate(before);
        Some(said)
    }

    /// A call as a condition.
    pub(super) fn true_call(&mut self, call: &'a FuncCall, at: &'a NodeEnum) -> Formula<'a> {
        let formula = self.body(call).and_then(|(function, body)| {
            self.inside(call, function, |reader| reader.true_row(body, at))
        });
        match formula {
            // The call says more than a part of a body that nobody sees.
            Some(formula) if formula.is_silent() => Formula::Other(at),
            Some(formula) => formula,
            None => self.opaque(at),
        }
    }

    /// A call as a value of a row that its body finds.
    pub(super) fn value_of_call(&mut self, call: &'a FuncCall) -> Option<Value<'a>> {
        let (function, body) = self.body(call)?;
        let (conditions, terms) = self.inside(call, function, |reader| reader.values(body))??;
        match terms.as_slice() {
            [Some(term)] => Some((term.clone(), conditions)),
            _ => None,
        }
    }

    /// What decides the result of a function that the catalog has. Of those that are not looked into, one that is not
    /// IMMUTABLE and returns a single value is taken to ask the session.
    pub(super) fn term_of_call(
        &mut self,
        call: &'a FuncCall,
        function: &'a Function,
    ) -> Option<Term> {
        if let Some(body) = &function.body {
            if !body.from_clause.is_empty() || body.where_clause.is_some() {
                return None;
            }
            let rows = self.inside(call, function, |reader| reader.rows(body))?;
            return match rows?.1.as_slice() {
                [Some(Term::Column(..))] if function.returns_set => None,
                [term] => term.clone(),
                _ => None,
            };
        }
        let terms = self.without_columns(list(&call.args))?;
        match (function.immutable, function.returns_set) {
            (true, _) if terms.contains(&Term::Session) => Some(Term::Session),
            (true, _) => Some(Term::Constant),
            (false, true) => None,
            (false, false) => Some(Term::Session),
        }
    }

    /// The rows of a function in FROM, where its body says them.
    pub(super) fn rows_of_call(
        &mut self,
        from: &'a RangeFunction,
        call: &'a NodeEnum,
    ) -> Option<(Vec<Formula<'a>>, Columns)> {
        let NodeEnum::FuncCall(call) = call else {
            return None;
        };
        let alias = from.alias.as_ref().filter(|_| !from.ordinality)?;
        let (function, body) = self.body(call)?;
        let (conditions, terms) = self.inside(call, function, |reader| reader.rows(body))??;
        let renamed = names(&alias.colnames);
        let own = list(&body.target_list).map(column_name);
        let columns = own.zip(terms).enumerate().map(|(at, (own, term))| {
            let of_function = function.columns.get(at).map(String::as_str);
            let name = match (renamed.get(at), of_function) {
                (Some(renamed), _) => renamed,
                (None, Some(name)) => name,
                (None, None) if body.target_list.len() == 1 => &alias.aliasname,
                (None, None) => own,
            };
            (name.to_owned(), term)
        });
        Some((conditions, columns.collect()))
    }

    /// A function within an expression that is not looked into.
    pub(super) fn unread_function(&self, at: &NodeEnum) -> Option<String> {
        if let NodeEnum::FuncCall(call) = at
            && !matches!(self.called(call), Called::Own)
            && self.body(call).is_none()
        {
            return Some(names(&call.funcname).join("."));
        }
        if let NodeEnum::SubLink(link) = at {
            let select = query(link.subselect.as_deref())?;
            return self.unread_function(only_value(select)?);
        }
        operands(at)?
            .into_iter()
            .find_map(|part| self.unread_function(part))
    }

    /// Whether a name stands for an argument that is not understood.
    pub(super) fn is_unread_argument(&self, at: &NodeEnum) -> bool {
        let Some(call) = self.innermost_call() else {
            return false;
        };
        let argument = match at {
            NodeEnum::ParamRef(parameter) => self.numbered(parameter.number),
            _ => match crate::expression::column(at).as_deref() {
                Some([name]) => call.argument(name),
                Some([of, name]) if *of == call.function.name.name => call.argument(name),
                _ => None,
            },
        };
        argument.is_some_and(Option::is_none)
    }

    /// `$1`
    pub(super) fn numbered(&self, number: i32) -> Option<&Option<Term>> {
        let at = usize::try_from(number).ok()?.checked_sub(1)?;
        self.innermost_call()?.arguments.get(at)
    }
}
