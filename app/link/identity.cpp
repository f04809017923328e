// SPDX-License-Identifier: Apache-2.0
#include "app/link/identity.h"

#include "app/link/monotonicclock.h"

#include <QByteArray>
#include <QRandomGenerator>

#include <array>

namespace holdfast {

namespace {

QByteArray randomBytes()
{
    std::array<quint32, 4> words{};
    QRandomGenerator::system()->fillRange(words.data(), static_cast<qsizetype>(words.size()));
    return {reinterpret_cast<const char *>(words.data()), static_cast<qsizetype>(sizeof(words))};
}

} // namespace

std::string newUuid7()
{
    QByteArray bytes = randomBytes();
    const auto ms = static_cast<quint64>(MonotonicClock::wallTime().ms);
    for (int i = 0; i < 6; ++i)
        bytes[i] = static_cast<char>(ms >> (8 * (5 - i)));
    bytes[6] = static_cast<char>((bytes[6] & 0x0F) | 0x70);
    bytes[8] = static_cast<char>((bytes[8] & 0x3F) | 0x80);
    std::string hex = bytes.toHex().toStdString();
    for (const std::size_t at : {20U, 16U, 12U, 8U})
        hex.insert(at, 1, '-');
    return hex;
}

std::string newHex128() { return randomBytes().toHex().toStdString(); }

} // namespace holdfast
