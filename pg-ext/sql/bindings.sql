-- Bindings: which column holds which contract type, and what the catalog has in force for it.
-- All state is in the catalog, in the constraints and in the arguments of the triggers.

-- Each column that a CHECK or a guard ties to a contract type; for partitioned tables, the parent.
CREATE VIEW contract.bindings AS
WITH guards AS (
    SELECT t.tgrelid AS relation, t.oid, t.tgname, t.tgenabled, a.attnum,
           arguments[2] AS contract_type,
           CASE WHEN arguments[3] ~ '^[0-9]{1,9}$' THEN arguments[3]::int END AS floor
    FROM pg_catalog.pg_trigger AS t,
         contract.trigger_arguments(t.tgargs) AS arguments,
         pg_catalog.pg_attribute AS a
    WHERE t.tgfoid = 'contract.guard()'::pg_catalog.regprocedure
      AND t.tgparentid = 0
      AND a.attrelid = t.tgrelid AND a.attname = arguments[1] AND NOT a.attisdropped
), checks AS (
    SELECT c.conrelid AS relation, c.oid, c.conname, c.convalidated, c.conkey[1] AS attnum,
           pg_catalog.replace((pg_catalog.regexp_match(
               pg_catalog.pg_get_constraintdef(c.oid),
               '(?:check"?|is_valid|is_writable)\(''((?:[^'']|'''')*)''::text,'))[1], '''''', '''') AS contract_type
    FROM pg_catalog.pg_constraint AS c
    WHERE c.contype = 'c' AND c.conislocal AND pg_catalog.cardinality(c.conkey) = 1
      AND EXISTS (
          SELECT FROM pg_catalog.pg_depend AS d
          WHERE d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND d.objid = c.oid
            AND d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass
            AND d.refobjid IN ('contract.check(text,jsonb)'::pg_catalog.regprocedure,
                               'contract.is_valid(text,jsonb)'::pg_catalog.regprocedure,
                               'contract.is_writable(text,jsonb,int)'::pg_catalog.regprocedure))
)
SELECT bound.relation::pg_catalog.regclass AS "table", a.attname AS "column", bound.contract_type,
       c.conname AS check_name, c.oid IS NOT NULL AS check_present, COALESCE(c.convalidated, false) AS check_validated,
       g.tgname AS guard_name, g.oid IS NOT NULL AS guard_present,
       COALESCE(g.tgenabled IN ('O', 'A'), false) AS guard_enabled, g.floor
FROM guards AS g
FULL JOIN checks AS c USING (relation, attnum, contract_type) AS bound
JOIN pg_catalog.pg_attribute AS a ON a.attrelid = bound.relation AND a.attnum = bound.attnum;

COMMENT ON VIEW contract.bindings IS 'Columns tied to a contract type, read from the catalog';

CREATE FUNCTION contract.floors()
RETURNS TABLE ("table" regclass, "column" name, contract_type text, floor int)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT b."table", b."column", b.contract_type, b.floor
    FROM contract.bindings AS b
    WHERE b.guard_present
    ORDER BY b.contract_type, b."table"::text, b."column";
END;

COMMENT ON FUNCTION contract.floors() IS 'The write floors in force, one row a guarded column';

-- The name that sorts after nearly all others: BEFORE triggers fire in the order of their names, and
-- the guard has to see what the others have made of the row. It refuses to run before another one.
CREATE FUNCTION contract.guard_name(column_name name) RETURNS name
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN ('~contract_guard_' || column_name)::name;

-- The DDL of a guard; CREATE OR REPLACE, so that raising a floor leaves no moment without one.
CREATE FUNCTION contract.create_guard(
    "table" regclass, guard_name name, column_name name, contract_type text, floor int
) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    EXECUTE format(
        'CREATE OR REPLACE TRIGGER %I BEFORE INSERT OR UPDATE ON %s'
        ' FOR EACH ROW EXECUTE FUNCTION contract.guard(%L, %L, %L)',
        guard_name, "table", column_name, contract_type, floor);
    EXECUTE format('COMMENT ON TRIGGER %I ON %s IS %L', guard_name, "table",
        format('Keeps versions of %s in column %s from going down; write floor %s.',
            contract_type, column_name, floor));
END
$$;

CREATE FUNCTION contract.bind("table" regclass, column_name name, contract_type text, floor int DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    bound record;
    known record;
    attribute record;
    check_name name := left(relname::text || '_' || column_name || '_contract', 63)
        FROM pg_class WHERE oid = "table";
    later name;
BEGIN
    IF "table" IS NULL OR column_name IS NULL OR contract_type IS NULL THEN
        RAISE EXCEPTION 'table, column and contract type must not be null'
            USING ERRCODE = 'null_value_not_allowed';
    END IF;
    PERFORM contract.is_valid(contract_type, 'null');  -- an unknown contract type has its own error
    SELECT * INTO known FROM contract.types() AS t WHERE t.name = contract_type;
    floor := COALESCE(floor, known.min_version);
    IF floor NOT BETWEEN known.min_version AND known.max_version THEN
        RAISE EXCEPTION 'version % of contract type "%" is not known', floor, contract_type
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = format('Known are versions %s to %s.', known.min_version, known.max_version);
    END IF;
    SELECT a.attnum, a.attgenerated, COALESCE(NULLIF(t.typbasetype, 0), t.oid) = 'jsonb'::regtype AS is_jsonb
    INTO attribute
    FROM pg_attribute AS a JOIN pg_type AS t ON t.oid = a.atttypid
    WHERE a.attrelid = "table" AND a.attname = column_name AND a.attnum > 0 AND NOT a.attisdropped;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'column "%" of relation "%" does not exist', column_name, "table"
            USING ERRCODE = 'undefined_column';
    ELSIF NOT attribute.is_jsonb THEN
        RAISE EXCEPTION 'column "%" of relation "%" is not of type jsonb', column_name, "table"
            USING ERRCODE = 'datatype_mismatch';
    ELSIF attribute.attgenerated <> '' THEN
        RAISE EXCEPTION 'column "%" of relation "%" is generated: its document is made after the triggers have run',
            column_name, "table"
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'Bind the column that it is generated from.';
    END IF;
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
      AND t.tgname::text COLLATE "C" > contract.guard_name(column_name)::text COLLATE "C"
    ORDER BY t.tgname LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'trigger "%" would fire after "%" and could change the document again',
            later, contract.guard_name(column_name)
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'Rename it: BEFORE triggers fire in the order of their names.';
    END IF;
    IF bound.check_present IS NOT TRUE THEN
        EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I CHECK (contract.check(%L, %I)) NOT VALID',
            "table", check_name, contract_type, column_name);
    END IF;
    PERFORM contract.create_guard("table", contract.guard_name(column_name), column_name, contract_type, floor);
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

-- Locks first, reads then: a floor that another session raises meanwhile is never lowered, and a
-- writer in flight has ended before the new floor is in force.
CREATE FUNCTION contract.raise_floor(contract_type text, version int)
RETURNS TABLE ("table" regclass, "column" name, old_floor int, new_floor int)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    known record;
    bound record;
    state "char";
BEGIN
    PERFORM contract.is_valid(contract_type, 'null');  -- an unknown contract type has its own error
    SELECT * INTO known FROM contract.types() AS t WHERE t.name = contract_type;
    IF version IS NULL OR version NOT BETWEEN known.min_version AND known.max_version THEN
        RAISE EXCEPTION 'version % of contract type "%" is not known', version, contract_type
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = format('Known are versions %s to %s.', known.min_version, known.max_version);
    END IF;
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'a write floor is raised in a transaction with isolation level READ COMMITTED'
            USING ERRCODE = 'active_sql_transaction',
                  DETAIL = 'Another snapshot could hide a floor that has been raised meanwhile.';
    END IF;
    FOR bound IN
        SELECT b."table" FROM contract.bindings AS b
        WHERE b.contract_type = raise_floor.contract_type AND b.guard_present
        ORDER BY b."table"::oid
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
        IF bound.floor < version THEN
            SELECT t.tgenabled INTO state FROM pg_trigger AS t
            WHERE t.tgrelid = bound."table" AND t.tgname = bound.guard_name;
            PERFORM contract.create_guard(bound."table", bound.guard_name, bound."column", contract_type, version);
            -- A replaced trigger is enabled anew; it stays what its owner had made it.
            IF state <> 'O' THEN
                EXECUTE format('ALTER TABLE %s %s TRIGGER %I', bound."table",
                    CASE state WHEN 'A' THEN 'ENABLE ALWAYS' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'DISABLE' END,
                    bound.guard_name);
            END IF;
            IF state NOT IN ('O', 'A') THEN
                RAISE WARNING 'trigger "%" on relation "%" is not enabled: the floor is not in force there',
                    bound.guard_name, bound."table";
            END IF;
        END IF;
        "table" := bound."table";
        "column" := bound."column";
        old_floor := bound.floor;
        new_floor := version;
        RETURN NEXT;
    END LOOP;
    IF NOT FOUND THEN
        RAISE WARNING 'no column is bound to contract type "%"', contract_type;
    END IF;
END
$$;

COMMENT ON FUNCTION contract.raise_floor(text, int) IS
    'Raises the write floor of every column bound to a contract type, once writers in flight have ended';
