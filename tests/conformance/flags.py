# SPDX-License-Identifier: Apache-2.0
"""The flags of the installed redis_exporter, and those of them that no scenario uses."""

import re
import subprocess

WITHOUT_SERIES = {
    "connection-timeout": "How long a server may take. What a node that hangs costs is in "
                          "tests/integration/lifecycle_test.py.",
    "debug": "What is in the log.",
    "log-format": "As above.",
    "version": "Ends the program.",
    "web.listen-address": "Given to both in each scenario, by support.exporter.",
    "tls-server-ca-cert-file": "TLS on the exporter's own port: how a page is fetched.",
    "tls-server-cert-file": "As above.",
    "tls-server-key-file": "As above.",
    "tls-server-min-version": "As above.",
}


def of_the_peer():
    said = subprocess.run(["prometheus-redis-exporter", "--help"], capture_output=True, text=True,
                          timeout=30).stderr
    return set(re.findall(r"^  -([\w.-]+)", said, re.MULTILINE))
