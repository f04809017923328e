// SPDX-License-Identifier: Apache-2.0
#include "tests/process/torture/faults.h"

namespace holdfast::torture {

namespace {

QStringList words(const QString &line) { return line.split(QLatin1Char(' ')); }

/// A word to both labs, and one that takes it back (empty when it needs none).
class LabFault : public Fault
{
public:
    LabFault(const char *name, const char *sentence, Lasting lasting, QByteArray strikes, QByteArray heals)
        : Fault(QLatin1String(name), QLatin1String(sentence), lasting),
          m_strikes(std::move(strikes)),
          m_heals(std::move(heals))
    {}
    void strike(Scene &scene, Dice &) override { tellAll(scene, m_strikes); }
    void heal(Scene &scene) override { tellAll(scene, m_heals); }

protected:
    static void tellAll(Scene &scene, const QByteArray &command)
    {
        for (Scene::Account &account : scene.accounts()) {
            if (!command.isEmpty())
                Scene::tell(account, command);
        }
    }

private:
    QByteArray m_strikes;
    QByteArray m_heals;
};

class CutAfter : public LabFault
{
public:
    CutAfter()
        : LabFault("cut-after", "Each connection is reset when it has carried a few thousand bytes.",
                   {100, 600}, {}, "cut-after 0")
    {}
    void strike(Scene &scene, Dice &dice) override
    {
        tellAll(scene, "cut-after " + QByteArray::number(dice.between(1, 20'000)));
    }
};

class Jitter : public LabFault
{
public:
    Jitter()
        : LabFault("jitter", "The round trip jumps up and down between 0 and 300 ms.", {50, 150}, {},
                   "latency 0")
    {}
    void strike(Scene &scene, Dice &dice) override
    {
        for (int i = 0; i < 5; ++i) {
            tellAll(scene, "latency " + QByteArray::number(dice.between(0, 300)));
            goOnFor(dice.between(5, 60));
        }
    }
};

/// Commands in the clients' network.
class AwayFault : public Fault
{
public:
    AwayFault(const char *name, const char *sentence, Lasting lasting, QStringList strikes, QStringList heals)
        : Fault(QLatin1String(name), QLatin1String(sentence), lasting),
          m_strikes(std::move(strikes)),
          m_heals(std::move(heals))
    {}
    void strike(Scene &scene, Dice &) override { doAll(scene, m_strikes); }
    void heal(Scene &scene) override { doAll(scene, m_heals); }

private:
    static void doAll(Scene &scene, const QStringList &commands)
    {
        for (const QString &each : commands) {
            if (!run(words(each)))
                scene.record().add(QStringLiteral("runner"), QStringLiteral("broke"),
                                   {{QStringLiteral("what"), QString(QStringLiteral("failed: ") + each)}});
        }
    }
    QStringList m_strikes;
    QStringList m_heals;
};

/// The clients' machine has another address from here on; what was connected hangs.
class AddressChange : public Fault
{
public:
    AddressChange()
        : Fault(QStringLiteral("address-change"),
                QStringLiteral("The clients' machine loses its address and gets another one."), {20, 300})
    {}
    void strike(Scene &, Dice &) override
    {
        run(words(QStringLiteral("ip -n away addr del 10.77.0.%1/24 dev out").arg(m_last)));
        m_last = m_last == lastMax ? lastMin : m_last + 1;
    }
    void heal(Scene &) override
    {
        run(words(QStringLiteral("ip -n away addr add 10.77.0.%1/24 dev out").arg(m_last)));
    }

private:
    static constexpr int lastMin = 2;
    static constexpr int lastMax = 200;
    int m_last{lastMin};
};

/// Packets of one direction vanish.
std::unique_ptr<Fault> oneWay(const char *name, const char *sentence, const char *hook, const char *device)
{
    const QString nft = QStringLiteral("ip netns exec away nft ");
    const QString chain = QStringLiteral("inet faults ") + QLatin1String(hook);
    return std::make_unique<AwayFault>(
        name, sentence, Fault::Lasting{100, 900},
        QStringList{nft + QStringLiteral("add chain %1 { type filter hook %2 priority 0 ; }")
                              .arg(chain, QLatin1String(hook)),
                    nft + QStringLiteral("add rule %1 %2 out drop").arg(chain, QLatin1String(device))},
        QStringList{nft + QStringLiteral("delete chain ") + chain});
}

} // namespace

void addNetworkFaults(std::vector<std::unique_ptr<Fault>> &faults)
{
    using std::make_unique;
    faults.push_back(make_unique<LabFault>("reset", "Every connection is reset (RST).", Fault::Lasting{0, 50},
                                           "cut rst", ""));
    faults.push_back(make_unique<LabFault>("fin", "Every connection ends in order (FIN).",
                                           Fault::Lasting{0, 50}, "cut fin", ""));
    faults.push_back(make_unique<LabFault>("refuse", "Every connection is reset, and new ones are refused.",
                                           Fault::Lasting{20, 700}, "offline", "online"));
    faults.push_back(make_unique<LabFault>("stall", "Nothing passes for less than a second.",
                                           Fault::Lasting{50, 900}, "blackhole on", "blackhole off"));
    faults.push_back(make_unique<LabFault>("black-hole", "Nothing passes, until the clients have noticed it.",
                                           Fault::Lasting{4'500, 6'000}, "blackhole on", "blackhole off"));
    faults.push_back(make_unique<LabFault>("latency", "The round trip takes 200 ms.",
                                           Fault::Lasting{100, 500}, "latency 200", "latency 0"));
    faults.push_back(make_unique<CutAfter>());
    faults.push_back(make_unique<Jitter>());
    faults.push_back(make_unique<AwayFault>("link-down", "The cable is pulled and put back.",
                                            Fault::Lasting{50, 900},
                                            QStringList{QStringLiteral("ip -n away link set out down")},
                                            QStringList{QStringLiteral("ip -n away link set out up")}));
    faults.push_back(make_unique<AwayFault>(
        "link-down-long", "The cable is pulled, and put back when the clients have noticed it.",
        Fault::Lasting{4'500, 6'000}, QStringList{QStringLiteral("ip -n away link set out down")},
        QStringList{QStringLiteral("ip -n away link set out up")}));
    faults.push_back(make_unique<AddressChange>());
    faults.push_back(oneWay("drop-up", "What the clients send vanishes.", "output", "oifname"));
    faults.push_back(oneWay("drop-down", "What is sent to the clients vanishes.", "input", "iifname"));
}

} // namespace holdfast::torture
