# SPDX-License-Identifier: Apache-2.0
"""From redis_exporter to ours by deploy/kubernetes/README.md: nothing but the image changes, whatever the reader's
manifests look like, and there is a way back."""

import copy
import re
import shlex
import unittest

import yaml

from kubernetes.guide import GUIDE, IMAGE, SENT, Guide
from kubernetes.kubelet import Pod
from kubernetes.manifests import build, container, pod, workload
from support.exporter import run_exporter
from support.guide import block, marked
from support.page import require_complete, value
from support.processes import Program, accepts, free_port

OLD = "oliver006/redis_exporter:v1.62.0"
FILES = "redis.yaml", "kustomization.yaml"


def images(manifests):
    return {one["name"]: one["image"] for one in pod(manifests)["spec"]["containers"]}


class Migration(Guide):
    def setUp(self):
        super().setUp()
        self.start, self.check, self.over = marked(GUIDE, "test migration")
        self.shell(self.start)
        self.manifest = yaml.safe_load(self.text("redis.yaml"))
        self.server.objects["Namespace", "", "sessions"] = {}

    def text(self, name):
        return (self.copy / "redis" / name).read_text()

    def write(self, name, text):
        (self.copy / "redis" / name).write_text(text)

    def differences(self):
        """What `diff` of the guide prints."""
        done = self.run_shell(block(GUIDE, "test difference"))
        self.assertEqual(done.stderr, "")
        self.assertEqual(done.returncode, 1 if done.stdout else 0)
        return done.stdout

    def applied(self):
        (found,) = self.server.applied("StatefulSet")
        return {"metadata": {key: found["metadata"][key] for key in ("name", "namespace")}, "spec": found["spec"]}

    def with_patch(self, *places):
        patch = block(GUIDE, "patch migration")
        for written, other in places:
            self.assertIn(written, patch)
            patch = patch.replace(written, other)
        with open(self.copy / "redis-migrated/kustomization.yaml", "a", encoding="ascii") as file:
            file.write(patch)  # of the list at its end


