# The run: every file once to learn what the others need, then each one that can have something to find.
LARGEST, MOST_FINDINGS = 1 << 20, 50
SKIPPED = ("site-packages", "dist-packages", "node_modules", "__pycache__", "__pypackages__", "build", "dist")
TELLING = re.compile(r"Producer|getenv|environ|BaseSettings|dotenv|decouple|\.(?:log|%s)\(" % "|".join(LEVELS))
BROKEN = (SyntaxError, ValueError, LookupError, RecursionError if hasattr(__builtins__, "RecursionError") else RuntimeError,
          MemoryError, RuntimeError, OverflowError)


def files(root, most):
    """Python files by name, folders that are not the app's own left out; whether there are more."""
    found = []
    for folder, inner, names in os.walk(root):
        inner[:] = sorted(d for d in inner if own(folder, d))
        for name in sorted(names):
            path = os.path.join(folder, name)
            if not name.endswith((".py", ".pyw")) or not os.path.isfile(path):
                continue
            if len(found) == most:
                return found, True
            found.append(path)
    return found, False


def own(folder, name):
    path = os.path.join(folder, name)
    return not name.startswith(".") and name not in SKIPPED and not name.endswith(".egg-info") and not os.path.islink(path) and \
        not os.path.exists(os.path.join(path, "pyvenv.cfg")) and not os.path.isdir(os.path.join(path, "conda-meta"))


def say(**what):
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def read(path, name):
    if os.path.getsize(path) > LARGEST:
        say(file=name, skipped="large")
        return None
    with open(path, "rb") as f:
        raw = f.read(LARGEST + 1)
    return Source(name, raw)


def unread(name, error):
    line = getattr(error, "lineno", None) or 0
    message = getattr(error, "msg", None) or str(error) or type(error).__name__
    say(file=name, line=line, error=message)


def findings(project, names):
    """What the checks find: (check, kind, node, args, edits)."""
    found = []

    def report(check, kind, node, args, edits, *of):
        found.append((check, kind, node, args, functools.partial(edits, *of)))

    for check in (check_topic, check_logging, check_flag):
        check(project, names, report)
    found.sort(key=lambda f: (f[2].lineno, f[2].col_offset, f[0]))
    return found[:MOST_FINDINGS]


def counted(found):
    counts = {}
    for f in found:
        counts[f[0]] = counts.get(f[0], 0) + 1
    return counts


def fixed(project, names, found, one):
    """The edits of one finding, if with them the file can be read and has just this finding less."""
    source = names.source
    try:
        edits = one[4]()
        raw, as_bytes = source.edited(edits)
        diff = source.diff(edits)
        after = findings(project, Names(Source(source.name, raw), names.module))
    except BROKEN + (NoFix, IndexError, AttributeError, tokenize.TokenError):
        return None, ""
    want = counted(found)
    want[one[0]] -= 1
    if counted(after) != {k: n for k, n in want.items() if n}:
        return None, ""
    return as_bytes, diff


def examine(project, source):
    names = Names(source, module_of(source.name))
    found = findings(project, names)
    for one in found:
        check, kind, node, args, _ = one
        edits, diff = fixed(project, names, found, one)
        line = node.lineno
        say(file=source.name, check=check, kind=kind, line=line, column=max(node.col_offset, 0) + 1, args=args,
            code=source.normal[line - 1].strip()[:400], sha256=hashlib.sha256(source.raw).hexdigest(), diff=diff,
            edits=[{"start": a, "end": b, "new": binascii.hexlify(new).decode("ascii")} for a, b, new in edits or ()])


def main():
    options = json.loads(sys.argv[1])
    project = Project(options)
    root = options["root"]
    paths, more = files(root, options["most"])
    again = []
    for path in paths:
        name = os.path.relpath(path, root).replace(os.sep, "/")
        try:
            source = read(path, name)
            if source is None:
                continue
            project.learn(name, Names(source, module_of(name)).exports())
            if TELLING.search(source.text):
                again.append((path, name))
        except (IOError, OSError) as error:
            unread(name, error)
        except BROKEN as error:
            unread(name, error)
    for path, name in again:
        try:
            examine(project, read(path, name))
        except (IOError, OSError) + BROKEN as error:
            unread(name, error)
    say(done=True, files=len(paths), more=more, version="%d.%d.%d" % sys.version_info[:3])


if sys.version_info < (3, 7):
    sys.stdout.write(json.dumps({"old": "%d.%d" % sys.version_info[:2]}) + "\n")
else:
    sys.setrecursionlimit(3000)
    main()
