// SPDX-License-Identifier: Apache-2.0
#include "app/gateway/agents/openaicompatible.h"

#include <QTest>

using namespace holdfast;

class OpenAiCompatibleSpec : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void findsTheInterfaceBelowAnyBase_data()
    {
        QTest::addColumn<QString>("base");
        QTest::addColumn<QString>("url");
        const auto row = [](const char *base, const char *url) {
            QTest::newRow(base) << QString::fromLatin1(base) << QString::fromLatin1(url);
        };
        row("http://h:1", "http://h:1/v1/models");
        row("http://h:1/", "http://h:1/v1/models");
        row("http://h:1/v1", "http://h:1/v1/models");
        row("http://h:1/v1///", "http://h:1/v1/models");
        row("https://h/api", "https://h/api/v1/models");
        row("https://h/api/v1", "https://h/api/v1/models");
    }
    void findsTheInterfaceBelowAnyBase()
    {
        QFETCH(const QString, base);
        QFETCH(const QString, url);

        QCOMPARE(apiUrl(QUrl(base), QStringLiteral("models")), QUrl(url));
    }

    void namesItsModelsAsTheProtocolAllows_data()
    {
        QTest::addColumn<QString>("base");
        QTest::addColumn<QString>("model");
        QTest::addColumn<QByteArray>("id");
        QTest::newRow("as it is") << QStringLiteral("http://127.0.0.1:11434/v1")
                                  << QStringLiteral("qwen3:0.6b")
                                  << QByteArray("openai:127.0.0.1:11434/qwen3:0.6b");
        QTest::newRow("without a port")
            << QStringLiteral("https://h") << QStringLiteral("a/b") << QByteArray("openai:h/a/b");
        QTest::newRow("blanks") << QStringLiteral("http://h") << QStringLiteral("My model")
                                << QByteArray("openai:h/My-model-");
        QTest::newRow("IPv6") << QStringLiteral("http://[::1]:80") << QStringLiteral("m")
                              << QByteArray("openai:::1:80/m");
        QTest::newRow("long") << QStringLiteral("http://h") << QString(300, QLatin1Char('x'))
                              << QByteArray("openai:h/xxxx");
    }
    void namesItsModelsAsTheProtocolAllows()
    {
        QFETCH(const QString, base);
        QFETCH(const QString, model);
        QFETCH(const QByteArray, id);

        const std::string named = agentIdOf({{}, QUrl(base), model, {}, {}, {}}).value;

        QVERIFY2(QByteArray::fromStdString(named).startsWith(id), named.c_str());
        QVERIFY(named.size() <= 128);
        const bool isPlain = QByteArray::fromStdString(named) == id;
        QCOMPARE(isPlain, named.size() < 100 && !model.contains(QLatin1Char(' ')));
    }

    void keepsModelsApart_whoseNamesDifferInForbiddenCharacters()
    {
        const QUrl base(QStringLiteral("http://h"));

        const AgentId one = agentIdOf({{}, base, QStringLiteral("a b"), {}, {}, {}});
        const AgentId other = agentIdOf({{}, base, QStringLiteral("a(b"), {}, {}, {}});

        QVERIFY(one.value != other.value);
    }
};

QTEST_GUILESS_MAIN(OpenAiCompatibleSpec)
#include "tst_openaicompatible.moc"
