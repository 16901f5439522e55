-- What is asked of every row of a large stall is answered from a narrow index.
CREATE INDEX orders_cancelled ON orders (account_id, created_at, read_at, accept_deadline, market_created_at, id)
    WHERE kind = 'order' AND market_status = 'cancelled';
CREATE INDEX orders_delivered ON orders (account_id) WHERE kind = 'order' AND stage IN ('delivered', 'paid');
CREATE INDEX findable_kinds ON findable (id, account_id, kind);
