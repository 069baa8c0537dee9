"""What a person may read. Whoever comes with an API key is an operator and may read what the database's login may."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from analytics_agent.domain.catalog import TableName
from analytics_agent.domain.policy import OPEN, Policy
from analytics_agent.domain.quota import NO_LIMIT, Quota

PERSON = "superset:"
"""A run's owner is the id of an API key, or this and Superset's own number of a person: "superset:7"."""


@dataclass(frozen=True)
class Principal:
    """Who asks: an API key, or a person whom Superset's extension vouches for. `id` owns the runs that are asked.

    `databases` are the only ones that there are for them; None is all. `reads_as` is whose rights a key is bound to, and `quota` what
    it may ask where that is not what the settings say.
    """

    id: str
    name: str
    scopes: tuple[str, ...]
    kind: Literal["key", "person"] = "key"
    databases: tuple[str, ...] | None = None
    reads_as: str = ""
    quota: Quota = NO_LIMIT

    @property
    def sees_a_part(self) -> bool:
        """Whether they read what a policy leaves them, as people do, and not what the databases' logins may."""
        return has_own_rights(self.reads_as or self.id)

    def may_ask(self, database: str) -> bool:
        return self.databases is None or database in self.databases


@dataclass(frozen=True)
class Grant:
    """What one person may read of one database, as it holds until `until`; then it is to be asked for again.

    `withheld` counts tables that the person may read in part and that are left out whole, because a rule of theirs cannot be read.
    `held_by_superset`: all of the policy is Superset's own, which holds everybody to it who looks at what we publish there.
    """

    policy: Policy = OPEN
    withheld: int = 0
    until: datetime | None = None
    held_by_superset: bool = False
    own: Policy | None = None
    """The reader's own, where `policy` is less than that because a model outside reads along; None where it is the same."""

    @property
    def of_reader(self) -> Policy:
        """What the reader may see without a model."""
        return self.policy if self.own is None else self.own


USER = "user:"
"""Whose rights are those of a name in the installation's own file of policies: "user:ada"."""
MAIL = "mail:"
"""Whose rights are those of the person with this mail address: "mail:ada@example.com". Nobody reads as that; reports are sent there."""


GRANT = "rights"
"""The document of a run that keeps its grant. Runs of versions that knew tables alone have another one, and ask again."""


READ = "tables_read"
"""The document of a run that keeps which tables it has read, where it may read a part only."""


@dataclass(frozen=True)
class TablesRead:
    tables: tuple[TableName, ...] = ()


def has_own_rights(reader: str) -> bool:
    """Whether the one who reads may read a part only, which has to be asked for. Anybody else is an operator."""
    return reader.startswith((PERSON, USER, MAIL))


def is_person(owner: str) -> bool:
    return owner.startswith(PERSON)


def person_number(owner: str) -> int | None:
    """Superset's own number of the person who owns a run; None for an API key."""
    number = owner.removeprefix(PERSON) if is_person(owner) else ""
    return int(number) if number.isascii() and number.isdigit() else None
