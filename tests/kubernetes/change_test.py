# SPDX-License-Identifier: Apache-2.0
"""A ConfigMap and a Secret that change, as kubelet changes their files: the exporter reads them by itself."""

import pathlib
import tempfile
import unittest

from kubernetes.kubelet import Pod, exporter
from kubernetes.manifests import built, container, pod
from support.page import by_instance
from support.processes import wait_until
from support.redis_servers import RedisServer


class Change(unittest.TestCase):
    def test_fleet_and_passwords_are_read_again(self):
        manifests = built("overlays/fleet")
        with RedisServer(password="secret") as first, RedisServer(password="other") as second, \
             tempfile.TemporaryDirectory() as folder:
            here = Pod(folder, manifests, pod(manifests),
                       {"redis-fleet-exporter": {"sessions.password": "secret"}},
                       places=[("redis.sessions.svc:6379", first.address)])
            with exporter(here, container(manifests)) as found:
                def up():
                    return by_instance(found.scrape(), "redis_up")

                self.assertEqual(up(), {first.address: 1})
                text = (here.volumes["config"].folder / "fleet.yaml").read_text()
                here.volumes["config"].update(
                    {"fleet.yaml": text.replace(first.address, second.address)})
                here.volumes["passwords"].update({"sessions.password": "other"})
                # It looks every 10 s.
                wait_until(lambda: up() == {second.address: 1}, "the other server, with its password",
                           pause=0.2)


if __name__ == "__main__":
    unittest.main()
