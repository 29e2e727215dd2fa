# The only ways to make a target here, so that flags, include paths and names are the same everywhere.

# reeve_library(NAME SOURCES a.c b.c [DEPENDS reeve::base …] [INTERNAL_DEPENDS …])
#   A static library target reeve_NAME, alias reeve::NAME. Headers are included from the repository
#   root ("agent/base/arena.h"), so an #include names the module it crosses into.
function(reeve_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;DEPENDS;INTERNAL_DEPENDS")
  add_library(reeve_${name} STATIC ${arg_SOURCES})
  add_library(reeve::${name} ALIAS reeve_${name})
  target_include_directories(reeve_${name} PUBLIC "${PROJECT_SOURCE_DIR}"
                                                  "${PROJECT_SOURCE_DIR}/agent/include")
  target_link_libraries(reeve_${name} PUBLIC ${arg_DEPENDS} PRIVATE ${arg_INTERNAL_DEPENDS})
  reeve_warnings(reeve_${name})
endfunction()

# reeve_executable(NAME SOURCES … DEPENDS …)
function(reeve_executable name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;DEPENDS")
  add_executable(${name} ${arg_SOURCES})
  target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}"
                                             "${PROJECT_SOURCE_DIR}/agent/include")
  target_link_libraries(${name} PRIVATE ${arg_DEPENDS})
  reeve_warnings(${name})
endfunction()

# What ThreadSanitizer's run needs: the tests labelled 'threads', and what those depend on. Each reeve_test() adds itself.
add_custom_target(threads_all)

# reeve_test(NAME SOURCES x_test.cc … DEPENDS … [LABELS unit …] [TIMEOUT 120] [WHOLE])
#   One GoogleTest executable; each TEST becomes a ctest entry. WHOLE: all of them are one entry, for tests that share
#   something costly.
function(reeve_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "WHOLE" "TIMEOUT" "SOURCES;DEPENDS;LABELS")
  add_executable(${name} ${arg_SOURCES})
  target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}"
                                             "${PROJECT_SOURCE_DIR}/agent/include")
  target_link_libraries(${name} PRIVATE ${arg_DEPENDS} GTest::gmock GTest::gtest_main)
  reeve_warnings(${name})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  if(NOT arg_LABELS)
    set(arg_LABELS unit)
  endif()
  if("threads" IN_LIST arg_LABELS)
    add_dependencies(threads_all ${name})
  endif()
  if(arg_WHOLE)
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES TIMEOUT ${arg_TIMEOUT} LABELS "${arg_LABELS}")
    return()
  endif()
  gtest_discover_tests(${name} TEST_PREFIX "${name}." DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 120
                       PROPERTIES TIMEOUT ${arg_TIMEOUT})
  # Labels are set afterwards, because gtest_discover_tests() flattens a property that is a list.
  set(labels "${CMAKE_CURRENT_BINARY_DIR}/${name}_labels.cmake")
  file(WRITE "${labels}" "if(${name}_TESTS)\n  set_tests_properties(\${${name}_TESTS} PROPERTIES LABELS \"${arg_LABELS}\")\nendif()\n")
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES "${labels}")
endfunction()

function(reeve_warnings target)
  target_compile_options(
    ${target} PRIVATE "$<$<COMPILE_LANGUAGE:C>:${REEVE_C_WARNINGS}>"
                      "$<$<COMPILE_LANGUAGE:CXX>:${REEVE_CXX_WARNINGS}>")
endfunction()
