// SPDX-License-Identifier: Apache-2.0
#include <boost/json.hpp>

#include "http/status.h"
#include "http/status_text.h"

namespace fleet::http {
namespace {

namespace json = boost::json;

json::value text_or_null(std::string_view text) {
  if (text.empty()) return nullptr;
  return json::string(text);
}

// Unix seconds; null: never.
json::value time_or_null(double seconds) {
  if (seconds == 0) return nullptr;
  return seconds;
}

json::array texts(const std::vector<std::string>& all) {
  json::array array;
  for (const std::string& text : all) array.emplace_back(json::string(text));
  return array;
}

json::object node_of(const Fleet::Member& member) {
  const NodeStatus& node = member.node->status();
  json::object object;
  object["redis_group"] = json::string(member.group);
  object["instance"] = json::string(member.instance());
  object["role"] = text_or_null(role_of(member));
  object["state"] = json::string(name_of(state_of(member)));
  object["reason"] = text_or_null(node.reason);
  object["message"] = text_or_null(node.message);
  object["failed_collectors"] = texts(node.failed_collectors);
  object["last_scrape_timestamp_seconds"] = time_or_null(node.ended);
  object["last_scrape_duration_seconds"] = node.ended == 0 ? json::value() : node.seconds;
  object["version"] = text_or_null(node.version);
  object["own"] = member.own;
  return object;
}

json::object group_of(const GroupStatus& group) {
  json::object object;
  object["redis_group"] = json::string(group.name);
  object["kind"] = json::string(group.kind);
  object["nodes"] = group.nodes;
  object["discovery"] = json::string(discovery_of(group));
  object["last_discovery_timestamp_seconds"] = time_or_null(group.last_discovery);
  object["problem"] = text_or_null(group.problem);
  return object;
}

}  // namespace

Response status_json(const Status& status) {
  json::object configuration;
  configuration["read_timestamp_seconds"] = time_or_null(status.configuration->read);
  configuration["problem"] = text_or_null(status.configuration->problem);
  configuration["warnings"] = texts(status.configuration->warnings);
  json::array nodes, groups;
  for (const Fleet::Member* member : status.members) nodes.push_back(node_of(*member));
  for (const GroupStatus& group : status.groups) groups.push_back(group_of(group));
  json::object all;
  all["version"] = json::string(status.version);
  all["configuration"] = std::move(configuration);
  all["nodes"] = std::move(nodes);
  all["groups"] = std::move(groups);
  Response response;
  response.content_type = "application/json";
  response.headers = {{"X-Content-Type-Options", "nosniff"}, {"Cache-Control", "no-store"}};
  response.body = json::serialize(all) + "\n";
  return response;
}

}  // namespace fleet::http
