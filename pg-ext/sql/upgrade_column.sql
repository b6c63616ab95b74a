-- Moves the stored documents of a bound column to the newest version, batch by batch.
--
-- In the order of the primary key, with a COMMIT after each batch: it can be stopped and started again,
-- for what is done is no longer below the newest version. Rows that others have locked are left for the
-- next round. It has no SET clause, which COMMIT would not allow; hence every name is qualified.
CREATE PROCEDURE contract.upgrade_column(
    "table" regclass, column_name name, batch_size int DEFAULT 1000,
    INOUT upgraded bigint DEFAULT NULL, INOUT failed bigint DEFAULT NULL, INOUT locked bigint DEFAULT NULL
)
LANGUAGE plpgsql AS $$
DECLARE
    contract_type text;
    newest int;
    key_columns text;        -- a, b
    key_texts text;          -- ARRAY[t.a::text, t.b::text]
    key_same text;           -- t.a = c.a AND t.b = c.b
    key_is text;             -- (a, b) = ($1[1]::type, $1[2]::type)
    to_do text;              -- the condition for a row that is left
    round_query text;
    one_query text;
    last_key text[];
    batch_keys text[][];
    one_key text[];
    batch record;
    total bigint;
    seen bigint;
    before_round bigint;
    started timestamptz := pg_catalog.clock_timestamp();
    told timestamptz := started;
    failed_keys text[] := '{}';
    reason text;
