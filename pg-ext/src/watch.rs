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

unsafe extern "C" {
    /// Postgres's own check without its ERROR: it compares addresses and cannot fail, so that it
    /// needs no guard around it, which would cost more than the check.
    fn stack_is_too_deep() -> bool;
}

impl Watch for Backend {
    #[inline]
    fn read() {
        // SAFETY: a signal handler of this thread writes it; hence volatile. It is an integer.
        let interrupted = unsafe { (&raw const pg_sys::InterruptPending).read_volatile() } != 0;
        if interrupted || BUDGET.load(Relaxed) != u64::MAX {
            attend();
        }
    }

    #[inline]
    fn descend() {
        // SAFETY: takes nothing, and reads only what the backend set up when it started.
        if unsafe { stack_is_too_deep() } {
            // SAFETY: raises Postgres's own error for it, which unwinds as a panic.
            unsafe { pg_sys::check_stack_depth() }
        }
    }
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
