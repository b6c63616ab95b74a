-- A schema with all that a catalog has, under names that are hard to write.
CREATE SCHEMA "Über ""uns""";
CREATE SCHEMA "select";
CREATE SCHEMA hidden;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
CREATE EXTENSION jsonb_contract;

CREATE DOMAIN public.document AS jsonb CONSTRAINT is_object CHECK (jsonb_typeof(VALUE) = 'object')
    CONSTRAINT "A first" CHECK (VALUE <> '{}') NOT NULL;
CREATE DOMAIN public.document_of_document AS public.document DEFAULT '{"a": 1}';
CREATE DOMAIN public.documents AS public.document[];
CREATE DOMAIN public.short AS varchar(10) COLLATE "C";
CREATE TYPE public.pair AS (name text COLLATE "C", value public.document_of_document, "a b" int);
CREATE TYPE public.nested AS (pairs public.pair[]);
CREATE TYPE public.plain_pair AS (a int, b text);
CREATE TYPE public.mood AS ENUM ('sad', 'it''s ok', 'happy');
CREATE TYPE public.jsonb_range AS RANGE (subtype = jsonb);
CREATE TYPE public.text_range AS RANGE (subtype = text, collation = "C");

CREATE FUNCTION public.note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION "select"."EXECUTE FUNCTION (""x"")"() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION public.is_even(number int) RETURNS boolean IMMUTABLE RETURN number % 2 = 0;
CREATE FUNCTION public.is_even(number bigint, OUT answer boolean) LANGUAGE sql IMMUTABLE AS 'SELECT number % 2 = 0';
CREATE PROCEDURE public.nothing(INOUT mood public.mood) LANGUAGE sql AS 'SELECT mood';
CREATE AGGREGATE public.total(int) (SFUNC = int4pl, STYPE = int);

CREATE SEQUENCE public.counter;
CREATE TABLE public.row_source (document jsonb, number int);
CREATE TABLE public.kinds (
    plain jsonb, domain public.document, domain_of_domain public.document_of_document, list jsonb[],
    list_of_domain public.document[], domain_of_list public.documents, list_of_domain_of_list public.documents[],
    pair public.pair, pairs public.pair[], nested public.nested, between public.jsonb_range,
    whole_row public.row_source,
    none text, json json, plain_pair public.plain_pair, mood public.mood
);

CREATE TABLE public.parents (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    a int NOT NULL, b int NOT NULL,
    at timestamptz DEFAULT '2025-01-22 10:00:00+00', for_long interval DEFAULT '1 year 2 days',
    day date DEFAULT '2025-02-01', bytes bytea DEFAULT '\x00ff', number float8 DEFAULT 0.1, price money DEFAULT 12.5,
    escaped text DEFAULT E'back\\slash ''quote''', name text COLLATE "C", doubled int GENERATED ALWAYS AS (a * 2) STORED,
    CONSTRAINT parents_a_b_key UNIQUE NULLS NOT DISTINCT (b, a) INCLUDE (name),
    CONSTRAINT even CHECK (public.is_even(a)) NO INHERIT,
    CONSTRAINT whole CHECK (parents.* IS NOT NULL), CONSTRAINT of_system CHECK (tableoid > 0)
) WITH (fillfactor = 70, autovacuum_enabled = off);
ALTER TABLE public.parents ADD COLUMN dropped int;
ALTER TABLE public.parents DROP COLUMN dropped;
ALTER TABLE public.parents ADD COLUMN "Last column of 63 bytes: ééééééééééééééééééé" varchar(5);

CREATE UNLOGGED TABLE "Über ""uns"""."Tab	le %s $1 'x' -- \ 表" (
    "select" int DEFAULT 1, "a ""b""" jsonb, "Größe" text, "x.y" int
);
ALTER TABLE "Über ""uns"""."Tab	le %s $1 'x' -- \ 表"
    ADD CONSTRAINT "check" CHECK (contract.check('case_metadata', "a ""b""")) NOT VALID,
    ADD CONSTRAINT "FK (a)" FOREIGN KEY ("x.y", "select") REFERENCES public.parents (a, b)
        MATCH FULL ON DELETE CASCADE DEFERRABLE NOT VALID;
ALTER TABLE "Über ""uns"""."Tab	le %s $1 'x' -- \ 表" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY "Alle 'lesen'" ON "Über ""uns"""."Tab	le %s $1 'x' -- \ 表" FOR SELECT USING ("Größe" = current_user);
CREATE POLICY b ON "Über ""uns"""."Tab	le %s $1 'x' -- \ 表" AS RESTRICTIVE FOR ALL TO "Reader é", app
    USING (true) WITH CHECK ("select" IN (SELECT p.a FROM public.parents AS p));
GRANT SELECT, INSERT ON "Über ""uns"""."Tab	le %s $1 'x' -- \ 表" TO app WITH GRANT OPTION;
GRANT SELECT ON "Über ""uns"""."Tab	le %s $1 'x' -- \ 表" TO PUBLIC;

