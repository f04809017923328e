// SPDX-License-Identifier: Apache-2.0
#include "app/gateway/gatewaylock.h"

#include <QByteArray>
#include <QFile>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace holdfast {

Result<std::unique_ptr<GatewayLock>> GatewayLock::take(const QString &file)
{
    const int fd = ::open(QFile::encodeName(file).constData(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return failure(Error::Code::Io, std::strerror(errno));
    if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
        ::close(fd);
        return failure(Error::Code::Busy, "another gateway serves this data directory");
    }
    return std::unique_ptr<GatewayLock>(new GatewayLock(fd));
}

GatewayLock::~GatewayLock()
{
    [[maybe_unused]] const int emptied = ::ftruncate(m_fd, 0);
    ::close(m_fd);
}

Result<> GatewayLock::write(quint16 port)
{
    const QByteArray text =
        "{\"pid\":" + QByteArray::number(::getpid()) + ",\"port\":" + QByteArray::number(port) + "}\n";
    if (::ftruncate(m_fd, 0) != 0 ||
        ::pwrite(m_fd, text.constData(), static_cast<std::size_t>(text.size()), 0) != text.size())
        return failure(Error::Code::Io, std::strerror(errno));
    return {};
}

} // namespace holdfast
