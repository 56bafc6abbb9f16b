// SPDX-License-Identifier: Apache-2.0
#include "config/definitions.h"

#include <utility>

#include "config/option_values.h"
#include "config/pem_file.h"

namespace fleet {
namespace {

constexpr std::size_t kMostPasswordBytes = 65536;

std::optional<Secret> read_password_file(const ConfigValue& value, LoadContext& context) {
  const auto name = value.text();
  if (!name) return std::nullopt;
  if (name->empty()) {
    value.fail("is empty; write a file's name");
    return std::nullopt;
  }
  const std::string path = path_from(context, *name);
  context.watched_files.push_back(path);
  std::string password;
  const std::string problem = context.files.read(path, kMostPasswordBytes, password);
  if (!problem.empty()) {
    value.fail("\"" + path + "\": " + problem + "; write a file that this user may read");
    return std::nullopt;
  }
  if (password.ends_with('\n')) password.pop_back();
  if (password.ends_with('\r')) password.pop_back();
  if (password.empty()) {
    value.fail("\"" + path + "\": is empty; write the password to it");
    return std::nullopt;
  }
  return Secret(std::move(password));
}

std::optional<Secret> read_password_variable(const ConfigValue& value, const LoadContext& context) {
  const auto name = value.text();
  if (!name) return std::nullopt;
  auto password = context.environment(*name);
  if (password && !password->empty()) return Secret(std::move(*password));
  // Not quoted, here and below: what stands in the wrong key may be the password.
  value.fail(password ? "the variable is empty; set it to the password"
                      : "there is no such variable in the environment; set it");
  return std::nullopt;
}

std::optional<Secret> read_password(const ConfigFields& fields, const ConfigValue& entry,
                                    LoadContext& context) {
  const ConfigValue* text = fields.find("password");
  const ConfigValue* file = fields.find("password_file");
  const ConfigValue* variable = fields.find("password_env");
  const int given = (text != nullptr) + (file != nullptr) + (variable != nullptr);
  if (given > 1) entry.fail("has more than one of password, password_file, password_env; keep one");
  if (given == 0) entry.warn("has no password, so that it is not used; add password_file");
  if (file != nullptr) return read_password_file(*file, context);
  if (variable != nullptr) return read_password_variable(*variable, context);
  std::string password;
  fields.read_text("password", password);
  if (password.empty()) return std::nullopt;
  return Secret(std::move(password));
}

void read_pem(const ConfigFields& fields, std::string_view key, LoadContext& context,
              std::string& path) {
  fields.read_text(key, path);
  if (path.empty()) return;
  path = path_from(context, path);
  std::string content;
  const std::string problem = read_pem_file(context.files, path, context.watched_files, content);
  if (!problem.empty()) fields.find(key)->fail("\"" + path + "\": " + problem);
}

template <class Value>
const Value* find_definition(const ConfigValue& reference, Definitions<Value>& definitions,
                             std::string_view section) {
  const auto name = reference.text();
  if (!name) return nullptr;
  if (const auto found = definitions.find(*name); found != definitions.end()) {
    found->second.used = true;
    return &found->second.value;
  }
  std::vector<std::string_view> names;
  for (const auto& [defined, ignored] : definitions) names.push_back(defined);
  const std::string there_is = "there is no such entry in " + std::string(section);
  reference.fail(names.empty() ? there_is + ", which has none; add it"
                               : there_is + suggestion(*name, names));
  return nullptr;
}

template <class Value>
void warn_of_unused(const Definitions<Value>& definitions) {
  for (const auto& [name, definition] : definitions)
    if (!definition.used)
      definition.where.warn("nothing uses it; remove it, or name it in a group");
}

}  // namespace

void read_credentials(const ConfigValue& section, LoadContext& context) {
  for (const ConfigValue& entry : section.entries()) {
    const ConfigFields fields =
        entry.fields({"username", "password", "password_file", "password_env"});
    Credentials credentials;
    fields.read_text("username", credentials.username);
    credentials.password = read_password(fields, entry, context);
    context.credentials.emplace(entry.key(),
                                Definition<Credentials>{entry, std::move(credentials)});
  }
}

void read_tls(const ConfigValue& section, LoadContext& context) {
  for (const ConfigValue& entry : section.entries()) {
    const ConfigFields fields =
        entry.fields({"ca_file", "cert_file", "key_file", "server_name", "skip_verify"});
    TlsFiles tls;
    read_pem(fields, "ca_file", context, tls.ca_file);
    read_pem(fields, "cert_file", context, tls.cert_file);
    read_pem(fields, "key_file", context, tls.key_file);
    fields.read_text("server_name", tls.server_name);
    fields.read("skip_verify", read_bool, tls.skip_verify);
    if ((fields.find("cert_file") == nullptr) != (fields.find("key_file") == nullptr))
      entry.fail("has one of cert_file and key_file; give both or neither");
    context.tls.emplace(entry.key(), Definition<TlsFiles>{entry, std::move(tls)});
  }
}

const Credentials* find_credentials(const ConfigValue& reference, LoadContext& context) {
  return find_definition(reference, context.credentials, "credentials");
}

const TlsFiles* find_tls(const ConfigValue& reference, LoadContext& context) {
  return find_definition(reference, context.tls, "tls");
}

void warn_of_unused(LoadContext& context) {
  warn_of_unused(context.credentials);
  warn_of_unused(context.tls);
}

}  // namespace fleet
