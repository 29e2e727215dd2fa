/* SPDX-License-Identifier: Apache-2.0 */
/* Self-check: a generated message goes out and comes back, and a string that is not UTF-8 is
 * refused. */
#include <pb_decode.h>
#include <pb_encode.h>
#include <stdio.h>

#include "check.pb.h"

static bool decodes(const pb_byte_t *bytes, size_t length)
{
    Check decoded = Check_init_zero;
    pb_istream_t in = pb_istream_from_buffer(bytes, length);
    return pb_decode(&in, Check_fields, &decoded);
}

int main(void)
{
    Check message = {"reeve"};
    pb_byte_t bytes[16];
    pb_ostream_t out = pb_ostream_from_buffer(bytes, sizeof bytes);
    if (!pb_encode(&out, Check_fields, &message) || !decodes(bytes, out.bytes_written))
        return 1;
    bytes[2] = 0xff;
    if (decodes(bytes, out.bytes_written))
        return 2;
    printf("%s\n", NANOPB_VERSION);
    return 0;
}
