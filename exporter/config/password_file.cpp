// SPDX-License-Identifier: Apache-2.0
#include "config/password_file.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <set>
#include <utility>

#include "config/ip_address.h"
#include "config/yaml.h"

namespace fleet {
namespace {

bool same_server(const Target& entry, const Target& target) {
  constexpr auto kSocket = Target::Transport::unix_socket, kTls = Target::Transport::tls;
  if ((entry.transport == kSocket) != (target.transport == kSocket)) return false;
  if (entry.transport == kSocket) return entry.path == target.path;
  if (entry.transport == kTls && target.transport != kTls) return false;
  return entry.port == target.port && comparable_host(entry.host) == comparable_host(target.host);
}

// What is wrong with an entry; "" when it is read.
std::string read_entry(const YamlNode& item, Target& entry) {
  std::string problem;
  const auto server = parse_target(item.key, problem);
  if (!server) return problem;
  if (server->password) return "the URI holds a password; write it as the value";
  if (item.kind != YamlNode::Kind::text) return "the value is no text; write \"PASSWORD\"";
  entry = *server;
  entry.password = Secret(item.text);
  return {};
}

// What tells entries apart, however their URIs are spelled.
std::string identity_of(const Target& entry) {
  const auto kind = std::to_string(static_cast<int>(entry.transport));
  return kind + ' ' + entry.username + ' ' + entry.path + ' ' + comparable_host(entry.host) + ' ' +
         std::to_string(entry.port);
}

// JSON writes a character beyond 0xffff as two escapes, of which YAML knows none.
std::string without_surrogates(const std::string& json) {
  const auto unit_at = [&json](std::size_t at) -> std::uint32_t {
    if (json.compare(at, 2, "\\u") != 0 || at + 6 > json.size()) return 0;
    std::uint32_t unit = 0;
    const char* const end = json.data() + at + 6;
    const auto [stop, error] = std::from_chars(json.data() + at + 2, end, unit, 16);
    return error == std::errc() && stop == end ? unit : 0;
  };
  std::string text;
  for (std::size_t at = 0; at < json.size(); ++at) {
    text += json[at];
    if (json[at] != '\\' || at + 1 == json.size()) continue;
    const std::uint32_t high = unit_at(at), low = high == 0 ? 0 : unit_at(at + 6);
    if (high >= 0xd800 && high < 0xdc00 && low >= 0xdc00 && low < 0xe000) {
      char escape[16];
      std::snprintf(escape, sizeof escape, "U%08X",
                    0x10000 + ((high - 0xd800) << 10U) + (low - 0xdc00));
      text += escape;
      at += 11;
    } else {
      text += json[++at];
    }
  }
  return text;
}

}  // namespace

PasswordFile PasswordFile::read(const FileAccess& files, const std::string& path,
                                std::vector<std::string>& problems) {
  PasswordFile result;
  std::string text;
  if (const std::string problem = files.read(path, kMostBytes, text); !problem.empty()) {
    problems.push_back(path + ": " + problem + "; give a file that this user may read");
    return result;
  }
  const auto fail = [&](int line, int column, const std::string& what) {
    problems.push_back(path + ':' + std::to_string(line) + ':' + std::to_string(column) + ": " +
                       what);
  };
  // JSON is YAML, too.
  const ParsedYaml parsed = parse_yaml(without_surrogates(text));
  for (const YamlProblem& problem : parsed.problems)
    fail(problem.line, problem.column,
         parsed.complete
             ? "this URI stands here a second time; keep one of them"
             : problem.text + "; the file is {\"redis://host:6379\": \"PASSWORD\", ...}");
  if (!problems.empty()) return result;
  const YamlNode& root = parsed.root;
  std::set<std::string> seen;
  if (root.kind != YamlNode::Kind::map)
    fail(std::max(root.line, 1), std::max(root.column, 1),
         "this is no JSON object; write {\"redis://host:6379\": \"PASSWORD\"}");
  for (const YamlNode& item : root.items) {
    if (root.kind != YamlNode::Kind::map) break;
    Target entry;
    std::string problem = read_entry(item, entry);
    if (problem.empty() && !seen.insert(identity_of(entry)).second)
      problem = "an earlier URI names the same server and user; keep one of them";
    if (!problem.empty()) fail(item.key_line, item.key_column, problem);
    const bool says_none = problem.empty() && entry.password->empty();
    if (problem.empty() && !says_none) result.entries_.push_back(std::move(entry));
  }
  if (!problems.empty()) result.entries_.clear();
  return result;
}

const Target* PasswordFile::find(const Target& target, const std::string& user) const {
  const std::string& asker = target.username.empty() ? user : target.username;
  const Target* best = nullptr;
  for (const Target& entry : entries_) {
    if (!same_server(entry, target)) continue;
    if (!asker.empty() && entry.username == asker) return &entry;
    const bool fits = asker.empty() || entry.username.empty();
    const bool better = best == nullptr || (entry.username.empty() && !best->username.empty());
    if (fits && better) best = &entry;
  }
  return best;
}

bool PasswordFile::lend(Target& target, const std::string& user) const {
  const Target* const entry = find(target, user);
  if (entry == nullptr) return false;
  if (target.username.empty()) target.username = user;
  if (target.username.empty()) target.username = entry->username;
  target.password = entry->password;
  return true;
}

}  // namespace fleet
