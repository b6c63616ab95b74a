use super::Run; pub fn page(_run: &Run<'_>) -> String { String::new() }
