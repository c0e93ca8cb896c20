# cmake --install: the program, and the libraries with their headers for other CMake projects:
#   find_package(paraneo REQUIRED)
#   target_link_libraries(mine PRIVATE paraneo::fml)
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

install(TARGETS paraneo RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS ${PARANEO_LIBRARIES} EXPORT paraneo-targets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY ${CMAKE_SOURCE_DIR}/src/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/paraneo
        FILES_MATCHING PATTERN "*.h" PATTERN "*.def")
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/paraneo)
install(EXPORT paraneo-targets NAMESPACE paraneo:: DESTINATION ${package_folder})
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/paraneo-config.cmake.in ${CMAKE_BINARY_DIR}/paraneo-config.cmake
                              INSTALL_DESTINATION ${package_folder})
write_basic_package_version_file(${CMAKE_BINARY_DIR}/paraneo-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/paraneo-config.cmake ${CMAKE_BINARY_DIR}/paraneo-config-version.cmake
        DESTINATION ${package_folder})
