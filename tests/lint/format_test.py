# SPDX-License-Identifier: Apache-2.0
"""C++ is formatted as .clang-format says; `make format` mends it."""

import re
import subprocess
import unittest

from lint import tree

CHECK = ["clang-format-14", "--dry-run", "-Werror", "--style=file"]


class Format(unittest.TestCase):
    def test_a_badly_formatted_text_is_refused(self):
        for text, good in [("int  main( ){return 0;}\n", False),
                           ("int main() { return 0; }\n", True)]:
            result = subprocess.run([*CHECK, "--assume-filename=exporter/x.cpp"], cwd=tree.TOP,
                                    input=text, text=True, capture_output=True, check=False)
            self.assertEqual(result.returncode == 0, good, result.stderr)

    def test_the_project_is_formatted(self):
        names = tree.files(".cpp", ".h")
        result = subprocess.run([*CHECK, *names], cwd=tree.TOP, text=True, capture_output=True,
                                check=False)
        lines = sorted(set(re.findall(r"^(\S+?:\d+):\d+: error", result.stderr, re.MULTILINE)))
        self.assertEqual(result.returncode, 0, "make format mends\n" + ("\n".join(lines)
                                                                       or result.stderr))


if __name__ == "__main__":
    unittest.main()