BEGIN
    SELECT b.contract_type INTO contract_type FROM contract.bindings AS b
    WHERE b."table" = upgrade_column."table" AND b."column" = column_name;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'column "%" of relation "%" is bound to no contract type', column_name, "table"
            USING ERRCODE = 'undefined_object',
                  HINT = 'contract.bind(table, column, contract_type) binds it.';
    END IF;
    IF batch_size IS NULL OR batch_size < 1 THEN
        RAISE EXCEPTION 'a batch has at least one row' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF pg_catalog.row_security_active("table") THEN
        RAISE EXCEPTION 'row-level security of relation "%" would hide rows from role "%"', "table", current_user
            USING ERRCODE = 'insufficient_privilege',
                  DETAIL = 'Rows that are hidden would be left as they are, without an error.',
                  HINT = 'Run it as a role that row-level security does not apply to.';
    END IF;
    SELECT t.max_version INTO newest FROM contract.types() AS t WHERE t.name = contract_type;
    SELECT pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' ORDER BY k.place),
           'ARRAY[' || pg_catalog.string_agg(pg_catalog.format('t.%I::text', a.attname), ', ' ORDER BY k.place) || ']',
           pg_catalog.string_agg(pg_catalog.format('t.%1$I = c.%1$I', a.attname), ' AND ' ORDER BY k.place),
           pg_catalog.string_agg(pg_catalog.format('$1[%s]::%s', k.place,
               pg_catalog.format_type(a.atttypid, a.atttypmod)), ', ' ORDER BY k.place)
    INTO key_columns, key_texts, key_same, key_is
    FROM pg_catalog.pg_index AS i,
         LATERAL pg_catalog.unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, place),
         pg_catalog.pg_attribute AS a
    WHERE i.indrelid = "table" AND i.indisprimary AND k.place <= i.indnkeyatts
      AND a.attrelid = i.indrelid AND a.attnum = k.attnum;
    IF key_columns IS NULL THEN
        RAISE EXCEPTION 'relation "%" has no primary key to go along', "table"
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'Add a primary key, or UPDATE the table with contract.upgrade in one statement.';
    END IF;
    to_do := pg_catalog.format('contract.schema_version(%I) < %s', column_name, newest);
    -- Each batch: lock what is free, upgrade it, and say how far it came.
    round_query := pg_catalog.format(
        'WITH c AS MATERIALIZED (
             SELECT %1$s FROM %2$s WHERE ($1 IS NULL OR (%1$s) > (%3$s)) AND %4$s
             ORDER BY %1$s LIMIT %5$s FOR NO KEY UPDATE SKIP LOCKED
         ), done AS (
             UPDATE %2$s AS t SET %6$I = contract.upgrade(%7$L, t.%6$I) FROM c WHERE %8$s RETURNING 1
         )
         SELECT (SELECT pg_catalog.count(*) FROM c) AS taken, (SELECT pg_catalog.count(*) FROM done) AS done,
                (SELECT %9$s FROM c AS t ORDER BY %10$s LIMIT 1) AS last_key',
        key_columns, "table", key_is, to_do, batch_size, column_name, contract_type, key_same, key_texts,
        pg_catalog.replace(key_columns, ',', ' DESC,') || ' DESC');
    one_query := pg_catalog.format(
        'WITH c AS MATERIALIZED (
             SELECT %1$s FROM %2$s WHERE (%1$s) = (%3$s) AND %4$s FOR NO KEY UPDATE SKIP LOCKED
         )
         UPDATE %2$s AS t SET %5$I = contract.upgrade(%6$L, t.%5$I) FROM c WHERE %7$s',
        key_columns, "table", key_is, to_do, column_name, contract_type, key_same);
    EXECUTE pg_catalog.format('SELECT pg_catalog.count(*) FROM %s WHERE %s', "table", to_do) INTO total;
    upgraded := 0;
    RAISE NOTICE 'upgrade of %.% to version % of %: % rows to do', "table", column_name, newest, contract_type, total;
    LOOP
        before_round := upgraded;
        last_key := NULL;
        LOOP
            -- What a crash would take back is upgraded again: no batch need wait for the disk.
            PERFORM pg_catalog.set_config('synchronous_commit', 'off', true);
            BEGIN
                EXECUTE round_query INTO batch USING last_key;
            EXCEPTION
                WHEN OTHERS THEN
                    -- One of them cannot be upgraded, or a trigger refuses it: one by one, then.
                    batch := NULL;
            END;
            IF batch IS NULL THEN
                EXECUTE pg_catalog.format(
                    'SELECT pg_catalog.array_agg(%1$s ORDER BY %2$s), pg_catalog.count(*)
                     FROM (SELECT %2$s FROM %3$s WHERE ($1 IS NULL OR (%2$s) > (%4$s)) AND %5$s
                           ORDER BY %2$s LIMIT %6$s) AS t',
                    key_texts, key_columns, "table", key_is, to_do, batch_size)
                INTO batch_keys, seen USING last_key;
                EXIT WHEN seen = 0;
                FOREACH one_key SLICE 1 IN ARRAY batch_keys LOOP
                    BEGIN
                        EXECUTE one_query USING one_key;
                        GET DIAGNOSTICS seen = ROW_COUNT;
                        upgraded := upgraded + seen;
                    EXCEPTION
                        WHEN deadlock_detected OR lock_not_available THEN
                            NULL;  -- for the next round
                        WHEN OTHERS THEN
                            GET STACKED DIAGNOSTICS reason = PG_EXCEPTION_DETAIL;
                            IF NOT one_key::text = ANY (failed_keys) THEN
                                failed_keys := failed_keys || one_key::text;
                                RAISE WARNING 'row (%) = (%) of % cannot be upgraded: %', key_columns,
                                    pg_catalog.array_to_string(one_key, ', '), "table", SQLERRM
                                    USING DETAIL = reason;
                            END IF;
                    END;
                    last_key := one_key;
                END LOOP;
            ELSE
                EXIT WHEN batch.taken = 0;
                upgraded := upgraded + batch.done;
                last_key := batch.last_key;
            END IF;
            COMMIT;
            IF pg_catalog.clock_timestamp() > told + interval '2 seconds' THEN
                told := pg_catalog.clock_timestamp();
                RAISE NOTICE '% rows done, % left, % rows/s', upgraded, GREATEST(total - upgraded, 0),
                    (upgraded / EXTRACT(epoch FROM told - started))::bigint;
            END IF;
        END LOOP;
        -- Another round while one gets anything done: rows that were locked may be free by now.
        EXIT WHEN upgraded = before_round;
    END LOOP;
    EXECUTE pg_catalog.format('SELECT pg_catalog.count(*) FROM %s WHERE %s', "table", to_do) INTO seen;
    failed := pg_catalog.cardinality(failed_keys);
    locked := GREATEST(seen - failed, 0);
    RAISE NOTICE '% rows upgraded, % could not be upgraded, % were locked', upgraded, failed, locked;
END
$$;

COMMENT ON PROCEDURE contract.upgrade_column(regclass, name, int, bigint, bigint, bigint) IS
    'Moves the stored documents of a bound column to the newest version, in batches that commit';
