# SPDX-License-Identifier: Apache-2.0
"""As much of an API server as kubectl needs to create, apply, watch and find what the README tells.

It keeps what it is sent. Pods of a workload are there as soon as it is, and all is ready.
"""

import base64
import copy
import http.server
import json
import threading
import urllib.parse

from support.loopback_server import LoopbackServer

# Group and version: {name in paths: kind}.
_KINDS = {
    "v1": {"namespaces": "Namespace", "configmaps": "ConfigMap", "secrets": "Secret",
           "services": "Service", "serviceaccounts": "ServiceAccount", "pods": "Pod"},
    "apps/v1": {"deployments": "Deployment", "statefulsets": "StatefulSet"},
    "networking.k8s.io/v1": {"networkpolicies": "NetworkPolicy"},
    "policy/v1": {"poddisruptionbudgets": "PodDisruptionBudget"},
    "monitoring.coreos.com/v1": {"podmonitors": "PodMonitor", "servicemonitors": "ServiceMonitor",
                                 "prometheusrules": "PrometheusRule"},
    "monitoring.coreos.com/v1alpha1": {"scrapeconfigs": "ScrapeConfig"},
}


def _resources(version):
    return {"kind": "APIResourceList", "groupVersion": version, "resources": [
        {"name": name, "singularName": "", "namespaced": kind != "Namespace", "kind": kind,
         "verbs": ["create", "delete", "get", "list", "patch", "watch"]}
        for name, kind in _KINDS[version].items()]}


def _discovery(path):
    """What tells kubectl which kinds there are, or None."""
    if path == "/api":
        return {"kind": "APIVersions", "versions": ["v1"]}
    if path == "/apis":
        groups = {}
        for version in _KINDS:
            if "/" in version:
                groups.setdefault(version.split("/")[0], []).append(
                    {"groupVersion": version, "version": version.split("/")[1]})
        return {"kind": "APIGroupList", "apiVersion": "v1", "groups": [
            {"name": name, "versions": versions, "preferredVersion": versions[0]}
            for name, versions in groups.items()]}
    version = path.removeprefix("/apis/").removeprefix("/api/")
    return _resources(version) if version in _KINDS else None


def _fields(data):
    """(number, value) of the fields of a protobuf message; only numbers and bytes."""
    def number():
        nonlocal place
        value = shift = 0
        while True:
            byte = data[place]
            place += 1
            value |= (byte & 0x7f) << shift
            shift += 7
            if byte < 0x80:
                return value

    place = 0
    while place < len(data):
        key = number()
        value = number()
        if key & 7 == 2:
            value, place = data[place:place + value], place + value
        yield key >> 3, value


def _manifest(body):
    """The object that kubectl sends: `create` as protobuf, all else as JSON."""
    if not body.startswith(b"k8s\0"):
        return json.loads(body)
    unknown = dict(_fields(body[4:]))
    version, kind = (text.decode() for _, text in _fields(unknown[1]))
    fields = list(_fields(unknown[2]))
    manifest = {"apiVersion": version, "kind": kind,
                "metadata": {"name": dict(_fields(dict(fields)[1]))[1].decode()}}
    if kind == "Secret":
        entries = [dict(_fields(entry)) for number, entry in fields if number == 2]
        manifest["data"] = {entry[1].decode(): base64.b64encode(entry[2]).decode()
                            for entry in entries}
        manifest["type"] = dict(fields)[3].decode()
    return manifest


def _containers(manifest):
    """Those of a workload."""
    return manifest.get("spec", {}).get("template", {}).get("spec", {}).get("containers", [])


def _ready(manifest):
    """The object with a status, as its controller would have it after a while."""
    found = copy.deepcopy(manifest)
    found["metadata"].update(generation=1, uid=found["metadata"]["name"], resourceVersion="1")
    if found["kind"] in ("Deployment", "StatefulSet"):
        count = found["spec"]["replicas"]
        found["spec"].setdefault("updateStrategy", {"type": "RollingUpdate"})
        found["status"] = {"observedGeneration": 1, "currentRevision": "1", "updateRevision": "1",
                           **{name: count for name in ("replicas", "readyReplicas", "currentReplicas",
                                                       "availableReplicas", "updatedReplicas")}}
    return found


