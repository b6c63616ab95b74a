-- Coverage: each jsonb column, the contract type that holds for it, and what is wrong first. It shows from the
-- catalog alone what the command jsonb-contract coverage shows without a matrix.

-- The parts that AND or OR joins in a condition as pg_get_expr writes it: with parentheses around every operator, so
-- that one level has one of them only.
CREATE FUNCTION contract.split_condition(condition text, OUT operator text, OUT parts text[])
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    depth int := 0;
    quote text := '';
    start int := 1;
    is_enclosed boolean := condition LIKE '(%)';
    symbol text;
    word text;
BEGIN
    FOR place IN 1 .. length(condition) LOOP
        symbol := substr(condition, place, 1);
        IF quote <> '' THEN
            IF symbol = quote THEN  -- a doubled one opens it again
                quote := '';
            END IF;
        ELSIF symbol IN ('''', '"') THEN
            quote := symbol;
        ELSIF symbol = '(' THEN
            depth := depth + 1;
        ELSIF symbol = ')' THEN
            depth := depth - 1;
            is_enclosed := is_enclosed AND (depth > 0 OR place = length(condition));
        ELSIF symbol = ' ' AND depth = 0 THEN
            word := substring(substr(condition, place, 5) FROM '^ (AND|OR) ');
            IF word IS NOT NULL THEN
                operator := word;
                parts := parts || substr(condition, start, place - start);
                start := place + length(word) + 2;
            END IF;
        END IF;
    END LOOP;
    IF is_enclosed THEN
        SELECT s.operator, s.parts INTO operator, parts
        FROM contract.split_condition(substr(condition, 2, length(condition) - 2)) AS s;
    ELSE
        parts := parts || substr(condition, start);
    END IF;
END
$$;

-- What has to be true or NULL where a condition is: each part of a conjunction; and of "column IS NULL OR
-- ...", what is asked of that column otherwise.
CREATE FUNCTION contract.required_terms(condition text) RETURNS SETOF text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE ROWS 1 SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    operator text;
    parts text[];
    nullable text[];
BEGIN
    SELECT s.operator, s.parts INTO operator, parts FROM contract.split_condition(condition) AS s;
    IF operator = 'AND' THEN
        RETURN QUERY SELECT t FROM unnest(parts) AS part, contract.required_terms(part) AS t;
    ELSIF operator = 'OR' THEN
        nullable := ARRAY(SELECT substring(part FROM '^\((.*) IS NULL\)$') FROM unnest(parts) AS part
                          WHERE part ~ '^\(.* IS NULL\)$');
        IF cardinality(parts) = cardinality(nullable) + 1 THEN
            RETURN QUERY
                SELECT t FROM unnest(parts) AS part, contract.required_terms(part) AS t
                WHERE part !~ '^\(.* IS NULL\)$' AND NOT EXISTS (
                    SELECT FROM unnest(nullable) AS c
                    WHERE strpos(t, '(' || c || ')') + strpos(t, ', ' || c || ')') + strpos(t, ', ' || c || ', ') = 0);
        END IF;
    ELSIF parts[1] ~ ' IS (TRUE|NOT FALSE)$' THEN
        RETURN QUERY SELECT contract.required_terms(regexp_replace(parts[1], ' IS (TRUE|NOT FALSE)$', ''));
    ELSE
        RETURN NEXT parts[1];
    END IF;
END
$$;

-- The columns whose documents a CHECK holds to a contract type, and which; of a domain's, the column is VALUE. A
-- function counts by its OID, for others can have its name.
CREATE FUNCTION contract.enforced_by(constraint_oid oid, OUT column_name text, OUT contract_type text)
RETURNS SETOF record
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE ROWS 1 SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH called AS (
        SELECT d.refobjid AS oid FROM pg_depend AS d
        WHERE d.classid = 'pg_constraint'::regclass AND d.objid = constraint_oid
          AND d.refclassid = 'pg_proc'::regclass
    ), terms AS (
        -- Arguments can be given by name.
        SELECT regexp_replace(regexp_replace(t.term,
            '^(contract\.\S+)\(document => (.*), contract_type => (''(?:[^'']|'''')*''::text)\)$', '\1(\3, \2)'),
            '(\(|, )(?:contract_type|document|floor) => ', '\1', 'g') AS term
        FROM pg_constraint AS c,
            contract.required_terms(pg_get_expr(c.conbin, c.conrelid)) AS t (term)
        WHERE c.oid = constraint_oid
    ), calls AS (
        SELECT replace(p[2], '''''', '''') AS contract_type, p[3] AS argument
        FROM terms, regexp_match(term,
            '^contract\.("check"|is_valid)\(''((?:[^'']|'''')*)''::text, (.*)\)$') AS p
        WHERE EXISTS (SELECT FROM called WHERE called.oid = (CASE p[1] WHEN 'is_valid'
            THEN 'contract.is_valid(text,jsonb)' ELSE 'contract.check(text,jsonb)' END)::regprocedure)
        UNION ALL
        SELECT replace(p[1], '''''', ''''), p[2]
        FROM terms, regexp_match(term,
            '^contract\.is_writable\(''((?:[^'']|'''')*)''::text, (.*), [0-9]+\)$') AS p
        WHERE EXISTS (SELECT FROM called WHERE called.oid = 'contract.is_writable(text,jsonb,int)'::regprocedure)
        UNION ALL
        SELECT d.proname::text, p[2]
        FROM terms, regexp_match(term, '^contracts\.("(?:[^"]|"")+"|[^\s"(),.]+)\((.*)\)$') AS p, contract.definitions AS d
        WHERE p[1] IN (quote_ident(d.proname), quote_ident(d.proname || '_is_valid'))
          AND EXISTS (SELECT FROM called JOIN pg_proc AS f USING (oid)
                      WHERE f.pronamespace = 'contracts'::regnamespace AND quote_ident(f.proname) = p[1])
    )
    -- A column of a domain is cast. Anything else than a column is not the document that is stored.
    SELECT a.name, calls.contract_type
    FROM calls, LATERAL (SELECT regexp_replace(argument, '^\((.*)\)::(?:pg_catalog\.)?jsonb$', '\1') AS name) AS a
    WHERE EXISTS (
        SELECT FROM pg_constraint AS c LEFT JOIN pg_attribute AS t ON t.attrelid = c.conrelid AND t.attnum = ANY (c.conkey)
        WHERE c.oid = constraint_oid AND a.name IN ('VALUE', quote_ident(t.attname))
          AND (a.name = 'VALUE') = (c.contypid <> 0));
