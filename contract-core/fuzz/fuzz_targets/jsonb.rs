//! Raw bytes as a stored document: no plan panics, and where the bytes are jsonb, the general validator
//! gives the same verdict.
#![no_main]

#[path = "../src/schemas.rs"]
mod schemas;

use contract_core::{
    ContractValidator, Registry, SchemaValidator,
    json::Jsonb,
    plan::{ContractPlan, Plan},
    stored::is_jsonb,
    watch::Unwatched,
};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use std::{cell::RefCell, sync::LazyLock};

/// How often something is asked before its plan is made anew: a plan keeps the first shapes that it meets.
const ASKED_BETWEEN: u32 = 10_000;

struct Asked<P, G> {
    name: String,
    make: Box<dyn Fn() -> P>,
    plan: P,
    general: G,
    times: u32,
}

impl<P, G> Asked<P, G> {
    fn new(name: String, general: G, make: impl Fn() -> P + 'static) -> Self {
        Self { name, plan: make(), make: Box::new(make), general, times: 0 }
    }

    /// The plan, made anew from time to time.
    fn plan(&mut self) -> &P {
        self.times += 1;
        if self.times.is_multiple_of(ASKED_BETWEEN) {
            self.plan = (self.make)();
        }
        &self.plan
    }
}

type Schema = Asked<Plan<Unwatched>, SchemaValidator<Jsonb>>;
type Contract = Asked<ContractPlan<Unwatched>, ContractValidator<Jsonb>>;

thread_local! {
    static SCHEMAS: RefCell<Vec<Schema>> = RefCell::new(schemas::schemas().into_iter().map(|schema: Value| {
        let general = SchemaValidator::compile(&schema).expect("a schema");
        Asked::new(schema.to_string(), general, move || Plan::compile(&schema).expect("a schema"))
    }).collect());
    static CONTRACTS: RefCell<Vec<Contract>> = RefCell::new(Registry::builtin().iter().map(|contract| {
        let general = contract.compile().expect("built in");
        Asked::new(contract.name().to_owned(), general, move || ContractPlan::compile(contract).expect("built in"))
    }).collect());
}

/// How many schemas there are; what is beyond is a contract.
static COUNT: LazyLock<usize> = LazyLock::new(|| SCHEMAS.with_borrow(Vec::len));

fuzz_target!(|input: &[u8]| {
    let Some((&choice, document)) = input.split_first() else {
        return;
    };
    let choice = usize::from(choice);
    let is_jsonb = is_jsonb(document);
    let agree = |name: &str, found, general: &dyn Fn() -> bool| {
        if is_jsonb {
            assert_eq!(found, Ok(general()), "{name}");
        }
    };
    if choice < 2 * *COUNT {
        SCHEMAS.with_borrow_mut(|schemas| {
            let asked = &mut schemas[choice % *COUNT];
            let found = asked.plan().is_valid(document);
            agree(&asked.name, found, &|| asked.general.is_valid(Jsonb::root(document)));
        });
    } else {
        CONTRACTS.with_borrow_mut(|contracts| {
            let count = contracts.len();
            let asked = &mut contracts[choice % count];
            let found = asked.plan().is_valid(document);
            agree(&asked.name, found, &|| asked.general.is_valid(Jsonb::root(document)));
        });
    }
});
