-- What a span of time brought and cost is added up from these indexes alone.
DROP INDEX ledger_at;
CREATE INDEX ledger_of_time ON ledger (account_id, at, kind, currency, order_id, amount);
CREATE INDEX job_journal_of_time ON job_journal (account_id, result_at, cost_usd) WHERE cost_usd IS NOT NULL;
CREATE INDEX applications_of_order ON applications (order_id) WHERE order_id IS NOT NULL;
CREATE INDEX orders_in_escrow ON orders (account_id, price)
    WHERE kind = 'order' AND price IS NOT NULL AND market_status IN ('in_progress', 'pending_confirmation', 'in_dispute');
CREATE INDEX orders_placed ON orders (account_id, COALESCE(market_created_at, created_at));

-- Everything with a name that can be searched for, beside messages, letters and pictures. Kept by triggers alone.
CREATE TABLE findable (
    id              INTEGER PRIMARY KEY NOT NULL,
    account_id      TEXT NOT NULL,
    kind            TEXT NOT NULL CHECK (kind IN ('order', 'listing', 'application', 'posted', 'conversation', 'person')),
    -- Its id in its own table; of a person, the market's.
    thing           TEXT NOT NULL,
    title           TEXT NOT NULL,
    more            TEXT NOT NULL,
    UNIQUE (kind, account_id, thing)
) STRICT;
CREATE INDEX findable_newest ON findable (account_id, kind, id);

-- The indexes know runs of three letters. Two blanks at the end let every run of one or two begin such a run.
CREATE VIRTUAL TABLE findable_words USING fts5 (words, content = '', contentless_delete = 1, tokenize = 'trigram');
CREATE VIRTUAL TABLE messages_words USING fts5 (words, content = '', contentless_delete = 1, tokenize = 'trigram');
CREATE VIRTUAL TABLE letters_words USING fts5 (words, content = '', contentless_delete = 1, tokenize = 'trigram');
CREATE VIRTUAL TABLE findable_runs USING fts5vocab (findable_words, row);
CREATE VIRTUAL TABLE messages_runs USING fts5vocab (messages_words, row);
CREATE VIRTUAL TABLE letters_runs USING fts5vocab (letters_words, row);

CREATE TRIGGER findable_added AFTER INSERT ON findable
BEGIN
    INSERT INTO findable_words (rowid, words) VALUES (new.id, new.title || char(10) || new.more || '  ');
END;
CREATE TRIGGER findable_changed AFTER UPDATE OF title, more ON findable WHEN new.title <> old.title OR new.more <> old.more
BEGIN
    DELETE FROM findable_words WHERE rowid = old.id;
    INSERT INTO findable_words (rowid, words) VALUES (new.id, new.title || char(10) || new.more || '  ');
END;
CREATE TRIGGER findable_removed AFTER DELETE ON findable
BEGIN
    DELETE FROM findable_words WHERE rowid = old.id;
END;

CREATE TRIGGER messages_findable AFTER INSERT ON messages
BEGIN
    INSERT INTO messages_words (rowid, words) VALUES (new.id, new.body || '  ');
END;
CREATE TRIGGER messages_reworded AFTER UPDATE OF body ON messages WHEN new.body <> old.body
BEGIN
    DELETE FROM messages_words WHERE rowid = old.id;
    INSERT INTO messages_words (rowid, words) VALUES (new.id, new.body || '  ');
END;
CREATE TRIGGER messages_removed AFTER DELETE ON messages
BEGIN
    DELETE FROM messages_words WHERE rowid = old.id;
END;

CREATE TRIGGER letters_findable AFTER INSERT ON letters
BEGIN
    INSERT INTO letters_words (rowid, words) VALUES (new.id, new.body || '  ');
END;
CREATE TRIGGER letters_reworded AFTER UPDATE OF body ON letters WHEN new.body <> old.body
BEGIN
    DELETE FROM letters_words WHERE rowid = old.id;
    INSERT INTO letters_words (rowid, words) VALUES (new.id, new.body || '  ');
END;
CREATE TRIGGER letters_removed AFTER DELETE ON letters
BEGIN
    DELETE FROM letters_words WHERE rowid = old.id;
END;

-- What is said of an order, with what the buyer wrote when ordering: the texts in it, not the names of its fields.
CREATE VIEW orders_findable AS
    SELECT id, account_id, title,
        market_order_id || char(10) || COALESCE(buyer_name, '') || char(10)
        || CASE WHEN requirement IS NULL THEN ''
                WHEN json_valid(requirement)
                THEN COALESCE((SELECT group_concat(part.atom, char(10)) FROM json_tree(requirement) part WHERE part.type = 'text'), '')
                ELSE requirement END AS more
    FROM orders WHERE kind = 'order';
