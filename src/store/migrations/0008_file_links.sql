-- Links under which one picture of an order may be fetched from outside for a while. The token itself is not kept.
CREATE TABLE file_links (
    token_sha256    TEXT PRIMARY KEY NOT NULL,
    picture_sha256  TEXT NOT NULL,
    -- what the file is called where it is saved
    file_name       TEXT NOT NULL,
    order_id        TEXT NOT NULL REFERENCES orders (id),
    created_at      INTEGER NOT NULL,
    expires_at      INTEGER NOT NULL,
    fetched         INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX file_links_of_order ON file_links (order_id);
CREATE INDEX file_links_expiry ON file_links (expires_at);
