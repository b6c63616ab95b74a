-- Write floors rise in operation.
SELECT contract.raise_floor('case_metadata', 2);
