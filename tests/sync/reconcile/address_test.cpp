#include "sync/reconcile/address.h"

#include "parts.h"

namespace paraneo::sync {
namespace {

TEST(Address, UntilAServerHasShownItselfARefusalIsAboutTheAddress) {
  Address address;
  EXPECT_TRUE(address.ends_the_run(reply_of(404)));
  EXPECT_TRUE(address.ends_the_run(reply_of(403)));
  EXPECT_FALSE(address.ends_the_run(reply_of(422)));
  EXPECT_FALSE(address.ends_the_run(page(404)));  // of a proxy: it may pass
  address.proven();
  EXPECT_FALSE(address.ends_the_run(reply_of(404)));
  EXPECT_TRUE(address.ends_the_run(reply_of(401)));  // the login has ended
}

TEST(Address, TheMetadataAreAskedForOnce) {
  Address address;
  EXPECT_FALSE(address.is_to_be_asked(reply_of(400)));
  EXPECT_TRUE(address.is_to_be_asked(reply_of(404)));
  EXPECT_FALSE(address.is_to_be_asked(reply_of(404)));
  Address proven;
  proven.proven();
  EXPECT_FALSE(proven.is_to_be_asked(reply_of(404)));
}

TEST(Address, WhatHasShownItselfMayHaveGoneSince) {
  Address address;
  address.proven();
  EXPECT_FALSE(address.may_have_gone(reply_of(422)));
  EXPECT_TRUE(address.may_have_gone(reply_of(404)));
  EXPECT_FALSE(address.may_have_gone(reply_of(404)));  // it was asked
  address.proven();
  EXPECT_TRUE(address.may_have_gone(reply_of(405)));
}

TEST(Address, PagesAndRedirectsAreNoServer) {
  for (const int status : {200, 400, 403, 404}) EXPECT_TRUE(Address::no_server(page(status)));
  for (const int status : {301, 302, 307, 308}) EXPECT_TRUE(Address::no_server(reply_of(status)));
  for (const int status : {429, 502, 503}) EXPECT_FALSE(Address::no_server(page(status)));
  EXPECT_FALSE(Address::no_server(reply_of(200, "{}")));
  EXPECT_FALSE(Address::no_server(reply_of(403)));
}

}  // namespace
}  // namespace paraneo::sync
