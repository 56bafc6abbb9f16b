// SPDX-License-Identifier: Apache-2.0
// Flags and environment over the configuration file.
#include <array>
#include <fstream>
#include <map>

#include <gtest/gtest.h>

#include "config/options.h"
#include "load.h"

namespace fleet {
namespace {

using Variables = std::map<std::string, std::string>;

constexpr CollectorSwitch kCollectors[] = {{"memory", true}, {"slowlog", true}};

class OptionsWithFile : public test::ConfigFolder {
 protected:
  ParsedOptions parse(const std::string& yaml, std::vector<std::string> arguments,
                      const Variables& variables = {}) const {
    std::ofstream(path_) << yaml;
    arguments.insert(arguments.begin(), "--config.file=" + path_);
    std::vector<const char*> words;
    for (const std::string& argument : arguments) words.push_back(argument.c_str());
    const Environment environment = [&](std::string_view name) -> std::optional<std::string> {
      const auto found = variables.find(std::string(name));
      if (found == variables.end()) return std::nullopt;
      return found->second;
    };
    return parse_options(words, environment, kCollectors);
  }

  const std::string path_ = path("fleet.yaml");
};

constexpr const char* kFile = R"(
listen: "127.0.0.1:1111"
scrape: {node_timeout: 3s}
groups:
  - {name: web, nodes: ["a:1"], collectors: {slowlog: false, memory: false}}
)";

TEST_F(OptionsWithFile, TheFileWinsOverDefaults) {
  const ParsedOptions parsed = parse(kFile, {});
  EXPECT_EQ(parsed.errors, std::vector<std::string>{});
  EXPECT_EQ(parsed.options.config_file, path_);
  EXPECT_EQ(parsed.options.listen_addresses.at(0).port, 1111);
  EXPECT_EQ(parsed.options.connection_timeout, std::chrono::seconds(3));
  EXPECT_FALSE(parsed.options.redis_addr);
  ASSERT_EQ(parsed.options.groups.size(), 1u);
  EXPECT_EQ(parsed.options.groups[0].collectors.size(), 2u);
}

TEST_F(OptionsWithFile, FlagsAndEnvironmentWinOverTheFile) {
  const ParsedOptions parsed =
      parse(kFile, {"--web.listen-address=:2222", "--collector.slowlog", "--shard=1/3"},
            {{"REDIS_EXPORTER_CONNECTION_TIMEOUT", "4s"}});
  EXPECT_EQ(parsed.errors, std::vector<std::string>{});
  EXPECT_EQ(parsed.options.listen_addresses.at(0).port, 2222);
  EXPECT_EQ(parsed.options.connection_timeout, std::chrono::seconds(4));
  EXPECT_EQ(parsed.options.groups[0].collectors, (std::vector<CollectorSwitch>{{"memory", false}}));
  EXPECT_EQ(parsed.options.shard, (Shard{1, 3}));
}

TEST_F(OptionsWithFile, TheVariableNamesTheFileToo) {
  std::ofstream(path_) << kFile;
  const Environment environment = [this](std::string_view name) -> std::optional<std::string> {
    if (name != "REDIS_EXPORTER_CONFIG_FILE") return std::nullopt;
    return path_;
  };
  EXPECT_EQ(parse_options({}, environment, kCollectors).options.groups.size(), 1u);
}

TEST_F(OptionsWithFile, ANodeOfAFlagIsAnErrorBesideIt) {
  const std::vector<std::string> want = {
      "--redis.addr (or REDIS_ADDR) and --config.file: give one of them; add the node to a group "
      "of "
      "the file"};
  EXPECT_EQ(parse(kFile, {"--redis.addr=b:1"}).errors, want);
  EXPECT_EQ(parse(kFile, {}, {{"REDIS_ADDR", "b:1"}}).errors, want);
  EXPECT_EQ(parse(kFile, {"--redis.addr="}).errors, std::vector<std::string>{});
}

class CredentialsBesideFile : public OptionsWithFile {
 protected:
  std::vector<std::string> warnings(const std::string& more, std::vector<std::string> arguments,
                                    const Variables& variables = {}) const {
    const ParsedOptions parsed = parse(kFile + more, std::move(arguments), variables);
    EXPECT_EQ(parsed.errors, std::vector<std::string>{});
    return parsed.warnings;
  }
  std::string unused(const std::string& given, const std::string& why,
                     const std::string& user = "") const {
    return given + " not used: the groups of " + path_ + " take theirs from the file, and " + why +
           "; write credentials: {NAME: {" + user +
           "password_file: FILE}} into it, and credentials: NAME into each group that needs it";
  }
};

TEST_F(CredentialsBesideFile, AreWarnedOfWhereNothingUsesThem) {
  using Texts = std::vector<std::string>;
  const std::string no_list = "there are no allowed_targets";
  EXPECT_EQ(warnings("", {"--redis.password=x"}), Texts{unused("--redis.password is", no_list)});
  EXPECT_EQ(warnings("", {}, {{"REDIS_USER", "u"}, {"REDIS_PASSWORD", "x"}}),
            Texts{unused("REDIS_USER and REDIS_PASSWORD are", no_list, "username: USER, ")});
  EXPECT_EQ(
      warnings("allowed_targets: [\"*\"]\n", {"--redis.password=x"}),
      Texts{unused("--redis.password is", "no entry of allowed_targets but * is without its own")});
  EXPECT_EQ(warnings("allowed_targets: [\"10.0.0.0/8\"]\n",
                     {"--redis.password=x", "--disable-scrape-endpoint"}),
            Texts{unused("--redis.password is", "/scrape is switched off")});
}

TEST_F(CredentialsBesideFile, AreNotWarnedOfWhereTheyAreUsed) {
  using Texts = std::vector<std::string>;
  const std::string listed = "allowed_targets: [\"10.0.0.0/8\"]\n";
  EXPECT_EQ(warnings(listed, {"--redis.password=x"}), Texts{});
  EXPECT_EQ(warnings("", {"--list-metrics", "--redis.password=x"}), Texts{});
  EXPECT_EQ(warnings("credentials: {c: {password_env: REDIS_PASSWORD}}\n"
                     "allowed_targets: [{match: \"10.0.0.0/8\", credentials: c}]\n",
                     {}, {{"REDIS_PASSWORD", "x"}}),
            Texts{});
  EXPECT_EQ(warnings("allowed_targets: [\"10.0.0.0/8\", \"*\"]\n", {"--redis.password=x"}),
            Texts{"--redis.password goes to what allowed_targets lists by network, address or "
                  "pattern, not to what * lets in; name those targets"});
}

TEST_F(CredentialsBesideFile, AreLostWithAListThatAFlagReplaces) {
  using Texts = std::vector<std::string>;
  const std::string listed = "allowed_targets: [\"10.0.0.0/8\"]\n";
  const std::string replaced = " replaces the whole list allowed_targets of " + path_ +
                               ", and what its entries say of credentials and TLS; keep one of "
                               "them";
  EXPECT_EQ(warnings(listed, {"--scrape.allowed-targets=a"}),
            Texts{"--scrape.allowed-targets" + replaced});
  EXPECT_EQ(warnings(listed, {}, {{"REDIS_EXPORTER_SCRAPE_ALLOWED_TARGETS", ""}}),
            Texts{"REDIS_EXPORTER_SCRAPE_ALLOWED_TARGETS" + replaced});
  EXPECT_EQ(warnings(listed, {"--scrape.allowed-targets=10.0.0.0/8"}), Texts{});
  EXPECT_EQ(warnings("", {"--scrape.allowed-targets=a"}), Texts{});
}

TEST_F(OptionsWithFile, ErrorsOfFileAndFlagsComeTogether) {
  const ParsedOptions parsed = parse("grups: []\n", {"--debug=maybe"});
  EXPECT_EQ(parsed.errors.size(), 2u);
  EXPECT_EQ(parsed.options.watched_files, std::vector<std::string>{path_});
}

TEST_F(OptionsWithFile, AFileThatIsMissingIsTheOnlyError) {
  const std::string flag = "--config.file=" + path("missing.yaml");
  const Environment nothing = [](std::string_view) { return std::nullopt; };
  const auto errors = parse_options(std::array{flag.c_str()}, nothing, kCollectors).errors;
  ASSERT_EQ(errors.size(), 1u);
  EXPECT_NE(errors[0].find("missing.yaml"), std::string::npos) << errors[0];
}

TEST(OptionsWithoutFile, AreToldWhatNeedsOne) {
  const Environment nothing = [](std::string_view) { return std::nullopt; };
  const auto errors = [&](const char* argument) {
    return parse_options(std::array{argument}, nothing, kCollectors).errors;
  };
  EXPECT_EQ(
      errors("--shard=1/3"),
      std::vector<std::string>{"--shard: needs --config.file; without one there is one node only"});
  EXPECT_EQ(errors("--dump-targets"),
            std::vector<std::string>{"--dump-targets: needs --config.file"});
}

}  // namespace
}  // namespace fleet
