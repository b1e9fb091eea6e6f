# What an expression would give for a value of the flag. Only what surely has no other effect is worked out.
ON_WORDS = ("1", "true", "True", "TRUE", "yes", "on", "y", "t", "enabled")
OFF_WORDS = ("0", "false", "False", "FALSE", "no", "off", "n", "", None)
METHODS = ("lower", "upper", "strip", "lstrip", "rstrip", "casefold", "title", "capitalize", "startswith", "endswith", "replace")
COMPARE = {
    "Eq": lambda a, b: a == b, "NotEq": lambda a, b: a != b, "Is": lambda a, b: a is b, "IsNot": lambda a, b: a is not b,
    "In": lambda a, b: a in b, "NotIn": lambda a, b: a not in b, "Lt": lambda a, b: a < b, "LtE": lambda a, b: a <= b,
    "Gt": lambda a, b: a > b, "GtE": lambda a, b: a >= b,
}
READS = ("os.getenv", "os.environ.get", "os.environ.pop", "os.environ.setdefault", "decouple.config", "dotenv.dotenv_values().get")
TABLES = ("os.environ", "dotenv.dotenv_values()")


STEPS = 400  # to work out one expression: functions that call each other have no end


class Unknown(Exception):
    """Not worked out."""


class Fails(Exception):
    """The app would raise an error here."""


