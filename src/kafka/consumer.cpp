#include "kafka/consumer.h"

#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <fstream>
#include <sstream>

namespace paraneo::kafka {
namespace {

constexpr int kAskMsMax = 10'000;
constexpr int kLeaveMsMax = 5'000;  // the group notices by itself who left without a word
constexpr int kLeaveStepMs = 50;

// What the group's protocol and our promise to lose nothing rest on.
constexpr std::array kOurs{"bootstrap.servers",
                           "group.id",
                           "enable.auto.commit",
                           "enable.auto.offset.store",
                           "auto.offset.reset",
                           "enable.partition.eof",
                           "partition.assignment.strategy"};

struct Destroy {
  void operator()(rd_kafka_conf_t* conf) const { rd_kafka_conf_destroy(conf); }
  void operator()(rd_kafka_topic_partition_list_t* list) const {
    rd_kafka_topic_partition_list_destroy(list);
  }
  void operator()(rd_kafka_message_t* message) const { rd_kafka_message_destroy(message); }
  void operator()(const rd_kafka_metadata_t* metadata) const {
    rd_kafka_metadata_destroy(metadata);
  }
  void operator()(rd_kafka_queue_t* queue) const { rd_kafka_queue_destroy(queue); }
  void operator()(rd_kafka_event_t* event) const { rd_kafka_event_destroy(event); }
};
using Conf = std::unique_ptr<rd_kafka_conf_t, Destroy>;
using Event = std::unique_ptr<rd_kafka_event_t, Destroy>;
using Queue = std::unique_ptr<rd_kafka_queue_t, Destroy>;
using Partitions = std::unique_ptr<rd_kafka_topic_partition_list_t, Destroy>;

void ignore_log(const rd_kafka_t*, int, const char*, const char*) {}

// A value is never in a message: it may be a password.
Result<void> set(rd_kafka_conf_t* conf, const std::string& name, const std::string& value) {
  char why[8];
  const auto done = rd_kafka_conf_set(conf, name.c_str(), value.c_str(), why, sizeof why);
  if (done == RD_KAFKA_CONF_OK) return {};
  return fail(ErrorCode::option_value,
              done == RD_KAFKA_CONF_UNKNOWN
                  ? "librdkafka knows no property " + name
                  : "librdkafka does not take this value for the property " + name,
              "--kafka-property", "see librdkafka's CONFIGURATION.md");
}

Result<void> set_of_user(rd_kafka_conf_t* conf, const std::string& property) {
  const auto equals = property.find('=');
  if (equals == std::string::npos || equals == 0)
    return fail(ErrorCode::option_value, "a property is NAME=VALUE, or NAME=@FILE",
                "--kafka-property", "write one for each option");
  const auto name = property.substr(0, equals);
  auto value = property.substr(equals + 1);
  if (std::find(kOurs.begin(), kOurs.end(), name) != kOurs.end())
    return fail(ErrorCode::option_value, "the property " + name + " is set by paraneo itself",
                "--kafka-property", "leave it out");
  if (value.starts_with('@')) {
    std::ifstream file(value.substr(1));
    if (!std::getline(file, value))
      return fail(ErrorCode::secret_unusable,
                  "the file of the property " + name + " cannot be read",
                  property.substr(equals + 2), "check its name and rights");
  }
  return set(conf, name, value);
}

bool is_final(rd_kafka_resp_err_t code) {
  switch (code) {
    case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
    case RD_KAFKA_RESP_ERR__AUTHENTICATION:
    case RD_KAFKA_RESP_ERR__FATAL:
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED: return true;
    default: return false;  // librdkafka goes on by itself
  }
}

bool is_about_who_we_are(rd_kafka_resp_err_t code) {
  return code == RD_KAFKA_RESP_ERR__AUTHENTICATION ||
         code == RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED ||
         code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED ||
         code == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED;
}

}  // namespace

// What both ways of reading share.
struct Client {
  rd_kafka_t* client = nullptr;
  std::string topic;
  Consumer::Start start;
  std::optional<Error> error;  // of the callback

