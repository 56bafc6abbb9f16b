# SPDX-License-Identifier: Apache-2.0
"""The status page in a real browser: what it says of one node and of a thousand, with JavaScript and
without, by keyboard and for a screen reader; and /status.json, which says the same."""

import contextlib
import gzip
import json
import re
import socket
import threading
import unittest

from support.browser import Browser
from support.exporter import Exporter
from support.fleet_file import FleetFile
from support.processes import wait_until
from support.redis_servers import RedisServer

ROWS = """JSON.stringify([...document.querySelectorAll("table[aria-labelledby=nodes] tbody tr")]
          .filter(row => !row.hidden).map(row => [...row.cells].map(cell => cell.textContent)))"""
GROUP, NODE, ROLE, STATE, WRONG, COLLECTORS, LAST, TOOK, VERSION = range(9)


def rows(page):
    return json.loads(page.evaluate(ROWS))


def refresh(page):
    page.evaluate('document.dispatchEvent(new Event("visibilitychange"))')


class Hostile(threading.Thread):
    """A server that says one thing to all that it is asked, markup unless said otherwise."""

    def __init__(self, says=b"-ERR <script>document.title='owned'</script><b>\r\n"):
        super().__init__(daemon=True)
        self.says = says
        self.server = socket.create_server(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self.server.getsockname()[1]
        self.start()

    def run(self):
        try:
            while True:
                client, _ = self.server.accept()
                with client:
                    while asked := client.recv(1 << 16):
                        client.sendall(self.says * asked.count(b"*"))
        except OSError:
            pass


class StatusPage(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.browser = cls.enterClassContext(Browser())

    def test_one_node(self):
        with RedisServer(password="hush") as redis, \
             Exporter(f"--redis.addr=redis://:hush@{redis.address}") as exporter:
            page = self.browser.open(exporter.url)
            ((group, node, _, state, *_),) = rows(page)
            self.assertEqual((group, node, state), ("", redis.address, "not asked yet"))
            exporter.scrape()
            refresh(page)
            page.becomes('document.querySelector("tr.good") !== null')
            (row,) = rows(page)
            self.assertEqual((row[ROLE], row[STATE], row[WRONG]), ("master", "up", ""))
            self.assertRegex(row[VERSION], r"^\d+\.\d+\.\d+$")
            self.assertRegex(row[LAST], r"^\d+ s ago$")
            self.assertRegex(row[TOOK], r"^[\d.]+ ms$")
            redis.close()
            exporter.scrape()
            refresh(page)
            page.becomes('document.querySelector("tr.bad") !== null')
            (row,) = rows(page)
            self.assertEqual(row[STATE], "down")
            self.assertIn("refused: ", row[WRONG])
            exporter.close()
            refresh(page)
            page.becomes('document.title.startsWith("no answer")')
            self.assertIn("does not answer", page.evaluate("document.body.textContent"))
            self.assertNotIn("hush", page.evaluate("document.documentElement.outerHTML"))

    def test_rights_that_are_missing(self):
        with RedisServer("user limited on >pw +@all -slowlog -latency ~* &*") as redis, \
             Exporter(f"--redis.addr=redis://limited:pw@{redis.address}") as exporter:
            exporter.scrape()
            page = self.browser.open(exporter.url)
            (row,) = rows(page)
            self.assertEqual(row[STATE], "incomplete")
            self.assertIn("slowlog: ", row[COLLECTORS])
            self.assertIn("+slowlog", row[COLLECTORS])

    def test_a_thousand_nodes(self):
        groups = "".join(f"  - {{name: group-{i}, nodes: [{nodes}]}}\n" for i, nodes in enumerate(
            ", ".join(f'"127.0.{i + 40}.{n + 1}:1"' for n in range(100)) for i in range(10)))
        with FleetFile("scrape: {node_timeout: 5s}\ngroups:\n" + groups) as file, \
             Exporter(file.flag) as exporter:
            exporter.get("/metrics")
            for path in "/", "/status.json", "/sd", "/runbooks/RedisDown":
                plain = exporter.get(path).body
                answer = exporter.get(path, {"Accept-Encoding": "gzip"})
                self.assertEqual(answer.headers["Content-Encoding"], "gzip")
                self.assertLess(len(answer.body), len(plain) * 0.6)
                whole = gzip.decompress(answer.body)
                if path in ("/", "/status.json"):  # times go on
                    self.assertEqual(re.sub(rb"\d+", b"", whole), re.sub(rb"\d+", b"", plain))
                else:
                    self.assertEqual(whole, plain)
            page = self.browser.open(exporter.url)
            self.assertEqual(len(rows(page)), 1000)
            self.assertIn("1000 nodes, 1000 down", page.evaluate("document.body.textContent"))
            # By keyboard alone: the filter, then the heading of the column to sort by.
            for _ in range(20):
                page.press("Tab", 9)
                if page.evaluate("document.activeElement.id") == "filter":
                    break
            page.type("group-7 127.0.47.1")
            page.becomes('document.getElementById("shown").textContent !== ""')
            self.assertEqual({row[GROUP] for row in rows(page)}, {"group-7"})
            self.assertIn("127.0.47.1:1", [row[NODE] for row in rows(page)])
            for _ in range(2):
                page.press("Tab", 9)
            self.assertEqual(page.evaluate("document.activeElement.textContent"), "Node")
            for direction in "ascending", "descending":
                page.press("Enter", 13, "\r")
                page.becomes('document.activeElement.closest("th").getAttribute("aria-sort") === '
                             f'"{direction}"')
            # As numbers go: 127.0.47.100 before 127.0.47.19.
            self.assertEqual(rows(page)[0][NODE], "127.0.47.100:1")
            refresh(page)  # keeps what was chosen, and where the keyboard is
            page.becomes('document.activeElement.textContent === "Node"')
            self.assertEqual(rows(page)[0][NODE], "127.0.47.100:1")

    def test_without_javascript(self):
        with RedisServer() as redis, Exporter(f"--redis.addr={redis.url}") as exporter:
            exporter.scrape()
            page = self.browser.open(exporter.url, scripts=False)
            page.call("Emulation.setScriptExecutionDisabled", value=False)  # to look at it
            self.assertEqual(rows(page)[0][STATE], "up")
            self.assertTrue(page.evaluate('document.getElementById("controls").hidden'))
            self.assertEqual(page.evaluate('document.querySelectorAll("button").length'), 0)

    def test_what_a_screen_reader_is_told(self):
        with RedisServer() as redis, Exporter(f"--redis.addr={redis.url}") as exporter:
            exporter.scrape()
            page = self.browser.open(exporter.url)
            told = page.accessible()
            for role, name in [("heading", "Nodes"), ("searchbox", "Filter"), ("table", "Nodes"),
                               ("columnheader", "State"), ("button", "State"),
                               ("rowheader", redis.address), ("main", "")]:
                self.assertIn((role, name), told)
            self.assertEqual(page.evaluate("document.documentElement.lang"), "en")

    def test_light_and_dark(self):
        with Exporter("--redis.addr=redis://127.0.0.1:1") as exporter:
            exporter.scrape()
            colours = set()
            for dark in False, True:
                page = self.browser.open(exporter.url, dark=dark)
                back, front, state = page.evaluate(
                    "(() => { const of = (where) => getComputedStyle(document.querySelector(where));"
                    ' return [of("body").backgroundColor, of("body").color, of(".state").color]; '
                    "})()")
                colours.add(state)
                self.assertNotEqual(front, back)
            self.assertEqual(len(colours), 2)

    def test_nothing_of_others_runs_or_loads(self):
        hostile = Hostile()
        self.addCleanup(hostile.server.close)
        with Exporter(f"--redis.addr=redis://{hostile.address}") as exporter:
            exporter.scrape()
            page = self.browser.open(exporter.url)
            self.assertIn("<script>", rows(page)[0][WRONG])
            self.assertEqual(page.evaluate("document.title"), "Redis Fleet Exporter")
            self.assertEqual(page.evaluate("document.querySelectorAll('td b, td script').length"), 0)
            self.assertEqual(page.complaints(), [])
            page.evaluate("document.body.append(Object.assign(document.createElement('script'), "
                          "{textContent: 'document.title = \"owned\"'}))")
            page.evaluate("document.body.append(Object.assign(document.createElement('img'), "
                          f"{{src: 'http://{hostile.address}/'}}))")
            self.assertEqual(page.evaluate("document.title"), "Redis Fleet Exporter")

            def refused():
                return sum("Content Security Policy" in text for text in page.complaints())

            with contextlib.suppress(TimeoutError):
                wait_until(lambda: refused() >= 2, "what the console says of both")
            self.assertEqual(refused(), 2, page.complaints())


class Json(unittest.TestCase):
    def test_what_a_server_says_of_itself_stays_text_and_short(self):
        info = b"redis_version:7.0.0\r\nrole:\xff\xfe\x01<b>" + b"R" * 100_000 + b"\r\n"
        hostile = Hostile(b"$%d\r\n%s\r\n" % (len(info), info))
        self.addCleanup(hostile.server.close)
        with Exporter(f"--redis.addr=redis://{hostile.address}") as exporter:
            exporter.get("/metrics")
            body = exporter.get("/status.json").body
            self.assertLess(len(body), 10_000)
            role = json.loads(body)["nodes"][0]["role"]
            self.assertTrue(role.isprintable() and "<b>R" in role, role)
            self.assertIn(b"&lt;b&gt;R", exporter.get("/").body)

    def test_it_says_what_the_page_says(self):
        with RedisServer() as redis, \
             FleetFile(f'groups:\n  - {{name: web, nodes: ["{redis.address}", "127.0.0.1:1"]}}\n'
                       '  - {name: far, sentinel: {master: m, addresses: ["127.0.0.1:2"]}}\n'
                       ) as file, Exporter(file.flag) as exporter:
            exporter.scrape()
            status = json.loads(exporter.get("/status.json").body)
            up, down = status["nodes"]
            self.assertEqual((up["redis_group"], up["instance"], up["role"], up["state"]),
                             ("web", redis.address, "master", "up"))
            self.assertIsNone(up["reason"])
            self.assertEqual((down["state"], down["reason"]), ("down", "refused"))
            self.assertGreater(up["last_scrape_timestamp_seconds"], 1.7e9)
            web, far = status["groups"]
            self.assertEqual((web["kind"], web["nodes"], web["discovery"]), ("nodes", 2, "listed"))
            self.assertEqual((far["kind"], far["discovery"]), ("sentinel", "fails"))
            self.assertIn("127.0.0.1:2", far["problem"])
            self.assertIsNone(status["configuration"]["problem"])
            file.write("groupss: []\n")
            self.assertEqual(exporter.reload().status, 500)
            status = json.loads(exporter.get("/status.json").body)
            self.assertIn("groupss", status["configuration"]["problem"])
            self.assertIn("groupss", exporter.get("/").body.decode())


if __name__ == "__main__":
    unittest.main()