class Image(Migration):
    def test_there_and_back(self):
        self.shell("kubectl apply -k redis")
        before, files = self.applied(), [self.text(name) for name in FILES]
        self.assertEqual(self.shell(self.check), "the configuration is valid\n")
        self.assertIn(f" {IMAGE} ", (self.folder / "docker.log").read_text())
        self.shell(self.over)
        self.assertEqual(self.differences(), block(GUIDE, "difference"))
        self.assertEqual(self.applied(), before)
        self.assertIn("statefulset rolling update complete", self.follow("test apply"))
        wanted = copy.deepcopy(before)
        (exporter,) = [one for one in wanted["spec"]["template"]["spec"]["containers"] if one["image"] == OLD]
        exporter["image"] = IMAGE
        wanted["spec"]["minReadySeconds"] = 30
        self.assertEqual(self.applied(), wanted)
        self.assertEqual(wanted["spec"]["replicas"], 3)
        self.forwards(1, "sessions", "redis-2")  # the last, which is the first that is replaced
        self.shell(f"kubectl -n sessions create secret generic redis --from-literal=password={shlex.quote(SENT)}")
        found = self.runs(self.right("redis-migrated"), self.redis(), "redis-exporter")
        printed = self.follow("test look migration", ("localhost:9121", f"{found.host}:{found.port}"))
        self.assertIn("redis_up 1\n", printed)
        self.assertRegex(printed, r'redis_exporter_build_info\{.*version="0\.1\.0"')
        self.assertIn("kubectl -n sessions delete pod redis-2", self.guide)
        self.shell("kubectl -n sessions delete pod redis-2")
        self.follow("test back")
        self.assertEqual(self.applied(), before)
        self.assertEqual([self.text(name) for name in FILES], files)

    def test_only_the_image_of_the_exporter_changes_in_manifests_of_any_form(self):
        containers = self.manifest["spec"]["template"]["spec"]["containers"]
        other_name, first, more = (copy.deepcopy(self.manifest) for _ in range(3))
        other_name["spec"]["template"]["spec"]["containers"][1]["name"] = "metrics"
        first["spec"]["template"]["spec"]["containers"].reverse()
        more["spec"]["template"]["spec"].update(
            containers=[*containers, {"name": "proxy", "image": "proxy:1"}], nodeSelector={"disk": "fast"},
            volumes=[{"name": "more", "emptyDir": {}}])
        for what, text in [("another name of the container", yaml.safe_dump(other_name)),
                           ("the exporter first", yaml.safe_dump(first)),
                           ("fields and containers after it", yaml.safe_dump(more)),
                           ("no indentation", yaml.safe_dump(self.manifest)),
                           ("JSON", yaml.safe_dump(self.manifest, default_flow_style=True)),
                           ("more documents", self.text("redis.yaml") + "---\n" + yaml.safe_dump(
                               {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "redis"},
                                "spec": {"selector": {"app": "redis"}, "ports": [{"port": 6379}]}}))]:
            with self.subTest(what):
                self.write("redis.yaml", text)
                self.only_the_image_changes()

    def test_images_of_the_reader_stay(self):
        mirror = "images:\n  - {name: redis, newName: mirror.internal/redis}\n"
        self.write("kustomization.yaml", self.text("kustomization.yaml") + mirror)
        self.assertEqual(self.only_the_image_changes()["redis"], "mirror.internal/redis:7.0")

    def only_the_image_changes(self):
        self.shell("rm -rf redis-migrated\n" + self.over)
        before, after = build(self.copy / "redis"), self.right("redis-migrated")
        changed = [each for each in pod(before)["spec"]["containers"] if each["image"] == OLD]
        self.assertEqual(len(changed), 1)
        changed[0]["image"] = IMAGE
        workload(before)["spec"]["minReadySeconds"] = 30
        self.assertEqual(after, before)
        self.assertEqual(len(re.findall("^[<>]", self.differences(), re.MULTILINE)), 3)
        return images(after)

    def test_the_name_of_an_image_goes_to_its_colon_or_digest(self):
        for old in OLD, "oliver006/redis_exporter", "oliver006/redis_exporter@sha256:" + 64 * "a":
            with self.subTest(old):
                self.write("redis.yaml", yaml.safe_dump(self.manifest).replace(OLD, old))
                self.shell("rm -rf redis-migrated\n" + self.over)
                self.assertEqual(images(self.right("redis-migrated"))["redis-exporter"], IMAGE)

    def test_the_name_is_the_one_that_is_printed(self):
        """Not that of the manifest, where the reader's kustomization has another place for it."""
        self.assertIn("as `kubectl kustomize redis` prints\nit", self.guide)
        mirror = "images:\n  - {name: oliver006/redis_exporter, newName: mirror.internal/exporter, newTag: v1}\n"
        self.write("kustomization.yaml", self.text("kustomization.yaml") + mirror)
        self.shell(self.over)
        self.assertNotIn("image", self.differences())
        self.shell("rm -rf redis-migrated\n" + self.over, ("name: oliver006/redis_exporter", "name: mirror.internal/exporter"))
        self.assertEqual(images(self.right("redis-migrated"))["redis-exporter"], IMAGE)

    def test_an_image_under_another_name_shows_before_the_apply(self):
        self.write("redis.yaml", self.text("redis.yaml").replace(OLD, f"quay.io/{OLD}"))
        self.shell(self.over)
        self.assertNotIn("image", self.differences())


