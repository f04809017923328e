// SPDX-License-Identifier: Apache-2.0
#include "app/lab/proxiedconnection.h"

#include "app/link/monotonicclock.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace holdfast {

using namespace std::chrono_literals;

namespace {

constexpr int readsInARow = 16;           ///< then other connections have their turn
constexpr qsizetype packetBytes = 1460;   ///< on a line with a rate, as on Ethernet
constexpr auto endPatience = 5s;          ///< for a side that never answers our FIN
constexpr auto acknowledgementPoll = 1ms; ///< the kernel has no event for "acknowledged"

std::chrono::milliseconds roundedUp(Duration delay)
{
    return std::max(0ms, std::chrono::ceil<std::chrono::milliseconds>(delay));
}

} // namespace

ProxiedConnection::ProxiedConnection(int client, Upstream upstream, const Treatment &treatment)
    : m_where(std::move(upstream)),
      m_treatment(treatment),
      m_openSince(MonotonicClock::now() + 2 * treatment.oneWay)
{
    m_client.adopt(client);
    m_down.from = &m_upstream;
    m_down.to = &m_client;
    m_up.from = &m_client;
    m_up.to = &m_upstream;
    connectDirection(m_down);
    connectDirection(m_up);
    connect(&m_upstream, &StreamSocket::connected, this, &ProxiedConnection::passageChanged);
    connect(&m_upstream, &StreamSocket::failed, this, [this] { cut(fault::Cut::How::Reset); });
    m_arrival.setSingleShot(true);
    m_arrival.setTimerType(Qt::PreciseTimer);
    connect(&m_arrival, &QTimer::timeout, this, &ProxiedConnection::passageChanged);
    m_arrival.start(roundedUp(treatment.oneWay));
}

void ProxiedConnection::connectDirection(Direction &direction)
{
    Direction *const each = &direction;
    direction.timer.setSingleShot(true);
    direction.timer.setTimerType(Qt::PreciseTimer);
    connect(&direction.timer, &QTimer::timeout, this, [this, each] { drain(*each); });
    connect(direction.from, &StreamSocket::readable, this, [this, each] { onReadable(*each); });
    connect(direction.to, &StreamSocket::writable, this, [this, each] { drain(*each); });
}

void ProxiedConnection::passageChanged()
{
    if (m_stage != Stage::Carrying)
        return;
    const bool hasArrived = !m_arrival.isActive();
    if (!isHeld() && hasArrived && !m_upstream.isOpen())
        return m_upstream.connectTo(m_where.host, m_where.port);
    for (Direction *each : {&m_down, &m_up}) {
        watch(*each);
        drain(*each);
    }
}

void ProxiedConnection::onReadable(Direction &direction)
{
    if (m_stage == Stage::Carrying)
        fill(direction);
    else if (m_stage == Stage::Ending)
        discard(direction);
}

/// Takes what the sender has, as long as there is room for it.
void ProxiedConnection::fill(Direction &direction)
{
    for (int i = 0; i < readsInARow && !isHeld() && !direction.line.isFull() && !direction.line.isEnded();
         ++i) {
        const StreamSocket::Got got = direction.from->read();
        if (got.what == StreamSocket::Got::What::Nothing)
            break;
        if (got.what == StreamSocket::Got::What::Bytes)
            put(direction, got.bytes);
        else
            direction.line.end(got.what == StreamSocket::Got::What::End ? DelayLine::End::Fin
                                                                        : DelayLine::End::Reset,
                               dueFor(direction));
    }
    watch(direction);
    drain(direction);
}

/// A line with a rate carries packet after packet.
void ProxiedConnection::put(Direction &direction, const QByteArray &bytes)
{
    const std::uint64_t rate = m_treatment.bytesPerSecond;
    if (rate == 0)
        return direction.line.push(bytes, dueFor(direction));
    const TimePoint now = MonotonicClock::now();
    for (qsizetype at = 0; at < bytes.size(); at += packetBytes) {
        const QByteArray packet = bytes.mid(at, packetBytes);
        direction.freeAt = std::max(direction.freeAt, now) +
                           Duration(static_cast<std::uint64_t>(packet.size()) * 1'000'000 / rate);
        direction.line.push(packet, dueFor(direction) + (direction.freeAt - now));
    }
}

/// Hands the receiver what is due, in order; the rest waits for its time, or for room.
void ProxiedConnection::drain(Direction &direction)
{
    if (m_stage != Stage::Carrying || isHeld() || !direction.to->isConnected() || direction.isPassed)
        return;
    const TimePoint now = MonotonicClock::now();
    if (drainBytes(direction, now))
        drainEnd(direction, now);
    if (m_stage == Stage::Carrying)
        watch(direction);
}

