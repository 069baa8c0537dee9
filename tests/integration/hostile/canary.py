"""A database whose every value is found wherever it turns up: no other text holds any of them."""

import psycopg

STATEMENTS = """
CREATE TABLE patients (id integer PRIMARY KEY, name text, city text, born date, weight numeric, insured boolean, note text);
CREATE TABLE visits (patient_id integer REFERENCES patients, ward text, seen timestamp, fee numeric);
COMMENT ON TABLE patients IS 'People who were treated.';
INSERT INTO patients VALUES
 (7100041, 'Zephyrine Quillfeather', 'Obergurgl', '1931-03-14', 48151.62, true, 'Allergic to "quinquefolia" <b>'),
 (7100042, 'Balthazar O''Wigglesworth', 'Llanfairpwll', '1947-11-29', 23421.08, false, NULL),
 (7100043, 'Ximena, Duchess of Kraków', 'Obergurgl', '1962-07-05', 90210.77, true, 'Pays {{cash}} only');
INSERT INTO visits VALUES
 (7100041, 'Quibbleward', '2019-05-17 10:21:33', 61803.39), (7100041, 'Nephrolounge', '2019-06-02 08:00:00', 27182.81),
 (7100042, 'Quibbleward', '2019-07-23 16:45:12', 31415.92), (7100043, 'Quibbleward', '2019-08-30 12:12:12', 16180.33);
"""

TEXTS = ("Zephyrine", "Quillfeather", "Balthazar", "Wigglesworth", "Ximena", "Duchess", "Krak", "Obergurgl", "Llanfairpwll", "quinquefolia")
TEXTS += ("Nephrolounge", "Quibbleward", "{{cash}}", "cash} only")
NUMBERS = (
    "48151",
    "48,151",
    "23421",
    "23,421",
    "90210",
    "90,210",
    "61803",
    "61,803",
    "27182",
    "31415",
    "16180",
    "7100041",
    "7100042",
    "7100043",
)
NUMBERS += ("136582", "136,582", "34145", "161783", "88986")
"""Sums and means of them too."""

DAYS = ("1931-03-14", "1947-11-29", "1962-07-05", "2019-05-17", "2019-06-02", "2019-07-23", "2019-08-30", "14 March", "30 August", "10:21")
MONTHS = ("1931-03", "1947-11", "1962-07", "2019-05", "2019-06", "2019-07", "2019-08")

SEMANTIC_MODEL = """
version: 0.2.0.dev0
semantic_model:
  - name: clinic
    description: Patients and their visits.
    custom_extensions:
      - vendor_name: ANALYTICS_AGENT
        data: '{"as_of": {"column": "visits.seen"}, "time_field": "visits.seen"}'
    datasets:
      - name: visits
        source: public.visits
        description: Visits, one row each.
        custom_extensions: [{vendor_name: ANALYTICS_AGENT, data: '{"time_field": "visits.seen"}'}]
        fields:
          - name: seen
            label: Seen
            datatype: DateTime
            expression: {dialects: [{dialect: ANSI_SQL, expression: "seen"}]}
            dimension: {is_time: true}
            custom_extensions: [{vendor_name: ANALYTICS_AGENT, data: '{"role": "time", "grains": ["day", "month", "year"]}'}]
          - name: ward
            label: Ward
            datatype: String
            expression: {dialects: [{dialect: ANSI_SQL, expression: "ward"}]}
            custom_extensions:
              - {vendor_name: ANALYTICS_AGENT, data: '{"values": {"Quibbleward": ["q ward"]}, "order": ["Quibbleward"]}'}
    metrics:
      - name: fees
        description: Fees in all.
        expression: {dialects: [{dialect: ANSI_SQL, expression: "SUM(visits.fee)"}]}
        custom_extensions: [{vendor_name: ANALYTICS_AGENT, data: '{"label": "Fees", "additivity": "additive"}'}]
"""
LISTED = ("Quibbleward",)
"""Values that the semantic model lists: whoever wrote it shows them where values are masked, and not where there are none."""


def fill(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(STATEMENTS)
