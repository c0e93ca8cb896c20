// The order of work: plan -> one search after the other -> page after page -> reconcile.
#include "fetch/pull.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/arena.h"
#include "base/source.h"
#include "diag/diagnostic.h"
#include "fetch/pull_query.h"
#include "json/read.h"
#include "json/write.h"
#include "rest/instant.h"
#include "rest/url.h"

namespace paraneo::fetch {
namespace {

// Types of the Patient compartment (FHIR R4) with a search parameter that finds a patient's.
struct CompartmentType {
  std::string_view type;
  std::string_view parameter;
};
constexpr std::array kCompartment = {
    CompartmentType{"AdverseEvent", "subject"}, CompartmentType{"AllergyIntolerance", "patient"},
    CompartmentType{"Appointment", "patient"}, CompartmentType{"BodyStructure", "patient"},
    CompartmentType{"CarePlan", "patient"}, CompartmentType{"CareTeam", "patient"},
    CompartmentType{"ClinicalImpression", "patient"}, CompartmentType{"Communication", "patient"},
    CompartmentType{"Composition", "patient"}, CompartmentType{"Condition", "patient"},
    CompartmentType{"Consent", "patient"}, CompartmentType{"DetectedIssue", "patient"},
    CompartmentType{"DiagnosticReport", "patient"}, CompartmentType{"DocumentReference", "patient"},
    CompartmentType{"Encounter", "patient"}, CompartmentType{"EpisodeOfCare", "patient"},
    CompartmentType{"FamilyMemberHistory", "patient"}, CompartmentType{"Flag", "patient"},
    CompartmentType{"Goal", "patient"}, CompartmentType{"ImagingStudy", "patient"},
    CompartmentType{"Immunization", "patient"}, CompartmentType{"List", "patient"},
    CompartmentType{"Media", "patient"}, CompartmentType{"MedicationAdministration", "patient"},
    CompartmentType{"MedicationDispense", "patient"}, CompartmentType{"MedicationRequest", "patient"},
    CompartmentType{"MedicationStatement", "patient"}, CompartmentType{"NutritionOrder", "patient"},
    CompartmentType{"Observation", "patient"}, CompartmentType{"Procedure", "patient"},
    CompartmentType{"Provenance", "patient"}, CompartmentType{"QuestionnaireResponse", "patient"},
    CompartmentType{"RelatedPerson", "patient"}, CompartmentType{"RequestGroup", "patient"},
    CompartmentType{"ResearchSubject", "patient"}, CompartmentType{"RiskAssessment", "subject"},
    CompartmentType{"ServiceRequest", "patient"}, CompartmentType{"Specimen", "subject"},
};

}  // namespace

Pull::Pull(PullOptions options, PullSink sink, DeletionSink deletions, const Clock& clock, const Clock& durations)
    : options_(std::move(options)), sink_(std::move(sink)),
      cursor_(options_.overlap_ms, rest::instant_ms(options_.since).value_or(0), clock, durations),
      deletion_sink_(std::move(deletions)) {}

bool Pull::done() const {
  return !waiting_ && (report_.error.has_value() || (planned_ && todo_.empty()));
}

std::string Pull::with_since(std::string url, std::string_view name) const {
  if (options_.since.empty()) return url;
  add_parameter(url, name, name == "_since" ? options_.since : "ge" + options_.since);
  return url;
}

void Pull::plan() {
  planned_ = true;
  for (const auto& query : options_.queries) {
    add_search(query, false);
    types_.insert(todo_.back().label);
  }
  for (const auto& patient : options_.patients) {
    Search search;
    search.step = Step::patient;
    search.patient = patient;
    search.url = options_.base + "/Patient/" + patient;
    search.label = "Patient/" + patient;
    todo_.push_back(std::move(search));
  }
  if (todo_.empty()) {
    Search search;
    search.step = Step::capabilities;
    search.url = options_.base + "/metadata";
    search.label = "metadata";
    todo_.push_back(std::move(search));
  }
  std::reverse(todo_.begin(), todo_.end());
}

void Pull::add_search(const std::string& query, bool may_be_missing) {
  auto relative = std::string_view(query);
  while (relative.starts_with('/')) relative.remove_prefix(1);
  auto search = make_search(options_.base + "/" + std::string(relative),
                            std::string(relative.substr(0, relative.find('?'))));
  search.may_be_missing = may_be_missing;
  todo_.push_back(std::move(search));
}

void Pull::add_compartment(const std::string& patient) {
  for (auto type = kCompartment.rbegin(); type != kCompartment.rend(); ++type)
    add_search(std::string(type->type) + "?" + std::string(type->parameter) + "=Patient/" + patient,
               true);
}

std::optional<rest::Task> Pull::next() {
  if (!planned_) plan();
  if (waiting_ || report_.error) return std::nullopt;
  if (todo_.empty()) return std::nullopt;
  current_ = std::move(todo_.back());
  todo_.pop_back();
  waiting_ = true;
  rest::Task task;
  task.id = ++last_task_;
  task.request.url = current_.url;
  if (report_.pages == 0) cursor_.begin();
  // HAPI answers a repeated search from memory for a minute unless told not to; strict handling
  // makes a server refuse a parameter that it would otherwise ignore.
  task.request.headers = {{"Accept", std::string(rest::kFhirJson)},
                          {"Cache-Control", "no-cache"},
                          {"Prefer", "handling=strict"}};
  current_.urls.insert(current_.url);
  return task;
}

void Pull::stop(Error error) {
  if (!report_.error) report_.error = std::move(error);
}

void Pull::finished(std::uint64_t task, Result<rest::Reply> reply) {
  if (!waiting_ || task != last_task_) return;
  waiting_ = false;
  if (!reply) {
    stop(reply.error());
    return;
  }
  ++report_.pages;
  switch (current_.step) {
    case Step::capabilities: got_capabilities(*reply); break;
    case Step::patient: got_patient(*reply); break;
    case Step::everything:
    case Step::search: got_page(*reply); break;
    case Step::count: got_count(*reply); break;
    case Step::history: got_history(*reply); break;
    case Step::former: got_former(*reply); break;
  }
  if (todo_.empty() && !report_.error && !history_planned_) plan_history();
  if (todo_.empty() && !report_.error) keep_cursor();
}

bool Pull::is_recent(const std::string& target, const std::string& version) const {
  const auto known = options_.recent.find(target);
  return known != options_.recent.end() && known->second == version;
}

void Pull::keep_cursor() {
  report_.cursor_ms = cursor_.next_ms();
  report_.recent = cursor_.recent();
  if (cursor_.ahead() > 0)
    report_.notes.push_back(std::to_string(cursor_.ahead()) +
                            " were changed in the future, by their lastUpdated: they do not move the "
                            "cursor; check the server's clock and this machine's");
}

void Pull::got_capabilities(rest::Reply& reply) {
  if (!reply.ok()) return stop(rest::to_error(reply, rest::Method::get, current_.url, options_.words));
  const Source source{current_.label, std::move(reply.body)};
  Arena arena;
  diag::Sink sink;
  const auto* root = json::read(source, arena, options_.limits, sink);
  const auto* rest = root == nullptr ? nullptr : root->find("rest");
  std::vector<std::string> types;
  for (const auto& part : rest == nullptr ? std::span<const json::Value>() : rest->items()) {
    const auto* resources = part.find("resource");
    if (resources == nullptr) continue;
    for (const auto& resource : resources->items()) {
      const auto* interactions = resource.find("interaction");
      if (interactions == nullptr) continue;
      const auto list = interactions->items();
      const bool searched = std::any_of(list.begin(), list.end(), [](const json::Value& each) {
        return each.text_of("code") == "search-type";
      });
      if (searched && rest::is_type_name(resource.text_of("type")))
        types.emplace_back(resource.text_of("type"));
    }
  }
  if (types.empty())
    return stop(incomplete("the server's CapabilityStatement lists no type that can be searched",
                           options_.base, "say what to fetch by --query or --patient"));
  std::sort(types.rbegin(), types.rend());
  types.erase(std::unique(types.begin(), types.end()), types.end());
  for (const auto& type : types) add_search(type, false);
}

// The patient must be there before it is concluded that nothing belongs to it.
void Pull::got_patient(rest::Reply& reply) {
  if (!reply.ok()) return stop(rest::to_error(reply, rest::Method::get, current_.url, options_.words));
  Search search;
  search.step = Step::everything;
  search.patient = current_.patient;
  search.label = current_.label + "/$everything";
  search.url = with_since(current_.url + "/$everything", "_since");
  add_parameter(search.url, "_count", std::to_string(options_.page_entries));
  todo_.push_back(std::move(search));
}

// A refusal that another way leads around. True when that way was taken.
bool Pull::falls_back(const rest::Reply& reply) {
  if (current_.pages > 0) return false;
  const bool refused = reply.verdict == rest::Verdict::refused || reply.verdict == rest::Verdict::missing ||
                       reply.status == 501;
  if (!refused) return false;
  if (current_.step == Step::everything) {
    report_.notes.push_back("the server has no Patient/$everything: each type was searched by itself");
    add_compartment(current_.patient);
    add_search("Patient?_id=" + current_.patient, false);
    return true;
  }
  if (current_.total_asked && reply.verdict == rest::Verdict::refused) {
    // Perhaps it is only _total that it does not know.
    const auto at = current_.url.rfind("_total=");
    auto again = current_;
    again.url = current_.url.substr(0, at - 1);
    again.total_asked = false;
    todo_.push_back(std::move(again));
    return true;
  }
  if (!options_.since.empty() && !current_.since_left_out && !current_.from_ms && !current_.until_ms &&
      reply.verdict == rest::Verdict::refused) {
    // Perhaps it does not know _lastUpdated: then everything is fetched.
    auto again = make_search(current_.bare, current_.label);
    again.url = without_since(again.url);
    again.may_be_missing = current_.may_be_missing;
    read_whole(again);
    todo_.push_back(std::move(again));
    return true;
  }
  if (!current_.may_be_missing) return false;
  report_.notes.push_back("the server cannot search " + current_.label + " (" +
                          std::to_string(reply.status) + "): none were fetched");
  return true;
}

void Pull::got_page(rest::Reply& reply) {
  if (!reply.ok()) {
    if (!falls_back(reply)) stop(rest::to_error(reply, rest::Method::get, current_.url, options_.words));
    return;
  }
  const auto new_before = current_.found.size();
  const auto link = read_page(reply.body);
  if (!link) return stop(link.error());
  ++current_.pages;
  current_.pages_idle = current_.found.size() > new_before ? 0 : current_.pages_idle + 1;
  if (link->empty()) return end_of_search();
  if (const auto going = check_progress(); !going) return stop(going.error());
  const auto following = rest::follow(current_.url, *link);
  if (!following) return stop(following.error());
  if (current_.urls.contains(*following))
    return stop(incomplete("the server's next links turn in a circle", current_.label,
                           "this is a fault of the server; report it to its operators"));
  current_.url = *following;
  todo_.push_back(std::move(current_));
}

// Whether there is an end in sight.
Result<void> Pull::check_progress() {
  const auto endless = [&](const std::string& what) {
    return incomplete("the server's pages do not end: " + what, current_.label,
                      "this is a fault of the server; report it to its operators, or narrow the query");
  };
  if (current_.pages >= options_.pages_max)
    return endless("more than " + std::to_string(options_.pages_max) + " came");
  if (current_.pages_idle >= options_.pages_idle_max)
    return endless("nothing new is on the last " + std::to_string(options_.pages_idle_max));
  return {};
}

// Hands out the entries; the next link, or nothing at the end.
Result<std::string> Pull::read_page(const std::string& body) {
  const Source source{current_.label, body};
  Arena arena;
  diag::Sink sink;
  const auto* root = json::read(source, arena, options_.limits, sink);
  const auto where = current_.label + ", page " + std::to_string(current_.pages + 1);
  if (root == nullptr)
    return incomplete("the page is not JSON: " + (sink.all().empty() ? "" : sink.all()[0].message),
                      where, "run again; if it stays, report it to the server's operators");
  if (root->text_of("resourceType") != "Bundle")
    return incomplete("the answer is not a Bundle", where, "check the base URL and the query");
  if (const auto* total = root->find("total"); total != nullptr && !current_.total) {
    std::uint64_t value = 0;
    const auto digits = total->text();
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (read.ec != std::errc() || read.ptr != digits.data() + digits.size())
      return incomplete("Bundle.total is not a count", where, "");
    current_.total = value;
    if (!current_.from_ms && !current_.until_ms)
      report_.expected = report_.expected.value_or(0) + value;
  }
  if (const auto* entries = root->find("entry"); entries != nullptr)
    for (const auto& entry : entries->items())
      if (const auto taken = take_entry(entry); !taken) return taken.error();
  std::string next;
  if (const auto* links = root->find("link"); links != nullptr)
    for (const auto& link : links->items())
      if (link.text_of("relation") == "next") next = link.text_of("url");
  return next;
}

Result<void> Pull::take_entry(const json::Value& entry) {
  const auto* resource = entry.find("resource");
  const auto type = resource == nullptr ? std::string_view() : resource->text_of("resourceType");
  if (!rest::is_type_name(type))
    return incomplete("an entry of the page holds no resource", current_.label,
                      "the server may be asked for whole resources only: no _elements, no _summary");
  const auto* search = entry.find("search");
  const auto mode = search == nullptr ? std::string_view("match") : search->text_of("mode");
  if (mode == "outcome" || type == "OperationOutcome") {
    std::string text;
    json::Writer(text).value(*resource);
    for (const auto& issue : rest::read_issues(text)) {
      const auto line = "the server says: " + issue_line(issue, options_.words);
      if (issue.severity == "error" || issue.severity == "fatal")
        return incomplete(line, current_.label, "the result may be partial, so it is not used");
      if (std::find(report_.notes.begin(), report_.notes.end(), line) == report_.notes.end())
        report_.notes.push_back(line);
    }
    return {};
  }
  const auto id = resource->text_of("id");
  if (!rest::is_id(id))
    return incomplete("a resource of type " + std::string(type) + " has no id", current_.label,
                      "report it to the server's operators");
  const auto key = std::string(type) + "/" + std::string(id);
  if (!current_.found.insert(key).second) {
    ++report_.repeated;
    return {};
  }
  ++(mode == "include" ? current_.others : current_.matches);
  if (mode != "include")
    if (const auto* meta = resource->find("meta"); meta != nullptr)
      if (const auto at = rest::instant_ms(meta->text_of("lastUpdated"))) {
        if ((current_.from_ms && *at < *current_.from_ms) || (current_.until_ms && *at >= *current_.until_ms))
          return incomplete("the server ignores _lastUpdated, so what is missing cannot be found",
                            current_.label, "narrow the query");
        if (ignores_since(*at)) read_whole(current_);
        current_.updated_ms.push_back(*at);
      }
  return hand_out(*resource, key);
}

Result<void> Pull::hand_out(const json::Value& resource, const std::string& key) {
  if (!handed_out_.insert(key).second) return {};
  const auto* meta = resource.find("meta");
  const auto version = meta == nullptr ? std::string_view() : meta->text_of("versionId");
  const auto updated = meta == nullptr ? std::nullopt : rest::instant_ms(meta->text_of("lastUpdated"));
  const auto known_by = PullCursor::version_of(version, updated.value_or(0));
  if (updated) cursor_.saw(key, known_by, *updated);
  std::string text;
  json::Writer(text).value(resource);
  const bool as_before = is_as_before(key, text);
  if (as_before || (updated && is_recent(key, known_by))) {
    ++report_.known;
    return {};
  }
  ++report_.resources;
  const auto slash = key.find('/');
  return sink_(std::string_view(key).substr(0, slash), std::string_view(key).substr(slash + 1), text);
}

}  // namespace paraneo::fetch
