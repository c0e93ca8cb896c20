#include "view/picture.h"

#include <algorithm>

#include "view/drawing.h"
#include "view/markup.h"

namespace paraneo::view {
namespace {

constexpr double kTitleLine = 13;
constexpr TextStyle kTickLabel{Axis::kTickSize, Anchor::middle, ink::kQuiet};
constexpr TextStyle kFrameTitle{10.5, Anchor::start, ink::kText, true};
constexpr std::size_t kFrameTitleLines = 4;
constexpr std::size_t kSentenceMax = 400;  // bytes of what a mark says of itself

std::string cut_to(std::string text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  text.resize(bytes_max);
  while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0U) == 0x80U)
    text.pop_back();
  if (!text.empty()) text.pop_back();
  return text + "…";
}

std::string sentence(const Facts& facts, const Timeline& timeline, std::size_t fact) {
  auto out = fact_text(facts, fact);
  if (const auto when = time_text(facts, timeline, fact); !when.empty()) out += " (" + when + ")";
  return out;
}

// What each frame counts, above its column.
void draw_frame_titles(Drawing& drawing) {
  double height = 0;
  for (const auto& frame : drawing.axis.frames()) {
    const auto lines = wrapped(frame.title, (frame.right - frame.left - 2) / 1.14, kFrameTitle.size,
                               kFrameTitleLines);
    for (std::size_t i = 0; i < lines.size(); ++i)
      drawing.canvas.text(lines[i], frame.left + 1,
                          drawing.y + 11 + kTitleLine * static_cast<double>(i), kFrameTitle);
    height = std::max(height, kTitleLine * static_cast<double>(lines.size()));
  }
  drawing.y += height + 5;
}

void draw_ticks(Drawing& drawing) {
  for (const auto& frame : drawing.axis.frames())
    for (const auto& tick : frame.ticks)
      drawing.canvas.text(tick.label, tick.x, drawing.y + 10, kTickLabel);
  drawing.y += 16;
}

// Drawn when it is known how high they are, onto what lies below.
void draw_columns(const Drawing& drawing, const Course& course, double top, Canvas& below) {
  const double bottom = drawing.y;
  for (const auto& frame : drawing.axis.frames())
    below.rect({frame.left, top, frame.right, bottom}, ink::kColumn);
  for (const auto& shade : course.shades) {
    if (drawing.axis.frames().empty() || drawing.axis.of(shade.frame).frame != shade.frame)
      continue;
    const auto& frame = drawing.axis.of(shade.frame);
    const double left = shade.from <= frame.knots.front().day ? frame.left : frame.x(shade.from);
    const double right = shade.to >= frame.knots.back().day ? frame.right : frame.x(shade.to);
    if (right > left)
      below.rect({left, top, right, bottom}, ink::kShade,
                 " data-shade=\"" + escaped(shade.title) + "\"");
  }
  for (std::size_t i = 0; i < drawing.axis.frames().size(); ++i) {
    const auto& frame = drawing.axis.frames()[i];
    std::string knots;
    char text[64];
    for (const auto& knot : frame.knots) {
      std::snprintf(text, sizeof text, "%s%.14g:%.4f", knots.empty() ? "" : " ", knot.day, knot.x);
      knots += text;
    }
    below.raw("<g data-frame=\"" + std::to_string(frame.frame) + "\" data-knots=\"" + knots +
              "\">");
    for (const auto& tick : frame.ticks)
      below.line({tick.x, top, tick.x, bottom}, ink::kRule, 0.75);
    for (const auto cut : frame.cuts) {
      below.rect({cut - 3, top, cut + 3, bottom}, ink::kPaper);
      below.shape(cut, top + 5, "M-5 4L-1-4M1 4L5-4", "none", ink::kQuiet);
      below.shape(cut, bottom - 5, "M-5 4L-1-4M1 4L5-4", "none", ink::kQuiet);
    }
    below.raw("</g>");
    if (i > 0) {
      const double middle = (drawing.axis.frames()[i - 1].right + frame.left) / 2;
      if (frame.is_order_stated) below.shape(middle, top + 8, "M-5-5L3 0-5 5", "none", ink::kQuiet);
      else below.text("?", middle, top + 12, {11, Anchor::middle, ink::kQuiet});
    }
  }
}

void draw_legend(Drawing& drawing, const Course& course) {
  std::vector<std::string> lines;
  const auto& frames = drawing.axis.frames();
  const auto any = [&frames](const auto& is) {
    return std::any_of(frames.begin(), frames.end(), is);
  };
  for (const auto& shade : course.shades) {
    if (frames.empty() || drawing.axis.of(shade.frame).frame != shade.frame) continue;
    const auto& frame = drawing.axis.of(shade.frame);
    const bool is_all = shade.from <= frame.knots.front().day && shade.to >= frame.knots.back().day;
    lines.push_back((is_all ? "All of the shaded column lies in: " : "Shaded: ") + shade.title);
  }
  if (any([](const FrameAxis& frame) { return frame.is_order_stated; }))
    lines.emplace_back("› later, after a time that is not stated");
  for (std::size_t i = 1; i < frames.size(); ++i)
    if (!frames[i].is_order_stated) {
      lines.emplace_back("? the order of what stands on both sides is not stated");
      break;
    }
  if (any([](const FrameAxis& frame) { return !frame.cuts.empty(); }))
    lines.emplace_back("// time without any event is cut out");
  lines.emplace_back(
      "Pale ends: the beginning or the end is not stated; hollow: a limit (arrow), not an exact time, suspected, or not so");
  if (!course.panels.empty()) lines.emplace_back("Green: reference range; bold: outside of it");
  constexpr TextStyle kLegend{10, Anchor::start, ink::kQuiet};
  drawing.y += 4;
  for (const auto& line : lines) {
    drawing.canvas.text(clipped(line, drawing.axis.right() - Drawing::kPlotLeft, kLegend.size),
                        Drawing::kPlotLeft, drawing.y + 11, kLegend);
    drawing.y += 14;
  }
}

