// SPDX-License-Identifier: Apache-2.0
//
// A gateway that is not to be trusted: one dispatch of a message is replaced by what must not run.
// Its place in the session is kept, so that nothing but the worker's own checks stands in the way.
#include "agent/base/arena.h"
#include "agent/codec/batch.h"
#include "agent/codec/job_spec.h"
#include "agent/trust/dsse.h"
#include "tests/sim/world.h"

namespace reeve_sim
{

namespace
{

enum Forgery {
    kNoPlan,           // approvals left out
    kForeignSignature, // by a key that nobody trusts
    kNotAllowed,       // a task that is not on the allowlist
    kWrongFingerprint,
    kOver, // its time is long past
    kForeignTenant,
    kAgain,       // ran here before: a new number, a new attempt
    kOldSequence, // ran here before: its old number
    kForgeries,
};

struct Spec {
    reeve_job_spec spec;
    std::string bytes;
};

bool Encode(Spec &made)
{
    reeve_buffer buffer;
    reeve_buffer_init(&buffer, nullptr, 1u << 16);
    const bool good = reeve_job_spec_encode(&made.spec, &buffer) == REEVE_OK;
    made.bytes = Text(reeve_buffer_view(&buffer));
    reeve_buffer_clear(&buffer);
    return good;
}

} // namespace

class Forger
{
  public:
    Forger(Sim &sim, const Conn &conn) : sim_(sim), conn_(conn)
    {
        reeve_arena_init(&arena_, nullptr, 1u << 22, 0);
    }
    ~Forger()
    {
        reeve_arena_clear(&arena_);
    }
    Forger(const Forger &) = delete;
    Forger &operator=(const Forger &) = delete;

    // False: this message has nothing to be replaced.
    bool Rewrite(const std::string &message, std::string *to)
    {
        reeve_batch_reader reader;
        reeve_batch_frame raw;
        reeve_buffer buffer;
        reeve_buffer_init(&buffer, nullptr, size_t{1} << 24);
        reeve_batch_writer writer;
        reeve_batch_writer_init(&writer, &buffer, size_t{1} << 24);
        reeve_batch_reader_init(&reader, View(message), size_t{1} << 24);
        bool forged = false;
        while (reeve_batch_reader_next(&reader, &raw) == REEVE_OK && raw.number != 0) {
            reeve_gateway_frame frame;
            bool good =
                reeve_gateway_frame_decode(raw.number, raw.payload, &arena_, &frame) == REEVE_OK;
            if (good && !forged && frame.type == REEVE_GATEWAY_FRAME_DISPATCH) {
                forged = Replace(frame.as.dispatch);
            }
            good = good && reeve_batch_writer_add_gateway(&writer, &frame) == REEVE_OK;
            forged = forged && good;
        }
        if (forged) {
            *to = Text(reeve_buffer_view(&buffer));
        }
        reeve_buffer_clear(&buffer);
        return forged;
    }

  private:
    bool Replace(reeve_dispatch &d)
    {
        if (reeve_job_spec_decode(d.job_spec, &made_.spec) != REEVE_OK) {
            return false;
        }
        const std::string id = Key(made_.spec.job_id);
        const int kind = KindOf(made_.spec.task);
        const bool approved = d.has_plan && kind < kKinds && Task(kind).approved;
        const uint64_t choices = approved && sim_.rng.OneIn(2) ? 2 : kForgeries;
        const int forgery = static_cast<int>(sim_.rng.Below(choices));
        bool done = false;
        if (forgery == kNoPlan || forgery == kForeignSignature) {
            done = approved && Unapprove(d, forgery == kForeignSignature);
            if (done) {
                sim_.ledger.Never(id, d.attempt);
            }
        } else if (forgery == kAgain || forgery == kOldSequence) {
            done = Repeat(d, forgery == kOldSequence);
        } else {
            done = Invent(d, forgery);
        }
        if (done) {
            sim_.Trace("forger: %d in the place of %s attempt %u", forgery, sim_.Short(id).c_str(),
                       d.attempt);
            sim_.ledger.Find(id)->forged = true;
        }
        return done;
    }