END
$$;

CREATE VIEW contract.coverage AS
WITH RECURSIVE known AS MATERIALIZED (
    SELECT t.name, t.min_version, t.max_version,
           COALESCE((m.manifest ->> 'envelope')::boolean, true) AS has_envelope,
           (m.manifest ->> 'check_constraint')::boolean AS needs_check,
           COALESCE(m.manifest -> 'bindings', '[]') AS bindings
    FROM contract.types() AS t, LATERAL (SELECT contract.manifest(t.name)::jsonb AS manifest) AS m
), holders (type, how) AS (
    -- The types that jsonb is in, and how; of several on the way the outermost counts.
    SELECT 'pg_catalog.jsonb'::pg_catalog.regtype::oid, 'plain'
    UNION
    SELECT p.whole, CASE WHEN p.how = 'domain' AND h.how <> 'plain' THEN h.how ELSE p.how END
    FROM holders AS h JOIN (
        SELECT oid, typbasetype, 'domain' FROM pg_catalog.pg_type WHERE typtype = 'd'
        UNION ALL
        SELECT oid, typelem, 'array' FROM pg_catalog.pg_type
        WHERE typelem <> 0 AND typsubscript = 'pg_catalog.array_subscript_handler'::pg_catalog.regproc
        UNION ALL
        SELECT c.reltype, a.atttypid, 'composite'
        FROM pg_catalog.pg_attribute AS a JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid
        WHERE c.reltype <> 0 AND a.attnum > 0 AND NOT a.attisdropped
    ) AS p (whole, part, how) ON p.part = h.type
), holding AS (
    SELECT type, pg_catalog.min(how) AS how FROM holders GROUP BY type
), columns AS MATERIALIZED (
    SELECT c.oid AS relation, n.nspname, c.relname, c.relkind, a.attnum, a.attname, a.atttypid, a.attgenerated <> '' AS is_generated,
           pg_catalog.format_type(a.atttypid, a.atttypmod) AS data_type,
           h.how
    FROM pg_catalog.pg_class AS c
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid
    JOIN holding AS h ON h.type = a.atttypid
    WHERE c.relkind IN ('r', 'p', 'f') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
      AND a.attnum > 0 AND NOT a.attisdropped
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
                      WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype = 'e')
), domains (column_type, domain) AS (
    SELECT DISTINCT atttypid, atttypid FROM columns WHERE how = 'domain'
    UNION
    SELECT d.column_type, t.typbasetype FROM domains AS d JOIN pg_catalog.pg_type AS t ON t.oid = d.domain
    WHERE t.typtype = 'd'
), constraints AS MATERIALIZED (
    SELECT k.oid, k.conname, k.conrelid, k.contypid, k.conkey, k.convalidated,
           -- A column of pg_constraint from Postgres 18 on.
           COALESCE((pg_catalog.to_jsonb(k) ->> 'conenforced')::boolean, true) AS is_enforced
    FROM pg_catalog.pg_constraint AS k
    WHERE k.contype = 'c' AND EXISTS (
        SELECT FROM pg_catalog.pg_depend AS d
        WHERE d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND d.objid = k.oid
          AND d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass)
), enforced AS MATERIALIZED (
    SELECT k.*, e.column_name, e.contract_type FROM constraints AS k, contract.enforced_by(k.oid) AS e
), checks AS (
    -- Of several, what is in force comes first.
    SELECT DISTINCT ON (relation, attnum) * FROM (
        SELECT c.relation, c.attnum, e.conname, e.convalidated, e.is_enforced, e.contract_type
        FROM columns AS c JOIN enforced AS e ON e.conrelid = c.relation AND e.column_name = pg_catalog.quote_ident(c.attname)
        UNION ALL
        SELECT c.relation, c.attnum, e.conname, e.convalidated, e.is_enforced, e.contract_type
        FROM columns AS c JOIN domains AS d ON d.column_type = c.atttypid JOIN enforced AS e ON e.contypid = d.domain
        WHERE c.how = 'domain' AND e.column_name = 'VALUE') AS k
    ORDER BY relation, attnum, NOT is_enforced, NOT convalidated, conname
), guards AS (
    SELECT t.tgrelid AS relation, t.tgname, a.arguments[1] AS column_name, a.arguments[2] AS contract_type,
           a.arguments[3] AS floor_text,
           CASE WHEN a.arguments[3] ~ '^[0-9]{1,9}$' THEN a.arguments[3]::int END AS floor,
           t.tgenabled IN ('O', 'A') AS is_enabled,
           -- FOR EACH ROW, BEFORE, INSERT and UPDATE, of every column, on every condition.
           t.tgtype & 87 = 23 AND t.tgqual IS NULL AND pg_catalog.cardinality(t.tgattr::int2[]) = 0 AS sees_every_write,
           (SELECT pg_catalog.min(l.tgname::text COLLATE "C") FROM pg_catalog.pg_trigger AS l
            WHERE l.tgrelid = t.tgrelid AND NOT l.tgisinternal AND l.tgenabled <> 'D' AND l.tgtype & 67 = 3
              AND l.tgtype & 20 <> 0 AND l.tgfoid <> t.tgfoid AND l.tgname > t.tgname) AS later
    FROM pg_catalog.pg_trigger AS t, LATERAL (SELECT contract.trigger_arguments(t.tgargs) AS arguments) AS a
    WHERE t.tgfoid = 'contract.guard()'::pg_catalog.regprocedure AND pg_catalog.cardinality(a.arguments) = 3
), first_guards AS (
    SELECT DISTINCT ON (relation, column_name) relation, column_name, contract_type
    FROM guards ORDER BY relation, column_name, tgname
), manifest_columns AS (
    SELECT DISTINCT ON (c.relation, c.attnum) c.relation, c.attnum, w.name AS contract_type
    FROM known AS w CROSS JOIN LATERAL pg_catalog.jsonb_array_elements(w.bindings) AS b
    JOIN columns AS c ON c.relname = b ->> 'table' AND c.attname = b ->> 'column'
        AND c.nspname = COALESCE(b ->> 'schema', c.nspname)
    ORDER BY c.relation, c.attnum, w.name COLLATE "C"
), bound AS (
    SELECT c.*, k.conname, k.convalidated, k.is_enforced,
           COALESCE(k.contract_type, g.contract_type, m.contract_type) AS contract_type
    FROM columns AS c
    LEFT JOIN checks AS k USING (relation, attnum)
    LEFT JOIN first_guards AS g ON g.relation = c.relation AND g.column_name = c.attname
    LEFT JOIN manifest_columns AS m ON m.relation = c.relation AND m.attnum = c.attnum
), best_guards AS (
    SELECT DISTINCT ON (b.relation, b.attnum) b.attnum, g.*
    FROM bound AS b JOIN guards AS g ON g.relation = b.relation AND g.column_name = b.attname
    ORDER BY b.relation, b.attnum, g.contract_type <> b.contract_type, NOT (g.is_enabled AND g.sees_every_write), g.tgname
), covered AS (
    SELECT b.*, w.name IS NOT NULL AS is_known, w.min_version, w.max_version, w.needs_check,
           w.needs_check AND w.has_envelope AND NOT b.is_generated AND b.relkind <> 'f' AS needs_guard,
           g.tgname, g.contract_type AS guard_type, g.floor_text, g.floor, g.is_enabled, g.sees_every_write, g.later,
           -- A CHECK that reads the column and looks as if it enforced a contract.
           near.conname AS near_name, near.is_idle
    FROM bound AS b
    LEFT JOIN known AS w ON w.name = b.contract_type
    LEFT JOIN best_guards AS g ON g.relation = b.relation AND g.attnum = b.attnum
    LEFT JOIN LATERAL (
        SELECT k.conname, f.is_own AND NOT EXISTS (SELECT FROM enforced AS e WHERE e.oid = k.oid) AS is_idle
        FROM pg_catalog.pg_constraint AS k, LATERAL (
            SELECT pg_catalog.bool_or(p.oid IN (
                       'contract.check(text,jsonb)'::pg_catalog.regprocedure,
                       'contract.is_valid(text,jsonb)'::pg_catalog.regprocedure,
                       'contract.is_writable(text,jsonb,int)'::pg_catalog.regprocedure)
                       OR p.pronamespace = 'contracts'::pg_catalog.regnamespace) AS is_own,
                   pg_catalog.bool_or(p.proname IN ('check', 'is_valid', 'is_writable',
                       b.contract_type, b.contract_type || '_is_valid')) AS sounds_alike
            FROM pg_catalog.pg_depend AS d JOIN pg_catalog.pg_proc AS p ON p.oid = d.refobjid
            WHERE d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND d.objid = k.oid
              AND d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass) AS f
        WHERE b.conname IS NULL AND k.contype = 'c' AND k.conrelid = b.relation AND b.attnum = ANY (k.conkey)
          AND (f.is_own OR (f.sounds_alike AND b.contract_type IS NOT NULL))
          AND (b.contract_type IS NOT NULL OR NOT EXISTS (SELECT FROM enforced AS e WHERE e.oid = k.oid))
        ORDER BY k.conname LIMIT 1) AS near ON true
)
SELECT relation::pg_catalog.regclass AS "table", attname AS "column", data_type, contract_type, is_known AS is_registered,
       conname AS check_name, conname IS NOT NULL AS check_present,
       COALESCE(convalidated AND is_enforced, false) AS check_validated,
       tgname AS guard_name, tgname IS NOT NULL AS guard_present,
       COALESCE(is_enabled AND sees_every_write, false) AS guard_enabled, floor,
       min_version, max_version,
       CASE
           WHEN how = 'array' THEN 'has jsonb inside of an array, where no contract can be bound'
           WHEN how = 'composite' THEN 'has jsonb inside of a composite type, where no contract can be bound'
           WHEN contract_type IS NULL AND is_idle THEN pg_catalog.format('CHECK %I enforces no contract', near_name)
           WHEN contract_type IS NULL THEN 'has no contract'
           WHEN NOT is_known THEN pg_catalog.format('contract type %s is not known', contract_type)
           WHEN needs_check AND relkind = 'f'
               THEN 'is a column of a foreign table, whose CHECKs Postgres does not enforce'
           WHEN needs_check AND near_name IS NOT NULL
               THEN pg_catalog.format('CHECK %I does not enforce the contract', near_name)
           WHEN needs_check AND conname IS NULL AND tgname IS NOT NULL THEN 'has no CHECK of the contract'
           WHEN needs_check AND conname IS NULL THEN 'has neither a CHECK of the contract nor a guard'
           WHEN needs_check AND NOT is_enforced THEN pg_catalog.format('CHECK %I is NOT ENFORCED', conname)
           WHEN needs_check AND NOT convalidated THEN pg_catalog.format('CHECK %I is NOT VALID', conname)
           WHEN needs_guard AND tgname IS NULL THEN 'has no guard: versions may go down'
           WHEN guard_type <> contract_type
               THEN pg_catalog.format('guard %I is of contract type %s', tgname, guard_type)
           WHEN tgname IS NULL OR NOT needs_guard THEN NULL
           WHEN NOT sees_every_write
               THEN pg_catalog.format('guard %I does not fire for every row that is written', tgname)
           WHEN NOT is_enabled THEN pg_catalog.format('guard %I is not enabled', tgname)
           WHEN floor BETWEEN 1 AND max_version IS NOT TRUE
               THEN pg_catalog.format('guard %I has write floor %s, which is no version', tgname, floor_text)
           WHEN later IS NOT NULL THEN pg_catalog.format(
               'trigger %I fires after guard %I and could change the document again', later, tgname)
       END AS problem
FROM covered;

COMMENT ON VIEW contract.coverage IS 'Each jsonb column, its contract type, and what is wrong with it first';
