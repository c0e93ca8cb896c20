# Read by cpack itself: one time for all files of the package.
if(NOT DEFINED ENV{SOURCE_DATE_EPOCH})
  execute_process(COMMAND git -C ${CMAKE_CURRENT_LIST_DIR} log -1 --format=%ct -- ../CHANGELOG.md
                  OUTPUT_VARIABLE time OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  if(NOT time)
    set(time 1764460800)  # of a folder without history
  endif()
  set(ENV{SOURCE_DATE_EPOCH} ${time})
endif()
