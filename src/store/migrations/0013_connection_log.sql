-- Every change of what the truth light and the public address say, with its reason.
CREATE TABLE connection_log (
    id       INTEGER PRIMARY KEY NOT NULL,
    at       INTEGER NOT NULL,
    subject  TEXT NOT NULL CHECK (subject IN ('light', 'tunnel')),
    state    TEXT NOT NULL,
    reason   TEXT NOT NULL
) STRICT;

-- Which ways told of an order.
CREATE INDEX inbox_of_order ON inbox (account_id, market_order_id, via);
