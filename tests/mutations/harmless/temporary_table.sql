-- A table of one session.
CREATE TEMPORARY TABLE scratch (body jsonb);
