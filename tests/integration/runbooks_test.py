# SPDX-License-Identifier: Apache-2.0
"""What the alerts link to is there: the exporter serves the runbook of each."""

import re
import unittest
import urllib.parse

import yaml

from lint import tree
from support.exporter import Exporter


def links():
    """Paths of the runbook_url of all alerts."""
    for path in sorted((tree.TOP / "rules").rglob("redis-*.yml")):
        for group in yaml.safe_load(path.read_text())["groups"]:
            for rule in group["rules"]:
                if "alert" in rule:
                    yield urllib.parse.urlsplit(rule["annotations"]["runbook_url"]).path


class Runbooks(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.exporter = cls.enterClassContext(Exporter())

    def page(self, path):
        answer = self.exporter.get(path)
        self.assertEqual(answer.status, 200, path)
        return answer.body.decode()

    def test_each_alert_leads_to_its_page(self):
        paths = set(links())
        self.assertGreater(len(paths), 90)
        for path in paths:
            with self.subTest(path):
                name = path.rpartition("/")[2]
                self.assertIn(f"<h1>{name}</h1>", self.page(path))

    def test_pages_hold_what_their_files_say_and_lead_to_pages(self):
        listed = re.findall(r'href="(/runbooks/\w+)"', self.page("/runbooks"))
        files = sorted((tree.TOP / "docs/runbooks").glob("*.md"))
        self.assertEqual(listed, [f"/runbooks/{path.stem}" for path in files])
        for path, file in zip(listed, files):
            with self.subTest(path):
                page = self.page(path)
                for title in re.findall(r"^## (.*)$", file.read_text(), re.MULTILINE):
                    self.assertIn(f"<h2>{title}</h2>", page)
                self.assertEqual(page.count("<pre>"), file.read_text().count("```") // 2)
                for name in re.findall(r'href="(Redis\w*)"', page):
                    self.assertIn(f"/runbooks/{name}", listed)
                self.assertNotIn(".md\"", page)

    def test_what_is_no_runbook_is_404(self):
        for path in "/runbooks/RedisNone", "/runbooks/../metrics", "/runbooks/RedisDown.md":
            answer = self.exporter.get(path)
            self.assertEqual(answer.status, 404, path)
            self.assertIn("/runbooks lists them", answer.body.decode())


if __name__ == "__main__":
    unittest.main()
