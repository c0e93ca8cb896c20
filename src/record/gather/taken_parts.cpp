#include "record/gather/taken_parts.h"

namespace paraneo::record {

using element::Element;

void TakenParts::take(const Source& source, const Element& original, const Element& copy) {
  taken_.insert(&original);
  made_.borrowed.emplace(&copy, ChartBundle::Borrowed{source.entry, source.resource, &original});
  const auto* from = original.first;
  for (const auto* each = copy.first; each != nullptr && from != nullptr;
       each = each->next, from = from->next)
    take(source, *from, *each);
}

bool TakenParts::has_taken(const Element& element) const {
  if (taken_.contains(&element)) return true;
  for (const auto* each = element.first; each != nullptr; each = each->next)
    if (has_taken(*each)) return true;
  return false;
}

void TakenParts::name_rest(const Source& source, const Element& element) {
  for (const auto* each = element.first; each != nullptr; each = each->next) {
    if (taken_.contains(each)) continue;
    if (has_taken(*each)) name_rest(source, *each);
    else made_.context_losses.push_back({source.entry, source.resource, each});
  }
}

}  // namespace paraneo::record
