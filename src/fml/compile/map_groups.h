// The maps that belong together, and their groups by name. Internal to this folder.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "fml/compile/compile_context.h"

namespace paraneo::fml {

// Not thread-safe; the maps outlive it.
class MapGroups {
 public:
  struct GroupRef {
    const ast::Map* map = nullptr;
    const ast::Group* group = nullptr;
  };

  MapGroups(CompileContext& context, std::span<const ast::Map* const> mains)
      : context_(context), mains_(mains) {}

  // The maps, then their imports; each map once. Maps may import one another, as HL7's own do with
  // wildcards. Mistakes are reported.
  void collect();
  const std::vector<const ast::Map*>& maps() const { return maps_; }
  // In the order of Program::groups.
  const std::vector<GroupRef>& refs() const { return refs_; }
  // The index of the group that `map` may call by that name: of its own, or of what it imports, by
  // whatever way. kNone after a mistake, which was reported.
  std::uint32_t named(const ast::Map& map, std::string_view name, Span span);

 private:
  const std::vector<const ast::Map*>& imported(std::string_view url);
  bool reaches(const ast::Map& from, const ast::Map& other);
  std::string advice(std::string_view name) const;

  CompileContext& context_;
  const std::span<const ast::Map* const> mains_;
  std::vector<const ast::Map*> maps_;
  std::vector<GroupRef> refs_;
  std::map<std::pair<const ast::Map*, std::string_view>, std::uint32_t> group_of_;
  std::unordered_map<std::string_view, std::vector<std::uint32_t>> groups_named_;
  // By the URL of an import, which may be a pattern.
  std::unordered_map<std::string_view, std::vector<const ast::Map*>> imported_;
  const ast::Map* reached_from_ = nullptr;
  std::unordered_set<const ast::Map*> reached_;
};

}  // namespace paraneo::fml
