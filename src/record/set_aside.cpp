#include "record/set_aside.h"

#include <algorithm>
#include <charconv>
#include <array>
#include <limits>

#include "record/identity.h"

namespace paraneo::record {
namespace {

// Each round takes out something; what stood on it is found in the next.
constexpr std::size_t kRoundsMax = 100;

// An element without which its parent would be incomplete.
bool is_needed(const definition::Definitions& definitions, const element::Element& element) {
  if (definitions.element_at(element.def).min == 0) return false;
  std::size_t count = 0;
  for (const auto* each = element.parent->first; each != nullptr; each = each->next)
    count += each->def == element.def ? 1U : 0U;
  return count <= definitions.element_at(element.def).min;
}

// Without it the rest would say something else: "> 23" is not 23, and a refuted disease is none.
bool changes_its_parent(const definition::Definitions& definitions,
                        const element::Element& element) {
  constexpr std::array<std::string_view, 6> kModifiers = {
      "comparator", "status", "verificationStatus", "clinicalStatus", "relation", "missing"};
  return std::find(kModifiers.begin(), kModifiers.end(), definitions.name(element.name)) !=
         kModifiers.end();
}

// What a fact is about: it does not stay without.
bool is_its_subject(const definition::Definitions& definitions, const element::Element& element) {
  constexpr std::array<std::string_view, 4> kSubjects = {"key", "code", "value", "origin"};
  return std::find(kSubjects.begin(), kSubjects.end(), definitions.name(element.name)) !=
         kSubjects.end();
}

// While it lives, the child is not there.
class Without {
 public:
  Without(element::Element& parent, element::Element& child) : parent_(parent), child_(child) {
    for (auto* each = parent.first; each != &child; each = each->next) before_ = each;
    link() = child.next;
    if (parent.last == &child) parent.last = before_;
  }
  ~Without() {
    link() = &child_;
    if (child_.next == nullptr) parent_.last = &child_;
  }
  Without(const Without&) = delete;
  Without& operator=(const Without&) = delete;

 private:
  element::Element*& link() { return before_ == nullptr ? parent_.first : before_->next; }

