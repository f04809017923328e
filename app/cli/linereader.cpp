// SPDX-License-Identifier: Apache-2.0
#include "app/cli/linereader.h"

#include <array>
#include <unistd.h>

namespace holdfast {

LineReader::LineReader(qsizetype bytesMax)
    : m_bytesMax(bytesMax), m_input(STDIN_FILENO, QSocketNotifier::Read)
{
    connect(&m_input, &QSocketNotifier::activated, this, &LineReader::onInput);
}

void LineReader::onInput()
{
    std::array<char, 4096> buffer{};
    const auto count = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    if (count > 0)
        m_pending.append(buffer.data(), count);
    for (qsizetype end = m_pending.indexOf('\n'); end >= 0; end = m_pending.indexOf('\n')) {
        const QByteArray whole = m_pending.left(end);
        m_pending.remove(0, end + 1);
        take(whole);
        m_reading = Reading::Line;
    }
    if (count <= 0)
        return onEnd();
    if (m_pending.size() > m_bytesMax) {
        take(m_pending);
        m_pending.clear();
        m_reading = Reading::RestOfTooLong;
    }
}

void LineReader::take(const QByteArray &whole)
{
    if (m_reading == Reading::RestOfTooLong)
        return; // it has been told
    if (whole.size() > m_bytesMax)
        Q_EMIT tooLong();
    else
        Q_EMIT line(whole.trimmed());
}

void LineReader::onEnd()
{
    m_input.setEnabled(false);
    if (!m_pending.trimmed().isEmpty())
        take(m_pending);
    Q_EMIT ended();
}

} // namespace holdfast
