-- Bindings: which column holds which contract type, and what the catalog has in force for it.
-- All state is in the catalog, in the constraints and in the arguments of the triggers.

-- Each column that a CHECK or a guard ties to a contract type; for partitioned tables, the parent.
-- A CHECK counts that is the contract's function over the column, and nothing beside it. A guard whose column
-- was renamed or dropped is listed under the name that it knows; it refuses every write.
CREATE VIEW contract.bindings AS
WITH guards AS NOT MATERIALIZED (
    SELECT t.tgrelid AS relation, t.tgname, arguments[1] AS column_name, arguments[2] AS contract_type,
           CASE WHEN arguments[3] ~ '^[0-9]{1,9}$' THEN arguments[3]::int END AS floor,
           -- FOR EACH ROW, BEFORE, INSERT and UPDATE, of every column, on every condition.
           t.tgenabled IN ('O', 'A') AND t.tgtype & 23 = 23 AND t.tgqual IS NULL
               AND pg_catalog.cardinality(t.tgattr::int2[]) = 0 AS enabled
    FROM pg_catalog.pg_trigger AS t, contract.trigger_arguments(t.tgargs) AS arguments
    WHERE t.tgfoid = 'contract.guard()'::pg_catalog.regprocedure AND t.tgparentid = 0
      AND pg_catalog.cardinality(arguments) = 3
), checks AS NOT MATERIALIZED (
    SELECT c.conrelid AS relation, c.conname, c.convalidated, a.attname::text AS column_name,
           pg_catalog.replace(parts[1], '''''', '''') AS contract_type
    FROM pg_catalog.pg_constraint AS c
    JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1],
         pg_catalog.regexp_match(
             pg_catalog.pg_get_constraintdef(c.oid),
             '^CHECK \(\(*(?:contract\.)?(?:"check"|is_valid|is_writable)\(''((?:[^'']|'''')*)''::text, '
             '\(?("(?:[^"]|"")+"|[^\s"(),]+)(?:\)::(?:pg_catalog\.)?jsonb)?(?:, [0-9]+)?\)\)*(?: NO INHERIT)?(?: NOT VALID)?$'
         ) AS parts
    WHERE c.contype = 'c' AND c.conislocal AND pg_catalog.cardinality(c.conkey) = 1
      AND parts[2] = pg_catalog.quote_ident(a.attname)
      AND EXISTS (
          SELECT FROM pg_catalog.pg_depend AS d
          WHERE d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND d.objid = c.oid
            AND d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass
            AND d.refobjid IN ('contract.check(text,jsonb)'::pg_catalog.regprocedure,
                               'contract.is_valid(text,jsonb)'::pg_catalog.regprocedure,
                               'contract.is_writable(text,jsonb,int)'::pg_catalog.regprocedure))
    UNION ALL
    -- Those of registered contract types: the function or its silent sibling, perhaps with a write floor.
    SELECT c.conrelid, c.conname, c.convalidated, a.attname::text, t.proname::text
    FROM pg_catalog.pg_constraint AS c
    JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
    JOIN pg_catalog.pg_depend AS d ON d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass
        AND d.objid = c.oid AND d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass
    JOIN pg_catalog.pg_proc AS f ON f.oid = d.refobjid
    JOIN pg_catalog.pg_namespace AS n ON n.oid = f.pronamespace AND n.nspname = 'contracts'
    JOIN contract.definitions AS t ON t.proname = pg_catalog.regexp_replace(f.proname, '_is_valid$', '')::name,
         pg_catalog.regexp_match(
             pg_catalog.pg_get_constraintdef(c.oid),
             '^CHECK \(\(*(?:contracts\.)?("(?:[^"]|"")+"|[^\s"(),.]+)'
             '\(\(?("(?:[^"]|"")+"|[^\s"(),]+)(?:\)::(?:pg_catalog\.)?jsonb)?\)'
             '(?: AND \((?:contract\.)?schema_version\(\(?("(?:[^"]|"")+"|[^\s"(),]+)(?:\)::(?:pg_catalog\.)?jsonb)?\) >= [0-9]+\))?'
             '\)*(?: NO INHERIT)?(?: NOT VALID)?$'
         ) AS parts
    WHERE c.contype = 'c' AND c.conislocal AND pg_catalog.cardinality(c.conkey) = 1
      AND parts[1] = pg_catalog.quote_ident(f.proname)
      AND parts[2] = pg_catalog.quote_ident(a.attname)
      AND (parts[3] IS NULL OR parts[3] = parts[2])
), bound AS NOT MATERIALIZED (
    SELECT relation, column_name, contract_type FROM guards
    UNION
    SELECT relation, column_name, contract_type FROM checks
)
SELECT b.relation::pg_catalog.regclass AS "table", b.column_name::name AS "column", b.contract_type,
       c.conname AS check_name, c.conname IS NOT NULL AS check_present,
       COALESCE(c.convalidated, false) AS check_validated,
       g.tgname AS guard_name, g.tgname IS NOT NULL AS guard_present,
       COALESCE(g.enabled, false) AS guard_enabled, g.floor
