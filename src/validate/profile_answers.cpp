#include "validate/profile_answers.h"

namespace paraneo::validate {
namespace {

using InSlice = fhirpath::ProfilePort::InSlice;

// A slice, and the list that it is one of.
struct Found {
  const ProfileNode* list = nullptr;
  const ProfileNode* slice = nullptr;
};

// The slices of a profile that have a name, or an id.
class SliceFinder {
 public:
  SliceFinder(const definition::Definitions& definitions, std::string_view name)
      : definitions_(definitions), name_(name) {}

  std::vector<Found> in(const definition::Profile& profile) {
    look(profile.root, std::string(definitions_.type_name(profile.type)));
    return std::move(found_);
  }

 private:
  void look(const ProfileNode& node, const std::string& id) {
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
  std::vector<Found> found_;
};

}  // namespace

std::optional<bool> Validator::conforms(const element::Element& at, std::string_view profile_url,
                                        Arena& arena) {
  begin();
  const auto* profile = profiles_ ? profiles_->profile(profile_url) : nullptr;
  if (profile == nullptr) return std::nullopt;
  if (!definitions_.is_a_named(at.type, profile->type)) return false;
  diag::Sink sink(0);
  Visit visit{
      definitions_,         names_, at, nullptr, arena, sink, failures_, context_.policy, true,
      diag::Severity::error};
  return profiles_->conforms(at, profile->root, visit);
}

InSlice Validator::in_slice(const element::Element& at, std::string_view profile_url,
                            std::string_view slice, Arena& arena) {
  begin();
  const auto* profile = profiles_ ? profiles_->profile(profile_url) : nullptr;
  if (profile == nullptr) return InSlice::no_profile;
  auto found = SliceFinder(definitions_, slice).in(*profile);
  if (found.empty()) return InSlice::no_slice;
  std::erase_if(found, [&](const Found& each) { return each.list->name != at.name; });
  if (found.empty()) return InSlice::no;
  if (found.size() > 1) return InSlice::several_slices;
  diag::Sink sink(0);
  Visit visit{
      definitions_,         names_, at, nullptr, arena, sink, failures_, context_.policy, true,
      diag::Severity::error};
  const auto answer = profiles_->is_in(at, *found[0].list, *found[0].slice, visit);
  return !answer ? InSlice::not_known : *answer ? InSlice::yes : InSlice::no;
}

std::optional<bool> ProfileAnswers::conforms(const element::Element& element,
                                             std::string_view profile_url) const {
  arena_.reset();
  const auto answer = rules_.conforms(element, profile_url, arena_);
  if (answer != true) return answer;
  diag::Sink sink(0);
  return base_.validate(element, nullptr, arena_, sink);
}

InSlice ProfileAnswers::in_slice(const element::Element& element, std::string_view profile_url,
                                 std::string_view slice) const {
  arena_.reset();
  return rules_.in_slice(element, profile_url, slice, arena_);
}

}  // namespace paraneo::validate
