// SPDX-License-Identifier: Apache-2.0
// Readers of the values of flags and environment variables. Each sets its last argument and returns
// nothing, or leaves it and returns what is wrong and what is accepted.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "config/files.h"
#include "config/options.h"

namespace fleet {

// 1, t, T, TRUE, true, True and 0, f, F, FALSE, false, False: what Go takes.
std::string read_bool(std::string_view text, bool& value);

std::string read_duration(std::string_view text, std::chrono::milliseconds least,
                          std::chrono::milliseconds most, std::chrono::nanoseconds& value);
std::string read_count(std::string_view text, std::size_t most, std::size_t& value);

// One of two words; `value` says whether it is the second.
std::string read_choice(std::string_view text, std::string_view first, std::string_view second,
                        bool& value);

std::string read_share(std::string_view text, double& value);  // 0.001 to 1

// Lua patterns separated by commas; one that holds a comma stands in double quotes, in which "" is
// one.
std::string read_lua_patterns(std::string_view text, std::vector<std::string>& patterns);
// Adds a script, unless it is there; nothing, or why its file cannot be read.
std::string add_script(const FileAccess& files, std::string path, std::vector<Script>& scripts);
// Paths separated by commas, and what the files hold.
std::string read_scripts(std::string_view text, std::vector<Script>& scripts);

std::string read_regex(std::string_view text, std::string& pattern);

// 1 to 10000: each connection has up to 17 series, and a node at most 200,000.
std::string read_client_list_limit(std::string_view text, std::size_t& value);

// Switches a collector, for all groups and for those that say otherwise.
std::string switch_collector(Options& options, std::string_view name, bool on);

std::string read_log_level(std::string_view text, log::Level& value);
std::string read_address(std::string_view text, std::optional<Target>& value);  // "": none
std::string read_allow_list(std::string_view text, AllowList& value);
std::string read_listen_address(std::string_view text, ListenAddress& value);
// "127.0.0.1:9121", "[::1]:9121", ":9121".
std::string display(const ListenAddress& address);
// Separated by commas, each once.
std::string read_listen_addresses(std::string_view text, std::vector<ListenAddress>& values);
// TLS1.0 to TLS1.3, as redis_exporter has them.
std::string read_tls_version(std::string_view text, WebTls::Version& value);
// http://HOST:PORT with or without a path, without which `path` stays; "own": both stay.
std::string read_health_url(std::string_view text, std::optional<ListenAddress>& address,
                            std::string& path);
std::string read_telemetry_path(std::string_view text, std::string& value);
std::string read_namespace(std::string_view text, std::string& value);
std::string read_shard(std::string_view text, Shard& value);
std::string read_config_command(std::string_view text, std::string& value);

}  // namespace fleet
