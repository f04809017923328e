// SPDX-License-Identifier: Apache-2.0
#include "app/link/websocketlink.h"

#include "app/link/addressrace.h"
#include "app/link/credential.h"
#include "app/link/identity.h"
#include "app/link/monotonicclock.h"
#include "model/protocol/closecode.h"
#include "model/protocol/codec.h"
#include "model/protocol/limits.h"
#include "model/protocol/resumeheader.h"

#include <QNetworkProxy>
#include <QRegularExpression>
#include <QWebSocketHandshakeOptions>

#include <utility>

namespace holdfast {

namespace {

/// The status of a handshake that was answered without an upgrade; 0 when there was none. QWebSocket tells it
/// only inside of its error text ("… http status code: 401 …"), so it is read from there.
int handshakeStatus(const QString &errorText)
{
    static const QRegularExpression pattern(QStringLiteral("status code: (\\d{3})"));
    return pattern.match(errorText).captured(1).toInt();
}

Cause causeOfStatus(int status)
{
    switch (status) {
    case 401:
    case 403:
        return Cause::Unauthorised;
    case 408:
        return Cause::TimedOut;
    case 426:
        return Cause::BadVersion;
    case 429:
    case 503:
        return Cause::Overloaded;
    default:
        return Cause::NotHoldfast;
    }
}

Cause causeOfError(QAbstractSocket::SocketError error)
{
    if (error == QAbstractSocket::ConnectionRefusedError)
        return Cause::Refused;
    if (error == QAbstractSocket::HostNotFoundError || error == QAbstractSocket::NetworkError)
        return Cause::Unreachable;
    if (error == QAbstractSocket::SocketTimeoutError)
        return Cause::TimedOut;
    if (error == QAbstractSocket::SslHandshakeFailedError)
        return Cause::NotHoldfast;
    return Cause::Reset;
}

Cause causeOfClose(quint16 code)
{
    if (code == static_cast<quint16>(CloseCode::BadVersion))
        return Cause::BadVersion;
    if (code == static_cast<quint16>(CloseCode::Unauthorised))
        return Cause::Unauthorised;
    if (code == static_cast<quint16>(CloseCode::Draining))
        return Cause::Drained;
    if (code == static_cast<quint16>(CloseCode::Superseded))
        return Cause::Superseded;
    if (code == static_cast<quint16>(CloseCode::BadFrame))
        return Cause::BadFrame;
    return code == 1013 ? Cause::Overloaded : Cause::Closed;
}

} // namespace

WebSocketLink::WebSocketLink(LinkId id, const Endpoint &endpoint, QObject *parent)
    : QObject(parent), m_id(id), m_endpoint(endpoint)
{
    m_socket.setProxy(QNetworkProxy::NoProxy);
    m_socket.setMaxAllowedIncomingFrameSize(limits::frameBytesToClientMax);
    m_socket.setMaxAllowedIncomingMessageSize(limits::frameBytesToClientMax);
    connect(&m_socket, &QWebSocket::connected, this, &WebSocketLink::onConnected);
    connect(&m_socket, &QWebSocket::binaryMessageReceived, this, &WebSocketLink::received);
    connect(&m_socket, &QWebSocket::textMessageReceived, this,
            [this](const QString &message) { Q_EMIT received(message.toUtf8()); });
    connect(&m_socket, qOverload<QAbstractSocket::SocketError>(&QWebSocket::error), this,
            &WebSocketLink::onError);
    connect(&m_socket, &QWebSocket::disconnected, this, &WebSocketLink::onDisconnected);
}

WebSocketLink::~WebSocketLink() { abort(); }

void WebSocketLink::open(const ResumeRequest &resume)
{
    const credential::Offer offer = credential::offer(m_endpoint, newHex128(), MonotonicClock::wallTime().ms);
    m_expectedProof = offer.expectedProof;
    QUrl url = m_endpoint.url;
    url.setPath(QString::fromLatin1(limits::path));
    m_request.setUrl(url);
    m_request.setRawHeader("Authorization", offer.authorization);
    m_request.setRawHeader("Holdfast-Resume", QByteArray::fromStdString(toHeader(resume)));
    if (credential::isLoopback(url) || !QHostAddress(url.host()).isNull())
        return dial();
    QHostInfo::lookupHost(url.host(), this, &WebSocketLink::onResolved);
}

void WebSocketLink::onResolved(const QHostInfo &host)
{
    if (m_stage != Stage::Opening)
        return;
    if (host.error() != QHostInfo::NoError)
        return end(Cause::Unreachable, host.errorString());
    if (host.addresses().size() > 1) {
        const int usual = m_request.url().scheme() == QLatin1String("wss") ? 443 : 80;
        m_race = std::make_unique<AddressRace>(host.addresses(),
                                               static_cast<quint16>(m_request.url().port(usual)));
        m_socket.setProxy(m_race->proxy());
    }
    dial();
}

void WebSocketLink::dial()
{
    QWebSocketHandshakeOptions options;
    options.setSubprotocols({QString::fromLatin1(limits::subprotocol)});
    m_socket.open(m_request, options);
}

void WebSocketLink::send(const Frame &frame)
{
    const std::string bytes = codec::encode(frame);
    m_socket.sendBinaryMessage(QByteArray::fromRawData(bytes.data(), static_cast<qsizetype>(bytes.size())));
}

void WebSocketLink::abort()
{
    m_stage = Stage::Over;
    m_socket.abort();
}

void WebSocketLink::onConnected()
{
    if (m_socket.subprotocol() != QLatin1String(limits::subprotocol))
        return end(Cause::NotHoldfast, QStringLiteral("a WebSocket server that does not speak our protocol"));
    m_stage = Stage::Open;
    Q_EMIT opened();
}

void WebSocketLink::onError(QAbstractSocket::SocketError error)
{
    if (m_race && m_race->error())
        return end(causeOfError(*m_race->error()), QStringLiteral("no address of the gateway answers"));
    const int status = m_stage == Stage::Opening ? handshakeStatus(m_socket.errorString()) : 0;
    if (status != 0)
        return end(causeOfStatus(status), QStringLiteral("HTTP %1 in the handshake").arg(status));
    // Qt gives an answer that is no HTTP the code of a refused connection: only the text tells them apart.
    if (m_stage == Stage::Opening && error == QAbstractSocket::ConnectionRefusedError &&
        m_socket.errorString() != QLatin1String("Connection refused"))
        return end(Cause::NotHoldfast, m_socket.errorString());
    if (m_stage == Stage::Open && m_socket.closeCode() != QWebSocketProtocol::CloseCodeNormal)
        return end(causeOfClose(m_socket.closeCode()), m_socket.closeReason());
    end(causeOfError(error), m_socket.errorString());
}

void WebSocketLink::onDisconnected()
{
    if (m_stage == Stage::Opening)
        return end(Cause::Reset, QStringLiteral("closed before the handshake was complete"));
    end(causeOfClose(m_socket.closeCode()), m_socket.closeReason());
}

void WebSocketLink::end(Cause cause, const QString &detail)
{
    if (std::exchange(m_stage, Stage::Over) == Stage::Over)
        return;
    Q_EMIT lost(cause, detail, 0);
}

} // namespace holdfast
