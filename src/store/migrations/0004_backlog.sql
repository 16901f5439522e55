-- What models cost or may cost a day (days since 1970, UTC), in billionths of a US dollar, kept with every change of the
-- journal so that no paid call has to add up the whole day.
CREATE TABLE spent_days (
    day             INTEGER PRIMARY KEY NOT NULL,
    nano_usd        INTEGER NOT NULL
) STRICT;
INSERT INTO spent_days (day, nano_usd)
    SELECT intent_at / 86400000, SUM(CAST(ROUND(CAST(COALESCE(cost_usd, reserved_usd) AS REAL) * 1e9) AS INTEGER)) FROM journal
    WHERE cost_usd IS NOT NULL OR reserved_usd IS NOT NULL GROUP BY 1;

CREATE TRIGGER journal_begun AFTER INSERT ON journal WHEN new.cost_usd IS NOT NULL OR new.reserved_usd IS NOT NULL
BEGIN
    INSERT INTO spent_days (day, nano_usd)
    VALUES (new.intent_at / 86400000, CAST(ROUND(CAST(COALESCE(new.cost_usd, new.reserved_usd) AS REAL) * 1e9) AS INTEGER))
    ON CONFLICT (day) DO UPDATE SET nano_usd = nano_usd + excluded.nano_usd;
END;
CREATE TRIGGER journal_ended AFTER UPDATE OF cost_usd, reserved_usd ON journal
    WHEN COALESCE(new.cost_usd, new.reserved_usd, 0) IS NOT COALESCE(old.cost_usd, old.reserved_usd, 0)
BEGIN
    INSERT INTO spent_days (day, nano_usd)
    VALUES (new.intent_at / 86400000,
        CAST(ROUND(CAST(COALESCE(new.cost_usd, new.reserved_usd, 0) AS REAL) * 1e9) AS INTEGER)
        - CAST(ROUND(CAST(COALESCE(old.cost_usd, old.reserved_usd, 0) AS REAL) * 1e9) AS INTEGER))
    ON CONFLICT (day) DO UPDATE SET nano_usd = nano_usd + excluded.nano_usd;
END;
DROP INDEX journal_spent;

-- Orders at work are few among many that wait or are over.
CREATE INDEX orders_open ON orders (account_id, stage) WHERE archived = 0 AND kind = 'order';
CREATE INDEX orders_accepting ON orders (account_id) WHERE next_step = 'accept';
CREATE INDEX orders_for_capacity ON orders (account_id, accept_deadline) WHERE next_step = 'wait_capacity';
