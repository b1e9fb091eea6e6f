# code.topic: the producer is made without its topic.
SERVERS, TOPIC = "kafka_bootstrap_servers", "kafka_detection_topic"


def check_topic(project, names, report):
    for call in names.nodes:
        if not isinstance(call, ast.Call):
            continue
        how, shift = producer_call(project, names, call)
        if not how or not how["must"]:
            continue
        keywords = [k.arg for k in call.keywords]
        if None in keywords or "topic" in keywords or any(isinstance(a, ast.Starred) for a in call.args):
            continue
        place = how["place"] + shift
        given = call.args[place] if 0 <= place - shift and len(call.args) > place else None
        known, value = constant(given) if given is not None else (True, None)
        if not known or isinstance(value, str) and value:
            continue
        report("code.topic", "missing", call, {"Topic": topic_code(project, call)}, topic_edits, project, names, call, given)


def producer_call(project, names, call):
    """The signature that a call has to meet, and how many arguments stand before its first (self)."""
    func = call.func
    if isinstance(func, ast.Attribute) and func.attr == "__init__":
        if isinstance(func.value, ast.Call) and isinstance(func.value.func, ast.Name) and func.value.func.id == "super":
            scope = names.scope[call]
            while scope is not None and not isinstance(scope.node, ast.ClassDef):
                scope = scope.outer
            bases = scope.node.bases if scope else []
            return first_producer(project, set().union(*[names.origins(b) for b in bases]) if bases else ()), 0
        return first_producer(project, names.origins(func.value)), 1
    return first_producer(project, names.origins(func)), 0


def first_producer(project, origins):
    for o in sorted(project.expand(origins)):
        found = project.producer(o)
        if found:
            return found
    return None


def topic_edits(project, names, call, given):
    source = names.source
    arguments, _ = source.arguments(call)
    topic = topic_code(project, call)
    tokens = source.tokens()
    if given is not None:
        known, value = constant(given)
        start, end = source.span(given)
        if isinstance(value, bool):  # meant for enable_kafka: the topic goes before it
            return [(start, start, topic + ", ")]
        return [(start, end, topic)]
    new = "topic=" + topic
    if not arguments:
        raise NoFix()
    positional = max(len(call.args), 1)
    if positional < len(arguments):
        at = tokens[arguments[positional][0]][2]
        return [(at, at, new + separator(source, tokens[arguments[positional - 1][1]][3], at))]
    at = tokens[arguments[-1][1]][3]
    start = tokens[arguments[-1][0]][2]
    own_line = source.text[source.starts[source.line_of(start) - 1]:start].strip() == ""
    between = "," + source.newline(source.line_of(start)) + source.indent(start) if own_line else ", "
    return [(at, at, between + new)]


def separator(source, before, at):
    """What to put between two arguments so that they stand as those around them do."""
    if source.line_of(before) == source.line_of(at):
        return ", "
    return "," + source.newline(source.line_of(before)) + source.indent(at)


def topic_code(project, call):
    """The setting that stands beside that of the servers, where there is one, else the topic's name."""
    servers = [k.value for k in call.keywords if k.arg == "bootstrap_servers"] + list(call.args)
    for node in servers:
        if isinstance(node, ast.Attribute) and node.attr.lower() == SERVERS:
            holder = spelled(node.value)
            field = TOPIC.upper() if node.attr.isupper() else TOPIC
            if holder and project.has_field(field):
                return holder + "." + field
    return json.dumps(project.options["topic"])
