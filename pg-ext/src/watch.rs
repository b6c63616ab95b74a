//! What is asked during a walk over a document: has somebody cancelled, is the stack at its end.

use contract_core::{
    json::Jsonb,
    watch::{Watch, Watched},
};
use pgrx::{PgLogLevel, PgSqlErrorCode, pg_sys, pg_sys::panic::ErrorReport};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// jsonb bytes, read under the eyes of the backend.
pub type Stored = Watched<Jsonb, Backend>;

/// The backend as the watch of a walk.
pub enum Backend {}

// A backend is one thread; the atomic is only there to be a safe static.
/// Reads that the explanation under way may still make; `u64::MAX` while none is.
static BUDGET: AtomicU64 = AtomicU64::new(u64::MAX);

/// Stack that is left untouched, in bytes: for Postgres to raise an error on, and for the frames
/// between two containers.
const STACK_RESERVE: usize = 256 << 10;

impl Watch for Backend {
    #[inline]
    fn read() {
        // SAFETY: a signal handler of this thread writes it; hence volatile. It is an integer.
        let interrupted = unsafe { (&raw const pg_sys::InterruptPending).read_volatile() } != 0;
        if interrupted || BUDGET.load(Relaxed) != u64::MAX {
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
}

#[cold]
fn too_deep() {
    ErrorReport::new(
        PgSqlErrorCode::ERRCODE_STATEMENT_TOO_COMPLEX,
        "stack depth limit exceeded",
        "descend",
    )
    .set_detail("The document is nested too deep to be checked against its schema.")
    .set_hint("Raise the platform's stack limit (ulimit -s) for the server.")
    .report(PgLogLevel::ERROR);
}

/// Ends the walk when it was cancelled, or when its budget is used up.
#[cold]
fn attend() {
    pgrx::check_for_interrupts!();
    let left = BUDGET.load(Relaxed);
    if left == 0 {
        ErrorReport::new(
            PgSqlErrorCode::ERRCODE_PROGRAM_LIMIT_EXCEEDED,
            "explaining the violations takes too many steps",
            "explain",
        )
        .set_detail("The document is not valid; its schema combines too many alternatives.")
        .report(PgLogLevel::ERROR);
    }
    if left != u64::MAX {
        BUDGET.store(left - 1, Relaxed);
    }
}

/// The time in which violations are explained. A verdict takes a bounded walk; an explanation
/// keeps what each alternative says, and a hostile schema has exponentially many.
pub struct Explanation(());

impl Explanation {
    /// Starts an explanation of a document of so many bytes.
    pub fn of(bytes: usize) -> Self {
        const STEPS: u64 = 4_000_000;
        const STEPS_PER_BYTE: u64 = 64;
        BUDGET.store(STEPS + STEPS_PER_BYTE * bytes as u64, Relaxed);
        Self(())
    }
}

impl Drop for Explanation {
    fn drop(&mut self) {
        BUDGET.store(u64::MAX, Relaxed);
    }
}
