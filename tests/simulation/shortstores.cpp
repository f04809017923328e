// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/shortstores.h"

#include "tests/support/memorystores.h"
#include "tests/support/storebuilders.h"

#include <algorithm>

namespace holdfast::test {

namespace {

logged::RunStarted startOf(const ItemId &item)
{
    logged::RunStarted start = started(item.value.c_str());
    start.item = item;
    return start;
}

class MemoryStores : public ShortStores
{
public:
    void killClient() override {}
    ClientSession::Restored restore() override { return m_replica.restore(); }
    void perform(const action::Commit &commit) override { m_replica.perform(commit.changes); }
    std::string clientText(const ItemId &item) override
    {
        return m_replica.has(item) ? m_replica.item(item).text : std::string();
    }
    bool isVerified(const ItemId &item) override
    {
        return m_replica.has(item) && m_replica.item(item).verdict == change::Verdict::Verified;
    }
    bool hasCommand(const CommandId &id) override
    {
        return std::ranges::any_of(m_replica.commands(),
                                   [&](const auto &each) { return each.command.id == id; });
    }

    void killGateway() override { m_log.begin("a" + std::to_string(m_starts++)); }
    std::string epoch() override { return m_log.epoch; }
    std::uint64_t head() override { return m_log.head(); }
    std::uint64_t acked(const DeviceId &device) override { return m_log.acked(device); }
    std::string lineageAt(std::uint64_t seq) override { return m_log.lineageAt(seq); }
    gate::TextState state(const ItemId &item) override { return m_log.state(item); }
    gate::event::LogRead read(LinkId link, std::uint64_t after) override
    {
        return m_log.read(link, after, 3);
    }
    std::string text(const ItemId &item, std::uint64_t offset, std::size_t bytesMax) override
    {
        return m_log.text(item, offset, bytesMax);
    }
    frame::Result accept(const DeviceId &device, const frame::Command &command) override
    {
        return m_log.accept(device, command);
    }
    void start(const ItemId &item) override
    {
        m_log.grow(item, "");
        m_log.append(startOf(item));
    }
    void grow(const ItemId &item, std::uint64_t, const std::string &text) override { m_log.grow(item, text); }
    void finish(const ItemId &item, const std::string &) override { m_log.finish(item); }

private:
    MemoryReplica m_replica;
    MemoryLog m_log;
    int m_starts{0};
};

class RealStores : public ShortStores
{
public:
    RealStores() : m_clientDir(m_dir / "client"), m_gatewayDir(m_dir / "gateway") { openClient(); }

    void killClient() override
    {
        const auto next = m_dir.path() / ("client-" + std::to_string(++m_kills));
        copyAsAfterKill(replicaFile(m_clientDir), replicaFile(next));
        m_reader.reset();
        m_clientDir = next;
        openClient();
    }
    ClientSession::Restored restore() override { return m_replica->restore().value(); }
    void perform(const action::Commit &commit) override
    {
        (void)m_replica->perform(commit.changes, commit.durability).value();
    }
    std::string clientText(const ItemId &item) override
    {
        return m_reader->item(item).value() ? m_reader->text(item, 0).value() : std::string();
    }
    bool isVerified(const ItemId &item) override
    {
        return m_reader->item(item).value().value_or(ItemRow{}).isVerified;
    }
    bool hasCommand(const CommandId &id) override { return m_reader->item({id.value}).value().has_value(); }

    void killGateway() override
    {
        const auto next = m_dir.path() / ("gateway-" + std::to_string(++m_kills));
        if (m_log)
            copyAsAfterKill(m_gatewayDir / "log.db", next / "log.db");
        m_gatewayDir = next;
        GatewayLog::Options options;
        options.dir = m_gatewayDir;
        options.bootId = "boot";
        options.newEpoch = [this] { return std::string(31, 'e') + std::to_string(++m_names % 10); };
        m_log = GatewayLog::open(std::move(options)).value();
    }
    std::string epoch() override { return m_log->epoch(); }
    std::uint64_t head() override { return m_log->head(); }
    std::uint64_t acked(const DeviceId &device) override { return m_log->ackedCommand(device).value(); }
    std::string lineageAt(std::uint64_t seq) override { return m_log->lineageAt(seq).value(); }
    gate::TextState state(const ItemId &item) override { return m_log->textState(item).value(); }
    gate::event::LogRead read(LinkId link, std::uint64_t after) override
    {
        gate::event::LogRead read = m_log->read(after, 400).value();
        read.link = link;
        return read;
    }
    std::string text(const ItemId &item, std::uint64_t offset, std::size_t bytesMax) override
    {
        return m_log->readText(item, offset, bytesMax).value();
    }
    frame::Result accept(const DeviceId &device, const frame::Command &command) override
    {
        if (const auto known = m_log->answered(device, command).value())
            return *known;
        const char *id = command.id.value.c_str();
        return m_log
            ->accept(device, command, {{}, {message(id, command.text)}, {{{command.id.value}, command.text}}})
            .value();
    }
    void start(const ItemId &item) override
    {
        (void)m_log->append({startOf(item)}, Durability::Durable).value();
    }
    void grow(const ItemId &item, std::uint64_t offset, const std::string &text) override
    {
        (void)m_log->appendText(item, offset, text).value();
    }
    void finish(const ItemId &item, const std::string &whole) override
    {
        (void)m_log->append({finished(item.value.c_str(), whole)}, Durability::Durable).value();
    }

private:
    void openClient()
    {
        m_replica = openReplica(m_clientDir).value();
        m_reader = HistoryReader::open(m_clientDir).value();
    }

    TempDir m_dir;
    std::filesystem::path m_clientDir;
    std::filesystem::path m_gatewayDir;
    std::unique_ptr<Replica> m_replica;
    std::unique_ptr<HistoryReader> m_reader;
    std::unique_ptr<GatewayLog> m_log;
    int m_kills{0};
    int m_names{0};
};

} // namespace

std::unique_ptr<ShortStores> memoryStores() { return std::make_unique<MemoryStores>(); }
std::unique_ptr<ShortStores> realStores() { return std::make_unique<RealStores>(); }

} // namespace holdfast::test
