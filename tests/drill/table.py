# SPDX-License-Identifier: Apache-2.0
"""All drills, by subject."""

from . import (availability, cluster, connections, exporter, keyspace, latency, memory, persistence,
               replication, security, sentinel)
from .healthy import Healthy

# One after the other: all at once would need more than two processors within each second.
WAVES = [[drill for subject in subjects for drill in subject.DRILLS] for subjects in [
    [availability, memory, exporter], [connections, latency, persistence],
    [replication, keyspace, security], [sentinel], [cluster]]]
DRILLS = [drill for wave in WAVES for drill in wave]
HEALTHY = Healthy


def expected():
    """{(alert, severity)} that a drill expects."""
    return {(alert.name, alert.severity) for drill in DRILLS for alert in drill.all_expected()}
