# SPDX-License-Identifier: Apache-2.0
"""What node_exporter, kubelet and kube-state-metrics tell of the fleet of well_fleet.py: hosts of
some of its servers, and pods of its Cluster."""

from rules.well_fleet import GB, RESTART, during, rising, until

# The group whose servers are pods of a StatefulSet of the same name; an exporter is in each.
PODS = "catalogue"
NAMESPACE = "shop"

ROOT = '{device="/dev/vda1", fstype="ext4", mountpoint="/"}'
BOOT = '{device="/dev/vda2", fstype="ext4", mountpoint="/boot"}'
IMAGE = '{device="/dev/sr0", fstype="udf", mountpoint="/media/cdrom"}'  # cannot be written to
SCRATCH = '{device="tmpfs", fstype="tmpfs", mountpoint="/run"}'


def host(**other):
    """A host of two processors."""
    files = {"avail_bytes": {ROOT: 40 * GB, BOOT: 0.02 * GB, IMAGE: 0, SCRATCH: 0},
             "size_bytes": {ROOT: 100 * GB, BOOT: 0.5 * GB, IMAGE: 0.7 * GB, SCRATCH: 0.1 * GB},
             "readonly": {ROOT: 0, BOOT: 0, IMAGE: 1, SCRATCH: 0}}
    cpu = {"user": 24, "system": 12, "steal": 1, "idle": 18, "iowait": 5}  # 62 % busy
    return {
        "node_memory_MemTotal_bytes": 8 * GB,
        "node_memory_MemAvailable_bytes": 2 * GB,
        "node_vmstat_oom_kill": 2,
        **{f'node_cpu_seconds_total{{cpu="{number}", mode="{mode}"}}': rising(per_minute)
           for number in (0, 1) for mode, per_minute in cpu.items()},
        **{f"node_filesystem_{name}{where}": value for name, found in files.items()
           for where, value in found.items()},
        "node_sysctl_vm_overcommit_memory": 1,
        "node_sysctl_net_core_somaxconn": 4096,
        **other}


# A cache that saves nothing and has no replica does not fork; of a host without Redis all may be.
HOSTS = {
    "alone": host(),
    "queue": host(),
    "cache": host(node_sysctl_vm_overcommit_memory=0),
    "elsewhere": host(node_sysctl_vm_overcommit_memory=0, node_memory_MemAvailable_bytes=0,
                      node_sysctl_net_core_somaxconn=128, node_vmstat_oom_kill=rising(1)),
}


def pod(name):
    """Its exporter is throttled, near its limit, and restarts."""
    labels = f'namespace="{NAMESPACE}", pod="{name}"'
    redis, exporter = (f'{{{labels}, container="{one}"}}' for one in ("redis", "redis-exporter"))
    limit = f'{{{labels}, container="%s", resource="memory", unit="byte"}}'
    claim = f'namespace="{NAMESPACE}", persistentvolumeclaim="data-{name}"'
    return {
        f"container_memory_working_set_bytes{redis}": 1.2 * GB,
        f"container_memory_working_set_bytes{exporter}": 0.099 * GB,
        "kube_pod_container_resource_limits" + limit % "redis": 2 * GB,
        "kube_pod_container_resource_limits" + limit % "redis-exporter": 0.1 * GB,
        f"container_cpu_cfs_periods_total{redis}": rising(600),
        f"container_cpu_cfs_periods_total{exporter}": rising(600),
        f"container_cpu_cfs_throttled_periods_total{redis}": rising(30),
        f"container_cpu_cfs_throttled_periods_total{exporter}": rising(500),
        f"kube_pod_container_status_restarts_total{redis}": until(RESTART, 0, 1),
        f"kube_pod_container_status_restarts_total{exporter}": lambda minute: minute // 10,
        f'kube_pod_container_status_last_terminated_reason{redis[:-1]}, reason="Completed"}}':
            until(RESTART, None, 1),
        f'kube_pod_container_status_last_terminated_reason{exporter[:-1]}, reason="OOMKilled"}}': 1,
        f'kube_pod_owner{{{labels}, owner_kind="StatefulSet", owner_name="{PODS}"}}': 1,
        f'kube_pod_spec_volumes_persistentvolumeclaims_info{{{labels}, volume="data", '
        f'persistentvolumeclaim="data-{name}"}}': 1,
        f"kubelet_volume_stats_available_bytes{{{claim}}}": 5 * GB,
        f"kubelet_volume_stats_capacity_bytes{{{claim}}}": 10 * GB,
    }


STATEFUL_SET = f'{{namespace="{NAMESPACE}", statefulset="{PODS}"}}'
CLUSTER_WIDE = {
    f"kube_statefulset_replicas{STATEFUL_SET}": 6,
    f"kube_statefulset_status_replicas_ready{STATEFUL_SET}": during(RESTART, 5, 6),
}