CREATE TRIGGER orders_findable_added AFTER INSERT ON orders WHEN new.kind = 'order'
BEGIN
    INSERT INTO findable (account_id, kind, thing, title, more)
    SELECT account_id, 'order', id, title, more FROM orders_findable WHERE id = new.id;
END;
CREATE TRIGGER orders_findable_changed AFTER UPDATE OF kind, title, buyer_name, market_order_id, requirement ON orders
    WHEN new.title <> old.title OR new.buyer_name IS NOT old.buyer_name OR new.market_order_id <> old.market_order_id
        OR new.requirement IS NOT old.requirement OR new.kind <> old.kind
BEGIN
    DELETE FROM findable WHERE kind = 'order' AND account_id = old.account_id AND thing = old.id AND new.kind <> 'order';
    INSERT INTO findable (account_id, kind, thing, title, more)
    SELECT account_id, 'order', id, title, more FROM orders_findable WHERE id = new.id
    ON CONFLICT (kind, account_id, thing) DO UPDATE SET title = excluded.title, more = excluded.more;
END;
CREATE TRIGGER orders_findable_removed AFTER DELETE ON orders
BEGIN
    DELETE FROM findable WHERE kind = 'order' AND account_id = old.account_id AND thing = old.id;
END;

CREATE VIEW listings_findable AS
    SELECT id, account_id, COALESCE(form ->> '$.name', '') AS title,
        COALESCE(form ->> '$.description', '') || char(10) || COALESCE(form ->> '$.tags', '') || char(10) || COALESCE(market_listing_id, '') AS more
    FROM listings WHERE deleted_at IS NULL AND json_valid(form);
CREATE TRIGGER listings_findable_added AFTER INSERT ON listings
BEGIN
    INSERT INTO findable (account_id, kind, thing, title, more)
    SELECT account_id, 'listing', id, title, more FROM listings_findable WHERE id = new.id;
END;
CREATE TRIGGER listings_findable_changed AFTER UPDATE OF form, market_listing_id, deleted_at ON listings
BEGIN
    DELETE FROM findable WHERE kind = 'listing' AND account_id = old.account_id AND thing = old.id AND new.deleted_at IS NOT NULL;
    INSERT INTO findable (account_id, kind, thing, title, more)
    SELECT account_id, 'listing', id, title, more FROM listings_findable WHERE id = new.id
    ON CONFLICT (kind, account_id, thing) DO UPDATE SET title = excluded.title, more = excluded.more;
END;
CREATE TRIGGER listings_findable_removed AFTER DELETE ON listings
BEGIN
    DELETE FROM findable WHERE kind = 'listing' AND account_id = old.account_id AND thing = old.id;
END;

CREATE VIEW applications_findable AS
    SELECT id, account_id, title,
        COALESCE(CASE WHEN json_valid(job) THEN job ->> '$.description' END, '') || char(10) || letter AS more
    FROM applications;
CREATE TRIGGER applications_findable_added AFTER INSERT ON applications
BEGIN
    INSERT INTO findable (account_id, kind, thing, title, more)
    SELECT account_id, 'application', id, title, more FROM applications_findable WHERE id = new.id;
END;
CREATE TRIGGER applications_findable_changed AFTER UPDATE OF title, job, letter ON applications
    WHEN new.title <> old.title OR new.job <> old.job OR new.letter <> old.letter
BEGIN
    INSERT INTO findable (account_id, kind, thing, title, more)
    SELECT account_id, 'application', id, title, more FROM applications_findable WHERE id = new.id
    ON CONFLICT (kind, account_id, thing) DO UPDATE SET title = excluded.title, more = excluded.more;
END;
CREATE TRIGGER applications_findable_removed AFTER DELETE ON applications
BEGIN
    DELETE FROM findable WHERE kind = 'application' AND account_id = old.account_id AND thing = old.id;
END;

CREATE VIEW posted_findable AS
    SELECT id, account_id, COALESCE(form ->> '$.title', '') AS title,
        COALESCE(form ->> '$.description', '') || char(10) || COALESCE(worker_name, '') AS more
    FROM posted_jobs WHERE json_valid(form);
CREATE TRIGGER posted_findable_added AFTER INSERT ON posted_jobs
BEGIN
    INSERT INTO findable (account_id, kind, thing, title, more)
    SELECT account_id, 'posted', id, title, more FROM posted_findable WHERE id = new.id;
