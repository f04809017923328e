// SPDX-License-Identifier: Apache-2.0
#include "tests/process/torture/checker.h"

#include "app/gateway/agents/streamlabtext.h"

#include <map>
#include <set>

namespace holdfast::torture {

namespace {

QString textOf(const QJsonObject &o, const char *key) { return o[QLatin1String(key)].toString(); }

QByteArray answerTo(const QString &message)
{
    const auto spec = parseStreamLabLine(message.toStdString());
    return spec ? QByteArray::fromStdString(streamLabText(*spec, 0, spec->bytes)) : QByteArray();
}

class Judge
{
public:
    Verdict judge(const std::vector<QJsonObject> &history)
    {
        for (const QJsonObject &entry : history)
            read(entry);
        for (const auto &[name, store] : m_stores)
            judgeStore(name, store);
        for (const auto &[text, given] : m_given)
            judgeMessage(text, given);
        return std::move(m_verdict);
    }

private:
    enum class Told { Nothing, Written, Accepted, Refused };
    struct Given {
        QString account;
        QString client;
        QString conversation;
        int place{0};
        Told told{Told::Nothing};
    };
    struct Store {
        QString account;
        std::map<QString, std::vector<QJsonObject>> conversations;
        std::map<QString, int> messages;       ///< how often each is there, as accepted
        std::map<QString, QByteArray> answers; ///< by the message they answer
        std::set<QString> waiting;             ///< messages that are queued or parked there
    };

    void find(qint64 &count, const QString &sentence)
    {
        ++count;
        m_verdict.findings.append(sentence);
    }

    void read(const QJsonObject &o)
    {
        const QString event = textOf(o, "event");
        const QString who = textOf(o, "who");
        if (event == QLatin1String("give"))
            readGive(o);
        else if (event == QLatin1String("written"))
            readWritten(o);
        else if (event == QLatin1String("command"))
            readCommand(o);
        else if (event == QLatin1String("stop"))
            m_stopped.insert(textOf(o, "conversation"));
        else if (event == QLatin1String("starts"))
            std::erase_if(m_tails, [&who](const auto &tail) { return tail.first.first == who; });
        else if (event == QLatin1String("tail"))
            readTail(who, o);
        else if (event == QLatin1String("stored"))
            readStored(who, o);
        else if (event == QLatin1String("broke"))
            find(m_verdict.broken, who + QStringLiteral(": ") + textOf(o, "what"));
    }
    void readGive(const QJsonObject &o)
    {
        ++m_verdict.messages;
        m_given[textOf(o, "text")] = {textOf(o, "account"), textOf(o, "client"), textOf(o, "conversation"),
                                      m_places++, Told::Nothing};
    }
    void readWritten(const QJsonObject &o)
    {
        m_commands[textOf(o, "command")] = textOf(o, "text");
        m_given[textOf(o, "text")].told = Told::Written;
    }
    void readCommand(const QJsonObject &o)
    {
        const auto command = m_commands.find(textOf(o, "command"));
        if (command == m_commands.end())
            return; // a stop, or one whose client died before it was told
        m_given[command->second].told =
            o[QStringLiteral("accepted")].toBool() ? Told::Accepted : Told::Refused;
    }
    void readTail(const QString &who, const QJsonObject &o)
    {
        const qint64 offset = o[QStringLiteral("offset")].toInteger();
        const auto [at, isFirst] = m_tails.try_emplace({who, textOf(o, "item")}, offset);
        const QString where = who + QStringLiteral(": the text of ") + textOf(o, "item");
        if (offset > at->second)
            find(m_verdict.skipped, where + QStringLiteral(" grew over a gap at %1").arg(at->second));
        else if (offset < at->second)
            find(m_verdict.doubled, where + QStringLiteral(" was told twice from %1 on").arg(offset));
        at->second = offset + o[QStringLiteral("bytes")].toInteger();
    }
    void readStored(const QString &who, const QJsonObject &o)
    {
        Store &store = m_stores[who];
        store.account = textOf(o, "account");
        if (o.contains(QStringLiteral("role")))
            store.conversations[textOf(o, "conversation")].push_back(o);
    }

