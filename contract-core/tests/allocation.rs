//! A pass costs nothing more than the walk: no allocation, in either representation.

use contract_core::{
    Registry,
    json::{Jsonb, JsonbNode, SerdeJson},
    plan::{ContractPlan, Plan},
    watch::{Watch, Watched},
};
use jsonschema_value::jsonb::encode::encode;
use serde_json::{Value, json};
use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
};

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

/// The system's allocator, counting.
struct Counting;

// SAFETY: every call goes to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.with(|count| count.set(count.get() + 1));
        // SAFETY: the caller's obligations are passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's obligations are passed on.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn allocations(work: impl FnOnce()) -> u64 {
    let before = ALLOCATIONS.with(Cell::get);
    work();
    ALLOCATIONS.with(Cell::get) - before
}

/// A watch that sees nothing.
enum Silent {}

impl Watch for Silent {
    fn read() {}
    fn descend() {}
    fn violation() {}
}

fn documents() -> Vec<(&'static str, Value)> {
    let envelope = |name: &str, version: u32| {
        json!({
            "_schema_version": version,
            "_context": {
                "created_by": "importer", "created_at": "2025-01-22T10:00:00Z",
                "reason": "import", "source": "test",
            },
            "type": name,
        })
    };
    let mut case = envelope("case_metadata", 2);
    case["priority"] = json!("high");
    case["escalation_level"] = json!(3);
    case["custom_fields"] = json!({"amount": 12.5, "note": "a note", "scores": [1, 2, 3]});
    let mut items = envelope("invoice_line_items", 1);
    items["items"] = json!([{"amount": 12.5}, {}, {"nested": {"deep": [1]}}]);
    let session = envelope("session_data", 1);
    vec![
        ("case_metadata", case),
        ("invoice_line_items", items),
        ("session_data", session),
    ]
}

#[test]
fn a_valid_document_allocates_nothing() {
    assert!(allocations(|| drop(Box::new(1))) > 0, "the counter counts");
    for (name, document) in documents() {
        let contract = Registry::builtin().get(name).expect("built in");
        let (values, stored, watched) = (
            contract.compile::<SerdeJson>().expect("compiles"),
            contract.compile::<Jsonb>().expect("compiles"),
            contract
                .compile::<Watched<Jsonb, Silent>>()
                .expect("compiles"),
        );
        let plan = ContractPlan::<Silent>::compile(contract).expect("compiles");
        let bytes = encode(&document);
        let root = || -> JsonbNode<'_> { Jsonb::root(&bytes) };
        let ask_all = || {
            assert!(values.is_valid(&document));
            assert!(stored.is_valid(root()));
            assert!(watched.is_valid(Watched::<Jsonb, Silent>::node(root())));
            assert_eq!(plan.is_valid(&bytes), Ok(true));
        };
        // The first walk may build what is kept, such as a pattern's automaton.
        ask_all();
        assert_eq!(allocations(ask_all), 0, "{name}");
    }
}

/// A string for the general validator is written over the last one.
#[test]
fn a_string_for_the_general_validator_allocates_nothing() {
    let schema = json!({"items": {"pattern": "^a+$", "format": "hostname"}});
    let plan = Plan::<Silent>::compile(&schema).expect("a schema");
    assert_eq!(plan.generals(), 1);
    let bytes = encode(&json!(["a", "aa", "aaa"]));
    let ask = || assert_eq!(plan.is_valid(&bytes), Ok(true));
    // The first walk builds the pattern's automaton.
    ask();
    assert_eq!(allocations(ask), 0);
}
