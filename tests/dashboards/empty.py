# SPDX-License-Identifier: Apache-2.0
"""Which queries of the dashboards have no data on the test fleet, and why: empty.json. All others must have
some, and those none."""

import json
import pathlib

FILE = pathlib.Path(__file__).with_name("empty.json")


class Empty:
    """entries: [{"why", "queries", "at times"}]. A query is "page: title of its panel", which are all of that
    panel's, or "page: title: refIds". With "at times" it may have data, too, as what happens has."""

    def __init__(self, entries):
        self._entries = {}
        for entry in entries:
            for query in entry["queries"]:
                if query in self._entries:
                    raise ValueError(f"{FILE.name} has {query} twice")
                self._entries[query] = entry
        self._used = set()

    @classmethod
    def read(cls):
        return cls(json.loads(FILE.read_text()))

    def of(self, page, panel, target):
        """The entry that says that the query is empty, or None."""
        whole = f"{page.name}: {panel['title']}"
        for query, entry in self._entries.items():
            if query == whole or (query.startswith(f"{whole}: ")
                                  and target["refId"] in query.removeprefix(f"{whole}: ").split()):
                self._used.add(query)
                return entry
        return None

    def unused(self):
        """Once all pages were asked: what is about no query of them."""
        return [f"{FILE.name}: there is no query {query}" for query in sorted(self._entries.keys() - self._used)]
