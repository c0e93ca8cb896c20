#include "fetch/compartment.h"

#include <gtest/gtest.h>

#include "base/arena.h"
#include "base/source.h"
#include "diag/diagnostic.h"
#include "json/read.h"

namespace paraneo::fetch {
namespace {

// Whether it belongs to p1, and whether to another.
std::pair<bool, bool> of(const std::string& text) {
  const Source source{"resource", text};
  Arena arena;
  diag::Sink sink;
  const auto* root = json::read(source, arena, Limits{}, sink);
  return {belongs_to(*root, {"p1"}), belongs_to_another(*root, {"p1"})};
}

TEST(Compartment, WhoseAResourceIs) {
  const std::pair ours(true, false);
  const std::pair another(false, true);
  const std::pair nobodys(false, false);
  EXPECT_EQ(of(R"({"subject":{"reference":"Patient/p1"}})"), ours);
  EXPECT_EQ(of(R"({"patient":{"reference":"https://h/r4/Patient/p1/_history/2"}})"), ours);
  EXPECT_EQ(of(R"({"subject":{"reference":"Patient/p2"}})"), another);
  EXPECT_EQ(of(R"({"subject":{"reference":"Patient/p2"},"for":{"reference":"Patient/p1"}})"), ours);
  EXPECT_EQ(of(R"({"subject":{"reference":"Group/p2"}})"), nobodys);
  EXPECT_EQ(of(R"({"participant":[{"actor":{"reference":"Patient/p1"}}]})"), ours);
  EXPECT_EQ(of(R"({"participant":[{"actor":{"reference":"Patient/p2"}}]})"), nobodys);
  EXPECT_EQ(of(R"({"resourceType":"Patient","id":"p2"})").second, true);
  EXPECT_EQ(of(R"({"resourceType":"Patient","id":"p1"})").second, false);
}

}  // namespace
}  // namespace paraneo::fetch
