// SPDX-License-Identifier: Apache-2.0
// A client under any row of events: a hostile gateway, a network that does what it likes, commits that take
// their time, kills at any moment.
#include "model/session/clientsession.h"
#include "model/text/check.h"
#include "tests/fuzz/script.h"
#include "tests/support/memorystores.h"

#include <algorithm>
#include <deque>
#include <memory>

using namespace holdfast;

namespace {

using fuzz::Script;

class Client
{
public:
    explicit Client(Script script) : m_script(script) { start(); }

    void run()
    {
        while (!m_script.isOver())
            act();
    }

private:
    void start()
    {
        m_pending.clear();
        m_last = LinkId::None;
        m_session = std::make_unique<ClientSession>(m_replica.restore(), ClientSession::Options{});
    }

    void feed(const Event &event)
    {
        const auto step = m_session->on(event, m_now);
        HF_CHECK(m_session->isConsistent());
        for (const Action &each : step.actions)
            std::visit([this](const auto &a) { take(a); }, each);
        m_wake = step.wake;
    }

    void take(const action::OpenLink &a)
    {
        HF_CHECK(a.link > m_last); // never reused
        m_last = a.link;
    }
    void take(const action::AbortLink &a) { HF_CHECK(a.link != LinkId::None && a.link <= m_last); }
    void take(const action::SendFrame &a)
    {
        HF_CHECK(a.link != LinkId::None && a.link <= m_last);
        if (const auto *command = std::get_if<frame::Command>(&a.frame))
            HF_CHECK(isNumbered(*command)); // in a durable transaction before it leaves
    }
    void take(const action::Commit &a) { m_pending.push_back(a); }
    void take(const action::ReportStatus &) {}
    void take(const action::ReportResumed &) {}
    void take(const action::Answered &a) { HF_CHECK(a.response.id > 0 && a.response.id <= m_asked); }
    void take(const action::RefuseCommand &) {}
    void take(const action::Noted &) {}

    bool isNumbered(const frame::Command &command) const
    {
        return std::ranges::any_of(m_replica.commands(), [&](const auto &stored) {
            return stored.command.id == command.id && stored.command.seq == command.seq;
        });
    }

    void commitOne()
    {
        if (m_pending.empty())
            return;
        const action::Commit commit = m_pending.front();
        m_pending.pop_front();
        for (const Change &each : commit.changes) {
            if (const auto *tail = std::get_if<change::WriteTail>(&each))
                HF_CHECK(!m_replica.has(tail->item) ||
                         m_replica.item(tail->item).text.size() == tail->offset);
            if (const auto *log = std::get_if<change::ApplyLog>(&each))
                HF_CHECK(log->cursor.epoch != m_replica.cursor().epoch ||
                         log->cursor.seq >= m_replica.cursor().seq);
        }
        m_replica.perform(commit.changes);
        feed(event::Committed{commit.id});
    }

    LinkId link()
    {
        return static_cast<LinkId>(static_cast<unsigned>(m_last) -
                                   (m_script.flip() ? m_script.choose(3) : 0));
    }
    ItemId item() { return {m_script.flip() ? "a" : "b"}; }
    Cursor cursor()
    {
        if (m_script.flip())
            return m_replica.cursor();
        return {m_script.flip() ? "e0" : "e1", m_script.choose(12), m_script.flip() ? "aa" : ""};
    }
    std::string text() { return std::string(m_script.choose(9), m_script.flip() ? 'x' : 'y'); }

    LogBody body()
    {
        switch (m_script.choose(5)) {
        case 0:
            return logged::MessageAdded{.item = item(), .length = m_script.choose(9), .sha256 = "no"};
        case 1:
            return logged::RunStarted{.item = item(), .gen = m_script.choose(3)};
        case 2:
            return logged::RunFinished{.item = item(), .length = m_script.choose(9), .sha256 = "no"};
        case 3:
            return logged::Checkpoint{item(), static_cast<std::uint32_t>(m_script.choose(2)),
                                      m_script.choose(9), "no"};
        default:
            return logged::Unknown{"X", "{}"};
        }
    }

