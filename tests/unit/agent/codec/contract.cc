// SPDX-License-Identifier: Apache-2.0
// The contract as a test oracle (contract.h).
#include "tests/unit/agent/codec/contract.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

namespace pb = google::protobuf;

namespace
{

class Errors : public pb::compiler::MultiFileErrorCollector
{
    void AddError(const std::string &file, int line, int column,
                  const std::string &message) override
    {
        ADD_FAILURE() << file << ":" << line << ":" << column << ": " << message;
    }
};

Errors errors;

// Lengths of fixed bytes fields, by name.
const std::map<std::string, size_t> kFixed = {
    {"job_id", 16},
    {"plan_id", 16},
    {"journal_id", 16},
    {"boot_id", 16},
    {"nonce", 16},
    {"gateway_id", 16},
    {"predecessor_journal_id", 16},
    {"input_salt", 16},
    {"output_salt", 16},
    {"fingerprint", 32},
    {"accepted_fingerprints", 32},
    {"audit_hash", 32},
    {"audit_public_key", 32},
    {"digest", 32},
    {"body_digest", 32},
    {"job_digest", 32},
    {"job_digests", 32},
    {"previous_hash", 32},
    {"predecessor_hash", 32},
    {"policy_digest", 32},
    {"countersign_public_key", 32},
    {"head_hash", 32},
    {"statement_digest", 32},
    {"signature", 64},
};
// Fixed fields that may be missing.
const std::set<std::string> kMayBeEmpty = {"predecessor_journal_id",
                                           "input_salt",
                                           "output_salt",
                                           "body_digest",
                                           "policy_digest",
                                           "countersign_public_key",
                                           "predecessor_hash",
                                           "reeve.v1.ResultChunk.digest",
                                           "reeve.v1.SessionEvent.journal_id",
                                           "reeve.v1.Gap.journal_id"};
// Strings of [a-z0-9-].
const std::set<std::string> kNames = {"tenant", "pool", "pools", "reference"};
// Never left out.
const std::set<std::string> kRequired = {"reeve.v1.JobSpec.tenant",
                                         "reeve.v1.JobSpec.task",
                                         "reeve.v1.PlanStatement.tenant",
                                         "reeve.v1.PlanStatement.job_digests",
                                         "reeve.v1.Welcome.tenant",
                                         "reeve.v1.TaskOffer.task",
                                         "reeve.v1.Label.key",
                                         "reeve.v1.TaskStanding.task",
                                         "reeve.v1.Outcome.audit",
                                         "reeve.v1.Outcome.status",
                                         "reeve.v1.Outcome.effect",
                                         "reeve.v1.AuditAck.countersignature",
                                         "reeve.v1.Signature.key_id",
                                         "reeve.v1.SignedCheckpoint.signature",
                                         "reeve.v1.ResumeEntry.state",
                                         "reeve.v1.Countersignature.signature",
                                         "reeve.v1.AuditEntry.record",
                                         "reeve.v1.SignedCheckpoint.checkpoint",
                                         "reeve.v1.AuditRecord.sequence",
                                         "reeve.v1.Countersignature.checkpoint",
                                         "reeve.v1.Checkpoint.sequence",
                                         "reeve.v1.RenewIdentity.certificate_request",
                                         "reeve.v1.JobSpec.not_after_unix_ms"};

size_t Below(std::mt19937 &rng, size_t n)
{
    return std::uniform_int_distribution<size_t>(0, n - 1)(rng);
}

std::string RandomBytes(std::mt19937 &rng, size_t length)
{
    std::string out(length, '\0');
    for (char &c : out) {
        c = static_cast<char>(1 + Below(rng, 255));
    }
    return out;
}

std::string RandomFrom(std::mt19937 &rng, const std::string &alphabet, size_t length)
{
    std::string out(length, '\0');
    for (char &c : out) {
        c = alphabet[Below(rng, alphabet.size())];
    }
    return out;
}

std::string BytesFor(const pb::FieldDescriptor *field, std::mt19937 &rng)
{
    auto fixed = kFixed.find(field->name());
    if (fixed != kFixed.end()) {
        return RandomBytes(rng, fixed->second);
    }
    return RandomBytes(rng, (field->has_optional_keyword() ? 0 : 1) + Below(rng, 300));
}

std::string StringFor(const pb::FieldDescriptor *field, std::mt19937 &rng)
{
    if (field->name() == "key_id" || field->name() == "approved_by") {
        return RandomFrom(rng, "0123456789abcdef", 32);
    }
    if (kNames.count(field->name()) != 0) {
        return RandomFrom(rng, "abcxyz019-", 1 + Below(rng, 32));
    }
    std::string text = RandomFrom(rng, "abc XYZ/.{}\"\n", 1 + Below(rng, 50));
    return Below(rng, 4) == 0 ? text.substr(0, 10) + "\xc3\xa4\xe2\x82\xac" : text;
}

uint64_t RandomNumber(std::mt19937 &rng)
{
    uint64_t wide = (uint64_t{rng()} << 32) | rng();
    return 1 + (wide >> (1 + Below(rng, 63)));
}

void FillOne(pb::Message *m, const pb::FieldDescriptor *f, std::mt19937 &rng)
{
    const pb::Reflection *r = m->GetReflection();
    switch (f->cpp_type()) {
    case pb::FieldDescriptor::CPPTYPE_UINT32:
        return r->SetUInt32(m, f, static_cast<uint32_t>(RandomNumber(rng) & 0xffffffff));
    case pb::FieldDescriptor::CPPTYPE_UINT64:
        return f->is_repeated() ? r->AddUInt64(m, f, RandomNumber(rng))
                                : r->SetUInt64(m, f, RandomNumber(rng));
    case pb::FieldDescriptor::CPPTYPE_INT64:
        return r->SetInt64(m, f, static_cast<int64_t>(RandomNumber(rng)));
    case pb::FieldDescriptor::CPPTYPE_BOOL:
        return r->SetBool(m, f, true);
    case pb::FieldDescriptor::CPPTYPE_ENUM:
        return r->SetEnum(m, f,
                          f->enum_type()->value(static_cast<int>(
                              1 + Below(rng, size_t(f->enum_type()->value_count() - 1)))));
    case pb::FieldDescriptor::CPPTYPE_STRING: {
        std::string value =
            f->type() == pb::FieldDescriptor::TYPE_BYTES ? BytesFor(f, rng) : StringFor(f, rng);
        return f->is_repeated() ? r->AddString(m, f, value) : r->SetString(m, f, value);
    }
    case pb::FieldDescriptor::CPPTYPE_MESSAGE:
        return Contract::Get().Fill(
            f->is_repeated() ? r->AddMessage(m, f) : r->MutableMessage(m, f), rng);
    default:
        ADD_FAILURE() << "no rule for " << f->full_name();
    }
}

bool Wanted(const pb::FieldDescriptor *f, std::mt19937 &rng)
{
    if (kRequired.count(f->full_name()) != 0) {
        return true;
    }
    bool fixed = f->type() == pb::FieldDescriptor::TYPE_BYTES && kFixed.count(f->name()) != 0;
    if (fixed && kMayBeEmpty.count(f->name()) == 0 && kMayBeEmpty.count(f->full_name()) == 0) {
        return true;
    }
    return Below(rng, 5) != 0;
}

// Rules between fields.
void Agree(pb::Message *m, std::mt19937 &rng)
{
    const pb::Descriptor *d = m->GetDescriptor();
    const pb::Reflection *r = m->GetReflection();
    if (d->name() == "JobSpec") {
        const pb::FieldDescriptor *before = d->FindFieldByName("not_before_unix_ms");
        const pb::FieldDescriptor *after = d->FindFieldByName("not_after_unix_ms");
        int64_t first = r->GetInt64(*m, after) / 2 - 5;
        r->SetInt64(m, before, first);
    }
    if (d->name() == "Outcome") {
        const pb::FieldDescriptor *error = d->FindFieldByName("error");
        if (r->GetEnum(*m, d->FindFieldByName("status"))->number() == 1) {
            r->ClearField(m, error);
        } else if (!r->HasField(*m, error)) {
            Contract::Get().Fill(r->MutableMessage(m, error), rng);
        }
    }
}

} // namespace

