// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QFile>
#include <QJsonObject>

#include <vector>

namespace holdfast::torture {

/// What happened in one scene, seen from outside, in the order in which it was seen: JSON lines with "t_us"
/// (CLOCK_MONOTONIC, µs), "who" and "event". What the programs say is taken as they say it; the runner adds:
///   give {client, account, conversation, text}   a message was put on a client's stdin
///   written {text, command}                      the client said that it keeps it
///   stop {conversation}                          a stop was put on a client's stdin
///   starts                                       a new process of that name
///   stored {account, conversation, role, …}      a row of a store at the end, in the order of the store
///   strike, heal, cycle {faults, …}              what was done to them
///   broke {what}                                 something that must not happen, seen on the way
class Record
{
public:
    explicit Record(const QString &file);
    void add(const QString &who, QJsonObject what);
    void add(const QString &who, const QString &event, QJsonObject fields = {});
    const std::vector<QJsonObject> &entries() const { return m_entries; }

private:
    QFile m_file;
    std::vector<QJsonObject> m_entries;
};

/// CLOCK_MONOTONIC, µs.
qint64 nowUs();

} // namespace holdfast::torture
