# SPDX-License-Identifier: Apache-2.0
# fleet_library(name HEADERS ... SOURCES ... [PUBLIC ...] [PRIVATE ...])
# The static library fleet_<name> of one room. Its headers are included as "<room>/<file>" and are
# compiled on their own by the target all_verify_interface_header_sets.
function(fleet_library name)
  cmake_parse_arguments(arg "" "" "HEADERS;SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(fleet_${name} STATIC ${arg_SOURCES})
  if(CMAKE_CURRENT_SOURCE_DIR MATCHES "/exporter/[a-z]+$")
    set(base ${PROJECT_SOURCE_DIR}/exporter)
  else()
    set(base ${PROJECT_SOURCE_DIR})
  endif()
  target_sources(fleet_${name} PUBLIC FILE_SET HEADERS BASE_DIRS ${base} FILES ${arg_HEADERS})
  target_link_libraries(fleet_${name} PUBLIC ${arg_PUBLIC} PRIVATE fleet_warnings ${arg_PRIVATE})
endfunction()

# fleet_test(name LABEL unit|golden|loop SOURCES ... [LIBRARIES ...])
# One GoogleTest program, its cases discovered by ctest under the label.
function(fleet_test name)
  cmake_parse_arguments(arg "" "LABEL" "SOURCES;LIBRARIES" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE fleet_warnings ${arg_LIBRARIES} GTest::gtest_main)
  gtest_discover_tests(${name} PROPERTIES LABELS ${arg_LABEL} DISCOVERY_MODE PRE_TEST)
endfunction()
