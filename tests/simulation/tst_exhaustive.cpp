// SPDX-License-Identifier: Apache-2.0
// Not chance: every byte at which a link can break, every point at which a side can be killed, and of a
// shorter session every cut between two frames with every kill.
#include "tests/simulation/shortsession.h"

#include <QTest>

#include <cstdio>

using namespace holdfast;
using namespace holdfast::test;

namespace {

using Length = ShortSession::Length;
using Blows = ShortSession::Blows;

struct Sizes {
    std::array<std::uint64_t, 2> bytes{0, 0};
    std::array<std::vector<std::uint64_t>, 2> frames;
    std::uint64_t clientPoints{0};
    std::uint64_t gatewayPoints{0};
};

/// Runs them, counts them, remembers the first that went wrong.
class Tally
{
public:
    using Make = std::unique_ptr<ShortStores> (*)();
    Tally(Make make, Length length) : m_make(make), m_length(length)
    {
        const auto stores = m_make();
        ShortSession session(*stores, m_length, {});
        m_fault = session.run();
        m_sizes = {{session.bytes(ShortSession::ToClient), session.bytes(ShortSession::ToGateway)},
                   {session.frames(ShortSession::ToClient), session.frames(ShortSession::ToGateway)},
                   session.clientPoints(),
                   session.gatewayPoints()};
    }
    const Sizes &sizes() const { return m_sizes; }
    void run(const Blows &blows, std::size_t count)
    {
        const auto stores = m_make();
        ShortSession session(*stores, m_length, blows);
        std::string fault = session.run();
        if (fault.empty() && count == 1 && session.blowsDone() != 1)
            fault = "the blow never fell";
        ++m_cases;
        m_blows += session.blowsDone();
        if (m_fault.empty() && !fault.empty())
            m_fault = "cut at " + std::to_string(blows.cutAt[0]) + '/' + std::to_string(blows.cutAt[1]) +
                      ", killed at " + std::to_string(blows.killClientAt) + '/' +
                      std::to_string(blows.killGatewayAt) + ": " + fault;
    }
    const std::string &fault() const { return m_fault; }
    void print(const char *what) const
    {
        std::printf("%s: %zu cases, %zu blows (%llu + %llu bytes, %llu + %llu points)\n", what, m_cases,
                    m_blows, static_cast<unsigned long long>(m_sizes.bytes[0]),
                    static_cast<unsigned long long>(m_sizes.bytes[1]),
                    static_cast<unsigned long long>(m_sizes.clientPoints),
                    static_cast<unsigned long long>(m_sizes.gatewayPoints));
    }

private:
    Make m_make;
    Length m_length;
    Sizes m_sizes;
    std::size_t m_cases{0};
    std::size_t m_blows{0};
    std::string m_fault;
};

Blows cutAt(std::size_t direction, std::uint64_t byte)
{
    Blows blows;
    blows.cutAt[direction] = byte;
    return blows;
}

void killAtEveryPoint(Tally &tally)
{
    for (std::uint64_t at = 1; at <= tally.sizes().clientPoints; ++at)
        tally.run({.killClientAt = at}, 1);
    for (std::uint64_t at = 1; at <= tally.sizes().gatewayPoints; ++at)
        tally.run({.killGatewayAt = at}, 1);
}

} // namespace

class ExhaustiveSpec : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void convergesAfterACutAtEveryByte()
    {
        Tally tally(memoryStores, Length::Usual);

        for (const std::size_t direction : {ShortSession::ToClient, ShortSession::ToGateway}) {
            for (std::uint64_t byte = 1; byte <= tally.sizes().bytes[direction]; ++byte)
                tally.run(cutAt(direction, byte), 1);
        }

        tally.print("cut at every byte");
        QVERIFY2(tally.fault().empty(), tally.fault().c_str());
    }

    void convergesAfterAKillAtEveryPoint()
    {
        Tally tally(memoryStores, Length::Usual);

        killAtEveryPoint(tally);

        tally.print("killed at every point");
        QVERIFY2(tally.fault().empty(), tally.fault().c_str());
    }

    void convergesAfterAKillAtEveryPoint_onTheRealStores()
    {
        Tally tally(realStores, Length::Usual);

        killAtEveryPoint(tally);

        tally.print("killed at every point, on SQLite");
        QVERIFY2(tally.fault().empty(), tally.fault().c_str());
    }

    /// A cut and a kill, in either order: whichever comes first in the session falls first. All bytes of a
    /// frame are one place: it arrives whole or not at all.
    void convergesAfterEveryPair()
    {
        Tally tally(memoryStores, Length::Short);

        for (const std::size_t direction : {ShortSession::ToClient, ShortSession::ToGateway}) {
            for (const std::uint64_t byte : tally.sizes().frames[direction]) {
                Blows blows = cutAt(direction, byte);
                for (blows.killClientAt = 1; blows.killClientAt <= tally.sizes().clientPoints;
                     ++blows.killClientAt)
                    tally.run(blows, 2);
                blows.killClientAt = 0;
                for (blows.killGatewayAt = 1; blows.killGatewayAt <= tally.sizes().gatewayPoints;
                     ++blows.killGatewayAt)
                    tally.run(blows, 2);
            }
        }

        tally.print("every cut with every kill");
        QVERIFY2(tally.fault().empty(), tally.fault().c_str());
    }
};

QTEST_GUILESS_MAIN(ExhaustiveSpec)
#include "tst_exhaustive.moc"
