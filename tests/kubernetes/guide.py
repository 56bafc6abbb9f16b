# SPDX-License-Identifier: Apache-2.0
"""Runs the commands of deploy/kubernetes/README.md, one after the other, with a real kubectl.

The API server is one of the test. What was applied is run as containers would run it, and looked at by the
commands of the README. `docker run` runs the exporter, and other commands of docker only leave their name.
"""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

from kubernetes.api_server import ApiServer, secret
from kubernetes.kubelet import Pod, exporter
from kubernetes.manifests import TOP, build, container, pod
from kubernetes.schemas import problems
from lint import tree
from support.exporter import exporter_path
from support.guide import marked
from support.newer_kubectl import kubectl
from support.redis_servers import RedisServer

GUIDE = "deploy/kubernetes/README.md"
# Validation would need the definition of the whole API, which schemas.py has instead.
KUBECTL = """\
#!/bin/sh
case " $* " in *" apply "* | *" create "*) set -- "$@" --validate=false ;; esac
exec {program} --server={server} "$@"
"""
DOCKER = """\
#!/bin/sh
echo "$*" >> "$HOME/docker.log"
[ "$1" = run ] || exit 0
shift
while true; do
  case $1 in
    --rm) shift ;;
    -e) export "$2"; shift 2 ;;
    *) shift; exec {program} "$@" ;;
  esac
done
"""
SENT = "pa$word 1"
IMAGE = "registry.example.com/redis-fleet-exporter:0.1.0"


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
        self.guide = tree.text(GUIDE)
        self.server = self.enterContext(ApiServer())
        programs = self.folder / "bin"
        programs.mkdir()
        for name, text in [("kubectl", KUBECTL.format(program=kubectl(), server=self.server.url)),
                           ("docker", DOCKER.format(program=exporter_path()))]:
            (programs / name).write_text(text)
            (programs / name).chmod(0o755)
        self.env = {**os.environ, "HOME": str(self.folder), "KUBECONFIG": "/dev/null",
                    "PATH": f"{programs}:{os.environ['PATH']}"}

    def run_shell(self, script, *places):
        for written, ours in places:
            script = script.replace(written, str(ours))
        return subprocess.run(["bash", "-euo", "pipefail", "-c", script], cwd=self.copy, env=self.env,
                              input=f"{SENT}\n" * len(re.findall("^read ", script, re.MULTILINE)),
                              capture_output=True, text=True, timeout=60)

    def shell(self, script, *places):
        done = self.run_shell(script, *places)
        self.assertEqual(done.returncode, 0, f"{script}\n{done.stdout}{done.stderr}")
        return done.stdout

    def follow(self, mark, *places):
        """All blocks with this mark, in one shell."""
        return self.shell("".join(marked(GUIDE, mark)), *places)

    def right(self, folder):
        """The manifests of a folder of the copy, which have only fields that exist."""
        manifests = build(self.copy / folder)
        self.assertEqual([problem for manifest in manifests for problem in problems(manifest)], [])
        return manifests

    def patched(self, folder, marks, *places):
        """The same with patches of the README."""
        patches = "".join(marked(GUIDE, mark)[0] for mark in marks)
        file = self.copy / folder / "kustomization.yaml"
        text = file.read_text()
        for written, ours in places:
            self.assertIn(written, text)
            text = text.replace(written, ours)
        other = self.copy / f"{folder}-patched"
        shutil.copytree(file.parent, other, dirs_exist_ok=True)
        (other / "kustomization.yaml").write_text(f"{text}patches:\n{patches}")
        return self.right(other)

    def forwards(self, number, namespace, name):
        """The block asks for the pod; our server does not speak what a forwarded port does."""
        self.assertNotEqual(self.run_shell(marked(GUIDE, "forward")[number]).returncode, 0)
        self.assertEqual(set(self.server.forwarded),
                         {f"/api/v1/namespaces/{namespace}/pods/{name}/portforward"})

    def secrets(self):
        """{name: {key: text}} of what was created."""
        return {one["metadata"]["name"]: secret(one) for one in self.server.applied("Secret")}

    def runs(self, manifests, address, name="redis-fleet-exporter"):
        """The exporter of these manifests, with the Secrets that were created, for a Redis at this address."""
        here = Pod(self.enterContext(tempfile.TemporaryDirectory()), manifests, pod(manifests), self.secrets(),
                   places=[("redis.sessions.svc:6379", address), ("localhost:6379", address)])
        container(manifests, name)["env"] = [
            {"name": key, "value": here.placed(text)} for key, text in
            here.environment(container(manifests, name)).items()]
        return self.enterContext(exporter(here, container(manifests, name)))

    def redis(self):
        """The address of a Redis with the password that is sent."""
        return self.enterContext(RedisServer(f'requirepass "{SENT}"')).address
