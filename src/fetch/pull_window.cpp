// What a search must have brought, and the windows of time it is split into when it has not.
#include <algorithm>

#include "fetch/pull.h"
#include "fetch/pull_query.h"
#include "rest/instant.h"

namespace paraneo::fetch {

Pull::Search Pull::make_search(const std::string& bare, std::string label) const {
  Search search;
  search.bare = bare;
  search.label = std::move(label);
  search.url = bare;
  search.by_post = is_identifying(bare);
  search.sized = !has_parameter(search.url, "_count");
  if (search.sized) add_parameter(search.url, "_count", std::to_string(options_.page_entries));
  search.url = with_since(std::move(search.url), "_lastUpdated");
  if (!has_parameter(search.url, "_total")) {
    add_parameter(search.url, "_total", "accurate");
    search.total_asked = true;
  }
  return search;
}

bool Pull::fits() const {
  // What $everything brings beside the patient may be counted, or not.
  return current_.total == current_.matches ||
         (current_.step == Step::everything &&
          current_.total == current_.matches + current_.others);
}

// The number of what stands on the one page that came says nothing about what else there is.
bool Pull::is_doubtful() const {
  const auto came = current_.matches + current_.others;
  return current_.pages == 1 && came > 0 && current_.total && *current_.total <= came &&
         (current_.step == Step::search || current_.page_full);
}

Error Pull::does_not_fit() const {
  return incomplete("the server announced " + std::to_string(current_.total.value_or(0)) +
                        " resources and sent " + std::to_string(current_.matches),
                    current_.label,
                    "data changed while it was read, or the server leaves some out: run again, or "
                    "narrow the query");
}

void Pull::end_of_search() {
  if (current_.total && fits() && !is_doubtful()) return;
  if (current_.step == Step::everything) {
    // The searches by type have counts, and can be split.
    report_.notes.push_back(
        "Patient/$everything has no count, or does not fit it: each type was "
        "searched too");
    const auto patient = current_.patient;
    add_compartment(patient);
    return add_search("Patient?_id=" + patient, false);
  }
  ask_count();
}

// Asked at the end: what was created or deleted in the meantime is in it.
void Pull::ask_count() {
  auto count = std::move(current_);
  count.step = Step::count;
  count.sized = false;
  count.pages = 0;
  count.url = without_includes(count.bare);  // a server may count what they bring
  add_parameter(count.url, "_summary", "count");
  if (!count.since_left_out) count.url = with_since(std::move(count.url), "_lastUpdated");
  if (count.from_ms)
    add_parameter(count.url, "_lastUpdated", "ge" + rest::instant_text(*count.from_ms));
  if (count.until_ms)
    add_parameter(count.url, "_lastUpdated", "lt" + rest::instant_text(*count.until_ms));
  todo_.push_back(std::move(count));
}

void Pull::got_count(const rest::Reply& reply) {
  const auto counted = reply.ok() ? read_count(reply.body, options_.limits) : std::nullopt;
  // Without a count the total of the page is all there is. On a full page, which nothing follows,
  // it may be no more than the length of the page.
  if (!counted && (!current_.total || (current_.page_full && fits()))) {
    ++report_.without_total;
    report_.unproven = true;
    return;
  }
  if (counted) current_.total = counted;
  if (fits()) return;
  if (current_.unmarked > 0) {
    note_once(current_.label +
              ": the server does not say which resources were searched for and which were "
              "included (search.mode), so they cannot be counted");
    ++report_.without_total;
    report_.unproven = true;
    return;
  }
  split();
}

// Two windows that touch, at the middle of what came; [from, until) to the millisecond. A window of
// one millisecond cannot be split.
void Pull::split() {
  auto seen = std::move(current_.updated_ms);
  std::sort(seen.begin(), seen.end());
  const auto inside = [&](std::int64_t at) {
    return (!current_.from_ms || at > *current_.from_ms) &&
           (!current_.until_ms || at < *current_.until_ms);
  };
  std::optional<std::int64_t> middle;
  if (!seen.empty()) {
    // Later ones first: what is older than all that came is then in a window of its own.
    for (auto at = seen.begin() + static_cast<std::ptrdiff_t>(seen.size() / 2);
         at != seen.end() && !middle; ++at)
      if (inside(*at)) middle = *at;
    if (!middle && inside(seen.back() + 1)) middle = seen.back() + 1;
  } else if (current_.from_ms && current_.until_ms) {
    if (const auto at = *current_.from_ms + (*current_.until_ms - *current_.from_ms) / 2;
        inside(at))
      middle = at;
  }
  const bool can = middle && !current_.since_left_out && report_.windows < options_.windows_max;
  if (!can) {
    report_.unproven = true;
    return stop(does_not_fit());
  }
  for (const bool late : {true, false}) {
    auto window = make_search(current_.bare, current_.label);
    window.from_ms = late ? middle : current_.from_ms;
    window.until_ms = late ? current_.until_ms : middle;
    if (window.from_ms)
      add_parameter(window.url, "_lastUpdated", "ge" + rest::instant_text(*window.from_ms));
    if (window.until_ms)
      add_parameter(window.url, "_lastUpdated", "lt" + rest::instant_text(*window.until_ms));
    window.total_asked = false;  // was understood, or the count came without it
    todo_.push_back(std::move(window));
    ++report_.windows;
  }
}

}  // namespace paraneo::fetch
