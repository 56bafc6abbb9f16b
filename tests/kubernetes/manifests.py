# SPDX-License-Identifier: Apache-2.0
"""The kustomizations of deploy/kubernetes, built."""

import functools
import pathlib
import subprocess

import yaml

from support.newer_kubectl import kubectl

TOP = pathlib.Path(__file__).resolve().parents[2]
DEPLOY = TOP / "deploy/kubernetes"
OVERLAYS = ["overlays/sidecar", "overlays/fleet", "overlays/replicas"]
NAME = "app.kubernetes.io/name"


def targets():
    """Folders that `kubectl apply -k` takes, relative to DEPLOY."""
    found = []
    for path in DEPLOY.rglob("kustomization.yaml"):
        if yaml.safe_load(path.read_text())["kind"] == "Kustomization":
            found.append(str(path.parent.relative_to(DEPLOY)))
    return sorted(found)


def build(folder):
    """The manifests of a folder that kustomize builds."""
    done = subprocess.run([kubectl(), "kustomize", str(folder)], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=60)
    if done.returncode != 0 or done.stderr:  # a warning is about what will not work for long
        raise AssertionError(f"kubectl kustomize {folder}: {done.stderr}")
    return list(yaml.load_all(done.stdout, yaml.CSafeLoader))


@functools.lru_cache(maxsize=None)
def built(name):
    """The same of a folder of DEPLOY; not to be changed."""
    return build(DEPLOY / name)


def one(manifests, kind):
    (found,) = [manifest for manifest in manifests if manifest["kind"] == kind]
    return found


def workload(manifests):
    """The Deployment or StatefulSet."""
    (found,) = [manifest for manifest in manifests
                if manifest["kind"] in ("Deployment", "StatefulSet")]
    return found


def pod(manifests):
    """The pod's template."""
    return workload(manifests)["spec"]["template"]


def container(manifests, name="redis-fleet-exporter"):
    (found,) = [one for one in pod(manifests)["spec"]["containers"] if one["name"] == name]
    return found


def selects(selector, labels):
    """Whether a label selector takes an object that has these labels."""
    def fits(expression):
        if expression["operator"] != "In":
            raise AssertionError(f"{expression}: only In is known here")
        return labels.get(expression["key"]) in expression["values"]

    wanted = selector.get("matchLabels", {})
    return (wanted.items() <= labels.items()
            and all(map(fits, selector.get("matchExpressions", []))))
