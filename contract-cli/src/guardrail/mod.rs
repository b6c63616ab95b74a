//! The guardrail matrix: a Markdown document that says what holds for each table, as a typed model.

pub mod model;

pub use model::Matrix;

/// TODO adapter, replaced by the compiler's own.
pub fn read(file: &std::path::Path) -> Result<Matrix, crate::commands::Failure> {
    let name = file.to_string_lossy();
    let text = std::fs::read_to_string(file).map_err(|error| {
        crate::commands::Failure::Usage(format!("{name}: cannot be read: {error}"))
    })?;
    serde_json::from_str(&text)
        .map_err(|error| crate::commands::Failure::Usage(format!("{name}: {error}")))
}
