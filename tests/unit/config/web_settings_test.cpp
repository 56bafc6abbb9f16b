// SPDX-License-Identifier: Apache-2.0
#include "config/web_settings.h"

#include <map>

#include <gtest/gtest.h>

#include "config/config_file.h"

namespace fleet::test {
namespace {

using Texts = std::vector<std::string>;

constexpr std::string_view kHash = "$2y$05$abcdefghijklmnopqrstuupx2xBUC4954936wVIjyyPHmUBFu0wCW";

struct Loaded {
  WebSettings settings;
  Texts errors, watched;
};

Loaded load(const std::string& text) {
  const std::map<std::string, std::string> all = {{"/etc/web.yml", text},
                                                  {"/etc/tls/server.crt", "CERTIFICATE"},
                                                  {"/run/server.key", "KEY"},
                                                  {"/etc/ca.crt", "CA"}};
  FileAccess files;
  files.read = [&all](const std::string& path, std::size_t, std::string& out) -> std::string {
    const auto found = all.find(path);
    if (found == all.end()) return "No such file or directory";
    out = found->second;
    return {};
  };
  Loaded loaded;
  loaded.errors = load_web_settings("/etc/web.yml", files, loaded.settings, loaded.watched).errors;
  return loaded;
}

void refuses(const std::string& text, Texts errors) {
  for (std::string& error : errors) error.insert(0, "/etc/web.yml:");
  EXPECT_EQ(load(text).errors, errors) << text;
}

TEST(WebSettings, ReadAllThatTheFormatHas) {
  const Loaded loaded = load(R"(
tls_server_config:
  cert_file: tls/server.crt
  key_file: /run/server.key
  client_ca_file: ca.crt
  client_auth_type: RequireAndVerifyClientCert
  client_allowed_sans: [prometheus.internal, 10.0.0.9]
  min_version: TLS12
  max_version: TLS13
  cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256]
  prefer_server_cipher_suites: false
  curve_preferences: [X25519, CurveP256]
http_server_config:
  http2: true
  headers:
    X-Frame-Options: deny
    X-Content-Type-Options: ""
    Strict-Transport-Security: max-age=31536000
basic_auth_users:
  prometheus: )" + std::string(kHash) +
                             R"(
auth_excluded_paths: [/-/healthy, /-/ready]
rate_limit: {interval: 50ms, burst: 20}
)");
  EXPECT_EQ(loaded.errors, Texts{});
  EXPECT_EQ(loaded.watched,
            (Texts{"/etc/web.yml", "/etc/tls/server.crt", "/run/server.key", "/etc/ca.crt"}));
  WebSettings expected;
  WebTls& tls = expected.tls.emplace();
  tls.certificate = {"/etc/tls/server.crt", Secret("CERTIFICATE")};
  tls.key = {"/run/server.key", Secret("KEY")};
  tls.client_ca = {"/etc/ca.crt", Secret("CA")};
  tls.client_auth = WebTls::ClientAuth::require_and_verify;
  tls.client_allowed_sans = {"prometheus.internal", "10.0.0.9"};
  tls.cipher_suites = {"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"};
  tls.prefer_server_ciphers = false;
  tls.curves = {"X25519", "P-256"};
  expected.headers = {{"X-Frame-Options", "deny"},
                      {"Strict-Transport-Security", "max-age=31536000"}};
  expected.users = {{"prometheus", Secret(std::string(kHash)), true}};
  expected.unguarded_paths = {"/-/healthy", "/-/ready"};
  expected.rate_interval = std::chrono::milliseconds(50);
  expected.rate_burst = 20;
  EXPECT_EQ(loaded.settings, expected);
}

TEST(WebSettings, TakePemFromTheFileItself) {
  const Loaded loaded =
      load("tls_server_config:\n  cert: |\n    ONE\n    TWO\n  key_file: /run/server.key\n");
  EXPECT_EQ(loaded.errors, Texts{});
  EXPECT_EQ(loaded.settings.tls.value().certificate,
            (PemText{"/etc/web.yml:2:9", Secret("ONE\nTWO\n")}));
}

