// SPDX-License-Identifier: Apache-2.0
#include "model/protocol/ids.h"

#include "model/protocol/limits.h"

namespace holdfast {

bool isId(std::string_view text)
{
    return !text.empty() && text.size() <= limits::idBytesMax &&
           text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:/@+-") ==
               std::string_view::npos;
}

} // namespace holdfast