class Patch(Migration):
    def test_its_user_is_there_when_redis_starts(self):
        self.follow("test migration secret")
        self.shell(f"kubectl -n sessions create secret generic redis --from-literal=password={shlex.quote('the first')}")
        given = yaml.safe_load(block(GUIDE, "user"))
        redis = self.manifest["spec"]["template"]["spec"]["containers"][0]
        redis["args"] += given["args"][1:]
        redis["env"] += given["env"]
        self.write("redis.yaml", yaml.safe_dump(self.manifest))
        self.shell(self.over)
        self.with_patch()
        manifests = self.right("redis-migrated")
        port = free_port()
        here = Pod(self.folder / "pod", manifests, pod(manifests), self.secrets())
        (self.folder / "pod/data").mkdir(parents=True)
        self.assertEqual(container(manifests, "redis"), redis)
        redis = container(manifests, "redis")
        program, *arguments = here.command(redis)
        self.enterContext(Program([program, "--port", port, *arguments], env=here.environment(redis),
                                  answers=lambda: accepts("127.0.0.1", port)))
        found = self.runs(manifests, f"127.0.0.1:{port}", "redis-exporter")
        page = found.scrape()
        self.assertEqual(value(page, "redis_up"), 1)
        require_complete(page)
        self.assertEqual(value(page, "redis_exporter_refused_commands"), 0)

    def test_its_rights_are_those_of_the_version_that_it_names(self):
        self.assertIn("`--print-acl=redis-7.0`", self.guide)
        self.assertIn("image: redis:7.0\n", self.start)
        (given,) = re.findall(r" (resetchannels, .*?)\]", block(GUIDE, "user"), re.DOTALL)
        self.assertTrue(run_exporter("--print-acl=redis-7.0").stdout.endswith(
            f" {' '.join(given.replace(',', '').split())}\n"))

    def test_it_takes_command_and_readiness_probe_away(self):
        exporter = self.manifest["spec"]["template"]["spec"]["containers"][1]
        exporter.update(command=["/redis_exporter"], readinessProbe={"httpGet": {"path": "/", "port": "metrics"}},
                        livenessProbe={"httpGet": {"path": "/health", "port": "metrics"}})
        self.write("redis.yaml", yaml.safe_dump(self.manifest))
        self.shell(self.over)
        self.with_patch()
        manifests = self.right("redis-migrated")
        self.assertEqual([*images(manifests)], ["redis", "redis-exporter"])
        patched = container(manifests, "redis-exporter")
        kept = exporter.keys() - {"command", "readinessProbe"}
        self.assertEqual(patched.keys(), kept)
        for key in kept - {"image", "env"}:
            self.assertEqual(patched[key], exporter[key])
        self.assertEqual({one["name"]: "value" in one for one in patched["env"]},
                         {"REDIS_ADDR": True, "REDIS_PASSWORD": False, "REDIS_USER": True})

    def test_a_container_that_is_not_there_fails_the_apply(self):
        self.shell("kubectl apply -k redis")
        before = self.applied()
        self.shell(self.over)
        self.with_patch(("name: redis-exporter #", "name: metrics #"))
        done = self.run_shell(block(GUIDE, "test apply"))
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("image: Required value", done.stderr)
        self.assertEqual(self.applied(), before)


class Sidecar(Migration):
    def test_the_trial_leaves_other_redis_alone(self):
        self.shell("kubectl apply -k redis")
        before = dict(self.server.objects)
        printed = self.follow("test trial")
        self.assertIn("statefulset rolling update complete", printed)
        self.assertTrue(printed.endswith(f"image: {IMAGE}\n"))
        self.assertLessEqual(before.items(), self.server.objects.items())
        added = {key: one for key, one in self.server.objects.items() if key not in before}
        self.assertEqual({kind for kind, _, _ in added},
                         {"Namespace", "Secret", "StatefulSet", "Service", "NetworkPolicy"})
        self.assertEqual({namespace for kind, namespace, _ in added if kind != "Namespace"}, {"redis-trial"})
        manifests = self.right("redis-trial")
        annotations = pod(manifests)["metadata"]["annotations"]
        self.assertEqual(annotations["kubectl.kubernetes.io/default-container"], "redis")
        self.assertEqual(annotations["prometheus.io/port"],
                         str(container(manifests)["ports"][0]["containerPort"]))
        self.assertEqual(value(self.runs(manifests, self.redis()).scrape(), "redis_up"), 1)
        self.assertIn("kubectl delete namespace redis-trial", self.guide)
        self.shell("kubectl delete namespace redis-trial")

    def test_a_workload_without_the_label_is_missing_in_what_is_printed(self):
        check = marked(GUIDE, "test trial")[-1].replace("redis-trial", "redis")
        self.write("kustomization.yaml", self.text("kustomization.yaml") + block(GUIDE, "component"))
        done = self.run_shell(check)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        for name in "redis", "valkey-cluster":
            self.manifest["metadata"]["labels"] = {"app.kubernetes.io/name": name}
            self.write("redis.yaml", yaml.safe_dump(self.manifest))
            self.assertIn("redis-fleet-exporter", self.shell(check))
            labels = pod(self.right("redis"))["metadata"]["labels"]
            self.assertEqual(labels, {"app": "redis"})  # of the pod, which a PodMonitor looks at
            self.assertEqual(workload(build(self.copy / "redis"))["spec"]["template"]["spec"]["containers"][0]["name"],
                             "redis-fleet-exporter")  # as the guide says


if __name__ == "__main__":
    unittest.main()
