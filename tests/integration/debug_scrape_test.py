# SPDX-License-Identifier: Apache-2.0
"""/scrape?debug=true against a real server: what it lists is what the server saw."""

import collections
import re
import shlex
import unittest

from support.certificates import Certificates
from support.exporter import Exporter
from support.redis_servers import RedisServer

PASSWORD, MONITOR = "of-the-server", "of-the-user"
RIGHTS = ("resetchannels -@all +info +client|setname +config|get +latency|latest "
          "+latency|histogram +slowlog|len +acl|getuser")


CONTAINERS = {"CONFIG", "LATENCY", "SLOWLOG", "ACL", "CLIENT"}
HIDDEN = {"CONFIG", "LATENCY", "SLOWLOG", "ACL"}


def command_name(line):
    words = line.split(" ")
    return "|".join(words[:2] if words[0] in CONTAINERS else words[:1]).lower()


def column(row, name):
    return dict(pair.split("=") for pair in row.split(","))[name]


def section(page, heading):
    """The rows below the headings that begin so."""
    found = re.findall(rf"^{re.escape(heading)}.*\n((?:  .*\n)+)", page, re.MULTILINE)
    return [line.strip() for rows in found for line in rows.splitlines()]


class Monitor:
    """The commands that a server runs, but for those of its own connection and of command()."""

    def __init__(self, redis):
        self._redis = redis
        self._client = redis.client()
        redis.command("PING")  # its AUTH comes before what is watched
        self._client.command("MONITOR")

    def lines(self):
        self._redis.command("ECHO", "until here")
        seen = []
        while True:
            # 1700000000.123456 [0 127.0.0.1:50000] "CONFIG" "GET" "maxmemory"
            words = shlex.split(self._client.reply().split("] ", 1)[1])
            if words == ["ECHO", "until here"]:
                return seen
            seen.append(" ".join(words).replace("(redacted)", "***"))

    def close(self):
        self._client.close()


class DebugScrape(unittest.TestCase):
    def page(self, exporter, target, headers=None):
        status, answer, body = exporter.get(f"/scrape?debug=true&target={target}", headers)
        self.assertEqual((status, answer["Content-Type"]), (200, "text/plain; charset=utf-8"))
        for secret in PASSWORD, MONITOR:
            self.assertNotIn(secret, body.decode())
        return body.decode()

    def is_what_the_server_saw(self, page, redis, monitor):
        sent = [re.split(r"  +", row, maxsplit=1)[0] for row in section(page, "Sent ")]
        self.assertNotEqual(sent, [])
        # In order, what MONITOR shows: it leaves out administrators' commands.
        self.assertEqual([line for line in sent if line.split(" ")[0] not in HIDDEN],
                         monitor.lines())
        # And all of them by number, those that were refused included.
        stats = {field.removeprefix("cmdstat_"): row
                 for field, row in redis.info("commandstats").items()}
        calls = {name: int(column(row, "calls")) + int(column(row, "rejected_calls"))
                 for name, row in stats.items() if name not in ("echo", "config|resetstat")}
        self.assertEqual(collections.Counter(map(command_name, sent)), calls)

    def test_it_lists_what_the_server_saw(self):
        user = f"user monitor on >{MONITOR} {RIGHTS}"
        with RedisServer(user, password=PASSWORD) as redis, \
                Exporter(f"--redis.addr=redis://monitor:{MONITOR}@{redis.address}",
                         "--ping-on-connect=false") as exporter:
            monitor = Monitor(redis)
            self.addCleanup(monitor.close)
            redis.command("CONFIG", "RESETSTAT")
            first = self.page(exporter, f"redis://other:{PASSWORD}@{redis.address}")
            self.is_what_the_server_saw(first, redis, monitor)
            self.assertIn("AUTH *** ***", first)
            self.assertRegex(first, r"SLOWLOG GET 1 +error \"NOPERM .*slowlog\|get")
            self.assertIn("Missing: slowlog: SLOWLOG GET 1: NOPERM", first)
            self.assertIn(redis.info()["run_id"], first)
            monitor.lines()
            redis.command("CONFIG", "RESETSTAT")
            second = self.page(exporter, redis.address)
            self.is_what_the_server_saw(second, redis, monitor)
            self.assertIn("kept from an earlier scrape", second)
            (row,) = [row for row in section(second, "Not sent") if row.startswith("SLOWLOG GET 1")]
            self.assertRegex(row, r'refused by the server: "NOPERM .*"; not sent for another (?:1h|59m\d+s); --print-acl shows the rights that the exporter needs$')
            self.assertIn("\nredis_up 1\n", second.split("\nMetrics of this scrape:\n\n# HELP ")[1])

    def test_a_wrong_password_is_not_shown_either(self):
        with RedisServer(password=PASSWORD) as redis, \
                Exporter(f"--redis.addr=redis://:{MONITOR}@{redis.address}") as exporter:
            page = self.page(exporter, redis.address, {"X-Prometheus-Scrape-Timeout-Seconds": "5"})
            self.assertIn("Result: down, redis_up 0\nReason: auth: AUTH: WRONGPASS", page)
            (before,) = re.findall(r"request to scrape +(\d+\.\d+) ms", page)
            (deadline,) = re.findall(
                r"deadline +(\d+\.\d+) ms .*X-Prometheus-Scrape-Timeout-Seconds 5", page)
            self.assertAlmostEqual(float(before) + float(deadline), 4500, delta=0.01)

    def test_tls(self):
        with Certificates() as certificates, \
                RedisServer(certificates=certificates, password=PASSWORD) as redis:
            target = f"rediss://localhost:{redis.tls_port}"
            address = f"--redis.addr=rediss://:{PASSWORD}@localhost:{redis.tls_port}"
            with Exporter(address, f"--tls-ca-cert-file={certificates.ca}") as exporter:
                page = self.page(exporter, target)
                self.assertRegex(page, r"TLS +TLSv1\.[23], \S+, certificate checked for localhost\n")
                self.assertRegex(page, r"server's certificates +the first expires 20\d\d-.* days\n")
                self.assertRegex(page, r"TLS handshake +\d+\.\d+ ms")
            with Exporter(address, f"--tls-ca-cert-file={certificates.other_ca}") as exporter:
                page = self.page(exporter, target)
                self.assertIn("Reason: tls: ", page)
                self.assertRegex(page, r"TLS +none; .* must be for localhost\n")
                self.assertRegex(page, r"TLS handshake +not reached\n")


if __name__ == "__main__":
    unittest.main()
