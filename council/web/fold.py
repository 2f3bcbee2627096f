"""Translations folded into the compiled template.

Looking a sentence up, formatting it and marking it safe on every rendering doubled the cost of a page, so each
language has its own environment and the lookup happens once, when the template is compiled. What remains at run time
is filling the blanks, which still escapes every value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jinja2 import BaseLoader, BytecodeCache, Environment, StrictUndefined, nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

if TYPE_CHECKING:
    from council.web.catalogues import Catalogue


class FoldingEnvironment(Environment):
    """An environment of one language: strict about names, escaping everything."""

    def __init__(
        self, catalogue: Catalogue, loader: BaseLoader, cache: BytecodeCache | None = None, *, reload: bool = True
    ) -> None:
        super().__init__(
            loader=loader,
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
            bytecode_cache=cache,
            auto_reload=reload,
        )
        self.catalogue = catalogue
        self.policies["ext.i18n.trimmed"] = True
        # For the few msgids that are computed; what stands in the template never gets here.
        install = self.install_gettext_callables  # type: ignore[attr-defined]
        install(catalogue.gettext, catalogue.ngettext, newstyle=True)

    def source(self, name: str) -> str:
        """A template as it stands in its file."""
        if self.loader is None:
            raise LookupError(name)
        return self.loader.get_source(self, name)[0]

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        template = super()._parse(source, name, filename)
        _Folder(self.catalogue).visit(template)
        return template


class _Folder(NodeTransformer):
    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        self.generic_visit(node)
        if not isinstance(node.node, nodes.Name) or node.dyn_args is not None or node.dyn_kwargs is not None:
            return node
        texts = [argument.value for argument in node.args if isinstance(argument, nodes.Const)]
        if node.node.name in {"_", "gettext"} and len(node.args) == 1 and len(texts) == 1:
            return _filled(self.catalogue.gettext(texts[0]), _pairs(node), node.lineno)
        if node.node.name == "ngettext" and len(node.args) == 3 and len(texts) >= 2:
            return self._plural(node, texts[0], texts[1], node.args[2])
        return node

    def _plural(self, node: nodes.Call, singular: str, plural: str, number: nodes.Expr) -> nodes.Expr:
        one, other = self.catalogue.forms(singular, plural)
        pairs = [*_pairs(node), nodes.Pair(nodes.Const("num"), number)]
        if one == other:
            return _filled(other, pairs, node.lineno)
        return nodes.CondExpr(
            nodes.Compare(number, [nodes.Operand("eq", nodes.Const(1))]),
            _filled(one, pairs, node.lineno),
            _filled(other, pairs, node.lineno),
            lineno=node.lineno,
        )


def _pairs(node: nodes.Call) -> list[nodes.Pair]:
    return [nodes.Pair(nodes.Const(keyword.key), keyword.value) for keyword in node.kwargs]


def _filled(text: str, pairs: list[nodes.Pair], lineno: int) -> nodes.Expr:
    # Like newstyle gettext: always a format string (a percent sign is written twice), always markup.
    if not pairs or "%(" not in text:
        return nodes.Const(Markup(text.replace("%%", "%")), lineno=lineno)  # noqa: S704 - our own catalogue
    template: Any = Markup(text)  # noqa: S704 - our own catalogue; the values are escaped by Markup's %
    return nodes.Mod(nodes.Const(template), nodes.Dict(pairs), lineno=lineno)