TEST(WebSettings, OfNothingMustBeSaidSo) {
  EXPECT_EQ(load("{}\n").errors, Texts{});
  EXPECT_EQ(load("{}\n").settings, WebSettings());
  EXPECT_EQ(load("rate_limit: {interval: 0s, burst: 5}\n").settings.rate_interval.count(), 0);
  // What a template left empty opens no door.
  for (const char* text : {"", "# nothing yet\n", "---\n"})
    refuses(text, {"1:1: is empty; write {} where neither TLS nor a password is wanted"});
  refuses("basic_auth_users:\n",
          {"1:1: basic_auth_users: has no users; add NAME: HASH, or leave basic_auth_users out"});
  refuses("basic_auth_users: {}\n",
          {"1:1: basic_auth_users: has no users; add NAME: HASH, or leave basic_auth_users out"});
}

TEST(WebSettings, NameWhatIsWrong) {
  refuses("basic_auth_user: {}\n",
          {"1:1: basic_auth_user: there is no such key; did you mean basic_auth_users?"});
  refuses("basic_auth_users: {a: hush}\n",
          {"1:23: basic_auth_users.a: is no bcrypt hash; make one: htpasswd -nBC 10 \"\" | tr -d "
           "':\\n'"});
  refuses("tls_server_config: {cert_file: tls/server.crt}\n",
          {"1:20: tls_server_config: has no key_file; add it"});
  refuses("tls_server_config: {cert_file: none.crt, key_file: /run/server.key}\n",
          {"1:32: tls_server_config.cert_file: \"/etc/none.crt\": No such file or directory; write "
           "a file that this user may read"});
  const std::string pair = "cert_file: tls/server.crt, key_file: /run/server.key";
  refuses("tls_server_config: {" + pair + ", cert: A}\n",
          {"1:32: tls_server_config.cert_file: stands beside cert; keep one of them"});
  refuses("tls_server_config: {" + pair + ", min_version: TLS14}\n",
          {"1:88: tls_server_config.min_version: there is no such value; accepted: TLS10, TLS11, "
           "TLS12, TLS13"});
  refuses("tls_server_config: {" + pair + ", min_version: TLS13, max_version: TLS12}\n",
          {"1:20: tls_server_config: max_version is below min_version; raise it or leave it out"});
  refuses("tls_server_config: {" + pair + ", client_auth_type: RequireAndVerifyClientCert}\n",
          {"1:20: tls_server_config: client_auth_type asks for certificates to verify and there is "
           "no client_ca_file; add it"});
  refuses("tls_server_config: {" + pair + ", client_ca_file: ca.crt}\n",
          {"1:20: tls_server_config: has a client_ca_file and asks for no certificate; add "
           "client_auth_type: RequireAndVerifyClientCert"});
  refuses("tls_server_config: {" + pair + ", client_allowed_sans: [a]}\n",
          {"1:20: tls_server_config: client_allowed_sans holds for certificates that every client "
           "needs; add client_auth_type: RequireAndVerifyClientCert"});
  refuses("tls_server_config: {cert_file: tls/server.crt, key_file: \"-----BEGIN KEY\\nhush\"}\n",
          {"1:58: tls_server_config.key_file: holds PEM, not a file's name; write it as key"});
  refuses("http_server_config: {headers: {X-Frame-Options: all, Server: x}}\n",
          {"1:49: http_server_config.headers.X-Frame-Options: accepted: deny or sameorigin",
           "1:54: http_server_config.headers.Server: there is no such key; accepted: "
           "Content-Security-Policy, X-Frame-Options, X-Content-Type-Options, X-XSS-Protection, "
           "Strict-Transport-Security"});
  refuses("rate_limit: {interval: 1s}\n",
          {"1:13: rate_limit: has no burst, so that no request would pass; add burst: 20"});
}

TEST(WebSettings, KnowABcryptHash) {
  const std::string hash(kHash);
  EXPECT_TRUE(is_bcrypt_hash(hash));
  for (const char kind : {'a', 'b', 'y'})
    EXPECT_TRUE(is_bcrypt_hash(hash.substr(0, 2) + kind + hash.substr(3)));
  for (const std::string& other :
       {std::string(), std::string("hush"), hash + "x", hash.substr(1), "$2x" + hash.substr(3),
        "$2y$03" + hash.substr(6), "$2y$19" + hash.substr(6), "$2y$1x" + hash.substr(6),
        hash.substr(0, 59) + ":", "$6$" + hash.substr(3)})
    EXPECT_FALSE(is_bcrypt_hash(other)) << other;
}

}  // namespace
}  // namespace fleet::test
