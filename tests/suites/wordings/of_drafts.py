"""Writes frames.jsonl: how the questions of defog-classic are put together, as they are read by models that were drafted of its databases.

    python tests/suites/wordings/of_drafts.py FOLDER        # FOLDER/NAME.yaml, as `analytics-agent semantic show` prints each

Only after an evaluation in which none of them was answered wrongly.
"""

import json
import sys
from pathlib import Path

from analytics_agent import semantic
from analytics_agent.semantic.reader import Reading, read

HERE = Path(__file__).parent


def main(folder: Path) -> None:
    overviews = {path.stem: semantic.overview(semantic.load(path.read_text())) for path in sorted(folder.glob("*.yaml"))}
    rows = [json.loads(line) for line in (HERE.parent / "defog_classic" / "questions.jsonl").read_text().splitlines()]
    outcomes = [(row["id"], read(row["question"], overviews[row["db"]])) for row in rows]
    lines = [json.dumps({"of": of, "frame": outcome.frame}) for of, outcome in outcomes if isinstance(outcome, Reading) and outcome.frame]
    (HERE / "frames.jsonl").write_text("".join(f"{line}\n" for line in lines))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
