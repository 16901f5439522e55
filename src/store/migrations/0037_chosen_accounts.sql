-- The account the seller chose last is theirs. One that only the environment named was chosen by nobody.
ALTER TABLE accounts ADD COLUMN chosen_at INTEGER;
UPDATE accounts SET chosen_at = created_at;
