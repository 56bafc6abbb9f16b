# SPDX-License-Identifier: Apache-2.0
"""promtool reads every golden page, and complains about the legacy names and nothing else."""

import pathlib
import subprocess
import unittest

HERE = pathlib.Path(__file__).resolve().parent


def complaints(page):
    """What promtool finds, by metric. It ends with 3 when it has something to complain about."""
    run = subprocess.run(["promtool", "check", "metrics"], input=page.read_bytes(),
                         capture_output=True, timeout=60)
    lines = (run.stdout + run.stderr).decode().splitlines()
    if run.returncode not in (0, 3):
        raise AssertionError(f"{page.name}: promtool cannot read it:\n" + "\n".join(lines))
    found = {}
    for line in lines:
        name, _, text = line.partition(" ")
        found.setdefault(name, []).append(text)
    return found


class Promtool(unittest.TestCase):
    maxDiff = None
    legacy = set((HERE / "legacy_names.txt").read_text().split())

    def test_exactly_the_legacy_names_break_its_rules(self):
        found = complaints(HERE / "catalogue.prom")
        self.assertGreater(len(found), 10)
        self.assertEqual({name: found.get(name, ["no complaint: not legacy"])
                          for name in found.keys() ^ self.legacy}, {})

    def test_pages_of_real_servers_can_be_read_and_break_no_more(self):
        pages = sorted(HERE.glob("*.prom"))
        self.assertGreater(len(pages), 20)
        for page in pages:
            with self.subTest(page.name):
                found = complaints(page)
                self.assertEqual({name: texts for name, texts in found.items()
                                  if name not in self.legacy}, {})


if __name__ == "__main__":
    unittest.main()
