// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/session/clientsession.h"
#include "model/session/gatewayevent.h"

#include <memory>
#include <string>

namespace holdfast::test {

/// What both sides of a short session stand on. A kill loses nothing that a call has stored.
class ShortStores
{
public:
    virtual ~ShortStores() = default;

    virtual void killClient() = 0;
    virtual ClientSession::Restored restore() = 0;
    virtual void perform(const action::Commit &commit) = 0;
    virtual std::string clientText(const ItemId &item) = 0;
    virtual bool isVerified(const ItemId &item) = 0;
    /// Queued, sent or answered: it is on the disk.
    virtual bool hasCommand(const CommandId &id) = 0;

    /// Also the first start.
    virtual void killGateway() = 0;
    virtual std::string epoch() = 0;
    virtual std::uint64_t head() = 0;
    virtual std::uint64_t acked(const DeviceId &device) = 0;
    virtual std::string lineageAt(std::uint64_t seq) = 0;
    virtual gate::TextState state(const ItemId &item) = 0;
    virtual gate::event::LogRead read(LinkId link, std::uint64_t after) = 0;
    virtual std::string text(const ItemId &item, std::uint64_t offset, std::size_t bytesMax) = 0;
    virtual frame::Result accept(const DeviceId &device, const frame::Command &command) = 0;
    virtual void start(const ItemId &item) = 0;
    virtual void grow(const ItemId &item, std::uint64_t offset, const std::string &text) = 0;
    virtual void finish(const ItemId &item, const std::string &whole) = 0;
};

/// Stores in memory that keep the laws of the real ones.
std::unique_ptr<ShortStores> memoryStores();
/// Replica and GatewayLog on files; a kill is what lies there while they live.
std::unique_ptr<ShortStores> realStores();

} // namespace holdfast::test
