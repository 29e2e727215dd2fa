// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/keys.h"

#include <exception>

#include "agent/base/hash.h"

namespace reeve_sim
{

namespace
{

reeve_key Made(reeve_bytes seed)
{
    reeve_key key;
    reeve_key_init(&key);
    if (reeve_key_from_seed(&key, seed) != REEVE_OK) {
        std::terminate();
    }
    return key;
}

reeve_status Sign(void *ctx, reeve_bytes message, uint8_t signature[REEVE_SIGNATURE_LENGTH])
{
    reeve_signed made;
    REEVE_TRY(reeve_key_sign(static_cast<reeve_key *>(ctx), message, &made));
    reeve_move(signature, made.signature, REEVE_SIGNATURE_LENGTH);
    return REEVE_OK;
}

} // namespace

reeve_key KeyFrom(const std::string &seed)
{
    const reeve_digest digest = reeve_sha256_of(reeve_bytes_of(seed.data(), seed.size()));
    return Made(reeve_digest_view(&digest));
}

reeve_key KeyOf(uint8_t number)
{
    const uint8_t seed[32] = {number};
    return Made(reeve_bytes_of(seed, sizeof seed));
}

void SignWith(reeve_key &key, reeve_gateway_options *options)
{
    options->signer.sign = Sign;
    options->signer.ctx = &key;
    reeve_move(options->signer.public_key, key.public_key.bytes, sizeof options->signer.public_key);
}

reeve_store_sealer SealerOf(const reeve_key &key, const char *build)
{
    reeve_store_sealer sealer = {};
    sealer.seal = reeve_gateway_seal;
    sealer.ctx = const_cast<char *>(build);
    reeve_move(sealer.public_key, key.public_key.bytes, sizeof sealer.public_key);
    return sealer;
}

reeve_gateway_approver ApproverOf(const reeve_key &key)
{
    reeve_gateway_approver approver = {};
    approver.tenant = "t";
    approver.name = "boss";
    reeve_move(approver.public_key, key.public_key.bytes, sizeof approver.public_key);
    return approver;
}

} // namespace reeve_sim
