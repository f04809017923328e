// SPDX-License-Identifier: Apache-2.0
// The floor of the start-up benchmark: a Qt window with nothing in it. Says "painted" after its first frame,
// and ends.
#include <QApplication>
#include <QTimer>
#include <QWidget>

#include <cstdio>

namespace {

class Window : public QWidget
{
protected:
    void paintEvent(QPaintEvent *) override
    {
        std::puts("painted");
        std::fflush(stdout);
        QTimer::singleShot(0, qApp, &QCoreApplication::quit);
    }
};

} // namespace

int main(int argc, char **argv)
{
    QApplication app(argc, argv);
    Window window;
    window.resize(1360, 860);
    window.show();
    return QApplication::exec();
}