FROM bound AS b
LEFT JOIN guards AS g USING (relation, column_name, contract_type)
LEFT JOIN checks AS c USING (relation, column_name, contract_type);

COMMENT ON VIEW contract.bindings IS 'Columns tied to a contract type, read from the catalog';

CREATE FUNCTION contract.floors()
RETURNS TABLE ("table" regclass, "column" name, contract_type text, floor int)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT b."table", b."column", b.contract_type, b.floor
    FROM contract.bindings AS b
    WHERE b.guard_enabled
    ORDER BY b.contract_type, b."table"::text, b."column";
END;

COMMENT ON FUNCTION contract.floors() IS 'The write floors in force, one row a guarded column';

-- The name that sorts after nearly all others: BEFORE triggers fire in the order of their names, and
-- the guard has to see what the others have made of the row. It refuses to run before another one.
-- A name that would be cut off could be that of another column's guard.
CREATE FUNCTION contract.guard_name(column_name name) RETURNS name
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN ('~contract_guard_' || CASE
    WHEN pg_catalog.octet_length(column_name::text) <= 47 THEN column_name::text
    ELSE pg_catalog.md5(column_name::text)
END)::name;

-- The DDL of a guard, for EXECUTE: it runs as SQL, so that event triggers and distributed databases see it.
CREATE FUNCTION contract.guard_ddl(
    command text, "table" regclass, guard_name name, column_name name, contract_type text, floor int
) RETURNS text
LANGUAGE sql STABLE STRICT
RETURN pg_catalog.format(
    '%s TRIGGER %I BEFORE INSERT OR UPDATE ON %s FOR EACH ROW EXECUTE FUNCTION contract.guard(%L, %L, %L); '
    'COMMENT ON TRIGGER %2$I ON %3$s IS %7$L',
    command, guard_name, "table", column_name, contract_type, floor,
    pg_catalog.format('Keeps versions of %s in column %s from going down; write floor %s.',
        contract_type, column_name, floor));

CREATE FUNCTION contract.require_read_committed() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
        RAISE EXCEPTION 'contract types, bindings and write floors change in a transaction with isolation level READ COMMITTED'
            USING ERRCODE = 'active_sql_transaction',
                  DETAIL = 'Another snapshot could hide what has changed meanwhile.',
                  HINT = 'BEGIN ISOLATION LEVEL READ COMMITTED starts such a transaction.';
    END IF;
END
$$;

