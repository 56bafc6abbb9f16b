# SPDX-License-Identifier: Apache-2.0
# What is compiled into every target besides its own code: sanitizers in builds for tests, hardening
# in builds to run, range checks in all. Included before any target is made.

option(FUZZ "Build tests/fuzz with libFuzzer (clang) instead of as a replay of its corpus" OFF)

set(SANITIZE "" CACHE STRING "Sanitizers: empty, address (with undefined) or thread")
set_property(CACHE SANITIZE PROPERTY STRINGS "" address thread)

if(SANITIZE STREQUAL "address")
  set(sanitizers -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
elseif(SANITIZE STREQUAL "thread")
  set(sanitizers -fsanitize=thread -fno-omit-frame-pointer)
elseif(NOT SANITIZE STREQUAL "")
  message(FATAL_ERROR "SANITIZE is '${SANITIZE}'; it can be empty, address or thread.")
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND SANITIZE STREQUAL "address")
  # clang 14 cannot put the marks of this check into coroutines.
  list(APPEND sanitizers -fno-sanitize=function)
endif()
add_compile_options(${sanitizers})
add_link_options(${sanitizers})

if(FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "FUZZ needs clang (libFuzzer), the compiler is ${CMAKE_CXX_COMPILER_ID}.")
  endif()
  add_compile_options(-fsanitize=fuzzer-no-link)  # libraries report their coverage to the fuzzer
endif()

# The standard library checks ranges: cheap, and turns an overrun into an abort.
add_compile_definitions(_GLIBCXX_ASSERTIONS)

if(CMAKE_BUILD_TYPE MATCHES "^Rel" AND SANITIZE STREQUAL "")
  set(CMAKE_POSITION_INDEPENDENT_CODE ON)
  add_compile_options(-fstack-protector-strong -ffunction-sections -fdata-sections)
  add_compile_definitions(_FORTIFY_SOURCE=2)
  add_link_options(LINKER:-z,relro LINKER:-z,now LINKER:--gc-sections)
  include(CheckPIESupported)
  check_pie_supported()  # makes CMake pass -pie when it links programs
endif()
