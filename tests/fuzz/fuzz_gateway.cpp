// SPDX-License-Identifier: Apache-2.0
// A gateway under any row of events: hostile clients, several links of a device, reads that are answered
// late.
#include "model/session/gatewaysession.h"
#include "model/text/check.h"
#include "tests/fuzz/script.h"
#include "tests/support/memorystores.h"

#include <algorithm>
#include <deque>
#include <set>

using namespace holdfast;

namespace {

using fuzz::Script;

class Gateway
{
public:
    explicit Gateway(Script script) : m_script(script), m_session({"e0", "g1", 0, 0, {50, 3}}) {}

    void run()
    {
        while (!m_script.isOver())
            act();
    }

private:
    void feed(const gate::Event &event)
    {
        const auto step = m_session.on(event, m_now);
        HF_CHECK(m_session.isConsistent());
        HF_CHECK(m_session.linkCount() <= m_links.size());
        for (const gate::Action &each : step.actions)
            std::visit([this](const auto &a) { take(a); }, each);
    }

    void take(const gate::action::Send &a)
    {
        HF_CHECK(m_links.contains(a.link)); // nothing is said on a link that is over
        if (const auto *log = std::get_if<frame::Log>(&a.frame))
            HF_CHECK(log->upTo <= m_log.head()); // only what is stored is told
        if (const auto *tail = std::get_if<frame::Tail>(&a.frame))
            HF_CHECK(tail->text == m_log.text(tail->item, tail->offset, tail->text.size()));
        if (const auto *synced = std::get_if<frame::Synced>(&a.frame))
            HF_CHECK(synced->cursor.seq <= m_log.head());
    }
    void take(const gate::action::CloseLink &a) { m_links.erase(a.link); }
    void take(const gate::action::ReadLog &a)
    {
        m_news.push_back(m_log.read(a.link, a.after, 1 + m_script.choose(4)));
    }
    void take(const gate::action::ReadText &a)
    {
        m_news.push_back(gate::event::TextRead{
            a.link, a.position, m_log.text(a.position.item, a.position.offset, 1 + m_script.choose(8))});
    }
    void take(const gate::action::LookUp &a)
    {
        m_news.push_back(gate::event::TextFound{a.link, a.position, m_log.state(a.position.item)});
    }
    void take(const gate::action::Accept &a)
    {
        const frame::Result result = m_log.accept(a.device, a.command);
        m_news.push_back(gate::event::TextGrew{m_log.state({a.command.id.value})});
        m_news.push_back(gate::event::Appended{m_log.head()});
        m_news.push_back(gate::event::CommandSettled{a.link, result});
    }
    void take(const gate::action::Ask &a) { m_news.push_back(gate::event::Answered{a.link, {}}); }
    void take(const gate::action::Noted &) {}

    ItemId item() { return {m_script.flip() ? "a" : "b"}; }
    LinkId link() { return static_cast<LinkId>(m_last - std::min(m_last, m_script.choose(4))); }
    TailPosition position() { return {item(), m_script.choose(2), m_script.choose(20)}; }

    void open()
    {
        ResumeRequest resume{.version = m_script.choose(16) == 0 ? 2 : 1,
                             .cursor = {m_script.choose(4) == 0 ? "e1" : "e0", m_script.choose(20), {}},
                             .device = {m_script.flip() ? "d1" : "d2"},
                             .attempt = {"t"},
                             .tails = {}};
        gate::event::LinkOpened opened{
            .link = static_cast<LinkId>(++m_last), .resume = {}, .lineage = {}, .texts = {}, .proof = {}};
        while (m_script.flip()) {
            resume.tails.push_back(position());
            opened.texts.push_back(m_log.state(resume.tails.back().item));
        }
        opened.resume = resume;
        m_links.insert(opened.link);
        feed(opened);
    }

    Frame frameOfSomeKind()
    {
        switch (m_script.choose(7)) {
        case 0:
            return frame::Command{.seq = 1 + m_script.choose(8),
                                  .id = {"m" + std::to_string(m_script.choose(8))},
                                  .name = "send",
                                  .text = "hi"};
        case 1:
            return frame::Ack{{"e0", m_script.choose(20), {}}, {position()}};
        case 2:
            return question();
        case 3:
        case 4:
            return frame::GetPart{position()};
        case 5:
            return frame::GetLog{m_script.choose(30)};
        default:
            return frame::Synced{{"e0", 1, {}}};
        }
    }

    Frame question()
    {
        switch (m_script.choose(4)) {
        case 0:
            return frame::Focus{{m_script.flip() ? "c" : ""}};
        case 1:
            return frame::GetHistory{m_script.choose(9), {"c"}, m_script.choose(9)};
        case 2:
            return frame::GetContext{m_script.choose(9), {"c"}};
        default:
            return frame::Ping{m_script.choose(9)};
        }
    }

    /// What happens to a gateway seldom, and to all of its clients.
    gate::Event upheaval()
    {
        switch (m_script.choose(4)) {
        case 0:
            return gate::event::DrainBegun{std::chrono::milliseconds(m_script.choose(256) * 50)};
        case 1:
            return gate::event::DrainReady{};
        case 2:
            return gate::event::AgentsChanged{std::vector<AgentInfo>(m_script.choose(3))};
        default:
            return gate::event::FloorRose{m_script.choose(20)};
        }
    }

    void answerOne()
    {
        if (m_news.empty())
            return;
        const gate::Event read = m_news.front();
        m_news.pop_front();
        feed(read);
    }

    void grow()
    {
        const ItemId grown = item();
        const bool isNew = m_log.state(grown).status == gate::TextState::Status::Unknown;
        if (isNew) {
            m_log.grow(grown, "");
            m_news.push_back(gate::event::Appended{m_log.append(logged::RunStarted{.item = grown})});
        } else if (m_log.state(grown).status == gate::TextState::Status::Growing) {
            m_log.grow(grown, std::string(1 + m_script.choose(9), 'x'));
            m_news.push_back(gate::event::TextGrew{m_log.state(grown)});
        }
    }

    void finish()
    {
        const ItemId ended = item();
        if (m_log.state(ended).status != gate::TextState::Status::Growing)
            return;
        const std::uint64_t head = m_log.finish(ended);
        m_news.push_back(gate::event::TextGrew{m_log.state(ended)});
        m_news.push_back(gate::event::Appended{head});
    }

    void act()
    {
        switch (m_script.choose(16)) {
        case 0:
            return open();
        case 1: {
            const LinkId lost = link();
            m_links.erase(lost);
            return feed(gate::event::LinkLost{lost});
        }
        case 2:
            return m_script.choose(8) == 0 ? finish() : grow();
        case 3:
            return grow();
        case 4:
            return feed(m_script.flip() ? gate::Event(gate::event::LinkFull{link()})
                                        : gate::event::LinkWritable{link()});
        case 5:
            m_now += std::chrono::milliseconds(m_script.choose(100));
            return feed(gate::event::TimeCame{});
        case 6:
            return feed(m_script.flip() ? upheaval() : gate::event::FrameUnreadable{link(), {}});
        case 7:
        case 8:
        case 9:
            return feed(gate::event::FrameReceived{link(), frameOfSomeKind()});
        default:
            return answerOne();
        }
    }

    Script m_script;
    TimePoint m_now{std::chrono::seconds(100)};
    test::MemoryLog m_log;
    GatewaySession m_session;
    std::deque<gate::Event> m_news; ///< in the order in which it happened
    std::set<LinkId> m_links;
    unsigned m_last{0};
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    Gateway(Script(data, size)).run();
    return 0;
}
