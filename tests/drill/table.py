# SPDX-License-Identifier: Apache-2.0
"""All drills, by subject."""

from . import (availability, cluster, connections, exporter, latency, memory, persistence, replication,
               sentinel)
from .healthy import Healthy

DRILLS = [drill for subject in (availability, memory, connections, latency, persistence, replication,
                          sentinel, cluster, exporter) for drill in subject.DRILLS]
HEALTHY = Healthy


def expected():
    """{(alert, severity)} that a drill expects."""
    return {(alert.name, alert.severity) for drill in DRILLS for alert in drill.all_expected()}
