# SPDX-License-Identifier: Apache-2.0
# Every library that the project is built from: Debian 12 packages, see tools/install-packages.

include(CTest)  # option BUILD_TESTING
option(BUILD_BENCHMARKS "Build the benchmarks in tests/bench" OFF)

find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED)                             # Boost::headers
find_package(OpenSSL 3.0 REQUIRED)                            # OpenSSL::SSL
find_package(spdlog REQUIRED)                                 # spdlog::spdlog_header_only
find_package(prometheus-cpp REQUIRED COMPONENTS core)         # prometheus-cpp::core
find_package(yaml-cpp REQUIRED)                               # yaml-cpp
find_package(PkgConfig REQUIRED)
pkg_check_modules(lua REQUIRED IMPORTED_TARGET lua5.1)         # PkgConfig::lua
pkg_check_modules(hiredis REQUIRED IMPORTED_TARGET hiredis)   # PkgConfig::hiredis
pkg_check_modules(re2 REQUIRED IMPORTED_TARGET re2)            # PkgConfig::re2
pkg_check_modules(isal REQUIRED IMPORTED_TARGET libisal)      # PkgConfig::isal

if(BUILD_TESTING)
  find_package(GTest REQUIRED)                                # GTest::gtest, GTest::gtest_main
  find_package(ZLIB REQUIRED)                                 # ZLIB::ZLIB
endif()
if(BUILD_BENCHMARKS)
  find_package(benchmark REQUIRED)                            # benchmark::benchmark
endif()
