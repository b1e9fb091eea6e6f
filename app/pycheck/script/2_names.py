# What the names in a file stand for.
FUNCTIONS = (ast.FunctionDef, ast.Lambda) + ((ast.AsyncFunctionDef,) if hasattr(ast, "AsyncFunctionDef") else ())
MANY = 64  # ways that a name may come about; more are not followed


class Scope(object):
    """The names of a module, a class or a function, each with what it is bound to."""

    def __init__(self, node, outer):
        self.node, self.outer = node, outer
        self.names, self.declared = {}, {}

    def bind(self, name, kind, value):
        self.declared.get(name, self).names.setdefault(name, []).append((kind, value))

    def find(self, name):
        """What binds name here, and in which scope."""
        scope = self
        while scope is not None:
            if name in scope.names and (scope is self or not isinstance(scope.node, ast.ClassDef)):
                return scope.names[name], scope
            scope = scope.outer
        return [], None


class Names(object):
    """Scopes, parents and bindings of one file."""

    def __init__(self, source, module):
        self.source, self.module = source, module  # module: its dotted name from the project's folder
        self.parent, self.scope, self.attributes, self.stars, self.calls = {}, {}, {}, [], {}
        self._known, self._asked = {}, set()
        self.top = Scope(source.tree, None)
        self.nodes = []
        todo = [(source.tree, None, self.top)]
        while todo:  # not by recursion: trees can be deep
            node, parent, scope = todo.pop()
            self.nodes.append(node)
            self.parent[node], self.scope[node] = parent, scope
            inner = self._enter(node, scope)
            children = list(ast.iter_child_nodes(node))
            outside = self._outside(node)
            for child in reversed(children):
                todo.append((child, node, scope if child in outside else inner))

    def _outside(self, node):
        """Parts of a definition that are evaluated around it."""
        outside = list(getattr(node, "decorator_list", ()))
        if isinstance(node, ast.ClassDef):
            outside += node.bases + node.keywords
        return outside

    def _enter(self, node, scope):
        kind = type(node).__name__
        bind = getattr(self, "_" + kind, None)
        if bind:
            bind(node, scope)
        elif kind in ("For", "AsyncFor", "comprehension", "AugAssign"):
            self._targets(node.target, scope, "other", None)
        elif kind in ("ExceptHandler", "MatchAs", "MatchStar") and node.name:
            scope.bind(node.name, "other", None)
        elif kind == "withitem" and node.optional_vars is not None:
            self._targets(node.optional_vars, scope, "other", None)
        if not isinstance(node, FUNCTIONS + (ast.ClassDef,)):
            return scope
        if not isinstance(node, ast.Lambda):
            scope.bind(node.name, "def", node)
        inner = Scope(node, scope)
        if isinstance(node, FUNCTIONS):
            self._parameters(node, inner)
        return inner

    def _parameters(self, node, inner):
        a = node.args
        for arg in getattr(a, "posonlyargs", []) + a.args + a.kwonlyargs + [x for x in (a.vararg, a.kwarg) if x]:
            inner.bind(arg.arg, "arg", (node, arg.arg))

    def _Global(self, node, scope):
        for name in node.names:
            scope.declared[name] = self.top

    def _Nonlocal(self, node, scope):
        for name in node.names:
            scope.declared[name] = scope.outer.find(name)[1] or scope

    def _Import(self, node, scope):
        for a in node.names:
            scope.bind(a.asname or a.name.split(".")[0], "import", a.name if a.asname else a.name.split(".")[0])

    def _ImportFrom(self, node, scope):
        base = (node.module or "").split(".") if node.module else []
        if node.level:
            package = self.module.split(".")
            if not self.source.name.endswith("__init__.py"):
                package = package[:-1]
            base = package[:len(package) - node.level + 1] + base
        for a in node.names:
            if a.name == "*":
                self.stars.append(".".join(base))
            else:
                scope.bind(a.asname or a.name, "import", ".".join(base + [a.name]))

    def _Assign(self, node, scope):
        for target in node.targets:
            self._targets(target, scope, "expr", node.value)

    def _AnnAssign(self, node, scope):
        if node.value is not None:
            self._targets(node.target, scope, "expr", node.value)

    def _NamedExpr(self, node, scope):
        self._targets(node.target, scope, "expr", node.value)

    def _Call(self, node, scope):
        if isinstance(node.func, ast.Name):
            self.calls.setdefault(node.func.id, []).append(node)

    def _targets(self, target, scope, kind, value):
        if isinstance(target, ast.Name):
            scope.bind(target.id, kind, value)
        elif isinstance(target, ast.Attribute):
            self.attributes.setdefault(target.attr, []).append((kind, value))
        elif isinstance(target, (ast.Tuple, ast.List)):
            for part in target.elts:
                self._targets(part, scope, "other", None)
        elif isinstance(target, ast.Starred):
            self._targets(target.value, scope, "other", None)

    def origins(self, node, depth=0):
        """Dotted names of what an expression may stand for; "?" for what is not known."""
        if node in self._known:
            return set(self._known[node])
        if depth > 12 or node in self._asked:
            return {"?"}
        self._asked.add(node)
        found = self._origins(node, depth)
        self._asked.discard(node)
        self._known[node] = frozenset(found)
        return found

    def _origins(self, node, depth):
        if constant(node) == (True, None):
            return {"None"}
        if isinstance(node, ast.Name):
            bound, _ = self.scope[node].find(node.id)
            if not bound:
                return {node.id} if not self.stars else {node.id} | {s + "." + node.id for s in self.stars if s}
            return self._bound(bound, depth)
        if isinstance(node, ast.Attribute):
            if isinstance(node.value, ast.Name) and node.value.id in ("self", "cls") and node.attr in self.attributes:
                return self._bound(self.attributes[node.attr], depth)
            return {o if o == "?" else o + "." + node.attr for o in self.origins(node.value, depth + 1)}
        if isinstance(node, ast.Call):
            if node.args and text_of(node.args[0]) and self.origins(node.func, depth + 1) & {"__import__", "importlib.import_module"}:
                return {text_of(node.args[0])}
            if isinstance(node.func, ast.Name) and node.func.id == "getattr" and len(node.args) >= 2 and text_of(node.args[1]):
                return {o + "." + text_of(node.args[1]) for o in self.origins(node.args[0], depth + 1)}
            return {o if o == "?" else o + "()" for o in self.origins(node.func, depth + 1)}
        if isinstance(node, ast.IfExp):
            return self.origins(node.body, depth + 1) | self.origins(node.orelse, depth + 1)
        if isinstance(node, ast.BoolOp):
            return set().union(*[self.origins(v, depth + 1) for v in node.values[:MANY]])
        return {"?"}

    def _bound(self, bound, depth):
        found = set()
        for kind, value in bound[:MANY]:
            if kind == "import":
                found.add(value)
            elif kind == "expr":
                found |= self.origins(value, depth + 1)
            elif kind == "def":
                found.add(self.module + "." + value.name)
            else:
                found.add("?")
        return found

    def exports(self):
        """What other files may need to know of this one."""
        names, classes = {}, {}
        for name, bound in self.top.names.items():
            names[name] = sorted(self._bound(bound, 0) - {self.module + "." + name})[:MANY]
            for kind, node in bound:
                if kind == "def" and isinstance(node, ast.ClassDef):
                    classes[name] = self._class(node)
                elif kind == "def":
                    names[name + "()"] = self._returned(node)
        return {"names": names, "classes": classes, "stars": self.stars}

    def _returned(self, function):
        found, todo = set(), list(function.body)
        while todo:
            node = todo.pop()
            if isinstance(node, ast.Return) and node.value is not None:
                found |= self.origins(node.value)
            elif not isinstance(node, FUNCTIONS + (ast.ClassDef,)):
                todo += [n for n in ast.iter_child_nodes(node) if isinstance(n, (ast.stmt, ast.ExceptHandler))]
        return sorted(found)[:MANY]

    def _class(self, node):
        c = {"bases": [sorted(self.origins(b)) for b in node.bases[:MANY]], "init": None, "fields": []}
        for s in node.body:
            if isinstance(s, FUNCTIONS) and s.name == "__init__":
                c["init"] = signature(s)
            elif isinstance(s, ast.AnnAssign) and isinstance(s.target, ast.Name):
                c["fields"].append(s.target.id)
            elif isinstance(s, ast.Assign):
                c["fields"] += [t.id for t in s.targets if isinstance(t, ast.Name)]
        return c


def signature(function):
    """Where a call may put the topic: its place among the positional ones (-1: none), and whether it must."""
    a = function.args
    order = [x.arg for x in getattr(a, "posonlyargs", []) + a.args][1:]
    with_default = order[len(order) - len(a.defaults):] if a.defaults else []
    with_default += [x.arg for x, d in zip(a.kwonlyargs, a.kw_defaults) if d is not None]
    known = "topic" in order or "topic" in [x.arg for x in a.kwonlyargs]
    return {"place": order.index("topic") if "topic" in order else -1, "must": known and "topic" not in with_default}
