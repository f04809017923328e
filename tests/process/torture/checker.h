// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QJsonObject>
#include <QStringList>

#include <vector>

namespace holdfast::torture {

/// What is wrong with a history, by class. Bytes are judged against the generator of the Stream lab, never
/// against anything that the programs under test say.
struct Verdict {
    qint64 messages{0};   ///< put on a client's stdin
    qint64 answers{0};    ///< compared with the generator, in every store
    qint64 bytes{0};      ///< of them
    qint64 lost{0};       ///< a kept message without effect, an answer that is not whole
    qint64 doubled{0};    ///< a message with two effects, bytes or ends told twice
    qint64 misordered{0}; ///< messages of a conversation in another order than they were given
    qint64 unexpected{0}; ///< in a store, and given by nobody
    qint64 foreign{0};    ///< in a store of another account
    qint64 altered{0};    ///< bytes that are not the generator's
    qint64 skipped{0};    ///< a store lacks what the log has, a text grew over a gap
    qint64 broken{0};     ///< what the runner saw itself: an end nobody asked for, no recovery
    QStringList findings; ///< a sentence for each

    bool isGood() const { return findings.isEmpty(); }
};

/// Judges a finished history (Record tells its words). The store "witness-ACCOUNT" is what the gateway's log
/// says, seen by a device that did not exist before.
Verdict judge(const std::vector<QJsonObject> &history);

} // namespace holdfast::torture
