//! The first call of each built-in contract in a new backend: alone, with all that it brings along (the functions are
//! looked up, the library is loaded), and where the library is there already.

use crate::{
    built_in::BuiltIn,
    documents::Bench,
    interleave::interleave,
    results::{Base, Workload},
};
use anyhow::Result;

pub fn measure(bench: &Bench) -> Result<Vec<Workload>> {
    let contracts = BuiltIn::all(&mut bench.session())?;
    let call = |name, title, before: &str| -> Result<Workload> {
        let samples = interleave(bench.parameters.rounds, &contracts, |contract| {
            let mut session = bench.session();
            session.run(&contract.rehearsal())?;
            session.run(before)?;
            session.time(&contract.first_call())
        })?;
        let names = contracts.iter().map(|contract| contract.name.clone());
        let lanes = names.zip(samples);
        Ok(Workload::new(name, title, "µs", Base::Nothing, lanes))
    };
    Ok(vec![
        call("first_call", "First call in a new backend", "")?,
        call(
            "first_call_loaded",
            "First call in a backend that has loaded the library",
            "SELECT contract.schema_version('{}')",
        )?,
    ])
}
