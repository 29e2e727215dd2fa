// SPDX-License-Identifier: Apache-2.0
// P5: the audit trail as our gateway exports it, verified by something that is not our code
// (verify.py: hashlib, Google's protobuf, another crypto library). Whatever is changed in the file,
// it names the record.
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "agent/audit/commitment.h"
#include "agent/audit/introduction.h"
#include "agent/base/crc32c.h"
#include "agent/base/hash.h"
#include "agent/base/varint.h"
#include "agent/codec/wire.h"
#include "creds/identity/identity.h"
#include "tests/support/test_pki.h"
#include "tests/unit/gateway-stub/core/harness.h"

namespace
{

using namespace reeve_test;

constexpr const char *worker_identity = "spiffe://test.reeve/worker/one";

reeve_bytes view(const std::string &s)
{
    return reeve_bytes_of(s.data(), s.size());
}

struct Said {
    int status;
    std::string text;
};

Said verify(const std::string &file, const std::string &more)
{
    const std::string command =
        "/usr/bin/python3 " REEVE_TEST_VERIFY " " + file + " " + more + " 2>&1";
    FILE *pipe = popen(command.c_str(), "r");
    std::string text;
    std::array<char, 512> part;
    for (size_t n; (n = fread(part.data(), 1, part.size(), pipe)) > 0;) {
        text.append(part.data(), n);
    }
    const int status = pclose(pipe);
    return {WEXITSTATUS(status), text};
}

std::string hex(reeve_bytes bytes)
{
    static const char digits[] = "0123456789abcdef";
    std::string out;
    for (size_t i = 0; i < bytes.len; i++) {
        out += digits[bytes.data[i] >> 4];
        out += digits[bytes.data[i] & 15];
    }
    return out;
}

class Export : public CoreTest
{
  protected:
    void SetUp() override
    {
        CoreTest::SetUp();
        register_tasks();
        worker = std::make_unique<Worker>(*gateway);
        worker->identity = worker_identity;
        ca = files.write("ca.pem", pki.ca_pem(), 0600);
        worker->connect();
        open_chain(REEVE_PKI_P256);
    }
    void TearDown() override
    {
        worker.reset();
        CoreTest::TearDown();
    }

    // ChainOpened, signed by a real certificate's key.
    void open_chain(enum reeve_pki_key_type type)
    {
        reeve::test::LeafOptions leaf{{worker_identity}};
        leaf.key_type = type;
        const auto paths = files.write_credential("worker", pki.leaf(leaf));
        const reeve_identity_files names = {paths.certificate.c_str(), paths.key.c_str()};
        const reeve_now now = reeve_now_read();
        reeve_identity *identity = nullptr;
        reeve_identity_error why{};
        ASSERT_EQ(reeve_identity_new(&names, &now, &identity, &why), REEVE_OK) << why.text;
        uint8_t message[REEVE_AUDIT_INTRODUCTION_BYTES];
        reeve_audit_introduction_bytes(worker->chain.journal_id, &worker->audit_key.public_key,
                                       message);
        reeve_buffer signature;
        reeve_buffer_init(&signature, nullptr, 1024);
        ASSERT_EQ(
            reeve_identity_sign(identity, reeve_bytes_of(message, sizeof message), &signature),
            REEVE_OK);
        reeve_audit_record record{};
        record.event = REEVE_AUDIT_CHAIN_OPENED;
        record.as.chain_opened.audit_public_key = worker->audit_key.public_key;
        record.as.chain_opened.identity = reeve_bytes_cstr(worker_identity);
        record.as.chain_opened.identity_signature = reeve_buffer_view(&signature);
        record.as.chain_opened.identity_scheme = reeve_bytes_cstr(reeve_identity_scheme(identity));
        record.as.chain_opened.identity_certificate = reeve_identity_leaf_der(identity);
        append(&record, nullptr, nullptr);
        reeve_buffer_clear(&signature);
        reeve_identity_free(identity);
    }

