"""Which packages does the app need, and can this interpreter import them?

Follows the imports of the app's own files without running any of them, from the file
that the command starts. Packages that talk to Kafka or serve the app are imported for
real, since they are known to be there and yet fail; of the others it is only looked
whether they are there. One JSON object is printed; whatever a package prints goes to
stderr.
"""

import ast
import importlib
import importlib.util
import json
import os
import sys
import tokenize

MOST_FILES = 2000
MOST_BYTES = 1 << 20
TRIED = {
    "aiokafka", "confluent_kafka", "fastapi", "flask", "flask_sock", "kafka", "loguru", "lz4",
    "pydantic", "pydantic_settings", "six", "snappy", "uvicorn", "zstandard",
}
CODECS = {"snappy": "snappy", "lz4": "lz4", "zstd": "zstandard"}


class Imports(ast.NodeVisitor):
    """Collects what a file imports, and with which codec it wants to compress."""

    def __init__(self):
        self.found = []  # (module, names, level, line, optional)
        self.codecs = []  # (codec, line)
        self.optional = 0

    def visit_Import(self, node):
        for name in node.names:
            self.found.append((name.name, [], 0, node.lineno, self.optional > 0))

    def visit_ImportFrom(self, node):
        names = [name.name for name in node.names]
        self.found.append((node.module or "", names, node.level, node.lineno, self.optional > 0))

    def visit_Try(self, node):
        caught = any(
            (h.type is None or "Error" in ast.dump(h.type) or "Exception" in ast.dump(h.type))
            and not any(isinstance(s, ast.Raise) or "exit" in ast.dump(s) for s in h.body)  # which is no way to go on
            for h in node.handlers
        )
        self.optional += caught
        for child in node.body:
            self.visit(child)
        self.optional -= caught
        for child in node.handlers + node.orelse + node.finalbody:
            self.visit(child)

    def visit_If(self, node):
        if "TYPE_CHECKING" in ast.dump(node.test):
            for child in node.orelse:
                self.visit(child)
            return
        self.generic_visit(node)

    def visit_Call(self, node):
        for keyword in node.keywords:
            value = getattr(keyword.value, "value", None)
            if keyword.arg == "compression_type" and isinstance(value, str) and value in CODECS:
                self.codecs.append((value, node.lineno))
        self.generic_visit(node)


def local(root, dotted):
    """The file of a module of the project, None if it is none of the project's."""
    path = os.path.join(root, *dotted.split("."))
    for file in (path + ".py", os.path.join(path, "__init__.py")):
        if os.path.isfile(file):
            return file
    return path if os.path.isdir(path) else None


def everything(folder):
    """All Python files of a folder, environments, hidden folders and tests left out."""
    found = []
    for path, folders, files in os.walk(folder):
        folders[:] = [
            f for f in folders
            if f[0] not in "._" and f not in ("venv", "env", "node_modules", "tests", "site-packages")
            and not os.path.exists(os.path.join(path, f, "pyvenv.cfg"))
        ]
        found += [os.path.join(path, f) for f in files if f.endswith(".py") and not f.startswith("test")]
        if len(found) > MOST_FILES:
            break
    return found


def entries(root, command):
    """The files that the command starts."""
    for i, arg in enumerate(command):
        if os.path.basename(arg) == "manage.py":  # it loads the project's own files by their names
            return [os.path.join(root, arg)] + everything(os.path.dirname(os.path.join(root, arg)))
        if arg.endswith(".py"):
            return [os.path.join(root, arg)]
        if i and command[i - 1] in ("-m", "--app", "-A") or ":" in arg:
            name = arg.split(":")[0]
            file = local(root, name + ".__main__") or local(root, name)
            if file:
                return [file]
    return [os.path.join(root, f) for f in ("app.py", "main.py", "wsgi.py") if os.path.isfile(os.path.join(root, f))]


def absolute(root, file, module, level):
    """The full name of a module imported relatively."""
    if level == 0:
        return module
    package = os.path.relpath(file, root).split(os.sep)[:-level]
    return ".".join([p for p in package if p] + ([module] if module else []))


def walk(root, files):
    """What the files, and those of the project that they import, need from elsewhere."""
    queue, seen, needed, codecs = list(files), set(), {}, []
    while queue and len(seen) < MOST_FILES:
        file = queue.pop()
        if file in seen or not os.path.isfile(file) or os.path.getsize(file) > MOST_BYTES:
            continue
        seen.add(file)
        visitor = Imports()
        try:
            with tokenize.open(file) as source:
                visitor.visit(ast.parse(source.read()))
        except (SyntaxError, UnicodeDecodeError, ValueError):
            continue  # what is wrong with the code is told by the checks of the code
        shown = os.path.relpath(file, root)
        codecs += [(codec, shown, line) for codec, line in visitor.codecs]
        for module, names, level, line, optional in visitor.found:
            full = absolute(root, file, module, level)
            top = full.split(".")[0]
            if not top or local(root, top):
                for dotted in [full] + [f"{full}.{n}".lstrip(".") for n in names]:
                    inner = local(root, dotted) if dotted else None
                    if inner:
                        queue.append(os.path.join(inner, "__init__.py") if os.path.isdir(inner) else inner)
                continue
            if full not in needed or needed[full]["optional"] and not optional:
                needed[full] = {"module": full, "file": shown, "line": line, "optional": optional}
    return seen, needed, codecs


def attempt(module):
    """Why the module cannot be imported; None if it can."""
    top = module.split(".")[0]
    try:
        if top in TRIED:
            importlib.import_module(module)
        elif importlib.util.find_spec(top) is None:
            return "ModuleNotFoundError", f"No module named '{top}'"
    except BaseException as error:  # a package may even exit
        return type(error).__name__, str(error)
    return None


def main():
    answer = os.dup(1)
    os.dup2(2, 1)
    root = os.getcwd()
    # The project's own files must not be run in the place of a package of the same name.
    sys.path[:] = [p for p in sys.path if os.path.abspath(p or ".") != root]
    seen, needed, codecs = walk(root, entries(root, sys.argv[1:]))
    if any(m.split(".")[0] == "kafka" for m in needed):
        for codec, file, line in codecs:
            module = CODECS[codec]
            needed.setdefault(module, {"module": module, "file": file, "line": line, "optional": False, "codec": codec})
    failed = []
    for module in sorted(needed):
        why = attempt(module)
        if why:
            failed.append({**needed[module], "error": why[0], "text": why[1]})
    packages = {m.split(".")[0] for m in needed} - set(getattr(sys, "stdlib_module_names", ()))  # since Python 3.10
    report = {"python": sys.version.split()[0], "files": len(seen), "modules": sorted(packages), "failed": failed}
    with os.fdopen(answer, "w", encoding="utf-8") as out:
        json.dump(report, out)


main()
