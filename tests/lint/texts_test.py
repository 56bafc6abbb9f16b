# SPDX-License-Identifier: Apache-2.0
"""What every file keeps to: licence line, size, include guard, no path of somebody's machine, no
promise left in a comment, no dead link."""

import pathlib
import re
import unittest
import urllib.parse

from lint import tree

SPDX = "SPDX-License-Identifier: Apache-2.0"
LICENSED = (".cpp", ".h", ".py", ".cmake", "CMakeLists.txt", "Makefile", ".in", ".yml", ".yaml",
            ".dict", ".sh", ".clang-format", ".clang-tidy", ".editorconfig")
HAND_WRITTEN = (".cpp", ".h", ".py", ".cmake", "CMakeLists.txt", "Makefile", ".sh")
MAX_LINES = 400

# Written apart, or this file would find itself.
PATHS = re.compile(r"(?<![\w.])/(wor" + r"k|home/\w+|root|Users/\w+)/|\.\./shar" + r"ed\b")
PROMISES = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f]")

FENCE = re.compile(r"^(```|~~~).*?^\1\s*$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"!?\[[^\]]*\]\(([^()\s]+)\)")
HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*$", re.MULTILINE)


def is_script(name, text):
    return "." not in pathlib.PurePath(name).name and text.startswith("#!")


def problems(name, text):
    """What is wrong with one file, as lines of text."""
    found = []

    def search(pattern, what):
        for number, line in enumerate(text.split("\n"), 1):
            match = pattern.search(line)
            if match:
                found.append(f"{name}:{number}: {what}: {match.group()}")

    search(PATHS, "path of one machine")
    if tree.is_recorded(name):
        return found
    search(PROMISES, "open promise; do it, or make it an issue")
    search(EMOJI, "emoji")
    lines = text.split("\n")
    if (name.endswith(LICENSED) or is_script(name, text)) and not any(
            SPDX in line for line in lines[:3]):
        found.append(f"{name}:1: the first lines lack {SPDX}")
    if name.endswith(HAND_WRITTEN) or is_script(name, text):
        if len(lines) - 1 >= MAX_LINES:
            found.append(f"{name}: {len(lines) - 1} lines; fewer than {MAX_LINES}, please")
    if name.endswith(".h") and "#pragma once" not in lines:
        found.append(f"{name}: no #pragma once")
    return found


def anchors(markdown):
    """Targets of #links into a text, as GitHub makes them."""
    found = set()
    for heading in HEADING.findall(FENCE.sub("", markdown)):
        slug = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        number = 0
        while (numbered := f"{slug}-{number}" if number else slug) in found:
            number += 1
        found.add(numbered)
    return found


def dead_links(name, text, read):
    """Links to files or headings that do not exist; read(path) is a file's text, "" for a folder's,
    None where nothing is."""
    found = []
    for link in LINK.findall(FENCE.sub("", text)):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = urllib.parse.unquote(link).partition("#")
        target = text if not path else read(pathlib.PurePosixPath(name).parent / path)
        if target is None:
            found.append(f"{name}: {link} does not exist")
        elif anchor and anchor not in anchors(target):
            found.append(f"{name}: {link} names no heading")
    return found


def read_linked(path):
    full = tree.TOP / path
    if full.is_dir():
        return ""
    return full.read_text(encoding="utf-8", errors="replace") if full.is_file() else None


class Texts(unittest.TestCase):
    def test_finds_what_is_wrong_with_a_file(self):
        header = f"// {SPDX}\n"
        for name, text in [
                ("a.cpp", "int a;\n"),
                ("tools/a", "#!/bin/sh\ntrue\n"),
                ("a.h", header + "int a;\n"),
                ("a.cpp", header + "// TO" + "DO: later\n"),
                ("a.cpp", header + "// /ho" + "me/me/a\n"),
                ("a.md", "see /wor" + "k/main\n"),
                ("tests/fixtures/x/info.txt", "executable:/ro" + "ot/a\n"),
                ("tests/golden/a_test.cpp", "int a;\n"),
                ("a.md", "done \U0001f389\n"),
                ("a.cpp", header + "\n" * MAX_LINES)]:
            with self.subTest(name=name, text=text[:60]):
                self.assertEqual(len(problems(name, text)), 1)

    def test_lets_a_right_file_pass(self):
        header = f"// {SPDX}\n"
        for name, text in [
                ("a.cpp", header + "int a;\n"),
                ("a.h", header + "#pragma once\n"),
                ("a.cpp", header + "\n" * (MAX_LINES - 2)),
                ("a.md", "https://example.org/root/a and /tmp/redis.sock and network/work/x\n"),
                ("tests/fixtures/x/info.txt", "a" * 10 + "\n" * 1000)]:
            with self.subTest(name=name, text=text[:60]):
                self.assertEqual(problems(name, text), [])

    def test_finds_dead_links_only(self):
        files = {"docs/b.md": "# Two Words\n\n## `a_b`: c\n\n## Two words\n", "README.md": "# R\n"}
        good = ("[a](b.md) [b](../README.md#r) [c](b.md#two-words) [d](b.md#a_b-c) [x](#top)\n"
                "[e](https://example.org/x) [f](b.md#two-words-1)\n# Top\n```\n[g](none.md)\n```\n")

        def read(path):
            parts = []
            for part in path.parts:
                parts = parts[:-1] if part == ".." else [*parts, part]
            return files.get("/".join(parts))

        self.assertEqual(dead_links("docs/a.md", good, read), [])
        for bad in ["[a](none.md)", "[a](b.md#none)", "[a](#none)", "![a](../a.png)"]:
            self.assertEqual(len(dead_links("docs/a.md", bad, read)), 1, bad)

    def test_the_project_keeps_to_it(self):
        found = []
        for name in tree.files():
            text = tree.text(name)
            found += problems(name, text)
            if name.endswith(".md"):
                found += dead_links(name, text, read_linked)
        if found:
            self.fail("\n" + "\n".join(found))


if __name__ == "__main__":
    unittest.main()
