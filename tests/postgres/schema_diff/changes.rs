//! Changes of the base schema, each with what is found of it; and changes that are no drift.

pub const RELATIONS_AND_WHAT_IS_BESIDE_THEM: &[(&str, &[&str])] = &[
    (
        "CREATE SCHEMA extra; CREATE TABLE extra.t (a serial)",
        &[
            "schema-not-migrated: schema extra : there, and with it table extra.t, sequence extra.t_a_seq",
        ],
    ),
    (
        "DROP TYPE app.priority CASCADE",
        &["type-missing: type app.priority : not there, and with it column priority on app.cases"],
    ),
    (
        "ALTER TYPE app.priority ADD VALUE 'urgent'",
        &["type-definition: type app.priority : ENUM ('low', 'high', 'urgent')"],
    ),
    (
        "ALTER DOMAIN app.email DROP CONSTRAINT has_at",
        &["type-definition: type app.email : DOMAIN text"],
    ),
    (
        "DROP FUNCTION app.tenant() CASCADE",
        &[
            "function-missing: function app.tenant() : not there, and with it policy isolation on app.cases",
        ],
    ),
    (
        "DROP FUNCTION app.touch() CASCADE",
        &[
            "function-missing: function app.touch() : not there, and with it trigger touch on app.cases",
        ],
    ),
    (
        "CREATE OR REPLACE FUNCTION app.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        &["function-definition: function app.touch() : body line 1: BEGIN RETURN NEW; END"],
    ),
    (
        "ALTER FUNCTION app.touch() SECURITY DEFINER SET search_path = ''",
        &["function-definition: function app.touch() : SECURITY DEFINER, SET search_path TO ''"],
    ),
    (
        "ALTER SEQUENCE app.cases_number_seq INCREMENT BY 2 CYCLE",
        &[
            "sequence-definition: sequence  cases_number_seq: AS integer START WITH 1 INCREMENT BY 2 MINVALUE 1 MAXVALUE 2147483647 CACHE 1 CYCLE",
        ],
    ),
    (
        "ALTER SEQUENCE app.cases_number_seq OWNED BY NONE",
        &["sequence-owner: sequence  cases_number_seq: OWNED BY NONE"],
    ),
    (
        "ALTER TABLE app.cases RENAME COLUMN number TO numero",
        &[
            "column-missing: column number cases: not there, and with it sequence app.cases_number_seq",
            "column-not-migrated: column numero cases: integer DEFAULT nextval('app.cases_number_seq'::regclass) NOT NULL",
        ],
    ),
    (
        "CREATE RULE keep AS ON DELETE TO app.tenants DO INSTEAD NOTHING",
        &[
            "rule-not-migrated: rule keep tenants: CREATE RULE keep AS ON DELETE TO app.tenants DO INSTEAD NOTHING;",
        ],
    ),
    (
        "DROP RULE kept ON app.notes",
        &["rule-missing: rule kept notes: not there"],
    ),
    (
        "CREATE OR REPLACE RULE kept AS ON DELETE TO app.notes WHERE OLD.id < 1 DO INSTEAD NOTHING",
        &[
            "rule-definition: rule kept notes: CREATE RULE kept AS ON DELETE TO app.notes WHERE (old.id < 1) DO INSTEAD NOTHING;",
        ],
    ),
    (
        "ALTER TABLE app.notes DISABLE RULE kept",
        &["rule-enabled: rule kept notes: disabled"],
    ),
    (
        "CREATE FUNCTION app.other(a int) RETURNS int LANGUAGE sql AS 'SELECT 1'",
        &["function-not-migrated: function app.other(integer) : there"],
    ),
    (
        "DROP EXTENSION jsonb_contract CASCADE",
        &[
            "extension-missing: extension jsonb_contract : not there, and with it schema contracts, trigger guard on app.cases",
        ],
    ),
    (
        "DROP TABLE app.tenants CASCADE",
        &[
            "table-missing: table  tenants: not there, and with it constraint cases_tenant_id_fkey on app.cases, policy isolation on app.cases",
        ],
    ),
    (
        "DROP TABLE app.notes",
        &["table-missing: table  notes: not there"],
    ),
    (
        "CREATE TABLE app.more (id serial PRIMARY KEY, tenant text REFERENCES app.tenants)",
        &["table-not-migrated: table  more: there, and with it sequence app.more_id_seq"],
    ),
    (
        "ALTER TABLE app.notes RENAME TO remarks",
        &[
            "table-missing: table  notes: not there",
            "table-not-migrated: table  remarks: there",
        ],
    ),
    (
        "ALTER TABLE app.tenants RENAME TO clients",
        &[
            "table-not-migrated: table  clients: there",
            "table-missing: table  tenants: not there",
        ],
    ),
    (
        "ALTER TABLE app.cases ADD COLUMN ext_a int; CREATE UNIQUE INDEX ext_pair ON app.cases (ext_a, status)",
        &[
            "index-not-migrated: index ext_pair cases: CREATE UNIQUE INDEX ext_pair ON app.cases USING btree (ext_a, status)",
        ],
    ),
    (
        "CREATE OR REPLACE VIEW app.open_cases WITH (security_invoker = true) AS SELECT id, doc FROM app.cases",
        &["view-definition: view  open_cases: SELECT cases.id, cases.doc FROM app.cases;"],
    ),
    (
        "ALTER VIEW app.open_cases RESET (security_invoker)",
        &["view-options: view  open_cases: none of its options set"],
    ),
    (
        "DROP VIEW app.open_cases",
        &["view-missing: view  open_cases: not there"],
    ),
    (
        "CREATE VIEW app.more AS SELECT 1 AS a",
        &["view-not-migrated: view  more: there"],
    ),
    (
        "ALTER TABLE app.notes SET UNLOGGED",
        &["table-unlogged: table  notes: unlogged"],
    ),
    (
        "ALTER TABLE app.events DETACH PARTITION app.events_1",
        &["table-parents: table  events_1: of no parent"],
    ),
    (
        "DROP TABLE app.events_1",
        &["table-missing: table  events_1: not there"],
    ),
    (
        "CREATE TABLE app.events_2 PARTITION OF app.events (CHECK (id > 0)) FOR VALUES FROM ('2025-02-01') TO ('2025-03-01')",
        &[
            "table-not-migrated: table  events_2: a partition of app.events, and it has constraints of its own",
        ],
    ),
    (
        "CREATE TABLE app.child (x int) INHERITS (app.notes)",
        &["table-not-migrated: table  child: there"],
    ),
    (
        "DROP SCHEMA app CASCADE",
        &[
            "schema-missing: schema app : not there, and with it function app.tenant(), function app.touch(), type app.email, type app.priority, table app.cases, sequence app.cases_id_seq, sequence app.cases_number_seq, table app.events, table app.events_1, table app.notes, view app.open_cases, table app.tenants",
        ],
    ),
    (
        "DROP SEQUENCE app.cases_number_seq CASCADE",
        &[
            "sequence-missing: sequence  cases_number_seq: not there, and with it column number on app.cases",
        ],
    ),
    (
        "DROP VIEW app.open_cases; CREATE TABLE app.open_cases (id bigint, doc jsonb)",
        &["relation-kind: table  open_cases: a table"],
    ),
    (
        "CREATE TABLE app.events_2 PARTITION OF app.events FOR VALUES FROM ('2025-02-01') TO ('2025-03-01'); ALTER TABLE app.events_2 ENABLE ROW LEVEL SECURITY",
        &[
            "table-not-migrated: table  events_2: a partition of app.events, and its row level security is not its parent's",
        ],
    ),
];

