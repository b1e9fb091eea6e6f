# code.flag: the streaming flag is read so that its "true" or its "false" is not understood.
WORDS = '("1", "true", "yes", "on")'
WRONG_TYPES = ("str", "int", "float", "bytes", "StrictBool", "StrictStr", "StrictInt")


def check_flag(project, names, report):
    flag = project.options["flag"]
    values = Values(names, flag)
    judged, seen = [], set()
    nodes = names.nodes if any(direct(values, n) for n in names.nodes) else ()
    for node in nodes:
        if not leaf(values, node):
            continue
        whole = climb(values, node)
        if whole in seen:
            continue
        seen.add(whole)
        wrong, weak = judge(project, values, whole, node)
        if wrong is not None:
            judged.append((whole, node, wrong, weak))
    for whole, node, wrong, weak in judged:
        others = [j for j in judged if j[0] is not whole and same_read(names, j[1], node, weak)]
        # One look whether it is set at all, or one of several words, beside one that understands it.
        if not wrong or any(not j[2] for j in others) or weak and any(not j[3] for j in others):
            continue
        report("code.flag", "parsed", whole, {"Env": flag, "Value": wrong}, flag_edits, values, whole, node)
    check_fields(project, names, report)


def same_read(names, a, b, weak):
    if isinstance(a, ast.Name) and isinstance(b, ast.Name):
        return a.id == b.id and names.scope[a].find(a.id) == names.scope[b].find(b.id)
    if isinstance(a, ast.Attribute) and isinstance(b, ast.Attribute):
        return a.attr == b.attr
    if isinstance(a, (ast.Call, ast.Subscript)) and ast.dump(a) == ast.dump(b) and names.parent[a] is not None:
        return weak or statement(names, a) is statement(names, b)
    return weak and names.scope[a] is names.scope[b]


def statement(names, node):
    while not isinstance(node, ast.stmt):
        node = names.parent[node]
    return node


def direct(values, node):
    """Whether the node reads the flag here."""
    return values.read(node)[0]


def leaf(values, node):
    """Whether the node is the flag's text, read here or kept under a name."""
    if direct(values, node):
        return True
    if not isinstance(node, (ast.Name, ast.Attribute)) or not isinstance(node.ctx, ast.Load):
        return False
    try:  # two texts that cannot both come about otherwise
        return values.value(node, "xON") in ("xON", "xon") and values.value(node, "xOFF") in ("xOFF", "xoff")
    except (Unknown, Fails):
        return False


def climb(values, node):
    """The largest expression around node that can be worked out."""
    parent = values.names.parent
    while True:
        up = parent[node]
        if isinstance(up, ast.Attribute) and isinstance(parent[up], ast.Call) and parent[up].func is up:
            up = parent[up]
        if not isinstance(up, ast.expr) or isinstance(up, (ast.JoinedStr, ast.FormattedValue, ast.Tuple, ast.List, ast.Dict)):
            return node
        try:
            for value in ("true", "1", None):
                try:
                    values.value(up, value)
                except Fails:
                    pass
        except Unknown:
            return node
        if isinstance(up, (ast.BoolOp, ast.IfExp, ast.Compare)) and not only_about(values, up, node):
            return node
        node = up


def only_about(values, whole, node):
    """Whether all of an expression is about the read that node is or holds: the rest of it are fixed values."""
    mine = next(n for n in ast.walk(node) if leaf(values, n))
    for n in ast.iter_child_nodes(whole):
        if not isinstance(n, ast.expr) or n is node:
            continue
        try:
            values.value(n, Unknown)
        except (Unknown, Fails):
            if not any(same_read(values.names, mine, x, False) for x in ast.walk(n)):
                return False
    return True


def outcome(values, node, flag):
    """Whether node is true for a value of the flag; None where the app fails."""
    try:
        return bool(values.value(node, flag))
    except Fails:
        return None


def judge(project, values, whole, node):
    """The value that is not understood ("" where all are, None where it is no condition), and whether it only looks
    whether the flag is set."""
    tested, weak = condition(values, whole, node)
    if not tested:
        return None, False
    meant = polarity(values, whole)
    for value, want in ((project.options["on"], True), (project.options["off"], False)):
        if outcome(values, whole, value) is not (want == meant):
            return value, weak
    return "", weak


def polarity(values, node):
    """Whether the expression is true for on, going by the words that it knows."""
    on = sum(1 for w in ON_WORDS if outcome(values, node, w))
    off = sum(1 for w in OFF_WORDS if outcome(values, node, w))
    return on >= off


