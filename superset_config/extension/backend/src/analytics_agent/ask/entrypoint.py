"""What Superset imports at its start: registers the routes and the page, with their permissions."""

from superset.extensions import appbuilder

from . import api  # noqa: F401  registers itself
from .page import MENU, PATH, AskPage

view = appbuilder.add_view(AskPage, MENU, label=MENU, icon="fa-question", href=PATH)
# Superset adds permissions before it loads extensions; without these only an administrator would see the menu.
appbuilder._add_permission(view, True)
appbuilder._add_permissions_menu(MENU, True)
