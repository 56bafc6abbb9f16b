// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "unit/collectors/pages.h"

namespace fleet::test {
namespace {

const std::string kName = "redis_commands_latencies_usec";
constexpr std::string_view kLadder[] = {"1",    "4",     "16",    "66",     "264",     "1056",
                                        "4227", "16908", "67633", "270532", "1073741", "+Inf"};

std::string bucket(std::string_view command, std::string_view le) {
  return kName + "_bucket{cmd=\"" + std::string(command) + "\",le=\"" + std::string(le) + "\"}";
}

// get: 3 up to 1 us, 5 up to 33, 6 up to 1073741; config|get: 2 up to 8.
Answers two_commands() {
  Answers answers;
  answers.add_info({"redis_version:7.0.15", "# Commandstats", "cmdstat_config|get:calls=2,usec=12",
                    "cmdstat_get:calls=6,usec=3000050"});
  answers.add("LATENCY HISTOGRAM",
              "*4\r\n$10\r\nconfig|get\r\n*4\r\n$5\r\ncalls\r\n:2\r\n$14\r\nhistogram_usec\r\n"
              "*2\r\n:8\r\n:2\r\n"
              "$3\r\nget\r\n*4\r\n$5\r\ncalls\r\n:6\r\n$14\r\nhistogram_usec\r\n"
              "*6\r\n:1\r\n:3\r\n:33\r\n:5\r\n:1073741\r\n:6\r\n");
  return answers;
}

TEST(LatencyHistogram, GivesExactCountsOnTheLadder) {
  const Page page = run_collector(kLatencyHistogramCollector, two_commands());
  EXPECT_TRUE(page.outcomes.at("latency_histogram").success);
  EXPECT_EQ(page.value(bucket("get", "1")), "3");
  EXPECT_EQ(page.value(bucket("get", "16")), "3");
  EXPECT_EQ(page.value(bucket("get", "66")), "5");
  EXPECT_EQ(page.value(bucket("get", "270532")), "5");
  EXPECT_EQ(page.value(bucket("get", "1073741")), "6");
  EXPECT_EQ(page.value(bucket("get", "+Inf")), "6");
  EXPECT_EQ(page.value(kName + "_sum{cmd=\"get\"}"), "3000050");
  EXPECT_EQ(page.value(kName + "_count{cmd=\"get\"}"), "6");
  EXPECT_EQ(page.value(bucket("config|get", "4")), "0");
  EXPECT_EQ(page.value(bucket("config|get", "16")), "2");
  EXPECT_EQ(page.value(kName + "_sum{cmd=\"config|get\"}"), "12");
}

TEST(LatencyHistogram, HasTheSameBucketsForEveryCommand) {
  const Page page = run_collector(kLatencyHistogramCollector, two_commands());
  for (const std::string_view le : kLadder)
    for (const std::string_view command : {"get", "config|get"})
      EXPECT_NE(page.value(bucket(command, le)), "absent") << command << ' ' << le;
  EXPECT_EQ(page.count(kName + "_bucket{"), 2 * std::size(kLadder));
}

TEST(LatencyHistogram, GivesEveryBoundWhenAskedTo) {
  CollectorOptions options;
  options.full_latency_buckets = true;
  const Page page = run_collector(kLatencyHistogramCollector, two_commands(), options);
  EXPECT_EQ(page.count(kName + "_bucket{cmd=\"get\""), 22);
  EXPECT_EQ(page.value(bucket("get", "2")), "3");
  EXPECT_EQ(page.value(bucket("get", "33")), "5");
}

// Every bound that real servers print is a bound of ours, or counts would not be exact.
TEST(LatencyHistogram, KnowsTheBoundsOfRealServers) {
  CollectorOptions options;
  options.full_latency_buckets = true;
  for (const std::string server : {"redis-7.0", "redis-8.0", "valkey-8.1"}) {
    const Answers answers = recorded(server + "/standalone");
    const Page page = run_collector(kLatencyHistogramCollector, answers, options);
    const Reply reply = answers.reply("LATENCY HISTOGRAM");
    ASSERT_GT(reply.size(), 100u);
    EXPECT_EQ(page.count(kName + "_count{"), reply.size() / 2) << server;
    EXPECT_EQ(page.count(kName + "_bucket{"), 22 * reply.size() / 2) << server;
    for (std::size_t i = 0; i < reply.size(); i += 2) {
      const Reply counts = reply[i + 1].find("histogram_usec");
      for (std::size_t at = 0; at < counts.size(); at += 2)
        EXPECT_EQ(page.value(bucket(reply[i].text(), std::to_string(counts[at].integer()))),
                  std::to_string(counts[at + 1].integer()))
            << server << ' ' << reply[i].text();
    }
  }
}

TEST(LatencyHistogram, TakesTheSumFromTheCommandsOwnRow) {
  for (const std::string server : {"redis-7.0", "redis-8.0", "valkey-8.1"}) {
    const Answers answers = recorded(server + "/standalone");
    const Page page = run_collector(kLatencyHistogramCollector, answers);
    const Info info(answers.reply("INFO all").text());
    for (const auto& [key, row] : info.section("Commandstats")) {
      const std::string series = kName + "_sum{cmd=\"" + std::string(key.substr(8)) + "\"}";
      const std::string sum = page.value(series);
      if (sum == "absent") continue;  // no call of it was timed
      EXPECT_EQ(sum, column(row, "usec")) << server << ' ' << key;
    }
    for (const std::string command : {"georadius_ro", "eval_ro", "config|get", "xgroup|create"})
      EXPECT_NE(page.value(kName + "_sum{cmd=\"" + command + "\"}"), "absent") << command;
  }
}

TEST(LatencyHistogram, AddsUpWhatIsOverTheLimit) {
  CollectorOptions options;
  options.commands_limit = 0;
  const Page page = run_collector(kLatencyHistogramCollector, two_commands(), options);
  EXPECT_EQ(page.count(kName + "_count{"), 1);
  EXPECT_EQ(page.value(bucket("other", "1")), "3");
  EXPECT_EQ(page.value(bucket("other", "66")), "7");
  EXPECT_EQ(page.value(bucket("other", "+Inf")), "8");
  EXPECT_EQ(page.value(kName + "_sum{cmd=\"other\"}"), "3000062");
  EXPECT_EQ(page.value(kName + "_count{cmd=\"other\"}"), "8");
}

TEST(LatencyHistogram, SkipsWhatIsNoHistogram) {
  Answers answers;
  answers.add_info({"redis_version:7.0.15"});
  answers.add("LATENCY HISTOGRAM",
              "*6\r\n$1\r\na\r\n*0\r\n:1\r\n:2\r\n$1\r\nb\r\n*2\r\n$5\r\ncalls\r\n$1\r\nx\r\n");
  const Page page = run_collector(kLatencyHistogramCollector, answers);
  EXPECT_TRUE(page.outcomes.at("latency_histogram").success);
  EXPECT_EQ(page.count("redis_"), 0);
}

TEST(LatencyHistogram, IsNotAskedOfAServerThatIsTooOld) {
  const Page page =
      run_collector(kLatencyHistogramCollector, Answers().add_info({"redis_version:6.2.14"}));
  EXPECT_TRUE(page.outcomes.at("latency_histogram").success);
  EXPECT_EQ(page.count("redis_"), 0);
}

// What has a row keeps its name or not as in commandstats; what has none takes a free place.
TEST(LatencyHistogram, HasTheLimitOfCommandstats) {
  Answers answers;
  answers.add_info({"redis_version:7.0.15", "# Commandstats", "cmdstat_a:calls=1,usec=1",
                    "cmdstat_b:calls=1,usec=2"});
  const std::string one = "*4\r\n$5\r\ncalls\r\n:1\r\n$14\r\nhistogram_usec\r\n*2\r\n:1\r\n:1\r\n";
  std::string reply = "*8\r\n";
  for (const std::string name : {"new", "b", "a", "odd"}) {
    const std::string size = std::to_string(name.size());
    reply.append("$").append(size).append("\r\n").append(name).append("\r\n").append(one);
  }
  answers.add("LATENCY HISTOGRAM", reply);
  CollectorOptions options;
  const auto names = [&](std::size_t limit) {
    options.commands_limit = limit;
    const Page page = run_collector(kLatencyHistogramCollector, answers, options);
    std::string kept;
    for (const std::string name : {"a", "b", "new", "odd", "other"})
      if (page.value(kName + "_count{cmd=\"" + name + "\"}") != "absent") kept += name + ' ';
    return kept;
  };
  EXPECT_EQ(names(0), "other ");
  EXPECT_EQ(names(1), "a other ");
  EXPECT_EQ(names(2), "a b other ");
  EXPECT_EQ(names(3), "a b new other ");
  EXPECT_EQ(names(4), "a b new odd ");
}

TEST(LatencyHistogram, FailsWithTheServersWords) {
  Answers answers;
  answers.add_info({"redis_version:7.0.15"});
  answers.add("LATENCY HISTOGRAM", "-ERR Unknown subcommand\r\n");
  EXPECT_EQ(run_collector(kLatencyHistogramCollector, answers).why("latency_histogram"),
            "LATENCY HISTOGRAM: ERR Unknown subcommand");
}

}  // namespace
}  // namespace fleet::test
