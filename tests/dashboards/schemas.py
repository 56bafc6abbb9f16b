# SPDX-License-Identifier: Apache-2.0
"""The strict schema of dashboards: Grafana's own types, which `npm run schemas` in dashboards/draw
writes into schema/, and what those types lack."""

import json
import pathlib

import jsonschema

_FOLDER = pathlib.Path(__file__).resolve().parent / "schema"
_TEXT, _FLAG = {"type": "string"}, {"type": "boolean"}

# What Grafana reads and writes besides its types, by definition in dashboard.json.
_MORE = {
    "VariableModel": {"definition": _TEXT},
    # Of a Prometheus data source.
    "AnnotationQuery": {"expr": _TEXT, "step": _TEXT, "tagKeys": _TEXT, "titleFormat": _TEXT,
                        "textFormat": _TEXT, "useValueForTime": _FLAG},
}
QUERY = {
    "type": "object",
    "required": ["refId", "expr"],
    "additionalProperties": False,
    "properties": {
        "refId": _TEXT, "expr": {"type": "string", "minLength": 1}, "legendFormat": _TEXT,
        "instant": _FLAG, "range": _FLAG, "exemplar": _FLAG, "hide": _FLAG,
        "format": {"enum": ["time_series", "table", "heatmap"]}, "interval": _TEXT,
        "intervalFactor": {"type": "number"}, "editorMode": {"enum": ["code", "builder"]},
        "datasource": {"type": "object"},
    },
}
NAMES = json.loads((_FOLDER / "names.json").read_text())


def _load(name):
    return json.loads((_FOLDER / f"{name}.json").read_text())


def _dashboard():
    schema = _load("dashboard")
    for name, more in _MORE.items():
        schema["definitions"][name]["properties"].update(more)
    # Nothing chosen is an empty object.
    schema["definitions"]["VariableOption"]["required"] = []
    return schema


def _by_type(name, more):
    """{type of panel: validator}."""
    schema = _load(name)
    definitions = schema["definitions"]
    root = definitions[schema["$ref"].rpartition("/")[2]]
    found = {}
    for kind, of_type in root["properties"].items():
        of_type["properties"].update(more.get(kind, {}))
        found[kind] = jsonschema.Draft7Validator({"definitions": definitions, **of_type})
    return found


def _part(name):
    schema = _dashboard()
    return jsonschema.Draft7Validator({**schema, "$ref": f"#/definitions/{name}"})


_PAGE, _PANEL, _ROW = (_part(name) for name in ("Dashboard", "Panel", "RowPanel"))
_FIELD = jsonschema.Draft7Validator(_load("field_config"))
_QUERY = jsonschema.Draft7Validator(QUERY)
# A footer was an option of tables until Grafana 12, and what that reads it still understands.
OPTIONS = _by_type("panel_options", {"table": {"footer": {"type": "object"}}})
FIELD_OPTIONS = _by_type("panel_field_options", {})


def _errors(validator, content):
    for error in sorted(validator.iter_errors(content), key=lambda error: list(map(str, error.path))):
        worst = jsonschema.exceptions.best_match([error])
        path = "/".join(map(str, worst.absolute_path))
        yield f"{path}: {worst.message[:300]}"


def _panel_errors(panel):
    kind = panel["type"]
    if kind not in OPTIONS:
        yield f"type {kind} is not one of {', '.join(OPTIONS)}"
        return
    yield from (f"options/{error}" for error in _errors(OPTIONS[kind], panel.get("options", {})))
    field_config = panel.get("fieldConfig", {"defaults": {}, "overrides": []})
    custom = [("defaults", field_config["defaults"].get("custom", {}))]
    for number, override in enumerate(field_config["overrides"]):
        for one in override["properties"]:
            where, name = f"overrides/{number}", one["id"]
            if name.startswith("custom."):
                custom.append((where, {name.removeprefix("custom."): one.get("value")}))
            else:
                yield from (f"{where}: {error}" for error in _errors(_FIELD, {name: one.get("value")}))
    for where, options in custom:
        if options and kind not in FIELD_OPTIONS:
            yield f"{where}: panels of type {kind} have no field options: {', '.join(options)}"
        elif options:
            yield from (f"{where}/custom/{error}" for error in _errors(FIELD_OPTIONS[kind], options))
    for target in panel.get("targets", []):
        yield from (f"query {target.get('refId')}: {error}" for error in _errors(_QUERY, target))
    for one in panel.get("transformations", []):
        if one["id"] not in NAMES["transformations"]:
            yield f"there is no transformation {one['id']}"


def problems(page):
    """What of a page Grafana does not know."""
    # Panels each by themselves: in the whole an error only says that one fits neither kind.
    found = [f"{page.name}: {error}" for error in _errors(_PAGE, {**page.json, "panels": []})]
    for panel in page.panels():
        is_row = panel.get("type") == "row"
        kind, content = (_ROW, {**panel, "panels": []}) if is_row else (_PANEL, panel)
        found += [f"{page.place(panel)}: {error}" for error in _errors(kind, content)]
    if found:
        return found  # the rest needs its shape
    return [f"{page.place(panel)}: {error}" for panel in page.panels() if panel["type"] != "row"
            for error in _panel_errors(panel)]
