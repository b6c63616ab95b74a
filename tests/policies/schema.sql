CREATE SCHEMA shop;
CREATE TABLE shop.plans (
    plan text PRIMARY KEY
);
CREATE TABLE shop.tenants (
    tenant_id text PRIMARY KEY,
    client_id text NOT NULL UNIQUE,
    vendor_id text NOT NULL UNIQUE,
    plan      text NOT NULL REFERENCES shop.plans
);
CREATE TABLE shop.members (
    user_id   text,
    tenant_id text REFERENCES shop.tenants,
    role      text NOT NULL,
    PRIMARY KEY (user_id, tenant_id)
);
CREATE TABLE shop.documents (
    id        integer PRIMARY KEY,
    tenant_id text NOT NULL,
    author_id text,
    short_id  character varying(8),
    is_public boolean NOT NULL,
    title     text NOT NULL
);
CREATE TABLE shop.cases (
    case_id   text PRIMARY KEY,
    client_id text NOT NULL REFERENCES shop.tenants (client_id),
    vendor_id text NOT NULL REFERENCES shop.tenants (vendor_id),
    status    text NOT NULL
);
CREATE TABLE shop.messages (
    id      integer PRIMARY KEY,
    case_id text NOT NULL REFERENCES shop.cases,
    body    text NOT NULL
);

-- Three tenants on one plan. A tenant's client and vendor ids are no tenant ids.
INSERT INTO shop.plans VALUES ('free');
INSERT INTO shop.tenants VALUES ('a', 'ca', 'va', 'free'), ('b', 'cb', 'vb', 'free'), ('c', 'cc', 'vc', 'free');
INSERT INTO shop.members VALUES ('anna', 'a', 'admin'), ('bert', 'b', 'admin'), ('carl', 'c', 'reader');
INSERT INTO shop.documents VALUES
    (1, 'a', 'anna', 'a', false, 'A'), (2, 'b', 'bert', 'b', false, 'B'), (3, 'b', 'bert', 'b', true, 'B'), (4, 'c', NULL, 'c', true, 'C');
INSERT INTO shop.cases VALUES
    ('1', 'ca', 'vc', 'open'), ('2', 'cb', 'vc', 'open'), ('3', 'cc', 'va', 'open'), ('4', 'cb', 'vb', 'open');
INSERT INTO shop.messages VALUES (1, '1', 'x'), (2, '2', 'x'), (3, '3', 'x'), (4, '4', 'x');

CREATE FUNCTION shop.tenant() RETURNS text STABLE LANGUAGE sql
    RETURN current_setting('shop.tenant', true);
CREATE FUNCTION shop.tenants_of_session() RETURNS SETOF text STABLE LANGUAGE sql
    BEGIN ATOMIC SELECT unnest(string_to_array(current_setting('shop.tenant', true), ',')); END;
CREATE FUNCTION shop.may_see(id text) RETURNS boolean STABLE LANGUAGE sql
    RETURN id = current_setting('shop.tenant', true);
CREATE FUNCTION shop.may_see_all(id text) RETURNS boolean STABLE LANGUAGE sql
    RETURN id IS NOT NULL;
CREATE FUNCTION shop.is_signed_in() RETURNS boolean STABLE LANGUAGE sql
    RETURN current_setting('shop.tenant', true) <> '';
CREATE FUNCTION shop.all_tenants() RETURNS SETOF text STABLE LANGUAGE sql
    AS 'SELECT tenant_id FROM shop.tenants';
CREATE FUNCTION shop.fixed() RETURNS text IMMUTABLE LANGUAGE plpgsql
    AS 'BEGIN RETURN ''b''; END';
CREATE FUNCTION shop.fixed_in_sql() RETURNS text STABLE LANGUAGE sql
    AS 'SELECT ''b''::text';
CREATE FUNCTION shop.tenant_in_plpgsql() RETURNS text STABLE LANGUAGE plpgsql
    AS 'BEGIN RETURN current_setting(''shop.tenant'', true); END';
CREATE FUNCTION shop.tenants_in_plpgsql() RETURNS SETOF text STABLE LANGUAGE plpgsql
    AS 'BEGIN RETURN NEXT current_setting(''shop.tenant'', true); END';
CREATE FUNCTION shop.may_see_in_plpgsql(id text) RETURNS boolean STABLE LANGUAGE plpgsql
    AS 'BEGIN RETURN true; END';
CREATE FUNCTION shop.may_see_own_or_any(id text) RETURNS boolean STABLE LANGUAGE sql
    RETURN id = shop.tenant() OR id = $1;
CREATE FUNCTION shop.is_member(account text, tenant_id text) RETURNS boolean STABLE SECURITY DEFINER LANGUAGE sql
    AS 'SELECT EXISTS (SELECT FROM shop.members m WHERE m.user_id = account AND m.tenant_id = is_member.tenant_id)';
CREATE FUNCTION shop.has_role(id text, role text DEFAULT NULL) RETURNS boolean STABLE LANGUAGE sql
    BEGIN ATOMIC
        SELECT EXISTS (
            SELECT FROM shop.members m
            WHERE m.user_id = current_setting('shop.account', true) AND m.tenant_id = $1 AND (m.role = $2 OR $2 IS NULL));
    END;
CREATE FUNCTION shop.my_tenants() RETURNS SETOF text STABLE LANGUAGE sql SET search_path TO 'shop'
    AS 'SELECT tenant_id FROM members WHERE user_id = current_setting(''shop.account'', true)';
CREATE FUNCTION shop.my_tenant_array() RETURNS text[] STABLE LANGUAGE sql
    AS 'SELECT array_agg(tenant_id) FROM shop.members WHERE user_id = current_setting(''shop.account'', true)';
CREATE FUNCTION shop.my_tenant() RETURNS text STABLE LANGUAGE sql
    AS 'SELECT m.tenant_id FROM shop.members m WHERE m.user_id = current_setting(''shop.account'', true) LIMIT 1';

CREATE ROLE shop_tenant;
GRANT USAGE ON SCHEMA shop TO shop_tenant;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA shop TO shop_tenant;
