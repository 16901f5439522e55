-- Which orders there is news of is read from the index alone, and each order's news together.
DROP INDEX inbox_unhandled;
CREATE INDEX inbox_unhandled ON inbox (account_id, market_order_id, next_at, id) WHERE handled_at IS NULL;