pub const COLUMNS: &[(&str, &[&str])] = &[
    (
        "ALTER TABLE app.cases RENAME COLUMN status TO state",
        &[
            "column-not-migrated: column state cases: text DEFAULT 'open'::text NOT NULL",
            "column-missing: column status cases: not there",
        ],
    ),
    (
        "ALTER TABLE app.cases RENAME COLUMN tenant_id TO client_id",
        &[
            "column-not-migrated: column client_id cases: text NOT NULL",
            "column-missing: column tenant_id cases: not there",
        ],
    ),
    (
        r#"ALTER TABLE app.cases RENAME COLUMN doc TO "Document""#,
        &[
            "column-not-migrated: column Document cases: jsonb",
            "column-missing: column doc cases: not there",
        ],
    ),
    (
        "ALTER TABLE app.cases DROP COLUMN number",
        &[
            "column-missing: column number cases: not there, and with it constraint cases_number_key on app.cases, sequence app.cases_number_seq",
        ],
    ),
    (
        "ALTER TABLE app.cases DROP COLUMN id CASCADE",
        &[
            "column-missing: column id cases: not there, and with it constraint cases_pkey on app.cases, sequence app.cases_id_seq, constraint notes_case_id_fkey on app.notes, view app.open_cases",
        ],
    ),
    (
        "ALTER TABLE app.cases ADD COLUMN extra int UNIQUE CHECK (extra > 0)",
        &[
            "column-not-migrated: column extra cases: integer, and with it constraint cases_extra_check on app.cases, constraint cases_extra_key on app.cases",
        ],
    ),
    (
        "ALTER TABLE app.cases ADD COLUMN ext_a jsonb",
        &["column-not-migrated: column ext_a cases: jsonb"],
    ),
    (
        "ALTER TABLE app.cases ADD COLUMN extra serial",
        &[
            "column-not-migrated: column extra cases: integer DEFAULT nextval('app.cases_extra_seq'::regclass) NOT NULL, and with it sequence app.cases_extra_seq",
        ],
    ),
    (
        "ALTER TABLE app.cases DROP COLUMN weight CASCADE",
        &[
            "column-missing: column weight cases: not there, and with it column half on app.cases, constraint cases_weight on app.cases, index cases_open on app.cases, policy reading on app.cases, trigger touch on app.cases",
        ],
    ),
    (
        "ALTER TABLE app.cases ALTER COLUMN title TYPE text",
        &[
            "column-type: column title cases: text, and with it constraint cases_status on app.cases",
        ],
    ),
    (
        "ALTER TABLE app.cases ALTER COLUMN number TYPE bigint",
        &["column-type: column number cases: bigint"],
    ),
    (
        "ALTER TABLE app.notes ALTER COLUMN body SET NOT NULL",
        &["column-not-null: column body notes: NOT NULL"],
    ),
    (
        "ALTER TABLE app.notes ALTER COLUMN body SET DEFAULT 'x'",
        &["column-default: column body notes: DEFAULT 'x'::text"],
    ),
    (
        "ALTER TABLE app.cases ALTER COLUMN status SET DEFAULT 'closed'",
        &["column-default: column status cases: DEFAULT 'closed'::text"],
    ),
    (
        "ALTER TABLE app.cases ALTER COLUMN id DROP IDENTITY",
        &["column-identity: column id cases: no identity, and with it sequence app.cases_id_seq"],
    ),
    (
        "ALTER TABLE app.cases ALTER COLUMN half DROP EXPRESSION",
        &["column-generated: column half cases: no default"],
    ),
    (
        r#"ALTER TABLE app.notes ALTER COLUMN body TYPE text COLLATE "C""#,
        &[r#"column-collation: column body notes: COLLATE "C""#],
    ),
    (
        "ALTER TABLE app.events ALTER COLUMN body SET DEFAULT 'x'",
        &["column-default: column body events: DEFAULT 'x'::text"],
    ),
    (
        "ALTER TABLE app.events ADD COLUMN more int",
        &["column-not-migrated: column more events: integer"],
    ),
    (
        "ALTER TABLE app.events DROP COLUMN body",
        &[
            "column-missing: column body events: not there, and with it constraint events_body_check on app.events, index events_body on app.events",
        ],
    ),
    (
        r#"ALTER TABLE app.tenants DROP COLUMN "Größe""#,
        &["column-missing: column Größe tenants: not there"],
    ),
    (
        "ALTER TABLE app.cases ALTER COLUMN number DROP DEFAULT",
        &["column-default: column number cases: no default"],
    ),
];

pub const CONSTRAINTS_AND_INDEXES: &[(&str, &[&str])] = &[
    (
        "ALTER TABLE app.notes DISABLE TRIGGER ALL",
        &[
            "constraint-enforced: constraint notes_case_id_fkey notes: not enforced: its triggers are disabled",
        ],
    ),
    (
        "ALTER TABLE app.tenants DISABLE TRIGGER ALL",
        &[
            "constraint-enforced: constraint cases_tenant_id_fkey cases: not enforced: its triggers are disabled",
        ],
    ),
    (
        "ALTER TABLE app.cases DROP CONSTRAINT cases_weight",
        &["constraint-missing: constraint cases_weight cases: not there"],
    ),
    (
        "ALTER TABLE app.cases DROP CONSTRAINT cases_weight, ADD CONSTRAINT cases_weight CHECK (weight BETWEEN 0 AND 1000)",
        &[
            "constraint-definition: constraint cases_weight cases: CHECK (((weight >= 0) AND (weight <= 1000)))",
        ],
    ),
    (
        "ALTER TABLE app.cases DROP CONSTRAINT cases_weight, ADD CONSTRAINT cases_weight CHECK (weight BETWEEN 0 AND 100) NOT VALID",
        &[
            "constraint-not-validated: constraint cases_weight cases: NOT VALID: rows from before were not checked",
        ],
    ),
    (
        "ALTER TABLE app.cases RENAME CONSTRAINT cases_weight TO w",
        &["constraint-renamed: constraint w cases: the name w"],
    ),
    (
        "ALTER TABLE app.cases DROP CONSTRAINT cases_number_key; CREATE UNIQUE INDEX cases_number_key ON app.cases (tenant_id, number)",
        &["constraint-missing: constraint cases_number_key cases: not there"],
    ),
    (
        "ALTER TABLE app.cases DROP CONSTRAINT cases_pkey CASCADE",
        &[
            "constraint-missing: constraint cases_pkey cases: not there, and with it constraint notes_case_id_fkey on app.notes",
        ],
    ),
    (
        "ALTER TABLE app.notes DROP CONSTRAINT notes_case_id_fkey, ADD CONSTRAINT notes_case_id_fkey FOREIGN KEY (case_id) REFERENCES app.cases (id) ON DELETE CASCADE",
        &[
            "constraint-definition: constraint notes_case_id_fkey notes: FOREIGN KEY (case_id) REFERENCES app.cases(id) ON DELETE CASCADE",
        ],
    ),
    (
        "DROP INDEX app.cases_tenant",
        &["index-missing: index cases_tenant cases: not there"],
    ),
    (
        "CREATE INDEX extra ON app.cases (status)",
        &[
            "index-not-migrated: index extra cases: CREATE INDEX extra ON app.cases USING btree (status)",
        ],
    ),
    (
        "ALTER INDEX app.cases_tenant RENAME TO x",
        &["index-renamed: index x cases: the name x"],
    ),
    (
        "DROP INDEX app.cases_open; CREATE INDEX cases_open ON app.cases (tenant_id, updated_at) WHERE status = 'open'",
        &[
            "index-definition: index cases_open cases: CREATE INDEX cases_open ON app.cases USING btree (tenant_id, updated_at) WHERE (status = 'open'::text)",
        ],
    ),
    (
        "DROP INDEX app.cases_tenant; CREATE INDEX cases_tenant ON app.cases (tenant_id DESC)",
        &[
            "index-definition: index cases_tenant cases: CREATE INDEX cases_tenant ON app.cases USING btree (tenant_id DESC)",
        ],
    ),
    (
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'app.cases_tenant'::regclass",
        &["index-not-valid: index cases_tenant cases: not valid: no query uses it"],
    ),
    (
        "ALTER TABLE app.events DROP CONSTRAINT events_body_check",
        &["constraint-missing: constraint events_body_check events: not there"],
    ),
    (
        "DROP INDEX app.events_body",
        &["index-missing: index events_body events: not there"],
    ),
];

pub const ROW_LEVEL_SECURITY_TRIGGERS_AND_GRANTS: &[(&str, &[&str])] = &[
    (
        "DROP TRIGGER touch ON app.cases",
        &["trigger-missing: trigger touch cases: not there"],
    ),
    (
        "ALTER TABLE app.cases DISABLE TRIGGER touch",
        &["trigger-enabled: trigger touch cases: disabled"],
    ),
    (
        "CREATE OR REPLACE TRIGGER guard BEFORE INSERT OR UPDATE ON app.cases FOR EACH ROW EXECUTE FUNCTION contract.guard('doc', 'case_metadata', '0')",
        &["trigger-write-floor: trigger guard cases: write floor 0"],
    ),
    (
        "CREATE OR REPLACE TRIGGER guard BEFORE INSERT OR UPDATE ON app.cases FOR EACH ROW EXECUTE FUNCTION contract.guard('doc', 'tenant_metadata', '1')",
        &[
            "trigger-definition: trigger guard cases: CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON app.cases FOR EACH ROW EXECUTE FUNCTION contract.guard('doc', 'tenant_metadata', '1')",
        ],
    ),
    (
        "CREATE OR REPLACE TRIGGER touch BEFORE UPDATE ON app.cases FOR EACH ROW EXECUTE FUNCTION app.touch()",
        &[
            "trigger-definition: trigger touch cases: CREATE TRIGGER touch BEFORE UPDATE ON app.cases FOR EACH ROW EXECUTE FUNCTION app.touch()",
        ],
    ),
    (
        "CREATE TRIGGER more BEFORE DELETE ON app.cases FOR EACH ROW EXECUTE FUNCTION app.touch()",
        &[
            "trigger-not-migrated: trigger more cases: CREATE TRIGGER more BEFORE DELETE ON app.cases FOR EACH ROW EXECUTE FUNCTION app.touch()",
        ],
    ),
    (
        "ALTER TABLE app.cases DISABLE ROW LEVEL SECURITY",
        &["row-security-switch: table  cases: off"],
    ),
    (
        "ALTER TABLE app.cases NO FORCE ROW LEVEL SECURITY",
        &["force-row-security-switch: table  cases: off"],
    ),
    (
        "DROP POLICY reading ON app.cases",
        &["policy-missing: policy reading cases: not there"],
    ),
    (
        "ALTER POLICY reading ON app.cases USING (true)",
        &["policy-expression: policy reading cases: USING (true)"],
    ),
    (
        "ALTER POLICY reading ON app.cases TO drift_app",
        &["policy-roles: policy reading cases: TO drift_app"],
    ),
    (
        "ALTER POLICY isolation ON app.cases WITH CHECK (tenant_id = app.tenant())",
        &[
            "policy-expression: policy isolation cases: USING ((tenant_id = app.tenant()) AND (EXISTS ( SELECT 1 FROM app.tenants t WHERE (t.id = cases.tenant_id)))) WITH CHECK (tenant_id = app.tenant())",
        ],
    ),
    (
        "DROP POLICY reading ON app.cases; CREATE POLICY reading ON app.cases FOR UPDATE TO drift_reader USING (weight > 1 OR status = 'open')",
        &["policy-command: policy reading cases: FOR UPDATE"],
    ),
    (
        "DROP POLICY reading ON app.cases; CREATE POLICY reading ON app.cases AS RESTRICTIVE FOR SELECT TO drift_reader USING (weight > 1 OR status = 'open')",
        &["policy-permissive: policy reading cases: RESTRICTIVE"],
    ),
    (
        "CREATE POLICY more ON app.notes USING (true)",
        &[
            "policy-not-migrated: policy more notes: CREATE POLICY more ON app.notes AS PERMISSIVE FOR ALL TO PUBLIC USING (true)",
        ],
    ),
    (
        "REVOKE INSERT ON app.cases FROM drift_app",
        &["grant-missing: grant drift_app cases: SELECT"],
    ),
    (
        "GRANT USAGE ON SCHEMA app TO drift_reader",
        &["schema-grants: schema app : USAGE to drift_reader"],
    ),
    (
        "GRANT SELECT ON app.cases TO drift_reader",
        &["grant-not-migrated: grant drift_reader cases: SELECT"],
    ),
];

pub const HARMLESS: &[&str] = &[
    "COMMENT ON TABLE app.cases IS 'cases'; COMMENT ON COLUMN app.cases.id IS 'x'",
    "CREATE STATISTICS app.s ON tenant_id, status FROM app.cases; ALTER TABLE app.cases ALTER COLUMN status SET STATISTICS 500; ANALYZE app.cases",
    "ALTER TABLE app.cases SET (fillfactor = 70, autovacuum_enabled = false); ALTER INDEX app.cases_tenant SET (fillfactor = 60)",
    "ALTER TABLE app.notes DROP COLUMN body; ALTER TABLE app.notes ADD COLUMN body text; ALTER TABLE app.notes DROP COLUMN case_id; ALTER TABLE app.notes ADD COLUMN case_id bigint REFERENCES app.cases (id)",
    "ALTER TABLE app.cases ADD COLUMN ext_a int UNIQUE CHECK (ext_a > 0); CREATE INDEX ON app.cases (ext_a)",
    "CREATE OR REPLACE TRIGGER guard BEFORE INSERT OR UPDATE ON app.cases FOR EACH ROW EXECUTE FUNCTION contract.guard('doc', 'case_metadata', '2')",
    "CREATE TABLE app.events_2 PARTITION OF app.events FOR VALUES FROM ('2025-02-01') TO ('2025-03-01')",
    "CREATE TABLE app.events_2 (LIKE app.events INCLUDING CONSTRAINTS); ALTER TABLE app.events_2 ADD CHECK (at >= '2025-02-01' AND at < '2025-03-01'); ALTER TABLE app.events ATTACH PARTITION app.events_2 FOR VALUES FROM ('2025-02-01') TO ('2025-03-01')",
    "CREATE TABLE app.events_2 (id bigint NOT NULL, at date NOT NULL, body text CONSTRAINT events_body_check CHECK (body <> '')); ALTER TABLE app.events ATTACH PARTITION app.events_2 FOR VALUES FROM ('2025-02-01') TO ('2025-03-01')",
    "ALTER TABLE app.notes OWNER TO drift_reader; ALTER FUNCTION app.touch() OWNER TO drift_reader",
    "CREATE EXTENSION pg_trgm SCHEMA public",
    "CREATE TABLE public._sqlx_migrations (version bigint PRIMARY KEY, description text NOT NULL, success boolean NOT NULL)",
    "ALTER POLICY reading ON app.cases USING (('open' = status OR false) OR NOT (NOT (1 < weight)))",
    "ALTER POLICY isolation ON app.cases USING (EXISTS (SELECT t.name FROM app.tenants AS t WHERE tenant_id = t.id) AND app.tenant() = tenant_id) WITH CHECK (NOT (status = 'x') AND tenant_id = app.tenant() AND true)",
    "ALTER TABLE app.cases DROP CONSTRAINT cases_status, ADD CONSTRAINT cases_status CHECK (title <> '' AND status IN ('closed', 'open', 'closed'))",
    "DROP INDEX app.cases_open; CREATE INDEX cases_open ON app.cases USING btree (tenant_id, updated_at) WITH (fillfactor = 80) WHERE 0 < weight AND status = 'open'",
    "CREATE OR REPLACE TRIGGER touch BEFORE UPDATE ON app.cases FOR EACH ROW WHEN (NEW.weight = OLD.weight AND NEW.status IS DISTINCT FROM OLD.status) EXECUTE FUNCTION app.touch()",
    "SELECT setval('app.cases_number_seq', 100); INSERT INTO app.tenants VALUES ('a', 'A')",
    "ALTER VIEW app.open_cases SET (security_invoker = on)",
    "CREATE OR REPLACE VIEW app.open_cases WITH (security_invoker) AS SELECT app.cases.id, doc FROM app.cases WHERE 'open' = status",
    r#"SELECT contract.register('{"contract_type": "parcel", "canonical_id": "CONTRACT-PARCEL", "release": "1.0.0", "owner": "x", "status": "active", "compatibility": "backward", "min_version": 1, "max_version": 1, "check_constraint": true, "versions": [{"version": 1, "schema": {"properties": {"a": {"type": "string"}}}}]}')"#,
];