  ~Client() {
    if (client == nullptr) return;
    leave();
    rd_kafka_destroy_flags(client, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
  }

  // rd_kafka_consumer_close() waits for ever for the answer to a commit from brokers that are gone.
  void leave() {
    const Queue queue(rd_kafka_queue_new(client));
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(kLeaveMsMax);
    rd_kafka_error_destroy(rd_kafka_consumer_close_queue(client, queue.get()));
    while (!rd_kafka_consumer_closed(client) && std::chrono::steady_clock::now() < until)
      // Unread messages come here, too, which rd_kafka_queue_poll_callback() dies of.
      if (const Event event(rd_kafka_queue_poll(queue.get(), kLeaveStepMs));
          rd_kafka_event_type(event.get()) == RD_KAFKA_EVENT_REBALANCE)
        rd_kafka_assign(client, nullptr);
  }

  Error failed(rd_kafka_resp_err_t code) const {
    return fail(
        is_about_who_we_are(code) ? ErrorCode::login_refused : ErrorCode::broker_unreachable,
        std::string("Kafka: ") + rd_kafka_err2str(code), "topic " + topic,
        "check the brokers, the topic and the properties of the connection");
  }

  // A partition is read from where the ledger is, whatever the group has committed.
  void assigned(rd_kafka_topic_partition_list_t* partitions) {
    for (int i = 0; i < partitions->cnt; ++i) {
      auto& each = partitions->elems[i];
      const auto from = start(each.partition);
      if (!from) {
        error = from.error();
        each.offset = RD_KAFKA_OFFSET_END;  // read nothing: the caller ends
      } else {
        each.offset = from->value_or(RD_KAFKA_OFFSET_BEGINNING);
      }
    }
    rd_kafka_assign(client, partitions);
  }

  static void rebalanced(rd_kafka_t* client, rd_kafka_resp_err_t code,
                         rd_kafka_topic_partition_list_t* partitions, void* opaque) {
    if (code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS)
      static_cast<Client*>(opaque)->assigned(partitions);
    else rd_kafka_assign(client, nullptr);
  }

  Result<std::vector<sync::FeedRange>> ranges();
  Result<std::optional<sync::FeedMessage>> poll(int wait_ms);
};

Result<std::vector<sync::FeedRange>> Client::ranges() {
  auto* handle = rd_kafka_topic_new(client, topic.c_str(), nullptr);
  const rd_kafka_metadata_t* asked = nullptr;
  const auto code = rd_kafka_metadata(client, 0, handle, &asked, kAskMsMax);
  rd_kafka_topic_destroy(handle);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return failed(code);
  const std::unique_ptr<const rd_kafka_metadata_t, Destroy> metadata(asked);
  if (metadata->topic_cnt != 1) return failed(RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
  const auto& found = metadata->topics[0];
  if (found.err != RD_KAFKA_RESP_ERR_NO_ERROR) return failed(found.err);
  std::vector<sync::FeedRange> ranges(static_cast<std::size_t>(found.partition_cnt));
  for (std::int32_t i = 0; i < found.partition_cnt; ++i) {
    auto& range = ranges[static_cast<std::size_t>(i)];
    const auto asked_range = rd_kafka_query_watermark_offsets(client, topic.c_str(), i, &range.low,
                                                              &range.high, kAskMsMax);
    if (asked_range != RD_KAFKA_RESP_ERR_NO_ERROR) return failed(asked_range);
  }
  return ranges;
}

Result<std::optional<sync::FeedMessage>> Client::poll(int wait_ms) {
  const std::unique_ptr<rd_kafka_message_t, Destroy> came(rd_kafka_consumer_poll(client, wait_ms));
  if (error) return *std::exchange(error, std::nullopt);
  if (came == nullptr) return std::optional<sync::FeedMessage>();
  sync::FeedMessage message;
  message.partition = came->partition;
  message.offset = came->offset;
  if (came->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
    message.is_end = true;
    return std::optional(std::move(message));
  }
  if (came->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    if (is_final(came->err)) return failed(came->err);
    return std::optional<sync::FeedMessage>();
  }
  if (came->key != nullptr) message.key.emplace(static_cast<const char*>(came->key), came->key_len);
  if (came->payload != nullptr)
    message.value.emplace(static_cast<const char*>(came->payload), came->len);
  return std::optional(std::move(message));
}

namespace {

Result<std::unique_ptr<Client>> connect(const Options& options, Consumer::Start start) {
  auto made = std::make_unique<Client>();
  made->topic = options.topic;
  made->start = std::move(start);
  Conf conf(rd_kafka_conf_new());
  Result<void> done = set(conf.get(), "bootstrap.servers", options.brokers);
  if (done) done = set(conf.get(), "group.id", options.group);
  if (done) done = set(conf.get(), "enable.auto.commit", "false");
  if (done) done = set(conf.get(), "auto.offset.reset", "earliest");
  if (done) done = set(conf.get(), "enable.partition.eof", "true");
  if (done) done = set(conf.get(), "client.id", "paraneo");
  for (const auto& property : options.properties)
    if (done) done = set_of_user(conf.get(), property);
  if (!done) return done.error();
  rd_kafka_conf_set_opaque(conf.get(), made.get());
  rd_kafka_conf_set_rebalance_cb(conf.get(), &Client::rebalanced);
  rd_kafka_conf_set_log_cb(conf.get(), ignore_log);
  char why[512];
  made->client = rd_kafka_new(RD_KAFKA_CONSUMER, conf.get(), why, sizeof why);
  if (made->client == nullptr)
    return fail(ErrorCode::option_value, std::string("no client for Kafka: ") + why,
                "topic " + options.topic, "check the properties");
  static_cast<void>(conf.release());  // the client's now
  rd_kafka_poll_set_consumer(made->client);
  return made;
}

Partitions one_partition(const std::string& topic, std::int32_t partition, std::int64_t offset) {
  Partitions list(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition)->offset = offset;
  return list;
}

}  // namespace

Consumer::Consumer(std::unique_ptr<Client> client) : client_(std::move(client)) {}
Consumer::~Consumer() = default;

Result<std::vector<sync::FeedRange>> Consumer::ranges() { return client_->ranges(); }

Result<std::optional<sync::FeedMessage>> Consumer::poll(int wait_ms) {
  return client_->poll(wait_ms);
}

Result<std::unique_ptr<Consumer>> Consumer::open(const Options& options, Start start) {
  auto client = connect(options, std::move(start));
  if (!client) return client.error();
  const auto topics = one_partition(options.topic, RD_KAFKA_PARTITION_UA, RD_KAFKA_OFFSET_INVALID);
  if (const auto code = rd_kafka_subscribe((*client)->client, topics.get());
      code != RD_KAFKA_RESP_ERR_NO_ERROR)
    return (*client)->failed(code);
  return std::unique_ptr<Consumer>(new Consumer(std::move(*client)));
}

Result<void> Consumer::commit(const std::map<std::int32_t, std::int64_t>& offsets) {
  const Partitions list(rd_kafka_topic_partition_list_new(static_cast<int>(offsets.size())));
  for (const auto& [partition, offset] : offsets)
    rd_kafka_topic_partition_list_add(list.get(), client_->topic.c_str(), partition)->offset =
        offset;
  // rd_kafka_commit() would wait a minute for a broker that is gone.
  const Queue answers(rd_kafka_queue_new(client_->client));
  if (const auto code =
          rd_kafka_commit_queue(client_->client, list.get(), answers.get(), nullptr, nullptr);
      code != RD_KAFKA_RESP_ERR_NO_ERROR)
    return client_->failed(code);
  const Event answer(rd_kafka_queue_poll(answers.get(), kAskMsMax));
  const auto code =
      answer == nullptr ? RD_KAFKA_RESP_ERR__TIMED_OUT : rd_kafka_event_error(answer.get());
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return client_->failed(code);
  return {};
}

TopicInspector::TopicInspector(std::unique_ptr<Client> client) : client_(std::move(client)) {}
TopicInspector::~TopicInspector() = default;

Result<std::vector<sync::FeedRange>> TopicInspector::ranges() { return client_->ranges(); }

Result<std::optional<sync::FeedMessage>> TopicInspector::poll(int wait_ms) {
  return client_->poll(wait_ms);
}

Result<std::unique_ptr<TopicInspector>> TopicInspector::open(const Options& options) {
  auto client = connect(options, {});
  if (!client) return client.error();
  return std::unique_ptr<TopicInspector>(new TopicInspector(std::move(*client)));
}

Result<void> TopicInspector::read(std::int32_t partition, std::int64_t from) {
  const auto list = one_partition(client_->topic, partition, from);
  if (const auto code = rd_kafka_assign(client_->client, list.get());
      code != RD_KAFKA_RESP_ERR_NO_ERROR)
    return client_->failed(code);
  return {};
}

}  // namespace paraneo::kafka
