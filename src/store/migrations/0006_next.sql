-- What comes next, in its order: however much waits, only what is done next is read.
DROP INDEX inbox_unhandled;
CREATE INDEX inbox_unhandled ON inbox (account_id, next_at, id) WHERE handled_at IS NULL;
DROP INDEX orders_due;
CREATE INDEX orders_due ON orders (account_id, next_at) WHERE next_at IS NOT NULL;
CREATE INDEX orders_due_at_the_door ON orders (account_id, next_at) WHERE stage = 'waiting' AND archived = 0 AND next_at IS NOT NULL;
CREATE INDEX orders_leased ON orders (account_id) WHERE lease_until > 0;
CREATE INDEX orders_unread ON orders (account_id) WHERE unread = 1;
