#include "view/canvas.h"

#include "view/markup.h"

namespace paraneo::view {
namespace {

constexpr double kBoldWider = 1.14;
constexpr double kAscent = 0.95, kDescent = 0.28;  // in parts of the size

}  // namespace

double width_of(std::string_view text, const TextStyle& style) {
  return text_width(text, style.size) * (style.is_bold ? kBoldWider : 1);
}

Box box_of(std::string_view text, double x, double baseline, const TextStyle& style) {
  const double width = width_of(text, style);
  const double left = style.anchor == Anchor::start    ? x
                      : style.anchor == Anchor::middle ? x - width / 2
                                                       : x - width;
  return {left, baseline - kAscent * style.size, left + width, baseline + kDescent * style.size};
}

void Canvas::attribute(std::string_view name, double value) {
  out_ += ' ';
  out_ += name;
  out_ += "=\"";
  out_ += pixels(value);
  out_ += '"';
}

void Canvas::text(std::string_view text, double x, double baseline, const TextStyle& style) {
  if (text.empty()) return;
  out_ += "<text";
  attribute("x", x);
  attribute("y", baseline);
  attribute("font-size", style.size);
  if (style.anchor != Anchor::start)
    out_ += style.anchor == Anchor::middle ? " text-anchor=\"middle\"" : " text-anchor=\"end\"";
  if (style.is_bold) out_ += " font-weight=\"600\"";
  if (style.colour != ink::kText) ((out_ += " fill=\"") += style.colour) += '"';
  out_ += '>';
  append_escaped(out_, text);
  out_ += "</text>";
}

void Canvas::rect(const Box& box, std::string_view fill, std::string_view attributes) {
  out_ += "<rect";
  attribute("x", box.left);
  attribute("y", box.top);
  attribute("width", box.right - box.left);
  attribute("height", box.bottom - box.top);
  (((out_ += " fill=\"") += fill) += '"') += attributes;
  out_ += "/>";
}

void Canvas::line(const Line& line, std::string_view colour, double width,
                  std::string_view attributes) {
  out_ += "<line";
  attribute("x1", line.x1);
  attribute("y1", line.y1);
  attribute("x2", line.x2);
  attribute("y2", line.y2);
  ((out_ += " stroke=\"") += colour) += '"';
  if (width != 1) attribute("stroke-width", width);
  out_ += attributes;
  out_ += "/>";
}

void Canvas::circle(double x, double y, double radius, std::string_view fill,
                    std::string_view stroke, double width) {
  out_ += "<circle";
  attribute("cx", x);
  attribute("cy", y);
  attribute("r", radius);
  ((out_ += " fill=\"") += fill) += '"';
  ((out_ += " stroke=\"") += stroke) += '"';
  attribute("stroke-width", width);
  out_ += "/>";
}

void Canvas::shape(double x, double y, std::string_view path, std::string_view fill,
                   std::string_view stroke) {
  out_ += "<path transform=\"translate(" + pixels(x) + "," + pixels(y) + ")\" d=\"";
  ((out_ += path) += "\" fill=\"") += fill;
  ((out_ += "\" stroke=\"") += stroke) += "\"/>";
}

void Canvas::begin_mark(std::string_view key, std::string_view title) {
  out_ += "<g data-fact=\"";
  append_escaped(out_, key);
  out_ += "\"><title>";
  append_escaped(out_, title);
  out_ += "</title>";
}

}  // namespace paraneo::view
