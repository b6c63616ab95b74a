//! Documents out of files and streams: which bytes are a document, its value, and where in the text
//! each of its values stands.

mod parse;
mod places;
mod read;
mod spelling;

pub use parse::{Parsed, Text, json_error};
pub use places::{Position, find_marks, find_places, find_places_where, positions};
pub use read::{Batch, Documents, Layout};
pub use spelling::with_numbers_of;
