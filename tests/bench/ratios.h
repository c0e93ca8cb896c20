// Google Benchmark's table, and under it the rate of each line as a ratio to the first.
#pragma once

#include <benchmark/benchmark.h>

#include <iostream>
#include <string>
#include <utility>
#include <vector>

namespace paraneo {

class Ratios : public benchmark::ConsoleReporter {
 public:
  explicit Ratios(std::string what) : what_(std::move(what)) {}

  void ReportRuns(const std::vector<Run>& runs) override {
    ConsoleReporter::ReportRuns(runs);
    for (const auto& run : runs) {
      const auto rate = run.counters.find("items_per_second");
      if (rate != run.counters.end()) rates_.emplace_back(run.benchmark_name(), rate->second);
    }
  }
  void Finalize() override {
    for (const auto& [name, rate] : rates_)
      std::cout << name << ": " << static_cast<long>(rate) << " " << what_ << "/s, "
                << rate / rates_.front().second << " of the first\n";
  }

 private:
  std::string what_;
  std::vector<std::pair<std::string, double>> rates_;
};

}  // namespace paraneo
