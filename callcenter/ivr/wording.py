"""The template language of prompts: a very small part of jinja2.

The rule: rendering takes time in proportion to the text, whoever wrote the template. So a template may hold
text, variables, the filters of `speech` and `if`; no loop, call, attribute, arithmetic, macro or inclusion
gets past `problem_in`. The sandbox and StrictUndefined stand behind that as a second wall. Values are data:
they are never read as templates.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from jinja2 import StrictUndefined, Template, TemplateError, meta, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from callcenter.ivr.speech import FILTERS

TEMPLATE_CHARACTERS_MAX = 1_000
VALUE_CHARACTERS_MAX = 100
OUTPUT_CHARACTERS_MAX = 2_000
_CACHED_MAX = 4_096

_ALLOWED: tuple[type[nodes.Node], ...] = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Filter,
    nodes.If,
    nodes.Compare,
    nodes.Operand,
    nodes.Const,
    nodes.And,
    nodes.Or,
    nodes.Not,
)


def _environment(filters: Mapping[str, object]) -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
    environment.globals.clear()
    environment.tests.clear()
    environment.filters.clear()
    environment.filters.update(filters)
    return environment


_ENVIRONMENTS = {language: _environment(filters) for language, filters in FILTERS.items()}


class BadTemplate(ValueError):
    """This text isn't a template of prompts; the message says why."""


@lru_cache(maxsize=_CACHED_MAX)
def variables(text: str) -> frozenset[str]:
    """The names of the values that a template speaks. Raises BadTemplate."""
    return frozenset(meta.find_undeclared_variables(_parsed(text)))


def rendered(text: str, language: str, values: Mapping[str, str]) -> str:
    """What is said. Raises BadTemplate, or UndefinedError for a variable without a value."""
    cut = {name: value[:VALUE_CHARACTERS_MAX] for name, value in values.items()}
    said = _compiled(text, language).render(cut)
    return " ".join(said.split())[:OUTPUT_CHARACTERS_MAX]


@lru_cache(maxsize=_CACHED_MAX)
def problem_in(text: str, language: str) -> str:
    """Why this text can't be a prompt, or ""."""
    try:
        _compiled(text, language)
    except BadTemplate as error:
        return str(error)
    return ""


@lru_cache(maxsize=_CACHED_MAX)
def _compiled(text: str, language: str) -> Template:
    _parsed(text)
    try:
        return _ENVIRONMENTS[language].from_string(text)
    except (TemplateError, RecursionError, SyntaxError) as error:
        raise BadTemplate(_said(error)) from None


def _parsed(text: str) -> nodes.Template:
    if len(text) > TEMPLATE_CHARACTERS_MAX:
        raise BadTemplate(f"has {len(text)} characters, at most {TEMPLATE_CHARACTERS_MAX} are allowed")
    try:
        template = _ENVIRONMENTS["en"].parse(text)
        for node in template.find_all(nodes.Node):
            _require_allowed(node)
    except (TemplateError, RecursionError) as error:
        raise BadTemplate(_said(error)) from None
    return template


def _require_allowed(node: nodes.Node) -> None:
    if not isinstance(node, _ALLOWED) or (isinstance(node, nodes.Name) and node.ctx != "load"):
        raise BadTemplate(
            f"{type(node).__name__.lower()} is not allowed: only text, {{{{ value }}}}, filters and if"
        )
    if isinstance(node, nodes.Filter):
        known = sorted(FILTERS["en"])
        if node.name not in known:
            raise BadTemplate(f"there is no filter {node.name!r}, only {', '.join(known)}")
        if node.args or node.kwargs or node.dyn_args or node.dyn_kwargs:
            raise BadTemplate(f"the filter {node.name} takes nothing in brackets")
    # Values are texts: "less than" or a bare number would not mean what its writer thinks.
    if isinstance(node, nodes.Operand) and node.op not in ("eq", "ne"):
        raise BadTemplate("values are only compared with == and !=")
    if isinstance(node, nodes.Const) and not isinstance(node.value, str):
        raise BadTemplate(f'values are texts: write "{node.value}" in quotes')


def _said(error: Exception) -> str:
    return "nested too deeply" if isinstance(error, RecursionError) else str(error)
