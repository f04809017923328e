// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/session/note.h"
#include "tests/simulation/checkers/judge.h"

namespace holdfast::sim {

/// What must have a cause: a device takes another name only when its profile was copied or restored, a
/// history begins anew only when a part of it was lost, and between honest peers nothing is out of place.
class CauseChecker
{
public:
    explicit CauseChecker(Judge &judge) : m_judge(judge) {}

    struct Had {
        bool gap{false};    ///< tombstones behind the cursor it told are gone
        bool fork{false};   ///< of this client's profile
        bool anew{false};   ///< it asked to begin anew, since it got nowhere
        bool loss{false};   ///< of the gateway's history
        bool damage{false}; ///< of a text on its disk
    };
    void notes(Note note, const Had &had)
    {
        const bool isCaused = had.fork || had.loss;
        if (note == Note::DeviceForked && !isCaused)
            m_judge.broken("cause", "a device took another name for no reason");
        const bool isUncaused = note == Note::CommandsLost || (note == Note::ItemRepaired && !had.damage);
        if (isUncaused && !had.loss)
            m_judge.broken("cause", std::string(toString(note)) + ", and no history was lost");
        if (note == Note::EpochChanged && !had.loss && !had.anew && !had.gap)
            m_judge.broken("cause", "a history began anew for no reason");
        if (note == Note::ItemUnverifiable && !had.loss)
            m_judge.broken("cause", "a text could not be verified, and no history was lost");
        if (note == Note::FrameOutOfPlace || note == Note::ProofFailed)
            m_judge.broken("cause", std::string(toString(note)) + " between honest peers");
    }
    void parked(const std::string &error, const Had &had)
    {
        if (error == "lost_by_reset" && !had.loss)
            m_judge.broken("cause", "a message is called lost, and no history was lost");
    }

private:
    Judge &m_judge;
};

} // namespace holdfast::sim
