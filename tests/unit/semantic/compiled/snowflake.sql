-- plain
SELECT
  time_week,
  city,
  revenue,
  visitors
FROM (
  SELECT
    time_week,
    city,
    MAX(revenue) AS revenue,
    MAX(visitors) AS visitors
  FROM (
    SELECT
      time_week,
      city,
      revenue,
      NULL AS visitors
    FROM (
      SELECT
        CAST(DATE_TRUNC('week', sales.day) AS DATE) AS time_week,
        stores.name AS city,
        SUM(sales.amount) AS revenue
      FROM sales
      LEFT JOIN stores
        ON sales.store = stores.id
      WHERE
        sales.day >= CAST('2025-01-01' AS DATE)
        AND sales.day < CAST('2025-03-01' AS DATE)
      GROUP BY
        1,
        2
    ) AS part_1
    UNION ALL
    SELECT
      time_week,
      city,
      NULL AS revenue,
      visitors
    FROM (
      SELECT
        CAST(DATE_TRUNC('week', visits.seen_on) AS DATE) AS time_week,
        stores.name AS city,
        SUM(visits.people) AS visitors
      FROM visits
      LEFT JOIN stores
        ON visits.store = stores.id
      WHERE
        visits.seen_on >= CAST('2025-01-01' AS DATE)
        AND visits.seen_on < CAST('2025-03-01' AS DATE)
      GROUP BY
        1,
        2
    ) AS part_2_alone
  ) AS stacked
  GROUP BY
    1,
    2
) AS folded
ORDER BY
  time_week ASC,
  city ASC
LIMIT 5

-- fiscal
SELECT
  CAST(CAST(DATE_TRUNC('quarter', (
    sales.day - INTERVAL '6 MONTH'
  )) AS DATE) + INTERVAL '6 MONTH' AS DATE) AS day_fiscal_quarter,
  COUNT(sales.id) AS sales_made
FROM sales
GROUP BY
  1
ORDER BY
  day_fiscal_quarter ASC

-- balance
WITH part_1 AS (
  SELECT
    regions.name AS region,
    SUM(stock.pieces) AS stocked,
    COUNT(*) AS rows_1
  FROM (
    SELECT
      stock.pieces,
      stock.store,
      stock.day AS moment_,
      MAX(stock.day) OVER (PARTITION BY stock.item) AS chosen_moment_
    FROM stock
  ) AS stock
  LEFT JOIN stores
    ON stock.store = stores.id
  LEFT JOIN regions
    ON stores.region = regions.id
  WHERE
    stock.moment_ = stock.chosen_moment_
  GROUP BY
    1
), part_2 AS (
  SELECT
    regions.name AS region,
    COUNT(sales.id) AS sales_made,
    COUNT(*) AS rows_2
  FROM sales
  LEFT JOIN stores
    ON sales.store = stores.id
  LEFT JOIN regions
    ON stores.region = regions.id
  GROUP BY
    1
), together_2 AS (
  SELECT
    region,
    MAX(stocked) AS stocked,
    MAX(rows_1) AS rows_1,
    MAX(sales_made) AS sales_made,
    MAX(rows_2) AS rows_2
  FROM (
    SELECT
      region,
      stocked,
      rows_1,
      NULL AS sales_made,
      NULL AS rows_2
    FROM part_1
    UNION ALL
    SELECT
      region,
      NULL AS stocked,
      NULL AS rows_1,
      sales_made,
      rows_2
    FROM part_2
  ) AS stacked
  GROUP BY
    1
), part_3 AS (
  SELECT
    regions.name AS region,
    SUM(visits.people) AS visitors,
    COUNT(*) AS rows_3
  FROM visits
  LEFT JOIN stores
    ON visits.store = stores.id
  LEFT JOIN regions
    ON stores.region = regions.id
  GROUP BY
    1
), together_3 AS (
  SELECT
    region,
    MAX(stocked) AS stocked,
    MAX(rows_1) AS rows_1,
    MAX(sales_made) AS sales_made,
    MAX(rows_2) AS rows_2,
    MAX(visitors) AS visitors,
    MAX(rows_3) AS rows_3
  FROM (
    SELECT
      region,
      stocked,
      rows_1,
      sales_made,
      rows_2,
      NULL AS visitors,
      NULL AS rows_3
    FROM together_2
    UNION ALL
    SELECT
      region,
      NULL AS stocked,
      NULL AS rows_1,
      NULL AS sales_made,
      NULL AS rows_2,
      visitors,
      rows_3
    FROM part_3
  ) AS stacked
  GROUP BY
    1
), result AS (
  SELECT
    region AS region,
    stocked AS stocked,
    CAST(COALESCE(sales_made, 0) AS DOUBLE) / NULLIF(visitors, 0) AS conversion
  FROM together_3
)
SELECT
  region,
  stocked,
  conversion
