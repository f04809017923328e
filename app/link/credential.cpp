// SPDX-License-Identifier: Apache-2.0
#include "app/link/credential.h"

#include <QCryptographicHash>
#include <QHostAddress>
#include <QMessageAuthenticationCode>
#include <QRegularExpression>

#include <cstdlib>

namespace holdfast::credential {

namespace {

QByteArray hmac(const QByteArray &token, const QByteArray &message)
{
    return QMessageAuthenticationCode::hash(message, token, QCryptographicHash::Sha256).toHex();
}

QByteArray clientMac(const QByteArray &token, const QByteArray &nonce, std::int64_t timeMs)
{
    return hmac(token, "client:" + nonce + ':' + QByteArray::number(static_cast<qlonglong>(timeMs)));
}

bool equalInConstantTime(const QByteArray &a, const QByteArray &b)
{
    if (a.size() != b.size())
        return false;
    unsigned difference = 0;
    for (qsizetype i = 0; i < a.size(); ++i)
        difference |= static_cast<unsigned>(a[i] ^ b[i]);
    return difference == 0;
}

} // namespace

bool isLoopback(const QUrl &url)
{
    return url.host() == QLatin1String("localhost") || QHostAddress(url.host()).isLoopback();
}

Offer offer(const Endpoint &endpoint, const std::string &nonce, std::int64_t wallTimeMs)
{
    if (!isLoopback(endpoint.url))
        return {"Bearer " + endpoint.token, {}};
    const QByteArray once = QByteArray::fromStdString(nonce);
    const QByteArray mac = clientMac(endpoint.token, once, wallTimeMs);
    const QByteArray time = QByteArray::number(static_cast<qlonglong>(wallTimeMs));
    return {"Holdfast-HMAC nonce=" + once + ", time=" + time + ", mac=" + mac,
            hmac(endpoint.token, "gateway:" + once).toStdString()};
}

Verdict check(const QByteArray &authorization, const QByteArray &token, std::int64_t wallTimeMs)
{
    static const QByteArray bearer = "Bearer ";
    if (authorization.startsWith(bearer)) {
        const bool isSame =
            equalInConstantTime(hmac("compare", authorization.mid(bearer.size())), hmac("compare", token));
        return {isSame ? Verdict::Kind::Accepted : Verdict::Kind::Refused, {}, {}};
    }
    static const QRegularExpression pattern(
        QStringLiteral("^Holdfast-HMAC nonce=([0-9a-f]{32}), time=([0-9]{1,15}), mac=([0-9a-f]{64})$"));
    const QRegularExpressionMatch match = pattern.match(QString::fromLatin1(authorization));
    if (!match.hasMatch())
        return {};
    const QByteArray nonce = match.captured(1).toLatin1();
    const std::int64_t time = match.captured(2).toLongLong();
    const bool isSame = equalInConstantTime(clientMac(token, nonce, time), match.captured(3).toLatin1());
    if (!isSame)
        return {};
    if (std::llabs(time - wallTimeMs) > windowMs)
        return {Verdict::Kind::Stale, {}, {}};
    return {Verdict::Kind::Accepted, hmac(token, "gateway:" + nonce).toStdString(), nonce.toStdString()};
}

} // namespace holdfast::credential
