# SPDX-License-Identifier: Apache-2.0
"""docs/dashboards.md and deploy/grafana name every page that there is, and no other; each has its
picture; Grafana's provisioning files say what it needs."""

import pathlib
import re
import subprocess
import tempfile
import unittest

import yaml

from dashboards.pages import TOP, read_pages
from support.guide import marked

_PICTURES = 2_500_000  # bytes, all together
_WIDTH = 120


class DocsTest(unittest.TestCase):
    def setUp(self):
        self.pages = read_pages()
        self.names = {page.name for page in self.pages}
        self.docs = (TOP / "docs/dashboards.md").read_text()

    def test_documentation_names_every_page(self):
        self.assertEqual(self.names, set(re.findall(r"\(\.\./dashboards/(redis-\w+)\.json\)", self.docs)))
        sections = re.findall(r"^## (.+)$", self.docs, re.MULTILINE)
        for page in self.pages:
            self.assertIn(page.json["title"].removeprefix("Redis / "), sections)

    def test_each_page_has_its_picture(self):
        shown = set(re.findall(r"!\[[^]]+\]\(pictures/(\w+)\.png\)", self.docs))
        self.assertEqual({name.removeprefix("redis-") for name in self.names}, shown)
        there = list((TOP / "docs/pictures").iterdir())
        self.assertEqual({f"{name}.png" for name in shown}, {path.name for path in there})
        self.assertLess(sum(path.stat().st_size for path in there), _PICTURES)

    def test_deployment_names_every_page(self):
        text = (TOP / "deploy/grafana/README.md").read_text()
        self.assertEqual(self.names, set(re.findall(r"`(redis-\w+)\.json`", text)))

    def test_provisioning_is_what_grafana_reads(self):
        folder = TOP / "deploy/grafana/provisioning"
        [source] = self.provisioned(folder / "datasources/prometheus.yml")["datasources"]
        self.assertEqual("prometheus", source["type"])
        self.assertRegex(source["url"], "^http")
        self.assertRegex(source["jsonData"]["timeInterval"], "^[0-9]+s$")
        [provider] = self.provisioned(folder / "dashboards/redis.yml")["providers"]
        self.assertEqual("file", provider["type"])
        commands = (TOP / "deploy/grafana/README.md").read_text()
        self.assertIn(f"cp dashboards/redis-*.json {provider['options']['path']}/", commands)

    def test_deployment_does_what_it_says(self):
        with tempfile.TemporaryDirectory() as root:
            for name in "dashboards", "datasources":
                (pathlib.Path(root) / "etc/grafana/provisioning" / name).mkdir(parents=True)
            script = "".join(marked("deploy/grafana/README.md", "test")).replace("/var/lib/", f"{root}/var/lib/").replace(
                "/etc/grafana", f"{root}/etc/grafana").replace(
                "EXPORTER=http://localhost:9121", "EXPORTER=http://exporter.internal:9121")
            subprocess.run(["bash", "-euo", "pipefail", "-c", "systemctl() { :; }\n" + script],
                           cwd=TOP, check=True)
            there = {path.name: path.read_text() for path in pathlib.Path(root).rglob("*.*")
                     if path.is_file()}
        self.assertEqual({f"{name}.json" for name in self.names} | {"prometheus.yml", "redis.yml"},
                         set(there))
        for page in self.pages:
            text = there[f"{page.name}.json"]
            shipped = (TOP / f"dashboards/{page.name}.json").read_text()
            links = shipped.count("http://localhost:9121/runbooks")
            self.assertEqual((0, links), (text.count("localhost:9121"),
                                          text.count("http://exporter.internal:9121/runbooks")), page.name)

    def provisioned(self, path):
        content = yaml.safe_load(path.read_text())
        self.assertEqual(1, content["apiVersion"])
        return content

    def test_sources_keep_to_their_width(self):
        long = [f"{path.name}:{number}" for path in (TOP / "dashboards/source").glob("*.ts")
                for number, line in enumerate(path.read_text().splitlines(), 1) if len(line) > _WIDTH]
        self.assertEqual([], long)


if __name__ == "__main__":
    unittest.main()
