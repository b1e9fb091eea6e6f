# What package pycheck asks an interpreter. Nothing of the project is imported or run: its files are read, parsed and
# judged. The syntax is one that even Python 2 understands, so that an interpreter that is too old can say so.
import ast
import binascii
import bisect
import functools
import hashlib
import io
import json
import os
import re
import sys
import tokenize

LINE = re.compile(u"[^\r\n]*(?:\r\n|\r|\n|\\Z)")
IGNORED = ("NL", "COMMENT", "NEWLINE", "INDENT", "DEDENT", "ENCODING", "ENDMARKER")


class NoFix(Exception):
    """There is no edit that surely does the right thing."""


def constant(node):
    """(True, value) of a literal; before 3.8 each kind of literal was a kind of node."""
    kind = type(node).__name__
    if kind in ("Constant", "NameConstant"):
        return True, node.value
    if kind in ("Str", "Bytes"):
        return True, node.s
    if kind == "Num":
        return True, node.n
    return False, None


def text_of(node):
    """The text that a literal stands for; None for anything else."""
    known, value = constant(node)
    return value if known and isinstance(value, str) else None


class Source(object):
    """One file: its text, its tree, and where in the text the nodes of the tree and the tokens are."""

    def __init__(self, name, raw):
        self.name, self.raw = name, raw
        self.encoding = tokenize.detect_encoding(io.BytesIO(raw).readline)[0]
        self.bom = 3 if self.encoding == "utf-8-sig" else 0
        if self.bom:
            self.encoding = "utf-8"
        self.text = raw[self.bom:].decode(self.encoding)
        self.lines = LINE.findall(self.text)
        self.starts, at = [], 0
        for line in self.lines:
            self.starts.append(at)
            at += len(line)
        self.normal = [line.rstrip("\r\n") for line in self.lines]
        self.tree = ast.parse("\n".join(self.normal))
        self._tokens = None

    def offset(self, line, column):
        """Where a column, in bytes of UTF-8 as the tree counts, is in the text."""
        before = self.normal[line - 1].encode("utf-8")[:column]
        return self.starts[line - 1] + len(before.decode("utf-8"))

    def line_of(self, offset):
        return bisect.bisect_right(self.starts, offset)

    def newline(self, line):
        text = self.lines[line - 1]
        return text[len(self.normal[line - 1]):] or "\n"

    def indent(self, offset):
        """The white space that the line of this place begins with."""
        return re.match(r"\s*", self.normal[self.line_of(offset) - 1]).group()

    def tokens(self):
        """(kind, text, start, end) of what has a meaning; comments are kept apart."""
        if self._tokens is None:
            self._tokens, self.comments = [], []
            try:
                self._read_tokens()
            except (tokenize.TokenError, SyntaxError, IndentationError):
                raise NoFix()
            self.token_starts = [t[2] for t in self._tokens]
            self.token_ends = [t[3] for t in self._tokens]
        return self._tokens

    def _read_tokens(self):
        text = io.StringIO("\n".join(self.normal), newline="\n")
        for t in tokenize.generate_tokens(text.readline):
            kind = tokenize.tok_name[t[0]]
            if kind in IGNORED and kind != "COMMENT":
                continue
            start = self.starts[t[2][0] - 1] + t[2][1]
            end = self.starts[t[3][0] - 1] + t[3][1]
            if kind == "COMMENT":
                self.comments.append(start)
                continue
            if "\n" not in t[1] and not kind.startswith("FSTRING") and self.text[start:end] != t[1]:
                raise NoFix()  # a tokenizer that counts otherwise than we do
            self._tokens.append((kind, t[1], start, end))

    def start(self, node):
        if node.col_offset < 0:  # before 3.8: a text over several lines
            raise NoFix()
        return self.offset(node.lineno, node.col_offset)

    def first(self, node):
        """The index of a node's first token."""
        self.tokens()
        return self._index(self.token_starts, self.start(node))

    def _index(self, all, at):
        i = bisect.bisect_left(all, at)
        if i >= len(all) or all[i] != at:
            raise NoFix()
        return i

    def last(self, node):
        """The index of a node's last token."""
        tokens = self.tokens()
        if getattr(node, "end_lineno", None):
            return self._index(self.token_ends, self.offset(node.end_lineno, node.end_col_offset))
        if isinstance(node, (ast.Call, ast.Attribute, ast.Subscript)):
            i = self.last(node.func if isinstance(node, ast.Call) else node.value) + 1
            while tokens[i][1] == ")":
                i += 1
            return i + 1 if isinstance(node, ast.Attribute) else self.closing(i)
        if isinstance(node, ast.Compare):
            return self.last(node.comparators[-1])
        if isinstance(node, ast.UnaryOp):
            return self.last(node.operand)
        if isinstance(node, ast.IfExp):
            return self.last(node.orelse)
        if isinstance(node, ast.BoolOp):
            return self.last(node.values[-1])
        i = self.first(node)
        if isinstance(node, (ast.Tuple, ast.List, ast.Set, ast.Dict)):
            return self.closing(i - 1 if isinstance(node, ast.Tuple) and tokens[i - 1][1] == "(" else i)
        if isinstance(node, ast.Name) or constant(node)[0]:
            while tokens[i][0] == "STRING" and i + 1 < len(tokens) and tokens[i + 1][0] == "STRING":
                i += 1
            return i
        raise NoFix()

    def span(self, node):
        tokens = self.tokens()
        return tokens[self.first(node)][2], tokens[self.last(node)][3]

    def closing(self, i):
        """The index of the bracket that closes the one at i."""
        depth, tokens = 0, self.tokens()
        if tokens[i][1] not in ("(", "[", "{"):
            raise NoFix()
        for j in range(i, len(tokens)):
            if tokens[j][0] == "OP":
                depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(tokens[j][1], 0)
            if depth == 0:
                return j
        raise NoFix()

    def arguments(self, call):
        """The first and last token's index of each argument, as they are written, and that of the closing bracket."""
        tokens = self.tokens()
        i = self.last(call.func) + 1
        while tokens[i][1] == ")":
            i += 1
        end = self.closing(i)
        found, begin, depth, lambdas = [], i + 1, 0, 0
        for j in range(i + 1, end + 1):
            kind, text = tokens[j][:2]
            if kind == "NAME" and text == "lambda" and depth == 0:
                lambdas += 1
            elif kind == "OP" and text == ":" and depth == 0 and lambdas:
                lambdas -= 1
            if kind == "OP" and depth == 0 and (j == end or text == "," and not lambdas):
                if j > begin:
                    found.append((begin, j - 1))
                begin = j + 1
            if kind == "OP":
                depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(text, 0)
        if len(found) != len(call.args) + len(call.keywords):
            raise NoFix()
        return found, end

    def commented(self, start, end):
        self.tokens()
        return any(start <= c < end for c in self.comments)

    def edited(self, edits):
        """The text with edits (start, end, new) made, and the same as bytes: (start, end, new)."""
        edits = sorted(edits)
        for one, next_one in zip(edits, edits[1:]):
            if one[1] > next_one[0]:
                raise NoFix()
        text, raw, as_bytes = self.text, self.raw, []
        for start, end, new in reversed(edits):
            text = text[:start] + new + text[end:]
            a = self.bom + len(self.text[:start].encode(self.encoding))
            b = self.bom + len(self.text[:end].encode(self.encoding))
            new = new.encode(self.encoding)
            raw = raw[:a] + new + raw[b:]
            as_bytes.insert(0, (a, b, new))
        if raw[self.bom:].decode(self.encoding) != text:  # an encoding that remembers what came before
            raise NoFix()
        return raw, as_bytes

    def diff(self, edits):
        """One hunk of a unified diff, with three lines around what changes."""
        edits = sorted(edits)
        first, last = self.line_of(edits[0][0]), self.line_of(edits[-1][1])
        if re.search(r"\r(?!\n)", self.text):
            raise NoFix()  # lines that no tool for patches would take for lines
        start = self.starts[first - 1]
        changed = "".join(self.lines[first - 1:last])
        for a, b, new in reversed(edits):
            changed = changed[:a - start] + new + changed[b - start:]
        new = [line for line in LINE.findall(changed) if line]
        old = [line for line in self.lines[first - 1:last] if line]
        while old and new and old[0] == new[0]:
            old, new, first = old[1:], new[1:], first + 1
        while old and new and old[-1] == new[-1]:
            old, new, last = old[:-1], new[:-1], last - 1
        begin = max(1, first - 3)
        before = self.lines[begin - 1:first - 1]
        after = [line for line in self.lines[last:last + 3] if line]
        rows = [(" ", l) for l in before] + [("-", l) for l in old] + [("+", l) for l in new] + [(" ", l) for l in after]
        same = len(before) + len(after)
        head = "--- a/%s\n+++ b/%s\n@@ -%d,%d +%d,%d @@\n" % (
            self.name, self.name, begin, same + len(old), begin, same + len(new))
        return head + "".join(sign + l if l.endswith("\n") else sign + l + "\n\\ No newline at end of file\n" for sign, l in rows)
