//! What the command writes for a browser, in Chromium.

#[path = "../../contract-cli/tests/support/catalog.rs"]
mod catalog;
mod drift_page;
