// The variables of the group that is being compiled, and the slots that they have at run time.
// Internal to this folder.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "fml/compile/compile_context.h"
#include "fml/compile/scoped_names.h"

namespace paraneo::fml {

// A name that rules may use.
struct Variable {
  enum class Role : std::uint8_t { source, target, value };

  std::string_view name;
  std::uint32_t slot = 0;
  Role role = Role::source;
  definition::TypeId type = 0;    // 0: not known before the run
  definition::TypeId likely = 0;  // what a caller passes, where nothing says the type: good for
                                  // speed only
};

// Not thread-safe.
class GroupScope {
 public:
  explicit GroupScope(CompileContext& context) : context_(context) {}

  // A group of that map begins: no variable is known.
  void begin(const ast::Map& map);
  const ast::Map& map() const { return *map_; }

  std::uint32_t add_slot() { return slots_++; }
  void add(Variable variable) { names_.add(variable); }
  // Null where there is none; known() reports it.
  const Variable* find(std::string_view name) const { return names_.find(name); }
  const Variable* known(std::string_view name, Span span);
  // A variable that nobody can write.
  std::string_view hidden_name();

  // Where the scope stands.
  struct Mark {
    std::size_t names;
    std::uint32_t slots;
  };
  Mark mark() const { return {names_.size(), slots_}; }
  // Forgets what was added since; its slots serve others.
  void leave(Mark mark);
  // That are in use at one time.
  std::uint32_t slots_most() const { return std::max(slots_, slots_most_); }

 private:
  CompileContext& context_;
  const ast::Map* map_ = nullptr;
  ScopedNames<Variable> names_;
  std::uint32_t hidden_names_ = 0;
  std::uint32_t slots_ = 0;       // that are in use
  std::uint32_t slots_most_ = 0;  // that were in use at one time
};

}  // namespace paraneo::fml
