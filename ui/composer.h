// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/items/changeset.h"

#include <QFrame>

class QComboBox;
class QLabel;
class QPlainTextEdit;
class QPushButton;

namespace holdfast {

/// Where a message is written. It can always be sent: without a connection it is queued, and the button says
/// so.
class Composer : public QFrame
{
    Q_OBJECT
public:
    explicit Composer(QWidget *parent = nullptr);

    void setAgents(const std::vector<AgentInfo> &agents);
    void chooseAgent(const AgentId &agent);
    AgentId agent() const;
    enum class Sending { Now, Later };
    void setSending(Sending sending);
    void setText(const QString &text);
    /// Puts a text back that could not be sent, and says why until it is changed.
    void giveBack(const QString &text, const QString &why);
    /// Puts a text back to be changed, before what is being written.
    void edit(const QString &text);
    void focusText();

Q_SIGNALS:
    void sendRequested(const QString &text);
    void agentChosen();
    /// The user wants to change what was written last: Up, with nothing written.
    void recallRequested();
    /// Somebody writes.
    void edited();

protected:
    bool eventFilter(QObject *object, QEvent *event) override;

private:
    void send();
    void onTextChanged();

    QPlainTextEdit *m_text;
    QComboBox *m_agents;
    QLabel *m_notice;
    QPushButton *m_send;
};

} // namespace holdfast
