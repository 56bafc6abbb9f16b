# SPDX-License-Identifier: Apache-2.0
"""What rules keep to. Each check takes the pack (pack.Pack) and what there is (known.Known), and
gives the problems that it finds as lines of text; rules_lint_test.py plants one of each kind."""

import collections
import re

from drill import table
from rules import promql
from rules.foreign import FOREIGN, TARGET
from rules.known import COMMON
from rules.pack import render

SEVERITIES = ["info", "warning", "critical"]
ANNOTATIONS = {"summary", "description", "runbook_url"}
SECTIONS = ["Meaning", "Impact", "How to look", "Causes", "Cure", "How to avoid it"]
OPT_IN = {"redis-host.yml", "redis-kubernetes.yml"}  # these join on what others' metrics have
MAX_NAME = 40
MAX_RULES = 20

LIMIT = r"redis_group:(\w+)_(info|warning|critical):threshold"
COMPARISON = re.compile(
    rf"(\S+) on \((?:redis_group\) group_left \(\) |\) group_left \(\) max\(){LIMIT}")
PROOF = re.compile(r"promtool(, drill|; no drill: \S.*)")


def names(pack, _):
    """CamelCase, once for each severity; groups once; recorded names level:metric:operations."""
    count = collections.Counter((rule["alert"], rule.get("labels", {}).get("severity"))
                                for _, rule in pack.alerts())
    yield from (f"{name} {severity}: twice" for (name, severity), times in count.items()
                if times > 1)
    for name in {rule["alert"] for _, rule in pack.alerts()}:
        if not re.fullmatch(r"Redis([A-Z][a-z0-9]+)+", name):
            yield f"{name}: not CamelCase behind Redis"
        if len(name) > MAX_NAME:
            yield f"{name}: {len(name)} characters, {MAX_NAME} at most"
    count = collections.Counter(group["name"] for _, group in pack.groups())
    yield from (f"group {name}: twice" for name, times in count.items() if times > 1)
    count = collections.Counter(rule["record"] for _, rule in pack.records())
    yield from (f"{name}: recorded twice" for name, times in count.items() if times > 1)
    for _, rule in pack.records():
        if not re.fullmatch(r"[a-z_]+:[a-z0-9_]+:[a-z0-9_]+", rule["record"]):
            yield f"{rule['record']}: not level:metric:operations"


def sizes(pack, _):
    for file, group in pack.groups():
        if not 0 < len(group["rules"]) <= MAX_RULES:
            yield f"{file}: {group['name']}: {len(group['rules'])} rules, {MAX_RULES} at most"


def labels(pack, _):
    for file, rule in pack.alerts():
        found = rule.get("labels", {})
        if set(found) != {"severity"} or found["severity"] not in SEVERITIES:
            yield f"{file}: {rule['alert']}: labels {found}: severity alone, of {SEVERITIES}"


def annotations(pack, _):
    for file, rule in pack.alerts():
        place, found = f"{file}: {rule['alert']}", rule.get("annotations", {})
        if set(found) != ANNOTATIONS:
            yield f"{place}: annotations {sorted(found)}, not {sorted(ANNOTATIONS)}"
            continue
        if "{{" in found["summary"] or not re.fullmatch(r"[A-Z][^.]*\.", found["summary"]):
            yield f"{place}: summary: one sentence without templates"
        text = found["description"]
        if "$labels." not in text or (":threshold" in rule["expr"] and "$value" not in text) or \
                not text.endswith("."):
            yield f"{place}: description: where, how much, and a period"
        if found["runbook_url"] != f"{render.RUNBOOKS}/{rule['alert']}":
            yield f"{place}: runbook_url is not ${{runbooks}}/{rule['alert']}"


def times(pack, _):
    """Durations are names of times.yml, each of which is used and says what for."""
    used = set()
    for file, document in pack.sources.items():
        for group in document["groups"]:
            for rule in group["rules"]:
                place = f"{file}: {rule.get('alert', rule.get('record'))}"
                waits = [str(rule["for"])] if "for" in rule else []
                if "alert" in rule and not waits:
                    yield f"{place}: no for"
                spans = re.findall(r"\[([^\]]*)\]|offset (\S+?)(?=[\s)]|$)", rule["expr"])
                spans = [one or other for one, other in spans]
                for text in waits + spans:
                    found = re.fullmatch(r"\$\{(\w+)\}", text)
                    if not found:
                        yield f"{place}: {text}: not a name of times.yml"
                    elif found[1].endswith("_for") != (text in waits):
                        yield f"{place}: {text}: names of `for`, and they alone, end in _for"
                used |= set(re.findall(r"\$\{(\w+)\}", str(rule)))
    for line in filter(re.compile(r"[^#\s]").match, pack.times.splitlines()):
        name = line.partition(":")[0]
        if name not in used:
            yield f"times.yml: {name}: no rule uses it"


