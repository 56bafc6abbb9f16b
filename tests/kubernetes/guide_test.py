# SPDX-License-Identifier: Apache-2.0
"""The commands of deploy/kubernetes/README.md, one after the other, with a real kubectl.

The API server is one of the test. What was applied is run as containers would run it, and looked at by the
commands of the README.
"""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

import yaml

from kubernetes.api_server import ApiServer, secret
from kubernetes.kubelet import Pod, exporter
from kubernetes.manifests import TOP, build, container, pod, workload
from kubernetes.schemas import problems
from lint import tree
from support.exporter import exporter_path
from support.guide import marked
from support.newer_kubectl import kubectl
from support.redis_servers import RedisServer

GUIDE = "deploy/kubernetes/README.md"
INLINE = re.compile(r"`(kubectl (?:-n|apply -k )[^`]+)`")
# Validation would need the definition of the whole API, which schemas.py has instead.
KUBECTL = """\
#!/bin/sh
case " $* " in *" apply "* | *" create "*) set -- "$@" --validate=false ;; esac
exec {program} --server={server} "$@"
"""
SENT = "pa$word 1"


class Guide(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.copy = self.folder / "copy"
        for name in "deploy/kubernetes", "rules", "dashboards":
            shutil.copytree(TOP / name, self.copy / name,
                            ignore=shutil.ignore_patterns("node_modules", "*.ts", "__pycache__"))
        for name in "docs/configuration.md", :
            (self.copy / name).parent.mkdir(exist_ok=True)
            shutil.copy(TOP / name, self.copy / name)
        self.server = self.enterContext(ApiServer())
        programs = self.folder / "bin"
        programs.mkdir()
        (programs / "kubectl").write_text(KUBECTL.format(program=kubectl(), server=self.server.url))
        (programs / "kubectl").chmod(0o755)
        self.env = {**os.environ, "HOME": str(self.folder), "KUBECONFIG": "/dev/null",
                    "PATH": f"{programs}:{os.environ['PATH']}"}

    def run_shell(self, script, *places):
        for written, ours in [("build/release/redis_fleet_exporter", exporter_path()), *places]:
            script = script.replace(written, str(ours))
        return subprocess.run(["bash", "-euo", "pipefail", "-c", script], cwd=self.copy, env=self.env,
                              input=f"{SENT}\n", capture_output=True, text=True, timeout=60)

    def shell(self, script, *places):
        done = self.run_shell(script, *places)
        self.assertEqual(done.returncode, 0, f"{script}\n{done.stdout}{done.stderr}")
        return done.stdout

    def follow(self, mark, *places):
        return "".join(self.shell(script, *places) for script in marked(GUIDE, mark))

    def right(self, folder):
        """The manifests of a folder of the copy, which have only fields that exist."""
        manifests = build(self.copy / folder)
        self.assertEqual([problem for manifest in manifests for problem in problems(manifest)], [])
        return manifests

    def patched(self, folder, mark, *places):
        """The same with a patch of the README."""
        (patch,) = marked(GUIDE, mark)
        file = self.copy / folder / "kustomization.yaml"
        text = file.read_text()
        for written, ours in places:
            self.assertIn(written, text)
            text = text.replace(written, ours)
        other = self.copy / f"{folder}-patched"
        shutil.copytree(file.parent, other)
        (other / "kustomization.yaml").write_text(text + patch)
        return self.right(other)

    def forwards(self, number, namespace, name):
        """The block asks for the pod; our server does not speak what a forwarded port does."""
        self.assertNotEqual(self.run_shell(marked(GUIDE, "forward")[number]).returncode, 0)
        self.assertEqual(set(self.server.forwarded),
                         {f"/api/v1/namespaces/{namespace}/pods/{name}/portforward"})

    def runs(self, manifests, redis, name="redis-fleet-exporter"):
        """The exporter of these manifests, with the Secrets that were created."""
        secrets = {one["metadata"]["name"]: secret(one) for one in self.server.applied("Secret")}
        here = Pod(self.enterContext(tempfile.TemporaryDirectory()), manifests, pod(manifests),
                   secrets, places=[("redis.sessions.svc:6379", redis.address),
                                    ("localhost:6379", redis.address)])
        container(manifests, name)["env"] = [
            {"name": key, "value": here.placed(text)} for key, text in
            here.environment(container(manifests, name)).items()]
        return self.enterContext(exporter(here, container(manifests, name)))

    def redis(self):
        return self.enterContext(RedisServer(f'requirepass "{SENT}"'))


class Fleet(Guide):
    def test_from_nothing_to_the_list_of_servers(self):
        printed = self.follow("test fleet")
        self.assertIn('deployment "redis-fleet-exporter" successfully rolled out', printed)
        (applied,) = self.server.applied("Deployment")
        self.assertEqual(applied["metadata"]["namespace"], "monitoring")
        self.assertEqual(container([applied])["image"], "registry.example.com/redis-fleet-exporter:1.0")
        self.forwards(0, "monitoring", "redis-fleet-exporter-0")
        for command in INLINE.findall(tree.text(GUIDE)):
            self.shell(command)
        self.assertEqual(self.server.applied("Deployment"), [])  # the last commands take it away
        redis = self.redis()
        found = self.runs(self.right("redis-monitoring"), redis)
        printed = self.follow("test look", ("localhost:9121", f"{found.host}:{found.port}"))
        self.assertIn(f'"{redis.address}"', printed)
        self.assertRegex(printed, r"redis_up\{.*\} 1\n")

    def test_patches_of_a_fleet(self):
        self.shell(marked(GUIDE, "test fleet")[0])
        manifests = self.patched("redis-monitoring", "patch replicas", ("overlays/fleet", "overlays/replicas"))
        self.assertEqual(workload(manifests)["spec"]["replicas"], 5)
        here = Pod(self.folder / "pod", manifests, pod(manifests),
                   {"redis-fleet-exporter": {"sessions.password": SENT}}, index=4)
        self.assertEqual(here.command(container(manifests))[1:], ["--shard=4/5"])
        shutil.rmtree(self.copy / "redis-monitoring-patched")
        for name in "fleet", "replicas":
            manifests = self.patched("redis-monitoring", "patch fleet",
                                     ("overlays/fleet", f"overlays/{name}"))
            self.assertEqual(container(manifests)["resources"], {
                "requests": {"cpu": "500m", "memory": "768Mi"},
                "limits": {"cpu": "1", "memory": "1Gi"}})
            shutil.rmtree(self.copy / "redis-monitoring-patched")


class Sidecar(Guide):
    def test_from_redis_exporter_to_ours(self):
        steps = marked(GUIDE, "test sidecar")
        self.shell(steps[0])
        old = container(self.right("redis"), "redis-exporter")
        redis = self.redis()
        printed = self.follow("test trial")
        self.assertIn("statefulset.apps/redis created", printed)
        self.assertEqual(self.shell(steps[1]), "the configuration is valid\n")
        self.assertIn("statefulset rolling update complete", self.shell(steps[2]))
        manifests = self.right("redis")
        new = container(manifests, "redis-exporter")
        self.assertEqual(new, {**old, "image": "registry.example.com/redis-fleet-exporter:1.0"})
        self.forwards(1, "sessions", "redis-0")
        (look,) = marked(GUIDE, "test look sidecar")
        found = self.runs(manifests, redis, "redis-exporter")
        before = self.shell(look, ("localhost:9121", f"{found.host}:{found.port}"))
        self.assertIn("redis_up 1\n", before)
        self.shell(steps[3])
        manifests = self.right("redis")
        (applied,) = self.server.applied("StatefulSet")
        self.assertEqual({one["name"] for one in pod([applied])["spec"]["containers"]},
                         {"redis", "redis-fleet-exporter"})
        self.assertEqual(pod(manifests)["metadata"]["annotations"], {"prometheus.io/scrape": "true"})
        self.assertIs(container(manifests)["securityContext"]["readOnlyRootFilesystem"], True)
        found = self.runs(manifests, redis)
        after = self.shell(look, ("localhost:9121", f"{found.host}:{found.port}"))
        self.assertEqual([line.split()[0] for line in after.splitlines()],
                         [line.split()[0] for line in before.splitlines()])
        patched = container(self.patched("redis", "patch sidecar"))
        self.assertIn("--ping-on-connect", patched["args"])
        self.assertEqual([one["name"] for one in patched["env"]], ["REDIS_USER", "REDIS_PASSWORD"])
        self.assertEqual(patched["env"][1]["valueFrom"]["secretKeyRef"]["name"], "redis-monitor")


class Operator(Guide):
    def test_monitors_rules_and_dashboards_are_applied(self):
        self.follow("test operator")
        manifests = self.right("redis-prometheus")
        for manifest in manifests:
            self.assertEqual(manifest["metadata"]["labels"]["release"], "kube-prometheus-stack")
            applied = self.server.objects[manifest["kind"], "monitoring", manifest["metadata"]["name"]]
            self.assertEqual(applied.get("spec"), manifest.get("spec"))
        rules = [one for one in manifests if one["kind"] == "PrometheusRule"]
        self.assertEqual(len(rules), len(list((TOP / "rules").glob("redis-*.yml"))))
        self.assertIn("https://exporter.example.com/runbooks/RedisDown", yaml.safe_dump(rules))
        manifests = self.patched("redis-prometheus", "patch operator")
        (scrapes,) = [one["spec"] for one in manifests if one["kind"] == "ScrapeConfig"]
        self.assertEqual(scrapes["httpSDConfigs"], [
            {"url": "http://redis-fleet-exporter.observability.svc:9121/sd", "refreshInterval": "15s"}])
        self.assertEqual(scrapes["scrapeInterval"], "15s")  # what the patch does not name stays


if __name__ == "__main__":
    unittest.main()
