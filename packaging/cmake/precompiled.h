// SPDX-License-Identifier: Apache-2.0
// Headers nearly every Qt-using file needs, compiled once for each target.
#pragma once

#include <QByteArray>
#include <QDebug>
#include <QObject>
#include <QString>
#include <QStringList>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>
