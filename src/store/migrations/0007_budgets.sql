-- How often calls were made that a market allows only so often. Holder is an account, or an address asked without one.
CREATE TABLE budget_uses (
    id              INTEGER PRIMARY KEY NOT NULL,
    holder          TEXT NOT NULL,
    operation       TEXT NOT NULL,
    -- What the use was about, where that is counted.
    subject         TEXT NOT NULL DEFAULT '',
    at              INTEGER NOT NULL,
    -- The row may go once this is past.
    matters_until   INTEGER NOT NULL
) STRICT;
CREATE INDEX budget_uses_recent ON budget_uses (holder, operation, at);
CREATE INDEX budget_uses_over ON budget_uses (matters_until);

-- Until when a market wants no more of a call.
CREATE TABLE budget_blocks (
    holder          TEXT NOT NULL,
    operation       TEXT NOT NULL,
    until           INTEGER NOT NULL,
    PRIMARY KEY (holder, operation)
) STRICT, WITHOUT ROWID;
