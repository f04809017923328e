// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/lab/delayline.h"
#include "app/lab/fault.h"
#include "app/lab/streamsocket.h"
#include "app/lab/treatment.h"

#include <QTimer>

#include <cstdint>

namespace holdfast {

/// One connection through a FaultProxy: two sockets, and what is on its way between them. An end or a reset
/// of one side arrives at the other as what it was. Memory is bounded: a side that does not take its bytes
/// stops the reading of the other. Thread: the one that made it.
class ProxiedConnection : public QObject
{
    Q_OBJECT
public:
    struct Upstream {
        QString host;
        quint16 port{0};
    };

    /// \param client  a connected socket; it is owned from here on.
    /// \param treatment  as it is now; it changes during the connection, and outlives it.
    ProxiedConnection(int client, Upstream upstream, const Treatment &treatment);

    void cut(fault::Cut::How how);
    /// The passage was opened or closed.
    void passageChanged();
    /// The bytes of Treatment::cutAfter are counted from here.
    void countAfresh() { m_countedDown = 0; }
    /// It is not about to end.
    bool isCarrying() const { return m_stage == Stage::Carrying; }

Q_SIGNALS:
    void carriedToClient(qint64 bytes);
    void carriedToUpstream(qint64 bytes);
    /// Both sides are closed.
    void over();

private:
    enum class Stage {
        Carrying,
        Delivering, ///< the last bytes before a cut by length are being acknowledged
        Ending,     ///< FIN is sent on both sides; theirs are awaited
        Over
    };
    struct Direction {
        StreamSocket *from{nullptr};
        StreamSocket *to{nullptr};
        DelayLine line;
        QTimer timer;
        bool isPassed{false}; ///< its end has arrived
        TimePoint freeAt{};   ///< when the line has carried what was put on it; with a rate
    };

    void connectDirection(Direction &direction);
    void onReadable(Direction &direction);
    void fill(Direction &direction);
    void put(Direction &direction, const QByteArray &bytes);
    void drain(Direction &direction);
    bool drainBytes(Direction &direction, TimePoint now);
    void drainEnd(Direction &direction, TimePoint now);
    void onBroken(Direction &direction);
    void watch(Direction &direction);
    void closeWhenDelivered();
    void discard(Direction &direction);
    void finish();
    qint64 roomBeforeCut(const Direction &direction) const;
    TimePoint dueFor(const Direction &direction) const;
    bool isHeld() const { return m_treatment.passage == Treatment::Passage::Held; }

    Upstream m_where;
    const Treatment &m_treatment;
    TimePoint m_openSince; ///< when a real handshake would have been through
    StreamSocket m_client;
    StreamSocket m_upstream;
    Direction m_down; ///< to the client
    Direction m_up;
    QTimer m_arrival;  ///< the way of the first packet to the upstream
    TimePoint m_endBy; ///< patience with a client that does not acknowledge its last bytes
    std::uint64_t m_countedDown{0};
    Stage m_stage{Stage::Carrying};
};

} // namespace holdfast
