#include "cli/terminal/namespace_option.h"

#include <CLI/CLI.hpp>

#include "record/identity.h"

namespace paraneo::cli {

CLI::Option* add_namespace_option(CLI::App& verb, std::string& name_space) {
  return verb
      .add_option_function<std::string>(
          "--namespace",
          [&name_space](const std::string& text) {
            auto parsed = record::parse_namespace(text);
            if (!parsed)
              throw CLI::ValidationError("--namespace", parsed.error().what + ": " + text + " (" +
                                                            parsed.error().advice + ")");
            name_space = std::move(*parsed);
          },
          "URI of who assigns the records' ids, such as your registry: ids of resources come from it, the record's id and a fact's "
          "key, and from nothing else")
      ->type_name("URI");
}

}  // namespace paraneo::cli
