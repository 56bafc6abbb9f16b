// SPDX-License-Identifier: Apache-2.0
// What the exporter says about a node besides what the node says about itself.
#pragma once

#include "samples/metric.h"

namespace fleet {

inline constexpr Metric kUp =
    gauge("redis_up",
          "1 when INFO was answered without error in this scrape, or PING by a server that refuses "
          "INFO, else 0.")
        .source("the scrape");
inline constexpr Metric kNodeFailure =
    gauge("redis_exporter_node_failure",
          "1 for the reason why INFO was not answered, 0 for all other reasons; the text is in the "
          "log.",
          "reason")
        .source("the scrape");
inline constexpr Metric kScrapeComplete =
    gauge("redis_exporter_scrape_complete",
          "1 when every enabled collector had its replies in time, else 0.")
        .source("the scrape");
inline constexpr Metric kCollectorSuccess =
    gauge("redis_exporter_collector_success",
          "1 when the collector had every reply that it needs, 0 when one was refused or late.",
          "collector")
        .source("the scrape");
inline constexpr Metric kCollectorDuration =
    gauge("redis_exporter_collector_duration_seconds",
          "Time that the collector took to turn replies into samples.", "collector")
        .source("the scrape");
inline constexpr Metric kCollectorTruncated =
    gauge("redis_exporter_collector_truncated",
          "1 when a limit of the collector left something out, else 0; for those that have one.",
          "collector")
        .source("the scrape");
inline constexpr Metric kRefusedCommands = gauge("redis_exporter_refused_commands",
                                                 "Commands that the server refused (no permission, "
                                                 "unknown) and that are not sent for an hour "
                                                 "(INFO: a minute).")
                                               .source("the scrape");
inline constexpr Metric kLastScrapeError =
    gauge("redis_exporter_last_scrape_error",
          "1 with the reason in err when the last scrape failed, else 0 with an empty err.", "err")
        .source("the scrape");
inline constexpr Metric kLastScrapeDuration =
    gauge("redis_exporter_last_scrape_duration_seconds", "Time that the scrape of the node took.")
        .source("the scrape");
inline constexpr Metric kLastConnectTime =
    gauge("redis_exporter_last_scrape_connect_time_seconds",
          "Time to connect, TLS included; 0 when the scrape used a kept connection.")
        .source("the scrape");
inline constexpr Metric kLastPingTime =
    gauge("redis_exporter_last_scrape_ping_time_seconds", "Round trip time of one PING.")
        .source("PING, with --ping-on-connect, or of a server that refuses INFO");
inline constexpr Metric kLastExchange =
    gauge("redis_exporter_last_exchange_duration_seconds",
          "Time from the last byte of the commands out to the last reply in: the server's work and "
          "one round trip.")
        .source("the scrape");
inline constexpr Metric kRdbFileSize =
    gauge("redis_rdb_current_size_bytes",
          "Bytes of the RDB file of a server on the exporter's host, 0 when there is none.")
        .source("stat, with --include-rdb-file-size-metric");
inline constexpr Metric kPeerCertificate =
    gauge("redis_tls_peer_certificate_not_after_timestamp_seconds",
          "Unix time at which the first certificate of the server's chain expires.")
        .source("the TLS handshake");
inline constexpr Metric kOwnCertificate =
    gauge("redis_tls_client_certificate_not_after_timestamp_seconds",
          "Unix time at which the exporter's own client certificate expires.")
        .source("--tls-client-cert-file");

inline constexpr const Metric* kNodeMetrics[] = {&kUp,
                                                 &kNodeFailure,
                                                 &kScrapeComplete,
                                                 &kCollectorSuccess,
                                                 &kCollectorDuration,
                                                 &kCollectorTruncated,
                                                 &kRefusedCommands,
                                                 &kLastScrapeError,
                                                 &kLastScrapeDuration,
                                                 &kLastConnectTime,
                                                 &kLastPingTime,
                                                 &kLastExchange,
                                                 &kRdbFileSize,
                                                 &kPeerCertificate,
                                                 &kOwnCertificate};

}  // namespace fleet
