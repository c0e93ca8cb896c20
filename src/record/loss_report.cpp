#include "record/loss_report.h"

#include <algorithm>
#include <array>
#include <memory>
#include <unordered_map>

#include "base/clock.h"
#include "element/path.h"
#include "record/identity.h"
#include "record/losses.h"

namespace paraneo::record {
namespace {

using element::Element;
using Named = std::map<std::string_view, const Element*>;  // by their identifier of ours

Named named(const definition::Definitions& definitions, const Element& bundle) {
  Named out;
  const auto resource_name = definitions.find_symbol("resource");
  for (const auto* entry = bundle.first; entry != nullptr; entry = entry->next)
    if (const auto* resource = entry->child(resource_name))
      if (const auto name = fact_identifier(definitions, *resource); !name.empty())
        out.emplace(name, resource);
  return out;
}

// What a resource says, by its values, and where.
class Said {
 public:
  explicit Said(const Element& resource) : resource_(resource), places_(resource) { add(resource); }

  const Element& resource() const { return resource_; }
  // JSON pointer within the resource to the first element that says the same; empty where the words
  // are none of its own.
  std::string pointer_to(const definition::Definitions& definitions, std::string_view value) const {
    const auto found = first_.find(value);
    return found == first_.end()
               ? std::string()
               : element::pointer_within(definitions, resource_, *found->second, places_);
  }

 private:
  void add(const Element& parent) {
    for (const auto* each = parent.first; each != nullptr; each = each->next) {
      if (each->has_value) first_.try_emplace(each->value(), each);
      add(*each);
    }
  }

  const Element& resource_;
  const element::ListPlaces places_;
  std::unordered_map<std::string_view, const Element*> first_;
};

// "Bundle.entry[3].resource" as a JSON pointer.
std::string pointer_of_path(std::string_view path) {
  std::string out;
  for (const char c : path.substr(std::min(path.find('.'), path.size())))
    if (c != ']') out += c == '.' || c == '[' ? '/' : c;
  return out;
}

// Where the facts of a record come from in the input.
class PlacesInChart {
 public:
  PlacesInChart(const definition::Definitions& definitions, const ChartBundle& gathered)
      : definitions_(definitions) {
    for (const auto& part : gathered.parts)
      if (const auto name = parse_fact_name(fact_identifier(definitions, *part.resource)))
        parts_.emplace(name->key, &part);
  }

  UnmappedCodes::Place of(const Element& at) {
    const auto* fact = &at;
    while (fact->parent != nullptr && fact->parent->parent != nullptr) fact = fact->parent;
    const auto key = text_of(definitions_, *fact, "key");
    const auto found = parts_.find(key.empty() ? kSubjectKey : key);
    if (found == parts_.end()) return {};
    const auto& part = *found->second;
    // Of a coding, its code.
    const auto value = at.has_value ? at.value() : text_of(definitions_, at, "code");
    // Of one resource after the other.
    if (said_ == nullptr || &said_->resource() != part.resource)
      said_ = std::make_unique<Said>(*part.resource);
    const auto inside = value.empty() ? std::string() : said_->pointer_to(definitions_, value);
    return {part.entry->text.name, part.entry->text.first_line, pointer_of_path(part.path) + inside,
            std::string(definitions_.type_name(part.resource->type)) +
                (inside.empty() ? "" : "." + field_of(inside))};
  }

 private:
  const definition::Definitions& definitions_;
  std::unordered_map<std::string_view, const ChartBundle::Part*> parts_;  // by key
  std::unique_ptr<const Said> said_;  // of the resource that was asked for last
};

// Findings about elements, by kind: type and path without places in lists. Of each kind the first
// few are named, and the others counted, so that no kind hides behind another.
class FindingsByKind {
 public:
  FindingsByKind(diag::Code code, std::string message)
      : code_(code), message_(std::move(message)) {}

  // `within`: the path in the resource.
  void add(const ChartEntry& entry, std::string_view type, const std::string& resource_path,
           std::string_view within, std::uint32_t offset) {
    auto& count = counts_[std::string(type) + without_places(within)];
    if (++count <= kNamedMax)
      named_.push_back({&count, &entry, resource_path + std::string(within), offset, count});
  }

