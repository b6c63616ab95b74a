//! The validators of a comparison. A schema whose alternatives multiply takes longer over a single
//! document than anybody waits: trying documents has a budget, and ends when somebody asks for it.

use super::stop;
use crate::{
    SchemaError, SchemaValidator,
    json::SerdeJson,
    watch::{Watch, Watched},
};
use serde_json::Value;
use std::{
    cell::Cell,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
};

/// Reads of values that the documents of one comparison may take together: some seconds.
const MOST_READS: u64 = 100_000_000;
/// After how many reads it is asked whether to stop.
const READS_A_QUESTION: u64 = 4096;

thread_local! {
    static LEFT: Cell<u64> = const { Cell::new(MOST_READS) };
}

/// Gives a comparison its budget.
pub(super) fn begin() {
    LEFT.set(MOST_READS);
}

/// A schema, compiled to try documents with. Where the budget does not suffice for a verdict, it neither
/// takes the document nor refuses it.
pub(super) struct Validator(SchemaValidator<Watched<SerdeJson, Budget>>);

impl Validator {
    pub(super) fn compile(schema: &Value) -> Result<Self, SchemaError> {
        SchemaValidator::compile(schema).map(Self)
    }

    pub(super) fn takes(&self, document: &Value) -> bool {
        self.verdict(document) == Some(true)
    }

    pub(super) fn refuses(&self, document: &Value) -> bool {
        self.verdict(document) == Some(false)
    }

    fn verdict(&self, document: &Value) -> Option<bool> {
        if LEFT.get() == 0 {
            return None;
        }
        let verdict = || self.0.is_valid(Watched::node(document));
        match catch_unwind(AssertUnwindSafe(verdict)) {
            Ok(verdict) => Some(verdict),
            Err(end) if end.is::<Ended>() => None,
            Err(panic) => resume_unwind(panic),
        }
    }
}

/// What a walk unwinds with that is ended before its verdict.
struct Ended;

/// Counts what a walk reads.
enum Budget {}

impl Watch for Budget {
    fn read() {
        let left = LEFT.get().saturating_sub(1);
        LEFT.set(left);
        if left == 0 || (left.is_multiple_of(READS_A_QUESTION) && stop::is_asked()) {
            resume_unwind(Box::new(Ended));
        }
    }

    fn descend() {
        Self::read();
    }

    fn violation() {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compat::{self, Verdict};
    use serde_json::{Map, json};

    /// Takes what `leaf` takes, and asks it as often as two to the power of `height`.
    fn ladder(height: usize, leaf: &Value) -> Value {
        let mut definitions = Map::new();
        for rung in 0..height {
            let next = json!({"$ref": format!("#/$defs/l{}", rung + 1)});
            definitions.insert(format!("l{rung}"), json!({"anyOf": [next, next]}));
        }
        definitions.insert(format!("l{height}"), leaf.clone());
        json!({"$ref": "#/$defs/l0", "$defs": definitions})
    }

    #[test]
    fn a_document_that_takes_too_long_is_neither_taken_nor_refused() {
        let high = Validator::compile(&ladder(60, &json!({"type": "integer"}))).unwrap();
        assert!(high.takes(&json!(1)));
        LEFT.set(1_000_000);
        assert!(!high.refuses(&json!("a")) && !high.takes(&json!("a")));
        assert!(!high.takes(&json!(1)));
        begin();
        assert!(high.takes(&json!(1)));
    }

    #[test]
    fn a_comparison_is_stopped_within_a_document() {
        thread_local! {
            static ASKED: Cell<u32> = const { Cell::new(0) };
        }
        let stop = || {
            ASKED.set(ASKED.get() + 1);
            ASKED.get() > 500
        };
        let old = ladder(60, &json!({"type": "integer"}));
        let new = ladder(60, &json!({"type": "integer", "minimum": 0}));
        let stopped = stop::stoppable(stop, || compat::compare(&old, &new)).unwrap();
        assert!(matches!(stopped.backward(), Verdict::Unproven(_)));
    }
}
