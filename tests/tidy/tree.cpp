// SPDX-License-Identifier: Apache-2.0
#include "tests/tidy/tree.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QFileInfo>
#include <QLibraryInfo>

#include <map>

namespace holdfast::tidy {

namespace {

/// Files without an ending are scripts when they say so; the others (corpora, the licence) are not ours to
/// judge.
bool isText(const QFileInfo &info, const QByteArray &text)
{
    static const QStringList endings{QStringLiteral("cpp"),   QStringLiteral("h"),   QStringLiteral("txt"),
                                     QStringLiteral("cmake"), QStringLiteral("sh"),  QStringLiteral("md"),
                                     QStringLiteral("sql"),   QStringLiteral("json")};
    return endings.contains(info.suffix()) || (info.suffix().isEmpty() && text.startsWith("#!"));
}

void readFile(const QDir &root, const QFileInfo &info, std::vector<Source> &tree)
{
    QFile file(info.filePath());
    if (!file.open(QIODevice::ReadOnly))
        return;
    const QByteArray text = file.readAll();
    if (isText(info, text))
        tree.push_back({root.relativeFilePath(info.filePath()).toStdString(), text.toStdString()});
}

} // namespace

std::vector<Source> readTree(const QString &root)
{
    const QDir dir(root);
    std::vector<Source> tree;
    for (const QFileInfo &info : dir.entryInfoList(QDir::Files))
        readFile(dir, info, tree);
    for (const char *folder : {"app", "model", "ui", "resources", "tests", "packaging", ".ci"}) {
        QDirIterator each(dir.filePath(QLatin1String(folder)), QDir::Files, QDirIterator::Subdirectories);
        while (each.hasNext())
            readFile(dir, each.nextFileInfo(), tree);
    }
    return tree;
}

QtModuleOf installedQt()
{
    std::map<std::string, std::string> modules;
    const QDir headers(QLibraryInfo::path(QLibraryInfo::HeadersPath));
    for (const QString &module : headers.entryList({QStringLiteral("Qt*")}, QDir::Dirs)) {
        for (const QString &header : QDir(headers.filePath(module)).entryList(QDir::Files))
            modules.emplace(header.toStdString(), module.toStdString());
    }
    return [modules](const std::string &name) {
        const auto found = modules.find(name);
        return found == modules.end() ? std::string() : found->second;
    };
}

} // namespace holdfast::tidy
