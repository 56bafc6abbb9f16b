# SPDX-License-Identifier: Apache-2.0
# fleet_assets(output FILE...): writes status_asset(), which has the texts of files that the status
# page loads, when the build is configured and one of them has changed.
function(fleet_assets output)
  set(source "// Written by cmake/assets.cmake.\n#include \"http/status.h\"\n\n"
             "namespace fleet::http {\n\n"
             "const std::string_view* status_asset(std::string_view path) {\n")
  string(CONCAT source ${source})
  foreach(name IN LISTS ARGN)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${name})
    file(READ ${name} text)
    string(MAKE_C_IDENTIFIER ${name} variable)
    string(APPEND source "  static constexpr std::string_view ${variable} = R\"asset(${text})asset\";\n"
                         "  if (path == \"/${name}\") return &${variable};\n")
  endforeach()
  string(APPEND source "  return nullptr;\n}\n\n}  // namespace fleet::http\n")
  file(CONFIGURE OUTPUT ${output} CONTENT "${source}" @ONLY NEWLINE_STYLE UNIX)
endfunction()
