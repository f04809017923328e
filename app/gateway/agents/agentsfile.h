// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/gateway/agents/openaicompatible.h"
#include "model/protocol/error.h"

#include <QByteArray>

#include <vector>

namespace holdfast {

/// The model servers that `agents.json` names: [{"name":…,"base_url":…,"model":…,"key":…}], name and key
/// optional; "after_crash":"continue" lets the model go on behind an answer that a dead gateway left, "ask"
/// (the default) leaves that to the user.
struct AgentsFile {
    std::vector<ModelServer> servers;
    std::vector<std::string> complaints; ///< entries left out and why; no secrets

    /// Reads the text of such a file. Errors: BadArgument, not such a file at all.
    static Result<AgentsFile> parse(const QByteArray &json);
    /// Reads the file; one that does not exist names no server. Errors: BadArgument, Io.
    static Result<AgentsFile> read(const QString &path);
};

} // namespace holdfast
