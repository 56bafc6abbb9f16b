#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Reads an OpenMetrics page by Debian's python3-prometheus-client, which is strict, and prints it as
JSON: a list of [family, type, unit, [[name, labels, value], ...]].

A program, because the package belongs to Debian's Python, whichever runs the tests."""

import json
import sys

from prometheus_client.openmetrics.parser import text_string_to_metric_families

families = [[family.name, family.type, family.unit,
             [[sample.name, sample.labels, repr(sample.value)] for sample in family.samples]]
            for family in text_string_to_metric_families(sys.stdin.read())]
json.dump(families, sys.stdout)
