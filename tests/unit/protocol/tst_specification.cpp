// SPDX-License-Identifier: Apache-2.0
// PROTOCOL.md is true: every example is read, and nothing that travels is missing there.
#include "model/protocol/codec.h"
#include "model/protocol/limits.h"

#include <QFile>
#include <QTest>

using namespace holdfast;

class SpecificationTest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QFile file(qEnvironmentVariable("HOLDFAST_SOURCE") + QStringLiteral("/model/protocol/PROTOCOL.md"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        m_text = file.readAll();
        for (qsizetype at = m_text.indexOf("```json\n"); at >= 0; at = m_text.indexOf("```json\n", at + 1)) {
            const qsizetype begin = at + 8;
            m_examples.append(m_text.mid(begin, m_text.indexOf("\n```", begin) - begin));
        }
        QVERIFY(m_examples.size() > 15);
    }

    void everyExampleIsReadAndWrittenAlike()
    {
        for (const QByteArray &example : m_examples) {
            const std::string bytes = example.toStdString();
            if (example.contains("\"type\":") && !example.contains("\"t\":")) {
                const auto body = codec::decodeBody(bytes);
                QVERIFY2(body.has_value(), example);
                QVERIFY(!std::holds_alternative<logged::Unknown>(*body));
                QVERIFY(codec::decodeBody(codec::encodeBody(*body)) == body);
                m_seen.append(QByteArray::fromStdString(codec::typeOf(*body)));
            } else {
                const auto frame = codec::decode(bytes, limits::frameBytesToClientMax);
                QVERIFY2(frame.has_value(),
                         frame ? "" : (example + frame.error().detail.c_str()).constData());
                QVERIFY(codec::decode(codec::encode(*frame), limits::frameBytesToClientMax) == frame);
                m_seen.append(codec::nameOf(*frame));
            }
        }
    }

    void nothingThatTravelsIsMissing()
    {
        for (const char *name : {"resumed",
                                 "reset",
                                 "rejected",
                                 "log",
                                 "tail",
                                 "synced",
                                 "result",
                                 "pong",
                                 "drain",
                                 "agents",
                                 "gone",
                                 "hello",
                                 "command",
                                 "ack",
                                 "ping",
                                 "request",
                                 "response",
                                 "focus",
                                 "CONVERSATION_CREATED",
                                 "USER_MESSAGE",
                                 "RUN_STARTED",
                                 "CHECKPOINT",
                                 "RUN_FINISHED",
                                 "STATE_SNAPSHOT",
                                 "CONVERSATION_DELETED"})
            QVERIFY2(m_seen.contains(name), name);
    }

private:
    QByteArray m_text;
    QByteArrayList m_examples;
    QByteArrayList m_seen;
};

QTEST_GUILESS_MAIN(SpecificationTest)
#include "tst_specification.moc"
