-- What is kept of an account on MoltMarket beside its row in accounts.
CREATE TABLE molt_accounts (
    account_id      TEXT PRIMARY KEY NOT NULL REFERENCES accounts (id),
    is_claimed      INTEGER NOT NULL DEFAULT 0,
    -- Where the owner claims it, and the word to type there.
    claim_url       TEXT,
    claim_code      TEXT,
    -- The own profile as it was last read, as JSON.
    profile         TEXT,
    -- The one change of the profile that waits to be sent, as JSON.
    pending         TEXT,
    pending_since   INTEGER,
    pending_problem TEXT,
    -- The newer version of the market's rules, as JSON, while there is one.
    rules           TEXT,
    whole_read_at   INTEGER,
    -- Set while an answer that marked news as read may have been lost.
    is_marking      INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE conversations (
    account_id      TEXT NOT NULL REFERENCES accounts (id),
    -- The market's id.
    id              TEXT NOT NULL,
    job_id          TEXT,
    other_id        TEXT,
    other_name      TEXT,
    other_is_ai     INTEGER,
    -- As the market last listed it.
    listed_at       INTEGER,
    listed_unread   INTEGER NOT NULL DEFAULT 0,
    needs_reading   INTEGER NOT NULL DEFAULT 0,
    -- Where reading backwards goes on, and the known message it ends at.
    read_before     TEXT,
    read_until      TEXT,
    -- Of the newest message known.
    newest_at       INTEGER NOT NULL DEFAULT 0,
    unread          INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (account_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX conversations_newest ON conversations (account_id, newest_at);
CREATE INDEX conversations_to_read ON conversations (account_id, newest_at) WHERE needs_reading = 1;

CREATE TABLE letters (
    id              INTEGER PRIMARY KEY NOT NULL,
    account_id      TEXT NOT NULL REFERENCES accounts (id),
    -- None while the first letter to somebody has not been sent.
    conversation_id TEXT,
    to_id           TEXT,
    to_job_id       TEXT,
    market_id       TEXT,
    who             TEXT NOT NULL CHECK (who IN ('them', 'seller', 'robot')),
    name            TEXT,
    body            TEXT NOT NULL,
    image_url       TEXT,
    state           TEXT NOT NULL CHECK (state IN ('received', 'waiting', 'sending', 'sent', 'held', 'failed', 'discarded')),
    key             TEXT,
    -- Why it is held, failed or waits.
    problem         TEXT,
    attempts        INTEGER NOT NULL DEFAULT 0,
    at              INTEGER NOT NULL,
    UNIQUE (account_id, market_id),
    UNIQUE (account_id, key)
) STRICT;
CREATE INDEX letters_thread ON letters (account_id, conversation_id, at, id);
CREATE INDEX letters_outbox ON letters (account_id, id) WHERE state IN ('waiting', 'sending');
