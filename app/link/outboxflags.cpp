// SPDX-License-Identifier: Apache-2.0
#include "app/link/outboxflags.h"

#include <QCommandLineParser>

#include <limits>

namespace holdfast {

namespace {

/// One of two words. \returns whether it is the second.
Result<bool> isSecond(const QCommandLineParser &parser, const QCommandLineOption &option, const char *first,
                      const char *second)
{
    const QString word = parser.value(option);
    if (word != QLatin1String(first) && word != QLatin1String(second))
        return failure(Error::Code::BadArgument,
                       "--" + option.names()[0].toStdString() + " is " + first + " or " + second);
    return word == QLatin1String(second);
}

} // namespace

Result<quint64> numberOf(const QCommandLineParser &parser, const QCommandLineOption &option)
{
    bool isNumber = false;
    const quint64 number = parser.value(option).toULongLong(&isNumber);
    const bool fits = isNumber && number <= std::numeric_limits<std::int32_t>::max();
    if (!fits)
        return failure(Error::Code::BadArgument, "--" + option.names()[0].toStdString() + " wants a number");
    return number;
}

void OutboxFlags::addTo(QCommandLineParser &parser) const
{
    parser.addOptions({m_countMax, m_bytesMax, m_overflow, m_queueing, m_perSecond});
}

Result<> OutboxFlags::read(const QCommandLineParser &parser, ClientSession::Options &options) const
{
    const auto countMax = numberOf(parser, m_countMax);
    const auto bytesMax = numberOf(parser, m_bytesMax);
    const auto perSecond = numberOf(parser, m_perSecond);
    for (const auto *each : {&countMax, &bytesMax, &perSecond}) {
        if (!*each)
            return tl::unexpected(each->error());
    }
    const auto drops = isSecond(parser, m_overflow, "refuse", "drop");
    const auto isOff = isSecond(parser, m_queueing, "on", "off");
    if (!drops || !isOff)
        return tl::unexpected(drops ? isOff.error() : drops.error());
    options.outbox.countMax = *countMax;
    options.outbox.bytesMax = *bytesMax;
    options.outbox.overflow = *drops ? OutboxOptions::Overflow::Drop : OutboxOptions::Overflow::Refuse;
    options.flush.perSecond = static_cast<int>(*perSecond);
    options.queueing = *isOff ? ClientSession::Queueing::Off : ClientSession::Queueing::On;
    return {};
}

} // namespace holdfast
