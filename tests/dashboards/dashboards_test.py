# SPDX-License-Identifier: Apache-2.0
"""The dashboards over the test fleet: what they name exists, what they ask is answered, and nothing is
empty but for what empty.json lists."""

import time
import unittest

from dashboards import check, generated, links, twice
from dashboards.empty import Empty
from dashboards.fleet import WAYS, Fleet
from dashboards.live import Live
from dashboards.names import Names
from dashboards.pages import read_pages
from rules.known import Known

# Seconds until all must be there, for each way to scrape.
_PATIENCE = 60
# Seconds between scrapes, which a busy machine takes for a page of all.
_INTERVAL = 2


class DashboardsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.pages = read_pages()
        cls.fleet = cls.enterClassContext(Fleet(WAYS, troubled=True, interval=f"{_INTERVAL}s"))
        cls.fleet.wait_until_scraped()
        cls.fleet.fail_over()

    def assert_none(self, problems):
        if problems:
            self.fail("\n" + "\n".join(problems))

    def test_there_are_pages(self):
        self.assertNotEqual([], self.pages)

    def test_pages_are_as_they_should_be(self):
        self.assert_none(check.problems(self.pages))

    def test_pages_are_what_their_sources_make(self):
        self.assert_none(list(generated.problems()))

    def test_runbooks_are_where_the_rules_have_them(self):
        self.assert_none(list(generated.runbook_problems(self.pages)))

    def test_reasons_are_those_of_the_exporter(self):
        self.assert_none(list(generated.reason_problems(self.pages)))

    def test_metrics_and_labels_exist_and_each_server_counts_once(self):
        known = Known()
        names = Names(known)
        self.assert_none([text for page in self.pages
                          for text in (*names.problems(page), *twice.problems(page, known))])

    def test_queries_have_data_node_by_node(self):
        self.assert_answered("node-by-node", empty=Empty.read())

    def test_queries_have_data_on_the_page_of_the_fleet(self):
        empty = Empty.read()
        self.assert_answered("page", empty=empty)
        self.assert_none(empty.unused())

    def test_one_node_without_a_group_fills_what_it_has_metrics_for(self):
        self.assert_answered("one-node", job="redis", lenient=True)

    def test_redis_exporter_fills_what_it_has_metrics_for(self):
        self.assert_answered("one-node", job="redis_exporter", lenient=True)

    def assert_answered(self, way, **options):
        live = Live(self.fleet.prometheus[way].url, scrape_interval=_INTERVAL, **options)
        followed = links.Followed(self.pages, live, options.get("empty"))
        left, end = self.pages, time.monotonic() + _PATIENCE
        while True:
            found = {page: live.problems(page) or followed.problems(page) for page in left}
            left = [page for page, problems in found.items() if problems]
            if not left or time.monotonic() > end:
                self.assert_none(sum(found.values(), []))
                return
            time.sleep(1)


if __name__ == "__main__":
    unittest.main()
