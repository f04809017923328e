// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/protocol/error.h"
#include "model/session/clientsession.h"

#include <QCommandLineOption>

class QCommandLineParser;

namespace holdfast {

/// The options of the outbox on a command line; every client has the same.
class OutboxFlags
{
public:
    void addTo(QCommandLineParser &parser) const;
    /// Puts what was said into the options. Errors: BadArgument, with a sentence to print.
    Result<> read(const QCommandLineParser &parser, ClientSession::Options &options) const;

private:
    QCommandLineOption m_countMax{QStringLiteral("queue-limit"),
                                  QStringLiteral("How many messages may wait."), QStringLiteral("count"),
                                  QStringLiteral("1000")};
    QCommandLineOption m_bytesMax{QStringLiteral("queue-bytes"),
                                  QStringLiteral("How many bytes of messages may wait."),
                                  QStringLiteral("bytes"), QStringLiteral("16777216")};
    QCommandLineOption m_overflow{
        QStringLiteral("overflow"),
        QStringLiteral(
            "When the outbox is full: refuse what is new, or drop (set aside) what is least urgent."),
        QStringLiteral("policy"), QStringLiteral("refuse")};
    QCommandLineOption m_queueing{QStringLiteral("queueing"),
                                  QStringLiteral("off: refuse what cannot leave at once."),
                                  QStringLiteral("on|off"), QStringLiteral("on")};
    QCommandLineOption m_perSecond{
        QStringLiteral("flush-rate"),
        QStringLiteral("How many waiting messages leave in a second; 0: as many as there are."),
        QStringLiteral("count"), QStringLiteral("50")};
};

/// The value of an option that is a number. Errors: BadArgument, with a sentence to print.
Result<quint64> numberOf(const QCommandLineParser &parser, const QCommandLineOption &option);

} // namespace holdfast