FROM result
ORDER BY
  stocked DESC NULLS LAST,
  region ASC

-- staged
WITH part_1 AS (
  SELECT
    stores.name AS city,
    SUM(sales.amount) AS revenue,
    COUNT(*) AS rows_1
  FROM sales
  LEFT JOIN stores
    ON sales.store = stores.id
  WHERE
    sales.day >= CAST('2025-01-01' AS DATE)
    AND sales.day < CAST('2025-03-01' AS DATE)
  GROUP BY
    1
), the_top AS (
  SELECT
    city,
    place_
  FROM (
    SELECT
      city,
      value_,
      place_,
      MAX(CASE WHEN place_ = 2 THEN value_ END) OVER () AS last_
    FROM (
      SELECT
        city,
        value_,
        ROW_NUMBER() OVER (ORDER BY value_ DESC NULLS LAST, city ASC) AS place_
      FROM (
        SELECT
          city,
          CASE WHEN COALESCE(rows_1, 0) = 0 THEN 0 ELSE revenue END AS value_
        FROM part_1
      ) AS valued
    ) AS placed
  ) AS ranked
  WHERE
    place_ <= 2 OR (
      place_ <= 22 AND ABS(value_ - last_) <= ABS(last_) * 1e-12
    )
), periods AS (
  SELECT
    CAST('2025-01-01' AS DATE) AS period_,
    CAST('2024-01-01' AS DATE) AS day_
  UNION ALL
  SELECT
    CAST('2025-02-01' AS DATE),
    CAST('2024-02-01' AS DATE)
), part_1_2 AS (
  SELECT
    CAST(DATE_TRUNC('month', sales.day) AS DATE) AS time_month,
    CASE
      WHEN the_top.place_ IS NULL
      THEN 'All others'
      ELSE CAST(stores.name AS VARCHAR)
    END AS city,
    COALESCE(the_top.place_, 23) AS place_,
    SUM(sales.amount) AS revenue,
    COUNT(*) AS rows_1
  FROM sales
  LEFT JOIN stores
    ON sales.store = stores.id
  LEFT JOIN the_top
    ON stores.name = the_top.city OR (
      stores.name IS NULL AND the_top.city IS NULL
    )
  WHERE
    sales.day >= CAST('2025-01-01' AS DATE)
    AND sales.day < CAST('2025-03-01' AS DATE)
  GROUP BY
    1,
    2,
    3
), part_2 AS (
  SELECT
    periods.period_ AS time_month,
    earlier.city,
    earlier.place_,
    earlier.revenue_previous,
    earlier.rows_2
  FROM (
    SELECT
      CAST(DATE_TRUNC('month', sales.day) AS DATE) AS time_month,
      CASE
        WHEN the_top.place_ IS NULL
        THEN 'All others'
        ELSE CAST(stores.name AS VARCHAR)
      END AS city,
      COALESCE(the_top.place_, 23) AS place_,
      SUM(sales.amount) AS revenue_previous,
      COUNT(*) AS rows_2
    FROM sales
    LEFT JOIN stores
      ON sales.store = stores.id
    LEFT JOIN the_top
      ON stores.name = the_top.city OR (
        stores.name IS NULL AND the_top.city IS NULL
      )
    WHERE
      sales.day >= CAST('2024-01-01' AS DATE)
      AND sales.day < CAST('2024-03-01' AS DATE)
    GROUP BY
      1,
      2,
      3
  ) AS earlier
  JOIN periods AS periods
    ON earlier.time_month = periods.day_
), together_2 AS (
  SELECT
    time_month,
    city,
    place_,
    MAX(revenue) AS revenue,
    MAX(rows_1) AS rows_1,
    MAX(revenue_previous) AS revenue_previous,
    MAX(rows_2) AS rows_2
  FROM (
    SELECT
      time_month,
      city,
      place_,
      revenue,
      rows_1,
      NULL AS revenue_previous,
      NULL AS rows_2
    FROM part_1_2
    UNION ALL
    SELECT
      time_month,
      city,
      place_,
      NULL AS revenue,
      NULL AS rows_1,
      revenue_previous,
      rows_2
    FROM part_2
  ) AS stacked
  GROUP BY
    1,
    2,
    3
), periods_2 AS (
  SELECT
    period_,
    1 AS every_
  FROM periods
), filled AS (
  SELECT
    time_month,
    city,
    place_,
    MAX(revenue) AS revenue,
    MAX(revenue_previous) AS revenue_previous,
    MAX(rows_1) AS rows_1,
    MAX(rows_2) AS rows_2
  FROM (
    SELECT
      time_month,
      city,
      place_,
      revenue,
      revenue_previous,
      rows_1,
      rows_2
    FROM together_2
    UNION ALL
    SELECT
      periods.period_ AS time_month,
      found.city AS city,
      found.place_ AS place_,
      NULL AS revenue,
      NULL AS revenue_previous,
      NULL AS rows_1,
      NULL AS rows_2
    FROM periods_2 AS periods
    JOIN (
      SELECT DISTINCT
        city,
        place_,
        1 AS every_
      FROM together_2
    ) AS found
      ON periods.every_ = found.every_
  ) AS stacked
  GROUP BY
    1,
    2,
    3
), result AS (
  SELECT
    time_month AS time_month,
    city AS city,
    CASE WHEN COALESCE(rows_1, 0) = 0 THEN 0 ELSE revenue END AS revenue,
    CASE WHEN COALESCE(rows_2, 0) = 0 THEN 0 ELSE revenue_previous END AS revenue_previous,
    (
      CASE WHEN COALESCE(rows_1, 0) = 0 THEN 0 ELSE revenue END
    ) - (
      CASE WHEN COALESCE(rows_2, 0) = 0 THEN 0 ELSE revenue_previous END
    ) AS revenue_change,
    CAST((
      CASE WHEN COALESCE(rows_1, 0) = 0 THEN 0 ELSE revenue END
    ) - (
      CASE WHEN COALESCE(rows_2, 0) = 0 THEN 0 ELSE revenue_previous END
    ) AS DOUBLE) / NULLIF(ABS(CASE WHEN COALESCE(rows_2, 0) = 0 THEN 0 ELSE revenue_previous END), 0) AS revenue_percent_change,
    place_
  FROM filled
)
SELECT
  time_month,
  city,
  revenue,
  revenue_previous,
  revenue_change,
  revenue_percent_change
