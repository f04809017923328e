// SPDX-License-Identifier: Apache-2.0
#include "app/link/logging.h"

namespace holdfast {

Q_LOGGING_CATEGORY(lcLink, "holdfast.link", QtWarningMsg)
Q_LOGGING_CATEGORY(lcSession, "holdfast.session", QtWarningMsg)
Q_LOGGING_CATEGORY(lcStore, "holdfast.store", QtWarningMsg)
Q_LOGGING_CATEGORY(lcRun, "holdfast.run", QtWarningMsg)
Q_LOGGING_CATEGORY(lcUi, "holdfast.ui", QtWarningMsg)

} // namespace holdfast
