-- A type that no migration makes.
-- fires: DRIFT-01
CREATE TYPE public.state AS ENUM ('open', 'closed');
