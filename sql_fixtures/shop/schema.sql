-- The shop warehouse: a retailer in eight regions of Europe that sells in stores, on its web site, in its app and on a
-- marketplace, from July 2023 to June 2026. Tables without keys: they are filled first, and keys.sql follows.

CREATE TABLE regions (
    region_id integer NOT NULL,
    name text NOT NULL,
    country text NOT NULL
);

CREATE TABLE channels (
    channel_id integer NOT NULL,
    name text NOT NULL,
    kind text NOT NULL
);

CREATE TABLE stores (
    store_id integer NOT NULL,
    name text NOT NULL,
    region_id integer NOT NULL,
    opened_on date NOT NULL,
    closed_on date,
    "Fläche m²" integer
);

CREATE TABLE categories (
    category_id integer NOT NULL,
    name text NOT NULL,
    department text NOT NULL
);

CREATE TABLE suppliers (
    supplier_id integer NOT NULL,
    name text NOT NULL,
    country text NOT NULL,
    "VAT no." text,
    lead_time_days integer
);

CREATE TABLE products (
    product_id integer NOT NULL,
    sku text NOT NULL,
    name text NOT NULL,
    category_id integer NOT NULL,
    supplier_id integer NOT NULL,
    launched_on date NOT NULL,
    discontinued_on date
);

CREATE TABLE product_prices (
    product_id integer NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    list_price numeric(12, 2) NOT NULL
);

CREATE TABLE customers (
    customer_id integer NOT NULL,
    full_name text NOT NULL,
    email text,
    segment text NOT NULL,
    region_id integer NOT NULL,
    birth_year integer,
    signed_up_on date NOT NULL
);

CREATE TABLE promotions (
    promotion_id integer NOT NULL,
    name text NOT NULL,
    category_id integer NOT NULL,
    starts_on date NOT NULL,
    ends_on date NOT NULL,
    discount_rate numeric(4, 2) NOT NULL
);

CREATE TABLE orders (
    order_id bigint NOT NULL,
    ordered_at timestamptz NOT NULL,
    order_date date NOT NULL,
    customer_id integer NOT NULL,
    channel_id integer NOT NULL,
    region_id integer NOT NULL,
    store_id integer,
    status text NOT NULL,
    goods_amount numeric(12, 2) NOT NULL,
    shipping_fee numeric(12, 2) NOT NULL,
    loaded_at timestamptz NOT NULL
);

CREATE TABLE order_lines (
    order_id bigint NOT NULL,
    line_number integer NOT NULL,
    product_id integer NOT NULL,
    category_name text NOT NULL,
    quantity integer NOT NULL,
    unit_price numeric(12, 2) NOT NULL,
    discount numeric(12, 2) NOT NULL,
    unit_cost numeric(12, 2) NOT NULL,
    promotion_id integer
);

CREATE TABLE returns (
    return_id bigint NOT NULL,
    order_id bigint NOT NULL,
    line_number integer NOT NULL,
    returned_on date NOT NULL,
    quantity integer NOT NULL,
    refund numeric(12, 2) NOT NULL,
    reason text
);

CREATE TABLE marketing_spend (
    spend_date date NOT NULL,
    region_id integer NOT NULL,
    medium text NOT NULL,
    amount numeric(12, 2) NOT NULL,
    clicks integer
);

CREATE TABLE web_sessions (
    session_date date NOT NULL,
    region_id integer NOT NULL,
    device text NOT NULL,
    sessions integer NOT NULL,
    carts integer NOT NULL,
    checkouts integer NOT NULL
);

COMMENT ON TABLE regions IS 'Sales regions. One row per region.';
COMMENT ON COLUMN regions.region_id IS 'Key of the region.';
COMMENT ON COLUMN regions.name IS 'Name of the region, such as Bayern or Île-de-France.';
COMMENT ON COLUMN regions.country IS 'Country in English.';

COMMENT ON TABLE channels IS 'Ways to buy. One row per channel: Store, Web, App, Marketplace.';
COMMENT ON COLUMN channels.channel_id IS 'Key of the channel.';
COMMENT ON COLUMN channels.name IS 'Name of the channel.';
COMMENT ON COLUMN channels.kind IS 'online or offline.';

