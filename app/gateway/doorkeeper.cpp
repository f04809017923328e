// SPDX-License-Identifier: Apache-2.0
#include "app/gateway/doorkeeper.h"

#include "app/link/credential.h"
#include "model/protocol/limits.h"

#include <QList>

namespace holdfast {

namespace {

bool contains(const std::optional<QByteArray> &list, const QByteArray &word)
{
    if (!list)
        return false;
    for (const QByteArray &each : list->toLower().split(',')) {
        if (each.trimmed() == word)
            return true;
    }
    return false;
}

QByteArray phraseOf(int status)
{
    switch (status) {
    case 400:
        return "Bad Request";
    case 401:
        return "Unauthorized";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 408:
        return "Request Timeout";
    case 421:
        return "Misdirected Request";
    case 426:
        return "Upgrade Required";
    case 431:
        return "Request Header Fields Too Large";
    case 503:
        return "Service Unavailable";
    default:
        return "Refused";
    }
}

} // namespace

Doorkeeper::Verdict Doorkeeper::judge(const RequestHead &head, int connections, std::int64_t wallTimeMs)
{
    if (head.method != "GET")
        return Refused{405, "a session begins with GET"};
    if (head.target != limits::path)
        return Refused{404, QByteArray("sessions are at ") + limits::path};
    const std::optional<QByteArray> host = head.only("host");
    if (!host || !isOurs(*host))
        return Refused{421, "this gateway is not reached by that name"};
    if (head.has("origin"))
        return Refused{403, "no web page is a client of this gateway"};
    if (!contains(head.only("upgrade"), "websocket"))
        return Refused{426, "a session needs a WebSocket upgrade"};
    if (!contains(head.only("sec-websocket-protocol"), limits::subprotocol))
        return Refused{426, QByteArray("this gateway speaks ") + limits::subprotocol};
    const auto verdict =
        credential::check(head.only("authorization").value_or(QByteArray()), m_options.token, wallTimeMs);
    if (verdict.kind == credential::Verdict::Kind::Refused)
        return Refused{401, "the token is not the gateway's"};
    if (verdict.kind == credential::Verdict::Kind::Stale)
        return Refused{408, "this proof is not of now; make another one"};
    if (!verdict.nonce.empty() && !isFresh(verdict.nonce, wallTimeMs))
        return Refused{401, "this proof was used before"};
    if (connections >= m_options.connectionsMax)
        return Refused{503, "too many connections; come back later"};
    return Admitted{verdict.proof};
}

/// DNS rebinding makes a browser send a foreign name to a loopback address: only our own names pass. The port
/// is no part of it, for a proxy in front (the fault proxy, say) has one of its own.
bool Doorkeeper::isOurs(const QByteArray &host) const
{
    const qsizetype colon = host.lastIndexOf(':');
    const QByteArray name = (colon > host.lastIndexOf(']') ? host.left(colon) : host).toLower();
    if (name == "localhost" || name == "127.0.0.1" || name == "[::1]")
        return true;
    return !name.isEmpty() && QHostAddress(QString::fromLatin1(name)) == m_options.address;
}

bool Doorkeeper::isFresh(const std::string &nonce, std::int64_t wallTimeMs)
{
    std::erase_if(m_nonces, [wallTimeMs](const auto &seen) { return seen.second < wallTimeMs; });
    return m_nonces.emplace(nonce, wallTimeMs + 2 * credential::windowMs).second;
}

QByteArray toResponse(const Doorkeeper::Refused &refused)
{
    const QByteArray body = refused.reason + '\n';
    QByteArray response =
        "HTTP/1.1 " + QByteArray::number(refused.status) + ' ' + phraseOf(refused.status) + "\r\n";
    if (refused.status == 426)
        response +=
            QByteArray("Upgrade: websocket\r\nSec-WebSocket-Protocol: ") + limits::subprotocol + "\r\n";
    if (refused.status == 503)
        response += "Retry-After: 5\r\n";
    return response +
           "Content-Type: text/plain; charset=utf-8\r\nContent-Length: " + QByteArray::number(body.size()) +
           "\r\nConnection: close\r\n\r\n" + body;
}

} // namespace holdfast
