//! Compiled validators: built-in contracts for the backend's life, ad-hoc schemas for a call site
//! and, bounded, across statements.
//!
//! `fn_extra` belongs to one call site in one statement. What it points to is either static, or
//! freed together with the memory context that the call site lives in. Every use checks the full
//! identity (the name, the schema's bytes) unless the argument cannot change within the statement.

use crate::{
    compiled::{self, Compiled},
    document::{Document, TypeName},
    registered, report,
    watch::{Backend, Stored},
};
use contract_core::{
    ContractType, SchemaError, SchemaValidator, Values, Violations, builtin, plan::Plan,
};
use pgrx::{PgMemoryContexts, pg_sys};
use std::{
    cell::RefCell,
    ptr,
    rc::Rc,
    sync::{LazyLock, OnceLock},
};

/// The built-in contract types, each made on its first use in this backend.
static BUILT_IN: LazyLock<Vec<(&str, OnceLock<Sites>)>> = LazyLock::new(|| {
    builtin::names()
        .map(|name| (name, OnceLock::new()))
        .collect()
});

/// What `fn_extra` of a call of a built-in contract type points to.
struct Site {
    contract: &'static Compiled,
    /// Whether the type argument is the same for all calls of the site.
    is_constant: bool,
}

/// One for sites whose type argument may change from call to call, one for those where it does not.
type Sites = [Site; 2];

/// A contract type by its name: built in, or registered in the database.
pub enum Known {
    BuiltIn(&'static Compiled),
    Registered(Rc<Compiled>),
}

impl Known {
    /// The contract type of that name; an ERROR where there is none. What is registered is looked up in
    /// the catalog, so that nothing that a CHECK evaluates may come this way.
    pub fn named(name: &str) -> Self {
        match built_in(name) {
            Some([site, _]) => Self::BuiltIn(site.contract),
            None => match registered::function_of(name) {
                Some(function) => Self::Registered(registered::compiled(function)),
                None => report::unknown_contract_type(name),
            },
        }
    }

    pub fn compiled(&self) -> &Compiled {
        match self {
            Self::BuiltIn(compiled) => compiled,
            Self::Registered(compiled) => compiled,
        }
    }

    pub fn contract(&self) -> &ContractType {
        &self.compiled().contract
    }
}

/// The built-in contract type of that name.
fn built_in(name: &str) -> Option<&'static Sites> {
    let (name, sites) = BUILT_IN.iter().find(|(known, _)| *known == name)?;
    Some(sites.get_or_init(|| {
        let contract = builtin::contract_type(name).expect("a built-in contract type has its file");
        let compiled = Compiled::trusted(contract)
            .unwrap_or_else(|(version, error)| panic!("{name} {version}: {error}"));
        let compiled: &Compiled = Box::leak(Box::new(compiled));
        [false, true].map(|is_constant| Site {
            contract: compiled,
            is_constant,
        })
    }))
}

/// The built-in contract type of that name; an ERROR where there is none. One that is registered has a
/// function of its own for where this is asked: a CHECK must depend on what it evaluates.
fn must_be_built_in(name: &str) -> &'static Sites {
    match built_in(name) {
        Some(sites) => sites,
        None if registered::function_of(name).is_some() => report::registered_not_built_in(name),
        None => report::unknown_contract_type(name),
    }
}

/// The built-in contract type of that name, kept for the call site.
#[inline]
pub fn contract_at(call: pg_sys::FunctionCallInfo, name: &TypeName) -> &'static Compiled {
    // SAFETY: `call` is the running call; its flinfo is NULL only for a direct call from C.
    let Some(site) = (unsafe { (*call).flinfo.as_mut() }) else {
        return must_be_built_in(&name.text())[0].contract;
    };
    // SAFETY: only `look_up` sets fn_extra of these call sites, and to a static.
    match unsafe { site.fn_extra.cast::<Site>().as_ref() } {
        Some(kept) if kept.is_constant => kept.contract,
        Some(kept) => kept_if_named(kept, site, name),
        None => look_up(site, name),
    }
}

/// The contract type that is kept for a call site, or another where that is not the one of that name.
#[inline(never)]
fn kept_if_named(kept: &Site, site: &mut pg_sys::FmgrInfo, name: &TypeName) -> &'static Compiled {
    if name.is(kept.contract.name()) {
        return kept.contract;
    }
    look_up(site, name)
}

#[cold]
fn look_up(site: &mut pg_sys::FmgrInfo, name: &TypeName) -> &'static Compiled {
    let sites = must_be_built_in(&name.text());
    // SAFETY: `site` is the flinfo of the running call.
    let is_constant = unsafe { first_argument_is_constant(site) };
    let kept = &sites[usize::from(is_constant)];
    site.fn_extra = ptr::from_ref(kept).cast_mut().cast();
    kept.contract
}

