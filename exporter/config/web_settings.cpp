// SPDX-License-Identifier: Apache-2.0
#include "config/web_settings.h"

#include <algorithm>
#include <array>

#include "base/characters.h"
#include "base/text.h"
#include "config/config_reader.h"
#include "config/option_values.h"
#include "config/pem_file.h"

namespace fleet {
namespace {

using std::chrono_literals::operator""h;
using std::chrono_literals::operator""ms;

// Doubles the time of a log-in with each step: at 18 it takes seconds.
constexpr std::int64_t kMostCost = 18;

struct Reader {
  const FileAccess& files;
  std::string folder;
  std::vector<std::string>& watched;
};

template <class Value, std::size_t size>
using Names = std::array<std::pair<std::string_view, Value>, size>;

constexpr Names<WebTls::ClientAuth, 6> kClientAuth = {{
    {"NoClientCert", WebTls::ClientAuth::none},
    {"RequestClientCert", WebTls::ClientAuth::request},
    {"RequireAnyClientCert", WebTls::ClientAuth::require_any},
    {"RequireClientCert", WebTls::ClientAuth::require_any},  // an older name of it
    {"VerifyClientCertIfGiven", WebTls::ClientAuth::verify_if_given},
    {"RequireAndVerifyClientCert", WebTls::ClientAuth::require_and_verify},
}};

constexpr Names<WebTls::Version, 4> kVersions = {{
    {"TLS10", WebTls::Version::tls10},
    {"TLS11", WebTls::Version::tls11},
    {"TLS12", WebTls::Version::tls12},
    {"TLS13", WebTls::Version::tls13},
}};

// Go's name and OpenSSL's.
constexpr Names<std::string_view, 4> kCurves = {{
    {"X25519", "X25519"},
    {"CurveP256", "P-256"},
    {"CurveP384", "P-384"},
    {"CurveP521", "P-521"},
}};

template <class Value, std::size_t size>
void read_name(const ConfigValue& value, const Names<Value, size>& names, Value& into) {
  const auto text = value.text();
  if (!text) return;
  const auto found = std::ranges::find(names, *text, &std::pair<std::string_view, Value>::first);
  if (found != names.end()) {
    into = found->second;
    return;
  }
  // All of them: the nearest by its letters may be the one that opens the door.
  std::string accepted;
  for (const auto& [name, same] : names) accepted.append(accepted.empty() ? "" : ", ").append(name);
  value.fail("there is no such value; accepted: " + accepted);
}

template <class Value, std::size_t size>
void read_name(const ConfigFields& fields, std::string_view key, const Names<Value, size>& names,
               Value& into) {
  if (const ConfigValue* value = fields.find(key)) read_name(*value, names, into);
}

// `key` has the text itself, key_file a file with it.
void read_pem(const ConfigFields& fields, std::string_view key, Reader& reader, PemText& pem) {
  const std::string file_key = std::string(key) + "_file";
  const ConfigValue* inside = fields.find(key);
  const ConfigValue* file = fields.find(file_key);
  if (inside != nullptr && file != nullptr)
    return file->fail("stands beside " + std::string(key) + "; keep one of them");
  std::string text;
  if (inside != nullptr) {
    fields.read_text(key, text);
    pem = {inside->place(), Secret(std::move(text))};
    return;
  }
  std::string path;
  fields.read_text(file_key, path);
  if (path.empty()) return;
  if (path.find_first_of("\r\n") != std::string::npos || path.starts_with("-----BEGIN"))
    return file->fail("holds PEM, not a file's name; write it as " + std::string(key));
  if (!path.starts_with('/')) path.insert(0, reader.folder);
  const std::string problem = read_pem_file(reader.files, path, reader.watched, text);
  if (!problem.empty()) return file->fail("\"" + path + "\": " + problem);
  pem = {path, Secret(std::move(text))};
}

void read_texts(const ConfigFields& fields, std::string_view key, std::vector<std::string>& texts) {
  const ConfigValue* list = fields.find(key);
  if (list == nullptr) return;
  for (const ConfigValue& value : list->list()) {
    const auto text = value.text();
    if (!text) continue;
    if (text->empty()) value.fail("is empty; remove it");
    texts.emplace_back(*text);
  }
}

void read_curves(const ConfigValue& list, std::vector<std::string>& curves) {
  for (const ConfigValue& value : list.list()) {
    std::string_view name;
    read_name(value, kCurves, name);
    if (!name.empty()) curves.emplace_back(name);
  }
}

void check_client_auth(const ConfigValue& section, const WebTls& tls) {
  const bool verifies = tls.client_auth >= WebTls::ClientAuth::verify_if_given;
  const bool has_ca = !tls.client_ca.text.empty();
  if (verifies && !has_ca)
    section.fail(
        "client_auth_type asks for certificates to verify and there is no client_ca_file; add it");
  if (has_ca && tls.client_auth == WebTls::ClientAuth::none)
    section.fail(
        "has a client_ca_file and asks for no certificate; add client_auth_type: "
        "RequireAndVerifyClientCert");
  if (!tls.client_allowed_sans.empty() && tls.client_auth != WebTls::ClientAuth::require_and_verify)
    section.fail(
        "client_allowed_sans holds for certificates that every client needs; add "
        "client_auth_type: RequireAndVerifyClientCert");
}

WebTls read_tls(const ConfigValue& section, Reader& reader) {
  const ConfigFields fields =
      section.fields({"cert", "cert_file", "key", "key_file", "client_ca", "client_ca_file",
                      "client_auth_type", "client_allowed_sans", "min_version", "max_version",
                      "cipher_suites", "prefer_server_cipher_suites", "curve_preferences"});
  WebTls tls;
  read_pem(fields, "cert", reader, tls.certificate);
  read_pem(fields, "key", reader, tls.key);
  read_pem(fields, "client_ca", reader, tls.client_ca);
  for (const std::string_view key : {"cert", "key"})
    if (fields.lacks(key) && fields.lacks(std::string(key) + "_file"))
      section.fail("has no " + std::string(key) + "_file; add it");
  read_name(fields, "client_auth_type", kClientAuth, tls.client_auth);
  read_texts(fields, "client_allowed_sans", tls.client_allowed_sans);
  check_client_auth(section, tls);
  read_name(fields, "min_version", kVersions, tls.min_version);
  read_name(fields, "max_version", kVersions, tls.max_version);
  if (tls.max_version < tls.min_version)
    section.fail("max_version is below min_version; raise it or leave it out");
  read_texts(fields, "cipher_suites", tls.cipher_suites);
  fields.read("prefer_server_cipher_suites", read_bool, tls.prefer_server_ciphers);
  if (const ConfigValue* list = fields.find("curve_preferences")) read_curves(*list, tls.curves);
  return tls;
}

void read_header(const ConfigValue& value, WebSettings& settings) {
  const auto text = value.text();
  if (!text || text->empty()) return;  // not set
  const std::string& name = value.key();
  if (std::ranges::any_of(*text, is_control)) return value.fail("holds a control character");
  if (name == "X-Frame-Options" && *text != "deny" && *text != "sameorigin")
    return value.fail("accepted: deny or sameorigin");
  if (name == "X-Content-Type-Options" && *text != "nosniff")
    return value.fail("accepted: nosniff");
  settings.headers.emplace_back(name, *text);
}

void read_http(const ConfigValue& section, WebSettings& settings) {
  const ConfigFields fields = section.fields({"http2", "headers"});
  bool unused = false;  // HTTP/1.1 is what is spoken here, and what every client can
  fields.read("http2", read_bool, unused);
  const ConfigValue* headers = fields.find("headers");
  if (headers == nullptr) return;
  headers->fields({"Content-Security-Policy", "X-Frame-Options", "X-Content-Type-Options",
                   "X-XSS-Protection", "Strict-Transport-Security"});  // others are errors
  for (const ConfigValue& value : headers->entries()) read_header(value, settings);
}

void read_users(const ConfigValue& section, WebSettings& settings) {
  const std::vector<ConfigValue> entries = section.entries();
  // Nothing behind the key is a template that was not filled in: it must not open the door.
  if (entries.empty() && (section.is_map() || section.is_null()))
    return section.fail_at_key("has no users; add NAME: HASH, or leave basic_auth_users out");
  for (const ConfigValue& entry : entries) {
    const auto text = entry.text();
    if (!text) continue;
    if (!is_bcrypt_hash(*text)) {  // not quoted: it may be the password
      entry.fail("is no bcrypt hash; make one: htpasswd -nBC 10 \"\" | tr -d ':\\n'");
      continue;
    }
    if (entry.key().find(':') != std::string::npos)
      entry.fail_at_key("a user's name cannot hold a colon");
    settings.users.push_back({entry.key(), Secret(std::string(*text)), true});
  }
}

void read_rate(const ConfigValue& section, WebSettings& settings) {
  const ConfigFields fields = section.fields({"interval", "burst"});
  std::string interval;
  fields.read_text("interval", interval);
  if (interval != "0" && interval != "0s")
    fields.read("interval", read_duration, 1ms, 1h, settings.rate_interval);
  fields.read("burst", read_count, std::size_t{1'000'000}, settings.rate_burst);
  if (settings.rate_interval.count() > 0 && settings.rate_burst == 0)
    section.fail("has no burst, so that no request would pass; add burst: 20");
}

void read_all(const ConfigValue& root, Reader& reader, WebSettings& settings) {
  const ConfigFields fields =
      root.fields({"tls_server_config", "http_server_config", "basic_auth_users",
                   "auth_excluded_paths", "rate_limit"});
  if (const ConfigValue* section = fields.find("tls_server_config"))
    settings.tls = read_tls(*section, reader);
  if (const ConfigValue* section = fields.find("http_server_config")) read_http(*section, settings);
  if (const ConfigValue* section = fields.find("basic_auth_users")) read_users(*section, settings);
  read_texts(fields, "auth_excluded_paths", settings.unguarded_paths);
  if (const ConfigValue* section = fields.find("rate_limit")) read_rate(*section, settings);
}

}  // namespace

bool WebSettings::is_unguarded(std::string_view path) const {
  return std::ranges::find(unguarded_paths, path) != unguarded_paths.end();
}

bool is_bcrypt_hash(std::string_view text) {
  if (text.size() != 60 || !text.starts_with("$2") || text[3] != '$' || text[6] != '$')
    return false;
  if (text[2] != 'a' && text[2] != 'b' && text[2] != 'y') return false;
  const auto cost = parse_integer(text.substr(4, 2));
  return cost && *cost >= 4 && *cost <= kMostCost && consists_of(text.substr(7), "./");
}

LoadedFile load_web_settings(const std::string& path, const FileAccess& files,
                             WebSettings& settings, std::vector<std::string>& watched) {
  watched.push_back(path);
  Report report(path);
  std::string text;
  if (const std::string problem = files.read(path, kMostYamlBytes, text); !problem.empty()) {
    LoadedFile failed;
    failed.errors.push_back(path + ": " + problem + "; write a file that this user may read");
    return failed;
  }
  const ParsedYaml parsed = parse_yaml(text);
  for (const YamlProblem& problem : parsed.problems)
    report.error(path, problem.line, problem.column, problem.text);
  const ConfigValue root(parsed.root, path, "", report);
  Reader reader{files, path.substr(0, path.rfind('/') + 1), watched};
  if (parsed.complete && root.is_null())
    // A file that is written in place is empty for a moment.
    report.error(path, 1, 1, "is empty; write {} where neither TLS nor a password is wanted");
  else if (parsed.complete)
    read_all(root, reader, settings);
  return report.finish();
}

}  // namespace fleet
