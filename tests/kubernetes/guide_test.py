# SPDX-License-Identifier: Apache-2.0
"""deploy/kubernetes/README.md, but for the migration, keeps its promises."""

import base64
import json
import re
import unittest

import yaml

from kubernetes.api_server import secret
from kubernetes.guide import GUIDE, IMAGE, SENT, Guide
from kubernetes.kubelet import Pod
from kubernetes.manifests import TOP, built, container, pod, workload
from lint import tree
from support.certificates import Certificates
from support.guide import block, blocks, marked
from support.web_door import Door

INLINE = re.compile(r"`(kubectl (?:-n monitoring|apply -k )[^`]+)`")


class Image(Guide):
    def test_what_is_built_and_pushed_is_what_manifests_name(self):
        self.follow("test image")
        built, pushed = (self.folder / "docker.log").read_text().splitlines()
        self.assertTrue(built.startswith(f"build -t {IMAGE} "))
        self.assertEqual(pushed, f"push {IMAGE}")
        (account,) = self.server.applied("ServiceAccount")
        (login,) = self.server.applied("Secret")
        self.assertEqual(account["imagePullSecrets"], [{"name": login["metadata"]["name"]}])
        self.assertEqual(account["metadata"]["namespace"], login["metadata"]["namespace"])
        self.assertEqual(login["type"], "kubernetes.io/dockerconfigjson")
        ((key, text),) = secret(login).items()
        self.assertEqual(key, ".dockerconfigjson")
        ((registry, known),) = json.loads(text)["auths"].items()
        self.assertEqual(registry, IMAGE.partition("/")[0])
        self.assertEqual(base64.b64decode(known["auth"], validate=True).decode(), f"puller:{SENT}")

    def test_it_has_one_name_and_the_version_of_the_project(self):
        (version,) = re.findall(r"^project\(\w+ VERSION (\S+) ", tree.text("CMakeLists.txt"), re.MULTILINE)
        name, _, tag = IMAGE.rpartition("/")[2].partition(":")
        self.assertEqual(tag, version)
        self.assertEqual(container(built("overlays/fleet"))["image"], f"{name}:{version}")
        for document in GUIDE, "docs/migrating-from-redis_exporter.md":
            text = tree.text(document)
            self.assertEqual(set(re.findall(r"[\w./-]*redis[-_]fleet[-_]exporter:[\w.]*\d[\w.]*", text)) -
                             {"redis-fleet-exporter:9121"}, {IMAGE})
            self.assertEqual(set(re.findall(r'newTag: "(.*)"', text)) - {version}, set())


