"""The file of policies that comes with the flights: what README and the demo point to."""

from analytics_agent.resources import resource
from analytics_agent.semantic.access.policy_file import read


def test_the_sample_is_well_formed_and_names_the_person_of_the_demo() -> None:
    file, problems = read((resource("sql_fixtures") / "flights" / "policies.yaml").read_text())
    assert problems == []
    assert file.knows("ada")
    assert file.knows("bob")
    assert file.databases() == ("flights",)
