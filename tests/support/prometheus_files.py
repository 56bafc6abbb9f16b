# SPDX-License-Identifier: Apache-2.0
"""The files of deploy/prometheus, as an operator has them: with rules and targets beside them."""

import pathlib

TOP = pathlib.Path(__file__).resolve().parents[2]
DEPLOY = TOP / "deploy/prometheus"

# Where the project's rules are not built yet.
_RULES = """\
groups:
  - name: redis
    rules:
      - record: redis_group:up:sum
        expr: sum by (redis_group) (redis_up)
"""


def rules():
    """Texts of rules/redis-*.yml, by their path beside the configuration."""
    found = {f"rules/{path.name}": path.read_text()
             for path in sorted((TOP / "rules").glob("redis-*.yml"))}
    return found or {"rules/redis-availability.yml": _RULES}


def read(name, *places):
    """A file's text, where other addresses take the place of the written ones, which must be there,
    and 1 s that of 15 s."""
    text = (DEPLOY / name).read_text()
    for written, ours in [*places, *((("15s", "1s"),) if "15s" in text else ())]:
        if written not in text:
            raise AssertionError(f"{name} has no {written} any more")
        text = text.replace(written, str(ours))
    return text