FROM result
ORDER BY
  time_month ASC,
  place_ ASC,
  city ASC

-- bridges
WITH part_1 AS (
  SELECT
    tagged.label AS label,
    SUM(sales.amount) AS revenue,
    COUNT(*) AS rows_1
  FROM sales
  LEFT JOIN stores
    ON sales.store = stores.id
  LEFT JOIN (
    SELECT DISTINCT
      tagged.sale AS pair_1_,
      tags.label AS label
    FROM tagged
    LEFT JOIN tags
      ON tagged.tag = tags.id
  ) AS tagged
    ON tagged.pair_1_ = sales.id
  WHERE
    NOT EXISTS(
      SELECT
        1
      FROM carried
      JOIN brands
        ON carried.brand = brands.id
      WHERE
        carried.store = stores.id AND brands.name = 'Ask'
    )
  GROUP BY
    1
), the_top AS (
  SELECT
    label,
    place_
  FROM (
    SELECT
      label,
      value_,
      place_,
      MAX(CASE WHEN place_ = 2 THEN value_ END) OVER () AS last_
    FROM (
      SELECT
        label,
        value_,
        ROW_NUMBER() OVER (ORDER BY value_ DESC NULLS LAST, label ASC) AS place_
      FROM (
        SELECT
          label,
          revenue AS value_
        FROM part_1
      ) AS valued
    ) AS placed
  ) AS ranked
  WHERE
    place_ <= 2 OR (
      place_ <= 22 AND ABS(value_ - last_) <= ABS(last_) * 1e-12
    )
), part_1_2 AS (
  SELECT
    CASE
      WHEN tagged.pair_1_ IS NULL AND none_of_tagged.place_ IS NULL
      THEN 'All others'
      ELSE tagged.label
    END AS label,
    COALESCE(tagged.place_, none_of_tagged.place_, 23) AS place_,
    SUM(sales.amount) AS revenue,
    COUNT(*) AS rows_1
  FROM sales
  LEFT JOIN stores
    ON sales.store = stores.id
  LEFT JOIN (
    SELECT DISTINCT
      tagged.sale AS pair_1_,
      CASE
        WHEN the_top.place_ IS NULL
        THEN 'All others'
        ELSE CAST(tags.label AS VARCHAR)
      END AS label,
      the_top.place_ AS place_
    FROM tagged
    LEFT JOIN tags
      ON tagged.tag = tags.id
    LEFT JOIN the_top
      ON tags.label = the_top.label OR (
        tags.label IS NULL AND the_top.label IS NULL
      )
  ) AS tagged
    ON tagged.pair_1_ = sales.id
  LEFT JOIN the_top AS none_of_tagged
    ON tagged.pair_1_ IS NULL AND none_of_tagged.label IS NULL
  WHERE
    NOT EXISTS(
      SELECT
        1
      FROM carried
      JOIN brands
        ON carried.brand = brands.id
      WHERE
        carried.store = stores.id AND brands.name = 'Ask'
    )
  GROUP BY
    1,
    2
), whole AS (
  SELECT
    revenue_whole
  FROM (
    SELECT
      SUM(sales.amount) AS revenue_whole,
      COUNT(*) AS rows_
    FROM sales
    LEFT JOIN stores
      ON sales.store = stores.id
    WHERE
      NOT EXISTS(
        SELECT
          1
        FROM carried
        JOIN brands
          ON carried.brand = brands.id
        WHERE
          carried.store = stores.id AND brands.name = 'Ask'
      )
  ) AS counted
), beside_whole AS (
  SELECT
    folded.label,
    folded.place_,
    folded.revenue,
    folded.rows_1,
    whole.revenue_whole
  FROM part_1_2 AS folded
  CROSS JOIN whole AS whole
), result AS (
  SELECT
    label AS label,
    revenue AS revenue,
    CAST(revenue AS DOUBLE) / NULLIF(revenue_whole, 0) AS revenue_share,
    place_
  FROM beside_whole
)
SELECT
  label,
  revenue,
  revenue_share
