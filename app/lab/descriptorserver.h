// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QTcpServer>

#include <functional>
#include <utility>

namespace holdfast {

/// A QTcpServer that hands over bare descriptors. Thread: the one that made it.
class DescriptorServer : public QTcpServer
{
public:
    /// \param arrived  gets each accepted descriptor, and owns it.
    explicit DescriptorServer(std::function<void(int)> arrived) : m_arrived(std::move(arrived)) {}

protected:
    void incomingConnection(qintptr descriptor) override { m_arrived(static_cast<int>(descriptor)); }

private:
    std::function<void(int)> m_arrived;
};

} // namespace holdfast
