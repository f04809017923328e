// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>
#include <QTimer>

class QSocketNotifier;

namespace holdfast {

/// Says when the machine's networks have changed: links, addresses or routes, as the kernel tells (rtnetlink;
/// Linux), and what QNetworkInformation knows where it has a backend. A hint, never a verdict: whether the
/// gateway can be reached only an attempt tells. Several changes at a time are one. Thread: the one that made
/// it, which must be the application's.
class Reachability : public QObject
{
    Q_OBJECT
public:
    explicit Reachability(QObject *parent = nullptr);
    ~Reachability() override;

Q_SIGNALS:
    void changed();

private:
    void listen();
    void read();

    QTimer m_settle;
    QSocketNotifier *m_notifier{nullptr};
    int m_socket{-1};
};

} // namespace holdfast
