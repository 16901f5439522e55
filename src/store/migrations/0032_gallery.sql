-- The gallery is read by account, newest first, however many pictures and orders there are. A deleted picture is hidden
-- at once; its row stays with its order, its file goes later.
ALTER TABLE pictures ADD COLUMN account_id TEXT REFERENCES accounts (id);
ALTER TABLE pictures ADD COLUMN deleted_at INTEGER;
ALTER TABLE pictures ADD COLUMN file_gone_at INTEGER;
UPDATE pictures SET account_id = (SELECT account_id FROM orders WHERE orders.id = order_id);
CREATE INDEX pictures_shown ON pictures (account_id, id, rating) WHERE state <> 'refused' AND deleted_at IS NULL;
CREATE INDEX pictures_deleted ON pictures (deleted_at) WHERE deleted_at IS NOT NULL AND file_gone_at IS NULL;

CREATE TABLE picture_tags (
    picture_id      INTEGER NOT NULL REFERENCES pictures (id),
    tag             TEXT NOT NULL COLLATE NOCASE,
    PRIMARY KEY (picture_id, tag)
) STRICT, WITHOUT ROWID;
CREATE INDEX picture_tags_tag ON picture_tags (tag, picture_id);

-- What a picture looks like, in 64 bits: those of similar pictures differ in few. Two looks that differ in at most seven
-- bits have a band of sixteen that differs in at most one, so the bands are what is looked up.
CREATE TABLE picture_looks (
    sha256          TEXT PRIMARY KEY NOT NULL,
    look            INTEGER NOT NULL,
    band_a          INTEGER GENERATED ALWAYS AS ((look >> 48) & 65535) VIRTUAL,
    band_b          INTEGER GENERATED ALWAYS AS ((look >> 32) & 65535) VIRTUAL,
    band_c          INTEGER GENERATED ALWAYS AS ((look >> 16) & 65535) VIRTUAL,
    band_d          INTEGER GENERATED ALWAYS AS (look & 65535) VIRTUAL
) STRICT;
CREATE INDEX picture_looks_a ON picture_looks (band_a);
CREATE INDEX picture_looks_b ON picture_looks (band_b);
CREATE INDEX picture_looks_c ON picture_looks (band_c);
CREATE INDEX picture_looks_d ON picture_looks (band_d);
