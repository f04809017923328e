// SPDX-License-Identifier: Apache-2.0
#include "app/gateway/clientconnection.h"

#include "model/protocol/codec.h"
#include "model/protocol/limits.h"
#include "model/protocol/resumeheader.h"

#include <QNetworkRequest>

#include <utility>

namespace holdfast {

ClientConnection::ClientConnection(LinkId id, std::unique_ptr<QWebSocket> socket, std::string proof,
                                   QObject *parent)
    : QObject(parent), m_id(id), m_socket(std::move(socket)), m_proof(std::move(proof))
{
    m_socket->setMaxAllowedIncomingFrameSize(limits::frameBytesToGatewayMax);
    m_socket->setMaxAllowedIncomingMessageSize(limits::frameBytesToGatewayMax);
    connect(m_socket.get(), &QWebSocket::binaryMessageReceived, this, &ClientConnection::onMessage);
    connect(m_socket.get(), &QWebSocket::textMessageReceived, this,
            [this](const QString &message) { onMessage(message.toUtf8()); });
    connect(m_socket.get(), &QWebSocket::bytesWritten, this, &ClientConnection::onBytesWritten);
    connect(m_socket.get(), &QWebSocket::disconnected, this, [this] {
        if (std::exchange(m_stage, Stage::Over) != Stage::Over)
            Q_EMIT lost();
    });
    m_helloDeadline.setSingleShot(true);
    connect(&m_helloDeadline, &QTimer::timeout, this,
            [this] { close(CloseCode::HelloLate, QStringLiteral("no resume request")); });
}

ClientConnection::~ClientConnection()
{
    m_stage = Stage::Over;
    if (m_socket)
        m_socket->abort();
}

void ClientConnection::begin()
{
    const QByteArray header = m_socket->request().rawHeader("Holdfast-Resume");
    if (header.isEmpty())
        return m_helloDeadline.start(limits::handshakeDeadline);
    const auto resume = parseResumeHeader({header.constData(), static_cast<std::size_t>(header.size())});
    if (!resume) {
        const CloseCode code =
            resume.error().code == Error::Code::BadVersion ? CloseCode::BadVersion : CloseCode::BadFrame;
        return close(code, QString::fromStdString(resume.error().detail));
    }
    m_stage = Stage::Greeted;
    Q_EMIT greeted(*resume);
}

void ClientConnection::onMessage(const QByteArray &message)
{
    if (m_stage == Stage::Over)
        return;
    const std::string_view bytes(message.constData(), static_cast<std::size_t>(message.size()));
    const Result<Frame> frame = codec::decode(bytes, limits::frameBytesToGatewayMax);
    if (m_stage == Stage::Greeted) {
        if (frame)
            Q_EMIT received(*frame);
        else
            Q_EMIT unreadable(frame.error());
        return;
    }
    const auto *hello = frame ? std::get_if<frame::Hello>(&*frame) : nullptr;
    if (!hello)
        return close(CloseCode::BadFrame, QStringLiteral("the first frame must be hello"));
    m_helloDeadline.stop();
    m_stage = Stage::Greeted;
    Q_EMIT greeted(hello->resume);
}

void ClientConnection::send(const Frame &frame)
{
    if (m_stage == Stage::Over)
        return;
    const std::string bytes = codec::encode(frame);
    m_socket->sendBinaryMessage(QByteArray::fromRawData(bytes.data(), static_cast<qsizetype>(bytes.size())));
    const auto waiting = static_cast<std::size_t>(m_socket->bytesToWrite());
    if (waiting > limits::socketBacklogBytesMax)
        return close(CloseCode::Backlog, QStringLiteral("the client does not read"));
    if (waiting > limits::linkWindowBytes && m_flow == Flow::Writable) {
        m_flow = Flow::Full;
        Q_EMIT full();
    }
}

void ClientConnection::onBytesWritten()
{
    if (m_flow == Flow::Full &&
        static_cast<std::size_t>(m_socket->bytesToWrite()) < limits::linkWindowBytes / 2) {
        m_flow = Flow::Writable;
        Q_EMIT writable();
    }
}

void ClientConnection::close(CloseCode code, const QString &reason)
{
    if (std::exchange(m_stage, Stage::Over) == Stage::Over)
        return;
    m_helloDeadline.stop();
    // The close frame must still travel when we are gone; a client that never answers it is cut after a
    // while.
    QWebSocket *leaving = m_socket.release();
    leaving->disconnect(this);
    connect(leaving, &QWebSocket::disconnected, leaving, &QObject::deleteLater);
    QTimer::singleShot(limits::handshakeDeadline, leaving, [leaving] { leaving->abort(); });
    leaving->close(static_cast<QWebSocketProtocol::CloseCode>(code), reason.left(100));
    Q_EMIT lost();
}

} // namespace holdfast
