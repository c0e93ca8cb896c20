#include "record/gather/read_resource.h"

#include <algorithm>
#include <set>

#include "element/path.h"
#include "format/json.h"

namespace paraneo::record {
namespace {

using element::Element;

class ResourceReader {
 public:
  ResourceReader(const definition::Definitions& definitions, const ChartEntry& entry,
                 Account* account, ListGaps& gaps, diag::Sink& sink)
      : definitions_(definitions), entry_(entry), account_(account), gaps_(gaps), sink_(sink) {}

  Element* read(const Limits& limits, const Budget& budget, Arena& arena) {
    diag::Sink messages(limits.diagnostics_max);
    auto* resource =
        format::read_json(definitions_, entry_.text, {}, limits, arena, messages, &budget);
    const auto is_resource = resource != nullptr && definitions_.type(resource->type).kind ==
                                                        definition::TypeKind::resource;
    if (resource != nullptr && !is_resource)
      messages.report(diag::Code::fhir_unknown_type, "this is no FHIR resource",
                      {&entry_.text, 0, 1});
    for (auto message : messages.all()) tell(std::move(message));
    for (const auto& fault : entry_.faults)
      if (!told_.contains(fault.begin))
        report(fault.code, fault.message, {&entry_.text, fault.begin, fault.end},
               entry_.path + "." + fault.path, fault.advice);
    if (!is_resource) return nullptr;
    leave_out_contradictions(*resource);
    return resource;
  }

 private:
  void tell(diag::Diagnostic message) {
    // The reader knows the resource alone, and of a value that was repaired only what stands there
    // instead.
    auto path = in_entry(message.element);
    if (message.code == diag::Code::fhir_wrong_shape || message.code == diag::Code::fhir_empty)
      gaps_.add(std::string_view(path).substr(entry_.path.size()));
    const auto fault =
        std::find_if(entry_.faults.begin(), entry_.faults.end(),
                     [&](const json::Fault& each) { return each.begin == message.span.begin; });
    if (fault != entry_.faults.end()) {
      told_.insert(fault->begin);
      message.code = fault->code;
      message.message = fault->message;
      message.advice = fault->advice;
    }
    if (account_ != nullptr)
      account_->lose({&entry_, entry_.path}, path + unknown_member(message),
                     diag::info(message.code).name);
    message.element = std::move(path);
    sink_.report(std::move(message));
  }

  void report(diag::Code code, std::string message, Span span, const std::string& path,
              std::string advice) {
    if (account_ != nullptr) account_->lose({&entry_, entry_.path}, path, diag::info(code).name);
    sink_.report(code, std::move(message), span, path, std::move(advice));
  }

  std::string in_entry(const std::string& path) const {
    const auto inner = path.find_first_of(".[");
    return entry_.path + (inner == std::string::npos ? std::string() : path.substr(inner));
  }

  // ".name" of a member that the element named in the message does not have: the message's place is
  // its key.
  std::string unknown_member(const diag::Diagnostic& message) const {
    if (message.code != diag::Code::fhir_unknown_element ||
        message.span.end < message.span.begin + 2)
      return {};
    return "." + entry_.text.text.substr(message.span.begin + 1,
                                         message.span.end - message.span.begin - 2);
  }

  // Depth is bounded by the JSON reader. Siblings of one definition stand together.
  void leave_out_contradictions(Element& parent) {
    for (auto* child = parent.first; child != nullptr;) {
      auto* next = child->next;
      if (next == nullptr || next->def != child->def ||
          definitions_.element_at(child->def).is_list()) {
        leave_out_contradictions(*child);
        child = next;
        continue;
      }
      const auto path = in_entry(element::path_of(definitions_, parent)) + "." +
                        std::string(definitions_.name(child->name));
      report(
          diag::Code::import_set_aside,
          entry_.type +
              ": an element is left out: two values where one may be, and nobody knows which is meant",
          {&entry_.text, next->offset, next->offset + 1}, path, {});
      const auto def = child->def;
      while (child != nullptr && child->def == def) {
        next = child->next;
        remove_child(parent, *child);
        child = next;
      }
    }
  }

  const definition::Definitions& definitions_;
  const ChartEntry& entry_;
  Account* account_;
  ListGaps& gaps_;
  diag::Sink& sink_;
  std::set<std::uint32_t> told_;  // places of faults
};

}  // namespace

Element* read_resource(const definition::Definitions& definitions, const ChartEntry& entry,
                       const Limits& limits, const Budget& budget, Account* account, ListGaps& gaps,
                       Arena& arena, diag::Sink& sink) {
  return ResourceReader(definitions, entry, account, gaps, sink).read(limits, budget, arena);
}

}  // namespace paraneo::record
