// SPDX-License-Identifier: Apache-2.0
#include "config/password_file.h"

#include <fstream>

#include <gtest/gtest.h>

#include "parse.h"

namespace fleet::test {
namespace {

using Texts = std::vector<std::string>;

struct Read {
  PasswordFile file;
  Texts problems;
};

Read read(const std::string& text) {
  FileAccess files;
  files.read = [&text](const std::string&, std::size_t, std::string& out) {
    out = text;
    return std::string();
  };
  Read result;
  result.file = PasswordFile::read(files, "pw.json", result.problems);
  return result;
}

Target target_of(std::string_view uri) {
  std::string problem;
  return parse_target(uri, problem).value();
}

// "user:password" that the target gets, "" when it gets none.
std::string lent(const PasswordFile& file, std::string_view uri, const std::string& user = "") {
  Target target = target_of(uri);
  if (!file.lend(target, user)) return {};
  return target.username + ":" + target.password->reveal();
}

TEST(PasswordFile, GivesEachServerItsOwn) {
  const Read got = read(R"({
	"redis://10.0.0.1:6379": "one",
	"redis://cache-1": "t\u00fcr \"2\"",
	"unix:///run/redis.sock": "three",
	"redis://[fd00::1]:7000/3": "four"
})");
  EXPECT_EQ(got.problems, Texts{});
  EXPECT_EQ(lent(got.file, "redis://10.0.0.1:6379"), ":one");
  EXPECT_EQ(lent(got.file, "10.0.0.1"), ":one");
  EXPECT_EQ(lent(got.file, "redis://10.0.0.1:6379/5"), ":one");
  EXPECT_EQ(lent(got.file, "rediss://10.0.0.1:6379"), ":one");
  EXPECT_EQ(lent(got.file, "redis://CACHE-1:6379"), ":t\u00fcr \"2\"");
  EXPECT_EQ(lent(got.file, "unix:///run/redis.sock"), ":three");
  EXPECT_EQ(lent(got.file, "redis://[fd00::1]:7000"), ":four");
  EXPECT_EQ(lent(got.file, "redis://[::ffff:10.0.0.1]:6379"), ":one");
  EXPECT_EQ(lent(got.file, "redis://cache-1.:6379"), ":t\u00fcr \"2\"");
  EXPECT_EQ(lent(got.file, "redis://10.0.0.1:6380"), "");
  EXPECT_EQ(lent(got.file, "redis://10.0.0.2:6379"), "");
  EXPECT_EQ(lent(got.file, "unix:///run/other.sock"), "");
}

TEST(PasswordFile, ReadsWhatJsonWritesOfOtherCharacters) {
  const Read got =
      read(R"({"redis://a": "\ud83d\ude00", "redis://b": "\\ud83d\\ude00", "redis://c": "\/\t"})");
  EXPECT_EQ(got.problems, Texts{});
  EXPECT_EQ(lent(got.file, "redis://a"), ":\xf0\x9f\x98\x80");
  EXPECT_EQ(lent(got.file, "redis://b"), ":\\ud83d\\ude00");
  EXPECT_EQ(lent(got.file, "redis://c"), ":/\t");
}

TEST(PasswordFile, SendsThePasswordOfATlsServerOverTlsOnly) {
  const Read got = read(R"({"rediss://cache:6380": "secret"})");
  EXPECT_EQ(lent(got.file, "rediss://cache:6380"), ":secret");
  EXPECT_EQ(lent(got.file, "redis://cache:6380"), "");
}

TEST(PasswordFile, PrefersTheUserWhoAsks) {
  const Read got = read(
      R"({"redis://reader@db": "r", "redis://db": "default", "redis://writer@db": "w",
          "redis://only@other": "o"})");
  EXPECT_EQ(lent(got.file, "redis://writer@db"), "writer:w");
  EXPECT_EQ(lent(got.file, "redis://db", "reader"), "reader:r");
  EXPECT_EQ(lent(got.file, "redis://db"), ":default");
  EXPECT_EQ(lent(got.file, "redis://db", "stranger"), "stranger:default");
  EXPECT_EQ(lent(got.file, "redis://other"), "only:o");
  EXPECT_EQ(lent(got.file, "redis://other", "stranger"), "");
}

TEST(PasswordFile, TakesAnEmptyPasswordForNone) {
  const Read got = read(R"({"redis://db": ""})");
  EXPECT_EQ(got.problems, Texts{});
  EXPECT_TRUE(got.file.empty());
}

TEST(PasswordFile, SaysWhatIsWrongAndWhereAndNoSecret) {
  const auto problems = [](const std::string& text) {
    const Read got = read(text);
    EXPECT_TRUE(got.file.empty());
    return got.problems;
  };
  EXPECT_EQ(
      problems("{\"redis://ok\": \"x\",\n \"http://secret@a\": \"secret\"}"),
      (Texts{
          "pw.json:2:2: the scheme before :// is not one of redis, rediss, valkey, valkeys, tcp, "
          "unix"}));
  EXPECT_EQ(problems("{\"redis://u:secret@a\": \"x\"}"),
            (Texts{"pw.json:1:2: the URI holds a password; write it as the value"}));
  EXPECT_EQ(problems("{\"redis://*:6379\": \"x\"}"),
            (Texts{"pw.json:1:2: a host holds at most 253 letters, digits, dots, hyphens and "
                   "underscores; write an international name in its xn-- form and a socket as "
                   "unix:///path"}));
  EXPECT_EQ(problems("{\"redis://a\": {\"secret\": 1}, \"redis://b\": [\"secret\"]}"),
            (Texts{"pw.json:1:2: the value is no text; write \"PASSWORD\"",
                   "pw.json:1:30: the value is no text; write \"PASSWORD\""}));
  EXPECT_EQ(problems("{\"redis://a\": \"secret\",\n\"redis://a\": \"other\"}"),
            (Texts{"pw.json:2:1: this URI stands here a second time; keep one of them"}));
  EXPECT_EQ(problems("{\"redis://u@a\": \"secret\", \"U@A:6379\": \"x\", \"u@A:6379\": \"y\"}"),
            (Texts{"pw.json:1:44: an earlier URI names the same server and user; keep one of "
                   "them"}));
  for (const char* text : {"", "[\"secret\"]", "secret"})
    EXPECT_EQ(problems(text), (Texts{"pw.json:1:1: this is no JSON object; write "
                                     "{\"redis://host:6379\": \"PASSWORD\"}"}));
  const Texts broken = problems("{\"redis://a\": \"secret\"");
  ASSERT_EQ(broken.size(), 1u);
  EXPECT_EQ(broken[0].find("secret"), std::string::npos);
}

TEST(PasswordFile, NamesWhatScrapeMayAsk) {
  const std::string path = ::testing::TempDir() + "fleet_passwords.json";
  std::ofstream(path) << R"({"redis://db:7000": "one", "unix:///run/r.sock": "two"})";
  const ParsedOptions got = parse(
      {"--redis.password-file=" + path, "--scrape.allowed-targets=10.0.0.0/8", "--redis.addr="});
  EXPECT_EQ(got.errors, Texts{});
  EXPECT_EQ(got.warnings, Texts{});
  EXPECT_EQ(got.options.watched_files, Texts{path});
  const AllowList& list = got.options.allowed_targets;
  EXPECT_EQ(list.matches_name("db", 7000), Allowed::listed);
  EXPECT_EQ(list.matches_name("db", 7001), Allowed::no);
  EXPECT_EQ(parse({}, {{"REDIS_PASSWORD_FILE", path}}).options.passwords, got.options.passwords);
  EXPECT_EQ(parse({"--redis.password-file=" + path + ".none"}).errors.size(), 1u);
}

}  // namespace
}  // namespace fleet::test
