#include "record/set_aside.h"

#include <algorithm>
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
  for (std::size_t i = 0; i < reader_.findings().size(); ++i)
    if (const auto& found = reader_.findings()[i]; found.severity == diag::Severity::error)
      out.push_back({const_cast<element::Element*>(found.at), found_.all()[i].message});
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
      std::count_if(reader_.findings().begin(), reader_.findings().end(), [&](const auto& found) {
        return found.at == &element && found.severity == diag::Severity::error;
      }));
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

// Null: the element was made of no resource.
const ChartBundle::Part* SetAside::part_of(const element::Element& element) const {
  const auto part = parts_.find(key_of(element));
  return part == parts_.end() ? nullptr : &gathered_->parts[part->second];
}

// Of the fact that the element is in; what is in none is the patient's.
std::string_view SetAside::key_of(const element::Element& element) const {
  const auto* fact = &element;
  while (fact->parent != nullptr && fact->parent != record_) fact = fact->parent;
  const auto key = fact == record_ ? std::string_view() : text_of(definitions_, *fact, "key");
  return key.empty() ? kSubjectKey : key;
}

void SetAside::take_out(element::Element& element, const Failure& failure) {
  if (&element == failure.at) {
    const auto children = children_at_fault(element);
    for (const auto* child : children) {
      removed_.insert(child);
      report(*child, failure, false);
    }
    if (!children.empty()) return;
  }
  const auto is_fact = element.parent == record_ && key_of(element) != kSubjectKey;
  report(element, failure, is_fact);
  removed_.insert(&element);
  const auto part = parts_.find(key_of(element));
  if (is_fact && part != parts_.end()) dropped_.insert(part->second);
  else remove_child(*element.parent, element);
}

void SetAside::report(const element::Element& element, const Failure& failure, bool is_fact) {
  auto message =
      at_source(diag::Code::import_set_aside, element, element.offset > 0 ? element : *failure.at);
  const auto* part = part_of(element);
  message.message = part == nullptr ? std::string("a resource")
                                    : std::string(definitions_.type_name(part->resource->type));
  message.message += is_fact ? ": it cannot be a fact: " : ": an element is left out: ";
  message.message += failure.message;
  (is_fact ? fact_messages_ : messages_).push_back(std::move(message));
}

// A warning of the record's rules is about what a sender says: it is told at the resource that says
// it. One about the whole record, at the patient.
void SetAside::tell_doubts(diag::Sink& sink) const {
  for (std::size_t i = 0; i < reader_.findings().size(); ++i) {
    const auto& doubt = found_.all()[i];
    if (doubt.code != diag::Code::validate_invariant) continue;
    auto message = at_source(diag::Code::import_unclear, *reader_.findings()[i].at, *record_);
    message.message = "what it says cannot all be true: " + doubt.message;
    message.advice = "look which of it is meant, and correct it where it comes from";
    sink.report(std::move(message));
  }
}

// A message about the resource that the element was made of; at `place` in it, where that is known.
diag::Diagnostic SetAside::at_source(diag::Code code, const element::Element& element,
                                     const element::Element& place) const {
  diag::Diagnostic out{code, diag::info(code).severity, {}, {}, {}, {}};
  const auto* part = part_of(element);
  if (part == nullptr) return out;
  const auto begin = place.offset > 0 ? place.offset : part->resource->offset;
  out.span = {&part->entry->text, begin, begin + 1};
  out.element = part->path;
  return out;
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
