//! What is asked during a walk over a document: has somebody cancelled, is the stack at its end.

use contract_core::{
    json::Jsonb,
    stored,
    watch::{Watch, Watched},
};
use pgrx::{PgLogLevel, PgSqlErrorCode, pg_sys, pg_sys::panic::ErrorReport};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// jsonb bytes, read under the eyes of the backend.
pub type Stored = Watched<Jsonb, Backend>;

/// The backend as the watch of a walk.
pub enum Backend {}

// A backend is one thread; the atomics are only there to be safe statics.
/// Reads that the explanation under way may still make; `u64::MAX` while none is.
static STEPS: AtomicU64 = AtomicU64::new(u64::MAX);
/// Violations that the explanation under way may still keep.
static VIOLATIONS: AtomicU64 = AtomicU64::new(u64::MAX);

/// Stack that is left untouched, in bytes: for Postgres to raise an error on, and for the frames
/// between two containers.
const STACK_RESERVE: usize = 256 << 10;

impl Watch for Backend {
    #[inline]
    fn read() {
        // SAFETY: a signal handler of this thread writes it; hence volatile. It is an integer.
        let interrupted = unsafe { (&raw const pg_sys::InterruptPending).read_volatile() } != 0;
        if interrupted || STEPS.load(Relaxed) != u64::MAX {
            attend();
        }
    }

    // Postgres's own check stops at `max_stack_depth`, 2 MB by default, where jsonb has accepted
    // documents that a walk needs more for; this one goes by the stack that there really is.
    #[inline]
    fn descend() {
        if stacker::remaining_stack().is_some_and(|left| left < STACK_RESERVE) {
            too_deep();
        }
    }

    fn violation() {
        pgrx::check_for_interrupts!();
        spend(&VIOLATIONS);
    }
}

/// 54000: the violations cannot be listed; the verdict stands.
pub fn too_much_to_explain() -> ! {
    ErrorReport::new(
        PgSqlErrorCode::ERRCODE_PROGRAM_LIMIT_EXCEEDED,
        "document is not valid, and its violations are too many to be listed",
        "explain",
    )
    .set_hint("The functions that give a verdict only, contract.is_valid and contract.matches_schema, answer.")
    .report(PgLogLevel::ERROR);
    unreachable!("an ERROR does not return")
}

#[cold]
fn too_deep() {
    ErrorReport::new(
        PgSqlErrorCode::ERRCODE_STATEMENT_TOO_COMPLEX,
        "stack depth limit exceeded",
        "descend",
    )
    .set_detail("Document and schema together are nested too deep.")
    .set_hint(
        "Nest the document less, or raise the platform's stack limit (ulimit -s) for the server.",
    )
    .report(PgLogLevel::ERROR);
}

/// Ends the walk when it was cancelled, or when its budget is used up.
#[cold]
fn attend() {
    pgrx::check_for_interrupts!();
    spend(&STEPS);
}

/// Takes one from a budget; an ERROR where nothing is left.
fn spend(budget: &AtomicU64) {
    match budget.load(Relaxed) {
        u64::MAX => {}
        0 => too_much_to_explain(),
        left => budget.store(left - 1, Relaxed),
    }
}

/// The time in which violations are explained. A verdict takes a bounded walk; an explanation keeps
/// what each alternative of a schema says, and a path for each violation: both are given a budget.
pub struct Explanation(());

impl Explanation {
    /// Starts an explanation of a document.
    pub fn of(document: &[u8]) -> Self {
        const STEPS_AT_LEAST: u64 = 4_000_000;
        const STEPS_PER_BYTE: u64 = 64;
        const MEMORY: u64 = 1 << 30;
        // A violation has the path to its value twice, and a few hundred bytes beside.
        let bytes_each = 512 + 2 * stored::longest_pointer(document) as u64;
        STEPS.store(
            STEPS_AT_LEAST + STEPS_PER_BYTE * document.len() as u64,
            Relaxed,
        );
        VIOLATIONS.store(MEMORY / bytes_each, Relaxed);
        Self(())
    }
}

impl Drop for Explanation {
    fn drop(&mut self) {
        STEPS.store(u64::MAX, Relaxed);
        VIOLATIONS.store(u64::MAX, Relaxed);
    }
}
