-- The function of all guards is another one.
-- fires: DRIFT-03
CREATE OR REPLACE FUNCTION contract.guard() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
