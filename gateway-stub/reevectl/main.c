/* SPDX-License-Identifier: Apache-2.0 */
/* reevectl */
#include "gateway-stub/reevectl/program.h"

int main(int argc, char **argv)
{
    return reeve_ctl_main(argc, argv);
}
