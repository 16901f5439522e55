-- no-transaction
-- A second kind of market account. The table is built anew because a CHECK cannot be changed; done twice it does no harm.
PRAGMA foreign_keys = OFF;
BEGIN IMMEDIATE;
CREATE TABLE accounts_anew (
    id              TEXT PRIMARY KEY NOT NULL,
    kind            TEXT NOT NULL CHECK (kind IN ('agent_market', 'moltmarket', 'openrouter')),
    base_url        TEXT NOT NULL,
    practice        INTEGER NOT NULL DEFAULT 0,
    name            TEXT NOT NULL DEFAULT '',
    own_id          TEXT NOT NULL DEFAULT '',
    handle          TEXT NOT NULL DEFAULT '',
    feed_cursor     INTEGER NOT NULL DEFAULT 0,
    checked_at      INTEGER,
    check_code      TEXT NOT NULL DEFAULT '',
    balance         TEXT,
    created_at      INTEGER NOT NULL,
    UNIQUE (kind, base_url, own_id)
) STRICT;
INSERT INTO accounts_anew SELECT * FROM accounts;
DROP TABLE accounts;
ALTER TABLE accounts_anew RENAME TO accounts;
COMMIT;
PRAGMA foreign_keys = ON;
