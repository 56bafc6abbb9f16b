// SPDX-License-Identifier: Apache-2.0
// redis_exporter's flags for TLS and a password.
#include "config/pem_file.h"
#include "config/web_settings.h"

namespace fleet {
namespace {

PemText read_pem(const std::string& flag, const std::string& path, const FileAccess& files,
                 std::vector<std::string>& watched, std::vector<std::string>& problems) {
  if (path.empty()) return {};
  std::string text;
  if (const std::string problem = read_pem_file(files, path, watched, text); !problem.empty())
    problems.push_back(flag + ": " + path + ": " + problem);
  return {path, Secret(std::move(text))};
}

}  // namespace

std::vector<std::string> settings_of(const WebFlags& flags, const FileAccess& files,
                                     WebSettings& settings, std::vector<std::string>& watched) {
  std::vector<std::string> problems;
  if (flags.tls_cert_file.empty() != flags.tls_key_file.empty())
    problems.emplace_back("--tls-server-cert-file and --tls-server-key-file: give both or neither");
  if (!flags.tls_ca_file.empty() && flags.tls_cert_file.empty() && flags.tls_key_file.empty())
    problems.emplace_back(
        "--tls-server-ca-cert-file: needs --tls-server-cert-file and --tls-server-key-file");
  if (!flags.password.empty() && !flags.hash.empty())
    problems.emplace_back("--basic-auth-password and --basic-auth-hash-password: give one of them");
  if (flags.user.empty() != (flags.password.empty() && flags.hash.empty()))
    problems.emplace_back(
        "--basic-auth-username and --basic-auth-hash-password (or --basic-auth-password): give "
        "both or neither");
  if (!flags.hash.empty() && !is_bcrypt_hash(flags.hash.reveal()))
    problems.emplace_back(
        "--basic-auth-hash-password: this is no bcrypt hash; make one: htpasswd -nBC 10 \"\" | tr "
        "-d ':\\n'");
  if (flags.user.find(':') != std::string::npos)
    problems.emplace_back("--basic-auth-username: a name cannot hold a colon");
  if (!problems.empty()) return problems;
  if (!flags.tls_cert_file.empty()) {
    WebTls& tls = settings.tls.emplace();
    const auto pem = [&](const char* flag, const std::string& path) {
      return read_pem(flag, path, files, watched, problems);
    };
    tls.certificate = pem("--tls-server-cert-file", flags.tls_cert_file);
    tls.key = pem("--tls-server-key-file", flags.tls_key_file);
    tls.client_ca = pem("--tls-server-ca-cert-file", flags.tls_ca_file);
    if (!flags.tls_ca_file.empty()) tls.client_auth = WebTls::ClientAuth::require_and_verify;
    tls.min_version = flags.tls_min_version;
  }
  if (!flags.user.empty()) {
    const bool hashed = !flags.hash.empty();
    settings.users.push_back({flags.user, hashed ? flags.hash : flags.password, hashed});
  }
  return problems;
}

}  // namespace fleet
