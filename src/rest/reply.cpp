// Entry points: classify(), to_error().
#include "rest/reply.h"

#include <algorithm>
#include <charconv>
#include <initializer_list>

#include "base/arena.h"
#include "base/limits.h"
#include "base/source.h"
#include "diag/diagnostic.h"
#include "json/read.h"
#include "rest/http_date.h"
#include "rest/request_head.h"

namespace paraneo::rest {
namespace {

constexpr std::size_t kIssuesMax = 100;
constexpr std::size_t kTitleCharsMax = 200;
constexpr std::size_t kTextCharsMax = 500;
constexpr std::size_t kIssuesShownMax = 3;
constexpr std::size_t kCodeCharsMax = 40;
constexpr std::int64_t kMsPerSecond = 1000;

std::string lower(std::string_view text) {
  std::string out(text);
  for (auto& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::string title_of(std::string_view html) {
  const auto small = lower(html.substr(0, std::size_t{64} << 10));
  const auto open = small.find("<title");
  const auto begin = open == std::string::npos ? open : small.find('>', open);
  if (begin == std::string::npos) return {};
  const auto end = small.find("</title", begin);
  if (end == std::string::npos) return {};
  return one_line(html.substr(begin + 1, std::min(end - begin - 1, kTitleCharsMax)));
}

constexpr std::int64_t kAgeSecondsMax = std::int64_t{1} << 31;  // RFC 9111 1.2.2

// Seconds, or a date.
std::optional<std::int64_t> retry_after(std::string_view text, std::int64_t now_ms) {
  const auto number = [](std::string_view digits) -> std::optional<int> {
    int value = 0;
    const auto [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (ec != std::errc() || end != digits.data() + digits.size() || value < 0) return std::nullopt;
    return value;
  };
  if (const auto seconds = number(text)) return *seconds * kMsPerSecond;
  const auto at_ms = read_http_date(text);
  if (!at_ms) return std::nullopt;
  return std::max<std::int64_t>(0, *at_ms - now_ms);
}

// Date, and the seconds that it lay in a cache since (RFC 9111 5.1).
std::optional<std::int64_t> date_of(const Response& response) {
  auto date_ms = read_http_date(response.header("Date"));
  const auto age = response.header("Age");
  std::int64_t age_s = 0;
  const auto read = std::from_chars(age.data(), age.data() + age.size(), age_s);
  if (date_ms && read.ec == std::errc() && age_s > 0 && age_s < kAgeSecondsMax)
    *date_ms += age_s * kMsPerSecond;
  return date_ms;
}

Verdict verdict_of(int status) {
  switch (status) {
    case 304: return Verdict::done;
    case 401:
    case 403: return Verdict::denied;
    case 404: return Verdict::missing;
    case 410: return Verdict::gone;
    case 409:
    case 412: return Verdict::conflict;
    case 408:
    case 429:
    case 502:
    case 503:
    case 504: return Verdict::busy;
    default: break;
  }
  if (status >= 200 && status < 300) return Verdict::done;
  if (status >= 400 && status < 500) return Verdict::refused;
  return status >= 500 && status < 600 ? Verdict::broken : Verdict::strange;
}

// Codes of issues are words of a value set; what is none may be anything.
bool is_code(std::string_view text) {
  return !text.empty() && text.size() <= kCodeCharsMax &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

// "Patient.name[0].given", "/f:Patient/f:name". A FHIRPath with a condition can hold a value.
bool is_path(std::string_view text) {
  return text.size() <= kTextCharsMax && std::all_of(text.begin(), text.end(), [](char c) {
           return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
                  std::string_view(".[]/:,- ").find(c) != std::string_view::npos;
         });
}

Issue read_issue(const json::Value& value) {
  Issue issue;
  issue.severity = value.text_of("severity");
  issue.code = one_line(value.text_of("code"));
  issue.text = one_line(value.text_of("diagnostics"));
  if (const auto* details = value.find("details"); issue.text.empty() && details != nullptr) {
    issue.text = one_line(details->text_of("text"));
    const auto* coding = details->find("coding");
    if (issue.text.empty() && coding != nullptr && !coding->items().empty())
      issue.text = one_line(coding->items()[0].text_of("display"));
  }
  for (const auto* name : {"expression", "location"}) {
    const auto* list = value.find(name);
    if (list == nullptr || !issue.expression.empty()) continue;
    for (const auto& item : list->items().first(std::min<std::size_t>(list->items().size(), 5)))
      issue.expression += (issue.expression.empty() ? "" : ", ") + one_line(item.text());
  }
  return issue;
}

struct Explained {
  ErrorCode code;
  std::string advice;
};

// Where the server has gone: the address without what it has in common with the one that was asked.
std::string moved_to(std::string_view location, std::string_view url) {
  location = location.substr(0, location.find('?'));
  url = url.substr(0, url.find('?'));
  if (location.find("://") == std::string_view::npos) return one_line(location);
  const auto tail = [](std::string_view text) {
    return text.substr(std::min(text.rfind('/'), text.size()));
  };
  while (!tail(url).empty() && tail(url) == tail(location)) {
    url.remove_suffix(tail(url).size());
    location.remove_suffix(tail(location).size());
  }
  return one_line(location);
}

Explained explain(const Reply& reply, Method method, std::string_view url) {
  if (reply.status == 405)
    return {ErrorCode::request_refused,
            "the server does not do this at this address; check the base URL"};
  switch (reply.verdict) {
    case Verdict::missing:
      return {ErrorCode::not_found,
              "check the base URL and the id; some servers do not have this type"};
    case Verdict::gone: return {ErrorCode::not_found, "it was deleted on the server"};
    case Verdict::conflict:
      if (method == Method::get) return {ErrorCode::server_busy, "run again later"};
      return {ErrorCode::version_conflict, "somebody else changed it at the same time; run again"};
    case Verdict::denied:
      return {ErrorCode::login_refused,
              reply.status == 401
                  ? "the server does not accept the token or password; renew it"
                  : "the server knows who this is but does not allow it; ask for the "
                    "right scope or role"};
    case Verdict::busy:
      return {ErrorCode::server_busy,
              "the server is overloaded; run again later, with a lower --concurrency"};
    case Verdict::refused:
      if (method == Method::get)
        return {ErrorCode::request_refused,
                "the server does not take the question; correct what it names in the query, or ask "
                "for less"};
      return {ErrorCode::entry_refused, reply.status == 413
                                            ? "send smaller bundles"
                                            : "correct what the server names and push again"};
    case Verdict::broken: return {ErrorCode::server_failed, "look into the server's log"};
    case Verdict::done:
    case Verdict::strange: break;
  }
  if (reply.status >= 300 && reply.status < 400)
    return {ErrorCode::answer_malformed,
            "redirects are not followed, so that no token goes astray; use " +
                (reply.location.empty() ? "the right address" : moved_to(reply.location, url)) +
                " as --server"};
  return {ErrorCode::answer_malformed,
          "check that the base URL leads to a FHIR server and not to a web page, "
          "login page or proxy"};
}

}  // namespace

std::vector<Issue> read_issues(std::string_view text) {
  const Source source{"OperationOutcome", std::string(text)};
  Arena arena;
  diag::Sink sink;
  const auto* root = json::read(source, arena, Limits{}, sink);
  if (root == nullptr || root->text_of("resourceType") != "OperationOutcome") return {};
  std::vector<Issue> issues;
  if (const auto* list = root->find("issue"); list != nullptr)
    for (const auto& item : list->items())
      if (issues.size() < kIssuesMax) issues.push_back(read_issue(item));
  return issues;
}

bool refuses_size(const Reply& reply) {
  if (reply.status == 413) return true;
  if (reply.verdict != Verdict::refused && reply.status != 403) return false;
  return std::any_of(reply.issues.begin(), reply.issues.end(), [](const Issue& issue) {
    if (issue.code == "too-costly") return true;
    const auto words = lower(issue.text);
    const auto has = [&](std::initializer_list<std::string_view> any) {
      return std::any_of(any.begin(), any.end(), [&](std::string_view each) {
        return words.find(each) != std::string::npos;
      });
    };
    return has({"bundle", "transaction", "entries"}) &&
           has({"limit", "exceed", "too many", "too large", "maximum", "than allowed"});
  });
}

Reply classify(Response&& response, std::int64_t now_ms) {
  Reply reply;
  reply.status = response.status;
  reply.verdict = verdict_of(response.status);
  // These become headers and targets of the next requests.
  for (const auto& [name, member] :
       {std::pair("ETag", &reply.etag), std::pair("Location", &reply.location),
        std::pair("Content-Location", &reply.content_location)}) {
    const auto value = response.header(name);
    if (is_field_value(value)) *member = value;
    else reply.malformed = name;
  }
  reply.packed = !response.header("Content-Encoding").empty();
  reply.retry_after_ms = retry_after(response.header("Retry-After"), now_ms);
  reply.date_ms = date_of(response);
  reply.content_type = lower(response.header("Content-Type"));
  reply.body = std::move(response.body);
  // RFC 8259 8.1 lets a reader pass over it.
  if (constexpr std::string_view kBom = "\xef\xbb\xbf"; reply.body.starts_with(kBom))
    reply.body.erase(0, kBom.size());
  const bool json = reply.content_type.find("json") != std::string::npos;
  const bool html = reply.content_type.find("html") != std::string::npos;
  if (html) reply.page_title = title_of(reply.body);
  if (reply.verdict == Verdict::done && !reply.body.empty() && !json)
    reply.verdict = Verdict::strange;
  if (!reply.malformed.empty()) reply.verdict = Verdict::strange;
  if (reply.verdict != Verdict::done && json) reply.issues = read_issues(reply.body);
  // nginx says so with 400 and a page instead of a TLS alert.
  if (reply.page_title.find("SSL certificate") != std::string::npos)
    reply.verdict = Verdict::denied;
  return reply;
}

std::string one_line(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, kTextCharsMax)) {
    const bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    if (control && (out.empty() || out.back() == ' ')) continue;
    out.push_back(control ? ' ' : c);
  }
  while (out.ends_with(' ')) out.pop_back();
  return out;
}

std::string issue_line(const Issue& issue, ServerWords words) {
  std::string line = is_code(issue.code) ? issue.code : "no code";
  if (!issue.expression.empty() && (words == ServerWords::shown || is_path(issue.expression)))
    line += " at " + issue.expression;
  if (words == ServerWords::shown && !issue.text.empty()) line += ": " + issue.text;
  return line;
}

Error to_error(const Reply& reply, Method method, std::string_view url, ServerWords words) {
  auto [code, advice] = explain(reply, method, url);
  std::string what =
      "the server answers " + std::to_string(reply.status) + " to " + std::string(name_of(method));
  const bool has_words = !reply.page_title.empty() ||
                         std::any_of(reply.issues.begin(), reply.issues.end(),
                                     [](const Issue& issue) { return !issue.text.empty(); });
  if (!reply.malformed.empty()) {
    what = "the server's answer holds a character in the header " + reply.malformed +
           " that HTTP does not allow [" + std::string(kResponseSyntax) + "]";
    advice = "it is not used; report it to the server's operators";
  } else if (!reply.issues.empty()) {
    for (std::size_t i = 0; i < std::min(reply.issues.size(), kIssuesShownMax); ++i)
      what += (i == 0 ? ": " : "; ") + issue_line(reply.issues[i], words);
    if (reply.issues.size() > kIssuesShownMax)
      what += "; and " + std::to_string(reply.issues.size() - kIssuesShownMax) + " more";
  } else if (reply.content_type.find("html") != std::string::npos) {
    what += " with a web page";
    if (!reply.page_title.empty() && words == ServerWords::shown)
      what += " titled \"" + reply.page_title + "\"";
    if (reply.page_title.find("SSL certificate") != std::string::npos)
      advice = "the server wants a client certificate: give --client-cert and --client-key";
  } else if (reply.verdict == Verdict::strange && !reply.body.empty()) {
    what += " with " +
            (reply.content_type.empty() ? std::string("something without a Content-Type")
                                        : one_line(reply.content_type.substr(0, kTitleCharsMax))) +
            " instead of FHIR JSON";
  }
  if (has_words && words == ServerWords::optional)
    what += " (--show-source shows the server's own words)";
  // A query can name a patient.
  const auto query = url.find('?');
  const auto place =
      std::string(url.substr(0, query)) + (query == std::string_view::npos ? "" : "?...");
  return fail(code, what, place, std::move(advice));
}

}  // namespace paraneo::rest
