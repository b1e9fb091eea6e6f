# code.logging: loguru is given the placeholders of the logging module, and prints them as they stand.
LONGEST = 10000  # letters of a message that is put together from parts
LEVELS = ("trace", "debug", "info", "success", "warning", "error", "critical", "exception")
PLACEHOLDER = re.compile(r"%(%|(?P<key>\(\w+\))?(?P<flags>[#0+-]*)(?P<width>\d+|\*)?(?P<precision>\.(?:\d+|\*))?[hlL]?(?P<kind>[sdirufFeEgGxXoca]))")
PLAIN = re.compile(r"%(?:%|[sdiur]|\.\d+f|f)")


def check_logging(project, names, report):
    for call in names.nodes:
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
            continue
        level = call.func.attr
        place = 0 if level in LEVELS else 1 if level == "log" else None
        if place is None or len(call.args) <= place:
            continue
        message = template(names, call.args[place])
        values = call.args[place + 1:]
        if message is None or not values:
            continue
        holes = [m for m in PLACEHOLDER.finditer(message) if m.group(1) != "%"]
        if not holes or "{" in message and filled(message):
            continue
        mixed = loguru(project, names, call.func.value)
        if mixed is None:
            continue
        report("code.logging", "percent", call, {"Placeholder": holes[0].group()},
               logging_edits, names, call, place, holes, mixed)


def loguru(project, names, node):
    """None unless the node is loguru's logger; else whether it may be one of the logging module as well."""
    origins = project.expand(names.origins(node))
    rest = {o for o in origins if o != "loguru.logger" and o != "None"}
    if "loguru.logger" not in origins or not all(o.startswith("logging") for o in rest):
        return None
    return bool(rest)


def template(names, node, depth=0):
    """The text of a message that is written down: a literal, a sum of them, a name for one, an f-string's fixed parts."""
    if text_of(node) is not None:
        return text_of(node)
    if depth > 20:
        return None
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left = template(names, node.left, depth + 1)
        right = template(names, node.right, depth + 1)
        return left + right if left is not None and right is not None and len(left) + len(right) < LONGEST else None
    if isinstance(node, ast.Name):
        bound, _ = names.scope[node].find(node.id)
        if len(bound) == 1 and bound[0][0] == "expr":
            return template(names, bound[0][1], depth + 1)
    if isinstance(node, ast.JoinedStr):
        return "".join(text_of(v) or "" for v in node.values)
    return None


def filled(message):
    """Whether the message has places that loguru fills."""
    return re.search(r"\{[\w.\[\]]*(?:![rsa])?(?::[^{}]*)?\}", message.replace("{{", "").replace("}}", "")) is not None


def logging_edits(names, call, place, holes, mixed):
    source, message = names.source, call.args[place]
    values = call.args[place + 1:]
    arguments, _ = source.arguments(call)
    tokens = source.tokens()
    one_each = any(isinstance(v, ast.Starred) for v in values) or len(holes) == len(values)
    mapping = len(values) == 1 and all(h.group("key") for h in holes)
    if not one_each and not mapping or isinstance(message, ast.JoinedStr):
        raise NoFix()
    first, last = arguments[place]
    literals = [t for t in tokens[first:last + 1] if t[0] == "STRING"]
    written = "".join(t[1] for t in literals)
    braces = not mixed and not mapping and len(literals) == last - first + 1 and "{" not in written and "}" not in written and \
        all(PLAIN.match(h.group()) for h in holes) and len(PLACEHOLDER.findall(written)) == len(PLACEHOLDER.findall(text_of(message)))
    if braces:
        return [(t[2] + m.start(), t[2] + m.end(), brace(m.group())) for t in literals for m in PLACEHOLDER.finditer(t[1])]
    if len(call.keywords) > 0:
        raise NoFix()
    # Everything else is put together beforehand, as the logging module would have done it.
    begin, end = tokens[arguments[place + 1][0]][2], tokens[arguments[-1][1]][3]
    after_message = tokens[last][3]
    comma = tokens[last + 1]
    edits = [(comma[2], comma[3], " %" if source.text[comma[3]:comma[3] + 1].isspace() else " % ")]
    if isinstance(message, (ast.BinOp, ast.IfExp)):
        edits += [(tokens[first][2], tokens[first][2], "("), (after_message, after_message, ")")]
    return edits + ([] if mapping else [(begin, begin, "("), (end, end, ",)" if len(values) == 1 else ")")])


def brace(placeholder):
    if placeholder == "%%":
        return "%"
    kind = placeholder[-1]
    if kind == "r":
        return "{!r}"
    return "{:%s}" % (placeholder[1:] if len(placeholder) > 2 else ".6f") if kind == "f" else "{}"