Contract &Contract::Get()
{
    static Contract contract;
    return contract;
}

Contract::Contract()
{
    tree_.MapPath("", REEVE_PROTO_DIR);
    importer_ = std::make_unique<pb::compiler::Importer>(&tree_, &errors);
    for (const char *file : {"reeve/v1/worker.proto", "reeve/v1/journal.proto"}) {
        EXPECT_NE(importer_->Import(file), nullptr);
    }
}

std::unique_ptr<pb::Message> Contract::New(const std::string &type)
{
    const pb::Descriptor *d = importer_->pool()->FindMessageTypeByName("reeve.v1." + type);
    EXPECT_NE(d, nullptr) << type;
    return std::unique_ptr<pb::Message>(factory_.GetPrototype(d)->New());
}

std::unique_ptr<pb::Message> Contract::Random(const std::string &type, std::mt19937 &rng)
{
    std::unique_ptr<pb::Message> m = New(type);
    Fill(m.get(), rng);
    return m;
}

void Contract::Fill(pb::Message *m, std::mt19937 &rng)
{
    const pb::Descriptor *d = m->GetDescriptor();
    for (int i = 0; i < d->field_count(); i++) {
        const pb::FieldDescriptor *f = d->field(i);
        if (f->real_containing_oneof() != nullptr || !Wanted(f, rng)) {
            continue;
        }
        size_t count = f->is_repeated() ? 1 + Below(rng, 4) : 1;
        for (size_t n = 0; n < count; n++) {
            FillOne(m, f, rng);
        }
    }
    for (int i = 0; i < d->real_oneof_decl_count(); i++) {
        const pb::OneofDescriptor *one = d->oneof_decl(i);
        FillOne(m, one->field(static_cast<int>(Below(rng, size_t(one->field_count())))), rng);
    }
    Agree(m, rng);
}

std::string Wire(const pb::Message &message)
{
    std::string out;
    {
        pb::io::StringOutputStream stream(&out);
        pb::io::CodedOutputStream coded(&stream);
        coded.SetSerializationDeterministic(true);
        EXPECT_TRUE(message.SerializeToCodedStream(&coded));
    }
    return out;
}

bool Same(const pb::Message &a, const pb::Message &b, std::string *difference)
{
    pb::util::MessageDifferencer differ;
    differ.ReportDifferencesToString(difference);
    return differ.Compare(a, b);
}