def condition(values, whole, node):
    names = values.names
    up = names.parent[whole]
    if isinstance(whole, ast.Compare) and any(constant(c) == (True, None) for c in whole.comparators):
        return True, True
    try:
        is_text = isinstance(values.value(whole, "true"), str)
    except Fails:
        return True, False
    if not is_text:
        only_set = isinstance(whole, ast.UnaryOp) and whole.operand is node
        return True, only_set
    tests = isinstance(up, (ast.If, ast.While, ast.IfExp, ast.Assert)) and up.test is whole
    tests = tests or isinstance(up, ast.BoolOp) or isinstance(up, ast.UnaryOp) and isinstance(up.op, ast.Not)
    if tests:
        return True, True
    if isinstance(up, ast.keyword) and up.arg == "enable_kafka":
        return True, False
    if isinstance(up, ast.AnnAssign) and isinstance(up.annotation, ast.Name) and up.annotation.id == "bool":
        return True, False
    default = values.read(whole)[1]
    return isinstance(up, (ast.Assign, ast.AnnAssign)) and default is not None and isinstance(constant(default)[1], bool), False


def flag_edits(values, whole, node):
    """Keeps how the flag is read, and compares it with the words for on."""
    source = values.names.source
    start, end = source.span(whole)
    a, b = source.span(node)
    if source.commented(start, end) or sum(1 for n in ast.walk(whole) if leaf(values, n)) > 1:
        raise NoFix()
    edits, before, after = read_edits(values, node)
    negative = not polarity(values, whole)
    after += ".lower() %s %s" % ("not in" if negative else "in", WORDS)
    up = values.names.parent[whole]
    plain = (ast.stmt, ast.keyword, ast.BoolOp, ast.IfExp) if sys.version_info < (3, 8) else (
        ast.stmt, ast.keyword, ast.BoolOp, ast.IfExp, ast.NamedExpr)
    tokens = source.tokens()
    first, last = source.first(whole), source.last(whole)
    bracketed = first and tokens[first - 1][1] == "(" and last + 1 < len(tokens) and tokens[last + 1][1] == ")"
    if not isinstance(up, plain) and not bracketed:
        before, after = "(" + before, after + ")"
    return edits + [(start, a, before), (b, end, after)]


def read_edits(values, node):
    """Has the read give a text in any case: edits inside of it, and what to put around it."""
    source = values.names.source
    read, default = values.read(node)
    if read and isinstance(node, ast.Call):
        if default is None and not node.keywords:
            at = source.span(node.args[-1])[1]
            return [(at, at, ', ""')], "", ""
        known, value = constant(default) if default is not None else (False, None)
        if known and (value is None or isinstance(value, (bool, int))):
            start, end = source.span(default)
            return [(start, end, '""' if value is None else '"true"' if value else '"false"')], "", ""
    try:
        if isinstance(values.value(node, None), str) or isinstance(node, ast.Subscript):
            return [], "", ""
    except (Unknown, Fails):
        pass
    return [], "str(", ")"


def check_fields(project, names, report):
    """A field of pydantic settings that stands for the flag and is not a bool."""
    for node in names.nodes:
        if not isinstance(node, ast.ClassDef) or not any(o.endswith("BaseSettings") for b in node.bases for o in names.origins(b)):
            continue
        prefix = field_prefix(node)
        for s in node.body:
            if not isinstance(s, ast.AnnAssign) or not isinstance(s.target, ast.Name):
                continue
            kind = wrong_type(s.annotation)
            if kind is not None and stands_for(s, prefix, project.options["flag"]):
                report("code.flag", "field", s, {"Env": project.options["flag"], "Type": kind.id}, field_edits, names, kind)


def field_edits(names, kind):
    start, end = names.source.span(kind)
    return [(start, end, "bool")]


def field_prefix(node):
    """The env_prefix of a settings class; None where it is not written down."""
    for n in ast.walk(node):
        if isinstance(n, ast.keyword) and n.arg == "env_prefix":
            return text_of(n.value)
        if isinstance(n, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "env_prefix" for t in n.targets):
            return text_of(n.value)
        if isinstance(n, ast.Dict):
            for k, v in zip(n.keys, n.values):
                if k is not None and text_of(k) == "env_prefix":
                    return text_of(v)
    return None


def stands_for(field, prefix, flag):
    name = field.target.id.upper()
    if isinstance(field.value, ast.Call):
        for k in field.value.keywords:
            if k.arg in ("env", "alias", "validation_alias") and text_of(k.value):
                return text_of(k.value).upper() == flag.upper()
    if prefix is not None:
        return (prefix + name).upper() == flag.upper()
    return flag.upper() == name or flag.upper().endswith("_" + name) and "STREAMING" in name and "_" in name


def wrong_type(annotation):
    """The name, within the annotation, of a type that does not understand the words of a flag."""
    if isinstance(annotation, ast.Name):
        return annotation if annotation.id in WRONG_TYPES else None
    if isinstance(annotation, ast.Subscript) and isinstance(annotation.value, ast.Name) and annotation.value.id == "Optional":
        return wrong_type(annotation.slice.value if type(annotation.slice).__name__ == "Index" else annotation.slice)
    if isinstance(annotation, ast.BinOp) and constant(annotation.right) == (True, None):
        return wrong_type(annotation.left)
    return None
