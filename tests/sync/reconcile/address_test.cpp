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

}  // namespace
}  // namespace paraneo::sync
