-- Keys and indexes of the shop warehouse, made when the tables are full: a third of the time that they take on empty tables.

ALTER TABLE regions ADD PRIMARY KEY (region_id);
ALTER TABLE channels ADD PRIMARY KEY (channel_id);
ALTER TABLE stores ADD PRIMARY KEY (store_id), ADD FOREIGN KEY (region_id) REFERENCES regions;
ALTER TABLE categories ADD PRIMARY KEY (category_id);
ALTER TABLE suppliers ADD PRIMARY KEY (supplier_id);
ALTER TABLE products ADD PRIMARY KEY (product_id), ADD UNIQUE (sku), ADD FOREIGN KEY (category_id) REFERENCES categories,
    ADD FOREIGN KEY (supplier_id) REFERENCES suppliers;
ALTER TABLE product_prices ADD PRIMARY KEY (product_id, valid_from), ADD FOREIGN KEY (product_id) REFERENCES products;
ALTER TABLE customers ADD PRIMARY KEY (customer_id), ADD FOREIGN KEY (region_id) REFERENCES regions;
ALTER TABLE promotions ADD PRIMARY KEY (promotion_id), ADD FOREIGN KEY (category_id) REFERENCES categories;
ALTER TABLE orders ADD PRIMARY KEY (order_id), ADD FOREIGN KEY (customer_id) REFERENCES customers,
    ADD FOREIGN KEY (channel_id) REFERENCES channels, ADD FOREIGN KEY (region_id) REFERENCES regions,
    ADD FOREIGN KEY (store_id) REFERENCES stores;
ALTER TABLE order_lines ADD PRIMARY KEY (order_id, line_number), ADD FOREIGN KEY (order_id) REFERENCES orders,
    ADD FOREIGN KEY (product_id) REFERENCES products, ADD FOREIGN KEY (promotion_id) REFERENCES promotions;
ALTER TABLE returns ADD PRIMARY KEY (return_id), ADD UNIQUE (order_id, line_number),
    ADD FOREIGN KEY (order_id, line_number) REFERENCES order_lines;
ALTER TABLE marketing_spend ADD PRIMARY KEY (spend_date, region_id, medium), ADD FOREIGN KEY (region_id) REFERENCES regions;
ALTER TABLE web_sessions ADD PRIMARY KEY (session_date, region_id, device), ADD FOREIGN KEY (region_id) REFERENCES regions;

CREATE INDEX orders_order_date ON orders (order_date);
CREATE INDEX orders_customer_id ON orders (customer_id);
CREATE INDEX order_lines_product_id ON order_lines (product_id);