    // A job that ended with an input of which the card was removed, and an output.
    void end_a_job()
    {
        ASSERT_NE(submit(step), nullptr);
        const std::vector<Frame> given = worker->dispatches();
        ASSERT_EQ(given.size(), 1u);
        const reeve_dispatch &dispatch = given[0].frame.as.dispatch;
        reeve_job_spec spec{};
        ASSERT_EQ(reeve_job_spec_decode(dispatch.job_spec, &spec), REEVE_OK);
        reeve_audit_entry entry{};
        entry.has_input_salt = entry.has_output_salt = true;
        entry.input_salt = reeve_random_id(reeve_random_system());
        entry.output_salt = reeve_random_id(reeve_random_system());
        entry.input_body = view(redacted);
        entry.output_body = view(output);
        reeve_audit_record record{};
        record.event = REEVE_AUDIT_JOB_ENDED;
        reeve_job_ended &ended = record.as.job_ended;
        ended.job_id = spec.job_id;
        ended.plan_id = spec.plan_id;
        ended.attempt = dispatch.attempt;
        ended.dispatch_sequence = dispatch.sequence;
        ended.task = spec.task;
        ended.fingerprint = spec.fingerprint;
        ended.job_digest = reeve_sha256_of(dispatch.job_spec);
        ended.has_input = ended.has_output = true;
        ended.input = reeve_audit_commit(entry.input_salt, view(input), view(redacted));
        ended.output = reeve_audit_commit(entry.output_salt, view(output), view(output));
        ended.ended_unix_ms = gateway->now.unix_ms;
        ended.status = REEVE_OUTCOME_SUCCEEDED;
        ended.effect = REEVE_EFFECT_DONE;
        reeve_outcome outcome{};
        outcome.job_id = spec.job_id;
        outcome.attempt = dispatch.attempt;
        outcome.sequence = dispatch.sequence;
        outcome.status = REEVE_OUTCOME_SUCCEEDED;
        outcome.effect = REEVE_EFFECT_DONE;
        outcome.output = view(output);
        append(&record, &entry, &outcome);
    }

    void append(reeve_audit_record *record, reeve_audit_entry *entry, reeve_outcome *outcome)
    {
        reeve_audit_entry plain{};
        entry = entry == nullptr ? &plain : entry;
        reeve_buffer bytes;
        reeve_buffer_init(&bytes, nullptr, 1 << 16);
        ASSERT_EQ(reeve_audit_chain_append(&worker->chain, record, gateway->now.unix_ms, &bytes),
                  REEVE_OK);
        entry->record = reeve_buffer_view(&bytes);
        reeve_worker_frame frame{};
        frame.type = REEVE_WORKER_FRAME_AUDIT;
        frame.as.audit_batch.entries = {entry, 1};
        if (outcome != nullptr) {
            outcome->has_audit = true;
            outcome->audit = *entry;
            frame = {};
            frame.type = REEVE_WORKER_FRAME_OUTCOME;
            frame.as.outcome = *outcome;
        }
        worker->send({frame});
        reeve_buffer_clear(&bytes);
    }

    static void put(std::string &content, const std::string &message)
    {
        uint8_t length[REEVE_VARINT_MAX];
        content.append(reinterpret_cast<char *>(length), reeve_varint_put(length, message.size()));
        content += message;
    }

    static std::string le32(uint32_t value)
    {
        std::string bytes;
        for (int i = 0; i < 4; i++) {
            bytes += static_cast<char>(value >> (8 * i));
        }
        return bytes;
    }

