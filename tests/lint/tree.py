# SPDX-License-Identifier: Apache-2.0
"""The project's files, as the lints see them."""

import pathlib
import re
import subprocess

TOP = pathlib.Path(__file__).resolve().parents[2]

# Bytes that servers, fuzzers, licensors or browsers wrote; nobody edits them by hand.
_RECORDED = re.compile(r"^(LICENSE$|docs/pictures/|tests/fuzz/corpus/|tests/golden/|tests/fixtures/.*/)")


def files(*suffixes):
    """Paths below TOP of every file that is tracked or about to be, optionally by name's end."""
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                            cwd=TOP, check=True, capture_output=True, text=True).stdout
    names = sorted(set(filter(None, listed.split("\0"))))
    found = [name for name in names
             if (not suffixes or name.endswith(suffixes)) and (TOP / name).is_file()]
    if not found:
        raise AssertionError(f"no file ends in {' or '.join(suffixes)}: wrong folder?")
    return found


def is_recorded(name):
    source = name.endswith((".cpp", ".h", ".py", "CMakeLists.txt"))
    return bool(_RECORDED.match(name)) and not source


def text(name):
    return (TOP / name).read_text(encoding="utf-8", errors="replace")
