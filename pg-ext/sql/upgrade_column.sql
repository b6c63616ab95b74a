-- Moves the stored documents of a bound column to the newest version, batch by batch.
--
-- In the order of the primary key, with a COMMIT after each batch: it can be stopped and started again,
-- for what is done is of the newest version. Rows that others have locked are left for the next round.

-- The statements that a run executes. Names and operators are resolved here, under a search_path of its
-- own: what a user has in another schema is never taken for an operator of Postgres.
CREATE FUNCTION contract.upgrade_statements(
    "table" regclass, column_name name, batch_size int,
    OUT contract_type text, OUT newest int, OUT key_columns text,
    OUT count_left text, OUT take_batch text, OUT upgrade_rows text
)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    to_do text;
    key_list text;
    key_texts text;
    key_values text;
    greater_than text;
    operators int;
BEGIN
    SELECT b.contract_type INTO contract_type FROM contract.bindings AS b
    WHERE b."table" = upgrade_statements."table" AND b."column" = column_name;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'column "%" of relation "%" is bound to no contract type', column_name, "table"
            USING ERRCODE = 'undefined_object',
                  HINT = 'contract.bind(table, column, contract_type) binds it.';
    END IF;
    IF batch_size IS NULL OR batch_size < 1 THEN
        RAISE EXCEPTION 'a batch has at least one row' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF row_security_active("table") THEN
        RAISE EXCEPTION 'row-level security of relation "%" would hide rows from role "%"', "table", current_user
            USING ERRCODE = 'insufficient_privilege',
                  DETAIL = 'Rows that are hidden would be left as they are, without an error.',
                  HINT = 'Run it as a role that row-level security does not apply to.';
    END IF;
    SELECT k.max_version INTO STRICT newest FROM contract.known_type(contract_type) AS k;
    -- The key's columns, each with the operator by which its index is ordered.
    SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY k.place),
           string_agg(format('t.%I', a.attname), ', ' ORDER BY k.place),
           'ARRAY[' || string_agg(format('t.%I::text', a.attname), ', ' ORDER BY k.place) || ']',
           string_agg(format('$1[%s]::%s%s', k.place, format_type(a.atttypid, a.atttypmod),
               (SELECT format(' COLLATE %I.%I', n.nspname, l.collname)
                FROM pg_collation AS l JOIN pg_namespace AS n ON n.oid = l.collnamespace
                WHERE l.oid = a.attcollation)), ', ' ORDER BY k.place),
           count(DISTINCT (n.nspname, o.oprname)), min(format('OPERATOR(%I.%s)', n.nspname, o.oprname))
    INTO key_columns, key_list, key_texts, key_values, operators, greater_than
    FROM pg_index AS i
    CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, place)
    JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
    JOIN pg_opclass AS c ON c.oid = (i.indclass::oid[])[k.place - 1]
    JOIN pg_amop AS p ON p.amopfamily = c.opcfamily AND p.amoplefttype = c.opcintype
        AND p.amoprighttype = c.opcintype AND p.amopstrategy = 5
    JOIN pg_operator AS o ON o.oid = p.amopopr
    JOIN pg_namespace AS n ON n.oid = o.oprnamespace
    WHERE i.indrelid = "table" AND i.indisprimary AND k.place <= i.indnkeyatts;
    IF key_columns IS NULL OR operators <> 1 THEN
        RAISE EXCEPTION 'relation "%" has no primary key to go along', "table"
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'Add a primary key, or UPDATE the table with contract.upgrade in one statement.';
    END IF;
    to_do := format('t.%I IS NOT NULL AND contract.schema_version(t.%1$I) IS DISTINCT FROM %s', column_name, newest);
    count_left := format('SELECT count(*) FROM %s AS t WHERE %s', "table", to_do);
    -- Locks what is free of the next rows, and says where they are, by the table that they are in.
    take_batch := format(
        'WITH taken AS MATERIALIZED (
             SELECT t.tableoid AS relation, t.ctid AS place, %1$s AS key FROM %2$s AS t
             WHERE ($1 IS NULL OR ROW(%3$s) %4$s ROW(%5$s)) AND %6$s
             ORDER BY %3$s LIMIT %7$s FOR NO KEY UPDATE SKIP LOCKED
         ), numbered AS (
             SELECT relation, place, key::text AS key, row_number() OVER () AS number FROM taken
         )
         SELECT relation::regclass AS relation, array_agg(place ORDER BY number) AS places,
                array_agg(key ORDER BY number) AS keys, (array_agg(key ORDER BY number DESC))[1]::text[] AS last_key,
                max(number) AS last_number
         FROM numbered GROUP BY relation ORDER BY max(number)',
        key_texts, "table", key_list, greater_than, key_values, to_do, batch_size);
    upgrade_rows := format(
        'WITH upgraded AS (
             UPDATE ONLY %%s AS t SET %I = contract.upgrade(%L, t.%1$I)
             WHERE t.ctid OPERATOR(pg_catalog.=) ANY ($1) RETURNING contract.schema_version(t.%1$I) AS version
         )
         SELECT pg_catalog.count(*) FROM upgraded WHERE version OPERATOR(pg_catalog.=) %3$s',
        column_name, contract_type, newest);
END
$$;