    // The file as `reevectl audit export` writes it.
    std::string write_export()
    {
        worker->checkpoint();
        gateway->advance(2000);
        const Reply reply = gateway->reply(gateway->call(REEVE_CONTROL_EXPORT_AUDIT, ""));
        EXPECT_EQ(reply.code, 0) << reply.text;
        std::string content;
        std::string checksums;
        for (const std::string &message : reply.messages) {
            put(content, message);
            checksums += le32(reeve_crc32c(0, view(message)));
        }
        reeve_v1_export_end end = REEVE_V1_EXPORT_END_INIT;
        end.items = reply.messages.size();
        end.item_checksums = {checksums.size(), reinterpret_cast<uint8_t *>(&checksums[0])};
        end.checksum = reeve_crc32c(0, view(checksums));
        reeve_v1_export_audit_response item = REEVE_V1_EXPORT_AUDIT_RESPONSE_INIT;
        item.item_case = REEVE_V1_EXPORT_AUDIT_RESPONSE_ITEM_END;
        item.end = &end;
        put(content, encode(reeve_v1_export_audit_response_message, &item));
        return files.write("audit.export", content, 0600);
    }

    std::string read(const std::string &path)
    {
        FILE *file = fopen(path.c_str(), "rb");
        std::string content(1 << 20, '\0');
        content.resize(fread(&content[0], 1, content.size(), file));
        fclose(file);
        return content;
    }

    // The file with one byte changed, behind the nth place where `mark` stands.
    std::string changed(const std::string &path, const std::string &mark, size_t behind)
    {
        std::string content = read(path);
        const size_t at = content.find(mark);
        EXPECT_NE(at, std::string::npos);
        content[at + behind] = static_cast<char>(content[at + behind] ^ 1);
        return files.write("changed.export", content, 0600);
    }

