-- A draft is shown for the buyer's yes and is no part of what was ordered.
ALTER TABLE pictures ADD COLUMN is_draft INTEGER NOT NULL DEFAULT 0;
