// SPDX-License-Identifier: Apache-2.0
// CLIENT LIST: every connection as series of its own, and their numbers by user, name, host and
// library, which do not grow with the connections.
//
//   id=7 addr=10.0.0.9:51312 name=worker age=61 idle=0 flags=N db=0 sub=0 ... user=default resp=2
//
// The command takes the server as long as it has connections, so it is sent only when INFO told of
// no more than the limit. Names are what clients choose: a line that cannot be read costs no other.
#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/characters.h"
#include "base/text.h"
#include "collectors/collector.h"
#include "collectors/registry.h"

namespace fleet {
namespace {

constexpr Command kCommands[] = {
    {.line = "CLIENT LIST",
     .since = 0x02080c,  // the first that tells ids
     .wanted =
         [](const NodeFacts& node, const CollectorOptions& options) {
           return node.clients <= static_cast<double>(options.client_list_limit);
         }},
};

constexpr std::string_view kLabels = "id,name";

constexpr InfoField kNumbers[] = {
    {"omem", gauge("redis_connected_client_output_buffer_memory_usage_bytes",
                   "Memory of the replies that wait for the client.", kLabels)
                 .source("CLIENT LIST omem")},
    {"tot-mem", gauge("redis_connected_client_total_memory_consumed_bytes",
                      "Memory that the connection takes with all its buffers.", kLabels)
                    .source("CLIENT LIST tot-mem")
                    .since("6.2")},
    {"sub", legacy(Type::gauge, "redis_connected_client_channel_subscriptions_count",
                   "Channels that the client is subscribed to.", kLabels)
                .source("CLIENT LIST sub")},
    {"psub", legacy(Type::gauge, "redis_connected_client_pattern_matching_subscriptions_count",
                    "Patterns of channels that the client is subscribed to.", kLabels)
                 .source("CLIENT LIST psub")},
    {"ssub", legacy(Type::gauge, "redis_connected_client_shard_channel_subscriptions_count",
                    "Shard channels that the client is subscribed to.", kLabels)
                 .source("CLIENT LIST ssub")
                 .since("7.0.3")},
    {"watch", gauge("redis_connected_client_shard_channel_watched_keys",
                    "Keys that the client watches for a transaction.", kLabels)
                  .source("CLIENT LIST watch")
                  .since("7.4")},
    {"qbuf", gauge("redis_connected_client_query_buffer_length_bytes",
                   "Bytes of commands that wait to be run.", kLabels)
                 .source("CLIENT LIST qbuf")},
    {"qbuf-free", gauge("redis_connected_client_query_buffer_free_space_bytes",
                        "Bytes that the buffer of commands has free.", kLabels)
                      .source("CLIENT LIST qbuf-free")},
    {"obl", gauge("redis_connected_client_output_buffer_length_bytes",
                  "Bytes in the fixed buffer of replies.", kLabels)
                .source("CLIENT LIST obl")},
    {"oll", gauge("redis_connected_client_output_list_length",
                  "Pieces of replies that wait behind the fixed buffer.", kLabels)
                .source("CLIENT LIST oll")},
    {"read-events", counter("redis_connected_client_read_events_total",
                            "Times that the server read from the connection.", kLabels)
                        .source("CLIENT LIST read-events")
                        .since("8.8")},
    {"avg-pipeline-len-sum", counter("redis_connected_client_pipeline_commands_total",
                                     "Commands in all pipelines of the client.", kLabels)
                                 .source("CLIENT LIST avg-pipeline-len-sum")
                                 .since("8.8")},
    {"avg-pipeline-len-cnt",
     counter("redis_connected_client_pipeline_batches_total", "Pipelines of the client.", kLabels)
         .source("CLIENT LIST avg-pipeline-len-cnt")
         .since("8.8")},
};
static_assert(well_formed(kNumbers));

constexpr Metric kInfo =
    gauge("redis_connected_client_info",
          "Always 1; who is connected. The port only with --export-client-port.",
          "id,name,flags,db,host,port,user,resp")
        .source("CLIENT LIST");
constexpr Metric kCreated =
    gauge("redis_connected_client_created_at_timestamp",
          "Unix time of the connection's begin, by the server's clock since 7.0.", kLabels)
        .source("CLIENT LIST age");
constexpr Metric kIdleSince =
    gauge("redis_connected_client_idle_since_timestamp",
          "Unix time of the client's last command, by the server's clock since 7.0.", kLabels)
        .source("CLIENT LIST idle");

// What a line tells in words. The first of a name counts: the path of a Unix socket in `addr` can
// hold anything.
struct Client {
  std::optional<std::string_view> id, name, flags, db, address, user, resp, library, age, idle;
};
struct Word {
  std::string_view field;
  std::optional<std::string_view> Client::*member;
};
constexpr Word kWords[] = {
    {"id", &Client::id},     {"name", &Client::name},        {"flags", &Client::flags},
    {"db", &Client::db},     {"addr", &Client::address},     {"user", &Client::user},
    {"resp", &Client::resp}, {"lib-name", &Client::library}, {"age", &Client::age},
    {"idle", &Client::idle},
};

// Connections counted by one property, at most kMostValues of them by name.
struct Count {
  std::optional<std::string_view> Client::*member;
  const Metric& metric;
};
constexpr std::size_t kMostValues = 64;
constexpr std::string_view kOther = "other";

constexpr Metric kByUser =
    gauge("redis_clients_by_user", "Connections by ACL user: the 64 that have most, and `other`.",
          "user")
        .source("CLIENT LIST user")
        .since("6.0");
constexpr Metric kByName = gauge("redis_clients_by_name",
                                 "Connections by the name that the client gave itself: the 64 that "
                                 "have most, and `other`.",
                                 "name")
                               .source("CLIENT LIST name");
constexpr Metric kByHost = gauge("redis_clients_by_host",
                                 "Connections by the client's address: the 64 that have most, and "
                                 "`other`.",
                                 "host")
                               .source("CLIENT LIST addr");
constexpr Metric kByLibrary = gauge("redis_clients_by_library",
                                    "Connections by client library: the 64 that have most, and "
                                    "`other`.",
                                    "library")
                                  .source("CLIENT LIST lib-name")
                                  .since("7.2");
constexpr Count kCounts[] = {
    {&Client::user, kByUser},
    {&Client::name, kByName},
    {&Client::address, kByHost},
    {&Client::library, kByLibrary},
};

constexpr const Metric* kMetrics[] = {&kInfo,   &kCreated, &kIdleSince, &kByUser,
                                      &kByName, &kByHost,  &kByLibrary};

// A line that is none has no id.
Client read_client(std::string_view line) {
  Client client;
  while (!line.empty()) {
    std::string_view value = take_until(line, ' ');
    if (value.find('=') == std::string_view::npos) continue;
    const std::string_view field = take_until(value, '=');
    for (const Word& word : kWords)
      if (word.field == field && !(client.*word.member)) client.*word.member = value;
  }
  constexpr std::size_t kMostDigits = 20;
  if (client.id && (client.id->empty() || client.id->size() > kMostDigits ||
                    !std::all_of(client.id->begin(), client.id->end(), is_digit)))
    client.id.reset();
  return client;
}

// "[::1]:6379" and "/run/redis.sock:0" too; all of it when there is no port.
std::pair<std::string_view, std::string_view> host_and_port(std::string_view address) {
  const std::size_t colon = address.rfind(':');
  if (colon == std::string_view::npos) return {address, {}};
  return {address.substr(0, colon), address.substr(colon + 1)};
}

void emit_client(const Client& client, std::string_view line, double clock,
                 const CollectorOptions& options, SampleSet& out) {
  const std::string_view id = *client.id, name = client.name.value_or("");
  const auto labels = out.labels({{"id", id}, {"name", name}});
  const auto [host, port] = host_and_port(client.address.value_or(""));
  const std::string_view flags = client.flags.value_or(""), db = client.db.value_or("");
  const std::string_view user = client.user.value_or(""), resp = client.resp.value_or("");
  const auto info = options.client_port ? out.labels({{"id", id},
                                                      {"name", name},
                                                      {"flags", flags},
                                                      {"db", db},
                                                      {"host", host},
                                                      {"port", port},
                                                      {"user", user},
                                                      {"resp", resp}})
                                        : out.labels({{"id", id},
                                                      {"name", name},
                                                      {"flags", flags},
                                                      {"db", db},
                                                      {"host", host},
                                                      {"user", user},
                                                      {"resp", resp}});
  out.add(kInfo, info, 1);
  if (const auto age = parse_number(client.age.value_or("")))
    out.add(kCreated, labels, clock - *age);
  if (const auto idle = parse_number(client.idle.value_or("")))
    out.add(kIdleSince, labels, clock - *idle);
  emit_columns(line, kNumbers, out, labels, ' ');
}

// Whether a label can hold the value as it is: two values that look alike would be one series.
bool fits_label(std::string_view value) {
  constexpr std::size_t kMostBytes = 256;
  return value.size() <= kMostBytes && is_shown_whole(value);
}

// The connections of each value, the rest as `other`. Nothing when the server has no such field.
void emit_count(const std::vector<Client>& clients, const Count& count, SampleSet& out) {
  std::map<std::string_view, double> by_value;
  double other = 0;
  for (const Client& client : clients) {
    auto value = client.*count.member;
    if (!value) continue;
    if (count.member == &Client::address) value = host_and_port(*value).first;
    if (*value == kOther || !fits_label(*value)) {
      ++other;
    } else {
      ++by_value[*value];
    }
  }
  std::vector<std::pair<double, std::string_view>> order;  // the most first, then by value
  for (const auto& [value, number] : by_value) order.emplace_back(-number, value);
  std::sort(order.begin(), order.end());
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (i < kMostValues) {
      out.add(count.metric, {{count.metric.labels, order[i].second}}, -order[i].first);
    } else {
      other -= order[i].first;
    }
  }
  if (other > 0) out.add(count.metric, {{count.metric.labels, kOther}}, other);
}

Outcome collect(const Input& input, SampleSet& out) {
  const Reply reply = input.replies[0];
  // Ages are whole seconds by the server's clock: with the exporter's, times would move by a
  // second from scrape to scrape.
  const auto server_time = input.info.number("server_time_usec");
  const double clock = std::floor(server_time ? *server_time / 1e6 : input.now);
  std::vector<Client> clients;
  std::unordered_set<std::string_view> ids;  // twice the same series would cost the page
  std::string_view text = reply.is_text() ? reply.text() : std::string_view();
  while (!text.empty()) {
    const std::string_view line = take_until(text, '\n');
    const Client client = read_client(line);
    if (!client.id || !ids.insert(*client.id).second) continue;
    // There can be more by now than INFO told.
    if (clients.size() < input.options.client_list_limit)
      emit_client(client, line, clock, input.options, out);
    clients.push_back(client);
  }
  for (const Count& count : kCounts) emit_count(clients, count, out);
  Outcome outcome = require_all(input, kCommands);
  outcome.truncated = clients.size() > input.options.client_list_limit ||
                      (reply.is_nil() && input.node.version >= kCommands[0].since);
  return outcome;
}

}  // namespace

constinit const Collector kClientListCollector{
    .name = "client_list",
    .about = "Every connection of the server, and their numbers by user, name, host and library.",
    .applies_to = kAny,
    .on_by_default = false,
    .commands = kCommands,
    .columns = kNumbers,
    .metrics = kMetrics,
    .collect = collect,
    .has_limit = true,
};

}  // namespace fleet