-- One at a time for a contract type, to the end of the transaction: a table that is bound while the
-- floor rises is seen by who raises it. With an older snapshot than the lock, it would not be. And none
-- while contract types are registered.
CREATE FUNCTION contract.serialize_changes(contract_type text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM contract.require_read_committed();
    PERFORM pg_advisory_xact_lock_shared(hashtextextended('jsonb_contract', 0));
    PERFORM pg_advisory_xact_lock(hashtextextended('jsonb_contract ' || contract_type, 0));
END
$$;

-- The CHECK's expression for a column that is bound to a contract type.
CREATE FUNCTION contract.check_expression(contract_type text, is_registered boolean, column_name name) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE WHEN is_registered THEN pg_catalog.format('contracts.%I(%I)', contract_type, column_name)
            ELSE pg_catalog.format('contract.check(%L, %I)', contract_type, column_name) END;

CREATE FUNCTION contract.bind("table" regclass, column_name name, contract_type text, floor int DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    bound record;
    known record;
    attribute record;
    later name;
    guard_name name := contract.guard_name(column_name);
    check_name text := (SELECT relname FROM pg_class WHERE oid = "table") || '_' || column_name || '_contract';
BEGIN
    IF "table" IS NULL OR column_name IS NULL OR contract_type IS NULL THEN
        RAISE EXCEPTION 'table, column and contract type must not be null'
            USING ERRCODE = 'null_value_not_allowed';
    END IF;
    PERFORM contract.serialize_changes(contract_type);
    SELECT * INTO STRICT known FROM contract.known_type(contract_type);
    IF known.status IN ('draft', 'archived') THEN
        RAISE EXCEPTION 'contract type "%" is %: no column can be bound to it', contract_type,
            CASE known.status WHEN 'draft' THEN 'a draft' ELSE known.status END
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'A manifest with status "active", registered, makes it possible.';
    ELSIF known.status = 'deprecated' THEN
        RAISE WARNING 'contract type "%" is deprecated', contract_type;
    END IF;
    IF floor NOT BETWEEN known.min_version AND known.max_version THEN
        RAISE EXCEPTION 'version % of contract type "%" is not known', floor, contract_type
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = CASE known.min_version WHEN known.max_version THEN format('Known is version %s.', known.min_version)
                      ELSE format('Known are versions %s to %s.', known.min_version, known.max_version) END;
    END IF;
    WITH RECURSIVE types AS (
        SELECT a.attgenerated, a.atttypid AS type
        FROM pg_attribute AS a
        WHERE a.attrelid = "table" AND a.attname = column_name AND a.attnum > 0 AND NOT a.attisdropped
        UNION ALL
        SELECT attgenerated, typbasetype FROM types JOIN pg_type ON oid = type WHERE typbasetype <> 0
    )
    SELECT min(attgenerated) AS generated, bool_or(type = 'jsonb'::regtype) AS is_jsonb INTO attribute FROM types;
    IF attribute.is_jsonb IS NULL THEN
        RAISE EXCEPTION 'column "%" of relation "%" does not exist', column_name, "table"
            USING ERRCODE = 'undefined_column';
    ELSIF NOT attribute.is_jsonb THEN
        RAISE EXCEPTION 'column "%" of relation "%" is not of type jsonb', column_name, "table"
            USING ERRCODE = 'datatype_mismatch';
    ELSIF attribute.generated <> '' THEN
        RAISE EXCEPTION 'column "%" of relation "%" is generated: its document is made after the triggers have run',
            column_name, "table"
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'Bind the column that it is generated from.';
    END IF;
    -- The strongest lock that will be needed, before anything is decided by what is there.
    EXECUTE format('LOCK TABLE ONLY %s IN %s MODE', "table", CASE
        WHEN EXISTS (SELECT FROM contract.bindings AS b WHERE b."table" = bind."table"
            AND b."column" = column_name AND b.contract_type = bind.contract_type AND b.check_present)
        THEN 'SHARE ROW EXCLUSIVE' ELSE 'ACCESS EXCLUSIVE' END);
    SELECT b.* INTO bound FROM contract.bindings AS b
    WHERE b."table" = bind."table" AND b."column" = column_name
    ORDER BY b.contract_type = bind.contract_type, b.guard_present DESC LIMIT 1;
    IF bound.contract_type <> contract_type OR bound.guard_present THEN
        RAISE EXCEPTION 'column "%" of relation "%" is bound to contract type "%" already',
            column_name, "table", bound.contract_type
            USING ERRCODE = 'duplicate_object',
                  HINT = format('contract.unbind(%L, %L) first; contract.raise_floor(%L, version) raises the write floor.',
                      "table"::text, column_name, bound.contract_type);
    END IF;
    SELECT t.tgname INTO later
    FROM pg_trigger AS t
    WHERE t.tgrelid = "table" AND NOT t.tgisinternal AND t.tgenabled <> 'D'
      AND t.tgtype & 3 = 3 AND t.tgtype & 20 <> 0
      AND t.tgfoid <> 'contract.guard()'::regprocedure
      AND t.tgname::text COLLATE "C" > guard_name::text COLLATE "C"
    ORDER BY t.tgname LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'trigger "%" would fire after "%" and could change the document again', later, guard_name
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'Rename it: BEFORE triggers fire in the order of their names.';
    END IF;
    IF EXISTS (SELECT FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid
               WHERE i.inhparent = "table" AND NOT c.relispartition) THEN
        RAISE WARNING 'relation "%" has children that inherit from it: they inherit the CHECK and not the guard', "table"
            USING HINT = 'Bind each of them.';
    END IF;
    -- A contract type has one write floor for all its columns, unless it is said otherwise.
    floor := COALESCE(floor,
        (SELECT max(f.floor) FROM contract.floors() AS f WHERE f.contract_type = bind.contract_type),
        known.min_version);
    IF bound.check_present IS NOT TRUE THEN
        EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I CHECK (%s) NOT VALID',
            "table", CASE WHEN octet_length(check_name) <= 63 THEN check_name ELSE 'contract_' || md5(check_name) END,
            contract.check_expression(contract_type, known.is_registered, column_name));
    END IF;
    IF NOT known.has_envelope THEN
        RETURN;  -- documents that cannot say their version have none to guard
    END IF;
    BEGIN
        EXECUTE contract.guard_ddl('CREATE', "table", guard_name, column_name, contract_type, floor);
    EXCEPTION
        -- A distributed database may have no triggers on its tables.
        WHEN feature_not_supported THEN
            RAISE EXCEPTION USING ERRCODE = SQLSTATE, MESSAGE = SQLERRM,
                HINT = format('Where triggers cannot be used, a CHECK keeps the floor: CHECK (%s)',
                    CASE WHEN known.is_registered
                        THEN format('contracts.%I(%2$I) AND contract.schema_version(%2$I) >= %s', contract_type, column_name, floor)
                        ELSE format('contract.is_writable(%L, %I, %s)', contract_type, column_name, floor) END);
    END;
END
$$;

COMMENT ON FUNCTION contract.bind(regclass, name, text, int) IS
    'Ties a column to a contract type: CHECK (NOT VALID), guard trigger, comment';

CREATE FUNCTION contract.validate_binding("table" regclass, column_name name) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    bound record;
BEGIN
    SELECT b.* INTO bound FROM contract.bindings AS b
    WHERE b."table" = validate_binding."table" AND b."column" = column_name AND b.check_present;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'column "%" of relation "%" has no CHECK of a contract', column_name, "table"
            USING ERRCODE = 'undefined_object',
                  HINT = 'contract.bind(table, column, contract_type) adds it.';
    END IF;
    EXECUTE format('ALTER TABLE %s VALIDATE CONSTRAINT %I', "table", bound.check_name);
END
$$;

COMMENT ON FUNCTION contract.validate_binding(regclass, name) IS
    'Validates the CHECK of a bound column against the rows that are there';

CREATE FUNCTION contract.unbind("table" regclass, column_name name) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    bound record;
    found_one boolean := false;
BEGIN
    FOR bound IN
        SELECT b.* FROM contract.bindings AS b
        WHERE b."table" = unbind."table" AND b."column" = column_name
    LOOP
        found_one := true;
        IF bound.guard_present THEN
            EXECUTE format('DROP TRIGGER %I ON %s', bound.guard_name, "table");
        END IF;
        IF bound.check_present THEN
            EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', "table", bound.check_name);
        END IF;
    END LOOP;
    IF NOT found_one THEN
        RAISE EXCEPTION 'column "%" of relation "%" is bound to no contract type', column_name, "table"
            USING ERRCODE = 'undefined_object';
    END IF;
END
$$;

COMMENT ON FUNCTION contract.unbind(regclass, name) IS
    'Removes the guard trigger and the CHECK of a bound column';

-- Locks first, reads then: a writer in flight has ended before the new floor is in force, and nobody
-- binds or raises meanwhile.
CREATE FUNCTION contract.raise_floor(contract_type text, version int)
RETURNS TABLE ("table" regclass, "column" name, old_floor int, new_floor int)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    known record;
    bound record;
    state "char";
    raised boolean := false;
BEGIN
    PERFORM contract.serialize_changes(contract_type);
    SELECT * INTO STRICT known FROM contract.known_type(contract_type);
    IF version IS NULL OR version NOT BETWEEN known.min_version AND known.max_version THEN
        RAISE EXCEPTION 'version % of contract type "%" is not known', version, contract_type
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = CASE known.min_version WHEN known.max_version THEN format('Known is version %s.', known.min_version)
                      ELSE format('Known are versions %s to %s.', known.min_version, known.max_version) END;
    END IF;
    FOR bound IN
        SELECT DISTINCT b."table" FROM contract.bindings AS b
        WHERE b.contract_type = raise_floor.contract_type AND b.guard_present
        ORDER BY b."table"
    LOOP
        EXECUTE format('LOCK TABLE ONLY %s IN SHARE ROW EXCLUSIVE MODE', bound."table");
    END LOOP;
    FOR bound IN
        SELECT b.* FROM contract.bindings AS b
        WHERE b.contract_type = raise_floor.contract_type AND b.guard_present
        ORDER BY b."table"::oid, b."column"
    LOOP
        IF bound.floor > version THEN
            RAISE EXCEPTION 'the write floor of column "%" of relation "%" is % and cannot be lowered to %',
                bound."column", bound."table", bound.floor, version
                USING ERRCODE = 'object_not_in_prerequisite_state',
                      HINT = 'A write floor only rises. To start again, contract.unbind and contract.bind.';
        END IF;
        SELECT t.tgenabled INTO state FROM pg_trigger AS t
        WHERE t.tgrelid = bound."table" AND t.tgname = bound.guard_name;
        -- A trigger that does not fire for every row, or whose floor is not to be read, is made anew too.
        IF bound.floor IS DISTINCT FROM version OR (NOT bound.guard_enabled AND state IN ('O', 'A')) THEN
            EXECUTE contract.guard_ddl('CREATE OR REPLACE', bound."table", bound.guard_name, bound."column",
                contract_type, version);
            -- A replaced trigger is enabled anew; it stays what its owner had made it.
            IF state <> 'O' THEN
                EXECUTE format('ALTER TABLE %s %s TRIGGER %I', bound."table",
                    CASE state WHEN 'A' THEN 'ENABLE ALWAYS' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'DISABLE' END,
                    bound.guard_name);
            END IF;
        END IF;
        IF state NOT IN ('O', 'A') THEN
            RAISE WARNING 'trigger "%" on relation "%" is not enabled: the floor is not in force there',
                bound.guard_name, bound."table";
        END IF;
        "table" := bound."table";
        "column" := bound."column";
        old_floor := bound.floor;
        new_floor := version;
        raised := true;
        RETURN NEXT;
    END LOOP;
    IF NOT raised THEN
        RAISE WARNING 'no column is bound to contract type "%"', contract_type;
    END IF;
END
$$;

COMMENT ON FUNCTION contract.raise_floor(text, int) IS
    'Raises the write floor of every column bound to a contract type, once writers in flight have ended';