FROM result
ORDER BY
  place_ ASC,
  label ASC

-- split
SELECT
  agents.name AS agent,
  SUM((
    sales.amount
  ) * CASE WHEN splits.sale IS NULL THEN 1 ELSE splits.share END) AS revenue,
  COALESCE(
    SUM(
      CASE
        WHEN NOT sales.id IS NULL
        THEN CASE WHEN splits.sale IS NULL THEN 1 ELSE splits.share END
      END
    ),
    0
  ) AS sales_made
FROM sales
LEFT JOIN splits
  ON splits.sale = sales.id
LEFT JOIN agents
  ON splits.agent = agents.id
GROUP BY
  1
ORDER BY
  revenue DESC NULLS LAST,
  agent ASC

-- days
WITH finely AS (
  SELECT
    CAST(sales.day AS DATE) AS time_day,
    SUM(sales.amount) AS revenue_1_,
    COUNT(*) AS rows_
  FROM sales
  WHERE
    sales.day >= CAST('2019-01-01' AS DATE)
    AND sales.day < CAST('2025-01-01' AS DATE)
  GROUP BY
    1
), digits AS (
  SELECT
    0 AS digit
  UNION ALL
  SELECT
    1 AS digit
  UNION ALL
  SELECT
    2 AS digit
  UNION ALL
  SELECT
    3 AS digit
  UNION ALL
  SELECT
    4 AS digit
  UNION ALL
  SELECT
    5 AS digit
  UNION ALL
  SELECT
    6 AS digit
  UNION ALL
  SELECT
    7 AS digit
  UNION ALL
  SELECT
    8 AS digit
  UNION ALL
  SELECT
    9 AS digit
), numbers AS (
  SELECT
    d0.digit + d1.digit * 10 + d2.digit * 100 + d3.digit * 1000 AS number_
  FROM digits AS d0
  CROSS JOIN digits AS d1
  CROSS JOIN digits AS d2
  CROSS JOIN digits AS d3
), periods AS (
  SELECT
    CAST(DATEADD(DAY, number_, CAST('2020-01-01' AS DATE)) AS DATE) AS period_,
    CAST(DATEADD(DAY, number_, CAST('2019-01-01' AS DATE)) AS DATE) AS day_
  FROM numbers
  WHERE
    number_ < 59
  UNION ALL
  SELECT
    CAST(DATEADD(DAY, number_, CAST('2020-02-29' AS DATE)) AS DATE) AS period_,
    CAST(DATEADD(DAY, number_, CAST('2019-02-28' AS DATE)) AS DATE) AS day_
  FROM numbers
  WHERE
    number_ < 366
  UNION ALL
  SELECT
    CAST(DATEADD(DAY, number_, CAST('2021-03-01' AS DATE)) AS DATE) AS period_,
    CAST(DATEADD(DAY, number_, CAST('2020-03-01' AS DATE)) AS DATE) AS day_
  FROM numbers
  WHERE
    number_ < 1095
  UNION ALL
  SELECT
    CAST(DATEADD(DAY, number_, CAST('2024-02-29' AS DATE)) AS DATE) AS period_,
    CAST(DATEADD(DAY, number_, CAST('2023-02-28' AS DATE)) AS DATE) AS day_
  FROM numbers
  WHERE
    number_ < 307
), part_1 AS (
  SELECT
    finely.time_day AS time_day,
    SUM(finely.revenue_1_) AS revenue,
    SUM(finely.rows_) AS rows_1
  FROM finely AS finely
  WHERE
    finely.time_day >= CAST('2020-01-01' AS DATE)
    AND finely.time_day < CAST('2025-01-01' AS DATE)
  GROUP BY
    1
), part_2 AS (
  SELECT
    periods.period_ AS time_day,
    earlier.revenue_previous,
    earlier.rows_2
  FROM (
    SELECT
      finely.time_day AS time_day,
      SUM(finely.revenue_1_) AS revenue_previous,
      SUM(finely.rows_) AS rows_2
    FROM finely AS finely
    WHERE
      finely.time_day >= CAST('2019-01-01' AS DATE)
      AND finely.time_day < CAST('2024-01-01' AS DATE)
    GROUP BY
      1
  ) AS earlier
  JOIN periods AS periods
    ON earlier.time_day = periods.day_
), together_2 AS (
  SELECT
    time_day,
    MAX(revenue) AS revenue,
    MAX(rows_1) AS rows_1,
    MAX(revenue_previous) AS revenue_previous,
    MAX(rows_2) AS rows_2
  FROM (
    SELECT
      time_day,
      revenue,
      rows_1,
      NULL AS revenue_previous,
      NULL AS rows_2
    FROM part_1
    UNION ALL
    SELECT
      time_day,
      NULL AS revenue,
      NULL AS rows_1,
      revenue_previous,
      rows_2
    FROM part_2
  ) AS stacked
  GROUP BY
    1
), periods_2 AS (
  SELECT
    period_,
    1 AS every_
  FROM periods
), filled AS (
  SELECT
    time_day,
    MAX(revenue) AS revenue,
    MAX(revenue_previous) AS revenue_previous,
    MAX(rows_1) AS rows_1,
    MAX(rows_2) AS rows_2
  FROM (
    SELECT
      time_day,
      revenue,
      revenue_previous,
      rows_1,
      rows_2
    FROM together_2
    UNION ALL
    SELECT
      periods.period_ AS time_day,
      NULL AS revenue,
      NULL AS revenue_previous,
      NULL AS rows_1,
      NULL AS rows_2
    FROM periods_2 AS periods
  ) AS stacked
  GROUP BY
    1
), result AS (
  SELECT
    time_day AS time_day,
    CASE WHEN COALESCE(rows_1, 0) = 0 THEN 0 ELSE revenue END AS revenue,
    CASE WHEN COALESCE(rows_2, 0) = 0 THEN 0 ELSE revenue_previous END AS revenue_previous,
    (
      CASE WHEN COALESCE(rows_1, 0) = 0 THEN 0 ELSE revenue END
    ) - (
      CASE WHEN COALESCE(rows_2, 0) = 0 THEN 0 ELSE revenue_previous END
    ) AS revenue_change,
    CAST((
      CASE WHEN COALESCE(rows_1, 0) = 0 THEN 0 ELSE revenue END
    ) - (
      CASE WHEN COALESCE(rows_2, 0) = 0 THEN 0 ELSE revenue_previous END
    ) AS DOUBLE) / NULLIF(ABS(CASE WHEN COALESCE(rows_2, 0) = 0 THEN 0 ELSE revenue_previous END), 0) AS revenue_percent_change
  FROM filled
)
SELECT
  time_day,
  revenue,
  revenue_previous,
  revenue_change,
  revenue_percent_change
