-- Registered contract types: functions in the schema contracts, whose bodies are their definitions. All
-- state is in these bodies; there is no table that a dump could leave empty or restore too late.

CREATE VIEW contract.history AS
SELECT d.proname::text AS contract_type, entry ->> 'release' AS release,
       ARRAY(SELECT v::int FROM pg_catalog.jsonb_array_elements_text(entry -> 'versions') AS v) AS versions,
       (entry ->> 'registered_by')::name AS registered_by,
       (entry ->> 'registered_at')::timestamptz AS registered_at,
       entry ->> 'change' AS change
FROM contract.definitions AS d,
     pg_catalog.jsonb_array_elements(contract.definition_header(d.prosrc) -> 'history')
         WITH ORDINALITY AS entries (entry, place)
ORDER BY d.proname, place;

COMMENT ON VIEW contract.history IS 'Who registered which version of which contract type when, with what change';

-- A body that has aliases is known by its first bytes, so that the others need not be read.
CREATE VIEW contract.aliases AS
SELECT entry ->> 'alias' AS alias, entry ->> 'context' AS context, d.proname::text AS contract_type,
       (entry ->> 'expires_at')::timestamptz AS expires_at
FROM contract.definitions AS d,
     pg_catalog.jsonb_array_elements(contract.definition_header(d.prosrc) -> 'aliases') AS entry
WHERE pg_catalog.substr(d.prosrc, 1, 11) = '{"aliases":';

COMMENT ON VIEW contract.aliases IS 'Old names of registered contract types';

CREATE FUNCTION contract.resolve(alias text, context text DEFAULT NULL) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    found_one contract.aliases;
BEGIN
    IF alias IS NULL OR EXISTS (SELECT FROM contract.definitions AS d WHERE d.proname = alias) THEN
        RETURN alias;
    END IF;
    SELECT a.* INTO found_one FROM contract.aliases AS a
    WHERE a.alias = resolve.alias AND (a.context = resolve.context OR a.context IS NULL)
    ORDER BY a.context NULLS LAST LIMIT 1;
    IF NOT FOUND THEN
        PERFORM contract.known_type(alias);  -- an unknown contract type has its own error
        RETURN alias;
    ELSIF found_one.expires_at <= now() THEN
        RAISE EXCEPTION 'alias "%" of contract type "%" has expired', alias, found_one.contract_type
            USING ERRCODE = 'undefined_object',
                  DETAIL = format('It was understood until %s.', found_one.expires_at),
                  HINT = format('Use "%s".', found_one.contract_type);
    END IF;
    RETURN found_one.contract_type;
END
$$;

COMMENT ON FUNCTION contract.resolve(text, text) IS
    'The contract type that a name stands for, its own or an alias; not for use in a CHECK';

-- The DDL of a registered contract type, and of the sibling that gives a silent verdict.
CREATE FUNCTION contract.definition_ddl(contract_type text, body text) RETURNS text
LANGUAGE sql STABLE STRICT
RETURN pg_catalog.format(
    'CREATE OR REPLACE FUNCTION contracts.%I(document jsonb) RETURNS boolean '
    'LANGUAGE jsonb_contract IMMUTABLE STRICT PARALLEL SAFE COST 1 AS %L', contract_type, body);

CREATE FUNCTION contract.silent_ddl(contract_type text, is_new boolean, has_aliases boolean) RETURNS text
LANGUAGE sql STABLE STRICT
RETURN pg_catalog.format(
    'CREATE %s FUNCTION contracts.%I(document jsonb) RETURNS boolean '
    'LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1 '
    'RETURN contract.%I(%L::pg_catalog.regprocedure, document)',
    CASE WHEN is_new THEN '' ELSE 'OR REPLACE' END, contract_type || '_is_valid',
    CASE WHEN has_aliases THEN 'conforms_aliased' ELSE 'conforms' END,
    pg_catalog.format('contracts.%I(jsonb)', contract_type));

-- One registration at a time: aliases are unique over all contract types, and what is registered next
-- must be compatible with what others have registered meanwhile.
CREATE FUNCTION contract.serialize_registrations() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM contract.require_read_committed();
    IF NOT has_schema_privilege('contracts', 'CREATE') THEN
        RAISE EXCEPTION 'permission denied to register contract types'
            USING ERRCODE = 'insufficient_privilege',
                  HINT = format('GRANT CREATE ON SCHEMA contracts TO %I allows it.', current_user);
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('jsonb_contract', 0));
END
$$;

CREATE FUNCTION contract.register(
    manifest jsonb, source text DEFAULT NULL, allow_unproven boolean DEFAULT false,
    OUT contract_type text, OUT "function" regprocedure, OUT release text, OUT change text, OUT summary text
)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    name text := manifest ->> 'contract_type';
    aliases jsonb := NULLIF(manifest -> 'aliases', '[]');
    known record;
    prepared record;
    taken record;
