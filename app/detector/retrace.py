# Imports a module of the app once more and prints the last error raised in it before a line, as a traceback: the
# error that the app caught there and did not print. Arguments: the module, the line.
import io
import os
import sys
import traceback

module, line = sys.argv[1], int(sys.argv[2])
answer, sys.stdout = sys.stdout, io.StringIO()
sys.path.insert(0, os.getcwd())
raised = None


def local(frame, event, arg):
    global raised
    if event == "exception" and frame.f_lineno < line:
        raised = arg
    return local


def watch(frame, event, arg):
    return local if frame.f_globals.get("__name__") == module else None


sys.settrace(watch)
try:
    __import__(module)
except BaseException:
    raised = sys.exc_info()
sys.settrace(None)
if raised:
    answer.write("".join(traceback.format_exception(*raised)))
answer.flush()
os._exit(0)
