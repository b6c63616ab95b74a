//! The documents: made by SQL from the numbers of rows, the same in every run.

use crate::{
    check::{BUILT_IN, Check, GeneralSchema, REGISTERED},
    parameters::Parameters,
    server::Session,
};
use anyhow::{Result, ensure};
use tests::Cluster;

/// The database with the documents.
pub const DATABASE: &str = "bench";

/// A document of each row number: every second one of version 2, which has an escalation level.
const DOCUMENT: &str = r#"jsonb_build_object(
    '_schema_version', 1 + i % 2,
    'type', 'case_metadata',
    '_context', jsonb_build_object(
        'created_by', 'user-' || lpad((i % 5000)::text, 4, '0'),
        'created_at', to_char(timestamp '2024-01-01' + i * interval '1 minute', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
        'reason', 'import',
        'source', 'job-' || lpad((i % 97)::text, 2, '0')),
    'priority', (ARRAY['low', 'medium', 'high', 'critical'])[1 + i % 4],
    'custom_fields', jsonb_build_object(
        'amount', round((i % 100000) / 100.0, 2),
        'reference', 'R' || lpad(i::text, 7, '0'),
        'steps', jsonb_build_array(i % 10, i % 100, i % 1000)))
    || CASE i % 2 WHEN 0 THEN '{}' ELSE jsonb_build_object('escalation_level', i / 2 % 6) END"#;

/// What the workloads have in common.
pub struct Bench {
    /// The server.
    pub cluster: Cluster,
    /// How large the run is.
    pub parameters: Parameters,
    /// The contract's rules for the general validator.
    pub general: GeneralSchema,
    /// What a document takes on the average, in bytes.
    pub document_bytes: i32,
    /// One document, as text.
    pub document: String,
}

impl Bench {
    /// A database with the documents, for the built-in contract and for the one that is registered.
    ///
    /// # Errors
    ///
    /// When a statement fails, or a check refuses a document.
    pub fn new(cluster: Cluster, parameters: Parameters) -> Result<Self> {
        Session::new(&cluster, "postgres").run(&format!("CREATE DATABASE {DATABASE}"))?;
        let mut session = Session::new(&cluster, DATABASE);
        let rows = parameters.rows;
        session.run("CREATE EXTENSION jsonb_contract")?;
        session.run(&register(
            &format!("'{REGISTERED}'"),
            "generate_series(1, 1)",
        ))?;
        session.run(&format!(
            "CREATE UNLOGGED TABLE documents (n int, document jsonb);
             INSERT INTO documents SELECT i, {DOCUMENT} FROM generate_series(1, {rows}) AS i;
             CREATE UNLOGGED TABLE registered_documents (n int, document jsonb);
             INSERT INTO registered_documents SELECT n, document || '{{\"type\": \"{REGISTERED}\"}}' FROM documents"
        ))?;
        session.run("VACUUM (ANALYZE, FREEZE)")?;
        let version_2 = format!("SELECT contract.schema('{BUILT_IN}', 2)::text");
        let general =
            GeneralSchema::new(serde_json::from_str(&session.value::<String>(&version_2)?)?);
        let bench = Self {
            document_bytes: session
                .value("SELECT round(avg(pg_column_size(document)))::int FROM documents")?,
            document: session.value("SELECT document::text FROM documents WHERE n = 1")?,
            cluster,
            parameters,
            general,
        };
        bench.assert_all_pass(&mut session)?;
        Ok(bench)
    }

    /// A new backend in the database with the documents.
    pub fn session(&self) -> Session {
        Session::new(&self.cluster, DATABASE)
    }

    /// A check that refuses a document would stop early, and be quick for nothing.
    fn assert_all_pass(&self, session: &mut Session) -> Result<()> {
        for check in [Check::Explaining].iter().chain(Check::WRITTEN) {
            let (source, condition) = (check.source(), check.condition(&self.general));
            let passed: i64 =
                session.value(&format!("SELECT count(*) FROM {source} WHERE {condition}"))?;
            ensure!(
                passed == i64::from(self.parameters.rows),
                "{}: {passed} of {} documents pass; all have to",
                check.name(),
                self.parameters.rows
            );
        }
        Ok(())
    }
}

/// Registers the built-in contract anew for each row of `source`, under the name that is an expression over `i`.
pub fn register(name: &str, source: &str) -> String {
    format!(
        "SELECT contract.register((SELECT contract.manifest('{BUILT_IN}')::jsonb - 'bindings')
             || jsonb_build_object('contract_type', {name}, 'canonical_id', 'CONTRACT-BENCH-' || i || '-V2'))
         FROM {source} AS i"
    )
}
