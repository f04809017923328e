// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/protocol/frame.h"
#include "tests/simulation/checkers/judge.h"

#include <map>

namespace holdfast::sim {

/// What one client asks is answered, or refused, exactly once, on however many links.
class AnswerChecker
{
public:
    explicit AnswerChecker(Judge &judge) : m_judge(judge) {}

    void asks(std::uint64_t id, const ConversationId &conversation)
    {
        m_open[id].conversation = conversation;
    }
    void leaves(std::uint64_t id) { ++m_open[id].links; }
    /// \returns on how many links it was asked.
    int answered(const frame::Response &response)
    {
        const auto found = m_open.find(response.id);
        if (found == m_open.end()) {
            m_judge.broken("answer", "question " + std::to_string(response.id) + " is answered twice");
            return 0;
        }
        const Open open = found->second;
        m_open.erase(found);
        if (response.error.empty() &&
            response.json.find('"' + open.conversation.value + '"') == std::string::npos)
            m_judge.broken("answer", "another question is answered: " + response.json);
        return open.links;
    }
    bool isWaiting() const { return !m_open.empty(); }
    /// The process has died that asked.
    void forget() { m_open.clear(); }

private:
    struct Open {
        ConversationId conversation;
        int links{0};
    };
    Judge &m_judge;
    std::map<std::uint64_t, Open> m_open;
};

} // namespace holdfast::sim
