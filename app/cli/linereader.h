// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>
#include <QSocketNotifier>

namespace holdfast {

/// Reads stdin line by line without ever blocking, until it ends. Thread: the one that made it; it needs an
/// event loop.
class LineReader : public QObject
{
    Q_OBJECT
public:
    /// \param bytesMax  of a line.
    explicit LineReader(qsizetype bytesMax);

Q_SIGNALS:
    /// Trimmed.
    void line(const QByteArray &line);
    /// Once for each line that is longer; nothing of it is handed out.
    void tooLong();
    /// Nothing more will come.
    void ended();

private:
    void onInput();
    void take(const QByteArray &whole);
    void onEnd();

    qsizetype m_bytesMax;
    QSocketNotifier m_input;
    QByteArray m_pending;
    enum class Reading { Line, RestOfTooLong } m_reading{Reading::Line};
};

} // namespace holdfast
