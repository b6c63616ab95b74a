//! Documents out of files and streams: which bytes are a document, its value, and where in the text
//! each of its values stands.

mod parse;
mod places;
mod read;

pub use parse::{Text, json_error};
pub use places::{Position, find_places};
pub use read::{Batch, Documents, Layout};