class ApiServer(LoopbackServer):
    """objects: {(kind, namespace, name): manifest}; forwarded: paths of attempts to forward a port."""

    def __init__(self):
        self.objects, self.forwarded = {}, []
        self._pods_made = 0
        self._ended = threading.Event()
        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                server._get(self)

            def do_DELETE(self):
                kind, namespace, name, _ = server._place(self.path)
                uid = server._pods_made
                if kind == "Pod":
                    server._pods_made += 1  # by its StatefulSet, under the same name
                else:
                    uid = server.objects.pop((kind, namespace, name))["metadata"]["uid"]
                server._answer(self, {"kind": "Status", "apiVersion": "v1", "status": "Success",
                                      "details": {"name": name, "uid": str(uid)}})

            do_POST = do_PATCH = lambda self: server._write(self)

            def log_message(self, *_):
                pass

        super().__init__(Handler)

    def __exit__(self, *_):
        self._ended.set()
        super().__exit__()

    def applied(self, kind):
        """Manifests of this kind."""
        return [one for (found, _, _), one in sorted(self.objects.items()) if found == kind]

    @staticmethod
    def _answer(request, content, status=200):
        body = json.dumps(content).encode()
        request.send_response(status)
        request.send_header("Content-Type", "application/json")
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    @staticmethod
    def _place(path):
        """(kind, namespace, name, what is below it) of a path."""
        prefix, _, rest = path.lstrip("/").partition("/")
        parts = rest.split("/")
        version = "v1" if prefix == "api" else "/".join(parts[:2])
        parts = parts[1 if prefix == "api" else 2:]
        namespace = ""
        if parts[0] == "namespaces" and len(parts) > 2:
            namespace, parts = parts[1], parts[2:]
        kind = _KINDS[version][parts[0]]
        return kind, namespace, parts[1] if len(parts) > 1 else None, "/".join(parts[2:])

    def _get(self, request):
        url = urllib.parse.urlsplit(request.path)
        query = dict(urllib.parse.parse_qsl(url.query))
        discovery = _discovery(url.path)
        if discovery:
            return self._answer(request, discovery)
        try:
            kind, namespace, name, below = self._place(url.path)
        except (KeyError, IndexError):
            return self._missing(request)
        if below == "log":
            request.send_response(200)
            request.end_headers()
            return request.wfile.write(b"a line of the log\n")
        if below:  # a port to forward, over a protocol that is not spoken here
            self.forwarded.append(url.path)
            return self._missing(request)
        if query.get("watch"):
            request.send_response(200)
            request.end_headers()
            self._ended.wait()
            return None
        if name:
            found = (self._pod(namespace, name) if kind == "Pod"
                     else self.objects.get((kind, namespace, name)))
            if kind == "ServiceAccount" and not found:  # that of a namespace comes by itself
                found = self.objects[kind, namespace, name] = {
                    "apiVersion": "v1", "kind": kind, "metadata": {"name": name, "namespace": namespace}}
            return self._answer(request, found) if found else self._missing(request)
        items = [self._pod(namespace)] if kind == "Pod" else self.applied(kind)
        return self._answer(request, {"kind": f"{kind}List", "apiVersion": items[0]["apiVersion"],
                                      "metadata": {"resourceVersion": "1"}, "items": items})

    def _missing(self, request):
        self._answer(request, {"kind": "Status", "apiVersion": "v1", "status": "Failure",
                               "reason": "NotFound", "message": "not found", "code": 404}, 404)

    def _pod(self, namespace, name=None):
        """The pod of the namespace's workload with this name, if it has one; without a name the first."""
        workload = next(one for kind in ("Deployment", "StatefulSet") for one in self.applied(kind)
                        if one["metadata"]["namespace"] == namespace)
        template = workload["spec"]["template"]
        names = [f"{workload['metadata']['name']}-{number}" for number in range(workload["spec"]["replicas"])]
        if name and name not in names:
            return None
        return {"kind": "Pod", "apiVersion": "v1", "spec": template["spec"],
                "metadata": {"name": name or names[0], "namespace": namespace,
                             "uid": str(self._pods_made), "labels": template["metadata"]["labels"]},
                "status": {"phase": "Running",
                           "conditions": [{"type": "Ready", "status": "True"}]}}

    def _write(self, request):
        body = request.rfile.read(int(request.headers.get("Content-Length", 0)))
        path = urllib.parse.urlsplit(request.path).path
        kind, namespace, name, below = self._place(path)
        if below:
            self.forwarded.append(path)
            return self._missing(request)
        manifest = _manifest(body)
        if request.command == "PATCH" and "metadata" not in manifest:  # of kubectl patch
            self.objects[kind, namespace, name].update(manifest)
            return self._answer(request, self.objects[kind, namespace, name])
        if request.command == "PATCH":  # with the whole object in its annotation, as kubectl apply does
            keeps = "kubectl.kubernetes.io/last-applied-configuration"
            manifest = json.loads(manifest["metadata"]["annotations"][keeps])
        for number, container in enumerate(_containers(manifest)):
            if "image" not in container:
                return self._answer(request, {
                    "kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "Invalid", "code": 422,
                    "message": f"spec.template.spec.containers[{number}].image: Required value"}, 422)
        manifest["metadata"].setdefault("namespace", namespace)
        self.objects[kind, namespace, manifest["metadata"]["name"]] = _ready(manifest)
        return self._answer(request, _ready(manifest), 201 if request.command == "POST" else 200)


def secret(manifest):
    """{key: text} of a Secret."""
    return {key: base64.b64decode(text).decode() for key, text in manifest["data"].items()}