std::string opening_tag(double wide, double high, const std::string& id) {
  const auto width = pixels(wide), height = pixels(high);
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + width + " " + height +
         "\" width=\"" + width + "\" height=\"" + height + "\" role=\"img\" aria-labelledby=\"" +
         id + "-title " + id + "-desc\"" +
         " font-family=\"Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif\" fill=\"" +
         std::string(ink::kText) + "\">";
}

void draw_body(Drawing& drawing, const Course& course) {
  for (const auto& section : course.above)
    draw_section(drawing, section,
                 section.subject == Section::Subject::treatments ? ink::kBar : ink::kCondition);
  if (!course.panels.empty()) {
    constexpr TextStyle kHeading{10.5, Anchor::start, ink::kQuiet, true};
    drawing.y += 8;
    drawing.canvas.text("Values", Drawing::kGutterLeft, drawing.y + 11, kHeading);
    drawing.canvas.line(
        {Drawing::kGutterLeft, drawing.y + 16, drawing.axis.right(), drawing.y + 16}, ink::kRule);
    drawing.y += 18;
  }
  for (const auto& panel : course.panels) draw_panel(drawing, panel);
  for (const auto& section : course.below) draw_section(drawing, section, ink::kLine);
}

}  // namespace

std::string fact_text(const Facts& facts, std::size_t index) {
  const auto& fact = facts[index];
  const auto& fields = facts.fields();
  std::string out = fact.label;
  const auto add = [&out](const std::string& words, std::string_view between) {
    if (!words.empty()) (out += between) += one_line(words);
  };
  if (const auto* value = fields.child(*fact.element, "value"))
    add(fields.value_text(*value), ": ");
  for (const auto* part = fact.element->first; part != nullptr; part = part->next) {
    const auto name = fields.name(*part);
    if (name == "dosage")
      add(fields.dose_text(*part), out.size() == fact.label.size() ? ": " : " → ");
    if (name != "component") continue;
    const auto* value = fields.child(*part, "value");
    const auto* code = fields.child(*part, "code");
    if (value != nullptr && code != nullptr)
      add(fields.concept_text(*code) + " " + fields.value_text(*value),
          out.size() == fact.label.size() ? ": " : ", ");
  }
  return out;
}

std::string time_text(const Facts& facts, const Timeline& timeline, std::size_t index) {
  const auto& fact = facts[index];
  std::string out;
  for (const auto* moment = fact.element->first; moment != nullptr; moment = moment->next) {
    if (facts.fields().type(*moment) != "Moment") continue;
    const auto name = facts.fields().name(*moment);
    if (!out.empty()) out += ", ";
    if (name != "at") (out += name) += " ";
    out += facts.moment_text(*moment);
  }
  if (const auto lender = timeline.lender_of(index); lender != Facts::kNone)
    out += (out.empty() ? "with " : ", with ") + facts[lender].label;
  return out;
}

void Drawing::begin_mark(std::size_t fact) {
  auto said = fact == kSubject ? std::string("death") : sentence(facts, timeline, fact);
  description += said;
  description += "; ";
  canvas.begin_mark(key_of(fact), cut_to(std::move(said), kSentenceMax));
}

std::string picture(const Facts& facts, const Timeline& timeline, const Course& course,
                    const PictureOptions& options) {
  constexpr double kRightMargin = 16;
  const Axis axis(timeline, course, Drawing::kPlotLeft, options.width - kRightMargin);
  Drawing drawing{facts, timeline, axis, {}, {}, 6, course.death};
  const bool is_empty = axis.frames().empty();
  Canvas below;
  if (is_empty) {
    drawing.canvas.text("No fact of this record has a time: nothing can be drawn.",
                        Drawing::kGutterLeft, drawing.y + 14, {12});
    drawing.y += 24;
  } else {
    draw_frame_titles(drawing);
    draw_ticks(drawing);
    const double top = drawing.y;
    std::swap(below, drawing.canvas);
    draw_body(drawing, course);
    drawing.y += 6;
    draw_columns(drawing, course, top, below);
    drawing.y += 4;
    draw_ticks(drawing);
    draw_legend(drawing, course);
  }
  auto out = opening_tag(axis.right() + kRightMargin, drawing.y + 8, options.id);
  const auto record_id = escaped(facts.fields().text(facts.record(), "id"));
  const auto described =
      escaped(is_empty ? "No fact of this record has a time." : drawing.description);
  out += "<title id=\"" + options.id + "-title\">Clinical course of " + record_id + "</title>";
  out += "<desc id=\"" + options.id + "-desc\">" + described + "</desc>";
  out += "<rect width=\"100%\" height=\"100%\" fill=\"" + std::string(ink::kPaper) + "\"/>";
  out.reserve(out.size() + below.out().size() + drawing.canvas.out().size() + 8);
  (out += below.out()) += drawing.canvas.out();
  out += "</svg>";
  return out;
}

}  // namespace paraneo::view
