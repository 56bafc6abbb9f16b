# SPDX-License-Identifier: Apache-2.0
# fleet_runbooks(output): writes the C++ table of docs/runbooks, each page turned into HTML by
# cmark-gfm, when one of them has changed.
#
# The file is both: included it defines the function, run as a script (cmake -P) it writes the source.

if(CMAKE_SCRIPT_MODE_FILE)
  file(GLOB pages LIST_DIRECTORIES false ${SOURCE_DIR}/*.md)
  list(SORT pages COMPARE STRING)
  set(source "// Written by cmake/runbooks.cmake from docs/runbooks.\n"
             "#include \"runbooks/runbooks.h\"\n\n"
             "namespace fleet {\nnamespace {\n\nconstexpr Runbook kRunbooks[] = {\n")
  string(CONCAT source ${source})
  foreach(page IN LISTS pages)
    get_filename_component(name ${page} NAME_WE)
    execute_process(COMMAND ${CMARK} --extension table ${page} OUTPUT_VARIABLE html
                    COMMAND_ERROR_IS_FATAL ANY)
    string(REGEX REPLACE "href=\"(Redis[A-Za-z0-9]+)\\.md" "href=\"\\1" html "${html}")
    if(html MATCHES "href=\"([^\"]*\\.md[^\"]*)\"")
      message(FATAL_ERROR "${page} links to ${CMAKE_MATCH_1}, which the exporter does not serve: "
                          "link to another runbook (NAME.md), or name the file without a link.")
    endif()
    string(APPEND source "    {\"${name}\", R\"html(${html})html\"},\n")
  endforeach()
  string(APPEND source "};\n\n}  // namespace\n\n"
                       "std::span<const Runbook> all_runbooks() { return kRunbooks; }\n\n"
                       "}  // namespace fleet\n")
  file(WRITE ${OUTPUT} "${source}")
  return()
endif()

find_program(CMARK cmark-gfm REQUIRED)

set(runbooks_script ${CMAKE_CURRENT_LIST_FILE})
function(fleet_runbooks output)
  set(folder ${PROJECT_SOURCE_DIR}/docs/runbooks)
  file(GLOB pages CONFIGURE_DEPENDS ${folder}/*.md)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DSOURCE_DIR=${folder} -DCMARK=${CMARK} -DOUTPUT=${output}
            -P ${runbooks_script}
    DEPENDS ${pages} ${runbooks_script}
    COMMENT "Turning docs/runbooks into HTML")
endfunction()
