#include "fetch/code_check.h"

#include <algorithm>

#include "base/canonical.h"
#include "fetch/code_answer.h"
#include "json/read.h"
#include "json/write.h"
#include "rest/url.h"

namespace paraneo::fetch {
namespace {

using terminology::CodeQuestion;
using System = TerminologySupport::System;

// A JSON body; null root when it is none.
class Body {
 public:
  Body(const rest::Reply& reply, const Limits& limits) : source_{"answer", reply.body} {
    root_ = reply.ok() ? json::read(source_, arena_, limits, sink_) : nullptr;
  }

  const json::Value* root() const { return root_; }
  bool is(std::string_view type) const {
    return root_ != nullptr && root_->text_of("resourceType") == type;
  }
  std::span<const json::Value> list(std::string_view name) const {
    const auto* found = root_ == nullptr ? nullptr : root_->find(name);
    return found == nullptr ? std::span<const json::Value>() : found->items();
  }

 private:
  Source source_;
  Arena arena_;
  diag::Sink sink_;
  const json::Value* root_ = nullptr;
};

std::string parameter(std::string_view name, std::string_view value) {
  return value.empty() ? std::string() : "&" + std::string(name) + "=" + rest::query_value(value);
}

}  // namespace

CodeCheck::CodeCheck(std::string base, TerminologySupport& support,
                     std::span<const CodeQuestion> questions, const Limits& limits)
    : base_(std::move(base)), support_(support), questions_(questions), limits_(limits),
      answers_(questions.size()) {
  begin_stage();
}

// Goes on to the next stage that has anything to ask.
void CodeCheck::begin_stage() {
  while (queue_.empty() && under_way_.empty() && stage_ != Stage::done) {
    if (stage_ == Stage::capabilities && !support_.is_known) {
      support_.is_known = true;
      queue_.push_back({"metadata?mode=terminology", {}, {}, {}});
      return;
    }
    stage_ = static_cast<Stage>(static_cast<int>(stage_) + 1);
    if (stage_ == Stage::sources) queue_sources();
    if (stage_ != Stage::questions) continue;
    std::vector<std::size_t> all;
    for (std::size_t i = 0; i < questions_.size(); ++i) {
      const auto& question = questions_[i];
      if (support_.systems[question.system] != System::none &&
          (question.value_set.empty() || support_.value_sets[question.value_set]))
        all.push_back(i);
    }
    queue_questions(std::move(all));
  }
}

void CodeCheck::queue_sources() {
  std::set<std::string_view> seen;
  for (const auto& question : questions_) {
    if (!support_.systems.contains(question.system) && seen.insert(question.system).second)
      queue_.push_back(
          {"CodeSystem?_elements=url,content&_count=2&url=" + rest::query_value(question.system),
           question.system,
           {},
           {}});
    const auto& set = question.value_set;
    if (!set.empty() && !support_.value_sets.contains(set) && seen.insert(set).second)
      queue_.push_back(
          {"ValueSet?_elements=url&_count=2&url=" + rest::query_value(without_version(set)) +
               parameter("version", split_canonical(set).version),
           {},
           set,
           {}});
  }
}

void CodeCheck::queue_questions(std::vector<std::size_t> questions) {
  const auto size = support_.takes_batches ? kBatchMax : std::size_t{1};
  for (std::size_t i = 0; i < questions.size(); i += size) {
    const auto end = std::min(i + size, questions.size());
    std::vector<std::size_t> part(questions.begin() + static_cast<std::ptrdiff_t>(i),
                                  questions.begin() + static_cast<std::ptrdiff_t>(end));
    queue_.push_back(
        {part.size() == 1 ? url_of(questions_[part[0]]) : std::string(), {}, {}, std::move(part)});
  }
}

std::string CodeCheck::url_of(const CodeQuestion& question) const {
  const auto code = rest::query_value(question.code);
  const auto system = rest::query_value(question.system);
  if (question.about == CodeQuestion::About::code)
    return "CodeSystem/$validate-code?url=" + system + "&code=" + code;
  if (question.about == CodeQuestion::About::names)
    return "CodeSystem/$lookup?system=" + system + "&code=" + code +
           "&property=display&property=designation";
  const auto& set = question.value_set;
  return "ValueSet/$validate-code?url=" + rest::query_value(without_version(set)) +
         parameter("valueSetVersion", split_canonical(set).version) + "&system=" + system +
         "&code=" + code;
}

rest::Request CodeCheck::request_of(const Job& job) const {
  rest::Request request;
  request.headers = {{"Accept", std::string(rest::kFhirJson)}};
  request.url = job.url.empty() ? base_ : base_ + "/" + job.url;
  if (!job.url.empty()) return request;
  request.method = rest::Method::post;
  request.headers.push_back({"Content-Type", std::string(rest::kFhirJson)});
  json::Writer writer(request.body, false);
  writer.begin_object();
  writer.member("resourceType", "Bundle");
  writer.member("type", "batch");
  writer.key("entry");
  writer.begin_array();
  for (const auto i : job.questions) {
    writer.begin_object();
    writer.key("request");
    writer.begin_object();
    writer.member("method", "GET");
    writer.member("url", url_of(questions_[i]));
    writer.end_object();
    writer.end_object();
  }
  writer.end_array();
  writer.end_object();
  return request;
}

std::optional<rest::Task> CodeCheck::next() {
  if (queue_.empty()) return std::nullopt;
  rest::Task task;
  task.id = ++last_task_;
  task.request = request_of(queue_.front());
  under_way_.emplace(task.id, std::move(queue_.front()));
  queue_.pop_front();
  return task;
}

void CodeCheck::finished(std::uint64_t task, Result<rest::Reply> reply) {
  const auto job = std::move(under_way_.extract(task).mapped());
  if (error_) return;
  const auto stops = !reply || reply->verdict == rest::Verdict::denied ||
                     reply->verdict == rest::Verdict::busy ||
                     reply->verdict == rest::Verdict::strange;
  if (stops) return stop(reply ? error_of(job, *reply) : reply.error());
  take(job, *reply);
  begin_stage();
}

void CodeCheck::stop(Error error) {
  error_ = std::move(error);
  queue_.clear();
  stage_ = Stage::done;
}

Error CodeCheck::error_of(const Job& job, const rest::Reply& reply) const {
  return rest::to_error(reply, job.url.empty() ? rest::Method::post : rest::Method::get,
                        job.url.empty() ? base_ : base_ + "/" + job.url);
}

void CodeCheck::take(const Job& job, const rest::Reply& reply) {
  if (stage_ == Stage::capabilities) return take_capabilities(reply);
  if (stage_ == Stage::sources) return take_source(job, reply);
  if (job.questions.size() > 1) return take_batch(job, reply);
  if (reply.verdict == rest::Verdict::broken) return count_failure(error_of(job, reply));
  if (const Body body(reply, limits_); body.is("Parameters"))
    read_answer(job.questions[0], *body.root());
}

// "Identifies a code system that is supported by the server" (TerminologyCapabilities.codeSystem).
// Some know no such thing, and answer with a CapabilityStatement.
void CodeCheck::take_capabilities(const rest::Reply& reply) {
  const Body body(reply, limits_);
  const auto is_missing =
      reply.verdict == rest::Verdict::missing || reply.verdict == rest::Verdict::gone;
  if (is_missing ||
      (reply.ok() && !body.is("TerminologyCapabilities") && !body.is("CapabilityStatement")))
    return stop(fail(ErrorCode::answer_malformed,
                     "this is no FHIR server: it does not say what it can do", base_ + "/metadata",
                     "give the base URL of a terminology server, like https://tx.example.org/r4"));
  for (const auto& system : body.list("codeSystem"))
    if (const auto url = system.text_of("uri"); !url.empty())
      support_.systems.emplace(without_version(url), System::whole);
}

void CodeCheck::take_source(const Job& job, const rest::Reply& reply) {
  if (reply.verdict == rest::Verdict::broken) count_failure(error_of(job, reply));
  auto found = System::none;
  const Body body(reply, limits_);
  const auto wanted =
      job.system.empty() ? without_version(job.value_set) : std::string_view(job.system);
  for (const auto& entry : body.list("entry")) {
    const auto* resource = entry.find("resource");
    if (resource == nullptr || resource->text_of("url") != wanted ||
        resource->text_of("resourceType") != (job.system.empty() ? "ValueSet" : "CodeSystem"))
      continue;
    found = std::max(found, job.system.empty() || resource->text_of("content") == "complete"
                                ? System::whole
                                : System::in_part);
  }
  if (job.system.empty()) support_.value_sets[job.value_set] = found == System::whole;
  else support_.systems[job.system] = found;
}

// A server that takes no batch, or answers it otherwise than it should, is asked one by one.
void CodeCheck::take_batch(const Job& job, const rest::Reply& reply) {
  const Body body(reply, limits_);
  const auto entries = body.list("entry");
  const auto answer_of = [](const json::Value& entry) -> const json::Value* {
    const auto* resource = entry.find("resource");
    return resource != nullptr && resource->text_of("resourceType") == "Parameters" ? resource
                                                                                    : nullptr;
  };
  const auto is_taken = body.is("Bundle") && entries.size() == job.questions.size() &&
                        std::any_of(entries.begin(), entries.end(), answer_of);
  if (!is_taken) {
    support_.takes_batches = false;
    return queue_questions(job.questions);
  }
  for (std::size_t i = 0; i < entries.size(); ++i)
    if (const auto* answer = answer_of(entries[i]); answer != nullptr)
      read_answer(job.questions[i], *answer);
}

void CodeCheck::count_failure(Error error) {
  if (!failure_) failure_ = std::move(error);
  ++failures_;
}

void CodeCheck::read_answer(std::size_t question, const json::Value& parameters) {
  auto answer = code_answer(questions_[question], parameters);
  if (answer.holds == false && support_.systems[questions_[question].system] != System::whole)
    answer.holds = std::nullopt;
  answers_[question] = std::move(answer);
}

}  // namespace paraneo::fetch