  element::Element& parent_;
  element::Element& child_;
  element::Element* before_ = nullptr;
};

}  // namespace

SetAside::Outcome SetAside::run(ChartBundle& gathered, element::Element& record, diag::Sink& sink) {
  gathered_ = &gathered;
  record_ = &record;
  parts_.clear();
  removed_.clear();
  messages_.clear();
  for (std::size_t i = 0; i < gathered.parts.size(); ++i)
    if (auto name = parse_fact_name(fact_identifier(definitions_, *gathered.parts[i].resource)))
      parts_.emplace(name->key, i);
  for (std::size_t round = 0; round < kRoundsMax; ++round) {
    found_ = diag::Sink(std::numeric_limits<std::size_t>::max());
    if (reader_.check(record, arena_, found_)) {
      for (auto& message : messages_) sink.report(message);
      tell_doubts(sink);
      return Outcome::valid;
    }
    const auto removed_before = removed_.size();
    const auto broken = failures();
    for (const auto& failure : broken) {
      if (failure.at == nullptr || is_removed(*failure.at)) continue;
      auto* at = failure.at;
      while (at->parent != nullptr && at->parent != &record &&
             (is_needed(definitions_, *at) || changes_its_parent(definitions_, *at)))
        at = at->parent;
      if (at->parent == nullptr) continue;
      take_out(*at, failure);
    }
    if (!dropped_.empty()) {
      drop_facts(sink);
      return Outcome::facts_gone;
    }
    if (removed_.size() == removed_before) break;
  }
  return Outcome::unknown;
}

// The errors of the last check.
std::vector<SetAside::Failure> SetAside::failures() const {
  std::vector<Failure> out;
  std::size_t i = 0;
  for (const auto& message : found_.all()) {
    if (message.severity != diag::Severity::error || i == reader_.failures().size()) continue;
    out.push_back({const_cast<element::Element*>(reader_.failures()[i++]), message.message});
  }
  return out;
}

// With what it stood in, too.
bool SetAside::is_removed(const element::Element& element) const {
  for (const auto* each = &element; each != nullptr; each = each->parent)
    if (removed_.contains(each)) return true;
  return false;
}

// How many of its own rules an element breaks.
std::size_t SetAside::failures_at(const element::Element& element) {
  diag::Sink unheard;
  reader_.check(element, arena_, unheard);
  return static_cast<std::size_t>(
      std::count(reader_.failures().begin(), reader_.failures().end(), &element));
}

// Of a fact or an item of a list that breaks a rule: the children each of which breaks it, if it
// holds without them. What says which fact it is, and what it says of it, is never at fault: then
// the whole goes.
std::vector<element::Element*> SetAside::children_at_fault(element::Element& parent) {
  if (!definitions_.element_at(parent.def).is_list() && parent.parent != record_) return {};
  const auto before = failures_at(parent);
  if (before == 0) return {};
  std::vector<element::Element*> out;
  for (auto* child = parent.first; child != nullptr; child = child->next) {
    if (is_needed(definitions_, *child) || changes_its_parent(definitions_, *child) ||
        is_its_subject(definitions_, *child))
      continue;
    const Without without(parent, *child);
    if (failures_at(parent) < before) out.push_back(child);
  }
  for (auto* child : out) remove_child(parent, *child);
  return failures_at(parent) == 0 && parent.first != nullptr ? out
                                                             : std::vector<element::Element*>();
}

void SetAside::take_out(element::Element& element, const Failure& failure) {
  const auto* fact = &element;
  while (fact->parent != record_) fact = fact->parent;
  const auto key = text_of(definitions_, *fact, "key");
  const auto part = parts_.find(key.empty() ? kSubjectKey : key);
  if (&element == failure.at) {
    const auto children = children_at_fault(element);
    for (const auto* child : children) {
      removed_.insert(child);
      report(part, *child, failure, false);
    }
    if (!children.empty()) return;
  }
  const auto is_fact = &element == fact && !key.empty();
  report(part, element, failure, is_fact);
  removed_.insert(&element);
  if (is_fact && part != parts_.end()) dropped_.insert(part->second);
  else remove_child(*element.parent, element);
}

void SetAside::report(Parts::const_iterator part, const element::Element& element,
                      const Failure& failure, bool is_fact) {
  Span place;
  std::string type = "a resource";
  std::string path;
  if (part != parts_.end()) {
    const auto& from = gathered_->parts[part->second];
    const auto begin = element.offset > 0       ? element.offset
                       : failure.at->offset > 0 ? failure.at->offset
                                                : from.resource->offset;
    place = {&from.entry->text, begin, begin + 1};
    type = definitions_.type_name(from.resource->type);
    path = from.path;
  }
  auto& messages = is_fact ? fact_messages_ : messages_;
  messages.push_back({diag::Code::import_set_aside,
                      diag::info(diag::Code::import_set_aside).severity,
                      type + (is_fact ? ": it cannot be a fact: " : ": an element is left out: ") +
                          failure.message,
                      place,
                      path,
                      {}});
}

// A warning of the record's rules is about what a sender says: it is told at the resource that says
// it. One about the whole record, at the patient.
void SetAside::tell_doubts(diag::Sink& sink) const {
  for (const auto& doubt : found_.all()) {
    if (doubt.code != diag::Code::validate_invariant) continue;
    const auto* fact = fact_at(doubt.element);
    const auto key = fact == nullptr ? kSubjectKey : text_of(definitions_, *fact, "key");
    const auto part = parts_.find(key.empty() ? kSubjectKey : key);
    Span place;
    std::string path;
    if (part != parts_.end()) {
      const auto& from = gathered_->parts[part->second];
      place = {&from.entry->text, from.resource->offset, from.resource->offset + 1};
      path = from.path;
    }
    sink.report(diag::Code::import_unclear, "what it says cannot all be true: " + doubt.message,
                place, path, "look which of it is meant, and correct it where it comes from");
  }
}

// The child of the record that a JSON pointer leads into. Null for the record itself.
const element::Element* SetAside::fact_at(std::string_view pointer) const {
  const auto name_end = pointer.find('/', 1);
  if (pointer.size() < 2) return nullptr;
  const auto name = pointer.substr(1, name_end == pointer.npos ? name_end : name_end - 1);
  std::size_t index = 0;
  if (name_end != pointer.npos)
    std::from_chars(pointer.data() + name_end + 1, pointer.data() + pointer.size(), index);
  const auto symbol = definitions_.find_symbol(name);
  for (const auto* each = record_->first; each != nullptr; each = each->next)
    if (each->name == symbol && index-- == 0) return each;
  return nullptr;
}

// Takes their resources out of the bundle: they are no facts.
void SetAside::drop_facts(diag::Sink& sink) {
  for (auto& message : fact_messages_) sink.report(std::move(message));
  fact_messages_.clear();
  auto& bundle = *gathered_->bundle;
  std::set<const element::Element*> entries;
  std::vector<ChartBundle::Part> kept;
  for (std::size_t i = 0; i < gathered_->parts.size(); ++i) {
    auto& part = gathered_->parts[i];
    if (!dropped_.contains(i)) {
      kept.push_back(std::move(part));
      continue;
    }
    if (account_ != nullptr)
      account_->settle(part.place(), record::Outcome::set_aside,
                       diag::info(diag::Code::import_set_aside).name);
    entries.insert(part.resource->parent);
  }
  gathered_->parts = std::move(kept);
  dropped_.clear();
  auto** link = &bundle.first;
  bundle.last = nullptr;
  while (*link != nullptr) {
    if (entries.contains(*link)) {
      *link = (*link)->next;
    } else {
      bundle.last = *link;
      link = &(*link)->next;
    }
  }
}

}  // namespace paraneo::record
