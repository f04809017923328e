// SPDX-License-Identifier: Apache-2.0
#include "app/desktop/application.h"
#include "app/desktop/options.h"
#include "app/desktop/tour.h"

#include <QApplication>
#include <QIcon>
#include <QLocale>
#include <QTemporaryDir>
#include <QTimer>
#include <QTranslator>

#include <csignal>
#include <cstdio>
#include <cstdlib>

namespace {

constexpr int usage = 2;

int run(QApplication &app, holdfast::DesktopOptions options)
{
    QTemporaryDir own; // a tour leaves the user's conversations alone
    if (options.tour)
        options.application.dataDir = own.path().toStdString();
    holdfast::Application application(options.application);
    std::unique_ptr<holdfast::Tour> tour;
    application.start();
    if (options.tour) {
        tour = std::make_unique<holdfast::Tour>(application, *options.tour);
        QObject::connect(tour.get(), &holdfast::Tour::finished, &app, &QCoreApplication::exit);
        tour->start();
    }
#ifdef HOLDFAST_TEST_SEAMS
    if (qgetenv("HOLDFAST_TEST_SEAM") == "end-after-first-frame")
        QTimer::singleShot(0, &app, [&application] {
            application.window().repaint(); // what is still to be painted is painted now
            std::puts("painted");
            std::fflush(stdout);
            std::_Exit(0); // a benchmark of the start: how it ends does not matter
        });
#endif
    return QApplication::exec();
}

} // namespace

int main(int argc, char **argv)
{
    // --help, --version and a wrong option must answer without a display.
    QStringList arguments;
    for (int i = 0; i < argc; ++i)
        arguments.append(QString::fromLocal8Bit(argv[i]));
    QCoreApplication::setApplicationName(QStringLiteral("holdfast"));
    QCoreApplication::setApplicationVersion(QStringLiteral(HOLDFAST_VERSION));
    auto options = holdfast::parseDesktopOptions(arguments);
    if (!options) {
        std::fprintf(stderr, "holdfast: %s (see --help)\n", options.error().detail.c_str());
        return usage;
    }
    std::signal(SIGPIPE, SIG_IGN);
    QApplication app(argc, argv);
    QTranslator translator;
    if (translator.load(QLocale(), QStringLiteral("holdfast"), QStringLiteral("_"),
                        QStringLiteral(":/translations")))
        QApplication::installTranslator(&translator);
    Q_INIT_RESOURCE(icons);
    QApplication::setWindowIcon(QIcon(QStringLiteral(":/icons/holdfast.svg")));
    QApplication::setStyle(QStringLiteral("Fusion"));
    QApplication::setFont(holdfast::textFont(14));
    holdfast::applyTheme(holdfast::Theme::of(QApplication::palette()));
    return run(app, std::move(*options));
}
