// SPDX-License-Identifier: Apache-2.0
//
// What one message costs, in nanoseconds, in one thread and in cache:
//
//   decode_ns, validate_ns           our strict decoder; all constraints
//   encode_ns
//   protobuf_c_ns                    the same bytes by protobuf-c's unpack (no constraints, no
//   bounds) protobuf_cc_ns                   by protobuf in C++, into one message over and over,
//   whose memory
//                                    it keeps
//   protobuf_cc_new_ns               by protobuf in C++, into a new message each time, as ours is
//   protobuf_cc_encode_ns            written by protobuf in C++
//   frame_encode_ns, frame_decode_ns one Dispatch frame of the worker stream, in a batch
//   audit_ns                         what the audit chain adds to one job in a worker: two salted
//                                    commitments, one record, its hash
#include <google/protobuf/arena.h>

#include "agent/audit/chain.h"
#include "agent/audit/commitment.h"
#include "agent/base/random.h"
#include "agent/codec/batch.h"
#include "proto/runtime/message.h"
#include "reeve_bench/order.reeve.h"
#include "reeve_bench/plain.pb.h"
#include "tests/bench/support/bench.h"

namespace
{

using namespace reeve::bench;

// About 1 KiB.
std::string order()
{
    reeve_bench::plain::Order o;
    o.set_order_id("A-2026-000471");
    o.set_customer("harbour-bikes-hamburg-1");
    o.set_note(std::string(320, 'n'));
    o.set_attachment(std::string(256, '\x7f'));
    o.set_priority(reeve_bench::plain::PRIORITY_HIGH);
    o.set_discount(15);
    for (int i = 0; i < 12; i++) {
        reeve_bench::plain::Line *line = o.add_lines();
        line->set_sku("SKU-00000" + std::to_string(i));
        line->set_quantity(static_cast<uint32_t>(i) + 1);
        line->set_cents(1999);
    }
    for (const char *name : {"region", "channel", "campaign", "clerk"}) {
        (*o.mutable_labels())[name] = std::string("value of ") + name;
    }
    return o.SerializeAsString();
}

void measure_ours(const std::string &bytes, double seconds, Json *json)
{
    const struct reeve_decode_options options = {REEVE_UNKNOWN_REFUSE, 0, 0, 0, true};
    const struct reeve_message *type = &reeve_bench_order_message;
    struct reeve_arena arena;
    struct reeve_buffer out;
    void *message = nullptr;
    struct reeve_problem problem = {};
    must(reeve_message_prepare(type, &problem), "compile patterns");
    reeve_arena_init(&arena, nullptr, size_t{1} << 20, size_t{16} << 10);
    reeve_buffer_init(&out, nullptr, size_t{1} << 20);
    json->add("decode_ns", ns_each(seconds, [&] {
                  reeve_arena_reset(&arena);
                  must(
                      reeve_message_decode(type, view(bytes), &options, &arena, &message, &problem),
                      "decode");
              }));
    json->add("validate_ns", ns_each(seconds, [&] {
                  must(reeve_message_validate(type, message, 0, nullptr), "validate");
              }));
    json->add("encode_ns", ns_each(seconds, [&] {
                  reeve_buffer_reset(&out);
                  must(reeve_message_encode(type, message, &out), "encode");
              }));
    reeve_buffer_clear(&out);
    reeve_arena_clear(&arena);
}

void measure_others(const std::string &bytes, double seconds, Json *json)
{
    json->add("protobuf_c_ns", ns_each(seconds, [&] {
                  ProtobufCMessage *message = protobuf_c_message_unpack(
                      &reeve_bench_order_descriptor, nullptr, bytes.size(), view(bytes).data);
                  if (message == nullptr) {
                      fail("protobuf-c cannot unpack");
                  }
                  protobuf_c_message_free_unpacked(message, nullptr);
              }));
    json->add("protobuf_cc_new_ns", ns_each(seconds, [&] {
                  reeve_bench::plain::Order fresh;
                  if (!fresh.ParseFromString(bytes)) {
                      fail("protobuf cannot parse");
                  }
              }));
    reeve_bench::plain::Order o;
    json->add("protobuf_cc_ns", ns_each(seconds, [&] {
                  if (!o.ParseFromString(bytes)) {
                      fail("protobuf cannot parse");
                  }
              }));
    std::string out;
    json->add("protobuf_cc_encode_ns", ns_each(seconds, [&] {
                  if (!o.SerializeToString(&out)) {
                      fail("protobuf cannot serialise");
                  }
              }));
}

void measure_frames(double seconds, Json *json)
{
    const std::string spec(256, 's');
    struct reeve_gateway_frame frame = {};
    struct reeve_gateway_frame decoded;
    struct reeve_batch_writer writer;
    struct reeve_batch_reader reader;
    struct reeve_batch_frame raw = {};
    struct reeve_buffer out;
    struct reeve_arena arena;
    frame.type = REEVE_GATEWAY_FRAME_DISPATCH;
    frame.as.dispatch.sequence = 123456;
    frame.as.dispatch.attempt = 1;
    frame.as.dispatch.time_left_ms = 5000;
    frame.as.dispatch.job_spec = view(spec);
    reeve_buffer_init(&out, nullptr, size_t{1} << 20);
    reeve_arena_init(&arena, nullptr, size_t{1} << 20, 0);
    json->add("frame_encode_ns", ns_each(seconds, [&] {
                  reeve_buffer_reset(&out);
                  reeve_batch_writer_init(&writer, &out, size_t{1} << 20);
                  must(reeve_batch_writer_add_gateway(&writer, &frame), "write a frame");
              }));
    json->add("frame_decode_ns", ns_each(seconds, [&] {
                  reeve_arena_reset(&arena);
                  reeve_batch_reader_init(&reader, reeve_buffer_view(&out), size_t{1} << 20);
                  must(reeve_batch_reader_next(&reader, &raw), "read a frame");
                  must(reeve_gateway_frame_decode(raw.number, raw.payload, &arena, &decoded),
                       "decode a frame");
              }));
    reeve_arena_clear(&arena);
    reeve_buffer_clear(&out);
}

void measure_audit(double seconds, Json *json)
{
    const std::string input(64, 'i');
    const std::string output(64, 'o');
    struct reeve_audit_chain chain;
    struct reeve_buffer out;
    reeve_audit_chain_init(&chain, {{1}});
    reeve_buffer_init(&out, nullptr, size_t{1} << 16);
    json->add("audit_ns", ns_each(seconds, [&] {
                  struct reeve_audit_record record = {};
                  struct reeve_job_ended &job = record.as.job_ended;
                  reeve_buffer_reset(&out);
                  record.event = REEVE_AUDIT_JOB_ENDED;
                  job.job_id = job.plan_id = {{1, 2, 3}};
                  job.attempt = 1;
                  job.dispatch_sequence = 123456;
                  job.fingerprint = job.job_digest = {{4, 5, 6}};
                  job.binding = reeve_bytes_cstr("native");
                  job.started_unix_ms = job.ended_unix_ms = 1700000000000;
                  job.status = REEVE_OUTCOME_SUCCEEDED;
                  job.effect = REEVE_EFFECT_DONE;
                  job.task = reeve_bytes_cstr("demo.native.v1.Native/Echo");
                  job.has_input = job.has_output = true;
                  job.input = reeve_audit_commit(reeve_random_id(reeve_random_system()),
                                                 view(input), view(input));
                  job.output = reeve_audit_commit(reeve_random_id(reeve_random_system()),
                                                  view(output), view(output));
                  must(reeve_audit_chain_append(&chain, &record, 1700000000000, &out), "append");
              }));
    reeve_buffer_clear(&out);
}

} // namespace

int main(int argc, char **argv)
{
    const Arguments arguments(argc, argv, {{"seconds", "1"}});
    const double seconds = arguments.seconds("seconds") / 10;
    const std::string bytes = order();
    Json json;
    json.add("bench", "messages").add("message_bytes", static_cast<double>(bytes.size()));
    measure_ours(bytes, seconds, &json);
    measure_others(bytes, seconds, &json);
    measure_frames(seconds, &json);
    measure_audit(seconds, &json);
    json.print();
    return 0;
}
