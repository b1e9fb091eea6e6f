# The files of a project, and names that go from one to another.
PRODUCER = "DetectionResultProducer"
STANDARD = {"place": 1, "must": True}
HOPS = 100  # from file to file to find out what a name is: files that import each other can go on for ever
CHAIN = re.compile(r"(\.(bind|opt|patch)\(\))+$")


class Project(object):
    def __init__(self, options):
        self.options = options
        self.exports, self.modules, self.known, self.left = {}, {}, {}, HOPS

    def learn(self, name, exports):
        """Take note of a file, by every ending of its dotted name."""
        self.exports[name] = exports
        parts = module_of(name).split(".")
        for i in range(len(parts)):
            self.modules.setdefault(".".join(parts[i:]), []).append(name)

    def module(self, dotted):
        """The file of a module: the one at the project's top, else the one nearest to it."""
        found = self.modules.get(dotted)
        return min(found, key=lambda n: (n.count("/"), n)) if found else None

    def _split(self, dotted):
        parts = dotted.split(".")
        for i in range(len(parts) - 1, 0, -1):
            file = self.module(".".join(parts[:i]))
            if file:
                return self.exports[file], parts[i], parts[i + 1:]
        return None, "", []

    def expand(self, origins):
        """Follows names through the files of the project to where they come from."""
        self.left = HOPS
        return set().union(*[self._expanded(o) for o in origins]) if origins else set()

    def _expanded(self, origin):
        base = CHAIN.sub("", origin) if origin.startswith("loguru.") else origin
        if base in self.known:
            return self.known[base]
        self.left -= 1
        if self.left < 0:
            return {"?"}
        self.known[base] = {base}  # for names that lead back here
        into = self._next(base)
        if into:
            self.known[base] = set().union(*[self._expanded(i) for i in into])
        return self.known[base]

    def _next(self, base):
        """What a name stands for in the file that it leads to; nothing where that is the end."""
        if base == "?" or base.startswith(("loguru", "logging", "os.")):
            return []
        exports, name, rest = self._split(base)
        if exports is None or name in exports["classes"]:
            return []
        into = [".".join([i] + rest) for i in self._exported(exports, name, set())]
        return [i for i in into if i != base][:MANY]

    def _exported(self, exports, name, asked):
        """What a name of a file stands for, also where the file has it from all that another one has."""
        if name in exports["names"]:
            return exports["names"][name]
        asked.add(id(exports))
        for star in exports["stars"]:
            file = self.module(star)
            if star and file is None:
                return [star + "." + name]
            if file is None or id(self.exports[file]) in asked:
                continue
            found = self._exported(self.exports[file], name, asked)
            if found:
                return [star + "." + name]
        return []

    def producer(self, origin, depth=0):
        """The signature of a class that is the producer or inherits from it; None for any other."""
        exports, name, rest = self._split(origin)
        own = exports["classes"].get(name) if exports and not rest else None
        if own is None:
            return STANDARD if origin.split(".")[-1] == PRODUCER else None
        if name == PRODUCER and own["init"] is None and not own["bases"]:
            return None
        if own["init"] is not None:
            return own["init"] if name == PRODUCER else None
        for base in own["bases"]:
            for o in self.expand(base):
                found = self.producer(o, depth + 1) if depth < 6 and o != origin else None
                if found:
                    return found
        return STANDARD if name == PRODUCER else None

    def has_field(self, field):
        return any(field in c["fields"] for e in self.exports.values() for c in e["classes"].values())


def module_of(name):
    parts = name[:-3].split("/")
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


def spelled(node):
    """The code of a name, an attribute or a call without arguments; None for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        inner = spelled(node.value)
        return inner and inner + "." + node.attr
    if isinstance(node, ast.Call) and not node.args and not node.keywords:
        inner = spelled(node.func)
        return inner and inner + "()"
    return None
