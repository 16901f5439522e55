-- Pictures whose links were told before that counted as delivering them.
UPDATE pictures SET state = 'delivered'
WHERE state = 'checked' AND EXISTS (
    SELECT 1 FROM journal told JOIN journal linked ON linked.order_id = told.order_id
    WHERE told.order_id = pictures.order_id AND told.key = 'tell:' || pictures.round AND told.outcome = 'done'
        AND linked.key = 'link:' || pictures.round || '.' || pictures.n AND linked.outcome = 'done'
);