-- It has no SET clause, which COMMIT would not allow: what it resolves itself is qualified.
CREATE PROCEDURE contract.upgrade_column(
    "table" regclass, column_name name, batch_size int DEFAULT 1000,
    INOUT upgraded bigint DEFAULT NULL, INOUT failed bigint DEFAULT NULL, INOUT locked bigint DEFAULT NULL
)
LANGUAGE plpgsql AS $$
DECLARE
    run record;
    taken record;
    last_key text[];
    at_all boolean;
    done bigint;
    left_over bigint;
    total bigint;
    before_round bigint;
    reason text;
    started timestamptz := pg_catalog.clock_timestamp();
    told timestamptz := started;
    path text := pg_catalog.current_setting('search_path');
    dates text := pg_catalog.current_setting('DateStyle');
    intervals text := pg_catalog.current_setting('IntervalStyle');
    digits text := pg_catalog.current_setting('extra_float_digits');
BEGIN
    COMMIT;  -- within a transaction block this is an error, and better before any work than after
    SELECT * INTO run FROM contract.upgrade_statements("table", column_name, batch_size);
    EXECUTE run.count_left INTO total;
    upgraded := 0;
    RAISE NOTICE 'upgrade of %.% to version % of %: % rows to do',
        "table", column_name, run.newest, run.contract_type, total;
    LOOP
        before_round := upgraded;
        failed := 0;
        last_key := NULL;
        LOOP
            -- What a crash would take back is upgraded again: no batch need wait for the disk.
            PERFORM pg_catalog.set_config('synchronous_commit', 'off', true);
            at_all := false;
            -- The keys are read under settings of their own, in which each text is the value again; what
            -- upgrades the rows, and fires the table's triggers, runs under those of the caller.
            PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true),
                    pg_catalog.set_config('DateStyle', 'ISO', true),
                    pg_catalog.set_config('IntervalStyle', 'postgres', true),
                    pg_catalog.set_config('extra_float_digits', '1', true);
            FOR taken IN EXECUTE run.take_batch USING last_key LOOP
                PERFORM pg_catalog.set_config('search_path', path, true),
                        pg_catalog.set_config('DateStyle', dates, true),
                        pg_catalog.set_config('IntervalStyle', intervals, true),
                        pg_catalog.set_config('extra_float_digits', digits, true);
                at_all := true;
                last_key := taken.last_key;
                BEGIN
                    EXECUTE pg_catalog.format(run.upgrade_rows, taken.relation) INTO done USING taken.places;
                    upgraded := upgraded + done;
                    left_over := pg_catalog.cardinality(taken.places) - done;
                    IF left_over > 0 THEN
                        failed := failed + left_over;
                        RAISE WARNING '% rows of % up to (%) = (%) were left as they are by a trigger', left_over,
                            "table", run.key_columns, pg_catalog.array_to_string(last_key, ', ');
                    END IF;
                EXCEPTION
                    WHEN OTHERS THEN
                        -- One of them cannot be upgraded, or a trigger refuses it: one by one, then.
                        IF pg_catalog."left"(SQLSTATE, 2) IN ('25', '42', '53', '57', '58', 'XX') THEN
                            RAISE;
                        END IF;
                        FOR number IN 1 .. pg_catalog.cardinality(taken.places) LOOP
                            BEGIN
                                EXECUTE pg_catalog.format(run.upgrade_rows, taken.relation)
                                INTO done USING ARRAY[taken.places[number]];
                                upgraded := upgraded + done;
                                IF done = 0 THEN
                                    failed := failed + 1;
                                    RAISE WARNING 'row (%) = (%) of % was left as it is by a trigger', run.key_columns,
                                        pg_catalog.array_to_string(taken.keys[number]::text[], ', '), "table";
                                END IF;
                            EXCEPTION
                                WHEN OTHERS THEN
                                    IF pg_catalog."left"(SQLSTATE, 2) IN ('25', '42', '53', '57', '58', 'XX') THEN
                                        RAISE;
                                    END IF;
                                    failed := failed + 1;
                                    GET STACKED DIAGNOSTICS reason = PG_EXCEPTION_DETAIL;
                                    RAISE WARNING 'row (%) = (%) of % cannot be upgraded: %', run.key_columns,
                                        pg_catalog.array_to_string(taken.keys[number]::text[], ', '), "table", SQLERRM
                                        USING DETAIL = reason;
                            END;
                        END LOOP;
                END;
            END LOOP;
            COMMIT;
            EXIT WHEN NOT at_all;
            IF pg_catalog.clock_timestamp() > told + interval '2 seconds' THEN
                told := pg_catalog.clock_timestamp();
                RAISE NOTICE '% rows done, % left, % rows/s', upgraded, GREATEST(total - upgraded, 0),
                    (upgraded / EXTRACT(epoch FROM told - started))::bigint;
            END IF;
        END LOOP;
        EXECUTE run.count_left INTO left_over;
        locked := GREATEST(left_over - failed, 0);
        -- Another round for rows that were locked, while one gets anything done.
        EXIT WHEN locked = 0 OR upgraded = before_round;
    END LOOP;
    RAISE NOTICE '% rows upgraded, % could not be upgraded, % were locked', upgraded, failed, locked;
END
$$;

COMMENT ON PROCEDURE contract.upgrade_column(regclass, name, int, bigint, bigint, bigint) IS
    'Moves the stored documents of a bound column to the newest version, in batches that commit';
