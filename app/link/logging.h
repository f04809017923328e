// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QLoggingCategory>

namespace holdfast {

// One line for each event, key=value, ids but never contents, never a token.
Q_DECLARE_LOGGING_CATEGORY(lcLink)
Q_DECLARE_LOGGING_CATEGORY(lcSession)
Q_DECLARE_LOGGING_CATEGORY(lcStore)
Q_DECLARE_LOGGING_CATEGORY(lcRun)
Q_DECLARE_LOGGING_CATEGORY(lcUi)

} // namespace holdfast