FROM result
ORDER BY
  time_day ASC

-- ties
WITH result AS (
  SELECT
    city,
    revenue,
    visitors
  FROM (
    SELECT
      city,
      MAX(revenue) AS revenue,
      MAX(visitors) AS visitors
    FROM (
      SELECT
        city,
        revenue,
        NULL AS visitors
      FROM (
        SELECT
          stores.name AS city,
          SUM(sales.amount) AS revenue
        FROM sales
        LEFT JOIN stores
          ON sales.store = stores.id
        WHERE
          sales.day >= CAST('2025-01-01' AS DATE)
          AND sales.day < CAST('2025-03-01' AS DATE)
        GROUP BY
          1
      ) AS part_1
      UNION ALL
      SELECT
        city,
        NULL AS revenue,
        visitors
      FROM (
        SELECT
          stores.name AS city,
          SUM(visits.people) AS visitors
        FROM visits
        LEFT JOIN stores
          ON visits.store = stores.id
        WHERE
          visits.seen_on >= CAST('2025-01-01' AS DATE)
          AND visits.seen_on < CAST('2025-03-01' AS DATE)
        GROUP BY
          1
      ) AS part_2_alone
    ) AS stacked
    GROUP BY
      1
  ) AS folded
)
SELECT
  city,
  revenue,
  visitors
