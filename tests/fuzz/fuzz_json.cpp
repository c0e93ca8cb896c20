// Any bytes: read() gives a tree that writes back, or a message.
#include "fuzz.h"
#include "json/read.h"
#include "json/write.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const paraneo::Source source{"fuzz", paraneo::fuzz::text(data, size)};
  paraneo::Arena arena;
  paraneo::diag::Sink sink;
  const auto* value = paraneo::json::read(source, arena, {}, sink);
  paraneo::fuzz::require((value == nullptr) == !sink.ok());
  if (value == nullptr) return 0;
  std::string once;
  paraneo::json::Writer(once).value(*value);
  const paraneo::Source again{"again", once};
  const auto* second = paraneo::json::read(again, arena, {}, sink);
  paraneo::fuzz::require(second != nullptr);
  std::string twice;
  paraneo::json::Writer(twice).value(*second);
  paraneo::fuzz::require(once == twice);
  return 0;
}
