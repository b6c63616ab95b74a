-- An extension of the operators.
CREATE EXTENSION pgcrypto;
