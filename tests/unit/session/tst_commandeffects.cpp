// SPDX-License-Identifier: Apache-2.0
// What a command does at the gateway, and why not (laws 6 to 9).
#include "model/protocol/codec.h"
#include "model/protocol/limits.h"
#include "model/session/commandeffects.h"

#include <QTest>

using namespace holdfast;
using Context = gate::CommandContext;

Q_DECLARE_METATYPE(holdfast::gate::CommandContext)

namespace {

frame::Command command(const std::string &name, const std::string &target = {})
{
    frame::Command c;
    c.seq = 3;
    c.id = {"m1"};
    c.name = name;
    c.conversation = {"c1"};
    c.agent = {"guide"};
    c.title = "First light";
    c.target = {target};
    if (name == "send")
        c.text = "Hello";
    return c;
}

/// A conversation that goes on, an agent that is there, nothing in the way.
Context fine()
{
    Context context;
    context.nowMs = 1000;
    context.conversation = Context::Conversation::Known;
    context.agent = Context::Agent::Known;
    context.message = {"m1"};
    context.run = {"r1"};
    context.answer = {"a1"};
    return context;
}

QByteArray types(const gate::Effects &effects)
{
    QByteArrayList list;
    for (const LogBody &event : effects.events)
        list.append(QByteArray::fromStdString(codec::typeOf(event)));
    return list.join(' ');
}

} // namespace

