// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>
#include <utility>
#include <vector>

namespace holdfast {

/// Values on their way to another thread; the only class with a mutex. Any thread.
template<class T>
class Mailbox
{
public:
    enum class Put { WasEmpty, HadMail };

    /// \returns WasEmpty when the reader must be woken.
    Put put(T value)
    {
        const std::lock_guard lock(m_mutex);
        m_mail.push_back(std::move(value));
        return m_mail.size() == 1 ? Put::WasEmpty : Put::HadMail;
    }

    /// Everything that waits, oldest first.
    std::vector<T> take()
    {
        const std::lock_guard lock(m_mutex);
        return std::exchange(m_mail, {});
    }

private:
    std::mutex m_mutex;
    std::vector<T> m_mail; // guarded by m_mutex
};

} // namespace holdfast
