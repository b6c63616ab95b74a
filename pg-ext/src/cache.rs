//! Compiled validators: built-in contracts for the backend's life, ad-hoc schemas for a call site
//! and, bounded, across statements.
//!
//! `fn_extra` belongs to one call site in one statement. What it points to is either static, or
//! freed together with the memory context that the call site lives in. Every use checks the full
//! identity (the name, the schema's bytes) unless the argument cannot change within the statement.

use crate::{
    document::{Document, TypeName},
    registered, report,
    watch::Stored,
};
use contract_core::{ContractType, ContractValidator, Registry, SchemaValidator};
use pgrx::{PgMemoryContexts, pg_sys};
use std::{
    cell::RefCell,
    collections::BTreeMap,
    rc::Rc,
    sync::{LazyLock, OnceLock},
};

/// The built-in contract types, each compiled on its first use in this backend.
static CONTRACTS: LazyLock<BTreeMap<&str, OnceLock<ContractValidator<Stored>>>> =
    LazyLock::new(|| {
        Registry::builtin()
            .iter()
            .map(|contract| (contract.name(), OnceLock::new()))
            .collect()
    });

/// A contract type by its name: built in, or registered in the database.
pub enum Known {
    BuiltIn(&'static ContractType),
    Registered(Rc<registered::Compiled>),
}

impl Known {
    /// The contract type of that name; an ERROR where there is none. What is registered is looked up in
    /// the catalog, so that nothing that a CHECK evaluates may come this way.
    pub fn named(name: &str) -> Self {
        match Registry::builtin().get(name) {
            Ok(contract) => Self::BuiltIn(contract),
            Err(_) => match registered::function_of(name) {
                Some(function) => Self::Registered(registered::compiled(function)),
                None => report::unknown_contract_type(name),
            },
        }
    }

    pub fn contract(&self) -> &ContractType {
        match self {
            Self::BuiltIn(contract) => contract,
            Self::Registered(registered) => &registered.contract,
        }
    }

    pub fn validator(&self) -> &ContractValidator<Stored> {
        match self {
            Self::BuiltIn(contract) => compiled(contract),
            Self::Registered(registered) => &registered.validator,
        }
    }
}

/// The built-in contract type of that name; an ERROR where there is none. One that is registered has a
/// function of its own for where this is asked: a CHECK must depend on what it evaluates.
fn built_in(name: &str) -> &'static ContractType {
    match Registry::builtin().get(name) {
        Ok(contract) => contract,
        Err(_) if registered::function_of(name).is_some() => report::registered_not_built_in(name),
        Err(_) => report::unknown_contract_type(name),
    }
}

/// A built-in contract type, compiled.
fn compiled(contract: &ContractType) -> &'static ContractValidator<Stored> {
    CONTRACTS[contract.name()].get_or_init(|| {
        contract
            .compile()
            .unwrap_or_else(|(version, error)| panic!("{} {version}: {error}", contract.name()))
    })
}

/// The built-in contract of that name, kept for the call site.
pub fn contract_at(
    call: pg_sys::FunctionCallInfo,
    name: &TypeName,
) -> &'static ContractValidator<Stored> {
    // SAFETY: `call` is the running call; its flinfo is NULL only for a direct call from C.
    let Some(site) = (unsafe { (*call).flinfo.as_mut() }) else {
        return compiled(built_in(&name.text()));
    };
    // SAFETY: only this function sets fn_extra of these call sites, and to a static.
    let kept = unsafe { site.fn_extra.cast::<ContractValidator<Stored>>().as_ref() };
    match kept {
        Some(kept) if kept.name().as_bytes() == name.bytes() => kept,
        _ => {
            let found = compiled(built_in(&name.text()));
            site.fn_extra = std::ptr::from_ref(found).cast_mut().cast();
            found
        }
    }
}

/// An ad-hoc schema, compiled, with the bytes that it was compiled from.
pub struct CompiledSchema {
    bytes: Box<[u8]>,
    validator: SchemaValidator<Stored>,
}

impl CompiledSchema {
    pub fn validator(&self) -> &SchemaValidator<Stored> {
        &self.validator
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
        let compiled = Rc::new(CompiledSchema {
            bytes: bytes.into(),
            validator: SchemaValidator::compile_jsonb(bytes)
                .unwrap_or_else(|error| report::invalid_schema(&error)),
        });
        recent.insert(0, Rc::clone(&compiled));
        let mut bytes = 0;
        recent.retain(|kept| {
            bytes += kept.bytes.len() + kept.validator.weight();
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
