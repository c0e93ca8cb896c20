# The maps and concept maps of mappings/, as they are, inside the binary.
file(GLOB_RECURSE mapping_files CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR}
     mappings/*.map mappings/*.json)
set(assembler "    .section .rodata\n")
set(declarations "")
set(rows "")
set(number 0)
foreach(file IN LISTS mapping_files)
  set(symbol paraneo_mapping_${number})
  string(APPEND assembler "    .global ${symbol}_begin\n    .global ${symbol}_end\n${symbol}_begin:\n"
         "    .incbin \"${CMAKE_SOURCE_DIR}/${file}\"\n${symbol}_end:\n    .byte 0\n")
  string(APPEND declarations "extern const char ${symbol}_begin[];\nextern const char ${symbol}_end[];\n")
  string(APPEND rows "    {\"${file}\", ${symbol}_begin, ${symbol}_end},\n")
  math(EXPR number "${number} + 1")
endforeach()
string(APPEND assembler "    .section .note.GNU-stack,\"\",@progbits\n")
file(CONFIGURE OUTPUT ${definitions}/mappings.S CONTENT "${assembler}" @ONLY)
file(CONFIGURE OUTPUT ${definitions}/mappings.cpp CONTENT "#include \"adapter/embedded.h\"

extern \"C\" {
${declarations}}

namespace paraneo::adapter {

std::span<const EmbeddedFile> embedded_files() {
  static const EmbeddedFile files[] = {
${rows}  };
  return files;
}

}  // namespace paraneo::adapter
" @ONLY)
list(TRANSFORM mapping_files PREPEND ${CMAKE_SOURCE_DIR}/ OUTPUT_VARIABLE mapping_paths)
set_source_files_properties(${definitions}/mappings.S PROPERTIES OBJECT_DEPENDS "${mapping_paths}")
add_library(paraneo_mappings STATIC ${definitions}/mappings.S ${definitions}/mappings.cpp)
target_include_directories(paraneo_mappings PRIVATE ${CMAKE_SOURCE_DIR}/src)
target_link_libraries(paraneo_adapter PUBLIC paraneo_mappings)
