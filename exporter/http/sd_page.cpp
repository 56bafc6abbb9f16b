// SPDX-License-Identifier: Apache-2.0
#include "http/sd_page.h"

#include <boost/json/src.hpp>  // its definitions, in this one file

#include "scrape/group_settings.h"

namespace fleet::http {
namespace {

boost::json::object labels_of(const Fleet::Member& member) {
  boost::json::object labels;
  labels["instance"] = member.instance();
  labels["__metrics_path__"] = "/scrape";
  labels["__param_target"] = member.listed.target.spelling;
  labels["__meta_redis_kind"] = kind_of(member.source, member.standalone);
  if (!member.group.empty()) {
    labels["redis_group"] = member.group;
    labels["__meta_redis_group"] = member.group;
  }
  if (!member.role.empty()) labels["__meta_redis_role"] = member.role;
  if (!member.shard.empty()) labels["__meta_redis_shard"] = member.shard;
  for (const auto& [name, value] : member.listed.labels) {
    labels[name] = value;
    labels["__meta_redis_label_" + name] = value;
  }
  return labels;
}

}  // namespace

std::string sd_json(std::span<const Fleet::Member* const> members, std::string_view exporter) {
  boost::json::array groups;
  for (const Fleet::Member* member : members) {
    boost::json::object group;
    group["targets"] = boost::json::array({boost::json::string(exporter)});
    group["labels"] = labels_of(*member);
    groups.push_back(std::move(group));
  }
  return boost::json::serialize(groups);
}

std::string cluster_json(std::span<const FoundNode> nodes) {
  boost::json::array targets;
  for (const FoundNode& found : nodes) targets.emplace_back(found.node.target.spelling);
  boost::json::object group;
  group["targets"] = std::move(targets);
  group["labels"] = boost::json::object();
  return boost::json::serialize(boost::json::array({std::move(group)}));
}

}  // namespace fleet::http
