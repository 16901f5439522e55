-- Until when the market wants an order completed, where it says so.
ALTER TABLE orders ADD COLUMN complete_deadline INTEGER;
