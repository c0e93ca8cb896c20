#include "cli/language/coverage_report.h"

#include <algorithm>
#include <map>

#include "diag/counted.h"
#include "fml/observe/trace.h"
#include "json/write.h"
#include "view/markup.h"

namespace paraneo::cli {
namespace {

using fml::Coverage;
using view::escaped;

std::uint32_t line_of(const Coverage::Rule& rule) {
  const auto& span = rule.code->span;
  return span.source == nullptr ? 0 : locate(*span.source, span.begin).line;
}

std::string_view file_of(const Coverage::Rule& rule) {
  const auto& span = rule.code->span;
  return span.source == nullptr ? std::string_view() : std::string_view(span.source->name);
}

bool is_gap(const Coverage::Field& field) { return field.taken == 0 && !field.named; }

struct Counts {
  std::size_t fired = 0, taken = 0, named = 0;
};

Counts counts_of(const Coverage& coverage) {
  Counts counts;
  for (const auto& rule : coverage.rules()) counts.fired += rule.fired > 0 ? 1U : 0U;
  for (const auto& [name, field] : coverage.fields()) {
    counts.taken += field.taken > 0 ? 1U : 0U;
    counts.named += field.taken == 0 && field.named ? 1U : 0U;
  }
  return counts;
}

std::string named_in_expressions(std::size_t count) {
  return diag::counted(count, "more is named in expressions", "more are named in expressions");
}
std::string of(std::size_t part, std::size_t all) {
  return std::to_string(part) + " of " + std::to_string(all);
}

// Rules by file and line; several may begin on one line.
using Lines = std::map<std::uint32_t, std::vector<const Coverage::Rule*>>;

void append_map(std::string& out, const Source& source, const Lines& lines) {
  out += "<h2>" + escaped(source.name) + "</h2>\n<table class=\"map\">\n";
  std::uint32_t number = 0;
  for (std::size_t begin = 0; begin < source.text.size();) {
    const auto end = std::min(source.text.find('\n', begin), source.text.size());
    const auto rules = lines.find(++number);
    std::string count, kind;
    if (rules != lines.end()) {
      std::uint64_t least = UINT64_MAX;
      for (const auto* rule : rules->second) {
        count += (count.empty() ? "" : " ") + std::to_string(rule->fired);
        least = std::min(least, rule->fired);
      }
      kind = least == 0 ? " class=\"never\"" : " class=\"ran\"";
    }
    out += "<tr" + kind + "><td>" + std::to_string(number) + "</td><td>" + count +
           "</td><td><pre>" + escaped(std::string_view(source.text).substr(begin, end - begin)) +
           "</pre></td></tr>\n";
    begin = end + 1;
  }
  out += "</table>\n";
}

constexpr std::string_view kStyle =
    "body{font:14px sans-serif;margin:2em;max-width:80em}table{border-collapse:collapse}td,th{padding:0 .8em;text-align:left}"
    "pre{margin:0;white-space:pre-wrap}.map td:first-child,.map td:nth-child(2){color:#777;text-align:right;vertical-align:top}"
    ".never{background:#fdd}.ran{background:#dfd}.named{background:#ffd}";

}  // namespace

bool coverage_has_gaps(const Coverage& coverage) {
  return counts_of(coverage).fired < coverage.rules().size() ||
         std::any_of(
             coverage.fields().begin(), coverage.fields().end(),
             [](const auto& f) { return is_gap(f.second); });
}

std::string coverage_text(const Coverage& coverage) {
  const auto counts = counts_of(coverage);
  auto out = diag::counted(coverage.inputs(), "input") + "\n" +
             of(counts.fired, coverage.rules().size()) + " rules ran\n" +
             of(counts.taken, coverage.fields().size()) + " fields were taken by a rule, " +
             named_in_expressions(counts.named) + "\n";
  std::string rules, fields, named;
  for (const auto& rule : coverage.rules())
    if (rule.fired == 0)
      rules += "  " + std::string(file_of(rule)) + ":" + std::to_string(line_of(rule)) + "  " +
               std::string(rule.group) + "  " + fml::rule_text(rule.code->span) + "\n";
  for (const auto& [name, field] : coverage.fields()) {
    const auto line = "  " + name + "  (" + std::to_string(field.present) + ")\n";
    if (is_gap(field)) fields += line;
    else if (field.taken == 0) named += line;
  }
  if (!rules.empty()) out += "\nRules that never ran:\n" + rules;
  if (!fields.empty())
    out += "\nFields that no rule took, and how often they were there:\n" + fields;
  if (!named.empty()) out += "\nFields that only expressions name:\n" + named;
  return out;
}

std::string coverage_json(const Coverage& coverage) {
  std::string out;
  json::Writer writer(out);
  const auto text = [&](std::string_view key, std::string_view value) {
    writer.key(key);
    writer.string(value);
  };
  const auto number = [&](std::string_view key, std::uint64_t value) {
    writer.key(key);
    writer.raw(std::to_string(value));
  };
  writer.begin_object();
  number("inputs", coverage.inputs());
  writer.key("rules");
  writer.begin_array();
  for (const auto& rule : coverage.rules()) {
    writer.begin_object();
    text("file", file_of(rule));
    number("line", line_of(rule));
    text("group", rule.group);
    text("name", rule.code->name);
    text("text", fml::rule_text(rule.code->span));
    number("ran", rule.fired);
    writer.end_object();
  }
  writer.end_array();
  writer.key("fields");
  writer.begin_array();
  for (const auto& [name, field] : coverage.fields()) {
    writer.begin_object();
    text("path", name);
    number("present", field.present);
    number("taken", field.taken);
    writer.key("named");
    writer.boolean(field.named);
    writer.end_object();
  }
  writer.end_array();
  writer.end_object();
  return out + "\n";
}

std::string coverage_html(const Coverage& coverage) {
  const auto counts = counts_of(coverage);
  std::string out =
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Coverage of maps</title><style>" +
      std::string(kStyle) + "</style></head><body>\n<h1>Coverage</h1>\n<p>" +
      diag::counted(coverage.inputs(), "input") + "; " + of(counts.fired, coverage.rules().size()) +
      " rules ran; " + of(counts.taken, coverage.fields().size()) +
      " fields were taken by a rule, " + named_in_expressions(counts.named) +
      ".</p>\n"
      "<h2>Fields</h2>\n<table><tr><th>field</th><th>there</th><th>taken</th></tr>\n";
  for (const auto& [name, field] : coverage.fields()) {
    const auto* kind = field.taken > 0 ? "ran" : field.named ? "named" : "never";
    out += "<tr class=\"" + std::string(kind) + "\"><td>" + escaped(name) + "</td><td>" +
           std::to_string(field.present) + "</td><td>" + std::to_string(field.taken) +
           "</td></tr>\n";
  }
  out += "</table>\n";
  std::map<std::string_view, std::pair<const Source*, Lines>> files;
  for (const auto& rule : coverage.rules()) {
    if (rule.code->span.source == nullptr) continue;
    auto& file = files[file_of(rule)];
    file.first = rule.code->span.source;
    file.second[line_of(rule)].push_back(&rule);
  }
  for (const auto& [name, file] : files) append_map(out, *file.first, file.second);
  return out + "</body></html>\n";
}

}  // namespace paraneo::cli
