// SPDX-License-Identifier: Apache-2.0
// INFO server: which program runs there, since when, and in which role; and, on Valkey 9, the
// certificates that it uses.
#include <string_view>

#include "collectors/collector.h"
#include "collectors/registry.h"

namespace fleet {
namespace {

constexpr InfoField kFields[] = {
    {"uptime_in_seconds",
     gauge("redis_uptime_in_seconds", "Seconds since the server process started.")},
    {"process_id", gauge("redis_process_id", "Process id of the server on its host.")},
    {"io_threads_active",
     gauge("redis_io_threads_active",
           "1 while I/O threads share the work, 0 while the main thread does it alone.")},
    {"hz", gauge("redis_hz", "Rounds per second of the server's periodic work, as it runs now.")},
    {"configured_hz", gauge("redis_configured_hz",
                            "Rounds per second of the server's periodic work, as configured.")},
    {"clients_hz", gauge("redis_clients_cron_frequency_hertz",
                         "Rounds per second of the periodic work on clients.")
                       .since("Valkey 8.1")},
    {"arch_bits", gauge("redis_server_word_size_bytes", "Size of a machine word in bytes, 4 or 8."),
     8},
    {"server_time_usec",
     gauge("redis_server_time_seconds", "The server's clock as Unix time, for clock skew."), 1e6},
    {"lru_clock", gauge("redis_lru_clock_seconds",
                        "The low 24 bits of the clock in seconds by which keys age for LRU.")},
    {"shutdown_in_milliseconds",
     gauge("redis_shutdown_remaining_seconds",
           "Seconds that a shutdown still waits for replicas, only while one waits.")
         .since("7.0"),
     1e3},
    {"server_threads",
     legacy(Type::gauge, "redis_server_threads_total", "Worker threads, at least 1.")
         .since("KeyDB")},
    {"long_lock_waits",
     counter("redis_long_lock_waits_total", "Times that a thread waited long for the global lock.")
         .since("KeyDB")},
    {"current_client_thread", gauge("redis_current_client_thread",
                                    "Number of the thread that answered this request, from 0.")
                                  .since("KeyDB")},
    {"mvcc_depth",
     gauge("redis_mvcc_depth", "Snapshots of the database that are open on top of each other.")
         .since("KeyDB")},
    {"instantaneous_lock_contention", gauge("redis_instantaneous_lock_contention",
                                            "Threads that wait for the global lock right now.")
                                          .since("KeyDB")},
    {"avg_lock_contention",
     gauge("redis_average_lock_contention",
           "Threads that wait for the global lock, averaged over the latest samples.")
         .since("KeyDB")},
    {"tls_server_cert_expires_in_seconds",
     gauge("redis_tls_server_cert_expires_in_seconds",
           "Seconds until the server's certificate expires, negative afterwards.")
         .since("Valkey 9.1")},
    {"tls_client_cert_expires_in_seconds",
     gauge("redis_tls_client_cert_expires_in_seconds",
           "Seconds until the certificate for outgoing connections expires, negative afterwards.")
         .since("Valkey 9.1")},
    {"tls_ca_cert_expires_in_seconds",
     gauge("redis_tls_ca_cert_expires_in_seconds",
           "Seconds until the first CA certificate expires, negative afterwards.")
         .since("Valkey 9.1")},
};
static_assert(well_formed(kFields));

constexpr Metric kInstanceInfo =
    gauge("redis_instance_info",
          "Always 1; its labels say what INFO tells in words about the server.",
          "role,redis_version,redis_build_id,redis_mode,os,maxmemory_policy,tcp_port,run_id,"
          "process_id,master_replid,valkey_version,valkey_release_stage,availability_zone")
        .source("INFO: role, redis_version, redis_mode and others");
constexpr Metric kBuildInfo =
    gauge("redis_server_build_info", "Always 1; its labels say how the server was built.",
          "git_sha1,git_dirty,gcc_version,multiplexing_api,mem_allocator")
        .source("INFO: redis_git_sha1, gcc_version, mem_allocator and others");
constexpr Metric kRole =
    gauge("redis_instance_role", "1 for the role that the node has now, 0 for the others.", "role")
        .source("INFO role");
constexpr Metric kStartTime =
    gauge("redis_start_time_seconds",
          "When the server process started, as Unix time; the same in every scrape of one run.")
        .source("INFO server_time_usec - uptime_in_seconds");
constexpr Metric kCertificate =
    gauge("redis_tls_certificate_info",
          "Always 1; the serial number of a certificate that the server uses.",
          "certificate,serial")
        .source("INFO tls_server_cert_serial, tls_client_cert_serial, tls_ca_cert_serial")
        .since("Valkey 9.1");
constexpr Metric kThreadClients =
    gauge("redis_server_thread_clients", "Clients that a worker thread serves.", "thread")
        .source("INFO thread_N_clients")
        .since("KeyDB");
constexpr const Metric* kMetrics[] = {&kInstanceInfo, &kBuildInfo,   &kRole,
                                      &kStartTime,    &kCertificate, &kThreadClients};

void emit_instance_info(const Info& info, SampleSet& out) {
  // Valkey 8 says server_mode unless it is asked to look like Redis.
  const std::string_view mode = info.find("redis_mode").value_or(info.text("server_mode"));
  SampleSet::Labels labels = out.labels({{"role", info.text("role")},
                                         {"redis_version", info.text("redis_version")},
                                         {"redis_build_id", info.text("redis_build_id")},
                                         {"redis_mode", mode},
                                         {"os", info.text("os")},
                                         {"maxmemory_policy", info.text("maxmemory_policy")},
                                         {"tcp_port", info.text("tcp_port")},
                                         {"run_id", info.text("run_id")},
                                         {"process_id", info.text("process_id")},
                                         {"master_replid", info.text("master_replid")}});
  for (const std::string_view name : {"valkey_version", "valkey_release_stage"})
    if (const auto value = info.find(name)) labels = out.labels(labels, {name, *value});
  if (const std::string_view zone = info.text("availability_zone"); !zone.empty())
    labels = out.labels(labels, {"availability_zone", zone});
  out.add(kInstanceInfo, labels, 1);
}

void emit_certificates(const Info& info, SampleSet& out) {
  struct Row {
    std::string_view field, certificate;
  };
  for (const auto& [field, certificate] :
       {Row{"tls_server_cert_serial", "server"}, Row{"tls_client_cert_serial", "client"},
        Row{"tls_ca_cert_serial", "ca"}}) {
    const std::string_view serial = info.text(field);
    if (serial.empty() || serial == "none") continue;
    out.add(kCertificate, {{"certificate", certificate}, {"serial", serial}}, 1);
  }
}

void emit_thread_clients(const Info& info, SampleSet& out) {
  constexpr std::string_view kHead = "thread_", kTail = "_clients";
  for (const auto& [key, value] : info.section("Clients")) {
    if (!key.starts_with(kHead) || !key.ends_with(kTail)) continue;
    if (key.size() <= kHead.size() + kTail.size()) continue;
    const auto clients = Info::number_in(value);
    const std::string_view thread =
        key.substr(kHead.size(), key.size() - kHead.size() - kTail.size());
    if (clients) out.add(kThreadClients, {{"thread", thread}}, *clients);
  }
}

Outcome collect(const Input& input, SampleSet& out) {
  const Info& info = input.info;
  emit_instance_info(info, out);
  if (info.find("gcc_version"))
    out.add(kBuildInfo,
            {{"git_sha1", info.text("redis_git_sha1")},
             {"git_dirty", info.text("redis_git_dirty")},
             {"gcc_version", info.text("gcc_version")},
             {"multiplexing_api", info.text("multiplexing_api")},
             {"mem_allocator", info.text("mem_allocator")}},
            1);
  struct Role {
    std::string_view name;
    NodeKinds kind;
  };
  for (const auto& [name, kind] :
       {Role{"master", kMaster}, Role{"replica", kReplica}, Role{"sentinel", kSentinel}})
    out.add(kRole, {{"role", name}}, input.node.kind == kind ? 1 : 0);
  if (input.node.start_time > 0) out.add(kStartTime, input.node.start_time);
  emit_certificates(info, out);
  emit_thread_clients(info, out);
  return Outcome::ok();
}

}  // namespace

constinit const Collector kServerCollector{
    .name = "server",
    .about = "Version, role, mode, uptime, clock and certificates of the server.",
    .applies_to = kAny,
    .fields = kFields,
    .metrics = kMetrics,
    .collect = collect,
};

}  // namespace fleet