    bool Unapprove(reeve_dispatch &d, bool sign)
    {
        if (!sign) {
            d.has_plan = false;
            return true;
        }
        reeve_key key;
        const uint8_t seed[32] = {66};
        reeve_key_init(&key);
        const bool good =
            reeve_key_from_seed(&key, reeve_bytes_of(seed, sizeof seed)) == REEVE_OK &&
            reeve_dsse_sign(&key, REEVE_PLAN_STATEMENT_TYPE, d.plan.statement, nullptr, &signed_) ==
                REEVE_OK;
        reeve_key_clear(&key);
        signature_ = reeve_signed_view(&signed_);
        d.plan.signatures.items = &signature_;
        d.plan.signatures.count = 1;
        return good;
    }

    bool Repeat(reeve_dispatch &d, bool old_sequence)
    {
        const JobFact *job = sim_.ledger.RanOn(Key(conn_.worker->journal_id), !old_sequence);
        auto seen =
            job == nullptr ? sim_.network.dispatched.end() : sim_.network.dispatched.find(job->id);
        if (seen == sim_.network.dispatched.end()) {
            return false;
        }
        kept_ = seen->second.spec;
        statement_ = seen->second.statement;
        key_id_ = seen->second.key_id;
        proof_ = seen->second.signature;
        d.job_spec = View(kept_);
        d.has_plan = !statement_.empty();
        d.plan.statement = View(statement_);
        signature_ = {View(key_id_), View(proof_)};
        d.plan.signatures.items = &signature_;
        d.plan.signatures.count = d.has_plan ? 1 : 0;
        d.attempt = seen->second.attempt + (old_sequence ? 0 : 1);
        d.sequence = old_sequence ? seen->second.sequence : d.sequence;
        return true;
    }

    // A job that nobody submitted.
    bool Invent(reeve_dispatch &d, int forgery)
    {
        made_.spec.job_id = reeve_random_id(sim_.rng.random());
        int kind = kCreate;
        if (forgery == kNotAllowed) {
            kind = kDenied;
        }
        made_.spec.task = reeve_bytes_cstr(Task(kind).name);
        made_.spec.fingerprint = FingerprintOf(forgery == kWrongFingerprint ? kPut : kind);
        if (forgery == kOver) {
            made_.spec.not_after_unix_ms -= 3600000;
            made_.spec.not_before_unix_ms -= 3600000;
        }
        if (forgery == kForeignTenant) {
            made_.spec.tenant = reeve_bytes_cstr("other");
        }
        d.has_plan = false;
        if (!Encode(made_)) {
            return false;
        }
        d.job_spec = View(made_.bytes);
        return true;
    }

    Sim &sim_;
    const Conn &conn_;
    reeve_arena arena_;
    Spec made_ = {};
    std::string kept_, statement_, key_id_, proof_;
    reeve_signed signed_ = {};
    reeve_signature signature_ = {};
};

void Network::Note(const reeve_dispatch &d)
{
    reeve_job_spec spec;
    if (reeve_job_spec_decode(d.job_spec, &spec) != REEVE_OK) {
        return;
    }
    Dispatched &seen = dispatched[Key(spec.job_id)];
    seen = {Text(d.job_spec), "", "", "", d.attempt, d.sequence};
    if (d.has_plan && d.plan.signatures.count > 0) {
        seen.statement = Text(d.plan.statement);
        seen.key_id = Text(d.plan.signatures.items[0].key_id);
        seen.signature = Text(d.plan.signatures.items[0].signature);
    }
}

std::string Network::Forge(const Conn &conn, const std::string &message)
{
    std::string forged;
    Forger forger(sim_, conn);
    if (!forger.Rewrite(message, &forged)) {
        return message;
    }
    forge--;
    sim_.faults.counts[kForge]++;
    return forged;
}

} // namespace reeve_sim
