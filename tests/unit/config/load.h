// SPDX-License-Identifier: Apache-2.0
// Configurations from text, with their files in a temporary folder of the test.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "config/config_file.h"
#include "config/options.h"

namespace fleet::test {

inline constexpr CollectorSwitch kFileCollectors[] = {
    {"slowlog", true}, {"latency_histogram", true}, {"config", true}, {"client_list", false}};
inline constexpr std::string_view kTakenLabels[] = {"cmd", "db"};

// A folder of its own for each test, gone with it.
class ConfigFolder : public ::testing::Test {
 protected:
  struct Loaded {
    Options options = {};
    std::vector<std::string> errors = {};
    std::vector<std::string> warnings = {};
  };

  ConfigFolder() {
    std::filesystem::create_directories(folder_);
    folder_ += '/';
  }
  ~ConfigFolder() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& name, std::string_view text) const {
    std::filesystem::create_directories(std::filesystem::path(path(name)).parent_path());
    std::ofstream(path(name), std::ios::binary) << text;
  }
  std::string path(const std::string& name) const { return folder_ + name; }

  // Loads `text` as fleet.yaml; what is said has no folder before its files.
  Loaded load(std::string_view text) const {
    write("fleet.yaml", text);
    return load_named("fleet.yaml");
  }

  Loaded load_named(const std::string& name) const {
    const Environment environment = [&](std::string_view variable) -> std::optional<std::string> {
      const auto found = variables_.find(variable);
      if (found == variables_.end()) return std::nullopt;
      return found->second;
    };
    Loaded loaded;
    loaded.options.collectors.assign(std::begin(kFileCollectors), std::end(kFileCollectors));
    LoadedFile said = load_config_file(path(name), environment, kTakenLabels, loaded.options);
    for (const std::string& error : said.errors) loaded.errors.push_back(without_folder(error));
    for (const std::string& one : said.warnings) loaded.warnings.push_back(without_folder(one));
    return loaded;
  }

  std::string without_folder(std::string text) const {
    for (std::size_t at = text.find(folder_); at != std::string::npos; at = text.find(folder_, at))
      text.erase(at, folder_.size());
    return text;
  }

  std::map<std::string, std::string, std::less<>> variables_ = {};

 private:
  std::string folder_ = ::testing::TempDir() + "fleet_config_" + std::to_string(::getpid()) + "_" +
                        ::testing::UnitTest::GetInstance()->current_test_info()->name();
};

using Texts = std::vector<std::string>;

}  // namespace fleet::test
