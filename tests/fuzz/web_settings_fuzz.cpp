// SPDX-License-Identifier: Apache-2.0
// A --web.config.file, whose other files all hold the same: whatever comes, reading ends, messages
// hold no key, and what is accepted is complete.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "config/config_file.h"
#include "config/web_settings.h"

namespace {

using fleet::WebSettings;

void require(bool holds) {
  if (!holds) std::abort();
}

void check_tls(const fleet::WebTls& tls) {
  require(tls.max_version >= tls.min_version);
  require(!tls.certificate.place.empty() && !tls.key.place.empty());
  const bool verifies = tls.client_auth >= fleet::WebTls::ClientAuth::verify_if_given;
  require(!verifies || !tls.client_ca.text.empty());
  require(tls.client_allowed_sans.empty() ||
          tls.client_auth == fleet::WebTls::ClientAuth::require_and_verify);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view given(reinterpret_cast<const char*>(data), size);
  fleet::FileAccess files;
  files.read = [given](const std::string& path, std::size_t most,
                       std::string& text) -> std::string {
    if (given.size() > most) return "is too large";
    const bool settings = path == "etc/web.yml";
    if (!settings && given.size() % 2 == 1) return "No such file or directory";
    text = settings ? std::string(given) : "PEM";
    return {};
  };
  WebSettings settings;
  std::vector<std::string> watched;
  const auto loaded = fleet::load_web_settings("etc/web.yml", files, settings, watched);
  for (const std::string& error : loaded.errors) {
    require(error.starts_with("etc/web.yml:") && error.size() < 5000);
    // A key that stands where a file's name should.
    require(error.find("_file: \"-----BEGIN") == std::string::npos);
  }
  require(!watched.empty());
  if (!loaded.errors.empty()) return 0;
  require(!given.empty());  // nothing is not the same as: no password
  if (settings.tls) check_tls(*settings.tls);
  for (const fleet::WebUser& user : settings.users)
    require(user.hashed && fleet::is_bcrypt_hash(user.password.reveal()) &&
            user.name.find(':') == std::string::npos);
  require(settings.rate_interval.count() == 0 || settings.rate_burst > 0);
  for (const auto& [name, value] : settings.headers)
    require(!value.empty() && value.find_first_of("\r\n") == std::string::npos);
  WebSettings again;
  fleet::load_web_settings("etc/web.yml", files, again, watched);
  require(again == settings);
  return 0;
}
