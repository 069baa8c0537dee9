"""What all ten engines have and mean alike: the functions, and the schemas that no engine gives to its users."""

from analytics_agent.sql.words import words

FUNCTIONS = words(
    """
    abs acos asin atan avg coalesce concat cos count cume_dist dense_rank exp first_value floor lag last_value lead lower ltrim max min
    ntile nullif percent_rank pi power rank replace round row_number rtrim sign sin sqrt sum tan trim upper
    """
)

SCHEMAS = words("information_schema")
