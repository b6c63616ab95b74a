//! `jsonb-contract drift` in a folder with a snapshot and a matrix.

use super::{
    Folder, Outcome,
    catalog::{NAMES, matrix, snapshot, table},
};

/// A folder with a matrix and a snapshot of the hostile tables, none of which has the index of its foreign key.
pub fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("guardrail.json", matrix(&NAMES));
    let tables = NAMES.iter().map(|name| table(name, false)).collect();
    folder.write("schema.json", snapshot(tables));
    folder
}

/// Runs the checks against the folder's matrix and snapshot, on a day of the tests.
pub fn run(folder: &Folder, arguments: &[&str]) -> Outcome {
    let mut all = vec![
        "drift",
        "--matrix",
        "guardrail.json",
        "--snapshot",
        "schema.json",
    ];
    all.extend(["--today", "2026-03-01"]);
    all.extend(arguments);
    folder.run(&all)
}
