-- A stall's database as version 1 of the tables left it, with one of every noun. Never changed: it stands for what
-- sellers have on their disks.

-- Instants are milliseconds since 1970 UTC; money is decimal text; JSON columns hold what code wrote itself.

CREATE TABLE accounts (
    id              TEXT PRIMARY KEY NOT NULL,
    kind            TEXT NOT NULL CHECK (kind IN ('agent_market', 'openrouter')),
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

CREATE TABLE inbox (
    id              INTEGER PRIMARY KEY NOT NULL,
    account_id      TEXT NOT NULL REFERENCES accounts (id),
    event_id        TEXT NOT NULL,
    kind            TEXT NOT NULL,
    via             TEXT NOT NULL CHECK (via IN ('push', 'feed', 'reconcile')),
    market_order_id TEXT,
    body            TEXT NOT NULL,
    received_at     INTEGER NOT NULL,
    acked_at        INTEGER,
    handled_at      INTEGER,
    outcome         TEXT,
    attempts        INTEGER NOT NULL DEFAULT 0,
    next_at         INTEGER NOT NULL DEFAULT 0,
    UNIQUE (account_id, event_id)
) STRICT;
CREATE INDEX inbox_unhandled ON inbox (next_at) WHERE handled_at IS NULL;
CREATE INDEX inbox_unacked ON inbox (account_id) WHERE acked_at IS NULL AND via <> 'reconcile';

CREATE TABLE orders (
    id              TEXT PRIMARY KEY NOT NULL,
    account_id      TEXT NOT NULL REFERENCES accounts (id),
    -- 'order': bought on the market; 'task': asked for through the local interface
    kind            TEXT NOT NULL DEFAULT 'order' CHECK (kind IN ('order', 'task')),
    market_order_id TEXT NOT NULL,
    -- a task's files go to this order of the market
    deliver_to      TEXT,
    listing_id      TEXT,
    title           TEXT NOT NULL DEFAULT '',
    buyer_id        TEXT,
    buyer_name      TEXT,
    price           TEXT,
    fee             TEXT,
    payout          TEXT,
    market_status   TEXT NOT NULL,
    requirement     TEXT,
    cancel_reason   TEXT,
    accept_deadline INTEGER,
    confirm_deadline INTEGER,
    market_created_at INTEGER,
    read_at         INTEGER NOT NULL,
    stage           TEXT NOT NULL CHECK (stage IN ('waiting', 'asking', 'making', 'approving', 'delivered', 'paid', 'closed')),
    next_step       TEXT NOT NULL DEFAULT 'none',
    next_at         INTEGER,
    hold_code       TEXT,
    hold_detail     TEXT NOT NULL DEFAULT '{}',
    hold_since      INTEGER,
    paused          INTEGER NOT NULL DEFAULT 0,
    taken_over      INTEGER NOT NULL DEFAULT 0,
    -- attempts before this instant no longer count against the caps
    retry_base      INTEGER NOT NULL DEFAULT 0,
    unread          INTEGER NOT NULL DEFAULT 1,
    archived        INTEGER NOT NULL DEFAULT 0,
    -- grows with every reason to look again, so that none is lost while the order is walked
    wake            INTEGER NOT NULL DEFAULT 0,
    lease_owner     TEXT,
    lease_until     INTEGER NOT NULL DEFAULT 0,
    created_at      INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL,
    UNIQUE (account_id, market_order_id)
) STRICT;
CREATE INDEX orders_due ON orders (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX orders_stage ON orders (archived, stage, updated_at);
CREATE INDEX orders_updated ON orders (updated_at);
CREATE INDEX orders_held ON orders (hold_since) WHERE hold_code IS NOT NULL;

CREATE TABLE journal (
    id              INTEGER PRIMARY KEY NOT NULL,
    order_id        TEXT NOT NULL REFERENCES orders (id),
    step            TEXT NOT NULL,
    key             TEXT NOT NULL,
    attempt         INTEGER NOT NULL,
    actor           TEXT NOT NULL CHECK (actor IN ('robot', 'seller', 'market')),
    intent          TEXT NOT NULL DEFAULT '{}',
    intent_at       INTEGER NOT NULL,
    -- open: begun, no result recorded; unclear: looked, and it cannot be told
    outcome         TEXT NOT NULL DEFAULT 'open' CHECK (outcome IN ('open', 'done', 'retry', 'failed', 'unclear')),
    result          TEXT NOT NULL DEFAULT '{}',
    result_at       INTEGER,
    retry_at        INTEGER,
    reserved_usd    TEXT,
    cost_usd        TEXT,
    input_sha256    TEXT,
    output_sha256   TEXT,
    UNIQUE (order_id, key, attempt)
) STRICT;
CREATE INDEX journal_open ON journal (order_id) WHERE outcome = 'open';
CREATE INDEX journal_spent ON journal (intent_at) WHERE cost_usd IS NOT NULL OR reserved_usd IS NOT NULL;

CREATE TABLE history (
    id              INTEGER PRIMARY KEY NOT NULL,
    order_id        TEXT NOT NULL REFERENCES orders (id),
    at              INTEGER NOT NULL,
    actor           TEXT NOT NULL CHECK (actor IN ('robot', 'seller', 'buyer', 'market')),
    kind            TEXT NOT NULL,
    step            TEXT,
    detail          TEXT NOT NULL DEFAULT '{}',
    duration_ms     INTEGER
) STRICT;
CREATE INDEX history_order ON history (order_id, id);

CREATE TABLE messages (
    id              INTEGER PRIMARY KEY NOT NULL,
    order_id        TEXT NOT NULL REFERENCES orders (id),
    market_message_id TEXT,
    who             TEXT NOT NULL CHECK (who IN ('buyer', 'robot', 'seller', 'market')),
    name            TEXT,
    body            TEXT NOT NULL,
    state           TEXT NOT NULL CHECK (state IN ('received', 'sending', 'sent', 'unclear', 'failed')),
    -- the journal key of the step that sent it
    key             TEXT,
    at              INTEGER NOT NULL,
    UNIQUE (order_id, market_message_id)
) STRICT;
CREATE INDEX messages_order ON messages (order_id, at);

CREATE TABLE pictures (
    id              INTEGER PRIMARY KEY NOT NULL,
    order_id        TEXT REFERENCES orders (id),
    round           INTEGER NOT NULL DEFAULT 1,
    n               INTEGER NOT NULL DEFAULT 1,
    sha256          TEXT NOT NULL,
    media_type      TEXT NOT NULL,
    width           INTEGER NOT NULL,
    height          INTEGER NOT NULL,
    bytes           INTEGER NOT NULL,
    prompt          TEXT NOT NULL,
    model           TEXT NOT NULL,
    cost_usd        TEXT,
    state           TEXT NOT NULL CHECK (state IN ('kept', 'checked', 'refused', 'delivered', 'superseded')),
    market_file_id  TEXT,
    rating          INTEGER NOT NULL DEFAULT 0 CHECK (rating BETWEEN 0 AND 5),
    created_at      INTEGER NOT NULL
) STRICT;
CREATE INDEX pictures_order ON pictures (order_id);
CREATE INDEX pictures_sha ON pictures (sha256);
CREATE VIRTUAL TABLE pictures_words USING fts5 (words, tokenize = 'trigram');

CREATE TABLE tasks (
    id              TEXT PRIMARY KEY NOT NULL,
    order_id        TEXT NOT NULL REFERENCES orders (id),
    round           INTEGER NOT NULL,
    market_order_id TEXT,
    original_input  TEXT NOT NULL,
    optimized_prompt TEXT NOT NULL,
    model           TEXT NOT NULL,
    count           INTEGER NOT NULL,
    status          TEXT NOT NULL CHECK (status IN ('running', 'success', 'failed')),
    error_message   TEXT,
    image_paths     TEXT NOT NULL DEFAULT '[]',
    created_at      INTEGER NOT NULL,
    completed_at    INTEGER,
    mirrored        INTEGER NOT NULL DEFAULT 0,
    UNIQUE (order_id, round)
) STRICT;
CREATE INDEX tasks_to_mirror ON tasks (completed_at) WHERE mirrored = 0 AND completed_at IS NOT NULL;

CREATE TABLE listings (
    id              TEXT PRIMARY KEY NOT NULL,
    account_id      TEXT NOT NULL REFERENCES accounts (id),
    market_listing_id TEXT,
    form            TEXT NOT NULL,
    status          TEXT NOT NULL,
    market_status   TEXT,
    sold            INTEGER,
    views           INTEGER,
    problem         TEXT,
    -- the same for every try to publish this draft
    publish_key     TEXT NOT NULL,
    created_at      INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL,
    deleted_at      INTEGER,
    UNIQUE (account_id, market_listing_id)
) STRICT;

CREATE TABLE ledger (
    id              INTEGER PRIMARY KEY NOT NULL,
    at              INTEGER NOT NULL,
    account_id      TEXT NOT NULL REFERENCES accounts (id),
    order_id        TEXT REFERENCES orders (id),
    kind            TEXT NOT NULL CHECK (kind IN ('earned', 'fee', 'model', 'refund')),
    amount          TEXT NOT NULL,
    currency        TEXT NOT NULL CHECK (currency IN ('UAT', 'USD')),
    -- what it was for; a second entry for the same thing is refused
    reference       TEXT NOT NULL UNIQUE
) STRICT;
CREATE INDEX ledger_at ON ledger (at);
CREATE INDEX ledger_order ON ledger (order_id);

CREATE TABLE settings (
    key             TEXT PRIMARY KEY NOT NULL,
    value           TEXT NOT NULL,
    updated_at      INTEGER NOT NULL
) STRICT;

CREATE TABLE _sqlx_migrations (
    version BIGINT PRIMARY KEY,
    description TEXT NOT NULL,
    installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    success BOOLEAN NOT NULL,
    checksum BLOB NOT NULL,
    execution_time BIGINT NOT NULL
);

INSERT INTO _sqlx_migrations (version, description, installed_on, success, checksum, execution_time) VALUES (1, 'first', '2026-11-22 08:06:15', 1, X'4815560B48767ABF7C5C28203FDCFE3F306CEE03B45BB3E526C3125B0ED7B474AD7058B21E992614F599E17D6E19455D', 15512220);
INSERT INTO accounts (id, kind, base_url, practice, name, own_id, handle, feed_cursor, checked_at, check_code, balance, created_at) VALUES ('account', 'agent_market', 'https://market.example/', 0, 'Lin', 'seller', '', 7, 1800000000000, 'key_works', '12.5', 1800000000000);
INSERT INTO inbox (id, account_id, event_id, kind, via, market_order_id, body, received_at, acked_at, handled_at, outcome, attempts, next_at) VALUES (1, 'account', '7', 'order.received', 'push', 'order', '{}', 1800000002000, NULL, NULL, NULL, 0, 0);
INSERT INTO orders (id, account_id, kind, market_order_id, deliver_to, listing_id, title, buyer_id, buyer_name, price, fee, payout, market_status, requirement, cancel_reason, accept_deadline, confirm_deadline, market_created_at, read_at, stage, next_step, next_at, hold_code, hold_detail, hold_since, paused, taken_over, retry_base, unread, archived, wake, lease_owner, lease_until, created_at, updated_at) VALUES ('order', 'account', 'order', 'order', NULL, NULL, 'Pictures 小店', NULL, NULL, NULL, NULL, NULL, 'in_progress', '"a fox in snow"', NULL, NULL, NULL, NULL, 1800000001000, 'making', 'none', 1800000001000, NULL, '{}', NULL, 0, 0, 0, 0, 0, 0, NULL, 0, 1800000001000, 1800000001000);
INSERT INTO journal (id, order_id, step, key, attempt, actor, intent, intent_at, outcome, result, result_at, retry_at, reserved_usd, cost_usd, input_sha256, output_sha256) VALUES (1, 'order', 'accept', 'accept', 1, 'robot', '{}', 1800000003000, 'done', '{"ok":true}', 1800000004000, NULL, NULL, NULL, NULL, NULL);
INSERT INTO history (id, order_id, at, actor, kind, step, detail, duration_ms) VALUES (1, 'order', 1800000004000, 'market', 'order_seen', NULL, '{}', NULL);
INSERT INTO messages (id, order_id, market_message_id, who, name, body, state, key, at) VALUES (1, 'order', 'm1', 'buyer', 'Bo', 'A fox, please', 'received', NULL, 1800000005000);
INSERT INTO pictures (id, order_id, round, n, sha256, media_type, width, height, bytes, prompt, model, cost_usd, state, market_file_id, rating, created_at) VALUES (1, 'order', 1, 1, 'abababababababababababababababababababababababababababababababab', 'image/png', 64, 64, 1234, 'a fox in deep snow', 'example/draws', '0.04', 'kept', NULL, 0, 1800000006000);
INSERT INTO tasks (id, order_id, round, market_order_id, original_input, optimized_prompt, model, count, status, error_message, image_paths, created_at, completed_at, mirrored) VALUES ('task', 'order', 1, NULL, 'a fox', 'a fox in snow', 'example/draws', 1, 'success', NULL, '["a.png"]', 1800000006000, 1800000007000, 0);
INSERT INTO listings (id, account_id, market_listing_id, form, status, market_status, sold, views, problem, publish_key, created_at, updated_at, deleted_at) VALUES ('listing', 'account', 'sku', '{}', 'active', 'active', 3, NULL, NULL, 'publish', 1800000000000, 1800000008000, NULL);
INSERT INTO ledger (id, at, account_id, order_id, kind, amount, currency, reference) VALUES (1, 1800000009000, 'account', 'order', 'earned', '19', 'UAT', 'earned:order');
INSERT INTO settings (key, value, updated_at) VALUES ('stall', '{"stall_name":"Lin''s"}', 1800000009000);
INSERT INTO pictures_words (rowid, words) VALUES (1, 'a fox in deep snow Pictures 小店  order');
