// SPDX-License-Identifier: Apache-2.0
#include "tests/process/torture/faults.h"

namespace holdfast::torture {

namespace {

constexpr int storeUnusable = 7; ///< of client and gateway alike
constexpr int tokenRefused = 4;
constexpr int noticesWithinMs = 10'000;

/// A fault of one program, a client or a gateway, taken by chance.
class ProgramFault : public Fault
{
public:
    enum class Whom { Client, Gateway, Lab };
    ProgramFault(const char *name, const char *sentence, Lasting lasting, Whom whom)
        : Fault(QLatin1String(name), QLatin1String(sentence), lasting), m_whom(whom)
    {}

protected:
    Actor &choose(Scene &scene, Dice &dice) const
    {
        if (m_whom == Whom::Client)
            return *scene.clients()[static_cast<std::size_t>(dice.between(0, 2))];
        Scene::Account &account = scene.accounts()[static_cast<std::size_t>(dice.between(0, 1))];
        return m_whom == Whom::Gateway ? *account.gateway : *account.lab;
    }

private:
    Whom m_whom;
};

class Kill : public ProgramFault
{
public:
    using ProgramFault::ProgramFault;
    void strike(Scene &scene, Dice &dice) override { choose(scene, dice).killHard(); }
    void heal(Scene &) override {}
};

class Freeze : public ProgramFault
{
public:
    using ProgramFault::ProgramFault;
    void strike(Scene &scene, Dice &dice) override
    {
        m_frozen = &choose(scene, dice);
        m_frozen->freeze();
    }
    void heal(Scene &) override { m_frozen->thaw(); }

private:
    Actor *m_frozen{nullptr};
};

class Drain : public ProgramFault
{
public:
    using ProgramFault::ProgramFault;
    void strike(Scene &scene, Dice &dice) override
    {
        m_going = &choose(scene, dice);
        m_going->ask();
    }
    void heal(Scene &) override {}
    void settle(Scene &scene) override
    {
        if (!until([this] { return !m_going->isRunning(); }, noticesWithinMs * 3))
            scene.record().add(
                m_going->name(), QStringLiteral("broke"),
                {{QStringLiteral("what"), QStringLiteral("does not end when it is asked to")}});
    }

private:
    Actor *m_going{nullptr};
};

/// No room is left where a program writes. It goes on as long as it needs none, or ends with a clear word.
class DiskFull : public ProgramFault
{
public:
    using ProgramFault::ProgramFault;
    void strike(Scene &scene, Dice &dice) override
    {
        m_hit = &choose(scene, dice);
        restart(scene, *m_hit);
        m_hit->mayEndWith(storeUnusable);
        scene.fill(m_hit->name());
    }
    void heal(Scene &scene) override
    {
        scene.empty(m_hit->name());
        if (!m_hit->isRunning() && m_hit->exitCode() == storeUnusable &&
            !m_hit->complaints().contains("full"))
            scene.record().add(
                m_hit->name(), QStringLiteral("broke"),
                {{QStringLiteral("what"), QString(QStringLiteral("no clear word about a full disk: ") +
                                                  QString::fromUtf8(m_hit->complaints()))}});
    }

private:
    /// A client that has just been started needs room for everything: it has no old log to write over.
    static void restart(Scene &scene, Actor &actor)
    {
        for (std::size_t i = 0; i < scene.clients().size(); ++i) {
            if (scene.clients()[i].get() != &actor)
                continue;
            actor.mayEndWith(0);
            actor.say("quit");
            until([&actor] { return !actor.isRunning(); }, noticesWithinMs);
            scene.startClient(i);
        }
    }

