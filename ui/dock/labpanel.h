// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

class QPushButton;

namespace holdfast {

class ToggleSwitch;

/// The Network lab: breaks the app's own link on purpose.
class LabPanel : public QWidget
{
    Q_OBJECT
public:
    explicit LabPanel(QWidget *parent = nullptr);
    ToggleSwitch &offlineSwitch() { return *m_offline; }

    enum class Fault { Reset, Fin, BlackHole };

Q_SIGNALS:
    void offlineToggled(bool isOffline);
    void faultRequested(holdfast::LabPanel::Fault fault);

private:
    ToggleSwitch *m_offline;
};

} // namespace holdfast
