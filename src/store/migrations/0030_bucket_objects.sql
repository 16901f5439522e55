-- Pictures that lie, or are about to lie, in the seller's own bucket. The name is drawn before anything is sent, so that
-- the same picture never lies there twice.
CREATE TABLE bucket_objects (
    order_id        TEXT NOT NULL REFERENCES orders (id),
    picture_sha256  TEXT NOT NULL,
    -- which bucket: its address, name and folder
    bucket          TEXT NOT NULL,
    object          TEXT NOT NULL,
    created_at      INTEGER NOT NULL,
    -- when it was proved to lie there
    uploaded_at     INTEGER,
    PRIMARY KEY (order_id, picture_sha256, bucket)
) STRICT;
