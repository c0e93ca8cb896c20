# HL7's package of R4 definitions and the committed definitions of profiles/ become one index
# (src/definition/indexer.cpp), which the assembler takes into the binary as it is.
set(r4_package ${PARANEO_PACKAGES}/hl7.fhir.r4.examples-4.0.1.tgz)
if(NOT EXISTS ${r4_package})
  message(FATAL_ERROR "${r4_package} is not there. Run .ci/setup first; it fetches it.")
endif()
file(GLOB own_definitions CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/profiles/built/StructureDefinition-*.json)
set(definitions ${CMAKE_BINARY_DIR}/definitions)
set(r4_folder ${definitions}/r4)
set(definitions_index ${definitions}/definitions.bin)
set(profiles_text ${definitions}/profiles.txt)

add_executable(paraneo_indexer src/definition/indexer.cpp)
target_link_libraries(paraneo_indexer PRIVATE paraneo_definition)

add_custom_command(
  OUTPUT ${r4_folder}/stamp
  COMMAND ${CMAKE_COMMAND} -E make_directory ${r4_folder}
  COMMAND tar -xzf ${r4_package} -C ${r4_folder} --strip-components=1 --wildcards
          package/StructureDefinition-*.json package/ValueSet-*.json package/CodeSystem-*.json
  COMMAND ${CMAKE_COMMAND} -E touch ${r4_folder}/stamp
  DEPENDS ${r4_package}
  VERBATIM)
add_custom_command(
  OUTPUT ${definitions_index} ${profiles_text}
  COMMAND paraneo_indexer ${definitions_index} ${profiles_text} ${r4_folder} ${CMAKE_SOURCE_DIR}/profiles/built
  DEPENDS paraneo_indexer ${r4_folder}/stamp ${own_definitions}
  COMMENT "Indexing definitions"
  VERBATIM)

# A static library of builtin.cpp and the bytes of a file, between NAME_begin and NAME_end.
function(paraneo_builtin target source name file)
  set(assembler ${definitions}/${name}.S)
  file(CONFIGURE OUTPUT ${assembler} CONTENT [[
    .section .rodata
    .balign 16
    .global @name@_begin
    .global @name@_end
@name@_begin:
    .incbin "@file@"
@name@_end:
    .byte 0
    .section .note.GNU-stack,"",@progbits
]] @ONLY)
  set_source_files_properties(${assembler} PROPERTIES OBJECT_DEPENDS ${file})
  add_library(${target} STATIC ${source} ${assembler})
endfunction()

paraneo_builtin(paraneo_builtin src/definition/builtin.cpp paraneo_definitions ${definitions_index})
target_link_libraries(paraneo_builtin PUBLIC paraneo_definition)
paraneo_builtin(paraneo_builtin_profiles src/definition/snapshot/builtin.cpp paraneo_profiles ${profiles_text})
target_link_libraries(paraneo_builtin_profiles PUBLIC paraneo_definition)
