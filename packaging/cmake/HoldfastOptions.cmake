# SPDX-License-Identifier: Apache-2.0
# How everything is compiled: one interface target that every Holdfast target links.
option(HOLDFAST_TESTS "Build the tests" ON)
option(HOLDFAST_WERROR "Treat warnings as errors (CI; not for users with a newer compiler)" OFF)
option(HOLDFAST_FUZZ "Build the libFuzzer targets (needs clang)" OFF)
set(HOLDFAST_SANITIZE "" CACHE STRING "Sanitizers, as given to -fsanitize=")
option(HOLDFAST_COVERAGE "Instrument for gcov" OFF)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Without these two words ccache refuses every file that uses a precompiled header.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      ${CCACHE_PROGRAM})
endif()

add_library(holdfast_options INTERFACE)
target_compile_options(holdfast_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Wcast-qual
  -Woverloaded-virtual -Wimplicit-fallthrough -Wswitch-enum
  -Wno-missing-field-initializers # members have defaults; designated initialisers name the rest
  $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>
  $<$<BOOL:${HOLDFAST_WERROR}>:-Werror>)
target_compile_definitions(holdfast_options INTERFACE
  HOLDFAST_VERSION="${PROJECT_VERSION}"
  QT_NO_CAST_TO_ASCII QT_NO_KEYWORDS QT_NO_NARROWING_CONVERSIONS_IN_CONNECT
  QT_DISABLE_DEPRECATED_BEFORE=0x060400 QT_MESSAGELOGCONTEXT
  # Seams: what tests may switch off to see themselves fail (never in a release).
  $<$<BOOL:${HOLDFAST_TESTS}>:QT_FORCE_ASSERTS>
  $<$<BOOL:${HOLDFAST_TESTS}>:HOLDFAST_TEST_SEAMS>)
target_include_directories(holdfast_options INTERFACE ${PROJECT_SOURCE_DIR})

if(HOLDFAST_SANITIZE)
  target_compile_options(holdfast_options INTERFACE
    -fsanitize=${HOLDFAST_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(holdfast_options INTERFACE -fsanitize=${HOLDFAST_SANITIZE})
endif()
if(HOLDFAST_COVERAGE)
  target_compile_options(holdfast_options INTERFACE --coverage -O0)
  target_link_options(holdfast_options INTERFACE --coverage)
endif()