    frame::Log log()
    {
        frame::Log log{m_script.choose(12), 0, {}, m_script.flip() ? "aa" : ""};
        log.upTo = log.after + m_script.choose(5);
        for (std::uint64_t seq = log.after + 1; seq <= log.upTo; ++seq) {
            if (m_script.choose(4) != 0)
                log.events.push_back({seq, body()});
        }
        return log;
    }

    Frame frameOfSomeKind()
    {
        switch (m_script.choose(14)) {
        case 0:
        case 1:
            return frame::Resumed{.from = cursor(),
                                  .head = m_script.choose(12),
                                  .ackedCommand = m_script.choose(6),
                                  .generation = m_script.flip() ? "g1" : "g2"};
        case 2:
            return frame::Reset{.reason = m_script.flip() ? "diverged" : "epoch",
                                .cursor = cursor(),
                                .head = m_script.choose(12),
                                .ackedCommand = m_script.choose(6)};
        case 3:
            return frame::Rejected{m_script.flip() ? "busy" : "version", int(m_script.choose(256)) * 100,
                                   m_script.flip()};
        case 4:
        case 5:
            return log();
        case 6:
        case 7:
            return frame::Tail{item(), m_script.choose(3), m_script.choose(12), text()};
        case 8:
            return frame::Synced{cursor()};
        case 9:
            return frame::Result{m_script.choose(6),
                                 {"m" + std::to_string(m_script.choose(6))},
                                 m_script.flip()   ? ""
                                 : m_script.flip() ? "device_forked"
                                 : m_script.flip() ? "withdrawn"
                                                   : "no",
                                 0};
        case 10:
            return frame::Pong{m_script.choose(6), m_script.choose(12)};
        case 11:
            return frame::Drain{int(m_script.choose(100)), 100};
        case 12:
            return frame::Gone{item()};
        default:
            if (m_script.flip())
                return frame::Response{m_script.choose(6), m_script.flip() ? "" : "deleted", "{}"};
            return frame::Ping{1};
        }
    }

    ConversationId conversation() { return {m_script.flip() ? "c" : ""}; }
    /// What the user, or the machine, does beside the messages.
    Event news()
    {
        switch (m_script.choose(6)) {
        case 1:
            return event::NetworkChanged{};
        case 3:
            return event::FocusChanged{conversation()};
        case 5:
            if (m_script.flip())
                return event::Asked{frame::GetHistory{++m_asked, conversation(), m_script.choose(9)}};
            return event::Asked{frame::GetContext{++m_asked, conversation()}};
        default:
            return event::ClockRead{WallTime{static_cast<std::int64_t>(m_script.choose(256)) * 10'000}};
        }
    }

    void act()
    {
        switch (m_script.choose(16)) {
        case 0:
            return feed(event::GoOnline{});
        case 1:
            return feed(m_script.choose(8) == 0 ? Event(event::GoOffline{Cause::Simulated})
                                                : event::RetryNow{});
        case 2:
            return feed(news());
        case 3:
            return feed(event::LinkOpened{link(), {}});
        case 4:
            return feed(event::LinkLost{
                link(), static_cast<Cause>(m_script.choose(16)), m_script.flip() ? "someone" : "", {}});
        case 5:
            return feed(event::CommandGiven{{.id = {"m" + std::to_string(++m_given)},
                                             .name = m_script.flip() ? "send" : "stop",
                                             .expiresAtMs = m_script.flip() ? 1'000'000 : 0,
                                             .priority = static_cast<Priority>(m_script.choose(4))}});
        case 6:
            return feed(event::CommandWithdrawn{{"m" + std::to_string(m_script.choose(6))}});
        case 7:
            m_now += std::chrono::milliseconds(m_script.choose(256) * 50);
            return feed(event::TimeCame{});
        case 8:
            return m_script.choose(8) == 0 ? start() : commitOne();
        case 9:
        case 10:
            return commitOne();
        default:
            return feed(event::FrameReceived{link(), frameOfSomeKind()});
        }
    }

    Script m_script;
    TimePoint m_now{std::chrono::seconds(100)};
    test::MemoryReplica m_replica;
    std::unique_ptr<ClientSession> m_session;
    std::deque<action::Commit> m_pending;
    std::optional<Wake> m_wake;
    LinkId m_last{LinkId::None};
    int m_given{0};
    std::uint64_t m_asked{0};
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    Client(Script(data, size)).run();
    return 0;
}
