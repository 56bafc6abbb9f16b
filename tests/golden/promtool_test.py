# SPDX-License-Identifier: Apache-2.0
"""promtool reads every golden page, and complains about the legacy names and nothing else."""

import pathlib
import subprocess
import unittest

HERE = pathlib.Path(__file__).resolve().parent
CATALOGUE = HERE / "catalogue.prom"


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
        found = complaints(CATALOGUE)
        self.assertGreater(len(found), 10)
        self.assertEqual({name: found.get(name, ["no complaint: not legacy"])
                          for name in found.keys() ^ self.legacy}, {})

    def test_pages_of_real_servers_can_be_read_and_break_no_more(self):
        pages = sorted(set(HERE.glob("*.prom")) - {CATALOGUE})
        self.assertGreater(len(pages), 20)
        # Names that the catalogue breaks the rules with are told by the test above: each once.
        known = self.legacy | complaints(CATALOGUE).keys()
        new = {}
        for page in pages:
            for name, texts in complaints(page).items():
                if name not in known:
                    new.setdefault(name, f"{page.name}: {', '.join(texts)}")
        self.assertEqual(new, {})


if __name__ == "__main__":
    unittest.main()
