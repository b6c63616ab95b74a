//! Contract types that are registered in the database: found in the catalog, compiled once a backend.
//!
//! A registered contract type is a function in the schema `contracts` whose language is
//! `jsonb_contract` and whose body is its definition. What was compiled from a body is kept for as long
//! as the function's row in `pg_proc` is the same; who registers a new version makes it another row,
//! and every backend is told so by Postgres before its next statement.

use crate::{document::Document, report, watch::Stored};
use contract_core::{ContractType, ContractValidator, Manifest, definition::Definition};
use pgrx::{
    FromDatum, PgMemoryContexts, Spi, pg_guard, pg_sys,
    spi::{self, SpiHeapTupleData},
};
use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    ffi::{CStr, CString},
    rc::Rc,
};

/// The language of the functions that are contract types.
const LANGUAGE: &CStr = c"jsonb_contract";
/// The schema that they are in.
const SCHEMA: &CStr = c"contracts";
/// Most memory of compiled definitions kept in a backend, in bytes, roughly.
const MOST_BYTES: usize = 64 << 20;

/// Which row of `pg_proc` a function is defined by: another definition is another row.
#[derive(Clone, Copy, PartialEq, Eq)]
struct RowVersion {
    xmin: pg_sys::TransactionId,
    block: (u16, u16),
    offset: u16,
}

/// A contract type that is registered, compiled.
pub struct Compiled {
    pub contract: ContractType,
    pub validator: ContractValidator<Stored>,
}

/// What was compiled, and the row that it came from.
struct Kept {
    row: RowVersion,
    /// The generation in which the row was looked at last.
    generation: u64,
    used: u64,
    weight: usize,
    compiled: Rc<Compiled>,
}

#[derive(Default)]
struct Definitions {
    kept: HashMap<pg_sys::Oid, Kept>,
    weight: usize,
    clock: u64,
}

thread_local! {
    static DEFINITIONS: RefCell<Definitions> = RefCell::default();
    /// Goes up whenever Postgres says that functions have changed; 0 while nobody listens.
    static GENERATION: Cell<u64> = const { Cell::new(0) };
}

/// Postgres has dropped rows of `pg_proc` from its cache.
#[pg_guard]
unsafe extern "C-unwind" fn functions_changed(
    _argument: pg_sys::Datum,
    _cache: core::ffi::c_int,
    _row: u32,
) {
    GENERATION.set(GENERATION.get() + 1);
}

/// The state of the catalog that this backend knows of; what was compiled in it is in force.
fn generation() -> u64 {
    if GENERATION.get() == 0 {
        GENERATION.set(1);
        // SAFETY: the callback is a function of this library, which is never unloaded.
        unsafe {
            pg_sys::CacheRegisterSyscacheCallback(
                cache_number(pg_sys::SysCacheIdentifier::PROCOID),
                Some(functions_changed),
                pg_sys::Datum::from(0),
            );
        }
    }
    GENERATION.get()
}

fn cache_number(cache: pg_sys::SysCacheIdentifier::Type) -> core::ffi::c_int {
    core::ffi::c_int::try_from(cache).expect("Postgres has few caches")
}

/// A row of `pg_proc`, held in Postgres's cache.
struct FunctionRow(pg_sys::HeapTuple);

impl FunctionRow {
    fn of(function: pg_sys::Oid) -> Option<Self> {
        // SAFETY: looks up a row by its key; the row is released on drop.
        let tuple = unsafe {
            pg_sys::SearchSysCache1(
                cache_number(pg_sys::SysCacheIdentifier::PROCOID),
                function.into(),
            )
        };
        (!tuple.is_null()).then(|| Self(tuple))
    }

    /// The function of that name in the schema `contracts` that takes one jsonb.
    fn named(name: &str) -> Option<Self> {
        let name = CString::new(name).ok()?;
        // SAFETY: all arguments live for the call; the row is released on drop.
        let tuple = unsafe {
            let schema = pg_sys::get_namespace_oid(SCHEMA.as_ptr(), true);
            let jsonb = pg_sys::JSONBOID;
            let arguments = pg_sys::buildoidvector(&raw const jsonb, 1);
            let tuple = pg_sys::SearchSysCache3(
                cache_number(pg_sys::SysCacheIdentifier::PROCNAMEARGSNSP),
                name.as_ptr().into(),
                arguments.into(),
                schema.into(),
            );
            pg_sys::pfree(arguments.cast());
            tuple
        };
        (!tuple.is_null()).then(|| Self(tuple))
    }