  void report(diag::Sink& sink) const {
    for (const auto& each : named_) {
      const auto more = each.number == kNamedMax ? *each.count - kNamedMax : 0;
      sink.report(code_,
                  message_ + (more == 0 ? "" : ", and " + std::to_string(more) + " more like it"),
                  {&each.entry->text, each.offset, each.offset + 1}, each.path);
    }
  }

 private:
  static constexpr std::uint64_t kNamedMax = 3;
  struct Finding {
    const std::uint64_t* count = nullptr;  // of its kind
    const ChartEntry* entry = nullptr;
    std::string path;
    std::uint32_t offset = 0;
    std::uint64_t number = 0;  // of its kind, from 1
  };

  static std::string without_places(std::string_view path) {
    std::string out;
    bool is_place = false;
    for (const char c : path) {
      is_place = is_place ? c != ']' : c == '[';
      if (!is_place && c != ']') out += c;
    }
    return out;
  }

  diag::Code code_;
  std::string message_;
  std::map<std::string, std::uint64_t> counts_;
  std::vector<Finding> named_;
};

class LossReport {
 public:
  LossReport(const LossContext& context, const ChartBundle& gathered,
             const std::set<std::string>& not_asked)
      : context_(context), definitions_(context.maps.definitions()), gathered_(gathered),
        not_asked_(not_asked) {}

  Kept run(const Element& record) {
    if (!export_again(record)) return std::move(kept_);
    report_pending();
    kept_.left_out = gathered_.left_out;
    for (const auto& part : gathered_.parts) compare(part);
    for (const auto& each : gathered_.context_losses)
      lose({each.entry, each.entry->path}, *each.resource, *each.lost);
    lost_.report(context_.sink);
    return std::move(kept_);
  }

 private:
  // False, with the message, when a limit ended it: half a comparison would call lost what is not.
  bool export_again(const Element& record) {
    diag::Sink messages(context_.limits.diagnostics_max);
    PlacesInChart places(definitions_, gathered_);
    const auto* first = gathered_.parts.empty() ? nullptr : gathered_.parts.front().entry;
    context_.unmapped.stand_in(definitions_, first == nullptr ? std::string() : first->text.name,
                               first == nullptr ? 1 : first->text.first_line,
                               [&](const Element& at) { return places.of(at); });
    const auto made_by = [&](const fml::Program& map, UnmappedCodes* unmapped) {
      const fml::RunEnvironment environment{context_.arena, context_.limits, messages,
                                            "import",       std::nullopt,    unmapped,
                                            &steady_clock()};
      auto* bundle = element::make_root(context_.arena, definitions_.find_type("Bundle"));
      fml::run(map, context_.maps.engine(), record, std::span(&bundle, 1), environment);
      return named(definitions_, *bundle);
    };
    again_[0] = made_by(context_.maps.to_fhir(), &context_.unmapped);
    if (has_basis(record)) again_[1] = made_by(context_.maps.to_sent(), nullptr);
    const auto limit = std::find_if(messages.all().begin(), messages.all().end(), is_limit);
    if (limit == messages.all().end()) return true;
    context_.sink.report(
        limit->code, "what of this record's resources was lost cannot be told: " + limit->message,
        {}, {}, limit->advice);
    for (const auto& part : gathered_.parts)
      ++kept_.resources[std::string(definitions_.type_name(part.resource->type))];
    return false;
  }

  // A drug that leaves as another type than it came.
  bool has_basis(const Element& record) const {
    const auto basis = definitions_.find_symbol("basis");
    for (const auto* fact = record.first; fact != nullptr; fact = fact->next)
      if (fact->child(basis) != nullptr) return true;
    return false;
  }

  void report_pending() {
    FindingsByKind pending(diag::Code::import_pending,
                           "it refers to what has not come: kept, and closed when it comes");
    std::unordered_map<const Element*, const ChartBundle::Part*> part_of;
    if (!gathered_.pending.empty())
      for (const auto& part : gathered_.parts) part_of.emplace(part.resource, &part);
    for (const auto& each : gathered_.pending)
      if (const auto found = part_of.find(each.resource); found != part_of.end())
        pending.add(*found->second->entry, definitions_.type_name(each.resource->type),
                    found->second->path, "." + each.element, each.offset);
    pending.report(context_.sink);
  }

