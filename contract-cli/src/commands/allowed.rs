//! What is allowed by name.

use super::Failure;
use crate::report::printable;

/// Refuses a name that is not known, and says why: what is allowed must be meant.
pub fn known(
    option: &str,
    names: &[String],
    why: &str,
    is_known: impl Fn(&str) -> bool,
) -> Result<(), Failure> {
    match names.iter().find(|name| !is_known(name)) {
        None => Ok(()),
        Some(name) => {
            let name = printable(name);
            let message = format!("{option} names {name}, which {why}");
            Err(Failure::Usage(message))
        }
    }
}
