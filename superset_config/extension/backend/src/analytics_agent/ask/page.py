"""The page "Ask" in Superset's top menu: Superset's own shell, in which the panel's script draws."""

from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access, permission_name
from superset.superset_typing import FlaskResponse
from superset.views.base import BaseSupersetView

from .people import PERMISSIONS

MENU = "Ask"
PATH = "/ask/"


class AskPage(BaseSupersetView):
    route_base = "/ask"
    class_permission_name = PERMISSIONS

    @expose("/")
    @has_access
    @permission_name("read")
    def page(self) -> FlaskResponse:
        return self.render_app_template()
