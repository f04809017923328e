// SPDX-License-Identifier: Apache-2.0
#include "model/text/prefixhash.h"

#include <QByteArrayView>
#include <QCryptographicHash>

namespace holdfast {

struct PrefixHash::State {
    QCryptographicHash hash{QCryptographicHash::Sha256};
};

PrefixHash::PrefixHash() : m_state(std::make_unique<State>()) {}
PrefixHash::~PrefixHash() = default;
PrefixHash::PrefixHash(PrefixHash &&) noexcept = default;
PrefixHash &PrefixHash::operator=(PrefixHash &&) noexcept = default;

void PrefixHash::append(std::string_view bytes)
{
    m_state->hash.addData(QByteArrayView(bytes.data(), static_cast<qsizetype>(bytes.size())));
}

std::string PrefixHash::hex() const
{
    // result() finalises a copy of the context, so the hash can go on growing.
    return m_state->hash.result().toHex().toStdString();
}

} // namespace holdfast
