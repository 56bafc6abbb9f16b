// SPDX-License-Identifier: Apache-2.0
// --check-health: whom it asks.
#include <gtest/gtest.h>

#include "config/options.h"
#include "parse.h"

namespace fleet {
namespace {

using test::parse;
using test::Variables;
using Action = Options::Action;
using Errors = std::vector<std::string>;

Options asked(const std::vector<std::string>& arguments, const Variables& variables = {}) {
  ParsedOptions result = parse(arguments, variables);
  EXPECT_EQ(result.errors, Errors{});
  EXPECT_TRUE(result.options.action == Action::check_health);
  return std::move(result.options);
}

TEST(HealthOptions, TakeTheExportersOwnAddressOrAUrl) {
  const Options own = asked({"--check-health", "--web.listen-address=127.0.0.1:9200"});
  EXPECT_FALSE(own.health_address);
  EXPECT_EQ(own.health_path, "/-/healthy");
  EXPECT_TRUE((own.listen_addresses.at(0) == ListenAddress{"127.0.0.1", 9200}));
  const Options address = asked({"--check-health=http://[::1]:80"});
  EXPECT_TRUE((address.health_address == ListenAddress{"::1", 80}));
  EXPECT_EQ(address.health_path, "/-/healthy");
  const Options path = asked({"--check-health=http://cache-1:9121/-/ready"});
  EXPECT_TRUE((path.health_address == ListenAddress{"cache-1", 9121}));
  EXPECT_EQ(path.health_path, "/-/ready");
}

TEST(HealthOptions, AreNotSpoiltByWhatElseVariablesSay) {
  const Variables variables = {{"REDIS_EXPORTER_WEB_LISTEN_ADDRESS", "[::]:9200"},
                               {"REDIS_EXPORTER_CONFIG_FILE", "/nonexistent.yaml"},
                               {"REDIS_ADDR", "redis://h:x"},
                               {"REDIS_EXPORTER_BASIC_AUTH_USERNAME", "ada"}};
  const Options options = asked({"--check-health"}, variables);
  EXPECT_TRUE((options.listen_addresses.at(0) == ListenAddress{"::", 9200}));
  EXPECT_EQ(parse({"--check-health"}, variables).warnings, Errors{});
  EXPECT_GT(parse({}, variables).errors.size(), 2U);
}

TEST(HealthOptions, RefuseWhatIsNoExportersUrl) {
  const std::string accepted =
      ": accepted: http://HOST:PORT, with a path or not, such as http://127.0.0.1:9121/-/ready";
  for (const std::string url : {"", "true", "localhost:9121", "https://h:9121", "http://:9121",
                                "http://h", "http://h:0", "http://h:1/\"", "http://a@h:1/"}) {
    const Errors errors = parse({"--check-health=" + url}).errors;
    EXPECT_EQ(errors, Errors{"--check-health=\"" + url + "\"" + accepted});
  }
  EXPECT_EQ(parse({"--check-health", "--web.listen-address=9121"}).errors.size(), 1U);
  EXPECT_EQ(parse({"--check-health", "--version"}).errors.size(), 1U);
  EXPECT_EQ(parse({"--check-health", "word"}).errors.size(), 1U);
}

}  // namespace
}  // namespace fleet
