#include "record/gather/contradictions.h"

#include <algorithm>

#include "record/extension.h"

namespace paraneo::record {

using element::Element;

void Contradictions::find(Element& resource, const Account::Place& place, bool is_own) {
  resource_ = &resource;
  place_ = &place;
  is_own_ = is_own;
  look(resource);
}

// Depth is bounded by the reader. What is contained is looked at when it is a fact of its own.
void Contradictions::look(Element& parent) {
  for (auto* each = parent.first; each != nullptr; each = each->next) {
    if (each->first == nullptr || definitions_.is_resource(each->type)) continue;
    if (each->type == concept_ && may_contradict(*each)) look_at_concept(*each);
    look(*each);
  }
}

// There is a second word beside a code: most have none, and need not be looked up.
bool Contradictions::may_contradict(const Element& concept_element) const {
  std::size_t count = 0;
  for (const auto* coding = concept_element.first; coding != nullptr; coding = coding->next) {
    if (coding->name != coding_) continue;
    if (++count > 1 || coding->child(display_) != nullptr) return true;
  }
  return false;
}

void Contradictions::look_at_concept(Element& concept_element) {
  std::vector<std::string_view> common;  // of the codings so far that are known
  const Element* first = nullptr;
  bool is_told = false;
  for (auto* coding = concept_element.first; coding != nullptr; coding = coding->next) {
    if (coding->name != coding_) continue;
    const auto system = text(*coding, system_);
    const auto code = text(*coding, code_);
    if (code.empty()) continue;
    const auto meanings = meanings_.of(system, code);
    if (meanings.empty()) continue;
    if (const auto* display = coding->child(display_);
        display != nullptr && meanings_.contradicts(system, code, display->value())) {
      report(*display,
             "the display names something else than the code: the codings are kept as they are");
      mark(*coding);
    }
    if (first == nullptr) {
      first = coding;
      common = meanings;
      continue;
    }
    std::vector<std::string_view> both;
    std::set_intersection(common.begin(), common.end(), meanings.begin(), meanings.end(),
                          std::back_inserter(both));
    if (both.empty() && !is_told) {
      report(*coding, "the codings do not mean the same: they are kept as they are");
      is_told = true;
    }
    if (!both.empty()) common = std::move(both);
  }
}

void Contradictions::mark(Element& coding) {
  made_.marks.insert(add_extension(definitions_, arena_, coding, kContradicted));
}

void Contradictions::report(const Element& at, const char* what) {
  if (is_own_) return;
  sink_.report(diag::Code::import_unclear, what, {&place_->entry->text, at.offset, at.offset + 1},
               path_in(definitions_, *place_, *resource_, at),
               "look which of them is meant, and correct it where it comes from");
}

}  // namespace paraneo::record
