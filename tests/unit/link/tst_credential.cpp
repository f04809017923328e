// SPDX-License-Identifier: Apache-2.0
#include "app/link/credential.h"
#include "app/link/identity.h"

#include <QTest>

#include <set>

using namespace holdfast;

namespace {
const Endpoint local{QUrl(QStringLiteral("ws://127.0.0.1:7411")), "0123456789abcdef"};
const std::string nonce = "00112233445566778899aabbccddeeff";
constexpr std::int64_t now = 1'700'000'000'000;
using Kind = credential::Verdict::Kind;
} // namespace

class CredentialTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void bothSidesProveThatTheyKnowTheToken()
    {
        const auto offer = credential::offer(local, nonce, now);
        const auto verdict = credential::check(offer.authorization, local.token, now + 1000);
        QVERIFY(verdict.kind == Kind::Accepted);
        QCOMPARE(verdict.proof, offer.expectedProof);
        QCOMPARE(verdict.nonce, nonce);
    }
    void theTokenItselfNeverTravelsOnLoopback()
    {
        QVERIFY(!credential::offer(local, nonce, now).authorization.contains(local.token));
        QVERIFY(!QByteArray::fromStdString(credential::offer(local, nonce, now).expectedProof)
                     .contains(local.token));
    }
    void whatIsNotAProofIsRefused_data()
    {
        QTest::addColumn<QByteArray>("authorization");
        QTest::addColumn<qint64>("at");
        const QByteArray good = credential::offer(local, nonce, now).authorization;
        QTest::newRow("nothing") << QByteArray() << qint64(now);
        QTest::newRow("another token")
            << credential::offer({local.url, "ffffffffffffffff"}, nonce, now).authorization << qint64(now);
        QTest::newRow("another time")
            << QByteArray(good).replace("1700000000000", "1700000000001") << qint64(now);
        QTest::newRow("another nonce") << QByteArray(good).replace("00112233", "00112234") << qint64(now);
        QTest::newRow("cut") << good.chopped(1) << qint64(now);
        QTest::newRow("wrong bearer") << QByteArray("Bearer 0123456789abcdeX") << qint64(now);
        QTest::newRow("empty bearer") << QByteArray("Bearer ") << qint64(now);
    }
    void whatIsNotAProofIsRefused()
    {
        QFETCH(QByteArray, authorization);
        QFETCH(qint64, at);
        QVERIFY(credential::check(authorization, local.token, at).kind == Kind::Refused);
    }
    void aProofOfAnotherTimeIsStale()
    {
        const QByteArray good = credential::offer(local, nonce, now).authorization;
        for (const qint64 at : {now + credential::windowMs + 1, now - credential::windowMs - 1})
            QVERIFY(credential::check(good, local.token, at).kind == Kind::Stale);
        QVERIFY(credential::check(good, local.token, now + credential::windowMs).kind == Kind::Accepted);
        QVERIFY(credential::check(good, "ffffffffffffffff", now + credential::windowMs + 1).kind ==
                Kind::Refused);
    }
    void aBearerTokenIsAccepted()
    {
        const auto offer =
            credential::offer({QUrl(QStringLiteral("wss://gateway.example")), local.token}, nonce, now);
        QCOMPARE(offer.authorization, QByteArray("Bearer 0123456789abcdef"));
        QVERIFY(offer.expectedProof.empty());
        QVERIFY(credential::check(offer.authorization, local.token, now).kind == Kind::Accepted);
    }
    void idsAreVersionSevenAndDifferent()
    {
        std::set<std::string> ids;
        for (int i = 0; i < 1000; ++i) {
            const std::string id = newUuid7();
            QCOMPARE(id.size(), std::size_t(36));
            QCOMPARE(id[14], '7');
            QVERIFY(std::string("89ab").find(id[19]) != std::string::npos);
            ids.insert(id);
        }
        QCOMPARE(ids.size(), std::size_t(1000));
        QCOMPARE(newHex128().size(), std::size_t(32));
    }
};

QTEST_GUILESS_MAIN(CredentialTest)
#include "tst_credential.moc"
