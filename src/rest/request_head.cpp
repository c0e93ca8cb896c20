#include "rest/request_head.h"

#include <algorithm>
#include <array>

namespace paraneo::rest {
namespace {

bool is_letter_or_digit(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
}

bool all_of(std::string_view text, std::string_view more) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return is_letter_or_digit(c) || more.find(c) != std::string_view::npos;
  });
}

// They say where a message ends, or that something else is spoken after it.
bool frames_the_message(std::string_view name) {
  constexpr std::array<std::string_view, 9> kFraming = {
      "Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive", "Proxy-Connection", "TE",
      "Trailer",        "Upgrade",           "Expect"};
  return std::any_of(kFraming.begin(), kFraming.end(),
                     [&](std::string_view each) { return same_header_name(name, each); });
}

Error refuse(const std::string& what) {
  return fail(ErrorCode::request_invalid, what + " [" + std::string(kRequestSyntax) + "]", {},
              "nothing was sent; correct the input or option that it comes from");
}

void set(std::vector<Header>& headers, const Header& header) {
  const auto same = std::find_if(headers.begin(), headers.end(), [&](const Header& each) {
    return same_header_name(each.name, header.name);
  });
  if (same == headers.end()) headers.push_back(header);
  else same->value = header.value;
}

}  // namespace

bool is_field_name(std::string_view text) {
  return !text.empty() && all_of(text, "!#$%&'*+-.^_`|~");
}

bool is_field_value(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  if (!text.empty() && (blank(text.front()) || blank(text.back()))) return false;
  return std::all_of(text.begin(), text.end(), [&](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return blank(c) || (byte > 0x20 && byte != 0x7f);
  });
}

bool is_request_target(std::string_view text) {
  if (!text.starts_with('/')) return false;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (text[i] == '%' && (i + 2 >= text.size() || !is_hex(text[i + 1]) || !is_hex(text[i + 2])))
      return false;
  return all_of(text, "-._~%!$&'()*+,;=:@/?");
}

bool is_authority(std::string_view text) {
  const auto colon = text.rfind(':');
  const auto port =
      colon == std::string_view::npos ? std::string_view("0") : text.substr(colon + 1);
  const bool number =
      !port.empty() && port.find_first_not_of("0123456789") == std::string_view::npos;
  auto host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
    return number && !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
             return is_hex(c) || c == ':' || c == '.';
           });
  }
  return number && !host.empty() && all_of(host, "-._~");
}

Result<std::string> request_head(const Head& head, const std::vector<Header>& headers) {
  const bool connect = head.method == "CONNECT";
  if (!is_field_name(head.method) || !is_authority(head.authority) ||
      !(connect ? is_authority(head.target) : is_request_target(head.target)))
    return refuse("the request's URL holds a character that HTTP does not allow");
  std::vector<Header> fields{{"Host", std::string(head.authority)}};
  for (const auto& header : headers) {
    if (!is_field_name(header.name)) return refuse("a header's name is none that HTTP allows");
    if (frames_the_message(header.name))
      return refuse("the header " + header.name + " is not for others to set");
    if (!is_field_value(header.value))
      return refuse("the header " + header.name + " holds a character that HTTP does not allow");
    set(fields, header);
  }
  if (head.body_bytes) fields.push_back({"Content-Length", std::to_string(*head.body_bytes)});
  std::string out(head.method);
  out += ' ';
  out += head.target;
  out += " HTTP/1.1\r\n";
  for (const auto& field : fields) out += field.name + ": " + field.value + "\r\n";
  return out + "\r\n";
}

}  // namespace paraneo::rest
