#include "view/fields.h"

#include "base/decimal.h"
#include "view/markup.h"

namespace paraneo::view {

using element::Element;

const Element* Fields::child(const Element& of, std::string_view name) const {
  for (const auto* each = of.first; each != nullptr; each = each->next)
    if (const auto its = definitions_.name(each->name);
        its.size() == name.size() && its.front() == name.front() && its == name)
      return each;
  return nullptr;
}

std::string_view Fields::text(const Element& of, std::string_view name) const {
  const auto* found = child(of, name);
  return found == nullptr || !found->has_value ? std::string_view() : found->value();
}

std::optional<double> Fields::number(const Element& of, std::string_view name) const {
  const auto written = text(of, name);
  if (written.empty()) return {};
  const auto decimal = Decimal::parse(written);
  if (!decimal) return {};
  return decimal->to_double();
}

std::string Fields::concept_text(const Element& concept_element) const {
  if (const auto words = text(concept_element, "text"); !words.empty()) return std::string(words);
  const auto code = text(concept_element, "code");
  if (!code.empty()) {
    const auto display = display_ ? display_(kConcepts, code) : std::string_view();
    return std::string(display.empty() ? code : display);
  }
  for (const auto* coding = concept_element.first; coding != nullptr; coding = coding->next) {
    if (name(*coding) != "coding") continue;
    if (const auto display = text(*coding, "display"); !display.empty())
      return std::string(display);
    const auto known =
        display_ ? display_(text(*coding, "system"), text(*coding, "code")) : std::string_view();
    return std::string(known.empty() ? text(*coding, "code") : known);
  }
  return {};
}

std::string Fields::concept_identity(const Element& concept_element) const {
  if (const auto code = text(concept_element, "code"); !code.empty())
    return "code " + std::string(code);
  if (const auto* coding = child(concept_element, "coding"))
    if (const auto code = text(*coding, "code"); !code.empty())
      return "coding " + std::string(text(*coding, "system")) + "|" + std::string(code);
  return "text " + std::string(text(concept_element, "text"));
}

std::string Fields::amount_text(const Element& amount) const {
  const std::string comparator(text(amount, "comparator"));
  const auto unit = text(amount, "unit"), per_unit = text(amount, "perUnit");
  std::string out;
  if (const auto number = text(amount, "number"); !number.empty()) {
    out = comparator + std::string(number);
  } else if (const auto numerator = text(amount, "numerator"); !numerator.empty()) {
    const std::string denominator(text(amount, "denominator"));
    if (unit.empty() && per_unit.empty())
      return std::string(numerator) + ":" + comparator + denominator;
    out = std::string(numerator);
    add_words(out, unit);
    out += "/" + comparator +
           (denominator == "1" ? "" : denominator + (per_unit.empty() ? "" : " ")) +
           std::string(per_unit);
    return out;
  } else {
    const auto low = text(amount, "low"), high = text(amount, "high");
    if (low.empty() && high.empty()) return {};
    out = low.empty()    ? "≤" + std::string(high)
          : high.empty() ? "≥" + std::string(low)
                         : std::string(low) + "–" + std::string(high);
  }
  add_words(out, unit);
  if (!per_unit.empty()) out += "/" + std::string(per_unit);
  return out;
}

std::string Fields::value_text(const Element& value) const {
  if (auto amount = amount_text(value); !amount.empty()) return amount;
  if (const auto* said = child(value, "concept")) return concept_text(*said);
  if (const auto flag = text(value, "flag"); !flag.empty()) return flag == "true" ? "yes" : "no";
  for (const auto* plain : {"text", "integer"})
    if (const auto words = text(value, plain); !words.empty()) return std::string(words);
  if (const auto* moment = child(value, "moment")) return moment_text(*moment, {});
  if (const auto printed = text(value, "printed"); !printed.empty()) return std::string(printed);
  if (const auto missing = text(value, "missing"); !missing.empty())
    return "missing: " + std::string(missing);
  return {};
}

std::string Fields::moment_text(
    const Element& moment, const std::function<std::string(std::string_view)>& label_of) const {
  const auto comparator = std::string(text(moment, "comparator"));
  if (const auto date = text(moment, "date"); !date.empty()) return comparator + std::string(date);
  const auto relation = text(moment, "relation");
  if (relation.empty()) return std::string(text(moment, "text"));
  std::string out;
  if (const auto offset = text(moment, "offset"); !offset.empty()) {
    out = comparator + std::string(offset);
    if (const auto most = text(moment, "offsetMax"); !most.empty()) out += "–" + std::string(most);
    add_words(out, text(moment, "unit"));
  } else if (const auto unit = text(moment, "unit"); !unit.empty()) {
    out = "some " + std::string(unit);
  }
  if (const auto day = text(moment, "day"); !day.empty())
    out = comparator + "day " + std::string(day);
  std::string words(relation);
  for (auto& c : words)
    if (c == '-') c = ' ';
  if (relation.ends_with("-start") || relation.ends_with("-end")) words += " of";
  if (relation == "concurrent") words = "during";
  add_words(out, words);
  const auto anchor = text(moment, "anchor");
  add_words(out, label_of ? label_of(anchor) : std::string(anchor));
  return out;
}

std::string Fields::dose_text(const Element& step) const {
  std::string out;
  for (const auto* part : {"dose", "rate"})
    if (const auto* amount = child(step, part)) add_words(out, amount_text(*amount), ", ");
  if (out.empty()) return std::string(text(step, "text"));
  const auto frequency = text(step, "frequency"), period = text(step, "period"),
             unit = text(step, "periodUnit");
  if (!period.empty()) {
    std::string rhythm;
    if (!frequency.empty() && frequency != "1") rhythm = std::string(frequency) + "× ";
    rhythm += period == "1" ? "every " + std::string(unit)
                            : "every " + std::string(period) + " " + std::string(unit);
    add_words(out, rhythm, " ");
  }
  if (const auto count = text(step, "count"); !count.empty())
    add_words(out, "×" + std::string(count), " ");
  return out;
}

std::string Fields::all_of(const Element& element) const {
  if (element.has_value) return std::string(element.value());
  const auto kind = type(element);
  std::string out;
  const bool is_amount = kind == "Amount" || kind == "Value" || kind == "Interval";
  if (is_amount) out = amount_text(element);
  for (const auto* each = element.first; each != nullptr; each = each->next) {
    const auto field = name(*each);
    const bool is_said = is_amount && (field == "number" || field == "comparator" ||
                                       field == "low" || field == "high" || field == "numerator" ||
                                       field == "unit" || field == "perUnit");
    // What the amount leaves out where it says nothing: a unit of its own, a denominator of 1.
    if (is_said && out.find(each->value()) != std::string::npos) continue;
    const auto words = all_of(*each);
    if (words.empty()) continue;
    const bool needs_name = kind != "Concept" && kind != "Site" && kind != "Moment" &&
                            kind != "Timespan" && kind != "RecordCoding" && !is_amount;
    add_words(out, needs_name ? std::string(field) + " " + words : words, needs_name ? "; " : ", ");
  }
  return out;
}

}  // namespace paraneo::view