def selectors(pack, known):
    """Metrics, labels and label values exist; what changes with state is joined or aggregated."""
    recorded = {rule["record"] for _, rule in pack.records()}
    for file, rule in [*pack.alerts(), *pack.records()]:
        place = f"{file}: {rule.get('alert', rule.get('record'))}"
        for one in promql.read(rule["expr"])[0]:
            if one.metric in recorded:
                continue
            if one.metric not in known.labels:
                yield f"{place}: {one.metric or 'a selector without a metric'}: nobody emits it"
                continue
            if one.metric in FOREIGN and one.metric not in TARGET and file not in OPT_IN:
                yield f"{place}: {one.metric}: of others: rules that need it are opt-in"
            for label, operator, value in one.matchers:
                if label == "le":
                    yield f"{place}: {one.metric}: le is written differently by Prometheus 3"
                elif label not in known.labels[one.metric] | COMMON:
                    yield f"{place}: {one.metric}: no label {label}"
                elif not known.accepts(one.metric, label, operator, value):
                    yield f"{place}: {one.metric}: {label} never is {value}"
            if known.changes(one.metric) and (one.bare or set(one.functions) & {
                    "rate", "increase", "irate", "delta", "idelta", "deriv", "changes", "resets"}):
                yield f"{place}: {one.metric}: its labels change: aggregate it, or join on others"


def queries(pack, known):
    """What the description asks Prometheus for exists."""
    recorded = {rule["record"] for _, rule in pack.records()}
    for file, rule in pack.alerts():
        text = rule["annotations"]["description"]
        found = re.findall(r'printf "([\w:]+)\{([^}]*)\}', text)
        found += [(metric, "") for metric in re.findall(r'"max\(([\w:]+)\)" \| query', text)]
        if len(found) != text.count("| query"):
            yield f"{file}: {rule['alert']}: a query otherwise than by printf and a selector"
        if text.count("{{ range ") != text.count("| sortByLabel"):
            yield f"{file}: {rule['alert']}: a list without sortByLabel has no order"
        for metric, inside in found:
            labels = set(re.findall(r"(\w+)=", inside))
            if metric not in recorded and not labels <= known.labels.get(metric, set()) | COMMON:
                yield f"{file}: {rule['alert']}: {metric} with {sorted(labels)}: nobody emits it"
            if metric not in recorded and metric not in known.labels:
                yield f"{file}: {rule['alert']}: {metric}: nobody emits it"


def joins(pack, _):
    """On redis_group and instance, but in opt-in rules; on job only where Prometheus's own metrics
    of a target are."""
    for file, rule in [*pack.alerts(), *pack.records()]:
        found, lists = promql.read(rule["expr"])
        targets = set(TARGET) & {one.metric for one in found}
        ours = not targets and file not in OPT_IN
        for one in lists:
            if one.keyword == "on" and one.labels and ours and not (
                    {"redis_group", "instance"} & set(one.labels)):
                yield f"{file}: {rule.get('alert')}: on {one.labels}: without redis_group"
            if "job" in one.labels and not targets:
                yield f"{file}: {rule.get('alert')}: {one.keyword} (job): others may have another"


def groups(pack, _):
    """What judges a group leaves out nodes that have none."""
    for file, rule in pack.alerts():
        for one in promql.read(rule["expr"])[0]:
            if one.by == ("redis_group",) and not one.metric.startswith("redis_group") and \
                    ("redis_group", "!=", "") not in one.matchers and not one.joined:
                yield f"{file}: {rule['alert']}: {one.metric} by (redis_group) without " \
                      'redis_group!=""'


def thresholds(pack, _):
    """Limits exist, have the alert's severity where they can, are on the right side, and shown."""
    directions = {(name, severity): direction
                  for name, severity, direction, _ in render.thresholds()}
    for file, rule in pack.alerts():
        place, text = f"{file}: {rule['alert']}", promql.normal(rule["expr"])
        compared = COMPARISON.findall(text)
        if len(compared) != len(re.findall(":threshold", text)):
            yield f"{place}: a threshold is compared otherwise than by `on (redis_group) " \
                  "group_left ()`, or, where there is no group, `on () group_left () max(...)`"
        for operator, name, severity in compared:
            if (name, severity) not in directions:
                yield f"{place}: no threshold {name} {severity}"
                continue
            if operator != {"above": ">", "below": "<"}[directions[name, severity]]:
                yield f"{place}: {name}: {operator}: it fires {directions[name, severity]}"
            own = rule["labels"]["severity"]
            if severity != own and (name, own) in directions:
                yield f"{place}: {name}_{severity} in an alert that is {own}"
        shown = re.findall(LIMIT, rule["annotations"]["description"])
        if compared and compared[0][1:] not in shown:
            yield f"{place}: the description does not show the limit {compared[0][1]}"
        for limit in set(shown) - {one[1:] for one in compared}:
            yield f"{place}: the description shows {limit[0]}, which is not compared with"


def tests(pack, _):
    """Each severity fires in a promtool test, and each alert does not in another."""
    fires, silent = set(), set()
    for document in pack.tests.values():
        for case in [case for test in document["tests"]
                     for case in test.get("alert_rule_test", [])]:
            found = case.get("exp_alerts") or []
            fires |= {(case["alertname"], alert["exp_labels"]["severity"]) for alert in found}
            silent |= set() if found else {case["alertname"]}
    for _, rule in pack.alerts():
        if (rule["alert"], rule["labels"]["severity"]) not in fires:
            yield f"{rule['alert']} {rule['labels']['severity']}: fires in no test"
        if rule["alert"] not in silent:
            yield f"{rule['alert']}: no test expects that it does not fire"


