// Entries as bytes, for a spill file of this run: the form is nobody else's.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "record/gather/chart_entry.h"

namespace paraneo::record {

// Where what an entry's text was made of (Source::original) was put, which many entries share.
inline constexpr std::uint64_t kNoOriginal = ~std::uint64_t{0};

// One after the other, in the machine's byte order: for files that live no longer than the run.
void append_bytes(std::string& to, const ChartEntry& entry, const EntryLinks& links,
                  std::uint64_t original);
void append_bytes(std::string& to, const Original& original);

// Of what append_bytes() made, and of nothing else. `original_at`: what lies at a place.
void read_bytes(std::string_view bytes, ChartEntry& entry, EntryLinks& links,
                const std::function<std::shared_ptr<const Original>(std::uint64_t)>& original_at);
Original original_of(std::string_view bytes);

}  // namespace paraneo::record
