"""Make Superset's database ready: migrations, permissions, roles, the administrator and our service account. Safe to repeat.

Runs in Superset's own environment; takes the two accounts as JSON on standard input, because a password on a command
line is everybody's to see. One process does it all: each start of Superset costs 15 seconds.
"""

import json
import sys
from collections.abc import Iterable
from typing import Any

from flask_migrate import upgrade
from superset.app import create_app

SERVICE_ROLE = "Analytics Agent"
# What Alpha may not and publishing needs: to connect a warehouse, and to find the people who shall own what is published.
BEYOND_ALPHA = (
    ("can_write", "Database"),
    ("can_read", "Database"),
    ("can_get", "User"),
    ("can_info", "User"),
    ("can_get", "Role"),
    ("can_info", "Role"),
    ("can_execute_sql_query", "SQLLab"),
)
# Ask, its page and its script. Superset's rules give these to Admin, Alpha and Gamma; a role of SQL Lab alone needs them by name.
ASK = (
    ("can_read", "AnalyticsAgent"),
    ("can_write", "AnalyticsAgent"),
    ("menu_access", "Ask"),
    ("can_get_list", "ExtensionsRestApi"),
    ("can_get", "ExtensionsRestApi"),
    ("can_content", "ExtensionsRestApi"),
    ("can_info", "ExtensionsRestApi"),
    ("can_read", "SecurityRestApi"),  # the token against forged requests
)


def main() -> None:
    accounts = json.load(sys.stdin)
    application = create_app()
    with application.app_context():
        from superset import appbuilder, db, security_manager

        upgrade(directory=f"{application.root_path}/migrations")
        appbuilder.add_permissions(update_perms=True)
        security_manager.sync_role_definitions()
        give(security_manager, "sql_lab", ASK)
        make_service_role(security_manager)
        ensure_user(security_manager, accounts["administrator"], "Administrator", "Admin")
        ensure_user(security_manager, accounts["service"], "Analytics Agent", SERVICE_ROLE)
        db.session.commit()


def make_service_role(security_manager: Any) -> None:
    """Alpha's rights and a few more; not Admin, which could give itself anything and read every query."""
    role = security_manager.add_role(SERVICE_ROLE)
    role.permissions = list(security_manager.find_role("Alpha").permissions)
    give(security_manager, SERVICE_ROLE, BEYOND_ALPHA)


def give(security_manager: Any, name: str, rights: Iterable[tuple[str, str]]) -> None:
    """Add rights to a role; those of which Superset knows nothing are left out, as the panel's are where it is not installed."""
    role = security_manager.find_role(name)
    found = [security_manager.find_permission_view_menu(permission, view) for permission, view in rights]
    role.permissions = list({*role.permissions, *filter(None, found)})


def ensure_user(security_manager: Any, account: dict[str, str], name: str, role: str) -> None:
    """Make the account, or set its password and role back to ours."""
    user = security_manager.find_user(username=account["username"])
    if user is None:
        mail = f"{account['username']}@localhost.invalid"
        first, _, last = name.partition(" ")
        user = security_manager.add_user(
            account["username"], first, last, mail, [security_manager.find_role(role)], password=account["password"]
        )
        if not user:
            raise SystemExit(f"Superset refused to make the account {account['username']}.")
    user.active = True
    user.roles = [security_manager.find_role(role)]
    security_manager.reset_password(user.id, account["password"])


if __name__ == "__main__":
    main()
