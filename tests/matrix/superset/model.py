"""The semantic model of the matrix's warehouse: enough for the built-in model to answer a question about sales."""

MODEL = """
version: 0.2.0.dev0
semantic_model:
  - name: matrix
    description: Sales of a few shops.
    datasets:
      - name: sales
        source: public.sales
        primary_key: [id]
        fields:
          - name: region
            expression: {dialects: [{dialect: ANSI_SQL, expression: "region"}]}
            ai_context: {synonyms: [regions]}
    metrics:
      - name: turnover
        expression: {dialects: [{dialect: ANSI_SQL, expression: "SUM(sales.amount)"}]}
        description: What was sold.
        ai_context: {synonyms: [revenue, amount sold]}
        custom_extensions:
          - vendor_name: ANALYTICS_AGENT
            data: '{"unit": "EUR", "additivity": "additive", "decimals": 0}'
"""
QUESTION = "What is the turnover by region?"
SQL = "SELECT region, sum(amount) AS turnover FROM sales GROUP BY region"
