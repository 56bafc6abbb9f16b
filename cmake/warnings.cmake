# SPDX-License-Identifier: Apache-2.0
# Interface target fleet_warnings: the compiler's warnings for the project's own code.

option(WARNINGS_AS_ERRORS "Stop the build at the first warning" OFF)

add_library(fleet_warnings INTERFACE)
target_compile_options(fleet_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion
                                                -Wold-style-cast)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 takes the frame of an asio::awaitable coroutine for memory of the wrong allocator.
  # With optimisation it also takes an empty std::optional for one that is read.
  target_compile_options(fleet_warnings INTERFACE -Wno-mismatched-new-delete
                                                  -Wno-maybe-uninitialized)
  if(SANITIZE STREQUAL "thread")
    # Asio fences atomics, which GCC reports as unsupported with -fsanitize=thread.
    target_compile_options(fleet_warnings INTERFACE -Wno-tsan)
  endif()
endif()
if(WARNINGS_AS_ERRORS)
  target_compile_options(fleet_warnings INTERFACE -Werror)
endif()
