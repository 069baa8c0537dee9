"""The routes of the panel: prove who is asking, refuse what is not theirs to ask, and pass the rest on to our HTTP API."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from flask import Response, current_app, jsonify, request
from flask_appbuilder.api import expose, permission_name, protect, safe
from superset_core.rest_api.api import RestApi
from superset_core.rest_api.decorators import api

from .bodies import LARGEST_BODY, LARGEST_LIST, connection_uuid, json_object, question, rights_request
from .context import context
from .forwarding import Answer, Api
from .passages import Errand, errand
from .people import PERMISSIONS, asker, asker_token, require_administrator, require_service_account
from .permissions import answer_to, database_of, may_use
from .problems import MEDIA_TYPE, NO_DATABASE, Problem, Refused, invalid
from .slots import Slots

# Nothing that comes from here is a page: whatever a browser takes it for, it may not run on Superset's address.
_SANDBOX = {"sandbox": "", "default-src": "'none'", "img-src": "data:", "style-src": "'unsafe-inline'", "font-src": "data:"}

Route = Callable[..., Response]


def answered(route: Route) -> Route:
    """Problems as our API tells them, under a policy of their own."""

    def wraps(self: Any, *args: Any, **kwargs: Any) -> Response:
        try:
            return route(self, *args, **kwargs)
        except Refused as refused:
            return _problem(refused.problem)

    wrapped = update_wrapper(wraps, route)
    wrapped.talisman_view_options = {"content_security_policy": dict(_SANDBOX), "content_security_policy_nonce_in": []}
    return wrapped


@api(id="ask", name="Ask", description="Questions of people who are logged in to Superset.")
class AskRestApi(RestApi):
    """`csrf_exempt` is True by default, which would let any page on the web ask in our people's name."""

    csrf_exempt = False
    class_permission_name = PERMISSIONS

    @expose("/context", methods=("GET",))
    @protect()
    @safe
    @answered
    @permission_name("read")
    def context(self) -> Response:
        """Who is asking, and about which databases."""
        user, token, number = asker(), asker_token(), request.args.get("database_id", type=int)
        ours = _ours()
        return _json(context(user, ours.read("/v1/me", token), ours.read("/v1/databases", token), number))

    @expose("/rights", methods=("POST",))
    @protect()
    @safe
    @answered
    @permission_name("read")
    def rights(self) -> Response:
        """Who one person is, and what the person may read of one database, for our service account alone."""
        require_service_account()
        return _json({"result": answer_to(rights_request(_sent(LARGEST_LIST)))})

    @expose("/<path:path>", methods=("GET",))
    @protect()
    @safe
    @answered
    @permission_name("read")
    def read(self, path: str) -> Response:
        """What one has asked already."""
        asked = _errand(path)
        if asked.passage.admins:
            require_administrator()
        return _response(_ours().run(asked, asker_token(), request.headers, method=request.method))

    @expose("/<path:path>", methods=("POST", "DELETE"))
    @protect()
    @safe
    @answered
    @permission_name("write")
    def write(self, path: str) -> Response:
        """A question, and everything that changes something."""
        asked = _errand(path)
        token, body = asker_token(), _body() if request.method == "POST" else b""  # a deletion comes without a length
        if asked.path == "/v1/analyses":
            body = _permitted(body)
        return _response(_ours().run(asked, token, request.headers, body if request.method == "POST" else None))


def _errand(path: str) -> Errand:
    return errand(request.method, path, request.args.to_dict())


def _body() -> bytes:
    """What was sent, when it is an object; an empty one is an empty object."""
    body = _sent(LARGEST_BODY)
    json_object(body)
    return body or b"{}"


def _sent(most: int) -> bytes:
    """Read only when its length is known beforehand: a body without one may have no end."""
    if request.content_length is None or request.content_length > most:
        raise invalid("The body is too large, or does not say its length.")
    return request.get_data(cache=False)


def _permitted(body: bytes) -> bytes:
    """The question, when the person may use the database at all; which of its tables is asked when the run begins."""
    name, asked = question(body)
    database = database_of(connection_uuid(name))
    if database is None or not may_use(database):
        raise Refused(NO_DATABASE)
    return asked


def _ours() -> Api:
    """One for the process, made at the first request: Superset's configuration is known by then."""
    made: Api | None = current_app.extensions.get(PERMISSIONS)
    if made is None:
        slots = Slots(current_app.config.get("ANALYTICS_AGENT_THREADS", 16))
        made = current_app.extensions.setdefault(PERMISSIONS, Api(current_app.config["ANALYTICS_AGENT_API_URL"], slots))
    return made


def _response(answer: Answer) -> Response:
    response = Response(answer.body, answer.status, dict(answer.headers))
    response.call_on_close(answer.close)
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _json(body: dict[str, Any]) -> Response:
    response = jsonify(body)
    response.headers["Cache-Control"] = "no-store"
    return response


def _problem(problem: Problem) -> Response:
    response = _json(problem.body())
    response.status_code = problem.status
    response.mimetype = MEDIA_TYPE
    if problem.retry_after is not None:
        response.headers["Retry-After"] = str(round(problem.retry_after))
    return response
