//! Work that is done at the end, however it comes: on return, on a failure, or on an interrupt.

use crate::commands::Failure;
use std::{
    mem, process,
    sync::{Mutex, MutexGuard, OnceLock, PoisonError},
};

type Work = Box<dyn FnOnce() + Send>;

/// The work of this process that is still to be done.
static PENDING: Mutex<Option<Work>> = Mutex::new(None);

/// What a shell says of a process that an interrupt ended.
const INTERRUPTED: i32 = 130;

/// Does its work when it is dropped.
pub struct Cleanup(());

impl Cleanup {
    /// What `make` makes, and the work that undoes it. An interrupt meanwhile waits until it is made.
    ///
    /// # Errors
    ///
    /// Interrupts cannot be waited for; or those of `make`.
    pub fn after<T, W: FnOnce() + Send + 'static>(
        make: impl FnOnce() -> Result<(T, W), Failure>,
    ) -> Result<(T, Self), Failure> {
        static HANDLER: OnceLock<Result<(), String>> = OnceLock::new();
        let handler = HANDLER.get_or_init(|| {
            let on_interrupt = || {
                // Held to the end: what fails meanwhile, for the server is stopped, waits here and says nothing.
                let mut pending = pending();
                do_pending(&mut pending);
                process::exit(INTERRUPTED);
            };
            ctrlc::set_handler(on_interrupt).map_err(|error| error.to_string())
        });
        handler.clone().map_err(|why| {
            Failure::CouldNotRun(format!("interrupts cannot be waited for: {why}"))
        })?;
        let mut pending = pending();
        let (result, work) = make()?;
        *pending = Some(Box::new(work));
        Ok((result, Self(())))
    }
}

impl Drop for Cleanup {
    fn drop(&mut self) {
        do_pending(&mut pending());
    }
}

fn pending() -> MutexGuard<'static, Option<Work>> {
    PENDING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// An interrupt meanwhile waits for the lock, and so for the end of the work.
fn do_pending(pending: &mut MutexGuard<'static, Option<Work>>) {
    if let Some(work) = mem::take(&mut **pending) {
        work();
    }
}
