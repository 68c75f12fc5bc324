"""Django's template library ``i18n``, in which a sentence without variables is looked up once in each language.

Half of the tags on a page are such sentences. Settings give it the name ``i18n``; ``makemessages`` sees no difference.
"""

from __future__ import annotations

from django.template import Library
from django.template.base import Parser, Token, Variable
from django.template.context import Context
from django.templatetags import i18n
from django.utils.translation import get_language

register = Library()
register.tags.update(i18n.register.tags)
register.filters.update(i18n.register.filters)


class Sentence(i18n.TranslateNode):
    """A ``{% translate %}`` of a text that stands in the template itself."""

    def __init__(self, node: i18n.TranslateNode) -> None:
        super().__init__(node.filter_expression, node.noop, None, node.message_context)
        self._name = node.asvar
        self._said: dict[str | None, str] = {}

    def render(self, context: Context) -> str:
        """What Django says; kept, because it depends on the language alone."""
        language = get_language()
        said = self._said.get(language)
        if said is None:
            said = self._said[language] = super().render(context)
        if self._name is None:
            return said
        context[self._name] = said
        return ""


@register.tag("trans")
@register.tag("translate")
def translate(parser: Parser, token: Token) -> i18n.TranslateNode:
    """Django's own tag, or the quick one where there is nothing to fill in."""
    node = i18n.do_translate(parser, token)
    return Sentence(node) if _is_fixed(node) else node


def _is_fixed(node: i18n.TranslateNode) -> bool:
    """Whether nothing of the page is in it: a text in quotes without filters, its context the same."""
    text, context = node.filter_expression, node.message_context
    literal = text.var.literal if isinstance(text.var, Variable) else None
    return literal is not None and not text.filters and (context is None or isinstance(context.var, str))