  const Element* counterpart_of(std::string_view name, const Element& resource) const {
    for (const auto& each : again_)
      if (const auto found = each.find(name);
          found != each.end() && found->second->type == resource.type)
        return found->second;
    return nullptr;
  }

  void compare(const ChartBundle::Part& part) {
    const auto& resource = *part.resource;
    const auto type = std::string(definitions_.type_name(resource.type));
    const auto place = part.place();
    const auto name = fact_identifier(definitions_, resource);
    const auto* counterpart = counterpart_of(name, resource);
    if (counterpart == nullptr) {
      const auto is_listed = context_.written_list.covers_type(type);
      if (context_.account != nullptr)
        context_.account->settle(place, is_listed ? Outcome::other_type : Outcome::no_place,
                                 diag::info(diag::Code::import_ignored).name);
      if (is_listed) ++kept_.left_out[type];
      else
        context_.sink.report(diag::Code::import_ignored, type + ": a record has no place for it",
                             {&part.entry->text, resource.offset, resource.offset + 1}, part.path);
      return;
    }
    ++kept_.resources[type];
    const auto key = parse_fact_name(name)->key;
    // What the source says now was not asked for.
    const auto is_asked = !not_asked_.contains(std::string(key));
    if (context_.account != nullptr)
      context_.account->settle(place, is_asked ? Outcome::fact : Outcome::merged, {},
                               std::string(key));
    if (!is_asked) return;
    for (const auto* lost : losses(definitions_, resource, *counterpart))
      lose(place, resource, *lost);
    if (context_.account != nullptr) account_for_the_unasked(place, resource);
  }

  void lose(const Account::Place& place, const Element& resource, const Element& lost) {
    if (gathered_.marks.contains(&lost)) return;
    if (const auto borrowed = gathered_.borrowed.find(&lost);
        borrowed != gathered_.borrowed.end()) {
      const auto& from = borrowed->second;
      return lose_there({from.entry, from.entry->path}, *from.resource, *from.original);
    }
    lose_there(place, resource, lost);
  }

  void lose_there(const Account::Place& place, const Element& resource, const Element& lost) {
    auto listed = context_.written_list.covers(lost);
    if (context_.account != nullptr)
      context_.account->lose_all(definitions_, place, resource, lost,
                                 listed.empty() ? diag::info(diag::Code::import_lost).name
                                                : context_.written_list.reason(listed));
    if (!listed.empty()) ++kept_.left_out[std::move(listed)];
    else
      lost_.add(*place.entry, definitions_.type_name(resource.type), place.path,
                path_in(definitions_, place, resource, lost).substr(place.path.size()),
                lost.offset);
  }

  // What says nothing about the patient, or is said by something else: losses() does not ask for
  // it.
  void account_for_the_unasked(const Account::Place& place, const Element& resource) {
    constexpr std::array<std::string_view, 2> kInTheOrigin = {"versionId", "lastUpdated"};
    for (const auto* each = resource.first; each != nullptr; each = each->next) {
      const auto name = definitions_.name(each->name);
      if (name == "text" || name == "implicitRules" || name == "language")
        context_.account->lose_all(definitions_, place, resource, *each, kNotNeededReason);
      if (name != "meta") continue;
      for (const auto* part = each->first; part != nullptr; part = part->next)
        if (std::find(kInTheOrigin.begin(), kInTheOrigin.end(), definitions_.name(part->name)) ==
            kInTheOrigin.end())
          context_.account->lose_all(definitions_, place, resource, *part, kNotNeededReason);
    }
  }

  const LossContext& context_;
  const definition::Definitions& definitions_;
  const ChartBundle& gathered_;
  const std::set<std::string>& not_asked_;
  std::array<Named, 2> again_;  // as they leave, and as they were sent
  FindingsByKind lost_{diag::Code::import_lost, "the record has no place for this element"};
  Kept kept_;
};

}  // namespace

Kept report_losses(const LossContext& context, const ChartBundle& gathered, const Element& record,
                   const std::set<std::string>& not_asked) {
  return LossReport(context, gathered, not_asked).run(record);
}

}  // namespace paraneo::record
