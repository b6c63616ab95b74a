//! One verdict: jsonb bytes and `serde_json` values give the same verdict and the same violations.

#[path = "support/generate.rs"]
mod generate;
#[path = "support/near_miss.rs"]
mod near_miss;
#[path = "agreement/plan.rs"]
mod plan;

use contract_core::{
    ContractType, ContractValidator, Registry, SchemaValidator, Values, Violations,
    json::{Jsonb, Node, SerdeJson},
};
use jsonschema_value::jsonb::encode::encode;
use serde_json::Value;

/// Asks both representations for a verdict and for violations, and demands one answer.
#[track_caller]
fn verdict(
    contract: &ContractType,
    stored: &ContractValidator<Jsonb>,
    document: &Value,
) -> Result<(), Violations> {
    let bytes = encode(document);
    let from_value = contract.validator().validate(document, Values::Masked);
    let from_bytes = stored.validate(Jsonb::root(&bytes), Values::Masked);
    assert_eq!(from_value, from_bytes, "{document}");
    assert_eq!(
        from_value.is_ok(),
        contract.is_valid(document),
        "{document}"
    );
    assert_eq!(
        from_value.is_ok(),
        stored.is_valid(Jsonb::root(&bytes)),
        "{document}"
    );
    from_value
}

#[test]
fn documents_of_every_version_are_valid_in_both_representations() {
    for contract in Registry::builtin().iter() {
        let stored = contract
            .compile::<Jsonb>()
            .expect("built-in schemas compile");
        for (_, schema) in contract.versions() {
            generate::for_all(64, &generate::document(schema), |document| {
                assert_eq!(verdict(contract, &stored, &document), Ok(()), "{document}");
            });
        }
    }
}

#[test]
fn documents_broken_in_one_place_are_violations_there_in_both_representations() {
    for contract in Registry::builtin().iter() {
        let stored = contract
            .compile::<Jsonb>()
            .expect("built-in schemas compile");
        for (_, schema) in contract.versions() {
            let broken = (generate::document(schema), generate::breakage(schema));
            generate::for_all(128, &broken, |(document, breakage)| {
                let document = generate::break_document(document, &breakage);
                let violations = verdict(contract, &stored, &document)
                    .expect_err("a document that is broken is not valid");
                let top = match breakage {
                    ("remove", path) => path.as_array().expect("a path").len() - 1,
                    (_, how) => how[0].as_array().expect("a path").len(),
                };
                for violation in &violations {
                    let depth = violation.instance_path().matches('/').count();
                    // An array that holds a scalar is broken one level further down.
                    assert!((top..=top + 1).contains(&depth), "{document}: {violation}");
                }
            });
        }
    }
}

#[test]
fn any_value_gets_one_verdict_from_every_contract() {
    let contracts: Vec<_> = Registry::builtin()
        .iter()
        .map(|contract| (contract, contract.compile::<Jsonb>().expect("compiles")))
        .collect();
    generate::for_all(256, &generate::json(), |document| {
        for (contract, stored) in &contracts {
            verdict(contract, stored, &document).expect_err("no generated value has an envelope");
        }
    });
}

#[test]
fn generated_schemas_give_one_verdict() {
    let pairs = (
        generate::schema(),
        proptest::collection::vec(generate::small_json(), 1..12),
    );
    let valid = std::cell::Cell::new([0_u32; 2]);
    generate::for_all(2048, &pairs, |(schema, documents)| {
        let values = SchemaValidator::<SerdeJson>::compile(&schema).expect("a schema");
        let stored = SchemaValidator::<Jsonb>::compile(&schema).expect("a schema");
        let from_bytes = SchemaValidator::<Jsonb>::compile_jsonb(&encode(&schema));
        assert!(from_bytes.is_ok(), "{schema}");
        for document in documents {
            let bytes = encode(&document);
            let from_value = values.validate(&document, Values::Masked);
            let from_stored = stored.validate(Jsonb::root(&bytes), Values::Masked);
            assert_eq!(from_value, from_stored, "{schema} {document}");
            // A value is shown as jsonb writes it: 1e2 is stored as 100.
            let written = Jsonb::root(&bytes).to_value();
            let shown = values.validate(&written, Values::Shown);
            assert_eq!(
                shown,
                stored.validate(Jsonb::root(&bytes), Values::Shown),
                "{schema}"
            );
            let mut counts = valid.get();
            counts[usize::from(from_value.is_ok())] += 1;
            valid.set(counts);
        }
    });
    let [refused, accepted] = valid.get();
    assert!(
        refused > 1000 && accepted > 1000,
        "{refused} refused, {accepted} accepted"
    );
}
