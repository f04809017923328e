// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/gateway/agents/agent.h"
#include "model/store/database.h"

#include <memory>

namespace holdfast {

/// Answers questions about Holdfast from its own help texts (resources/agents/guide), found by full-text
/// search.
class Guide : public Agent
{
public:
    Guide();
    ~Guide() override;

    AgentInfo info() const override;
    /// The same question finds the same text, so a cut answer can go on where it broke.
    AfterCrash afterCrash() const override { return AfterCrash::Resume; }
    std::unique_ptr<AgentRun> run(const RunRequest &request) const override;

    /// The whole answer to a question, Markdown.
    std::string answer(const std::string &question) const;
    /// What the Guide knows of a conversation behind this question: how many it has answered and about what,
    /// what it searched for, and what it was asked to remember ("remember …"). \param context  as it was,
    /// JSON.
    std::vector<std::pair<QString, QByteArray>> states(const std::string &question,
                                                       const std::string &context) const;

private:
    struct Topic {
        std::string title;
        std::string text;
    };
    void addTopic(const QString &file);
    std::vector<Topic> find(const std::string &question) const;

    std::unique_ptr<Database> m_index; ///< SQLite FTS5, in memory
    std::vector<Topic> m_topics;
};

} // namespace holdfast