    #[allow(
        clippy::cast_ptr_alignment,
        reason = "Postgres aligns the data of a row"
    )]
    fn form(&self) -> &pg_sys::FormData_pg_proc {
        // SAFETY: the tuple is a row of pg_proc, whose fixed part begins after the header.
        unsafe {
            let header = (*self.0).t_data;
            &*header
                .cast::<u8>()
                .add(usize::from((*header).t_hoff))
                .cast()
        }
    }

    fn version(&self) -> RowVersion {
        // SAFETY: a row in the cache is a complete tuple.
        unsafe {
            let place = (*self.0).t_self;
            RowVersion {
                xmin: (*(*self.0).t_data).t_choice.t_heap.t_xmin,
                block: (place.ip_blkid.bi_hi, place.ip_blkid.bi_lo),
                offset: place.ip_posid,
            }
        }
    }

    /// Whether it is a contract type: in the language, from one jsonb to a boolean.
    fn is_contract(&self) -> bool {
        // SAFETY: the name ends with NUL.
        let language = unsafe { pg_sys::get_language_oid(LANGUAGE.as_ptr(), true) };
        let form = self.form();
        // SAFETY: `proargtypes` has as many elements as there are arguments.
        let takes_jsonb =
            || unsafe { form.proargtypes.values.as_slice(1) } == [pg_sys::JSONBOID].as_slice();
        language != pg_sys::InvalidOid
            && form.prolang == language
            && form.prorettype == pg_sys::BOOLOID
            && form.pronargs == 1
            && takes_jsonb()
    }

    fn name(&self) -> String {
        // SAFETY: a name ends with NUL.
        unsafe { CStr::from_ptr(self.form().proname.data.as_ptr()) }
            .to_string_lossy()
            .into_owned()
    }

    /// The body.
    fn body(&self) -> String {
        let mut is_null = false;
        // SAFETY: `prosrc` is an attribute of pg_proc, of type text.
        unsafe {
            let body = pg_sys::SysCacheGetAttr(
                cache_number(pg_sys::SysCacheIdentifier::PROCOID),
                self.0,
                i16::try_from(pg_sys::Anum_pg_proc_prosrc).expect("pg_proc has few attributes"),
                &raw mut is_null,
            );
            String::from_datum(body, is_null).unwrap_or_default()
        }
    }
}

impl Drop for FunctionRow {
    fn drop(&mut self) {
        // SAFETY: the row was found by a look-up of ours and is released once.
        unsafe { pg_sys::ReleaseSysCache(self.0) }
    }
}

/// The function of a contract type that is registered; `None` where there is none of that name.
pub fn function_of(contract_type: &str) -> Option<pg_sys::Oid> {
    // SAFETY: takes in what other backends have committed, as every opening of a relation does.
    unsafe { pg_sys::AcceptInvalidationMessages() }
    FunctionRow::named(contract_type)
        .filter(FunctionRow::is_contract)
        .map(|row| row.form().oid)
}

/// The body of a function, and whether it is a contract type at all.
pub fn body_of(function: pg_sys::Oid) -> Option<String> {
    FunctionRow::of(function)
        .filter(FunctionRow::is_contract)
        .map(|row| row.body())
}

/// The contract type that a function is, compiled; an ERROR where it is none.
pub fn compiled(function: pg_sys::Oid) -> Rc<Compiled> {
    let generation = generation();
    let current = DEFINITIONS.with_borrow_mut(|definitions| {
        definitions.clock += 1;
        let clock = definitions.clock;
        let kept = definitions.kept.get_mut(&function)?;
        if kept.generation != generation {
            if FunctionRow::of(function)?.version() != kept.row {
                return None;
            }
            kept.generation = generation;
        }
        kept.used = clock;
        Some(Rc::clone(&kept.compiled))
    });
    current.unwrap_or_else(|| compile(function, generation))
}

fn compile(function: pg_sys::Oid, generation: u64) -> Rc<Compiled> {
    let Some(row) = FunctionRow::of(function).filter(FunctionRow::is_contract) else {
        report::no_contract_function(function)
    };
    let (version, name, body) = (row.version(), row.name(), row.body());
    drop(row);
    let problem = |message: String| -> ! { report::bad_definition(&name, &message) };
    let definition = Definition::read(&body).unwrap_or_else(|error| problem(error.to_string()));
    let contract = definition
        .contract()
        .unwrap_or_else(|problems| problem(report::lines(&problems)));
    let validator = contract.compile().unwrap_or_else(|(version, error)| {
        problem(format!("version {version} does not compile: {error}"))
    });
    let weight = validator.weight() + body.len();
    let compiled = Rc::new(Compiled {
        contract,
        validator,
    });
    DEFINITIONS.with_borrow_mut(|definitions| {
        definitions.clock += 1;
        let kept = Kept {
            row: version,
            generation,
            used: definitions.clock,
            weight,
            compiled: Rc::clone(&compiled),
        };
        definitions.weight += weight;
        if let Some(old) = definitions.kept.insert(function, kept) {
            definitions.weight -= old.weight;
        }
        definitions.make_room();
    });
    compiled
}

