#include "codebook/check.h"

#include <algorithm>
#include <array>

#include "codebook/systems.h"
#include "diag/suggest.h"
#include "terminology/ucum.h"

namespace paraneo::codebook {
namespace {

using diag::Code;

constexpr std::array<std::string_view, 7> kEquivalences = {
    "equivalent", "equal", "wider", "narrower", "inexact", "subsumes", "specializes"};
constexpr std::array<std::string_view, 3> kDecisions = {"map", "none fits", "ask"};

std::string quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

// What may have stood there, as advice. `likely` has the best one first.
std::string advice_of(const std::vector<std::string>& likely, std::string otherwise) {
  if (likely.empty()) return otherwise;
  if (likely.size() == 1) return diag::did_you_mean(likely[0]);
  std::string out = "did you mean one of ";
  for (std::size_t i = 0; i < std::min<std::size_t>(likely.size(), 4); ++i)
    out += (i > 0 ? ", " : "") + quoted(likely[i]);
  return out + "?";
}

// The code that the key of a row stands for: what it was before zeros, digits or blanks were lost.
std::vector<std::string> originals_by_key(const Row& row) {
  constexpr int kZerosMax = 12;
  std::vector<std::string> tries = {std::string(trimmed(row[kCode]))};
  std::string zeros(row[kCode]);
  for (int i = 0; i < kZerosMax; ++i) tries.push_back(zeros.insert(0, "0"));
  for (const auto* system : {"http://loinc.org", "http://terminology.hl7.org/CodeSystem/icd-o-3"})
    for (auto& each : originals_of(system, row[kCode])) tries.push_back(std::move(each));
  for (const auto& each : tries)
    if (key_of(row[kMap], row[kSystem], each) == row[kKey]) return {each};
  return {};
}

}  // namespace

std::string_view target_system_of(const Row& row) {
  if (row[kTargetSystem].empty() && kind_of(row[kMap], row[kSystem], row[kCode]) == "unit")
    return terminology::kUcum;
  return system_uri(row[kTargetSystem]);
}

std::string_view equivalence_of(const Row& row) {
  return row[kEquivalence].empty() ? kEquivalences[0] : row[kEquivalence];
}

void SheetChecker::report(Code code, const SheetReader& sheet, const Row& row, Column column,
                          std::string message, std::string advice) {
  sink_.report(code, std::move(message), span_of(sheet.source(), row, column),
               place_of(row, column), std::move(advice));
}

void SheetChecker::check_form(const SheetReader& sheet) {
  const auto& form = sheet.form();
  const Span begin{&sheet.source(), 0, 0};
  const auto say = [&](diag::Severity severity, std::string message, std::string advice) {
    sink_.report(
        {Code::codes_encoding, severity, std::move(message), begin, {}, std::move(advice)});
  };
  if (form.encoding != "UTF-8")
    say(diag::Severity::warning,
        "the sheet is in " + std::string(form.encoding) + ", and was read so",
        "save it as CSV UTF-8");
  if (form.separator != ',')
    say(diag::Severity::warning,
        std::string("the cells are separated by ") +
            (form.separator == ';' ? "semicolons" : "tabs") + ", and were read so",
        "save it with commas");
  if (form.has_bom)
    say(diag::Severity::information,
        "the sheet begins with a byte order mark, which was passed over", {});
  if (form.has_crlf)
    say(diag::Severity::information, "the lines end in CR LF, which was passed over", {});
}

void SheetChecker::check(const SheetReader& sheet, const Row& row) {
  ++counts_.rows;
  check_source(sheet, row);
  check_blanks(sheet, row);
  check_decision(sheet, row);
  check_others(sheet, row);
}

void SheetChecker::check_source(const SheetReader& sheet, const Row& row) {
  const auto key = key_of(row[kMap], row[kSystem], row[kCode]);
  if (row[kKey].empty())
    return report(Code::codes_source_changed, sheet, row, kKey, "the row has no key",
                  "copy the row from the report again");
  if (key == row[kKey]) return;
  const auto is_number = is_exponent(row[kCode]) || is_cut(row[kCode]) || is_date(row[kCode]);
  report(Code::codes_source_changed, sheet, row, kCode,
         is_number ? "a spreadsheet has taken this code for a date or a number"
                   : "the row's system, code or map is not what the report wrote",
         advice_of(originals_by_key(row), "copy the row from the report again"));
}

void SheetChecker::check_blanks(const SheetReader& sheet, const Row& row) {
  for (const auto column : {kDecision, kTargetSystem, kTargetCode, kTargetDisplay, kEquivalence}) {
    const auto text = row[column];
    if (const auto inner = trimmed(text); inner != text)
      report(Code::codes_blank, sheet, row, column, "there are blanks around this",
             diag::did_you_mean(inner));
    else if (column != kTargetDisplay && text.find(kNoBreakSpace) != std::string_view::npos)
      report(Code::codes_blank, sheet, row, column, "there is a no-break space in this",
             "write an ordinary blank, or none");
  }
}

void SheetChecker::check_decision(const SheetReader& sheet, const Row& row) {
  const auto has_target = !row[kTargetCode].empty() || !row[kTargetSystem].empty();
  switch (decision_of(trimmed(row[kDecision]))) {
    case Decision::open:
      ++counts_.open;
      if (has_target)
        report(Code::codes_decision, sheet, row, kDecision, "there is a target, but no decision",
               "write map, or take the target out");
      return;
    case Decision::map: ++counts_.mapped; return check_target(sheet, row);
    case Decision::none_fits: ++counts_.none_fits; break;
    case Decision::ask: ++counts_.asked; return;
    case Decision::unknown: {
      const auto near = diag::closest(sink_, row[kDecision], kDecisions,
                                      [](std::string_view each) { return each; });
      return report(Code::codes_decision, sheet, row, kDecision,
                    "this is no decision: " + quoted(row[kDecision]),
                    near.empty() ? "write map, none fits or ask" : diag::did_you_mean(near));
    }
  }
  if (has_target)
    report(Code::codes_decision, sheet, row, kTargetCode, "none fits, but there is a target",
           "write map, or take the target out");
}

void SheetChecker::check_target(const SheetReader& sheet, const Row& row) {
  const auto code = trimmed(row[kTargetCode]);
  const auto system = target_system_of(row);
  if (code.empty())
    return report(Code::codes_decision, sheet, row, kTargetCode, "map, but to no code",
                  "write the code, or none fits");
  if (system.empty())
    return report(Code::codes_decision, sheet, row, kTargetSystem, "the code has no system",
                  "write LOINC, SNOMED CT, ... or a URI");
  if (system.find(':') == std::string_view::npos)
    return report(
        Code::codes_decision, sheet, row, kTargetSystem,
        "this is neither a known name of a code system nor a URI: " + quoted(system),
        "write LOINC, SNOMED CT, ICD-10, ICD-10-CM, ICD-O-3, ATC, RxNorm, UCUM, or the system's URI");
  if (kind_of(row[kMap], row[kSystem], row[kCode]) == "unit" && system != terminology::kUcum)
    report(Code::codes_decision, sheet, row, kTargetSystem, "a unit becomes a unit of UCUM",
           "leave the system empty, or write UCUM");
  const auto equivalence = equivalence_of(row);
  if (std::find(kEquivalences.begin(), kEquivalences.end(), equivalence) == kEquivalences.end()) {
    const auto near = diag::closest(sink_, equivalence, kEquivalences,
                                    [](std::string_view each) { return each; });
    report(Code::codes_decision, sheet, row, kEquivalence,
           "this is no equivalence: " + quoted(equivalence),
           near.empty()
               ? "write equivalent, equal, wider, narrower, inexact, or nothing for equivalent"
               : diag::did_you_mean(near));
  }
  check_code(sheet, row, system, code);
}

void SheetChecker::check_code(const SheetReader& sheet, const Row& row, std::string_view system,
                              std::string_view code) {
  constexpr std::size_t kLikelyMax = 4;
  const auto form = form_of(system, code);
  if (form == Form::right || form == Form::unknown) {
    if (known_.find(system, code) != nullptr) return;
    if (form == Form::right && system == terminology::kUcum) return;
    ++counts_.unchecked;
    auto likely = std::vector<std::string>();
    for (std::string padded = "0" + std::string(code);
         form == Form::unknown && padded.size() <= code.size() + 4; padded.insert(0, "0"))
      if (known_.find(system, padded) != nullptr) likely.push_back(padded);
    if (!likely.empty())
      return report(Code::codes_shape, sheet, row, kTargetCode,
                    "zeros in front of this code were lost", advice_of(likely, {}));
    return report(Code::codes_not_checked, sheet, row, kTargetCode,
                  "no package here knows this code: it was not checked",
                  "--ig loads packages with code systems");
  }
  auto likely = originals_of(system, code);
  std::stable_partition(likely.begin(), likely.end(), [&](const std::string& each) {
    return known_.find(system, each) != nullptr;
  });
  const auto known_with = [&](std::string_view digits) {
    for (const auto* each : known_.beginning_with(system, digits, kLikelyMax))
      likely.push_back(each->code);
  };
  if (is_exponent(code)) {
    std::string digits;
    for (const char c : code.substr(0, code.find_first_of("eE")))
      if (c >= '0' && c <= '9') digits += c;
    while (digits.ends_with('0')) digits.pop_back();
    // One digit less, since the last one was rounded.
    if (digits.size() > 1) known_with(std::string_view(digits).substr(0, digits.size() - 1));
    return report(Code::codes_shape, sheet, row, kTargetCode,
                  "a spreadsheet has taken this code for a number and lost its digits",
                  advice_of(likely, "write the code again, in a column of format text"));
  }
  if (is_cut(code)) {
    known_with(code.substr(0, 15));
    return report(Code::codes_shape, sheet, row, kTargetCode,
                  "a spreadsheet has cut this code to 15 digits",
                  advice_of(likely, "write the code again, in a column of format text"));
  }
  if (is_date(code))
    return report(Code::codes_shape, sheet, row, kTargetCode,
                  "a spreadsheet has taken this code for a date",
                  advice_of(likely, "write the code again, in a column of format text"));
  if (form == Form::wrong_part)
    return report(Code::codes_shape, sheet, row, kTargetCode,
                  "this is the id of a description or a relationship, not of a concept",
                  "take the concept's id");
  if (sink_.dropped() == 0)
    for (const auto* each : known_.near(system, code, kLikelyMax)) likely.push_back(each->code);
  if (form == Form::wrong_digit)
    return report(Code::codes_check_digit, sheet, row, kTargetCode,
                  "the check digit of this code is wrong: a digit was mistyped or lost",
                  advice_of(likely, "compare it with its source"));
  if (system == terminology::kUcum)
    return report(Code::codes_shape, sheet, row, kTargetCode, "this is no unit of UCUM",
                  "units of UCUM: mg/dL, [IU]/L, 10*9/L, {titer}");
  report(Code::codes_shape, sheet, row, kTargetCode, "codes of this system look otherwise",
         advice_of(likely, "compare it with its source"));
}

// Rows of one code: the same again is needless, another decision a conflict.
void SheetChecker::check_others(const SheetReader& sheet, const Row& row) {
  const auto same = [](std::string_view a, std::string_view b, std::string_view c) {
    std::string text(a);
    text.append("\n").append(b).append("\n").append(c);
    return digest_of(text);
  };
  std::string decided(row[kDecision]);
  for (const auto part : {target_system_of(row), row[kTargetCode], equivalence_of(row)})
    decided.append("\n").append(part);
  const Seen here{&*names_.insert(sheet.source().name).first, row.number, digest_of(decided)};
  const auto [before, is_new] = seen_.try_emplace(same(row[kMap], row[kSystem], row[kCode]), here);
  if (is_new) return;
  const auto first = *before->second.sheet + ", row " + std::to_string(before->second.row);
  if (before->second.decision == here.decision)
    report(Code::codes_duplicate, sheet, row, kCode, "the same row stands in " + first,
           "leave one out");
  if (before->second.decision == here.decision) return;
  ++counts_.conflicts;
  report(Code::codes_conflict, sheet, row, kDecision,
         first + " decides otherwise about the same code", "decide for one of the two");
}

}  // namespace paraneo::codebook
