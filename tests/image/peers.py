# SPDX-License-Identifier: Apache-2.0
"""Images of others, under the names that deploy/ has for them."""

import pathlib

from image import containers

TARGETS = {"redis": "redis", "prom/prometheus": "prometheus", "prom/alertmanager": "alertmanager",
           "python": "python"}


def make_peer(image):
    """`image`: a name with its tag, as redis:7.2.5."""
    repository, _, tag = image.partition(":")
    library = "" if "/" in repository else "library/"
    containers.build(pathlib.Path(__file__).parent, f"docker.io/{library}{repository}:{tag}",
                     f"--file={pathlib.Path(__file__).parent}/peers.Dockerfile",
                     f"--target={TARGETS[repository]}")