impl Definitions {
    /// Drops what was used longest ago, half of the memory at once, when there is too much of it.
    fn make_room(&mut self) {
        if self.weight <= MOST_BYTES {
            return;
        }
        let mut by_use: Vec<_> = self
            .kept
            .iter()
            .map(|(&function, kept)| (kept.used, kept.weight, function))
            .collect();
        by_use.sort_unstable_by_key(|&(used, ..)| used);
        // The latest stays, however large it is.
        by_use.pop();
        for (_, weight, function) in by_use {
            if self.weight <= MOST_BYTES / 2 {
                break;
            }
            self.kept.remove(&function);
            self.weight -= weight;
        }
    }
}

/// What `fn_extra` of a call of a contract type points to.
struct Site {
    function: pg_sys::Oid,
    generation: u64,
    compiled: Rc<Compiled>,
}

impl Site {
    fn of(function: pg_sys::Oid) -> Self {
        // Before the look-up: what changes meanwhile is looked at again.
        let generation = generation();
        Self {
            function,
            generation,
            compiled: compiled(function),
        }
    }
}

/// The contract type that `function` is, kept for the call site while the catalog stays as it is.
pub fn compiled_at(call: pg_sys::FunctionCallInfo, function: pg_sys::Oid) -> Rc<Compiled> {
    // SAFETY: `call` is the running call; its flinfo is NULL only for a direct call from C.
    let Some(site) = (unsafe { (*call).flinfo.as_mut() }) else {
        return compiled(function);
    };
    // SAFETY: only this function sets fn_extra of these call sites, to a `Site` that lives until the
    // context in which the call site lives is reset.
    if let Some(kept) = unsafe { site.fn_extra.cast::<Site>().as_mut() } {
        if kept.function != function || kept.generation != GENERATION.get() {
            *kept = Site::of(function);
        }
        return Rc::clone(&kept.compiled);
    }
    // SAFETY: takes in what other backends have committed, as every opening of a relation does.
    unsafe { pg_sys::AcceptInvalidationMessages() }
    let kept = Site::of(function);
    let compiled = Rc::clone(&kept.compiled);
    site.fn_extra = PgMemoryContexts::For(site.fn_mcxt)
        .leak_and_drop_on_delete(kept)
        .cast();
    compiled
}

/// The first argument of a call of a contract type; `None` for NULL.
pub fn document_of(call: &pg_sys::FunctionCallInfoBaseData) -> Option<Document> {
    if call.nargs != 1 {
        return None;
    }
    // SAFETY: the call has one argument, of type jsonb: functions of another kind are not compiled.
    unsafe {
        let argument = &*call.args.as_ptr();
        Document::from_datum(argument.value, argument.isnull)
    }
}

/// The names of the contract types that are registered.
pub fn names() -> Vec<String> {
    rows("SELECT proname::text FROM contract.definitions ORDER BY proname", |row| row.get(1))
}

/// The manifests of the contract types that are registered.
pub fn manifests() -> Vec<Manifest> {
    let definitions = rows(
        "SELECT proname::text, prosrc FROM contract.definitions ORDER BY proname",
        |row| Ok(row.get::<String>(1)?.zip(row.get::<String>(2)?)),
    );
    let manifest = |(name, body): (String, String)| match Definition::read(&body) {
        Ok(definition) => definition.manifest().clone(),
        Err(error) => report::bad_definition(&name, &error.to_string()),
    };
    definitions.into_iter().map(manifest).collect()
}

/// The rows of a query, without those that are NULL.
fn rows<T>(query: &str, read: fn(&SpiHeapTupleData<'_>) -> spi::Result<Option<T>>) -> Vec<T> {
    let rows = Spi::connect(|client| {
        client
            .select(query, None, &[])?
            .map(|row| read(&row))
            .collect::<spi::Result<Vec<_>>>()
    });
    match rows {
        Ok(rows) => rows.into_iter().flatten().collect(),
        Err(error) => pgrx::error!("the contract types cannot be listed: {error}"),
    }
}
