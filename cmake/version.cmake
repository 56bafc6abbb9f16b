# SPDX-License-Identifier: Apache-2.0
# Target fleet_build_info: build_info.h and its facts (version, commit, its date, compiler).
# The commit is asked for at every build, not when CMake configures, so that it is never stale; only
# the one small file that holds it is compiled again.
#
# The file is both: included it makes the target, run as a script (cmake -P) it writes the source.

if(CMAKE_SCRIPT_MODE_FILE)
  foreach(fact "revision;%H;REVISION" "revision_date;%cI;REVISION_DATE")
    list(GET fact 0 name)
    list(GET fact 1 format)
    list(GET fact 2 variable)
    execute_process(COMMAND git -C ${SOURCE_DIR} log -1 --format=${format}
                    OUTPUT_VARIABLE ${name} OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    if(NOT ${name})  # built from a source archive: who builds it may know
      set(${name} $ENV{${variable}})
    endif()
    if(NOT ${name})
      set(${name} unknown)
    endif()
  endforeach()
  configure_file(${TEMPLATE} ${OUTPUT} @ONLY)  # leaves an equal file untouched
  return()
endif()

set(build_info_dir ${PROJECT_BINARY_DIR}/build_info)
add_custom_target(fleet_revision
  COMMAND ${CMAKE_COMMAND} -DSOURCE_DIR=${PROJECT_SOURCE_DIR}
          -DTEMPLATE=${CMAKE_CURRENT_LIST_DIR}/build_info.cpp.in
          -DOUTPUT=${build_info_dir}/build_info.cpp
          -DPROJECT_VERSION=${PROJECT_VERSION}
          "-DCOMPILER=${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}"
          -P ${CMAKE_CURRENT_LIST_FILE}
  BYPRODUCTS ${build_info_dir}/build_info.cpp
  VERBATIM)
configure_file(${CMAKE_CURRENT_LIST_DIR}/build_info.h ${build_info_dir}/build_info.h COPYONLY)

add_library(fleet_build_info STATIC ${build_info_dir}/build_info.cpp)
add_dependencies(fleet_build_info fleet_revision)
target_include_directories(fleet_build_info PUBLIC ${build_info_dir})
target_link_libraries(fleet_build_info PRIVATE fleet_warnings)