/// \returns false when something stands in the way of what comes behind.
bool ProxiedConnection::drainBytes(Direction &direction, TimePoint now)
{
    for (QByteArrayView due = direction.line.due(now); !due.isEmpty(); due = direction.line.due(now)) {
        const qint64 room = roomBeforeCut(direction);
        const qint64 written = direction.to->write(due.first(std::min<qint64>(due.size(), room)));
        direction.to->watchWriting(written == 0 ? StreamSocket::Watch::On : StreamSocket::Watch::Off);
        if (written < 0)
            onBroken(direction);
        if (written <= 0)
            return false;
        direction.line.taken(written);
        if (&direction == &m_down) {
            m_countedDown += static_cast<std::uint64_t>(written);
            Q_EMIT carriedToClient(written);
        } else {
            Q_EMIT carriedToUpstream(written);
        }
        if (written == room) {
            m_stage = Stage::Delivering;
            m_endBy = now + endPatience;
            closeWhenDelivered();
            return false;
        }
    }
    return true;
}

void ProxiedConnection::drainEnd(Direction &direction, TimePoint now)
{
    switch (direction.line.endDue(now)) {
    case DelayLine::End::Fin:
        direction.to->endWriting();
        direction.isPassed = true;
        if (m_down.isPassed && m_up.isPassed)
            finish();
        return;
    case DelayLine::End::Reset:
        return cut(fault::Cut::How::Reset);
    case DelayLine::End::None:
        break;
    }
    if (const auto next = direction.line.next())
        direction.timer.start(roundedUp(*next - now));
}

/// The receiver is gone; the kernel says so only once, so the sender hears it from here.
void ProxiedConnection::onBroken(Direction &direction)
{
    direction.line.drop();
    direction.isPassed = true;
    Direction &other = &direction == &m_down ? m_up : m_down;
    if (other.line.isEnded())
        return cut(fault::Cut::How::Reset);
    other.line.end(DelayLine::End::Reset, dueFor(other));
    drain(other);
}

void ProxiedConnection::watch(Direction &direction)
{
    const bool mayRead = !isHeld() && direction.from->isConnected() && !direction.line.isFull() &&
                         !direction.line.isEnded() && !direction.isPassed;
    direction.from->watchReading(mayRead ? StreamSocket::Watch::On : StreamSocket::Watch::Off);
}

/// A reset throws away what the kernel has not sent, so a cut after an exact count waits for its
/// acknowledgement.
void ProxiedConnection::closeWhenDelivered()
{
    m_client.watchReading(StreamSocket::Watch::Off);
    m_upstream.watchReading(StreamSocket::Watch::Off);
    if (m_client.unacknowledged() == 0 || MonotonicClock::now() >= m_endBy)
        return cut(fault::Cut::How::Reset);
    QTimer::singleShot(acknowledgementPoll, Qt::PreciseTimer, this, [this] {
        if (m_stage == Stage::Delivering)
            closeWhenDelivered();
    });
}

void ProxiedConnection::cut(fault::Cut::How how)
{
    if (m_stage == Stage::Over || (m_stage == Stage::Ending && how == fault::Cut::How::Fin))
        return;
    if (how == fault::Cut::How::Reset) {
        m_client.reset();
        m_upstream.reset();
        return finish();
    }
    m_stage = Stage::Ending;
    QTimer::singleShot(endPatience, this, &ProxiedConnection::finish);
    for (Direction *each : {&m_down, &m_up}) {
        each->isPassed = !each->from->isConnected();
        each->to->endWriting();
        each->to->watchWriting(StreamSocket::Watch::Off);
        each->from->watchReading(StreamSocket::Watch::On);
    }
}

/// Between our FIN and theirs: a close with unread bytes would be a reset, so they are read and dropped.
void ProxiedConnection::discard(Direction &direction)
{
    StreamSocket::Got got = direction.from->read();
    for (int i = 1; i < readsInARow && got.what == StreamSocket::Got::What::Bytes; ++i)
        got = direction.from->read();
    if (got.what != StreamSocket::Got::What::End && got.what != StreamSocket::Got::What::Broken)
        return;
    direction.from->watchReading(StreamSocket::Watch::Off);
    direction.isPassed = true;
    if (m_down.isPassed && m_up.isPassed)
        finish();
}

void ProxiedConnection::finish()
{
    if (std::exchange(m_stage, Stage::Over) == Stage::Over)
        return;
    m_client.close();
    m_upstream.close();
    Q_EMIT over();
}

/// How many bytes may still pass before the connection is cut by length.
qint64 ProxiedConnection::roomBeforeCut(const Direction &direction) const
{
    constexpr qint64 endless = std::numeric_limits<qint64>::max();
    if (&direction != &m_down || m_treatment.cutAfter == 0)
        return endless;
    return static_cast<qint64>(std::min<std::uint64_t>(m_treatment.cutAfter - m_countedDown, endless));
}

TimePoint ProxiedConnection::dueFor(const Direction &direction) const
{
    const TimePoint now = MonotonicClock::now();
    return (&direction == &m_up ? std::max(now, m_openSince) : now) + m_treatment.oneWay;
}

} // namespace holdfast
