// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model/store/database.h"

/// How each kind of file came to its schema, oldest first: versions 1, 2, … without gaps. A migration that
/// was released is never edited: whoever has run it will not run it again.
namespace holdfast::migrations {

const std::vector<Database::Migration> &ofReplica();
const std::vector<Database::Migration> &ofGatewayLog();

} // namespace holdfast::migrations
