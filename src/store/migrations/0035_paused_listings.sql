-- A listing the seller has paused: no order of it is accepted, and buyers do not see it.
ALTER TABLE listings ADD COLUMN paused INTEGER NOT NULL DEFAULT 0;
ALTER TABLE listings ADD COLUMN hidden_by_seller INTEGER NOT NULL DEFAULT 0;
-- why it is hidden at the market, kept before the market is told: seller, pause, full
ALTER TABLE listings ADD COLUMN hidden_why TEXT;
-- whether the market has it hidden; null while that is not known, because it is being told
ALTER TABLE listings ADD COLUMN hidden_there INTEGER DEFAULT 0;
-- why the last try to tell the market failed
ALTER TABLE listings ADD COLUMN hiding_problem TEXT;

UPDATE listings SET hidden_by_seller = 1, hidden_why = 'seller', hidden_there = 1 WHERE status = 'hidden';
