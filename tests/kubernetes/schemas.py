# SPDX-License-Identifier: Apache-2.0
"""The strict schema of manifests: types of Kubernetes and of the Prometheus operator, which `npm run write`
writes in schema/, and what those do not say."""

import json
import pathlib
import re

import jsonschema

_FOLDER = pathlib.Path(__file__).resolve().parent / "schema"
_NAME = re.compile(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?")
_LABEL_VALUE = re.compile(r"([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?")
_QUANTITY = re.compile(r"\d+(\.\d+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?")

KINDS = {path.stem: jsonschema.Draft7Validator(json.loads(path.read_text()))
         for path in _FOLDER.glob("[A-Z]*.json")}


def _quantities(place, value):
    """(place, quantity) of each limit and request below value."""
    if isinstance(value, list):
        for number, one in enumerate(value):
            yield from _quantities(f"{place}/{number}", one)
    elif isinstance(value, dict):
        for key, one in value.items():
            if key in ("limits", "requests") and isinstance(one, dict):
                yield from ((f"{place}/{key}/{name}", amount) for name, amount in one.items())
            else:
                yield from _quantities(f"{place}/{key}", one)


def problems(manifest):
    """What of one manifest an API server would refuse."""
    kind = manifest.get("kind")
    if kind not in KINDS:
        return [f"kind {kind}: add it to tests/kubernetes/schema/write.js, or mend it"]
    title = f"{kind} {manifest.get('metadata', {}).get('name')}"
    found = []
    for error in KINDS[kind].iter_errors(manifest):
        worst = jsonschema.exceptions.best_match([error])
        path = "/".join(map(str, worst.absolute_path))
        found.append(f"{title}: {path}: {worst.message[:300]}")
    if found:
        return found  # the rest needs its shape
    name = manifest["metadata"].get("name", "")
    if not _NAME.fullmatch(name):
        found.append(f"{title}: {name!r} is no name")
    for label, value in manifest["metadata"].get("labels", {}).items():
        if not _LABEL_VALUE.fullmatch(value):
            found.append(f"{title}: label {label}: {value!r} is no value")
    found += [f"{title}: {place}: {amount!r} is no quantity" for place, amount in
              _quantities("spec", manifest.get("spec", {})) if not _QUANTITY.fullmatch(str(amount))]
    return found
