-- Searches for jobs that the seller saved.
CREATE TABLE job_searches (
    id              TEXT PRIMARY KEY NOT NULL,
    account_id      TEXT NOT NULL REFERENCES accounts (id),
    name            TEXT NOT NULL,
    form            TEXT NOT NULL,
    -- none before the first look, which tells nothing
    looked_at       INTEGER,
    created_at      INTEGER NOT NULL
) STRICT;
CREATE INDEX job_searches_account ON job_searches (account_id);

-- What a search has shown before.
CREATE TABLE job_search_seen (
    search_id       TEXT NOT NULL REFERENCES job_searches (id) ON DELETE CASCADE,
    job_id          TEXT NOT NULL,
    seen_at         INTEGER NOT NULL,
    PRIMARY KEY (search_id, job_id)
) STRICT, WITHOUT ROWID;

-- Our applications: one a job, whatever becomes of it.
CREATE TABLE applications (
    id              TEXT PRIMARY KEY NOT NULL,
    account_id      TEXT NOT NULL REFERENCES accounts (id),
    job_id          TEXT NOT NULL,
    title           TEXT NOT NULL DEFAULT '',
    -- the job as it was read last
    job             TEXT NOT NULL DEFAULT '{}',
    letter          TEXT NOT NULL DEFAULT '',
    rate            TEXT,
    state           TEXT NOT NULL CHECK (state IN
                        ('draft', 'sending', 'pending', 'accepted', 'rejected', 'gone', 'held', 'failed')),
    reason          TEXT NOT NULL DEFAULT '',
    market_id       TEXT,
    job_status      TEXT,
    poster_id       TEXT,
    poster_wallets  TEXT NOT NULL DEFAULT '[]',
    accepted_at     INTEGER,
    delivered_at    INTEGER,
    poster_spoke_at INTEGER,
    -- moments, as a JSON list of milliseconds
    reminded        TEXT NOT NULL DEFAULT '[]',
    -- the order it became
    order_id        TEXT,
    payment         TEXT NOT NULL DEFAULT 'none' CHECK (payment IN ('none', 'expected', 'reported', 'received', 'missing')),
    payment_amount  TEXT,
    payment_note    TEXT NOT NULL DEFAULT '',
    review          TEXT NOT NULL DEFAULT 'none' CHECK (review IN ('none', 'proposed', 'sending', 'left', 'failed')),
    review_rating   INTEGER,
    review_text     TEXT NOT NULL DEFAULT '',
    created_at      INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL,
    UNIQUE (account_id, job_id)
) STRICT;
CREATE INDEX applications_recent ON applications (account_id, updated_at);

-- Jobs we posted.
CREATE TABLE posted_jobs (
    id              TEXT PRIMARY KEY NOT NULL,
    account_id      TEXT NOT NULL REFERENCES accounts (id),
    market_job_id   TEXT,
    form            TEXT NOT NULL,
    state           TEXT NOT NULL CHECK (state IN
                        ('draft', 'posting', 'refused', 'open', 'in_progress', 'completed', 'cancelled', 'other')),
    market_status   TEXT,
    problem         TEXT NOT NULL DEFAULT '',
    worker_id       TEXT,
    worker_name     TEXT,
    worker_wallets  TEXT NOT NULL DEFAULT '[]',
    rate            TEXT,
    opinion         TEXT,
    paid            TEXT,
    review          TEXT NOT NULL DEFAULT 'none' CHECK (review IN ('none', 'proposed', 'sending', 'left', 'failed')),
    review_rating   INTEGER,
    review_text     TEXT NOT NULL DEFAULT '',
    created_at      INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL,
    UNIQUE (account_id, market_job_id)
) STRICT;

-- Who applied for a job we posted. The id is the market's.
CREATE TABLE applicants (
    id              TEXT NOT NULL,
    posted_id       TEXT NOT NULL REFERENCES posted_jobs (id),
    person          TEXT NOT NULL DEFAULT '{}',
    profile         TEXT,
    letter          TEXT NOT NULL DEFAULT '',
    rate            TEXT,
    status          TEXT NOT NULL DEFAULT '',
    applied_at      INTEGER,
    seen_at         INTEGER NOT NULL,
    PRIMARY KEY (posted_id, id)
) STRICT, WITHOUT ROWID;

-- What is about to be done for a job or an application, and what came of it.
CREATE TABLE job_journal (
    id              INTEGER PRIMARY KEY NOT NULL,
    account_id      TEXT NOT NULL REFERENCES accounts (id),
    subject_id      TEXT NOT NULL,
    step            TEXT NOT NULL,
    intent          TEXT NOT NULL DEFAULT '{}',
    intent_at       INTEGER NOT NULL,
    outcome         TEXT NOT NULL DEFAULT 'open' CHECK (outcome IN ('open', 'done', 'retry', 'failed', 'unclear')),
    result          TEXT NOT NULL DEFAULT '',
    result_at       INTEGER,
    reserved_usd    TEXT,
    cost_usd        TEXT
) STRICT;
CREATE INDEX job_journal_subject ON job_journal (subject_id, step);
CREATE INDEX job_journal_recent ON job_journal (account_id, step, intent_at);

-- Models that read jobs spend from the same day as those that draw.
CREATE TRIGGER job_journal_begun AFTER INSERT ON job_journal WHEN new.cost_usd IS NOT NULL OR new.reserved_usd IS NOT NULL
BEGIN
    INSERT INTO spent_days (day, nano_usd)
    VALUES (new.intent_at / 86400000, CAST(ROUND(CAST(COALESCE(new.cost_usd, new.reserved_usd) AS REAL) * 1e9) AS INTEGER))
    ON CONFLICT (day) DO UPDATE SET nano_usd = nano_usd + excluded.nano_usd;
END;
CREATE TRIGGER job_journal_ended AFTER UPDATE OF cost_usd, reserved_usd ON job_journal
    WHEN COALESCE(new.cost_usd, new.reserved_usd, 0) IS NOT COALESCE(old.cost_usd, old.reserved_usd, 0)
BEGIN
    INSERT INTO spent_days (day, nano_usd)
    VALUES (new.intent_at / 86400000,
        CAST(ROUND(CAST(COALESCE(new.cost_usd, new.reserved_usd, 0) AS REAL) * 1e9) AS INTEGER)
        - CAST(ROUND(CAST(COALESCE(old.cost_usd, old.reserved_usd, 0) AS REAL) * 1e9) AS INTEGER))
    ON CONFLICT (day) DO UPDATE SET nano_usd = nano_usd + excluded.nano_usd;
END;

-- What happened to an application or a posted job.
CREATE TABLE job_history (
    id              INTEGER PRIMARY KEY NOT NULL,
    subject_id      TEXT NOT NULL,
    at              INTEGER NOT NULL,
    actor           TEXT NOT NULL CHECK (actor IN ('robot', 'seller', 'buyer', 'market')),
    kind            TEXT NOT NULL,
    reason          TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX job_history_subject ON job_history (subject_id);
