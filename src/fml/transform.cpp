#include "fml/transform.h"
#include "format/xml.h"

namespace paraneo::fml {

std::shared_ptr<const Transformation> Transformation::make(const ast::Map& map,
                                                           const Library& library,
                                                           const fhirpath::Engine& engine,
                                                           diag::Sink& sink) {
  const std::shared_ptr<Transformation> made(new Transformation(engine));
  made->program_ = compile(map, library, engine, sink);
  if (made->program_ == nullptr || !made->take_parameters(map, sink)) return nullptr;
  return made;
}

bool Transformation::take_parameters(const ast::Map& map, diag::Sink& sink) {
  const auto& entry = program_->groups[program_->entry];
  const auto refuse = [&](std::string message, std::string advice) {
    sink.report(diag::Code::fml_arguments, std::move(message), entry.span, {}, std::move(advice));
    return false;
  };
  for (const auto& parameter : entry.parameters) {
    // A logical model is what the data says it is, and a source may be of any type below; a target
    // is made.
    const auto& type = engine_.definitions().type(parameter.type);
    const auto is_open = type.abstract && type.kind != definition::TypeKind::logical &&
                         parameter.mode == ast::InputMode::target;
    if (parameter.type == 0 || is_open)
      return refuse("the first group must say the type of each parameter",
                    "write (source src : Type, target tgt : Type)");
    if (parameter.mode == ast::InputMode::target) targets_.push_back(parameter.type);
    else if (source_ == 0) source_ = parameter.type;
    else
      return refuse(
          "the first group of " + std::string(map.name) + " takes several sources; an input is one",
          {});
  }
  if (source_ == 0 || targets_.empty())
    return refuse("the first group needs a source and a target", {});
  return true;
}

std::vector<const element::Element*> Transformation::run(const Source& input,
                                                         const RunEnvironment& environment) const {
  auto& arena = environment.arena;
  const auto errors = environment.sink.errors();
  const Budget budget(environment.limits, arena, environment.clock);
  const auto* source = format::read(definitions(), input, {source_}, environment.limits, arena,
                                    environment.sink, &budget);
  if (source == nullptr) return {};
  if (!definitions().is_a(source->type, source_)) {
    environment.sink.report(diag::Code::fml_type_mismatch,
                            "this is a " + std::string(definitions().type_name(source->type)) +
                                ", the map takes a " +
                                std::string(definitions().type_name(source_)),
                            {&input, 0, 1});
    return {};
  }
  std::vector<element::Element*> targets;
  for (const auto type : targets_) targets.push_back(element::make_root(arena, type));
  fml::run(*program_, engine_, *source, targets, environment);
  if (environment.sink.errors() != errors) return {};
  return {targets.begin(), targets.end()};
}

}  // namespace paraneo::fml