/// An ad-hoc schema, compiled, with the bytes that it was compiled from.
pub struct CompiledSchema {
    bytes: Box<[u8]>,
    plan: Plan<Backend>,
    general: SchemaValidator<Stored>,
}

impl CompiledSchema {
    /// Whether the document matches.
    pub fn is_valid(&self, document: &Document) -> bool {
        compiled::is_valid(&self.plan, document)
    }

    /// All that does not match.
    pub fn explain<'d>(&'d self, document: &'d Document) -> Option<Violations> {
        self.general
            .explain(Stored::node(document.root()), Values::Masked)
    }
}

/// Most schemas kept across statements.
const MOST_SCHEMAS: usize = 64;
/// Most memory of compiled schemas kept across statements, in bytes, roughly.
const MOST_BYTES: usize = 32 << 20;

thread_local! {
    /// The schemas used last, the latest first.
    static RECENT: RefCell<Vec<Rc<CompiledSchema>>> = const { RefCell::new(Vec::new()) };
}

/// The schema, compiled now or lately; an ERROR where it is none.
pub fn schema(schema: &Document) -> Rc<CompiledSchema> {
    let bytes = schema.bytes();
    RECENT.with_borrow_mut(|recent| {
        if let Some(at) = recent.iter().position(|kept| *kept.bytes == *bytes) {
            recent[..=at].rotate_right(1);
            return Rc::clone(&recent[0]);
        }
        let refuse = |error: SchemaError| -> ! { report::invalid_schema(&error) };
        let compiled = Rc::new(CompiledSchema {
            bytes: bytes.into(),
            general: SchemaValidator::compile_jsonb(bytes).unwrap_or_else(|error| refuse(error)),
            plan: Plan::compile_jsonb(bytes).unwrap_or_else(|error| refuse(error)),
        });
        recent.insert(0, Rc::clone(&compiled));
        let mut bytes = 0;
        recent.retain(|kept| {
            bytes += kept.bytes.len() + 2 * kept.general.weight();
            bytes <= MOST_BYTES
        });
        recent.truncate(MOST_SCHEMAS);
        compiled
    })
}

/// What `fn_extra` of a call with an ad-hoc schema points to.
struct SchemaSite {
    compiled: Rc<CompiledSchema>,
    /// Whether the schema argument is the same for all calls of this site.
    constant: bool,
}

/// Whether the first argument is written down in the expression. A parameter is not constant enough:
/// PL/pgSQL keeps a call site while its variables change.
///
/// # Safety
///
/// `site` is the flinfo of a running call.
#[allow(
    clippy::cast_ptr_alignment,
    reason = "a node is allocated as what its tag says"
)]
unsafe fn first_argument_is_constant(site: &pg_sys::FmgrInfo) -> bool {
    // SAFETY: the expression of a call outlives it; a node is what its tag says.
    unsafe {
        let call = site.fn_expr;
        if call.is_null() || (*call).type_ != pg_sys::NodeTag::T_FuncExpr {
            return false;
        }
        let arguments = (*call.cast::<pg_sys::FuncExpr>()).args;
        if arguments.is_null() || (*arguments).length == 0 {
            return false;
        }
        let first: *mut pg_sys::Node = (*(*arguments).elements).ptr_value.cast();
        (*first).type_ == pg_sys::NodeTag::T_Const
    }
}

/// The schema of argument 0, compiled and kept for the call site.
pub fn schema_at(call: pg_sys::FunctionCallInfo, argument: &Document) -> Rc<CompiledSchema> {
    // SAFETY: `call` is the running call; its flinfo is NULL only for a direct call from C.
    let Some(site) = (unsafe { (*call).flinfo.as_mut() }) else {
        return schema(argument);
    };
    // SAFETY: only this function sets fn_extra of these call sites, to a `SchemaSite` that lives
    // until the context in which the call site lives is reset.
    let kept = unsafe { site.fn_extra.cast::<SchemaSite>().as_mut() };
    if let Some(kept) = kept {
        if !kept.constant && *kept.compiled.bytes != *argument.bytes() {
            kept.compiled = schema(argument);
        }
        return Rc::clone(&kept.compiled);
    }
    let compiled = schema(argument);
    let kept = SchemaSite {
        compiled: Rc::clone(&compiled),
        // SAFETY: `site` is the flinfo of the running call.
        constant: unsafe { first_argument_is_constant(site) },
    };
    site.fn_extra = PgMemoryContexts::For(site.fn_mcxt)
        .leak_and_drop_on_delete(kept)
        .cast();
    compiled
}