def healthy(pack, _):
    """The fleet that is well has what rules read, or its silence would show nothing."""
    recorded = {rule["record"] for _, rule in pack.records()}
    for file, rule in [*pack.alerts(), *pack.records()]:
        if file == "redis-thresholds.yml":
            continue
        read = {one.metric for one in promql.read(rule["expr"])[0]} - recorded - pack.healthy
        for metric in sorted(read):
            yield f"{file}: {rule.get('alert', rule.get('record'))}: {metric}: not in " \
                  "tests/rules/well_fleet.py"


def runbooks(pack, _):
    alerts = {rule["alert"] for _, rule in pack.alerts()}
    yield from (f"{name}: no docs/runbooks/{name}.md" for name in alerts - set(pack.runbooks))
    yield from (f"docs/runbooks/{name}.md: no such alert" for name in set(pack.runbooks) - alerts)
    for name, text in pack.runbooks.items():
        if not text.startswith(f"# {name}\n"):
            yield f"docs/runbooks/{name}.md: begins otherwise than with # {name}"
        parts = re.split(r"^## (.*)\n", text, flags=re.MULTILINE)
        if parts[1::2] != SECTIONS:
            yield f"docs/runbooks/{name}.md: sections {parts[1::2]}, not {SECTIONS}"
        yield from (f"docs/runbooks/{name}.md: {title} is empty"
                    for title, body in zip(parts[1::2], parts[2::2]) if not body.strip())


def readme(pack, known):
    """A row for each alert: its severities, thresholds, metrics of its expression, since when, and
    proof."""
    severities, metrics = collections.defaultdict(list), collections.defaultdict(set)
    limits = collections.defaultdict(set)
    recorded = {rule["record"]: rule["expr"] for _, rule in pack.records()}
    for _, rule in pack.alerts():
        severities[rule["alert"]].append(rule["labels"]["severity"])
        limits[rule["alert"]] |= {name for name, _ in re.findall(LIMIT, rule["expr"])}
        for one in promql.read(rule["expr"])[0]:
            metrics[rule["alert"]].add(one.metric)
            if one.metric in recorded:
                metrics[rule["alert"]] |= {
                    inner.metric for inner in promql.read(recorded[one.metric])[0]}
    rows, seen = pack.rows(), set()
    yield from (f"README.md: {row['Condition']}: twice"
                for number, row in enumerate(rows) if row in rows[:number])
    for row in rows:
        found = re.fullmatch(r"\[(\w+)\]\(\.\./docs/runbooks/\1\.md\)", row.get("Alert", ""))
        if row.get("Alert") == "none":
            if not row["Proof"].startswith("none: "):
                yield f"README.md: {row['Condition']}: Proof says `none: why`"
            continue
        if not found or found[1] not in severities:
            yield f"README.md: {row.get('Alert')}: neither none nor an alert with its runbook"
            continue
        name = found[1]
        seen.add(name)
        if row["Severity"] != ", ".join(sorted(severities[name], key=SEVERITIES.index)):
            yield f"README.md: {name}: severity {row['Severity']}, not {severities[name]}"
        if row["Threshold"] != ", ".join(f"`{limit}`" for limit in sorted(limits[name])):
            yield f"README.md: {name}: threshold {row['Threshold']}, not {sorted(limits[name])}"
        named = re.findall(r"`(\w+)`", row["Metric"])
        if not named or not set(named) <= metrics[name]:
            yield f"README.md: {name}: metric {row['Metric']}: not those of its expression"
        since = {known.since.get(metric, "") for metric in named} - {""}
        if set(filter(None, row["Since"].split(", "))) != since:
            yield f"README.md: {name}: since {row['Since']}, but docs/metrics.md says {since or ''}"
        if not PROOF.fullmatch(row["Proof"]):
            yield f"README.md: {name}: proof: `promtool, drill` or `promtool; no drill: why`"
    yield from (f"README.md: no row of {name}" for name in set(severities) - seen)


def drills(pack, _):
    """The proof is a drill where there is one, and only there."""
    drilled = {name for name, _ in table.expected()}
    for row in pack.rows():
        name = row.get("Alert", "").strip("[").partition("]")[0]
        if row["Proof"] == "promtool, drill" and name not in drilled:
            yield f"README.md: {name}: no drill of tests/drill expects it"
        if row["Proof"] != "promtool, drill" and name in drilled:
            yield f"README.md: {name}: proof: promtool, drill: tests/drill expects it"


CHECKS = [names, sizes, labels, annotations, times, selectors, queries, joins, groups, thresholds,
          tests, healthy, runbooks, readme, drills]


def problems(pack, known):
    return [f"{check.__name__}: {problem}" for check in CHECKS for problem in check(pack, known)]
