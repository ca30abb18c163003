"""Small changes of a program, each of which some test should notice: the mutants of `tests.mutants`."""

import ast
import gc
from collections import defaultdict
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import CodeType, FunctionType

COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
COMPUTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
CALLED = {"min": "max", "max": "min", "any": "all", "all": "any", "desc": "asc"}
NAMED = {"ROUND_HALF_UP": "ROUND_HALF_DOWN"}
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Mutant:
    """A function in which one thing is different."""

    path: str
    function: str
    line: int
    change: str
    code: Callable[[], CodeType]

    @property
    def name(self) -> str:
        """Return what tells it from others, whatever line it stands in."""
        return f"{self.path}: {self.function}: {self.change}"

    def comes_alive(self, functions: "Functions") -> None:
        """Take the place of the function, in this process.

        Raises:
            LookupError: there is no such function.
        """
        code = self.code()
        if not (found := functions[_place(code)]):
            raise LookupError(self.name)
        for function in found:
            function.__code__ = code


Functions = dict[tuple[str, int, str], list[FunctionType]]
"""Every function of the program, by the file, the line and the name of its code."""


def functions() -> Functions:
    """Return the functions that are there now."""
    found: Functions = defaultdict(list)
    for each in gc.get_objects():
        if isinstance(each, FunctionType):
            found[_place(each.__code__)].append(each)
    return found


def _place(code: CodeType) -> tuple[str, int, str]:
    return code.co_filename, code.co_firstlineno, code.co_name


def of(path: str, root: Path) -> Iterator[Mutant]:
    """Return the mutants of every function and method in a file."""
    file = root / path
    tree = ast.parse(file.read_text())
    places: list[tuple[int, ...]] = [(each,) for each in range(len(tree.body))]
    places += [
        (number, inner)
        for number, node in enumerate(tree.body)
        if isinstance(node, ast.ClassDef)
        for inner in range(len(node.body))
    ]
    for place in places:
        function = _at(tree, place)
        if isinstance(function, DEFINITIONS):
            yield from _of_function(path, file, tree, place)


def _of_function(path: str, file: Path, tree: ast.Module, place: tuple[int, ...]) -> Iterator[Mutant]:
    function = _at(tree, place)
    for number, (line, change, _) in enumerate(_changes(function)):
        code = partial(_mutated, file, tree, place, number)
        yield Mutant(path, getattr(function, "name", ""), line, change, code)


def _mutated(file: Path, tree: ast.Module, place: tuple[int, ...], number: int) -> CodeType:
    """Return the code of a function with one of its changes."""
    mutated = deepcopy(tree)
    list(_changes(_at(mutated, place)))[number][2]()
    return _code(compile(ast.fix_missing_locations(mutated), str(file), "exec"), _at(tree, place))


def _at(tree: ast.Module, place: tuple[int, ...]) -> ast.AST:
    node: ast.AST = tree
    for number in place:
        node = node.body[number]  # type: ignore[attr-defined]
    return node


def _code(code: CodeType, function: ast.AST) -> CodeType:
    """Return the code of a function among those of its module."""
    decorators = getattr(function, "decorator_list", [])
    line = min([function.lineno, *(each.lineno for each in decorators)])  # type: ignore[attr-defined]
    waiting = [code]
    while waiting:
        inner = waiting.pop()
        if inner.co_name == getattr(function, "name", "") and inner.co_firstlineno == line:
            return inner
        waiting += [each for each in inner.co_consts if isinstance(each, CodeType)]
    raise LookupError(f"no code for {ast.dump(function)[:80]}")


Change = tuple[int, str, Callable[[], None]]


def _changes(function: ast.AST) -> Iterator[Change]:
    """Return every change of a function body: its line, what it is, and a function that makes it."""
    body = function.body  # type: ignore[attr-defined]
    has_docstring = isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant)
    for number in range(int(has_docstring), len(body)):
        yield from _inside(body[number], _setter(body, number), is_worded=False)


