// SPDX-License-Identifier: Apache-2.0
#include "app/desktop/gatewayprocess.h"

#include "app/link/identity.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace holdfast {

namespace {

constexpr std::chrono::milliseconds lookEvery(20);
constexpr int looksMax = 500; ///< ten seconds

/// True when another process holds the lock on this file.
bool isLocked(const QString &file)
{
    const int fd = ::open(QFile::encodeName(file).constData(), O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    const bool isFree = ::flock(fd, LOCK_SH | LOCK_NB) == 0;
    ::close(fd);
    return !isFree;
}

} // namespace

GatewayProcess::GatewayProcess(std::filesystem::path dir, QObject *parent)
    : QObject(parent), m_dir(std::move(dir))
{
    m_look.setInterval(lookEvery);
    connect(&m_look, &QTimer::timeout, this, &GatewayProcess::look);
}

QString GatewayProcess::path(const char *name) const
{
    return QString::fromStdString((m_dir / name).string());
}

void GatewayProcess::ensure()
{
    if (m_look.isActive())
        return;
    const auto found = running();
    if (found) {
        Q_EMIT ready(*found);
        return;
    }
    if (const auto started = start(); !started) {
        Q_EMIT failed(started.error());
        return;
    }
    m_looksLeft = looksMax;
    m_look.start();
}

std::optional<Endpoint> GatewayProcess::running() const
{
    const QString lock = path("gateway.lock");
    QFile file(lock);
    QFile token(path("token"));
    if (!isLocked(lock) || !file.open(QIODevice::ReadOnly) || !token.open(QIODevice::ReadOnly))
        return std::nullopt;
    const int port = QJsonDocument::fromJson(file.readAll()).object().value(QLatin1String("port")).toInt();
    if (port <= 0)
        return std::nullopt; // it has the lock and does not listen yet
    return Endpoint{QUrl(QStringLiteral("ws://127.0.0.1:%1").arg(port)), token.readAll().trimmed()};
}

Result<> GatewayProcess::start()
{
    if (isLocked(path("gateway.lock")))
        return {}; // somebody is starting it just now
    if (!QDir().mkpath(QString::fromStdString(m_dir.string())))
        return failure(Error::Code::Io, "cannot make the folder " + m_dir.string());
    QFile token(path("token"));
    if (!token.exists()) {
        const std::string secret = newHex128() + newHex128() + '\n';
        if (!token.open(QIODevice::WriteOnly | QIODevice::NewOnly) ||
            !token.setPermissions(QFile::ReadOwner | QFile::WriteOwner) || token.write(secret.c_str()) < 0)
            return failure(Error::Code::Io, "cannot write " + token.fileName().toStdString());
        token.close();
    }
    QProcess gateway;
    gateway.setProgram(QCoreApplication::applicationDirPath() + QStringLiteral("/holdfast-gateway"));
    gateway.setArguments({QStringLiteral("--embedded"), QStringLiteral("--listen"),
                          QStringLiteral("127.0.0.1:0"), QStringLiteral("--data-dir"),
                          QString::fromStdString(m_dir.string())});
    gateway.setStandardInputFile(token.fileName());
    gateway.setStandardOutputFile(QProcess::nullDevice());
    gateway.setStandardErrorFile(path("gateway.log"));
    if (!gateway.startDetached())
        return failure(Error::Code::Io, "cannot start " + gateway.program().toStdString());
    return {};
}

void GatewayProcess::look()
{
    const auto found = running();
    if (!found && --m_looksLeft > 0)
        return;
    m_look.stop();
    if (found)
        Q_EMIT ready(*found);
    else
        Q_EMIT failed(
            Error{Error::Code::Io, "the gateway did not come up; see " + path("gateway.log").toStdString()});
}

} // namespace holdfast
