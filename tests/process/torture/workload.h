// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/process/torture/scene.h"

#include <deque>
#include <map>
#include <random>
#include <set>

namespace holdfast::torture {

/// Everything that is left to chance comes from here.
class Dice
{
public:
    explicit Dice(quint64 seed) : m_random(seed) {}
    /// from … to, both included.
    int between(int from, int to)
    {
        return from + static_cast<int>(m_random() % static_cast<quint64>(to - from + 1));
    }
    bool oneIn(int n) { return between(1, n) == 1; }

private:
    std::mt19937_64 m_random;
};

/// What people do meanwhile: messages to the Stream lab in several conversations, each message unlike any
/// other, each account with seeds and a format of its own; now and then a stop.
class Workload
{
public:
    Workload(Scene &scene, Dice &dice);

    /// Some messages to every client that runs.
    void give();
    /// One small message to every client: its answer shows that the way is whole in both directions.
    void probe();
    /// The last message of each account, in a conversation of its own: whoever has its answer has everything
    /// that stands before it in the log.
    void giveLast();
    /// Every client has said that the answer to its account's last message is whole.
    bool hasLast() const;
    /// Perhaps a stop.
    void stop();
    /// Asks every client that runs to say when all it was asked for is done.
    void askIdle();
    /// All of them have said so since askIdle(); one that was started afterwards is asked again.
    bool isIdle() const;

private:
    void send(std::size_t client, const QString &conversation, int bytes, int rate);
    QString anyConversation(std::size_t client);
    void onSaid(std::size_t client, const QJsonObject &what);

    Scene &m_scene;
    Dice &m_dice;
    std::map<std::size_t, std::deque<QString>> m_unsaid; ///< given, and not yet "queued"
    std::map<std::size_t, std::vector<QString>> m_conversations;
    std::map<std::size_t, QString> m_idle; ///< the last word each has said
    std::map<QString, QString> m_last;     ///< by account, the conversation of its last message
    std::set<std::size_t> m_haveLast;
    QString m_word;
    int m_words{0};
    int m_messages{0};
};

} // namespace holdfast::torture
