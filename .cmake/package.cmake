# cmake --build build/release --target package: a Debian package of the program, with its manual, completions, unit,
# documentation, licences, and a bill of materials of exactly what is linked. The same sources give the same bytes,
# whatever folder, user, time zone and locale: SOURCE_DATE_EPOCH is the time of all files, by default that of CHANGELOG.md's
# commit.
set(doc ${CMAKE_INSTALL_DOCDIR})
set(share ${CMAKE_BINARY_DIR}/share)
find_package(Python3 COMPONENTS Interpreter)
find_program(PARANEO_OBJDUMP objdump)
find_program(PARANEO_DPKG_QUERY dpkg-query)

# Compiled in from headers, so that no library names them; and HL7's packages, of which the index inside is made.
set(PARANEO_HEADER_PACKAGES libboost1.81-dev rapidjson-dev libcli11-dev libtomlplusplus-dev libxxhash-dev)
set(PARANEO_FHIR_PACKAGES hl7.fhir.r4.examples@4.0.1 hl7.fhir.us.mcode@4.0.0)

if(Python3_FOUND AND PARANEO_OBJDUMP AND PARANEO_DPKG_QUERY)
  add_custom_command(OUTPUT ${share}/paraneo.spdx.json DEPENDS paraneo ${CMAKE_CURRENT_LIST_DIR}/sbom.py VERBATIM
    COMMAND ${Python3_EXECUTABLE} -B ${CMAKE_CURRENT_LIST_DIR}/sbom.py --name paraneo --version ${PROJECT_VERSION} --headers ${PARANEO_HEADER_PACKAGES}
            --fhir ${PARANEO_FHIR_PACKAGES} --output ${share}/paraneo.spdx.json $<TARGET_FILE:paraneo>)
  add_custom_target(paraneo_bill_of_materials ALL DEPENDS ${share}/paraneo.spdx.json)
  add_dependencies(paraneo_bill_of_materials paraneo_manual)
  install(FILES ${share}/paraneo.spdx.json DESTINATION ${doc} COMPONENT program)
endif()

add_custom_command(OUTPUT ${share}/changelog.gz DEPENDS ${CMAKE_SOURCE_DIR}/CHANGELOG.md VERBATIM
  COMMAND ${CMAKE_COMMAND} -E make_directory ${share}
  COMMAND sh -c "gzip -9nc \"$1\" > \"$2\"" sh ${CMAKE_SOURCE_DIR}/CHANGELOG.md ${share}/changelog.gz)
add_custom_target(paraneo_changelog ALL DEPENDS ${share}/changelog.gz)
file(GLOB pages ${CMAKE_SOURCE_DIR}/docs/*.md)
install(FILES ${share}/changelog.gz ${CMAKE_SOURCE_DIR}/README.md ${CMAKE_SOURCE_DIR}/NOTICE DESTINATION ${doc} COMPONENT program)
install(FILES ${CMAKE_CURRENT_LIST_DIR}/copyright DESTINATION ${doc} COMPONENT program)
install(FILES ${pages} DESTINATION ${doc}/docs COMPONENT program)
install(FILES ${CMAKE_SOURCE_DIR}/profiles/case-record.schema.json ${CMAKE_SOURCE_DIR}/profiles/record.md DESTINATION ${doc}/profiles COMPONENT program)
install(FILES ${CMAKE_SOURCE_DIR}/.systemd/paraneo-sync.service DESTINATION lib/systemd/system COMPONENT program)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME paraneo)
set(CPACK_PACKAGE_VENDOR "The paraneo project")
set(CPACK_PACKAGE_CONTACT "The paraneo maintainers <paraneo@example.org>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "FHIR R4 interoperability adapter for case records")
set(CPACK_DEBIAN_PROGRAM_DESCRIPTION "Converts dermatomyositis and neoplasm case records into FHIR resources and
back, validates them, moves them to and from FHIR servers over HTTPS, and
keeps a server in step with a source of records.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_COMPONENTS_ALL program)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME paraneo)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS ca-certificates)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/package_folders.cmake)
set(CPACK_PROJECT_CONFIG_FILE ${CMAKE_CURRENT_LIST_DIR}/package_time.cmake)
include(CPack)