class CommandEffectsSpec : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aMessageIsStored_andItsAnswerBegins()
    {
        Context context = fine();
        context.conversation = Context::Conversation::Unknown;
        const gate::Effects effects = gate::effectsOf(command("send"), context);
        QVERIFY(effects.error.empty());
        QCOMPARE(types(effects), "CONVERSATION_CREATED USER_MESSAGE RUN_STARTED");
        QCOMPARE(effects.texts.front().text, std::string("Hello"));
        QVERIFY(effects.start.has_value());
        QCOMPARE(effects.start->message.value, std::string("m1"));
        QCOMPARE(types(gate::effectsOf(command("send"), fine())), "USER_MESSAGE RUN_STARTED");
    }

    void whatCannotBeDoneHasAReason_andNoEffect_data()
    {
        QTest::addColumn<Context>("context");
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("error");
        const auto row = [](const char *error, const QByteArray &text, auto change) {
            Context context = fine();
            change(context);
            QTest::newRow(error) << context << text << QByteArray(error);
        };
        row("expired", "Hello", [](Context &c) { c.nowMs = 2001; });
        row("deleted", "Hello", [](Context &c) { c.conversation = Context::Conversation::Deleted; });
        row("blocked", "Hello", [](Context &c) { c.after = Context::After::Refused; });
        row("withdrawn", "Hello", [](Context &c) { c.foretold = gate::Foretold::Withdraw; });
        row("unknown_agent", "Hello", [](Context &c) { c.agent = Context::Agent::Unknown; });
        row("empty", "", [](Context &) {});
        row("too_large", QByteArray(limits::messageBytesMax + 1, 'x'), [](Context &) {});
    }
    void whatCannotBeDoneHasAReason_andNoEffect()
    {
        QFETCH(Context, context);
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, error);
        frame::Command send = command("send");
        send.text = text.toStdString();
        send.expiresAtMs = 2000;
        const gate::Effects effects = gate::effectsOf(send, context);
        QCOMPARE(QByteArray::fromStdString(effects.error), error);
        QVERIFY(effects.events.empty() && effects.texts.empty());
        QVERIFY(!effects.start && !effects.stop && !effects.forget && !effects.foretells);
    }

    void aMessageThatWasStoppedBeforeItCame_isThereWithAnAnswerThatNeverBegan()
    {
        Context context = fine();
        context.foretold = gate::Foretold::Stop;
        const gate::Effects effects = gate::effectsOf(command("send"), context);
        QVERIFY(effects.error.empty());
        QCOMPARE(types(effects), "USER_MESSAGE RUN_STARTED RUN_FINISHED");
        QVERIFY(std::get<logged::RunFinished>(effects.events.back()).status == RunStatus::Cancelled);
        QVERIFY(!effects.start.has_value());
    }

    void stopIsAlwaysASuccess_data()
    {
        QTest::addColumn<QByteArray>("target");
        QTest::addColumn<int>("known");
        QTest::addColumn<bool>("stops");
        QTest::addColumn<bool>("foretells");
        const auto value = [](Context::Target target) { return static_cast<int>(target); };
        QTest::newRow("everything") << QByteArray() << value(Context::Target::Unknown) << true << false;
        QTest::newRow("a message") << QByteArray("m0") << value(Context::Target::Message) << true << false;
        QTest::newRow("before it comes")
            << QByteArray("m0") << value(Context::Target::Unknown) << false << true;
        QTest::newRow("refused") << QByteArray("m0") << value(Context::Target::Refused) << false << false;
        QTest::newRow("no message") << QByteArray("a0") << value(Context::Target::OpenAnswer) << false
                                    << false;
    }
    void stopIsAlwaysASuccess()
    {
        QFETCH(QByteArray, target);
        QFETCH(int, known);
        QFETCH(bool, stops);
        QFETCH(bool, foretells);
        Context context = fine();
        context.agent = Context::Agent::Unknown; // no agent is needed to stop
        context.target = static_cast<Context::Target>(known);
        const gate::Effects effects = gate::effectsOf(command("stop", target.toStdString()), context);
        QVERIFY(effects.error.empty() && effects.events.empty());
        QCOMPARE(effects.stop.has_value(), stops);
        QCOMPARE(effects.foretells.has_value(), foretells);
    }

    void aMessageIsTakenBackUntilItIsAccepted_data()
    {
        QTest::addColumn<int>("known");
        QTest::addColumn<QByteArray>("error");
        QTest::addColumn<bool>("foretells");
        const auto value = [](Context::Target target) { return static_cast<int>(target); };
        QTest::newRow("not here yet") << value(Context::Target::Unknown) << QByteArray() << true;
        QTest::newRow("accepted") << value(Context::Target::Message) << QByteArray("too_late") << false;
        QTest::newRow("refused") << value(Context::Target::Refused) << QByteArray() << false;
    }
    void aMessageIsTakenBackUntilItIsAccepted()
    {
        QFETCH(int, known);
        QFETCH(QByteArray, error);
        QFETCH(bool, foretells);
        Context context = fine();
        context.target = static_cast<Context::Target>(known);
        const gate::Effects effects = gate::effectsOf(command("withdraw", "m0"), context);
        QCOMPARE(QByteArray::fromStdString(effects.error), error);
        QCOMPARE(effects.foretells.has_value(), foretells);
        QVERIFY(!foretells || effects.foretells->what == gate::Foretold::Withdraw);
    }

    void onlyAnAnswerThatHasEndedIsContinued()
    {
        Context context = fine();
        context.target = Context::Target::EndedAnswer;
        const gate::Effects effects = gate::effectsOf(command("continue", "a0"), context);
        QCOMPARE(types(effects), "RUN_STARTED");
        QVERIFY(effects.start.has_value());
        context.target = Context::Target::OpenAnswer;
        QCOMPARE(gate::effectsOf(command("continue", "a0"), context).error,
                 std::string("nothing_to_continue"));
    }

    void aConversationIsDeletedOnce()
    {
        Context context = fine();
        const gate::Effects effects = gate::effectsOf(command("delete"), context);
        QCOMPARE(types(effects), "CONVERSATION_DELETED");
        QVERIFY(effects.forget.has_value());
        context.conversation = Context::Conversation::Deleted;
        const gate::Effects again = gate::effectsOf(command("delete"), context);
        QVERIFY(again.error.empty() && again.events.empty());
    }

    void aWordOfALaterVersionIsRefused()
    {
        QCOMPARE(gate::effectsOf(command("sing"), fine()).error, std::string("unknown_command"));
        QCOMPARE(gate::effectsOf(command("withdraw"), fine()).error, std::string("unknown_command"));
    }
};

QTEST_GUILESS_MAIN(CommandEffectsSpec)
#include "tst_commandeffects.moc"
