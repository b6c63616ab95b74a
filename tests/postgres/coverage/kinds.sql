-- Columns that hold jsonb in every way, under CHECKs and guards that are right, nearly right and wrong.
SELECT contract.register('{
        "contract_type": "ship_manifest", "canonical_id": "CONTRACT-SHIP-MANIFEST", "release": "1.0.0", "owner": "harbour",
        "status": "active", "compatibility": "backward", "min_version": 1, "max_version": 1, "check_constraint": true,
        "versions": [{"version": 1, "schema": {
            "properties": {"ship": {"type": "string"}, "crew": {"type": "integer"}}, "required": ["ship"]}}]
    }');
SELECT contract.register('{
        "contract_type": "aliased", "canonical_id": "CONTRACT-ALIASED", "release": "1.0.0", "owner": "harbour",
        "status": "active", "compatibility": "backward", "min_version": 1, "max_version": 1, "check_constraint": true,
        "aliases": [{"alias": "oldship", "expires_at": "2099-01-01T00:00:00Z"}],
        "versions": [{"version": 1, "schema": { "properties": {"ship": {"type": "string"}}}}]
    }');
CREATE DOMAIN doc AS jsonb;
CREATE DOMAIN cased AS jsonb CONSTRAINT is_case CHECK (contract.check('case_metadata', VALUE));
CREATE DOMAIN cased2 AS cased NOT NULL;
CREATE DOMAIN casednv AS jsonb;
ALTER DOMAIN casednv ADD CONSTRAINT later CHECK (contract.check('case_metadata', VALUE)) NOT VALID;
CREATE TYPE comp AS (a int, j jsonb);
CREATE FUNCTION public.check(t text, d jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE RETURN true;
CREATE TABLE k (
  id int primary key,
  nothing jsonb, js json,
  c_check jsonb CONSTRAINT a1 CHECK (contract.check('case_metadata', c_check)),
  c_valid jsonb CONSTRAINT a2 CHECK (contract.is_valid('case_metadata', c_valid)),
  c_writable jsonb CONSTRAINT a3 CHECK (contract.is_writable('case_metadata', c_writable, 2)),
  c_writable_null jsonb CONSTRAINT a4 CHECK (contract.is_writable('case_metadata', c_writable_null, id)),
  c_reg jsonb CONSTRAINT a5 CHECK (contracts.ship_manifest(c_reg)),
  c_reg_valid jsonb CONSTRAINT a6 CHECK (contracts.ship_manifest_is_valid(c_reg_valid)),
  c_alias_valid jsonb CONSTRAINT a6b CHECK (contracts.aliased_is_valid(c_alias_valid)),
  c_and jsonb CONSTRAINT a7 CHECK (contract.check('case_metadata', c_and) AND id > 0),
  c_and2 jsonb CONSTRAINT a8 CHECK (id > 0 AND contract.check('case_metadata', c_and2)),
  c_and3 jsonb CONSTRAINT a8m CHECK (id > 0 AND contract.check('case_metadata', c_and3) AND id < 100),
  c_null jsonb CONSTRAINT a9 CHECK (c_null IS NULL OR contract.check('case_metadata', c_null)),
  c_or jsonb CONSTRAINT b1 CHECK (contract.check('case_metadata', c_or) OR true),
  c_other jsonb CONSTRAINT b2 CHECK (contract.check('case_metadata', c_valid) OR c_other IS NULL),
  c_not jsonb CONSTRAINT b3 CHECK (NOT contract.is_valid('case_metadata', c_not)),
  c_notnull jsonb CONSTRAINT b4 CHECK (contract.is_valid('case_metadata', c_notnull) IS NOT NULL),
  c_coalesce jsonb CONSTRAINT b5 CHECK (COALESCE(contract.is_valid('case_metadata', c_coalesce), true)),
  c_alike jsonb CONSTRAINT b6 CHECK (public.check('case_metadata', c_alike)),
  c_part jsonb CONSTRAINT b7 CHECK (contract.check('case_metadata', c_part -> 'x')),
  c_dom doc CONSTRAINT b8 CHECK (contract.check('case_metadata', c_dom)),
  c_cased cased, c_cased2 cased2, c_casednv casednv, c_doc doc,
  c_arr jsonb[], c_comp comp, c_domarr doc[],
  c_unknown jsonb CONSTRAINT c1 CHECK (contract.is_valid('nope', c_unknown)),
  c_nv jsonb, c_both jsonb, c_off jsonb, c_when jsonb, c_gtype jsonb CONSTRAINT c3 CHECK (contract.check('case_metadata', c_gtype)),
  c_gonly jsonb, c_floor jsonb,
  c_reggrd jsonb, "C ""odd"" ü" jsonb, perms jsonb CONSTRAINT c4 CHECK (contract.check('session_data', perms)),
  c_gen jsonb GENERATED ALWAYS AS (c_reg -> 'x') STORED CONSTRAINT c5 CHECK (contract.check('session_data', c_gen))
);
ALTER TABLE k ADD CONSTRAINT c2 CHECK (contract.check('case_metadata', c_nv)) NOT VALID;
SELECT contract.bind('k', c, 'case_metadata') FROM unnest('{c_both,c_off,c_when,c_floor,C \"odd\" ü}'::text[]) c;
SELECT contract.validate_binding('k', c) FROM unnest('{c_both,c_off,c_when,c_floor,C \"odd\" ü}'::text[]) c;
SELECT contract.bind('k', 'c_reggrd', 'ship_manifest');
ALTER TABLE k DISABLE TRIGGER "~contract_guard_c_off";
CREATE OR REPLACE TRIGGER "~contract_guard_c_when" BEFORE INSERT OR UPDATE ON k FOR EACH ROW WHEN (NEW.id > 0) EXECUTE FUNCTION contract.guard('c_when','case_metadata','1');
CREATE OR REPLACE TRIGGER "~contract_guard_c_floor" BEFORE INSERT OR UPDATE ON k FOR EACH ROW EXECUTE FUNCTION contract.guard('c_floor','case_metadata','9');
CREATE TRIGGER g2 BEFORE INSERT OR UPDATE ON k FOR EACH ROW EXECUTE FUNCTION contract.guard('c_gtype','session_data','1');
CREATE TRIGGER g3 BEFORE INSERT OR UPDATE ON k FOR EACH ROW EXECUTE FUNCTION contract.guard('c_gonly','case_metadata','1');
CREATE TABLE p (id int, d jsonb, e jsonb) PARTITION BY RANGE (id);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);
CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (10) TO (20) PARTITION BY RANGE (id);
CREATE TABLE p21 PARTITION OF p2 FOR VALUES FROM (10) TO (20);
SELECT contract.bind('p', 'd', 'case_metadata'); SELECT contract.validate_binding('p', 'd');
ALTER TABLE p1 DISABLE TRIGGER "~contract_guard_d";
CREATE TABLE inh (d jsonb CHECK (contract.check('case_metadata', d)) NO INHERIT);
CREATE TABLE inhchild () INHERITS (inh);
CREATE TABLE inh2 (d jsonb CONSTRAINT q CHECK (contract.check('case_metadata', d)));
CREATE TABLE inh2child () INHERITS (inh2);
CREATE FOREIGN DATA WRAPPER nothing; CREATE SERVER s FOREIGN DATA WRAPPER nothing;
CREATE FOREIGN TABLE ft (d jsonb CHECK (contract.check('case_metadata', d)), e jsonb) SERVER s;
CREATE VIEW v AS SELECT nothing FROM k;
CREATE TABLE nexus_audit_log (old_data jsonb, new_data jsonb);
CREATE TABLE late (doc jsonb);
SELECT contract.bind('late', 'doc', 'case_metadata', 1); SELECT contract.validate_binding('late', 'doc');
CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$;
CREATE TRIGGER "~~after" BEFORE UPDATE ON late FOR EACH ROW EXECUTE FUNCTION nothing();
CREATE TABLE nexus_cases (metadata jsonb CONSTRAINT near CHECK (contract.check('case_metadata', metadata) OR true));
CREATE TABLE nexus_sessions (data jsonb);
