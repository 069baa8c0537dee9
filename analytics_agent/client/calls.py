"""All that both clients can do: a line here for each group of calls, and it is theirs."""

from analytics_agent.client.administration import Administration
from analytics_agent.client.asking import Asking
from analytics_agent.client.deliveries import Delivering
from analytics_agent.client.modeling import Modeling
from analytics_agent.client.people import People
from analytics_agent.client.schedules import Scheduling


class Calls(Asking, Scheduling, Delivering, People, Modeling, Administration):
    """What the API can do, described once."""
