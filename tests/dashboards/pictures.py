#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Draws the dashboards by dashboards/draw, with data of

    fleet        the test fleet, after some minutes; Capacity with a made-up week (the pictures of the
                 documentation)
    many         200 nodes, with 6 hours of data
    one-node     one node without a group, and redis_exporter beside it

Whole pages with all rows open go to build/dashboards/pictures/OF; those of `fleet` also go to
docs/pictures, as they open on a laptop. Exits 1 when a panel fails, or is empty and does not say when.
"""

import argparse
import contextlib
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from dashboards.fleet import Fleet
from dashboards.history import STEP, History, Template, iso, metrics_asked
from dashboards.pages import FOLDER, TOP, read_pages
from dashboards.week import STEP as WEEK_STEP, Week
from support.prometheus import Prometheus

DRAW = FOLDER / "draw/draw"
DOCUMENTED = TOP / "docs/pictures"
WHOLE = TOP / "build/dashboards/pictures"
SCREEN = 900


def draw(names, folder, prometheus, *options):
    """Whether nothing was wrong with any."""
    words = [word for name in names
             for word in (f"{FOLDER / name}.json", f"{folder / name.removeprefix('redis-')}.png")]
    return subprocess.run([DRAW, f"--prometheus={prometheus}", *options, *words],
                          check=False).returncode == 0


def both(names, whole, prometheus, *options):
    """Whole, and as the documentation has it."""
    good = draw(names, whole, prometheus, *options)
    return draw(names, DOCUMENTED, prometheus, *options, f"--screen={SCREEN}", "--collapsed") and good


def of_fleet(names, seconds, whole):
    good = True
    if "redis-capacity" in names:
        with tempfile.TemporaryDirectory(prefix="fleet-week-") as folder:
            week = Week(folder)
            with Prometheus("global: {scrape_interval: 240s}\n", data=week.write()) as prometheus:
                good = both(["redis-capacity"], whole, prometheus.url, f"--to={iso(week.end)}",
                            f"--from={iso(week.end - 7 * 86400)}", f"--scrape-interval={WEEK_STEP}")
    others = [name for name in names if name != "redis-capacity"]
    if not others:
        return good
    with Fleet() as fleet:
        fleet.wait_until_scraped()
        time.sleep(seconds / 2)
        fleet.fail_over()
        time.sleep(seconds / 2)
        return both(others, whole, fleet.prometheus["node-by-node"].url, f"--from=now-{seconds}s",
                    "--scrape-interval=1") and good


def of_one_node(names, seconds, whole):
    with Fleet(("one-node",)) as fleet:
        fleet.wait_until_scraped()
        time.sleep(seconds)
        # What belongs to groups is empty here, so that its verdict says nothing.
        draw(names, whole, fleet.prometheus["one-node"].url, f"--from=now-{seconds}s",
             "--scrape-interval=1", "--var=job=redis")
        return True


def of_many(names, nodes, whole):
    hours = 6
    with tempfile.TemporaryDirectory(prefix="fleet-history-") as folder, contextlib.ExitStack() as stack:
        history = History(Template(metrics_asked(read_pages())), nodes, folder, hours * 3600)
        prometheus = stack.enter_context(Prometheus("global: {scrape_interval: 60s}\n",
                                                    data=history.write()))
        return draw(names, whole, prometheus.url, f"--from={iso(history.end - hours * 3600)}",
                    f"--to={iso(history.end)}", f"--scrape-interval={STEP}")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--of", choices=("fleet", "many", "one-node"), default="fleet")
    parser.add_argument("--seconds", type=int, default=180, help="of data, for a real fleet")
    parser.add_argument("--nodes", type=int, default=200, help="for many")
    parser.add_argument("pages", nargs="*", metavar="PAGE", help="redis-fleet and so on; all")
    given = parser.parse_args()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit("interrupted"))
    names = given.pages or [page.name for page in read_pages()]
    whole = WHOLE / given.of
    os.makedirs(whole, exist_ok=True)
    if given.of == "fleet":
        good = of_fleet(names, given.seconds, whole)
    elif given.of == "many":
        good = of_many(names, given.nodes, whole)
    else:
        good = of_one_node(names, given.seconds, whole)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
