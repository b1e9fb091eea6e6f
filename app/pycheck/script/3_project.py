# The files of a project, and names that go from one to another.
PRODUCER = "DetectionResultProducer"
STANDARD = {"place": 1, "must": True}
CHAIN = re.compile(r"(\.(bind|opt|patch)\(\))+$")


class Project(object):
    def __init__(self, options):
        self.options = options
        self.exports, self.modules = {}, {}

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

    def expand(self, origins, depth=0):
        """Follows names through the files of the project to where they come from."""
        found = set()
        for o in origins:
            base = CHAIN.sub("", o) if o.startswith("loguru.") else o
            if depth > 6 or base == "?" or base.startswith(("loguru", "logging", "os.")):
                found.add(base)
                continue
            exports, name, rest = self._split(base)
            if exports is None:
                found.add(base)
                continue
            into = exports["names"].get(name) or [s + "." + name for s in exports["stars"] if s]
            into = [".".join([i] + rest) for i in into if i != base]
            if not into or name in exports["classes"]:
                found.add(base)
            else:
                found |= self.expand(into[:MANY], depth + 1)
        return found

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
