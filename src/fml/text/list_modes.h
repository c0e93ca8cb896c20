// The words of list modes, in sources and in targets.
#pragma once

#include <array>
#include <string_view>

#include "fml/ast.h"

namespace paraneo::fml {

// A word, and what it means.
struct SourceModeName {
  std::string_view word;
  ast::SourceListMode mode;
};
inline constexpr std::array<SourceModeName, 5> kSourceModes = {
    {{"first", ast::SourceListMode::first},
     {"not_first", ast::SourceListMode::not_first},
     {"last", ast::SourceListMode::last},
     {"not_last", ast::SourceListMode::not_last},
     {"only_one", ast::SourceListMode::only_one}}};
// A word, and what it means.
struct TargetModeName {
  std::string_view word;
  ast::TargetListMode mode;
};
inline constexpr std::array<TargetModeName, 5> kTargetModes = {
    {{"first", ast::TargetListMode::first},
     {"share", ast::TargetListMode::share},
     {"last", ast::TargetListMode::last},
     {"single", ast::TargetListMode::single},
     {"collate", ast::TargetListMode::collate}}};

}  // namespace paraneo::fml
