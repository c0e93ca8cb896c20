# cmake --install: the program, and the libraries with their headers for other CMake projects:
#   find_package(paraneo REQUIRED)
#   target_link_libraries(mine PRIVATE paraneo::fml)
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

# Two components: "program" is what the Debian package has, "development" is for other projects.
install(TARGETS paraneo RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT program)
# The manual and the completions come from the program itself.
set(from_program "man|paraneo.1.gz|${CMAKE_INSTALL_MANDIR}/man1" "completion bash|paraneo|${CMAKE_INSTALL_DATADIR}/bash-completion/completions"
    "completion zsh|_paraneo|${CMAKE_INSTALL_DATADIR}/zsh/site-functions" "completion fish|paraneo.fish|${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d")
foreach(entry IN LISTS from_program)
  string(REPLACE "|" ";" fields "${entry}")
  list(GET fields 0 verb)
  list(GET fields 1 name)
  list(GET fields 2 folder)
  set(file ${CMAKE_BINARY_DIR}/share/${name})
  add_custom_command(OUTPUT ${file} DEPENDS paraneo VERBATIM
    COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_BINARY_DIR}/share
    COMMAND sh -c "env -u PARANEO_CONFIG \"$1\" ${verb} > \"$2\"" sh $<TARGET_FILE:paraneo> ${file}.made
    COMMAND sh -c "case \"$1\" in *.gz) gzip -9nc \"$1.made\" ;; *) cat \"$1.made\" ;; esac > \"$1\"" sh ${file})
  list(APPEND files_from_program ${file})
  install(FILES ${file} DESTINATION ${folder} COMPONENT program)
endforeach()
add_custom_target(paraneo_manual ALL DEPENDS ${files_from_program})

install(TARGETS ${PARANEO_LIBRARIES} EXPORT paraneo-targets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development)
install(DIRECTORY ${CMAKE_SOURCE_DIR}/src/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/paraneo COMPONENT development
        FILES_MATCHING PATTERN "*.h" PATTERN "*.def")
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/paraneo)
install(EXPORT paraneo-targets NAMESPACE paraneo:: DESTINATION ${package_folder} COMPONENT development)
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/paraneo-config.cmake.in ${CMAKE_BINARY_DIR}/paraneo-config.cmake
                              INSTALL_DESTINATION ${package_folder})
write_basic_package_version_file(${CMAKE_BINARY_DIR}/paraneo-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/paraneo-config.cmake ${CMAKE_BINARY_DIR}/paraneo-config-version.cmake
        DESTINATION ${package_folder} COMPONENT development)
