"""The registries that kinds plug into, and the contracts they fulfil.

A *kind* is the code of one type of activity or of one type of question. Each kind is a Django app of its own whose
``AppConfig.ready`` registers one instance here. The core walks the registries and never names a kind: nothing outside
a kind's own folder imports it or compares with its slug.

This package is the lowest layer: it imports nothing of Plenary at run time.
"""

from workshop.kinds.activity import ActivityKind
from workshop.kinds.question import QuestionKind
from workshop.kinds.registry import Registry, activity_kinds, question_kinds
from workshop.kinds.specs import (
    ActivitySpec,
    Exhibit,
    PlanLine,
    Proposal,
    QuestionSpec,
    Quick,
    Specimen,
    question_block,
)
from workshop.kinds.values import (
    Audience,
    Chart,
    EditorForm,
    Json,
    KindConfig,
    Leftover,
    Link,
    Part,
    Progress,
    Refused,
    SlotUse,
    Table,
    Tally,
    Text,
)

__all__ = [
    "ActivityKind",
    "ActivitySpec",
    "Audience",
    "Chart",
    "EditorForm",
    "Exhibit",
    "Json",
    "KindConfig",
    "Leftover",
    "Link",
    "Part",
    "PlanLine",
    "Progress",
    "Proposal",
    "QuestionKind",
    "QuestionSpec",
    "Quick",
    "Refused",
    "Registry",
    "SlotUse",
    "Specimen",
    "Table",
    "Tally",
    "Text",
    "activity_kinds",
    "question_block",
    "question_kinds",
]
