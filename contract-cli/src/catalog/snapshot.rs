//! A catalog as a file: JSON that git shows the differences of, line by line.

use super::Catalog;
use crate::{commands::Failure, report::printable};
use serde::Deserialize;
use std::{fs, path::Path};

/// The text of a snapshot file.
pub fn text(catalog: &Catalog) -> String {
    let mut text = serde_json::to_string_pretty(catalog).expect("a catalog is JSON");
    text.push('\n');
    text
}

/// Reads a snapshot file.
///
/// # Errors
///
/// The file cannot be read, is no snapshot or not a whole one, or was written in another form than
/// [`Catalog::FORMAT`].
pub fn read(file: &Path) -> Result<Catalog, Failure> {
    let name = printable(&file.to_string_lossy()).into_owned();
    let text = fs::read_to_string(file)
        .map_err(|error| Failure::Usage(format!("{name} cannot be read: {error}")))?;
    parse(&text).map_err(|problem| Failure::Usage(format!("{name}{problem}")))
}

/// The catalog of a snapshot's text; else what is wrong, to follow the file's name.
fn parse(text: &str) -> Result<Catalog, String> {
    /// What every form has.
    #[derive(Deserialize)]
    struct Form {
        format: u32,
    }
    const TIP: &str = "jsonb-contract snapshot -o FILE writes one";
    let place = |error: &serde_json::Error| {
        format!(
            ":{}:{}: {}",
            error.line(),
            error.column(),
            printable(&error.to_string())
        )
    };
    let Form { format } = serde_json::from_str(text)
        .map_err(|error| format!("{}: is no snapshot\n  tip: {TIP}", place(&error)))?;
    if format != Catalog::FORMAT {
        return Err(format!(
            " is a snapshot of format {format}, and this release reads format {}\n  tip: {TIP}",
            Catalog::FORMAT
        ));
    }
    serde_json::from_str(text).map_err(|error| place(&error))
}
