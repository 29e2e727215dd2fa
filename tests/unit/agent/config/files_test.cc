// SPDX-License-Identifier: Apache-2.0
//
// Files and directories that a configuration names, before anything is connected.
#include "agent/config/files.h"

#include <sys/stat.h>
#include <unistd.h>

#include "config_fixture.h"

namespace
{

class Files : public testing::Test
{
  protected:
    void fill(Loaded *l)
    {
        const reeve::test::Credential worker = pki_.worker();
        l->directory().write("ca.pem", pki_.ca_pem(), 0600);
        l->directory().write("crm-ca.pem", pki_.ca_pem(), 0600);
        l->directory().write("worker.pem", worker.chain_pem, 0600);
        l->directory().write("worker.key", worker.key_pem, 0600);
        mkdir(l->in_directory("run").c_str(), 0700);
    }
    enum reeve_status check(Loaded *l)
    {
        const reeve_now now = reeve_now_read();
        reeve_identity *identity = nullptr;
        const enum reeve_status status =
            reeve_config_open_identity(l->config(), &now, l->report(), &identity);
        reeve_identity_free(identity);
        EXPECT_EQ(reeve_config_check_files(l->config(), l->report()), REEVE_OK);
        return status;
    }
    /* What is complained about a field, or "". */
    static std::string rule(const Loaded &l, const char *field)
    {
        const reeve_config_item *item = l.about(field);
        return item != nullptr ? item->rule : "";
    }
    reeve::test::TestPki pki_;
};

TEST_F(Files, AllThereIsFine)
{
    Loaded l(kGoodConfig);
    fill(&l);
    EXPECT_EQ(check(&l), REEVE_OK);
    EXPECT_EQ(l.text(), "");
}

TEST_F(Files, AKeyThatOthersMayReadIsRefused)
{
    Loaded l(kGoodConfig);
    fill(&l);
    chmod(l.in_directory("worker.key").c_str(), 0644);
    EXPECT_EQ(check(&l), REEVE_CONFIG);
    const reeve_config_item *item = l.about("identity.key_file");
    ASSERT_NE(item, nullptr) << l.text();
    EXPECT_STREQ(item->rule, "identity.PERMISSION");
    EXPECT_EQ(item->line, 6u);
    EXPECT_NE(std::string(item->next_step).find("chmod 600"), std::string::npos) << item->next_step;
}

TEST_F(Files, AMissingCertificateIsNamed)
{
    Loaded l(kGoodConfig);
    fill(&l);
    unlink(l.in_directory("worker.pem").c_str());
    EXPECT_EQ(check(&l), REEVE_CONFIG);
    const reeve_config_item *item = l.about("identity.certificate_file");
    ASSERT_NE(item, nullptr) << l.text();
    EXPECT_EQ(item->line, 5u);
    EXPECT_STRNE(item->next_step, "");
}

TEST_F(Files, AKeyOfAnotherCertificateIsRefused)
{
    Loaded l(kGoodConfig);
    fill(&l);
    l.directory().write("worker.key", pki_.worker().key_pem, 0600);
    EXPECT_EQ(check(&l), REEVE_CONFIG);
    EXPECT_NE(l.text().find("error: identity"), std::string::npos) << l.text();
}

TEST_F(Files, CaBundlesAreReadAndLookedInto)
{
    Loaded l(kGoodConfig);
    fill(&l);
    unlink(l.in_directory("ca.pem").c_str());
    l.directory().write("crm-ca.pem", "not a certificate\n", 0600);
    EXPECT_EQ(check(&l), REEVE_OK);
    EXPECT_EQ(rule(l, "gateway.ca_file"), "ca_file");
    EXPECT_EQ(rule(l, "systems[\"crm\"].http.ca_file"), "ca_file");
    EXPECT_EQ(l.about("gateway.ca_file")->line, 3u);
    EXPECT_EQ(l.about("systems[\"crm\"].http.ca_file")->line, 14u);
}

// As the identity's: a client certificate whose key others may read is refused before it is used.
TEST_F(Files, P2AClientCertificatesKeyIsPrivateAndItsOwn)
{
    const std::string part = "headers: { X-Tenant: blue }";
    Loaded l(with(kGoodConfig, part,
                  part + "\n      client_certificate: { certificate_file: crm.pem, key_file: "
                         "crm.key }"));
    const char *field = "systems[\"crm\"].http.client_certificate";
    const reeve::test::Credential own = pki_.worker();
    fill(&l);
    l.directory().write("crm.pem", own.chain_pem, 0600);
    l.directory().write("crm.key", own.key_pem, 0644);
    EXPECT_EQ(check(&l), REEVE_OK);
    EXPECT_EQ(rule(l, field), "certificate");
    EXPECT_NE(l.text().find("(mode 0644)"), std::string::npos) << l.text();
    EXPECT_NE(l.text().find("chmod 600"), std::string::npos) << l.text();
    l.directory().write("crm.key", pki_.worker().key_pem, 0600);
    EXPECT_EQ(check(&l), REEVE_OK);
    EXPECT_NE(l.text().find("does not belong to certificate"), std::string::npos) << l.text();
    EXPECT_EQ(l.text().find("PRIVATE KEY"), std::string::npos) << l.text();
}

TEST_F(Files, DirectoriesMustBeThere)
{
    Loaded l(with(kGoodConfig, "directory: journal", "directory: no/such/journal"));
    fill(&l);
    rmdir(l.in_directory("run").c_str());
    EXPECT_EQ(check(&l), REEVE_OK);
    EXPECT_EQ(rule(l, "journal.directory"), "directory");
    EXPECT_EQ(rule(l, "status.socket"), "directory");
    EXPECT_NE(std::string(l.about("journal.directory")->next_step).find("install -d -m 700"),
              std::string::npos);
}

} // namespace
