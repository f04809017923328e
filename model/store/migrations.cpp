// SPDX-License-Identifier: Apache-2.0
#include "model/store/migrations.h"

namespace holdfast::migrations {

const std::vector<Database::Migration> &ofReplica()
{
    static const std::vector<Database::Migration> list{{1, ":/migrations/replica-1.sql"},
                                                       {2, ":/migrations/replica-2.sql"},
                                                       {3, ":/migrations/replica-3.sql"}};
    return list;
}

const std::vector<Database::Migration> &ofGatewayLog()
{
    static const std::vector<Database::Migration> list{{1, ":/migrations/gateway-1.sql"},
                                                       {2, ":/migrations/gateway-2.sql"},
                                                       {3, ":/migrations/gateway-3.sql"},
                                                       {4, ":/migrations/gateway-4.sql"}};
    return list;
}

} // namespace holdfast::migrations
