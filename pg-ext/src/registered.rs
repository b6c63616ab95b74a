//! Contract types that are registered in the database: found in the catalog, compiled once a backend.
//!
//! A registered contract type is a function in the schema `contracts` whose language is
//! `jsonb_contract` and whose body is its definition. What was compiled from a body is kept for as long
//! as the function's row in `pg_proc` is the same; who registers a new version makes it another row,
//! and every backend is told so by Postgres before its next statement.

use crate::{
    compiled::Compiled,
    document::Document,
    pg_proc::{self, FunctionRow, RowVersion},
    report,
};
use contract_core::{Manifest, definition::Definition};
use pgrx::{
    FromDatum, PgMemoryContexts, Spi, pg_guard, pg_sys,
    spi::{self, SpiHeapTupleData},
};
use std::{
    cell::{Cell, RefCell},
    collections::{HashMap, HashSet},
    rc::Rc,
};

/// Most memory of compiled definitions kept in a backend, in bytes, roughly.
const MOST_BYTES: usize = 64 << 20;

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
    /// The hashes of the rows of `pg_proc` that something was compiled from.
    static COMPILED: RefCell<HashSet<u32>> = RefCell::default();
    /// Goes up whenever Postgres says that functions have changed; 0 while nobody listens.
    static GENERATION: Cell<u64> = const { Cell::new(0) };
}

/// Postgres has dropped rows of `pg_proc` from its cache.
#[pg_guard]
unsafe extern "C-unwind" fn functions_changed(
    _argument: pg_sys::Datum,
    _cache: core::ffi::c_int,
    row: u32,
) {
    GENERATION.set(GENERATION.get() + 1);
    // A call whose arguments are all written down is evaluated by the planner: plans have its answer.
    if COMPILED.with_borrow(|compiled| compiled.contains(&row)) {
        // SAFETY: marks plans, as Postgres's own callbacks for its caches do.
        unsafe { pg_sys::ResetPlanCache() }
    }
}

/// The state of the catalog that this backend knows of; what was compiled in it is in force.
fn generation() -> u64 {
    if GENERATION.get() == 0 {
        GENERATION.set(1);
        pg_proc::on_change(functions_changed);
    }
    GENERATION.get()
}

/// The function of a contract type that is registered; `None` where there is none of that name.
pub fn function_of(contract_type: &str) -> Option<pg_sys::Oid> {
    catch_up();
    FunctionRow::named(contract_type)
        .filter(FunctionRow::is_contract)
        .map(|row| row.oid())
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
    COMPILED.with_borrow_mut(|compiled| compiled.insert(pg_proc::hash_of(function)));
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
    let compiled = Rc::new(
        Compiled::checked(contract).unwrap_or_else(|(version, error)| {
            problem(format!("version {version} does not compile: {error}"))
        }),
    );
    let weight = compiled.weight() + body.len();
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

/// Takes in what other backends have committed, as every opening of a relation does.
fn catch_up() {
    // SAFETY: runs the callbacks of caches; ours count, and mark plans.
    unsafe { pg_sys::AcceptInvalidationMessages() }
}

/// What `fn_extra` of a call of a contract type points to.
struct Site {
    function: pg_sys::Oid,
    generation: u64,
    /// When the statement began in which it caught up.
    statement: pg_sys::TimestampTz,
    compiled: Rc<Compiled>,
}

impl Site {
    fn of(function: pg_sys::Oid, statement: pg_sys::TimestampTz) -> Self {
        // Before the look-up: what changes meanwhile is looked at again.
        let generation = generation();
        Self {
            function,
            generation,
            statement,
            compiled: compiled(function),
        }
    }
}

/// The contract type that `function` is, kept for the call site while the catalog stays as it is.
///
/// A call site may outlive its statement: PL/pgSQL keeps it for the transaction. Each statement catches up
/// with the catalog once.
pub fn compiled_at(call: pg_sys::FunctionCallInfo, function: pg_sys::Oid) -> Rc<Compiled> {
    // SAFETY: `call` is the running call; its flinfo is NULL only for a direct call from C.
    let Some(site) = (unsafe { (*call).flinfo.as_mut() }) else {
        return compiled(function);
    };
    // SAFETY: reads a variable of the backend.
    let statement = unsafe { pg_sys::GetCurrentStatementStartTimestamp() };
    // SAFETY: only this function sets fn_extra of these call sites, to a `Site` that lives until the
    // context in which the call site lives is reset.
    if let Some(kept) = unsafe { site.fn_extra.cast::<Site>().as_mut() } {
        if kept.statement != statement {
            catch_up();
            kept.statement = statement;
        }
        if kept.function != function || kept.generation != GENERATION.get() {
            *kept = Site::of(function, statement);
        }
        return Rc::clone(&kept.compiled);
    }
    catch_up();
    let kept = Site::of(function, statement);
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
    rows(
        "SELECT proname::text FROM contract.definitions ORDER BY proname",
        |row| row.get(1),
    )
}

/// The aliases of the contract types that are registered, each with what it stands for and where.
pub fn aliases() -> Vec<(String, String)> {
    rows(
        "SELECT alias, pg_catalog.format('%I', contract_type) || COALESCE(' in context ' || pg_catalog.quote_literal(context), '') \
         FROM contract.aliases ORDER BY alias, context NULLS FIRST",
        |row| Ok(row.get::<String>(1)?.zip(row.get::<String>(2)?)),
    )
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