FROM (
  SELECT
    city,
    revenue,
    visitors,
    line_,
    MAX(CASE WHEN line_ = 3 THEN revenue END) OVER () AS last_
  FROM (
    SELECT
      city,
      revenue,
      visitors,
      ROW_NUMBER() OVER (ORDER BY revenue DESC NULLS LAST, city ASC) AS line_
    FROM (
      SELECT
        city,
        revenue,
        visitors
      FROM result
      ORDER BY
        revenue DESC NULLS LAST,
        city ASC
      LIMIT 23
    ) AS first_rows
  ) AS placed
) AS tied
WHERE
  line_ <= 3 OR ABS(revenue - last_) <= ABS(last_) * 1e-12
ORDER BY
  line_ ASC

-- tops
WITH finely AS (
  SELECT
    regions.name AS region,
    stores.name AS city,
    COUNT(sales.id) AS sales_made_1_,
    COUNT(*) AS rows_
  FROM sales
  LEFT JOIN stores
    ON sales.store = stores.id
  LEFT JOIN regions
    ON stores.region = regions.id
  GROUP BY
    1,
    2
), part_1 AS (
  SELECT
    finely.region AS region,
    finely.city AS city,
    CAST(COALESCE(SUM(finely.sales_made_1_), 0) AS BIGINT) AS sales_made,
    SUM(finely.rows_) AS rows_1
  FROM finely AS finely
  GROUP BY
    1,
    2
), the_top AS (
  SELECT
    region,
    city,
    place_
  FROM (
    SELECT
      region,
      city,
      value_,
      place_,
      MAX(CASE WHEN place_ = 1 THEN value_ END) OVER (PARTITION BY region) AS last_
    FROM (
      SELECT
        region,
        city,
        value_,
        ROW_NUMBER() OVER (PARTITION BY region ORDER BY value_ DESC NULLS LAST, city ASC) AS place_
      FROM (
        SELECT
          region,
          city,
          COALESCE(sales_made, 0) AS value_
        FROM part_1
      ) AS valued
    ) AS placed
  ) AS ranked
  WHERE
    place_ <= 1 OR (
      place_ <= 21 AND value_ = last_
    )
), part_1_2 AS (
  SELECT
    finely.region AS region,
    finely.city AS city,
    CAST(COALESCE(SUM(finely.sales_made_1_), 0) AS BIGINT) AS sales_made,
    SUM(finely.rows_) AS rows_1
  FROM finely AS finely
  GROUP BY
    1,
    2
), result AS (
  SELECT
    region AS region,
    city AS city,
    COALESCE(sales_made, 0) AS sales_made
  FROM part_1_2
), of_the_top AS (
  SELECT
    result.region,
    result.city,
    result.sales_made,
    the_top.place_
  FROM result
  JOIN the_top
    ON (
      result.region = the_top.region
      OR (
        result.region IS NULL AND the_top.region IS NULL
      )
    )
    AND (
      result.city = the_top.city OR (
        result.city IS NULL AND the_top.city IS NULL
      )
    )
)
SELECT
  region,
  city,
  sales_made
