# SPDX-License-Identifier: Apache-2.0
"""The pod of deploy/kubernetes/overlays/sidecar, run by podman: a Redis and the exporter beside it."""

import base64
import copy
import json
import pathlib
import tempfile
import unittest
import urllib.request

import yaml

from image import containers, peers
from image.network import OwnNetwork
from kubernetes import manifests
from support import exposition
from support.page import require_complete, value
from support.processes import accepts, wait_until

OVERLAY = "overlays/sidecar"
PASSWORD = "pa$word 1"


def pod():
    """The pod of the StatefulSet, with what its controller and kubelet would add."""
    template = copy.deepcopy(manifests.pod(manifests.built(OVERLAY)))
    spec = template["spec"]
    spec["hostNetwork"] = True  # of the test's own
    (claim,) = manifests.workload(manifests.built(OVERLAY))["spec"]["volumeClaimTemplates"]
    spec["volumes"] = [*spec.get("volumes", []), {"name": claim["metadata"]["name"], "emptyDir": {}}]
    for container in spec["containers"]:
        # To podman they are timers of systemd and limits of cgroups, which this machine may not have.
        for given_to_kubelet in "ports", "livenessProbe", "readinessProbe", "resources":
            container.pop(given_to_kubelet, None)
        if container["name"] == "redis-fleet-exporter":
            container["image"] = containers.IMAGE
            container["imagePullPolicy"] = "Never"
    metadata = {**template["metadata"], "name": "redis-0"}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


class Sidecar(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        containers.build_exporter()
        peers.make_peer(manifests.container(manifests.built(OVERLAY), "redis")["image"])

    def test_the_pod_runs_and_its_exporter_answers_of_its_redis(self):
        self.enterContext(OwnNetwork())
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        (folder / "pod.yaml").write_text(yaml.safe_dump(pod()))
        # Podman 4.3 writes a Secret in a form that it cannot read: this is the one that it can.
        (folder / "secret").write_text(json.dumps({"password": base64.b64encode(PASSWORD.encode()).decode()}))
        containers.run("podman", "secret", "create", "redis", folder / "secret")
        self.addCleanup(containers.run, "podman", "secret", "rm", "redis")
        self.addCleanup(containers.run, "podman", "kube", "down", folder / "pod.yaml")
        containers.run("podman", "kube", "play", folder / "pod.yaml", timeout=120)
        try:
            wait_until(lambda: accepts("127.0.0.1", 6379) and accepts("127.0.0.1", 9121), "the pod")
        except TimeoutError:
            logs = [containers.run("podman", "logs", f"redis-0-{name}", check=False)
                    for name in ("redis", "redis-fleet-exporter")]
            self.fail("\n".join(done.stdout + done.stderr for done in logs))
        template = manifests.container(manifests.built(OVERLAY))
        path = template["livenessProbe"]["httpGet"]["path"]
        with urllib.request.urlopen(f"http://127.0.0.1:9121{path}") as answer:
            self.assertEqual(answer.status, 200)
        with urllib.request.urlopen("http://127.0.0.1:9121/metrics") as answer:
            page = exposition.parse(answer.read().decode())
        require_complete(page)
        self.assertEqual(value(page, "redis_default_user_passwordless"), 0)
        limits = containers.run("podman", "exec", "redis-0-redis-fleet-exporter", "cat", "/proc/1/status").stdout
        self.assertIn("\nUid:\t65534", limits)
        self.assertIn("\nCapBnd:\t0000000000000000", limits)


if __name__ == "__main__":
    unittest.main()
