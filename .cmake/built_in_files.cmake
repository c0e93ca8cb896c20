# The maps and concept maps of mappings/, the record's code systems and value sets, and what pictures are made by, as they
# are, inside the binary.
file(GLOB_RECURSE mapping_files CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR}
     mappings/*.map mappings/*.json profiles/built/CodeSystem-*.json profiles/built/ValueSet-*.json
     profiles/view/*.json profiles/view/*.css)
set(assembler "    .section .rodata\n")
set(declarations "")
set(rows "")
set(number 0)
foreach(file IN LISTS mapping_files)
  set(symbol paraneo_file_${number})
  string(APPEND assembler "    .global ${symbol}_begin\n    .global ${symbol}_end\n${symbol}_begin:\n"
         "    .incbin \"${CMAKE_SOURCE_DIR}/${file}\"\n${symbol}_end:\n    .byte 0\n")
  string(APPEND declarations "extern const char ${symbol}_begin[];\nextern const char ${symbol}_end[];\n")
  string(APPEND rows "    {\"${file}\", ${symbol}_begin, ${symbol}_end},\n")
  math(EXPR number "${number} + 1")
endforeach()
string(APPEND assembler "    .section .note.GNU-stack,\"\",@progbits\n")
file(CONFIGURE OUTPUT ${definitions}/files.S CONTENT "${assembler}" @ONLY)
file(CONFIGURE OUTPUT ${definitions}/files.cpp CONTENT "#include \"knowledge/built_in_files.h\"

extern \"C\" {
${declarations}}

namespace paraneo::knowledge {

std::span<const BuiltInFile> built_in_files() {
  static const BuiltInFile files[] = {
${rows}  };
  return files;
}

}  // namespace paraneo::knowledge
" @ONLY)
list(TRANSFORM mapping_files PREPEND ${CMAKE_SOURCE_DIR}/ OUTPUT_VARIABLE mapping_paths)
set_source_files_properties(${definitions}/files.S PROPERTIES OBJECT_DEPENDS "${mapping_paths}")
add_library(paraneo_built_in_files STATIC ${definitions}/files.S ${definitions}/files.cpp)
target_include_directories(paraneo_built_in_files PRIVATE ${CMAKE_SOURCE_DIR}/src)
target_link_libraries(paraneo_knowledge PUBLIC paraneo_built_in_files)
