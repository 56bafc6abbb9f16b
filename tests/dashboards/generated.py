# SPDX-License-Identifier: Apache-2.0
"""Whether the committed dashboards are what their sources make: by the sums that the generator wrote,
so that a test needs no npm."""

import hashlib
import re

from dashboards.pages import FOLDER, TOP

SUMS = "generated.sha256"
_LISTED = ("source/**/*.ts", "package.json", "package-lock.json", "redis-*.json")
CURE = "run `make dashboards`"


def problems(folder=FOLDER):
    sums = {}
    for line in (folder / SUMS).read_text().splitlines():
        digest, _, name = line.partition("  ")
        sums[name] = digest
    for name, digest in sums.items():
        path = folder / name
        if not path.is_file():
            yield f"{SUMS} has {name}, which is not there: {CURE}"
        elif hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            yield f"{name} is not as it was when the dashboards were generated: {CURE}"
    for pattern in _LISTED:
        found = {str(path.relative_to(folder)) for path in folder.glob(pattern)}
        if not found:
            yield f"there is no {pattern}"
        for name in sorted(found - sums.keys()):
            yield f"{SUMS} does not have {name}: {CURE}"


def runbook_problems(pages, render=TOP / "rules/render"):
    """A line of another program that pages have: its sum would change with all others."""
    base = re.search(r'^RUNBOOKS = "(.*)"$', render.read_text(), re.MULTILINE)[1]
    for page in pages:
        for variable in page.variables():
            if variable["name"] == "runbooks" and variable["query"] != base:
                yield f"{page.name}: runbooks are at {variable['query']}, rules have {base}: {CURE}"


def reason_problems(pages, header=TOP / "exporter/base/failure.h"):
    """Why a node could not be scraped: what the page Instance says of it, and what the exporter may tell."""
    told = re.findall(r'"(\w+)"', re.search(r"kReasonNames = \{([^}]*)\}", header.read_text())[1])[1:]
    shown = {page.place(panel): _REASON.findall(target["expr"]) for page in pages
             for panel, target in page.queries() if _REASON.search(target["expr"])}
    if not shown:
        yield "no page tells for which reason a node could not be scraped"
    for place, reasons in shown.items():
        if reasons != told:
            yield f"{place}: tells the reasons {reasons}, {header.name} has {told}: {CURE}"


_REASON = re.compile(r'redis_exporter_node_failure\{[^}]*reason="(\w+)"')
