//! A comparison that can be stopped from outside.

use std::cell::Cell;

thread_local! {
    static ASKED: Cell<Option<fn() -> bool>> = const { Cell::new(None) };
}

/// Does `work`, whose comparisons end soon after `stop` says so: what is not decided by then is unproven.
///
/// A server that may cancel a statement asks here whether it has been.
///
/// ```
/// use contract_core::compat::{self, Verdict};
/// use serde_json::json;
///
/// let (old, new) = (json!({"maxLength": 5}), json!({"maxLength": 9}));
/// let stopped = compat::stoppable(|| true, || compat::compare(&old, &new))?;
/// assert!(matches!(stopped.forward(), Verdict::Unproven(_)));
/// assert!(matches!(compat::compare(&old, &new)?.forward(), Verdict::Incompatible(_)));
/// # Ok::<(), contract_core::SchemaError>(())
/// ```
pub fn stoppable<T>(stop: fn() -> bool, work: impl FnOnce() -> T) -> T {
    /// Puts back what was asked before, also when the work panics.
    struct Before(Option<fn() -> bool>);
    impl Drop for Before {
        fn drop(&mut self) {
            ASKED.set(self.0);
        }
    }
    let _before = Before(ASKED.replace(Some(stop)));
    work()
}

/// Whether the comparison is to end.
pub(super) fn is_asked() -> bool {
    ASKED.get().is_some_and(|stop| stop())
}
