// What the parts of one compilation share. Internal to this folder.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "fml/compile/library.h"
#include "fml/compile/program.h"

namespace paraneo::fml {

// Library, engine and sink outlive it.
struct CompileContext {
  CompileContext(const Library& maps, const fhirpath::Engine& expressions, diag::Sink& messages)
      : library(maps), engine(expressions), definitions(expressions.definitions()), sink(messages),
        program(std::make_shared<Program>()) {
    program->data_types = DataTypes(definitions);
    program->loaded_concept_maps = &library.concept_maps();
  }

  void complain(diag::Code code, std::string message, Span span, std::string advice = {}) {
    sink.report(code, std::move(message), span, {}, std::move(advice));
  }

  const Library& library;
  const fhirpath::Engine& engine;
  const definition::Definitions& definitions;
  diag::Sink& sink;
  std::shared_ptr<Program> program;  // what is made
};

inline std::string quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

}  // namespace paraneo::fml