class Fleet(Guide):
    def test_from_nothing_to_the_list_of_servers(self):
        printed = self.follow("test fleet")
        self.assertIn('deployment "redis-fleet-exporter" successfully rolled out', printed)
        (applied,) = self.server.applied("Deployment")
        self.assertEqual(applied["metadata"]["namespace"], "monitoring")
        self.assertEqual(container([applied])["image"], IMAGE)
        self.forwards(0, "monitoring", "redis-fleet-exporter-0")
        for command in INLINE.findall(tree.text("docs/operations.md")) + INLINE.findall(tree.text(GUIDE)):
            self.shell(command)
        self.assertEqual(self.server.applied("Deployment"), [])  # the last commands take it away
        address = self.redis()
        found = self.runs(self.right("redis-monitoring"), address)
        printed = self.follow("test look", ("localhost:9121", f"{found.host}:{found.port}"))
        self.assertIn(f'"{address}"', printed)
        self.assertRegex(printed, r"redis_up\{.*\} 1\n")
        (read,) = [text for text in marked(GUIDE, "test fleet") if "read -rs" in text]
        self.shell(read.replace("kubectl create namespace monitoring", "") + block(GUIDE, "test new password"))

    def test_patches_of_a_fleet(self):
        self.shell(marked(GUIDE, "test fleet")[0])
        manifests = self.patched("redis-monitoring", ["patch replicas"], ("overlays/fleet", "overlays/replicas"))
        self.assertEqual(workload(manifests)["spec"]["replicas"], 5)
        here = Pod(self.folder / "pod", manifests, pod(manifests),
                   {"redis-fleet-exporter": {"sessions.password": SENT}}, index=4)
        self.assertEqual(here.command(container(manifests))[1:], ["--shard=4/5"])
        for name in "fleet", "replicas":
            manifests = self.patched("redis-monitoring", ["patch fleet"],
                                     ("overlays/fleet", f"overlays/{name}"))
            self.assertEqual(container(manifests)["resources"], {
                "requests": {"cpu": "500m", "memory": "768Mi"},
                "limits": {"cpu": "1", "memory": "1Gi"}})

    def test_kubelet_comes_in_where_tls_and_passwords_are(self):
        self.follow("test fleet")
        manifests = self.patched("redis-monitoring", ["patch tls"])
        settings = block("docs/security.md", "web config")
        (excluded,) = re.findall(r"`(auth_excluded_paths: [^`]+)`", self.guide)
        self.assertIn(f"\n{excluded}\n", settings)
        certificates = self.enterContext(Certificates())
        here = Pod(self.folder / "pod", manifests, pod(manifests), {"redis-fleet-exporter": {
            **self.secrets()["redis-fleet-exporter"], "web.yml": settings,
            "server.crt": certificates.server_cert.read_text(), "server.key": certificates.server_key.read_text()}},
            places=[("redis.sessions.svc:6379", self.redis())])
        each = container(manifests)
        found = self.enterContext(Door(*here.command(each), env=here.environment(each),
                                       tls=certificates.client_context()))
        for probe in "livenessProbe", "readinessProbe":
            self.assertEqual(each[probe]["httpGet"]["scheme"], "HTTPS")
            self.assertEqual(found.status(each[probe]["httpGet"]["path"]), 200)
        self.assertEqual(found.status("/metrics"), 401)

    def test_all_its_patches_are_one_list(self):
        self.shell(marked(GUIDE, "test fleet")[0])
        manifests = self.patched("redis-monitoring", ["patch replicas", "patch tls", "patch fleet"],
                                 ("overlays/fleet", "overlays/replicas"))
        self.assertEqual(workload(manifests)["spec"]["replicas"], 5)
        self.assertEqual(container(manifests)["resources"]["limits"]["memory"], "1Gi")
        self.assertEqual(container(manifests)["readinessProbe"]["httpGet"]["scheme"], "HTTPS")

    def test_of_two_lists_the_first_is_lost(self):
        """As the guide says."""
        self.shell(marked(GUIDE, "test fleet")[0])
        with open(self.copy / "redis-monitoring/kustomization.yaml", "a", encoding="ascii") as file:
            for name in "patch fleet", "patch tls":
                file.write(f"patches:\n{block(GUIDE, name)}")
            file.write("images:\n  - {name: redis-fleet-exporter, newTag: another}\n")
        manifests = self.right("redis-monitoring")
        self.assertEqual(container(manifests)["resources"]["limits"]["memory"], "256Mi")
        self.assertEqual(container(manifests)["image"], "redis-fleet-exporter:another")
        self.assertEqual(container(manifests)["readinessProbe"]["httpGet"]["scheme"], "HTTPS")

    def test_nothing_follows_what_reads_a_password(self):
        """Else a paste of the block would be the password."""
        reads = [text for _, language, text in blocks(GUIDE) if language == "sh" and "read -" in text]
        self.assertGreater(len(reads), 2)
        for text in reads:
            self.assertEqual(text.splitlines()[-1], "read -rs PASSWORD")


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
        manifests = self.patched("redis-prometheus", ["patch operator"])
        (scrapes,) = [one["spec"] for one in manifests if one["kind"] == "ScrapeConfig"]
        self.assertEqual(scrapes["httpSDConfigs"], [
            {"url": "http://redis-fleet-exporter.observability.svc:9121/sd", "refreshInterval": "15s"}])
        self.assertEqual(scrapes["scrapeInterval"], "15s")  # what the patch does not name stays

    def test_job_and_instance_can_be_those_of_before(self):
        self.shell(marked(GUIDE, "test operator")[0])
        manifests = self.patched("redis-prometheus", ["patch labels"], ("operator/fleet", "operator/sidecar"))
        (monitor,) = [one["spec"] for one in manifests if one["kind"] == "PodMonitor"]
        (endpoint,) = monitor["podMetricsEndpoints"]
        last = {rule["targetLabel"]: rule for rule in endpoint["relabelings"] if "targetLabel" in rule}
        self.assertEqual(last["job"]["replacement"], "sessions/redis")
        self.assertEqual(last["instance"], {"sourceLabels": ["__address__"], "targetLabel": "instance"})
        self.assertEqual(last.keys(), {"job", "instance", "redis_group", "team"})

    def test_the_monitor_of_before_goes(self):
        (delete,) = re.findall("`(kubectl -n NAMESPACE .*?)`", self.guide)
        self.server.objects["PodMonitor", "sessions", "old"] = {
            "apiVersion": "monitoring.coreos.com/v1", "kind": "PodMonitor",
            "metadata": {"name": "old", "namespace": "sessions", "uid": "old"}}
        self.shell(delete, ("NAMESPACE", "sessions"), ("NAME", "old"))
        self.assertEqual(self.server.applied("PodMonitor"), [])


if __name__ == "__main__":
    unittest.main()
