# The codes of the value sets and code systems of R4 and of the case record, and of those by which an import
# decides, listed at build time (src/terminology/indexer.cpp) and taken into the binary.
file(GLOB own_value_sets CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/profiles/built/ValueSet-*.json
     ${CMAKE_SOURCE_DIR}/profiles/built/CodeSystem-*.json ${CMAKE_SOURCE_DIR}/mappings/sources/ValueSet-*.json)
set(value_sets ${definitions}/value_sets.txt)

add_executable(paraneo_value_set_indexer src/terminology/indexer.cpp)
target_link_libraries(paraneo_value_set_indexer PRIVATE paraneo_terminology)

add_custom_command(
  OUTPUT ${value_sets}
  COMMAND paraneo_value_set_indexer ${value_sets} ${r4_folder} ${CMAKE_SOURCE_DIR}/profiles/built
          ${CMAKE_SOURCE_DIR}/mappings/sources
  DEPENDS paraneo_value_set_indexer ${r4_folder}/stamp ${own_value_sets}
  COMMENT "Listing value sets"
  VERBATIM)
paraneo_builtin(paraneo_builtin_value_sets src/terminology/builtin.cpp paraneo_value_sets ${value_sets})
target_link_libraries(paraneo_builtin_value_sets PUBLIC paraneo_terminology)