FROM of_the_top
ORDER BY
  region ASC,
  place_ ASC,
  city ASC

-- never
WITH part_1 AS (
  SELECT
    stores.name AS city,
    COUNT(sales.id) AS sales_made,
    COUNT(*) AS rows_1
  FROM sales
  LEFT JOIN stores
    ON sales.store = stores.id
  GROUP BY
    1
), with_members AS (
  SELECT
    city,
    MAX(sales_made) AS sales_made,
    MAX(rows_1) AS rows_1
  FROM (
    SELECT
      city,
      sales_made,
      rows_1
    FROM part_1
    UNION ALL
    SELECT
      city,
      NULL AS sales_made,
      NULL AS rows_1
    FROM (
      SELECT
        stores.name AS city
      FROM stores
      GROUP BY
        1
    ) AS members
  ) AS stacked
  GROUP BY
    1
), result AS (
  SELECT
    city AS city,
    COALESCE(sales_made, 0) AS sales_made
  FROM with_members
)
SELECT
  city_count
FROM (
  SELECT
    COUNT(CASE WHEN NOT city IS NULL AND sales_made = 0 THEN 1 END) AS city_count
  FROM result
) AS counted

-- running
WITH periods AS (
  SELECT
    CAST('2025-01-01' AS DATE) AS period_,
    CAST('2025-03-01' AS DATE) AS ends
), part_1 AS (
  SELECT
    periods.period_ AS time_quarter,
    SUM(days.revenue_so_far) AS revenue_so_far,
    SUM(days.rows_1) AS rows_1
  FROM (
    SELECT
      CASE
        WHEN each.day_ < CAST('2025-03-01' AS DATE)
        THEN CAST('2025-02-28' AS DATE)
        ELSE each.day_
      END AS day_,
      SUM(each.revenue_so_far) AS revenue_so_far,
      SUM(each.rows_1) AS rows_1
    FROM (
      SELECT
        CAST(sales.day AS DATE) AS day_,
        SUM(sales.amount) AS revenue_so_far,
        COUNT(*) AS rows_1
      FROM sales
      WHERE
        sales.day < CAST('2025-03-01' AS DATE)
      GROUP BY
        1
    ) AS each
    GROUP BY
      1
  ) AS days
  JOIN periods AS periods
    ON days.day_ < periods.ends
  GROUP BY
    1
), result AS (
  SELECT
    time_quarter AS time_quarter,
    revenue_so_far AS revenue_so_far
  FROM part_1
)
SELECT
  time_quarter,
  revenue_so_far
FROM result
ORDER BY
  time_quarter ASC