COMMENT ON TABLE stores IS 'Own stores. One row per store, closed ones included.';
COMMENT ON COLUMN stores.store_id IS 'Key of the store.';
COMMENT ON COLUMN stores.name IS 'Name of the store.';
COMMENT ON COLUMN stores.region_id IS 'Region in which the store is.';
COMMENT ON COLUMN stores.opened_on IS 'First day on which the store sold.';
COMMENT ON COLUMN stores.closed_on IS 'Last day on which the store sold. Null while it is open.';
COMMENT ON COLUMN stores."Fläche m²" IS 'Sales area in square meters. Null where nobody measured.';

COMMENT ON TABLE categories IS 'Categories of products, each in one department. One row per category, under the name that it has today.';
COMMENT ON COLUMN categories.category_id IS 'Key of the category. It never changes.';
COMMENT ON COLUMN categories.name IS 'Today''s name of the category.';
COMMENT ON COLUMN categories.department IS 'Department: Home, Leisure, Office, Electronics or Care.';

COMMENT ON TABLE suppliers IS 'Firms that the products are bought from. One row per supplier.';
COMMENT ON COLUMN suppliers.supplier_id IS 'Key of the supplier.';
COMMENT ON COLUMN suppliers.name IS 'Name of the firm.';
COMMENT ON COLUMN suppliers.country IS 'Country in English.';
COMMENT ON COLUMN suppliers."VAT no." IS 'VAT identification number as the supplier writes it. Null where unknown.';
COMMENT ON COLUMN suppliers.lead_time_days IS 'Days from order to delivery. Null where not agreed.';

COMMENT ON TABLE products IS 'Products. One row per product, discontinued ones included. Prices are in product_prices.';
COMMENT ON COLUMN products.product_id IS 'Key of the product.';
COMMENT ON COLUMN products.sku IS 'Stock keeping unit as printed on the box, such as KÜ-0007/b. Unique.';
COMMENT ON COLUMN products.name IS 'Name of the product. Different products may have the same name.';
COMMENT ON COLUMN products.category_id IS 'Category of the product.';
COMMENT ON COLUMN products.supplier_id IS 'Supplier of the product. A product has one.';
COMMENT ON COLUMN products.launched_on IS 'First day on which the product was sold. July 1, 2023 also stands for earlier days.';
COMMENT ON COLUMN products.discontinued_on IS 'Last day on which the product was sold. Null while it is sold.';

COMMENT ON TABLE product_prices IS 'List prices and when they held. One row per product and period; periods of one product do not overlap.';
COMMENT ON COLUMN product_prices.product_id IS 'The product.';
COMMENT ON COLUMN product_prices.valid_from IS 'First day of the price.';
COMMENT ON COLUMN product_prices.valid_to IS 'Last day of the price. Null for the price of today.';
COMMENT ON COLUMN product_prices.list_price IS 'Price of one unit in euros, before discounts.';

COMMENT ON TABLE customers IS 'Customer records. One row per registration: a person who registered again has another row.';
COMMENT ON COLUMN customers.customer_id IS 'Key of the record.';
COMMENT ON COLUMN customers.full_name IS 'Name as the person typed it.';
COMMENT ON COLUMN customers.email IS 'Mail address as the person typed it; capitals do not matter. Null where none was given.';
COMMENT ON COLUMN customers.segment IS 'consumer or business.';
COMMENT ON COLUMN customers.region_id IS 'Home region of the customer.';
COMMENT ON COLUMN customers.birth_year IS 'Year of birth. Null where not given and for businesses.';
COMMENT ON COLUMN customers.signed_up_on IS 'Day of the registration.';

COMMENT ON TABLE promotions IS 'Promotions, each for one category. One row per promotion.';
COMMENT ON COLUMN promotions.promotion_id IS 'Key of the promotion.';
COMMENT ON COLUMN promotions.name IS 'Name of the promotion.';
COMMENT ON COLUMN promotions.category_id IS 'Category that was promoted.';
COMMENT ON COLUMN promotions.starts_on IS 'First day.';
COMMENT ON COLUMN promotions.ends_on IS 'Last day.';
COMMENT ON COLUMN promotions.discount_rate IS 'Share taken off the list price (0.20 is 20 percent).';

