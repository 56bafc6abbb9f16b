// SPDX-License-Identifier: Apache-2.0
// Commands that look into the data and that a server refuses: the checks tell what is left, and say
// once why the rest is missing.
#include <gtest/gtest.h>

#include "base/log.h"
#include "loop/exporter.h"

namespace fleet::test {
namespace {

constexpr std::string_view kChecks[] = {"single_keys", "single_streams", "keys", "streams",
                                        "count_keys"};
constexpr std::string_view kNamedSize = "redis_key_size{db=\"db0\",key=\"l\"}";
constexpr std::string_view kFoundSize = "redis_key_size{db=\"db0\",key=\"k1\"}";
constexpr std::string_view kMemory = "redis_key_memory_usage_bytes{db=\"db0\",key=\"k1\"}";
constexpr std::string_view kLength = "redis_stream_length{db=\"db0\",stream=\"s1\"}";
constexpr std::string_view kNamedLength = "redis_stream_length{db=\"db0\",stream=\"s\"}";
constexpr std::string_view kGroup =
    "redis_stream_group_consumers{db=\"db0\",stream=\"s1\",group=\"g\"}";
constexpr std::string_view kCount = "redis_keys_count{db=\"db0\",key=\"k*\"}";

struct Server {
  std::string_view name;
  std::string_view version, start, words;  // what it refuses begins with `start`
  std::vector<std::string_view> failed;    // checks
  std::vector<std::string_view> told, missing;
  int times = 1;  // how often each refused command may be sent
};
void PrintTo(const Server& server, std::ostream* out) { *out << server.name; }

const std::pair<std::string_view, std::string> kAnswers[] = {
    {"SELECT 0", "+OK\r\n"},
    {"DBSIZE", ":2\r\n"},
    {"CLIENT NO-TOUCH ON", "+OK\r\n"},
    {"CLIENT SETINFO LIB-NAME redis_fleet_exporter", "+OK\r\n"},
    {"SCAN 0 MATCH k* COUNT 10", "*2\r\n$1\r\n0\r\n*1\r\n$2\r\nk1\r\n"},
    {"SCAN 0 MATCH s* COUNT 10 TYPE stream", "*2\r\n$1\r\n0\r\n*1\r\n$2\r\ns1\r\n"},
    {"TYPE l", "+list\r\n"},
    {"TYPE k1", "+list\r\n"},
    {"MEMORY USAGE l", ":9\r\n"},
    {"MEMORY USAGE k1", ":9\r\n"},
    {"LLEN l", ":2\r\n"},
    {"LLEN k1", ":2\r\n"},
    {"XINFO STREAM s", "*2\r\n$6\r\nlength\r\n:3\r\n"},
    {"XINFO STREAM s1", "*2\r\n$6\r\nlength\r\n:3\r\n"},
    {"XINFO GROUPS s", "*0\r\n"},
    {"XINFO GROUPS s1", "*1\r\n*4\r\n$4\r\nname\r\n$1\r\ng\r\n$9\r\nconsumers\r\n:1\r\n"},
    {"XINFO CONSUMERS s1 g", "*0\r\n"},
};

class RefusedChecks : public testing::TestWithParam<Server> {};

std::size_t count(std::string_view text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != text.npos; ++at) ++found;
  return found;
}

bool all_ended(const Scraped& scraped) {
  return std::ranges::all_of(kChecks, [&](std::string_view check) {
    return scraped.checked("redis_exporter_check_success{check=\"" + std::string(check) + "\"}") !=
           "absent";
  });
}

TEST_P(RefusedChecks, TellWhatIsLeftAndTheReasonForTheRest) {
  const Server& server = GetParam();
  FakeRedis redis;
  answer_all(redis);
  redis.answers("INFO all", info_reply(server.version, std::string(40, 'a')));
  std::vector<std::string_view> refused;
  for (const auto& [line, reply] : kAnswers) {
    redis.answers(line, reply);
    if (!line.starts_with(server.start)) continue;
    redis.answers(line, "-" + std::string(server.words) + "\r\n");
    refused.push_back(line);
  }
  testing::internal::CaptureStderr();
  log::configure(log::Level::info, false);
  Wiring wiring;
  CheckSettings& checks = wiring.settings.checks;
  checks.batch = 10;
  checks.share = 1;
  checks.single_keys = {{0, "l"}};
  checks.single_streams = {{0, "s"}};
  checks.keys = checks.count_keys = {{0, "k*"}};
  checks.streams = {{0, "s*"}};
  Exporter exporter(wiring);
  Node& node = exporter.add(redis);
  for (int tries = 0; tries < 100 && !all_ended(exporter.scrape(node)); ++tries)
    exporter.wait(milliseconds(20));
  for (int i = 0; i < 3; ++i) {
    const Scraped scraped = exporter.scrape(node);
    expect_up(scraped);  // checks are no part of the scrape's completeness
    for (const std::string_view check : kChecks) {
      const bool fails = std::ranges::find(server.failed, check) != server.failed.end();
      EXPECT_EQ(
          scraped.checked("redis_exporter_check_success{check=\"" + std::string(check) + "\"}"),
          fails ? "0" : "1")
          << check;
    }
    for (const std::string_view series : server.told)
      EXPECT_NE(scraped.checked(series), "absent") << series;
    for (const std::string_view series : server.missing)
      EXPECT_EQ(scraped.checked(series), "absent") << series;
  }
  const std::string log = testing::internal::GetCapturedStderr();
  for (const std::string_view line : refused) EXPECT_LE(redis.received(line), server.times) << line;
  EXPECT_EQ(count(log, "\"check failed\""), server.failed.size()) << log;
  for (const std::string_view check : server.failed)
    EXPECT_EQ(count(log, " check=\"" + std::string(check) + "\" error=\"" +
                             std::string(server.start.substr(0, 4))),
              1u)
        << check << '\n'
        << log;
  const std::string told = "server=\"" + std::string(server.words) + "\" retry_after=\"1h\"";
  EXPECT_EQ(count(log, told) > 0, !server.failed.empty()) << log;
}

INSTANTIATE_TEST_SUITE_P(
    Documented, RefusedChecks,
    testing::Values(
        // https://github.com/CodisLabs/codis, pkg/proxy/mapper.go and session.go.
        Server{"Scan",
               "7.0.15",
               "SCAN",
               "ERR handle request, command 'SCAN' is not allowed",
               {"keys", "streams", "count_keys"},
               {kNamedSize, kNamedLength},
               {kFoundSize, kLength, kCount}},
        // https://redis.io/docs/latest/operate/oss_and_stack/management/security/acl/
        Server{"Type",
               "7.0.15",
               "TYPE",
               "NOPERM this user has no permissions to run the 'type' command",
               {"single_keys", "keys"},
               {kMemory, kLength, kGroup, kCount},
               {kNamedSize, kFoundSize}},
        // https://github.com/apache/kvrocks/pull/1375: MEMORY USAGE since 2.5; the words before
        // https://github.com/apache/kvrocks/pull/2483.
        Server{"MemoryUsage",
               "7.0.15",
               "MEMORY",
               "ERR unknown command",
               {"single_keys", "keys"},
               {kNamedSize, kFoundSize, kLength, kCount},
               {kMemory}},
        // https://kvrocks.apache.org/docs/supported-commands: "information about STREAM only"; the
        // words: https://github.com/apache/kvrocks/pull/2334.
        Server{"XinfoGroups",
               "7.0.15",
               "XINFO GROUPS",
               "ERR Unknown subcommand or wrong number of arguments",
               {"single_streams", "streams"},
               {kNamedSize, kFoundSize, kLength, kNamedLength, kCount},
               {kGroup}},
        Server{"Xinfo",
               "7.0.15",
               "XINFO",
               "NOPERM this user has no permissions to run the 'xinfo|stream' command",
               {"single_streams", "streams"},
               {kNamedSize, kFoundSize, kCount},
               {kLength, kNamedLength, kGroup}},
        // https://www.dragonflydb.io/docs/command-reference/compatibility; the words:
        // https://github.com/dragonflydb/dragonfly, src/facade/facade.cc. A courtesy: once on each
        // of the two connections.
        Server{"ClientNoTouch",
               "7.4.0",
               "CLIENT NO-TOUCH",
               "ERR Unknown subcommand or wrong number of arguments for 'NO-TOUCH'. Try CLIENT "
               "HELP.",
               {},
               {kNamedSize, kFoundSize, kMemory, kLength, kGroup, kCount},
               {},
               2}),
    [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace fleet::test
