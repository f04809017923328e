// SPDX-License-Identifier: Apache-2.0
#include "app/link/identity.h"

#include "app/link/monotonicclock.h"

#include <QByteArray>
#include <QRandomGenerator>

#include <algorithm>
#include <array>
#include <atomic>

namespace holdfast {

namespace {

QByteArray randomBytes()
{
    std::array<quint32, 4> words{};
    QRandomGenerator::system()->fillRange(words.data(), static_cast<qsizetype>(words.size()));
    return {reinterpret_cast<const char *>(words.data()), static_cast<qsizetype>(sizeof(words))};
}

/// The time in milliseconds and twelve bits behind it that rise within one (RFC 9562 §6.2, method 1).
quint64 nextTime(quint64 start)
{
    static std::atomic<quint64> last{0};
    const quint64 now = static_cast<quint64>(MonotonicClock::wallTime().ms) << 12U | start;
    quint64 before = last.load();
    quint64 next = 0;
    do
        next = std::max(now, before + 1);
    while (!last.compare_exchange_weak(before, next));
    return next;
}

} // namespace

std::string newUuid7()
{
    QByteArray bytes = randomBytes();
    const quint64 time = nextTime(static_cast<quint64>(bytes[7]) & 0x7FU);
    for (int i = 0; i < 6; ++i)
        bytes[i] = static_cast<char>(time >> (12 + 8 * (5 - i)));
    bytes[6] = static_cast<char>((time >> 8U & 0x0F) | 0x70);
    bytes[7] = static_cast<char>(time);
    bytes[8] = static_cast<char>((bytes[8] & 0x3F) | 0x80);
    std::string hex = bytes.toHex().toStdString();
    for (const std::size_t at : {20U, 16U, 12U, 8U})
        hex.insert(at, 1, '-');
    return hex;
}

std::string newHex128() { return randomBytes().toHex().toStdString(); }

} // namespace holdfast
