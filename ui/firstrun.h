// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/items/changeset.h"

#include <QWidget>

#include <vector>

class QGridLayout;
class QFrame;

namespace holdfast {

/// What an empty conversation shows: whom one can chat with, and what to try.
class FirstRun : public QWidget
{
    Q_OBJECT
public:
    explicit FirstRun(QWidget *parent = nullptr);

    void setAgents(const std::vector<AgentInfo> &agents);
    void choose(const AgentId &agent);

Q_SIGNALS:
    void agentChosen(const holdfast::AgentId &agent);
    void suggested(const holdfast::AgentId &agent, const QString &text);

protected:
    bool eventFilter(QObject *object, QEvent *event) override;

private:
    QFrame *cardFor(const AgentInfo &agent);

    QGridLayout *m_cards;
    std::vector<std::pair<AgentId, QFrame *>> m_agents;
    AgentId m_chosen;
};

} // namespace holdfast
