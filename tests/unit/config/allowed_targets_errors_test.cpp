// SPDX-License-Identifier: Apache-2.0
// What is said about bad entries of `allowed_targets` that have keys, word for word.
#include <string>

#include <gtest/gtest.h>

#include "load.h"

namespace fleet {
namespace {

using test::Texts;

class AllowedTargetsErrors : public test::ConfigFolder {
 protected:
  // Below two lines that define the credentials `c` and the TLS `t`. Each error is given without
  // the file's name.
  void refuses(const std::string& text, Texts want, int line = __builtin_LINE()) {
    SCOPED_TRACE(line);
    for (std::string& one : want) one.insert(0, "fleet.yaml:");
    EXPECT_EQ(load("credentials: {c: {password: hunter2}}\ntls: {t: {}}\n" + text).errors, want);
  }
};

TEST_F(AllowedTargetsErrors, OfKeysAndNames) {
  refuses("allowed_targets:\n  - {match: a, credentails: c}\n",
          {"4:16: allowed_targets[0].credentails: there is no such key; did you mean "
           "credentials?"});
  refuses("allowed_targets:\n  - {credentials: c}\n  - {}\n  - [a]\n  - {match: [a]}\n",
          {"4:5: allowed_targets[0]: has no match; write {match: \"10.0.0.0/8\", credentials: "
           "NAME}",
           "5:5: allowed_targets[1]: has no match; write {match: \"10.0.0.0/8\", credentials: "
           "NAME}",
           "6:5: allowed_targets[2]: a list stands here; a single value is wanted",
           "7:13: allowed_targets[3].match: a list stands here; a single value is wanted"});
  refuses("allowed_targets:\n  - {match: a, credentials: x, tls: tt}\n",
          {"4:29: allowed_targets[0].credentials: there is no such entry in credentials; "
           "accepted: c",
           "4:37: allowed_targets[0].tls: there is no such entry in tls; accepted: t"});
}

TEST_F(AllowedTargetsErrors, OfPatterns) {
  const std::string name =
      "is neither a network nor a name; a name holds letters, digits, dots, hyphens, underscores "
      "and *";
  refuses(
      "allowed_targets:\n  - {match: \"10.0.0.1/8\", tls: t}\n  - {match: \"a, b\"}\n"
      "  - {match: \"\"}\n  - {match: \"redis://u:hunter2@h\"}\n",
      {"4:13: allowed_targets[0].match: \"10.0.0.1/8\": has bits set after its prefix length; "
       "write the network's first address, or no length for one address",
       "5:13: allowed_targets[1].match: \"a, b\": " + name,
       "6:13: allowed_targets[2].match: \"\": " + name,
       "7:13: allowed_targets[3].match: \"redis://***@h\": is a URI; write host, host:port or "
       "a network, without scheme, user and password"});
}

TEST_F(AllowedTargetsErrors, OfASecretForEverybody) {
  const std::string why =
      "matches every host, so that whoever names one would be sent the password; write a network "
      "or a pattern of your own hosts, or leave credentials out";
  refuses(
      "allowed_targets:\n  - {match: \"*\", credentials: c}\n"
      "  - {match: \"0.0.0.0/0\", credentials: c, tls: t}\n",
      {"4:13: allowed_targets[0].match: \"*\": " + why,
       "5:13: allowed_targets[1].match: \"0.0.0.0/0\": " + why});
}

}  // namespace
}  // namespace fleet