BEGIN
    IF manifest IS NULL THEN
        RAISE EXCEPTION 'manifest must not be null' USING ERRCODE = 'null_value_not_allowed';
    ELSIF source::jsonb <> manifest THEN
        RAISE EXCEPTION 'source is not the text of the manifest' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    PERFORM contract.serialize_registrations();
    SELECT p.oid, p.prosrc, d.oid IS NOT NULL AS is_contract,
           NULLIF(contract.definition_header(d.prosrc) -> 'aliases', '[]') AS aliases INTO known
    FROM pg_proc AS p LEFT JOIN contract.definitions AS d ON d.oid = p.oid
    WHERE p.pronamespace = 'contracts'::regnamespace AND p.proname = name
      AND p.proargtypes = '3802'::oidvector;
    IF NOT known.is_contract THEN
        RAISE EXCEPTION 'function % is there, and is no contract type', known.oid::regprocedure
            USING ERRCODE = 'duplicate_function', HINT = 'Drop it, or give the contract type another name.';
    ELSIF known.oid IS NULL AND EXISTS (
        SELECT FROM pg_proc AS p
        WHERE p.pronamespace = 'contracts'::regnamespace AND p.proname = name || '_is_valid'
          AND p.proargtypes = '3802'::oidvector
    ) THEN
        RAISE EXCEPTION 'function %(jsonb) is there, and is of no contract type',
            format('contracts.%I', name || '_is_valid')
            USING ERRCODE = 'duplicate_function', HINT = 'Drop it, or give the contract type another name.';
    END IF;
    SELECT * INTO STRICT prepared FROM contract.prepare_registration(
        manifest, COALESCE(source, ''), COALESCE(known.prosrc, ''), COALESCE(allow_unproven, false),
        session_user::text, to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'));
    contract_type := prepared.contract_type;
    release := prepared.release;
    change := prepared.change;
    summary := prepared.summary;
    "function" := known.oid;
    IF change = 'unchanged' THEN
        RETURN;
    END IF;
    SELECT c.* INTO taken FROM contract.name_conflicts(contract_type, aliases) AS c LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'contract type "%" may not be registered like this', contract_type
            USING ERRCODE = 'invalid_object_definition',
                  DETAIL = format('%s: %s', taken.place, taken.problem),
                  HINT = 'Choose another name, or give the alias another context; contract.aliases lists those that are taken.';
    END IF;
    IF prepared.accepts_otherwise THEN
        -- A draft may change what it accepts, as long as nobody relies on it.
        SELECT pg_describe_object(d.classid, d.objid, d.objsubid) AS name INTO taken
        FROM contract.dependents(known.oid) AS d LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'contract type "%" may not be registered like this', contract_type
                USING ERRCODE = 'invalid_object_definition',
                      DETAIL = format('It would accept other documents than before, and %s depends on it.', taken.name),
                      HINT = 'Make the change a new version.';
        END IF;
    END IF;
    EXECUTE contract.definition_ddl(contract_type, prepared.body);
    IF change = 'new' OR aliases IS DISTINCT FROM known.aliases THEN
        EXECUTE contract.silent_ddl(contract_type, change = 'new', aliases IS NOT NULL);
    END IF;
    "function" := format('contracts.%I(jsonb)', contract_type)::regprocedure;
END
$$;

COMMENT ON FUNCTION contract.register(jsonb, text, boolean) IS
    'Registers a contract type, or a new release of one, as a function of its name in the schema contracts';

-- Where a manifest wants a name that another contract type has, as its own or as an alias in the same context.
-- While no contract type has aliases, none are looked for.
CREATE FUNCTION contract.name_conflicts(contract_type text, aliases jsonb)
RETURNS TABLE (place text, problem text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    WITH wanted AS (
        SELECT format('/aliases/%s/alias', number - 1) AS place, alias ->> 'alias' AS alias, alias ->> 'context' AS context
        FROM jsonb_array_elements(aliases) WITH ORDINALITY AS entries (alias, number)
    )
    SELECT w.place, format('belongs to contract type "%s" already', d.proname)
    FROM wanted AS w JOIN contract.definitions AS d ON d.proname = w.alias
    UNION ALL
    SELECT w.place, format(CASE WHEN w.is_type THEN 'is an alias of "%s"' ELSE 'belongs to contract type "%s" already' END,
        a.contract_type)
    FROM contract.aliases AS a JOIN (
        SELECT place, alias, context, false AS is_type FROM wanted
        UNION ALL
        SELECT '/contract_type', name_conflicts.contract_type, NULL, true
    ) AS w ON w.alias = a.alias AND (w.is_type OR w.context IS NOT DISTINCT FROM a.context)
    WHERE a.contract_type <> name_conflicts.contract_type
      AND (SELECT EXISTS (
          SELECT FROM pg_depend AS d JOIN pg_proc AS p ON p.oid = d.objid
          WHERE d.refclassid = 'pg_proc'::regclass
            AND d.refobjid = 'contract.conforms_aliased(oid,jsonb)'::regprocedure
            AND d.classid = 'pg_proc'::regclass AND p.pronamespace = 'contracts'::regnamespace));
END;

-- What depends on a contract type's function, or on its silent sibling.
CREATE FUNCTION contract.dependents("function" oid)
RETURNS TABLE (classid oid, objid oid, objsubid int)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
    WITH functions AS (
        SELECT "function" AS oid
        UNION ALL
        SELECT s.oid FROM pg_proc AS p JOIN pg_proc AS s
            ON s.pronamespace = p.pronamespace AND s.proname = p.proname || '_is_valid' AND s.proargtypes = p.proargtypes
        WHERE p.oid = "function"
    )
    SELECT DISTINCT d.classid, d.objid, d.objsubid
    FROM pg_depend AS d JOIN functions AS f ON d.refobjid = f.oid
    WHERE d.refclassid = 'pg_proc'::regclass AND d.deptype <> 'i'
      AND NOT (d.classid = 'pg_proc'::regclass AND d.objid IN (SELECT oid FROM functions));
END;

CREATE FUNCTION contract.retire(contract_type text, below_version int) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    known record;
    bound record;
    older bigint;
    body text;
BEGIN
    IF below_version IS NULL THEN
        RAISE EXCEPTION 'below_version must not be null' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    PERFORM contract.serialize_registrations();
    PERFORM contract.known_type(contract_type);  -- an unknown contract type has its own error
    SELECT d.oid, d.prosrc INTO known FROM contract.definitions AS d WHERE d.proname = contract_type;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'contract type "%" is built in', contract_type
            USING ERRCODE = 'feature_not_supported',
                  DETAIL = 'Its versions are those of the extension.';
    END IF;
    body := contract.prepare_retirement(contract_type, known.prosrc, below_version,
        session_user::text, to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'));
    -- A constraint of a form that is no binding: of a domain, or over more than the column.
    FOR bound IN
        SELECT pg_describe_object(d.classid, d.objid, d.objsubid) AS name
        FROM contract.dependents(known.oid) AS d
        JOIN pg_constraint AS c ON d.classid = 'pg_constraint'::regclass AND c.oid = d.objid
        WHERE c.conislocal IS NOT FALSE AND NOT EXISTS (
            SELECT FROM contract.bindings AS b WHERE b."table" = c.conrelid AND b.check_name = c.conname)
    LOOP
        RAISE EXCEPTION 'versions of contract type "%" cannot be retired', contract_type
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  DETAIL = format('%s uses it in a form whose documents cannot be looked through.', bound.name),
                  HINT = 'A CHECK that is the function over the column, and nothing beside it, can.';
    END LOOP;
    -- Writers in flight have ended before the rows are counted, and later ones meet the new definition.
    FOR bound IN
        SELECT DISTINCT b."table" FROM contract.bindings AS b
        WHERE b.contract_type = retire.contract_type ORDER BY b."table"
    LOOP
        EXECUTE format('LOCK TABLE %s IN SHARE ROW EXCLUSIVE MODE', bound."table");
    END LOOP;
    FOR bound IN
        SELECT b."table", b."column" FROM contract.bindings AS b
        WHERE b.contract_type = retire.contract_type ORDER BY b."table"::oid, b."column"
    LOOP
        IF row_security_active(bound."table") THEN
            RAISE EXCEPTION 'row-level security of relation "%" would hide rows from role "%"', bound."table", current_user
                USING ERRCODE = 'insufficient_privilege',
                      HINT = 'Run it as a role that row-level security does not apply to.';
        END IF;
        EXECUTE format('SELECT count(*) FROM %s WHERE contract.schema_version(%I) < $1', bound."table", bound."column")
            INTO older USING below_version;
        IF older > 0 THEN
            RAISE EXCEPTION 'column "%" of relation "%" holds documents of versions below %',
                bound."column", bound."table", below_version
                USING ERRCODE = 'object_not_in_prerequisite_state',
                      DETAIL = format('Number of documents: %s.', older),
                      HINT = format('CALL contract.upgrade_column(%L, %L) brings them to the newest version.',
                          bound."table"::text, bound."column");
        END IF;
    END LOOP;
    EXECUTE contract.definition_ddl(contract_type, body);
END
$$;

COMMENT ON FUNCTION contract.retire(text, int) IS
    'Raises the lowest version of a registered contract type, once no bound table holds an older document';
