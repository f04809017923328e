// SPDX-License-Identifier: Apache-2.0
#include "tests/process/torture/workload.h"

#include "app/link/identity.h"

namespace holdfast::torture {

namespace {

constexpr int conversationsPerClient = 3;

} // namespace

Workload::Workload(Scene &scene, Dice &dice) : m_scene(scene), m_dice(dice)
{
    for (std::size_t i = 0; i < scene.clients().size(); ++i) {
        for (int k = 0; k < conversationsPerClient; ++k)
            m_conversations[i].push_back(QString::fromStdString(newUuid7()));
        Actor &client = *scene.clients()[i];
        QObject::connect(&client, &Actor::said, &client,
                         [this, i](const QJsonObject &what, const QByteArray &) { onSaid(i, what); });
        QObject::connect(&client, &Actor::started, &client, [this, i, &client] {
            m_unsaid[i].clear();
            if (!m_word.isEmpty())
                client.say("wait " + m_word.toUtf8());
        });
    }
}

void Workload::onSaid(std::size_t client, const QJsonObject &what)
{
    const QString event = what[QStringLiteral("event")].toString();
    if (event == QLatin1String("idle"))
        m_idle[client] = what[QStringLiteral("word")].toString();
    if (const auto last = m_last.find(m_scene.accountOf(client).name);
        last != m_last.end() && event == QLatin1String("item") &&
        what[QStringLiteral("conversation")] == last->second)
        m_haveLast.insert(client);
    if (event != QLatin1String("queued") || m_unsaid[client].empty())
        return;
    const QString text = m_unsaid[client].front();
    m_unsaid[client].pop_front();
    m_scene.record().add(QStringLiteral("runner"), QStringLiteral("written"),
                         {{QStringLiteral("text"), text},
                          {QStringLiteral("command"), what[QStringLiteral("command")].toString()}});
}

QString Workload::anyConversation(std::size_t client)
{
    return m_conversations[client][static_cast<std::size_t>(m_dice.between(0, conversationsPerClient - 1))];
}

void Workload::send(std::size_t client, const QString &conversation, int bytes, int rate)
{
    Actor &actor = *m_scene.clients()[client];
    if (!actor.isRunning())
        return;
    const bool isFirst = m_scene.accountOf(client).name == QLatin1String("a");
    const QString text = QStringLiteral("bytes=%1 rate=%2 seed=%3 format=%4")
                             .arg(bytes)
                             .arg(rate)
                             .arg(2 * ++m_messages + (isFirst ? 0 : 1))
                             .arg(isFirst ? QStringLiteral("text") : QStringLiteral("markdown"));
    m_scene.record().add(QStringLiteral("runner"), QStringLiteral("give"),
                         {{QStringLiteral("client"), actor.name()},
                          {QStringLiteral("account"), m_scene.accountOf(client).name},
                          {QStringLiteral("conversation"), conversation},
                          {QStringLiteral("text"), text}});
    m_unsaid[client].push_back(text);
    actor.say("send " + conversation.toUtf8() + ' ' + text.toUtf8());
}

void Workload::give()
{
    for (std::size_t i = 0; i < m_scene.clients().size(); ++i) {
        for (int left = m_dice.between(1, 2); left > 0; --left) {
            const int kind = m_dice.between(1, 10);
            const int bytes = kind <= 5   ? m_dice.between(1, 4'000)
                              : kind <= 9 ? m_dice.between(4'000, 60'000)
                                          : m_dice.between(60'000, 300'000);
            const int ms = m_dice.between(20, 300);
            send(i, anyConversation(i), bytes, kind == 10 ? 0 : std::max(1, bytes / ms));
        }
    }
}

void Workload::probe()
{
    for (std::size_t i = 0; i < m_scene.clients().size(); ++i)
        send(i, anyConversation(i), m_dice.between(1, 200), 0);
}

void Workload::giveLast()
{
    for (std::size_t i = 0; i < m_scene.clients().size(); ++i) {
        const auto [last, isFirst] =
            m_last.try_emplace(m_scene.accountOf(i).name, QString::fromStdString(newUuid7()));
        if (isFirst)
            send(i, last->second, 1, 0);
    }
}

bool Workload::hasLast() const { return m_haveLast.size() == m_scene.clients().size(); }

void Workload::stop()
{
    const auto client = static_cast<std::size_t>(m_dice.between(0, 2));
    Actor &actor = *m_scene.clients()[client];
    if (!m_dice.oneIn(4) || !actor.isRunning())
        return;
    const QString conversation = anyConversation(client);
    m_scene.record().add(QStringLiteral("runner"), QStringLiteral("stop"),
                         {{QStringLiteral("conversation"), conversation}});
    actor.say("stop " + conversation.toUtf8());
}

void Workload::askIdle()
{
    m_word = QString::number(++m_words);
    for (const auto &client : m_scene.clients())
        client->say("wait " + m_word.toUtf8());
}

bool Workload::isIdle() const
{
    for (std::size_t i = 0; i < m_scene.clients().size(); ++i) {
        const auto said = m_idle.find(i);
        if (said == m_idle.end() || said->second != m_word)
            return false;
    }
    return true;
}

} // namespace holdfast::torture
