#include "sandbox/answer.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

#include "base/utf8.h"
#include "json/write.h"

namespace paraneo::sandbox {
namespace {

// What a request says may stand in a message, and need be no UTF-8.
std::string readable(std::string_view text) {
  constexpr std::string_view kReplacement = "\xef\xbf\xbd";
  std::string out;
  while (!text.empty()) {
    const auto bad = std::min(utf8::first_invalid(text), text.size());
    out += text.substr(0, bad);
    if (bad < text.size()) out += kReplacement;
    text.remove_prefix(std::min(text.size(), bad + 1));
  }
  return out;
}

void write_issue(json::Writer& writer, std::string_view severity, std::string_view code,
                 std::string_view text, std::string_view expression) {
  writer.begin_object();
  writer.key("severity");
  writer.string(severity);
  writer.key("code");
  writer.string(code);
  writer.key("diagnostics");
  writer.string(readable(text));
  if (!expression.empty()) {
    writer.key("expression");
    writer.begin_array();
    writer.string(readable(expression));
    writer.end_array();
  }
  writer.end_object();
}

template <class Issues>
rest::Response outcome(int status, const Issues& issues) {
  std::string body;
  json::Writer writer(body);
  writer.begin_object();
  writer.key("resourceType");
  writer.string("OperationOutcome");
  writer.key("issue");
  writer.begin_array();
  issues(writer);
  writer.end_array();
  writer.end_object();
  return answer(status, std::move(body));
}

std::string http_date(std::int64_t ms) {
  using namespace std::chrono;
  const sys_seconds at = floor<std::chrono::seconds>(sys_time<milliseconds>(milliseconds(ms)));
  const auto day = floor<days>(at);
  const year_month_day date(day);
  const hh_mm_ss time(at - day);
  constexpr std::array kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%s, %02u %s %04d %02d:%02d:%02d GMT",
                kDays[weekday(day).c_encoding()], static_cast<unsigned>(date.day()),
                kMonths[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
  return text.data();
}

}  // namespace

rest::Response answer(int status, std::string body) {
  rest::Response response;
  response.status = status;
  response.headers = {{"Content-Type", "application/fhir+json; charset=utf-8"}};
  response.body = std::move(body);
  return response;
}

rest::Response answer(int status, const Version& version) {
  auto response = answer(status, version.body);
  response.headers.push_back({"ETag", etag(version.version)});
  response.headers.push_back({"Last-Modified", http_date(version.updated_ms)});
  return response;
}

rest::Response refusal(int status, std::string_view code, std::string_view text,
                       std::string_view expression) {
  return outcome(
      status, [&](json::Writer& writer) { write_issue(writer, "error", code, text, expression); });
}

rest::Response refusal(const Error& error) {
  if (error.fault == Fault::usage) return refusal(400, "invalid", error.what);
  if (error.fault == Fault::limit) {
    auto response = refusal(503, "timeout", error.what);
    response.headers.push_back({"Retry-After", "10"});
    return response;
  }
  return refusal(500, "exception", error.what);
}

rest::Response refusal(int status, const diag::Sink& sink) {
  return outcome(status, [&](json::Writer& writer) {
    for (const auto& each : sink.all())
      write_issue(writer, each.severity == diag::Severity::error ? "error" : "warning", "structure",
                  each.message, each.element);
  });
}

std::string etag(std::int64_t version) { return "W/\"" + std::to_string(version) + "\""; }

std::string stamped(const json::Value& resource, std::string_view version,
                    std::string_view updated) {
  std::string out;
  json::Writer writer(out);
  const auto* meta = resource.find("meta");
  const auto write = [&](std::string_view name) {
    if (const auto* value = resource.find(name); value != nullptr) {
      writer.key(name);
      writer.value(*value);
    }
  };
  writer.begin_object();
  write("resourceType");
  write("id");
  bool own_meta = false;
  if (meta != nullptr)
    for (const auto& member : meta->members())
      own_meta = own_meta || (member.name != "versionId" && member.name != "lastUpdated");
  if (!version.empty() || own_meta) {
    writer.key("meta");
    writer.begin_object();
    if (!version.empty()) {
      writer.key("versionId");
      writer.string(version);
      writer.key("lastUpdated");
      writer.string(updated);
    }
    if (meta != nullptr)
      for (const auto& member : meta->members()) {
        if (member.name == "versionId" || member.name == "lastUpdated") continue;
        writer.key(member.name);
        writer.value(member.value);
      }
    writer.end_object();
  }
  for (const auto& member : resource.members()) {
    if (member.name == "resourceType" || member.name == "id" || member.name == "meta") continue;
    writer.key(member.name);
    writer.value(member.value);
  }
  writer.end_object();
  return out;
}

}  // namespace paraneo::sandbox