END;
CREATE TRIGGER posted_findable_changed AFTER UPDATE OF form, worker_name ON posted_jobs
    WHEN new.form <> old.form OR new.worker_name IS NOT old.worker_name
BEGIN
    INSERT INTO findable (account_id, kind, thing, title, more)
    SELECT account_id, 'posted', id, title, more FROM posted_findable WHERE id = new.id
    ON CONFLICT (kind, account_id, thing) DO UPDATE SET title = excluded.title, more = excluded.more;
END;
CREATE TRIGGER posted_findable_removed AFTER DELETE ON posted_jobs
BEGIN
    DELETE FROM findable WHERE kind = 'posted' AND account_id = old.account_id AND thing = old.id;
END;

CREATE TRIGGER conversations_findable_added AFTER INSERT ON conversations WHEN new.other_name IS NOT NULL
BEGIN
    INSERT INTO findable (account_id, kind, thing, title, more) VALUES (new.account_id, 'conversation', new.id, new.other_name, '');
END;
CREATE TRIGGER conversations_findable_changed AFTER UPDATE OF other_name ON conversations
    WHEN new.other_name IS NOT NULL AND new.other_name IS NOT old.other_name
BEGIN
    INSERT INTO findable (account_id, kind, thing, title, more) VALUES (new.account_id, 'conversation', new.id, new.other_name, '')
    ON CONFLICT (kind, account_id, thing) DO UPDATE SET title = excluded.title;
END;
CREATE TRIGGER conversations_findable_removed AFTER DELETE ON conversations
BEGIN
    DELETE FROM findable WHERE kind = 'conversation' AND account_id = old.account_id AND thing = old.id;
END;

-- Who applied for a job we posted. Somebody who did so twice is one.
CREATE VIEW applicants_findable AS
    SELECT p.account_id, a.posted_id, a.id AS applicant_id, a.person ->> '$.id' AS thing, a.person ->> '$.name' AS title
    FROM applicants a JOIN posted_jobs p ON p.id = a.posted_id
    WHERE json_valid(a.person) AND a.person ->> '$.id' IS NOT NULL AND a.person ->> '$.name' IS NOT NULL;
CREATE TRIGGER applicants_findable_added AFTER INSERT ON applicants
BEGIN
    INSERT INTO findable (account_id, kind, thing, title, more)
    SELECT account_id, 'person', thing, title, '' FROM applicants_findable WHERE posted_id = new.posted_id AND applicant_id = new.id
    ON CONFLICT (kind, account_id, thing) DO UPDATE SET title = excluded.title;
END;
CREATE TRIGGER applicants_findable_changed AFTER UPDATE OF person ON applicants WHEN new.person <> old.person
BEGIN
    INSERT INTO findable (account_id, kind, thing, title, more)
    SELECT account_id, 'person', thing, title, '' FROM applicants_findable WHERE posted_id = new.posted_id AND applicant_id = new.id
    ON CONFLICT (kind, account_id, thing) DO UPDATE SET title = excluded.title;
END;

-- What is there already.
INSERT INTO messages_words (rowid, words) SELECT id, body || '  ' FROM messages ORDER BY id;
INSERT INTO letters_words (rowid, words) SELECT id, body || '  ' FROM letters ORDER BY id;
INSERT INTO findable (account_id, kind, thing, title, more)
    SELECT f.account_id, 'order', f.id, f.title, f.more FROM orders o JOIN orders_findable f ON f.id = o.id ORDER BY o.created_at, o.id;
INSERT INTO findable (account_id, kind, thing, title, more)
    SELECT f.account_id, 'listing', f.id, f.title, f.more FROM listings l JOIN listings_findable f ON f.id = l.id ORDER BY l.created_at, l.id;
INSERT INTO findable (account_id, kind, thing, title, more)
    SELECT f.account_id, 'application', f.id, f.title, f.more FROM applications a JOIN applications_findable f ON f.id = a.id ORDER BY a.created_at, a.id;
INSERT INTO findable (account_id, kind, thing, title, more)
    SELECT f.account_id, 'posted', f.id, f.title, f.more FROM posted_jobs p JOIN posted_findable f ON f.id = p.id ORDER BY p.created_at, p.id;
INSERT INTO findable (account_id, kind, thing, title, more)
    SELECT account_id, 'conversation', id, other_name, '' FROM conversations WHERE other_name IS NOT NULL ORDER BY newest_at, id;
INSERT INTO findable (account_id, kind, thing, title, more)
    SELECT DISTINCT account_id, 'person', thing, title, '' FROM applicants_findable WHERE true
    ON CONFLICT (kind, account_id, thing) DO NOTHING;