CREATE INDEX "Index (1)" ON "Über ""uns"""."Tab	le %s $1 'x' -- \ 表" ("x.y", "Größe");
CREATE INDEX partial ON "Über ""uns"""."Tab	le %s $1 'x' -- \ 表" ("select") INCLUDE ("x.y") WHERE "x.y" IS NOT NULL AND "Größe" <> 'a';
CREATE INDEX expression ON "Über ""uns"""."Tab	le %s $1 'x' -- \ 表" (("a ""b""" ->> 'k'), "x.y", lower("Größe"), ("select" + 1));
CREATE INDEX gin ON "Über ""uns"""."Tab	le %s $1 'x' -- \ 表" USING gin ("a ""b""");
CREATE INDEX gin_path ON "Über ""uns"""."Tab	le %s $1 'x' -- \ 表" USING gin ("a ""b""" jsonb_path_ops) WITH (fastupdate = off);
CREATE UNIQUE INDEX only_partial ON public.parents (a) WHERE b = 1;
CREATE INDEX descending ON public.parents (a DESC, b NULLS FIRST);
CREATE INDEX pattern ON public.parents (escaped text_pattern_ops);
CREATE INDEX collated ON public.parents (escaped COLLATE "POSIX");
CREATE INDEX own_collation ON public.parents (name);
CREATE INDEX of_varchar ON public.parents ("Last column of 63 bytes: ééééééééééééééééééé");
CREATE INDEX brin ON public.parents USING brin (at) WITH (pages_per_range = 4);
CREATE INDEX hash ON public.parents USING hash (a);

CREATE TABLE public.parted (id int NOT NULL, at timestamptz NOT NULL, parent bigint, document jsonb, PRIMARY KEY (id, at))
    PARTITION BY RANGE (at);
CREATE TABLE public.parted_1 PARTITION OF public.parted FOR VALUES FROM ('2025-01-01 00:00+00') TO ('2025-02-01 00:00+00');
CREATE TABLE hidden.parted_2 PARTITION OF public.parted DEFAULT PARTITION BY LIST (id);
CREATE TABLE hidden.parted_2_0 PARTITION OF hidden.parted_2 FOR VALUES IN (0, NULL);
CREATE INDEX parted_parent ON public.parted (parent);
ALTER TABLE public.parted ADD CONSTRAINT parted_check CHECK (id > 0),
    ADD CONSTRAINT parted_parent_fkey FOREIGN KEY (parent) REFERENCES public.parents;
CREATE TABLE public.to_parted (id int, at timestamptz, FOREIGN KEY (id, at) REFERENCES public.parted);
CREATE TRIGGER on_parted AFTER INSERT ON public.parted FOR EACH ROW EXECUTE FUNCTION public.note();
CREATE TABLE public.heir (extra int, plain jsonb) INHERITS (public.row_source, public.kinds);
CREATE TABLE public.exclusive (during tstzrange, EXCLUDE USING gist (during WITH &&) WHERE (lower(during) IS NOT NULL) DEFERRABLE);

CREATE TRIGGER "a ""WHEN ("" FOR EACH ROW " BEFORE INSERT OR UPDATE OF "Größe", "x.y" ON "Über ""uns"""."Tab	le %s $1 'x' -- \ 表"
    FOR EACH ROW WHEN (NEW."Größe" <> ' FOR EACH ROW ) WHEN ("''\' AND (NEW."select" > 0))
    EXECUTE FUNCTION "select"."EXECUTE FUNCTION (""x"")"('a', 'it''s', 'back\slash', '', ') EXECUTE FUNCTION y(''z'')', 'é "', 'two
lines');
CREATE TRIGGER changed AFTER UPDATE ON public.parents REFERENCING OLD TABLE AS o NEW TABLE AS n
    FOR EACH STATEMENT EXECUTE FUNCTION public.note();
CREATE TRIGGER "different" BEFORE UPDATE OR DELETE ON public.parents FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NULL) EXECUTE FUNCTION public.note();
CREATE CONSTRAINT TRIGGER later AFTER INSERT ON public.parents DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.note('1');
CREATE TRIGGER emptied BEFORE TRUNCATE ON public.parents EXECUTE FUNCTION public.note();
CREATE TRIGGER guard BEFORE INSERT OR UPDATE ON public.kinds FOR EACH ROW EXECUTE FUNCTION contract.guard('plain', 'case_metadata', '2');
ALTER TABLE public.parents DISABLE TRIGGER changed, ENABLE ALWAYS TRIGGER later, ENABLE REPLICA TRIGGER emptied;

CREATE VIEW public."View" WITH (security_invoker = true, security_barrier) AS
    SELECT p.id, nextval('public.counter') AS n, k.plain FROM public.parents AS p, public.kinds AS k, hidden.parted_2 WHERE p.escaped ~ '^a\d';
CREATE MATERIALIZED VIEW hidden.kept AS SELECT relname FROM pg_catalog.pg_class UNION SELECT grantee FROM information_schema.table_privileges;
CREATE INDEX kept_name ON hidden.kept (relname);
CREATE VIEW public.writable AS SELECT a FROM public.parents WHERE b > 0 WITH LOCAL CHECK OPTION;
CREATE TRIGGER instead INSTEAD OF UPDATE ON public."View" FOR EACH ROW EXECUTE FUNCTION public.note();
