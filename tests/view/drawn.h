// A picture read back from its SVG, by none of the code that made it.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "diag/render.h"
#include "xml/read.h"

namespace paraneo::view {

struct DrawnLabel {
  std::string text;
  double left = 0, top = 0, right = 0, bottom = 0;
};

struct Drawn {
  std::vector<DrawnLabel> labels;
  std::map<std::string, std::vector<double>> xs;  // of each fact's marks: every x at which
                                                  // something of them is
  std::map<int, std::vector<std::pair<double, double>>> knots;  // of each frame: day, x
  std::set<std::string> not_drawn;
  std::set<std::string> element_names;
  std::string text;  // all character data; a tag is a line break
};

// Advances of DejaVu Sans, the widest of the fonts that the picture asks for, in thousandths of the
// size.
inline double true_width(const std::string& text, double size, bool is_bold) {
  static constexpr int kPlain[] = {
      318,  401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337,
      636,  636, 636, 636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531,
      1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656, 557, 863, 748, 787,
      603,  787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 500,
      500,  613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612,
      635,  635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838};
  static constexpr int kBold[] = {
      348,  456, 521, 838, 696, 1002, 872, 306,  457, 457, 523, 838, 380, 415,  380, 365,
      696,  696, 696, 696, 696, 696,  696, 696,  696, 696, 400, 400, 838, 838,  838, 580,
      1000, 774, 762, 734, 830, 683,  683, 821,  837, 372, 372, 775, 637, 995,  837, 850,
      733,  850, 770, 720, 682, 812,  774, 1103, 771, 724, 725, 457, 365, 457,  838, 500,
      500,  675, 716, 593, 716, 678,  435, 716,  712, 343, 343, 665, 343, 1042, 712, 687,
      716,  716, 493, 595, 478, 712,  652, 924,  645, 652, 582, 712, 365, 712,  838};
  double out = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7F) out += (is_bold ? kBold : kPlain)[byte - 0x20];
    else if (byte >= 0xC0)
      out += byte >= 0xE3   ? 1000
             : byte >= 0xE2 ? 838
                            : 600;  // of other characters their first byte counts
  }
  return out * size / 1000;
}

class DrawnReader {
 public:
  explicit DrawnReader(std::string text) : source_{"picture", std::move(text)} {
    diag::Sink sink;
    Limits limits;
    const auto* root = xml::read(source_, {}, arena_, limits, sink);
    if (root == nullptr)
      throw std::runtime_error(render(sink, diag::RenderOptions{.colour = false}));
    walk(*root, {});
    drawn_.text = decoded(without_tags(source_.text));
  }
  const Drawn& drawn() const { return drawn_; }

 private:
  static double number(const xml::Node& node, std::string_view name, double otherwise = 0) {
    const auto* found = node.find(name);
    return found == nullptr ? otherwise : std::strtod(std::string(found->value).c_str(), nullptr);
  }
  static std::string word(const xml::Node& node, std::string_view name) {
    const auto* found = node.find(name);
    return found == nullptr ? std::string() : std::string(found->value);
  }

  std::string text_of(const xml::Node& node) const {
    if (node.text_offset == xml::Node::kNone) return {};
    return decoded(source_.text.substr(
        node.text_offset, source_.text.find('<', node.text_offset) - node.text_offset));
  }

  // No text has a "<" or ">" of its own.
  static std::string without_tags(const std::string& markup) {
    std::string out;
    bool is_tag = false;
    for (const char c : markup) {
      if (c == '<' || is_tag) is_tag = c != '>';
      else out += c;
      if (c == '>') out += '\n';
    }
    return out;
  }

  static std::string decoded(std::string text) {
    for (const auto& [name, c] :
         {std::pair("&lt;", "<"), {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}, {"&amp;", "&"}})
      for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at + 1))
        text.replace(at, std::string(name).size(), c);
    return text;
  }

  void walk(const xml::Node& node, std::string fact) {
    drawn_.element_names.insert(std::string(node.name));
    if (const auto* key = node.find("data-fact")) fact = key->value;
    if (const auto* key = node.find("data-not-drawn"))
      drawn_.not_drawn.insert(std::string(key->value));
    if (node.find("data-knots") != nullptr) {
      std::istringstream knots(word(node, "data-knots"));
      auto& to = drawn_.knots[static_cast<int>(number(node, "data-frame"))];
      for (std::string each; knots >> each;)
        to.emplace_back(std::strtod(each.c_str(), nullptr),
                        std::strtod(each.c_str() + each.find(':') + 1, nullptr));
    }
    if (node.name == "text") take_label(node);
    if (!fact.empty()) take_shape(node, drawn_.xs[fact]);
    for (const auto* child = node.first; child != nullptr; child = child->next) walk(*child, fact);
  }

  void take_label(const xml::Node& node) {
    DrawnLabel label;
    label.text = text_of(node);
    const double size = number(node, "font-size"), x = number(node, "x"), y = number(node, "y");
    const double width = true_width(label.text, size, node.find("font-weight") != nullptr);
    const auto anchor = word(node, "text-anchor");
    label.left = anchor == "middle" ? x - width / 2 : anchor == "end" ? x - width : x;
    label.right = label.left + width;
    label.top = y - 0.93 * size;
    label.bottom = y + 0.24 * size;
    drawn_.labels.push_back(label);
  }

  static void take_shape(const xml::Node& node, std::vector<double>& xs) {
    if (node.name == "circle") xs.push_back(number(node, "cx"));
    if (node.name == "line") xs.insert(xs.end(), {number(node, "x1"), number(node, "x2")});
    if (node.name == "rect")
      xs.insert(xs.end(), {number(node, "x"), number(node, "x") + number(node, "width")});
    if (const auto transform = word(node, "transform");
        node.name == "path" && transform.starts_with("translate("))
      xs.push_back(std::strtod(transform.c_str() + std::string("translate(").size(), nullptr));
  }

  Source source_;
  Arena arena_;
  Drawn drawn_;
};

// The labels that overlap, as text; empty: none do.
inline std::string overlaps(const Drawn& drawn) {
  auto labels = drawn.labels;
  std::sort(labels.begin(), labels.end(),
            [](const DrawnLabel& a, const DrawnLabel& b) { return a.top < b.top; });
  constexpr double kTouch = 0.05;  // coordinates are rounded
  for (std::size_t i = 0; i < labels.size(); ++i)
    for (std::size_t j = i + 1; j < labels.size() && labels[j].top < labels[i].bottom - kTouch; ++j)
      if (labels[i].left < labels[j].right - kTouch && labels[j].left < labels[i].right - kTouch)
        return "\"" + labels[i].text + "\" and \"" + labels[j].text + "\"";
  return {};
}

}  // namespace paraneo::view
