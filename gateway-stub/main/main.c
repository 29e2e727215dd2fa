/* SPDX-License-Identifier: Apache-2.0 */
/* reeve-gateway: the reference control plane. */
#include "gateway-stub/main/command.h"

int main(int argc, char **argv)
{
    return reeve_gateway_main(argc, argv);
}