class Values(object):
    """Works out expressions of one file."""

    def __init__(self, names, flag):
        self.names, self.flag, self.left = names, flag, STEPS

    def value(self, node, flag):
        """The value of node where the flag's variable is flag: a text, None for unset, Unknown where it must not matter."""
        self.left = STEPS
        return self.of(node, flag, 0)

    def read(self, node):
        """Whether the node reads the flag from the environment; the node of the default, if it has one."""
        self.left = STEPS
        return self.reads(node)

    def reads(self, node):
        if isinstance(node, ast.Subscript):
            key = node.slice.value if type(node.slice).__name__ == "Index" else node.slice
            return self._named(key) and bool(self.names.origins(node.value) & set(TABLES)), None
        if not isinstance(node, ast.Call) or not node.args and not node.keywords:
            return False, None
        if not isinstance(node.func, (ast.Name, ast.Attribute)) or not self.names.origins(node.func) & set(READS):
            return False, None
        keywords = {k.arg: k.value for k in node.keywords}
        key = node.args[0] if node.args else keywords.get("key")
        if key is None or "cast" in keywords or not self._named(key):
            return False, None
        return True, node.args[1] if len(node.args) > 1 else keywords.get("default")

    def _named(self, node):
        try:
            return self.of(node, Unknown, 0) == self.flag
        except (Unknown, Fails):
            return False

    def of(self, node, flag, depth):
        self.left -= 1
        if depth > 40 or self.left < 0:
            raise Unknown()
        known, value = constant(node)
        if known:
            return value
        read, default = self.reads(node) if flag is not Unknown else (False, None)
        if read:
            if flag is not None:
                return flag
            return self.of(default, flag, depth + 1) if default is not None else None
        how = getattr(self, "_" + type(node).__name__, None)
        if how is None:
            raise Unknown()
        return how(node, flag, depth + 1)

    def _Name(self, node, flag, depth):
        bound, _ = self.names.scope[node].find(node.id)
        return self._bound(bound, flag, depth)

    def _Attribute(self, node, flag, depth):
        if not isinstance(node.value, ast.Name) or node.value.id not in ("self", "cls"):
            raise Unknown()
        return self._bound(self.names.attributes.get(node.attr, []), flag, depth)

    def _bound(self, bound, flag, depth):
        if len(bound) != 1:
            raise Unknown()
        kind, value = bound[0]
        if kind == "expr":
            return self.of(value, flag, depth)
        if kind != "arg":
            raise Unknown()
        given = [g for g in self._given(*value) if flag is not Unknown or text_of(g) == self.flag]
        for g in given[:8]:
            try:
                return self.of(g, flag, depth + 1)
            except Unknown:
                continue
        raise Unknown()

    def _given(self, function, name):
        """What the calls in this file give for a parameter."""
        params = [x.arg for x in getattr(function.args, "posonlyargs", []) + function.args.args]
        for call in self.names.calls.get(getattr(function, "name", ""), []):
            for k in call.keywords:
                if k.arg == name:
                    yield k.value
            if name in params and len(call.args) > params.index(name):
                yield call.args[params.index(name)]

    def _all(self, nodes, flag, depth):
        return [self.of(n, flag, depth) for n in nodes]

    def _Tuple(self, node, flag, depth):
        return tuple(self._all(node.elts, flag, depth))

    _List = _Tuple

    def _Set(self, node, flag, depth):
        return set(self._hashed(self._all(node.elts, flag, depth)))

    def _hashed(self, values):
        if any(isinstance(v, (set, dict, list)) for v in values):
            raise Unknown()
        return values

    def _Dict(self, node, flag, depth):
        if None in node.keys:
            raise Unknown()
        return dict(zip(self._hashed(self._all(node.keys, flag, depth)), self._all(node.values, flag, depth)))

    def _JoinedStr(self, node, flag, depth):
        return "".join(self._all(node.values, flag, depth))

    def _FormattedValue(self, node, flag, depth):
        if node.format_spec is not None or node.conversion not in (-1, ord("s")):
            raise Unknown()
        return str(self.of(node.value, flag, depth))

    def _BinOp(self, node, flag, depth):
        left, right = self.of(node.left, flag, depth), self.of(node.right, flag, depth)
        if not isinstance(node.op, ast.Add) or not isinstance(left, str) or not isinstance(right, str):
            raise Unknown()
        return left + right

    def _NamedExpr(self, node, flag, depth):
        return self.of(node.value, flag, depth)

    def _IfExp(self, node, flag, depth):
        return self.of(node.body if self.of(node.test, flag, depth) else node.orelse, flag, depth)

    def _UnaryOp(self, node, flag, depth):
        if not isinstance(node.op, ast.Not):
            raise Unknown()
        return not self.of(node.operand, flag, depth)

    def _BoolOp(self, node, flag, depth):
        value = None
        for n in node.values:
            value = self.of(n, flag, depth)
            if bool(value) == isinstance(node.op, ast.Or):
                break
        return value

    def _Compare(self, node, flag, depth):
        left = self.of(node.left, flag, depth)
        for op, n in zip(node.ops, node.comparators):
            right = self.of(n, flag, depth)
            try:
                if not COMPARE[type(op).__name__](left, right):
                    return False
            except TypeError:
                raise Fails()
            left = right
        return True

    def _Subscript(self, node, flag, depth):
        key = node.slice.value if type(node.slice).__name__ == "Index" else node.slice
        table = self.of(node.value, flag, depth)
        if not isinstance(table, dict):
            raise Unknown()
        key = self.of(key, flag, depth)
        if key not in table:
            raise Fails()
        return table[key]

    def _Call(self, node, flag, depth):
        if node.keywords:
            raise Unknown()
        if isinstance(node.func, ast.Attribute) and not self._origin(node.func) in ("json.loads", "ast.literal_eval", "distutils.util.strtobool"):
            return self._method(node, flag, depth)
        name = self._origin(node.func)
        args = self._all(node.args, flag, depth)
        if len(args) != 1:
            raise Unknown()
        try:
            return KNOWN[name](args[0])
        except KeyError:
            raise Unknown()
        except (ValueError, TypeError, SyntaxError, AttributeError):
            raise Fails()

    def _origin(self, func):
        found = self.names.origins(func)
        return found.pop() if len(found) == 1 else ""

    def _method(self, node, flag, depth):
        target = self.of(node.func.value, flag, depth)
        args = self._all(node.args, flag, depth)
        name = node.func.attr
        if isinstance(target, dict) and name == "get" and 1 <= len(args) <= 2:
            return target.get(*args)
        if target is None and name in METHODS:
            raise Fails()
        if not isinstance(target, str) or name not in METHODS:
            raise Unknown()
        try:
            return getattr(target, name)(*args)
        except TypeError:
            raise Fails()


def evaluated(text):
    """What eval gives for a word: names of the language mean something, others nothing."""
    words = {"True": True, "False": False, "None": None}
    if text in words:
        return words[text]
    return ast.literal_eval(text)


def strtobool(text):
    if text.lower() in ("y", "yes", "t", "true", "on", "1"):
        return 1
    if text.lower() in ("n", "no", "f", "false", "off", "0"):
        return 0
    raise ValueError()


KNOWN = {
    "bool": bool, "int": int, "float": float, "str": str, "json.loads": json.loads, "ast.literal_eval": evaluated, "eval": evaluated,
    "distutils.util.strtobool": strtobool, "strtobool": strtobool, "tuple": tuple, "set": set, "frozenset": frozenset, "list": tuple,
}
