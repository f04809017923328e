// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/session/clock.h"

#include <QByteArray>
#include <QByteArrayView>

#include <deque>
#include <optional>

namespace holdfast {

/// What is on its way in one direction of a connection: parcels of bytes, each with the time from which it
/// may arrive, and at last the end. Order is kept: nothing is due before what stands in front of it, so a
/// shorter delay never lets bytes overtake. Any thread; it asks no clock.
class DelayLine
{
public:
    enum class End { None, Fin, Reset };

    void push(const QByteArray &bytes, TimePoint due);
    /// Nothing comes behind it; a second end changes nothing.
    void end(End how, TimePoint due);

    /// The oldest bytes, when they may arrive by `now`; else empty. Valid until the next call that changes
    /// the line.
    QByteArrayView due(TimePoint now) const;
    /// `count` of the bytes of due() have been taken.
    void taken(qsizetype count);
    /// How the direction ends, once every byte is taken and the end is due; None before.
    End endDue(TimePoint now) const;
    /// When due() or endDue() will next have something; nothing when the line is empty.
    std::optional<TimePoint> next() const;
    /// The bytes will never be asked for.
    void drop();

    bool isEnded() const { return m_end != End::None; }
    /// It holds as much as it may: who fills it waits.
    bool isFull() const { return m_bytes >= bytesMax; }

    /// 100 MB/s over a round trip of 80 ms, and few enough for a hundred connections.
    static constexpr qint64 bytesMax = 4 * 1024 * 1024;

private:
    struct Parcel {
        TimePoint due;
        QByteArray bytes;
    };
    TimePoint notBeforeTheLast(TimePoint due);

    std::deque<Parcel> m_parcels;
    qsizetype m_takenOfFirst{0};
    qint64 m_bytes{0};
    TimePoint m_lastDue{};
    End m_end{End::None};
};

} // namespace holdfast
