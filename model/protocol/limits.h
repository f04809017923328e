// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

/// Every limit of the protocol, with its reason and its law (PROTOCOL.md).
namespace holdfast::limits {

using namespace std::chrono_literals;

constexpr int protocolVersion = 1;
constexpr const char *subprotocol = "holdfast.v1";
constexpr const char *path = "/v1/session";

/// A frame we send: small enough that a ping never waits long behind it on a slow link.
constexpr std::size_t frameBytesUsual = 16 * 1024;
/// A frame a client accepts: the usual with room for JSON escapes (each byte may become six).
constexpr std::size_t frameBytesToClientMax = 64 * 1024;
/// A frame the gateway accepts: one long message.
constexpr std::size_t frameBytesToGatewayMax = 256 * 1024;
/// A message a user may send; with escapes it still fits a frame to the gateway in all but hostile cases.
constexpr std::size_t messageBytesMax = 128 * 1024;
/// The title of a conversation, and the reason for an end: log events that hold one fit a usual frame.
constexpr std::size_t titleBytesMax = 256;
constexpr std::size_t detailBytesMax = 1024;
/// One value of an agent's context: a log event that holds it fits a usual frame, escapes included.
constexpr std::size_t stateBytesMax = 8 * 1024;
/// JSON nested deeper than this is no frame of ours.
constexpr int jsonDepthMax = 16;
/// An id; two UUIDs with a word between them fit easily.
constexpr std::size_t idBytesMax = 128;
/// The epoch of a cursor: twice the 128 bits in hex that ours has.
constexpr std::size_t epochBytesMax = 64;
/// Text of one tail frame before escapes: most text has few.
constexpr std::size_t tailBytesPerFrame = 10 * 1024;
/// The same after escapes, so that the frame is a usual one: the rest of it are an id and two numbers.
constexpr std::size_t tailBytesEscapedMax = frameBytesUsual - 512;
/// The resume header: proxies commonly refuse heads above 8 KiB.
constexpr std::size_t resumeHeaderBytesMax = 1024;
/// Bytes handed to one socket and not yet taken by the system. Credit keeps log and text below it; what is
/// beyond are answers to a client that asks and does not read.
constexpr std::size_t linkWindowBytes = 256 * 1024;
/// Bytes of log and text a client has not acknowledged as committed yet (law 10): the rest waits on the
/// gateway's disk. By creditCost().
constexpr std::uint64_t creditWindow = 256 * 1024;
/// What a new link begins with: the first answer to it says how slow it is.
constexpr std::uint64_t creditWindowFirst = 64 * 1024;
/// What the slowest link keeps: one frame travels while the ack of the one before comes back. At 1 Mbit/s a
/// ping waits for a quarter of a second behind it.
constexpr std::uint64_t creditWindowLeast = 16 * 1024;
/// When bytes in flight were sent is remembered for pieces of this size.
constexpr std::uint64_t creditMarkBytes = 4 * 1024;
/// A socket whose unsent bytes pass this is closed: the pacing above has been ignored.
constexpr std::size_t socketBacklogBytesMax = 1024 * 1024;
/// Commands an account may give at once, and a second from then on (law 6): three of its clients may come
/// back at the same time, each with all that its own pace lets go. What comes faster waits.
constexpr int commandsAtOnce = 200;
constexpr int commandsPerSecond = 50;
/// What may wait on one link, in commands and in bytes of their texts: as much as the outbox of a client
/// holds.
constexpr std::size_t commandsWaitingMax = 4096;
constexpr std::size_t commandsWaitingBytesMax = 16 * 1024 * 1024;
/// Numbers beyond 2^53 do not survive JSON (RFC 8259 §6).
constexpr std::uint64_t numberMax = (1ULL << 53U) - 1;

constexpr auto pingAfterIdle = 10s;    ///< law 14
constexpr auto deadAfterIdle = 20s;    ///< law 14
constexpr auto deadAfterSend = 4s;     ///< law 14: after a send that expects an answer, at least
constexpr auto tailMergeWindow = 40ms; ///< law 11: first bytes at once, then at most 25 frames a second
constexpr auto ackDelay = 1s;          ///< law 5
constexpr std::uint64_t ackBytes = 64 * 1024; ///< law 5
/// Half of the least window is acknowledged within this: else a slow link would wait for its acks, and the
/// gateway could not tell a slow link from a late ack.
constexpr std::uint64_t ackBytesSoon = 8 * 1024;
constexpr auto ackSoon = 50ms;
/// Texts that one ack names; acks serve clean-up, and 2,000 of the longest names would not fit its frame.
constexpr std::size_t ackTailsMax = 64;
constexpr auto checkpointEvery = 2s; ///< law 13
constexpr std::uint64_t checkpointBytes = 16 * 1024;
constexpr auto tombstonesLive = 180 * 24h; ///< law 12: also answers to commands
/// Of each device the newest answers stay, however old: a client asks again for what it was not told, and a
/// clock that was wrong must not make them old. As many as a command can have behind it that are unanswered.
constexpr std::uint64_t answersKept = 4096;
constexpr auto handshakeDeadline = 10s; ///< from accept to a complete request head and hello
constexpr auto stableAfter = 30s;       ///< law 16: an outage younger than this is retried within a second

} // namespace holdfast::limits
