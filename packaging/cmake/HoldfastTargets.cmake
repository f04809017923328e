# SPDX-License-Identifier: Apache-2.0
# The helpers every folder uses. A target's LINKS are its permissions.

# holdfast_library(NAME SOURCES … HEADERS … [LINKS …] [PRIVATE_LINKS …] [PURE])
# PURE: no automoc and no precompiled Qt header; the folder must not know Qt in its headers.
function(holdfast_library name)
  cmake_parse_arguments(ARG "PURE" "" "SOURCES;HEADERS;LINKS;PRIVATE_LINKS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_sources(${name} PUBLIC FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR} FILES ${ARG_HEADERS})
  target_link_libraries(${name} PUBLIC holdfast_options ${ARG_LINKS} PRIVATE ${ARG_PRIVATE_LINKS})
  if(NOT ARG_PURE)
    set_target_properties(${name} PROPERTIES AUTOMOC ON)
    target_precompile_headers(${name} PRIVATE ${PROJECT_SOURCE_DIR}/packaging/cmake/precompiled.h)
  endif()
  set_target_properties(${name} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON)
endfunction()

# holdfast_program(NAME SOURCES … [LINKS …]) makes bin/NAME.
function(holdfast_program name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE holdfast_options ${ARG_LINKS})
  set_target_properties(${name} PROPERTIES AUTOMOC ON)
endfunction()

# holdfast_test(NAME TIER unit|simulation|process|interface|tidy [SOURCES …] [LINKS …] [TIMEOUT seconds] [THREADS])
# builds tst_NAME.cpp as the CTest test TIER.NAME with the label TIER, off screen; the target TIER_tests builds a tier.
# THREADS: more than one thread of ours is at work, so that the thread sanitizer wants to see it (label threads).
function(holdfast_test name)
  cmake_parse_arguments(ARG "THREADS" "TIER;TIMEOUT" "SOURCES;LINKS;DEPENDS" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  set(target test_${ARG_TIER}_${name})
  add_executable(${target} tst_${name}.cpp ${ARG_SOURCES})
  target_link_libraries(${target} PRIVATE holdfast_options Qt6::Test ${ARG_LINKS})
  set_target_properties(${target} PROPERTIES AUTOMOC ON
    RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  if(ARG_DEPENDS)
    add_dependencies(${target} ${ARG_DEPENDS})
  endif()
  set(labels ${ARG_TIER})
  if(ARG_THREADS)
    list(APPEND labels threads)
  endif()
  foreach(label ${labels})
    if(NOT TARGET ${label}_tests)
      add_custom_target(${label}_tests)
    endif()
    add_dependencies(${label}_tests ${target})
  endforeach()
  add_test(NAME ${ARG_TIER}.${name} COMMAND ${target})
  math(EXPR milliseconds "1000 * ${ARG_TIMEOUT}") # Qt Test's own limit, of a function, is the test's
  set_tests_properties(${ARG_TIER}.${name} PROPERTIES
    LABELS "${labels}" TIMEOUT ${ARG_TIMEOUT}
    ENVIRONMENT "QTEST_FUNCTION_TIMEOUT=${milliseconds};QT_QPA_PLATFORM=offscreen;QT_HASH_SEED=0;HOLDFAST_BIN=${CMAKE_RUNTIME_OUTPUT_DIRECTORY};HOLDFAST_SOURCE=${PROJECT_SOURCE_DIR}")
endfunction()
