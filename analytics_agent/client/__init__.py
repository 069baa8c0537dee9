"""The Python client: asks over the HTTP API and gives answers that show themselves. The base install holds all it needs.

from analytics_agent.client import Client

run = Client().ask("Which carriers were late most often in summer?", database="flights")
run.answer
run["r1"].df
run.report.pdf.save("late.pdf")

AsyncClient has the same methods, to be awaited. `%load_ext analytics_agent.client.notebook` gives a notebook `%%ask`.
"""

from analytics_agent.client.async_client import AsyncClient
from analytics_agent.client.client import Client
from analytics_agent.client.interrupted import StillRunning
from analytics_agent.client.result_view import ChartView, FileView, ReportView, ResultView
from analytics_agent.client.run_view import AnswerView, RunView
from analytics_agent.client.schedule_view import ScheduleView

__all__ = [
    "AnswerView",
    "AsyncClient",
    "ChartView",
    "Client",
    "FileView",
    "ReportView",
    "ResultView",
    "RunView",
    "ScheduleView",
    "StillRunning",
]
