# SPDX-License-Identifier: Apache-2.0
"""Metrics of others that rules read: their labels, and of each label values that it has."""

# What Prometheus tells of each target, which job and instance name together.
TARGET = {"up": {}, "scrape_duration_seconds": {}, "scrape_timeout_seconds": {}}

# node_exporter 1.5. Those of sysctl need --collector.sysctl.include.
NODE_EXPORTER = {
    "node_memory_MemAvailable_bytes": {},
    "node_memory_MemTotal_bytes": {},
    "node_vmstat_oom_kill": {},
    "node_cpu_seconds_total": {
        "cpu": {"0"}, "mode": {"idle", "iowait", "irq", "nice", "softirq", "steal", "system", "user"}},
    **dict.fromkeys(["node_filesystem_avail_bytes", "node_filesystem_size_bytes",
                     "node_filesystem_readonly"], {
        "device": {"/dev/vda"}, "mountpoint": {"/", "/boot", "/run/user/0"},
        "fstype": {"ext4", "xfs", "tmpfs", "ramfs", "squashfs", "iso9660", "vfat"}}),
    "node_sysctl_vm_overcommit_memory": {},
    "node_sysctl_net_core_somaxconn": {},
}

_POD = {"namespace": {"shop"}, "pod": {"redis-0"}}
_CONTAINER = {**_POD, "container": {"redis", "POD", "metrics", "redis-exporter"}}

# kubelet: /metrics/cadvisor and /metrics.
KUBELET = {
    **dict.fromkeys(["container_memory_working_set_bytes", "container_cpu_cfs_periods_total",
                     "container_cpu_cfs_throttled_periods_total"],
                    {**_CONTAINER, "id": {"/"}, "name": {"a"}, "image": {"redis"}}),
    **dict.fromkeys(["kubelet_volume_stats_available_bytes", "kubelet_volume_stats_capacity_bytes"],
                    {"namespace": {"shop"}, "persistentvolumeclaim": {"data-redis-0"}}),
}

# kube-state-metrics 2.
KUBE_STATE_METRICS = {
    "kube_pod_owner": {**_POD, "uid": {"a"}, "owner_name": {"redis"}, "owner_is_controller": {"true"},
                       "owner_kind": {"StatefulSet", "ReplicaSet"}},
    "kube_pod_container_resource_limits": {
        **_CONTAINER, "uid": {"a"}, "node": {"a"}, "resource": {"cpu", "memory"},
        "unit": {"core", "byte"}},
    "kube_pod_container_status_restarts_total": {**_CONTAINER, "uid": {"a"}},
    "kube_pod_container_status_last_terminated_reason": {
        **_CONTAINER, "uid": {"a"}, "reason": {"OOMKilled", "Completed", "Error"}},
    **dict.fromkeys(["kube_statefulset_replicas", "kube_statefulset_status_replicas_ready"],
                    {"namespace": {"shop"}, "statefulset": {"redis"}}),
    "kube_pod_spec_volumes_persistentvolumeclaims_info": {
        **_POD, "uid": {"a"}, "volume": {"data"}, "persistentvolumeclaim": {"data-redis-0"}},
}

FOREIGN = {**TARGET, **NODE_EXPORTER, **KUBELET, **KUBE_STATE_METRICS}
