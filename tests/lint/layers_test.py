# SPDX-License-Identifier: Apache-2.0
"""Who may include whom: the direction of dependencies that ARCHITECTURE.md draws."""

import posixpath
import re
import unittest

from lint import cpp_source, tree

# A folder rests on these, and on what they rest on.
RESTS_ON = {
    "base": set(),
    "config": {"base"},
    "resp": {"base"},
    "samples": {"base"},
    "collectors": {"resp", "samples"},
    "exposition": {"samples"},
    "net": {"resp", "config"},
    "topology": {"resp", "config"},
    "checks": {"config", "resp", "samples"},
    "scrape": {"checks", "config", "collectors", "net", "telemetry", "topology"},
    "runbooks": set(),
    "http": {"net", "exposition", "runbooks", "scrape"},
    "telemetry": {"exposition"},
}
MAIN = "main"  # files directly in exporter/: they see everything

# Third-party headers that stay in one place: for what they cost to compile, and so that the pure
# middle stays free of sockets and threads. A place is a folder, a file of it, or main.
KEPT_IN = [
    (r"boost/(asio|beast)\b", {"net", "scrape", "http", MAIN}),
    (r"boost/json", {"http/sd_page.cpp", "http/status_json.cpp"}),
    (r"spdlog/", {"base/log.cpp"}),
    (r"hiredis/", {"resp"}),
    (r"prometheus/", {"telemetry"}),
    (r"openssl/", {"net", "http/passwords.cpp"}),
    (r"re2/", {"config/regex.cpp"}),
    (r"yaml-cpp/", {"config/yaml.cpp"}),
    (r"(zlib\.h|isa-l)", {"exposition"}),
]

GENERATED = {"build_info.h": {"config", "telemetry", "http", MAIN}}


def below(folder):
    """The folder and all that it rests on."""
    found, queue = set(), [folder]
    while queue:
        current = queue.pop()
        if current not in found:
            found.add(current)
            queue.extend(RESTS_ON[current])
    return found


def folder_of(name):
    """exporter/net/a.cpp is in net, collectors/a.cpp in collectors, exporter/main.cpp in main."""
    parts = name.split("/")
    if parts[0] == "exporter":
        return parts[1] if len(parts) > 2 else MAIN
    return parts[0]


def violations(name, text, exists):
    """What is wrong with the includes of a product's file; exists(path) tells project headers."""
    folder = folder_of(name)
    if folder != MAIN and folder not in RESTS_ON:
        return [f"{name}: {folder} has no place in RESTS_ON of layers_test.py"]
    allowed = set(RESTS_ON) | {MAIN} if folder == MAIN else below(folder)
    in_folder = name.removeprefix("exporter/")
    found = []
    for line, spelling in cpp_source.includes(text):
        where, header = f"{name}:{line}", spelling[1:-1]
        if spelling.startswith("<"):
            for pattern, places in KEPT_IN:
                if re.match(pattern, header) and not places & {folder, in_folder}:
                    found.append(f"{where}: {spelling} belongs in {', '.join(sorted(places))}")
            if exists(posixpath.join("exporter", header)) or exists(header):
                found.append(f"{where}: {spelling} is ours, write it in quotes")
        elif header in GENERATED:
            if folder not in GENERATED[header]:
                found.append(f"{where}: {folder} does not include {header}")
        elif not (exists(posixpath.join("exporter", header)) or exists(header)):
            found.append(f"{where}: {spelling} is not a path from exporter/ or the top")
        else:
            target = folder_of(header if exists(header) else "exporter/" + header)
            if target not in allowed:
                found.append(f"{where}: {folder} does not rest on {target}")
    return found


def check(name, text, headers=("exporter/base/a.h", "exporter/net/a.h", "exporter/http/a.h",
                               "collectors/a.h", "exporter/resp/a.h", "tests/support/a.h")):
    return violations(name, text, lambda path: path in headers)


class Layers(unittest.TestCase):
    def test_the_direction_has_no_cycle(self):
        for folder, lower in RESTS_ON.items():
            for other in lower:
                self.assertNotIn(folder, below(other), f"{folder} and {other} rest on each other")

    def test_finds_each_include_against_the_direction(self):
        for name, text in [
                ("exporter/base/b.cpp", '#include "net/a.h"'),
                ("collectors/b.cpp", '#include "net/a.h"'),
                ("exporter/resp/b.h", '#include "collectors/a.h"'),
                ("exporter/scrape/b.h", '#  include  "http/a.h"  // why'),
                ("exporter/http/b.h", '#include "tests/support/a.h"'),
                ("exporter/base/b.h", '#include "a.h"'),
                ("exporter/base/b.h", '#include "base/missing.h"'),
                ("exporter/net/b.h", "#include <base/a.h>"),
                ("exporter/base/b.h", '#include "build_info.h"'),
                ("exporter/elsewhere/b.h", ""),
                ("collectors/b.cpp", "#include <boost/asio/awaitable.hpp>"),
                ("exporter/exposition/b.cpp", "#include <boost/beast.hpp>"),
                ("exporter/base/text.cpp", "#include <spdlog/spdlog.h>"),
                ("exporter/net/b.cpp", "#include <hiredis/read.h>"),
                ("exporter/http/b.cpp", "#include <prometheus/registry.h>")]:
            with self.subTest(f"{text} in {name}"):
                self.assertTrue(check(name, text))

    def test_lets_each_include_pass_that_follows_it(self):
        for name, text in [
                ("exporter/http/b.cpp", '#include "base/a.h"\n#include "net/a.h"'),
                ("collectors/b.cpp", '#include "collectors/a.h"\n#include "resp/a.h"'),
                ("exporter/main.cpp", '#include "http/a.h"\n#include <boost/asio/io_context.hpp>'),
                ("exporter/base/log.cpp", "#include <spdlog/spdlog.h>\n#include <string>"),
                ("exporter/net/b.h", "#include <boost/asio/awaitable.hpp>"),
                ("exporter/config/b.cpp", '#include "build_info.h"'),
                ("exporter/base/b.h", '// #include "net/a.h"\n/*\n#include "http/a.h"\n*/')]:
            with self.subTest(f"{text} in {name}"):
                self.assertEqual(check(name, text), [])

    def test_the_project_follows_it(self):
        found = []
        for name in tree.files(".cpp", ".h"):
            if name.startswith(("exporter/", "collectors/")):
                found += violations(name, tree.text(name), lambda path: (tree.TOP / path).is_file())
        if found:
            self.fail("\n" + "\n".join(found))


if __name__ == "__main__":
    unittest.main()