    Actor *m_hit{nullptr};
};

/// Somebody sets the clock of the whole machine; it stays as it is then.
class ClockJump : public Fault
{
public:
    ClockJump(const char *name, const char *sentence, int sign)
        : Fault(QLatin1String(name), QLatin1String(sentence), {50, 400}), m_sign(sign)
    {}
    void strike(Scene &scene, Dice &dice) override
    {
        for (const auto &client : scene.clients())
            client->mayEndWith(tokenRefused); // a proof made before the jump is read behind it
        scene.setClock(m_sign * dice.between(60, 90'000));
    }
    void heal(Scene &) override {}

private:
    int m_sign;
};

/// A client with the store and the token of one account comes to the gateway of the other.
class WrongToken : public Fault
{
public:
    WrongToken()
        : Fault(QStringLiteral("wrong-token"),
                QStringLiteral("A client comes to a gateway that does not know its token."), {10, 100})
    {}
    void strike(Scene &scene, Dice &dice) override
    {
        const auto index = static_cast<std::size_t>(dice.between(0, 2));
        Scene::Account &own = scene.accountOf(index);
        Scene::Account &other = scene.accounts()[own.name == QLatin1String("a") ? 1 : 0];
        m_client = scene.clients()[index].get();
        m_client->replace(scene.clientCommand(m_client->name(), other, own,
                                              {QStringLiteral("--agent"), QStringLiteral("stream-lab"),
                                               QStringLiteral("--json"), QStringLiteral("chat")}));
        m_client->mayEndWith(tokenRefused);
        m_start = m_client->starts();
    }
    void heal(Scene &) override {}
    void conclude(Scene &scene) override
    {
        const auto isOver = [this] { return !m_client->isRunning() || m_client->starts() != m_start; };
        if (until(isOver, noticesWithinMs))
            return;
        scene.record().add(m_client->name(), QStringLiteral("broke"),
                           {{QStringLiteral("what"), QStringLiteral("was not refused with a wrong token")}});
        m_client->killHard();
    }

private:
    Actor *m_client{nullptr};
    int m_start{0}; ///< another fault may have started it again, as it should be
};

} // namespace

void addProcessFaults(std::vector<std::unique_ptr<Fault>> &faults)
{
    using std::make_unique;
    using Whom = ProgramFault::Whom;
    const Fault::Lasting brief{0, 300};
    faults.push_back(make_unique<Kill>("kill-client", "A client is killed (SIGKILL).", brief, Whom::Client));
    faults.push_back(
        make_unique<Kill>("kill-gateway", "A gateway is killed (SIGKILL).", brief, Whom::Gateway));
    faults.push_back(
        make_unique<Kill>("kill-lab", "What carries the connections is killed.", brief, Whom::Lab));
    faults.push_back(make_unique<Freeze>("freeze-client", "A client stands still (SIGSTOP) and goes on.",
                                         Fault::Lasting{50, 1'500}, Whom::Client));
    faults.push_back(make_unique<Freeze>("freeze-gateway", "A gateway stands still (SIGSTOP) and goes on.",
                                         Fault::Lasting{50, 1'500}, Whom::Gateway));
    faults.push_back(make_unique<Drain>("drain-gateway",
                                        "A gateway is asked to go (SIGTERM), and started again.",
                                        Fault::Lasting{0, 50}, Whom::Gateway));
    faults.push_back(make_unique<DiskFull>("disk-full-client", "A client's disk is full, and has room again.",
                                           Fault::Lasting{200, 600}, Whom::Client));
    faults.push_back(make_unique<DiskFull>("disk-full-gateway",
                                           "A gateway's disk is full, and has room again.",
                                           Fault::Lasting{200, 600}, Whom::Gateway));
    faults.push_back(make_unique<ClockJump>("clock-forward", "The wall clock jumps forward.", 1));
    faults.push_back(make_unique<ClockJump>("clock-back", "The wall clock jumps back.", -1));
    faults.push_back(make_unique<WrongToken>());
}

std::vector<std::unique_ptr<Fault>> allFaults()
{
    std::vector<std::unique_ptr<Fault>> faults;
    addNetworkFaults(faults);
    addProcessFaults(faults);
    return faults;
}

} // namespace holdfast::torture
