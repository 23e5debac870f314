"""Shows whether a program can meet the race of Dispatch's sources with a peer that hangs up.

    gdb -q -batch -x scripts/hold-manager.py --args .build/debug/HangUpProgram 50 2

On Linux Dispatch's manager thread tells a source of a hang-up in two steps. A source whose own queue unregisters it
between them is finalized twice, and the process dies of SIGILL. This holds the manager between the two steps for
20 ms, so that the first hang-up of a source is enough. Prints how often that was, and how the program ended:

    hold-manager: ready                 the function was found and is watched
    hold-manager: held N
    hold-manager: exit CODE             or: signal NAME
"""

import time

import gdb

# EV_DELETE | EV_DISPATCH: the peer has hung up, and only the manager thread passes this.
HANGUP = 0x82


class Hold(gdb.Breakpoint):
    held = 0

    def stop(self):
        flags = gdb.parse_and_eval("$rsi" if ARCHITECTURE == "x86" else "$x1")
        if int(flags) & 0xFFFFFFFF == HANGUP:
            Hold.held += 1
            time.sleep(0.02)
        return False


def ended(event):
    code = getattr(event, "exit_code", None)
    if code is not None:
        endings.append(f"exit {code}")


def stopped(event):
    if isinstance(event, gdb.SignalEvent):
        endings.append(f"signal {event.stop_signal}")
        gdb.execute("backtrace 12")


endings = []
gdb.execute("set pagination off")
gdb.execute("set complaints 0")
gdb.execute("set non-stop on")
gdb.execute("handle SIGPIPE SIGUSR1 SIGUSR2 nostop noprint pass")
gdb.execute("starti", to_string=True)
ARCHITECTURE = "x86" if gdb.selected_inferior().architecture().name().startswith("i386") else "arm"
gdb.execute("set breakpoint pending on")
hold = Hold("_dispatch_source_merge_evt")
gdb.events.exited.connect(ended)
gdb.events.stop.connect(stopped)
gdb.execute("continue")
print(f"hold-manager: {'not ready' if hold.pending else 'ready'}")
print(f"hold-manager: held {Hold.held}")
print(f"hold-manager: {endings[0] if endings else 'no end'}", flush=True)