    void judgeStore(const QString &name, Store store)
    {
        for (const auto &[conversation, items] : store.conversations)
            judgeConversation(name, store, conversation, items);
        m_stores[name] = std::move(store);
    }
    void judgeConversation(const QString &name, Store &store, const QString &conversation,
                           const std::vector<QJsonObject> &items)
    {
        QString asked; // by the message before
        int place = -1;
        for (const QJsonObject &item : items) {
            if (textOf(item, "role") == QLatin1String("user")) {
                asked = judgeUser(name, store, conversation, item, place);
            } else if (asked.isEmpty()) {
                find(m_verdict.unexpected,
                     name + QStringLiteral(" has an answer without a message: ") + textOf(item, "item"));
            } else {
                judgeAnswer(name, store, asked, item);
                asked.clear();
            }
        }
    }
    /// \returns the message when it stands in the log, so that its answer comes next.
    QString judgeUser(const QString &name, Store &store, const QString &conversation, const QJsonObject &item,
                      int &place)
    {
        const QString text = textOf(item, "text");
        const auto given = m_given.find(text);
        if (given == m_given.end()) {
            find(m_verdict.unexpected, name + QStringLiteral(" has a message that nobody gave: ") + text);
            return {};
        }
        if (given->second.account != store.account)
            find(m_verdict.foreign, name + QStringLiteral(" has a message of account ") +
                                        given->second.account + QStringLiteral(": ") + text);
        else if (given->second.conversation != conversation)
            find(m_verdict.unexpected, name + QStringLiteral(" has it in a wrong conversation: ") + text);
        const QString delivery = textOf(item, "delivery");
        if (!delivery.isEmpty() && delivery != QLatin1String("accepted")) {
            store.waiting.insert(text);
            return {};
        }
        if (given->second.place < place)
            find(m_verdict.misordered, name + QStringLiteral(" has it behind a later one: ") + text);
        place = std::max(place, given->second.place);
        if (++store.messages[text] > 1)
            find(m_verdict.doubled, name + QStringLiteral(" has it twice: ") + text);
        return text;
    }
    void judgeAnswer(const QString &name, Store &store, const QString &asked, const QJsonObject &item)
    {
        const QByteArray expected = answerTo(asked);
        const QByteArray text = textOf(item, "text").toUtf8();
        const QString status = textOf(item, "status");
        const bool wasStopped =
            status == QLatin1String("cancelled") && m_stopped.contains(m_given[asked].conversation);
        ++m_verdict.answers;
        m_verdict.bytes += text.size();
        store.answers[asked] = text;
        if (!expected.startsWith(text))
            return findWrongBytes(name, store, asked, text, expected);
        const bool isWhole = status == QLatin1String("completed") && text.size() == expected.size();
        if (!isWhole && !wasStopped)
            find(m_verdict.lost, QStringLiteral("%1 has %2 of %3 bytes, %4, of the answer to: %5")
                                     .arg(name)
                                     .arg(text.size())
                                     .arg(expected.size())
                                     .arg(status, asked));
    }
    void findWrongBytes(const QString &name, const Store &store, const QString &asked, const QByteArray &text,
                        const QByteArray &expected)
    {
        const auto end = std::ranges::mismatch(text, expected).in1;
        const QString at = QString::number(end - text.begin());
        for (const auto &[message, given] : m_given) {
            if (given.account != store.account && text.size() > 64 &&
                answerTo(message).startsWith(text.left(64)))
                return find(m_verdict.foreign,
                            name + QStringLiteral(" has bytes of another account: ") + asked);
        }
        find(m_verdict.altered,
             name + QStringLiteral(" has other bytes from %1 on in the answer to: %2").arg(at, asked));
    }

    /// One message: what its giver was told, what the log has, and what every copy of the log has.
    void judgeMessage(const QString &text, const Given &given)
    {
        const Store &log = m_stores[QStringLiteral("witness-") + given.account];
        const Store &own = m_stores[given.client];
        const bool isInLog = log.messages.contains(text);
        const bool isVisible = own.messages.contains(text) || own.waiting.contains(text);
        if (given.told == Told::Accepted && !isInLog)
            find(m_verdict.lost, QStringLiteral("accepted, and without effect: ") + text);
        if (given.told == Told::Refused && isInLog)
            find(m_verdict.unexpected, QStringLiteral("refused, and yet there: ") + text);
        if (given.told == Told::Written && !isInLog)
            find(m_verdict.lost, QStringLiteral("kept by its client, and never delivered: ") + text);
        if (given.told != Told::Nothing && !isVisible)
            find(m_verdict.lost, given.client + QStringLiteral(" does not show it: ") + text);
        if (isInLog && !log.answers.contains(text))
            find(m_verdict.lost, QStringLiteral("without an answer: ") + text);
        for (const auto &[name, store] : m_stores) {
            if (store.account != given.account)
                continue;
            if (isInLog && !store.messages.contains(text))
                find(m_verdict.skipped, name + QStringLiteral(" lacks it: ") + text);
            else if (isInLog && answerIn(store, text) != answerIn(log, text))
                find(m_verdict.skipped,
                     name + QStringLiteral(" has another answer than the log to: ") + text);
            else if (!isInLog && store.messages.contains(text))
                find(m_verdict.unexpected, name + QStringLiteral(" has it, the log has not: ") + text);
        }
    }
    static QByteArray answerIn(const Store &store, const QString &text)
    {
        const auto answer = store.answers.find(text);
        return answer == store.answers.end() ? QByteArray() : answer->second;
    }

    Verdict m_verdict;
    std::map<QString, Given> m_given; ///< by text: no two messages are the same
    int m_places{0};
    std::map<QString, QString> m_commands;                 ///< id to text
    std::set<QString> m_stopped;                           ///< conversations
    std::map<std::pair<QString, QString>, qint64> m_tails; ///< program and item to the next offset
    std::map<QString, Store> m_stores;
};

} // namespace

Verdict judge(const std::vector<QJsonObject> &history) { return Judge().judge(history); }

} // namespace holdfast::torture
