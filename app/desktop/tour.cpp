// SPDX-License-Identifier: Apache-2.0
#include "app/desktop/tour.h"

#include "ui/composer.h"
#include "ui/dock/toggleswitch.h"

#include <QAbstractScrollArea>
#include <QApplication>
#include <QCryptographicHash>
#include <QDir>
#include <QKeyEvent>
#include <QPixmap>
#include <QPlainTextEdit>
#include <QScrollBar>

#include <algorithm>
#include <cstdio>

namespace holdfast {

namespace {

constexpr std::chrono::milliseconds lookEvery(15);
constexpr qint64 stepDeadlineMs = 60'000;
constexpr qint64 offlineForMs = 1'300;
constexpr std::size_t cutBehindBytes = 1'400;
const QString streamLine = QStringLiteral("bytes=4200 rate=1 seed=7 format=markdown");
const QString question = QStringLiteral("What happens to messages written offline?");

} // namespace

void applyTheme(const Theme &theme)
{
    qApp->setPalette(theme.palette());
    qApp->setStyleSheet(theme.styleSheet());
}

Tour::Tour(Application &application, QString pictures)
    : m_application(application), m_pictures(std::move(pictures))
{
    m_look.setInterval(lookEvery);
    connect(&m_look, &QTimer::timeout, this, &Tour::look);
    makeSteps();
}

void Tour::makeSteps()
{
    using Pill = ConnectionView::Pill;
    const auto pill = [this] { return m_application.controller().view().pill; };
    ToggleSwitch &offline = m_application.window().lab().offlineSwitch();
    m_steps = {
        {QStringLiteral("connected"), [] {}, [=] { return pill() == Pill::Connected; },
         QStringLiteral("1-first-run")},
        {QStringLiteral("a new conversation, an answer streams"),
         [this] {
             press(Qt::Key_N, Qt::ControlModifier);
             m_application.window().composer().chooseAgent({"stream-lab"});
             type(streamLine);
         },
         [this] { return textBytes() >= cutBehindBytes; }, QStringLiteral("2-streaming")},
        {QStringLiteral("offline in the middle of it"),
         [this, &offline] {
             offline.click();
             m_offline.start();
         },
         [=] { return pill() == Pill::SimulatedOffline; }, QString()},
        {QStringLiteral("a message is queued, the text stays"),
         [this] {
             m_keptBytes = textBytes();
             m_application.window().composer().chooseAgent({"guide"});
             type(question);
         },
         [this] {
             const auto *queued = message(1);
             return queued && queued->item.delivery == CommandState::Queued &&
                    m_offline.hasExpired(offlineForMs);
         },
         QStringLiteral("3-offline")},
        {QStringLiteral("back online, the answer goes on"),
         [this, &offline] {
             m_offlineMs = m_offline.elapsed();
             offline.click();
         },
         [this] {
             if (m_resumeMs < 0 && textBytes() > m_keptBytes)
                 m_resumeMs = m_stepTime.elapsed();
             return m_resumeMs >= 0;
         },
         QStringLiteral("4-resumed")},
        {QStringLiteral("both answers complete and verified, the message delivered"), [] {},
         [this] {
             const auto *first = answer(0);
             const auto *second = answer(1);
             const auto *queued = message(1);
             return first && second && queued && first->item.isVerified && second->item.isVerified &&
                    queued->item.delivery == CommandState::Accepted;
         },
         QStringLiteral("5-complete")},
        {QStringLiteral("the break has left a line in the text"), [this] { scrollToSeam(); },
         [] { return true; }, QStringLiteral("6-seam")},
    };
}

void Tour::scrollToSeam()
{
    const auto *transcript =
        m_application.window().findChild<QAbstractScrollArea *>(QStringLiteral("transcript"));
    QScrollBar *bar = transcript->verticalScrollBar();
    bar->setValue(bar->value() - bar->pageStep() * 13 / 5);
}

void Tour::start()
{
    if (!QDir().mkpath(m_pictures))
        return fail(QStringLiteral("cannot make the folder ") + m_pictures);
    m_total.start();
    nextStep();
}

void Tour::nextStep()
{
    if (m_step == m_steps.size())
        return report();
    m_stepTime.start();
    m_steps[m_step].act();
    m_look.start();
}

void Tour::look()
{
    const Step &step = m_steps[m_step];
    if (!step.isDone()) {
        if (m_stepTime.hasExpired(stepDeadlineMs))
            fail(QStringLiteral("\"%1\" did not happen within %2 s")
                     .arg(step.name)
                     .arg(stepDeadlineMs / 1000));
        return;
    }
    m_look.stop();
    std::printf("%6.2f s  %s\n", static_cast<double>(m_total.elapsed()) / 1000, qPrintable(step.name));
    std::fflush(stdout);
    if (!step.picture.isEmpty())
        takePictures(step.picture);
    ++m_step;
    QTimer::singleShot(0, this, &Tour::nextStep);
}

void Tour::press(int key, Qt::KeyboardModifiers modifiers)
{
    QWidget *target = m_application.window().findChild<QPlainTextEdit *>(QStringLiteral("message"));
    if (key == Qt::Key_N && modifiers == Qt::ControlModifier) {
        Q_EMIT m_application.window()
            .newConversationRequested(); // shortcuts need an active window, which a screen off has not
        return;
    }
    QKeyEvent down(QEvent::KeyPress, key, modifiers);
    QCoreApplication::sendEvent(target, &down);
    QKeyEvent up(QEvent::KeyRelease, key, modifiers);
    QCoreApplication::sendEvent(target, &up);
}

void Tour::type(const QString &text)
{
    QWidget *target = m_application.window().findChild<QPlainTextEdit *>(QStringLiteral("message"));
    for (const QChar &character : text) {
        QKeyEvent down(QEvent::KeyPress, 0, Qt::NoModifier, QString(character));
        QCoreApplication::sendEvent(target, &down);
    }
    press(Qt::Key_Return, Qt::NoModifier);
}

void Tour::takePictures(const QString &name)
{
    MainWindow &window = m_application.window();
    for (const bool isDark : {true, false}) { // light last: it is how the tour goes on
        applyTheme(isDark ? Theme::dark() : Theme::light());
        const QString file = m_pictures + QLatin1Char('/') + name +
                             (isDark ? QStringLiteral("-dark.png") : QStringLiteral("-light.png"));
        if (!window.grab().save(file))
            return fail(QStringLiteral("cannot write ") + file);
    }
}

const TranscriptModel::Row *Tour::answer(int which) const
{
    const TranscriptModel &model = m_application.transcript();
    for (int row = 0; row < model.rowCount(); ++row) {
        if (model.row(row).item.role == Role::Agent && which-- == 0)
            return &model.row(row);
    }
    return nullptr;
}

const TranscriptModel::Row *Tour::message(int which) const
{
    const TranscriptModel &model = m_application.transcript();
    for (int row = 0; row < model.rowCount(); ++row) {
        if (model.row(row).item.role == Role::User && which-- == 0)
            return &model.row(row);
    }
    return nullptr;
}

std::size_t Tour::textBytes() const
{
    const auto *first = answer(0);
    return first ? first->text.size() : 0;
}

void Tour::report()
{
    // What the window shows is judged by what the gateway said of the whole: length and SHA-256.
    const TranscriptModel::Row &shown = *answer(0);
    const auto expected = static_cast<qint64>(shown.item.finalLength);
    const auto got = static_cast<qint64>(shown.text.size());
    const bool isSame =
        QCryptographicHash::hash(QByteArray::fromStdString(shown.text), QCryptographicHash::Sha256).toHex() ==
        QByteArray::fromStdString(shown.item.sha256);
    const qint64 lost = std::max<qint64>(0, expected - got);
    const qint64 doubled = std::max<qint64>(0, got - expected);
    int questions = 0;
    while (message(questions + 1))
        ++questions;
    std::printf(
        "offline for %.1f s with %zu bytes received; first new byte %.0f ms after going online\n"
        "answer %lld of %lld bytes, %s; lost %lld, doubled %lld; queued messages delivered %d, doubled %d\n"
        "pictures: %s\n",
        static_cast<double>(m_offlineMs) / 1000, m_keptBytes, static_cast<double>(m_resumeMs), got, expected,
        isSame ? "SHA-256 equal" : "SHA-256 NOT equal", lost, doubled, std::min(questions, 1),
        std::max(0, questions - 1), qPrintable(m_pictures));
    std::fflush(stdout);
    const bool isGood = isSame && lost == 0 && doubled == 0 && questions == 1;
    Q_EMIT finished(isGood ? 0 : 1);
}

void Tour::fail(const QString &why)
{
    m_look.stop();
    std::fprintf(stderr, "holdfast: the tour stopped: %s\n", qPrintable(why));
    Q_EMIT finished(1);
}

} // namespace holdfast
