// SPDX-License-Identifier: Apache-2.0
#include "http/request.h"

#include <gtest/gtest.h>

#include "support/exact_buffer.h"

namespace fleet::http {
namespace {

using Query = std::vector<std::pair<std::string, std::string>>;

TEST(ParseTarget, SplitsAndDecodes) {
  auto reads = [](std::string_view text, std::string_view path, const Query& query,
                  int line = __builtin_LINE()) {
    SCOPED_TRACE(line);
    const test::ExactBuffer target(text);
    Request request;
    EXPECT_TRUE(parse_target(target.view(), request));
    EXPECT_EQ(request.path, path);
    EXPECT_EQ(request.query, query);
  };
  reads("/", "/", {});
  reads("/metrics", "/metrics", {});
  reads("/metrics?", "/metrics", {});
  reads("/a/b%20c%2Fd", "/a/b c/d", {});
  reads("/a+b", "/a+b", {});
  reads("/%41%6a%6A", "/Ajj", {});
  reads("/?a", "/", {{"a", ""}});
  reads("/?a=", "/", {{"a", ""}});
  reads("/?=b", "/", {{"", "b"}});
  reads("/?a=b", "/", {{"a", "b"}});
  reads("/?a=b=c", "/", {{"a", "b=c"}});
  reads("/?a=b?c", "/", {{"a", "b?c"}});
  reads("/?a=1&b=2&a=3", "/", {{"a", "1"}, {"b", "2"}, {"a", "3"}});
  reads("/?&&a=1&", "/", {{"a", "1"}});
  reads("/?a+b=c+d", "/", {{"a b", "c d"}});
  reads("/?a=%2B%26%3D%25", "/", {{"a", "+&=%"}});
  reads("/?name%5B%5D=x&name[]=y", "/", {{"name[]", "x"}, {"name[]", "y"}});
  reads("/?target=redis%3A%2F%2Fh%3A1", "/", {{"target", "redis://h:1"}});
  reads("/?target=redis://[::1]:1/0", "/", {{"target", "redis://[::1]:1/0"}});
  reads("/?a=%C3%A9", "/", {{"a", "\xc3\xa9"}});
  reads("/?a=\xc3\xa9\xff", "/", {{"a", "\xc3\xa9\xff"}});
}

TEST(ParseTarget, RefusesWhatIsNoPathOrHidesControlCharacters) {
  auto refuses = [](std::string_view text, int line = __builtin_LINE()) {
    SCOPED_TRACE(line);
    const test::ExactBuffer target(text);
    Request request;
    EXPECT_FALSE(parse_target(target.view(), request));
  };
  refuses("");
  refuses("*");
  refuses("metrics");
  refuses("http://host/metrics");
  refuses("?a=b");
  refuses("/%");
  refuses("/%4");
  refuses("/%4g");
  refuses("/%g4");
  refuses("/%+1");
  refuses("/?a=%");
  refuses("/?a=%a");
  refuses("/?%zz=1");
  refuses("/%00");
  refuses("/?a=%0d%0aX: y");
  refuses("/?a=%7f");
  refuses("/?a=%1F");
  refuses("/\x01");
  refuses(std::string_view("/\0", 2));
}

TEST(Request, AParameterIsItsFirstValue) {
  Request request;
  ASSERT_TRUE(parse_target("/?a=1&b=&a=2", request));
  EXPECT_EQ(request.parameter("a"), "1");
  EXPECT_EQ(request.parameter("b"), "");
  EXPECT_EQ(request.parameter("c"), std::nullopt);
  EXPECT_EQ(request.parameter("A"), std::nullopt);
}

TEST(ErrorResponse, IsPlainTextOfOneLine) {
  const Response response = error_response(403, "not allowed");
  EXPECT_EQ(response.status, 403u);
  EXPECT_EQ(response.content_type, "text/plain; charset=utf-8");
  EXPECT_EQ(response.body, "not allowed\n");
  EXPECT_FALSE(response.gzip);
  EXPECT_FALSE(response.more);
}

}  // namespace
}  // namespace fleet::http
