/* SPDX-License-Identifier: Apache-2.0 */
/* The detector of P2: finds a credential in bytes, in every form in which it could travel. It is
 * written apart from the worker's own redactor on purpose: each checks the other. */
#ifndef REEVE_TESTS_INTEGRATION_SUPPORT_LEAK_H
#define REEVE_TESTS_INTEGRATION_SUPPORT_LEAK_H

#include <string>
#include <vector>

namespace reeve::test
{

struct Form {
    std::string name; /* "base64 at 1" */
    std::string text;
};

std::string to_base64(const std::string &bytes, bool url = false);
std::string to_hex(const std::string &bytes, bool upper = false);
/* Every byte that is not a letter or digit, or all of them, as %XX. */
std::string to_percent(const std::string &bytes, bool all);
/* \" and \\, and \/ or not; or every byte as \u00XX. */
std::string to_json(const std::string &bytes, bool slashes);
std::string to_json_units(const std::string &bytes);

class LeakDetector
{
  public:
    explicit LeakDetector(const std::string &secret);
    /* The names of the forms that occur in `text`. */
    std::vector<std::string> find(const std::string &text) const;
    const std::vector<Form> &forms() const
    {
        return forms_;
    }

  private:
    std::vector<Form> forms_;
};

} // namespace reeve::test
#endif
