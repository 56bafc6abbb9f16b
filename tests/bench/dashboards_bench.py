#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What dashboards cost Prometheus: all queries of each, one after the other, on 200 nodes with 6 hours
of data at a step of 60 s. Fails when those of a dashboard take more than 3 s.

The data are what the test fleet says of itself, copied (tests/dashboards/history.py): only the families
that the dashboards ask for. The exporter is $EXPORTER, or build/release/redis_fleet_exporter.
"""

import argparse
import contextlib
import pathlib
import signal
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from dashboards.history import STEP, History, Template, iso, metrics_asked
from dashboards.live import Live
from dashboards.pages import read_pages
from support.prometheus import Prometheus

LIMIT = 3.0
_CONFIGURATION = "global: {scrape_interval: 60s}\n"


class Cost:
    """of_queries: (seconds, series, panel's place, expression); seconds of the quickest of some
    passes, so that what else the machine does counts less."""

    def __init__(self, live, page, passes):
        values, wrong = live.variables(page)
        if wrong:
            sys.exit("\n".join(wrong))
        self.name, self.of_queries = page.name, []
        chosen = live.firsts(values)
        for panel, target in page.queries():
            taken = []
            for _ in range(passes):
                began = time.monotonic()
                series = len(live.ask(page, target, chosen, panel.get("maxDataPoints")))
                taken.append(time.monotonic() - began)
            self.of_queries.append((min(taken), series, page.place(panel), target["expr"]))

    @property
    def seconds(self):
        return sum(seconds for seconds, *_ in self.of_queries)

    @property
    def slowest(self):
        return max(self.of_queries)


def report(costs):
    yield f"{'dashboard':<22}{'queries':>8}{'series':>8}{'seconds':>9}{'slowest':>9}  of"
    for cost in costs:
        seconds, _, place, _ = cost.slowest
        series = sum(series for _, series, *_ in cost.of_queries)
        yield (f"{cost.name:<22}{len(cost.of_queries):>8}{series:>8}{cost.seconds:>9.2f}"
               f"{seconds:>9.3f}  {place.partition(': ')[2]}")
    seconds, series, place, expression = max(cost.slowest for cost in costs)
    yield f"\nthe slowest: {seconds:.3f} s, {series} series, {place}:\n{expression}"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nodes", type=int, default=200)
    parser.add_argument("--hours", type=float, default=6)
    parser.add_argument("--passes", type=int, default=3,
                        help="of each query, of which the quickest counts")
    parser.add_argument("--prometheus", metavar="URL", help="asks this one, and makes no data")
    parser.add_argument("--end", type=int, metavar="UNIX", help="when its data end, instead of now")
    parser.add_argument("--keep", action="store_true",
                        help="keeps Prometheus running and prints its address, to draw with")
    return parser.parse_args()


def with_history(stack, given, pages):
    """The address of a Prometheus that has the data, and where they end."""
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="fleet-history-"))
    history = History(Template(metrics_asked(pages)), given.nodes, folder, int(given.hours * 3600))
    began = time.monotonic()
    data = history.write()
    print(f"{history.nodes} nodes, {history.series} series, {history.samples} samples, written in "
          f"{time.monotonic() - began:.0f} s", flush=True)
    return stack.enter_context(Prometheus(_CONFIGURATION, data=data)).url, history.end


def main():
    given = arguments()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit("interrupted"))
    pages, seconds = read_pages(), given.hours * 3600
    with contextlib.ExitStack() as stack:
        url, end = (given.prometheus, given.end) if given.prometheus else \
            with_history(stack, given, pages)
        live = Live(url, scrape_interval=STEP, seconds=seconds, points=int(seconds / STEP),
                    page_seconds=seconds, end=end)
        costs = [Cost(live, page, given.passes) for page in pages]
        print("\n".join(report(costs)), flush=True)
        if given.keep:
            print(f"\nPrometheus: {url}\nto draw with: --prometheus={url} --scrape-interval={STEP} "
                  f"--from={iso(end - seconds)} --to={iso(end)}\nuntil Ctrl-C", flush=True)
            with contextlib.suppress(KeyboardInterrupt):
                threading.Event().wait()
    slow = [f"{cost.name} takes {cost.seconds:.2f} s" for cost in costs if cost.seconds > LIMIT]
    sys.exit("\n".join([f"more than {LIMIT:g} s:", *slow]) if slow else 0)


if __name__ == "__main__":
    main()
