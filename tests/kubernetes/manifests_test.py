# SPDX-License-Identifier: Apache-2.0
"""What deploy/kubernetes builds: of fields that exist, least rights, and parts that find each other."""

import copy
import json
import subprocess
import tempfile
import unittest

import yaml

from kubernetes.manifests import (DEPLOY, NAME, OVERLAYS, TOP, built, container, one, pod, selects,
                                  targets, workload)
from kubernetes.schemas import problems

OPT_IN = sorted((DEPLOY / "operator/rules/opt-in").glob("*.yaml"))
MEBIBYTE = 1 << 20
ANNOTATIONS_AT_MOST = 256 * 1024  # of an object; kubectl apply keeps the whole object in one


def kubectl_keeps(manifest):
    """Bytes of what `kubectl apply` writes into the annotation last-applied-configuration."""
    text = json.dumps(manifest, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&":  # Go writes these as \u003c
        text = text.replace(character, "\\u003c")
    return len(text.encode())


class Schema(unittest.TestCase):
    maxDiff = None

    def test_every_kustomization_has_only_fields_that_exist(self):
        self.assertTrue(set(OVERLAYS) < set(targets()))
        for name in targets():
            with self.subTest(name):
                self.assertGreater(len(built(name)), 0)
                self.assertEqual([problem for manifest in built(name)
                                  for problem in problems(manifest)], [])

    def test_rules_that_need_metrics_of_others_have_too(self):
        self.assertGreater(len(OPT_IN), 0)
        for path in OPT_IN:
            with self.subTest(path.name):
                self.assertEqual(problems(yaml.safe_load(path.read_text())), [])

    def test_planted_mistakes_are_found(self):
        fleet, replicas = built("overlays/fleet"), built("overlays/replicas")
        monitor, scrapes = (one(built("operator/fleet"), kind)
                            for kind in ("ServiceMonitor", "ScrapeConfig"))
        rule = built("operator/rules")[0]
        template = ["spec", "template", "spec"]
        here = [*template, "containers", 0]
        deployment = workload(fleet)
        for manifest, path, value in [
                (deployment, ["spec", "replica"], 1),
                (deployment, ["spec", "replicas"], "one"),
                (deployment, ["metadata", "label"], {}),
                (deployment, ["metadata", "labels", "team"], 1),
                (deployment, ["metadata", "labels", "team"], "web/shop"),
                (deployment, ["metadata", "name"], "Redis"),
                (deployment, [*template, "volumes", 0, "configMap", "item"], []),
                (deployment, [*here, "livenessProbes"], {}),
                (deployment, [*here, "readinessProbe", "httpGet", "url"], "/-/ready"),
                (deployment, [*here, "securityContext", "readonlyRootFilesystem"], True),
                (deployment, [*here, "securityContext", "runAsUser"], "nobody"),
                (deployment, [*here, "resources", "limit"], {}),
                (deployment, [*here, "resources", "limits", "memory"], "256MB"),
                (deployment, [*here, "env"], {"REDIS_PASSWORD": "secret"}),
                (deployment, ["kind"], "Deploy"),
                (deployment, ["apiVersion"], "extensions/v1beta1"),
                (workload(replicas), ["spec", "strategy"], {}),
                (one(replicas, "PodDisruptionBudget"), ["spec", "maxUnavailables"], 1),
                (one(fleet, "Service"), ["spec", "ports", 0, "port"], "9121"),
                (one(fleet, "NetworkPolicy"), ["spec", "ingress", 0, "from", 0, "podSelectors"], {}),
                (one(fleet, "ConfigMap"), ["data", "more"], {"a": "b"}),
                (one(built("operator/sidecar"), "PodMonitor"), ["spec", "endpoints"], []),
                (monitor, ["spec", "podMetricsEndpoints"], []),
                (monitor, ["spec", "endpoints", 0, "honor_labels"], True),
                (monitor, ["spec", "endpoints", 0, "relabelings", 0, "action"], "keeps"),
                (scrapes, ["spec", "httpSDConfigs", 0, "refresh_interval"], "15s"),
                (scrapes, ["spec", "httpSdConfigs"], []),
                (rule, ["spec", "groups", 0, "rules", 0, "expression"], "up"),
                (rule, ["spec", "groups", 0, "rules", 0, "expr"], []),
                (rule, ["spec", "group"], [])]:
            with self.subTest(manifest["kind"], path=path, value=value):
                self.assertEqual(problems(manifest), [])
                planted = copy.deepcopy(manifest)
                parent = planted
                for key in path[:-1]:
                    parent = parent[key]
                parent[path[-1]] = value
                self.assertNotEqual(problems(planted), [])


class Containers(unittest.TestCase):
    def test_have_least_rights_limits_and_probes(self):
        for name in OVERLAYS:
            for each in pod(built(name))["spec"]["containers"]:
                with self.subTest(name, container=each["name"]):
                    security = each["securityContext"]
                    self.assertEqual(security["capabilities"], {"drop": ["ALL"]})
                    self.assertEqual(security["seccompProfile"], {"type": "RuntimeDefault"})
                    self.assertIs(security["runAsNonRoot"], True)
                    self.assertIs(security["readOnlyRootFilesystem"], True)
                    self.assertIs(security["allowPrivilegeEscalation"], False)
                    self.assertGreater(security["runAsUser"], 0)
                    self.assertIn("memory", each["resources"]["limits"])
                    self.assertEqual(set(each["resources"]["requests"]), {"cpu", "memory"})
            with self.subTest(name):
                self.assertIs(pod(built(name))["spec"]["automountServiceAccountToken"], False)
                exporter = container(built(name))
                self.assertEqual(set(exporter["resources"]["limits"]), {"cpu", "memory"})
                self.assertIn("livenessProbe", exporter)
                self.assertEqual("readinessProbe" in exporter, name != "overlays/sidecar")
                self.assertEqual(exporter["image"], "redis-fleet-exporter:0.1.0")

    def test_each_pod_has_a_network_policy_that_lets_prometheus_in(self):
        for name in OVERLAYS:
            with self.subTest(name):
                policy = one(built(name), "NetworkPolicy")["spec"]
                self.assertTrue(selects(policy["podSelector"], pod(built(name))["metadata"]["labels"]))
                sources = [(source, rule["ports"]) for rule in policy["ingress"]
                           for source in rule["from"]]
                self.assertIn(({"namespaceSelector": {}, "podSelector": {
                    "matchLabels": {NAME: "prometheus"}}}, [{"port": "metrics"}]), sources)

    def test_no_password_stands_in_a_manifest(self):
        for name in OVERLAYS:
            with self.subTest(name):
                self.assertNotIn("Secret", {manifest["kind"] for manifest in built(name)})
                for each in pod(built(name))["spec"]["containers"]:
                    for variable in each.get("env", []):
                        if "PASSWORD" in variable["name"]:
                            self.assertEqual(set(variable["valueFrom"]), {"secretKeyRef"})


class Parts(unittest.TestCase):
    """Names and labels that one manifest has and another looks for."""

    def test_services_and_budgets_select_the_pods(self):
        for name in OVERLAYS:
            manifests = built(name)
            labels, spec = pod(manifests)["metadata"]["labels"], workload(manifests)["spec"]
            with self.subTest(name):
                self.assertTrue(selects(spec["selector"], labels))
                service = one(manifests, "Service")
                self.assertLessEqual(service["spec"]["selector"].items(), labels.items())
                self.assertEqual(spec.get("serviceName", service["metadata"]["name"]),
                                 service["metadata"]["name"])
        budget = one(built("overlays/replicas"), "PodDisruptionBudget")["spec"]
        self.assertTrue(selects(budget["selector"], pod(built("overlays/replicas"))["metadata"]["labels"]))

    def test_shards_are_as_many_as_replicas_which_keep_apart(self):
        manifests = built("overlays/replicas")
        env = {each["name"]: each for each in container(manifests)["env"]}
        self.assertEqual(env["SHARDS"]["value"], str(workload(manifests)["spec"]["replicas"]))
        # Among arguments, where the order of variables does not matter: patches change it.
        self.assertIn("--shard=$(POD_INDEX)/$(SHARDS)", container(manifests)["args"])
        affinity = pod(manifests)["spec"]["affinity"]["podAntiAffinity"]
        (term,) = affinity["preferredDuringSchedulingIgnoredDuringExecution"]
        self.assertTrue(selects(term["podAffinityTerm"]["labelSelector"],
                                pod(manifests)["metadata"]["labels"]))

    def test_mounted_volumes_are_there(self):
        for name in OVERLAYS:
            spec = pod(built(name))["spec"]
            claims = workload(built(name))["spec"].get("volumeClaimTemplates", [])
            there = {volume["name"] for volume in spec.get("volumes", [])}
            there |= {claim["metadata"]["name"] for claim in claims}
            mounted = {mount["name"] for each in spec["containers"]
                       for mount in each.get("volumeMounts", [])}
            with self.subTest(name):
                self.assertEqual(mounted, there)

    def test_the_operator_finds_the_pods(self):
        sidecar = pod(built("overlays/sidecar"))["metadata"]
        monitor = one(built("operator/sidecar"), "PodMonitor")["spec"]
        self.assertTrue(selects(monitor["selector"], sidecar["labels"]))
        self.assertEqual(sidecar["annotations"]["prometheus.io/scrape"], "true")
        monitor = one(built("operator/fleet"), "ServiceMonitor")["spec"]
        url = one(built("operator/fleet"), "ScrapeConfig")["spec"]["httpSDConfigs"][0]["url"]
        for name in "overlays/fleet", "overlays/replicas":
            service = one(built(name), "Service")
            (port,) = service["spec"]["ports"]
            self.assertTrue(selects(monitor["selector"], service["metadata"]["labels"]))
            self.assertEqual(monitor["endpoints"][0]["port"], port["name"])
            self.assertEqual(url, f"http://{service['metadata']['name']}.monitoring.svc:{port['port']}/sd")
            # Or the job of the sidecars would have it, without its groups.
            self.assertNotIn("annotations", pod(built(name))["metadata"])

    def test_pods_have_the_labels_that_prometheus_without_the_operator_gives_them(self):
        def words(relabeling):
            return {key.replace("sourceLabels", "source_labels").replace("targetLabel", "target_label"):
                    value for key, value in relabeling.items()}

        plain = yaml.safe_load((TOP / "deploy/prometheus/kubernetes.yml").read_text())
        (job,) = plain["scrape_configs"]
        wanted = [rule for rule in job["relabel_configs"] if not (
            # The operator does these by itself.
            rule["source_labels"] in (["__meta_kubernetes_pod_container_port_name"],
                                      ["__meta_kubernetes_pod_phase"])
            or rule.get("target_label") in ("namespace", "pod"))]
        (endpoint,) = one(built("operator/sidecar"), "PodMonitor")["spec"]["podMetricsEndpoints"]
        self.assertEqual([words(rule) for rule in endpoint["relabelings"]],
                         [*wanted, {"target_label": "job", "replacement": job["job_name"]}])
        self.assertEqual(endpoint["port"], "metrics")

    def test_jobs_are_those_of_prometheus_without_the_operator(self):
        plain = yaml.safe_load((TOP / "deploy/prometheus/fleet-sd.yml").read_text())
        nodes, itself = plain["scrape_configs"]
        scrapes = one(built("operator/fleet"), "ScrapeConfig")["spec"]
        self.assertEqual(scrapes["relabelings"],
                         [{"targetLabel": "job", "replacement": nodes["job_name"]}])
        (endpoint,) = one(built("operator/fleet"), "ServiceMonitor")["spec"]["endpoints"]
        self.assertEqual((endpoint["path"], endpoint["honorLabels"]),
                         (itself["metrics_path"], itself["honor_labels"]))
        self.assertIn({"targetLabel": "job", "replacement": itself["job_name"]},
                      endpoint["relabelings"])


class Generated(unittest.TestCase):
    def run_script(self, *arguments):
        return subprocess.run([DEPLOY / "operator/render-rules", *arguments], capture_output=True,
                              text=True, timeout=60)

    def test_the_rules_are_those_of_the_pack(self):
        done = self.run_script("--check")
        self.assertEqual(done.returncode, 0, done.stderr)
        found = {manifest["metadata"]["name"]: manifest["spec"]
                 for manifest in built("operator/rules")}
        wanted = {path.stem: yaml.load(path.read_text(), yaml.CSafeLoader)
                  for path in (TOP / "rules").glob("redis-*.yml")}
        self.assertEqual(found, wanted)
        for path in OPT_IN:
            self.assertEqual(yaml.safe_load(path.read_text())["spec"], yaml.safe_load(
                (TOP / "rules/opt-in" / path.name).with_suffix(".yml").read_text()))

    def test_stale_rules_are_told(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(self.run_script(f"--output={folder}").returncode, 0)
            self.assertEqual(self.run_script(f"--output={folder}", "--check").returncode, 0)
            with open(f"{folder}/redis-memory.yaml", "a", encoding="ascii") as file:
                file.write("# more\n")
            done = self.run_script(f"--output={folder}", "--check")
            self.assertEqual(done.returncode, 1)
            self.assertIn("stale: redis-memory.yaml:", done.stderr)

    def test_each_dashboard_is_a_config_map_that_kubectl_apply_takes(self):
        found = {}
        for manifest in built("dashboards"):
            self.assertEqual(manifest["metadata"]["labels"], {"grafana_dashboard": "1"})
            found.update(manifest["data"])
            with self.subTest(manifest["metadata"]["name"]):
                self.assertLess(kubectl_keeps(manifest), ANNOTATIONS_AT_MOST - 1024,
                                "too large for kubectl apply: README.md must say --server-side")
                self.assertLess(sum(map(len, manifest["data"].values())), MEBIBYTE)
        self.assertEqual(found, {path.name: path.read_text()
                                 for path in (TOP / "dashboards").glob("redis-*.json")})


if __name__ == "__main__":
    unittest.main()