COMMENT ON TABLE orders IS 'Orders, cancelled ones included. One row per order; what was bought is in order_lines.';
COMMENT ON COLUMN orders.order_id IS 'Number of the order.';
COMMENT ON COLUMN orders.ordered_at IS 'Moment of the order; local time is AT TIME ZONE ''Europe/Berlin''.';
COMMENT ON COLUMN orders.order_date IS 'Day of the order, local time.';
COMMENT ON COLUMN orders.customer_id IS 'Customer record under which the order was placed.';
COMMENT ON COLUMN orders.channel_id IS 'Channel of the order.';
COMMENT ON COLUMN orders.region_id IS 'Region that the order was sold in: that of the store, or of the address of delivery.';
COMMENT ON COLUMN orders.store_id IS 'Store of the order. Null for orders of other channels.';
COMMENT ON COLUMN orders.status IS 'completed or cancelled. A cancelled order keeps its lines and amounts, which are no sales.';
COMMENT ON COLUMN orders.goods_amount IS 'Euros for the goods after discounts: the sum over the lines of the order. Joined to order_lines it repeats on every line.';
COMMENT ON COLUMN orders.shipping_fee IS 'Euros for shipping, on top of the goods. 0 in stores and for larger orders.';
COMMENT ON COLUMN orders.loaded_at IS 'When the row came into the warehouse. A nightly load brings the day before; some rows come later.';

COMMENT ON TABLE order_lines IS 'Lines of orders: one row per product in an order, those of cancelled orders included.';
COMMENT ON COLUMN order_lines.order_id IS 'The order.';
COMMENT ON COLUMN order_lines.line_number IS 'Number of the line in its order, from 1.';
COMMENT ON COLUMN order_lines.product_id IS 'The product.';
COMMENT ON COLUMN order_lines.category_name IS 'Name that the category had when the line was sold. Today''s name is in categories.';
COMMENT ON COLUMN order_lines.quantity IS 'Units bought.';
COMMENT ON COLUMN order_lines.unit_price IS 'List price of one unit in euros on the day of the order.';
COMMENT ON COLUMN order_lines.discount IS 'Euros taken off the line. Net sales of a line are quantity * unit_price - discount.';
COMMENT ON COLUMN order_lines.unit_cost IS 'What one unit cost us, in euros.';
COMMENT ON COLUMN order_lines.promotion_id IS 'Promotion that the line was sold under. Null where none.';

COMMENT ON TABLE returns IS 'Goods that came back. At most one row per order line; lines of cancelled orders are not returned.';
COMMENT ON COLUMN returns.return_id IS 'Key of the return.';
COMMENT ON COLUMN returns.order_id IS 'Order of the line that came back.';
COMMENT ON COLUMN returns.line_number IS 'Line of the order that came back.';
COMMENT ON COLUMN returns.returned_on IS 'Day on which the goods arrived, 2 to 30 days after the order.';
COMMENT ON COLUMN returns.quantity IS 'Units that came back; at most those bought.';
COMMENT ON COLUMN returns.refund IS 'Euros paid back.';
COMMENT ON COLUMN returns.reason IS 'Why it came back, as the customer said: defective, damaged in transit, not as described, changed mind, arrived late. Null where not asked.';

COMMENT ON TABLE marketing_spend IS 'Marketing money spent. One row per day, region and medium on which money was spent.';
COMMENT ON COLUMN marketing_spend.spend_date IS 'Day of the spending.';
COMMENT ON COLUMN marketing_spend.region_id IS 'Region that was advertised to.';
COMMENT ON COLUMN marketing_spend.medium IS 'Search, Social, Display, E-mail or TV.';
COMMENT ON COLUMN marketing_spend.amount IS 'Euros spent.';
COMMENT ON COLUMN marketing_spend.clicks IS 'Clicks on the advertisements. Null for TV.';

COMMENT ON TABLE web_sessions IS 'Visits to web site and app, summed. One row per day, region and device.';
COMMENT ON COLUMN web_sessions.session_date IS 'Day of the visits, local time.';
COMMENT ON COLUMN web_sessions.region_id IS 'Region of the visitors.';
COMMENT ON COLUMN web_sessions.device IS 'desktop, phone or tablet.';
COMMENT ON COLUMN web_sessions.sessions IS 'Number of visits.';
COMMENT ON COLUMN web_sessions.carts IS 'Visits in which something was put into the cart.';
COMMENT ON COLUMN web_sessions.checkouts IS 'Visits in which a purchase was finished.';
