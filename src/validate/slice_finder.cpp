#include "validate/slice_finder.h"

namespace paraneo::validate {
namespace {

// The slices of a profile that have a name, or an id.
class SliceFinder {
 public:
  SliceFinder(const definition::Definitions& definitions, std::string_view name)
      : definitions_(definitions), name_(name) {}

  std::vector<FoundSlice> in(const definition::Profile& profile) {
    look(profile.root, std::string(definitions_.type_name(profile.type)));
    return std::move(found_);
  }

 private:
  void look(const definition::ProfileNode& node, const std::string& id) {
    for (const auto& slice : node.slices) {
      const auto id_of_slice = id + ":" + slice->slice;
      if (slice->slice == name_ || id_of_slice == name_ ||
          id_with_choice(id) + ":" + slice->slice == name_)
        found_.push_back({&node, slice.get()});
      look(*slice, id_of_slice);
    }
    for (const auto& child : node.children)
      look(*child, id + "." + std::string(definitions_.name(child->name)));
  }

  // Ids have the [x] of a choice's name.
  static std::string id_with_choice(const std::string& id) { return id + "[x]"; }

  const definition::Definitions& definitions_;
  std::string_view name_;
  std::vector<FoundSlice> found_;
};

}  // namespace

std::vector<FoundSlice> find_slices(const definition::Definitions& definitions,
                                    const definition::Profile& profile, std::string_view name) {
  return SliceFinder(definitions, name).in(profile);
}

}  // namespace paraneo::validate