def _inside(node: ast.AST, put: Callable[[ast.AST], None], *, is_worded: bool) -> Iterator[Change]:
    for other in _variants(node):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and is_worded:
            continue
        shown = (ast.unparse(node), ast.unparse(other))
        change = " => ".join(" ".join(each.split())[:110] for each in shown)
        yield getattr(node, "lineno", 0), change, lambda other=other: put(other)  # type: ignore[misc]
    # What a refusal says is wording, which other tests look at.
    is_worded = is_worded or isinstance(node, (ast.Raise, ast.JoinedStr))
    for inner, put_inner in _children(node):
        yield from _inside(inner, put_inner, is_worded=is_worded)


def _children(node: ast.AST) -> Iterator[tuple[ast.AST, Callable[[ast.AST], None]]]:
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "args") and not isinstance(node, ast.Call):
            continue
        if isinstance(value, list):
            yield from ((each, _setter(value, at)) for at, each in enumerate(value) if isinstance(each, ast.AST))
        elif isinstance(value, ast.AST):
            yield value, _attribute_setter(node, name)


def _setter(target: list[ast.AST], number: int) -> Callable[[ast.AST], None]:
    def put(other: ast.AST) -> None:
        target[number] = other

    return put


def _attribute_setter(node: ast.AST, name: str) -> Callable[[ast.AST], None]:
    return lambda other: setattr(node, name, other)


def _variants(node: ast.AST) -> Iterator[ast.AST]:  # noqa: C901 - a case for each kind of node
    """Return what may stand in the place of a node."""
    match node:
        case ast.Compare(ops=[operator]) if type(operator) in COMPARED:
            yield ast.Compare(node.left, [COMPARED[type(operator)]()], node.comparators)
        case ast.BinOp(op=sign) if type(sign) in COMPUTED:
            yield ast.BinOp(node.left, COMPUTED[type(sign)](), node.right)
        case ast.AugAssign(op=sign) if type(sign) in COMPUTED:
            yield ast.AugAssign(node.target, COMPUTED[type(sign)](), node.value)
        case ast.BoolOp():
            yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
        case ast.UnaryOp(op=ast.Not() | ast.USub()):
            yield node.operand
        case ast.Constant():
            yield from _other_constants(node.value)
        case ast.If(test=ast.Name() | ast.Attribute() | ast.Call() | ast.NamedExpr()):
            yield ast.If(ast.UnaryOp(ast.Not(), node.test), node.body, node.orelse)
        case ast.IfExp(test=ast.Name() | ast.Attribute() | ast.Call()):
            yield ast.IfExp(ast.UnaryOp(ast.Not(), node.test), node.body, node.orelse)
        case ast.Name(id=name) if name in NAMED:
            yield ast.Constant(NAMED[name])
        case ast.Call():
            yield from _other_calls(node)
        case ast.Return(value=ast.expr() as value) if not isinstance(value, ast.Constant):
            yield ast.Return(ast.Constant(None))
        case ast.Raise() | ast.Expr(value=ast.Call()):
            yield ast.Pass()
        case ast.Break():
            yield ast.Continue()
        case ast.Continue():
            yield ast.Break()


def _other_constants(value: object) -> Iterator[ast.Constant]:
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, (int, float)):
        yield ast.Constant(value + 1)
    elif isinstance(value, str):
        yield ast.Constant(f"XX{value}")


def _other_calls(node: ast.Call) -> Iterator[ast.Call]:
    match node.func:
        case ast.Name(id=name) if name in CALLED:
            yield ast.Call(ast.Name(CALLED[name], ast.Load()), node.args, node.keywords)
        case ast.Attribute(attr=name) if name in CALLED:
            yield ast.Call(ast.Attribute(node.func.value, CALLED[name], ast.Load()), node.args, node.keywords)
        case ast.Attribute(attr="where") if len(node.args) > 1:
            for number in range(len(node.args)):
                yield ast.Call(node.func, node.args[:number] + node.args[number + 1 :], node.keywords)
