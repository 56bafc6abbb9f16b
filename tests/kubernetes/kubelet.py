# SPDX-License-Identifier: Apache-2.0
"""What kubelet makes of a pod for its containers: volumes, environment and arguments, below a folder."""

import os
import pathlib
import re

from support.exporter import Exporter


class Volume:
    """A ConfigMap or Secret as kubelet mounts it: files are links through `..data`, which moves at once."""

    def __init__(self, folder, content):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True)
        self._version = 0
        self.update(content)

    def update(self, content):
        self._version += 1
        version = self.folder / f"..version-{self._version}"
        version.mkdir()
        for name, text in content.items():
            (version / name).write_text(text)
            if not (self.folder / name).is_symlink():
                (self.folder / name).symlink_to(f"..data/{name}")
        link = self.folder / "..data_tmp"
        link.symlink_to(version.name)
        os.rename(link, self.folder / "..data")


class Pod:
    """A pod of `manifests`, which has this template. secrets: {name: {key: text}}; places: what else stands in
    texts, and what takes its place here."""

    def __init__(self, folder, manifests, template, secrets, index=0, places=()):
        self._secrets, self._index = secrets, index
        self._folder = pathlib.Path(folder)
        self.spec = template["spec"]
        config_maps = {one["metadata"]["name"]: one["data"] for one in manifests
                       if one["kind"] == "ConfigMap"}
        self._places = [*places, *((mount["mountPath"], str(self._folder / mount["name"]))
                                   for each in self.spec["containers"]
                                   for mount in each.get("volumeMounts", []))]
        self.volumes = {}
        for volume in self.spec.get("volumes", []):
            content = (config_maps[volume["configMap"]["name"]] if "configMap" in volume
                       else secrets[volume["secret"]["secretName"]])
            self.volumes[volume["name"]] = Volume(
                self._folder / volume["name"],
                {name: self.placed(text) for name, text in content.items()})

    def placed(self, text):
        for written, ours in self._places:
            text = text.replace(written, str(ours))
        return text

    def environment(self, container):
        found = {}
        for variable in container.get("env", []):
            found[variable["name"]] = self._expanded(variable["value"], found) if (
                "value" in variable) else self._from(variable["valueFrom"])
        return found

    def command(self, container):
        """command and args, as they are run."""
        environment = self.environment(container)
        return [self.placed(self._expanded(word, environment)) for word in
                [*container.get("command", []), *container.get("args", [])]]

    def _from(self, source):
        if "secretKeyRef" in source:
            return self._secrets[source["secretKeyRef"]["name"]][source["secretKeyRef"]["key"]]
        if source == {"fieldRef": {"fieldPath": "metadata.labels['apps.kubernetes.io/pod-index']"}}:
            return str(self._index)
        raise AssertionError(f"what is {source} here?")

    @staticmethod
    def _expanded(text, environment):
        """$(NAME) of a variable that stands before; others stay."""
        return re.sub(r"\$\((\w+)\)", lambda found: environment.get(found[1], found[0]), text)


def exporter(pod, container):
    """The exporter as the container runs it, on a port of ours."""
    return Exporter(*pod.command(container), env=pod.environment(container))
