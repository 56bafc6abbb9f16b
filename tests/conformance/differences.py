# SPDX-License-Identifier: Apache-2.0
"""The table of deliberate differences in docs/differences.md, as data.

A row's metric is a name, or a shell pattern of names, or of whole series when it holds a brace:
`redis_x`, `redis_x_*`, `redis_x{key="a"*`.
"""

import fnmatch
import pathlib

DOCUMENT = pathlib.Path(__file__).resolve().parents[2] / "docs/differences.md"
KINDS = ("missing", "type", "value", "labels", "added labels")
NEWER = "newer than 1.45"
_HEADER = "| Metric | Where | Differs | Why |"


class Difference:
    def __init__(self, row, where, kind, why):
        self.pattern, self.where, self.kind, self.why = row, where, kind, why
        self.seen = 0

    @property
    def newer(self):
        """It concerns releases of the peer after Debian's, so it cannot be seen here."""
        return self.where == NEWER

    def covers(self, kind, places, name, series_text):
        if kind != self.kind or self.where not in places:
            return False
        subject = series_text if "{" in self.pattern else name
        return fnmatch.fnmatchcase(subject, self.pattern.replace("[", "[[]"))

    def __str__(self):
        return f"{self.pattern} ({self.where}): {self.kind}"


def read(places, document=DOCUMENT):
    """The rows of the table. `places` are the values that Where may have besides NEWER."""
    lines = iter(document.read_text().splitlines())
    if not any(line == _HEADER for line in lines):
        raise ValueError(f"{document} has no table that begins {_HEADER}")
    next(lines)
    rows = []
    for line in lines:
        if not line.startswith("|"):
            break
        # A bar inside of a cell is written \| in Markdown.
        cells = [cell.strip().strip("`").replace("\0", "|")
                 for cell in line.replace(r"\|", "\0").strip("|").split("|")]
        if len(cells) != 4 or cells[2] not in KINDS or cells[1] not in (*places, NEWER):
            raise ValueError(f"{document}: not a row of the table: {line}")
        rows.append(Difference(*cells))
    return rows
