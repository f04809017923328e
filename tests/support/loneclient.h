// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/session/clientsession.h"

#include <algorithm>

namespace holdfast::test {

/// A client's session alone, for a test that is the gateway and the network: what it asks for is kept,
/// commits are done at once, and the time only passes when told to.
class LoneClient
{
public:
    explicit LoneClient(ClientSession::Restored restored = {.device = {"d1"},
                                                            .cursor = {"e", 5},
                                                            .texts = {},
                                                            .commands = {}})
        : m_session(std::move(restored), {})
    {}

    void feed(const Event &event)
    {
        const auto step = m_session.on(event, now);
        for (const Action &each : step.actions) {
            actions.push_back(each);
            if (const auto *commit = std::get_if<action::Commit>(&each))
                m_commits.push_back(commit->id);
        }
        wake = step.wake;
        while (!m_commits.empty()) {
            const CommitId id = m_commits.front();
            m_commits.erase(m_commits.begin());
            feed(event::Committed{id});
        }
    }
    /// Everything the session asked for up to `by` from now happens.
    void pass(Duration by)
    {
        const TimePoint end = now + by;
        while (wake && wake->at <= end) {
            now = std::max(now, wake->at);
            feed(event::TimeCame{});
        }
        now = end;
    }

    template<class A>
    std::vector<A> all() const
    {
        std::vector<A> found;
        for (const Action &each : actions) {
            if (const auto *a = std::get_if<A>(&each))
                found.push_back(*a);
        }
        return found;
    }
    LinkId dialled() const { return all<action::OpenLink>().back().link; }
    ResumeRequest said() const { return all<action::OpenLink>().back().resume; }
    std::size_t dials() const { return all<action::OpenLink>().size(); }
    bool isAborted(LinkId link) const
    {
        return std::ranges::any_of(all<action::AbortLink>(),
                                   [&](const action::AbortLink &a) { return a.link == link; });
    }
    template<class F>
    std::vector<F> sent(LinkId link) const
    {
        std::vector<F> frames;
        for (const auto &each : all<action::SendFrame>()) {
            if (each.link == link && std::holds_alternative<F>(each.frame))
                frames.push_back(std::get<F>(each.frame));
        }
        return frames;
    }
    bool hasNoted(Note note) const
    {
        return std::ranges::any_of(all<action::Noted>(),
                                   [&](const action::Noted &a) { return a.note == note; });
    }

    /// The gateway `generation` answers on the link that was dialled last.
    void answer(const std::string &generation = "g1", std::uint64_t acked = 0)
    {
        feed(event::LinkOpened{dialled(), {}});
        feed(event::FrameReceived{dialled(), frame::Resumed{.from = said().cursor,
                                                            .head = 5,
                                                            .ackedCommand = acked,
                                                            .generation = generation}});
    }
    void sync() { feed(event::FrameReceived{dialled(), frame::Synced{{"e", 5}}}); }
    void lose(LinkId link, Cause cause = Cause::Reset, const std::string &detail = {})
    {
        feed(event::LinkLost{link, cause, detail, {}});
    }
    /// On its first link, nothing to do.
    LinkId goOnline()
    {
        feed(event::GoOnline{});
        answer();
        sync();
        return dialled();
    }
    void stream()
    {
        logged::RunStarted run;
        run.item = {"a1"};
        feed(event::FrameReceived{dialled(), frame::Log{5, 6, {{6, run}}}});
        feed(event::FrameReceived{dialled(), frame::Tail{{"a1"}, 0, 0, "Der Anker"}});
    }
    const ConnectionStatus &status() const { return m_session.status(); }

    TimePoint now{std::chrono::seconds(1000)};
    std::vector<Action> actions;
    std::optional<Wake> wake;

private:
    ClientSession m_session;
    std::vector<CommitId> m_commits;
};

} // namespace holdfast::test
