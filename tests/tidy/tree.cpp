// SPDX-License-Identifier: Apache-2.0
#include "tests/tidy/tree.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QFileInfo>
#include <QLibraryInfo>

#include <map>

namespace holdfast::tidy
{

namespace
{

bool isText(const QFileInfo &file)
{
    static const QStringList endings{QStringLiteral("cpp"),   QStringLiteral("h"),    QStringLiteral("txt"),
                                     QStringLiteral("cmake"), QStringLiteral("sh"),   QStringLiteral("md"),
                                     QStringLiteral("sql"),   QStringLiteral("json"), QStringLiteral("")};
    return endings.contains(file.suffix()) && file.fileName() != QLatin1String("LICENSE");
}

void readFile(const QDir &root, const QFileInfo &info, std::vector<Source> &tree)
{
    QFile file(info.filePath());
    if (isText(info) && file.open(QIODevice::ReadOnly))
        tree.push_back({root.relativeFilePath(info.filePath()).toStdString(), file.readAll().toStdString()});
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
