#include "base/uuid.h"

#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/uuid_io.hpp>

namespace paraneo {

std::string uuid_of(std::string_view namespace_url, std::string_view name) {
  const boost::uuids::name_generator_sha1 of_url(boost::uuids::ns::url());
  const boost::uuids::name_generator_sha1 of_name(of_url(namespace_url.data(), namespace_url.size()));
  return to_string(of_name(name.data(), name.size()));
}

}  // namespace paraneo