    reeve::test::TestPki pki;
    reeve::test::TempDir files;
    std::string ca;
    std::unique_ptr<Worker> worker;
    const std::string input = "\n\x0a"
                              "the-input!\x12\x04"
                              "4711";
    const std::string redacted = "\n\x0a"
                                 "the-input!";
    const std::string output = "\n\x0a"
                               "the-output";
};

TEST_F(Export, P5VerifiesWithoutOurCode)
{
    end_a_job();
    end_a_job();
    const Said said = verify(write_export(), "--ca " + ca);
    EXPECT_EQ(said.status, 0) << said.text;
    EXPECT_NE(said.text.find("worker's chain, 3 records unbroken, signed up to 3, countersigned up "
                             "to 3, 0 behind the last signature, 4 bodies match"),
              std::string::npos)
        << said.text;
    EXPECT_NE(said.text.find("gateway's chain"), std::string::npos) << said.text;
    EXPECT_NE(said.text.find("verified: 2 chains"), std::string::npos) << said.text;
}

TEST_F(Export, P5KnowsTheGatewayByItsKeyAndId)
{
    end_a_job();
    const std::string file = write_export();
    const std::string id = hex(reeve_id_view(&worker->welcome.gateway_id));
    const std::string key = hex(reeve_bytes_of(worker->welcome.countersign_public_key.bytes, 32));
    const Said right = verify(file, "--gateway-id " + id + " --tenant t --gateway-key " + key);
    EXPECT_EQ(right.status, 0) << right.text;
    const Said tenant = verify(file, "--gateway-id " + id + " --tenant other");
    EXPECT_EQ(tenant.status, 1) << tenant.text;
    const Said other = verify(file, "--gateway-key " + std::string(64, '0'));
    EXPECT_EQ(other.status, 1) << other.text;
    EXPECT_NE(other.text.find("COUNTERSIGNATURE_KEY"), std::string::npos) << other.text;
}

TEST_F(Export, P5NamesTheRecordWithAChangedByte)
{
    end_a_job();
    end_a_job();
    const std::string file = write_export();
    // The task's name stands in the record of each job; the first of them is record 2.
    const Said record = verify(changed(file, step, 3), "");
    EXPECT_EQ(record.status, 1) << record.text;
    EXPECT_NE(record.text.find("record 2: HASH"), std::string::npos) << record.text;
    const Said body = verify(changed(file, "the-input!", 3), "");
    EXPECT_NE(body.text.find("record 2: BODY: the input is not"), std::string::npos) << body.text;
    const Said answer = verify(changed(file, "the-output", 3), "");
    EXPECT_NE(answer.text.find("record 2: BODY: the output is not"), std::string::npos)
        << answer.text;
}

// What no chain covers (here: when the gateway received a record) is covered by the file's end.
TEST_F(Export, P5NoticesDamageBesideTheChains)
{
    end_a_job();
    const Said said = verify(changed(write_export(), worker_identity, 3), "");
    EXPECT_EQ(said.status, 1) << said.text;
    EXPECT_NE(said.text.find("BROKEN: the file: CHECKSUM: item 0"), std::string::npos) << said.text;
}

TEST_F(Export, P5MissesWhatWasCutOff)
{
    end_a_job();
    const std::string content = read(write_export());
    for (size_t cut = 1; cut < content.size(); cut += content.size() / 8) {
        const std::string path = files.write("cut.export", content.substr(0, cut), 0600);
        const Said said = verify(path, "");
        EXPECT_NE(said.status, 0) << "cut after " << cut << " bytes: " << said.text;
    }
}

// The gateway's store is copied back from a backup, and the worker has let go of what was
// acknowledged: the hole is explained by a record in the gateway's own chain, or it is a break.
TEST_F(Export, P5FindsTheRecordThatExplainsAHole)
{
    const auto copy = std::filesystem::copy_options::overwrite_existing;
    end_a_job();
    gateway->crash();
    std::filesystem::copy(directory + "/gateway.db", directory + "/backup.db");
    gateway->start();
    worker->connect();
    end_a_job();
    worker->next.settled_mark = worker->chain.sequence;
    gateway->crash();
    std::filesystem::remove(directory + "/gateway.db-wal");
    std::filesystem::remove(directory + "/gateway.db-shm");
    std::filesystem::copy(directory + "/backup.db", directory + "/gateway.db", copy);
    gateway->start();
    worker->connect();
    reeve_audit_record record{};
    record.event = REEVE_AUDIT_SESSION;
    record.as.session.kind = REEVE_SESSION_EVENT_ROLLED_BACK;
    append(&record, nullptr, nullptr);
    const std::string file = write_export();
    const Said said = verify(file, "");
    EXPECT_EQ(said.status, 0) << said.text;
    EXPECT_NE(said.text.find("4 records unbroken but for 1 that"), std::string::npos) << said.text;
    const Said broken = verify(changed(file, "STORE_ROLLED_BACK", 25), "");
    EXPECT_NE(broken.text.find("SEQUENCE"), std::string::npos) << broken.text;
}

TEST_F(Export, P5RefusesAForeignIdentity)
{
    end_a_job();
    const reeve::test::TestPki stranger("another CA");
    const std::string other = files.write("other.pem", stranger.ca_pem(), 0600);
    const Said said = verify(write_export(), "--ca " + other);
    EXPECT_EQ(said.status, 1);
    EXPECT_NE(said.text.find("record 1: INTRODUCTION: no given CA issued"), std::string::npos)
        << said.text;
}

// Every kind of identity key introduces its chain in a way that others can check.
class Scheme : public Export, public ::testing::WithParamInterface<enum reeve_pki_key_type>
{
  protected:
    void SetUp() override
    {
        CoreTest::SetUp();
        register_tasks();
        worker = std::make_unique<Worker>(*gateway);
        worker->identity = worker_identity;
        worker->connect();
        open_chain(GetParam());
    }
};

TEST_P(Scheme, P5Verifies)
{
    const Said said = verify(write_export(), "");
    EXPECT_EQ(said.status, 0) << said.text;
    EXPECT_NE(said.text.find("worker's chain, 1 records"), std::string::npos) << said.text;
}

INSTANTIATE_TEST_SUITE_P(Kinds, Scheme,
                         ::testing::Values(REEVE_PKI_P256, REEVE_PKI_ED25519, REEVE_PKI_RSA2048));

} // namespace
